//! `mpsc`: a producer that is stopped is in the way of items, as in `mpmc`; the consumer, of room while it hands slots back. Its own
//! steps are bounded but for slots that were abandoned.
#[path = "many.rs"]
mod many;

mod queue {
    pub(super) use super::many::cloned as another_producer;
    pub(super) use annulus::mpsc::{Consumer, Producer, ring};
    /// Steps of a call with nobody else at work, and for each slot.
    pub(super) const MOST: (usize, usize) = (20, 6); // four of them are looks of who finds no room

    pub(super) fn another_consumer<E>(end: &super::many::One<E>) -> super::many::One<E> {
        std::rc::Rc::clone(end)
    }
}

use crate::Random;
use annulus::mpsc::{Consumer, Producer, ring};
use annulus_protocol::sync::steps::{Steps, watch};
use many::{Ring, others_keep_it, others_keep_it_from_its_end, stopped_everywhere};

#[test]
fn a_push_that_is_stopped_anywhere_delays_no_call() {
    for operation in [Ring::push, Ring::reserve, Ring::abandon, Ring::push_run] {
        let (pushes, pops) = stopped_everywhere(operation, false);
        assert!(pushes == 0, "nobody holds a slot that is to be written next");
        assert!(pops != 0, "its slot is in the way of later items");
    }
}

#[test]
fn a_pop_that_is_stopped_anywhere_delays_no_call() {
    for operation in [Ring::pop, Ring::claim, Ring::pop_run] {
        let (pushes, pops) = stopped_everywhere(operation, false);
        assert!(pops == 0, "there is nobody else");
        assert!(pushes != 0, "a slot that is on its way back is in the way of the next lap");
    }
}

#[test]
fn an_overwriting_push_that_is_stopped_anywhere_delays_no_call() {
    let (pushes, pops) = stopped_everywhere(Ring::force, false);
    assert!(pushes != 0 && pops != 0, "its slot is in both ways");
}

#[test]
fn who_only_looks_or_closes_is_in_nobodys_way() {
    assert_eq!(stopped_everywhere(Ring::look, false), (0, 0));
    assert_eq!(stopped_everywhere(Ring::close, true), (0, 0));
}

#[test]
fn others_who_always_succeed_keep_a_producer_at_it_so_it_is_not_wait_free() {
    for operation in [Ring::push, Ring::push_run] {
        others_keep_it_from_its_end(operation, 20);
    }
}

#[test]
fn producers_who_always_abandon_keep_the_consumer_at_it_so_it_is_not_wait_free() {
    for operation in [Ring::pop, Ring::pop_run] {
        others_keep_it(operation, Ring::abandon, &[Ring::abandon], 40);
    }
}

/// Somebody pushes, or overwrites; nobody abandons a slot.
fn produce(end: &Producer<u32>, random: &mut Random) {
    match random.below(8) {
        0 => _ = end.push_slice(&[1; 5][..random.below(5)]),
        1 => _ = end.push_iter([1; 3]),
        2 => _ = end.reserve_up_to(3).map(|grant| grant.fill_with(|| 1)),
        3 => _ = end.force_push(1),
        4 => _ = (end.vacant(), end.is_closed()),
        _ => _ = end.push(1),
    }
}

/// What the consumer does, and within how many steps, whatever producers do meanwhile that abandon nothing.
type Operation = (&'static str, fn(&mut Consumer<u32>), usize);

/// A run is of three items at most.
const OPERATIONS: [Operation; 7] = [
    ("pop", |end| _ = end.pop(), 9),
    ("peek", |end| _ = end.peek().is_some(), 9),
    ("claim", |end| drop(end.claim()), 9),
    ("claim_up_to", |end| _ = end.claim_up_to(3).map(|grant| grant.release(1)), 9),
    ("into_iter", |end| _ = end.claim_up_to(3).map(|grant| grant.into_iter().count()), 13),
    ("pop_slice", |end| _ = end.pop_slice(&mut [0; 3]), 11),
    ("len", |end| _ = (end.len(), end.is_empty()), 4),
];

#[test]
fn the_consumer_takes_a_bounded_number_of_steps_where_nothing_is_abandoned() {
    let mut random = Random(5);
    let mut most = [Steps::default(); OPERATIONS.len()];
    for round in 0..2_000 {
        let (producer, mut consumer) = ring(1 + round % 4);
        if round % 8 < 4 {
            for _ in 0..600 {
                producer.push(1).unwrap();
                consumer.pop().unwrap(); // it keeps the hold from now on
            }
        }
        for _ in 0..20 {
            let which = random.below(OPERATIONS.len());
            let (what, operation, bound) = OPERATIONS[which];
            let (others, mut chance, busy) = (producer.clone(), random.split(), random.below(4));
            let before = move |_| (0..busy).for_each(|_| produce(&others, &mut chance));
            let ((), steps) = watch(before, || operation(&mut consumer));
            assert!(steps.all <= bound, "{what}: {steps:?}, more than {bound}");
            assert!(steps.exchanges <= 1, "{what}: nothing but the hold, once: {steps:?}");
            most[which].all = most[which].all.max(steps.all);
        }
    }
    for ((what, _, bound), most) in OPERATIONS.into_iter().zip(most) {
        println!("{what}: {} of {bound}", most.all);
        assert!(bound < 2 * most.all, "{what}: never more than {} of {bound}", most.all);
    }
}
