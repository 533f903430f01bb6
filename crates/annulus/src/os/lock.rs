//! A byte that the kernel frees when its holder dies.
//!
//! An open-file-description lock belongs to what `open` returned, not to a process: it goes when the last descriptor is
//! closed, by the holder or by the kernel on its death, however sudden, and it is seen across PID namespaces. Two opens
//! of one file conflict even within one process. <https://man7.org/linux/man-pages/man2/F_OFD_SETLK.2const.html>
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

fn range(byte: u32, kind: libc::c_int) -> libc::flock {
    libc::flock {
        l_type: kind as libc::c_short,
        l_whence: libc::SEEK_SET as libc::c_short,
        l_start: byte.into(),
        l_len: 1,
        l_pid: 0, // must be
    }
}

/// Locks the byte until `file` is closed. False if somebody has it.
pub(crate) fn try_lock(file: &OwnedFd, byte: u32) -> io::Result<bool> {
    let mut range = range(byte, libc::F_WRLCK);
    // SAFETY: the descriptor is open, and `range` is what this command reads.
    let returned = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_OFD_SETLK, &raw mut range) };
    if returned == 0 {
        return Ok(true);
    }
    let error = io::Error::last_os_error();
    match error.raw_os_error() {
        Some(libc::EAGAIN | libc::EACCES) => Ok(false),
        _ => Err(error),
    }
}

/// Unlocks the byte now: a child that another thread is forking may hold a copy of `file` for a moment longer.
pub(crate) fn unlock(file: &OwnedFd, byte: u32) {
    let mut range = range(byte, libc::F_UNLCK);
    // SAFETY: the descriptor is open, and `range` is what this command reads.
    let _ = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_OFD_SETLK, &raw mut range) };
}

/// Whether somebody has locked the byte through another open of the file.
pub(crate) fn is_locked(file: &OwnedFd, byte: u32) -> io::Result<bool> {
    let mut range = range(byte, libc::F_WRLCK);
    // SAFETY: the descriptor is open, and `range` is what this command reads and writes.
    let returned = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_OFD_GETLK, &raw mut range) };
    if returned != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(range.l_type != libc::F_UNLCK as libc::c_short)
}
