//! The reading side.
use super::super::pos::{Word, ZERO};
use super::super::span::Span;
use super::super::sync::Ordering;
use super::side::Side;
use super::{Claimed, Cursors, Reader, View};

/// What there is to read.
#[derive(Clone, Copy)]
struct Sight {
    /// From where the reader is to the end of the bytes of its lap.
    ahead: Word,
    /// From the start of the next lap.
    next_lap: Word,
}

impl Reader {
    /// The reader of a ring of `size` bytes, going on where the last one stopped.
    pub fn resume(cursors: &Cursors, size: Word) -> Self {
        let side = Side::resume(&cursors.released, size);
        let at = side.at;
        Self { side, seen: at, mark: at }
    }

    /// The same over memory that is there twice, back to back: then all that there is to read is next to each other.
    pub fn resume_mirrored(cursors: &Cursors, size: Word) -> Self {
        let mut reader = Self::resume(cursors, size);
        reader.side.mirror();
        reader
    }

    #[doc(hidden)]
    pub fn view(&self) -> View {
        let Side { at, lap, size, .. } = self.side;
        View { at, lap, size, seen: self.seen, mark: self.mark }
    }

    /// Whether there is something to claim, after a look at the writer's word.
    ///
    /// There is no look where the writer was seen a lap ahead: what is left of this lap grows no more.
    #[inline]
    pub fn look(&mut self, cursors: &Cursors) -> bool {
        if self.sight().ahead == ZERO || !self.side.is_passed_by(self.seen) {
            self.look_again(cursors);
        }
        self.seen != self.side.at
    }

    /// The same with a look in any case: for [`claim_both`](Self::claim_both), which grows.
    #[inline]
    pub fn look_again(&mut self, cursors: &Cursors) -> bool {
        self.seen = cursors.committed.cursor.position.load(Ordering::Acquire); // [B1] pairs with `Side::publish`
        if self.side.is_passed_by(self.seen) {
            // Relaxed: [B1] has brought it here, and no later one is stored before we leave this lap (I6) [B2].
            self.mark = cursors.committed.watermark.load(Ordering::Relaxed);
        }
        self.seen != self.side.at
    }

    /// Whether there is something to claim, looking at the writer's word only if nothing is in sight: for a reader that need not see
    /// all there is.
    #[inline]
    pub fn has_bytes(&mut self, cursors: &Cursors) -> bool {
        self.seen != self.side.at || self.look_again(cursors)
    }

    /// Claims all bytes in sight that lie next to each other. Nothing moves until `release`: a span that is forgotten is offered
    /// again.
    #[inline]
    pub fn claim(&mut self) -> Claimed<'_> {
        let Sight { ahead, next_lap } = self.sight();
        if ahead == ZERO { self.claimed_in_next_lap(next_lap) } else { self.claimed_ahead(ahead, ZERO) }
    }

    /// Claims all bytes in sight: those of this lap, and those of the next one.
    #[inline]
    pub fn claim_both(&mut self) -> Claimed<'_> {
        let Sight { ahead, next_lap } = self.sight();
        if ahead == ZERO { self.claimed_in_next_lap(next_lap) } else { self.claimed_ahead(ahead, next_lap) }
    }

    /// How many bytes are readable: news, which can only grow until this side releases.
    #[inline]
    pub fn available(&self, cursors: &Cursors) -> Word {
        let seen = cursors.committed.cursor.position.load(Ordering::Acquire); // [B1] pairs with `Side::publish`
        let mark = if self.side.is_passed_by(seen) {
            cursors.committed.watermark.load(Ordering::Relaxed) // [B1] has brought it here
        } else {
            ZERO
        };
        let Sight { ahead, next_lap } = self.sight_of(seen, mark);
        ahead.wrapping_add(next_lap)
    }

    #[inline]
    fn sight(&self) -> Sight {
        self.sight_of(self.seen, self.mark)
    }

    #[inline]
    fn sight_of(&self, seen: Word, mark: Word) -> Sight {
        if self.side.is_passed_by(seen) {
            Sight {
                ahead: mark.wrapping_sub(self.side.at),
                next_lap: seen.wrapping_sub(self.side.next_lap()),
            }
        } else {
            Sight { ahead: seen.wrapping_sub(self.side.at), next_lap: ZERO }
        }
    }

    #[inline]
    fn claimed_ahead(&mut self, n: Word, in_next_lap: Word) -> Claimed<'_> {
        let span = self.side.ahead(n);
        Claimed { reader: self, span, rest: Span { start: ZERO, len: in_next_lap }, skips: false }
    }

    #[inline]
    fn claimed_in_next_lap(&mut self, n: Word) -> Claimed<'_> {
        let nothing = Span { start: ZERO, len: ZERO };
        Claimed { reader: self, span: Span { start: ZERO, len: n }, rest: nothing, skips: true }
    }
}

impl Claimed<'_> {
    /// The bytes to read: a span that does not wrap.
    #[inline]
    pub fn span(&self) -> &Span {
        &self.span
    }

    /// The bytes after those, from the start of the ring; none but of [`Reader::claim_both`].
    #[inline]
    pub fn rest(&self) -> &Span {
        &self.rest
    }

    /// Hands back the first `n` positions; the others are offered again. With none, nothing happens at all.
    #[inline]
    pub fn release(self, cursors: &Cursors, n: Word) {
        let Self { reader, span, rest, skips } = self;
        let n = n.min(span.len.wrapping_add(rest.len));
        if n == ZERO {
            return;
        }
        let side = &mut reader.side;
        if skips {
            side.skip_to_next_lap(&cursors.released);
            side.publish(&cursors.released, n);
        } else if n <= span.len {
            side.publish(&cursors.released, n);
        } else {
            side.skip_to_next_lap(&cursors.released);
            side.publish(&cursors.released, n.wrapping_sub(span.len));
        }
    }
}
