//! Lengths in words: how many granules a record takes, and what a turn says of a run.
//!
//! This file is proved apart, over bits (`proofs/`, *record: shape*); the rest of the ring rests on what is shown there.
use super::super::super::pos::{ONE, TWO, Word, ZERO};
use super::super::Shape as Positions;

/// How a ring of records lies in words.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub(super) turns: Positions,
    /// A granule has `1 << bits` bytes.
    pub(super) bits: u32,
}

/// What stands at the beginning of a run.
#[derive(Clone, Copy)]
pub(super) struct Run {
    pub(super) granules: Word,
    /// Of a record; none if it is skipped.
    pub(super) bytes: Option<Word>,
}

impl Shape {
    /// How many granules `bytes` bytes take, which are no more than the ring has.
    #[inline]
    pub(super) fn granules_for(self, bytes: Word) -> Word {
        let most = (ONE << self.bits) - ONE;
        ((bytes + most) >> self.bits).max(ONE)
    }

    #[inline]
    pub(super) fn bytes_in(self, granules: Word) -> Word {
        granules << self.bits
    }

    /// The turn of the first granule of a record, in the lap of `at`.
    #[inline]
    pub(super) fn ready(self, at: Word, bytes: Word) -> Word {
        self.turns.free(at) + bytes * TWO + ONE
    }

    /// The same of a run that is skipped.
    #[inline]
    pub(super) fn skipped(self, at: Word, granules: Word) -> Word {
        self.turns.free(at) + granules * TWO
    }

    /// What the turn at `at` says about a run there, if it says anything in that lap. Whatever it says, the run ends before the end of
    /// the lap, and its bytes are within it.
    #[inline]
    pub(super) fn run(self, at: Word, turn: Word) -> Option<Run> {
        let shape = self.turns;
        let ahead = turn.wrapping_sub(shape.free(at));
        if ahead == ZERO || shape.below < ahead {
            return None; // free, or of another lap
        }
        let (length, left) = (ahead / TWO, shape.size - shape.index(at));
        if ahead & ONE == ZERO {
            return Some(Run { granules: length.min(left), bytes: None });
        }
        let bytes = length.min(self.bytes_in(left));
        Some(Run { granules: self.granules_for(bytes), bytes: Some(bytes) })
    }

    /// How many granules lie from `read` to `write`, if these can be cursors of one moment.
    pub(super) fn used(self, read: Word, write: Word) -> Option<Word> {
        let shape = self.turns;
        let (from, to) = (shape.index(read), shape.index(write));
        if shape.free(read) == shape.free(write) {
            if from <= to { Some(to - from) } else { None }
        } else if shape.lap_later(shape.free(read)) == shape.free(write) && to <= from {
            Some(shape.size - from + to)
        } else {
            None
        }
    }
}
