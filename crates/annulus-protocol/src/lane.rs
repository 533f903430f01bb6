//! One writer, one reader.
//!
//! ```text
//!            released        claimed      committed        reserved
//!   ...........|..............|..............|................|.............
//!      free    |  being read  |   readable   | being written  |    free
//!              `------------------ at most capacity ---------'
//! ```
//! `committed` and `released` are shared words; `reserved` and `claimed` are known to one side only and stay in its
//! own memory. Both sides run the same code, [`side`]: each may run ahead of the other side's published word by its
//! `lead` (the capacity for the writer, nothing for the reader).
//!
//! INVARIANT (I1)  released <= claimed <= committed <= reserved <= released + capacity
//!
//! | edge | Release store          | Acquire load          | what it carries                   |
//! |------|------------------------|-----------------------|-----------------------------------|
//! | L1   | writer, `committed`    | reader, `committed`   | contents of the committed slots   |
//! | L2   | reader, `released`     | writer, `released`    | the reader is done with the slots |
//!
//! Only loads and stores, so it runs on cores without compare-and-swap. A writer that overwrites the oldest item
//! also needs [`Hold`], which has one; it then moves `released` in the reader's place, under (I2).
//!
//! After L. Lamport, *Specifying Concurrent Program Modules* (1983), with the cached foreign position of J. Giacomoni
//! and others, *FastForward* (2008), and P. Lee and others, *MCRingBuffer* (2010).
use super::hold::{Hold, PATIENCE};
use super::life::{Life, State};
use super::pad::Padded;
use super::pos::{ONE, Word, ZERO};
use super::span::Span;
use super::sync::{AtomicWord, Ordering};

mod side;
use side::Side;

/// What one side publishes: one cache line, stored by that side alone.
#[repr(C)]
#[derive(Debug)]
struct Cursor {
    position: AtomicWord,
    /// Where the side's current lap began; behind `position` by less than two sizes of the ring. It makes an index
    /// out of a position when an end is made again, for any size and after any number of wraps of the word.
    lap: AtomicWord,
    life: Life,
}

impl Cursor {
    const_fn! {
        const fn starting_at(position: Word) -> Self {
            Self { position: AtomicWord::new(position), lap: AtomicWord::new(position), life: Life::new() }
        }
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
    /// `released` is read first, so that the difference cannot come out below zero while both sides move; the
    /// reader may then have moved on, and `size` bounds what is left.
    #[inline]
    pub fn occupied(&self, size: Word) -> Word {
        let released = self.released.position.load(Ordering::Acquire); // [L2] as the writer does
        let committed = self.committed.position.load(Ordering::Acquire); // [L1] as the reader does
        committed.wrapping_sub(released).min(size)
    }

    /// `(released, committed)`, for reports.
    pub fn positions(&self) -> (Word, Word) {
        let released = self.released.position.load(Ordering::Acquire); // [L2] as the writer does
        (released, self.committed.position.load(Ordering::Acquire)) // [L1] as the reader does
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

    /// What the ends may expect of each other.
    pub fn state(&self) -> State {
        if self.reader().is_closed() {
            return State::Closed;
        }
        if !self.writer().is_closed() {
            return State::Open;
        }
        // [C1]: the writer closed, so `committed` has its last value.
        let (released, committed) = self.positions();
        if committed == released { State::Closed } else { State::Closing }
    }

    /// Makes the lane ready for new ends, which go on where the last ones stopped. Only while no end is out.
    pub fn reopen(&self) {
        self.writer().reopen();
        self.reader().reopen();
        self.hold.reset();
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

/// The writing side's private view.
#[derive(Debug)]
pub struct Writer {
    side: Side,
}

/// The reading side's private view.
#[derive(Debug)]
pub struct Reader {
    side: Side,
    /// Space is returned every so many positions.
    credit: Word,
    /// Whether a release is one store and nothing else: eager, and holding for good.
    plain: bool,
    holding: bool,
    /// Polite claims left before the hold is kept.
    patience: u8,
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

impl Writer {
    /// The writer of a lane with `size` slots, going on where the last one stopped.
    pub fn resume(cursors: &Cursors, size: Word) -> Self {
        Self { side: Side::resume(&cursors.committed, size, size) }
    }

    /// Whether one position can be reserved, looking at the reader's word only if the last look is too old.
    #[inline]
    pub fn has_room(&mut self, cursors: &Cursors) -> bool {
        self.side.has_next(&cursors.committed, &cursors.released)
    }

    /// Reserves one position. Nothing moves until `commit`: a span that is forgotten is offered again.
    #[inline]
    pub fn reserve_one(&mut self, cursors: &Cursors) -> Option<Reserved<'_>> {
        if !self.has_room(cursors) {
            return None;
        }
        let span = self.side.next();
        Some(Reserved { writer: self, span })
    }

    /// Reserves up to `want` positions; the span is empty when there is no room.
    #[inline]
    pub fn reserve(&mut self, cursors: &Cursors, want: Word) -> Reserved<'_> {
        let span = self.side.offer(&cursors.committed, &cursors.released, want);
        Reserved { writer: self, span }
    }

    /// Publishes what [`Reserved::commit_later`] left unpublished.
    #[inline]
    pub fn flush(&mut self, cursors: &Cursors) {
        self.side.show_owed(&cursors.committed);
    }

    /// How many positions are free: news, which can only grow until this side commits.
    #[inline]
    pub fn vacant(&self, cursors: &Cursors) -> Word {
        self.side.reach(&cursors.released)
    }

    /// Whether the reader's word ever had a value that no reader could have stored. It was not believed.
    pub fn was_misled(&self) -> bool {
        self.side.was_misled()
    }

    /// Takes the oldest position in the reader's place, to make room where there is none.
    ///
    /// # Errors
    /// [`Refused::Nothing`] if there is room; [`Refused::Held`] if the reader holds the oldest position. A reader
    /// that never saw a writer overwrite holds all that it has seen, until its next look.
    #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
    #[cold]
    pub fn evict(&mut self, cursors: &Cursors) -> Result<Evicted, Refused> {
        self.flush(cursors);
        cursors.hold.ask();
        if !cursors.hold.try_take() {
            return Err(Refused::Held);
        }
        if let Some(evicted) = self.side.oldest_of_the_other(&cursors.released) {
            return Ok(evicted);
        }
        cursors.hold.give_back();
        Err(Refused::Nothing)
    }
}

impl Reserved<'_> {
    /// The slots to write.
    #[inline]
    pub fn span(&self) -> &Span {
        &self.span
    }

    /// Publishes the one position of [`Writer::reserve_one`].
    #[inline]
    pub fn commit_one(self, cursors: &Cursors) {
        self.writer.side.publish_one(&cursors.committed);
    }

    /// Publishes the first `n` positions; the rest stay free.
    #[inline]
    pub fn commit(self, cursors: &Cursors, n: Word) {
        self.writer.side.publish(&cursors.committed, n.min(self.span.len));
    }

    /// Commits the one position of [`Writer::reserve_one`], and publishes when `every` positions are unpublished.
    #[inline]
    pub fn commit_later(self, cursors: &Cursors, every: Word) {
        self.writer.side.publish_later(&cursors.committed, ONE, every);
    }
}

impl Evicted {
    /// The slot whose item has to be moved out before `release`.
    pub fn index(&self) -> Word {
        self.index
    }

    /// Frees the position and gives the hold back.
    pub fn release(self, cursors: &Cursors) {
        cursors.released.position.store(self.at.wrapping_add(ONE), Ordering::Release); // [L2] under (I2): in the reader's place
        cursors.hold.give_back();
    }
}

/// With a credit of zero an empty release would store `released`, even without the hold.
fn at_least_one(credit: Word) -> Word {
    if credit == ZERO { ONE } else { credit }
}

impl Reader {
    /// The reader of a lane with `size` slots, going on where the last one stopped.
    ///
    /// It returns space every `credit` positions, which must be 1 where a lane can be resumed after its reader was
    /// forgotten, and otherwise less than the size. Zero counts as 1.
    pub fn resume(cursors: &Cursors, size: Word, credit: Word) -> Self {
        let side = Side::resume(&cursors.released, size, ZERO);
        // Without compare-and-swap no writer can overwrite, and the hold is the reader's from the start.
        let alone = !cfg!(any(target_has_atomic = "ptr", feature = "portable-atomic"));
        let credit = at_least_one(credit);
        Self { side, credit, plain: alone && credit == ONE, holding: alone, patience: PATIENCE }
    }

    /// The same for a lane whose writer never overwrites.
    pub fn resume_alone(cursors: &Cursors, size: Word, credit: Word) -> Self {
        let (side, credit) = (Side::resume(&cursors.released, size, ZERO), at_least_one(credit));
        Self { side, credit, plain: credit == ONE, holding: true, patience: 0 }
    }

    /// Whether one position can be claimed, looking at the writer's word only if the last look is too old.
    ///
    /// # Errors
    /// [`Refused::Nothing`] when empty, [`Refused::Held`] while a writer overwrites the oldest item.
    #[inline]
    pub fn has_item(&mut self, cursors: &Cursors) -> Result<(), Refused> {
        if self.side.has_next_in_sight() { Ok(()) } else { self.look(cursors, ONE) }
    }

    /// Claims one position. Nothing moves until `release`: a span that is forgotten is offered again.
    ///
    /// # Errors
    /// As [`has_item`](Self::has_item).
    #[inline]
    pub fn claim_one(&mut self, cursors: &Cursors) -> Result<Claimed<'_>, Refused> {
        self.has_item(cursors)?;
        let span = self.side.next();
        Ok(Claimed { reader: self, span })
    }

    /// Claims up to `want` positions, at least one unless `want` is zero.
    ///
    /// # Errors
    /// As [`has_item`](Self::has_item).
    #[inline]
    pub fn claim(&mut self, cursors: &Cursors, want: Word) -> Result<Claimed<'_>, Refused> {
        if !self.side.has_in_sight(want) {
            self.look(cursors, want)?;
        }
        let span = self.side.in_sight(want);
        Ok(Claimed { reader: self, span })
    }

    /// How many positions are readable: news, which can only grow until this side releases, unless a writer overwrites.
    #[inline]
    pub fn available(&self, cursors: &Cursors, size: Word) -> Word {
        if self.holding { self.side.reach(&cursors.committed) } else { cursors.occupied(size) }
    }

    /// How many positions past the next one are known to be readable without a wrap: what may be prefetched.
    #[inline]
    pub fn in_sight(&self) -> Word {
        self.side.run()
    }

    /// Whether the writer's word ever had a value that no writer could have stored. It was not believed.
    pub fn was_misled(&self) -> bool {
        self.side.was_misled()
    }

    /// Returns the space that a credit still keeps back, and the hold: before the reader goes.
    pub fn leave(&mut self, cursors: &Cursors) {
        self.side.show_owed(&cursors.released);
        self.patience = PATIENCE;
        self.plain = false;
        self.give_back(cursors);
    }

    /// Looks at the writer's word, having taken the hold first if it is not ours.
    #[cold]
    fn look(&mut self, cursors: &Cursors, want: Word) -> Result<(), Refused> {
        if !self.holding {
            self.take_hold(cursors)?;
        } else if self.patience == 0 && cursors.hold.is_asked() {
            self.patience = PATIENCE; // polite from now on
            self.plain = false;
        }
        self.side.look(&cursors.released, &cursors.committed, want);
        if self.side.has_next_in_sight() || want == ZERO {
            return Ok(());
        }
        self.give_back(cursors);
        Err(Refused::Nothing)
    }

    #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
    fn take_hold(&mut self, cursors: &Cursors) -> Result<(), Refused> {
        if !cursors.hold.try_take() {
            return Err(Refused::Held);
        }
        self.holding = true;
        self.side.catch_up(&cursors.released); // a writer may have evicted meanwhile (H1)
        if cursors.hold.is_asked() {
            return Ok(());
        }
        self.patience = self.patience.saturating_sub(1);
        self.plain = self.patience == 0 && self.credit == ONE;
        Ok(())
    }

    #[cfg(not(any(target_has_atomic = "ptr", feature = "portable-atomic")))]
    fn take_hold(&mut self, _: &Cursors) -> Result<(), Refused> {
        Ok(())
    }

    /// Gives the hold back, unless it is kept for good. What is in sight may then be evicted, so it is forgotten.
    #[cold]
    fn give_back(&mut self, cursors: &Cursors) {
        if self.patience != 0
            && self.holding
            && cfg!(any(target_has_atomic = "ptr", feature = "portable-atomic"))
        {
            self.side.show_owed(&cursors.released);
            self.side.forget();
            self.holding = false;
            cursors.hold.give_back();
        }
    }

    /// For a reader that is lazy or polite.
    #[inline]
    fn release_with_care(&mut self, cursors: &Cursors, n: Word) {
        self.side.publish_later(&cursors.released, n, self.credit);
        if self.patience != 0 {
            self.give_back(cursors);
        }
    }
}

impl Claimed<'_> {
    /// The slots to read.
    #[inline]
    pub fn span(&self) -> &Span {
        &self.span
    }

    /// Hands back the one position of [`Reader::claim_one`].
    #[inline]
    pub fn release_one(self, cursors: &Cursors) {
        if self.reader.plain {
            self.reader.side.publish_one(&cursors.released);
        } else {
            self.reader.release_with_care(cursors, ONE);
        }
    }

    /// Hands back the first `n` positions; the rest are offered again.
    #[inline]
    pub fn release(self, cursors: &Cursors, n: Word) {
        let n = n.min(self.span.len);
        if self.reader.plain {
            self.reader.side.publish(&cursors.released, n);
        } else {
            self.reader.release_with_care(cursors, n);
        }
    }
}
