//! No wake-up is lost, and a seat carries all that its last holder did. Labels: E1, E2, S1.
#![cfg(loom)]
use annulus_protocol::event::Event;
use annulus_protocol::life::End;
use annulus_protocol::seat::{Pair, Seat};
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, Ordering};
use loom::thread;

/// Either the publisher is told to wake somebody, or the sleeper's second look finds the data.
#[test]
fn a_publisher_and_a_sleeper_never_miss_each_other() {
    loom::model(|| {
        let shared = Arc::new((Event::new(), AtomicBool::new(false)));
        let there = shared.clone();
        let publisher = thread::spawn(move || {
            let (event, data) = &*there;
            data.store(true, Ordering::Release);
            event.publish()
        });
        let (event, data) = &*shared;
        let epoch = event.prepare();
        let would_sleep = !data.load(Ordering::Acquire);
        let woken = publisher.join().unwrap();
        if would_sleep {
            assert!(woken, "the sleeper is left asleep");
            assert_ne!(event.word().load(Ordering::Relaxed), epoch.0, "the epoch it sleeps on has ended");
        }
        event.leave();
    });
}

/// A sleeper that meets an epoch already ended sees what ended it.
#[test]
fn the_epoch_carries_what_was_published_before_it_ended() {
    loom::model(|| {
        let shared = Arc::new((Event::new(), AtomicBool::new(false)));
        let there = shared.clone();
        let first = shared.0.prepare();
        let publisher = thread::spawn(move || {
            there.1.store(true, Ordering::Relaxed);
            let _woken = there.0.publish();
        });
        let (event, data) = &*shared;
        let second = event.prepare();
        if second != first {
            assert!(data.load(Ordering::Relaxed), "the epoch ended, but what ended it is not there");
        }
        publisher.join().unwrap();
    });
}

/// Whoever gets the seat sees what the last holder did, and nobody has it at the same time.
#[test]
fn a_seat_changes_hands_with_everything_done_in_it() {
    loom::model(|| {
        let shared = Arc::new((Seat::new(), UnsafeCell::new(0u32)));
        let threads: Vec<_> = (1..=2)
            .map(|me| {
                let there = shared.clone();
                thread::spawn(move || {
                    let (seat, state) = &*there;
                    if seat.claim(me).is_ok() {
                        // SAFETY: the seat is ours; loom reports it if it is not.
                        state.with_mut(|state| unsafe { *state += 1 });
                        assert!(seat.leave(me));
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

/// The last end to go sees what the other one did; whoever takes the ring next sees what the last one did.
#[test]
fn the_last_one_out_has_the_ring_alone_and_hands_it_on() {
    loom::model(|| {
        let shared = Arc::new((Pair::taken(), [UnsafeCell::new(0u32), UnsafeCell::new(0u32)]));
        let there = shared.clone();
        let go = move |there: &(Pair, [UnsafeCell<u32>; 2]), end: End| {
            // SAFETY: each end has a cell of its own until it goes.
            there.1[end as usize].with_mut(|cell| unsafe { *cell += 1 });
            if there.0.leave(end) {
                for cell in &there.1 {
                    // SAFETY: the last one has the ring alone.
                    cell.with_mut(|cell| unsafe { *cell += 1 });
                }
                there.0.free();
            }
        };
        let writer = thread::spawn(move || go(&there, End::Writer));
        go(&shared, End::Reader);
        if shared.0.take() {
            for cell in &shared.1 {
                // SAFETY: the ring was free, and is ours now.
                assert_eq!(cell.with(|cell| unsafe { *cell }), 2);
            }
        }
        writer.join().unwrap();
    });
}

/// An heir takes the seat over once, with everything the dead holder did; the death itself is known from outside.
#[test]
fn a_seat_is_inherited_once() {
    loom::model(|| {
        let seat = Arc::new(Seat::new());
        seat.claim(9).unwrap();
        let heirs: Vec<_> = (1..=2)
            .map(|me| {
                let seat = seat.clone();
                thread::spawn(move || seat.take_over(9, me).is_ok())
            })
            .collect();
        let won = heirs.into_iter().map(|h| h.join().unwrap()).filter(|won| *won).count();
        assert_eq!(won, 1);
    });
}
