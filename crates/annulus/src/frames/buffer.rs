//! Making rings of frames.
use super::header::{Compact, Header};
use super::{Borrowed, FrameReader, FrameWriter};
use crate::bytes;
use core::marker::PhantomData;

#[cfg(all(feature = "alloc", any(target_has_atomic = "ptr", feature = "portable-atomic")))]
pub use on_the_heap::{RingError, ring, ring_with, try_ring, try_ring_with};

/// A ring with room for `N` bytes inside it, headers and frames: for statics, stacks and structs. No allocation, no initialiser to
/// run; the bytes are zero at first.
///
/// `N` may be any number from that of the bytes of a header, one for [`Compact`] ones, to half the address space; others do not
/// compile.
///
/// ```
/// use annulus::frames::{Buffer, Fixed};
///
/// static LOG: Buffer<256> = Buffer::new();
/// static PACKETS: Buffer<256, Fixed> = Buffer::with(Fixed);
///
/// let (mut writer, mut reader) = LOG.try_split().expect("nobody else has the ends");
/// writer.push(b"hello").unwrap();
/// assert_eq!(*reader.read().unwrap(), *b"hello");
/// # assert_eq!(PACKETS.try_split().unwrap().0.max_frame_len(), 252);
/// ```
/// ```compile_fail,E0080
/// static NOTHING: annulus::frames::Buffer<0> = annulus::frames::Buffer::new();
/// ```
/// ```compile_fail,E0080
/// use annulus::frames::{Buffer, Fixed};
/// static HALF_A_HEADER: Buffer<3, Fixed> = Buffer::with(Fixed);
/// ```
#[derive(Debug)]
pub struct Buffer<const N: usize, H: Header = Compact> {
    bytes: bytes::Buffer<N>,
    header: PhantomData<H>,
}

impl<const N: usize> Buffer<N> {
    /// An empty ring, with [`Compact`] headers.
    pub const fn new() -> Self {
        Self::with(Compact)
    }
}

impl<const N: usize, H: Header> Buffer<N, H> {
    const SIZE: () = assert!(H::SHORTEST <= N, "a ring of frames has room for at least one header");

    /// An empty ring, with headers of this kind.
    pub const fn with(_header: H) -> Self {
        let () = Self::SIZE;
        Self { bytes: bytes::Buffer::new(), header: PhantomData }
    }

    /// Number of bytes that fit, headers and frames.
    pub const fn capacity(&self) -> usize {
        N
    }

    /// The two ends, for as long as the buffer is borrowed. They go on where the last ones stopped; nothing is lost.
    ///
    /// Loads and stores are all they need.
    pub fn split(&mut self) -> (FrameWriter<Borrowed<'_>, H>, FrameReader<Borrowed<'_>, H>) {
        let (writer, reader) = self.bytes.split();
        (FrameWriter::new(writer), FrameReader::new(reader))
    }

    /// The two ends of a buffer in a `static`; `None` while they are out. When both have been dropped, they can be had
    /// again, and go on where the last ones stopped. A forgotten end never comes back.
    #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
    #[allow(clippy::type_complexity)] // the two ends, nothing to name
    pub fn try_split(
        &'static self,
    ) -> Option<(FrameWriter<Borrowed<'static>, H>, FrameReader<Borrowed<'static>, H>)> {
        let (writer, reader) = self.bytes.try_split()?;
        Some((FrameWriter::new(writer), FrameReader::new(reader)))
    }
}

impl<const N: usize, H: Header + Default> Default for Buffer<N, H> {
    fn default() -> Self {
        Self::with(H::default())
    }
}

/// A ring in the caller's memory: control words in one place, bytes in another, as many as the slice has. With [`Compact`] headers.
///
/// What is in `bytes` before stays there until it is written over, and may be seen in a [`FrameGrant`](super::FrameGrant).
///
/// ```
/// use annulus::frames;
///
/// let control = frames::Control::new();
/// let mut memory = [0; 100];
/// let (mut writer, mut reader) = frames::in_memory(&control, &mut memory);
/// assert_eq!(writer.max_frame_len(), 99);
/// writer.push(&[7; 99]).unwrap();
/// assert_eq!(*reader.read().unwrap(), [7; 99]);
/// ```
///
/// # Panics
/// If there are no bytes, or if an end of another ring with the same control words is still alive or was forgotten.
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
#[track_caller]
pub fn in_memory<'a>(
    control: &'a bytes::Control,
    bytes: &'a mut [u8],
) -> (FrameWriter<Borrowed<'a>>, FrameReader<Borrowed<'a>>) {
    in_memory_with(Compact, control, bytes)
}

/// The same with headers of another kind.
///
/// # Panics
/// If there are fewer bytes than a header has, and where [`in_memory`] does.
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
#[track_caller]
pub fn in_memory_with<'a, H: Header>(
    _header: H,
    control: &'a bytes::Control,
    bytes: &'a mut [u8],
) -> (FrameWriter<Borrowed<'a>, H>, FrameReader<Borrowed<'a>, H>) {
    let shortest = H::SHORTEST;
    assert!(
        shortest <= bytes.len(),
        "a ring of frames has room for at least one header: pass a slice of {shortest} bytes or more"
    );
    let (writer, reader) = bytes::in_memory(control, bytes);
    (FrameWriter::new(writer), FrameReader::new(reader))
}

#[cfg(all(feature = "alloc", any(target_has_atomic = "ptr", feature = "portable-atomic")))]
mod on_the_heap {
    use super::{Compact, FrameReader, FrameWriter, Header};
    use crate::bytes::{Heap, try_stream};
    pub use crate::error::RingError;

    /// A ring on the heap with room for exactly `capacity` bytes, headers and frames. With [`Compact`] headers.
    ///
    /// # Panics
    /// If `capacity` is zero, or there is not so much memory. [`try_ring`] returns an error instead.
    #[track_caller]
    pub fn ring(capacity: usize) -> (FrameWriter, FrameReader) {
        ring_with(Compact, capacity)
    }

    /// The same with headers of another kind.
    ///
    /// ```
    /// use annulus::frames::{self, Fixed};
    ///
    /// let (mut writer, mut reader) = frames::ring_with(Fixed, 1024);
    /// assert_eq!(writer.max_frame_len(), 1020);
    /// writer.push(b"hello").unwrap();
    /// assert_eq!(*reader.read().unwrap(), *b"hello");
    /// ```
    ///
    /// # Panics
    /// If `capacity` is less than a header has bytes, or there is not so much memory. [`try_ring_with`] returns an error instead.
    #[track_caller]
    pub fn ring_with<H: Header>(
        header: H,
        capacity: usize,
    ) -> (FrameWriter<Heap<u8>, H>, FrameReader<Heap<u8>, H>) {
        match try_ring_with(header, capacity) {
            Ok(ends) => ends,
            Err(error) => panic!("a ring of {capacity} bytes cannot be made: {error}"),
        }
    }

    /// A ring on the heap with room for exactly `capacity` bytes, headers and frames. With [`Compact`] headers.
    ///
    /// # Errors
    /// See [`RingError`].
    pub fn try_ring(capacity: usize) -> Result<(FrameWriter, FrameReader), RingError> {
        try_ring_with(Compact, capacity)
    }

    /// The same with headers of another kind.
    ///
    /// # Errors
    /// See [`RingError`].
    #[allow(clippy::type_complexity)] // the two ends, nothing to name
    pub fn try_ring_with<H: Header>(
        _header: H,
        capacity: usize,
    ) -> Result<(FrameWriter<Heap<u8>, H>, FrameReader<Heap<u8>, H>), RingError> {
        if (1..H::SHORTEST).contains(&capacity) {
            return Err(RingError::TooSmall);
        }
        let (writer, reader) = try_stream(capacity)?;
        Ok((FrameWriter::new(writer), FrameReader::new(reader)))
    }
}
