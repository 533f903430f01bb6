//! Rings between real processes: order, back-pressure, death, takeover.
#![cfg(all(feature = "ipc", target_os = "linux", target_pointer_width = "64"))]
use annulus::State;
use annulus::ipc::{self, GrantError, PopError, RecvError, SendError};
use ipc_support::{Name, Peer, create, open, role, until};
use std::time::{Duration, Instant};

mod ipc_support;

const SOON: Duration = Duration::from_secs(20);

/// Not a test: what the other processes run.
#[test]
fn child() {
    let Some(words) = role() else { return };
    let number = |at: usize| words[at].parse::<u64>().unwrap();
    let name = &words[1];
    match words[0].as_str() {
        "send" => {
            let mut sender = open(name).sender().unwrap();
            for n in number(2)..number(3) {
                sender.send(n).unwrap();
            }
        }
        "send-slices" => {
            let mut sender = open(name).sender().unwrap();
            let all: Vec<u64> = (number(2)..number(3)).collect();
            for some in all.chunks(37) {
                sender.send_all(some).unwrap();
            }
        }
        "recv" => {
            let mut receiver = open(name).receiver().unwrap();
            for n in 0..number(2) {
                assert_eq!(receiver.recv(), Ok(n));
            }
        }
        "echo" => {
            let mut receiver = open(name).receiver().unwrap();
            let mut sender = open(&words[2]).sender().unwrap();
            while let Ok(n) = receiver.recv() {
                sender.send(n).unwrap();
            }
        }
        "sit-writer" => {
            let mut sender = open(name).sender().unwrap();
            for n in 0..number(2) {
                sender.send(n).unwrap();
            }
            let _unfinished = sender.reserve_up_to(1).map(|mut grant| grant.write(0, &[u64::MAX]));
            std::thread::sleep(SOON);
        }
        "sit-reader" => {
            let mut receiver = open(name).receiver().unwrap();
            for n in 0..number(2) {
                assert_eq!(receiver.recv(), Ok(n));
            }
            let _unreleased = receiver.claim(number(3) as usize);
            std::thread::sleep(SOON);
        }
        "wait" => {
            let _ = open(name).receiver().unwrap().recv_timeout(SOON);
        }
        other => panic!("no such role: {other}"),
    }
}

#[test]
fn a_million_items_arrive_in_order() {
    let name = Name::new("million");
    let mut receiver = create(&name, 1024).receiver().unwrap();
    let peer = Peer::start("send", &[&name, "0", "1000000"]);
    for n in 0..1_000_000 {
        assert_eq!(receiver.recv(), Ok(n));
    }
    peer.done();
    assert_eq!(receiver.recv(), Err(RecvError::Closed));
    let stat = ipc::inspect(&name).unwrap();
    assert_eq!((stat.messages, stat.read, stat.len), (1_000_000, 1_000_000, 0));
}

#[test]
fn every_capacity_carries_everything_in_order() {
    for (capacity, count) in [(1, 2_000), (3, 10_000), (64, 200_000)] {
        let name = Name::new("capacity");
        let mut receiver = create(&name, capacity).receiver().unwrap();
        let peer = Peer::start("send", &[&name, "0", &count.to_string()]);
        for n in 0..count {
            assert_eq!(receiver.recv(), Ok(n));
        }
        peer.done();
    }
}

#[test]
fn slices_arrive_whole_and_in_order_across_the_wrap() {
    let name = Name::new("slices");
    let mut receiver = create(&name, 100).receiver().unwrap();
    let peer = Peer::start("send-slices", &[&name, "0", "300000"]);
    let (mut next, mut some) = (0, [0; 23]);
    while let Ok(n) = receiver.recv_slice(&mut some) {
        assert!(n != 0);
        for item in &some[..n] {
            assert_eq!(*item, next);
            next += 1;
        }
    }
    assert_eq!(next, 300_000);
    peer.done();
}

#[test]
fn a_sender_waits_while_the_ring_is_full() {
    let name = Name::new("pressure");
    let queue = create(&name, 3);
    let mut sender = queue.sender().unwrap();
    for n in 0..3 {
        sender.send(n).unwrap();
    }
    assert_eq!(sender.try_send(3).unwrap_err().into_inner(), 3);
    let begun = Instant::now();
    assert_eq!(sender.send_timeout(3, Duration::from_millis(30)), Err(SendError::Timeout(3)));
    assert!(Duration::from_millis(30) <= begun.elapsed());
    let peer = Peer::start("recv", &[&name, "5"]);
    sender.send(3).unwrap();
    sender.send(4).unwrap();
    peer.done();
}

#[test]
fn a_receiver_waits_for_whoever_has_not_come_yet() {
    let name = Name::new("early");
    let queue = create(&name, 8);
    let mut receiver = queue.receiver().unwrap();
    assert_eq!(receiver.recv_timeout(Duration::from_millis(120)), Err(RecvError::Timeout));
    let peer = Peer::start("send", &[&name, "0", "1"]);
    assert_eq!(receiver.recv(), Ok(0));
    peer.done();
}

#[test]
fn a_closed_ring_is_drained_first_and_a_new_end_opens_it_again() {
    let name = Name::new("closed");
    let queue = create(&name, 8);
    Peer::start("send", &[&name, "0", "3"]).done();
    assert_eq!(queue.stat().unwrap().state, State::Closing);
    let mut receiver = queue.receiver().unwrap();
    for n in 0..3 {
        assert_eq!(receiver.recv(), Ok(n));
    }
    assert_eq!(receiver.recv(), Err(RecvError::Closed));
    Peer::start("send", &[&name, "3", "5"]).done();
    assert_eq!((receiver.recv(), receiver.recv()), (Ok(3), Ok(4)));
    assert_eq!(receiver.recv(), Err(RecvError::Closed));
}

#[test]
fn a_killed_sender_is_named_within_100_ms_after_what_it_committed() {
    let name = Name::new("kill-sender");
    let mut receiver = create(&name, 64).receiver().unwrap();
    let mut peer = Peer::start("sit-writer", &[&name, "5"]);
    until(&name, |stat| stat.messages == 5);
    let pid = peer.pid();
    let waiting = std::thread::spawn(move || {
        for n in 0..5 {
            assert_eq!(receiver.recv(), Ok(n));
        }
        let outcome = receiver.recv();
        (outcome, Instant::now(), receiver)
    });
    until(&name, |stat| stat.reader.sleepers == 1);
    let killed = Instant::now();
    peer.kill();
    let (outcome, noticed, mut receiver) = waiting.join().unwrap();
    assert_eq!(outcome, Err(RecvError::PeerDied { pid }));
    let took = noticed.duration_since(killed);
    assert!(took < Duration::from_millis(100), "noticed after {took:?}");
    eprintln!("a killed sender was noticed after {took:?}");
    assert_eq!(receiver.try_recv(), Err(PopError::PeerDied { pid }));
    let stat = ipc::inspect(&name).unwrap();
    assert_eq!(stat.writer.dead(), Some(pid));

    // Somebody takes over, and the one that waited goes on: what was not committed never existed.
    Peer::start("send", &[&name, "5", "7"]).done();
    assert_eq!((receiver.recv(), receiver.recv()), (Ok(5), Ok(6)));
    assert_eq!(receiver.recv(), Err(RecvError::Closed));
}

#[test]
fn a_killed_receiver_is_named_within_100_ms() {
    let name = Name::new("kill-receiver");
    let mut sender = create(&name, 4).sender().unwrap();
    let mut peer = Peer::start("sit-reader", &[&name, "2", "2"]);
    for n in 0..6 {
        sender.send(n).unwrap();
    }
    until(&name, |stat| stat.read == 2);
    let pid = peer.pid();
    let waiting = std::thread::spawn(move || {
        let outcome = sender.send(6);
        (outcome, Instant::now(), sender)
    });
    until(&name, |stat| stat.writer.sleepers == 1);
    let killed = Instant::now();
    peer.kill();
    let (outcome, noticed, sender) = waiting.join().unwrap();
    assert_eq!(outcome, Err(SendError::PeerDied { value: 6, pid }));
    let took = noticed.duration_since(killed);
    assert!(took < Duration::from_millis(100), "noticed after {took:?}");
    eprintln!("a killed receiver was noticed after {took:?}");

    // What it had claimed and not released is offered again.
    let mut receiver = open(&name).receiver().unwrap();
    for n in 2..6 {
        assert_eq!(receiver.recv(), Ok(n));
    }
    drop(sender);
    assert_eq!(receiver.recv(), Err(RecvError::Closed));
}

#[test]
fn some_room_is_not_enough_for_one_whose_reader_was_killed() {
    let name = Name::new("partial");
    let mut sender = create(&name, 4).sender().unwrap();
    let mut peer = Peer::start("sit-reader", &[&name, "2", "0"]);
    sender.send_all(&[0, 1, 2]).unwrap();
    until(&name, |stat| stat.read == 2);
    let pid = peer.pid();
    peer.kill();
    assert_eq!(sender.reserve(4).unwrap_err(), GrantError::TooFew { available: 3 });
    assert_eq!(sender.drained(SOON), Err(SendError::PeerDied { value: 1, pid }));
    assert_eq!(sender.send_all(&[3, 4, 5, 6]), Err(SendError::PeerDied { value: 3, pid }));
    let mut receiver = open(&name).receiver().unwrap();
    assert_eq!(receiver.recv(), Ok(2));
    drop(sender);
    assert_eq!(receiver.claim(4).unwrap_err(), GrantError::TooFew { available: 3 });
}

#[test]
fn a_writer_killed_again_and_again_loses_nothing_that_it_committed() {
    let name = Name::new("storm");
    let mut receiver = create(&name, 16).receiver().unwrap();
    let mut next = 0;
    for round in 0..20u64 {
        // Each writer goes on where the one before was cut off: it finds the number of its first item in the ring.
        let committed = ipc::inspect(&name).unwrap().messages;
        let mut peer = Peer::start("send", &[&name, &committed.to_string(), "1000000000"]);
        let wanted = next + 200 + 57 * round;
        while next < wanted {
            match receiver.recv_timeout(SOON) {
                Ok(n) => assert_eq!(n, next),
                // The one before is dead, and this one has not come yet.
                Err(RecvError::PeerDied { pid }) if pid != peer.pid() => {
                    std::thread::sleep(Duration::from_millis(1));
                    continue;
                }
                other => panic!("{other:?} at {next}"),
            }
            next += 1;
        }
        peer.kill();
        while let Ok(n) = receiver.recv() {
            assert_eq!(n, next);
            next += 1;
        }
    }
    assert_eq!(ipc::inspect(&name).unwrap().writer.sittings, 20);
}

#[test]
fn an_end_is_in_use_while_its_process_lives() {
    let name = Name::new("in-use");
    let queue = create(&name, 4);
    let mut peer = Peer::start("wait", &[&name]);
    until(&name, |stat| stat.reader.sleepers == 1);
    match queue.consumer().unwrap_err() {
        ipc::Error::InUse { pid, .. } => assert_eq!(pid, peer.pid()),
        other => panic!("{other}"),
    }
    peer.kill();
    drop(queue.consumer().unwrap());
}

#[test]
fn a_stopped_process_is_not_dead() {
    let name = Name::new("stopped");
    let mut receiver = create(&name, 4).receiver().unwrap();
    let peer = Peer::start("sit-writer", &[&name, "1"]);
    assert_eq!(receiver.recv(), Ok(0));
    until(&name, |stat| stat.writer.alive);
    let kill = |signal: &str| {
        let done = std::process::Command::new("kill").args([signal, &peer.pid().to_string()]).status();
        assert!(done.unwrap().success());
    };
    kill("-STOP");
    assert_eq!(receiver.recv_timeout(Duration::from_millis(250)), Err(RecvError::Timeout));
    kill("-CONT");
}

/// A wake that is lost shows where every step waits for the other process.
#[test]
fn every_question_gets_its_answer_in_rings_of_one_and_three() {
    for capacity in [1, 3] {
        let (there, back) = (Name::new("there"), Name::new("back"));
        let mut sender = create(&there, capacity).sender().unwrap();
        let mut receiver = create(&back, capacity).receiver().unwrap();
        let peer = Peer::start("echo", &[&there, &back]);
        for n in 0..2_000 {
            sender.send(n).unwrap();
            assert_eq!(receiver.recv(), Ok(n));
        }
        drop(sender);
        peer.done();
    }
}
