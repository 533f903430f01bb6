//! Two pinned threads, a meeting point, and the probe that says how far apart they are right now.
//!
//! ```text
//! left   pin | probe | meet  warm-up  meet  timed | probe
//! right  pin | echo  | meet  warm-up  meet  timed | echo
//! ```
//!
//! Virtual cores drift between sharing a last-level cache and not sharing one within seconds, and that alone
//! changes every timing threefold. The probe bounces one cache line between the very threads that take the
//! sample, immediately before and immediately after it.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use crate::contest::{Sample, Setting};
use crate::machine::{self, Cpus};
use crate::phases::Clock;
use crate::stats::median;

/// Trips are timed in groups, because reading the clock takes as long as a short trip.
const TRIPS: u64 = 16;
const GROUPS: u64 = 48;

/// 128: the adjacent-line prefetcher pulls lines in pairs, as in every peer's padding.
#[repr(align(128))]
#[derive(Default)]
pub struct Line(AtomicU64);

/// What a thread does after an attempt that failed, whoever's queue it is.
#[derive(Clone, Copy, Debug)]
pub enum Pause {
    /// One `spin_loop`.
    Spin,
    /// Lets another thread have the CPU: what it waits for may be that thread's to do.
    Yield,
}

impl Pause {
    #[inline(always)]
    pub fn wait(self) {
        match self {
            Self::Spin => spin_loop(),
            Self::Yield => thread::yield_now(),
        }
    }
}

/// A barrier that does not sleep, so that two leave it within a cache-line transfer of each other.
pub struct Meeting {
    arrived: Line,
    parties: u64,
    pause: Pause,
}

impl Meeting {
    pub fn of(parties: usize, pause: Pause) -> Self {
        Self { arrived: Line::default(), parties: parties as u64, pause }
    }

    /// Returns when every party has called this as often as we have.
    pub fn wait(&self) {
        let arrivals = self.arrived.0.fetch_add(1, Ordering::AcqRel) + 1;
        let all = arrivals.next_multiple_of(self.parties);
        while self.arrived.0.load(Ordering::Acquire) < all {
            self.pause.wait();
        }
    }
}

/// What one run of a pair of threads gave: both sides' results and the median round trips around it, in ns.
pub struct Run<L, R> {
    pub left: L,
    pub right: R,
    pub before: f64,
    pub after: f64,
}

/// Runs `left` and `right` on their own CPUs. Both closures own what they use: handles move to the thread.
pub fn run<L, R>(
    cpus: Cpus,
    left: impl FnOnce(&Meeting) -> L + Send,
    right: impl FnOnce(&Meeting) -> R + Send,
) -> Run<L, R>
where
    L: Send,
    R: Send,
{
    let (meeting, line) = (&Meeting::of(2, Pause::Spin), &Line::default());
    thread::scope(|scope| {
        let left = scope.spawn(move || {
            machine::pin(cpus.0);
            let before = probe(line, meeting);
            let result = left(meeting);
            (result, before, probe(line, meeting))
        });
        let right = scope.spawn(move || {
            machine::pin(cpus.1);
            echo(line, meeting);
            let result = right(meeting);
            echo(line, meeting);
            result
        });
        // A side that panics leaves the other one spinning; the watchdog ends that.
        let (left, before, after) = left.join().expect("the left side panicked");
        let right = right.join().expect("the right side panicked");
        Run { left, right, before, after }
    })
}

/// Runs both sides on one CPU, where whoever spins keeps the other one from it.
pub fn run_on_one<L, R>(
    cpus: Cpus,
    left: impl FnOnce(&Meeting) -> L + Send,
    right: impl FnOnce(&Meeting) -> R + Send,
) -> (L, R)
where
    L: Send,
    R: Send,
{
    let meeting = &Meeting::of(2, Pause::Yield);
    let pinned = move || machine::pin(cpus.0);
    thread::scope(|scope| {
        let left = scope.spawn(move || (pinned(), left(meeting)).1);
        let right = scope.spawn(move || (pinned(), right(meeting)).1);
        let left = left.join().expect("the left side panicked");
        (left, right.join().expect("the right side panicked"))
    })
}

/// Runs one side on a thread of its own, pinned like the others.
pub fn one_thread<E: Send>(setting: &Setting, side: impl FnOnce() -> (E, Clock) + Send) -> Sample {
    let pinned = move || {
        machine::pin(setting.cpus.0);
        side()
    };
    let (_ends, clock) = thread::scope(|scope| scope.spawn(pinned).join()).expect("the only side panicked");
    Sample::of(setting, clock, None)
}

/// Median round trip of one line, in ns. [`echo`] answers it.
pub fn probe(line: &Line, meeting: &Meeting) -> f64 {
    meeting.wait();
    let start = line.0.load(Ordering::Relaxed); // only this side moves it from even to odd
    let mut groups = Vec::with_capacity(GROUPS as usize);
    for group in 0..GROUPS {
        let begun = Instant::now();
        for trip in 0..TRIPS {
            let ping = start + 2 * (group * TRIPS + trip) + 1;
            line.0.store(ping, Ordering::Release);
            while line.0.load(Ordering::Acquire) != ping + 1 {
                spin_loop();
            }
        }
        groups.push(begun.elapsed().as_nanos() as f64 / TRIPS as f64);
    }
    median(&groups).expect("GROUPS > 0")
}

/// The other side of [`probe`].
pub fn echo(line: &Line, meeting: &Meeting) {
    let start = line.0.load(Ordering::Relaxed); // the probe waits for us at the meeting before it moves it
    meeting.wait();
    for trip in 0..GROUPS * TRIPS {
        let ping = start + 2 * trip + 1;
        while line.0.load(Ordering::Acquire) != ping {
            spin_loop();
        }
        line.0.store(ping + 1, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_run_and_the_line_takes_some_time() {
        let Some(cpus) = machine::two_cores() else { return };
        let run = run(cpus, |m| (m.wait(), 1).1, |m| (m.wait(), 2).1);
        assert_eq!((run.left, run.right), (1, 2));
        assert!(run.before > 0.0 && run.after > 0.0);
    }
}
