//! Grants as the buffers of the `bytes` crate.
use super::{Grant, ReadGrant, SplitGrant};
use ::bytes::buf::UninitSlice;
use ::bytes::{Buf, BufMut};
use core::fmt;

/// A grant of room, and how far it is filled: a [`BufMut`], made by [`Grant::filling`].
#[must_use = "nothing is published until it is committed"]
pub struct Filling<'a> {
    grant: Grant<'a>,
    filled: usize,
}

/// A grant of bytes, and how far they are read: a [`Buf`], made by [`ReadGrant::draining`] or [`SplitGrant::draining`].
#[must_use = "nothing is handed back until it is released"]
pub struct Draining<G> {
    grant: G,
    drained: usize,
}

impl<'a> Grant<'a> {
    /// To be filled from its start, by the methods of [`BufMut`].
    ///
    /// ```
    /// use bytes::{Buf, BufMut};
    ///
    /// let (mut writer, mut reader) = annulus::bytes::stream(64);
    /// let mut filling = writer.grant_exact(20).unwrap().filling();
    /// filling.put_u32(7);
    /// filling.put_slice(b"seven");
    /// filling.commit();
    ///
    /// let mut draining = reader.read().unwrap().draining();
    /// assert_eq!(draining.get_u32(), 7);
    /// assert_eq!(draining.remaining(), 5);
    /// draining.release();
    /// assert_eq!(reader.len(), 5);
    /// ```
    pub fn filling(self) -> Filling<'a> {
        Filling { grant: self, filled: 0 }
    }
}

impl Filling<'_> {
    /// Publishes what was filled.
    ///
    /// # Progress
    /// Wait-free.
    pub fn commit(self) {
        self.grant.commit(self.filled);
    }
}

// SAFETY: (M7) the grant's own memory, all of it initialised, and the same each time; what is filled is counted and checked.
unsafe impl BufMut for Filling<'_> {
    fn remaining_mut(&self) -> usize {
        self.grant.len() - self.filled
    }

    unsafe fn advance_mut(&mut self, n: usize) {
        assert!(n <= self.remaining_mut(), "{n} bytes in room for {}", self.remaining_mut());
        self.filled += n;
    }

    fn chunk_mut(&mut self) -> &mut UninitSlice {
        UninitSlice::new(&mut self.grant[self.filled..])
    }
}

impl ReadGrant<'_> {
    /// To be read from its start, by the methods of [`Buf`].
    pub fn draining(self) -> Draining<Self> {
        Draining { grant: self, drained: 0 }
    }
}

impl SplitGrant<'_> {
    /// To be read from its start, by the methods of [`Buf`], which go on after the wrap.
    pub fn draining(self) -> Draining<Self> {
        Draining { grant: self, drained: 0 }
    }
}

impl Draining<ReadGrant<'_>> {
    /// Hands back what was read.
    ///
    /// # Progress
    /// Wait-free.
    pub fn release(self) {
        self.grant.release(self.drained);
    }
}

impl Draining<SplitGrant<'_>> {
    /// Hands back what was read.
    ///
    /// # Progress
    /// Wait-free.
    pub fn release(self) {
        self.grant.release(self.drained);
    }
}

impl Buf for Draining<ReadGrant<'_>> {
    fn remaining(&self) -> usize {
        self.grant.len() - self.drained
    }

    fn chunk(&self) -> &[u8] {
        &self.grant[self.drained..]
    }

    fn advance(&mut self, n: usize) {
        assert!(n <= self.remaining(), "{n} bytes of {}", self.remaining());
        self.drained += n;
    }
}

impl Buf for Draining<SplitGrant<'_>> {
    fn remaining(&self) -> usize {
        self.grant.len() - self.drained
    }

    fn chunk(&self) -> &[u8] {
        let (first, second) = self.grant.as_slices();
        if self.drained < first.len() {
            &first[self.drained..]
        } else {
            &second[self.drained - first.len()..]
        }
    }

    fn advance(&mut self, n: usize) {
        assert!(n <= self.remaining(), "{n} bytes of {}", self.remaining());
        self.drained += n;
    }
}

impl fmt::Debug for Filling<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filling").field("filled", &self.filled).field("len", &self.grant.len()).finish()
    }
}

impl<G> fmt::Debug for Draining<G>
where
    Self: Buf,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let remaining = self.remaining();
        f.debug_struct("Draining").field("drained", &self.drained).field("remaining", &remaining).finish()
    }
}
