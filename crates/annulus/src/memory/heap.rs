//! A ring on the heap, freed by the last end to go.
use super::{Heap, MAX_SIZE, ends};
use crate::slots::pieces::finally;
use crate::slots::{Inlet, Lane, Outlet, drop_committed};
use alloc::boxed::Box;
use annulus_protocol::lane::Cursors;
use annulus_protocol::life::End;
use annulus_protocol::pad::Padded;
use annulus_protocol::seat::Pair;
use core::alloc::Layout;
use core::ptr::NonNull;

struct HeapRing<T> {
    cursors: Cursors,
    pair: Pair,
    slots: Block<T>,
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

    pub(crate) fn allocate(size: usize) -> Result<Self, OutOfMemory> {
        let layout = Self::layout(size)?;
        if layout.size() == 0 {
            return Ok(Self { base: NonNull::dangling(), size });
        }
        // SAFETY: the layout has a size.
        let base = unsafe { alloc::alloc::alloc(layout) };
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
            // SAFETY: allocated with this layout, and freed once.
            unsafe { alloc::alloc::dealloc(self.base.as_ptr().cast(), layout) };
        }
    }
}

/// One end's share of the ring.
#[derive(Debug)]
pub(super) struct Shared<T> {
    ring: NonNull<HeapRing<T>>,
}

// SAFETY: the ring is control words, which are atomics, and items, which move between threads if `T: Send`.
unsafe impl<T: Send> Send for Shared<T> {}
// SAFETY: nothing is done through a shared reference to it.
unsafe impl<T: Send> Sync for Shared<T> {}

/// The memory for a ring could not be had.
pub(crate) struct OutOfMemory;

pub(crate) type HeapEnds<T> = ((Inlet<T>, Heap<T>), (Outlet<T>, Heap<T>));

/// A ring of `size` slots, `1 ..= MAX_SIZE`, and both its ends.
pub(crate) fn allocate<T>(size: usize, credit: usize) -> Result<HeapEnds<T>, OutOfMemory> {
    debug_assert!((1..=MAX_SIZE).contains(&size));
    let slots = Block::allocate(size)?;
    let cursors = Cursors::starting_at(crate::FIRST_POSITION);
    let ring = Box::new(HeapRing { cursors, pair: Pair::taken(), slots });
    let ring = NonNull::from(Box::leak(ring));
    let lane = lane(ring);
    // SAFETY: (M1) the ring lives until both shares have left; (M2) it is new, so these are its only ends; and it is
    // not resumable: a forgotten end never leaves, so the ring is never used again.
    let (inlet, outlet) = unsafe { ends(lane, credit, false) };
    let share = || Heap { ring: Shared { ring } };
    Ok(((inlet, share()), (outlet, share())))
}

fn lane<T>(ring: NonNull<HeapRing<T>>) -> Lane<T> {
    let ring = ring.as_ptr();
    // SAFETY: the ring is alive, so this stays within it.
    let cursors = unsafe { &raw mut (*ring).cursors };
    // SAFETY: not null: it lies in the ring.
    let cursors = unsafe { NonNull::new_unchecked(cursors) };
    // SAFETY: the ring is alive, and nobody ever writes this field.
    let slots = unsafe { &(*ring).slots };
    let (base, size) = (slots.base, slots.size);
    // SAFETY: (M1) both live as long as the ring does.
    unsafe { Lane::new(cursors, base, size) }
}

impl<T> Shared<T> {
    #[inline(always)]
    pub(super) fn copy(&self) -> Self {
        Self { ring: self.ring }
    }

    pub(super) fn leave(self, end: End) {
        // SAFETY: the ring is freed by the last share, after both have left.
        let last = unsafe { self.ring.as_ref() }.pair.leave(end);
        if last {
            self.free();
        }
    }

    #[cold]
    fn free(self) {
        let ring = self.ring;
        let _free = finally(|| {
            // SAFETY: made by `Box::leak`; both ends have left [S2], and this is done once.
            drop(unsafe { Box::from_raw(ring.as_ptr()) });
        }); // also when the drop of an item panics
        // SAFETY: (M2) both ends have left, and S2 orders what they did before this.
        unsafe { drop_committed(lane(ring)) };
    }
}
