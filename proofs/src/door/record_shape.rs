//! A door into how lengths lie in words, over bits. Appended to the shipped text as a child module.
use super::{Positions, Shape};
use crate::symbolic::bits::Word;

pub(crate) fn shape(turns: Positions, bits: u32) -> Shape {
    Shape { turns, bits }
}

pub(crate) fn granules_for(shape: Shape, bytes: Word) -> Word {
    shape.granules_for(bytes)
}

pub(crate) fn bytes_in(shape: Shape, granules: Word) -> Word {
    shape.bytes_in(granules)
}

pub(crate) fn ready(shape: Shape, at: Word, bytes: Word) -> Word {
    shape.ready(at, bytes)
}

pub(crate) fn skipped(shape: Shape, at: Word, granules: Word) -> Word {
    shape.skipped(at, granules)
}

/// Granules, and bytes of a record.
pub(crate) fn run(shape: Shape, at: Word, turn: Word) -> Option<(Word, Option<Word>)> {
    shape.run(at, turn).map(|run| (run.granules, run.bytes))
}

pub(crate) fn used(shape: Shape, read: Word, write: Word) -> Option<Word> {
    shape.used(read, write)
}
