//! One-way latencies of a phase.
use super::message::Header;
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// The longest latency told apart from longer ones: a minute.
const LONGEST: u64 = 60_000_000_000;

/// Latencies and times of one phase.
pub(crate) struct Latencies {
    histogram: Histogram<u64>,
    /// Messages with the same stamp, not yet in the histogram: recording a run costs as much as recording one.
    run: (u64, u64),
    first: u64,
    last: u64,
}

impl Latencies {
    pub(crate) fn new() -> Self {
        let histogram = Histogram::new_with_bounds(1, LONGEST, 3).expect("bounds in order");
        Self { histogram, run: (0, 0), first: u64::MAX, last: 0 }
    }

    /// A message, to be timed by [`arrived`](Self::arrived).
    #[inline]
    pub(crate) fn see(&mut self, header: &Header, now: u64) {
        if header.stamp != self.run.0 {
            self.arrived(now);
            self.run.0 = header.stamp;
        }
        self.run.1 += 1;
    }

    /// Records what was seen as arrived at `now`.
    #[inline]
    pub(crate) fn arrived(&mut self, now: u64) {
        let (stamp, count) = self.run;
        if count != 0 {
            self.histogram.saturating_record_n(now.saturating_sub(stamp).max(1), count);
            self.first = self.first.min(stamp);
            self.last = now;
            self.run.1 = 0;
        }
    }

    /// What there is to tell; none if there was no message.
    pub(crate) fn report(&self) -> Option<PhaseReport> {
        let messages = self.histogram.len();
        let at = |percent| self.histogram.value_at_percentile(percent);
        (messages != 0).then(|| PhaseReport {
            messages,
            elapsed_ns: self.last.saturating_sub(self.first).max(1),
            latency_ns: Percentiles {
                p50: at(50.0),
                p99: at(99.0),
                p999: at(99.9),
                max: self.histogram.max(),
            },
        })
    }
}

/// What a phase came to.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct PhaseReport {
    pub(crate) messages: u64,
    /// From when the first message was made until the last was received.
    pub(crate) elapsed_ns: u64,
    /// From when a message (at full speed: the batch it is in) was made until it was received.
    pub(crate) latency_ns: Percentiles,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Percentiles {
    pub(crate) p50: u64,
    pub(crate) p99: u64,
    pub(crate) p999: u64,
    pub(crate) max: u64,
}

#[cfg(test)]
mod tests {
    use super::super::plan::Phase;
    use super::*;

    fn header(stamp: u64) -> Header {
        Header { sequence: 0, stamp, length: 0, phase: Phase::Full }
    }

    #[test]
    fn a_run_counts_every_message_in_it() {
        let mut latencies = Latencies::new();
        for _ in 0..99 {
            latencies.see(&header(1000), 1100);
        }
        latencies.see(&header(1050), 2050);
        latencies.arrived(2050);
        let report = latencies.report().unwrap();
        assert_eq!(report.messages, 100);
        assert_eq!(report.elapsed_ns, 1050);
        assert!(report.latency_ns.p999 >= 1000);
    }

    #[test]
    fn nothing_seen_is_nothing_to_report() {
        assert!(Latencies::new().report().is_none());
    }
}
