//! A writer that takes the oldest item's slot.
use super::super::pos::{ONE, Word, ZERO, count};
use super::{Pool, Refused};

/// The slot of the oldest item, claimed by a writer who will put another one in its place, at the other end of the queue.
#[must_use = "a slot that is forgotten is lost"]
#[derive(Debug)]
pub struct Evicted {
    index: Word,
}

impl Pool<'_> {
    /// Claims the oldest item if no slot is free, for another item to take its slot; `None` if one is free.
    ///
    /// Two looks, one after the other: at the free slots, and at the items. A slot that becomes free between them may go unnoticed.
    /// Whoever evicts is a reader of the old item and a writer of the new one.
    ///
    /// # Errors
    /// [`Refused::Full`] if no slot was free, and then there was no item: all slots have owners. Or [`Refused::Closed`].
    ///
    /// # Progress
    /// Lock-free: tries again only if another step on the ready slots, or another eviction, went through.
    pub fn evict(&self) -> Result<Option<Evicted>, Refused> {
        let closing = &self.cursors.closing;
        if self.is_closed() {
            return Err(self.closed());
        }
        if self.free.len() != ZERO {
            return Ok(None);
        }
        // First: whoever finds the pool closed has to know that something may still be committed.
        if !closing.count_evicted(self.shape) {
            return Err(self.closed());
        }
        match self.ready.take() {
            Ok(index) => Ok(Some(Evicted { index })),
            Err(_) => {
                closing.count_abandoned(self.shape, ONE);
                if self.is_closed() {
                    return Err(self.closed());
                }
                if self.free.len() != ZERO { Ok(None) } else { Err(Refused::Full) }
            }
        }
    }

    /// The index of a slot to write anew.
    pub fn index_to_renew(&self, evicted: &Evicted) -> usize {
        count(evicted.index)
    }

    /// Hands the new item to who claims it, behind all that was committed before.
    ///
    /// # Progress
    /// Lock-free, as [`commit`](Self::commit).
    pub fn renew(&self, evicted: Evicted) {
        self.ready.put(evicted.index);
    }
}
