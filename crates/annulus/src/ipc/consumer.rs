//! The reading end, which never waits.
use super::outcome::{GrantError, PopError, Stop};
use super::sitting::Sitting;
use super::{Plain, ReadGrant};
use crate::slots::Outlet;
use annulus_protocol::life::State;
use std::fmt;

/// The reading end of a ring between processes. It never waits; a [`Receiver`](super::Receiver) does.
///
/// When it is dropped, the ring closes and the end can be taken again. When its process is killed, what it did not release
/// is delivered again, to the next holder.
pub struct Consumer<T: Plain> {
    pub(super) outlet: Outlet<T>,
    pub(super) sitting: Sitting,
    closed: bool,
}

impl<T: Plain> Consumer<T> {
    pub(super) fn new(sitting: Sitting) -> Self {
        let lane = sitting.segment().lane();
        // SAFETY: the sitting is the only one at this end (M2), and keeps the segment as long as the outlet.
        Self { outlet: unsafe { Outlet::alone(lane) }, sitting, closed: false }
    }

    /// Copies the oldest element out.
    ///
    /// # Errors
    /// [`PopError`].
    ///
    /// # Progress
    /// Wait-free, but for a call of the system if the writer sleeps, or if the ring stays empty.
    #[inline]
    pub fn pop(&mut self) -> Result<T, PopError> {
        let value = match self.outlet.take() {
            Ok(value) => value,
            Err(_) => {
                if let Some(stop) = self.why_none() {
                    return Err(stop.popping());
                }
                self.outlet.take().map_err(|_| PopError::Corrupt)?
            }
        };
        self.sitting.tell();
        Ok(value)
    }

    /// Copies up to `items.len()` elements out into `items`, oldest first, and tells how many.
    ///
    /// # Progress
    /// Wait-free: a number of steps that grows with the number of elements, and a call of the system if the writer
    /// sleeps.
    #[inline]
    pub fn pop_slice(&mut self, items: &mut [T]) -> usize {
        let n = self.outlet.claim(items.len()).map_or(0, |grant| grant.copy_into(items));
        if n != 0 {
            self.sitting.tell();
        }
        n
    }

    /// Claims `n` elements, to be read in place; with `n` zero, none.
    ///
    /// # Errors
    /// [`GrantError`]; [`GrantError::TooFew`] if there are some elements but not `n`.
    ///
    /// # Progress
    /// Wait-free, but for a call of the system if the ring stays empty.
    pub fn claim_many(&mut self, n: usize) -> Result<ReadGrant<'_, T>, GrantError> {
        if self.capacity() < n {
            return Err(GrantError::TooLarge);
        }
        if self.ready() < n
            && let Some(stop) = self.why_fewer_than(n)
        {
            return Err(stop.granting(self.ready()));
        }
        self.granted(n)
    }

    /// Claims up to `n` elements, at least one unless `n` is zero.
    ///
    /// # Errors
    /// [`GrantError`].
    ///
    /// # Progress
    /// As [`claim_many`](Self::claim_many).
    pub fn claim_up_to(&mut self, n: usize) -> Result<ReadGrant<'_, T>, GrantError> {
        if n != 0
            && self.outlet.has_item().is_err()
            && let Some(stop) = self.why_none()
        {
            return Err(stop.granting(0));
        }
        self.granted(n)
    }

    /// What there is, up to `n`; something, unless `n` is zero.
    pub(super) fn granted(&mut self, n: usize) -> Result<ReadGrant<'_, T>, GrantError> {
        match self.outlet.claim(n) {
            Ok(grant) => Ok(ReadGrant::new(grant, self.sitting.told())),
            Err(_) => Err(GrantError::Corrupt),
        }
    }

    /// How many elements are in the ring. The writer may add more at any time; nobody takes any away.
    #[inline]
    pub fn len(&self) -> usize {
        self.outlet.available()
    }

    /// Whether the ring was empty just now.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many elements fit into the ring, in all.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.outlet.lane().size()
    }

    /// The name of the ring.
    pub fn name(&self) -> &str {
        self.sitting.segment().name()
    }

    /// Whether an end has closed. What is in the ring still comes out; a closed writing end may be opened again, by whoever
    /// takes it next.
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.closed || self.sitting.peer_life().is_closed()
    }

    /// Whether the ring is open, closing (what is in it still comes out) or closed.
    pub fn state(&self) -> State {
        match self.is_closed() {
            false => State::Open,
            true if self.is_empty() => State::Closed,
            true => State::Closing,
        }
    }

    /// Wants no more elements. Those in the ring still come out. Dropping the consumer does the same, and gives the end
    /// back.
    pub fn close(&mut self) {
        self.closed = true;
        self.sitting.life().close();
        self.sitting.tell();
    }

    /// How many elements a grant would have: unlike `len`, only what can be true.
    pub(super) fn ready(&mut self) -> usize {
        self.outlet.claim(usize::MAX).map_or(0, |grant| grant.len())
    }

    /// Why there is no element; nothing if there is one after all.
    #[cold]
    pub(super) fn why_none(&mut self) -> Option<Stop> {
        self.why_fewer_than(1)
    }

    /// Why there are fewer than `n`; nothing if there are not, after all.
    #[cold]
    pub(super) fn why_fewer_than(&mut self, n: usize) -> Option<Stop> {
        if self.outlet.was_misled() {
            return Some(Stop::Corrupt);
        }
        let stop = if self.is_closed() {
            Stop::Closed
        } else if let Some(pid) = self.sitting.dead_peer() {
            Stop::PeerDied(pid)
        } else {
            return Some(Stop::Idle);
        };
        // Closed [C1], or dead, so this look sees all that the writer ever committed.
        let enough = self.outlet.claim(n).is_ok_and(|grant| grant.len() == n);
        match (enough, self.outlet.was_misled()) {
            (true, _) => None,
            (false, true) => Some(Stop::Corrupt),
            (false, false) => Some(stop),
        }
    }
}

impl<T: Plain> Drop for Consumer<T> {
    fn drop(&mut self) {
        self.outlet.leave();
        self.close();
    }
}

impl<T: Plain> fmt::Debug for Consumer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (released, committed) = self.outlet.lane().cursors().positions();
        f.debug_struct("Consumer")
            .field("name", &self.name())
            .field("committed", &committed)
            .field("released", &released)
            .field("capacity", &self.capacity())
            .field("state", &self.state())
            .finish()
    }
}
