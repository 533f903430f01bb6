//! A pool: what goes wrong, and threads. What every ring does is in `pool.rs`.
#![allow(clippy::disallowed_types)] // what the test itself counts with
#[path = "suite/items.rs"]
mod items;
#[path = "suite/threads.rs"]
mod threads;

mod queue {
    pub(crate) use annulus::pool::*;

    pub(crate) fn first_slot<'g, T>(grant: &'g mut WriteGrant<'_, T>) -> &'g mut std::mem::MaybeUninit<T> {
        grant.iter_mut().next().unwrap()
    }
}

use annulus::{PopError, ReserveError, State};
use items::{Counted, Item, forget_the_living, live, with_no_item_left};
use queue::ring;
use std::mem::forget;
use std::panic::{AssertUnwindSafe, catch_unwind};

fn panics(run: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(run)).is_err()
}

#[test]
fn forgotten_guards_cost_their_slots_and_nothing_else() {
    let (producer, consumer) = ring::<Counted>(6);
    forget(producer.reserve());
    forget(producer.reserve_many(2));
    producer.push_iter((0..3).map(Counted::make));
    forget(consumer.claim());
    forget(consumer.claim_up_to(1));
    assert_eq!((producer.vacant(), consumer.len()), (0, 1));
    for n in 2..50 {
        assert!(producer.push(Counted::make(0)).unwrap_err().is_full());
        assert!(consumer.pop().unwrap().is(n));
        producer.push(Counted::make(n + 1)).unwrap();
        assert_eq!(producer.reserve().unwrap_err(), ReserveError::Full);
    }
    drop(producer);
    assert!(consumer.pop().unwrap().is(50));
    assert_eq!(consumer.pop(), Err(PopError::Empty), "as far as anybody knows, more may be committed");
    assert_eq!(consumer.state(), State::Closing);
    drop(consumer);
    assert_eq!(live(), 2, "the claimed ones");
    forget_the_living();
}

#[test]
fn a_grant_that_was_begun_and_forgotten_costs_what_is_left_in_it() {
    let (producer, consumer) = ring::<Counted>(4);
    producer.push_iter((0..4).map(Counted::make));
    let mut grant = consumer.claim_up_to(3).unwrap();
    assert!(grant.next().unwrap().is(0));
    forget(grant);
    assert_eq!(live(), 3);
    assert!(consumer.pop().unwrap().is(3));
    assert_eq!(producer.push_iter((4..9).map(Counted::make)), 1);
    drop((producer, consumer));
    assert_eq!(live(), 2, "those of the grant");
    forget_the_living();
}

#[test]
fn what_is_filled_when_something_panics_is_committed_and_the_rest_is_abandoned() {
    with_no_item_left(|| {
        let (producer, consumer) = ring::<Counted>(5);
        let until = |last| move |n| if n < last { Counted::make(n) } else { panic!("no more") };
        let grant = producer.reserve_many(4).unwrap();
        assert!(panics(|| _ = grant.fill_from((0..).map(until(2)))));
        assert_eq!((consumer.len(), producer.vacant()), (2, 3));
        let mut n = 2;
        let grant = producer.reserve_up_to(9).unwrap();
        assert!(panics(|| grant.fill_with(|| {
            n += 1;
            until(4)(n - 1)
        })));
        assert_eq!(consumer.drain().enumerate().filter(|(n, item)| item.is(*n as u64)).count(), 4);
        assert_eq!(producer.vacant(), 5);
    });
}

#[test]
fn slices_that_do_not_fit_are_refused_and_the_slots_handed_back() {
    let (producer, consumer) = ring::<u8>(3);
    let grant = producer.reserve_many(3).unwrap();
    assert!(panics(|| grant.fill_copy(&[1, 2])));
    assert_eq!((consumer.len(), producer.vacant()), (0, 3));
    producer.reserve_many(3).unwrap().fill_copy(&[1, 2, 3]);
    assert!(consumer.drain().eq([1, 2, 3]));
}

#[test]
fn a_panicking_drop_in_a_grant_drops_the_others_and_hands_all_slots_back() {
    struct Angry(Counted, bool);
    impl Drop for Angry {
        fn drop(&mut self) {
            assert!(!self.1, "angry");
        }
    }
    with_no_item_left(|| {
        let (producer, consumer) = ring(6);
        for angry in 0..4 {
            let make = |n| Angry(Counted::make(n), n == angry);
            assert_eq!(producer.push_iter((0..6).map(make)), 6);
            assert!(panics(|| drop(consumer.claim_up_to(5))) == (angry < 5));
            assert_eq!((producer.vacant(), consumer.len()), (5, 1));
            assert!(consumer.pop().unwrap().0.is(5));
            producer.push_iter((0..6).map(make));
            assert!(panics(|| _ = consumer.skip(usize::MAX)));
            assert_eq!(producer.vacant(), 6);
        }
    });
}
