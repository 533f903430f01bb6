//! A writer that takes the oldest item's slot.
use super::super::backoff::Backoff;
use super::super::pos::{ONE, Word, ZERO, count};
use super::super::sync::Ordering;
use super::shape::{CLOSED, READY, SKIP, is_negative};
use super::{Claimed, Refused, Turns};

/// The slot of the oldest item, claimed by a writer who will put another one in its place, at the other end of the queue.
#[must_use = "the slot is in everybody's way until `renew`"]
#[derive(Debug)]
pub struct Evicted {
    /// The position of the new item.
    at: Word,
}

impl Turns<'_> {
    /// Claims the oldest item if the ring is full, for another item to take its slot; `None` if there is room now.
    ///
    /// While the ring is full, the slot of the oldest item is the next one to write. So who has claimed it has that position as
    /// well: its turn is not free, and nobody can reserve it.
    ///
    /// The two cursors move one after the other. Who finds them at one position meanwhile must not take the ring for empty: the
    /// new item has its place already. So a writer is counted from before it moves the first (T4).
    ///
    /// # Errors
    /// [`Refused::Busy`] if somebody owns that slot, or [`Refused::Closed`].
    ///
    /// # Progress
    /// Lock-free: tries again only if another reservation went through, or past slots that were abandoned.
    pub fn evict(&self) -> Result<Option<Evicted>, Refused> {
        let mut lost = Backoff::new();
        loop {
            let at = self.cursors.write.load(Ordering::Relaxed); // the exchange below decides
            if at & CLOSED != ZERO {
                return Err(Refused::Closed);
            }
            let oldest = self.shape.lap_before(at);
            let turn = self.turn(at).load(Ordering::Acquire); // [T1] pairs with `commit`, `abandon` and `renew`
            let ahead = turn.wrapping_sub(self.shape.free(at));
            if ahead == ZERO {
                return Ok(None);
            } else if !is_negative(ahead) {
                lost = lost.wait(); // others have gone on
                continue;
            }
            let ahead = turn.wrapping_sub(self.shape.free(oldest));
            if ahead == READY {
                return self.evict_ready(at, oldest).map(Some);
            } else if ahead == SKIP {
                match self.exchange(&self.cursors.read, oldest) {
                    Ok(_) => self.release(Claimed { at: oldest }),
                    Err(_) => return Err(Refused::Busy), // lost only to somebody who claims the same slot
                }
            } else {
                // Not committed yet; or not handed on yet, though the cursors are past it, by one who renews.
                return Err(Refused::Busy);
            }
        }
    }

    fn evict_ready(&self, at: Word, oldest: Word) -> Result<Evicted, Refused> {
        let evicting = &self.cursors.beside.evicting;
        evicting.fetch_add(ONE, Ordering::Relaxed); // the exchange shows it
        let (next, order) = (self.shape.next(oldest), Ordering::Release); // [T4] pairs with the fence in `why_no_item`
        if self.cursors.read.compare_exchange(oldest, next, order, Ordering::Relaxed).is_ok() {
            return Ok(Evicted { at });
        }
        evicting.fetch_sub(ONE, Ordering::Relaxed); // nothing was done that anybody could miss
        Err(Refused::Busy) // lost only to somebody who claims the same slot
    }

    /// The index of a slot to write anew.
    pub fn index_to_renew(&self, evicted: &Evicted) -> usize {
        count(self.shape.index(evicted.at))
    }

    /// Hands the new item to who claims it.
    pub fn renew(&self, evicted: Evicted) {
        let Evicted { at } = evicted;
        let next = self.shape.next(at).wrapping_sub(at);
        // Nobody else moves it past a slot that is not free; but it may be closed meanwhile, and stay so.
        self.cursors.write.fetch_add(next, Ordering::Relaxed); // the turn carries what there is to carry (T1)
        // Between the two: after `write` has shown the new item, and before anybody can have taken it.
        self.cursors.beside.evicting.fetch_sub(ONE, Ordering::Release); // [T4] pairs with `why_no_item`
        let turn = self.shape.free(at) + READY;
        self.turn(at).store(turn, Ordering::Release); // [T1] pairs with `claim` and `evict`
    }
}
