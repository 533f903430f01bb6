//! Waiting for the other end. Goes round a non-waiting attempt, which knows nothing of it.
//!
//! ```text
//!   ready? -> spin for a while -> announce [E2] -> ready? -> sleep, a slice at a time -> ready? ...
//!                                                              `-- is the other end's process alive?
//! ```
use super::sitting::Sitting;
use crate::os::futex;
use std::time::{Duration, Instant};

/// How long a sleeper goes without asking whether the other process is alive. What it promises is 100 ms.
const SLICE: Duration = Duration::from_millis(40);

/// A waiting thread is awake for so long: about twice what it takes to fall asleep and be woken.
const SPIN: Duration = Duration::from_micros(20);

/// Attempts between two looks at the clock.
const LOOKS: u32 = 32;

/// How an end waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    spin: Duration,
}

/// Why an end waits no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Woken {
    /// Try again: there may be something to do, or to report.
    Ready,
    TimedOut,
}

impl Patience {
    pub(super) fn new(spin: Option<Duration>) -> Self {
        let alone = std::thread::available_parallelism().is_ok_and(|cpus| cpus.get() == 1);
        let default = if alone { Duration::ZERO } else { SPIN };
        Self { spin: spin.unwrap_or(default) }
    }

    /// Waits until it is `ready`, or the peer is dead, or the deadline has come.
    #[cold]
    pub(super) fn wait(
        self,
        sitting: &mut Sitting,
        deadline: Option<Instant>,
        mut ready: impl FnMut() -> bool,
    ) -> Woken {
        if self.spin_until(&mut ready) {
            return Woken::Ready;
        }
        loop {
            if sitting.dead_peer().is_some() {
                return Woken::Ready;
            }
            let slice = match deadline {
                None => SLICE,
                Some(deadline) => SLICE.min(deadline.saturating_duration_since(Instant::now())),
            };
            if slice.is_zero() {
                return if ready() { Woken::Ready } else { Woken::TimedOut };
            }
            let event = sitting.awaited();
            let epoch = event.prepare();
            if !ready() {
                futex::sleep(event.word(), epoch.0, slice);
            }
            event.leave();
            if ready() {
                return Woken::Ready;
            }
        }
    }

    fn spin_until(self, ready: &mut impl FnMut() -> bool) -> bool {
        if self.spin.is_zero() {
            return ready();
        }
        let begun = Instant::now();
        loop {
            for _ in 0..LOOKS {
                if ready() {
                    return true;
                }
                std::hint::spin_loop();
            }
            if self.spin <= begun.elapsed() {
                return false;
            }
        }
    }
}

/// The moment that is `timeout` from now; none if no clock gets there.
pub(super) fn after(timeout: Duration) -> Option<Instant> {
    Instant::now().checked_add(timeout)
}
