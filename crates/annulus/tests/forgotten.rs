//! Forgotten guards and ends, above all of an inline ring: it is split again after both ends were forgotten in the middle
//! of something. Nothing is then read twice; what was on its way may leak, because forgetting says so.
#![allow(clippy::forget_non_drop)] // a guard may get a drop one day, and the tests are to stay
#[path = "suite/items.rs"]
mod items;
use annulus::PopError;
use annulus::spsc::{Borrowed, Consumer, Control, Producer, Ring, in_memory, ring};
use items::{Counted, Item};
use items::{forget_the_living, live};
use std::mem::{ManuallyDrop, MaybeUninit, forget};

type Both<'a> = (Producer<Counted, Borrowed<'a>>, Consumer<Counted, Borrowed<'a>>);

/// Fills an inline ring of four with items 0 to 3 from `start` on, lets `interrupted` be forgotten with both ends, and returns
/// the numbers of the items that the next ends find. The ring goes on for some laps, and is dropped.
fn after<const SETTLED: bool>(start: u64, interrupted: impl Fn(&mut Both<'_>)) -> Vec<u64> {
    forget_the_living();
    let mut ring = Ring::<Counted, 4>::new();
    let mut ends = ring.split();
    for n in 0..start + if SETTLED { 600 } else { 0 } {
        ends.0.push(Counted::make(n)).unwrap();
        ends.1.pop().unwrap();
    }
    assert_eq!(ends.0.push_iter((0..4).map(Counted::make)), 4);
    interrupted(&mut ends);
    forget(ends);
    let (mut producer, mut consumer) = ring.split();
    let found: Vec<u64> = consumer.drain().map(|item| (0..9).find(|&n| item.is(n)).unwrap()).collect();
    for n in 0..20 {
        assert!(producer.force_push(Counted::make(n)).unwrap().is_none());
        assert!(consumer.pop().unwrap().is(n));
    }
    assert_eq!(producer.vacant(), 4);
    forget((producer, consumer));
    drop(ring);
    found
}

/// After `interrupted`, exactly `found` is found, and `leaked` items were never dropped.
fn check(found: &[u64], leaked: usize, interrupted: impl Fn(&mut Both<'_>)) {
    for start in 0..6 {
        assert_eq!(after::<false>(start, &interrupted), found);
        assert_eq!(live(), leaked, "items leaked");
        assert_eq!(after::<true>(start, &interrupted), found);
        assert_eq!(live(), leaked, "items leaked by a settled consumer");
        forget_the_living();
    }
}

#[test]
fn both_ends_forgotten_at_rest() {
    check(&[0, 1, 2, 3], 0, |_| ());
}

#[test]
fn both_ends_forgotten_after_a_pop_and_a_push() {
    check(&[1, 2, 3, 7], 0, |(producer, consumer)| {
        consumer.pop().unwrap();
        producer.push(Counted::make(7)).unwrap();
    });
}

#[test]
fn both_ends_forgotten_in_the_middle_of_a_drain() {
    check(&[2, 3], 0, |(_, consumer)| {
        let mut drain = consumer.drain();
        drop((drain.next(), drain.next()));
        forget(drain);
    });
}

#[test]
fn both_ends_forgotten_in_the_middle_of_an_iterator_over_claimed_items() {
    check(&[1, 2, 3], 0, |(_, consumer)| {
        let mut items = consumer.claim_many(3).unwrap().into_iter();
        drop(items.next());
        forget(items);
    });
}

#[test]
fn both_ends_forgotten_with_a_read_grant_a_claim_or_a_peek() {
    check(&[0, 1, 2, 3], 0, |(_, consumer)| forget(consumer.claim_many(3)));
    check(&[0, 1, 2, 3], 0, |(_, consumer)| forget(consumer.claim()));
    check(&[0, 1, 2, 3], 0, |(_, consumer)| assert!(consumer.peek().is_some()));
    check(&[8, 1, 2, 3], 0, |(_, consumer)| {
        let mut claim = consumer.claim().unwrap();
        *claim = Counted::make(8);
        forget(claim);
    });
}

#[test]
fn both_ends_forgotten_after_a_part_of_a_grant_was_released() {
    check(&[2, 3], 0, |(_, consumer)| {
        consumer.claim_many(3).unwrap().release(2);
        forget(consumer.claim_many(2));
    });
}

#[test]
fn both_ends_forgotten_in_the_middle_of_a_batch() {
    check(&[2, 3], 1, |(producer, consumer)| {
        consumer.skip(2);
        let mut batch = producer.batch();
        batch.push(Counted::make(5)).unwrap();
        forget(batch);
    });
}

#[test]
fn both_ends_forgotten_in_the_middle_of_a_batch_beside_many_consumers() {
    for shown in 0..3 {
        forget_the_living();
        let mut ring = annulus::spmc::Ring::<Counted, 4>::new();
        let (mut producer, consumer) = ring.split();
        assert_eq!(producer.push_iter((0..2).map(Counted::make)), 2);
        consumer.skip(1);
        let mut batch = producer.batch_every(5);
        (2..2 + shown).for_each(|n| batch.push(Counted::make(n)).unwrap());
        batch.flush();
        batch.push(Counted::make(9)).unwrap(); // and 3 in all are all there is room for
        forget(batch);
        forget((producer, consumer));
        let hidden = u64::from(shown < 2);
        {
            let (mut producer, consumer) = ring.split();
            for n in 1..2 + shown {
                assert!(consumer.pop().unwrap().is(n));
            }
            assert_eq!(consumer.skip(1) as u64, 1 - hidden);
            assert_eq!(producer.vacant(), 4);
            for n in 0..20 {
                producer.push(Counted::make(n)).unwrap();
                assert!(consumer.pop().unwrap().is(n));
            }
        }
        drop(ring);
        assert_eq!(live() as u64, hidden, "what was not shown has leaked");
    }
    forget_the_living();
}

#[test]
fn both_ends_forgotten_with_a_slot_or_a_write_grant() {
    check(&[1, 2, 3], 1, |(producer, consumer)| {
        consumer.skip(1);
        let mut slot = producer.reserve().unwrap();
        slot.as_uninit_mut().write(Counted::make(5));
        forget(slot);
    });
    check(&[2, 3], 2, |(producer, consumer)| {
        consumer.skip(2);
        let mut grant = producer.reserve_many(2).unwrap();
        let (first, second) = grant.as_uninit_slices();
        for slot in first.iter_mut().chain(second) {
            slot.write(Counted::make(5));
        }
        forget(grant);
    });
}

#[test]
fn both_ends_forgotten_after_items_were_overwritten() {
    check(&[2, 3, 6, 7], 0, |(producer, consumer)| {
        producer.force_push(Counted::make(5)).unwrap_or(None);
        drop(consumer.drain()); // it looks, and is asked
        while consumer.pop().is_ok() {}
        let _ = consumer.pop();
        for n in [0, 1, 2, 3, 6, 7] {
            producer.force_push(Counted::make(n)).unwrap();
        }
    });
}

#[test]
fn one_end_forgotten_and_the_other_dropped() {
    for forget_the_consumer in [false, true] {
        items::with_no_item_left(|| {
            let mut ring = Ring::<Counted, 4>::new();
            let (mut producer, mut consumer) = ring.split();
            producer.push_iter((0..4).map(Counted::make));
            drop(consumer.pop());
            consumer.peek();
            if forget_the_consumer {
                forget(consumer);
                drop(producer);
            } else {
                forget(producer);
                drop(consumer);
            }
            let (producer, consumer) = ring.split();
            assert!(!producer.is_closed() && !consumer.is_closed());
            assert_eq!(consumer.len(), 3);
        });
    }
}

#[test]
fn guards_of_a_heap_ring_are_forgotten_and_its_ends_carry_on() {
    items::with_no_item_left(|| {
        let (mut producer, mut consumer) = ring::<Counted>(4);
        for lap in 0..50 {
            forget(producer.reserve());
            forget(producer.reserve_many(3));
            forget(producer.reserve_up_to(9));
            let mut batch = producer.batch();
            batch.push(Counted::make(0)).unwrap();
            forget(batch);
            assert_eq!(producer.push_iter((1..9).map(Counted::make)), 3);
            forget(consumer.claim());
            forget(consumer.claim_many(3));
            forget(consumer.claim_up_to(9));
            let mut drain = consumer.drain();
            assert!(drain.next().unwrap().is(0));
            forget(drain);
            let mut items = consumer.claim_many(2).unwrap().into_iter();
            assert!(items.next().unwrap().is(1));
            forget(items);
            if lap % 2 == 0 {
                assert_eq!(consumer.skip(1), 1);
                assert!(consumer.pop().unwrap().is(3));
            } else {
                assert!(consumer.pop().unwrap().is(2));
                consumer.claim_many(1).unwrap().release(1);
            }
            assert_eq!(consumer.pop().unwrap_err(), PopError::Empty);
        }
        let mut drain = {
            producer.push_iter((0..4).map(Counted::make));
            consumer.drain()
        };
        drop(drain.next());
        forget(drain); // and straight on to the end of the ring
        drop(consumer);
    });
}

#[test]
fn a_forgotten_end_keeps_the_ring_and_harms_nobody() {
    let (mut producer, consumer) = ring::<Counted>(2);
    producer.push(Counted::make(0)).unwrap();
    let mut consumer = ManuallyDrop::new(consumer); // forgotten, for now
    assert!(!producer.is_closed());
    producer.push(Counted::make(1)).unwrap();
    assert!(producer.push(Counted::make(2)).unwrap_err().is_full());
    drop(producer);
    assert_eq!(live(), 2, "nobody was the last to go");
    // SAFETY: dropped once, here, so that the memory is free for those who look for leaks.
    unsafe { ManuallyDrop::drop(&mut consumer) };
    assert_eq!(live(), 0);
    let control = Control::new();
    let mut slots = [const { MaybeUninit::uninit() }; 2];
    let (producer, mut consumer) = in_memory::<Counted>(&control, &mut slots);
    forget(producer);
    assert_eq!(consumer.pop().unwrap_err(), PopError::Empty);
    drop(consumer);
    let mut others = [MaybeUninit::<u8>::uninit(); 2];
    let again = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        drop(in_memory(&control, &mut others));
    }));
    assert!(again.is_err(), "the control words are lost with the forgotten end");
}
