//! Selections, by what the tests of other channels ask of theirs.
use super::items::in_time;
use annulus::{RecvError, SendError, mpmc, mpsc, pool, select, spsc};
use std::thread;
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_millis(20);
const LONG: Duration = Duration::from_secs(60);

#[test]
fn what_is_closed_goes_before_default_and_before_any_time() {
    let (sender, receiver) = mpmc::channel::<u8>(1);
    let (_open, other) = mpmc::channel::<u8>(1);
    drop(sender);
    for _ in 0..3 {
        assert!(
            select! { recv(other) -> _ => false, recv(receiver) -> item => item.is_err(), default => false }
        );
        assert!(
            select! { recv(receiver) -> item => item.is_err(), recv(other) -> _ => false, timeout(LONG) => false }
        );
    }
    let (full, receiver) = pool::channel(1);
    full.send(1).unwrap();
    let mut item = Some(2);
    assert!(select! { send(full, item) -> _ => false, default => true });
    drop(receiver);
    assert!(select! { send(full, item) -> sent => sent == Err(SendError::Closed(())), default => false });
    assert_eq!(item, Some(2));
}

#[test]
fn a_time_that_no_clock_reaches_is_for_ever() {
    in_time(|| {
        let (sender, receiver) = mpmc::channel(1);
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(SOON);
                sender.send(1).unwrap();
            });
            assert!(select! { recv(receiver) -> item => item == Ok(1), timeout(Duration::MAX) => false });
        });
    });
}

/// The same end in several arms: one of them gets the item.
#[test]
fn an_end_may_be_in_several_arms() {
    let (sender, receiver) = mpmc::channel(1);
    let mut counts = [0; 3];
    for n in 0..300 {
        sender.send(n).unwrap();
        select! {
            recv(receiver) -> item => { assert_eq!(item, Ok(n)); counts[0] += 1 },
            recv(receiver) -> item => { assert_eq!(item, Ok(n)); counts[1] += 1 },
            recv(receiver) -> item => { assert_eq!(item, Ok(n)); counts[2] += 1 },
        }
    }
    assert_eq!(counts, [100; 3], "one after the other");
    let (mut first, mut second) = (Some(1), Some(2));
    select! { send(sender, first) -> sent => sent.unwrap(), send(sender, second) -> sent => sent.unwrap() }
    assert_eq!([first, second].iter().flatten().count(), 1);
    assert_eq!(receiver.len(), 1);
}

/// Both directions of one channel: what can be done is done, to and fro.
#[test]
fn both_directions_of_one_channel_take_turns() {
    let (sender, receiver) = mpmc::channel(1);
    for _ in 0..100 {
        for sends in [true, false] {
            let mut item = Some(1);
            let sent = select! {
                send(sender, item) -> sent => { sent.unwrap(); true },
                recv(receiver) -> item => { assert_eq!(item, Ok(1)); false },
            };
            assert_eq!((sent, item.is_none()), (sends, sends));
        }
    }
}

/// Threads that do whichever of the two can be done: they pair off, and nothing is left but what fits.
#[test]
fn threads_that_send_or_receive_pair_off() {
    in_time(|| {
        for threads in [2, 7, 8] {
            let (sender, receiver) = mpmc::channel(1);
            let (mut sent, mut received) = (Vec::new(), Vec::new());
            thread::scope(|scope| {
                let all: Vec<_> = (0..threads)
                    .map(|me| {
                        let (sender, receiver) = (&sender, &receiver);
                        scope.spawn(move || {
                            let mut item = Some(me);
                            select! {
                                send(sender, item) -> sent => { sent.unwrap(); Err(me) },
                                recv(receiver) -> item => Ok(item.unwrap()),
                            }
                        })
                    })
                    .collect();
                for done in all.into_iter().map(|thread| thread.join().unwrap()) {
                    match done {
                        Ok(item) => received.push(item),
                        Err(item) => sent.push(item),
                    }
                }
            });
            received.extend(receiver.try_iter());
            sent.sort();
            received.sort();
            assert_eq!(sent, received, "of {threads}");
        }
    });
}

#[test]
fn a_selection_may_be_made_within_another() {
    let (sender, receiver) = mpmc::channel(1);
    let mut items = [Some(1), Some(2)];
    let [first, second] = &mut items;
    let (mut outer, mut inner) = (first.take(), second.take());
    select! {
        send(sender, outer) -> sent => {
            sent.unwrap();
            select! {
                recv(receiver) -> item => {
                    assert_eq!(item, Ok(1));
                    select! {
                        send(sender, inner) -> sent => {
                            sent.unwrap();
                            select! { recv(receiver) -> item => assert_eq!(item, Ok(2)), default => unreachable!() }
                        },
                    }
                },
            }
        },
    }
}

/// The ends of an arm may be used in what it does: they are not borrowed any more.
#[test]
fn an_arm_uses_its_ends_again() {
    let (mut sender, mut receiver) = spsc::channel(1);
    let mut item = Some(1);
    select! { send(sender, item) -> sent => { sent.unwrap(); assert!(sender.try_send(2).is_err()) } }
    select! { recv(receiver) -> item => { assert_eq!(item, Ok(1)); assert!(receiver.try_recv().is_err()) } }
    let broken = loop {
        select! { recv(receiver) -> item => break item, default => sender.try_send(3).unwrap() }
    };
    assert_eq!(broken, Ok(3));
}

/// An end that goes while others are there wakes nobody who selects.
#[test]
fn a_clone_that_goes_is_not_the_end() {
    in_time(|| {
        let (s1, r1) = mpmc::channel::<u8>(1);
        let (s2, r2) = mpmc::channel(1);
        let clone = s1.clone();
        let waits = thread::spawn(move || {
            select! { recv(r1) -> _ => false, recv(r2) -> item => item == Ok(7) }
        });
        thread::spawn(move || drop(clone)).join().unwrap();
        thread::sleep(SOON);
        assert!(!waits.is_finished());
        s2.send(7).unwrap();
        assert!(waits.join().unwrap());
        drop(s1);
    });
}

/// Selections with a limit on both sides, often too short: all comes through, in order.
#[test]
fn selections_with_limits_on_both_sides_lose_nothing() {
    in_time(|| {
        let (s1, mut r1) = mpsc::channel(1);
        let (mut s2, mut r2) = spsc::channel(2);
        let sending = thread::spawn(move || {
            for n in 0..300_u64 {
                if n % 20 == 0 {
                    thread::sleep(Duration::from_millis(1));
                }
                let limit = Duration::from_micros(n % 7 * 40);
                let (mut first, mut second) = (Some(n), Some(n));
                while first.is_some() && second.is_some() {
                    select! {
                        send(s1, first) -> sent => sent.unwrap(),
                        send(s2, second) -> sent => sent.unwrap(),
                        timeout(limit) => {},
                    }
                }
            }
            (s1, s2) // which closes neither before all is received
        });
        let (mut last, mut count) = ([None; 2], 0);
        while count < 300 {
            if count % 23 == 0 {
                thread::sleep(Duration::from_millis(1));
            }
            let limit = Duration::from_micros(count % 5 * 40);
            let (from, n) = select! {
                recv(r1) -> item => (0, item.unwrap()),
                recv(r2) -> item => (1, item.unwrap()),
                timeout(limit) => continue,
            };
            assert!(last[from] < Some(n));
            last[from] = Some(n);
            count += 1;
        }
        drop(sending.join().unwrap());
        assert_eq!((r1.recv(), r2.recv()), (Err(RecvError::Closed), Err(RecvError::Closed)));
    });
}

/// Whoever has sent to a pool finds an item there, by a selection that does not wait as well.
#[test]
fn who_has_sent_finds_an_item_without_waiting() {
    in_time(|| {
        for limit in [None, Some(LONG)] {
            let (sender, receiver) = pool::channel(4);
            thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        for n in 0..1_000 {
                            sender.send(n).unwrap();
                            match limit {
                                None => select! { recv(receiver) -> item => item.map(drop).unwrap(), default => panic!("there is one") },
                                Some(limit) => select! { recv(receiver) -> item => item.map(drop).unwrap(), timeout(limit) => panic!("there is one") },
                            }
                        }
                    });
                }
            });
        }
    });
}

/// A selection that ended by its limit has left all lines: what comes later goes to who is still there.
#[test]
fn who_has_given_up_selecting_is_in_nobodys_way() {
    in_time(|| {
        let (s1, r1) = mpmc::channel(1);
        let (_s2, r2) = mpmc::channel::<u8>(1);
        for n in 0..200 {
            thread::scope(|scope| {
                scope.spawn(|| {
                    let limit = Duration::from_micros(n % 10 * 30);
                    select! { recv(r2) -> _ => unreachable!(), recv(r1) -> item => s1.send(item.unwrap()).unwrap(), timeout(limit) => {} }
                });
                let waits = scope.spawn(|| r1.recv_deadline(Instant::now() + LONG));
                thread::sleep(Duration::from_micros(150));
                s1.send(n).unwrap();
                assert_eq!(waits.join().unwrap(), Ok(n));
            });
        }
    });
}
