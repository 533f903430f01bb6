//! Streams of `embedded_io`, version 0.7.
//!
//! Those traits wait where these ends do not: where waiting would be needed, the answer is an error, [`GrantError::Full`] (of the kind `WriteZero`) or
//! [`ReadError::Empty`] (`Other`). Whoever wants to wait asks `write_ready` or `read_ready` before. At the end of the stream zero
//! bytes are read.
use super::super::{GrantError, Keep, ReadError, Reader, Writer};
use embedded_io::{BufRead, Error, ErrorKind, ErrorType, Read, ReadReady, Write, WriteReady};

impl Error for GrantError {
    fn kind(&self) -> ErrorKind {
        match self {
            GrantError::Full => ErrorKind::WriteZero,
            GrantError::Busy => ErrorKind::Other,
            GrantError::TooLarge => ErrorKind::InvalidInput,
            GrantError::Closed => ErrorKind::BrokenPipe,
        }
    }
}

impl Error for ReadError {
    fn kind(&self) -> ErrorKind {
        match self {
            ReadError::Empty | ReadError::Busy => ErrorKind::Other,
            ReadError::Closed => ErrorKind::BrokenPipe,
            ReadError::Corrupt => ErrorKind::InvalidData,
            ReadError::TooLong => ErrorKind::InvalidInput,
        }
    }
}

impl<K: Keep> ErrorType for Writer<K> {
    type Error = GrantError;
}

impl<K: Keep> Write for Writer<K> {
    /// As much as there is room for. Never waits: [`GrantError::Full`] if there is none.
    fn write(&mut self, bytes: &[u8]) -> Result<usize, GrantError> {
        self.write_some(bytes)
    }

    /// Nothing to do: what was written is visible.
    fn flush(&mut self) -> Result<(), GrantError> {
        Ok(())
    }
}

impl<K: Keep> WriteReady for Writer<K> {
    /// Whether there is room, or there will never be any.
    fn write_ready(&mut self) -> Result<bool, GrantError> {
        Ok(self.vacant() != 0 || self.is_closed())
    }
}

impl<K: Keep> ErrorType for Reader<K> {
    type Error = ReadError;
}

impl<K: Keep> Read for Reader<K> {
    /// As much as there is. Never waits: [`ReadError::Empty`] if there is nothing yet.
    fn read(&mut self, into: &mut [u8]) -> Result<usize, ReadError> {
        self.read_some(into)
    }
}

impl<K: Keep> ReadReady for Reader<K> {
    /// Whether there is something, or there will never be.
    fn read_ready(&mut self) -> Result<bool, ReadError> {
        Ok(self.is_closed() || !self.is_empty())
    }
}

impl<K: Keep> BufRead for Reader<K> {
    /// What [`read`](Reader::read) grants, where it lies. Never waits: [`ReadError::Empty`] if there is nothing yet.
    fn fill_buf(&mut self) -> Result<&[u8], ReadError> {
        self.show_some()
    }

    /// Hands the first `n` bytes back.
    ///
    /// # Panics
    /// If `n` is more than [`fill_buf`](BufRead::fill_buf) showed.
    fn consume(&mut self, n: usize) {
        self.in_sight().release(n);
    }
}
