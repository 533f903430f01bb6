//! `spmc`: a consumer that is stopped is in the way of room, as in `mpmc`; the producer, of items while it hands slots on. Its own steps
//! are bounded.
#[path = "many.rs"]
mod many;

mod queue {
    pub(super) use super::many::cloned as another_consumer;
    pub(super) use annulus::spmc::{Consumer, Producer, ring};
    /// Steps of a call with nobody else at work, and for each slot.
    pub(super) const MOST: (usize, usize) = (16, 6);

    pub(super) fn another_producer<E>(end: &super::many::One<E>) -> super::many::One<E> {
        std::rc::Rc::clone(end)
    }
}

use crate::Random;
use annulus::spmc::{Consumer, Producer, ring};
use annulus_protocol::sync::steps::{Steps, watch};
use many::{Ring, others_keep_it_from_its_end, stopped_everywhere};

#[test]
fn a_push_that_is_stopped_anywhere_delays_no_call() {
    for operation in [Ring::push, Ring::reserve, Ring::push_run] {
        let (pushes, pops) = stopped_everywhere(operation, false);
        assert!(pushes == 0, "there is nobody else");
        assert!(pops != 0, "a slot that is on its way to them is in the way of later items");
    }
    assert_eq!(stopped_everywhere(Ring::abandon, false), (0, 0), "what is not committed was never reserved");
}

#[test]
fn a_pop_that_is_stopped_anywhere_delays_no_call() {
    for operation in [Ring::pop, Ring::claim, Ring::pop_run] {
        let (pushes, pops) = stopped_everywhere(operation, false);
        assert!(pops == 0, "nobody holds a slot that is to be read next");
        assert!(pushes != 0, "its slot is in the way of the next lap");
    }
}

#[test]
fn an_overwriting_push_that_is_stopped_anywhere_delays_no_call() {
    let (pushes, pops) = stopped_everywhere(Ring::force, false);
    assert!(pushes == 0 && pops != 0, "its slot is in the way of consumers");
}

#[test]
fn who_only_looks_or_closes_is_in_nobodys_way() {
    assert_eq!(stopped_everywhere(Ring::look, false), (0, 0));
    assert_eq!(stopped_everywhere(Ring::close, true), (0, 0));
}

#[test]
fn others_who_always_succeed_keep_a_consumer_at_it_so_it_is_not_wait_free() {
    for operation in [Ring::pop, Ring::pop_run] {
        others_keep_it_from_its_end(operation, 20);
    }
}

/// Somebody pops, or holds on to something for a while.
fn consume(end: &Consumer<u32>, random: &mut Random) {
    match random.below(6) {
        0 => _ = end.pop_slice(&mut [0; 5][..random.below(5)]),
        1 => drop(end.claim_up_to(2)),
        2 => drop(end.claim()),
        3 => _ = (end.len(), end.is_closed()),
        _ => _ = end.pop(),
    }
}

fn in_a_batch(end: &mut Producer<u32>) {
    let mut batch = end.batch_every(3);
    (0..3).for_each(|_| _ = batch.push(1));
}

/// What the producer does, and within how many steps, whatever consumers do meanwhile.
type Operation = (&'static str, fn(&mut Producer<u32>), usize);

/// A run is of three items at most. Who finds no room looks four times more before it says so, a batch of three up to three times.
const OPERATIONS: [Operation; 9] = [
    ("push", |end| _ = end.push(1), 8),
    ("reserve", |end| _ = end.reserve().map(|slot| slot.write(1)), 8),
    ("reserve_up_to", |end| _ = end.reserve_up_to(3).map(|grant| grant.fill_with(|| 1)), 12),
    ("reserve_many", |end| _ = end.reserve_many(3).map(|grant| grant.fill_with(|| 1)), 12),
    ("push_slice", |end| _ = end.push_slice(&[1; 3]), 12),
    ("push_iter", |end| _ = end.push_iter([1; 3]), 12),
    ("batch", in_a_batch, 25),
    ("force_push", |end| _ = end.force_push(1), 12),
    ("vacant", |end| _ = (end.vacant(), end.is_full(), end.is_closed()), 6),
];

#[test]
fn the_producer_takes_a_bounded_number_of_steps() {
    let mut random = Random(5);
    let mut most = [Steps::default(); OPERATIONS.len()];
    for round in 0..4_000 {
        let (mut producer, consumer) = ring(1 + round % 4);
        for _ in 0..20 {
            let which = random.below(OPERATIONS.len());
            let (what, operation, bound) = OPERATIONS[which];
            let (others, mut chance, busy) = (consumer.clone(), random.split(), random.below(4));
            let before = move |_| (0..busy).for_each(|_| consume(&others, &mut chance));
            let ((), steps) = watch(before, || operation(&mut producer));
            assert!(steps.all <= bound, "{what}: {steps:?}, more than {bound}");
            assert!(steps.exchanges == 0 || what == "force_push", "{what} exchanges nothing: {steps:?}");
            most[which].all = most[which].all.max(steps.all);
        }
    }
    for ((what, _, bound), most) in OPERATIONS.into_iter().zip(most) {
        println!("{what}: {} of {bound}", most.all);
        assert!(bound < 2 * most.all, "{what}: never more than {} of {bound}", most.all);
    }
}
