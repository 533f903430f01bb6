//! Any sequence of calls on a ring of records, by several writers and readers, against a picture of its granules that cannot be wrong.
#![no_main]
use annulus::records::{
    Borrowed, Control, GRANULE, Granule, Record, RecordRead, RecordReader, RecordWriter, Turn, in_memory,
};
use annulus::{GrantError, ReadError};
use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use std::collections::VecDeque;

#[derive(Arbitrary, Debug)]
struct Sequence {
    granules: u8,
    calls: Vec<Call>,
}

/// Numbers that say which are taken modulo what there is.
#[derive(Arbitrary, Debug)]
enum Call {
    Reserve { writer: u8, len: u16 },
    Absurd { less: u8 },
    Commit { which: u8, used: u16 },
    Discard { which: u8 },
    ForgetReserved { which: u8 },
    Read { reader: u8 },
    Release { which: u8 },
    ForgetRead { which: u8 },
    Close,
}

fuzz_target!(|sequence: Sequence| {
    let size = usize::from(sequence.granules % 12) + 1;
    let control = Control::new();
    let mut turns: Vec<Turn> = (0..size).map(|_| Turn::new()).collect();
    let mut granules = vec![Granule::new(); size];
    let (writer, reader) = in_memory(&control, &mut turns, &mut granules);
    let (writers, readers) = ([writer.clone(), writer.clone(), writer], [reader.clone(), reader]);
    let mut all = All::new(&writers, &readers, size);
    for call in &sequence.calls {
        all.step(call);
        all.look();
    }
});

/// What the granules of a run are.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Reserved,
    /// Of so many bytes, each of which is that.
    Ready(usize, u8),
    Skipped,
}

/// Runs lie next to each other, none in two laps.
struct Run {
    name: u64,
    granules: usize,
    kind: Kind,
}

struct All<'a, 'm> {
    writers: &'a [RecordWriter<Borrowed<'m>>],
    readers: &'a [RecordReader<Borrowed<'m>>],
    /// From the oldest that is not claimed to the youngest that is reserved.
    runs: VecDeque<Run>,
    /// Which granules are claimed and not released.
    held: Vec<bool>,
    /// The index of the next granule to reserve.
    at: usize,
    written: Vec<(u64, Record<'a>)>,
    read: Vec<(usize, u8, RecordRead<'a>)>,
    names: u64,
    closed: bool,
}

impl<'a, 'm> All<'a, 'm> {
    fn new(
        writers: &'a [RecordWriter<Borrowed<'m>>],
        readers: &'a [RecordReader<Borrowed<'m>>],
        size: usize,
    ) -> Self {
        let (written, read, held) = (Vec::new(), Vec::new(), vec![false; size]);
        Self { writers, readers, runs: VecDeque::new(), held, at: 0, written, read, names: 0, closed: false }
    }

    fn step(&mut self, call: &Call) {
        let pick = |n: u8, some: usize| (some != 0).then(|| usize::from(n) % some);
        match *call {
            Call::Reserve { writer, len } => self.reserve(usize::from(writer), usize::from(len)),
            Call::Absurd { less } => {
                let absurd = self.writers[0].reserve(usize::MAX - usize::from(less));
                assert_eq!(absurd.unwrap_err(), GrantError::TooLarge);
            }
            Call::Commit { which, used } => {
                if let Some(which) = pick(which, self.written.len()) {
                    self.commit(which, usize::from(used));
                }
            }
            Call::Discard { which } => {
                if let Some(which) = pick(which, self.written.len()) {
                    let (name, record) = self.written.swap_remove(which);
                    record.discard();
                    self.run(name).kind = Kind::Skipped;
                }
            }
            Call::ForgetReserved { which } => {
                if let Some(which) = pick(which, self.written.len()) {
                    std::mem::forget(self.written.swap_remove(which).1); // in the way from now on
                }
            }
            Call::Read { reader } => self.read(usize::from(reader)),
            Call::Release { which } => {
                if let Some(which) = pick(which, self.read.len()) {
                    let (index, byte, record) = self.read.swap_remove(which);
                    assert!(record.iter().all(|one| *one == byte), "somebody else wrote to it");
                    let granules = record.len().div_ceil(GRANULE).max(1);
                    record.release();
                    self.held[index..][..granules].fill(false);
                }
            }
            Call::ForgetRead { which } => {
                if let Some(which) = pick(which, self.read.len()) {
                    std::mem::forget(self.read.swap_remove(which).2); // in the way of the next lap
                }
            }
            Call::Close => {
                self.writers[0].close();
                self.closed = true;
            }
        }
    }

    fn run(&mut self, name: u64) -> &mut Run {
        self.runs.iter_mut().find(|run| run.name == name).expect("a run stays until it is claimed")
    }

    fn used(&self) -> usize {
        self.runs.iter().map(|run| run.granules).sum()
    }

    /// The oldest runs that are skipped go, as they may at any time.
    fn pass_skipped(&mut self) {
        while self.runs.front().is_some_and(|run| run.kind == Kind::Skipped) {
            self.runs.pop_front();
        }
    }

    fn lay(&mut self, granules: usize, kind: Kind) -> u64 {
        self.names += 1;
        self.runs.push_back(Run { name: self.names, granules, kind });
        self.at = (self.at + granules) % self.held.len();
        self.names
    }

    /// Whether so many granules are free from where the next run begins.
    fn are_free(&self, need: usize) -> bool {
        let size = self.held.len();
        need <= size - self.used() && (self.at..self.at + need).all(|index| !self.held[index % size])
    }

    fn reserve(&mut self, writer: usize, len: usize) {
        let size = self.held.len();
        let len = len % (size * GRANULE + 2);
        let granules = len.div_ceil(GRANULE).max(1);
        let reserved = self.writers[writer % self.writers.len()].reserve(len);
        if size < granules {
            return assert_eq!(reserved.unwrap_err(), GrantError::TooLarge);
        }
        if self.closed {
            return assert_eq!(reserved.unwrap_err(), GrantError::Closed);
        }
        let name = loop {
            let left = size - self.at;
            let pad = if granules <= left { 0 } else { left };
            let need = (pad + granules).min(size);
            if !self.are_free(need) {
                // Of what is skipped, no more is passed than has to be.
                if self.runs.front().is_none_or(|run| run.kind != Kind::Skipped) {
                    let full = size - self.used() < need;
                    let why = if full { GrantError::Full } else { GrantError::Busy };
                    return assert_eq!(reserved.unwrap_err(), why);
                }
                self.runs.pop_front();
            } else if need < pad + granules {
                self.lay(pad, Kind::Skipped);
            } else {
                if pad != 0 {
                    self.lay(pad, Kind::Skipped);
                }
                break self.lay(granules, Kind::Reserved);
            }
        };
        let mut record = reserved.expect("there is room");
        assert_eq!(record.len(), len);
        record.fill(0xEE);
        self.written.push((name, record));
    }

    fn commit(&mut self, which: usize, used: usize) {
        let (name, mut record) = self.written.swap_remove(which);
        assert!(record.iter().all(|byte| *byte == 0xEE), "somebody else wrote to it");
        let (byte, used) = (name as u8, used % (record.len() + 1));
        record[..used].fill(byte);
        record.commit(used);
        let granules = used.div_ceil(GRANULE).max(1);
        let at = self.runs.iter().position(|run| run.name == name).expect("it is reserved");
        let rest = self.runs[at].granules - granules;
        (self.runs[at].granules, self.runs[at].kind) = (granules, Kind::Ready(used, byte));
        if rest != 0 {
            self.names += 1;
            self.runs.insert(at + 1, Run { name: self.names, granules: rest, kind: Kind::Skipped });
        }
    }

    fn read(&mut self, reader: usize) {
        let read = self.readers[reader % self.readers.len()].read();
        self.pass_skipped();
        let size = self.held.len();
        let index = (self.at + 2 * size - self.used()) % size;
        match self.runs.front().map(|run| run.kind) {
            Some(Kind::Ready(len, byte)) => {
                let record = read.expect("the oldest is committed");
                assert!(record.len() == len && record.iter().all(|one| *one == byte));
                let run = self.runs.pop_front().expect("it is there");
                self.held[index..][..run.granules].fill(true);
                self.read.push((index, byte, record));
            }
            Some(_) => assert_eq!(read.unwrap_err(), ReadError::Busy),
            None => {
                let why = if self.closed { ReadError::Closed } else { ReadError::Empty };
                assert_eq!(read.unwrap_err(), why);
            }
        }
    }

    fn look(&self) {
        let (writer, reader) = (&self.writers[0], &self.readers[0]);
        assert_eq!(writer.vacant(), (self.held.len() - self.used()) * GRANULE);
        assert_eq!(writer.is_closed(), self.closed);
        assert_eq!(reader.capacity(), self.held.len() * GRANULE);
    }
}
