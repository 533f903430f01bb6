//! What belongs to an end beside its inlet or outlet.
use super::Keep;
use crate::slots::bytes::Stream;
use annulus_protocol::life::End;

/// Closes an end and leaves the ring when it is dropped. A part of the end, and not the end's own drop, so that an end can be taken
/// apart for a grant that owns it, and put together again.
pub(super) struct Leave<K: Keep> {
    keep: K,
    stream: Stream,
    end: End,
}

impl<K: Keep> Leave<K> {
    pub(super) fn new(keep: K, stream: Stream, end: End) -> Self {
        Self { keep, stream, end }
    }

    pub(super) fn close(&self) {
        let cursors = self.stream.cursors();
        match self.end {
            End::Writer => cursors.writer().close(),
            End::Reader => cursors.reader().close(),
        }
    }
}

impl<K: Keep> Drop for Leave<K> {
    fn drop(&mut self) {
        self.close();
        self.keep.copy().leave(self.end, &self.stream);
    }
}

/// Of a writer, without its inlet. Sealed by its place: nobody outside the crate can name it.
pub struct WriterRest<K: Keep> {
    pub(super) leave: Leave<K>,
    /// This end said that it would not go on.
    pub(super) stopped: bool,
}

/// Of a reader, without its outlet. Sealed by its place: nobody outside the crate can name it.
pub struct ReaderRest<K: Keep> {
    pub(super) leave: Leave<K>,
}
