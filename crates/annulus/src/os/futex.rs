//! Sleeping on a word that processes share. Never the private kind: that one keys on the address, which differs.
//!
//! <https://man7.org/linux/man-pages/man2/futex.2.html>
use annulus_protocol::sync::AtomicU32;
use std::ptr::{null, null_mut};
use std::time::Duration;

/// Sleeps while the word is `expected`, until it is woken, for `limit` at the most, or for no reason at all.
pub(crate) fn sleep(word: &AtomicU32, expected: u32, limit: Duration) {
    let limit = libc::timespec {
        tv_sec: limit.as_secs().try_into().unwrap_or(libc::time_t::MAX),
        tv_nsec: limit.subsec_nanos().into(),
    };
    futex(word, libc::FUTEX_WAIT, expected, &raw const limit);
}

/// Wakes whoever sleeps on the word, in any process.
#[cold]
pub(crate) fn wake(word: &AtomicU32) {
    futex(word, libc::FUTEX_WAKE, i32::MAX as u32, null());
}

/// What it returns is news at best: the caller looks at its condition again in any case.
fn futex(word: &AtomicU32, operation: libc::c_int, value: u32, limit: *const libc::timespec) {
    // SAFETY: the word lives as long as the borrow, and the kernel reads it atomically; `limit` is null or a time.
    unsafe {
        libc::syscall(libc::SYS_futex, word.as_ptr(), operation, value, limit, null_mut::<u32>(), 0u32);
    }
}
