//! `mpmc`: who is stopped with a slot is in the way of the items that come after it, and of no call.
#[path = "many.rs"]
mod many;

mod queue {
    pub(super) use super::many::{cloned as another_consumer, cloned as another_producer};
    pub(super) use annulus::mpmc::{Consumer, Producer, ring};
    /// Steps of a call with nobody else at work, and for each slot.
    pub(super) const MOST: (usize, usize) = (16, 6); // four of them are looks of who finds no room
}

use annulus_protocol::sync::steps::watch;
use many::{Ring, others_keep_it_from_its_end, stopped_everywhere};

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
        assert!(pops == 0, "nobody holds a slot that is to be read next");
        assert!(pushes != 0, "its slot is in the way of the next lap");
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
fn others_who_always_succeed_keep_a_call_at_it_so_it_is_not_wait_free() {
    for operation in [Ring::push, Ring::pop, Ring::push_run, Ring::pop_run] {
        others_keep_it_from_its_end(operation, 20);
    }
    for operation in [Ring::look, Ring::close] {
        let ring = Ring::new(4);
        let others = ring.clone();
        let (_, steps) = watch(move |_| _ = (others.push(), others.pop()), || operation(&ring));
        assert!(steps.all <= 6, "{steps:?}");
    }
}
