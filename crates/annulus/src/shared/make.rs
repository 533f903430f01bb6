//! Rings on the heap, of any kind.
use crate::error::RingError;
use crate::memory::shared::{self, Topology};
use crate::memory::{Heap, OutOfMemory};
use crate::slots::order::SharedWords;

/// Both ends of a ring of kind `M` on the heap.
pub(crate) type Ends<T, M> = (<M as Topology>::Producer<T, Heap<T>>, <M as Topology>::Consumer<T, Heap<T>>);

/// A ring of kind `M` with room for `capacity` items.
pub(crate) fn allocate<T, M: Topology>(capacity: usize) -> Result<Ends<T, M>, RingError> {
    if capacity == 0 {
        return Err(RingError::Zero);
    }
    if capacity > M::Order::MAX_SIZE {
        return Err(RingError::TooLarge);
    }
    let shares = shared::allocate(capacity).map_err(|OutOfMemory| RingError::OutOfMemory)?;
    Ok(M::ends(shares))
}

/// The same.
///
/// # Panics
/// Where it fails.
#[track_caller]
pub(crate) fn allocated<T, M: Topology>(capacity: usize) -> Ends<T, M> {
    match allocate::<T, M>(capacity) {
        Ok(ends) => ends,
        Err(error) => panic!("a ring of capacity {capacity} cannot be made: {error}"),
    }
}
