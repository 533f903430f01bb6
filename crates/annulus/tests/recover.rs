//! What was forgotten, in a ring with many ends, and how it is got back. Nothing is ever read or dropped twice; what was on its
//! way when it was forgotten leaks, because forgetting says so.
#![allow(clippy::forget_non_drop)] // a guard may get a drop one day, and the tests are to stay
#[path = "suite/items.rs"]
mod items;
use annulus::{PopError, PushError, mpmc, mpsc, spmc};
use items::{Counted, Item, forget_the_living, live, with_no_item_left};
use std::mem::forget;

/// Runs for each number of items that went through before, so that it begins at each place of a ring of four.
macro_rules! wherever_the_ring_begins {
    ($queue:ident, $item:ty, |$ring:ident| $body:block) => {
        for start in 0..6 {
            forget_the_living();
            let mut $ring = $queue::Ring::<$item, 4>::new();
            {
                #[allow(unused_mut)] // where operations take `&self`
                let (mut producer, mut consumer) = $ring.split();
                for n in 0..start {
                    producer.push(<$item>::make(n)).unwrap();
                    assert!(consumer.pop().unwrap().is(n));
                }
            }
            $body
        }
    };
}

/// The numbers of the items that are in the ring, which then goes on for some laps.
macro_rules! found {
    ($ring:ident) => {{
        #[allow(unused_mut)] // where operations take `&self`
        let (mut producer, mut consumer) = $ring.split();
        let found: Vec<u64> = consumer.drain().map(|item| (0..9).find(|&n| item.is(n)).unwrap()).collect();
        for n in 0..20 {
            assert_eq!(producer.vacant(), 4);
            assert_eq!(producer.push_iter((n..n + 4).map(Item::make)), 4);
            assert!(matches!(producer.push(Item::make(9)), Err(PushError::Full(_))));
            for n in n..n + 4 {
                assert!(consumer.pop().unwrap().is(n));
            }
            assert_eq!(consumer.pop().unwrap_err(), PopError::Empty);
        }
        found
    }};
}

macro_rules! of_many_producers {
    ($queue:ident, $name:ident) => {
        mod $name {
            use super::*;

            #[test]
            fn a_forgotten_slot_comes_back_and_the_items_behind_it_close_up() {
                wherever_the_ring_begins!($queue, String, |ring| {
                    let (producer, consumer) = ring.split();
                    producer.push(String::make(0)).unwrap();
                    forget(producer.reserve().unwrap());
                    producer.push(String::make(1)).unwrap();
                    producer.reserve().unwrap().abandon();
                    #[allow(unused_mut)] // where consumers take `&self`
                    let mut consumer = consumer;
                    assert!(consumer.pop().unwrap().is(0));
                    assert_eq!(consumer.pop(), Err(PopError::Busy));
                    drop((producer, consumer));
                    assert_eq!(ring.recover(), 1);
                    assert_eq!(ring.recover(), 0);
                    assert_eq!(found!(ring), [1]);
                });
            }

            #[test]
            fn what_was_written_to_a_forgotten_grant_leaks_and_nothing_else_does() {
                wherever_the_ring_begins!($queue, Counted, |ring| {
                    let (producer, consumer) = ring.split();
                    let mut grant = producer.reserve_many(2).unwrap();
                    grant.as_uninit_slices().0[0].write(Counted::make(7));
                    forget(grant);
                    producer.push_iter((1..3).map(Counted::make));
                    forget((producer, consumer));
                    assert_eq!(ring.recover(), 2);
                    assert_eq!(found!(ring), [1, 2]);
                    drop(ring);
                    assert_eq!(live(), 1);
                });
                forget_the_living();
            }

            #[test]
            fn items_that_were_recovered_are_dropped_with_the_ring() {
                with_no_item_left(|| {
                    let mut ring = $queue::Ring::<Counted, 3>::new();
                    let (producer, consumer) = ring.split();
                    forget(producer.reserve());
                    producer.push_iter((1..3).map(Counted::make));
                    drop((producer, consumer));
                    assert_eq!(ring.recover(), 1);
                    assert_eq!(live(), 2);
                });
            }
        }
    };
}
of_many_producers!(mpmc, producers_of_mpmc);
of_many_producers!(mpsc, producers_of_mpsc);

macro_rules! of_many_consumers {
    ($queue:ident, $name:ident) => {
        #[test]
        fn $name() {
            wherever_the_ring_begins!($queue, Counted, |ring| {
                #[allow(unused_mut)] // where producers take `&self`
                let (mut producer, consumer) = ring.split();
                assert_eq!(producer.push_iter((0..4).map(Counted::make)), 4);
                forget(consumer.claim());
                assert!(consumer.pop().unwrap().is(1));
                let mut grant = consumer.claim_many(1).unwrap();
                drop(grant.next());
                forget(grant);
                assert!(matches!(producer.push(Counted::make(4)), Err(PushError::Busy(_))));
                drop((producer, consumer));
                assert_eq!(ring.recover(), 2);
                assert_eq!(ring.recover(), 0);
                assert_eq!(found!(ring), [3]);
                drop(ring);
                assert_eq!(live(), 1, "the one that was claimed and never seen again");
            });
            forget_the_living();
        }
    };
}
of_many_consumers!(mpmc, claims_of_mpmc_that_were_forgotten_cost_their_items_and_no_slot);
of_many_consumers!(spmc, claims_of_spmc_that_were_forgotten_cost_their_items_and_no_slot);

#[test]
fn a_ring_of_which_nothing_was_forgotten_is_as_it_was() {
    wherever_the_ring_begins!(mpmc, Counted, |ring| {
        assert_eq!(ring.recover(), 0);
        let (producer, consumer) = ring.split();
        producer.push_iter((0..4).map(Counted::make));
        drop((producer, consumer));
        assert_eq!(ring.recover(), 0);
        assert_eq!(found!(ring), [0, 1, 2, 3]);
        drop(ring);
        assert_eq!(live(), 0);
    });
}

/// Lets `interrupted` be forgotten with both ends of a ring that has items 0 to 3, and returns what the next ends find.
fn after_mpsc(
    start: u64,
    recovered: bool,
    interrupted: impl Fn(&mut mpsc::Consumer<Counted, mpsc::Borrowed<'_>>),
) -> Vec<u64> {
    forget_the_living();
    let mut ring = mpsc::Ring::<Counted, 4>::new();
    let (producer, mut consumer) = ring.split();
    for n in 0..start {
        producer.push(Counted::make(n)).unwrap();
        consumer.pop().unwrap();
    }
    producer.push_iter((0..4).map(Counted::make));
    interrupted(&mut consumer);
    forget((producer, consumer));
    if recovered {
        assert_eq!(ring.recover(), 0, "a sole end leaves nothing behind");
    }
    let (producer, mut consumer) = ring.split();
    for n in 0..consumer.capacity() - consumer.len() {
        assert!(producer.force_push(Counted::make(n as u64 + 4)).unwrap().is_none());
    }
    assert!(producer.force_push(Counted::make(8)).unwrap().is_some(), "nobody keeps the oldest item");
    let found = consumer.drain().map(|item| (0..9).find(|&n| item.is(n)).unwrap()).collect();
    assert_eq!(producer.vacant(), 4);
    drop((producer, consumer));
    drop(ring);
    assert_eq!(live(), 0);
    found
}

#[test]
fn a_sole_consumer_that_is_forgotten_has_taken_what_it_gave_and_no_more() {
    let starts = if cfg!(miri) { &[0, 3][..] } else { &[0, 1, 2, 3, 4, 5, 600, 603] };
    for &start in starts {
        for recovered in [false, true] {
            let after = |f: &dyn Fn(&mut mpsc::Consumer<Counted, mpsc::Borrowed<'_>>)| {
                after_mpsc(start, recovered, f)
            };
            assert_eq!(after(&|_| ()), [1, 2, 3, 8]);
            assert_eq!(after(&|consumer| assert!(consumer.peek().is_some())), [1, 2, 3, 8]);
            assert_eq!(after(&|consumer| forget(consumer.claim())), [1, 2, 3, 8]);
            assert_eq!(after(&|consumer| forget(consumer.claim_many(3))), [1, 2, 3, 8]);
            assert_eq!(after(&|consumer| drop(consumer.pop())), [2, 3, 4, 8]);
            let in_a_drain = |consumer: &mut mpsc::Consumer<Counted, mpsc::Borrowed<'_>>| {
                let mut drain = consumer.drain();
                drop((drain.next(), drain.next()));
                forget(drain);
            };
            assert_eq!(after(&in_a_drain), [3, 4, 5, 8]);
            let in_an_iterator = |consumer: &mut mpsc::Consumer<Counted, mpsc::Borrowed<'_>>| {
                let mut items = consumer.claim_many(3).unwrap().into_iter();
                drop(items.next());
                forget(items);
            };
            assert_eq!(after(&in_an_iterator), [2, 3, 4, 8]);
            let in_parts = |consumer: &mut mpsc::Consumer<Counted, mpsc::Borrowed<'_>>| {
                consumer.claim_many(3).unwrap().release(2);
                forget(consumer.claim_many(2));
            };
            assert_eq!(after(&in_parts), [3, 4, 5, 8]);
        }
    }
}

#[test]
fn a_sole_producer_that_is_forgotten_has_pushed_what_it_committed_and_no_more() {
    for recovered in [false, true] {
        wherever_the_ring_begins!(spmc, Counted, |ring| {
            let (mut producer, consumer) = ring.split();
            producer.push(Counted::make(0)).unwrap();
            let mut slot = producer.reserve().unwrap();
            slot.as_uninit_mut().write(Counted::make(7));
            forget(slot);
            assert_eq!(producer.reserve_many(3).unwrap().fill_from([Counted::make(1)]), 1);
            forget(producer.reserve_many(2));
            forget((producer, consumer));
            if recovered {
                assert_eq!(ring.recover(), 0);
            }
            assert_eq!(found!(ring), [0, 1]);
            drop(ring);
            assert_eq!(live(), 1, "what was written and never committed");
        });
    }
    forget_the_living();
}

#[test]
fn guards_of_a_sole_end_are_forgotten_and_the_ring_carries_on() {
    with_no_item_left(|| {
        let (producer, mut consumer) = mpsc::ring::<Counted>(4);
        for _ in 0..50 {
            assert_eq!(producer.push_iter((0..4).map(Counted::make)), 4);
            forget(consumer.claim());
            forget(consumer.claim_many(3));
            forget(consumer.claim_up_to(9));
            let mut items = consumer.claim_many(2).unwrap().into_iter();
            assert!(items.next().unwrap().is(0));
            forget(items);
            assert_eq!(consumer.skip(2), 2);
            assert!(consumer.pop().unwrap().is(3));
            assert_eq!(consumer.pop().unwrap_err(), PopError::Empty);
        }
        let (mut producer, consumer) = spmc::ring::<Counted>(4);
        for _ in 0..50 {
            forget(producer.reserve());
            forget(producer.reserve_many(3));
            forget(producer.reserve_up_to(9));
            assert_eq!(producer.push_iter((0..4).map(Counted::make)), 4);
            assert_eq!(consumer.drain().count(), 4);
        }
    });
}

#[test]
fn a_ring_that_is_full_of_what_was_forgotten_is_as_good_as_new() {
    let mut ring = mpmc::Ring::<u8, 3>::new();
    for _ in 0..9 {
        let (producer, consumer) = ring.split();
        forget(producer.reserve_many(3));
        assert_eq!(consumer.pop(), Err(PopError::Busy));
        drop((producer, consumer));
        assert_eq!(ring.recover(), 3);
        let (producer, consumer) = ring.split();
        producer.push_slice(&[1, 2, 3]);
        forget(consumer.claim_many(3));
        assert_eq!(producer.push(4), Err(PushError::Busy(4)));
        drop((producer, consumer));
        assert_eq!(ring.recover(), 3);
    }
}
