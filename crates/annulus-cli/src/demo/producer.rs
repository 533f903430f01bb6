//! The producer process: seals messages and sends them.
use super::message::{self, HEADER, Header};
use super::plan::{Line, PACE, Phase, Plan, Sent, Work};
use crate::args::Fault;
use crate::clock;
use crate::failure::{Failure, Result};
use crate::{pin, ring};
use annulus::ipc::Sender;
use std::fs::File;
use std::hash::Hasher;
use std::io::Read;
use std::mem::ManuallyDrop;
use std::os::fd::AsFd;
use std::time::Duration;
use twox_hash::XxHash3_64;

/// Bytes made up before they are sent together. Half of it costs some throughput, twice as much doubles the latency.
const BATCH: usize = 8 * 1024;
/// The message that a planted fault happens to.
const FAULTY: u64 = 10;
/// Time for the consumer to empty the ring between the phases.
const LULL: Duration = Duration::from_millis(20);
/// Nanoseconds after which a paced phase ends, even if the machine is too busy to keep the pace.
const PACED_AT_MOST: u64 = 2_000_000_000;
/// Nanoseconds between two paced messages.
const GAP: u64 = 1_000_000_000 / PACE;

/// Does what the plan says, and returns what was sent.
pub(crate) fn run(plan: &Plan) -> Result<Line> {
    let one_cpu = pin::is_one_cpu(plan.pair); // asked before pinning leaves us only one
    pin::this_thread(plan.pair.map(|pair| pair.producer));
    let sender = ring::demo_options(plan).open::<u8>(&plan.ring)?.sender()?;
    let mut producer = Producer {
        sender: ManuallyDrop::new(sender),
        size: plan.size,
        batch: vec![0; (BATCH / plan.size).max(1) * plan.size],
        filled: 0,
        sent: Sent { messages: 0, bytes: 0, digest: None },
        fault: plan.fault,
        one_cpu,
    };
    Line::Ready.say();
    match plan.work {
        Work::File => producer.file()?,
        Work::Count { full, paced } => {
            producer.full_speed(Phase::Full, |sent, _| sent < full)?;
            producer.paced(paced, PACED_AT_MOST)?;
            producer.full_speed(Phase::Rest, |sent, _| sent < full + paced)?;
        }
        Work::Time { full_ms, paced_ms } => {
            let end = clock::now() + full_ms * 1_000_000;
            producer.full_speed(Phase::Full, |_, now| now < end)?;
            producer.paced(u64::MAX, paced_ms * 1_000_000)?;
        }
    }
    Ok(Line::Sent(producer.finish()))
}

struct Producer {
    /// Closed by `finish` and in no other way: to go without is to die half way, and the consumer shall see it so.
    sender: ManuallyDrop<Sender<u8>>,
    size: usize,
    /// Sealed messages that were not sent yet: the first `filled` bytes.
    batch: Vec<u8>,
    filled: usize,
    sent: Sent,
    fault: Option<Fault>,
    one_cpu: bool,
}

impl Producer {
    /// Sends made-up messages for as long as `more`, given their number and the time, says so.
    fn full_speed(&mut self, phase: Phase, more: impl Fn(u64, u64) -> bool) -> Result<()> {
        loop {
            // One stamp for a batch: a reading of the clock costs more than a message.
            let stamp = clock::now();
            while self.filled < self.batch.len() {
                if !more(self.sent.messages, stamp) {
                    return self.flush();
                }
                self.make_up(phase, stamp);
            }
            self.flush()?;
        }
    }

    /// Sends up to `count` made-up messages one at a time, for no longer than `lasts` nanoseconds.
    fn paced(&mut self, count: u64, lasts: u64) -> Result<()> {
        if count == 0 {
            return Ok(());
        }
        std::thread::sleep(LULL);
        let mut due = clock::now();
        let end = due + lasts;
        for _ in 0..count {
            // A message that is late is not made up for: a crowd of them would wait for one another.
            due = (due + GAP).max(self.wait_until(due));
            let stamp = clock::now();
            if end <= stamp {
                break;
            }
            self.make_up(Phase::Paced, stamp);
            self.flush()?;
        }
        Ok(())
    }

    /// Waits, and returns the time.
    fn wait_until(&self, due: u64) -> u64 {
        loop {
            let now = clock::now();
            if now >= due {
                return now;
            }
            if self.one_cpu {
                std::thread::sleep(Duration::from_nanos(due - now));
            } else {
                // Awake, for to be woken takes longer than the pace allows. But the consumer may be on this very CPU.
                std::thread::yield_now();
            }
        }
    }

    /// Sends standard input.
    fn file(&mut self) -> Result<()> {
        let cannot = |error| Failure::io(&error, "cannot read FILE", "see whether it is there and whole");
        let stdin = std::io::stdin().as_fd().try_clone_to_owned().map_err(cannot)?;
        let mut file = File::from(stdin);
        let mut hash = XxHash3_64::new();
        loop {
            let stamp = clock::now();
            let room = HEADER + self.filled..self.filled + self.size;
            let length = read_full(&mut file, &mut self.batch[room.clone()]).map_err(cannot)?;
            if length == 0 {
                break;
            }
            hash.write(&self.batch[room][..length]);
            self.seal(Phase::Full, length, stamp);
            if self.filled == self.batch.len() {
                self.flush()?;
            }
        }
        self.flush()?;
        self.sent.digest = Some(hash.finish());
        Ok(())
    }

    /// Adds a message to the batch, which has room.
    #[inline]
    fn make_up(&mut self, phase: Phase, stamp: u64) {
        message::fill(&mut self.batch[self.filled + HEADER..self.filled + self.size], self.sent.messages);
        self.seal(phase, self.size - HEADER, stamp);
    }

    /// Seals the message whose payload is in the batch.
    #[inline]
    fn seal(&mut self, phase: Phase, length: usize, stamp: u64) {
        let sequence = self.sent.messages;
        let header = Header { sequence, stamp, length: length as u32, phase };
        message::seal(&mut self.batch[self.filled..self.filled + self.size], header);
        self.filled += self.size;
        self.sent.messages += 1;
        self.sent.bytes += length as u64;
    }

    fn flush(&mut self) -> Result<()> {
        if let Some(fault) = self.fault
            && self.sent.messages > FAULTY + 1
        {
            self.plant(fault)?;
        }
        self.send(0..self.filled)?;
        self.filled = 0;
        Ok(())
    }

    fn send(&mut self, bytes: std::ops::Range<usize>) -> Result<()> {
        self.sender.send_all(&self.batch[bytes]).map_err(ring::sending)
    }

    /// Does the planted fault to one or two messages of the batch, once.
    #[cold]
    fn plant(&mut self, fault: Fault) -> Result<()> {
        let last = self.filled - self.size;
        match fault {
            Fault::Lose => self.filled = last,
            Fault::Duplicate => self.send(0..self.size)?, // the first one, and then again with the others
            Fault::Tear => self.batch[last + self.size / 2..self.filled].fill(0xA5),
            Fault::Swap if last == 0 => return Ok(()), // alone in its batch: try the next
            Fault::Swap => self.batch[last - self.size..self.filled].rotate_left(self.size),
        }
        self.fault = None;
        Ok(())
    }

    fn finish(self) -> Sent {
        drop(ManuallyDrop::into_inner(self.sender));
        self.sent
    }
}

/// Reads until `buffer` is full or the file ends.
fn read_full(file: &mut File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
