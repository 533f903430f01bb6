//! A ring whose slots are an array inside it.
#![expect(clippy::disallowed_types, reason = "the slots of a ring in a static are shared by its two ends")]

use super::{Borrowed, MAX_SIZE, ends};
use crate::slots::{Inlet, Lane, Outlet, drop_committed};
use annulus_protocol::lane::Cursors;
use core::cell::UnsafeCell;
use core::fmt;
use core::mem::MaybeUninit;
use core::ptr::NonNull;

/// A ring with room for `N` items inside it: for statics, stacks and structs. No allocation, no initialiser to run.
///
/// Capacity is exactly `N`, which may be any number from 1 to half the address space; zero does not compile.
///
/// ```
/// use annulus::spsc::Ring;
///
/// static SAMPLES: Ring<u16, 48> = Ring::new();
///
/// let (mut producer, mut consumer) = SAMPLES.try_split().expect("nobody else has the ends");
/// producer.push(7).unwrap();
/// assert_eq!(consumer.pop(), Ok(7));
/// ```
/// ```compile_fail,E0080
/// static NOTHING: annulus::spsc::Ring<u16, 0> = annulus::spsc::Ring::new();
/// ```
/// ```compile_fail,E0080
/// let mut nothing = annulus::spsc::Ring::<u16, 0>::new();
/// ```
pub struct Ring<T, const N: usize> {
    cursors: Cursors,
    #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
    pair: annulus_protocol::seat::Pair,
    slots: UnsafeCell<[MaybeUninit<T>; N]>,
}

// SAFETY: what a shared ring gives out is its two ends, once each (S3), and items move between threads if `T: Send`.
unsafe impl<T: Send, const N: usize> Sync for Ring<T, N> {}

type Ends<'a, T> = ((Inlet<T>, Borrowed<'a>), (Outlet<T>, Borrowed<'a>));

impl<T, const N: usize> Ring<T, N> {
    const SIZE: () = assert!(
        1 <= N && N <= MAX_SIZE,
        "a ring has room for at least one item, and fewer than half a word counts"
    );

    /// An empty ring.
    pub const fn new() -> Self {
        let () = Self::SIZE;
        Self {
            cursors: Cursors::starting_at(crate::FIRST_POSITION),
            #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
            pair: annulus_protocol::seat::Pair::new(),
            slots: UnsafeCell::new([const { MaybeUninit::uninit() }; N]),
        }
    }

    /// Number of items that fit.
    pub const fn capacity(&self) -> usize {
        N
    }

    fn lane(&self) -> Lane<T> {
        let base = NonNull::from(&self.slots).cast();
        // SAFETY: (M1) both lie in the ring, whose borrow the ends carry in `Borrowed`.
        unsafe { Lane::new(NonNull::from(&self.cursors), base, N) }
    }

    pub(crate) fn exclusive_ends(&mut self) -> Ends<'_, T> {
        self.cursors.reopen();
        // SAFETY: (M2) the exclusive borrow shows that no end is in use. One may have been forgotten: resumable.
        let (inlet, outlet) = unsafe { ends(self.lane(), 1, true) };
        ((inlet, Borrowed::exclusively()), (outlet, Borrowed::exclusively()))
    }

    #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
    pub(crate) fn shared_ends(&'static self) -> Option<Ends<'static, T>> {
        use super::keep::Home;
        if !self.pair.take() {
            return None;
        }
        self.cursors.reopen();
        // SAFETY: (M2) both ends were at home, and S3 orders what the last ones did. A forgotten end never comes home,
        // so the lane is not resumable.
        let (inlet, outlet) = unsafe { ends(self.lane(), 1, false) };
        let home = || Borrowed::shared(Home { pair: &self.pair, clear: false });
        Some(((inlet, home()), (outlet, home())))
    }
}

impl<T, const N: usize> Default for Ring<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, const N: usize> Drop for Ring<T, N> {
    fn drop(&mut self) {
        if core::mem::needs_drop::<T>() {
            self.cursors.reopen(); // a consumer that was forgotten may still hold the oldest item
            // SAFETY: (M2) the exclusive borrow shows that no end is in use.
            unsafe { drop_committed(self.lane()) };
        }
    }
}

impl<T, const N: usize> fmt::Debug for Ring<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (released, committed) = self.cursors.positions();
        f.debug_struct("Ring")
            .field("capacity", &N)
            .field("released", &released)
            .field("committed", &committed)
            .finish()
    }
}
