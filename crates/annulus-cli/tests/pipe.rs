//! `annulus send` and `annulus recv`, from outside.
mod common;
use common::*;
use rustix::process::Signal;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

fn send(name: &Name, path: &Path) -> Child {
    annulus().args(["send", name.as_str()]).arg(path).spawn().unwrap()
}

fn recv(name: &Name, path: &Path) -> Child {
    annulus().args(["recv", name.as_str()]).arg(path).spawn().unwrap()
}

const SIZES: [usize; 5] = [0, 1, 4095, 4096, (1 << 20) + 3];

#[test]
fn every_byte_arrives_with_the_sender_first() {
    let folder = Folder::new();
    for len in SIZES {
        let (name, input, output) = (Name::new(), folder.file("in", len), folder.join("out"));
        let sender = send(&name, &input);
        until("the ring", || name.exists());
        let receiver = recv(&name, &output);
        assert_ok(&finish(sender));
        assert_ok(&finish(receiver));
        assert!(std::fs::read(input).unwrap() == std::fs::read(output).unwrap(), "{len} bytes");
        assert!(!name.exists(), "the receiver removes the ring");
    }
}

#[test]
fn every_byte_arrives_with_the_receiver_first() {
    let folder = Folder::new();
    for len in SIZES {
        let (name, input, output) = (Name::new(), folder.file("in", len), folder.join("out"));
        let receiver = recv(&name, &output);
        until("the ring", || name.exists());
        let sender = send(&name, &input);
        assert_ok(&finish(sender));
        assert_ok(&finish(receiver));
        assert!(std::fs::read(input).unwrap() == std::fs::read(output).unwrap(), "{len} bytes");
        assert!(!name.exists());
    }
}

#[test]
fn every_byte_arrives_through_standard_input_and_output_and_a_ring_of_one_byte() {
    for (capacity, len) in [("1", 5000), ("3", 5000), ("4K", 1 << 20), ("1M", 3 << 20)] {
        let name = Name::new();
        let mut sender = annulus()
            .args(["send", name.as_str(), "--capacity", capacity])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        until("the ring", || name.exists());
        let receiver = annulus().args(["recv", name.as_str()]).spawn().unwrap();
        let mut stdin = sender.stdin.take().unwrap();
        let writer = std::thread::spawn(move || stdin.write_all(&noise(len)));
        let output = finish(receiver);
        assert_ok(&output);
        assert!(output.stdout == noise(len), "capacity {capacity}");
        writer.join().unwrap().unwrap();
        assert_ok(&finish(sender));
    }
}

#[test]
fn a_receiver_that_does_not_read_holds_the_sender_up() {
    let name = Name::new();
    let folder = Folder::new();
    let input = folder.file("in", 4 << 20);
    let mut sender = annulus().args(["send", name.as_str(), "--capacity=4096"]).arg(&input).spawn().unwrap();
    until("the ring", || name.exists());
    // Its output is a pipe that nobody reads yet: 64 KiB go into it.
    let receiver = annulus().args(["recv", name.as_str()]).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    assert!(ended(&mut sender).is_none(), "4 MiB do not fit into a pipe and a ring of 4 KiB");
    let output = finish(receiver);
    assert!(output.stdout == std::fs::read(input).unwrap());
    assert_ok(&finish(sender));
}

/// A stream stuck half way, because nobody reads the receiver's output.
fn half_way() -> (Name, Folder, Child, Child) {
    let (name, folder) = (Name::new(), Folder::new());
    let input = folder.file("in", 4 << 20);
    let receiver = annulus().args(["recv", name.as_str(), "--capacity=64K"]).spawn().unwrap();
    until("the ring", || name.exists());
    let sender = send(&name, &input);
    until("a full ring", || stat(&name).is_some_and(|stat| stat["len"] == stat["capacity"]));
    (name, folder, sender, receiver)
}

fn stat(name: &Name) -> Option<serde_json::Value> {
    serde_json::from_slice(&run(["stat", "--json", name.as_str()]).stdout).ok()
}

#[test]
fn a_sender_killed_half_way_is_named_by_the_receiver_which_got_what_was_sent() {
    let (name, folder, sender, receiver) = half_way();
    let pid = sender.id();
    kill(pid, Signal::KILL);
    finish(sender);
    let output = finish(receiver);
    assert_fails(&output, 3, &["the sender", &pid.to_string(), "died"]);
    let input = std::fs::read(folder.join("in")).unwrap();
    assert!(input.starts_with(&output.stdout));
    assert!(output.stdout.len() >= 64 * 1024, "what was in the ring is delivered");
    assert!(!name.exists());
}

#[test]
fn a_receiver_killed_half_way_is_named_by_the_sender() {
    let (name, _folder, sender, receiver) = half_way();
    let pid = receiver.id();
    kill(pid, Signal::KILL);
    finish(receiver);
    assert_fails(&finish(sender), 3, &["the receiver", &pid.to_string(), "died"]);
    assert!(!name.exists());
}

#[test]
fn a_receiver_killed_while_the_sender_waits_for_input_is_noticed() {
    let name = Name::new();
    let mut sender = annulus().args(["send", name.as_str()]).stdin(Stdio::piped()).spawn().unwrap();
    let input = sender.stdin.take();
    let receiver = annulus().args(["recv", name.as_str()]).spawn().unwrap();
    until("both ends", || {
        stat(&name).is_some_and(|stat| stat["reader"]["state"] == "held" && stat["writer"]["state"] == "held")
    });
    kill(receiver.id(), Signal::KILL);
    finish(receiver);
    assert_fails(&finish(sender), 3, &["the receiver", "died"]);
    drop(input);
}

#[test]
fn an_interrupted_sender_is_no_end_of_the_stream() {
    let (name, _folder, sender, receiver) = half_way();
    kill(sender.id(), Signal::INT);
    assert_fails(&finish(sender), 130, &["interrupted"]);
    assert_fails(&finish(receiver), 3, &["the sender", "died"]);
    assert!(!name.exists());
}

#[test]
fn an_interrupted_receiver_stops_the_sender() {
    let (name, _folder, sender, receiver) = half_way();
    kill(receiver.id(), Signal::TERM);
    assert_eq!(finish(receiver).status.code(), Some(143));
    assert_fails(&finish(sender), 3, &["the receiver", "died"]);
    assert!(!name.exists());
}

#[test]
fn a_sender_whose_input_cannot_be_read_is_no_end_of_the_stream() {
    let name = Name::new();
    let receiver = annulus().args(["recv", name.as_str()]).spawn().unwrap();
    until("the ring", || name.exists());
    // A file that opens, and fails at the first read.
    let sender = send(&name, Path::new("/proc/self/mem"));
    assert_fails(&finish(sender), 1, &["cannot read /proc/self/mem"]);
    assert_fails(&finish(receiver), 3, &["the sender", "died"]);
    assert!(!name.exists());
}

#[test]
fn a_receiver_whose_disk_is_full_says_so_and_stops_the_sender() {
    let (name, folder) = (Name::new(), Folder::new());
    let receiver = recv(&name, Path::new("/dev/full"));
    until("the ring", || name.exists());
    let sender = send(&name, &folder.file("in", 4 << 20));
    assert_fails(&finish(receiver), 1, &["cannot write /dev/full", "no space"]);
    assert_fails(&finish(sender), 1, &["the receiver stopped before the end"]);
    assert!(!name.exists());
}

#[test]
fn a_receiver_whose_output_is_closed_goes_quietly_and_stops_the_sender() {
    let (name, _folder, sender, mut receiver) = half_way();
    let mut some = [0; 10];
    let mut output = receiver.stdout.take().unwrap();
    output.read_exact(&mut some).unwrap();
    drop(output);
    let output = finish(receiver);
    assert_eq!(output.status.code(), Some(141));
    assert!(output.stderr.is_empty(), "{output:?}");
    assert_fails(&finish(sender), 1, &["the receiver stopped before the end"]);
    assert!(!name.exists());
}

#[test]
fn an_end_that_nobody_joins_gives_up_after_its_timeout_and_leaves_nothing() {
    let folder = Folder::new();
    let input = folder.file("in", 100);
    let name = Name::new();
    let args = ["--timeout", "0.2"];
    let sender = annulus().args(["send", name.as_str()]).arg(input).args(args).spawn().unwrap();
    assert_fails(&finish(sender), 4, &["timed out"]);
    assert!(!name.exists());
    let receiver = annulus().args(["recv", name.as_str()]).args(args).spawn().unwrap();
    assert_fails(&finish(receiver), 4, &["timed out"]);
    assert!(!name.exists());
}

#[test]
fn json_tells_how_many_bytes_went() {
    let (name, folder) = (Name::new(), Folder::new());
    let output = folder.join("out");
    let receiver = annulus().args(["recv", name.as_str(), "--json"]).arg(output).spawn().unwrap();
    let input = folder.file("in", 12345);
    let sender = annulus().args(["send", name.as_str(), "--json"]).arg(input).spawn().unwrap();
    for (child, end) in [(sender, "sent"), (receiver, "received")] {
        let value: serde_json::Value = serde_json::from_slice(&finish(child).stdout).unwrap();
        assert_eq!(value[end]["bytes"], 12345);
    }
}
