//! Many producers, many consumers: what goes wrong, and threads. What every ring does is in `mpmc.rs`.
#![allow(clippy::disallowed_types)] // what the test itself counts with
#[path = "suite/items.rs"]
mod items;
#[path = "suite/threads.rs"]
mod threads;

mod queue {
    pub(crate) use annulus::mpmc::*;

    pub(crate) fn first_slot<'g, T>(grant: &'g mut WriteGrant<'_, T>) -> &'g mut std::mem::MaybeUninit<T> {
        &mut grant.as_uninit_slices().0[0]
    }
}

use annulus::{PopError, PushError};
use items::{Counted, Item, with_no_item_left};
use queue::ring;
use std::time::{Duration, Instant};

#[test]
fn a_forgotten_slot_costs_what_comes_after_it_and_nothing_is_dropped_twice() {
    with_no_item_left(|| {
        let (producer, consumer) = ring::<Counted>(3);
        producer.push(Counted::make(0)).unwrap();
        std::mem::forget(producer.reserve().unwrap());
        producer.push(Counted::make(2)).unwrap();
        assert!(consumer.pop().unwrap().is(0));
        assert_eq!(consumer.pop(), Err(PopError::Busy));
    }); // the item behind the forgotten slot is dropped with the ring
}

#[test]
fn a_forgotten_claim_costs_its_item_and_its_slot_only() {
    let (producer, consumer) = ring::<Counted>(2);
    producer.push(Counted::make(0)).unwrap();
    std::mem::forget(consumer.claim().unwrap());
    producer.push(Counted::make(1)).unwrap();
    assert!(matches!(producer.push(Counted::make(2)), Err(PushError::Busy(_))));
    assert!(consumer.pop().unwrap().is(1));
    drop((producer, consumer));
    assert_eq!(items::live(), 1, "the forgotten one");
    items::forget_the_living();
}

/// A producer stopped between reserve and commit: everybody else's calls still return, `Busy` where order demands it.
#[test]
fn a_stalled_producer_delays_items_but_no_call() {
    let (producer, consumer) = ring::<u32>(8);
    let slot = producer.reserve().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let begun = Instant::now();
                for n in 0..1000 {
                    let pushed = producer.push(n);
                    assert!(matches!(pushed, Ok(()) | Err(PushError::Full(_))), "the oldest is not claimed");
                    assert_eq!(consumer.pop(), Err(PopError::Busy));
                }
                assert!(begun.elapsed() < Duration::from_secs(5));
            });
        }
    });
    slot.write(99);
    assert_eq!(consumer.pop(), Ok(99));
    assert_eq!(std::iter::from_fn(|| consumer.pop().ok()).count(), 7);
}

/// A consumer stopped between claim and release: the same for the producers, when the ring comes round.
#[test]
fn a_stalled_consumer_delays_room_but_no_call() {
    let (producer, consumer) = ring::<u32>(4);
    producer.push_iter(0..4);
    let claim = consumer.claim().unwrap();
    assert_eq!(std::iter::from_fn(|| consumer.pop().ok()).count(), 3);
    for n in 0..1000 {
        assert_eq!(producer.push(n), Err(PushError::Busy(n)));
        assert_eq!(consumer.pop(), Err(PopError::Empty));
    }
    drop(claim);
    assert_eq!(producer.push_iter(0..9), 4);
}

#[test]
fn pushing_from_an_iterator_that_knows_its_length_takes_no_slot_too_many() {
    let (producer, consumer) = annulus::mpmc::ring(4);
    assert_eq!(producer.push_iter([1, 2, 3]), 3);
    assert_eq!(producer.push(4), Ok(()));
    assert_eq!(consumer.drain().collect::<Vec<_>>(), [1, 2, 3, 4]);
}
