//! Streams of `embedded_io_async`, version 0.7.
//!
//! Those traits wait, and so do these ends. At the end of the stream zero bytes are read.
use super::super::{AsyncReader, AsyncWriter, GrantError, Keep, ReadError};
use embedded_io::{ErrorType, ReadReady, WriteReady};
use embedded_io_async::{BufRead, Read, Write};

impl<K: Keep> ErrorType for AsyncWriter<'_, K> {
    type Error = GrantError;
}

impl<K: Keep> Write for AsyncWriter<'_, K> {
    /// As much as there is room for; waits while there is none. [`GrantError::Closed`] when the reader has gone, at the latest when there
    /// is no room.
    ///
    /// # Cancel safety
    /// Dropped before it is ready, it has written nothing. `write_all`, which is the trait's, may have written a part, and does not tell how much.
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, GrantError> {
        self.write_some(bytes).await
    }

    /// Nothing to do: what was written is visible, and who waits for it was woken.
    ///
    /// # Cancel safety
    /// It is ready at once.
    async fn flush(&mut self) -> Result<(), GrantError> {
        Ok(())
    }
}

impl<K: Keep> WriteReady for AsyncWriter<'_, K> {
    /// Whether a write would not wait.
    fn write_ready(&mut self) -> Result<bool, GrantError> {
        Ok(self.vacant() != 0 || self.is_closed())
    }
}

impl<K: Keep> ErrorType for AsyncReader<'_, K> {
    type Error = ReadError;
}

impl<K: Keep> Read for AsyncReader<'_, K> {
    /// As much as there is; waits while there is nothing.
    ///
    /// # Cancel safety
    /// Dropped before it is ready, it has taken nothing. `read_exact`, which is the trait's, may have taken a part, which is lost with it.
    async fn read(&mut self, into: &mut [u8]) -> Result<usize, ReadError> {
        self.read_some(into).await
    }
}

impl<K: Keep> ReadReady for AsyncReader<'_, K> {
    /// Whether a read would not wait.
    fn read_ready(&mut self) -> Result<bool, ReadError> {
        Ok(self.is_closed() || !self.is_empty())
    }
}

impl<K: Keep> BufRead for AsyncReader<'_, K> {
    /// What [`read_grant`](AsyncReader::read_grant) grants, where it lies; waits while there is nothing.
    ///
    /// # Cancel safety
    /// Nothing is taken before [`consume`](BufRead::consume).
    async fn fill_buf(&mut self) -> Result<&[u8], ReadError> {
        self.show_some().await
    }

    /// Hands the first `n` bytes back.
    ///
    /// # Panics
    /// If `n` is more than [`fill_buf`](BufRead::fill_buf) showed.
    fn consume(&mut self, n: usize) {
        self.done_with(n);
    }
}
