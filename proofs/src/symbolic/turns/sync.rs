//! Atomic words of a ring over terms: see [`crate::slot`].
use super::word::{AllButMark, Mark, Word, usize};
use crate::slot::{self, Role};
use std::ops::Index;

pub(crate) use std::sync::atomic::Ordering;

/// A shared word: it knows only which one it is.
#[derive(Debug)]
pub(crate) struct AtomicWord(Role);

impl AtomicWord {
    /// They are told apart by the order in which they are made: cursors, the words beside them, our slot, any other slot.
    pub(crate) fn new(_: Word) -> Self {
        Self(slot::next_role())
    }

    pub(crate) fn load(&self, ordering: Ordering) -> Word {
        slot::load(self.0, ordering)
    }

    pub(crate) fn store(&self, value: Word, ordering: Ordering) {
        slot::store(self.0, value, ordering);
    }

    pub(crate) fn compare_exchange(
        &self,
        old: Word,
        new: Word,
        success: Ordering,
        _: Ordering,
    ) -> Result<Word, Word> {
        if self.0 == Role::Held {
            slot::sole::take(old, new, success)
        } else {
            slot::exchange(self.0, old, new)
        }
    }

    pub(crate) fn fetch_add(&self, way: Word, _: Ordering) {
        if self.0 == Role::Evicting { slot::counted(self.0) } else { slot::go(self.0, way) }
    }

    pub(crate) fn fetch_sub(&self, _: Word, _: Ordering) {
        slot::counted(self.0);
    }

    /// Only to open a ring again, where nobody else is.
    pub(crate) fn fetch_and(&self, _: AllButMark, _: Ordering) {
        slot::oblige("nobody else is there", crate::term::known(false));
    }

    pub(crate) fn fetch_or(&self, _: Mark, _: Ordering) {
        slot::close(self.0);
    }
}

pub(crate) fn fence(ordering: Ordering) {
    slot::fence(ordering);
}

/// Two turns stand for all: ours, and any other.
impl Index<usize> for [crate::ring::turns::Turn] {
    type Output = crate::ring::turns::Turn;
    fn index(&self, index: usize) -> &Self::Output {
        if slot::look_at(index.0) { &self[0] } else { &self[1] }
    }
}
