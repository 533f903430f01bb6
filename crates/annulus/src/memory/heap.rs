//! A ring on the heap, freed by the last end to go.
//!
//! INVARIANT (M8)  An `Out` lies in a ring, a `HeapRing<T, C>` or a `MirroredRing`, for which its `free` was made. That ring was leaked
//! by who made it and stays, with nothing in it but atomics written, until both ends have left; then `free` is called once.
//!
//! INVARIANT (M9)  The base of a [`Block`] was allocated with the layout of its `T` and size, or dangles if that takes no bytes.
use super::{Heap, Kept, MAX_SIZE};
use crate::slots::Lane;
use crate::slots::pieces::finally;
use crate::slots::words::Ends;
use alloc::boxed::Box;
use annulus_protocol::life::End;
use annulus_protocol::pad::Padded;
use annulus_protocol::seat::Pair;
use core::alloc::Layout;
use core::marker::PhantomData;
use core::mem::offset_of;
use core::ptr::NonNull;

#[cfg(all(feature = "mirrored", target_os = "linux", target_pointer_width = "64"))]
mod mirrored;
#[cfg(all(feature = "mirrored", target_os = "linux", target_pointer_width = "64"))]
pub(crate) use mirrored::mirrored;

struct HeapRing<T, C> {
    cursors: C,
    out: Out,
    slots: Block<T>,
}

/// Which ends are out, and what to do when none is any more: the same for rings of every kind, so that a share does not name it.
#[derive(Debug)]
struct Out {
    pair: Pair,
    /// To be called with the address of this `Out`, once, after both ends have left.
    free: unsafe fn(NonNull<Out>),
}

/// Memory for slots, which begins at the start of a cache line: a neighbour on the heap then slows nobody down, and items that
/// divide a line do not straddle two.
pub(crate) struct Block<T> {
    base: NonNull<T>,
    size: usize,
}

impl<T> Block<T> {
    pub(crate) fn base(&self) -> NonNull<T> {
        self.base
    }

    pub(crate) fn allocate(size: usize, zeroed: bool) -> Result<Self, OutOfMemory> {
        let layout = Self::layout(size)?;
        if layout.size() == 0 {
            return Ok(Self { base: NonNull::dangling(), size });
        }
        let base = if zeroed {
            // SAFETY: (M9) this is the layout of its `T` and size, which is not zero: see above.
            unsafe { alloc::alloc::alloc_zeroed(layout) }
        } else {
            // SAFETY: (M9) this is the layout of its `T` and size, which is not zero: see above.
            unsafe { alloc::alloc::alloc(layout) }
        };
        let base = NonNull::new(base.cast()).ok_or(OutOfMemory)?;
        Ok(Self { base, size })
    }

    fn layout(size: usize) -> Result<Layout, OutOfMemory> {
        let layout = Layout::array::<T>(size).map_err(|_| OutOfMemory)?;
        layout.align_to(align_of::<Padded<()>>()).map_err(|_| OutOfMemory)
    }
}

impl<T> Drop for Block<T> {
    fn drop(&mut self) {
        if let Ok(layout) = Self::layout(self.size)
            && layout.size() != 0
        {
            // SAFETY: (M9) allocated with this layout; and a block is dropped once.
            unsafe { alloc::alloc::dealloc(self.base.as_ptr().cast(), layout) };
        }
    }
}

/// One end's share of the ring.
#[derive(Debug)]
pub(super) struct Shared<T> {
    out: NonNull<Out>,
    items: PhantomData<T>,
}

// SAFETY: the ring is control words, which are atomics, and items, which move between threads if `T: Send`.
unsafe impl<T: Send> Send for Shared<T> {}
// SAFETY: (M8) nothing is done through a shared reference to it.
unsafe impl<T: Send> Sync for Shared<T> {}

/// The memory for a ring could not be had.
pub(crate) struct OutOfMemory;

/// A ring of `size` slots, `1 ..= MAX_SIZE`, and both its ends.
pub(crate) fn allocate<T, C: Ends<T>>(
    size: usize,
    credit: usize,
) -> Result<Kept<T, C, Heap<T>>, OutOfMemory> {
    debug_assert!((1..=MAX_SIZE).contains(&size));
    let slots = Block::allocate(size, C::ZEROED)?;
    let out = Out { pair: Pair::taken(), free: free::<T, C> };
    let ring = Box::new(HeapRing { cursors: C::NEW, out, slots });
    let ring = NonNull::from(Box::leak(ring));
    let lane = lane(ring);
    // SAFETY: (M1) the ring lives until both shares have left; (M2) it is new, so these are its only ends; (M7) just zeroed, if
    // asked for; and it is not resumable: a forgotten end never leaves, so the ring is never used again.
    let (inlet, outlet) = unsafe { C::ends(lane, credit, false) };
    // SAFETY: (M8) an `out` lies at that offset in the ring.
    let out = unsafe { ring.byte_add(offset_of!(HeapRing<T, C>, out)) }.cast();
    let share = || Heap { ring: Shared { out, items: PhantomData } };
    Ok(((inlet, share()), (outlet, share())))
}

fn lane<T, C>(ring: NonNull<HeapRing<T, C>>) -> Lane<T, C> {
    let ring = ring.as_ptr();
    // SAFETY: (M8) the ring is there, and this stays within it.
    let cursors = unsafe { &raw mut (*ring).cursors };
    // SAFETY: (M8) it lies in the ring, so it is not null.
    let cursors = unsafe { NonNull::new_unchecked(cursors) };
    // SAFETY: (M8) the ring is there, and nobody writes this field.
    let slots = unsafe { &(*ring).slots };
    let (base, size) = (slots.base, slots.size);
    // SAFETY: (M1) both live as long as the ring does.
    unsafe { Lane::new(cursors, base, size) }
}

impl<T> Shared<T> {
    #[inline(always)]
    pub(super) fn copy(&self) -> Self {
        Self { out: self.out, items: PhantomData }
    }

    pub(super) fn leave(self, end: End) {
        // SAFETY: (M8) the ring is there: this end has not left yet.
        let out = unsafe { self.out.as_ref() };
        let free = out.free;
        if out.pair.leave(end) {
            // SAFETY: (M8) both ends have left [S2]; `leave` tells the last one only, so this is done once.
            unsafe { free(self.out) };
        }
    }
}

/// Drops what is left, and the ring.
///
/// # Safety
/// `out` is the address that was made with the ring, by [`allocate`] for the same `T` and `C`; both ends have left, and this is
/// done once.
#[cold]
unsafe fn free<T, C: Ends<T>>(out: NonNull<Out>) {
    // SAFETY: (M8) it lies at that offset in a ring of this `T` and `C`.
    let ring = unsafe { out.byte_sub(offset_of!(HeapRing<T, C>, out)) }.cast::<HeapRing<T, C>>();
    let _free = finally(|| {
        // SAFETY: (M8) leaked by `allocate`; both ends have left, and this is done once, as the caller promises.
        drop(unsafe { Box::from_raw(ring.as_ptr()) });
    }); // also when the drop of an item panics
    // SAFETY: (M2) both ends have left, and S2 orders what they did before this.
    unsafe { C::drop_committed(lane(ring)) };
}
