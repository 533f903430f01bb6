//! Making rings.
use super::{Borrowed, Consumer, Producer};
use crate::memory;
use annulus_protocol::lane::Cursors;

#[cfg(all(feature = "alloc", any(target_has_atomic = "ptr", feature = "portable-atomic")))]
pub use on_the_heap::{Options, RingError, ring};

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
pub type Ring<T, const N: usize> = memory::Ring<T, N, Cursors>;

/// The control words of a ring in the caller's memory. One ring at a time uses them.
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub type Control = memory::Control<Cursors>;

impl<T, const N: usize> Ring<T, N> {
    /// The two ends, for as long as the ring is borrowed. They go on where the last ones stopped; nothing is lost.
    ///
    /// ```
    /// let mut ring = annulus::spsc::Ring::<u8, 3>::new();
    /// {
    ///     let (mut producer, _consumer) = ring.split();
    ///     producer.push(1).unwrap();
    /// }
    /// let (_producer, mut consumer) = ring.split();
    /// assert_eq!(consumer.pop(), Ok(1));
    /// ```
    pub fn split(&mut self) -> (Producer<T, Borrowed<'_>>, Consumer<T, Borrowed<'_>>) {
        let ((inlet, keep), (outlet, also)) = self.exclusive_ends();
        (Producer::new(inlet, keep), Consumer::new(outlet, also))
    }

    /// The two ends of a ring in a `static`; `None` while they are out. When both have been dropped, they can be had
    /// again, and go on where the last ones stopped. A forgotten end never comes back.
    #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
    #[allow(clippy::type_complexity)] // the two ends, nothing to name
    pub fn try_split(
        &'static self,
    ) -> Option<(Producer<T, Borrowed<'static>>, Consumer<T, Borrowed<'static>>)> {
        let ((inlet, keep), (outlet, also)) = self.shared_ends()?;
        Some((Producer::new(inlet, keep), Consumer::new(outlet, also)))
    }
}

/// A ring in the caller's memory: control words in one place, slots in another, as large as the slice.
///
/// What is in `slots` before does not matter. Items left when the last end goes are dropped by it.
///
/// ```
/// use annulus::spsc;
/// use core::mem::MaybeUninit;
///
/// let control = spsc::Control::new();
/// let mut slots = [const { MaybeUninit::uninit() }; 5];
/// let (mut producer, mut consumer) = spsc::in_memory(&control, &mut slots);
/// producer.push("hello").unwrap();
/// assert_eq!(consumer.pop(), Ok("hello"));
/// ```
///
/// # Panics
/// If there are no slots, or if an end of another ring with the same control words is still alive or was forgotten.
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
#[allow(clippy::type_complexity)] // the two ends, nothing to name
#[track_caller]
pub fn in_memory<'a, T>(
    control: &'a Control,
    slots: &'a mut [core::mem::MaybeUninit<T>],
) -> (Producer<T, Borrowed<'a>>, Consumer<T, Borrowed<'a>>) {
    match control.ends(slots) {
        Ok(((inlet, keep), (outlet, also))) => (Producer::new(inlet, keep), Consumer::new(outlet, also)),
        Err(unfit) => panic!("{unfit}"),
    }
}

#[cfg(all(feature = "alloc", any(target_has_atomic = "ptr", feature = "portable-atomic")))]
mod on_the_heap {
    use super::{Consumer, Cursors, Producer};
    pub use crate::error::RingError;
    use crate::memory::{MAX_SIZE, allocate};

    /// A ring on the heap with room for exactly `capacity` items.
    ///
    /// ```
    /// let (mut producer, mut consumer) = annulus::spsc::ring(3);
    /// producer.push("hello").unwrap();
    /// assert_eq!(consumer.pop(), Ok("hello"));
    /// ```
    ///
    /// # Panics
    /// If `capacity` is zero, or there is not so much memory. [`Options::try_ring`] returns an error instead.
    #[track_caller]
    pub fn ring<T>(capacity: usize) -> (Producer<T>, Consumer<T>) {
        Options::new(capacity).ring()
    }

    /// What a ring on the heap can be asked for.
    #[derive(Clone, Debug)]
    pub struct Options {
        capacity: usize,
        credit: usize,
        overwrite: bool,
    }

    impl Options {
        /// Room for exactly `capacity` items.
        pub fn new(capacity: usize) -> Self {
            Self { capacity, credit: 1, overwrite: false }
        }

        /// Lets the consumer return space only every `k` items, and when it finds the ring empty. That saves traffic
        /// between cores and costs `k - 1` slots more: full still means *at least* `capacity` unread items, but up to
        /// `capacity + k - 1` may fit, which is what the ends then report as their capacity. With `k = 1`, the default, the
        /// capacity is exact.
        #[must_use]
        pub fn credit(mut self, k: usize) -> Self {
            self.credit = k;
            self
        }

        /// Prepares the ring for [`force_push`](Producer::force_push): its consumer never claims more than the items it is
        /// working on, at the price of a compare-and-swap for each pop. A ring that was not prepared learns it from its first
        /// `force_push`.
        #[must_use]
        pub fn overwrite(mut self) -> Self {
            self.overwrite = true;
            self
        }

        /// Makes the ring.
        ///
        /// # Panics
        /// Where [`try_ring`](Self::try_ring) fails.
        #[track_caller]
        pub fn ring<T>(&self) -> (Producer<T>, Consumer<T>) {
            match self.try_ring() {
                Ok(ends) => ends,
                Err(error) => panic!("a ring of capacity {} cannot be made: {error}", self.capacity),
            }
        }

        /// Makes the ring.
        ///
        /// # Errors
        /// See [`RingError`].
        pub fn try_ring<T>(&self) -> Result<(Producer<T>, Consumer<T>), RingError> {
            if self.capacity == 0 || self.credit == 0 {
                return Err(RingError::Zero);
            }
            let size = self.capacity.checked_add(self.credit - 1).filter(|size| *size <= MAX_SIZE);
            let size = size.ok_or(RingError::TooLarge)?;
            let ((inlet, keep), (outlet, also)) =
                allocate::<T, Cursors>(size, self.credit).map_err(|_| RingError::OutOfMemory)?;
            if self.overwrite {
                inlet.lane().cursors().expect_overwriting();
            }
            Ok((Producer::new(inlet, keep), Consumer::new(outlet, also)))
        }
    }
}
