//! A file as memory, shared with whoever else maps it.
use rustix::mm::{MapFlags, ProtFlags};
use std::io;
use std::os::fd::OwnedFd;
use std::ptr::NonNull;

/// Shared memory, mapped until it is dropped.
///
/// The bytes may change at any time: another process has them too. Should the file be cut short meanwhile, touching what is
/// gone kills the process (SIGBUS); no check can rule that out.
#[derive(Debug)]
pub(crate) struct Map {
    start: NonNull<u8>,
    len: usize,
}

// SAFETY: a mapping belongs to the process, not to a thread; this type itself never touches its bytes.
unsafe impl Send for Map {}
// SAFETY: as above.
unsafe impl Sync for Map {}

impl Map {
    /// Maps the first `len` bytes, which the file must have.
    pub(crate) fn new(file: &OwnedFd, len: usize) -> io::Result<Self> {
        // SAFETY: a new mapping at an address of the kernel's choice disturbs nobody.
        let start = unsafe {
            rustix::mm::mmap(
                std::ptr::null_mut(),
                len,
                ProtFlags::READ | ProtFlags::WRITE,
                MapFlags::SHARED,
                file,
                0,
            )
        }?;
        let start = NonNull::new(start.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Self { start, len })
    }

    /// The address `offset` bytes after the start; nothing if fewer than `len` bytes follow.
    pub(crate) fn at(&self, offset: usize, len: usize) -> Option<NonNull<u8>> {
        if offset.checked_add(len)? > self.len {
            return None;
        }
        NonNull::new(self.start.as_ptr().wrapping_add(offset)) // within the mapping, or one past its end
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        // SAFETY: mapped by `new` and unmapped once; whoever uses addresses in it keeps it alive (M1).
        let _ = unsafe { rustix::mm::munmap(self.start.as_ptr().cast(), self.len) };
    }
}
