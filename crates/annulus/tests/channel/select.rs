//! Threads that wait for the first of several operations.
use super::items::in_time;
use annulus::{RecvError, SendError, mpmc, mpsc, pool, select, spmc, spsc};
use std::thread;
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_millis(20);

#[test]
fn the_operation_that_can_be_done_is_done_and_no_other() {
    let (s1, r1) = mpmc::channel::<u8>(1);
    let (mut s2, mut r2) = spsc::channel::<&str>(1);
    let (s3, r3) = pool::channel(1);
    s2.send("second").unwrap();
    s3.send(3).unwrap();
    let mut item = Some(9);
    let which = select! {
        recv(r1) -> _ => "first",
        recv(r2) -> item => item.unwrap(),
        send(s3, item) -> _ => "third",
    };
    assert_eq!((which, item), ("second", Some(9)), "what is not chosen keeps its item");
    assert_eq!(r3.try_recv(), Ok(3));
    let which = select! {
        recv(r1) -> _ => 1,
        recv(r2) -> _ => 2,
        send(s3, item) -> sent => { sent.unwrap(); 3 },
    };
    assert_eq!((which, item, r3.try_recv()), (3, None, Ok(9)));
    drop(s1);
}

#[test]
fn default_does_not_wait_and_a_limit_is_kept() {
    let (_sender, receiver) = mpmc::channel::<u8>(1);
    assert!(select! { recv(receiver) -> _ => false, default => true });
    let begun = Instant::now();
    assert!(select! { recv(receiver) -> _ => false, timeout(SOON) => true });
    assert!(SOON <= begun.elapsed());
}

#[test]
fn what_closes_is_chosen_with_an_error() {
    let (sender, mut receiver) = mpsc::channel::<u8>(1);
    drop(sender);
    select! { recv(receiver) -> item => assert_eq!(item, Err(RecvError::Closed)) }
    let (mut sender, receiver) = spmc::channel(1);
    drop(receiver);
    let mut item = Some(1);
    select! { send(sender, item) -> sent => assert_eq!(sent, Err(SendError::Closed(()))) }
    assert_eq!(item, Some(1));
}

#[test]
fn a_selection_that_waits_is_woken_by_each_of_its_operations() {
    in_time(|| {
        for chosen in 0..3 {
            let (s1, r1) = mpmc::channel(1);
            let (s2, mut r2) = mpsc::channel(1);
            let (s3, r3) = pool::channel(1);
            s3.send(0).unwrap();
            let waits = thread::spawn(move || {
                let mut item = Some(7);
                let which = select! {
                    recv(r1) -> item => item.unwrap(),
                    recv(r2) -> item => item.unwrap(),
                    send(s3, item) -> sent => { sent.unwrap(); 2 },
                };
                (which, item, (r1, r2, s3))
            });
            thread::sleep(SOON);
            match chosen {
                0 => s1.send(0).unwrap(),
                1 => s2.send(1).unwrap(),
                _ => assert_eq!(r3.recv(), Ok(0)),
            }
            let (which, item, ends) = waits.join().unwrap();
            assert_eq!((which, item.is_none()), (chosen, chosen == 2));
            drop(ends);
        }
    });
}

/// The rival's flaw: the selection is woken for one of two channels and takes from the other, and whoever else waits for the first sleeps on.
#[test]
fn a_wake_for_what_is_not_chosen_goes_to_the_next_who_waits() {
    in_time(|| {
        for _ in 0..200 {
            let (s1, r1) = mpmc::channel(1);
            let (s2, r2) = mpmc::channel(1);
            let there = r1.clone();
            let selects = thread::spawn(move || {
                select! {
                    biased;
                    recv(r2) -> item => assert_eq!(item, Ok(2)),
                    recv(there) -> item => return item.is_ok(),
                }
                false
            });
            let receives = thread::spawn(move || r1.recv_timeout(Duration::from_secs(60)));
            let senders = [
                thread::spawn(move || s1.send(1).map(|()| s1)),
                thread::spawn(move || s2.send(2).map(|()| s2)),
            ];
            let selected_first = selects.join().unwrap();
            let ends = senders.map(|sender| sender.join().unwrap());
            drop(ends);
            let expected = if selected_first { Err(RecvError::Closed) } else { Ok(1) };
            assert_eq!(receives.join().unwrap(), expected);
        }
    });
}

#[test]
fn a_fair_selection_lets_each_have_its_turn_and_a_biased_one_the_first() {
    let (s1, r1) = mpmc::channel(100);
    let (s2, r2) = mpmc::channel(100);
    for n in 0..100 {
        s1.send(n).unwrap();
        s2.send(n).unwrap();
    }
    for _ in 0..50 {
        select! { recv(r1) -> item => item.map(drop).unwrap(), recv(r2) -> item => item.map(drop).unwrap() }
    }
    assert_eq!((r1.len(), r2.len()), (75, 75));
    for _ in 0..50 {
        select! { biased; recv(r1) -> item => item.map(drop).unwrap(), recv(r2) -> item => item.map(drop).unwrap() }
    }
    assert_eq!((r1.len(), r2.len(), r1.try_recv().is_err()), (25, 75, false));
}

/// Two threads select on the same four ends, each sends and receives until a thousand have come through.
#[test]
fn selections_on_both_sides_lose_nothing() {
    in_time(|| {
        let (s1, r1) = mpmc::channel(1);
        let (s2, r2) = pool::channel(2);
        let sends = thread::spawn(move || {
            for n in 0..1000 {
                let (mut first, mut second) = (Some(n), Some(n));
                select! { send(s1, first) -> sent => sent.unwrap(), send(s2, second) -> sent => sent.unwrap() }
                assert_eq!([first, second].iter().flatten().count(), 1, "the other one stays");
            }
        });
        let receivers = [(r1.clone(), r2.clone()), (r1, r2)].map(|(r1, r2)| {
            thread::spawn(move || {
                let mut items = Vec::new();
                let (mut first, mut second) = (true, true);
                while first || second {
                    let item = match (first, second) {
                        (true, true) => select! {
                            recv(r1) -> item => { first = item.is_ok(); item },
                            recv(r2) -> item => { second = item.is_ok(); item },
                        },
                        (true, false) => {
                            let item = r1.recv();
                            first = item.is_ok();
                            item
                        }
                        _ => {
                            let item = r2.recv();
                            second = item.is_ok();
                            item
                        }
                    };
                    items.extend(item);
                }
                items
            })
        });
        sends.join().unwrap();
        let mut all: Vec<_> = receivers.into_iter().flat_map(|receiver| receiver.join().unwrap()).collect();
        all.sort();
        assert!(all.into_iter().eq(0..1000));
    });
}
