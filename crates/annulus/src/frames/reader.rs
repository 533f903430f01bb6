//! The end that reads.
use super::header::{Compact, Header};
use super::{Frame, Heap, Keep};
use crate::bytes::Reader;
use crate::error::ReadError;
use annulus_protocol::life::State;
use core::fmt;
use core::marker::PhantomData;

/// The end that reads. It never waits, and there is one to a ring, so its operations take `&mut self`.
///
/// `K` says who keeps the ring alive: [`Heap`], or [`Borrowed`](super::Borrowed) for a lifetime. `H` says what the headers are.
///
/// When it is dropped, the ring closes: the writer finds [`GrantError::Closed`](super::GrantError) at the latest when the ring would otherwise
/// be full.
pub struct FrameReader<K: Keep = Heap<u8>, H: Header = Compact> {
    reader: Reader<K>,
    header: PhantomData<H>,
}

impl<K: Keep, H: Header> FrameReader<K, H> {
    pub(super) fn new(reader: Reader<K>) -> Self {
        Self { reader, header: PhantomData }
    }

    /// The oldest frame, exactly as it was committed. Nothing moves until [`Frame::release`].
    ///
    /// # Errors
    /// [`ReadError::Empty`]; [`ReadError::Closed`] if the ring is empty and an end has closed; [`ReadError::Corrupt`] if what should be
    /// a header was written over so that it is none, or tells of more bytes than there are, until [`resync`](Self::resync).
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn read(&mut self) -> Result<Frame<'_>, ReadError> {
        // What is in sight are whole frames (F1): there is more to see only when that has been read.
        self.reader.has_bytes()?;
        let bytes = self.reader.in_sight();
        match H::decode(&bytes) {
            Some((width, len)) if len <= bytes.len() - width => Ok(Frame::new(bytes, width, len)),
            _ => Err(ReadError::Corrupt),
        }
    }

    /// Copies the oldest frame out, releases it, and tells how long it was.
    ///
    /// # Errors
    /// As [`read`](Self::read); and [`ReadError::TooLong`] if it is longer than `into`, of which no more than
    /// [`max_frame_len`](Self::max_frame_len) bytes are ever needed. It stays then, and nothing is copied.
    ///
    /// # Progress
    /// Wait-free, and copying the bytes.
    #[inline]
    pub fn pop_into(&mut self, into: &mut [u8]) -> Result<usize, ReadError> {
        let frame = self.read()?;
        let len = frame.len();
        into.get_mut(..len).ok_or(ReadError::TooLong)?.copy_from_slice(&frame);
        frame.release();
        Ok(len)
    }

    /// Drops everything that has been committed so far, and tells how many bytes that were, headers among them. The next frame that
    /// is committed is read right: where it begins is told by the cursors, which do not lie among the bytes.
    ///
    /// The way out of [`ReadError::Corrupt`]. It may be taken at any other time as well.
    ///
    /// ```
    /// use annulus::frames::{ReadError, ring};
    ///
    /// let (mut writer, mut reader) = ring(64);
    /// # writer.push(b"hello").unwrap();
    /// // A frame borrows its reader until it is gone, be it in the arms of a `match`.
    /// let done = reader.read().map(|frame| {
    ///     assert_eq!(*frame, *b"hello");
    ///     frame.release();
    /// });
    /// match done {
    ///     Ok(()) | Err(ReadError::Empty) => {}
    ///     Err(ReadError::Corrupt) => _ = reader.resync(), // and tell somebody
    ///     Err(error) => panic!("{error}"),
    /// }
    /// ```
    ///
    /// # Progress
    /// Wait-free.
    pub fn resync(&mut self) -> usize {
        let Ok(all) = self.reader.read_split() else { return 0 };
        let n = all.len();
        all.release(n);
        n
    }

    /// Whether there was no frame just now.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.reader.is_empty()
    }

    /// The longest frame there can be, in bytes.
    #[inline]
    pub fn max_frame_len(&self) -> usize {
        H::longest(self.capacity())
    }

    /// How many bytes fit into the ring in all, headers and frames.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.reader.capacity()
    }

    /// Whether an end has closed, so that no new frames come in. Those in the ring still come out: see [`state`](Self::state).
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.reader.is_closed()
    }

    /// Whether the ring is open, closing (what is in it still comes out) or closed.
    pub fn state(&self) -> State {
        self.reader.state()
    }

    /// What this end knows, for tests that go through all states.
    #[cfg(test)]
    pub(super) fn view(&self) -> annulus_protocol::bip::View {
        self.reader.view()
    }

    /// Wants no more frames. Those in the ring still come out. Dropping the reader does the same.
    pub fn close(&mut self) {
        self.reader.close();
    }
}

impl<K: Keep, H: Header> fmt::Debug for FrameReader<K, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameReader").field("bytes", &self.reader).finish()
    }
}
