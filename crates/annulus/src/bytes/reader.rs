//! The end that reads.
use super::rest::{Leave, ReaderRest};
use super::{Heap, Keep, OwnedReadGrant, ReadGrant, ReadOwnedError, ReadPipeline, SplitGrant};
use crate::error::ReadError;
use crate::slots::bytes::owned::Owned;
use crate::slots::bytes::pipe::OutPipe;
use crate::slots::bytes::{Outlet, Stream};
use annulus_protocol::life::{End, State};
use core::fmt;

/// The end that reads. It never waits, and there is one to a ring, so its operations take `&mut self`.
///
/// `K` says who keeps the ring alive: [`Heap`], or [`Borrowed`](super::Borrowed) for a lifetime.
///
/// When it is dropped, the ring closes: the writer finds [`GrantError::Closed`](super::GrantError) at the latest when the ring would otherwise
/// be full.
///
/// With `std` it is a `std::io::Read` and `BufRead` as well. [`read`](Self::read) without a buffer comes before that of the trait, which
/// is called by its full name: `std::io::Read::read(&mut reader, &mut buffer)`.
pub struct Reader<K: Keep = Heap<u8>> {
    outlet: Outlet,
    rest: ReaderRest<K>,
}

impl<K: Keep> Reader<K> {
    pub(super) fn new(outlet: Outlet, keep: K) -> Self {
        let leave = Leave::new(keep, *outlet.stream(), End::Reader);
        Self { outlet, rest: ReaderRest { leave } }
    }

    pub(super) fn put_together(outlet: Outlet, rest: ReaderRest<K>) -> Self {
        Self { outlet, rest }
    }

    pub(super) fn stream(&self) -> &Stream {
        self.outlet.stream()
    }

    /// All bytes that lie next to each other, from the oldest on. Nothing moves until [`ReadGrant::release`].
    ///
    /// Bytes that were committed together always come together, unless a part of them was released.
    ///
    /// # Errors
    /// [`ReadError::Empty`]; [`ReadError::Closed`] if the ring is empty and an end has closed.
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn read(&mut self) -> Result<ReadGrant<'_>, ReadError> {
        self.look_with(Outlet::look)?;
        Ok(self.outlet.claim())
    }

    /// Why there is nothing to read, if there is nothing; looks only if nothing is in sight.
    #[inline]
    pub(crate) fn has_bytes(&mut self) -> Result<(), ReadError> {
        self.look_with(Outlet::has_bytes)
    }

    /// All bytes there are, in two pieces where they wrap.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn read_split(&mut self) -> Result<SplitGrant<'_>, ReadError> {
        self.look_with(Outlet::look_for_all)?;
        Ok(self.outlet.claim_all())
    }

    /// As [`read`](Self::read), with the reader in the grant: it borrows nothing but what keeps the ring, and gives the reader back when it
    /// is released.
    ///
    /// # Errors
    /// The reader, with the reason: as [`read`](Self::read).
    ///
    /// # Progress
    /// Wait-free.
    #[allow(clippy::result_large_err, reason = "the reader is as large as it is, and is handed back")]
    pub fn read_owned(mut self) -> Result<OwnedReadGrant<K>, ReadOwnedError<K>> {
        match self.look_with(Outlet::look) {
            Ok(()) => Ok(Owned::claim(self.outlet, self.rest)),
            Err(reason) => Err(ReadOwnedError { reader: self, reason }),
        }
    }

    /// For several grants in flight at a time, up to `N`. A pipeline of no place does not compile.
    pub fn into_pipeline<const N: usize>(self) -> ReadPipeline<K, N> {
        ReadPipeline::new(OutPipe::new(self.outlet), self.rest)
    }

    /// Copies up to `into.len()` bytes out, oldest first, and tells how many.
    ///
    /// # Progress
    /// Wait-free: a number of steps that does not depend on the number of bytes, and copying them.
    pub fn pop_slice(&mut self, into: &mut [u8]) -> usize {
        self.outlet.look_for_all();
        self.take_seen(into)
    }

    /// The same of what the last look has found.
    pub(super) fn take_seen(&mut self, into: &mut [u8]) -> usize {
        let grant = self.outlet.claim_all();
        let n = into.len().min(grant.len());
        let (first, second) = grant.as_slices();
        let split = n.min(first.len());
        into[..split].copy_from_slice(&first[..split]);
        into[split..n].copy_from_slice(&second[..n - split]);
        grant.release(n);
        n
    }

    /// Why there is nothing to read, if there is nothing.
    #[inline]
    pub(super) fn look_with(&mut self, look: impl Fn(&mut Outlet) -> bool) -> Result<(), ReadError> {
        let stream = *self.outlet.stream();
        seen(&stream, || look(&mut self.outlet))
    }

    /// The bytes of [`read`](Self::read), for as long as the reader is borrowed; none if there is nothing.
    #[inline]
    pub(crate) fn in_sight(&mut self) -> ReadGrant<'_> {
        self.outlet.claim()
    }

    /// How many bytes there are to read, in all. The writer may add more at any time; nobody takes any away.
    #[inline]
    pub fn len(&self) -> usize {
        self.outlet.available()
    }

    /// Whether there was nothing to read just now.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes fit into the ring, in all.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.outlet.stream().size()
    }

    /// Whether an end has closed, so that no new bytes come in. Those in the ring still come out: see
    /// [`state`](Self::state).
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.outlet.stream().cursors().is_closed()
    }

    /// Whether the ring is open, closing (what is in it still comes out) or closed.
    pub fn state(&self) -> State {
        match self.is_closed() {
            false => State::Open,
            true if self.is_empty() => State::Closed,
            true => State::Closing,
        }
    }

    /// What this end knows, for tests that go through all states.
    #[cfg(test)]
    pub(crate) fn view(&self) -> annulus_protocol::bip::View {
        self.outlet.view()
    }

    /// Wants no more bytes. Those in the ring still come out. Dropping the reader does the same.
    pub fn close(&mut self) {
        self.rest.leave.close();
    }
}

/// Why there is nothing to read, if `look` finds nothing.
#[inline]
pub(super) fn seen(stream: &Stream, mut look: impl FnMut() -> bool) -> Result<(), ReadError> {
    if look() {
        Ok(())
    } else if !stream.cursors().is_closed() {
        Err(ReadError::Empty)
    } else if look() {
        Ok(()) // closed [C1], so this look saw all that was ever committed
    } else {
        Err(ReadError::Closed)
    }
}

impl<K: Keep> fmt::Debug for Reader<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (released, committed) = self.outlet.stream().cursors().positions();
        f.debug_struct("Reader")
            .field("committed", &committed)
            .field("released", &released)
            .field("capacity", &self.capacity())
            .field("state", &self.state())
            .finish()
    }
}
