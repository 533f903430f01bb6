//! A frame to be written, and one to be read.
use super::header::{Compact, Header};
use crate::bytes::{Grant, ReadGrant};
use core::fmt;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};

/// Room for a frame, to be filled in place. Nothing is visible to the reader until it is committed.
///
/// What is in it before is what was last written there, or zeros. Dropping or forgetting the grant costs nothing: the same
/// room is granted again.
#[must_use = "nothing is published until it is committed"]
pub struct FrameGrant<'a, H: Header = Compact> {
    bytes: Grant<'a>,
    /// How many of them are the header's.
    width: usize,
    header: PhantomData<H>,
}

impl<'a, H: Header> FrameGrant<'a, H> {
    #[inline]
    pub(super) fn new(bytes: Grant<'a>, width: usize) -> Self {
        Self { bytes, width, header: PhantomData }
    }

    /// Publishes a frame of the first `used` bytes. The rest was never reserved: it is granted again. With `used` zero the
    /// frame has no bytes, and is a frame all the same; to publish nothing, drop the grant.
    ///
    /// # Panics
    /// If `used` is more than there are bytes in the grant; nothing is published then.
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    #[track_caller]
    pub fn commit(mut self, used: usize) {
        let (header, frame) = self.bytes.split_at_mut(self.width);
        if frame.len() < used {
            beyond(used, frame.len());
        }
        H::encode(header, used);
        self.bytes.commit(self.width + used); // INVARIANT (F1)  a header and its frame are committed together
    }
}

/// More than was granted.
#[cold]
#[inline(never)]
#[track_caller]
fn beyond(used: usize, len: usize) -> ! {
    panic!("commit of {used} bytes in a frame of {len}");
}

impl<H: Header> Deref for FrameGrant<'_, H> {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        &self.bytes[self.width..]
    }
}

impl<H: Header> DerefMut for FrameGrant<'_, H> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.width..]
    }
}

impl<H: Header> fmt::Debug for FrameGrant<'_, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameGrant").field("len", &self.len()).finish()
    }
}

/// A frame, to be read in place. The ring keeps it until it is released.
///
/// Dropping or forgetting it costs nothing: the same frame is read again, unless it was told to
/// [release itself](Self::auto_release). It may be worked on in place, for instance to decode it; what was changed stays changed.
#[must_use = "nothing is handed back until it is released"]
pub struct Frame<'a> {
    /// It, and what else is in sight behind it; nothing once it was released.
    bytes: Option<ReadGrant<'a>>,
    /// How many of them are the header's.
    width: usize,
    /// How many come then; `width + len` is at most the number of bytes.
    len: usize,
    release: bool,
}

impl<'a> Frame<'a> {
    #[inline]
    pub(super) fn new(bytes: ReadGrant<'a>, width: usize, len: usize) -> Self {
        Self { bytes: Some(bytes), width, len, release: false }
    }

    /// Hands the frame back: the next one can be read.
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn release(mut self) {
        self.auto_release(true);
    }

    /// Leaves the frame where it is, whatever [`auto_release`](Self::auto_release) was told: it is read again.
    #[inline]
    pub fn keep(mut self) {
        self.auto_release(false);
    }

    /// Whether the frame is released when it is dropped, be it by a panic. It is not unless this was called.
    #[inline]
    pub fn auto_release(&mut self, release: bool) {
        self.release = release;
    }
}

impl Drop for Frame<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.release
            && let Some(bytes) = self.bytes.take()
        {
            bytes.release(self.width + self.len);
        }
    }
}

impl Deref for Frame<'_> {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        match &self.bytes {
            Some(bytes) => &bytes[self.width..][..self.len],
            None => &[],
        }
    }
}

impl DerefMut for Frame<'_> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        match &mut self.bytes {
            Some(bytes) => &mut bytes[self.width..][..self.len],
            None => &mut [],
        }
    }
}

impl fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame").field("len", &self.len).finish()
    }
}
