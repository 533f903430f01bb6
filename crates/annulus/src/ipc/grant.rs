//! Room and items in place: memory that the other process sees as well.
use super::Plain;
use super::sitting::tell;
use crate::os::shm;
use crate::slots::{self, copy};
use annulus_protocol::event::Event;
use std::fmt;
use std::io;
use std::os::fd::AsFd;

/// Room for elements, to be filled in place. Nothing is delivered until it is committed.
///
/// The slots are contiguous but for the wrap of the ring. Dropping or forgetting the grant costs nothing: the same slots
/// are granted again.
#[must_use = "nothing is delivered until `commit`"]
pub struct WriteGrant<'a, T: Plain> {
    grant: slots::WriteGrant<'a, T>,
    told: &'a Event,
}

impl<'a, T: Plain> WriteGrant<'a, T> {
    pub(super) fn new(grant: slots::WriteGrant<'a, T>, told: &'a Event) -> Self {
        Self { grant, told }
    }

    /// Number of slots.
    #[inline]
    pub fn len(&self) -> usize {
        self.grant.len()
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Copies `items` into the slots from the one at `offset` on.
    ///
    /// # Panics
    /// If there are not so many slots.
    #[inline]
    pub fn write(&mut self, offset: usize, items: &[T]) {
        // SAFETY: reserved, so ours (I1); plain elements need no dropping.
        unsafe { copy::copy_in(&self.grant.pieces(), offset, items) };
    }

    /// Where the slots are, oldest first: the second part is empty unless the grant wraps. Valid until the grant goes.
    ///
    /// A reference to them would be wrong as long as the other process may write there, too.
    #[inline]
    pub fn as_mut_ptrs(&mut self) -> [*mut [T]; 2] {
        self.grant.pieces().map(|(start, len)| std::ptr::slice_from_raw_parts_mut(start, len))
    }

    /// The slots, oldest first: the second slice is empty unless the grant wraps. What is in them was there before.
    ///
    /// # Safety
    /// No other process writes to these slots while the slices are in use: all programs that have the ring keep its rules.
    #[inline]
    pub unsafe fn as_mut_slices(&mut self) -> (&mut [T], &mut [T]) {
        let [first, second] = self.as_mut_ptrs();
        // SAFETY: reserved, so ours (I1) as far as the caller knows; any bytes make a `T`.
        let first = unsafe { &mut *first };
        // SAFETY: as above; the two pieces do not overlap.
        let second = unsafe { &mut *second };
        (first, second)
    }

    /// Delivers the first `n` slots. The rest was never reserved: it is granted again.
    ///
    /// # Panics
    /// If `n` is more than [`len`](Self::len).
    ///
    /// # Progress
    /// Wait-free, but for a call of the system if the reader sleeps.
    #[inline]
    pub fn commit(self, n: usize) {
        // SAFETY: mapped memory always has bytes in it, and any bytes make a `T`.
        unsafe { self.grant.commit(n) };
        if n != 0 {
            tell(self.told);
        }
    }

    /// Gives the slots back unused. The same as dropping the grant.
    pub fn abandon(self) {}
}

impl WriteGrant<'_, u8> {
    /// Fills the slots from a file, a pipe or a socket, without another copy: one `readv(2)`. Tells how many bytes came,
    /// from the start of the grant on; none at the end of the file. Then `commit` them.
    ///
    /// # Errors
    /// Those of `readv(2)`.
    pub fn read_from(&mut self, from: impl AsFd) -> io::Result<usize> {
        // SAFETY: reserved, so ours (I1), and no reference is made.
        unsafe { shm::read_into(from.as_fd(), &self.grant.pieces()) }
    }
}

/// Elements to be read in place. The ring keeps them until they are released.
///
/// Dropping or forgetting the grant releases nothing: the same elements are granted again.
#[must_use = "nothing is handed back until `release`"]
pub struct ReadGrant<'a, T: Plain> {
    grant: slots::ReadGrant<'a, T>,
    told: &'a Event,
}

impl<'a, T: Plain> ReadGrant<'a, T> {
    pub(super) fn new(grant: slots::ReadGrant<'a, T>, told: &'a Event) -> Self {
        Self { grant, told }
    }

    /// Number of elements.
    #[inline]
    pub fn len(&self) -> usize {
        self.grant.len()
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Copies elements out, from the one at `offset` on. They stay in the ring.
    ///
    /// # Panics
    /// If there are not so many.
    #[inline]
    pub fn read(&self, offset: usize, items: &mut [T]) {
        // SAFETY: claimed, so committed (I1, L1).
        unsafe { copy::copy_out(&self.grant.pieces(), offset, items) };
    }

    /// Where the elements are, oldest first: the second part is empty unless the grant wraps. Valid until the grant goes.
    ///
    /// A reference to them would be wrong as long as the other process may write there, too.
    #[inline]
    pub fn as_ptrs(&self) -> [*const [T]; 2] {
        self.grant.pieces().map(|(start, len)| std::ptr::slice_from_raw_parts(start.cast_const(), len))
    }

    /// The elements, oldest first: the second slice is empty unless the grant wraps.
    ///
    /// # Safety
    /// No other process writes to these slots while the slices are in use: all programs that have the ring keep its rules.
    #[inline]
    pub unsafe fn as_slices(&self) -> (&[T], &[T]) {
        let [first, second] = self.as_ptrs();
        // SAFETY: claimed, so ours and committed (I1, L1) as far as the caller knows.
        let first = unsafe { &*first };
        // SAFETY: as above.
        let second = unsafe { &*second };
        (first, second)
    }

    /// Hands the first `n` slots back. The rest stays unread.
    ///
    /// # Panics
    /// If `n` is more than [`len`](Self::len).
    ///
    /// # Progress
    /// Wait-free, but for a call of the system if the writer sleeps.
    #[inline]
    pub fn release(self, n: usize) {
        self.grant.release(n);
        if n != 0 {
            tell(self.told);
        }
    }
}

impl ReadGrant<'_, u8> {
    /// Writes the bytes to a file, a pipe or a socket, without another copy: one `writev(2)`. Tells how many bytes went,
    /// from the start of the grant on. Then `release` them.
    ///
    /// # Errors
    /// Those of `writev(2)`.
    pub fn write_to(&self, to: impl AsFd) -> io::Result<usize> {
        // SAFETY: claimed, so mapped for as long as the grant lives (M10).
        unsafe { shm::write_from(to.as_fd(), &self.grant.pieces()) }
    }
}

impl<T: Plain> fmt::Debug for WriteGrant<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteGrant").field("len", &self.len()).finish()
    }
}

impl<T: Plain> fmt::Debug for ReadGrant<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadGrant").field("len", &self.len()).finish()
    }
}
