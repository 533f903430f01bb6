//! The same memory twice, back to back.
use rustix::fs::MemfdFlags;
use rustix::mm::{MapFlags, ProtFlags};
use std::io;
use std::ptr::NonNull;

/// Bytes, and right behind them the same bytes again, mapped until it is dropped. They are zero at first.
///
/// A process that is forked shares them.
#[derive(Debug)]
pub(crate) struct Mirror {
    start: NonNull<u8>,
    /// Of one of the two: whole pages.
    len: usize,
}

// SAFETY: a mapping belongs to the process, not to a thread; this type itself never touches its bytes.
unsafe impl Send for Mirror {}
// SAFETY: as above.
unsafe impl Sync for Mirror {}

impl Mirror {
    /// Maps `len` bytes, rounded up to whole pages, twice. As on the heap, the system finds the memory when it is first touched; more
    /// than there is in all is refused.
    pub(crate) fn new(len: usize) -> io::Result<Self> {
        let pages = len.checked_next_multiple_of(rustix::param::page_size());
        let (len, both) =
            pages.and_then(|len| Some((len, len.checked_mul(2)?))).ok_or(io::ErrorKind::OutOfMemory)?;
        let machine = rustix::system::sysinfo();
        if machine.totalram.saturating_mul(machine.mem_unit.into()) < len as u64 {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        let file = rustix::fs::memfd_create(c"annulus", MemfdFlags::CLOEXEC)?;
        rustix::fs::ftruncate(&file, len as u64)?;
        let nothing = (ProtFlags::empty(), MapFlags::PRIVATE | MapFlags::NORESERVE);
        // SAFETY: a new mapping at an address of the kernel's choice disturbs nobody.
        let start = unsafe { rustix::mm::mmap_anonymous(std::ptr::null_mut(), both, nothing.0, nothing.1) }?;
        let start = NonNull::new(start.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        let mirror = Self { start, len }; // whose drop unmaps what there is by then
        for half in [0, len] {
            let at = start.as_ptr().wrapping_add(half).cast();
            let (bytes, shared) = (ProtFlags::READ | ProtFlags::WRITE, MapFlags::SHARED | MapFlags::FIXED);
            // SAFETY: what it replaces is half of the mapping above, which is ours, and which nobody has the address of yet.
            unsafe { rustix::mm::mmap(at, len, bytes, shared, &file, 0) }?;
        }
        Ok(mirror)
    }

    pub(crate) fn start(&self) -> NonNull<u8> {
        self.start
    }

    /// Of one of the two.
    pub(crate) fn len(&self) -> usize {
        self.len
    }
}

impl Drop for Mirror {
    fn drop(&mut self) {
        // SAFETY: mapped by `new` and unmapped once; whoever uses addresses in it keeps it alive (M1).
        let _ = unsafe { rustix::mm::munmap(self.start.as_ptr().cast(), 2 * self.len) };
    }
}
