//! The end that writes.
use super::rest::{Leave, WriterRest};
use super::{Grant, GrantOwnedError, Heap, Keep, OwnedGrant, WritePipeline};
use crate::error::GrantError;
use crate::slots::bytes::owned::Owned;
use crate::slots::bytes::pipe::InPipe;
use crate::slots::bytes::{Inlet, Stream};
use annulus_protocol::bip::Cursors;
use annulus_protocol::life::{End, State};
use core::fmt;

/// The end that writes. It never waits, and there is one to a ring, so its operations take `&mut self`.
///
/// `K` says who keeps the ring alive: [`Heap`], or [`Borrowed`](super::Borrowed) for a lifetime.
///
/// When it is dropped, the ring closes: the reader gets what is left, then [`ReadError::Closed`](super::ReadError).
pub struct Writer<K: Keep = Heap<u8>> {
    inlet: Inlet,
    rest: WriterRest<K>,
}

impl<K: Keep> Writer<K> {
    pub(super) fn new(inlet: Inlet, keep: K) -> Self {
        let leave = Leave::new(keep, *inlet.stream(), End::Writer);
        Self { inlet, rest: WriterRest { leave, stopped: false } }
    }

    pub(super) fn put_together(inlet: Inlet, rest: WriterRest<K>) -> Self {
        Self { inlet, rest }
    }

    pub(super) fn stream(&self) -> &Stream {
        self.inlet.stream()
    }

    /// Room for exactly `n` bytes, next to each other; with `n` zero, none. Nothing moves until [`Grant::commit`].
    ///
    /// # Errors
    /// [`GrantError::TooLarge`] if `n` is more than the capacity, [`GrantError::Full`] if there is not so much room in one piece now,
    /// [`GrantError::Closed`] instead of that if an end has closed. An empty ring is never full, whatever `n`.
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn grant_exact(&mut self, n: usize) -> Result<Grant<'_>, GrantError> {
        if self.capacity() < n {
            return Err(GrantError::TooLarge);
        }
        self.grant_within(n)
    }

    /// The same for an `n` that is known to be at most the capacity.
    #[inline]
    pub(crate) fn grant_within(&mut self, n: usize) -> Result<Grant<'_>, GrantError> {
        debug_assert!(n <= self.capacity());
        let (stream, stopped) = (*self.inlet.stream(), self.rest.stopped);
        if stopped && n != 0 {
            return Err(GrantError::Closed);
        }
        self.inlet.reserve_exact(n).ok_or_else(|| why_full(stream.cursors()))
    }

    /// Room for as many of `n` bytes as there can be next to each other now, at least one unless `n` is zero.
    ///
    /// # Errors
    /// [`GrantError::Full`] or [`GrantError::Closed`].
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn grant_up_to(&mut self, n: usize) -> Result<Grant<'_>, GrantError> {
        let (stream, stopped) = (*self.inlet.stream(), self.rest.stopped);
        if stopped && n != 0 {
            return Err(GrantError::Closed);
        }
        let grant = self.inlet.reserve_up_to(n);
        if grant.is_empty() && n != 0 { Err(why_full(stream.cursors())) } else { Ok(grant) }
    }

    /// The largest grant that can be had now: all of the ring, if it is empty.
    ///
    /// # Errors
    /// [`GrantError::Full`] or [`GrantError::Closed`].
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn grant_largest(&mut self) -> Result<Grant<'_>, GrantError> {
        self.grant_up_to(self.capacity())
    }

    /// As [`grant_exact`](Self::grant_exact), with the writer in the grant: it borrows nothing but what keeps the ring, and gives the writer
    /// back when it is committed.
    ///
    /// # Errors
    /// The writer, with the reason: as [`grant_exact`](Self::grant_exact).
    ///
    /// # Progress
    /// Wait-free.
    #[allow(clippy::result_large_err, reason = "the writer is as large as it is, and is handed back")]
    pub fn grant_owned(mut self, n: usize) -> Result<OwnedGrant<K>, GrantOwnedError<K>> {
        match self.grant_exact(n) {
            Ok(_) => Ok(self.into_grant(n)), // it does not become less
            Err(reason) => Err(GrantOwnedError { writer: self, reason }),
        }
    }

    /// As [`grant_up_to`](Self::grant_up_to), with the writer in the grant.
    ///
    /// # Errors
    /// The writer, with the reason: as [`grant_up_to`](Self::grant_up_to).
    ///
    /// # Progress
    /// Wait-free.
    #[allow(clippy::result_large_err, reason = "the writer is as large as it is, and is handed back")]
    pub fn grant_owned_up_to(mut self, n: usize) -> Result<OwnedGrant<K>, GrantOwnedError<K>> {
        match self.grant_up_to(n) {
            Ok(_) => Ok(self.into_grant(n)), // it does not become less
            Err(reason) => Err(GrantOwnedError { writer: self, reason }),
        }
    }

    fn into_grant(self, n: usize) -> OwnedGrant<K> {
        Owned::reserve(self.inlet, n, self.rest)
    }

    /// For several grants in flight at a time, up to `N`.
    ///
    /// A pipeline of no place does not compile.
    ///
    /// ```compile_fail,E0080
    /// let (writer, _reader) = annulus::bytes::stream(8);
    /// let nothing = writer.into_pipeline::<0>();
    /// ```
    pub fn into_pipeline<const N: usize>(self) -> WritePipeline<K, N> {
        WritePipeline::new(InPipe::new(self.inlet), self.rest)
    }

    /// Copies as many of `bytes` as there is room for, and tells how many. They need not lie next to each other: no byte is left
    /// out. Visible to the reader all at once, or in two steps where they wrap.
    ///
    /// # Progress
    /// Wait-free: a number of steps that does not depend on the number of bytes, and copying them.
    pub fn push_slice(&mut self, bytes: &[u8]) -> usize {
        if self.rest.stopped {
            return 0;
        }
        let first = self.push_next(bytes);
        first + self.push_next(&bytes[first..])
    }

    fn push_next(&mut self, bytes: &[u8]) -> usize {
        let mut grant = self.inlet.reserve_next(bytes.len());
        let n = grant.len();
        grant.copy_from_slice(&bytes[..n]);
        grant.commit(n);
        n
    }

    /// How many bytes [`push_slice`](Self::push_slice) surely has room for now; they need not lie next to each other. The reader may make more
    /// room at any time; nobody can make less.
    #[inline]
    pub fn vacant(&self) -> usize {
        if self.rest.stopped { 0 } else { self.inlet.vacant() }
    }

    /// How many bytes fit into the ring, in all.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.inlet.stream().size()
    }

    /// Whether there was no room just now.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.inlet.vacant() == 0
    }

    /// Whether an end has closed, so that writing is of no more use.
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.rest.stopped || self.inlet.stream().cursors().reader().is_closed()
    }

    /// Whether the ring is open, closing (what is in it still comes out) or closed. To this end it is closed as soon as the reader
    /// has closed, for nobody need come for what is left.
    pub fn state(&self) -> State {
        match (self.inlet.stream().cursors().reader().is_closed(), self.rest.stopped) {
            (true, _) => State::Closed,
            (false, false) => State::Open,
            (false, true) if self.inlet.vacant() == self.capacity() => State::Closed,
            (false, true) => State::Closing,
        }
    }

    /// What this end knows, for tests that go through all states.
    #[cfg(test)]
    pub(crate) fn view(&self) -> annulus_protocol::bip::View {
        self.inlet.view()
    }

    /// Writes no more. What was committed still comes out. Dropping the writer does the same.
    pub fn close(&mut self) {
        self.rest.stopped = true;
        self.rest.leave.close();
    }
}

#[cold]
pub(super) fn why_full(cursors: &Cursors) -> GrantError {
    if cursors.reader().is_closed() { GrantError::Closed } else { GrantError::Full }
}

impl<K: Keep> fmt::Debug for Writer<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (released, committed) = self.inlet.stream().cursors().positions();
        f.debug_struct("Writer")
            .field("committed", &committed)
            .field("released", &released)
            .field("capacity", &self.capacity())
            .field("state", &self.state())
            .finish()
    }
}
