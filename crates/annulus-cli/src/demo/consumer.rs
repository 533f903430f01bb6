//! The consumer process: receives messages and checks every one of them.
use super::latency::Latencies;
use super::message::{self, HEADER};
use super::plan::{Line, Phase, Plan, Received, Work};
use super::tally::Tally;
use crate::clock;
use crate::failure::Result;
use crate::{pin, ring};
use std::hash::Hasher;
use twox_hash::XxHash3_64;

/// Bytes taken from the ring together.
const BATCH: usize = 16 * 1024;
/// Nanoseconds between two reports of progress.
const NEWS: u64 = 100_000_000;

/// Receives until the producer closes, and returns what came.
pub(crate) fn run(plan: &Plan) -> Result<Line> {
    pin::this_thread(plan.pair.map(|pair| pair.consumer));
    let mut receiver = ring::demo_options(plan).open::<u8>(&plan.ring)?.receiver()?;
    let mut consumer = Consumer {
        size: plan.size,
        tally: Tally::default(),
        bytes: 0,
        hash: (plan.work == Work::File).then(XxHash3_64::new),
        full: Latencies::new(),
        paced: Latencies::new(),
    };
    let mut buffer = vec![0; (BATCH / plan.size).max(1) * plan.size];
    let mut filled = 0;
    let mut news = clock::now() + NEWS;
    Line::Ready.say();
    while let Some(n) = ring::received(receiver.recv_slice(&mut buffer[filled..]))? {
        filled += n;
        let now = clock::now();
        let whole = filled - filled % plan.size;
        consumer.take(&buffer[..whole], now);
        buffer.copy_within(whole..filled, 0);
        filled -= whole;
        if now > news {
            news = now + NEWS;
            let messages = consumer.tally.counts().whole;
            Line::Progress { messages, bytes: consumer.bytes }.say();
        }
    }
    if filled != 0 {
        consumer.tally.torn(); // the stream ended within a message
    }
    Ok(Line::Received(consumer.report()))
}

struct Consumer {
    size: usize,
    tally: Tally,
    bytes: u64,
    hash: Option<XxHash3_64>,
    full: Latencies,
    paced: Latencies,
}

impl Consumer {
    /// Checks whole messages that came at `now`.
    fn take(&mut self, messages: &[u8], now: u64) {
        for bytes in messages.chunks_exact(self.size) {
            let Some(header) = message::open(bytes) else {
                self.tally.torn();
                continue;
            };
            self.tally.whole(header.sequence);
            self.bytes += u64::from(header.length);
            match header.phase {
                Phase::Full => self.full.see(&header, now),
                Phase::Paced => self.paced.see(&header, now),
                Phase::Rest => {}
            }
            if let Some(hash) = &mut self.hash {
                hash.write(&bytes[HEADER..HEADER + header.length as usize]);
            }
        }
        self.full.arrived(now);
        self.paced.arrived(now);
    }

    fn report(self) -> Received {
        Received {
            counts: self.tally.counts(),
            bytes: self.bytes,
            digest: self.hash.map(|hash| hash.finish()),
            full: self.full.report(),
            paced: self.paced.report(),
        }
    }
}
