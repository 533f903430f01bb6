//! Runs of slots, next to each other.
use super::super::backoff::{Backoff, Looks};
use super::super::pos::{ONE, Word, ZERO, count, word};
use super::super::sync::{AtomicWord, Ordering};
use super::shape::{CLOSED, READY, SKIP, is_negative};
use super::{Claimed, Refused, Turns};

/// Slots to write, next to each other, with their one owner.
#[must_use = "slots that are forgotten are lost, and in the way"]
#[derive(Debug)]
pub struct ReservedRun {
    at: Word,
    len: Word,
}

impl ReservedRun {
    /// No slots.
    pub const fn empty() -> Self {
        Self { at: ZERO, len: ZERO }
    }
}

/// Slots to read, next to each other, with their one owner.
#[must_use = "slots that are forgotten are lost, and in the way"]
#[derive(Debug)]
pub struct ClaimedRun {
    pub(super) at: Word,
    pub(super) len: Word,
}

impl ClaimedRun {
    /// No slots.
    pub const fn empty() -> Self {
        Self { at: ZERO, len: ZERO }
    }
}

impl Turns<'_> {
    /// Reserves the next slots, up to `want` and at least `least`, all at once.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve), or how many could be reserved if they are fewer than `least`. Nothing is reserved then.
    ///
    /// # Progress
    /// Lock-free, as [`reserve`](Self::reserve).
    pub fn reserve_run(&self, least: usize, want: usize) -> Result<ReservedRun, (Refused, usize)> {
        let mut lost = Backoff::new();
        loop {
            let at = self.cursors.write.load(Ordering::Relaxed); // the exchange decides
            if at & CLOSED != ZERO {
                return Err((Refused::Closed, count(ZERO)));
            }
            let (len, ahead) = self.count_in(at, want, ZERO);
            if len == ZERO {
                if is_negative(ahead) {
                    let room = self.cursors.await_room(self.shape, at, self.turn(at), Looks::FEW);
                    room.map_err(|why| (why, count(ZERO)))?;
                }
            } else if len < word(least) {
                if self.cursors.write.load(Ordering::Relaxed) == at {
                    return Err((Refused::Full, count(len))); // Relaxed above: news
                }
            } else if self.advance(&self.cursors.write, at, len) {
                return Ok(ReservedRun { at, len });
            }
            lost = lost.wait();
        }
    }

    /// Claims the oldest items, up to `want` and at least `least`, all at once; as far as none was abandoned between them.
    ///
    /// # Errors
    /// As [`claim`](Self::claim), or how many could be claimed if they are fewer than `least`. Nothing is claimed then.
    ///
    /// # Progress
    /// Lock-free, as [`claim`](Self::claim).
    pub fn claim_run(&self, least: usize, want: usize) -> Result<ClaimedRun, (Refused, usize)> {
        let mut lost = Backoff::new();
        loop {
            let at = self.cursors.read.load(Ordering::Relaxed); // the exchange decides
            let (len, ahead) = self.count_in(at, want, READY);
            if len == ZERO {
                if ahead == SKIP {
                    if self.exchange(&self.cursors.read, at).is_ok() {
                        self.release(Claimed { at });
                    }
                } else if ahead == ZERO || is_negative(ahead) {
                    return Err((self.cursors.why_no_item(at), count(ZERO)));
                }
            } else if len < word(least) {
                if self.cursors.read.load(Ordering::Relaxed) == at {
                    return Err((Refused::Empty, count(len))); // Relaxed above: news
                }
            } else if self.advance(&self.cursors.read, at, len) {
                return Ok(ClaimedRun { at, len });
            }
            lost = lost.wait();
        }
    }

    /// The index of the first slot, and how many there are; they go on at index 0.
    #[inline]
    pub fn slots_to_write(&self, run: &ReservedRun) -> (usize, usize) {
        (count(self.shape.index(run.at)), count(run.len))
    }

    /// The same of slots to read.
    #[inline]
    pub fn slots_to_read(&self, run: &ClaimedRun) -> (usize, usize) {
        (count(self.shape.index(run.at)), count(run.len))
    }

    /// Hands the first `n` slots to who claims them, and abandons the others.
    pub fn commit_run(&self, run: ReservedRun, n: usize) {
        self.shape.walk(run.at, run.len).for_each(|step| {
            let state = if step.before < word(n) { READY } else { SKIP };
            let turn = self.turn_of(step.index);
            turn.store(step.free + state, Ordering::Release); // [T1] pairs with `claim`, `evict` and `count_in`
        });
    }

    /// Hands the slots to who reserves them next.
    pub fn release_run(&self, run: ClaimedRun) {
        self.shape.walk(run.at, run.len).for_each(|step| {
            let turn = self.turn_of(step.index);
            turn.store(self.shape.lap_later(step.free), Ordering::Release); // [T2] pairs with `reserve` and `count_in`
        });
    }

    /// How many slots from `at` on, up to `want`, have the turn that `state` says; and how far ahead of free the next one is.
    #[inline]
    pub(super) fn count_in(&self, first: Word, want: usize, state: Word) -> (Word, Word) {
        let want = word(want).max(ONE).min(self.shape.size); // nobody asks for none
        let other = self.shape.walk(first, want).find_map(|step| {
            let turn = self.turn_of(step.index).load(Ordering::Acquire); // [T1] [T2] pairs with who hands the slot on
            let ahead = turn.wrapping_sub(step.free);
            if ahead == state { None } else { Some((step.before, ahead)) }
        });
        other.unwrap_or((want, state))
    }

    #[inline]
    pub(super) fn advance(&self, cursor: &AtomicWord, at: Word, n: Word) -> bool {
        // Relaxed, as in `exchange`. Nobody else has had any of the positions if the cursor is still at the first.
        cursor.compare_exchange(at, self.shape.after(at, n), Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}
