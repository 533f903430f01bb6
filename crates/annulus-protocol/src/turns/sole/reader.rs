//! Many writers, one reader: the reader.
use super::super::super::hold;
use super::super::super::pos::{ONE, Word, ZERO, count, word};
use super::super::super::span::Span;
use super::super::super::sync::Ordering;
use super::super::shape::{READY, SKIP};
use super::super::{Claimed, Refused, Turns};
use super::{NO_SLOTS, SoleReader, first};

/// A model has no time for as many claims.
const PATIENCE: u16 = if cfg!(loom) { 1 } else { hold::PATIENCE };

impl SoleReader {
    /// The reader of a ring, going on where the last one stopped. There must be no other; and after one that was forgotten
    /// with the hold, the ring has to be [opened again](super::super::Cursors::reopen) or [recovered](Turns::recover) first.
    pub const fn resume(_: &Turns<'_>) -> Self {
        // Where to go on is read under the hold: until then a writer may move it.
        Self { at: ZERO, offered: ZERO, holding: false, patience: PATIENCE }
    }

    /// The oldest item. Nothing moves until [`release_next`](Self::release_next).
    ///
    /// # Errors
    /// [`Refused::Empty`]; [`Refused::Busy`] if the oldest position is reserved and not committed, or a writer is overwriting;
    /// [`Refused::Closed`] if the ring is empty and closed. No error leaves anything claimed.
    ///
    /// # Progress
    /// Lock-free: tries again only past slots that were abandoned.
    #[inline]
    pub fn next_ready(&mut self, turns: &Turns<'_>) -> Result<Claimed, Refused> {
        self.hold(turns)?;
        loop {
            let at = self.at;
            let turn = turns.turn(at).load(Ordering::Acquire); // [T1] pairs with `commit`, `abandon` and `renew`
            let ahead = turn.wrapping_sub(turns.shape.free(at));
            if ahead == READY {
                return Ok(Claimed { at });
            }
            self.pass(turns, ahead)?;
        }
    }

    /// Hands its slot to who reserves it next. What else was claimed is unread.
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn release_next(&mut self, turns: &Turns<'_>, next: Claimed) {
        self.at = turns.shape.next(next.at);
        // Before the turn, so that nobody who reserves the slot finds `read` a lap or more behind.
        turns.cursors.read.store(self.at, Ordering::Relaxed); // the turn carries what there is to carry (T2)
        turns.release(next);
        self.rest(turns);
    }

    /// Claims the oldest item. Nothing moves until [`release`](Self::release).
    ///
    /// # Errors
    /// As [`next_ready`](Self::next_ready).
    ///
    /// # Progress
    /// As [`next_ready`](Self::next_ready).
    #[inline]
    pub fn claim_one(&mut self, turns: &Turns<'_>) -> Result<Span, Refused> {
        let next = self.next_ready(turns)?;
        self.offered = ONE;
        Ok(turns.shape.span(next.at, ONE))
    }

    /// Claims the oldest items, up to `want` and at least `least`, as far as none was abandoned between them. Nothing moves
    /// until [`release`](Self::release).
    ///
    /// # Errors
    /// As [`claim_one`](Self::claim_one), or how many could be claimed if they are fewer than `least`.
    ///
    /// # Progress
    /// As [`claim_one`](Self::claim_one).
    pub fn claim(&mut self, turns: &Turns<'_>, least: usize, want: usize) -> Result<Span, (Refused, usize)> {
        if want == 0 {
            self.offered = ZERO;
            return Ok(NO_SLOTS);
        }
        let refused = |why| (why, count(ZERO));
        self.hold(turns).map_err(refused)?;
        loop {
            let (len, ahead) = turns.count_in(self.at, want, READY);
            if len == ZERO {
                self.pass(turns, ahead).map_err(refused)?;
            } else if len < word(least) {
                self.rest(turns);
                return Err((Refused::Empty, count(len)));
            } else {
                self.offered = len;
                return Ok(turns.shape.span(self.at, self.offered));
            }
        }
    }

    /// Hands the first `n` of the slots that were claimed last to who reserves them next; the others are unread.
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn release(&mut self, turns: &Turns<'_>, n: usize) {
        self.release_first(turns, n);
        self.rest(turns);
    }

    /// [`release`](Self::release), but the others stay claimed.
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn release_first(&mut self, turns: &Turns<'_>, n: usize) {
        let n = first(n, self.offered);
        self.offered -= n;
        if n != ZERO {
            self.advance(turns, n); // else `read` may not be ours to store
        }
    }

    /// Nothing is claimed any more: gives the hold back, where it is not kept for good.
    #[inline]
    pub fn rest(&mut self, turns: &Turns<'_>) {
        if self.offered != ZERO {
            self.offered = ZERO; // seldom: a store less
        }
        if self.patience != 0 && self.holding {
            self.holding = false;
            turns.cursors.beside.hold.give_back();
        }
    }

    /// Gives the hold back for good, before the reader goes.
    pub fn leave(&mut self, turns: &Turns<'_>) {
        self.patience = PATIENCE;
        self.rest(turns);
    }

    /// `n` slots from `at` on go to who reserves them next; their turns are ready or skip, and the hold is ours.
    #[inline]
    fn advance(&mut self, turns: &Turns<'_>, n: Word) {
        let first = self.at;
        self.at = turns.shape.after(first, n);
        // Before the turns, as in `release_next`.
        turns.cursors.read.store(self.at, Ordering::Relaxed); // the turn carries what there is to carry (T2)
        for at in turns.shape.positions(first, n) {
            turns.release(Claimed { at });
        }
    }

    #[inline]
    fn hold(&mut self, turns: &Turns<'_>) -> Result<(), Refused> {
        if self.patience == 0 && !turns.cursors.beside.hold.is_asked() {
            return Ok(()); // ours for good
        }
        // On a copy: a call with the address of the original would keep it out of registers in the plain steps.
        let agreed;
        (*self, agreed) = self.copy().agree(turns);
        agreed
    }

    /// Takes the hold if it is not ours, and heeds a wish.
    #[cold]
    #[inline(never)]
    fn agree(mut self, turns: &Turns<'_>) -> (Self, Result<(), Refused>) {
        let hold = &turns.cursors.beside.hold;
        if !self.holding {
            if !hold.try_take() {
                return (self, Err(Refused::Busy));
            }
            self.holding = true;
            self.at = turns.cursors.read.load(Ordering::Relaxed); // H1 ordered it
            self.patience = self.patience.saturating_sub(1);
        }
        if hold.is_asked() {
            self.patience = PATIENCE;
        }
        (self, Ok(()))
    }

    /// Goes past the next slot if it was abandoned; otherwise tells why there is no item in it.
    #[inline]
    fn pass(&mut self, turns: &Turns<'_>, ahead: Word) -> Result<(), Refused> {
        let passed;
        (*self, passed) = self.copy().pass_copied(turns, ahead); // as in `hold`
        passed
    }

    #[cold]
    #[inline(never)]
    fn pass_copied(mut self, turns: &Turns<'_>, ahead: Word) -> (Self, Result<(), Refused>) {
        if ahead == SKIP {
            self.advance(turns, ONE);
            return (self, Ok(()));
        }
        let why = turns.cursors.why_no_item(self.at);
        self.rest(turns);
        (self, Err(why))
    }

    #[inline(always)]
    const fn copy(&self) -> Self {
        Self { at: self.at, offered: self.offered, holding: self.holding, patience: self.patience }
    }
}
