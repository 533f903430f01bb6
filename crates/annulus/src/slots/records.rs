//! Records of bytes in a ring that many write and many read: runs of `protocol::record`, with their memory.
//!
//! The slots are [`Granule`]s. They hold bytes before there is an end (M7): zeros, or what the caller had there.
use super::order::{Recover, SharedWords, forward_words};
use super::shared::Shared;
use annulus_protocol::record::{Claimed, Cursors, Records, Refused, Reserved, Shape, Turn};
use core::fmt;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::ops::{Deref, DerefMut};

/// How many bytes a [`Granule`] has.
pub const GRANULE: usize = 64;

/// The unit of a record: [`GRANULE`] bytes, aligned as so many. A cache line of most machines, so that two records do not share one.
#[repr(C, align(64))]
#[derive(Clone, Copy, Debug)]
pub struct Granule([u8; GRANULE]);

const _: () = assert!(size_of::<Granule>() == GRANULE, "granules lie next to each other, without a gap");

impl Granule {
    /// Of zeros.
    pub const fn new() -> Self {
        Self([0; GRANULE])
    }
}

impl Default for Granule {
    fn default() -> Self {
        Self::new()
    }
}

/// The caller's granules as slots.
pub(crate) fn as_slots(granules: &mut [Granule]) -> &mut [MaybeUninit<Granule>] {
    let slots = core::ptr::from_mut(granules) as *mut [MaybeUninit<Granule>];
    // SAFETY: the same memory, borrowed for as long. Nobody takes bytes out of the slots, so that they hold some afterwards (M7).
    unsafe { &mut *slots }
}

/// The order is fixed when a record is reserved: `protocol::record`.
#[derive(Debug)]
pub struct ByRecord;

impl SharedWords for ByRecord {
    type Cursors = Cursors;
    type Turn = Turn;
    type Shape = Shape;
    type View<'a> = Records<'a>;

    const MAX_SIZE: usize = Shape::max_size(GRANULE);
    #[allow(
        clippy::declare_interior_mutable_const,
        reason = "a value to begin with, copied to where it is used"
    )]
    const CURSORS: Cursors = Cursors::new();
    #[allow(clippy::declare_interior_mutable_const, reason = "as above")]
    const TURN: Turn = Turn::new();
    const TURNS: &'static str = "turns";
    const ZEROED: bool = true;

    forward_words!();

    #[inline]
    fn shape(size: usize) -> Shape {
        Shape::of(size, GRANULE)
    }
    #[inline]
    fn view<'a>(cursors: &'a Cursors, turns: &'a [Turn], shape: Shape) -> Records<'a> {
        Records::new(cursors, turns, shape)
    }
    fn close(ring: Records<'_>) {
        ring.close();
    }
    /// Bytes need no drop.
    #[allow(private_interfaces)]
    fn drop_committed<T>(_: &Shared<T, Self>) {}
}

// SAFETY: nothing is relocated.
unsafe impl Recover for ByRecord {
    fn recover(ring: Records<'_>, _relocate: impl FnMut(usize, usize)) -> usize {
        ring.recover()
    }
}

impl Shared<Granule, ByRecord> {
    /// The longest record.
    pub(crate) fn max_len(&self) -> usize {
        self.words().max_len()
    }

    /// Reserves a record of `len` bytes, which is no more than the longest one has.
    #[inline]
    pub(crate) fn reserve_record(&self, len: usize) -> Result<Record<'_>, Refused> {
        let reserved = self.words().reserve(len)?;
        debug_assert!(len <= self.words().bytes_to_write(&reserved).1);
        Ok(Record { ring: self, reserved: ManuallyDrop::new(reserved), len }) // INVARIANT (M13): see `Record`
    }

    /// Claims the oldest record.
    #[inline]
    pub(crate) fn claim_record(&self) -> Result<RecordRead<'_>, Refused> {
        let claimed = self.words().claim()?;
        Ok(RecordRead { ring: self, claimed: ManuallyDrop::new(claimed) })
    }

    /// Where the bytes of a granule are, and of those after it up to the end of the ring.
    #[inline]
    fn bytes_from(&self, index: usize) -> *mut u8 {
        self.place(index).cast()
    }
}

/// Room for a record, to be filled in place. It has its position in the queue from now on: until it is committed or discarded, readers
/// find later records behind it, and are told [`Busy`](crate::ReadError::Busy).
///
/// It begins at a multiple of [`GRANULE`] bytes. What is in it before is what was last written there, or zeros. Dropping it discards it;
/// forgetting it loses its granules, and all later records wait for ever.
///
/// # Progress
/// Handing on is wait-free, one store or two; nothing else here takes a step that others could notice.
#[must_use = "dropping a record discards it"]
pub struct Record<'a> {
    ring: &'a Shared<Granule, ByRecord>,
    /// INVARIANT (M13)  Its granules have `len` bytes or more.
    reserved: ManuallyDrop<Reserved>,
    len: usize,
}

impl Record<'_> {
    /// Hands the record to the readers, with its first `used` bytes. Granules behind those are given back unused; no byte is moved. With `used`
    /// zero it is a record without bytes, which is read as such.
    ///
    /// # Panics
    /// If `used` is more than there are bytes; the record is discarded then.
    #[inline]
    #[track_caller]
    pub fn commit(self, used: usize) {
        assert!(used <= self.len, "commit of {used} bytes in a record of {}", self.len);
        let mut this = ManuallyDrop::new(self);
        // SAFETY: `this` is not dropped, so the reservation is taken once (G).
        let reserved = unsafe { ManuallyDrop::take(&mut this.reserved) };
        this.ring.words().commit(reserved, used);
    }

    /// Gives the granules back unused: no reader sees them. The same as dropping the record.
    pub fn discard(self) {}

    #[inline]
    fn start(&self) -> *mut u8 {
        self.ring.bytes_from(self.ring.words().bytes_to_write(&self.reserved).0)
    }
}

impl Deref for Record<'_> {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        // SAFETY: reserved, so ours (R, T2) for as long as this is borrowed; within the granules (M13, M4), which hold bytes (M7).
        unsafe { core::slice::from_raw_parts(self.start(), self.len) }
    }
}

impl DerefMut for Record<'_> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above, and ours alone (R).
        unsafe { core::slice::from_raw_parts_mut(self.start(), self.len) }
    }
}

impl Drop for Record<'_> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: dropped once, and `commit` does not drop what it has taken from (G).
        let reserved = unsafe { ManuallyDrop::take(&mut self.reserved) };
        self.ring.words().discard(reserved);
    }
}

impl fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("len", &self.len).finish()
    }
}

/// A record, to be read in place, or worked on: it is its reader's alone. Dropping it hands its granules back; forgetting it loses them, and
/// writers that come to them are told [`Busy`](crate::GrantError::Busy).
///
/// It begins at a multiple of [`GRANULE`] bytes.
///
/// # Progress
/// Handing back is wait-free, one store for each granule; nothing else here takes a step that others could notice.
#[must_use = "dropping a record hands it back"]
pub struct RecordRead<'a> {
    ring: &'a Shared<Granule, ByRecord>,
    claimed: ManuallyDrop<Claimed>,
}

impl RecordRead<'_> {
    /// Hands the granules back. The same as dropping the record.
    pub fn release(self) {}

    /// Where the bytes are, and how many.
    #[inline]
    fn bytes(&self) -> (*mut u8, usize) {
        let (index, len) = self.ring.words().bytes_to_read(&self.claimed);
        (self.ring.bytes_from(index), len)
    }
}

impl Deref for RecordRead<'_> {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        let (start, len) = self.bytes();
        // SAFETY: claimed, so ours (R, R1) for as long as this is borrowed; the length is that of granules before the end of the ring
        // (M4), which hold bytes (M7).
        unsafe { core::slice::from_raw_parts(start, len) }
    }
}

impl DerefMut for RecordRead<'_> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        let (start, len) = self.bytes();
        // SAFETY: as above, and ours alone (R).
        unsafe { core::slice::from_raw_parts_mut(start, len) }
    }
}

impl Drop for RecordRead<'_> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: dropped once, and nothing else takes it (G).
        let claimed = unsafe { ManuallyDrop::take(&mut self.claimed) };
        self.ring.words().release(claimed);
    }
}

impl fmt::Debug for RecordRead<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordRead").field("len", &self.bytes().1).finish()
    }
}
