//! Room that is held.
use super::items::{Tally, in_time};
use annulus::{PopError, PushError, RecvError, ReserveError, SendError, State, pool, spmc, spsc};
use std::thread;
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_millis(20);

#[test]
fn room_that_is_held_is_of_the_capacity_and_delays_nobody() {
    let (sender, receiver) = pool::channel(2);
    let permit = sender.reserve().unwrap();
    assert_eq!((sender.try_send(1), sender.try_send(2)), (Ok(()), Err(PushError::Full(2))));
    assert_eq!((receiver.try_recv(), receiver.try_recv()), (Ok(1), Err(PopError::Empty)));
    permit.send(3).unwrap();
    assert_eq!(receiver.try_recv(), Ok(3));
}

#[test]
fn room_that_is_given_back_wakes_who_waits_for_it() {
    in_time(|| {
        let (sender, receiver) = pool::channel(1);
        let permit = sender.reserve().unwrap();
        thread::scope(|scope| {
            scope.spawn(|| sender.send(1).unwrap());
            thread::sleep(SOON);
            drop(permit);
            assert_eq!(receiver.recv(), Ok(1));
        });
    });
}

#[test]
fn who_waits_for_what_a_permit_may_send_is_told_when_it_does_not() {
    in_time(|| {
        let (sender, receiver) = pool::channel::<u8>(1);
        let permit = sender.reserve().unwrap();
        sender.close();
        assert_eq!(
            (sender.state(), receiver.try_recv()),
            (State::Closing, Err(PopError::Empty)),
            "it is outstanding"
        );
        thread::scope(|scope| {
            let waits = [0, 1].map(|_| scope.spawn(|| receiver.recv()));
            thread::sleep(SOON);
            drop(permit);
            waits.into_iter().for_each(|waits| assert_eq!(waits.join().unwrap(), Err(RecvError::Closed)));
        });
        assert_eq!(sender.state(), State::Closed);
    });
}

#[test]
fn a_permit_that_outlives_the_receivers_drops_what_it_sends() {
    let tally = Tally::default();
    let (sender, receiver) = pool::channel(1);
    let permit = sender.reserve().unwrap();
    drop(receiver);
    assert!(permit.send(tally.item(0)).is_ok(), "it was promised");
    assert_eq!((tally.made(), tally.alive()), (1, 0));
    assert!(matches!(sender.reserve(), Err(SendError::Closed(()))));
}

#[test]
fn a_sole_sender_holds_the_room_it_has_seen() {
    let (mut sender, mut receiver) = spsc::channel(1);
    drop(sender.reserve().unwrap());
    sender.reserve().unwrap().send(1).unwrap();
    assert_eq!(receiver.recv(), Ok(1));
    let (mut sender, receiver) = spmc::channel(1);
    let permit = sender.reserve().unwrap();
    assert_eq!(receiver.try_recv(), Err(PopError::Empty));
    permit.send(1).unwrap();
    assert_eq!(receiver.recv(), Ok(1));
    let permit = sender.reserve().unwrap();
    drop(receiver);
    assert_eq!(permit.send(2), Err(SendError::Closed(2)));
}

macro_rules! each {
    ($($module:ident: $channel:path; $sender:pat, $receiver:pat => $s:ident, $r:ident;)*) => {$(
        mod $module {
            use super::*;
            use $channel as channel;

            #[test]
            fn a_wait_for_room_to_hold_ends_in_time() {
                let ($sender, $receiver) = channel(1);
                let begun = Instant::now();
                $s.reserve_timeout(Duration::ZERO).expect("there is room").send(1).unwrap();
                assert_eq!($s.reserve_timeout(Duration::ZERO).err(), Some(SendError::Timeout(())));
                assert_eq!($s.reserve_deadline(begun).err(), Some(SendError::Timeout(())));
                assert_eq!($s.try_reserve().err(), Some(ReserveError::Full));
                let begun = Instant::now();
                assert_eq!($s.reserve_timeout(SOON).err(), Some(SendError::Timeout(())));
                assert_eq!($s.reserve_deadline(begun + SOON * 2).err(), Some(SendError::Timeout(())));
                assert!(SOON * 2 <= begun.elapsed());
                assert_eq!($r.try_recv(), Ok(1));
                drop($s.reserve_deadline(begun).expect("there is room, however late it is"));
                drop($s.try_reserve().expect("it was given back"));
                $s.reserve_timeout(Duration::MAX).expect("a time that no clock reaches").send(2).unwrap();
                assert_eq!($r.try_recv(), Ok(2));
            }

            #[test]
            fn room_that_comes_in_time_is_held() {
                in_time(|| {
                    let ($sender, $receiver) = channel(1);
                    $s.send(0).unwrap();
                    let sending = thread::spawn(move || {
                        $s.reserve_timeout(Duration::MAX).unwrap().send(1).unwrap();
                        $s.reserve_timeout(Duration::from_secs(60)).unwrap().send(2).unwrap();
                        $s.reserve_deadline(Instant::now() + Duration::from_secs(60)).unwrap().send(3).unwrap();
                    });
                    for n in 0..4 {
                        thread::sleep(SOON / 4);
                        assert_eq!($r.recv(), Ok(n));
                    }
                    sending.join().unwrap();
                });
            }

            #[test]
            fn who_waits_for_room_to_hold_learns_that_it_closes() {
                in_time(|| {
                    let ($sender, $receiver) = channel(1);
                    $s.send(0).unwrap();
                    let sending = thread::spawn(move || {
                        assert_eq!($s.reserve_timeout(Duration::MAX).err(), Some(SendError::Closed(())));
                        assert_eq!($s.reserve_timeout(Duration::ZERO).err(), Some(SendError::Closed(())));
                        assert_eq!($s.reserve_deadline(Instant::now()).err(), Some(SendError::Closed(())));
                        assert_eq!($s.try_reserve().err(), Some(ReserveError::Closed));
                    });
                    thread::sleep(SOON);
                    drop($r);
                    sending.join().unwrap();
                });
            }
        }
    )*};
}

each! {
    of_spsc: annulus::spsc::channel; mut s, mut r => s, r;
    of_spmc: annulus::spmc::channel; mut s, r => s, r;
    of_pool: annulus::pool::channel; s, r => s, r;
    of_mpsc_credits: annulus::mpsc::channel_with_credits; s, mut r => s, r;
    of_mpmc_credits: annulus::mpmc::channel_with_credits; s, r => s, r;
}

/// A thread that stops waiting hands on what it was called for: whoever waits behind it gets the room.
#[test]
fn whose_time_is_up_is_in_nobodys_way() {
    in_time(|| {
        for n in 0..200 {
            let (sender, receiver) = pool::channel(1);
            sender.send(0).unwrap();
            thread::scope(|scope| {
                let impatient =
                    scope.spawn(|| sender.reserve_timeout(Duration::from_micros(50 + n)).map(drop));
                let patient = scope.spawn(|| sender.reserve_timeout(Duration::from_secs(60)).map(drop));
                thread::sleep(Duration::from_micros(200));
                assert_eq!(receiver.recv(), Ok(0));
                assert_eq!(patient.join().unwrap(), Ok(()));
                assert!(matches!(impatient.join().unwrap(), Ok(()) | Err(SendError::Timeout(()))));
            });
            assert_eq!(sender.vacant(), 1);
        }
    });
}
