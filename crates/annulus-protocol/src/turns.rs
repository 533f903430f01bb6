//! Many writers, many readers, slot by slot.
//!
//! ```text
//!            read                      write
//!   ...........|.........................|.............
//!      free    | ready, written, skipped |  free, or being read by who was before `read`
//!              `----- at most size ------'
//! ```
//! `write` and `read` say which position is the next to be reserved and claimed; the *turn* of a slot says what may be done
//! with it. A position is reserved, or claimed, by moving the cursor past it, and only while its turn has come; after that the
//! slot has one owner, who hands it on with one store. So slots are written, read and given back in any order, and nobody
//! waits for an owner until its position is the next one.
//!
//! ```text
//!   free(lap) --reserve--> (written) --commit---> ready(lap) --claim--> (read) --release--> free(lap + 1)
//!                              `------abandon---> skip(lap) ---claim------------------------'
//! ```
//! INVARIANT (T)  the turns of a slot only move forward; a slot has an owner while its turn is `free(lap)` and `write` is past
//! that position, or `ready(lap)` or `skip(lap)` and `read` is past it.
//!
//! | edge | Release store         | Acquire load         | what it carries                                     |
//! |------|-----------------------|----------------------|-----------------------------------------------------|
//! | T1   | `commit`, `abandon`, `renew` | `claim`, `evict` | contents of the slot; that its writer is done       |
//! | T2   | `release`             | `reserve`            | its reader is done with the slot                    |
//! | T3   | fence in `reserve` and `claim`, by who finds nothing | | see [`Turns::claim`]                  |
//!
//! A word that holds a position holds the lap in its upper bits, the index below, and in the lowest one whether the ring is
//! closed (in `write`). Counting by one from the last index goes on at the next lap, so any size works without a division.
//!
//! After D. Vyukov, *Bounded MPMC queue* (2010), with the turns apart from the data and a state in them.
use super::pad::Padded;
use super::pos::{Word, ZERO, count};
use super::sync::{AtomicWord, Ordering};

mod evict;
mod one;
mod run;
mod shape;
mod size;

pub use evict::Evicted;
pub use run::{ClaimedRun, ReservedRun};
pub use shape::Shape;
pub use size::MAX_SIZE;

use shape::CLOSED;

/// Whose turn it is at one slot.
#[repr(transparent)]
#[derive(Debug)]
pub struct Turn(AtomicWord);

/// The shared cursors.
#[repr(C)]
#[derive(Debug)]
pub struct Cursors {
    write: Padded<AtomicWord>,
    read: Padded<AtomicWord>,
}

/// Why there is no slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Every slot is taken, and the oldest has not been claimed.
    Full,
    /// Every position that was reserved has been claimed.
    Empty,
    /// Somebody owns the slot in the way.
    Busy,
    /// The ring is closed: for a reader, empty as well.
    Closed,
}

/// A slot to write, with its one owner.
#[must_use = "a slot that is forgotten is lost, and in the way"]
#[derive(Debug)]
pub struct Reserved {
    at: Word,
}

/// A slot to read, with its one owner.
#[must_use = "a slot that is forgotten is lost, and in the way"]
#[derive(Debug)]
pub struct Claimed {
    at: Word,
}

/// One ring: its cursors and the turns of its slots.
#[derive(Clone, Copy, Debug)]
pub struct Turns<'a> {
    cursors: &'a Cursors,
    turns: &'a [Turn],
    shape: Shape,
}

impl Turn {
    const_fn! {
        /// Of a free slot that has never been used.
        pub const fn new() -> Self {
            Self(AtomicWord::new(ZERO))
        }
    }
}

impl Default for Turn {
    fn default() -> Self {
        Self::new()
    }
}

impl Cursors {
    const_fn! {
        /// Of a ring that is open and empty.
        pub const fn new() -> Self {
            Self { write: Padded(AtomicWord::new(ZERO)), read: Padded(AtomicWord::new(ZERO)) }
        }
    }

    /// Lets nobody reserve any more. What is reserved is still committed and claimed.
    pub fn close(&self) {
        self.write.fetch_or(CLOSED, Ordering::Relaxed); // in the word that every reservation exchanges
    }

    /// Whether it is closed.
    pub fn is_closed(&self) -> bool {
        self.write.load(Ordering::Relaxed) & CLOSED != ZERO // news; who acts on it exchanges the word
    }
}

impl Default for Cursors {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> Turns<'a> {
    /// The ring of these cursors and turns, which are as many as `shape` says.
    #[inline]
    pub fn new(cursors: &'a Cursors, turns: &'a [Turn], shape: Shape) -> Self {
        debug_assert!(turns.len() == count(shape.size));
        Self { cursors, turns, shape }
    }

    /// The index of a slot: less than the size.
    #[inline]
    pub fn index_to_write(&self, reserved: &Reserved) -> usize {
        count(self.shape.index(reserved.at))
    }

    /// The same of a slot to read.
    #[inline]
    pub fn index_to_read(&self, claimed: &Claimed) -> usize {
        count(self.shape.index(claimed.at))
    }

    /// How many positions are reserved and not claimed: news, never more than the size.
    pub fn occupied(&self) -> usize {
        let read = self.cursors.read.load(Ordering::Relaxed); // news
        let write = self.cursors.write.load(Ordering::Relaxed) & !CLOSED; // news, and bounded below
        count(self.shape.between(read, write).min(self.shape.size))
    }

    #[inline]
    fn turn(&self, at: Word) -> &AtomicWord {
        &self.turns[count(self.shape.index(at))].0
    }
}
