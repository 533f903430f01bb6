//! One writer, one reader.
//!
//! ```text
//!            released        claimed      committed        reserved
//!   ...........|..............|..............|................|.............
//!      free    |  being read  |   readable   | being written  |    free
//!              `------------------ at most capacity ---------'
//! ```
//! `committed` and `released` are shared words; `reserved` and `claimed` are known to one side only and stay in its
//! own memory. Both sides run the same code, `side`: each may run ahead of the other side's published word by its
//! `lead` (the capacity for the writer, nothing for the reader).
//!
//! INVARIANT (I1)  released <= claimed <= committed <= reserved <= released + capacity
//!
//! | edge | Release store          | Acquire load          | what it carries                   |
//! |------|------------------------|-----------------------|-----------------------------------|
//! | L1   | writer, `committed`    | reader, `committed`   | contents of the committed slots   |
//! | L2   | reader, `released`     | writer, `released`    | the reader is done with the slots |
//! | L2   | `released`             | `Cursors::positions`  | a `committed` that is not older   |
//!
//! Only loads and stores, so it runs on cores without compare-and-swap. A writer that overwrites the oldest item
//! also needs [`Hold`], which has one; it then moves `released` in the reader's place, under (I2).
//!
//! After L. Lamport, *Specifying Concurrent Program Modules* (1983), with the cached foreign position of J. Giacomoni
//! and others, *FastForward* (2008), and P. Lee and others, *MCRingBuffer* (2010).
use super::hold::Hold;
use super::life::{Life, State};
use super::pad::Padded;
use super::pos::{Word, ZERO};
use super::span::Span;
use super::sync::{AtomicWord, Ordering};

mod care;
mod check;
mod reader;
mod side;
mod writer;
use side::{Ledger, Side};

/// What one side publishes: one cache line, stored by that side alone.
#[repr(C)]
#[derive(Debug)]
pub(super) struct Cursor {
    pub(super) position: AtomicWord,
    /// Where the side's current lap began; behind `position` by less than two sizes of the ring. It makes an index
    /// out of a position when an end is made again, for any size and after any number of wraps of the word.
    pub(super) lap: AtomicWord,
    pub(super) life: Life,
}

impl Cursor {
    const_fn! {
        pub(super) const fn starting_at(position: Word) -> Self {
            Self { position: AtomicWord::new(position), lap: AtomicWord::new(position), life: Life::new() }
        }
    }

    /// Goes to `position`, where a lap begins. Only while no end is out.
    pub(super) fn restart_at(&self, position: Word) {
        self.position.store(position, Ordering::Relaxed); // handing the ends out orders it
        self.lap.store(position, Ordering::Relaxed); // the same
    }
}

/// The shared words of a lane.
#[repr(C)]
#[derive(Debug)]
pub struct Cursors {
    committed: Padded<Cursor>,
    released: Padded<Cursor>,
    hold: Padded<Hold>,
}

impl Cursors {
    const_fn! {
        /// An empty lane.
        pub const fn new() -> Self {
            Self::starting_at(ZERO)
        }
    }

    const_fn! {
        /// An empty lane whose next position is `position`, at index 0. For tests that want to meet the wrap.
        pub const fn starting_at(position: Word) -> Self {
            Self {
                committed: Padded(Cursor::starting_at(position)),
                released: Padded(Cursor::starting_at(position)),
                hold: Padded(Hold::new()),
            }
        }
    }

    /// How many positions are committed and not released: news, at most `size`, exact once both sides are gone.
    ///
    /// After [`positions`](Self::positions) `released` may have moved on, and `size` bounds what is left.
    #[inline]
    pub fn occupied(&self, size: Word) -> Word {
        let (released, committed) = self.positions();
        committed.wrapping_sub(released).min(size)
    }

    /// `(released, committed)`, for reports: `released` is never the later one.
    ///
    /// It is read first. Whoever stored it had seen, or made, at least as many committed positions, and L2 carries
    /// that `committed` here; read with less, `committed` could be older and the difference less than zero.
    #[inline]
    pub fn positions(&self) -> (Word, Word) {
        let released = self.released.position.load(Ordering::Acquire); // [L2] pairs with `publish` and `Evicted::release`
        // Relaxed: no slot is read on the strength of it, and [L2] has made it recent enough.
        (released, self.committed.position.load(Ordering::Relaxed))
    }

    /// The writer's life.
    #[inline]
    pub fn writer(&self) -> &Life {
        &self.committed.life
    }

    /// The reader's life.
    #[inline]
    pub fn reader(&self) -> &Life {
        &self.released.life
    }

    /// Whether either side has said that it will not go on.
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.writer().is_closed() || self.reader().is_closed()
    }

    /// What the ends may expect of each other.
    pub fn state(&self) -> State {
        if self.reader().is_closed() {
            return State::Closed;
        }
        if !self.writer().is_closed() {
            return State::Open;
        }
        // [C1] carried the last `committed` here, so that a Relaxed load finds it.
        let (released, committed) = self.positions();
        if committed == released { State::Closed } else { State::Closing }
    }

    /// Asks the reader not to keep the hold, because the writer will overwrite.
    pub fn expect_overwriting(&self) {
        self.hold.ask();
    }

    /// Makes the lane ready for new ends, which go on where the last ones stopped. Only while no end is out.
    pub fn reopen(&self) {
        self.writer().reopen();
        self.reader().reopen();
        self.hold.reset();
    }
}

impl Cursors {
    /// Makes the lane ready for new ends over other memory: empty, at index 0. Only while no end is out.
    pub fn restart(&self) {
        let at = self.committed.position.load(Ordering::Relaxed); // nobody else is here
        self.committed.restart_at(at);
        self.released.restart_at(at);
        self.reopen();
    }
}

impl Default for Cursors {
    fn default() -> Self {
        Self::new()
    }
}

/// Why there is nothing to claim, or nothing to evict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// For the reader: empty. For an evicting writer: there is room, nothing need go.
    Nothing,
    /// The other side holds the oldest item at this moment.
    Held,
}

/// What a short look at the other side's word showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// At least one position is in sight now.
    Some,
    /// There is nothing.
    Nothing,
    /// Only a step with care can tell.
    Unclear,
}

/// The writing side's private view.
#[derive(Debug)]
pub struct Writer {
    side: Side,
    ledger: Ledger,
    /// The lead of the writer: it may be that far ahead of the reader.
    size: Word,
}

/// The reading side's private view.
#[derive(Debug)]
pub struct Reader {
    side: Side,
    care: Care,
}

/// What a reader needs to know that is lazy or polite.
#[derive(Clone, Copy, Debug)]
struct Care {
    ledger: Ledger,
    /// Space is returned every so many positions.
    credit: Word,
    /// Neither lazy nor polite: a release is one store and nothing else.
    plain: bool,
    /// Positions that have been seen, but are hidden from [`Side`] between steps. What is in sight there can then be taken
    /// plainly, without asking what kind of reader this is.
    hidden: Word,
    holding: bool,
    /// The writer never overwrites: a wish to do so is not heeded, whoever wrote it there.
    alone: bool,
    /// Polite claims left before the hold is kept.
    patience: u16,
}

/// Positions to write. Borrows its writer, so that no two spans ever name the same positions.
#[must_use = "nothing is published until `commit`"]
#[derive(Debug)]
pub struct Reserved<'w> {
    writer: &'w mut Writer,
    span: Span,
}

/// Positions to read. Borrows its reader, for the same reason.
#[must_use = "nothing is handed back until `release`"]
#[derive(Debug)]
pub struct Claimed<'r> {
    reader: &'r mut Reader,
    span: Span,
}

/// The oldest position, taken by a writer in the reader's place.
#[must_use = "the oldest position stays held until `release`"]
#[derive(Debug)]
pub struct Evicted {
    at: Word,
    index: Word,
}
