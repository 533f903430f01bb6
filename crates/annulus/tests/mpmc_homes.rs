//! Where an `mpmc` ring is.
#![allow(clippy::disallowed_types)] // what the test itself counts with
#[path = "suite/homes.rs"]
mod homes;
#[path = "suite/items.rs"]
mod items;

mod queue {
    pub(crate) use annulus::mpmc::{Turn as Place, *};
    pub(crate) const PLACES: &str = "turns";
}

use annulus::PopError;
use homes::{places, slots};
use items::{Counted, Item, forget_the_living, live, with_no_item_left};
use queue::{Control, Ring, in_memory};
use std::mem::forget;

#[test]
fn a_slot_that_was_forgotten_stays_in_the_way_and_nothing_is_dropped_twice() {
    with_no_item_left(|| {
        let mut ring = Ring::<Counted, 3>::new();
        let (producer, consumer) = ring.split();
        forget(producer.reserve());
        producer.push(Counted::make(1)).unwrap();
        forget((producer, consumer));
        let (_producer, consumer) = ring.split();
        assert_eq!(consumer.pop(), Err(PopError::Busy));
    });
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
