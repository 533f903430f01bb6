//! Records under schedules drawn by shuttle, with words of 8 bits, which come round after 64 bytes or little more.
//!
//! Every byte of a run is marked while somebody owns it, so that a second owner is noticed; a record says whose it is, which it is, and how
//! long. A call that others keep at it for whole laps is past what a word tells apart (`Shape::max_size`): so a program is shorter than
//! that, and is begun anew many times.
//!
//! shuttle knows no stale loads: the orderings are the loom models' business.
#![cfg(all(shuttle, annulus_word = "8"))]
#![allow(clippy::disallowed_types)] // what the test itself counts with: no step of the schedule
use annulus_protocol::record::{Cursors, Records, Refused, Shape, Turn};
use shuttle::rand::Rng as _;
use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, FailurePersistence, Runner, rand, thread};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// A ring whose bytes notice a second owner.
struct Ring {
    cursors: Cursors,
    turns: Vec<Turn>,
    shape: Shape,
    granule: usize,
    bytes: Vec<(AtomicBool, AtomicU8)>,
    /// How many granules may still go through before a word has come round.
    left: AtomicUsize,
    committed: Mutex<BTreeSet<(u8, u8)>>,
}

impl Ring {
    fn new(size: usize, granule: usize) -> Self {
        // What goes through is a lap less than what a word tells apart: no call is paused for all laps.
        let laps = 256 / (2 * size * granule + 2).next_power_of_two().max(4);
        let byte = || (AtomicBool::new(false), AtomicU8::new(0));
        Self {
            cursors: Cursors::new(),
            turns: (0..size).map(|_| Turn::new()).collect(),
            shape: Shape::of(size, granule),
            granule,
            bytes: (0..size * granule).map(|_| byte()).collect(),
            left: AtomicUsize::new((laps - 1) * size),
            committed: Mutex::default(),
        }
    }

    fn records(&self) -> Records<'_> {
        Records::new(&self.cursors, &self.turns, self.shape)
    }

    fn own(&self, (index, len): (usize, usize)) -> &[(AtomicBool, AtomicU8)] {
        let run = &self.bytes[index * self.granule..][..len];
        assert!(run.iter().all(|byte| !byte.0.swap(true, Ordering::Relaxed)), "a byte has two owners");
        run
    }

    fn disown(&self, (index, len): (usize, usize)) {
        for byte in &self.bytes[index * self.granule..][..len] {
            byte.0.store(false, Ordering::Relaxed);
        }
    }

    /// A moment in which another thread may go on.
    fn step(&self) {
        self.cursors.is_closed();
    }

    /// Whether so many granules, and a pad, may still go through.
    fn may_go(&self, granules: usize) -> bool {
        let all = granules + self.turns.len();
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(all)).is_ok()
    }

    /// Reserves room, and commits the first `used` bytes, each of which says who wrote them: two of them at least, `who` and `n`.
    fn put(&self, who: u8, n: u8, reserve: usize, used: Option<usize>) -> Result<(), Refused> {
        let records = self.records();
        let reserved = records.reserve(reserve)?;
        let run = records.bytes_to_write(&reserved);
        assert!(reserve <= run.1 && run.1 % self.granule == 0);
        for (at, byte) in self.own(run).iter().enumerate() {
            byte.1.store(if at % 2 == 0 { who } else { n }, Ordering::Relaxed);
        }
        self.step();
        self.disown(run);
        match used {
            Some(used) => {
                self.committed.lock().unwrap().insert((who, n));
                records.commit(reserved, used);
            }
            None => records.discard(reserved),
        }
        Ok(())
    }

    fn take(&self) -> Result<(u8, u8), Refused> {
        let records = self.records();
        let claimed = records.claim()?;
        let run = records.bytes_to_read(&claimed);
        let bytes = self.own(run);
        self.step();
        let read = |at: usize| bytes[at].1.load(Ordering::Relaxed);
        let (who, n) = (read(0), read(1));
        assert!((0..run.1).all(|at| read(at) == if at % 2 == 0 { who } else { n }), "a record is torn");
        self.disown(run);
        records.release(claimed);
        Ok((who, n))
    }
}

fn run(scheduler: impl Scheduler + 'static, model: impl Fn() + Send + Sync + 'static) {
    let mut config = Config::new();
    config.silence_warnings = true; // of orderings weaker than SeqCst
    config.failure_persistence = FailurePersistence::Print;
    Runner::new(scheduler, config).run(model);
}

/// Writers and readers at a ring of `size` granules, until so much has gone through that a word might come round.
fn traffic(size: usize, granule: usize, writers: u8, readers: usize) {
    let ring = Arc::new(Ring::new(size, granule));
    let writing: Vec<_> = (0..writers)
        .map(|who| {
            let ring = ring.clone();
            thread::spawn(move || {
                for n in 0..=u8::MAX {
                    let most = ring.bytes.len();
                    let reserve = rand::thread_rng().gen_range(2.min(most)..=most);
                    let used = rand::thread_rng().gen_range(2.min(most)..=reserve);
                    let used = (!rand::thread_rng().gen_bool(0.2)).then_some(used);
                    if !ring.may_go(reserve.div_ceil(granule)) {
                        return;
                    }
                    while let Err(why) = ring.put(who, n, reserve, used) {
                        assert!(matches!(why, Refused::Full | Refused::Busy), "{why:?}");
                        thread::yield_now();
                    }
                }
            })
        })
        .collect();
    let reading: Vec<_> = (0..readers)
        .map(|_| {
            let ring = ring.clone();
            thread::spawn(move || {
                let mut seen = Vec::new();
                loop {
                    match ring.take() {
                        Ok(record) => seen.push(record),
                        Err(Refused::Closed) => return seen,
                        Err(_) => thread::yield_now(),
                    }
                }
            })
        })
        .collect();
    writing.into_iter().for_each(|writer| writer.join().unwrap());
    ring.records().close();
    let mut all = BTreeSet::new();
    for seen in reading.into_iter().map(|reader| reader.join().unwrap()) {
        for who in 0..writers {
            let mine = seen.iter().filter(|record| record.0 == who);
            assert!(mine.is_sorted(), "a reader sees the records of a writer in their order");
        }
        seen.into_iter().for_each(|record| assert!(all.insert(record), "a record is read twice"));
    }
    assert_eq!(all, *ring.committed.lock().unwrap(), "what was committed is read");
    assert_eq!(ring.records().occupied(), 0, "and nothing else is there");
}

macro_rules! traffic {
    ($($name:ident($size:literal, $granule:literal, $writers:literal, $readers:literal);)*) => {$(
        #[test]
        fn $name() {
            let model = || traffic($size, $granule, $writers, $readers);
            run(RandomScheduler::new(3_000), model);
            run(PctScheduler::new(3, 3_000), model);
        }
    )*};
}

traffic! {
    records_come_out_once_and_whole_of_a_ring_of_one(1, 4, 2, 2);
    records_come_out_once_and_whole_of_a_ring_of_two(2, 2, 2, 2);
    records_come_out_once_and_whole_of_a_ring_of_three(3, 2, 3, 1);
    records_come_out_once_and_whole_of_a_ring_of_three_with_two_readers(3, 1, 2, 2);
    records_come_out_once_and_whole_of_a_ring_of_seven(7, 1, 3, 2);
}
