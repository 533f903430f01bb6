//! Where a ring is, and who keeps it there.
//!
//! ```text
//!   heap       one allocation for the control words, one for the slots; freed by the last end to go
//!   inline     an array inside the ring: statics, stacks, structs
//!   borrowed   the caller's memory, control and slots disjoint
//! ```
use crate::slots::{Inlet, Lane, Outlet};

#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
mod borrowed;
#[cfg(all(feature = "alloc", any(target_has_atomic = "ptr", feature = "portable-atomic")))]
mod heap;
mod inline;
mod keep;

#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub use borrowed::Control;
#[cfg(all(feature = "alloc", any(target_has_atomic = "ptr", feature = "portable-atomic")))]
pub(crate) use heap::{Block, OutOfMemory, allocate};
pub use inline::Ring;
pub use keep::{Borrowed, Heap, Keep};

/// The largest number of slots a ring may have, in all.
pub(crate) const MAX_SIZE: usize = annulus_protocol::pos::MAX_SIZE;

/// Both ends of a lane, new.
///
/// # Safety
/// (M1) for the lane, (M2) for both ends; `credit` and `resumable` as for [`Outlet::new`].
unsafe fn ends<T>(lane: Lane<T>, credit: usize, resumable: bool) -> (Inlet<T>, Outlet<T>) {
    // SAFETY: the caller's promise.
    let inlet = unsafe { Inlet::new(lane) };
    // SAFETY: the caller's promise.
    let outlet = unsafe { Outlet::new(lane, credit, resumable) };
    (inlet, outlet)
}
