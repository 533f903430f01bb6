//! The ends as streams of `std::io`.
//!
//! Like a non-blocking pipe: [`WouldBlock`](io::ErrorKind::WouldBlock) where waiting would be needed, end of file when the
//! writer has gone and everything is read, [`BrokenPipe`](io::ErrorKind::BrokenPipe) when the reader has gone.
use super::{GrantError, Keep, ReadError, Reader, Writer};
use crate::slots::bytes::Outlet;
use std::io;

impl<K: Keep> io::Write for Writer<K> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.push_slice(bytes) {
            0 if bytes.is_empty() => Ok(0),
            0 if self.is_closed() => Err(io::Error::new(io::ErrorKind::BrokenPipe, GrantError::Closed)),
            0 => Err(io::ErrorKind::WouldBlock.into()),
            n => Ok(n),
        }
    }

    /// Nothing to do: what was written is visible.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<K: Keep> io::Read for Reader<K> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        match self.look_with(Outlet::look_for_all) {
            Ok(()) => Ok(self.take_seen(into)),
            Err(ReadError::Closed) => Ok(0),
            Err(ReadError::Empty | ReadError::Busy) => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}

impl<K: Keep> io::BufRead for Reader<K> {
    /// What [`read`](Reader::read) grants, where it lies.
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self.look_with(Outlet::look) {
            Ok(()) => Ok(self.in_sight().into_slice()),
            Err(ReadError::Closed) => Ok(&[]),
            Err(ReadError::Empty | ReadError::Busy) => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    /// Hands the first `n` bytes back.
    ///
    /// # Panics
    /// If `n` is more than [`fill_buf`](io::BufRead::fill_buf) showed.
    fn consume(&mut self, n: usize) {
        self.in_sight().release(n);
    }
}
