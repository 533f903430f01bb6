//! The two ends of a ring of bytes, with the bytes in it; spans of `protocol::bip`, which never wrap.
//!
//! INVARIANT (M7)  The slots of a ring of bytes hold bytes before there is an end, be it zeros: a grant of room gives out what is
//! left there.
//!
//! INVARIANT (M11)  Behind the slots of a mirrored ring are the same slots again. A span is not longer than the ring, so it has no
//! byte twice; and the two addresses of a byte are never in use at the same time, because the byte is only one end's (I4).
use super::Lane;
#[cfg(test)]
use annulus_protocol::bip::View;
use annulus_protocol::bip::{Claimed, Cursors, Reader, Reserved, Writer};
use annulus_protocol::pad::Padded;
use annulus_protocol::pos::{Word, count, word};
use annulus_protocol::span::Span;
use core::fmt;
use core::ops::{Deref, DerefMut};

#[cfg(feature = "bytes")]
pub(crate) mod buf;
pub(crate) mod cache;
pub(crate) mod owned;
pub(crate) mod pipe;

/// Control words, and bytes.
pub(crate) type Stream = Lane<u8, Cursors>;

/// Where bytes go in; padded as the ends of a lane are.
#[derive(Debug)]
pub struct Inlet {
    writer: Padded<Writer>,
    stream: Stream,
}

/// Where they come out.
#[derive(Debug)]
pub struct Outlet {
    reader: Padded<Reader>,
    stream: Stream,
}

impl Inlet {
    /// # Safety
    /// (M7); and (M2): no other inlet of this stream is used from now on, and the last one's work happens before this call.
    pub(super) unsafe fn new(stream: Stream) -> Self {
        Self { writer: Padded(Writer::resume(stream.cursors(), word(stream.size()))), stream }
    }

    /// # Safety
    /// As [`new`](Self::new), and (M11).
    #[cfg(all(feature = "mirrored", target_os = "linux", target_pointer_width = "64"))]
    pub(crate) unsafe fn mirrored(stream: Stream) -> Self {
        Self { writer: Padded(Writer::resume_mirrored(stream.cursors(), word(stream.size()))), stream }
    }

    pub(crate) fn stream(&self) -> &Stream {
        &self.stream
    }

    /// What the writer knows.
    #[cfg(test)]
    pub(crate) fn view(&self) -> View {
        self.writer.0.view()
    }

    /// `n` bytes next to each other.
    #[inline]
    pub(crate) fn reserve_exact(&mut self, n: usize) -> Option<Grant<'_>> {
        let stream = self.stream;
        let reserved = self.writer.reserve_exact(stream.cursors(), word(n))?;
        Some(Grant { reserved, stream })
    }

    /// As many of `n` as there can be next to each other.
    #[inline]
    pub(crate) fn reserve_up_to(&mut self, n: usize) -> Grant<'_> {
        let stream = self.stream;
        Grant { reserved: self.writer.reserve_up_to(stream.cursors(), word(n)), stream }
    }

    /// Up to `n` bytes without leaving out any.
    #[inline]
    pub(crate) fn reserve_next(&mut self, n: usize) -> Grant<'_> {
        let stream = self.stream;
        Grant { reserved: self.writer.reserve_next(stream.cursors(), word(n)), stream }
    }

    #[inline]
    pub(crate) fn vacant(&self) -> usize {
        count(self.writer.vacant(self.stream.cursors()))
    }
}

impl Outlet {
    /// # Safety
    /// (M7); and (M2): no other outlet of this stream is used from now on, and the last one's work happens before this call.
    pub(super) unsafe fn new(stream: Stream) -> Self {
        Self { reader: Padded(Reader::resume(stream.cursors(), word(stream.size()))), stream }
    }

    /// # Safety
    /// As [`new`](Self::new), and (M11).
    #[cfg(all(feature = "mirrored", target_os = "linux", target_pointer_width = "64"))]
    pub(crate) unsafe fn mirrored(stream: Stream) -> Self {
        Self { reader: Padded(Reader::resume_mirrored(stream.cursors(), word(stream.size()))), stream }
    }

    pub(crate) fn stream(&self) -> &Stream {
        &self.stream
    }

    /// What the reader knows.
    #[cfg(test)]
    pub(crate) fn view(&self) -> View {
        self.reader.0.view()
    }

    /// Whether there is a byte; looks for all that lie next to each other.
    #[inline]
    pub(crate) fn look(&mut self) -> bool {
        let stream = self.stream;
        self.reader.look(stream.cursors())
    }

    /// Whether there is a byte; looks only if none is in sight.
    #[inline]
    pub(crate) fn has_bytes(&mut self) -> bool {
        let stream = self.stream;
        self.reader.has_bytes(stream.cursors())
    }

    /// Whether there is a byte; looks for all there are.
    #[inline]
    pub(crate) fn look_for_all(&mut self) -> bool {
        let stream = self.stream;
        self.reader.look_again(stream.cursors())
    }

    /// What [`look`](Self::look) or [`has_bytes`](Self::has_bytes) has found, which may be nothing.
    #[inline]
    pub(crate) fn claim(&mut self) -> ReadGrant<'_> {
        let stream = self.stream;
        ReadGrant { claimed: self.reader.claim(), stream }
    }

    /// What [`look_for_all`](Self::look_for_all) has found.
    #[inline]
    pub(crate) fn claim_all(&mut self) -> SplitGrant<'_> {
        let stream = self.stream;
        SplitGrant { claimed: self.reader.claim_both(), stream }
    }

    #[inline]
    pub(crate) fn available(&self) -> usize {
        count(self.reader.available(self.stream.cursors()))
    }
}

/// The bytes of a span.
///
/// # Safety
/// The span is one of this stream, and nobody writes to it for `'a`.
#[inline]
unsafe fn bytes<'a>(stream: &Stream, span: &Span) -> &'a [u8] {
    let (first, len) = stream.slots.piece(span);
    // SAFETY: within the slots (I5), or the slots and their mirror (I7, M11), which hold bytes (M7); the rest is the caller's promise.
    unsafe { core::slice::from_raw_parts(first, len) }
}

/// The same, to write to.
///
/// # Safety
/// The span is one of this stream, and the caller's alone for `'a`.
#[inline]
unsafe fn bytes_mut<'a>(stream: &Stream, span: &Span) -> &'a mut [u8] {
    let (first, len) = stream.slots.piece(span);
    // SAFETY: within the slots (I5), or the slots and their mirror (I7, M11), which hold bytes (M7); the rest is the caller's promise.
    unsafe { core::slice::from_raw_parts_mut(first, len) }
}

/// More than was granted.
#[cold]
#[inline(never)]
#[track_caller]
fn beyond(what: &str, n: usize, len: usize) -> ! {
    panic!("{what} of {n} bytes in a grant of {len}");
}

/// Room for bytes next to each other, to be filled in place. Nothing is visible to the reader until it is committed.
///
/// What is in it before is what was last written there, or zeros. Dropping or forgetting the grant costs nothing: the same
/// bytes are granted again.
#[must_use = "nothing is published until it is committed"]
pub struct Grant<'a> {
    reserved: Reserved<'a>,
    stream: Stream,
}

impl Grant<'_> {
    /// Publishes the first `n` bytes. The rest was never reserved: it is granted again. With `n` zero nothing happens at all.
    ///
    /// # Panics
    /// If `n` is more than there are bytes in the grant; nothing is published then.
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    #[track_caller]
    pub fn commit(self, n: usize) {
        if self.len() < n {
            beyond("commit", n, self.len());
        }
        self.reserved.commit(self.stream.cursors(), word(n));
    }
}

impl Deref for Grant<'_> {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        // SAFETY: reserved, so ours (I4, B2) for as long as the grant is borrowed.
        unsafe { bytes(&self.stream, self.reserved.span()) }
    }
}

impl DerefMut for Grant<'_> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: reserved, so ours alone (I4, B2) for as long as the grant is borrowed.
        unsafe { bytes_mut(&self.stream, self.reserved.span()) }
    }
}

impl fmt::Debug for Grant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant").field("len", &self.len()).finish()
    }
}

/// Bytes next to each other, to be read in place. The ring keeps them until they are released.
///
/// Dropping or forgetting the grant costs nothing: the same bytes are granted again. They may be worked on in place, for
/// instance to decode them; what was changed stays changed.
#[must_use = "nothing is handed back until it is released"]
pub struct ReadGrant<'a> {
    claimed: Claimed<'a>,
    stream: Stream,
}

impl<'a> ReadGrant<'a> {
    /// Hands the first `n` bytes back. The rest stays to be read. With `n` zero nothing happens at all.
    ///
    /// # Panics
    /// If `n` is more than there are bytes in the grant; nothing is released then.
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    #[track_caller]
    pub fn release(self, n: usize) {
        if self.len() < n {
            beyond("release", n, self.len());
        }
        self.claimed.release(self.stream.cursors(), word(n));
    }

    /// The bytes, for as long as the reader is borrowed.
    #[cfg(any(feature = "std", feature = "embedded-io"))]
    pub(crate) fn into_slice(self) -> &'a [u8] {
        // SAFETY: claimed, so ours (I4, B1), and not released while the reader is borrowed.
        unsafe { bytes(&self.stream, self.claimed.span()) }
    }
}

impl Deref for ReadGrant<'_> {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        // SAFETY: claimed, so ours (I4, B1) for as long as the grant is borrowed.
        unsafe { bytes(&self.stream, self.claimed.span()) }
    }
}

impl DerefMut for ReadGrant<'_> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: claimed, so ours alone (I4, B1) for as long as the grant is borrowed.
        unsafe { bytes_mut(&self.stream, self.claimed.span()) }
    }
}

impl fmt::Debug for ReadGrant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadGrant").field("len", &self.len()).finish()
    }
}

/// All bytes that there are to read, in two pieces where they wrap; otherwise as [`ReadGrant`].
#[must_use = "nothing is handed back until it is released"]
pub struct SplitGrant<'a> {
    claimed: Claimed<'a>,
    stream: Stream,
}

impl SplitGrant<'_> {
    /// The bytes, oldest first: the second slice is empty unless they wrap.
    #[inline]
    pub fn as_slices(&self) -> (&[u8], &[u8]) {
        let both = [self.claimed.span(), self.claimed.rest()];
        // SAFETY: claimed, so ours (I4, B1) for as long as the grant is borrowed.
        let [first, second] = both.map(|span| unsafe { bytes(&self.stream, span) });
        (first, second)
    }

    /// The same, to be worked on in place.
    #[inline]
    pub fn as_mut_slices(&mut self) -> (&mut [u8], &mut [u8]) {
        let both = [self.claimed.span(), self.claimed.rest()];
        // SAFETY: claimed, so ours alone (I4, B1) for as long as the grant is borrowed; the two do not overlap.
        let [first, second] = both.map(|span| unsafe { bytes_mut(&self.stream, span) });
        (first, second)
    }

    /// Number of bytes.
    #[inline]
    pub fn len(&self) -> usize {
        let lens: [Word; 2] = [self.claimed.span().len(), self.claimed.rest().len()];
        lens.map(count).iter().sum()
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Hands the first `n` bytes back. The rest stays to be read. With `n` zero nothing happens at all.
    ///
    /// # Panics
    /// If `n` is more than there are bytes in the grant; nothing is released then.
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    #[track_caller]
    pub fn release(self, n: usize) {
        if self.len() < n {
            beyond("release", n, self.len());
        }
        self.claimed.release(self.stream.cursors(), word(n));
    }
}

impl fmt::Debug for SplitGrant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second) = self.as_slices();
        f.debug_struct("SplitGrant").field("len", &[first.len(), second.len()]).finish()
    }
}
