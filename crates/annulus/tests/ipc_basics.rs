//! Rings between processes, seen from one: names, options, ends, grants.
#![cfg(all(feature = "ipc", target_os = "linux", target_pointer_width = "64"))]
use annulus::State;
use annulus::ipc::{self, Error, GrantError, Options, PopError, RecvError, SendError};
use ipc_support::{Name, create, open};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

mod ipc_support;

#[test]
fn a_ring_fills_to_its_exact_capacity_and_drains_in_order() {
    for capacity in [1, 2, 3, 7, 64, 1000] {
        let name = Name::new("exact");
        let queue = create(&name, capacity);
        let (mut producer, mut consumer) = (queue.producer().unwrap(), queue.consumer().unwrap());
        let mut next = 0;
        for _ in 0..5 {
            let mut n = 0;
            while producer.push(next + n).is_ok() {
                n += 1;
            }
            assert_eq!(n as usize, capacity);
            assert!(producer.is_full() && producer.vacant() == 0 && consumer.len() == capacity);
            for _ in 0..n {
                assert_eq!(consumer.pop(), Ok(next));
                next += 1;
            }
            assert_eq!(consumer.pop(), Err(PopError::Empty));
        }
    }
}

#[test]
fn names_are_checked() {
    let long = "x".repeat(201);
    for bad in ["", ".hidden", "a/b", "../x", "a b", "ring\0", "ü", &long] {
        assert!(matches!(Options::new().create::<u8>(bad), Err(Error::BadName { .. })), "{bad:?}");
        assert!(matches!(Options::new().open::<u8>(bad), Err(Error::BadName { .. })), "{bad:?}");
        assert!(matches!(ipc::unlink(bad), Err(Error::BadName { .. })), "{bad:?}");
        assert!(matches!(ipc::inspect(bad), Err(Error::BadName { .. })), "{bad:?}");
    }
    let name = Name(format!("{}{}", "y".repeat(200 - 12), std::process::id() + 100_000_000));
    assert!(name.len() <= 200);
    create(&name, 1);
}

#[test]
fn a_name_is_taken_once_and_unknown_after_it_is_removed() {
    let name = Name::new("once");
    assert!(matches!(Options::new().open::<u64>(&name), Err(Error::NotFound { .. })));
    assert!(matches!(ipc::inspect(&name), Err(Error::NotFound { .. })));
    assert!(matches!(ipc::unlink(&name), Err(Error::NotFound { .. })));
    let _queue = create(&name, 1);
    let error = Options::new().create::<u64>(&name).unwrap_err();
    assert!(matches!(error, Error::AlreadyExists { .. }));
    assert_eq!(
        error.to_string(),
        format!("ring `{0}` exists already: open it, or remove it with `annulus rm {0}`", name.0)
    );
    assert!(ipc::list().unwrap().contains(&name.0));
    ipc::unlink(&name).unwrap();
    assert!(!ipc::list().unwrap().contains(&name.0));
}

#[test]
fn open_or_create_does_either() {
    let name = Name::new("either");
    let first = Options::new().capacity(5).open_or_create::<u64>(&name).unwrap();
    let second = Options::new().capacity(9).open_or_create::<u64>(&name).unwrap();
    assert_eq!((first.capacity(), second.capacity()), (5, 5));
    first.producer().unwrap().push(1).unwrap();
    assert_eq!(second.consumer().unwrap().pop(), Ok(1));
}

#[test]
fn the_mode_is_exact() {
    for mode in [0o600, 0o666, 0o640] {
        let name = Name::new("mode");
        Options::new().mode(mode).create::<u8>(&name).unwrap();
        let found = std::fs::metadata(name.path()).unwrap().permissions().mode() & 0o7777;
        assert_eq!(found, mode);
    }
}

#[test]
fn impossible_capacities_are_refused_and_leave_nothing_behind() {
    let name = Name::new("huge");
    for capacity in [0, usize::MAX, usize::MAX / 2, usize::MAX / 8, 1 << 60] {
        let error = Options::new().capacity(capacity).create::<u64>(&name).unwrap_err();
        assert!(matches!(error, Error::Capacity { .. }), "{capacity}: {error}");
    }
    let error = Options::new().capacity(1 << 46).create::<u64>(&name).unwrap_err();
    assert!(matches!(error, Error::NoSpace { .. }), "{error}");
    assert!(!std::path::Path::new(&name.path()).exists());
}

#[test]
fn each_end_is_taken_once_and_may_be_taken_again() {
    let name = Name::new("ends");
    let queue = create(&name, 4);
    let producer = queue.producer().unwrap();
    for error in [queue.producer().unwrap_err(), open(&name).sender().unwrap_err()] {
        assert!(matches!(error, Error::InUse { pid, .. } if pid == std::process::id()), "{error}");
    }
    let consumer = queue.consumer().unwrap();
    assert!(matches!(queue.receiver(), Err(Error::InUse { .. })));
    let stat = queue.stat().unwrap();
    assert!(stat.writer.alive && stat.reader.alive);
    drop((producer, consumer));
    let stat = queue.stat().unwrap();
    assert_eq!((stat.writer.pid, stat.reader.pid), (None, None));
    assert!(!stat.writer.alive && !stat.reader.alive);
    let _again = (queue.sender().unwrap(), queue.receiver().unwrap());
}

#[test]
fn another_type_is_refused() {
    let name = Name::new("type");
    create(&name, 4);
    let error = Options::new().open::<u32>(&name).unwrap_err();
    let Error::WrongElement { expected, found, .. } = &error else { panic!("{error}") };
    assert_eq!((expected.size, found.size), (4, 8));
    assert!(matches!(Options::new().open::<[u8; 8]>(&name), Err(Error::WrongElement { .. })), "alignment");
    assert!(matches!(Options::new().tag(1).open::<u64>(&name), Err(Error::WrongElement { .. })), "tag");
}

#[test]
fn a_ring_that_is_removed_while_in_use_keeps_working() {
    let name = Name::new("removed");
    let queue = create(&name, 4);
    let mut sender = queue.sender().unwrap();
    ipc::unlink(&name).unwrap();
    let other = create(&name, 4);
    let mut receiver = queue.receiver().unwrap();
    sender.send(1).unwrap();
    assert_eq!(receiver.recv(), Ok(1));
    assert_ne!(queue.stat().unwrap().id, other.stat().unwrap().id);
    assert_eq!(other.stat().unwrap().messages, 0);
}

#[test]
fn a_closing_reader_stops_a_waiting_sender() {
    let name = Name::new("stop");
    let queue = create(&name, 1);
    let (mut sender, mut receiver) = (queue.sender().unwrap(), queue.receiver().unwrap());
    sender.send(1).unwrap();
    let waiting = std::thread::spawn(move || sender.send(2));
    std::thread::sleep(Duration::from_millis(20));
    let begun = Instant::now();
    receiver.close();
    assert_eq!(waiting.join().unwrap(), Err(SendError::Closed(2)));
    assert!(begun.elapsed() < Duration::from_millis(500));
    assert_eq!(receiver.state(), State::Closing);
    assert_eq!((receiver.recv(), receiver.recv()), (Ok(1), Err(RecvError::Closed)));
}

#[test]
fn a_closed_sender_sends_no_more() {
    let name = Name::new("no-more");
    let queue = create(&name, 4);
    let mut sender = queue.sender().unwrap();
    sender.send(1).unwrap();
    sender.close();
    assert_eq!(sender.send(2), Err(SendError::Closed(2)));
    assert_eq!(sender.send_slice(&[2]), Err(SendError::Closed(())));
    assert_eq!(sender.reserve(1).unwrap_err(), GrantError::Closed);
    let mut receiver = queue.receiver().unwrap();
    assert_eq!((receiver.recv(), receiver.recv()), (Ok(1), Err(RecvError::Closed)));
}

#[test]
fn grants_are_filled_and_read_in_place_across_the_wrap() {
    let name = Name::new("grants");
    let queue = create(&name, 5);
    let (mut sender, mut receiver) = (queue.sender().unwrap(), queue.receiver().unwrap());
    let mut next = 0;
    for n in [3, 5, 1, 4, 2, 5, 0, 3] {
        let items: Vec<u64> = (next..next + n as u64).collect();
        let mut grant = sender.reserve(n).unwrap();
        assert_eq!(grant.len(), n);
        for (offset, item) in items.iter().enumerate() {
            grant.write(offset, std::slice::from_ref(item));
        }
        grant.commit(n);
        let grant = receiver.claim(n).unwrap();
        let mut found = vec![0; n];
        grant.read(0, &mut found);
        assert_eq!(found, items);
        // SAFETY: nobody else writes there.
        let (first, second) = unsafe { grant.as_slices() };
        assert_eq!([first, second].concat(), items);
        grant.release(n);
        next += n as u64;
    }
    assert_eq!(sender.reserve(6).unwrap_err(), GrantError::TooLarge);
    assert_eq!(receiver.claim(6).unwrap_err(), GrantError::TooLarge);
    assert_eq!(receiver.claim_up_to_timeout(1, Duration::from_millis(5)).unwrap_err(), GrantError::Timeout);
}

#[test]
fn a_forgotten_grant_is_offered_again() {
    let name = Name::new("forgotten");
    let queue = create(&name, 4);
    let (mut producer, mut consumer) = (queue.producer().unwrap(), queue.consumer().unwrap());
    let _forgotten = std::mem::ManuallyDrop::new(producer.reserve_many(3).unwrap());
    drop(producer.reserve_many(4).unwrap());
    assert_eq!(producer.push_slice(&[1, 2, 3, 4, 5]), 4);
    let _forgotten = std::mem::ManuallyDrop::new(consumer.claim_many(4).unwrap());
    consumer.claim_up_to(9).unwrap().release(1);
    let mut items = [0; 9];
    assert_eq!(consumer.pop_slice(&mut items), 3);
    assert_eq!(items[..3], [2, 3, 4]);
}

#[test]
fn too_few_says_how_many() {
    let name = Name::new("few");
    let queue = create(&name, 4);
    let (mut producer, mut consumer) = (queue.producer().unwrap(), queue.consumer().unwrap());
    assert_eq!(consumer.claim_many(2).unwrap_err(), GrantError::None);
    producer.push(1).unwrap();
    assert_eq!(consumer.claim_many(2).unwrap_err(), GrantError::TooFew { available: 1 });
    assert_eq!(producer.reserve_many(4).unwrap_err(), GrantError::TooFew { available: 3 });
    drop(producer);
    assert_eq!(consumer.claim_many(2).unwrap_err(), GrantError::TooFew { available: 1 });
    assert_eq!(consumer.pop(), Ok(1));
    assert_eq!(consumer.claim_many(2).unwrap_err(), GrantError::Closed);
}

#[test]
fn bytes_go_from_a_file_to_a_file_without_another_copy() {
    let name = Name::new("files");
    let queue = Options::new().capacity(1000).create::<u8>(&name).unwrap();
    let (mut sender, mut receiver) = (queue.sender().unwrap(), queue.receiver().unwrap());
    let text: Vec<u8> = (0..10_007u32).map(|n| (n * 7) as u8).collect();
    let scratch = || {
        let path = std::env::temp_dir().join(format!("annulus-{}", Name::new("scratch").0));
        let file = std::fs::File::options().read(true).write(true).create_new(true).open(&path).unwrap();
        std::fs::remove_file(path).unwrap();
        file
    };
    let (mut from, mut to) = (scratch(), scratch());
    from.write_all(&text).unwrap();
    from.rewind().unwrap();
    loop {
        let mut grant = sender.reserve_up_to(700).unwrap();
        let n = grant.read_from(&from).unwrap();
        grant.commit(n);
        if n == 0 {
            break;
        }
        while let Ok(grant) = receiver.consumer().claim_up_to(900) {
            let n = grant.write_to(&to).unwrap();
            grant.release(n);
        }
    }
    let mut found = Vec::new();
    to.rewind().unwrap();
    to.read_to_end(&mut found).unwrap();
    assert_eq!(found, text);
}

#[test]
fn drained_tells_whether_everything_was_taken() {
    let name = Name::new("drained");
    let queue = create(&name, 4);
    let (mut sender, mut receiver) = (queue.sender().unwrap(), queue.receiver().unwrap());
    sender.send_all(&[1, 2, 3]).unwrap();
    assert_eq!(sender.drained(Duration::from_millis(5)), Err(SendError::Timeout(3)));
    let mut items = [0; 4];
    assert_eq!(receiver.recv_slice(&mut items), Ok(3));
    assert_eq!(sender.drained(Duration::from_millis(5)), Ok(()));
}

#[test]
fn elements_without_bytes_are_counted() {
    let name = Name::new("nothing");
    let queue = Options::new().capacity(3).create::<()>(&name).unwrap();
    let (mut producer, mut consumer) = (queue.producer().unwrap(), queue.consumer().unwrap());
    assert_eq!(producer.push_slice(&[(); 5]), 3);
    assert_eq!(consumer.pop_slice(&mut [(); 2]), 2);
    assert_eq!((consumer.pop(), consumer.pop()), (Ok(()), Err(PopError::Empty)));
}
