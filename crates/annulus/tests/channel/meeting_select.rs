//! Capacity 0 and selections: of several operations that the other side may do, one is done.
use super::items::in_time;
use super::meeting::{try_until_received, try_until_sent};
use annulus::mpmc::channel;
use annulus::{PopError, PushError, RecvError, SendError, select};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

const SOON: Duration = Duration::from_millis(20);

#[test]
fn a_selection_meets_who_waits() {
    in_time(|| {
        let (s1, r1) = channel::<u8>(0);
        let (s2, r2) = channel(0);
        let mut item = Some(1);
        assert!(select! { recv(r1) -> _ => false, send(s2, item) -> _ => false, default => true });
        assert!(select! { recv(r1) -> _ => false, send(s2, item) -> _ => false, timeout(SOON) => true });
        assert_eq!(item, Some(1), "what was on offer is back");
        let receiving = thread::spawn(move || (r2.recv(), r2));
        select! { recv(r1) -> _ => panic!("nobody sends"), send(s2, item) -> sent => sent.unwrap() }
        let (received, r2) = receiving.join().unwrap();
        assert_eq!((received, item), (Ok(1), None));
        let sending = thread::spawn(move || s1.send(2).map(|()| s1));
        item = Some(3);
        select! { recv(r1) -> received => assert_eq!(received, Ok(2)), send(s2, item) -> _ => panic!("nobody receives") }
        assert_eq!(item, Some(3));
        drop((sending.join().unwrap(), r2));
        select! { biased; recv(r1) -> received => assert_eq!(received, Err(RecvError::Closed)), send(s2, item) -> _ => panic!("the second") }
        select! { send(s2, item) -> sent => assert_eq!(sent, Err(SendError::Closed(()))) }
        assert_eq!(item, Some(3), "it comes back");
    });
}

#[test]
fn what_never_waits_meets_a_selection() {
    in_time(|| {
        let (s1, r1) = channel(0);
        let (s2, r2) = channel(0);
        for n in 0..200 {
            let (r1, s2) = (r1.clone(), s2.clone());
            let selecting = thread::spawn(move || {
                let mut item = Some(n);
                let which = select! {
                    recv(r1) -> received => { assert_eq!(received, Ok(n)); 1 },
                    send(s2, item) -> sent => { sent.unwrap(); 2 },
                };
                assert_eq!(item.is_none(), which == 2);
                which
            });
            if n % 2 == 0 {
                try_until_sent(&s1, n);
                assert_eq!(selecting.join().unwrap(), 1);
                assert_eq!(r2.try_recv(), Err(PopError::Empty), "only one of them is done");
            } else {
                assert_eq!(try_until_received(&r2), n);
                assert_eq!(selecting.join().unwrap(), 2);
                assert_eq!(s1.try_send(n), Err(PushError::Full(n)), "only one of them is done");
            }
        }
    });
}

#[test]
fn a_selection_does_not_meet_itself() {
    in_time(|| {
        let (sender, receiver) = channel(0);
        let mut item = Some(1);
        let met = select! {
            recv(receiver) -> _ => true,
            send(sender, item) -> _ => true,
            timeout(SOON) => false,
        };
        assert_eq!((met, item), (false, Some(1)));
    });
}

#[test]
fn a_selection_is_told_that_one_of_its_channels_closes() {
    in_time(|| {
        for by_ring in [false, true] {
            let (s1, r1) = channel::<u8>(0);
            let (s2, r2) = channel::<u8>(1);
            let selecting = thread::spawn(move || {
                select! {
                    recv(r1) -> received => { assert_eq!(received, Err(RecvError::Closed)); false },
                    recv(r2) -> received => { assert_eq!(received, Err(RecvError::Closed)); true },
                }
            });
            thread::sleep(SOON);
            let _other = if by_ring {
                drop(s2);
                s1
            } else {
                drop(s1);
                s2
            };
            assert_eq!(selecting.join().unwrap(), by_ring);
        }
    });
}

/// Selections on both sides, over two channels without room and a ring: each item once, nobody is left asleep.
#[test]
fn selections_meet_each_other_and_lose_nothing() {
    in_time(|| {
        const EACH: usize = 1_500;
        let (s1, r1) = channel(0);
        let (s2, r2) = channel(0);
        let (s3, r3) = channel(1);
        let left = Arc::new(AtomicUsize::new(0));
        let senders = [0, 1].map(|me| {
            let (s1, s2, s3) = (s1.clone(), s2.clone(), s3.clone());
            thread::spawn(move || {
                let mut counts = [0; 3];
                for n in 0..EACH {
                    let mut items = [Some(me * EACH + n); 3];
                    let [first, second, third] = &mut items;
                    let which = select! {
                        send(s1, *first) -> sent => { sent.unwrap(); 0 },
                        send(s2, *second) -> sent => { sent.unwrap(); 1 },
                        send(s3, *third) -> sent => { sent.unwrap(); 2 },
                    };
                    assert_eq!(items.iter().flatten().count(), 2, "the others are back");
                    counts[which] += 1;
                }
                counts
            })
        });
        let receivers = [0, 1].map(|_| {
            let (r1, r2, r3, left) = (r1.clone(), r2.clone(), r3.clone(), left.clone());
            thread::spawn(move || {
                let mut items = Vec::new();
                while left.fetch_add(1, Ordering::SeqCst) < 2 * EACH {
                    items.push(select! {
                        recv(r1) -> item => item.unwrap(),
                        recv(r2) -> item => item.unwrap(),
                        recv(r3) -> item => item.unwrap(),
                        timeout(Duration::from_secs(60)) => panic!("somebody sleeps"),
                    });
                }
                items
            })
        });
        let mut all: Vec<_> = receivers.into_iter().flat_map(|receiver| receiver.join().unwrap()).collect();
        all.sort();
        assert!(all.into_iter().eq(0..2 * EACH));
        for counts in senders.map(|sender| sender.join().unwrap()) {
            assert!(counts.iter().all(|count| 0 < *count), "{counts:?}: each has its turn");
        }
        drop((s1, s2, s3));
        assert_eq!((r1.try_recv(), r2.try_recv()), (Err(PopError::Closed), Err(PopError::Closed)));
    });
}
