//! The ends that pop.
use super::{Claim, Presence, ReadGrant};
use crate::error::{ClaimError, PopError};
use crate::slots::shared::Shared;
use alloc::sync::Arc;
use annulus_protocol::turns::Refused;
use core::fmt;

/// An end that pops. Clone it for more.
pub struct Consumer<T> {
    ring: Arc<Shared<T>>,
    presence: Arc<Presence<T>>,
}

impl<T> Consumer<T> {
    pub(super) fn new(ring: Arc<Shared<T>>) -> Self {
        Self { presence: Arc::new(Presence { ring: ring.clone() }), ring }
    }

    fn ring(&self) -> &Shared<T> {
        &self.ring
    }

    /// Moves the oldest item out.
    ///
    /// # Errors
    /// [`PopError::Empty`]; [`PopError::Busy`] if the oldest slot is reserved and not committed yet; [`PopError::Closed`] if the
    /// ring is empty and closed.
    ///
    /// # Progress
    /// Lock-free: see the [module](super).
    #[inline]
    pub fn pop(&self) -> Result<T, PopError> {
        self.ring().take().map_err(refused)
    }

    /// Claims the oldest item, to be worked on in place.
    ///
    /// # Errors
    /// As [`pop`](Self::pop).
    ///
    /// # Progress
    /// Lock-free: see the [module](super).
    #[inline]
    pub fn claim(&self) -> Result<Claim<'_, T>, PopError> {
        self.ring().claim().map_err(refused)
    }

    /// Claims `n` items next to each other, to be worked on in place; with `n` zero, none.
    ///
    /// # Errors
    /// [`ClaimError::TooLarge`] if `n` is more than the capacity, [`ClaimError::TooFew`] if there are some items but not `n` before one
    /// that is being written or was abandoned, otherwise as [`pop`](Self::pop).
    ///
    /// # Progress
    /// Lock-free: see the [module](super). A number of steps that grows with `n`.
    pub fn claim_many(&self, n: usize) -> Result<ReadGrant<'_, T>, ClaimError> {
        if self.capacity() < n {
            return Err(ClaimError::TooLarge);
        }
        self.ring().claim_run(n, n).map_err(too_few)
    }

    /// Claims up to `n` items, at least one unless `n` is zero.
    ///
    /// # Errors
    /// As [`pop`](Self::pop).
    ///
    /// # Progress
    /// As [`claim_many`](Self::claim_many).
    pub fn claim_up_to(&self, n: usize) -> Result<ReadGrant<'_, T>, PopError> {
        self.ring().claim_run(1, n).map_err(|(why, _)| refused(why))
    }

    /// Moves up to `items.len()` items out into `items`, oldest first, and tells how many. What they replace is dropped.
    ///
    /// # Progress
    /// As [`claim_many`](Self::claim_many).
    pub fn pop_slice(&self, items: &mut [T]) -> usize {
        let Ok(grant) = self.claim_up_to(items.len()) else { return 0 };
        let n = grant.len();
        items.iter_mut().zip(grant).for_each(|(to, item)| *to = item);
        n
    }

    /// How many items were in the ring a moment ago, those that are being written counted as well. Never more than the capacity.
    pub fn len(&self) -> usize {
        self.ring().len()
    }

    /// Whether the ring was empty a moment ago.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many items fit into the ring, in all.
    pub fn capacity(&self) -> usize {
        self.ring().size()
    }

    /// How many consumers there were a moment ago.
    pub fn consumers(&self) -> usize {
        Arc::strong_count(&self.presence)
    }

    /// Whether nothing goes in any more. What is in the ring still comes out.
    pub fn is_closed(&self) -> bool {
        self.ring().is_closed()
    }

    /// Lets nothing in any more. What is in the ring still comes out.
    pub fn close(&self) {
        self.ring().close();
    }
}

fn too_few((why, available): (Refused, usize)) -> ClaimError {
    match refused(why) {
        _ if available != 0 => ClaimError::TooFew { available },
        PopError::Closed => ClaimError::Closed,
        PopError::Busy => ClaimError::Busy,
        PopError::Empty => ClaimError::Empty,
    }
}

fn refused(why: Refused) -> PopError {
    match why {
        Refused::Closed => PopError::Closed,
        Refused::Busy => PopError::Busy,
        Refused::Empty | Refused::Full => PopError::Empty,
    }
}

impl<T> Clone for Consumer<T> {
    fn clone(&self) -> Self {
        Self { ring: self.ring.clone(), presence: self.presence.clone() }
    }
}

impl<T> fmt::Debug for Consumer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer").field("ring", self.ring()).finish()
    }
}
