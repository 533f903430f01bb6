//! Files in shared memory, by name.
//!
//! A file is made without a name, filled, and only then linked under its name: nobody ever opens a half-made one, and a
//! maker that is killed on the way leaves nothing behind.
use rustix::fs::{AtFlags, CWD, FallocateFlags, FileType, Mode, OFlags};
use rustix::io::Errno;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};

/// Where Linux keeps shared memory that has a name: `shm_open(3)`, <https://man7.org/linux/man-pages/man7/shm_overview.7.html>.
const FOLDER: &str = "/dev/shm";

/// What the names of our files begin with.
const PREFIX: &str = "annulus.";

fn path(name: &str) -> String {
    format!("{FOLDER}/{PREFIX}{name}")
}

/// A file that is filled before it gets its name.
#[derive(Debug)]
pub(crate) struct Unnamed {
    file: OwnedFd,
    /// Where the system makes no file without a name, a name nobody looks for.
    temporary: Option<String>,
}

/// Makes a file of `len` bytes, all of them zero and reserved: no later write can fail for want of memory.
pub(crate) fn make(len: u64, mode: u32) -> io::Result<Unnamed> {
    let made = make_unnamed()?;
    rustix::fs::fallocate(&made.file, FallocateFlags::empty(), 0, len)?;
    rustix::fs::fchmod(&made.file, Mode::from_raw_mode(mode))?; // exact, whatever the umask
    Ok(made)
}

fn make_unnamed() -> io::Result<Unnamed> {
    let flags = OFlags::RDWR | OFlags::CLOEXEC;
    match rustix::fs::open(FOLDER, flags | OFlags::TMPFILE, Mode::RUSR | Mode::WUSR) {
        Ok(file) => return Ok(Unnamed { file, temporary: None }),
        Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL) => {}
        Err(error) => return Err(error.into()),
    }
    let temporary = format!("{FOLDER}/.{PREFIX}{}.{:x}", std::process::id(), random());
    let flags = flags | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW;
    let file = rustix::fs::open(&temporary, flags, Mode::RUSR | Mode::WUSR)?;
    Ok(Unnamed { file, temporary: Some(temporary) })
}

impl Unnamed {
    pub(crate) fn file(&self) -> &OwnedFd {
        &self.file
    }

    /// Gives the file its name, in one step. Fails if the name is taken.
    pub(crate) fn publish(mut self, name: &str) -> io::Result<()> {
        let linked = match &self.temporary {
            Some(temporary) => rustix::fs::linkat(CWD, temporary, CWD, path(name), AtFlags::empty()),
            None => {
                let unnamed = format!("/proc/self/fd/{}", self.file.as_raw_fd());
                match rustix::fs::linkat(CWD, unnamed, CWD, path(name), AtFlags::SYMLINK_FOLLOW) {
                    Err(Errno::NOENT) => self.publish_without_proc(name),
                    other => other,
                }
            }
        };
        self.forget_temporary();
        Ok(linked?)
    }

    /// The same for a system whose `/proc` is not mounted; needs a capability.
    fn publish_without_proc(&self, name: &str) -> rustix::io::Result<()> {
        rustix::fs::linkat(&self.file, "", CWD, path(name), AtFlags::EMPTY_PATH)
    }

    fn forget_temporary(&mut self) {
        if let Some(temporary) = self.temporary.take() {
            let _ = rustix::fs::unlink(temporary);
        }
    }
}

impl Drop for Unnamed {
    fn drop(&mut self) {
        self.forget_temporary();
    }
}

/// Opens the file with that name.
pub(crate) fn open(name: &str, writable: bool) -> io::Result<OwnedFd> {
    open_path(&path(name), writable, OFlags::NOFOLLOW)
}

/// Opens the same file once more: locks held through the new descriptor are its own.
pub(crate) fn open_again(file: &OwnedFd) -> io::Result<OwnedFd> {
    open_path(&format!("/proc/self/fd/{}", file.as_raw_fd()), true, OFlags::empty())
}

fn open_path(path: &str, writable: bool, also: OFlags) -> io::Result<OwnedFd> {
    let access = if writable { OFlags::RDWR } else { OFlags::RDONLY };
    // NONBLOCK: somebody's FIFO under our name must not hold us up.
    Ok(rustix::fs::open(path, access | OFlags::CLOEXEC | OFlags::NONBLOCK | also, Mode::empty())?)
}

/// The length of a regular file; nothing for a folder, a device, a FIFO.
pub(crate) fn regular_len(file: &OwnedFd) -> io::Result<Option<u64>> {
    let stat = rustix::fs::fstat(file)?;
    let regular = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile;
    Ok(regular.then_some(stat.st_size.try_into().unwrap_or(0)))
}

/// Reads what lies `offset` bytes after the start of the file; fewer bytes only where it ends.
pub(crate) fn read_at(file: &OwnedFd, offset: u64, bytes: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    while read < bytes.len() {
        match rustix::io::pread(file, &mut bytes[read..], offset + read as u64) {
            Ok(0) => break,
            Ok(n) => read += n,
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(read)
}

/// Writes at the start of the file.
pub(crate) fn write_start(file: &OwnedFd, bytes: &[u8]) -> io::Result<()> {
    let mut written = 0;
    while written < bytes.len() {
        match rustix::io::pwrite(file, &bytes[written..], written as u64) {
            Ok(n) => written += n,
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Takes the name away. Whoever has the file open keeps it.
pub(crate) fn unlink(name: &str) -> io::Result<()> {
    Ok(rustix::fs::unlink(path(name))?)
}

/// What our files are called, without the prefix, in no particular order.
pub(crate) fn names() -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(FOLDER)? {
        let file_name = entry?.file_name();
        if let Some(name) = file_name.to_str().and_then(|name| name.strip_prefix(PREFIX)) {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

/// Fills the room from the descriptor, in one call; how many bytes came.
///
/// # Safety
/// The caller has both pieces to itself, and there is no reference to them.
pub(crate) unsafe fn read_into(from: BorrowedFd<'_>, room: &[(*mut u8, usize); 2]) -> io::Result<usize> {
    let room = room.map(|(start, len)| libc::iovec { iov_base: start.cast(), iov_len: len });
    // SAFETY: the kernel writes within the two pieces, which are the caller's.
    result(unsafe { libc::readv(from.as_raw_fd(), room.as_ptr(), 2) })
}

/// Writes the items to the descriptor, in one call; how many bytes went.
///
/// # Safety
/// Both pieces are mapped.
pub(crate) unsafe fn write_from(to: BorrowedFd<'_>, items: &[(*mut u8, usize); 2]) -> io::Result<usize> {
    let items = items.map(|(start, len)| libc::iovec { iov_base: start.cast(), iov_len: len });
    // SAFETY: the kernel reads within the two pieces, which are mapped.
    result(unsafe { libc::writev(to.as_raw_fd(), items.as_ptr(), 2) })
}

fn result(returned: isize) -> io::Result<usize> {
    usize::try_from(returned).map_err(|_| io::Error::last_os_error())
}

/// A number that nobody else is likely to have.
pub(crate) fn random() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    let mut hasher = std::hash::RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    hasher.finish()
}
