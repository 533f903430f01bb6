//! `annulus demo`, from outside.
mod common;
use common::*;
use rustix::process::Signal;
use std::process::{Child, Output};

const OK: &str = "messages, 0 lost, 0 duplicated, 0 torn";

#[test]
fn the_last_line_is_the_verdict_with_the_number_of_messages_asked_for() {
    for count in ["0", "1", "9", "1000", "300000"] {
        let output = run(["demo", "--messages", count]);
        assert_ok(&output);
        assert_eq!(last_line(&output), format!("ok: {count} {OK}"));
        assert!(output.stdout.ends_with(b"\n"));
        assert!(output.stderr.is_empty(), "no progress where there is no terminal");
    }
}

#[test]
fn without_arguments_it_runs_for_three_seconds_and_tells_all_that_was_measured() {
    let begin = std::time::Instant::now();
    let output = run(["demo"]);
    assert_ok(&output);
    assert!(begin.elapsed().as_secs_f64() > 2.9);
    let text = stdout(&output);
    for word in ["messages/s", "p50", "p99", "p99.9", "probe", "CLOCK_MONOTONIC", "full speed", "paced"] {
        assert!(text.contains(word), "{word:?} is not in:\n{text}");
    }
    assert!(last_line(&output).starts_with("ok: ") && last_line(&output).ends_with(OK), "{text}");
}

#[test]
fn all_sizes_and_capacities_arrive_whole() {
    for size in ["32", "33", "64", "100", "4096", "1M"] {
        for capacity in ["1", "3", "8"] {
            let output = run(["demo", "--messages", "50", "--size", size, "--capacity", capacity]);
            assert_ok(&output);
            assert_eq!(last_line(&output), format!("ok: 50 {OK}"), "size {size}, capacity {capacity}");
        }
    }
}

#[test]
fn a_file_arrives_whole_whatever_its_length() {
    let folder = Folder::new();
    // The payload of a message is 256 KiB less its header.
    for (len, messages) in [(0, 0), (1, 1), (262_112, 1), (262_113, 2), ((1 << 20) + 3, 5)] {
        let path = folder.file("in", len);
        let output = run(["demo", path.to_str().unwrap()]);
        assert_ok(&output);
        assert_eq!(last_line(&output), format!("ok: {messages} {OK}"), "{len} bytes");
    }
}

#[test]
fn a_file_whose_name_is_no_text_is_moved_all_the_same() {
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new();
    let path = folder.0.join(std::ffi::OsStr::from_bytes(b"\xff\xfe"));
    std::fs::write(&path, noise(100)).unwrap();
    let output = finish(annulus().arg("demo").arg(path).spawn().unwrap());
    assert_eq!(last_line(&output), format!("ok: 1 {OK}"));
}

#[test]
fn json_is_one_value_with_the_verdict_in_it() {
    let folder = Folder::new();
    let path = folder.file("in", 100_000);
    for args in [["demo", "--json", "--messages=5000"], ["demo", "--json", path.to_str().unwrap()]] {
        let output = run(args);
        assert_ok(&output);
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(value["ok"], true);
        assert_eq!(value["verdict"], format!("ok: {} {OK}", value["messages_sent"]));
        assert_eq!(value["xxh3_sent"], value["xxh3_received"]);
        assert!(value["full_speed"]["latency_ns"]["p999"].as_u64().unwrap() > 0);
        assert!(value["full_speed"]["messages_per_second"].as_f64().unwrap() > 0.0);
    }
}

#[test]
fn pinned_to_one_cpu_it_still_ends() {
    let output = run(["demo", "--messages", "20000", "--pin", "0,0"]);
    if output.status.code() == Some(2) {
        return; // we may not run on CPU 0
    }
    assert_eq!(last_line(&output), format!("ok: 20000 {OK}"));
}

#[test]
fn a_planted_fault_is_found_and_fails_the_run() {
    let expected = [
        ("lose", "1 lost, 0 duplicated, 0 torn"),
        ("duplicate", "0 lost, 1 duplicated, 0 torn"),
        ("tear", "0 lost, 0 duplicated, 1 torn"),
        ("swap", "0 lost, 0 duplicated, 0 torn, 1 out of order"),
    ];
    for (fault, verdict) in expected {
        let output = run(["demo", "--messages", "1000", "--plant", fault]);
        assert_eq!(last_line(&output), format!("FAILED: 1000 messages, {verdict}"));
        assert_fails(&output, 1, &["what came out is not what went in"]);
    }
}

/// Starts a demo that lasts until it is stopped, and waits until its ring has lost its name: both children are at work.
fn endless() -> (Child, Vec<(u32, String)>) {
    let child = annulus().args(["demo", "--messages", "900000000000"]).spawn().unwrap();
    let pid = child.id();
    until("both children", || children(pid).iter().filter(|(_, args)| args.contains("__")).count() == 2);
    until("the ring to lose its name", || !left_behind(pid));
    std::thread::sleep(std::time::Duration::from_millis(200));
    (child, children(pid))
}

fn left_behind(pid: u32) -> bool {
    let prefix = format!("annulus.demo-{pid}-");
    let files = std::fs::read_dir("/dev/shm").unwrap().flatten();
    files.into_iter().any(|file| file.file_name().to_string_lossy().starts_with(&prefix))
}

fn is_running(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

fn kill_one(role: &str) -> (u32, Output) {
    let (demo, children) = endless();
    let pid = demo.id();
    let (victim, _) = children.iter().find(|(_, args)| args.contains(role)).unwrap();
    kill(*victim, Signal::KILL);
    let output = finish(demo);
    for (child, _) in children {
        assert!(!is_running(child));
    }
    (pid, output)
}

#[test]
fn a_producer_killed_half_way_fails_the_run_and_leaves_nothing() {
    let (pid, output) = kill_one("__producer");
    assert!(last_line(&output).starts_with("FAILED: the producer"), "{}", stdout(&output));
    assert_fails(&output, 3, &["the producer (process", "killed by signal 9"]);
    assert!(!left_behind(pid));
}

#[test]
fn a_consumer_killed_half_way_fails_the_run_and_leaves_nothing() {
    let (pid, output) = kill_one("__consumer");
    assert!(last_line(&output).starts_with("FAILED: the consumer"), "{}", stdout(&output));
    assert_fails(&output, 3, &["the consumer (process", "killed by signal 9"]);
    assert!(!left_behind(pid));
}

#[test]
fn an_interrupted_demo_stops_both_processes_and_leaves_nothing() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let (demo, children) = endless();
        let pid = demo.id();
        kill(pid, signal);
        let output = finish(demo);
        assert_fails(&output, code, &["interrupted"]);
        assert!(children.iter().all(|(child, _)| !is_running(*child)));
        assert!(!left_behind(pid));
    }
}

#[test]
fn a_demo_killed_outright_takes_its_children_with_it() {
    let (demo, children) = endless();
    let pid = demo.id();
    kill(pid, Signal::KILL);
    finish(demo);
    until("the children to end", || children.iter().all(|(child, _)| !is_running(*child)));
    assert!(!left_behind(pid));
}
