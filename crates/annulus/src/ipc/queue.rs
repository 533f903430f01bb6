//! A ring that is open, and from which ends are taken.
use super::error::Error;
use super::segment::Segment;
use super::sitting::Sitting;
use super::wait::Patience;
use super::{Consumer, Plain, Producer, Receiver, Sender, Stat};
use annulus_protocol::life::End;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// A ring in shared memory. Dropping it gives nothing back: ends that were taken stay, and so does the ring.
///
/// Each end is one process's at a time, for as long as it keeps what [`producer`](Self::producer) or one of the
/// others returned. An end whose holder died is taken over, and goes on where it stopped.
pub struct Queue<T> {
    segment: Arc<Segment>,
    patience: Patience,
    _elements: PhantomData<fn(T) -> T>,
}

impl<T: Plain> Queue<T> {
    pub(super) fn new(segment: Arc<Segment>, spin: Option<Duration>) -> Self {
        Self { segment, patience: Patience::new(spin), _elements: PhantomData }
    }

    /// Takes the writing end, to push without ever waiting.
    ///
    /// # Errors
    /// [`Error::InUse`] if a living process has it, maybe this one; [`Error::Truncated`] or [`Error::Corrupt`] if the
    /// ring was damaged since it was opened; [`Error::Io`].
    pub fn producer(&self) -> Result<Producer<T>, Error> {
        Sitting::take(&self.segment, End::Writer).map(Producer::new)
    }

    /// Takes the reading end, to pop without ever waiting.
    ///
    /// # Errors
    /// As [`producer`](Self::producer).
    pub fn consumer(&self) -> Result<Consumer<T>, Error> {
        Sitting::take(&self.segment, End::Reader).map(Consumer::new)
    }

    /// Takes the writing end, to wait for room where there is none.
    ///
    /// # Errors
    /// As [`producer`](Self::producer).
    pub fn sender(&self) -> Result<Sender<T>, Error> {
        Ok(Sender::new(self.producer()?, self.patience))
    }

    /// Takes the reading end, to wait for items where there are none.
    ///
    /// # Errors
    /// As [`producer`](Self::producer).
    pub fn receiver(&self) -> Result<Receiver<T>, Error> {
        Ok(Receiver::new(self.consumer()?, self.patience))
    }

    /// Looks at the ring.
    ///
    /// # Errors
    /// [`Error::Truncated`] or [`Error::Corrupt`] if it was damaged since it was opened; [`Error::Io`].
    pub fn stat(&self) -> Result<Stat, Error> {
        self.segment.stat()
    }

    /// The name under which it was opened.
    pub fn name(&self) -> &str {
        self.segment.name()
    }

    /// How many elements fit.
    pub fn capacity(&self) -> usize {
        self.segment.capacity()
    }
}

impl<T> Clone for Queue<T> {
    fn clone(&self) -> Self {
        Self { segment: self.segment.clone(), patience: self.patience, _elements: PhantomData }
    }
}

impl<T> fmt::Debug for Queue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue")
            .field("name", &self.segment.name())
            .field("capacity", &self.segment.capacity())
            .finish_non_exhaustive()
    }
}
