//! Turns, with a call paused before any of its steps for any number of laps. Only with `--cfg annulus_steps`; with
//! `--cfg annulus_word="8"` as well, every number of laps that the word can tell apart.
#![cfg(annulus_steps)]
#[path = "steps/record.rs"]
mod record;

use annulus_protocol::pos::Word;
use annulus_protocol::sync::steps::{Steps, watch};
use annulus_protocol::turns::{Cursors, Refused, Shape, Turn, Turns};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

struct Ring {
    cursors: Cursors,
    turns: Vec<Turn>,
    items: RefCell<Vec<u32>>,
    next: RefCell<u32>,
    inside: RefCell<VecDeque<u32>>,
}

impl Ring {
    fn new(size: usize) -> Self {
        Self {
            cursors: Cursors::new(),
            turns: (0..size).map(|_| Turn::new()).collect(),
            items: RefCell::new(vec![0; size]),
            next: RefCell::default(),
            inside: RefCell::default(),
        }
    }

    fn turns(&self) -> Turns<'_> {
        Turns::new(&self.cursors, &self.turns, Shape::of(self.turns.len()))
    }

    /// Only reserves and claims are paused, so items go in and out in the order of these books.
    fn put(&self, reserve: impl FnOnce() -> Result<annulus_protocol::turns::Reserved, Refused>) -> bool {
        let Ok(reserved) = reserve() else { return false };
        *self.next.borrow_mut() += 1;
        self.items.borrow_mut()[self.turns().index_to_write(&reserved)] = *self.next.borrow();
        self.inside.borrow_mut().push_back(*self.next.borrow());
        self.turns().commit(reserved);
        true
    }

    fn take(&self, claim: impl FnOnce() -> Result<annulus_protocol::turns::Claimed, Refused>) -> bool {
        let Ok(claimed) = claim() else { return false };
        let item = self.items.borrow()[self.turns().index_to_read(&claimed)];
        assert_eq!(Some(item), self.inside.borrow_mut().pop_front(), "not the oldest");
        self.turns().release(claimed);
        true
    }

    fn laps(&self, laps: usize, leave: usize) {
        while self.take(|| self.turns().claim()) {}
        for _ in 0..laps * self.turns.len() {
            assert!(self.put(|| self.turns().reserve()) && self.take(|| self.turns().claim()));
        }
        (0..leave).for_each(|_| _ = self.put(|| self.turns().reserve()));
    }
}

/// A call that slept through whole laps finds its slot at the same index, in another lap: it must not take it for the one it
/// looked at. After as many laps as the word can count it could; `docs/progress.md` says how many those are.
#[test]
fn a_call_paused_for_whole_laps_before_its_exchange_takes_no_slot_that_is_not_its_turn() {
    for size in [1usize, 2, 3, 5] {
        #[allow(clippy::unnecessary_cast, reason = "not where words are narrow")]
        let laps_in_a_word = (Word::MAX as usize / 2 + 1) / size.next_power_of_two().max(2);
        for laps in 0..laps_in_a_word.min(65) - 1 {
            for before in 0..=size {
                for leave in 0..=size {
                    for stop in 0..5 {
                        paused(size, laps, before, leave, stop, true);
                        paused(size, laps, before, leave, stop, false);
                    }
                }
            }
        }
    }
}

fn paused(size: usize, laps: usize, before: usize, leave: usize, stop: usize, writes: bool) {
    let ring = Rc::new(Ring::new(size));
    ring.laps(1, before);
    let others = ring.clone();
    let hook = move |steps: Steps| {
        if steps.all == stop {
            others.laps(laps, leave);
        }
    };
    if writes {
        ring.put(|| watch(hook, || ring.turns().reserve()).0);
    } else {
        ring.take(|| watch(hook, || ring.turns().claim()).0);
    }
    assert_eq!(ring.turns().occupied(), ring.inside.borrow().len());
    while ring.take(|| ring.turns().claim()) {}
    assert!(ring.inside.borrow().is_empty(), "lost");
    ring.laps(2, 0);
}
