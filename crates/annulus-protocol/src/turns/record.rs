//! Many writers, many readers, of records of any length: runs of granules that never wrap.
//!
//! ```text
//!              read                                   write
//!   ............|.......................................|..........
//!   what   free | record of 70 bytes | skipped | record | free
//!   turn        | ready(70)  .       | skip(3) | .  .   |               a point: free, in this lap
//!                 `--- a run ------'
//! ```
//! The slots of [`turns`](super) are granules here, of so many bytes each. A *run* is a record, or granules that are left out, next to each
//! other and in one lap. A writer reserves all of its run by one exchange of `write`; a reader claims all of it by one exchange of `read`.
//! What a run is stands in the turn of its first granule, beside the lap: that it is ready, and its length in bytes; or that it is skipped,
//! and its length in granules. The other granules keep the turn that they had, free, until the run is released. Nothing is in the data.
//!
//! ```text
//!   first granule   free(lap) --reserve--> (written) --commit---> ready(lap, bytes) --claim--> (read) --release--> free(lap + 1)
//!                                             `------discard---> skip(lap, granules) -claim----------------------'
//!   the others      free(lap) ---------------------------------------------------------------------- release ----> free(lap + 1)
//! ```
//! INVARIANT (R)  From `read` to `write` there is run next to run, and each of the two stands where a run begins. A run has an owner from the
//! exchange of `write` past it to the store of its first turn, and from the exchange of `read` past it to the store of each of its turns. So:
//!
//! * Only a mover of `write` changes a turn that is free in the lap of a position at or after `write`. Whoever finds `need` granules free from `at` on and then
//!   exchanges `write`, which is still `at`, has them alone, however long it was away in between.
//! * Only a mover of `read` changes a turn that is ready or skipped. Whoever finds a length at `at` and then exchanges `read`, which is still `at`, has found the
//!   length of the run that it claims. A length that is found by somebody who loses that race may be one of another lap: it is not used.
//! * A free turn *inside* a run tells nobody anything. A writer that comes by has an old `write` and loses its exchange; no reader comes by, because runs are
//!   claimed whole.
//! * The granules of a run are released one by one, in ascending order. Each of them is its next writer's from that store on, and the reader looks at none of
//!   them again.
//!
//! A word comes round again: see [`Shape::max_size`].
//!
//! # What does not fit before the end
//! A record that does not fit before the end of the lap begins in the next one, behind a run that is skipped, the *pad*. Both are reserved by one exchange, and the
//! pad is skipped at once. If the two are more than the ring has, only an empty ring has room, from its first granule on. Then the pad alone is reserved and skipped;
//! after that the ring is one whose oldest run is skipped.
//!
//! A writer that finds too little room passes skipped runs at `read` itself, as a reader would. So what was skipped is never in the way of the room that an otherwise
//! empty ring has, and all of its capacity can be reserved at every position.
//!
//! # A record that is shorter than what was reserved
//! Its unused granules are a skipped run of their own, stored before the record is ready: who claims the record finds it.
//!
//! | edge | Release store                  | Acquire load                     | what it carries                                   |
//! |------|--------------------------------|----------------------------------|---------------------------------------------------|
//! | R1   | `commit`, `skip`               | `claim`, `pass_skipped`          | contents of the record; that its writer is done   |
//! | T2   | `release` (`release_run`)      | `reserve` (`count_in`)           | its reader is done with the granule               |
//! | T3   | fence in `reserve` and `claim`, by who finds nothing | | as in [`turns`](super::Turns::claim)              |
use super::super::backoff::{Backoff, Looks};
use super::super::pos::{ONE, Word, ZERO, count, word};
use super::super::sync::{Ordering, fence};
use super::super::turns;
use super::shape::{CLOSED, is_negative};
use super::{ClaimedRun, Turns};

mod recover;
mod shape;
mod size;

pub use super::{Cursors, Refused, Turn};
pub use shape::Shape;

use shape::Run;

/// Granules to write, next to each other, with their one owner.
#[must_use = "granules that are forgotten are lost, and in the way"]
#[derive(Debug)]
pub struct Reserved {
    at: Word,
    granules: Word,
}

/// A record to read, with its one owner.
#[must_use = "granules that are forgotten are lost, and in the way"]
#[derive(Debug)]
pub struct Claimed {
    at: Word,
    granules: Word,
    bytes: Word,
}

/// One ring of records: its cursors, and the turns of its granules.
#[derive(Clone, Copy, Debug)]
pub struct Records<'a> {
    turns: Turns<'a>,
    shape: Shape,
}

impl<'a> Records<'a> {
    /// The ring of these cursors and turns, which are as many as `shape` says.
    #[inline]
    pub fn new(cursors: &'a Cursors, turns: &'a [Turn], shape: Shape) -> Self {
        Self { turns: Turns::new(cursors, turns, shape.turns), shape }
    }

    /// The longest record, in bytes: all of the ring. There is room for it whenever the ring is empty.
    #[inline]
    pub fn max_len(&self) -> usize {
        count(self.shape.bytes_in(self.turns.shape.size))
    }

    /// Reserves granules for `bytes` bytes next to each other, and at least one.
    ///
    /// # Errors
    /// [`Refused::Full`] if there is not so much room next to each other, whoever hands back what it has claimed; [`Refused::Busy`] if
    /// there would be, were it handed back; or [`Refused::Closed`].
    ///
    /// # Panics
    /// If that is more than [`max_len`](Self::max_len).
    ///
    /// # Progress
    /// Lock-free: tries again only if another reservation or claim went through, or past a skipped run.
    #[inline]
    #[track_caller]
    pub fn reserve(&self, bytes: usize) -> Result<Reserved, Refused> {
        assert!(bytes <= self.max_len(), "a record of {bytes} bytes in a ring of {}", self.max_len());
        let granules = self.shape.granules_for(word(bytes));
        self.reserve_once(granules).map_or_else(|| self.reserve_again(granules), Ok)
    }

    /// One granule, if nothing is in the way: to be in line. If it does not do, nothing has happened.
    #[inline]
    fn reserve_once(&self, granules: Word) -> Option<Reserved> {
        if granules != ONE {
            return None;
        }
        self.turns.reserve_once().ok().map(|one| Reserved { at: one.at, granules })
    }

    #[inline(never)]
    fn reserve_again(&self, granules: Word) -> Result<Reserved, Refused> {
        let (write, shape) = (&self.turns.cursors.write, self.turns.shape);
        let mut lost = Backoff::new();
        loop {
            let at = write.load(Ordering::Relaxed); // the exchange decides
            if at & CLOSED != ZERO {
                return Err(Refused::Closed);
            }
            let left = shape.size - shape.index(at);
            let pad = if granules <= left { ZERO } else { left };
            let need = (pad + granules).min(shape.size);
            let (free, _) = self.turns.count_in(at, count(need), ZERO); // [T2] is in there
            if free < need {
                if let Some(why) = self.why_no_room(at, need, shape.after(at, free)) {
                    return Err(why);
                }
            } else if need < pad + granules {
                // The ring is empty. Next time around, the record begins at its first granule.
                if self.turns.advance(write, at, pad) {
                    self.skip(at, pad);
                    continue;
                }
            } else if self.turns.advance(write, at, need) {
                if pad != ZERO {
                    self.skip(at, pad);
                }
                return Ok(Reserved { at: shape.after(at, pad), granules });
            }
            lost = lost.wait();
        }
    }

    /// Why there are not `need` granules from `at` on, of which the one at `taken` is the first that was not free; `None` if it is worth
    /// another try. `read` is touched last, as in [`await_room`](Cursors::await_room).
    #[cold]
    #[inline(never)]
    fn why_no_room(&self, at: Word, need: Word, taken: Word) -> Option<Refused> {
        // Relaxed: the next try decides.
        let is_free = || self.turns.turn(taken).load(Ordering::Relaxed) == self.turns.shape.free(taken);
        if Looks::FEW.find(is_free) || self.pass_skipped() {
            return None;
        }
        fence(Ordering::SeqCst); // [T3] pairs with itself, in another thread
        let read = self.turns.cursors.read.load(Ordering::Relaxed); // after the fence
        let write = self.turns.cursors.write.load(Ordering::Relaxed); // after the fence, and after that
        if write != at {
            return None; // others have gone on, or it was closed
        }
        let used = self.shape.used(read, at)?; // otherwise others have gone on, and news of `write` is late
        Some(if self.turns.shape.size - used < need { Refused::Full } else { Refused::Busy })
    }

    /// Gives the oldest run back if it is skipped. Tells whether it was, or somebody has just claimed it.
    fn pass_skipped(&self) -> bool {
        let at = self.turns.cursors.read.load(Ordering::Relaxed); // the exchange decides
        let turn = self.turns.turn(at).load(Ordering::Acquire); // [R1] pairs with `skip`
        match self.shape.run(at, turn) {
            Some(Run { granules, bytes: None }) => {
                self.pass(at, granules);
                true
            }
            _ => false,
        }
    }

    /// Gives a skipped run back, unless somebody else has it.
    fn pass(&self, at: Word, granules: Word) -> bool {
        let passed = self.turns.advance(&self.turns.cursors.read, at, granules);
        if passed {
            self.turns.release_run(ClaimedRun { at, len: granules });
        }
        passed
    }

    /// Claims the oldest record.
    ///
    /// # Errors
    /// [`Refused::Empty`], [`Refused::Busy`] if the oldest one is reserved and not committed, or [`Refused::Closed`] if the ring is
    /// empty and closed.
    ///
    /// # Progress
    /// Lock-free: tries again only if another claim went through, or past a skipped run.
    #[inline]
    pub fn claim(&self) -> Result<Claimed, Refused> {
        self.claim_once().map_or_else(|| self.claim_again(), Ok)
    }

    /// The oldest record, if nothing is in the way, as in `reserve_once`.
    #[inline]
    fn claim_once(&self) -> Option<Claimed> {
        let read = &self.turns.cursors.read;
        let at = read.load(Ordering::Relaxed); // the exchange decides
        let turn = self.turns.turn(at).load(Ordering::Acquire); // [R1] pairs with `commit` and `skip`
        match self.shape.run(at, turn) {
            Some(Run { granules, bytes: Some(bytes) }) if self.turns.advance(read, at, granules) => {
                Some(Claimed { at, granules, bytes })
            }
            _ => None,
        }
    }

    #[cold]
    #[inline(never)]
    fn claim_again(&self) -> Result<Claimed, Refused> {
        let cursors = self.turns.cursors;
        let mut lost = Backoff::new();
        loop {
            let at = cursors.read.load(Ordering::Relaxed); // the exchange decides
            let turn = self.turns.turn(at).load(Ordering::Acquire); // [R1] pairs with `commit` and `skip`
            match self.shape.run(at, turn) {
                Some(Run { granules, bytes: Some(bytes) }) => {
                    if self.turns.advance(&cursors.read, at, granules) {
                        return Ok(Claimed { at, granules, bytes });
                    }
                }
                Some(Run { granules, bytes: None }) => {
                    if self.pass(at, granules) {
                        continue;
                    }
                }
                None => {
                    let ahead = turn.wrapping_sub(self.turns.shape.free(at));
                    if ahead == ZERO || is_negative(ahead) {
                        return Err(cursors.why_no_item(at));
                    }
                }
            }
            lost = lost.wait();
        }
    }

    /// Hands the record to who claims it, with its first `bytes` bytes, which are no more than were reserved. Granules that it does not
    /// need are skipped.
    #[inline]
    pub fn commit(&self, reserved: Reserved, bytes: usize) {
        let Reserved { at, granules } = reserved;
        let bytes = word(bytes).min(self.shape.bytes_in(granules));
        let used = self.shape.granules_for(bytes);
        if used < granules {
            self.skip(self.turns.shape.after(at, used), granules - used); // before the record: nobody is there yet
        }
        self.turns.turn(at).store(self.shape.ready(at, bytes), Ordering::Release); // [R1] pairs with `claim`
    }

    /// Hands the granules on without a record.
    #[inline]
    pub fn discard(&self, reserved: Reserved) {
        self.skip(reserved.at, reserved.granules);
    }

    /// Hands on a run that nobody claims. The caller owns it.
    fn skip(&self, at: Word, granules: Word) {
        self.turns.turn(at).store(self.shape.skipped(at, granules), Ordering::Release); // [R1] pairs with `claim` and `pass_skipped`
    }

    /// Hands the granules to who reserves them next.
    #[inline]
    pub fn release(&self, claimed: Claimed) {
        let Claimed { at, granules, .. } = claimed;
        if granules == ONE {
            self.turns.release(turns::Claimed { at });
        } else {
            self.turns.release_run(ClaimedRun { at, len: granules });
        }
    }

    /// The index of the first granule, and how many bytes there are in all of them. They are before the end of the ring.
    #[inline]
    pub fn bytes_to_write(&self, reserved: &Reserved) -> (usize, usize) {
        (count(self.turns.shape.index(reserved.at)), count(self.shape.bytes_in(reserved.granules)))
    }

    /// The index of the first granule, and how many bytes the record has. They are before the end of the ring.
    #[inline]
    pub fn bytes_to_read(&self, claimed: &Claimed) -> (usize, usize) {
        (count(self.turns.shape.index(claimed.at)), count(claimed.bytes))
    }

    /// How many granules are reserved and not claimed, skipped ones as well: news, never more than there are.
    pub fn occupied(&self) -> usize {
        self.turns.occupied()
    }

    /// How many granules can be reserved before the next claim, not all of them next to each other: news.
    pub fn vacant(&self) -> usize {
        self.turns.vacant()
    }

    /// Lets nobody reserve any more. What is reserved is still committed and claimed.
    pub fn close(&self) {
        self.turns.close();
    }

    /// Lets reservations in again: see [`Cursors::reopen`].
    pub fn reopen(&self) {
        self.turns.reopen();
    }

    /// Whether it is closed.
    pub fn is_closed(&self) -> bool {
        self.turns.is_closed()
    }
}
