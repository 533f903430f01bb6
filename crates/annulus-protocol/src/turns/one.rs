//! One slot.
use super::super::backoff::{Backoff, Looks};
use super::super::pos::{Word, ZERO};
use super::super::sync::{AtomicWord, Ordering, fence};
use super::shape::{CLOSED, READY, SKIP, is_negative};
use super::{Claimed, Cursors, Refused, Reserved, Shape, Turns};

/// Why one attempt did not do.
#[derive(Clone, Copy, Debug)]
pub struct Missed {
    /// Where the cursor was then, if another attempt went through meanwhile.
    pub(super) lost_to: Option<Word>,
}

impl Missed {
    /// From where to go on, after a wait if a race was lost. What a lost exchange saw is old by then, more often than not, so that a
    /// longer wait follows: that keeps a crowd apart better than to look again at once.
    fn go_on(self, cursor: &AtomicWord) -> (Word, Backoff) {
        match self.lost_to {
            Some(now) => (now, Backoff::new().wait()),
            None => (cursor.load(Ordering::Relaxed), Backoff::new()), // the exchange decides
        }
    }
}

impl Turns<'_> {
    /// Reserves the next slot.
    ///
    /// # Errors
    /// [`Refused::Full`], [`Refused::Busy`] if the oldest slot has been claimed and not handed back, or [`Refused::Closed`].
    ///
    /// # Progress
    /// Lock-free: tries again only if another reservation went through, or the slot came free meanwhile.
    #[inline]
    pub fn reserve(&self) -> Result<Reserved, Refused> {
        match self.reserve_once() {
            Ok(reserved) => Ok(reserved),
            Err(missed) => self.reserve_again(missed),
        }
    }

    /// Reserves the next slot, and is told at once if there is none: for who takes the oldest item then, and would wait for nothing.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve).
    ///
    /// # Progress
    /// As [`reserve`](Self::reserve).
    #[inline]
    pub fn reserve_at_once(&self) -> Result<Reserved, Refused> {
        match self.reserve_once() {
            Ok(reserved) => Ok(reserved),
            Err(missed) => self.reserve_looking(missed, Looks::NONE),
        }
    }

    /// What [`reserve`](Self::reserve) does if nothing is in the way: to be in line, with the rest in a cold path of the caller.
    ///
    /// # Errors
    /// Something was in the way: [`reserve_again`](Self::reserve_again) goes on.
    #[inline]
    pub fn reserve_once(&self) -> Result<Reserved, Missed> {
        let at = self.cursors.write.load(Ordering::Relaxed); // the exchange decides
        if at & CLOSED != ZERO {
            return Err(Missed { lost_to: None });
        }
        let turn = self.turn(at).load(Ordering::Acquire); // [T2] pairs with `release`
        if turn != self.shape.free(at) {
            return Err(Missed { lost_to: None });
        }
        match self.exchange(&self.cursors.write, at) {
            Ok(_) => Ok(Reserved { at }),
            Err(now) => Err(Missed { lost_to: Some(now) }),
        }
    }

    /// The rest of [`reserve`](Self::reserve), of which errors and progress are the same.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve).
    #[inline]
    pub fn reserve_again(&self, missed: Missed) -> Result<Reserved, Refused> {
        self.reserve_looking(missed, Looks::FEW)
    }

    #[inline]
    fn reserve_looking(&self, missed: Missed, looks: Looks) -> Result<Reserved, Refused> {
        let (mut at, mut lost) = missed.go_on(&self.cursors.write);
        loop {
            if at & CLOSED != ZERO {
                return Err(Refused::Closed);
            }
            let turn = self.turn(at).load(Ordering::Acquire); // [T2] pairs with `release`
            let ahead = turn.wrapping_sub(self.shape.free(at));
            if ahead == ZERO {
                match self.exchange(&self.cursors.write, at) {
                    Ok(_) => return Ok(Reserved { at }),
                    Err(now) => at = now,
                }
            } else if is_negative(ahead) {
                self.cursors.await_room(self.shape, at, self.turn(at), looks)?;
            } else {
                at = self.cursors.write.load(Ordering::Relaxed); // the exchange decides
            }
            lost = lost.wait();
        }
    }

    /// Claims the oldest item.
    ///
    /// # Errors
    /// [`Refused::Empty`], [`Refused::Busy`] if the oldest position is reserved and not committed, or [`Refused::Closed`] if the
    /// ring is empty and closed.
    ///
    /// Whether it is empty or busy is decided by the cursors, after a fence: whoever reserved before its own fence is seen by
    /// all who fence later, though the commit may still be on its way. Otherwise two threads that each push to one ring and
    /// then find the other's empty could both be told so.
    ///
    /// # Progress
    /// Lock-free: tries again only if another claim went through.
    #[inline]
    pub fn claim(&self) -> Result<Claimed, Refused> {
        match self.claim_once() {
            Ok(claimed) => Ok(claimed),
            Err(missed) => self.claim_again(missed),
        }
    }

    /// What [`claim`](Self::claim) does if nothing is in the way, as [`reserve_once`](Self::reserve_once).
    ///
    /// # Errors
    /// Something was in the way: [`claim_again`](Self::claim_again) goes on.
    #[inline]
    pub fn claim_once(&self) -> Result<Claimed, Missed> {
        let at = self.cursors.read.load(Ordering::Relaxed); // the exchange decides
        let turn = self.turn(at).load(Ordering::Acquire); // [T1] pairs with `commit` and `renew`
        if turn != self.shape.free(at) + READY {
            return Err(Missed { lost_to: None });
        }
        match self.exchange(&self.cursors.read, at) {
            Ok(_) => Ok(Claimed { at }),
            Err(now) => Err(Missed { lost_to: Some(now) }),
        }
    }

    /// The rest of [`claim`](Self::claim), of which errors and progress are the same.
    ///
    /// # Errors
    /// As [`claim`](Self::claim).
    #[inline]
    pub fn claim_again(&self, missed: Missed) -> Result<Claimed, Refused> {
        let (mut at, mut lost) = missed.go_on(&self.cursors.read);
        loop {
            let turn = self.turn(at).load(Ordering::Acquire); // [T1] pairs with `commit`, `abandon` and `renew`
            let ahead = turn.wrapping_sub(self.shape.free(at));
            if ahead == READY || ahead == SKIP {
                match self.exchange(&self.cursors.read, at) {
                    Ok(_) if ahead == READY => return Ok(Claimed { at }),
                    Ok(_) => {
                        self.release(Claimed { at });
                        at = self.shape.next(at);
                        continue;
                    }
                    Err(now) => at = now,
                }
            } else if ahead == ZERO || is_negative(ahead) {
                return Err(self.cursors.why_no_item(at));
            } else {
                at = self.cursors.read.load(Ordering::Relaxed); // the exchange decides
            }
            lost = lost.wait();
        }
    }

    /// Claims the oldest item, past slots whose owners will never commit them: where nobody else has the ring any more.
    pub fn claim_alone(&self) -> Option<Claimed> {
        loop {
            match self.claim() {
                Ok(claimed) => return Some(claimed),
                Err(Refused::Busy) => {
                    let at = self.cursors.read.load(Ordering::Relaxed); // nobody else is here
                    self.cursors.read.store(self.shape.next(at), Ordering::Relaxed); // the same
                }
                Err(_) => return None,
            }
        }
    }

    /// Hands the slot to who claims it.
    #[inline]
    pub fn commit(&self, reserved: Reserved) {
        let turn = self.shape.free(reserved.at) + READY;
        self.turn(reserved.at).store(turn, Ordering::Release); // [T1] pairs with `claim` and `evict`
    }

    /// Hands the slot on without an item: it is never claimed.
    #[inline]
    pub fn abandon(&self, reserved: Reserved) {
        let turn = self.shape.free(reserved.at) + SKIP;
        self.turn(reserved.at).store(turn, Ordering::Release); // [T1] pairs with `claim` and `evict`
    }

    /// Hands the slot to who reserves it next.
    #[inline]
    pub fn release(&self, claimed: Claimed) {
        let turn = self.shape.lap_later(self.shape.free(claimed.at));
        self.turn(claimed.at).store(turn, Ordering::Release); // [T2] pairs with `reserve`
    }

    #[inline]
    pub(super) fn exchange(&self, cursor: &AtomicWord, at: Word) -> Result<Word, Word> {
        // Relaxed: the turn carries what there is to carry (T1, T2); this only decides who goes on.
        cursor.compare_exchange(at, self.shape.next(at), Ordering::Relaxed, Ordering::Relaxed)
    }
}

/// Out of line, and of the cursors: a call with the address of a [`Turns`] would keep that in memory in the steps before.
impl Cursors {
    /// So many looks for the slot of `at`, which has this turn, to come free; if it does not, why.
    ///
    /// Every look at `read` takes its line from the readers, of whom one is about to move it: so it is the last thing to be looked at.
    #[cold]
    #[inline(never)]
    pub(super) fn await_room(
        &self,
        shape: Shape,
        at: Word,
        turn: &AtomicWord,
        looks: Looks,
    ) -> Result<(), Refused> {
        let is_free = || turn.load(Ordering::Acquire) == shape.free(at); // [T2] pairs with `release`
        if looks.find(is_free) {
            return Ok(());
        }
        fence(Ordering::SeqCst); // [T3] pairs with itself, in another thread
        let read = self.read.load(Ordering::Relaxed); // after the fence
        Err(if shape.lap_later(read) == at { Refused::Full } else { Refused::Busy })
    }

    #[cold]
    #[inline(never)]
    pub(super) fn why_no_item(&self, at: Word) -> Refused {
        fence(Ordering::SeqCst); // [T3] pairs with itself, in another thread; [T4] with `evict`, by the word that led here
        let beside = &self.beside;
        let evicting = beside.evicting.load(Ordering::Acquire) != ZERO; // [T4] pairs with `renew`
        // Before the cursor, because it carries what was committed before ([C1]); never so but with a sole writer.
        let closed_beside = beside.life.is_closed();
        let write = self.write.load(Ordering::Relaxed); // after the fence, and both of these
        if write & !CLOSED != at || evicting {
            Refused::Busy
        } else if write & CLOSED != ZERO || closed_beside {
            Refused::Closed
        } else {
            Refused::Empty
        }
    }
}
