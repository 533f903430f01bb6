//! Making rings of bytes that never wrap.
use super::{Reader, Writer};
use std::io;

/// A ring whose memory is mapped twice, back to back: every grant has all the room there is, and every read all the bytes there are,
/// next to each other. There is no pad, so nothing is ever left out.
///
/// The capacity is `capacity` rounded up to whole pages (4096 bytes, often): [`Writer::capacity`] tells. The bytes are zero at first.
/// They are in shared memory of this process, without a name: a process that is forked from this one shares them, and
/// must leave both ends alone.
///
/// # Errors
/// [`InvalidInput`](io::ErrorKind::InvalidInput) if `capacity` is zero. [`OutOfMemory`](io::ErrorKind::OutOfMemory), or what the system
/// says, if there is not so much memory, address space, or files that may be open for a moment.
/// [`Unsupported`](io::ErrorKind::Unsupported) where it is not 64-bit Linux: [`stream`](super::stream) does all of it but for the
/// pads, and [`Reader::read_split`] gets all there is to read in two pieces.
///
/// ```
/// # if !cfg!(all(target_os = "linux", target_pointer_width = "64")) { return Ok(()) }
/// let (mut writer, mut reader) = annulus::bytes::mirrored(1)?;
/// let capacity = writer.capacity();
/// writer.grant_exact(capacity - 1).unwrap().commit(capacity - 1);
/// reader.read().unwrap().release(capacity - 1);
/// // One byte before the end, and yet:
/// let mut grant = writer.grant_exact(5).unwrap();
/// grant.copy_from_slice(b"hello");
/// grant.commit(5);
/// assert_eq!(*reader.read().unwrap(), *b"hello");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn mirrored(capacity: usize) -> io::Result<(Writer, Reader)> {
    if capacity == 0 {
        let why = "a ring of no bytes cannot be made: pass a capacity of at least 1";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    make(capacity)
}

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn make(capacity: usize) -> io::Result<(Writer, Reader)> {
    let ((inlet, keep), (outlet, also)) = crate::memory::mirrored(capacity)?;
    Ok((Writer::new(inlet, keep), Reader::new(outlet, also)))
}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
fn make(_: usize) -> io::Result<(Writer, Reader)> {
    let why = "memory that is mapped twice is made on 64-bit Linux only: use `bytes::stream` instead";
    Err(io::Error::new(io::ErrorKind::Unsupported, why))
}
