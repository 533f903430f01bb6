//! The ends as streams of others' traits. All of them come down to the three steps here, which never wait.
use super::{GrantError, Keep, ReadError, Reader, Writer};
use crate::slots::bytes::Outlet;
use core::fmt;

#[cfg(feature = "embedded-io")]
mod embedded;
#[cfg(feature = "embedded-io-async")]
mod embedded_async;
#[cfg(feature = "std")]
mod standard;

impl<K: Keep> Writer<K> {
    /// As much as there is room for.
    pub(super) fn write_some(&mut self, bytes: &[u8]) -> Result<usize, GrantError> {
        match self.push_slice(bytes) {
            0 if bytes.is_empty() => Ok(0),
            0 if self.is_closed() => Err(GrantError::Closed),
            0 => Err(GrantError::Full),
            n => Ok(n),
        }
    }
}

impl<K: Keep> Reader<K> {
    /// As much as there is; nothing at the end.
    pub(super) fn read_some(&mut self, into: &mut [u8]) -> Result<usize, ReadError> {
        if into.is_empty() {
            return Ok(0);
        }
        match self.look_with(Outlet::look_for_all) {
            Ok(()) => Ok(self.take_seen(into)),
            Err(ReadError::Closed) => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// What lies next to each other, where it lies; nothing at the end.
    #[cfg(any(feature = "std", feature = "embedded-io"))]
    pub(super) fn show_some(&mut self) -> Result<&[u8], ReadError> {
        match self.look_with(Outlet::look) {
            Ok(()) => Ok(self.in_sight().into_slice()),
            Err(ReadError::Closed) => Ok(&[]),
            Err(error) => Err(error),
        }
    }
}

/// For log lines and other text: what is written is visible at once.
///
/// A piece of text goes in as a whole, or not at all, and that is an error: no character is ever cut. `write!` hands on one piece for each of
/// its parts, so that a line can end after any of them; one that must not is formatted before, or into a grant.
///
/// ```
/// use core::fmt::Write;
///
/// let (mut writer, mut reader) = annulus::bytes::stream(12);
/// write!(writer, "t={}", 25).unwrap();
/// assert!(writer.write_str("too much for it").is_err());
/// assert_eq!(*reader.read().unwrap(), *b"t=25");
/// ```
impl<K: Keep> fmt::Write for Writer<K> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.vacant() < text.len() {
            return Err(fmt::Error);
        }
        self.push_slice(text.as_bytes()); // what was vacant is not less now
        Ok(())
    }
}
