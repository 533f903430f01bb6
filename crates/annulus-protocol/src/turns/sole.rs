//! An end that there is only once, in a ring whose other end is shared.
//!
//! ```text
//!   SoleWriter, many readers          many writers, SoleReader
//!   `write`: one store                `write`: exchanged
//!   `read`:  exchanged                `read`:  one store, under the hold
//! ```
//! Nobody else moves its cursor, so it moves that with plain stores, and only when it commits or releases. To reserve or to
//! claim is to look at turns: nothing moves, and a span that is forgotten is offered again.
//!
//! INVARIANT (T-sole)  The `offered` slots from `at` on have the turn of the sole end, free or ready, and nobody else can change
//! that: a turn that is free is changed by who moves `write` past it, a turn that is ready by who moves `read` past it.
//!
//! The cursor is stored first, then the turns. So to the others a commit is a reservation and at once its commit, a release is
//! a claim and at once its release, and (T) holds as it stands: `free(lap)` with `write` past it is a commit under way,
//! `ready(lap)` with `read` past it a release under way.
//!
//! T3 holds as it stands, too. It asks that what a thread has put in or taken out is in the cursor before any fence which
//! that thread comes to later, and so it is: commit and release store the cursor. What is reserved or claimed only is
//! in no cursor. It has not happened, and the others are told *empty* or *full*, not *busy*.
//!
//! # Closing
//! Any thread can set the mark in `write` while all who reserve exchange that word. A sole writer stores it, and would wipe the
//! mark out. So a ring with a sole writer is closed in a word beside it, by either side, which the writer reads before it
//! reserves. Before a reader says *closed* it reads that word first and `write` second, so that it misses nothing that was
//! committed before the close ([C1]). What may come after it: see [`Cursors::close_sole`].
//!
//! # Overwriting
//! The readers of a sole writer exchange `read`, and so does the writer that takes their oldest item: nothing more is needed.
//! A sole reader stores `read`. It agrees with writers that overwrite by the [hold](super::super::hold): it is polite at first,
//! keeps the hold once nobody has asked for it for some time, and heeds a wish at its next claim.
use super::super::pos::{Word, ZERO, word};
use super::super::span::Span;
use super::{Cursors, Evicted, Refused, Shape, Turns};

mod reader;
mod writer;

/// The view of a ring's only writer, whose readers are many. It closes, and they do, by [`close_sole`](Cursors::close_sole).
///
/// What it has reserved and not committed has not happened: the readers find the ring empty, not busy.
#[derive(Debug)]
pub struct SoleWriter {
    /// What `write` is.
    at: Word,
    /// (T-sole)
    offered: Word,
}

/// The view of a ring's only reader, whose writers are many. Either side closes by [`close`](Cursors::close).
///
/// What it has claimed and not released has not happened: the writers find the ring full, not busy. Writers may overwrite, by
/// [`evict_from_sole`](Turns::evict_from_sole), unless it keeps the hold: while it has something claimed; and after some hundred
/// claims before which nobody has asked for it, until it has been asked and the claim after that is released.
#[derive(Debug)]
pub struct SoleReader {
    /// What `read` is, while `holding`.
    at: Word,
    /// (T-sole); none unless `holding`.
    offered: Word,
    holding: bool,
    /// Polite claims left before the hold is kept.
    patience: u16,
}

impl Shape {
    fn span(self, at: Word, len: Word) -> Span {
        Span { start: self.index(at), len }
    }
}

const NO_SLOTS: Span = Span { start: ZERO, len: ZERO };

impl Cursors {
    /// Closes a ring that has a [`SoleWriter`], for either side.
    ///
    /// If the writer says so, it is final. If a reader does, it is no barrier: what the writer has reserved by then may still be
    /// committed, even after a reader was told that the ring is closed and empty. It then still comes out, or is dropped with the ring.
    pub fn close_sole(&self) {
        self.beside.life.close();
    }

    /// Asks a [`SoleReader`] not to keep the hold, because writers will overwrite.
    pub fn expect_overwriting(&self) {
        if !self.beside.hold.is_asked() {
            self.beside.hold.ask(); // once: the reader looks at that line with each claim
        }
    }
}

impl Turns<'_> {
    /// See [`Cursors::close_sole`].
    pub fn close_sole(&self) {
        self.cursors.close_sole();
    }

    /// See [`Cursors::expect_overwriting`].
    pub fn expect_overwriting(&self) {
        self.cursors.expect_overwriting();
    }

    /// What [`evict`](Self::evict) is where the readers are one [`SoleReader`].
    ///
    /// # Errors
    /// As [`evict`](Self::evict), and [`Refused::Busy`] while the reader, or another writer, has the hold. A reader that did
    /// not [expect](Cursors::expect_overwriting) this may keep it until its next claim is released or refused.
    ///
    /// # Progress
    /// As [`evict`](Self::evict). While a writer is stopped in here, all others and the reader are told [`Refused::Busy`].
    #[cold]
    pub fn evict_from_sole(&self) -> Result<Option<Evicted>, Refused> {
        self.cursors.expect_overwriting();
        let hold = &self.cursors.beside.hold;
        if !hold.try_take() {
            return Err(Refused::Busy);
        }
        let evicted = self.evict();
        hold.give_back(); // `read` is past the slot: the reader goes on behind it
        evicted
    }
}

/// The first `n` of those that are offered.
#[inline]
fn first(n: usize, offered: Word) -> Word {
    word(n).min(offered)
}
