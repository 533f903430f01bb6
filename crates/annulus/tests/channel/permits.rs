//! Room that is held.
use super::items::{Tally, in_time};
use annulus::{PopError, PushError, RecvError, SendError, State, pool, spmc, spsc};
use std::thread;
use std::time::Duration;

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
