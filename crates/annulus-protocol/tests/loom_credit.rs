//! A credit is room: beside the shipped ring of turns. Labels: Y1, Y2.
#![cfg(loom)]
#![allow(dead_code)] // each model uses its own part

#[path = "loom_support/ring.rs"]
mod ring;

use annulus_protocol::credit::Credits;
use loom::thread;
use ring::Ring;
use std::sync::Arc;

struct Counted<const N: usize> {
    credits: Credits,
    ring: Ring<N>,
}

impl<const N: usize> Counted<N> {
    fn new() -> Arc<Self> {
        Arc::new(Self { credits: Credits::new(N), ring: Ring::new() })
    }

    /// Puts an item in, if there is a credit; and if there is, the item goes in.
    fn put(&self, value: u32) -> bool {
        let held = self.credits.take();
        if held {
            self.ring.put(value, true).expect("a credit is room");
        }
        held
    }

    fn take(&self) -> Option<u32> {
        let item = self.ring.take().ok();
        self.credits.give(usize::from(item.is_some()));
        item
    }
}

/// Where nobody else takes, whoever gets a credit finds a slot at the first try.
#[test]
fn whoever_has_a_credit_that_was_given_back_finds_the_slot_free() {
    loom::model(|| {
        let counted = Counted::<1>::new();
        assert!(counted.put(1));
        let there = counted.clone();
        let writer = thread::spawn(move || there.put(2));
        assert_eq!(counted.take(), Some(1));
        let put = writer.join().unwrap();
        assert_eq!(counted.ring.rest(), if put { vec![2] } else { vec![] });
    });
}

/// The same of one that was given back by who had not used it.
#[test]
fn a_credit_that_was_held_and_given_back_is_room_as_before() {
    loom::model(|| {
        let counted = Counted::<1>::new();
        assert!(counted.put(1));
        let there = [counted.clone(), counted.clone()];
        let [idle, writer] = there;
        let idle = thread::spawn(move || {
            if idle.credits.take() {
                idle.credits.give(1);
            }
        });
        let writer = thread::spawn(move || writer.put(2));
        assert_eq!(counted.take(), Some(1));
        idle.join().unwrap();
        let put = writer.join().unwrap();
        assert_eq!(counted.ring.rest(), if put { vec![2] } else { vec![] });
        assert_eq!(counted.credits.free(), usize::from(!put));
    });
}

/// Two threads, each of which gives one back here and then finds none there, are not both told so.
#[test]
fn two_counts_are_not_both_found_at_nothing() {
    loom::model(|| {
        let both = Arc::new([Credits::new(1), Credits::new(1)]);
        assert!(both[0].take() && both[1].take());
        let there = both.clone();
        let other = thread::spawn(move || {
            there[1].give(1);
            there[0].take()
        });
        both[0].give(1);
        let here = both[1].take();
        assert!(here | other.join().unwrap());
    });
}
