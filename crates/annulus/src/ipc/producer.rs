//! The writing end, which never waits.
use super::outcome::{GrantError, PushError, Stop};
use super::sitting::Sitting;
use super::{Plain, WriteGrant};
use crate::slots::Inlet;
use annulus_protocol::life::State;
use std::fmt;

/// The writing end of a ring between processes. It never waits; a [`Sender`](super::Sender) does.
///
/// When it is dropped, the ring closes and the end can be taken again. When its process is killed, what it committed is
/// delivered, and the next holder goes on after it.
pub struct Producer<T: Plain> {
    pub(super) inlet: Inlet<T>,
    pub(super) sitting: Sitting,
}

impl<T: Plain> Producer<T> {
    pub(super) fn new(sitting: Sitting) -> Self {
        let lane = sitting.segment().lane();
        // SAFETY: the sitting is the only one at this end (M2), and keeps the segment as long as the inlet.
        Self { inlet: unsafe { Inlet::new(lane) }, sitting }
    }

    /// Copies one element into the ring.
    ///
    /// # Errors
    /// [`PushError`] with the element. `Closed` and `PeerDied` are found only where the ring is full.
    ///
    /// # Progress
    /// Wait-free, but for a call of the system if the reader sleeps, or if the ring stays full.
    #[inline]
    pub fn push(&mut self, value: T) -> Result<(), PushError<T>> {
        match self.inlet.put(value) {
            Ok(()) => {
                self.sitting.tell();
                Ok(())
            }
            Err(value) => Err(self.why_no_room_for(1).pushing(value)),
        }
    }

    /// Copies as many elements into the ring as fit, in order, and tells how many. They become visible together.
    ///
    /// # Progress
    /// Wait-free: a number of steps that grows with the number of elements, and a call of the system if the reader
    /// sleeps.
    #[inline]
    pub fn push_slice(&mut self, items: &[T]) -> usize {
        let grant = self.inlet.reserve(items.len());
        let n = grant.len();
        if n != 0 {
            grant.fill_copy(&items[..n]);
            self.sitting.tell();
        }
        n
    }

    /// Reserves `n` slots, to be filled in place; with `n` zero, none.
    ///
    /// # Errors
    /// [`GrantError`]; [`GrantError::TooFew`] if there is some room but not for `n`.
    ///
    /// # Progress
    /// Wait-free, but for a call of the system if the ring stays full.
    pub fn reserve_many(&mut self, n: usize) -> Result<WriteGrant<'_, T>, GrantError> {
        if self.capacity() < n {
            return Err(GrantError::TooLarge);
        }
        if !self.inlet.has_room_for(n) {
            return Err(self.why_no_room_for(n).granting(self.vacant()));
        }
        Ok(self.granted(n))
    }

    /// Reserves up to `n` slots, at least one unless `n` is zero.
    ///
    /// # Errors
    /// [`GrantError`].
    ///
    /// # Progress
    /// As [`reserve_many`](Self::reserve_many).
    pub fn reserve_up_to(&mut self, n: usize) -> Result<WriteGrant<'_, T>, GrantError> {
        if n != 0 && !self.inlet.has_room() {
            return Err(self.why_no_room_for(1).granting(0));
        }
        Ok(self.granted(n))
    }

    /// What there is room for, up to `n`.
    pub(super) fn granted(&mut self, n: usize) -> WriteGrant<'_, T> {
        WriteGrant::new(self.inlet.reserve(n), self.sitting.told())
    }

    /// How many elements surely fit now. The reader may make more room at any time; nobody can make less.
    #[inline]
    pub fn vacant(&self) -> usize {
        self.inlet.vacant()
    }

    /// How many elements are in the ring: at most so many, for the reader may take some at any time.
    #[inline]
    pub fn len(&self) -> usize {
        let cursors = self.inlet.lane().cursors();
        annulus_protocol::pos::count(cursors.occupied(annulus_protocol::pos::word(self.capacity())))
    }

    /// Whether the ring was empty just now.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether there was no room just now.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.inlet.is_full()
    }

    /// How many elements fit into the ring, in all.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.inlet.lane().size()
    }

    /// The name of the ring.
    pub fn name(&self) -> &str {
        self.sitting.segment().name()
    }

    /// Whether an end has closed. A closed reading end may be opened again, by whoever takes it next.
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.inlet.is_stopped() || self.sitting.peer_life().is_closed()
    }

    /// Whether the ring is open, closing (what is in it still comes out) or closed. To this end it is closed as soon as the reading end
    /// has closed, for nobody need come for what is left.
    pub fn state(&self) -> State {
        self.inlet.lane().cursors().state()
    }

    /// Pushes no more. What was pushed still comes out. Dropping the producer does the same, and gives the end back.
    pub fn close(&mut self) {
        self.inlet.stop();
        self.sitting.life().close();
        self.sitting.tell();
    }

    /// Why there is no room for `n`.
    #[cold]
    pub(super) fn why_no_room_for(&mut self, n: usize) -> Stop {
        if self.inlet.was_misled() {
            return Stop::Corrupt;
        }
        if self.is_closed() {
            return Stop::Closed;
        }
        match self.sitting.dead_peer() {
            Some(_) if self.inlet.has_room_for(n) => Stop::Idle, // it released something before it died
            Some(pid) => Stop::PeerDied(pid),
            None => Stop::Idle,
        }
    }
}

impl<T: Plain> Drop for Producer<T> {
    fn drop(&mut self) {
        self.close();
    }
}

impl<T: Plain> fmt::Debug for Producer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (released, committed) = self.inlet.lane().cursors().positions();
        f.debug_struct("Producer")
            .field("name", &self.name())
            .field("committed", &committed)
            .field("released", &released)
            .field("capacity", &self.capacity())
            .field("state", &self.state())
            .finish()
    }
}
