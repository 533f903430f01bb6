//! One side of a lane, writer or reader: the algorithm.
use super::super::pos::{ONE, Word, ZERO, is_one_to};
use super::super::span::Span;
use super::super::sync::Ordering;
use super::{Cursor, Evicted, Seen};

/// ```text
///        lap                at                    limit
///   ......|.................|.......................|....
///         `---- index -----'`------ in sight ------'
/// ```
/// INVARIANT (I3)  at <= limit <= peer + lead, `at - lap < 2 * size`, and `lap` is a whole number of laps after the first
/// position: so `at - lap`, less one `size` if it has that many, is the index of `at`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side {
    /// The next position. Our own word, but for what is owed.
    at: Word,
    /// The peer's word plus our lead, as last seen.
    limit: Word,
    /// Where the lap of `at`, or the one before, began.
    lap: Word,
    size: Word,
}

/// What a side seldom needs to know. Apart from [`Side`], so that the four words of that fit into registers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ledger {
    /// Positions before `at` that our own word does not show yet.
    owed: Word,
    misled: bool,
}

impl Ledger {
    #[inline]
    pub(super) fn owes(&self) -> bool {
        self.owed != ZERO
    }

    /// Shows what is owed, if anything. What a plain `publish` has shown since may be shown once more.
    #[inline]
    fn show_owed(&mut self, own: &Cursor, at: Word) {
        if self.owed != ZERO {
            self.owed = ZERO;
            own.position.store(at, Ordering::Release); // [L1] [L2] pairs with `look`
        }
    }

    pub(super) fn was_misled(&self) -> bool {
        self.misled
    }
}

/// Whether `lap` is possible (I3). Another process may have stored anything.
#[inline]
fn is_lap_of(lap: Word, at: Word, size: Word) -> bool {
    at.wrapping_sub(lap) < size.wrapping_add(size)
}

impl Side {
    /// Goes on from the shared words, which this side alone stores from now on.
    pub(super) fn resume(own: &Cursor, size: Word) -> (Self, Ledger) {
        let mut side = Self { at: ZERO, limit: ZERO, lap: ZERO, size };
        let mut ledger = Ledger { owed: ZERO, misled: false };
        side.catch_up(&mut ledger, own);
        (side, ledger)
    }

    /// Moves on to where our own word is: nobody stores it meanwhile, because the seat is ours, or the hold (I2).
    pub(super) fn catch_up(&mut self, ledger: &mut Ledger, own: &Cursor) {
        self.at = own.position.load(Ordering::Relaxed); // S1, S2 or H1 ordered it
        self.lap = own.lap.load(Ordering::Relaxed); // S1, S2 or H1 ordered it
        if !is_lap_of(self.lap, self.at, self.size) {
            ledger.misled = true;
            self.lap = self.at; // any will do, that lets no index leave the ring
        }
        self.forget();
    }

    /// Nothing is in sight until the next look.
    pub(super) fn forget(&mut self) {
        self.limit = self.at;
    }

    /// The `n` positions after those in sight are in sight as well, as they were before [`forget`](Self::forget).
    #[inline]
    pub(super) fn remember(&mut self, n: Word) {
        self.limit = self.limit.wrapping_add(n);
    }

    #[inline]
    pub(super) fn has_next_in_sight(&self) -> bool {
        self.at != self.limit
    }

    /// How many positions are known to be ours.
    #[inline]
    pub(super) fn in_sight(&self) -> Word {
        self.limit.wrapping_sub(self.at)
    }

    /// How many positions lie ahead by the peer's word of this moment; changes nothing.
    #[inline]
    pub(super) fn reach(&self, peer: &Cursor, lead: Word) -> Word {
        // Relaxed: no slot is touched on the strength of it. `at` is within what this side's last look has seen (or
        // its last holder's: S1), and no later load reads an older word, so the distance is never below zero.
        let limit = peer.position.load(Ordering::Relaxed).wrapping_add(lead);
        limit.wrapping_sub(self.at).min(self.size)
    }

    /// Looks at the peer's word, the short way: what is rare is left to [`look`](Self::look).
    #[inline]
    pub(super) fn glance(&mut self, peer: &Cursor, lead: Word) -> Seen {
        let limit = peer.position.load(Ordering::Acquire).wrapping_add(lead); // [L1] [L2] pairs with `publish`
        let ahead = limit.wrapping_sub(self.at);
        if is_one_to(ahead, self.size) {
            self.limit = limit;
            Seen::Some
        } else if ahead == ZERO {
            Seen::Nothing
        } else {
            Seen::Unclear // impossible (I1), so not believed
        }
    }

    /// Looks at the peer's word; tells whether anything is in sight now. Who finds nothing new hands over what it owes: two
    /// lazy sides would otherwise wait for each other.
    pub(super) fn look(&mut self, ledger: &mut Ledger, own: &Cursor, peer: &Cursor, lead: Word) -> bool {
        match self.glance(peer, lead) {
            Seen::Some => return true,
            Seen::Nothing => {}
            Seen::Unclear => ledger.misled = true,
        }
        ledger.show_owed(own, self.at);
        self.has_next_in_sight()
    }

    /// Up to `want` of the positions in sight. Nothing moves until `publish`: a span that is forgotten is offered again.
    #[inline]
    pub(super) fn offer(&mut self, own: &Cursor, want: Word) -> Span {
        let len = self.in_sight().min(want);
        // An empty span has no index; and without the hold the word of the lap is not ours to store (I2).
        Span { start: if len == ZERO { ZERO } else { self.index(own) }, len }
    }

    /// The next position, which must be in sight.
    #[inline]
    pub(super) fn next(&mut self, own: &Cursor) -> Span {
        Span { start: self.index(own), len: ONE }
    }

    #[inline]
    fn index(&mut self, own: &Cursor) -> Word {
        let index = self.at.wrapping_sub(self.lap);
        if index < self.size { index } else { self.begin_lap(own) }
    }

    #[inline]
    fn begin_lap(&mut self, own: &Cursor) -> Word {
        // Shows also what is owed: who resumes after a side that was forgotten must not find a lap ahead of its position.
        own.position.store(self.at, Ordering::Release); // [L1] [L2] pairs with `look`
        self.lap = self.lap.wrapping_add(self.size);
        own.lap.store(self.lap, Ordering::Relaxed); // read by the next holder of this end: S1, S2 or H1 orders it
        self.at.wrapping_sub(self.lap)
    }

    /// Hands the next position, which must be in sight, to the other side. Shows also what is owed.
    #[inline]
    pub(super) fn publish_one(&mut self, own: &Cursor) {
        self.publish(own, ONE);
    }

    /// Hands the next `n` positions, which must be in sight, to the other side. Shows also what is owed.
    #[inline]
    pub(super) fn publish(&mut self, own: &Cursor, n: Word) {
        self.at = self.at.wrapping_add(n);
        own.position.store(self.at, Ordering::Release); // [L1] [L2] pairs with `look`
    }

    /// The same, but shows it only when `every` positions are owed.
    #[inline]
    pub(super) fn publish_later(&mut self, ledger: &mut Ledger, own: &Cursor, n: Word, every: Word) {
        ledger.owed = ledger.owed.wrapping_add(n);
        if every <= ledger.owed {
            ledger.owed = ZERO;
            self.publish(own, n);
        } else {
            self.at = self.at.wrapping_add(n);
        }
    }

    /// Shows what is owed, if anything.
    #[inline]
    pub(super) fn show_owed(&mut self, ledger: &mut Ledger, own: &Cursor) {
        ledger.show_owed(own, self.at);
    }

    /// The oldest position, if the lane is full: for a writer that has taken the hold, so that `other` stands still (I2).
    pub(super) fn oldest_of_the_other(
        &self,
        ledger: &mut Ledger,
        other: &Cursor,
        lead: Word,
    ) -> Option<Evicted> {
        let at = other.position.load(Ordering::Relaxed); // [H1] ordered it
        if self.at.wrapping_sub(at) < lead {
            return None;
        }
        let mut lap = other.lap.load(Ordering::Relaxed); // [H1] ordered it
        if !is_lap_of(lap, at, self.size) {
            ledger.misled = true;
            return None;
        }
        if self.size <= at.wrapping_sub(lap) {
            lap = lap.wrapping_add(self.size);
            other.lap.store(lap, Ordering::Relaxed); // the next holder reads it: H1 orders it
        }
        Some(Evicted { at, index: at.wrapping_sub(lap) })
    }
}
