//! What the three processes of the demo tell one another.
//!
//! ```text
//! parent --- Plan, as an argument; FILE, as standard input ---> producer, consumer
//!        <-- Line by line, as JSON on standard output ---------
//! ```
use super::latency::PhaseReport;
use super::tally::Counts;
use crate::args::Fault;
use crate::failure::Failure;
use crate::pin::Pair;
use serde::{Deserialize, Serialize};
use std::io::Write;

/// What a child is to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) ring: String,
    /// Bytes of a message.
    pub(crate) size: usize,
    /// Messages that fit into the ring.
    pub(crate) capacity: usize,
    pub(crate) work: Work,
    pub(crate) spin_us: u64,
    pub(crate) pair: Option<Pair>,
    pub(crate) fault: Option<Fault>,
    /// The parent's process: a child that outlives it has nothing to do.
    pub(crate) parent: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Work {
    /// The bytes of the producer's standard input.
    File,
    /// So many messages at full speed, then so many paced.
    Count { full: u64, paced: u64 },
    /// For so long at full speed, then for so long paced.
    Time { full_ms: u64, paced_ms: u64 },
}

/// Paced messages per second, at the most. Far fewer than fit through, so that each finds the ring empty.
pub(crate) const PACE: u64 = 25_000;

/// The two ways of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u32)]
pub(crate) enum Phase {
    /// As fast as they go: what is measured is throughput, and time spent in the queue.
    Full = 0,
    /// One at a time, [`PACE`] a second: what is measured is the way from one process to the other.
    Paced = 1,
    /// As fast as they go, and not timed: what is left when a busy machine cannot keep the pace.
    Rest = 2,
}

impl Phase {
    #[inline]
    pub(crate) fn from_number(number: u32) -> Option<Self> {
        match number {
            0 => Some(Phase::Full),
            1 => Some(Phase::Paced),
            2 => Some(Phase::Rest),
            _ => None,
        }
    }
}

/// What a child says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Line {
    /// It has its end of the ring.
    Ready,
    /// So far.
    Progress { messages: u64, bytes: u64 },
    /// The producer is done.
    Sent(Sent),
    /// The consumer is done.
    Received(Received),
    /// It cannot go on.
    Failed { what: String, todo: String, code: u8 },
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Sent {
    pub(crate) messages: u64,
    /// Bytes of payload.
    pub(crate) bytes: u64,
    /// Hash of the whole file.
    pub(crate) digest: Option<u64>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Received {
    pub(crate) counts: Counts,
    /// Bytes of payload.
    pub(crate) bytes: u64,
    /// Hash of the whole file.
    pub(crate) digest: Option<u64>,
    pub(crate) full: Option<PhaseReport>,
    pub(crate) paced: Option<PhaseReport>,
}

impl Line {
    /// Says it to the parent. A parent that does not listen any more will have stopped us soon.
    pub(crate) fn say(&self) {
        let mut text = serde_json::to_string(self).expect("plain data");
        text.push('\n');
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }
}

impl From<&Failure> for Line {
    fn from(failure: &Failure) -> Self {
        Line::Failed { what: failure.what().into(), todo: failure.todo().into(), code: failure.code() }
    }
}
