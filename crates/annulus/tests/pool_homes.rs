//! Where a `pool` ring is.
#![allow(clippy::disallowed_types)] // what the test itself counts with
#[path = "suite/homes.rs"]
mod homes;
#[path = "suite/items.rs"]
mod items;

mod queue {
    pub(crate) use annulus::pool::*;
    pub(crate) const PLACES: &str = "places";
}

use annulus::{PopError, State};
use homes::{places, slots};
use items::{Counted, Item, forget_the_living, live, with_no_item_left};
use queue::{Control, Ring, in_memory};
use std::mem::forget;

#[test]
fn slots_that_were_forgotten_are_free_for_the_next_ends_and_nothing_is_dropped_twice() {
    with_no_item_left(|| {
        let mut ring = Ring::<Counted, 5>::new();
        for round in 0..4 {
            let (producer, consumer) = ring.split();
            assert_eq!(producer.vacant(), 5 - consumer.len());
            assert_eq!(consumer.len(), if round == 0 { 0 } else { 1 });
            assert_eq!(consumer.skip(9), usize::from(round != 0));
            forget((producer.reserve(), producer.reserve_many(3)));
            producer.push(Counted::make(round)).unwrap();
            assert_eq!(producer.vacant(), 0);
            if round % 2 == 0 {
                forget((producer, consumer)); // open
            } else {
                drop(producer);
                assert_eq!(consumer.state(), State::Closing);
            }
        }
    });
}

#[test]
fn a_static_gets_its_forgotten_slots_back() {
    static RING: Ring<u32, 3> = Ring::new();
    for round in 0..5 {
        let (producer, consumer) = RING.try_split().expect("all came home");
        assert_eq!((producer.vacant(), consumer.pop()), (3, Err(PopError::Empty)));
        assert_eq!(producer.push_iter(round..), 3);
        forget(consumer.claim());
        forget(consumer.claim_up_to(2));
        forget(producer.reserve());
        assert_eq!((producer.vacant(), consumer.pop()), (0, Err(PopError::Empty)));
    }
}

#[test]
fn what_was_forgotten_in_the_callers_memory_is_lost_with_its_slot_and_a_new_ring_has_all_of_them() {
    let control = Control::new();
    let (mut places, mut slots) = (places::<3>(), slots::<Counted, 3>());
    let (producer, consumer) = in_memory(&control, &mut places, &mut slots);
    producer.push_iter((0..2).map(Counted::make));
    forget((consumer.claim(), producer.reserve()));
    drop((producer, consumer));
    assert_eq!(live(), 1, "the forgotten one");
    forget_the_living();
    let (producer, consumer) = in_memory(&control, &mut places, &mut slots);
    assert_eq!(producer.push_iter((0..9).map(Counted::make)), 3, "all begins anew");
    assert_eq!(consumer.drain().count(), 3);
}
