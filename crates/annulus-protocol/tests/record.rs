//! Records beside a model, one thread, every small size: with a narrow word (`--cfg annulus_word="8"`) the lap wraps every few laps.
#![cfg(not(loom))]
use annulus_protocol::record::{Claimed, Cursors, Records, Refused, Reserved, Shape, Turn};
use std::collections::{HashSet, VecDeque};

/// What a run is, from the oldest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Reserved { id: u32, bytes: usize },
    Ready { id: u32, bytes: usize },
    Skipped,
}

#[derive(Clone, Copy, Debug)]
struct Run {
    index: usize,
    granules: usize,
    kind: Kind,
}

/// A ring and what it should be.
struct Pair {
    cursors: Cursors,
    turns: Vec<Turn>,
    shape: Shape,
    granule: usize,
    /// Who wrote each byte.
    data: Vec<u32>,
    runs: VecDeque<Run>,
    /// Granules that are claimed and not released.
    held: Vec<bool>,
    written: Vec<(Reserved, u32)>,
    read: Vec<(Claimed, u32)>,
    next: usize,
    ids: u32,
    closed: bool,
}

impl Pair {
    fn new(size: usize, granule: usize) -> Self {
        Self {
            cursors: Cursors::new(),
            turns: (0..size).map(|_| Turn::new()).collect(),
            shape: Shape::of(size, granule),
            granule,
            data: vec![0; size * granule],
            runs: VecDeque::new(),
            held: vec![false; size],
            written: Vec::new(),
            read: Vec::new(),
            next: 0,
            ids: 0,
            closed: false,
        }
    }

    fn size(&self) -> usize {
        self.turns.len()
    }

    fn records(&self) -> Records<'_> {
        Records::new(&self.cursors, &self.turns, self.shape)
    }

    fn used(&self) -> usize {
        self.runs.iter().map(|run| run.granules).sum()
    }

    fn granules(&self, bytes: usize) -> usize {
        bytes.div_ceil(self.granule).max(1)
    }

    /// Whether the `n` granules from the next one on belong to nobody.
    fn are_free(&self, n: usize) -> bool {
        let in_runs = |at| self.runs.iter().any(|run| (run.index..run.index + run.granules).contains(&at));
        (0..n).map(|i| (self.next + i) % self.size()).all(|at| !self.held[at] && !in_runs(at))
    }

    fn push(&mut self, granules: usize, kind: Kind) {
        assert!(self.next + granules <= self.size(), "a run does not wrap");
        self.runs.push_back(Run { index: self.next, granules, kind });
        self.next = (self.next + granules) % self.size();
    }

    /// Where the record begins, or why there is no room.
    fn reserve_in_the_model(&mut self, bytes: usize) -> Result<usize, Refused> {
        if self.closed {
            return Err(Refused::Closed);
        }
        let granules = self.granules(bytes);
        loop {
            let left = self.size() - self.next;
            let pad = if granules <= left { 0 } else { left };
            let need = (pad + granules).min(self.size());
            if self.are_free(need) {
                if pad != 0 {
                    self.push(pad, Kind::Skipped);
                }
                if pad + granules <= self.size() {
                    let index = self.next;
                    self.push(granules, Kind::Reserved { id: self.ids, bytes });
                    return Ok(index);
                }
            } else if let Some(Run { kind: Kind::Skipped, .. }) = self.runs.front() {
                self.runs.pop_front();
            } else if self.size() - self.used() < need {
                return Err(Refused::Full);
            } else {
                return Err(Refused::Busy);
            }
        }
    }

    fn reserve(&mut self, bytes: usize) -> bool {
        self.ids += 1;
        let was_empty = self.are_free(self.size());
        let got = self.records().reserve(bytes);
        match (got, self.reserve_in_the_model(bytes)) {
            (Ok(reserved), Ok(index)) => {
                let (at, room) = self.records().bytes_to_write(&reserved);
                assert_eq!((at, room), (index, self.granules(bytes) * self.granule));
                assert!(bytes <= room && at * self.granule + room <= self.data.len());
                self.data[at * self.granule..][..room].fill(self.ids);
                self.written.push((reserved, self.ids));
                true
            }
            (got, expected) => {
                assert_eq!(got.err(), expected.err());
                assert!(self.closed || !was_empty, "an empty ring has room for {bytes} bytes");
                false
            }
        }
    }

    /// Commits or discards one of those reserved.
    fn hand_on(&mut self, which: usize, used: Option<usize>) {
        if self.written.is_empty() {
            return;
        }
        let (reserved, mine) = self.written.remove(which % self.written.len());
        let is_mine = |run: &Run| matches!(run.kind, Kind::Reserved { id, .. } if id == mine);
        let at = self.runs.iter().position(is_mine).expect("it is reserved");
        let Run { index, granules, kind: Kind::Reserved { bytes, .. } } = self.runs[at] else {
            unreachable!()
        };
        let Some(used) = used else {
            self.runs[at].kind = Kind::Skipped;
            return self.records().discard(reserved);
        };
        let used = used.min(bytes);
        let kept = self.granules(used);
        self.runs[at] = Run { index, granules: kept, kind: Kind::Ready { id: mine, bytes: used } };
        if kept < granules {
            let rest = Run { index: index + kept, granules: granules - kept, kind: Kind::Skipped };
            self.runs.insert(at + 1, rest);
        }
        self.records().commit(reserved, used);
    }

    fn claim(&mut self) {
        while let Some(Run { kind: Kind::Skipped, .. }) = self.runs.front() {
            self.runs.pop_front();
        }
        let got = self.records().claim();
        match (got, self.runs.front().copied()) {
            (Ok(claimed), Some(Run { index, granules, kind: Kind::Ready { id, bytes } })) => {
                assert_eq!(self.records().bytes_to_read(&claimed), (index, bytes));
                self.is_whole(&claimed, id);
                self.runs.pop_front();
                self.held[index..index + granules].fill(true);
                self.read.push((claimed, id));
            }
            (got, Some(Run { kind: Kind::Reserved { .. }, .. })) => {
                assert_eq!(got.err(), Some(Refused::Busy));
            }
            (got, None) => {
                let expected = if self.closed { Refused::Closed } else { Refused::Empty };
                assert_eq!(got.err(), Some(expected));
            }
            (got, run) => panic!("{got:?} where {run:?} is the oldest"),
        }
    }

    fn is_whole(&self, claimed: &Claimed, id: u32) {
        let (index, bytes) = self.records().bytes_to_read(claimed);
        assert!(self.data[index * self.granule..][..bytes].iter().all(|by| *by == id), "torn");
    }

    fn release(&mut self, which: usize) {
        if !self.read.is_empty() {
            let (claimed, id) = self.read.remove(which % self.read.len());
            self.is_whole(&claimed, id);
            let (index, bytes) = self.records().bytes_to_read(&claimed);
            let granules = self.granules(bytes);
            self.held[index..index + granules].fill(false);
            self.records().release(claimed);
        }
    }

    fn check(&self) {
        assert_eq!(self.records().occupied(), self.used());
        assert_eq!(self.records().vacant(), self.size() - self.used());
        assert_eq!(self.records().is_closed(), self.closed);
    }

    fn drain(&mut self) {
        while !self.written.is_empty() {
            self.hand_on(0, Some(0));
        }
        while !self.runs.is_empty() {
            self.claim();
            self.release(0);
        }
        while !self.read.is_empty() {
            self.release(0);
        }
        self.check();
    }
}

/// Granules of one and of several bytes, and all sizes that a word of 8 bits has.
fn shapes() -> impl Iterator<Item = (usize, usize)> {
    [1, 2, 4]
        .into_iter()
        .flat_map(|granule| (1..=Shape::max_size(granule).min(31 / granule)).map(move |size| (size, granule)))
}

/// A sequence that looks random and is the same each time (Marsaglia's xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }
}

#[test]
fn any_sequence_of_steps_does_what_the_model_does() {
    for (size, granule) in shapes() {
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ (size * 100 + granule) as u64);
        let mut pair = Pair::new(size, granule);
        let most = pair.records().max_len();
        assert_eq!(most, size * granule);
        for _ in 0..6_000 {
            match dice.roll(12) {
                0..=2 => _ = pair.reserve(dice.roll(most.div_ceil(3) + 1)),
                3 => _ = pair.reserve(dice.roll(most + 1)),
                4 | 5 => pair.hand_on(dice.roll(8), Some(usize::MAX)),
                6 => {
                    let used = dice.roll(most + 1);
                    pair.hand_on(dice.roll(8), Some(used));
                }
                7 => pair.hand_on(dice.roll(8), None),
                8 | 9 => pair.claim(),
                _ => pair.release(dice.roll(8)),
            }
            pair.check();
        }
        pair.drain();
    }
}

#[derive(Clone, Copy)]
enum Step {
    Reserve(usize),
    HandOn(usize, Option<usize>),
    Claim,
    Release(usize),
}

impl Pair {
    fn step(&mut self, step: Step) {
        match step {
            Step::Reserve(bytes) => _ = self.reserve(bytes),
            Step::HandOn(which, used) => self.hand_on(which, used),
            Step::Claim => self.claim(),
            Step::Release(which) => self.release(which),
        }
        self.check();
    }

    fn steps(&self) -> Vec<Step> {
        let mut steps: Vec<_> = (1..=self.size()).map(Step::Reserve).collect();
        for (which, (reserved, _)) in self.written.iter().enumerate() {
            let used = (1..=self.records().bytes_to_write(reserved).1).map(Some);
            steps.extend(used.chain([None]).map(|used| Step::HandOn(which, used)));
        }
        steps.push(Step::Claim);
        steps.extend((0..self.read.len()).map(Step::Release));
        steps
    }

    /// All that decides what may come, but for the lap.
    fn state(&self) -> impl Eq + std::hash::Hash + use<> {
        let run = |run: &Run| {
            (run.granules, matches!(run.kind, Kind::Reserved { .. }), matches!(run.kind, Kind::Skipped))
        };
        let claims = self.read.iter().map(|(claimed, _)| self.records().bytes_to_read(claimed));
        let mut claims: Vec<_> = claims.collect();
        claims.sort_unstable();
        (self.next, self.runs.iter().map(run).collect::<Vec<_>>(), claims)
    }
}

/// By any number of steps. Granules of one byte, so that a state is where the runs are and what they are.
#[test]
fn every_state_of_a_small_ring_does_what_the_model_does() {
    let sizes = [(1, 5), (2, 42), (3, 261), (4, 1_422), (5, 7_195), (6, 34_740)];
    let time_for = if cfg!(debug_assertions) { 5 } else { 6 };
    for (size, states) in sizes.into_iter().take(time_for) {
        let mut seen = HashSet::new();
        let mut paths = VecDeque::from([Vec::new()]);
        while let Some(path) = paths.pop_front() {
            let replay = |more: Option<Step>| {
                let mut pair = Pair::new(size, 1);
                path.iter().copied().chain(more).for_each(|step| pair.step(step));
                pair
            };
            for step in replay(None).steps() {
                if seen.insert(replay(Some(step)).state()) {
                    paths.push_back([&path[..], &[step]].concat());
                }
            }
        }
        assert_eq!(seen.len(), states, "of a ring of {size}");
    }
}

#[test]
fn an_empty_ring_has_room_for_every_length_at_every_position() {
    for (size, granule) in shapes() {
        for start in 0..size {
            for bytes in 0..=size * granule {
                let mut pair = Pair::new(size, granule);
                for _ in 0..start {
                    assert!(pair.reserve(granule));
                    pair.hand_on(0, None); // discarded, so that the ring is empty to nobody but a writer
                }
                assert!(pair.reserve(bytes), "{bytes} of {size} granules of {granule} from {start} on");
                pair.hand_on(0, Some(bytes));
                pair.claim();
                pair.release(0);
                pair.check();
            }
        }
    }
}

#[test]
fn what_was_forgotten_is_recovered_and_what_was_committed_stays() {
    for (size, granule) in shapes() {
        let mut dice = Dice(7 + size as u64);
        for _ in 0..50 {
            let mut pair = Pair::new(size, granule);
            for _ in 0..dice.roll(60) {
                match dice.roll(8) {
                    0..=2 => _ = pair.reserve(dice.roll((2 * granule).min(size * granule) + 1)),
                    3 | 4 => pair.hand_on(dice.roll(8), Some(usize::MAX)),
                    5 => pair.claim(),
                    6 => pair.release(dice.roll(8)),
                    _ => pair.hand_on(dice.roll(8), None),
                }
            }
            let held = pair.held.iter().filter(|held| **held).count();
            let reserved = |run: &&Run| matches!(run.kind, Kind::Reserved { .. });
            let lost: usize = pair.runs.iter().filter(reserved).map(|run| run.granules).sum();
            assert_eq!(pair.records().recover(), held + lost);
            pair.held.fill(false);
            pair.written.clear();
            pair.read.clear();
            for run in &mut pair.runs {
                if let Kind::Reserved { .. } = run.kind {
                    run.kind = Kind::Skipped;
                }
            }
            pair.check();
            assert_eq!(pair.records().recover(), 0, "once");
            pair.runs.make_contiguous();
            while !pair.runs.is_empty() {
                pair.claim();
                pair.release(0);
            }
            assert!(pair.reserve(size * granule), "all of it can be had again");
        }
    }
}

#[test]
fn a_closed_ring_is_drained_and_then_says_so() {
    let mut pair = Pair::new(3, 2);
    assert!(pair.reserve(2) && pair.reserve(2) && pair.reserve(2));
    pair.hand_on(0, Some(2));
    pair.records().close();
    pair.closed = true;
    assert!(!pair.reserve(1), "closed, though full as well");
    pair.claim();
    pair.claim(); // busy
    pair.hand_on(0, Some(1));
    pair.hand_on(0, None);
    pair.claim();
    pair.claim(); // past what was discarded, closed
    pair.check();
    assert!(!pair.reserve(1));
    pair.records().reopen();
    pair.closed = false;
    pair.drain();
    assert!(pair.reserve(6));
}

#[test]
#[should_panic = "a record of 7 bytes in a ring of 6"]
fn a_record_that_never_fits_is_refused() {
    _ = Pair::new(3, 2).records().reserve(7);
}

#[test]
fn sizes_that_cannot_be_are_refused() {
    for (size, granule) in [(0, 1), (1, 3), (Shape::max_size(1) + 1, 1), (Shape::max_size(8) + 1, 8)] {
        assert!(std::panic::catch_unwind(|| Shape::of(size, granule)).is_err(), "{size} of {granule}");
    }
    _ = Shape::of(Shape::max_size(2), 2);
}
