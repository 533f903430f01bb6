//! Byte rings as streams.
//!
//! Like a non-blocking pipe: [`WouldBlock`](io::ErrorKind::WouldBlock) where waiting would be needed, end of file when the
//! producer has gone and everything is read, [`BrokenPipe`](io::ErrorKind::BrokenPipe) when the consumer has gone.
use super::{Consumer, Keep, Producer};
use crate::PushError;
use std::io;

impl<K: Keep> io::Write for Producer<u8, K> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.push_slice(bytes) {
            0 if bytes.is_empty() => Ok(0),
            0 if self.is_closed() => Err(io::Error::new(io::ErrorKind::BrokenPipe, PushError::Closed(()))),
            0 => Err(io::ErrorKind::WouldBlock.into()),
            n => Ok(n),
        }
    }

    /// Nothing to do: what was written is visible.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<K: Keep> io::Read for Consumer<u8, K> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self.claim_up_to(bytes.len()) {
            Ok(grant) => Ok(grant.swap_into(bytes)),
            Err(crate::PopError::Closed) => Ok(0),
            Err(_) => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}
