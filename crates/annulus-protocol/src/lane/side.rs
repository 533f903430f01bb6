//! One side of a lane, writer or reader: the algorithm.
use super::super::pos::{ONE, Word, ZERO};
use super::super::span::Span;
use super::super::sync::Ordering;
use super::{Cursor, Evicted};

/// ```text
///        lap                at            stop         limit
///   ......|.................|...............|............|....
///         `---- index -----'`--- in sight --'
///         `------------- size --------------'
/// ```
/// INVARIANT  at <= stop <= limit <= peer + lead, `at - lap < 2 * size`, and where `at < stop`, `stop <= lap + size`:
/// so the way to the next slot needs one comparison, and neither a wrap nor a look can be due before `stop`.
#[derive(Debug)]
pub(super) struct Side {
    /// The next position. Our own word, but for what is owed.
    at: Word,
    stop: Word,
    /// The peer's word plus our lead, as last seen.
    limit: Word,
    /// Where the lap of `at` began: a multiple of `size` after the first position.
    lap: Word,
    /// Positions before `at` that our own word does not show yet.
    owed: Word,
    lead: Word,
    size: Word,
    misled: bool,
}

impl Side {
    /// Goes on from the shared words, which this side alone stores from now on.
    pub(super) fn resume(own: &Cursor, size: Word, lead: Word) -> Self {
        let (at, lap, owed, misled) = (ZERO, ZERO, ZERO, false);
        let mut side = Self { at, stop: at, limit: at, lap, owed, lead, size, misled };
        side.catch_up(own);
        side
    }

    /// Moves on to where our own word stands: the last holder of this end, or of the hold (I2), has moved it.
    pub(super) fn catch_up(&mut self, own: &Cursor) {
        self.at = own.position.load(Ordering::Relaxed); // the seat ordered it (S1), or the hold did (H1)
        self.lap = own.lap.load(Ordering::Relaxed); // the same
        if self.size.wrapping_add(self.size) <= self.at.wrapping_sub(self.lap) {
            self.misled = true; // impossible: not believed, so that no index leaves the ring
            self.lap = self.at;
        }
        self.forget();
    }

    /// Nothing is in sight until the next look.
    pub(super) fn forget(&mut self) {
        self.stop = self.at;
        self.limit = self.at;
    }

    pub(super) fn was_misled(&self) -> bool {
        self.misled
    }

    #[inline]
    pub(super) fn has_next_in_sight(&self) -> bool {
        self.at != self.stop
    }

    /// Positions in sight before the next wrap or look.
    #[inline]
    pub(super) fn run(&self) -> Word {
        self.stop.wrapping_sub(self.at)
    }

    /// How many positions lie ahead by the peer's word of this moment; changes nothing.
    #[inline]
    pub(super) fn reach(&self, peer: &Cursor) -> Word {
        let limit = peer.position.load(Ordering::Acquire).wrapping_add(self.lead); // [L1] [L2] pairs with `show`
        limit.wrapping_sub(self.at).min(self.size)
    }

    #[inline]
    pub(super) fn has_next(&mut self, own: &Cursor, peer: &Cursor) -> bool {
        if self.has_next_in_sight() {
            return true;
        }
        self.look(own, peer, ONE);
        self.has_next_in_sight()
    }

    /// The next position, which must be in sight.
    #[inline]
    pub(super) fn next(&self) -> Span {
        Span { start: self.at.wrapping_sub(self.lap), len: ONE }
    }

    /// Offers up to `want` positions. Nothing moves until `publish`: a span that is forgotten is offered again.
    #[inline]
    pub(super) fn offer(&mut self, own: &Cursor, peer: &Cursor, want: Word) -> Span {
        if !self.has_in_sight(want) {
            self.look(own, peer, want);
        }
        self.in_sight(want)
    }

    /// Whether `want` positions are in sight before the next wrap.
    #[inline]
    pub(super) fn has_in_sight(&self, want: Word) -> bool {
        want <= self.run()
    }

    /// Up to `want` of the positions that the last look found.
    #[inline]
    pub(super) fn in_sight(&self, want: Word) -> Span {
        let len = self.limit.wrapping_sub(self.at).min(want);
        Span { start: self.at.wrapping_sub(self.lap), len }
    }

    /// Begins a new lap if one is due, and looks at the peer's word if fewer than `want` positions are known. Who asks
    /// for something hands over what it owes first: two lazy sides would otherwise wait for each other.
    #[cold]
    pub(super) fn look(&mut self, own: &Cursor, peer: &Cursor, want: Word) {
        if self.size <= self.at.wrapping_sub(self.lap) {
            // First, or a side that is forgotten here leaves a shared lap ahead of its shared position.
            self.show_owed(own);
            self.lap = self.lap.wrapping_add(self.size);
            own.lap.store(self.lap, Ordering::Relaxed); // read by the next holder of this end: S1 orders it
        }
        if self.limit.wrapping_sub(self.at) < want {
            self.show_owed(own);
            let limit = peer.position.load(Ordering::Acquire).wrapping_add(self.lead); // [L1] [L2] pairs with `show`
            if limit.wrapping_sub(self.at) <= self.size {
                self.limit = limit;
            } else {
                self.misled = true; // impossible (I1): not believed, so nothing new is in sight
            }
        }
        let run = self.size.wrapping_sub(self.at.wrapping_sub(self.lap));
        self.stop = self.at.wrapping_add(self.limit.wrapping_sub(self.at).min(run));
    }

    /// Hands the next position, which must be in sight, to the other side.
    #[inline]
    pub(super) fn publish_one(&mut self, own: &Cursor) {
        self.at = self.at.wrapping_add(ONE);
        own.position.store(self.at, Ordering::Release); // [L1] [L2] pairs with `look`
    }

    /// Hands the next `n` positions, which must be on offer, to the other side.
    #[inline]
    pub(super) fn publish(&mut self, own: &Cursor, n: Word) {
        self.advance(n);
        self.show(own);
    }

    /// The same, but shows it only when `every` positions are owed.
    #[inline]
    pub(super) fn publish_later(&mut self, own: &Cursor, n: Word, every: Word) {
        self.advance(n);
        self.owed = self.owed.wrapping_add(n);
        if every <= self.owed {
            self.show(own);
        }
    }

    /// Shows what is owed, if anything.
    #[inline]
    pub(super) fn show_owed(&mut self, own: &Cursor) {
        if self.owed != ZERO {
            self.show(own);
        }
    }

    #[inline]
    fn show(&mut self, own: &Cursor) {
        self.owed = ZERO;
        own.position.store(self.at, Ordering::Release); // [L1] [L2] pairs with `look`
    }

    #[inline]
    fn advance(&mut self, n: Word) {
        let run = self.run();
        self.at = self.at.wrapping_add(n);
        if run < n {
            self.stop = self.at; // past the wrap: the next step begins the lap
        }
    }

    /// The oldest position, if the lane is full: for a writer that has taken the hold, so that `other` stands still (I2).
    pub(super) fn oldest_of_the_other(&mut self, other: &Cursor) -> Option<Evicted> {
        let at = other.position.load(Ordering::Relaxed); // [H1] ordered it
        if self.at.wrapping_sub(at) < self.lead {
            return None;
        }
        let mut lap = other.lap.load(Ordering::Relaxed); // [H1] ordered it
        if self.size.wrapping_add(self.size) <= at.wrapping_sub(lap) {
            self.misled = true; // impossible: not believed, so that no index leaves the ring
            return None;
        }
        if self.size <= at.wrapping_sub(lap) {
            lap = lap.wrapping_add(self.size);
            other.lap.store(lap, Ordering::Relaxed); // the next holder reads it: H1 orders it
        }
        Some(Evicted { at, index: at.wrapping_sub(lap) })
    }
}
