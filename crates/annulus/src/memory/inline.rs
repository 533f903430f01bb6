//! A ring whose slots are an array inside it.
#![expect(clippy::disallowed_types, reason = "the slots of a ring in a static are shared by its two ends")]

use super::{Borrowed, Kept, MAX_SIZE};
use crate::slots::Lane;
use crate::slots::words::Ends;
use core::cell::UnsafeCell;
use core::fmt;
use core::mem::{MaybeUninit, needs_drop};
use core::ptr::NonNull;

/// A ring with room for exactly `N` items inside it: for statics, stacks and structs. No allocation, no initialiser to run.
pub struct Ring<T, const N: usize, C: Ends<T>> {
    cursors: C,
    #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
    pair: annulus_protocol::seat::Pair,
    slots: UnsafeCell<[MaybeUninit<T>; N]>,
}

// SAFETY: what a shared ring gives out is its two ends, once each (S3), and items move between threads if `T: Send`.
unsafe impl<T: Send, const N: usize, C: Ends<T>> Sync for Ring<T, N, C> {}

impl<T, const N: usize, C: Ends<T>> Ring<T, N, C> {
    const SIZE: () = assert!(
        1 <= N && N <= MAX_SIZE,
        "a ring has room for at least one item, and fewer than half a word counts"
    );

    /// An empty ring.
    pub const fn new() -> Self {
        let () = Self::SIZE;
        Self {
            cursors: C::NEW,
            #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
            pair: annulus_protocol::seat::Pair::new(),
            slots: UnsafeCell::new(
                [const { if C::ZEROED { MaybeUninit::zeroed() } else { MaybeUninit::uninit() } }; N],
            ),
        }
    }

    /// Number of items that fit.
    pub const fn capacity(&self) -> usize {
        N
    }

    fn lane(&self) -> Lane<T, C> {
        let base = NonNull::from(&self.slots).cast();
        // SAFETY: (M1) both lie in the ring, whose borrow the ends carry in `Borrowed`.
        unsafe { Lane::new(NonNull::from(&self.cursors), base, N) }
    }

    pub(crate) fn exclusive_ends(&mut self) -> Kept<T, C, Borrowed<'_>> {
        self.cursors.reopen();
        // SAFETY: (M2) the exclusive borrow shows that no end is in use. One may have been forgotten: resumable. (M7) by `new`.
        let (inlet, outlet) = unsafe { C::ends(self.lane(), 1, true) };
        ((inlet, Borrowed::exclusively()), (outlet, Borrowed::exclusively()))
    }

    #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
    pub(crate) fn shared_ends(&'static self) -> Option<Kept<T, C, Borrowed<'static>>> {
        use super::keep::Home;
        if !self.pair.take() {
            return None;
        }
        self.cursors.reopen();
        // SAFETY: (M2) both ends were at home, and S3 orders what the last ones did. A forgotten end never comes home,
        // so the ring is not resumable. (M7) by `new`.
        let (inlet, outlet) = unsafe { C::ends(self.lane(), 1, false) };
        let home = || Borrowed::shared(Home { pair: &self.pair, clear: false });
        Some(((inlet, home()), (outlet, home())))
    }
}

impl<T, const N: usize, C: Ends<T>> Default for Ring<T, N, C> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, const N: usize, C: Ends<T>> Drop for Ring<T, N, C> {
    fn drop(&mut self) {
        if needs_drop::<T>() {
            // SAFETY: (M2) the exclusive borrow shows that no end is in use.
            unsafe { C::drop_committed(self.lane()) };
        }
    }
}

impl<T, const N: usize, C: Ends<T>> fmt::Debug for Ring<T, N, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (released, committed) = self.cursors.positions();
        f.debug_struct("Ring")
            .field("capacity", &N)
            .field("released", &released)
            .field("committed", &committed)
            .finish()
    }
}
