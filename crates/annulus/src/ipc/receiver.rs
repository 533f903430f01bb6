//! The reading end, which waits for items.
use super::outcome::{GrantError, PopError, RecvError, Stop};
use super::wait::{Patience, Woken, after};
use super::{Consumer, Plain, ReadGrant};
use annulus_protocol::life::State;
use std::time::{Duration, Instant};

/// The reading end of a ring between processes, which waits where there is nothing. A [`Consumer`] never does.
///
/// Waiting ends when there is an element, when the writing end closes, and within 100 ms when the process that has it
/// dies. As long as nobody has come to write, it is waited for. What was committed is delivered before any of this is
/// reported.
#[derive(Debug)]
pub struct Receiver<T: Plain> {
    consumer: Consumer<T>,
    patience: Patience,
}

impl<T: Plain> Receiver<T> {
    pub(super) fn new(consumer: Consumer<T>, patience: Patience) -> Self {
        Self { consumer, patience }
    }

    /// Receives an element if there is one now.
    ///
    /// # Errors
    /// As [`Consumer::pop`].
    ///
    /// # Progress
    /// As [`Consumer::pop`].
    #[inline]
    pub fn try_recv(&mut self) -> Result<T, PopError> {
        self.consumer.pop()
    }

    /// Receives an element, and waits for one.
    ///
    /// # Errors
    /// [`RecvError`]; never `Timeout`.
    ///
    /// # Progress
    /// Waits for the writer. Where there is an element, as [`Consumer::pop`].
    #[inline]
    pub fn recv(&mut self) -> Result<T, RecvError> {
        self.recv_until(|| None)
    }

    /// Receives an element, and waits for one, but not longer than `timeout`.
    ///
    /// # Errors
    /// [`RecvError`].
    ///
    /// # Progress
    /// As [`recv`](Self::recv), for a limited time.
    #[inline]
    pub fn recv_timeout(&mut self, timeout: Duration) -> Result<T, RecvError> {
        self.recv_until(|| after(timeout))
    }

    /// Receives an element, and waits for one, but not longer than until `deadline`.
    ///
    /// # Errors
    /// [`RecvError`].
    ///
    /// # Progress
    /// As [`recv`](Self::recv), for a limited time.
    #[inline]
    pub fn recv_deadline(&mut self, deadline: Instant) -> Result<T, RecvError> {
        self.recv_until(|| Some(deadline))
    }

    #[inline]
    fn recv_until(&mut self, deadline: impl FnOnce() -> Option<Instant>) -> Result<T, RecvError> {
        match self.consumer.outlet.take() {
            Ok(value) => {
                self.consumer.sitting.tell();
                Ok(value)
            }
            Err(_) => self.recv_later(deadline()),
        }
    }

    #[cold]
    fn recv_later(&mut self, deadline: Option<Instant>) -> Result<T, RecvError> {
        self.wait_for(1, deadline).map_err(Stop::receiving)?;
        self.consumer.pop().map_err(|_| RecvError::Corrupt) // an item does not go away
    }

    /// Receives as many elements as there are and fit into `items`, at least one unless that is empty, and waits for that
    /// one. Tells how many.
    ///
    /// # Errors
    /// [`RecvError`]; never `Timeout`.
    ///
    /// # Progress
    /// As [`recv`](Self::recv).
    pub fn recv_slice(&mut self, items: &mut [T]) -> Result<usize, RecvError> {
        self.recv_slice_until(items, None)
    }

    /// The same, but waits no longer than `timeout`.
    ///
    /// # Errors
    /// [`RecvError`].
    ///
    /// # Progress
    /// As [`recv`](Self::recv), for a limited time.
    pub fn recv_slice_timeout(&mut self, items: &mut [T], timeout: Duration) -> Result<usize, RecvError> {
        self.recv_slice_until(items, after(timeout))
    }

    fn recv_slice_until(&mut self, items: &mut [T], deadline: Option<Instant>) -> Result<usize, RecvError> {
        if items.is_empty() {
            return Ok(0);
        }
        let received = self.consumer.pop_slice(items);
        if received != 0 {
            return Ok(received);
        }
        self.wait_for(1, deadline).map_err(Stop::receiving)?;
        Ok(self.consumer.pop_slice(items))
    }

    /// Waits for `n` elements, to be read in place; with `n` zero, none.
    ///
    /// # Errors
    /// [`GrantError`]; never `None` or `Timeout`. [`GrantError::TooFew`] if the writer is gone and left fewer.
    ///
    /// # Progress
    /// As [`recv`](Self::recv).
    pub fn claim(&mut self, n: usize) -> Result<ReadGrant<'_, T>, GrantError> {
        self.claim_between(n, n, None)
    }

    /// Waits for at least one element and grants up to `n`, to be read in place; with `n` zero, none.
    ///
    /// # Errors
    /// [`GrantError`]; never `None` or `Timeout`.
    ///
    /// # Progress
    /// As [`recv`](Self::recv).
    pub fn claim_up_to(&mut self, n: usize) -> Result<ReadGrant<'_, T>, GrantError> {
        self.claim_between(n.min(1), n, None)
    }

    /// The same, but waits no longer than `timeout`.
    ///
    /// # Errors
    /// [`GrantError`]; never `None`.
    ///
    /// # Progress
    /// As [`recv`](Self::recv), for a limited time.
    pub fn claim_up_to_timeout(
        &mut self,
        n: usize,
        timeout: Duration,
    ) -> Result<ReadGrant<'_, T>, GrantError> {
        self.claim_between(n.min(1), n, after(timeout))
    }

    fn claim_between(
        &mut self,
        least: usize,
        most: usize,
        deadline: Option<Instant>,
    ) -> Result<ReadGrant<'_, T>, GrantError> {
        if self.capacity() < least {
            return Err(GrantError::TooLarge);
        }
        if let Err(stop) = self.wait_for(least, deadline) {
            return Err(stop.granting(self.len()));
        }
        self.consumer.granted(most)
    }

    /// Waits until there are `n` elements; `n` is at most the capacity.
    #[cold]
    fn wait_for(&mut self, n: usize, deadline: Option<Instant>) -> Result<(), Stop> {
        loop {
            if n <= self.consumer.ready() {
                return Ok(());
            }
            match self.consumer.why_fewer_than(n) {
                Some(Stop::Idle) => {}
                Some(stop) => return Err(stop),
                None => return Ok(()),
            }
            let Consumer { outlet, sitting, .. } = &mut self.consumer;
            let lane = *outlet.lane();
            let ready = || n <= outlet.available() || lane.cursors().writer().is_closed();
            if self.patience.wait(sitting, deadline, ready) == Woken::TimedOut {
                return Err(Stop::Timeout);
            }
        }
    }

    /// The same end, to pop without waiting.
    pub fn consumer(&mut self) -> &mut Consumer<T> {
        &mut self.consumer
    }

    /// As [`Consumer::len`].
    pub fn len(&self) -> usize {
        self.consumer.len()
    }

    /// As [`Consumer::is_empty`].
    pub fn is_empty(&self) -> bool {
        self.consumer.is_empty()
    }

    /// As [`Consumer::capacity`].
    pub fn capacity(&self) -> usize {
        self.consumer.capacity()
    }

    /// The name of the ring.
    pub fn name(&self) -> &str {
        self.consumer.name()
    }

    /// As [`Consumer::is_closed`].
    pub fn is_closed(&self) -> bool {
        self.consumer.is_closed()
    }

    /// As [`Consumer::state`].
    pub fn state(&self) -> State {
        self.consumer.state()
    }

    /// As [`Consumer::close`].
    pub fn close(&mut self) {
        self.consumer.close();
    }
}
