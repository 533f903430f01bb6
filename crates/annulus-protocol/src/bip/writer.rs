//! The writing side.
use super::super::pos::{Word, ZERO};
use super::super::span::Span;
use super::super::sync::Ordering;
use super::side::Side;
use super::{Cursors, Reserved, View, Writer};

/// How many positions can be reserved at once.
#[derive(Clone, Copy)]
struct Room {
    /// From where the writer is.
    ahead: Word,
    /// From the start of the next lap.
    next_lap: Word,
}

impl Writer {
    /// The writer of a ring of `size` bytes, going on where the last one stopped.
    pub fn resume(cursors: &Cursors, size: Word) -> Self {
        let side = Side::resume(&cursors.committed.cursor, size);
        let mark = cursors.committed.watermark.load(Ordering::Relaxed); // S1 or S2 ordered it
        let mut writer = Self { side, reached: ZERO, mark };
        writer.forget();
        writer
    }

    /// The same over memory that is there twice, back to back: then all that is free is next to each other.
    pub fn resume_mirrored(cursors: &Cursors, size: Word) -> Self {
        let mut writer = Self::resume(cursors, size);
        writer.side.mirror();
        writer
    }

    #[doc(hidden)]
    pub fn view(&self) -> View {
        let Side { at, lap, size, .. } = self.side;
        View { at, lap, size, seen: self.reached, mark: self.mark }
    }

    /// Forgets what is known to be free: the next step needs a look.
    pub fn forget(&mut self) {
        self.reached = self.side.at.wrapping_sub(self.side.size);
    }

    /// Reserves `n` positions, next to each other. Nothing moves until `commit`: a span that is forgotten is offered again.
    ///
    /// Every `n` up to the size can be had of a ring that is empty, wherever the writer is.
    #[inline]
    pub fn reserve_exact(&mut self, cursors: &Cursors, n: Word) -> Option<Reserved<'_>> {
        let mut room = self.room();
        if room.most() < n {
            self.look(cursors);
            room = self.room();
        }
        if n <= room.ahead {
            Some(self.reserved_ahead(n))
        } else if n <= room.next_lap {
            Some(self.reserved_in_next_lap(n))
        } else {
            None
        }
    }

    /// Reserves up to `n` positions: as many as [`reserve_exact`](Self::reserve_exact) can give at this moment.
    #[inline]
    pub fn reserve_up_to(&mut self, cursors: &Cursors, n: Word) -> Reserved<'_> {
        let mut room = self.room();
        if room.most() < n {
            self.look(cursors);
            room = self.room();
        }
        if n <= room.ahead || room.next_lap <= room.ahead {
            self.reserved_ahead(n.min(room.ahead))
        } else {
            self.reserved_in_next_lap(n.min(room.next_lap))
        }
    }

    /// Reserves up to `n` positions without leaving out any: in the next lap only where this one is used up.
    #[inline]
    pub fn reserve_next(&mut self, cursors: &Cursors, n: Word) -> Reserved<'_> {
        let to_end = self.side.to_end();
        let want = if to_end == ZERO { n } else { n.min(to_end) };
        let mut room = self.room();
        if room.most() < want {
            self.look(cursors);
            room = self.room();
        }
        if to_end == ZERO {
            self.reserved_in_next_lap(n.min(room.next_lap))
        } else {
            self.reserved_ahead(n.min(room.ahead))
        }
    }

    /// How many bytes fit, not all of them next to each other: news, which can only grow until this side commits.
    #[inline]
    pub fn vacant(&self, cursors: &Cursors) -> Word {
        // Relaxed: no byte is touched on the strength of it. No later load reads an older word, so it is within (I4).
        self.free(self.reached_by(cursors.released.position.load(Ordering::Relaxed)))
    }

    #[inline]
    fn look(&mut self, cursors: &Cursors) {
        let released = cursors.released.position.load(Ordering::Acquire); // [B2] pairs with `Side::publish`
        self.reached = self.reached_by(released);
    }

    /// How far a reader has come that has released all before `released` (I4). No other position that the reader can have
    /// looks like the watermark in a word that counts further than two sizes.
    #[inline]
    fn reached_by(&self, released: Word) -> Word {
        let stands_before_a_pad = released == self.mark && !self.side.is_mirrored();
        if stands_before_a_pad { self.side.lap } else { released }
    }

    #[inline]
    fn free(&self, reached: Word) -> Word {
        self.side.size.wrapping_sub(self.side.at.wrapping_sub(reached))
    }

    #[inline]
    fn room(&self) -> Room {
        let (free, to_end) = (self.free(self.reached), self.side.to_end());
        if free <= to_end {
            Room { ahead: free, next_lap: ZERO }
        } else if self.reached == self.side.at {
            // Empty. If the rest of the lap becomes a pad, the reader stands before it, and has reached the next lap (I4).
            Room { ahead: to_end, next_lap: self.side.size }
        } else {
            Room { ahead: to_end, next_lap: free.wrapping_sub(to_end) }
        }
    }

    #[inline]
    fn reserved_ahead(&mut self, n: Word) -> Reserved<'_> {
        let span = self.side.ahead(n);
        Reserved { writer: self, span, skips: false }
    }

    #[inline]
    fn reserved_in_next_lap(&mut self, n: Word) -> Reserved<'_> {
        Reserved { writer: self, span: Span { start: ZERO, len: n }, skips: true }
    }

    /// Ends the lap here, for the first bytes of the next one (I6).
    #[inline]
    fn end_lap(&mut self, cursors: &Cursors) {
        self.plan_end_of_lap();
        cursors.committed.watermark.store(self.mark, Ordering::Relaxed); // [B1] carries it, by `publish`
        self.side.note_lap(&cursors.committed.cursor);
    }

    /// The same, and nobody learns of it.
    #[inline]
    pub(super) fn plan_end_of_lap(&mut self) {
        let was_empty = self.reached == self.side.at;
        self.mark = self.side.at;
        self.side.plan_next_lap();
        if was_empty {
            self.reached = self.side.lap;
        }
    }
}

impl Room {
    #[inline]
    fn most(self) -> Word {
        if self.ahead < self.next_lap { self.next_lap } else { self.ahead }
    }
}

impl Reserved<'_> {
    /// The bytes to write: a span that does not wrap.
    #[inline]
    pub fn span(&self) -> &Span {
        &self.span
    }

    /// Publishes the first `n` positions; the rest stay free. With none, nothing happens at all.
    #[inline]
    pub fn commit(self, cursors: &Cursors, n: Word) {
        let n = n.min(self.span.len);
        if n == ZERO {
            return;
        }
        if self.skips {
            self.writer.end_lap(cursors);
        }
        self.writer.side.publish(&cursors.committed.cursor, n);
    }
}
