//! The clock that both processes read.
use rustix::time::{ClockId, clock_gettime};

/// Nanoseconds of `CLOCK_MONOTONIC`, which is one clock for all processes of a machine: a difference between a reading
/// here and one in another process is a duration.
#[inline]
pub(crate) fn now() -> u64 {
    let time = clock_gettime(ClockId::Monotonic);
    // Neither is negative: the clock counts from the start of the machine.
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// What one reading costs, in nanoseconds: the least of several rounds, for an interruption can only add.
pub(crate) fn cost() -> u64 {
    const READINGS: u64 = 1000;
    (0..10)
        .map(|_| {
            let start = now();
            for _ in 1..READINGS {
                std::hint::black_box(now());
            }
            (now() - start) / READINGS
        })
        .min()
        .unwrap_or(0)
}
