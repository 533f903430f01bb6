//! One writer, many readers: the writer.
use super::super::super::backoff::Looks;
use super::super::super::pos::{ONE, ZERO, count, word};
use super::super::super::span::Span;
use super::super::super::sync::Ordering;
use super::super::shape::CLOSED;
use super::super::{Evicted, Refused, Reserved, Turns};
use super::{NO_SLOTS, SoleWriter, first};

impl SoleWriter {
    /// The writer of a ring, going on where the last one stopped. There must be no other.
    pub fn resume(turns: &Turns<'_>) -> Self {
        let at = turns.cursors.write.load(Ordering::Relaxed) & !CLOSED; // only its writer stores it
        Self { at, offered: ZERO }
    }

    /// The next slot, if it is free. Nothing moves until [`commit_next`](Self::commit_next).
    ///
    /// # Errors
    /// [`Refused::Full`], [`Refused::Busy`] if the oldest slot has been claimed and not handed back, or [`Refused::Closed`].
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn next_free(&self, turns: &Turns<'_>) -> Result<Reserved, Refused> {
        self.next_looking(turns, Looks::FEW)
    }

    /// The same, and told at once if it is not: for who takes the oldest item then, and would wait for nothing.
    ///
    /// # Errors
    /// As [`next_free`](Self::next_free).
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn next_free_at_once(&self, turns: &Turns<'_>) -> Result<Reserved, Refused> {
        self.next_looking(turns, Looks::NONE)
    }

    #[inline]
    fn next_looking(&self, turns: &Turns<'_>, looks: Looks) -> Result<Reserved, Refused> {
        if turns.cursors.beside.life.is_closed() {
            return Err(Refused::Closed);
        }
        let at = self.at;
        let turn = turns.turn(at).load(Ordering::Acquire); // [T2] pairs with `release`
        if turn != turns.shape.free(at) {
            turns.cursors.await_room(turns.shape, at, turns.turn(at), looks)?;
        }
        Ok(Reserved { at })
    }

    /// Hands that slot to who claims it. What else was reserved was never reserved.
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn commit_next(&mut self, turns: &Turns<'_>, next: Reserved) {
        if self.offered != ZERO {
            self.offered = ZERO; // seldom: a store less
        }
        self.at = turns.shape.next(next.at);
        // Before the turn, so that who finds it ready, and claims the slot, does not find `write` behind it.
        turns.cursors.write.store(self.at, Ordering::Relaxed); // the turn carries what there is to carry (T1)
        turns.commit(next);
    }

    /// Reserves one slot. Nothing moves until [`commit`](Self::commit).
    ///
    /// # Errors
    /// As [`next_free`](Self::next_free).
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn reserve_one(&mut self, turns: &Turns<'_>) -> Result<Span, Refused> {
        let next = self.next_free(turns)?;
        self.offered = ONE;
        Ok(turns.shape.span(next.at, ONE))
    }

    /// Reserves the next slots, up to `want` and at least `least`. Nothing moves until [`commit`](Self::commit).
    ///
    /// # Errors
    /// As [`reserve_one`](Self::reserve_one), or how many could be reserved if they are fewer than `least`.
    ///
    /// # Progress
    /// Wait-free.
    pub fn reserve(
        &mut self,
        turns: &Turns<'_>,
        least: usize,
        want: usize,
    ) -> Result<Span, (Refused, usize)> {
        if want == 0 {
            self.offered = ZERO;
            return Ok(NO_SLOTS);
        }
        if turns.cursors.beside.life.is_closed() {
            return Err((Refused::Closed, count(ZERO)));
        }
        loop {
            let (len, _) = turns.count_in(self.at, want, ZERO);
            if len == ZERO {
                // Once at most: a slot that has come free stays so (T-sole).
                let room = turns.cursors.await_room(turns.shape, self.at, turns.turn(self.at), Looks::FEW);
                room.map_err(|why| (why, count(ZERO)))?;
            } else if len < word(least) {
                return Err((Refused::Full, count(len)));
            } else {
                self.offered = len;
                return Ok(turns.shape.span(self.at, self.offered));
            }
        }
    }

    /// Hands the first `n` of the slots that were reserved last to who claims them; the others were never reserved.
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn commit(&mut self, turns: &Turns<'_>, n: usize) {
        let n = first(n, self.offered);
        self.offered = ZERO;
        let first = self.at;
        self.at = turns.shape.after(first, n);
        // Before the turns, as in `commit_next`.
        turns.cursors.write.store(self.at, Ordering::Relaxed); // the turn carries what there is to carry (T1)
        for at in turns.shape.positions(first, n) {
            turns.commit(Reserved { at });
        }
    }

    /// Takes the oldest item from the readers if the ring is full, for another item to take its slot; `None` if there is room.
    ///
    /// # Errors
    /// [`Refused::Busy`] if a reader owns that slot, or [`Refused::Closed`].
    ///
    /// # Progress
    /// Lock-free: tries again only past slots that were abandoned.
    pub fn evict(&mut self, turns: &Turns<'_>) -> Result<Option<Evicted>, Refused> {
        if turns.cursors.beside.life.is_closed() { Err(Refused::Closed) } else { turns.evict() }
    }

    /// Hands the new item to who claims it.
    pub fn renew(&mut self, turns: &Turns<'_>, evicted: Evicted) {
        turns.renew(evicted);
        self.at = turns.shape.next(self.at);
    }

    /// Reserves nothing any more. Whoever is told after this that the ring is closed has missed nothing.
    pub fn close(&mut self, turns: &Turns<'_>) {
        self.offered = ZERO;
        turns.cursors.close_sole();
    }
}
