//! Several slots at a time.
use super::{Consumer, Producer};
use crate::error::{PopError, ReserveError};
use crate::memory::Keep;
use crate::shared::consumer::refused;
use crate::shared::producer::too_few;
use crate::slots::chain::{ReadGrant, WriteGrant};

/// Where slots need not lie next to each other.
impl<T, K: Keep> Producer<T, K> {
    /// Reserves `n` slots, to be filled in place; with `n` zero, none.
    ///
    /// They are reserved one after the other. Where they turn out to be too few they are handed back, and until this has returned others
    /// may find the ring full for their sake.
    ///
    /// # Errors
    /// [`ReserveError::TooLarge`] if `n` is more than the capacity, [`ReserveError::TooFew`] if there is some room but not for `n`,
    /// otherwise as [`reserve`](Self::reserve).
    ///
    /// # Progress
    /// Lock-free for each slot: see the module of the queue.
    pub fn reserve_many(&self, n: usize) -> Result<WriteGrant<'_, T>, ReserveError> {
        if self.capacity() < n {
            return Err(ReserveError::TooLarge);
        }
        self.ring().reserve_chain(n, n).map_err(too_few)
    }

    /// Reserves up to `n` slots, at least one unless `n` is zero.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve).
    ///
    /// # Progress
    /// As [`reserve_many`](Self::reserve_many).
    pub fn reserve_up_to(&self, n: usize) -> Result<WriteGrant<'_, T>, ReserveError> {
        self.ring().reserve_chain(1, n).map_err(too_few)
    }

    /// Pushes as many of `items` as there is room for, and tells how many. Those of others may come between them.
    ///
    /// # Progress
    /// As [`reserve_many`](Self::reserve_many).
    pub fn push_slice(&self, items: &[T]) -> usize
    where
        T: Copy,
    {
        let Ok(grant) = self.reserve_up_to(items.len()) else { return 0 };
        grant.fill_from(items.iter().copied())
    }
}

/// Where slots need not lie next to each other.
impl<T, K: Keep> Consumer<T, K> {
    /// Claims up to `n` items, at least one unless `n` is zero: one after the other, each the oldest when it is claimed.
    ///
    /// # Errors
    /// As [`pop`](Self::pop).
    ///
    /// # Progress
    /// Lock-free for each item: see the module of the queue.
    pub fn claim_up_to(&self, n: usize) -> Result<ReadGrant<'_, T>, PopError> {
        self.ring().claim_chain(n).map_err(refused)
    }

    /// Moves up to `items.len()` items out into `items`, oldest first, and tells how many. What they replace is dropped.
    ///
    /// # Panics
    /// Only if the drop of a replaced item does; those that were claimed and not moved yet are then dropped, and none of them twice.
    ///
    /// # Progress
    /// As [`claim_up_to`](Self::claim_up_to).
    pub fn pop_slice(&self, items: &mut [T]) -> usize {
        let Ok(grant) = self.claim_up_to(items.len()) else { return 0 };
        let n = grant.len();
        items.iter_mut().zip(grant).for_each(|(to, item)| *to = item);
        n
    }

    /// Drops up to `n` of the oldest items in place, no more than are in the ring now, and tells how many.
    ///
    /// # Panics
    /// Only if the drop of an item does; those that were claimed together with it are dropped all the same, and none of them twice.
    ///
    /// # Progress
    /// As [`claim_up_to`](Self::claim_up_to).
    pub fn skip(&self, n: usize) -> usize {
        self.claim_up_to(n.min(self.len())).map_or(0, |grant| grant.len())
    }
}
