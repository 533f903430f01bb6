//! Atomic words of a ring of records over terms: see [`crate::granule`].
use super::word::{AllButMark, Mark, Word, usize};
use crate::granule::{self, Role};
use std::ops::Index;

pub(crate) use std::sync::atomic::Ordering;

/// A shared word: it knows only which one it is.
#[derive(Debug)]
pub(crate) struct AtomicWord(Role);

impl AtomicWord {
    /// They are told apart by the order in which they are made: cursors, the words beside them, our granule, any other one.
    pub(crate) fn new(_: Word) -> Self {
        Self(granule::next_role())
    }

    pub(crate) fn load(&self, ordering: Ordering) -> Word {
        granule::load(self.0, ordering)
    }

    pub(crate) fn store(&self, value: Word, ordering: Ordering) {
        granule::store(self.0, value, ordering);
    }

    pub(crate) fn compare_exchange(
        &self,
        old: Word,
        new: Word,
        _: Ordering,
        _: Ordering,
    ) -> Result<Word, Word> {
        granule::exchange(self.0, old, new)
    }

    /// Only to open a ring again, where nobody else is.
    pub(crate) fn fetch_and(&self, _: AllButMark, _: Ordering) {
        granule::oblige("nobody else is there", crate::term::known(false));
    }

    pub(crate) fn fetch_or(&self, _: Mark, _: Ordering) {
        granule::close(self.0);
    }
}

pub(crate) fn fence(ordering: Ordering) {
    granule::fence(ordering);
}

/// Two turns stand for all: ours, and any other.
impl Index<usize> for [crate::granules::turns::Turn] {
    type Output = crate::granules::turns::Turn;
    fn index(&self, index: usize) -> &Self::Output {
        if granule::look_at(index.0) { &self[0] } else { &self[1] }
    }
}
