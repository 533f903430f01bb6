//! Grants that own their end.
use super::rest::{ReaderRest, WriterRest};
use super::{Heap, Keep, Reader, Writer};
use crate::error::{GrantError, ReadError};
use crate::slots::bytes::owned::Owned;
use crate::slots::bytes::{Inlet, Outlet};
use core::fmt;

/// Room for bytes next to each other that has its [`Writer`] with it: to be kept, moved to another thread, or given to hardware.
/// It gives the writer back when it is [committed](Owned::commit) or [abandoned](Owned::abandon).
///
/// The bytes do not move when the grant does. They are reached through `&` and `&mut` of the grant, so not while something else
/// has it, and not at all while it is [lent](Owned::lend) to a device.
///
/// ```
/// let (writer, mut reader) = annulus::bytes::stream(64);
/// let mut grant = writer.grant_owned(4).unwrap();
/// let transfer = std::thread::spawn(move || {
///     grant.copy_from_slice(b"ping");
///     grant
/// });
/// let writer = transfer.join().unwrap().commit(4);
/// assert_eq!(*reader.read().unwrap(), *b"ping");
/// assert_eq!(writer.vacant(), 60);
/// ```
pub type OwnedGrant<K = Heap<u8>> = Owned<Inlet, WriterRest<K>>;

/// Bytes next to each other to be read, with their [`Reader`], which is given back when they are [released](Owned::release) or
/// [kept](Owned::keep); otherwise as [`OwnedGrant`].
///
/// ```
/// let (mut writer, reader) = annulus::bytes::stream(64);
/// writer.push_slice(b"pong");
/// let grant = reader.read_owned().unwrap();
/// assert_eq!(*grant, *b"pong");
/// let reader = grant.release(4);
/// assert!(reader.is_empty());
/// ```
pub type OwnedReadGrant<K = Heap<u8>> = Owned<Outlet, ReaderRest<K>>;

/// The writer, and why it gave no grant.
pub struct GrantOwnedError<K: Keep = Heap<u8>> {
    /// As it was.
    pub writer: Writer<K>,
    /// What [`Writer::grant_exact`] would have said.
    pub reason: GrantError,
}

/// The reader, and why it gave no grant.
pub struct ReadOwnedError<K: Keep = Heap<u8>> {
    /// As it was.
    pub reader: Reader<K>,
    /// What [`Reader::read`] would have said.
    pub reason: ReadError,
}

impl<K: Keep> Owned<Inlet, WriterRest<K>> {
    /// Publishes the first `n` bytes, and gives the writer back. The rest was never reserved. With `n` zero nothing happens to the ring.
    ///
    /// # Panics
    /// If `n` is more than there are bytes in the grant; nothing is published then, and the writer is dropped.
    ///
    /// # Progress
    /// Wait-free.
    #[track_caller]
    pub fn commit(self, n: usize) -> Writer<K> {
        let (inlet, rest) = self.committed(n);
        Writer::put_together(inlet, rest)
    }

    /// Gives the writer back as it was.
    pub fn abandon(self) -> Writer<K> {
        let (inlet, rest) = self.given_up();
        Writer::put_together(inlet, rest)
    }
}

impl<K: Keep> Owned<Outlet, ReaderRest<K>> {
    /// Hands the first `n` bytes back, and gives the reader back. The rest stays to be read. With `n` zero nothing happens to the ring.
    ///
    /// # Panics
    /// If `n` is more than there are bytes in the grant; nothing is released then, and the reader is dropped.
    ///
    /// # Progress
    /// Wait-free.
    #[track_caller]
    pub fn release(self, n: usize) -> Reader<K> {
        let (outlet, rest) = self.released(n);
        Reader::put_together(outlet, rest)
    }

    /// Gives the reader back as it was: the same bytes are granted again.
    pub fn keep(self) -> Reader<K> {
        let (outlet, rest) = self.given_up();
        Reader::put_together(outlet, rest)
    }
}

impl<K: Keep> fmt::Debug for GrantOwnedError<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GrantOwnedError").field("reason", &self.reason).finish_non_exhaustive()
    }
}

impl<K: Keep> fmt::Debug for ReadOwnedError<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadOwnedError").field("reason", &self.reason).finish_non_exhaustive()
    }
}

impl<K: Keep> fmt::Display for GrantOwnedError<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)
    }
}

impl<K: Keep> fmt::Display for ReadOwnedError<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)
    }
}

impl<K: Keep> core::error::Error for GrantOwnedError<K> {}
impl<K: Keep> core::error::Error for ReadOwnedError<K> {}
