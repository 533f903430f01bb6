//! A clock that costs next to nothing, and is a few milliseconds late.
use rustix::time::{ClockId, clock_gettime};

/// Milliseconds since some moment; never goes back.
pub(crate) fn coarse_ms() -> u64 {
    let now = clock_gettime(ClockId::MonotonicCoarse);
    (now.tv_sec as u64).wrapping_mul(1000).wrapping_add(now.tv_nsec as u64 / 1_000_000)
}
