//! Streams of `std::io`.
//!
//! Like a non-blocking pipe: [`WouldBlock`](io::ErrorKind::WouldBlock) where waiting would be needed, end of file when the
//! writer has gone and everything is read, [`BrokenPipe`](io::ErrorKind::BrokenPipe) when the reader has gone.
use super::super::{GrantError, Keep, ReadError, Reader, Writer};
use std::io;

fn not_written(error: GrantError) -> io::Error {
    match error {
        GrantError::Closed => io::Error::new(io::ErrorKind::BrokenPipe, error),
        _ => io::ErrorKind::WouldBlock.into(),
    }
}

fn not_read(_: ReadError) -> io::Error {
    io::ErrorKind::WouldBlock.into()
}

impl<K: Keep> io::Write for Writer<K> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_some(bytes).map_err(not_written)
    }

    /// Nothing to do: what was written is visible.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<K: Keep> io::Read for Reader<K> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.read_some(into).map_err(not_read)
    }
}

impl<K: Keep> io::BufRead for Reader<K> {
    /// What [`read`](Reader::read) grants, where it lies.
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.show_some().map_err(not_read)
    }

    /// Hands the first `n` bytes back.
    ///
    /// # Panics
    /// If `n` is more than [`fill_buf`](io::BufRead::fill_buf) showed.
    fn consume(&mut self, n: usize) {
        self.in_sight().release(n);
    }
}
