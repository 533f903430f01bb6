//! Making rings of bytes.
use super::{Borrowed, Reader, Writer};
use crate::memory;
use annulus_protocol::bip::Cursors;

#[cfg(all(feature = "alloc", any(target_has_atomic = "ptr", feature = "portable-atomic")))]
pub use on_the_heap::{RingError, stream, try_stream};

/// A ring with room for `N` bytes inside it: for statics, stacks and structs. No allocation, no initialiser to run; the
/// bytes are zero at first.
///
/// Capacity is exactly `N`, which may be any number from 1 to half the address space; zero does not compile.
///
/// ```
/// use annulus::bytes::Buffer;
///
/// static FRAMES: Buffer<256> = Buffer::new();
///
/// let (mut writer, mut reader) = FRAMES.try_split().expect("nobody else has the ends");
/// let mut grant = writer.grant_exact(3).unwrap();
/// grant.copy_from_slice(&[1, 2, 3]);
/// grant.commit(3);
/// assert_eq!(*reader.read().unwrap(), [1, 2, 3]);
/// ```
/// ```compile_fail,E0080
/// static NOTHING: annulus::bytes::Buffer<0> = annulus::bytes::Buffer::new();
/// ```
pub type Buffer<const N: usize> = memory::Ring<u8, N, Cursors>;

/// The control words of a ring of bytes in the caller's memory. One ring at a time uses them.
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub type Control = memory::Control<Cursors>;

impl<const N: usize> Buffer<N> {
    /// The two ends, for as long as the buffer is borrowed. They go on where the last ones stopped; nothing is lost.
    ///
    /// Loads and stores are all they need.
    pub fn split(&mut self) -> (Writer<Borrowed<'_>>, Reader<Borrowed<'_>>) {
        let ((inlet, keep), (outlet, also)) = self.exclusive_ends();
        (Writer::new(inlet, keep), Reader::new(outlet, also))
    }

    /// The two ends of a buffer in a `static`; `None` while they are out. When both have been dropped, they can be had
    /// again, and go on where the last ones stopped. A forgotten end never comes back.
    #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
    pub fn try_split(&'static self) -> Option<(Writer<Borrowed<'static>>, Reader<Borrowed<'static>>)> {
        let ((inlet, keep), (outlet, also)) = self.shared_ends()?;
        Some((Writer::new(inlet, keep), Reader::new(outlet, also)))
    }
}

/// A ring in the caller's memory: control words in one place, bytes in another, as many as the slice has.
///
/// What is in `bytes` before stays there until it is written over, and may be seen in a [`Grant`](super::Grant).
///
/// ```
/// use annulus::bytes;
///
/// let control = bytes::Control::new();
/// let mut memory = [0; 100];
/// let (mut writer, mut reader) = bytes::in_memory(&control, &mut memory);
/// let mut grant = writer.grant_up_to(1000).unwrap();
/// grant.fill(0xA5);
/// grant.commit(100);
/// assert_eq!(reader.read().unwrap().len(), 100);
/// ```
///
/// # Panics
/// If there are no bytes, or if an end of another ring with the same control words is still alive or was forgotten.
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
#[track_caller]
pub fn in_memory<'a>(
    control: &'a Control,
    bytes: &'a mut [u8],
) -> (Writer<Borrowed<'a>>, Reader<Borrowed<'a>>) {
    match control.ends(bytes) {
        Ok(((inlet, keep), (outlet, also))) => (Writer::new(inlet, keep), Reader::new(outlet, also)),
        Err(unfit) => panic!("{unfit}"),
    }
}

#[cfg(all(feature = "alloc", any(target_has_atomic = "ptr", feature = "portable-atomic")))]
mod on_the_heap {
    use super::{Cursors, Reader, Writer};
    pub use crate::error::RingError;
    use crate::memory::{MAX_SIZE, allocate};

    /// A ring on the heap with room for exactly `capacity` bytes, which are zero at first.
    ///
    /// # Panics
    /// If `capacity` is zero, or there is not so much memory. [`try_stream`] returns an error instead.
    #[track_caller]
    pub fn stream(capacity: usize) -> (Writer, Reader) {
        match try_stream(capacity) {
            Ok(ends) => ends,
            Err(error) => panic!("a ring of {capacity} bytes cannot be made: {error}"),
        }
    }

    /// A ring on the heap with room for exactly `capacity` bytes, which are zero at first.
    ///
    /// # Errors
    /// See [`RingError`].
    pub fn try_stream(capacity: usize) -> Result<(Writer, Reader), RingError> {
        if capacity == 0 {
            return Err(RingError::Zero);
        }
        if MAX_SIZE < capacity {
            return Err(RingError::TooLarge);
        }
        let ends = allocate::<u8, Cursors>(capacity, 1);
        let ((inlet, keep), (outlet, also)) = ends.map_err(|_| RingError::OutOfMemory)?;
        Ok((Writer::new(inlet, keep), Reader::new(outlet, also)))
    }
}
