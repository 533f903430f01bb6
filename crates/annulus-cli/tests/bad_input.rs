//! Bad input gets a clear error and loses nothing.
mod common;
use annulus::ipc;
use common::*;
use rustix::process::Signal;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::Stdio;

#[test]
fn an_unknown_name() {
    let name = Name::new();
    for command in ["stat", "rm"] {
        assert_fails(&run([command, name.as_str()]), 1, &["there is no ring", name.as_str()]);
    }
}

#[test]
fn a_name_that_no_ring_can_have() {
    for name in ["", "a/b", "../x", ".hidden", "with space", "new\nline"] {
        for command in ["stat", "rm", "send", "recv"] {
            assert_fails(&run([command, name]), 2, &["no ring can be called"]);
        }
    }
}

#[test]
fn a_name_in_use() {
    let (name, folder) = (Name::new(), Folder::new());
    let input = folder.file("in", 100);
    let sender = annulus().args(["send", name.as_str()]).arg(&input).spawn().unwrap();
    until("the sender", || stdout(&run(["ls"])).contains(&format!("{} ", sender.id())));
    let second = finish(annulus().args(["send", name.as_str()]).arg(&input).spawn().unwrap());
    assert_fails(&second, 1, &["in use", &sender.id().to_string()]);
    assert_fails(&run(["rm", name.as_str()]), 1, &["in use", "--force"]);
    assert!(name.exists());
    // The first one was not disturbed.
    let received = run(["recv", name.as_str()]);
    assert!(received.stdout == noise(100));
    assert_ok(&finish(sender));
}

#[test]
fn a_file_that_is_no_ring() {
    let name = Name::new();
    for bytes in [vec![], b"hello".to_vec(), noise(10_000)] {
        std::fs::write(name.file(), &bytes).unwrap();
        for command in ["stat", "send", "recv"] {
            assert_fails(&run([command, name.as_str()]), 1, &[name.as_str()]);
        }
        assert!(std::fs::read(name.file()).unwrap() == bytes, "it is somebody's, and left as it was");
        let listed = stdout(&run(["ls"]));
        let row = listed.lines().find(|line| line.starts_with(name.as_str())).unwrap();
        assert!(row.contains("unsound"), "{row}");
    }
    assert_ok(&run(["rm", name.as_str()]));
    assert!(!name.exists());
}

#[test]
fn a_ring_that_was_cut_short() {
    let name = Name::new();
    ipc::Options::new().capacity(100_000).create::<u8>(name.as_str()).unwrap();
    let file = std::fs::OpenOptions::new().write(true).open(name.file()).unwrap();
    for len in [50_000, 4096, 100] {
        file.set_len(len).unwrap();
        for command in ["stat", "send", "recv"] {
            assert_fails(&run([command, name.as_str()]), 1, &[name.as_str()]);
        }
    }
}

#[test]
fn elements_of_another_type_or_size() {
    for tag in [0, 7] {
        let name = Name::new();
        match tag {
            0 => drop(ipc::Options::new().create::<u64>(name.as_str()).unwrap()),
            _ => drop(ipc::Options::new().tag(tag).create::<u8>(name.as_str()).unwrap()),
        }
        for command in ["send", "recv"] {
            assert_fails(&run([command, name.as_str()]), 1, &["holds elements of"]);
        }
        assert_ok(&run(["stat", name.as_str()]));
        assert!(name.exists());
    }
}

#[test]
fn a_capacity_of_nothing_or_of_too_much() {
    let name = Name::new();
    for command in ["send", "recv"] {
        assert_fails(&run([command, name.as_str(), "--capacity", "0"]), 2, &["capacity of 0"]);
        let absurd = run([command, name.as_str(), "--capacity", "17179869183G"]);
        assert_fails(&absurd, 2, &["capacity of"]);
    }
    assert_fails(&run(["demo", "--capacity", "0"]), 2, &["--capacity 0"]);
    assert_fails(&run(["demo", "--capacity", "999999999999999999"]), 2, &["capacity"]);
    assert!(!name.exists());
}

#[test]
fn more_than_the_shared_memory_there_is() {
    let name = Name::new();
    for command in ["send", "recv"] {
        assert_fails(&run([command, name.as_str(), "--capacity", "65536G"]), 1, &["shared memory"]);
    }
    assert_fails(&run(["demo", "--capacity", "99999999999"]), 1, &["shared memory"]);
    assert!(!name.exists());
}

#[test]
fn a_message_too_small_for_its_header() {
    assert_fails(&run(["demo", "--size", "31"]), 2, &["--size 31", "32"]);
    assert_fails(&run(["demo", "--size", "0"]), 2, &["--size 0"]);
}

#[test]
fn arguments_that_make_no_sense() {
    for args in [["demo", "--pin=0"], ["demo", "--size=x"], ["send", "--capacity=1Q"], ["nothing", "-x"]] {
        assert_eq!(run(args).status.code(), Some(2), "{args:?}");
    }
    assert_fails(&run(["demo", "--pin", "0,99999"]), 2, &["may not run on CPU 99999"]);
}

#[test]
fn no_permission() {
    let name = Name::new();
    let folder = Folder::new();
    ipc::Options::new().create::<u8>(name.as_str()).unwrap();
    // Root may do everything: then somebody else must try, with a copy of the program that they can reach.
    let program = folder.join("annulus");
    std::fs::copy(env!("CARGO_BIN_EXE_annulus"), &program).unwrap();
    std::fs::set_permissions(&folder.0, PermissionsExt::from_mode(0o755)).unwrap();
    let root = rustix::process::geteuid().is_root();
    if !root {
        std::fs::set_permissions(name.file(), PermissionsExt::from_mode(0o000)).unwrap();
    }
    for command in ["stat", "send", "recv"] {
        let mut process = std::process::Command::new(&program);
        process.args([command, name.as_str()]);
        process.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if root {
            process.uid(65534).gid(65534);
        }
        assert_fails(&finish(process.spawn().unwrap()), 1, &["no permission", name.as_str()]);
    }
    assert!(name.exists());
}

#[test]
fn a_file_that_cannot_be_read() {
    let name = Name::new();
    let folder = Folder::new();
    let missing = folder.join("missing");
    for path in [missing.as_path(), folder.0.as_path()] {
        let path = path.to_str().unwrap();
        assert_fails(&run(["demo", path]), 1, &["cannot read", path]);
        assert_fails(&run(["send", name.as_str(), path]), 1, &["cannot read", path]);
        assert!(!name.exists(), "no ring was made");
    }
    let nowhere = folder.join("no/where");
    assert_fails(&run(["recv", name.as_str(), nowhere.to_str().unwrap()]), 1, &["cannot write"]);
    assert!(!name.exists());
}

#[test]
fn a_ring_left_over_by_the_dead_is_listed_as_stale_and_taken_for_no_new_stream() {
    let (name, folder) = (Name::new(), Folder::new());
    let input = folder.file("in", 1000);
    let sender = annulus().args(["send", name.as_str()]).arg(&input).spawn().unwrap();
    until("the data", || {
        serde_json::from_slice::<serde_json::Value>(&run(["stat", "--json", name.as_str()]).stdout)
            .is_ok_and(|stat| stat["len"] == 1000)
    });
    let pid = sender.id();
    kill(pid, Signal::KILL);
    finish(sender);
    let listed = stdout(&run(["ls"]));
    let row = listed.lines().find(|line| line.starts_with(name.as_str())).unwrap();
    assert!(row.contains("stale") && row.contains(&format!("{pid} (dead)")), "{row}");
    let again = finish(annulus().args(["send", name.as_str()]).arg(&input).spawn().unwrap());
    assert_fails(&again, 1, &["left over", &pid.to_string(), "annulus rm"]);
    // What was sent is not lost, and not passed off as whole.
    let received = run(["recv", name.as_str()]);
    assert!(received.stdout == noise(1000));
    assert_fails(&received, 3, &["the sender", "died"]);
    assert!(!name.exists());
}

#[test]
fn a_closed_output_is_no_panic() {
    for args in [["ls", "--json"], ["demo", "--messages=10"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = finish(annulus().args(args).stdout(writer).spawn().unwrap());
        assert_eq!(output.status.code(), Some(141), "{args:?} {output:?}");
        assert!(output.stderr.is_empty(), "{output:?}");
    }
}
