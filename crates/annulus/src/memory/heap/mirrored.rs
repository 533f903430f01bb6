//! Control words on the heap, bytes that are there twice: freed by the last end to go.
use super::{Out, Shared};
use crate::memory::{Heap, Kept, MAX_SIZE};
use crate::os::mirror::Mirror;
use crate::slots::Lane;
use crate::slots::bytes::{Inlet, Outlet};
use alloc::boxed::Box;
use annulus_protocol::bip::Cursors;
use annulus_protocol::seat::Pair;
use core::marker::PhantomData;
use core::mem::offset_of;
use core::ptr::NonNull;
use std::io;

struct MirroredRing {
    cursors: Cursors,
    out: Out,
    /// Mapped until the ring goes.
    _bytes: Mirror,
}

/// A ring of at least `capacity` bytes, which is not zero, and both its ends.
pub(crate) fn mirrored(capacity: usize) -> io::Result<Kept<u8, Cursors, Heap<u8>>> {
    let bytes = Mirror::new(capacity)?;
    let (base, size) = (bytes.start(), bytes.len());
    if MAX_SIZE / 2 < size {
        return Err(io::ErrorKind::OutOfMemory.into()); // a span may go into the mirror: positions count that far
    }
    let out = Out { pair: Pair::taken(), free };
    let cursors = Cursors::starting_at(crate::FIRST_POSITION);
    let ring = NonNull::from(Box::leak(Box::new(MirroredRing { cursors, out, _bytes: bytes }))).as_ptr();
    // SAFETY: (M8) the ring is there, and this stays within it.
    let cursors = unsafe { &raw mut (*ring).cursors };
    // SAFETY: (M8) it lies in the ring, so it is not null.
    let cursors = unsafe { NonNull::new_unchecked(cursors) };
    // SAFETY: (M1) both live as long as the ring does, which is until both ends have left (M8).
    let stream = unsafe { Lane::new(cursors, base, size) };
    // SAFETY: (M11) the mapping has the bytes again behind them; (M2) it is the only inlet; (M7) they are zero.
    let inlet = unsafe { Inlet::mirrored(stream) };
    // SAFETY: (M11) (M7) as above; (M2) it is the only outlet.
    let outlet = unsafe { Outlet::mirrored(stream) };
    // SAFETY: (M8) the ring is there, and this stays within it.
    let out = unsafe { &raw mut (*ring).out };
    // SAFETY: (M8) it lies in the ring, so it is not null.
    let out = unsafe { NonNull::new_unchecked(out) };
    let share = || Heap { ring: Shared { out, items: PhantomData } };
    Ok(((inlet, share()), (outlet, share())))
}

/// # Safety
/// `out` is the address that was made with the ring, by [`mirrored`]; both ends have left, and this is done once.
#[cold]
unsafe fn free(out: NonNull<Out>) {
    // SAFETY: (M8) it lies at that offset in a ring of this kind.
    let ring = unsafe { out.byte_sub(offset_of!(MirroredRing, out)) }.cast::<MirroredRing>();
    // SAFETY: (M8) leaked by `mirrored`; both ends have left, and this is done once, as the caller promises.
    drop(unsafe { Box::from_raw(ring.as_ptr()) });
}
