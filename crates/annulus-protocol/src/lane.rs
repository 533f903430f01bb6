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
use super::hold::{Hold, PATIENCE};
use super::life::{Life, State};
use super::pad::Padded;
use super::pos::{ONE, Word, ZERO};
use super::span::Span;
use super::sync::{AtomicWord, Ordering};

mod check;
mod side;
use side::{Ledger, Side};

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
        for cursor in [&self.committed, &self.released] {
            cursor.position.store(at, Ordering::Relaxed); // handing the ends out orders it
            cursor.lap.store(at, Ordering::Relaxed); // the same
        }
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

impl Writer {
    /// The writer of a lane with `size` slots, going on where the last one stopped.
    pub fn resume(cursors: &Cursors, size: Word) -> Self {
        let (side, ledger) = Side::resume(&cursors.committed, size);
        Self { side, ledger, size }
    }

    /// Whether one position is known to be free, without a look.
    #[inline]
    pub fn has_room_in_sight(&self) -> bool {
        self.side.has_next_in_sight()
    }

    /// How many positions are known to be free: what may be prefetched.
    #[inline]
    pub fn in_sight(&self) -> Word {
        self.side.in_sight()
    }

    /// Forgets what is known to be free: the next step needs a look.
    pub fn forget(&mut self) {
        self.side.forget();
    }

    /// Whether one position can be reserved, looking at the reader's word only if the last look is too old.
    #[inline]
    pub fn has_room(&mut self, cursors: &Cursors) -> bool {
        self.side.has_next_in_sight() || self.look(cursors)
    }

    /// Whether `want` positions can be reserved, looking in the same way.
    #[inline]
    pub fn has_room_for(&mut self, cursors: &Cursors, want: Word) -> bool {
        want <= self.side.in_sight() || (self.look(cursors) && want <= self.side.in_sight())
    }

    #[inline]
    fn look(&mut self, cursors: &Cursors) -> bool {
        self.side.look(&mut self.ledger, &cursors.committed, &cursors.released, self.size)
    }

    /// Reserves the next position, which must be in sight. Nothing moves until `commit`: a span that is forgotten is offered
    /// again.
    #[inline]
    pub fn reserve_in_sight(&mut self, cursors: &Cursors) -> Reserved<'_> {
        let span = self.side.next(&cursors.committed);
        Reserved { writer: self, span }
    }

    /// Reserves one position.
    #[inline]
    pub fn reserve_one(&mut self, cursors: &Cursors) -> Option<Reserved<'_>> {
        if self.has_room(cursors) { Some(self.reserve_in_sight(cursors)) } else { None }
    }

    /// Reserves up to `want` positions; the span is empty when there is no room.
    #[inline]
    pub fn reserve(&mut self, cursors: &Cursors, want: Word) -> Reserved<'_> {
        self.has_room_for(cursors, want);
        self.reserve_seen(cursors, want)
    }

    /// Reserves up to `want` of the positions in sight, without a look.
    #[inline]
    pub fn reserve_seen(&mut self, cursors: &Cursors, want: Word) -> Reserved<'_> {
        let span = self.side.offer(&cursors.committed, want);
        Reserved { writer: self, span }
    }

    /// Publishes what [`Reserved::commit_later`] left unpublished.
    #[inline]
    pub fn flush(&mut self, cursors: &Cursors) {
        self.side.show_owed(&mut self.ledger, &cursors.committed);
    }

    /// How many positions are free: news, which can only grow until this side commits.
    #[inline]
    pub fn vacant(&self, cursors: &Cursors) -> Word {
        self.side.reach(&cursors.released, self.size)
    }

    /// Whether the reader's word ever had a value that no reader could have stored. It was not believed.
    pub fn was_misled(&self) -> bool {
        self.ledger.was_misled()
    }

    /// Takes the oldest position in the reader's place, to make room where there is none.
    ///
    /// # Errors
    /// [`Refused::Nothing`] if there is room; [`Refused::Held`] if the reader holds the oldest position. A reader that
    /// did not [expect](Cursors::expect_overwriting) this may hold all that it has seen, until its next look.
    #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
    #[cold]
    pub fn evict(&mut self, cursors: &Cursors) -> Result<Evicted, Refused> {
        self.flush(cursors);
        if !cursors.hold.try_take() {
            return Err(Refused::Held);
        }
        if let Some(evicted) = self.side.oldest_of_the_other(&mut self.ledger, &cursors.released, self.size) {
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
        let Writer { side, ledger, .. } = self.writer;
        side.publish_later(ledger, &cursors.committed, ONE, every);
    }
}

impl Evicted {
    /// The slot whose item has to be moved out before `release`.
    pub fn index(&self) -> Word {
        self.index
    }

    /// Frees the position and gives the hold back.
    pub fn release(self, cursors: &Cursors) {
        // In the reader's place, under (I2). Nobody takes a slot on the strength of this store: the writer made it
        // itself, and the reader meets it through [H1]. Release is for those who count, in `positions`.
        cursors.released.position.store(self.at.wrapping_add(ONE), Ordering::Release); // [L2] pairs with `positions`
        cursors.hold.give_back();
    }
}

impl Reader {
    /// The reader of a lane with `size` slots, going on where the last one stopped.
    ///
    /// It returns space every `credit` positions, which must be 1 where a lane can be resumed after its reader was
    /// forgotten, and otherwise at most the size. Zero counts as 1.
    pub fn resume(cursors: &Cursors, size: Word, credit: Word) -> Self {
        let mut reader = Self::resume_alone(cursors, size, credit);
        // Without compare-and-swap no writer can overwrite, and the hold is the reader's from the start.
        if cfg!(any(target_has_atomic = "ptr", feature = "portable-atomic")) {
            reader.care.become_polite();
            reader.care.holding = false;
            reader.care.alone = false;
        }
        reader
    }

    /// The same for a lane whose writer never overwrites. Such a reader believes no word but the writer's cursor, and
    /// that one only as far as it can be true: whatever else is written over the lane's words does not reach it.
    pub fn resume_alone(cursors: &Cursors, size: Word, credit: Word) -> Self {
        let (side, ledger) = Side::resume(&cursors.released, size);
        // With a credit of zero an empty release would store `released`, even without the hold.
        let credit = if credit == ZERO { ONE } else { credit };
        let plain = credit == ONE;
        Self {
            side,
            care: Care { ledger, credit, plain, hidden: ZERO, holding: true, alone: true, patience: 0 },
        }
    }

    /// Whether one position can be claimed, looking at the writer's word only if the last look is too old.
    ///
    /// # Errors
    /// [`Refused::Nothing`] when empty, [`Refused::Held`] while a writer overwrites the oldest item.
    #[inline]
    pub fn has_item(&mut self, cursors: &Cursors) -> Result<(), Refused> {
        if self.has_item_in_sight() { Ok(()) } else { self.look(cursors, ONE) }
    }

    /// Claims up to `want` positions, at least one unless `want` is zero. Nothing moves until `release`: a span that is
    /// forgotten is offered again.
    ///
    /// # Errors
    /// As [`has_item`](Self::has_item).
    #[inline]
    pub fn claim(&mut self, cursors: &Cursors, want: Word) -> Result<Claimed<'_>, Refused> {
        if self.side.in_sight() < want {
            self.look(cursors, want)?;
        }
        Ok(self.claim_seen(cursors, want))
    }

    /// Claims up to `want` of the positions in sight, without a look.
    #[inline]
    pub fn claim_seen(&mut self, cursors: &Cursors, want: Word) -> Claimed<'_> {
        let span = self.side.offer(&cursors.released, want);
        self.hide();
        Claimed { reader: self, span }
    }

    /// Whether `want` positions are in sight, after a plain look if need be. `false` says nothing.
    #[inline]
    pub fn sees(&mut self, cursors: &Cursors, want: Word) -> bool {
        want <= self.side.in_sight()
            || (self.care.plain && self.look_plainly(cursors) && want <= self.side.in_sight())
    }

    /// Claims one position.
    ///
    /// # Errors
    /// As [`has_item`](Self::has_item).
    #[inline]
    pub fn claim_one(&mut self, cursors: &Cursors) -> Result<Claimed<'_>, Refused> {
        self.has_item(cursors)?;
        Ok(self.claim_in_sight(cursors))
    }

    /// Whether one position is known to be readable and can be taken plainly.
    #[inline]
    pub fn has_item_in_sight(&self) -> bool {
        self.side.has_next_in_sight()
    }

    /// Whether this reader is neither lazy nor polite: its steps are then [`look_plainly`](Self::look_plainly),
    /// [`claim_in_sight`](Self::claim_in_sight) and [`release_plainly`](Claimed::release_plainly), the shortest ways.
    #[inline]
    pub fn is_plain(&self) -> bool {
        self.care.plain
    }

    /// Looks at the writer's word, for a reader that [is plain](Self::is_plain).
    #[inline]
    pub fn look_plainly(&mut self, cursors: &Cursors) -> bool {
        self.side.look(&mut self.care.ledger, &cursors.released, &cursors.committed, ZERO) || {
            self.care.heed(cursors);
            self.rest(cursors);
            false
        }
    }

    /// Claims the next position, which must be in sight.
    #[inline]
    pub fn claim_in_sight(&mut self, cursors: &Cursors) -> Claimed<'_> {
        if self.side.is_at_lap_end() {
            self.begin_lap(cursors);
        }
        let span = self.side.next(&cursors.released);
        Claimed { reader: self, span }
    }

    /// A copy, for a step that is rarely taken, to be put in the place of the original: see `with_care`. Never use both.
    #[inline(always)]
    pub fn copy(&self) -> Self {
        Self { side: self.side, care: self.care }
    }

    /// Hides what is in sight from the plain steps, unless this reader is plain: it is claimed, or looked at, and the next
    /// step has more to do than a plain one.
    #[inline]
    pub fn hide(&mut self) {
        if !self.care.plain {
            self.care.hide(&mut self.side);
        }
    }

    /// How many positions are readable: news, which can only grow until this side releases, unless a writer overwrites.
    #[inline]
    pub fn available(&self, cursors: &Cursors, size: Word) -> Word {
        if self.care.holding { self.side.reach(&cursors.committed, ZERO) } else { cursors.occupied(size) }
    }

    /// How many positions are known to be readable: what may be prefetched.
    #[inline]
    pub fn in_sight(&self) -> Word {
        self.side.in_sight()
    }

    /// Whether the writer's word ever had a value that no writer could have stored. It was not believed.
    pub fn was_misled(&self) -> bool {
        self.care.ledger.was_misled()
    }

    /// Goes on with a span that was claimed, and put aside by [`Claimed::into_span`].
    #[inline]
    pub fn claimed(&mut self, span: Span) -> Claimed<'_> {
        Claimed { reader: self, span }
    }

    /// Takes one position more of a span of which the first were [taken](Claimed::take).
    #[inline]
    pub fn take_one_more(&mut self, cursors: &Cursors) {
        self.side.publish_later(&mut self.care.ledger, &cursors.released, ONE, Word::MAX);
    }

    /// Hands back what has been taken, and keeps the hold.
    #[inline]
    pub fn show(&mut self, cursors: &Cursors) {
        self.side.show_owed(&mut self.care.ledger, &cursors.released);
    }

    /// Nothing is claimed any more: gives the hold back, where it is not kept for good.
    #[inline]
    pub fn rest(&mut self, cursors: &Cursors) {
        if !self.care.plain {
            self.with_care(|care, side| care.rest(side, cursors));
        }
    }

    /// Hands back all that was taken or is kept back for a credit, and the hold: before the reader goes.
    pub fn leave(&mut self, cursors: &Cursors) {
        self.care.become_polite();
        self.with_care(|care, side| care.finish(side, cursors));
    }

    /// Once a lap is often enough to see whether a writer would like to overwrite. If so, only the next position stays in
    /// sight, and the step after this one is a polite one.
    #[inline]
    fn begin_lap(&mut self, cursors: &Cursors) {
        self.care.heed(cursors);
        if !self.care.plain {
            self.side.forget();
            self.side.remember(ONE);
        }
    }

    #[inline]
    fn look(&mut self, cursors: &Cursors, want: Word) -> Result<(), Refused> {
        if !self.is_plain() {
            return self.with_care(|care, side| care.look(side, cursors, want));
        }
        if self.look_plainly(cursors) { Ok(()) } else { Err(Refused::Nothing) }
    }

    /// Takes a step on a copy: a call with the address of the original would keep it out of registers in the plain steps
    /// before and after.
    #[inline(always)]
    fn with_care<R>(&mut self, step: impl FnOnce(&mut Care, &mut Side) -> R) -> R {
        let (mut side, mut care) = (self.side, self.care);
        let result = step(&mut care, &mut side);
        (self.side, self.care) = (side, care);
        result
    }
}

/// The steps of a reader that is lazy or polite.
impl Care {
    #[inline]
    fn become_polite(&mut self) {
        self.patience = PATIENCE;
        self.plain = false;
    }

    /// Becomes polite if a writer has asked for it.
    #[inline]
    fn heed(&mut self, cursors: &Cursors) {
        if self.patience == 0 && !self.alone && cursors.hold.is_asked() {
            self.become_polite();
        }
    }

    /// Looks for `want` positions, having taken the hold first if it is not ours.
    #[cold]
    #[inline(never)]
    fn look(&mut self, side: &mut Side, cursors: &Cursors, want: Word) -> Result<(), Refused> {
        if !self.holding {
            self.take_hold(side, cursors)?;
        }
        self.heed(cursors);
        self.unhide(side);
        if side.in_sight() < want {
            side.look(&mut self.ledger, &cursors.released, &cursors.committed, ZERO);
        }
        if side.has_next_in_sight() {
            return Ok(());
        }
        self.finish(side, cursors);
        Err(Refused::Nothing)
    }

    #[inline(never)]
    fn release(&mut self, side: &mut Side, cursors: &Cursors, n: Word) {
        self.unhide(side);
        side.publish_later(&mut self.ledger, &cursors.released, n, self.credit);
        if self.patience == 0 { self.hide(side) } else { self.finish(side, cursors) }
    }

    #[inline]
    fn hide(&mut self, side: &mut Side) {
        self.hidden = self.hidden.wrapping_add(side.in_sight());
        side.forget();
    }

    #[inline]
    fn unhide(&mut self, side: &mut Side) {
        side.remember(self.hidden);
        self.hidden = ZERO;
    }

    #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
    fn take_hold(&mut self, side: &mut Side, cursors: &Cursors) -> Result<(), Refused> {
        if !cursors.hold.try_take() {
            return Err(Refused::Held);
        }
        self.holding = true;
        side.catch_up(&mut self.ledger, &cursors.released); // a writer may have evicted meanwhile (H1)
        if cursors.hold.is_asked() {
            return Ok(());
        }
        self.patience = self.patience.saturating_sub(1);
        self.plain = self.patience == 0 && self.credit == ONE;
        Ok(())
    }

    #[cfg(not(any(target_has_atomic = "ptr", feature = "portable-atomic")))]
    fn take_hold(&mut self, _: &mut Side, _: &Cursors) -> Result<(), Refused> {
        Ok(())
    }

    /// Shows what is owed, and gives the hold back unless it is kept for good.
    #[inline]
    fn finish(&mut self, side: &mut Side, cursors: &Cursors) {
        side.show_owed(&mut self.ledger, &cursors.released);
        self.rest(side, cursors);
    }

    /// Gives the hold back unless it is kept for good. What has been seen may then be evicted, so it is forgotten.
    #[inline]
    fn rest(&mut self, side: &mut Side, cursors: &Cursors) {
        if self.patience == 0 {
            self.hide(side);
        } else if self.holding {
            side.show_owed(&mut self.ledger, &cursors.released); // who holds next must not find what was taken
            side.forget();
            self.hidden = ZERO;
            self.holding = false;
            cursors.hold.give_back();
        }
    }
}

impl<'r> Claimed<'r> {
    /// The slots to read.
    #[inline]
    pub fn span(&self) -> &Span {
        &self.span
    }

    /// Puts the span aside: to be claimed by [`Reader::claimed`].
    #[inline]
    pub fn into_span(self) -> Span {
        self.span
    }

    /// Hands back the one position that was [in sight](Reader::has_item_in_sight): one store. A hold that was to be given
    /// back stays until the next step.
    #[inline]
    pub fn release_plainly(self, cursors: &Cursors) {
        self.reader.side.publish_one(&cursors.released);
    }

    /// Hands back the first `n` positions; the rest are offered again.
    #[inline]
    pub fn release(self, cursors: &Cursors, n: Word) {
        let n = n.min(self.span.len);
        if self.reader.care.plain {
            self.reader.side.publish(&cursors.released, n);
        } else {
            self.reader.with_care(|care, side| care.release(side, cursors, n));
        }
    }

    /// Takes the first `n` positions for good, so that they are never offered again, but hands none of them back before
    /// [`Reader::show`]: what is in them can still be looked at.
    #[inline]
    pub fn take(self, cursors: &Cursors, n: Word) {
        let Reader { side, care } = self.reader;
        care.unhide(side);
        side.show_owed(&mut care.ledger, &cursors.released); // so that what is owed from here on is what is taken, exactly
        side.publish_later(&mut care.ledger, &cursors.released, n.min(self.span.len), Word::MAX);
    }
}
