//! `pool`: who is stopped is in nobody's way.
#[path = "many.rs"]
mod many;

mod queue {
    pub(super) use super::many::{cloned as another_consumer, cloned as another_producer};
    pub(super) use annulus::pool::{Consumer, Producer, ring};
    /// Steps of a call with nobody else at work, and for each slot.
    pub(super) const MOST: (usize, usize) = (24, 16);
}

use many::{Ring, others_keep_it_from_its_end, stopped_everywhere};

#[test]
fn a_call_that_is_stopped_anywhere_delays_no_other_and_nothing_is_ever_busy() {
    for operation in [
        Ring::push,
        Ring::reserve,
        Ring::abandon,
        Ring::push_run,
        Ring::pop,
        Ring::claim,
        Ring::pop_run,
        Ring::force,
        Ring::look,
    ] {
        assert_eq!(stopped_everywhere(operation, false), (0, 0));
    }
}

#[test]
fn a_close_that_is_stopped_anywhere_delays_no_call() {
    assert_eq!(stopped_everywhere(Ring::close, true), (0, 0));
}

#[test]
fn others_who_always_succeed_keep_a_call_at_it_so_it_is_not_wait_free() {
    for operation in [Ring::push, Ring::pop, Ring::push_run, Ring::pop_run] {
        others_keep_it_from_its_end(operation, 100);
    }
}
