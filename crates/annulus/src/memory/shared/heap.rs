//! A ring on the heap, freed by the last end to go.
use super::super::Heap;
use super::super::heap::{Block, OutOfMemory};
use super::{Home, Share, Shares};
use crate::slots::order::SharedWords;
use crate::slots::shared::Shared;
use alloc::boxed::Box;
use alloc::vec::Vec;
use annulus_protocol::crowd::Crowd;
use core::ptr::NonNull;

pub(super) struct HeapRing<T, O: SharedWords> {
    cursors: O::Cursors,
    crowd: Crowd,
    turns: Box<[O::Turn]>,
    slots: Block<T>,
}

/// A ring of `size` slots, `1 ..= O::MAX_SIZE`, and the first of its ends.
pub(crate) fn allocate<T, O: SharedWords>(size: usize) -> Result<Shares<T, O, Heap<T>>, OutOfMemory> {
    let slots = Block::allocate(size, O::ZEROED)?;
    let mut turns = Vec::new();
    turns.try_reserve_exact(size).map_err(|_| OutOfMemory)?;
    turns.resize_with(size, || O::TURN);
    let turns = turns.into_boxed_slice();
    let ring = NonNull::from(Box::leak(Box::new(HeapRing {
        cursors: O::CURSORS,
        crowd: Crowd::taken(),
        turns,
        slots,
    })));
    // SAFETY: just made, so it is there (M5); and only shared from here on.
    let parts = unsafe { ring.as_ref() };
    let turns = NonNull::from(&*parts.turns).cast();
    // SAFETY: (M4) all of them live until the last end has left.
    let shared = unsafe { Shared::new(NonNull::from(&parts.cursors), turns, parts.slots.base(), size) };
    // SAFETY: (M4) as above; (M5) it is new, and counts one of each.
    Ok(unsafe { Share::first(shared, NonNull::from(&parts.crowd), Home::Heap(ring)) })
}

/// # Safety
/// The last end has left, and this is done once.
pub(super) unsafe fn free<T, O: SharedWords>(ring: NonNull<HeapRing<T, O>>) {
    // SAFETY: leaked by `allocate`; nobody has it any more (M5), and this is done once, as the caller promises.
    drop(unsafe { Box::from_raw(ring.as_ptr()) });
}
