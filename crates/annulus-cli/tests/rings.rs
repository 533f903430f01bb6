//! `annulus ls`, `stat` and `rm`, from outside.
mod common;
use annulus::ipc;
use common::*;
use serde_json::Value;

#[test]
fn a_ring_is_listed_told_about_and_removed() {
    let name = Name::new();
    let queue = ipc::Options::new().capacity(10).create::<u32>(name.as_str()).unwrap();
    let mut sender = queue.sender().unwrap();
    sender.send_all(&[1, 2, 3]).unwrap();

    let listed = stdout(&run(["ls"]));
    assert!(listed.starts_with("NAME"), "{listed}");
    let row = listed.lines().find(|line| line.starts_with(name.as_str())).unwrap();
    let cells: Vec<&str> = row.split_whitespace().collect();
    let pid = std::process::id().to_string();
    assert_eq!(cells[..8], [name.as_str(), "open", "4", "B", "3", "10", &pid, "free"], "{row}");

    let told = stdout(&run(["stat", name.as_str()]));
    for word in ["3 of 10", "4 bytes", &format!("process {pid}"), "nobody"] {
        assert!(told.contains(word), "{word:?} is not in:\n{told}");
    }

    drop(sender);
    assert_ok(&run(["rm", name.as_str()]));
    assert!(!name.exists());
}

#[test]
fn json_tells_the_same() {
    let name = Name::new();
    let queue = ipc::Options::new().capacity(10).create::<u32>(name.as_str()).unwrap();
    let mut receiver = queue.receiver().unwrap();
    queue.sender().unwrap().send_all(&[1, 2, 3]).unwrap();
    receiver.recv().unwrap();

    let told: Value = serde_json::from_slice(&run(["stat", "--json", name.as_str()]).stdout).unwrap();
    assert_eq!(told["name"], name.as_str());
    assert_eq!(told["state"], "closing");
    assert_eq!((&told["written"], &told["read"], &told["len"]), (&3.into(), &1.into(), &2.into()));
    assert_eq!((&told["capacity"], &told["element_bytes"]), (&10.into(), &4.into()));
    assert_eq!(told["reader"]["state"], "held");
    assert_eq!(told["writer"]["state"], "free");

    let listed: Value = serde_json::from_slice(&run(["ls", "--json"]).stdout).unwrap();
    let ours = listed.as_array().unwrap().iter().find(|ring| ring["name"] == name.as_str()).unwrap();
    assert_eq!(ours["id"], told["id"]);

    let removed: Value =
        serde_json::from_slice(&run(["rm", "--json", "--force", name.as_str()]).stdout).unwrap();
    assert_eq!(removed["removed"], name.as_str());
    assert!(!name.exists());
}

#[test]
fn help_documents_the_exit_codes() {
    for args in [["--help"], ["help"]] {
        assert!(stdout(&run(args)).contains("the process at the other end of the ring died"));
    }
    for command in ["demo", "send", "recv"] {
        assert!(stdout(&run([command, "--help"])).contains("Exit codes"));
    }
}
