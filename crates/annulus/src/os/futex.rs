//! Sleeping on a word that processes share. Never the private kind: that one keys on the address, which differs.
use annulus_protocol::sync::AtomicU32;
use rustix::thread::futex::{Flags, Timespec, wait as futex_wait, wake as futex_wake};
use std::time::Duration;

/// Sleeps while the word is `expected`, until it is woken, for `limit` at the most, or for no reason at all.
pub(crate) fn sleep(word: &AtomicU32, expected: u32, limit: Duration) {
    let limit = Timespec {
        tv_sec: limit.as_secs().try_into().unwrap_or(i64::MAX),
        tv_nsec: limit.subsec_nanos().into(),
    };
    let _ = futex_wait(system(word), Flags::empty(), expected, Some(&limit));
}

/// Wakes whoever sleeps on the word, in any process.
#[cold]
pub(crate) fn wake(word: &AtomicU32) {
    let _ = futex_wake(system(word), Flags::empty(), i32::MAX as u32);
}

fn system(word: &AtomicU32) -> &core::sync::atomic::AtomicU32 {
    // SAFETY: the word is a u32, aligned as one, that lives and is only accessed atomically for as long as the borrow.
    unsafe { core::sync::atomic::AtomicU32::from_ptr(word.as_ptr()) }
}
