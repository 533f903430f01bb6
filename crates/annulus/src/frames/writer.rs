//! The end that writes.
use super::header::{Compact, Header};
use super::{FrameGrant, Heap, Keep};
use crate::bytes::Writer;
use crate::error::GrantError;
use annulus_protocol::life::State;
use core::fmt;
use core::marker::PhantomData;

/// The end that writes. It never waits, and there is one to a ring, so its operations take `&mut self`.
///
/// `K` says who keeps the ring alive: [`Heap`], or [`Borrowed`](super::Borrowed) for a lifetime. `H` says what the headers are.
///
/// When it is dropped, the ring closes: the reader gets what is left, then [`ReadError::Closed`](super::ReadError).
pub struct FrameWriter<K: Keep = Heap<u8>, H: Header = Compact> {
    writer: Writer<K>,
    /// See [`Self::max_frame_len`].
    longest: usize,
    header: PhantomData<H>,
}

impl<K: Keep, H: Header> FrameWriter<K, H> {
    pub(super) fn new(writer: Writer<K>) -> Self {
        let longest = H::longest(writer.capacity());
        Self { writer, longest, header: PhantomData }
    }

    /// Room for a frame of `max` bytes, or fewer. Nothing moves until [`FrameGrant::commit`].
    ///
    /// # Errors
    /// [`GrantError::TooLarge`] if `max` is more than [`max_frame_len`](Self::max_frame_len), [`GrantError::Full`] if there is not so
    /// much room in one piece now, [`GrantError::Closed`] instead of that if an end has closed. An empty ring is never full.
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    pub fn grant(&mut self, max: usize) -> Result<FrameGrant<'_, H>, GrantError> {
        if self.longest < max {
            return Err(GrantError::TooLarge);
        }
        let width = H::width(max);
        let bytes = self.writer.grant_within(width + max)?; // at most the capacity (F2)
        Ok(FrameGrant::new(bytes, width))
    }

    /// Copies a frame in.
    ///
    /// # Errors
    /// As [`grant`](Self::grant).
    ///
    /// # Progress
    /// Wait-free, and copying the bytes.
    #[inline]
    pub fn push(&mut self, frame: &[u8]) -> Result<(), GrantError> {
        let mut grant = self.grant(frame.len())?;
        grant.copy_from_slice(frame);
        grant.commit(frame.len());
        Ok(())
    }

    /// The longest frame there can be, in bytes: exactly so many and each number below fit an empty ring, wherever the last frame
    /// ended.
    #[inline]
    pub fn max_frame_len(&self) -> usize {
        self.longest
    }

    /// How many bytes fit into the ring in all, headers and frames.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.writer.capacity()
    }

    /// Whether an end has closed, so that writing is of no more use.
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.writer.is_closed()
    }

    /// Whether the ring is open, closing (what is in it still comes out) or closed. To this end it is closed as soon as the reader
    /// has closed, for nobody need come for what is left.
    pub fn state(&self) -> State {
        self.writer.state()
    }

    /// What this end knows, for tests that go through all states.
    #[cfg(test)]
    pub(super) fn view(&self) -> annulus_protocol::bip::View {
        self.writer.view()
    }

    /// Writes no more. What was committed still comes out. Dropping the writer does the same.
    pub fn close(&mut self) {
        self.writer.close();
    }
}

impl<K: Keep, H: Header> fmt::Debug for FrameWriter<K, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameWriter")
            .field("bytes", &self.writer)
            .field("max_frame_len", &self.longest)
            .finish()
    }
}
