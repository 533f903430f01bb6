//! How far apart the two ends are: one cache line thrown back and forth between two threads.
//!
//! A queue cannot be faster than the line it is made of, and on a virtual machine the distance between two CPUs changes
//! from one second to the next. So a timing is printed beside a probe of the same second.
// The one place of the program that needs atomics of its own: there is nothing to measure without.
#![allow(clippy::disallowed_types, reason = "a probe of the machine, no protocol: nothing to model")]
use crate::pin::{self, Pair};
use serde::Serialize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Below this, in nanoseconds there and back, the CPUs share a cache; above it the line goes through memory or a link.
const NEAR: u64 = 180;
/// Time for one probe on CPUs that do nothing else, and the most it may take on busy ones.
const LASTS: Duration = Duration::from_millis(20);
const AT_MOST: Duration = Duration::from_millis(200);
/// Fewer laps than this say nothing: one that was interrupted takes as long as thousands.
const LAPS: usize = 100;
/// Round trips timed together, so that reading the clock does not count.
const LAP: u64 = 64;
/// Set by the side that times to end the game.
const STOP: u64 = u64::MAX;

/// A line by itself: 128 bytes, because processors fetch lines in pairs. All its accesses are `Relaxed`: the ball says
/// nothing about other memory.
#[repr(align(128))]
struct Line(AtomicU64);

/// What a probe found.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Probe {
    /// Nanoseconds for one line to go there and back: the median of many laps.
    pub(crate) round_trip_ns: u64,
    /// `near` below 180 ns, otherwise `far`.
    pub(crate) distance: &'static str,
    /// Between which CPUs.
    pub(crate) cpus: [usize; 2],
}

/// Times the line between the two CPUs, or without a pair between the first two that there are. None if both are one,
/// or other programs have them all the time: what could be measured then is the scheduler.
pub(crate) fn probe(pair: Option<Pair>) -> Option<Probe> {
    let pair = pair.or_else(pin::first_two)?;
    if pin::is_one_cpu(Some(pair)) {
        return None;
    }
    let there = Line(AtomicU64::new(0));
    let back = Line(AtomicU64::new(0));
    let mut laps = std::thread::scope(|scope| {
        scope.spawn(|| {
            pin::this_thread(Some(pair.consumer));
            let mut seen = 0;
            while seen != STOP {
                let ball = there.0.load(Ordering::Relaxed);
                if ball != seen {
                    seen = ball;
                    back.0.store(ball, Ordering::Relaxed);
                }
                std::hint::spin_loop();
            }
        });
        let timing = scope.spawn(|| {
            pin::this_thread(Some(pair.producer));
            throw(&there, &back)
        });
        timing.join().unwrap_or_default()
    });
    laps.sort_unstable();
    let median = *laps.get(laps.len() / 2).filter(|_| laps.len() >= LAPS)?;
    let round_trip_ns = median / LAP;
    let distance = if round_trip_ns < NEAR { "near" } else { "far" };
    Some(Probe { round_trip_ns, distance, cpus: [pair.producer, pair.consumer] })
}

/// Throws the ball until time is up, and returns the nanoseconds of each lap.
fn throw(there: &Line, back: &Line) -> Vec<u64> {
    let mut laps = Vec::with_capacity(4096);
    let mut ball = 0;
    let begin = Instant::now();
    'game: while begin.elapsed() < if laps.len() < LAPS { AT_MOST } else { LASTS } {
        let start = Instant::now();
        for _ in 0..LAP {
            ball += 1;
            there.0.store(ball, Ordering::Relaxed);
            let mut looks = 0_u32;
            while back.0.load(Ordering::Relaxed) != ball {
                std::hint::spin_loop();
                looks = looks.wrapping_add(1);
                // The other thread may not be running at all.
                if looks.is_multiple_of(4096) && AT_MOST < begin.elapsed() {
                    break 'game;
                }
            }
        }
        laps.push(start.elapsed().as_nanos() as u64);
    }
    there.0.store(STOP, Ordering::Relaxed);
    laps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_cpu_is_not_measured() {
        assert!(probe(Some(Pair { producer: 0, consumer: 0 })).is_none());
    }

    #[test]
    fn a_round_trip_takes_some_time() {
        if let Some(probe) = probe(None) {
            assert!(probe.round_trip_ns > 0);
        }
    }
}
