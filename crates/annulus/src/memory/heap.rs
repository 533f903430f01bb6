//! A ring on the heap, freed by the last end to go.
use super::{Heap, MAX_SIZE, ends};
use crate::slots::{Inlet, Lane, Outlet, drop_committed};
use alloc::boxed::Box;
use alloc::vec::Vec;
use annulus_protocol::lane::Cursors;
use annulus_protocol::life::End;
use annulus_protocol::seat::Pair;
use core::mem::MaybeUninit;
use core::ptr::NonNull;

struct HeapRing<T> {
    cursors: Cursors,
    pair: Pair,
    /// From `Box::into_raw`: a box, or a reference to one, would claim the items that the ends work on for itself.
    slots: NonNull<[MaybeUninit<T>]>,
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
    let mut slots = Vec::<MaybeUninit<T>>::new();
    slots.try_reserve_exact(size).map_err(|_| OutOfMemory)?;
    // SAFETY: reserved, and uninitialised memory is all that the elements need.
    unsafe { slots.set_len(size) };
    let slots = NonNull::from(Box::leak(slots.into_boxed_slice()));
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
    // SAFETY: the pointer to the slots is only read, and nobody ever writes it.
    let slots = unsafe { (*ring).slots };
    // SAFETY: not null.
    let cursors = unsafe { NonNull::new_unchecked(cursors) };
    // SAFETY: (M1) both live as long as the ring does.
    unsafe { Lane::new(cursors, slots.cast(), slots.len()) }
}

impl<T> Shared<T> {
    pub(super) fn leave(&mut self, end: End) {
        // SAFETY: the ring is freed by the last share, after both have left.
        let last = unsafe { self.ring.as_ref() }.pair.leave(end);
        if last {
            self.free();
        }
    }

    #[cold]
    fn free(&mut self) {
        struct Free<T>(NonNull<HeapRing<T>>);
        impl<T> Drop for Free<T> {
            fn drop(&mut self) {
                // SAFETY: made by `Box::leak`; both ends have left [S2], and this is done once.
                let ring = unsafe { Box::from_raw(self.0.as_ptr()) };
                // SAFETY: the same.
                drop(unsafe { Box::from_raw(ring.slots.as_ptr()) });
            }
        }
        let ring = Free(self.ring); // also when the drop of an item panics
        // SAFETY: (M2) both ends have left, and S2 orders what they did before this.
        unsafe { drop_committed(lane(ring.0)) };
    }
}
