//! What writer and reader do alike: where they are, and moving on.
use super::super::lane::Cursor;
use super::super::pos::{Word, ZERO};
use super::super::span::Span;
use super::super::sync::Ordering;

/// ```text
///        lap                at                       lap + size
///   ......|.................|............................|....
///         `---- index -----'`--------- to_end -----------'
/// ```
#[derive(Clone, Debug)]
pub(super) struct Side {
    /// The next position: our own word.
    pub(super) at: Word,
    /// Where our lap began (I5).
    pub(super) lap: Word,
    pub(super) size: Word,
    /// How far the positions of a lap go: `size`, or twice that where what is behind the ring is the ring again.
    pub(super) reach: Word,
}

impl Side {
    /// Goes on from the shared words, which this side alone stores from now on.
    pub(super) fn resume(own: &Cursor, size: Word) -> Self {
        let at = own.position.load(Ordering::Relaxed); // S1 or S2 ordered it
        let lap = own.lap.load(Ordering::Relaxed); // S1 or S2 ordered it
        Self { at, lap, size, reach: size }
    }

    /// From now on over memory that is there twice, back to back (I7).
    pub(super) fn mirror(&mut self) {
        self.reach = self.size.wrapping_add(self.size);
    }

    pub(super) fn is_mirrored(&self) -> bool {
        self.reach != self.size
    }

    /// How many positions there are before the end of the lap.
    #[inline]
    pub(super) fn to_end(&self) -> Word {
        self.reach.wrapping_sub(self.at.wrapping_sub(self.lap))
    }

    /// Whether the other side, at `at`, is in the lap after ours.
    #[inline]
    pub(super) fn is_passed_by(&self, at: Word) -> bool {
        self.reach < at.wrapping_sub(self.lap)
    }

    /// Where the next lap begins.
    #[inline]
    pub(super) fn next_lap(&self) -> Word {
        self.lap.wrapping_add(self.size)
    }

    /// The next `len` positions of this lap.
    #[inline]
    pub(super) fn ahead(&self, len: Word) -> Span {
        Span { start: self.at.wrapping_sub(self.lap), len }
    }

    /// Goes to the start of the next lap; the other side learns of it by what is published there.
    #[inline]
    pub(super) fn skip_to_next_lap(&mut self, own: &Cursor) {
        self.plan_next_lap();
        self.note_lap(own);
    }

    /// The same, and nobody learns of it.
    #[inline]
    pub(super) fn plan_next_lap(&mut self) {
        self.lap = self.next_lap();
        self.at = self.lap;
    }

    #[inline]
    pub(super) fn note_lap(&self, own: &Cursor) {
        own.lap.store(self.lap, Ordering::Relaxed); // read by the next holder of this end: S1 or S2 orders it
    }

    /// Goes `n` positions on, and nobody learns of it. Tells whether that ended a lap in the mirror (I7).
    #[inline]
    pub(super) fn plan(&mut self, n: Word) -> bool {
        self.at = self.at.wrapping_add(n);
        let folds = self.size < self.at.wrapping_sub(self.lap);
        if folds {
            self.lap = self.next_lap(); // without leaving this one: what is in the mirror is there as well
        }
        folds
    }

    /// Goes back to where it planned to be before, counted from `lap`.
    #[inline]
    pub(super) fn go_back(&mut self, at: Word, lap: Word) {
        (self.at, self.lap) = (at, lap);
        self.plan(ZERO);
    }

    /// Whether what is counted from `lap` begins a lap after this one: then the rest of this one is a pad.
    #[inline]
    pub(super) fn has_left_out(&self, lap: Word) -> bool {
        lap != self.lap && !self.is_mirrored()
    }

    /// Hands the next `n` positions to the other side.
    #[inline]
    pub(super) fn publish(&mut self, own: &Cursor, n: Word) {
        if self.plan(n) {
            self.note_lap(own);
        }
        own.position.store(self.at, Ordering::Release); // [B1] [B2] pairs with `look`
    }
}
