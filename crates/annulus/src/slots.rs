//! Span -> memory: everything `unsafe` that is done to an item is done here.
//!
//! ```text
//!   protocol::lane   Reserved / Claimed      which slots, and until when
//!   slots            Inlet / Outlet          the same four verbs, with values in them
//!   spsc, ipc        Producer / Consumer     names, errors, closing
//! ```
//! [`bytes`] is the same over `protocol::bip`, whose spans never wrap; [`words`] says what the two have in common.
//!
//! INVARIANT (M1)  A [`Lane`]'s slots are as many as its writer and reader were made for, and they and its cursors
//! outlive every copy of it. INVARIANT (M2)  There is one [`Inlet`] and one [`Outlet`] to a lane at a time.
//! Both are promised to [`Inlet::new`] and [`Outlet::new`]; the rest is safe code. They hold for [`bytes`] as well, which adds (M7).
//! INVARIANT (G)  What a guard has in a `ManuallyDrop` is there until the guard is dropped, or a method that consumes the guard, and
//! keeps it from being dropped, has taken it. So each span is handed on once.
//!
//! Where many write and many read, [`shared`] is in the place of both, over any protocol of [`order`] (M4); where there is one of
//! either, `sole` is in the place of that one (M6). Grants of an end that there is once are the same for all: [`one`] says what they
//! need of it.
//! [`wakers`] hang beside a ring, which knows nothing of them (M14).
//! [`records`] are runs of bytes there (M13). [`runs`] and [`chain`] are the grants where there are many, of slots next to each other and of slots that lie anywhere. `lent` are guards that tell
//! somebody when they go, for channels.
use annulus_protocol::lane::Cursors;
use annulus_protocol::pos::{Word, count};
use annulus_protocol::span::Span;
use core::marker::PhantomData;
use core::ptr::NonNull;

pub(crate) mod bytes;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub(crate) mod chain;
#[cfg(all(feature = "ipc", target_os = "linux", target_pointer_width = "64"))]
pub(crate) mod copy;
mod ends;
mod grant;
#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
pub(crate) mod lent;
mod one;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub(crate) mod order;
pub(crate) mod pieces;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub(crate) mod pool;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub(crate) mod records;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub(crate) mod runs;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub(crate) mod shared;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub(crate) mod sole;
pub(crate) mod wakers;
pub(crate) mod words;

pub(crate) use ends::{Inlet, Outlet, drop_committed};
pub use grant::{Claim, Drain, IntoIter, ReadGrant, Slot, WriteGrant};
use pieces::Pieces;

/// Where the items of one ring lie.
///
/// INVARIANT (M3)  Invariant in `T`: one handle writes what another one reads, so a `Producer<&'static str>` must not
/// pass for a `Producer<&'short str>`, nor a consumer that can write in place.
#[derive(Debug)]
pub(crate) struct Slots<T> {
    base: NonNull<T>,
    size: usize,
    written_and_read: PhantomData<fn(T) -> T>,
}

/// One ring: its cursors, of a lane or of another kind with one writer and one reader, and its slots.
#[derive(Debug)]
pub struct Lane<T, C = Cursors> {
    cursors: NonNull<C>,
    slots: Slots<T>,
}

impl<T> Clone for Slots<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Slots<T> {}

impl<T, C> Clone for Lane<T, C> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T, C> Copy for Lane<T, C> {}

// SAFETY: a lane is two pointers; items pass through it from one thread to another, which `T: Send` allows, and what
// may touch which slot when is the protocol's business (I1, L1, L2).
unsafe impl<T: Send, C: Sync> Send for Lane<T, C> {}
// SAFETY: a shared lane gives out the cursors, which are atomics (M1), and no item: those pass through the inlet and the outlet (M2).
unsafe impl<T: Send, C: Sync> Sync for Lane<T, C> {}

impl<T, C> Lane<T, C> {
    /// # Safety
    /// (M1): `base` is the first of `size` slots, aligned for `T`, and they and `cursors` stay where they are and valid
    /// as long as any copy of the lane, or anything made from one, is used.
    pub(crate) unsafe fn new(cursors: NonNull<C>, base: NonNull<T>, size: usize) -> Self {
        Self { cursors, slots: Slots { base, size, written_and_read: PhantomData } }
    }

    #[inline]
    pub(crate) fn cursors(&self) -> &C {
        // SAFETY: the cursors outlive the lane (M1), and are only ever shared.
        unsafe { self.cursors.as_ref() }
    }

    pub(crate) fn size(&self) -> usize {
        self.slots.size
    }
}

/// How far ahead of the next slot a reader starts to fetch: eight cache lines of small items. Measured (`items/1024` and
/// `batch/1024` of `cargo xtask bench spsc`): nearer hides less of the transfer between cores, farther gains nothing.
const AHEAD_BYTES: usize = 512;

/// Of a cache line. A guess that is wrong costs time, nothing else.
const LINE_BYTES: usize = 64;

impl<T> Slots<T> {
    /// Slots to fetch ahead; zero where it does not pay.
    const AHEAD: usize =
        if size_of::<T>() == 0 || size_of::<T>() > LINE_BYTES { 0 } else { AHEAD_BYTES / size_of::<T>() };

    /// One in so many slots begins a cache line, or nearly so: a power of two.
    const PER_LINE: usize = if Self::AHEAD == 0 { 1 } else { 1 << (LINE_BYTES / size_of::<T>()).ilog2() };

    /// The slot at `index`.
    ///
    /// # Safety
    /// `index` is less than the size.
    #[inline]
    unsafe fn at(&self, index: Word) -> *mut T {
        debug_assert!(count(index) < self.size);
        // SAFETY: the slot lies within the slots (M1).
        unsafe { self.base.as_ptr().add(count(index)) }
    }

    /// Starts fetching what lies ahead of `index`, of which `in_sight` are surely the reader's: the writer is done with them.
    /// Never faults, touches nothing.
    #[inline(always)]
    pub(crate) fn prefetch(&self, index: Word, in_sight: usize) {
        if Self::AHEAD != 0 && count(index).is_multiple_of(Self::PER_LINE) && Self::AHEAD < in_sight {
            prefetch_read(self.base.as_ptr().wrapping_add(count(index).wrapping_add(Self::AHEAD)).cast());
        }
    }

    /// The one or two runs of memory of `len` slots from `start` on, which is less than the size.
    #[inline]
    fn run(&self, start: usize, len: usize) -> Pieces<T> {
        let first = len.min(self.size - start);
        // `wrapping_add` stays in bounds: `start` is.
        [(self.base.as_ptr().wrapping_add(start), first), (self.base.as_ptr(), len - first)]
    }

    /// The one run of memory that a span names which does not wrap (I5).
    #[inline]
    pub(crate) fn piece(&self, span: &Span) -> (*mut T, usize) {
        // `wrapping_add` stays in bounds: `start` is within the slots, or in their mirror (I5, I7), or at the end if the span is empty.
        (self.base.as_ptr().wrapping_add(count(span.start())), count(span.len()))
    }

    /// The one or two runs of memory that a span names. An empty span names the start of the slots.
    #[inline]
    pub(crate) fn pieces(&self, span: &Span) -> Pieces<T> {
        let (start, len) = (count(span.start()), count(span.len()));
        if len == 0 {
            return [(self.base.as_ptr(), 0); 2];
        }
        self.run(start, len) // `start < size` for a span that is not empty (I1)
    }
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn prefetch_read(at: *const i8) {
    use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    // SAFETY: a hint, which rests on no invariant: whatever the address, it neither faults nor reads as far as the program can tell.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(at) }
}

#[cfg(target_arch = "aarch64")]
#[inline(always)]
fn prefetch_read(at: *const i8) {
    // SAFETY: a hint, which rests on no invariant: whatever the address, it neither faults nor reads as far as the program can tell.
    unsafe {
        core::arch::asm!("prfm pldl1keep, [{}]", in(reg) at, options(nostack, preserves_flags, readonly));
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
#[inline(always)]
fn prefetch_read(_: *const i8) {}
