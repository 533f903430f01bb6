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
//! | T4   | `evict`, `renew`      | `claim`, by who finds nothing | that a writer is between its two cursors, or was |
//!
//! A word that holds a position holds the lap in its upper bits, the index below, and in the lowest one whether the ring is
//! closed (in `write`). Counting by one from the last index goes on at the next lap, so any size works without a division.
//!
//! An end that there is once can do with less: see [`SoleWriter`] and [`SoleReader`].
//!
//! After D. Vyukov, *Bounded MPMC queue* (2010), with the turns apart from the data and a state in them.
use super::hold::Hold;
use super::life::Life;
use super::pad::Padded;
use super::pos::{Word, ZERO, count};
use super::sync::{AtomicWord, Ordering};

mod evict;
mod one;
#[doc(hidden)] // it is `record` to the world
pub mod record;
mod recover;
mod run;
mod shape;
mod size;
mod sole;

pub use super::refused::Refused;
pub use evict::Evicted;
pub use one::Missed;
pub use run::{ClaimedRun, ReservedRun};
pub use shape::Shape;
pub use size::MAX_SIZE;
pub use sole::{SoleReader, SoleWriter};

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
    beside: Padded<Beside>,
}

/// What only rings with a sole end write, and writers that overwrite: on a line of its own, so that it costs the others nothing.
#[repr(C)]
#[derive(Debug)]
struct Beside {
    /// Closed, where the word that says so in other rings is stored by the sole writer.
    life: Life,
    /// Who may take the oldest item: the sole reader, or a writer that overwrites.
    hold: Hold,
    /// How many writers are putting an item in the place of the oldest.
    evicting: AtomicWord,
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
            Self {
                write: Padded(AtomicWord::new(ZERO)),
                read: Padded(AtomicWord::new(ZERO)),
                beside: Padded(Beside { life: Life::new(), hold: Hold::new(), evicting: AtomicWord::new(ZERO) }),
            }
        }
    }

    /// Lets nobody reserve any more. What is reserved is still committed and claimed.
    ///
    /// Not for a ring with a sole writer, whose next commit would undo it: that has [`close_sole`](Self::close_sole).
    pub fn close(&self) {
        self.write.fetch_or(CLOSED, Ordering::Relaxed); // in the word that every reservation exchanges
    }

    /// Lets reservations in again. Only while no end is out: the caller has them all.
    pub fn reopen(&self) {
        self.write.fetch_and(!CLOSED, Ordering::Relaxed); // nobody else is here; handing the ends out orders it
        self.beside.life.reopen();
        self.beside.hold.reset();
    }

    /// Those of a ring that is open and empty, and whose turns are new. Only while no end is out.
    pub fn restart(&self) {
        self.write.store(ZERO, Ordering::Relaxed); // as in `reopen`
        self.read.store(ZERO, Ordering::Relaxed); // as in `reopen`
        self.reopen();
    }

    /// Whether it is closed.
    pub fn is_closed(&self) -> bool {
        // Relaxed: news; who acts on it exchanges the word.
        self.write.load(Ordering::Relaxed) & CLOSED != ZERO || self.beside.life.is_closed()
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

    /// How many positions can be reserved before the next claim: news, never more than the size.
    pub fn vacant(&self) -> usize {
        count(self.shape.size) - self.occupied()
    }

    /// Whether the next slot looks free: news, for who asks all the time, and leaves the readers' cursor alone.
    #[inline]
    pub fn is_next_free(&self) -> bool {
        let at = self.cursors.write.load(Ordering::Relaxed) & !CLOSED; // news
        self.turn(at).load(Ordering::Relaxed) == self.shape.free(at) // news
    }

    /// Whether there looks to be an item: news, for who asks all the time, and leaves the writers' cursor alone.
    #[inline]
    pub fn is_next_ready(&self) -> bool {
        let at = self.cursors.read.load(Ordering::Relaxed); // news
        self.turn(at).load(Ordering::Relaxed) != self.shape.free(at) // news; of a later lap: others have gone on
    }

    /// Lets nobody reserve any more: see [`Cursors::close`].
    pub fn close(&self) {
        self.cursors.close();
    }

    /// Lets reservations in again: see [`Cursors::reopen`].
    pub fn reopen(&self) {
        self.cursors.reopen();
    }

    /// Whether it is closed.
    pub fn is_closed(&self) -> bool {
        self.cursors.is_closed()
    }

    #[inline]
    fn turn(&self, at: Word) -> &AtomicWord {
        self.turn_of(self.shape.index(at))
    }

    #[inline]
    fn turn_of(&self, index: Word) -> &AtomicWord {
        &self.turns[count(index)].0
    }
}
