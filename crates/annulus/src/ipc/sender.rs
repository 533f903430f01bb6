//! The writing end, which waits for room.
use super::outcome::{GrantError, PushError, SendError, Stop};
use super::wait::{Patience, Woken, after};
use super::{Plain, Producer, WriteGrant};
use annulus_protocol::life::State;
use std::time::{Duration, Instant};

/// The writing end of a ring between processes, which waits where there is no room. A [`Producer`] never does.
///
/// Waiting ends when there is room, when the reading end closes, and within 100 ms when the process that has it dies.
/// As long as nobody has come to read, it is waited for.
#[derive(Debug)]
pub struct Sender<T: Plain> {
    producer: Producer<T>,
    patience: Patience,
}

impl<T: Plain> Sender<T> {
    pub(super) fn new(producer: Producer<T>, patience: Patience) -> Self {
        Self { producer, patience }
    }

    /// Sends an element if there is room now.
    ///
    /// # Errors
    /// As [`Producer::push`].
    ///
    /// # Progress
    /// As [`Producer::push`].
    #[inline]
    pub fn try_send(&mut self, value: T) -> Result<(), PushError<T>> {
        self.producer.push(value)
    }

    /// Sends an element, and waits for room.
    ///
    /// # Errors
    /// [`SendError`] with the element; never `Timeout`.
    ///
    /// # Progress
    /// Waits for the reader. Where there is room, as [`Producer::push`].
    #[inline]
    pub fn send(&mut self, value: T) -> Result<(), SendError<T>> {
        self.send_until(value, || None)
    }

    /// Sends an element, and waits for room, but not longer than `timeout`.
    ///
    /// # Errors
    /// [`SendError`] with the element.
    ///
    /// # Progress
    /// As [`send`](Self::send), for a limited time.
    #[inline]
    pub fn send_timeout(&mut self, value: T, timeout: Duration) -> Result<(), SendError<T>> {
        self.send_until(value, || after(timeout))
    }

    /// Sends an element, and waits for room, but not longer than until `deadline`.
    ///
    /// # Errors
    /// [`SendError`] with the element.
    ///
    /// # Progress
    /// As [`send`](Self::send), for a limited time.
    #[inline]
    pub fn send_deadline(&mut self, value: T, deadline: Instant) -> Result<(), SendError<T>> {
        self.send_until(value, || Some(deadline))
    }

    #[inline]
    fn send_until(
        &mut self,
        value: T,
        deadline: impl FnOnce() -> Option<Instant>,
    ) -> Result<(), SendError<T>> {
        match self.producer.inlet.put(value) {
            Ok(()) => {
                self.producer.sitting.tell();
                Ok(())
            }
            Err(value) => self.send_later(value, deadline()),
        }
    }

    #[cold]
    fn send_later(&mut self, value: T, deadline: Option<Instant>) -> Result<(), SendError<T>> {
        if let Err(stop) = self.wait_for(1, deadline) {
            return Err(stop.sending(value));
        }
        match self.producer.push(value) {
            Ok(()) => Ok(()),
            Err(error) => Err(SendError::Corrupt(error.into_inner())), // room does not go away
        }
    }

    /// Sends as many elements as fit, at least one unless there are none, and waits for room for that one. Tells how many
    /// were sent.
    ///
    /// # Errors
    /// [`SendError`]; nothing was sent then.
    ///
    /// # Progress
    /// As [`send`](Self::send).
    pub fn send_slice(&mut self, items: &[T]) -> Result<usize, SendError<()>> {
        self.send_slice_until(items, None)
    }

    /// The same, but waits no longer than `timeout`.
    ///
    /// # Errors
    /// [`SendError`]; nothing was sent then.
    ///
    /// # Progress
    /// As [`send`](Self::send), for a limited time.
    pub fn send_slice_timeout(&mut self, items: &[T], timeout: Duration) -> Result<usize, SendError<()>> {
        self.send_slice_until(items, after(timeout))
    }

    fn send_slice_until(&mut self, items: &[T], deadline: Option<Instant>) -> Result<usize, SendError<()>> {
        if items.is_empty() {
            return Ok(0);
        }
        let sent = self.producer.push_slice(items);
        if sent != 0 {
            return Ok(sent);
        }
        self.wait_for(1, deadline).map_err(|stop| stop.sending(()))?;
        Ok(self.producer.push_slice(items))
    }

    /// Sends all elements, and waits for room as often as need be.
    ///
    /// # Errors
    /// [`SendError`] with the number of those that were sent.
    ///
    /// # Progress
    /// As [`send`](Self::send), again and again.
    pub fn send_all(&mut self, items: &[T]) -> Result<(), SendError<usize>> {
        let mut sent = 0;
        while sent < items.len() {
            match self.send_slice(&items[sent..]) {
                Ok(n) => sent += n,
                Err(error) => return Err(error.map(|()| sent)),
            }
        }
        Ok(())
    }

    /// Waits for `n` slots, to be filled in place; with `n` zero, none.
    ///
    /// # Errors
    /// [`GrantError`]; never `None` or `Timeout`.
    ///
    /// # Progress
    /// As [`send`](Self::send).
    pub fn reserve(&mut self, n: usize) -> Result<WriteGrant<'_, T>, GrantError> {
        self.reserve_between(n, n, None)
    }

    /// Waits for at least one slot and grants up to `n`, to be filled in place; with `n` zero, none.
    ///
    /// # Errors
    /// [`GrantError`]; never `None` or `Timeout`.
    ///
    /// # Progress
    /// As [`send`](Self::send).
    pub fn reserve_up_to(&mut self, n: usize) -> Result<WriteGrant<'_, T>, GrantError> {
        self.reserve_between(n.min(1), n, None)
    }

    /// The same, but waits no longer than `timeout`.
    ///
    /// # Errors
    /// [`GrantError`]; never `None`.
    ///
    /// # Progress
    /// As [`send`](Self::send), for a limited time.
    pub fn reserve_up_to_timeout(
        &mut self,
        n: usize,
        timeout: Duration,
    ) -> Result<WriteGrant<'_, T>, GrantError> {
        self.reserve_between(n.min(1), n, after(timeout))
    }

    fn reserve_between(
        &mut self,
        least: usize,
        most: usize,
        deadline: Option<Instant>,
    ) -> Result<WriteGrant<'_, T>, GrantError> {
        if self.capacity() < least {
            return Err(GrantError::TooLarge);
        }
        if let Err(stop) = self.wait_for(least, deadline) {
            return Err(stop.granting(self.vacant()));
        }
        Ok(self.producer.granted(most))
    }

    /// Waits until `n` elements fit; `n` is at most the capacity.
    #[cold]
    fn wait_for(&mut self, n: usize, deadline: Option<Instant>) -> Result<(), Stop> {
        loop {
            if self.producer.inlet.has_room_for(n) {
                return Ok(());
            }
            match self.producer.why_no_room_for(n) {
                Stop::Idle => {}
                stop => return Err(stop),
            }
            let Producer { inlet, sitting } = &mut self.producer;
            let lane = *inlet.lane();
            let ready = || n <= inlet.vacant() || lane.cursors().reader().is_closed();
            if self.patience.wait(sitting, deadline, ready) == Woken::TimedOut {
                return Err(Stop::Timeout);
            }
        }
    }

    /// Waits until the reader has taken everything, but not longer than `timeout`. Tells whether it has.
    ///
    /// # Errors
    /// [`SendError`] with how many elements are left, if the reader is gone.
    ///
    /// # Progress
    /// As [`send`](Self::send), for a limited time.
    pub fn drained(&mut self, timeout: Duration) -> Result<(), SendError<usize>> {
        let capacity = self.capacity();
        self.wait_for(capacity, after(timeout)).map_err(|stop| stop.sending(self.producer.len()))
    }

    /// The same end, to push without waiting.
    pub fn producer(&mut self) -> &mut Producer<T> {
        &mut self.producer
    }

    /// As [`Producer::vacant`].
    pub fn vacant(&self) -> usize {
        self.producer.vacant()
    }

    /// As [`Producer::len`].
    pub fn len(&self) -> usize {
        self.producer.len()
    }

    /// As [`Producer::is_empty`].
    pub fn is_empty(&self) -> bool {
        self.producer.is_empty()
    }

    /// As [`Producer::capacity`].
    pub fn capacity(&self) -> usize {
        self.producer.capacity()
    }

    /// The name of the ring.
    pub fn name(&self) -> &str {
        self.producer.name()
    }

    /// As [`Producer::is_closed`].
    pub fn is_closed(&self) -> bool {
        self.producer.is_closed()
    }

    /// As [`Producer::state`].
    pub fn state(&self) -> State {
        self.producer.state()
    }

    /// As [`Producer::close`].
    pub fn close(&mut self) {
        self.producer.close();
    }
}
