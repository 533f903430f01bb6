//! One writer, one reader, and spans that never wrap: for bytes that have to lie next to each other.
//!
//! ```text
//!              lap k                                  lap k + 1
//!   |......####################~~~~~~~~|######....................|
//!          ^ released          ^        ^     ^ committed
//!                              watermark: the rest of the lap is a pad, which nobody writes or reads
//! ```
//! Positions count up for ever, and those of pads count. A span that does not fit before the end of the lap begins at the start
//! of the next one; its commit says first, in the *watermark*, where the bytes of the old lap end. Nothing moves before
//! that, so a span that is forgotten is offered again, and no pad is left behind.
//!
//! INVARIANT (I4)  released <= reached <= committed <= reserved <= reached + size, where `reached` is `released`, but where that
//! is the watermark, the start of the lap after it: a reader that stands before a pad has nothing in this lap any more, and
//! need not come by for the writer to have it all. So there is no position at which an empty ring does not have room for
//! as many bytes as its size.
//!
//! INVARIANT (I5)  lap <= at <= lap + size, on each side: a span within a lap is one run of memory, and its index is
//! its distance from `lap`.
//!
//! INVARIANT (I6)  The watermark is stored whenever the writer goes to its next lap, pad or not, and then only. It does so
//! for the first byte in that lap, for which the reader must have released a byte of the lap before, and so must have
//! read the watermark by which it left the one before that. So a reader that sees the writer a lap ahead finds in the watermark the
//! end of its own lap, neither an older one nor a later one.
//!
//! INVARIANT (I7)  Over memory that is there twice, back to back, the positions of a lap go on into the mirror, as far again as the
//! ring is long. Each side goes to the next lap once it stands past the end of its own; so at <= lap + size still holds (I5), whatever is free
//! or to be read lies before lap + 2 * size, and there is never a pad.
//!
//! | edge | Release store          | Acquire load          | what it carries                                         |
//! |------|------------------------|-----------------------|---------------------------------------------------------|
//! | B1   | writer, `committed`    | reader, `committed`   | the bytes that were committed; the watermark behind them |
//! | B2   | reader, `released`     | writer, `released`    | the reader is done with the bytes, and the watermark    |
//!
//! Spans borrow their end. [`flight`] has those that do not, and several at a time.
//!
//! Only loads and stores, so it runs on cores without compare-and-swap. Both sides move on by the same code, `side`.
//!
//! After S. Cooke, *The Bip Buffer* (2003), and A. Lattuada and J. Munns, *The Design and Implementation of a Lock-Free
//! Ring-Buffer with Contiguous Reservations* (2019). Those have indices in the place of positions: they keep a byte free to
//! tell full from empty, and an empty ring can refuse a span at some indices for ever.
use super::lane::Cursor;
use super::life::Life;
use super::pad::Padded;
use super::pos::{Word, ZERO};
use super::span::Span;
use super::sync::{AtomicWord, Ordering};

pub mod flight;
mod reader;
mod side;
#[cfg(all(test, not(loom)))]
mod tests;
mod writer;
use side::Side;

/// The shared words of a ring of bytes.
#[repr(C)]
#[derive(Debug)]
pub struct Cursors {
    committed: Padded<Committed>,
    released: Padded<Cursor>,
}

/// What the writer publishes.
#[repr(C)]
#[derive(Debug)]
struct Committed {
    cursor: Cursor,
    /// Where the bytes of the lap before `lap` end (I6).
    watermark: AtomicWord,
}

impl Cursors {
    const_fn! {
        /// An empty ring.
        pub const fn new() -> Self {
            Self::starting_at(ZERO)
        }
    }

    const_fn! {
        /// An empty ring whose next position is `position`, at index 0. For tests that want to meet the wrap.
        pub const fn starting_at(position: Word) -> Self {
            Self {
                committed: Padded(Committed {
                    cursor: Cursor::starting_at(position),
                    watermark: AtomicWord::new(position),
                }),
                released: Padded(Cursor::starting_at(position)),
            }
        }
    }

    /// `(released, committed)`, for reports: pads count, and by the time the second one is read the first may have moved on.
    pub fn positions(&self) -> (Word, Word) {
        // Relaxed: nothing is concluded from either.
        let released = self.released.position.load(Ordering::Relaxed);
        (released, self.committed.cursor.position.load(Ordering::Relaxed)) // the same
    }

    /// The writer's life.
    #[inline]
    pub fn writer(&self) -> &Life {
        &self.committed.cursor.life
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

    /// Makes the ring ready for new ends, which go on where the last ones stopped. Only while no end is out.
    pub fn reopen(&self) {
        self.writer().reopen();
        self.reader().reopen();
    }

    /// Makes the ring ready for new ends over other memory: empty, at index 0. Only while no end is out.
    pub fn restart(&self) {
        let at = self.committed.cursor.position.load(Ordering::Relaxed); // nobody else is here
        self.committed.cursor.restart_at(at);
        self.committed.watermark.store(at, Ordering::Relaxed); // handing the ends out orders it
        self.released.restart_at(at);
        self.reopen();
    }
}

impl Default for Cursors {
    fn default() -> Self {
        Self::new()
    }
}

/// The writing side's private view.
#[derive(Debug)]
pub struct Writer {
    side: Side,
    /// How far the reader has come, as last seen: `reached` (I4).
    reached: Word,
    /// The watermark: only this side stores it.
    mark: Word,
}

/// The reading side's private view.
#[derive(Debug)]
pub struct Reader {
    side: Side,
    /// The writer's word, as last seen.
    seen: Word,
    /// The watermark, as last seen: where the writer has been seen a lap ahead, the end of our lap (I6).
    mark: Word,
}

/// What a side knows, for tests that go through all states.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct View {
    pub at: Word,
    pub lap: Word,
    pub size: Word,
    /// How far the other side has come, as last seen.
    pub seen: Word,
    pub mark: Word,
}

/// Positions to write, next to each other. Borrows its writer, so that no two spans ever name the same positions.
#[must_use = "nothing is published until `commit`"]
#[derive(Debug)]
pub struct Reserved<'w> {
    writer: &'w mut Writer,
    span: Span,
    /// It begins the next lap.
    skips: bool,
}

/// Positions to read, next to each other but for the pad and the wrap. Borrows its reader, for the same reason.
#[must_use = "nothing is handed back until `release`"]
#[derive(Debug)]
pub struct Claimed<'r> {
    reader: &'r mut Reader,
    span: Span,
    /// What goes on in the next lap, at index 0; empty unless asked for.
    rest: Span,
    /// The first span begins the next lap.
    skips: bool,
}
