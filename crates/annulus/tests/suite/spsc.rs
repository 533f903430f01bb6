//! `spsc`, for the suite.
use crate::suite::{Ends, Item, Kind};
pub(crate) use annulus::spsc::*;
use std::mem::MaybeUninit;

pub(crate) const KIND: Kind =
    Kind { sole_producer: true, counts_reserved: false, positions: ["committed", "released"] };

type Make<T> = fn(usize) -> Ends<T, Heap<T>>;

pub(crate) fn heap<T: Item>() -> [(&'static str, Make<T>); 4] {
    [
        ("heap", |capacity| Ends::new(ring(capacity), capacity, true)),
        ("heap, settled", |capacity| Ends::new(ring(capacity), capacity, true).settled()),
        ("heap, overwritten", |capacity| {
            Ends::new(Options::new(capacity).overwrite().ring(), capacity, true)
        }),
        ("heap with credit", |capacity| {
            Ends::new(Options::new(capacity).credit(4).ring(), capacity, false).settled()
        }),
    ]
}

/// Two rings, one after the other, in the same memory.
pub(crate) fn in_the_callers_memory<T: Item>(
    capacity: usize,
    check: impl Fn(usize, (Producer<T, Borrowed<'_>>, Consumer<T, Borrowed<'_>>)),
) {
    let control = Control::new();
    let mut slots: Vec<MaybeUninit<T>> = (0..capacity).map(|_| MaybeUninit::uninit()).collect();
    for round in 0..2 {
        check(round, in_memory(&control, &mut slots));
    }
}

slices!();
