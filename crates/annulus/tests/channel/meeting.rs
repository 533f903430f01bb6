//! Capacity 0, with threads: an item goes from hand to hand.
use super::items::{Tally, in_time};
use super::tasks::now;
use annulus::mpmc::{self, channel};
use annulus::{PopError, PushError, RecvError, ReserveError, SendError, State};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_millis(20);

/// Tries until a receiver waits.
pub(crate) fn try_until_sent<T>(sender: &mpmc::Sender<T>, mut item: T) {
    loop {
        match sender.try_send(item) {
            Ok(()) => return,
            Err(PushError::Full(back)) => item = back,
            Err(_) => panic!("it is open"),
        }
        thread::yield_now();
    }
}

/// Tries until a sender waits.
pub(crate) fn try_until_received<T>(receiver: &mpmc::Receiver<T>) -> T {
    loop {
        match receiver.try_recv() {
            Ok(item) => return item,
            Err(PopError::Empty) => thread::yield_now(),
            Err(why) => panic!("{why:?}"),
        }
    }
}

#[test]
fn nothing_is_done_while_the_other_side_is_not_there() {
    let (sender, receiver) = channel(0);
    assert_eq!(sender.try_send(1), Err(PushError::Full(1)));
    assert_eq!(sender.force_send(1), Err(PushError::Full(1)), "there is no oldest one");
    assert_eq!(receiver.try_recv(), Err(PopError::Empty));
    let begun = Instant::now();
    assert_eq!(sender.send_timeout(2, SOON), Err(SendError::Timeout(2)));
    assert_eq!(receiver.recv_timeout(SOON), Err(RecvError::Timeout));
    assert!(SOON * 2 <= begun.elapsed());
    assert_eq!(sender.send_deadline(3, begun), Err(SendError::Timeout(3)));
    assert_eq!(receiver.recv_deadline(begun), Err(RecvError::Timeout));
    assert_eq!(sender.try_send(4), Err(PushError::Full(4)), "who waited is gone");
    assert_eq!(receiver.try_recv(), Err(PopError::Empty), "and so is its item");
}

#[test]
fn there_is_room_for_nothing() {
    let (sender, receiver) = channel::<u8>(0);
    assert_eq!((sender.capacity(), sender.vacant(), sender.is_full()), (0, 0, true));
    assert_eq!((receiver.capacity(), receiver.len(), receiver.is_empty()), (0, 0, true));
    assert_eq!((sender.state(), receiver.state(), sender.is_closed()), (State::Open, State::Open, false));
    in_time(move || {
        let sending = thread::spawn(move || sender.send(1));
        thread::sleep(SOON);
        assert_eq!((receiver.len(), receiver.is_empty()), (0, true), "what is on offer is not in it");
        assert_eq!(receiver.recv(), Ok(1));
        assert_eq!(sending.join().unwrap(), Ok(()));
    });
}

#[test]
fn what_never_waits_meets_who_waits() {
    in_time(|| {
        let (sender, receiver) = channel(0);
        let there = receiver.clone();
        let receiving = thread::spawn(move || there.recv());
        try_until_sent(&sender, 1);
        assert_eq!(receiving.join().unwrap(), Ok(1));
        let there = sender.clone();
        let sending = thread::spawn(move || there.send(2));
        assert_eq!(try_until_received(&receiver), 2);
        assert_eq!(sending.join().unwrap(), Ok(()));
    });
}

#[test]
fn a_send_ends_when_its_item_is_taken_not_before() {
    in_time(|| {
        let (sender, receiver) = channel(0);
        let sent = Arc::new(AtomicBool::new(false));
        let there = sent.clone();
        let sending = thread::spawn(move || {
            sender.send(1).unwrap();
            there.store(true, Ordering::SeqCst);
        });
        thread::sleep(SOON);
        assert!(!sent.load(Ordering::SeqCst));
        assert_eq!(receiver.recv(), Ok(1));
        sending.join().unwrap();
        assert!(sent.load(Ordering::SeqCst));
    });
}

#[test]
fn a_limited_wait_ends_early_when_the_other_side_comes() {
    in_time(|| {
        const LONG: Duration = Duration::from_secs(100);
        let (sender, receiver) = channel(0);
        let (s, r) = (sender.clone(), receiver.clone());
        let sending = thread::spawn(move || s.send_timeout(1, LONG));
        thread::sleep(SOON);
        assert_eq!(receiver.recv_timeout(LONG), Ok(1));
        assert_eq!(sending.join().unwrap(), Ok(()));
        let receiving = thread::spawn(move || r.recv_deadline(Instant::now() + LONG));
        thread::sleep(SOON);
        assert_eq!(sender.send_deadline(2, Instant::now() + LONG), Ok(()));
        assert_eq!(receiving.join().unwrap(), Ok(2));
    });
}

#[test]
fn the_last_of_a_side_wakes_the_other_and_items_come_back() {
    in_time(|| {
        let (sender, receiver) = channel::<u8>(0);
        let receivers = [(); 3].map(|()| {
            let receiver = receiver.clone();
            thread::spawn(move || receiver.recv())
        });
        thread::sleep(SOON);
        drop(sender);
        receivers.into_iter().for_each(|waits| assert_eq!(waits.join().unwrap(), Err(RecvError::Closed)));
        assert_eq!((receiver.state(), receiver.try_recv()), (State::Closed, Err(PopError::Closed)));

        let tally = Tally::default();
        let (sender, receiver) = channel(0);
        let senders = [1, 2, 3].map(|n| {
            let (sender, tally) = (sender.clone(), tally.clone());
            thread::spawn(move || match sender.send(tally.item(n)) {
                Err(SendError::Closed(item)) => assert_eq!(item.n, n),
                _ => panic!("nobody is there"),
            })
        });
        thread::sleep(SOON);
        drop(receiver);
        senders.into_iter().for_each(|waits| waits.join().unwrap());
        assert!(matches!(sender.try_send(tally.item(4)), Err(PushError::Closed(item)) if item.n == 4));
        assert_eq!((tally.made(), tally.alive(), sender.state()), (4, 0, State::Closed));
    });
}

#[test]
fn either_side_can_close() {
    in_time(|| {
        for by_sender in [false, true] {
            let (sender, receiver) = channel(0);
            let (s, r) = (sender.clone(), receiver.clone());
            let sending = thread::spawn(move || s.send(1));
            thread::sleep(SOON);
            if by_sender {
                sender.close()
            } else {
                receiver.close()
            }
            assert_eq!(sending.join().unwrap(), Err(SendError::Closed(1)));
            assert_eq!((r.recv(), sender.send(2)), (Err(RecvError::Closed), Err(SendError::Closed(2))));
            assert_eq!(sender.force_send(3), Err(PushError::Closed(3)));
            let mut closing = receiver.closing();
            assert_eq!(closing.recv(), Err(PopError::Closed));
            assert!(closing.finish().is_ok() && sender.closing().finish().is_ok());
        }
    });
}

#[test]
fn weak_ends_do_not_count() {
    let (sender, receiver) = channel::<u8>(0);
    let (weak_sender, weak_receiver) = (sender.downgrade(), receiver.downgrade());
    assert!(weak_sender.upgrade().is_some() && weak_receiver.upgrade().is_some());
    assert_eq!((sender.sender_count(), sender.receiver_count()), (1, 1));
    drop(sender);
    assert_eq!(receiver.recv(), Err(RecvError::Closed));
    drop(receiver);
    assert!(weak_sender.upgrade().is_none() && weak_receiver.upgrade().is_none());
}

#[test]
fn one_to_one_keeps_the_order() {
    in_time(|| {
        let (sender, receiver) = channel(0);
        let sending = thread::spawn(move || (0..20_000).for_each(|n| sender.send(n).unwrap()));
        assert!(receiver.iter().eq(0..20_000));
        sending.join().unwrap();
    });
}

/// Four senders and four receivers: every item once, those of each sender in order at each receiver.
#[test]
fn each_item_of_many_goes_to_one_of_many() {
    in_time(|| {
        const EACH: usize = 2_500;
        let tally = Tally::default();
        let (sender, receiver) = channel(0);
        let senders = [0, 1, 2, 3].map(|me| {
            let (sender, tally) = (sender.clone(), tally.clone());
            thread::spawn(move || {
                (0..EACH).for_each(|n| assert!(sender.send(tally.item(me * EACH + n)).is_ok()));
            })
        });
        let receivers = [(); 4].map(|()| {
            let receiver = receiver.clone();
            thread::spawn(move || receiver.iter().map(|item| item.n).collect::<Vec<_>>())
        });
        drop((sender, receiver));
        senders.into_iter().for_each(|sender| sender.join().unwrap());
        let mut all = Vec::new();
        for received in receivers.map(|receiver| receiver.join().unwrap()) {
            for me in 0..4 {
                let of_one: Vec<_> = received.iter().filter(|n| *n / EACH == me).collect();
                assert!(of_one.is_sorted());
            }
            all.extend(received);
        }
        all.sort();
        assert!(all.into_iter().eq(0..4 * EACH));
        assert_eq!((tally.made(), tally.alive()), (4 * EACH, 0));
    });
}

/// Whether a wait is over in time or not, an item is received or comes back, not both.
#[test]
fn waits_that_end_while_they_meet_lose_nothing() {
    in_time(|| {
        const ITEMS: usize = 3_000;
        let tally = Tally::default();
        let (sender, receiver) = channel(0);
        let senders = [(); 2].map(|()| {
            let (sender, tally) = (sender.clone(), tally.clone());
            thread::spawn(move || {
                let mut sent = 0;
                for n in 0..ITEMS {
                    let limit = Duration::from_micros(n as u64 % 90);
                    match sender.send_timeout(tally.item(n), limit) {
                        Ok(()) => sent += 1,
                        Err(SendError::Timeout(item)) => assert_eq!(item.n, n),
                        Err(_) => panic!("it is open"),
                    }
                }
                sent
            })
        });
        drop(sender);
        let received: Vec<_> = [(); 2]
            .map(|()| {
                let receiver = receiver.clone();
                thread::spawn(move || {
                    let mut received = 0;
                    loop {
                        match receiver.recv_timeout(Duration::from_micros(received % 70)) {
                            Ok(item) => {
                                drop(item);
                                received += 1;
                            }
                            Err(RecvError::Timeout) => {}
                            Err(_) => break received,
                        }
                    }
                })
            })
            .map(|waits| waits.join().unwrap())
            .into();
        let sent: u64 = senders.into_iter().map(|waits| waits.join().unwrap()).sum();
        assert_eq!(received.into_iter().sum::<u64>(), sent);
        assert_eq!((tally.made(), tally.alive()), (2 * ITEMS, 0));
    });
}

/// Two threads, one item, one of them goes: whoever wins, the item is dropped once.
#[test]
fn a_channel_for_one_item() {
    in_time(|| {
        let tally = Tally::default();
        for n in 0..2_000 {
            let (sender, receiver) = channel(0);
            let item = tally.item(n);
            let receiving = thread::spawn(move || match n % 3 {
                0 => receiver.recv().is_ok(),
                1 => receiver.try_recv().is_ok(),
                _ => false,
            });
            let sent = sender.send(item).is_ok();
            assert_eq!(receiving.join().unwrap(), sent);
        }
        assert_eq!((tally.made(), tally.alive()), (2_000, 0));
    });
}

#[test]
fn many_are_offered_one_after_the_other() {
    in_time(|| {
        let (sender, receiver) = channel(0);
        let sending = thread::spawn(move || {
            let mut items: VecDeque<_> = (0..100).collect();
            sender.send_many(&mut items).unwrap();
            assert!(items.is_empty());
            items.extend([7, 8]);
            assert_eq!(sender.send_many(&mut items), Err(SendError::Closed(())));
            assert_eq!(items, [7, 8], "what was not sent is still there");
        });
        let mut items = Vec::new();
        assert_eq!(receiver.recv_many(&mut items, 0), Ok(0));
        while items.len() < 100 {
            let limit = 5.min(100 - items.len());
            assert!(matches!(receiver.recv_many(&mut items, limit), Ok(1..=5)));
        }
        thread::sleep(SOON);
        receiver.close();
        sending.join().unwrap();
        assert!(items.into_iter().eq(0..100));
    });
}

#[test]
fn a_channel_goes_through_a_channel() {
    in_time(|| {
        type Link = Box<dyn std::any::Any + Send>;
        let (sender, receiver) = channel::<Link>(0);
        let sending = thread::spawn(move || {
            let mut sender = sender;
            for _ in 0..200 {
                let (next, end) = channel::<Link>(0);
                sender.send(Box::new(Some(end))).unwrap();
                sender = next;
            }
        });
        let mut receiver = receiver;
        for _ in 0..200 {
            let mut link = receiver.recv().unwrap();
            receiver = link.downcast_mut::<Option<mpmc::Receiver<Link>>>().unwrap().take().unwrap();
        }
        sending.join().unwrap();
        assert!(matches!(receiver.recv(), Err(RecvError::Closed)));
    });
}

#[test]
fn an_item_that_panics_when_it_is_dropped_spoils_nothing() {
    struct Loud(bool);
    impl Drop for Loud {
        fn drop(&mut self) {
            assert!(!self.0 || thread::panicking(), "as planned");
        }
    }
    in_time(|| {
        let (sender, receiver) = channel(0);
        for _ in 0..10 {
            let there = sender.clone();
            let sending = thread::spawn(move || drop(there.send_timeout(Loud(true), SOON)));
            assert!(sending.join().is_err());
        }
        let sending = thread::spawn(move || sender.send(Loud(false)).is_ok());
        assert!(!receiver.recv().unwrap_or_else(|_| panic!("it is sent")).0);
        assert!(sending.join().unwrap());
    });
}

/// Whoever does not wait is told so, and gets on by value.
#[test]
fn nothing_is_lent_where_there_are_no_slots() {
    in_time(|| {
        let (sender, receiver) = channel(0);
        let there = sender.clone();
        let sending = thread::spawn(move || match there.try_reserve_slot() {
            Ok(_) => panic!("there are no slots"),
            Err(why) => {
                assert_eq!(why, ReserveError::TooLarge);
                there.send(1)
            }
        });
        assert_eq!(try_until_received(&receiver), 1);
        assert_eq!(sending.join().unwrap(), Ok(()));
        assert_eq!(receiver.try_claim().err(), Some(PopError::Empty));
        sender.close();
        assert_eq!(sender.try_reserve_slot().err(), Some(ReserveError::Closed));
        assert_eq!(receiver.try_claim().err(), Some(PopError::Closed));
    });
}

/// Each of them would wait for ever; also once it has closed, so that it does not depend on who was first.
#[test]
fn whoever_would_wait_for_a_slot_where_there_are_none_panics() {
    let (sender, receiver) = channel::<u8>(0);
    for _ in 0..2 {
        let (s, r) = (&sender, &receiver);
        let refusals: [Box<dyn FnOnce() + '_>; 8] = [
            Box::new(|| drop(s.reserve_slot())),
            Box::new(|| drop(s.reserve_slot_timeout(SOON))),
            Box::new(|| drop(s.reserve_slot_deadline(Instant::now()))),
            Box::new(|| drop(now(s.reserve_slot_async()))),
            Box::new(|| drop(r.claim())),
            Box::new(|| drop(r.claim_timeout(SOON))),
            Box::new(|| drop(r.claim_deadline(Instant::now()))),
            Box::new(|| drop(now(r.claim_async()))),
        ];
        for refused in refusals {
            let why = catch_unwind(AssertUnwindSafe(refused)).expect_err("it would wait for ever");
            let why = why.downcast_ref::<&str>().expect("a text");
            assert!(why.contains("use `send` and `recv`"), "{why}");
        }
        sender.close();
    }
    let mut claiming = receiver.claim_async();
    for _ in 0..2 {
        assert!(catch_unwind(AssertUnwindSafe(|| now(&mut claiming).is_some())).is_err());
    }
    drop(claiming);
}

#[test]
fn room_that_is_counted_is_at_least_one() {
    assert!(catch_unwind(|| mpmc::channel_with_credits::<u8>(0)).is_err());
    assert!(catch_unwind(|| annulus::mpsc::channel_with_credits::<u8>(0)).is_err());
}
