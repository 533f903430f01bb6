//! The reading side: its plain steps. Those of a reader that is lazy or polite are in `care`.
use super::super::pos::{ONE, Word, ZERO};
use super::super::span::Span;
#[cfg(doc)]
use super::Writer;
use super::side::Side;
use super::{Care, Claimed, Cursors, Reader, Refused, Seen};

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

    /// Keeps the hold from now on, as other readers do when no writer has asked for it during many claims: for a lane that
    /// nobody means to overwrite. To be said before the first claim. If a writer asks all the same, it is heeded as ever.
    pub fn settle(&mut self, cursors: &Cursors) {
        self.with_care(|care, side| {
            if !care.holding && !cursors.hold.is_asked() && care.take_hold(side, cursors).is_ok() {
                care.patience = 0;
                care.plain = care.credit == ONE;
            }
        });
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

    /// How many positions are in sight, after a [`glance`](Self::glance) if they are fewer than `want`; nothing if that was
    /// unclear.
    #[inline]
    pub fn sees(&mut self, cursors: &Cursors, want: Word) -> Option<Word> {
        if self.side.in_sight() < want && self.glance(cursors) == Seen::Unclear {
            return None;
        }
        Some(self.side.in_sight())
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

    /// Looks at the writer's word, the short way: clear only to a reader that is neither lazy nor polite, owes nothing and is
    /// not asked for the hold. No more than a lap is ever in sight, so that a wish is heard within one.
    #[inline]
    pub fn glance(&mut self, cursors: &Cursors) -> Seen {
        if !self.care.plain || cursors.hold.is_asked() {
            return Seen::Unclear;
        }
        match self.side.glance(&cursors.committed, ZERO) {
            Seen::Nothing if self.care.ledger.owes() => Seen::Unclear,
            seen => seen,
        }
    }

    /// Claims the next position, which must be in sight.
    #[inline]
    pub fn claim_in_sight(&mut self, cursors: &Cursors) -> Claimed<'_> {
        let span = self.side.next(&cursors.released);
        Claimed { reader: self, span }
    }

    /// A copy, for a step that is rarely taken, to be put in the place of the original: see [`Writer::copy`]. Never use both.
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

    #[inline]
    fn look(&mut self, cursors: &Cursors, want: Word) -> Result<(), Refused> {
        match self.glance(cursors) {
            Seen::Some => Ok(()),
            Seen::Nothing => Err(Refused::Nothing),
            Seen::Unclear => self.with_care(|care, side| care.look(side, cursors, want)),
        }
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

    /// Hands back the one position of [`Reader::claim_in_sight`]: one store. A hold that was to be given back stays until the
    /// next step.
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
