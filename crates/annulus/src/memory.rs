//! Where a ring is, and who keeps it there.
//!
//! ```text
//!   heap       one allocation for the control words, one for the slots; freed by the last end to go
//!              (`mirrored`: the slots are mapped instead, twice, back to back)
//!   inline     an array inside the ring: statics, stacks, structs
//!   borrowed   the caller's memory, control and slots disjoint
//!   shared     the same three, for rings of which an end may be had many times
//! ```
use crate::slots::words::Ends;

#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
mod borrowed;
#[cfg(all(feature = "alloc", any(target_has_atomic = "ptr", feature = "portable-atomic")))]
mod heap;
mod inline;
mod keep;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub(crate) mod shared;

#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub(crate) use borrowed::Control;
#[cfg(all(feature = "mirrored", target_os = "linux", target_pointer_width = "64"))]
pub(crate) use heap::mirrored;
#[cfg(all(feature = "alloc", any(target_has_atomic = "ptr", feature = "portable-atomic")))]
pub(crate) use heap::{OutOfMemory, allocate};
pub(crate) use inline::Ring;
pub use keep::{Borrowed, Heap, Keep};

/// The largest number of slots a ring may have, in all.
pub(crate) const MAX_SIZE: usize = annulus_protocol::pos::MAX_SIZE;

/// Why a ring cannot be made in the caller's memory.
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
#[derive(Debug)]
pub(crate) enum Unfit {
    Size { most: usize },
    Lengths { of: &'static str, turns: usize, slots: usize },
    InUse,
}

#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
impl core::fmt::Display for Unfit {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Unfit::Size { most } => write!(f, "a ring needs at least one slot, and at most {most}: pass a slice of that size"),
            Unfit::Lengths { of, turns, slots } => {
                write!(f, "{turns} {of} for {slots} slots: a ring needs one for each, so pass slices of the same length")
            }
            Unfit::InUse => f.write_str(
                "an end of another ring with these control words is alive, or was forgotten: drop all its ends before, or \
                 take other control words",
            ),
        }
    }
}

/// Both ends of a ring of kind `C`, each with its share in what keeps the ring.
pub(crate) type Kept<T, C, K> = ((<C as Ends<T>>::Inlet, K), (<C as Ends<T>>::Outlet, K));
