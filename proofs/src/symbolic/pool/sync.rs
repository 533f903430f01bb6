//! Atomic words of a pool over terms: see [`crate::entry`].
use super::word::{Word, usize};
use crate::entry::{self, Role};
use crate::indices::pool::{Entry, door};
use std::ops::Index;

pub(crate) use std::sync::atomic::Ordering;

/// A shared word: it knows only which one it is.
#[derive(Debug)]
pub(crate) struct AtomicWord(pub(crate) Role);

impl AtomicWord {
    /// They are told apart by the order in which they are made.
    pub(crate) fn new(_: Word) -> Self {
        Self(entry::next_role())
    }

    pub(crate) fn load(&self, ordering: Ordering) -> Word {
        entry::load(self.0, ordering)
    }

    pub(crate) fn store(&self, value: Word, _: Ordering) {
        entry::store(self.0, value);
    }

    pub(crate) fn compare_exchange(
        &self,
        old: Word,
        new: Word,
        success: Ordering,
        _: Ordering,
    ) -> Result<Word, Word> {
        entry::exchange(self.0, old, new, success)
    }

    pub(crate) fn fetch_or(&self, mark: Word, _: Ordering) {
        entry::close(self.0, mark);
    }
}

pub(crate) fn fence(ordering: Ordering) {
    entry::fence(ordering);
}

/// Two entries of a ring stand for all: ours, and any other.
impl Index<usize> for [Entry] {
    type Output = Entry;
    fn index(&self, index: usize) -> &Entry {
        if entry::look_at(door::role(&self[0]), index.0) { &self[0] } else { &self[1] }
    }
}
