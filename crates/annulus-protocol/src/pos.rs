//! Positions, and the word they are kept in.
//!
//! A position counts up for ever; the word that holds it wraps. Two positions of one ring are never further apart
//! than [`MAX_SIZE`], less than half of what a word can count, so their wrapped distance is their true distance
//! (`proofs/`: *a wrapped distance equals the true one*).
//!
//! The word is `usize`. Tests build with `--cfg annulus_word="32"` or `"8"` to meet the wrap early: nothing else
//! in the crate knows how wide it is.
#![allow(
    clippy::unnecessary_cast,
    reason = "a cast that is needless for one width of the word is needed for another"
)]

/// What holds a position, or a number of positions.
#[cfg(not(any(annulus_word = "8", annulus_word = "32")))]
pub type Word = usize;

/// What holds a position, or a number of positions.
#[cfg(annulus_word = "32")]
pub type Word = u32;

/// What holds a position, or a number of positions.
#[cfg(annulus_word = "8")]
pub type Word = u8;

/// No position at all.
pub const ZERO: Word = 0;

/// One position.
pub const ONE: Word = 1;

/// Two of them.
pub const TWO: Word = 2;

/// The largest number of slots a ring may have: one less than half of what a word can count.
pub const MAX_SIZE: usize = (Word::MAX / 2) as usize;

/// The word for a number of positions; a number no ring can have becomes the largest word.
#[inline]
pub const fn word(count: usize) -> Word {
    if count > Word::MAX as usize { Word::MAX } else { count as Word }
}

/// Whether `n` is at least one and at most `most`, by one comparison: zero less one is the largest word.
#[inline(always)]
pub const fn is_one_to(n: Word, most: Word) -> bool {
    n.wrapping_sub(ONE) < most
}

/// The number of positions that a word stands for.
#[inline]
pub const fn count(word: Word) -> usize {
    word as usize
}
