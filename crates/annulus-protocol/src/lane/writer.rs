//! The writing side.
use super::super::pos::{ONE, Word};
use super::super::span::Span;
use super::super::sync::Ordering;
use super::side::{Ledger, Side};
use super::{Cursors, Evicted, Refused, Reserved, Seen, Writer};

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

    /// A copy, for a step that is rarely taken, to be put in the place of the original: a call with the address of the
    /// original would keep it out of registers in all other steps. Never use both.
    #[inline(always)]
    pub fn copy(&self) -> Self {
        Self { side: self.side, ledger: self.ledger, size: self.size }
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
        match self.side.glance(&cursors.released, self.size) {
            Seen::Some => true,
            Seen::Nothing if !self.ledger.owes() => false,
            _ => {
                // On copies: a call with the address of the originals would keep them out of registers in other steps.
                let found;
                (self.side, self.ledger, found) = look_with_care(self.side, self.ledger, cursors, self.size);
                found
            }
        }
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

    /// Goes on with a span that was reserved, and put aside by [`Reserved::into_span`].
    #[inline]
    pub fn reserved(&mut self, span: Span) -> Reserved<'_> {
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

#[cold]
#[inline(never)]
fn look_with_care(mut side: Side, mut ledger: Ledger, cursors: &Cursors, size: Word) -> (Side, Ledger, bool) {
    let found = side.look(&mut ledger, &cursors.committed, &cursors.released, size);
    (side, ledger, found)
}

impl Reserved<'_> {
    /// The slots to write.
    #[inline]
    pub fn span(&self) -> &Span {
        &self.span
    }

    /// Puts the span aside: to be committed by [`Writer::reserved`].
    #[inline]
    pub fn into_span(self) -> Span {
        self.span
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
