//! What the demo tells at its end, as text or as JSON.
use super::latency::PhaseReport;
use super::plan::{PACE, Plan, Received, Sent, Work};
use super::tally::Counts;
use crate::failure::{Failure, Result};
use crate::probe::Probe;
use crate::units::{bytes, grouped, nanos, rate};
use serde::Serialize;
use std::fmt::Write;

/// What was measured around the run.
pub(super) struct About<'a> {
    pub(super) plan: &'a Plan,
    /// A reading of the clock, in nanoseconds.
    pub(super) clock_ns: u64,
    pub(super) before: Option<Probe>,
    pub(super) after: Option<Probe>,
}

/// All there is to tell.
#[derive(Serialize)]
pub(super) struct Outcome {
    pub(super) ok: bool,
    verdict: String,
    message_bytes: usize,
    ring_messages: usize,
    spin_us: u64,
    cpus: Option<[usize; 2]>,
    messages_sent: Option<u64>,
    lost: Option<u64>,
    counts: Option<Counts>,
    payload_bytes: Option<u64>,
    xxh3_sent: Option<String>,
    xxh3_received: Option<String>,
    full_speed: Option<Phase>,
    paced: Option<Phase>,
    clock_reading_ns: u64,
    probe_before: Option<Probe>,
    probe_after: Option<Probe>,
    error: Option<ErrorText>,
    #[serde(skip)]
    is_file: bool,
}

/// A phase, with what follows from it.
#[derive(Serialize)]
struct Phase {
    #[serde(flatten)]
    report: PhaseReport,
    messages_per_second: f64,
    bytes_per_second: f64,
}

#[derive(Serialize)]
struct ErrorText {
    what: String,
    todo: String,
    code: u8,
}

impl Outcome {
    pub(super) fn new(
        about: &About<'_>,
        sent: Option<Sent>,
        received: Option<&Received>,
        so_far: u64,
        failure: Option<&Failure>,
    ) -> Self {
        let plan = about.plan;
        let (ok, verdict) = judge(sent, received, so_far, failure);
        let hex = |digest: u64| format!("{digest:016x}");
        let phase = |report: PhaseReport| {
            let per_second = report.messages as f64 * 1e9 / report.elapsed_ns as f64;
            // A file's last message may be shorter: count what came, not what would have fitted.
            let bytes = match (plan.work, received) {
                (Work::File, Some(received)) => received.bytes as f64 * 1e9 / report.elapsed_ns as f64,
                _ => per_second * plan.size as f64,
            };
            Phase { report, messages_per_second: per_second, bytes_per_second: bytes }
        };
        Self {
            ok,
            verdict,
            message_bytes: plan.size,
            ring_messages: plan.capacity,
            spin_us: plan.spin_us,
            cpus: plan.pair.map(|pair| [pair.producer, pair.consumer]),
            messages_sent: sent.map(|sent| sent.messages),
            lost: sent.zip(received).map(|(sent, received)| received.counts.lost(sent.messages)),
            counts: received.map(|received| received.counts),
            payload_bytes: received.map(|received| received.bytes),
            xxh3_sent: sent.and_then(|sent| sent.digest).map(hex),
            xxh3_received: received.and_then(|received| received.digest).map(hex),
            full_speed: received.and_then(|received| received.full).map(phase),
            paced: received.and_then(|received| received.paced).map(phase),
            clock_reading_ns: about.clock_ns,
            probe_before: about.before,
            probe_after: about.after,
            error: failure.map(|failure| ErrorText {
                what: failure.what().into(),
                todo: failure.todo().into(),
                code: failure.code(),
            }),
            is_file: plan.work == Work::File,
        }
    }

    pub(super) fn print(&self, json: bool) -> Result<()> {
        if json { crate::output::json(self) } else { crate::output::text(&self.text()) }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let ring = bytes(self.message_bytes as u64 * self.ring_messages as u64);
        let unit = if self.is_file { "pieces" } else { "messages" };
        write!(out, "ring        {} {unit} of {} bytes", self.ring_messages, self.message_bytes)?;
        write!(out, " ({ring}), one process at each end")?;
        match self.cpus {
            Some([a, b]) => writeln!(out, ", on CPUs {a} and {b}")?,
            None => writeln!(out, ", not pinned")?,
        }
        if let Some(phase) = &self.full_speed {
            let report = &phase.report;
            let payload = if self.is_file { self.payload_bytes.unwrap_or(0) } else { self.full_bytes() };
            write!(out, "full speed  {} messages, {}", grouped(report.messages), bytes(payload))?;
            write!(out, " in {}: {} messages/s", nanos(report.elapsed_ns), rate(phase.messages_per_second))?;
            writeln!(out, ", {}/s", bytes(phase.bytes_per_second as u64))?;
            latency(out, report, "most of it in the queue; stamped once a batch")?;
        }
        if let Some(phase) = &self.paced {
            let report = &phase.report;
            let messages = grouped(report.messages);
            writeln!(
                out,
                "paced       {messages} messages, one at a time, at most {} a second",
                grouped(PACE)
            )?;
            latency(out, report, "one way, from before sealing until received")?;
        }
        writeln!(
            out,
            "clock       CLOCK_MONOTONIC; a reading takes {}, and each latency has one in it",
            nanos(self.clock_reading_ns)
        )?;
        let round_trip = |probe: Option<Probe>| match probe {
            Some(probe) => format!("{} ns ({})", probe.round_trip_ns, probe.distance),
            None => "not to be had (CPU busy)".to_owned(),
        };
        match self.probe_before.or(self.probe_after).map(|probe| probe.cpus) {
            Some([a, b]) => writeln!(
                out,
                "probe       one cache line between CPUs {a} and {b}, there and back: {} before, {} after",
                round_trip(self.probe_before),
                round_trip(self.probe_after)
            )?,
            None => writeln!(out, "probe       none: there is one CPU, or others have them all the time")?,
        }
        if let (Some(sent), Some(received)) = (&self.xxh3_sent, &self.xxh3_received) {
            let same = if sent == received { "the same" } else { "DIFFERENT" };
            writeln!(out, "whole file  xxh3 {sent} sent, {received} received: {same}")?;
        }
        writeln!(out, "check       count, order, and a checksum of every message")?;
        writeln!(out, "{}", self.verdict)
    }

    fn full_bytes(&self) -> u64 {
        self.full_speed.as_ref().map_or(0, |phase| phase.report.messages * self.message_bytes as u64)
    }
}

fn latency(out: &mut String, report: &PhaseReport, note: &str) -> std::fmt::Result {
    let l = report.latency_ns;
    let (p50, p99, p999, max) = (nanos(l.p50), nanos(l.p99), nanos(l.p999), nanos(l.max));
    writeln!(out, "  latency   p50 {p50}, p99 {p99}, p99.9 {p999}, max {max} ({note})")
}

/// The verdict: whether all is well, and the last line.
fn judge(
    sent: Option<Sent>,
    received: Option<&Received>,
    so_far: u64,
    failure: Option<&Failure>,
) -> (bool, String) {
    match (sent, received, failure) {
        (Some(sent), Some(received), None) => {
            let verdict = received.counts.verdict(sent.messages);
            if !received.counts.is_perfect(sent.messages) {
                return (false, verdict);
            }
            if (sent.bytes, sent.digest) != (received.bytes, received.digest) {
                let (a, b) = (sent.bytes, received.bytes);
                return (
                    false,
                    format!("FAILED: every message arrived, but {a} bytes went in and {b} other ones out"),
                );
            }
            (true, verdict)
        }
        (_, _, Some(failure)) => {
            (false, format!("FAILED: {} after {so_far} messages received", failure.what()))
        }
        _ => (false, format!("FAILED: a process did not finish after {so_far} messages received")),
    }
}
