//! Grants that own their end: they borrow nothing, so that they can be kept, sent and given to hardware.
//!
//! INVARIANT (M12)  An inlet or outlet lies in an [`Owned`], or in a [`Pipe`](super::pipe::Pipe), with all of its flights; it does nothing before
//! they come back to it, in order, or are given up (I8). So what a flight names is reserved, or claimed, as long as it is there.
use super::cache::CacheMaintenance;
use super::{Inlet, Outlet, Stream, bytes, bytes_mut};
use annulus_protocol::bip::flight::Flight;
use annulus_protocol::pos::{count, word};
use annulus_protocol::span::Span;
use core::fmt;
use core::ops::{Deref, DerefMut};
use core::ptr::NonNull;

/// An [`Inlet`] or an [`Outlet`].
///
/// Sealed by its place: nobody outside the crate can name it.
pub trait ByteEnd {
    /// Of a grant that owns such an end.
    const GRANT: &'static str;

    /// Its ring.
    #[allow(private_interfaces)]
    fn stream(&self) -> &Stream;

    /// Before a device works on a grant of such an end.
    ///
    /// # Safety
    /// The range is the caller's alone.
    unsafe fn before<C: CacheMaintenance>(cache: &mut C, range: NonNull<[u8]>);

    /// When it has come back.
    ///
    /// # Safety
    /// The range is the caller's alone.
    unsafe fn after<C: CacheMaintenance>(cache: &mut C, range: NonNull<[u8]>);
}

#[allow(private_interfaces)]
impl ByteEnd for Inlet {
    const GRANT: &'static str = "OwnedGrant";

    fn stream(&self) -> &Stream {
        self.stream()
    }
    unsafe fn before<C: CacheMaintenance>(cache: &mut C, range: NonNull<[u8]>) {
        // SAFETY: the caller's promise.
        unsafe { cache.before_device_writes(range) }
    }
    unsafe fn after<C: CacheMaintenance>(cache: &mut C, range: NonNull<[u8]>) {
        // SAFETY: the caller's promise.
        unsafe { cache.after_device_wrote(range) }
    }
}

#[allow(private_interfaces)]
impl ByteEnd for Outlet {
    const GRANT: &'static str = "OwnedReadGrant";

    fn stream(&self) -> &Stream {
        self.stream()
    }
    unsafe fn before<C: CacheMaintenance>(cache: &mut C, range: NonNull<[u8]>) {
        // SAFETY: the caller's promise.
        unsafe { cache.before_device_reads(range) }
    }
    unsafe fn after<C: CacheMaintenance>(cache: &mut C, range: NonNull<[u8]>) {
        // SAFETY: the caller's promise.
        unsafe { cache.after_device_read(range) }
    }
}

/// Where the bytes of a span are. They can be written to by whoever has the span.
pub(super) fn region(stream: &Stream, span: &Span) -> NonNull<[u8]> {
    let (first, len) = stream.slots.piece(span);
    // SAFETY: within the slots (I5), or the slots and their mirror (I7, M11), so not null.
    let first = unsafe { NonNull::new_unchecked(first) };
    NonNull::slice_from_raw_parts(first, len)
}

/// A grant that owns its end, and with it `R`, what else belongs to that: as [`OwnedGrant`](crate::bytes::OwnedGrant) room for bytes, as
/// [`OwnedReadGrant`](crate::bytes::OwnedReadGrant) bytes to be read.
///
/// It borrows nothing but what keeps the ring: with a ring in a `static` or on the heap it is `'static`. The bytes stay where they are while it
/// is moved, also to another thread, and are as many until it is given back.
///
/// Dropping it drops the end, which closes the ring, and nothing is published or handed back. Forgetting it forgets the end.
#[must_use = "dropping it closes the ring; it is to be given back"]
pub struct Owned<E, R> {
    end: E,
    flight: Flight,
    rest: R,
}

impl<R> Owned<Inlet, R> {
    /// Room for as many of `n` bytes as there can be next to each other now.
    pub(crate) fn reserve(mut end: Inlet, n: usize, rest: R) -> Self {
        let flight = end.reserve_up_to(n).reserved.detach();
        Self { end, flight, rest }
    }

    /// Publishes the first `n` bytes.
    #[track_caller]
    pub(crate) fn committed(self, n: usize) -> (Inlet, R) {
        assert!(n <= self.len(), "commit of {n} bytes in a grant of {}", self.len());
        let Self { mut end, flight, rest } = self;
        let stream = end.stream;
        end.writer.commit(stream.cursors(), flight, word(n));
        (end, rest)
    }
}

impl<R> Owned<Outlet, R> {
    /// What [`look`](Outlet::look) has found.
    pub(crate) fn claim(mut end: Outlet, rest: R) -> Self {
        let claimed = end.claim().claimed;
        let n = claimed.span().len();
        let flight = claimed.detach(n);
        Self { end, flight, rest }
    }

    /// Hands the first `n` bytes back.
    #[track_caller]
    pub(crate) fn released(self, n: usize) -> (Outlet, R) {
        assert!(n <= self.len(), "release of {n} bytes in a grant of {}", self.len());
        let Self { mut end, flight, rest } = self;
        let stream = end.stream;
        end.reader.release(stream.cursors(), flight, word(n));
        (end, rest)
    }
}

impl<E: ByteEnd, R> Owned<E, R> {
    /// The end, for which nothing has happened.
    pub(crate) fn given_up(self) -> (E, R) {
        (self.end, self.rest)
    }

    /// For a device, which may work on the bytes until [`Lent::take_back`]. What its cache needs before that is done now.
    pub fn lend<C: CacheMaintenance>(self, mut cache: C) -> Lent<Self, C> {
        // SAFETY: in flight, so ours alone (M12), and `self` is at hand.
        unsafe { E::before(&mut cache, region(self.end.stream(), self.flight.span())) };
        Lent { grant: self, cache }
    }
}

impl<E: ByteEnd, R> Deref for Owned<E, R> {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        // SAFETY: in flight, so ours (M12) for as long as the grant is borrowed.
        unsafe { bytes(self.end.stream(), self.flight.span()) }
    }
}

impl<E: ByteEnd, R> DerefMut for Owned<E, R> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: in flight, so ours alone (M12) for as long as the grant is borrowed.
        unsafe { bytes_mut(self.end.stream(), self.flight.span()) }
    }
}

impl<E: ByteEnd, R> fmt::Debug for Owned<E, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(E::GRANT).field("len", &count(self.flight.span().len())).finish()
    }
}

/// A grant that a device may be working on: its bytes cannot be had before it is [taken back](Self::take_back).
///
/// Dropped, it drops the grant, and with it the end: stop the device before that.
#[must_use = "dropping it closes the ring; it is to be taken back"]
pub struct Lent<G, C> {
    grant: G,
    cache: C,
}

impl<E: ByteEnd, R, C: CacheMaintenance> Lent<Owned<E, R>, C> {
    /// Where the bytes are, for the device. The same each time, wherever this is moved.
    ///
    /// Whoever uses the address has to be done with it before this is taken back or dropped.
    pub fn region(&self) -> NonNull<[u8]> {
        region(self.grant.end.stream(), self.grant.flight.span())
    }

    /// The grant, after the device is done with it. What its cache needs after that is done now.
    pub fn take_back(self) -> Owned<E, R> {
        let region = self.region();
        let Self { grant, mut cache } = self;
        // SAFETY: in flight, so ours alone (M12), and the device is done, as whoever used `region` has to see to.
        unsafe { E::after(&mut cache, region) };
        grant
    }
}

impl<G: fmt::Debug, C> fmt::Debug for Lent<G, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Lent").field(&self.grant).finish()
    }
}

/// What drivers ask of a buffer.
#[cfg(feature = "embedded-dma")]
mod embedded {
    use super::{ByteEnd, Inlet, Lent, Outlet, Owned, region};
    use embedded_dma::{ReadBuffer, WriteBuffer};

    // SAFETY: the bytes stay where they are, as many, and the grant's own (M12) as long as it is there; `'static` says that so does their memory,
    // also when the grant is forgotten. Any byte is a byte.
    unsafe impl<R: 'static> WriteBuffer for Owned<Inlet, R> {
        type Word = u8;
        unsafe fn write_buffer(&mut self) -> (*mut u8, usize) {
            whole(self)
        }
    }

    // SAFETY: as for writing.
    unsafe impl<R: 'static> ReadBuffer for Owned<Outlet, R> {
        type Word = u8;
        unsafe fn read_buffer(&self) -> (*const u8, usize) {
            let (first, len) = whole(self);
            (first, len)
        }
    }

    // SAFETY: of the grant in it.
    unsafe impl<R: 'static, C> WriteBuffer for Lent<Owned<Inlet, R>, C> {
        type Word = u8;
        unsafe fn write_buffer(&mut self) -> (*mut u8, usize) {
            whole(&self.grant)
        }
    }

    // SAFETY: of the grant in it.
    unsafe impl<R: 'static, C> ReadBuffer for Lent<Owned<Outlet, R>, C> {
        type Word = u8;
        unsafe fn read_buffer(&self) -> (*const u8, usize) {
            let (first, len) = whole(&self.grant);
            (first, len)
        }
    }

    fn whole<E: ByteEnd, R>(grant: &Owned<E, R>) -> (*mut u8, usize) {
        let region = region(grant.end.stream(), grant.flight.span());
        (region.cast().as_ptr(), region.len())
    }
}
