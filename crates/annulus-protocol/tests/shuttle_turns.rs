//! Turns whose laps wrap all the time, under schedules drawn by shuttle: words of 8 bits, of which a ring of 17 to 32 slots leaves
//! two to the lap, one of 9 to 16 slots three, one of three slots five, one of one or two slots six.
//!
//! What a wrap can break is in [`laps`]: a call that sleeps while the ring goes round so often that an old lap comes again. The
//! tests of long runs keep every call within the bound ([`Gate`]), the others go past it and show what happens.
//!
//! shuttle knows no stale loads: the orderings are the loom models' business.
#![cfg(all(shuttle, annulus_word = "8"))]
#![allow(clippy::disallowed_types)] // what the test itself counts with: no step of the schedule
use annulus_protocol::turns::{Cursors, Refused, Shape, Turn, Turns};
use shuttle::rand::Rng as _;
use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, FailurePersistence, Runner, thread};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

/// How many laps a word of 8 bits tells apart in a ring of `size` slots.
///
/// With `n` laps, a call during which the ring goes round
/// - at most `n / 2 - 1` times is right in every way;
/// - more often may be told `Full`, `Empty` or `Busy` where it is not so, but what it gets it owns;
/// - `n - 1` times or more may be an `evict` that takes an item from a ring with room, or `n` times, a slot that has an owner.
fn laps(size: usize) -> usize {
    256 / (2 * size.next_power_of_two()).max(4)
}

/// Keeps every call within `limit` positions of each cursor, `write` and `read`: who would move them further waits until the
/// calls that are under way have ended.
struct Gate {
    limit: [usize; 2],
    state: Mutex<Traffic>,
}

/// How far the cursors have moved; and per thread, what they were at the beginning of its call, and how far it may move them.
type Traffic = ([usize; 2], HashMap<u32, ([usize; 2], [usize; 2])>);

impl Gate {
    /// Makes a call that moves the cursors by `most` positions at most, and tells how far it did.
    fn call<T>(&self, me: u32, most: [usize; 2], call: impl FnOnce() -> (T, [usize; 2])) -> T {
        while !self.enter(me, most) {
            thread::yield_now();
        }
        let (result, moved) = call();
        let (done, under_way) = &mut *self.state.lock().unwrap();
        under_way.remove(&me);
        (0..2).for_each(|i| done[i] += moved[i]);
        result
    }

    fn enter(&self, me: u32, most: [usize; 2]) -> bool {
        let (done, under_way) = &mut *self.state.lock().unwrap();
        let will_be =
            |i: usize| done[i] + most[i] + under_way.values().map(|(_, most)| most[i]).sum::<usize>();
        let fits = |i: usize| under_way.values().all(|(began, _)| will_be(i) - began[i] <= self.limit[i]);
        let may = under_way.is_empty() || (fits(0) && fits(1));
        if may {
            under_way.insert(me, (*done, most));
        }
        may
    }
}

/// A ring whose slots notice a second owner.
struct Ring {
    cursors: Cursors,
    turns: Vec<Turn>,
    slots: Vec<(AtomicBool, AtomicU32)>,
}

impl Ring {
    fn new(size: usize) -> Self {
        let slots = (0..size).map(|_| (AtomicBool::new(false), AtomicU32::new(0))).collect();
        Self { cursors: Cursors::new(), turns: (0..size).map(|_| Turn::new()).collect(), slots }
    }

    fn turns(&self) -> Turns<'_> {
        Turns::new(&self.cursors, &self.turns, Shape::of(self.turns.len()))
    }

    fn own(&self, (start, len): (usize, usize)) {
        for i in start..start + len {
            let owned = self.slots[i % self.slots.len()].0.swap(true, Ordering::Relaxed);
            assert!(!owned, "a slot has two owners");
        }
    }

    fn disown(&self, (start, len): (usize, usize)) {
        for i in start..start + len {
            self.slots[i % self.slots.len()].0.store(false, Ordering::Relaxed);
        }
    }

    /// A moment in which another thread may go on.
    fn step(&self) {
        self.cursors.is_closed();
    }

    fn item(&self, at: usize) -> &AtomicU32 {
        &self.slots[at % self.slots.len()].1
    }

    /// Reserves up to `values.len()` slots, writes the values, and commits the first `commit` of them.
    fn put(&self, values: &[u32], commit: usize) -> Result<usize, Refused> {
        let turns = self.turns();
        let run = turns.reserve_run(1, values.len()).map_err(|(why, _)| why)?;
        let (start, len) = turns.slots_to_write(&run);
        self.own((start, len));
        for (i, value) in values[..len].iter().enumerate() {
            self.item(start + i).store(*value, Ordering::Relaxed);
        }
        self.step();
        self.disown((start, len));
        turns.commit_run(run, commit);
        Ok(len)
    }

    fn take(&self, most: usize) -> Result<Vec<u32>, Refused> {
        let turns = self.turns();
        let run = turns.claim_run(1, most).map_err(|(why, _)| why)?;
        let slots = turns.slots_to_read(&run);
        self.own(slots);
        self.step();
        let values = (slots.0..slots.0 + slots.1).map(|i| self.item(i).load(Ordering::Relaxed)).collect();
        self.disown(slots);
        turns.release_run(run);
        Ok(values)
    }

    /// Puts `value` in the place of the oldest, if full.
    fn force(&self, value: u32) -> Result<Option<u32>, Refused> {
        let turns = self.turns();
        let Some(evicted) = turns.evict()? else { return Ok(None) };
        let at = turns.index_to_renew(&evicted);
        self.own((at, 1));
        self.step();
        let oldest = self.item(at).swap(value, Ordering::Relaxed);
        self.disown((at, 1));
        turns.renew(evicted);
        Ok(Some(oldest))
    }
}

fn run(scheduler: impl Scheduler + 'static, model: impl Fn() + Send + Sync + 'static) {
    let mut config = Config::new();
    config.silence_warnings = true; // of orderings weaker than SeqCst
    config.failure_persistence = FailurePersistence::Print;
    Runner::new(scheduler, config).run(model);
}

/// The seed is the same each time: `SHUTTLE_RANDOM_SEED` gives another, `ANNULUS_SHUTTLE_TIMES` more schedules.
const SEED: u64 = 0x0a11_0ca7;

fn times(n: usize) -> usize {
    std::env::var("ANNULUS_SHUTTLE_TIMES").map_or(n, |times| n * times.parse::<usize>().unwrap())
}

const PRODUCERS: u32 = 2;

/// Two who put, in runs, one by one, in the place of the oldest, and abandon on the way; two who take: all that was committed
/// comes out once, in each producer's order, while the laps wrap `wraps` times.
fn everything_comes_out_once(size: usize, wraps: usize) {
    // Where slots are abandoned nobody knows how far `read` moved, but it is at most the size behind `write`.
    let abandoning = laps(size) > 4;
    let limit = if abandoning { [(laps(size) / 2 - 2) * size, usize::MAX] } else { [size; 2] };
    let each = wraps * laps(size) * size / PRODUCERS as usize;
    let longest = size.min(16);
    let ring = Arc::new(Ring::new(size));
    let gate = Arc::new(Gate { limit, state: Mutex::default() });
    // What was committed, and what came out, by whom.
    let committed = Arc::new(Mutex::new(Vec::new()));
    let out = Arc::new(Mutex::new(Vec::new()));
    let producing = Arc::new(AtomicU32::new(PRODUCERS));

    let produce = |me: u32| {
        let (ring, gate, committed, out, producing) =
            (ring.clone(), gate.clone(), committed.clone(), out.clone(), producing.clone());
        move || {
            let mut dice = shuttle::rand::thread_rng();
            let (mut moved, mut next) = (0, me << 16);
            let mut evicted = Vec::new();
            while moved < each {
                let n = dice.gen_range(1..=longest);
                let values: Vec<u32> = (next..next + n as u32).collect();
                if dice.gen_range(0..4) == 0 {
                    let forced = gate.call(me, [1, 1], || match ring.force(next) {
                        Ok(Some(oldest)) => (Some(oldest), [1, 1]),
                        _ => (None, [0, 0]),
                    });
                    if let Some(oldest) = forced {
                        committed.lock().unwrap().push(next);
                        evicted.push(oldest);
                        (moved, next) = (moved + 1, next + 1);
                        continue;
                    }
                } else {
                    let commit = if abandoning && dice.gen_range(0..8) == 0 { n / 2 } else { n };
                    let put = gate.call(me, [n, 0], || match ring.put(&values, commit) {
                        Ok(len) => (Some(len), [len, 0]),
                        Err(_) => (None, [0, 0]),
                    });
                    if let Some(len) = put {
                        committed.lock().unwrap().extend(&values[..len.min(commit)]);
                        (moved, next) = (moved + len, next + len as u32);
                        continue;
                    }
                }
                thread::yield_now();
            }
            out.lock().unwrap().push(evicted);
            if producing.fetch_sub(1, Ordering::Relaxed) == 1 {
                ring.cursors.close();
            }
        }
    };
    let consume = |me: u32| {
        let (ring, gate, out) = (ring.clone(), gate.clone(), out.clone());
        move || {
            let mut taken = Vec::new();
            loop {
                let n = shuttle::rand::thread_rng().gen_range(1..=longest);
                let got = gate.call(me, [0, n], || {
                    let got = ring.take(n);
                    let moved = got.as_ref().map_or(0, Vec::len);
                    (got, [0, moved])
                });
                match got {
                    Ok(values) => taken.extend(values),
                    Err(Refused::Closed) => break,
                    Err(_) => thread::yield_now(),
                }
            }
            out.lock().unwrap().push(taken);
        }
    };
    let mut threads: Vec<_> = (0..PRODUCERS).map(|me| thread::spawn(produce(me))).collect();
    threads.extend((2..4).map(|me| thread::spawn(consume(me))));
    threads.into_iter().for_each(|thread| thread.join().unwrap());

    let out = out.lock().unwrap();
    for taken in out.iter() {
        for producer in 0..PRODUCERS {
            let of_one = taken.iter().filter(|value| **value >> 16 == producer);
            assert!(of_one.is_sorted(), "each producer's items come out in order: {taken:?}");
        }
    }
    let mut out = out.concat();
    let mut committed = committed.lock().unwrap().clone();
    out.sort_unstable();
    committed.sort_unstable();
    assert_eq!(out, committed, "what was committed comes out, once");
}

#[test]
fn everything_comes_out_once_of_small_rings_while_laps_wrap() {
    for size in 1..=3 {
        run(RandomScheduler::new_from_seed(SEED, times(600)), move || everything_comes_out_once(size, 3));
        run(PctScheduler::new_from_seed(SEED, 5, times(200)), move || everything_comes_out_once(size, 3));
    }
}

#[test]
fn everything_comes_out_once_with_two_or_three_bits_for_the_lap() {
    for size in [9, 16, 17, 32] {
        assert_eq!(laps(size), if size < 17 { 8 } else { 4 });
        run(RandomScheduler::new_from_seed(SEED, times(600)), move || everything_comes_out_once(size, 4));
        run(PctScheduler::new_from_seed(SEED, 5, times(200)), move || everything_comes_out_once(size, 4));
    }
}

/// One makes a single call, while the other goes round `halves` times half a lap; of a ring of four laps.
fn asleep_while_others_go_round(halves: usize, leave: bool, call: fn(&Ring)) {
    run(PctScheduler::new_from_seed(SEED, 2, 4_000), move || {
        let ring = Arc::new(Ring::new(32));
        let there = ring.clone();
        let sleeper = thread::spawn(move || call(&there));
        for half in 0..halves {
            _ = ring.put(&[0; 16], 16);
            if !(leave && half + 1 == halves) {
                while ring.take(16).is_ok() {}
            }
        }
        sleeper.join().unwrap();
    });
}

#[test]
#[should_panic(expected = "refused, with room all the time")]
fn a_call_that_sleeps_for_half_the_laps_may_be_told_what_is_not_so() {
    asleep_while_others_go_round(5, false, |ring| {
        assert!(ring.put(&[1], 1).is_ok(), "refused, with room all the time");
    });
}

#[test]
#[should_panic(expected = "evicted, with room all the time")]
fn a_writer_that_sleeps_for_all_laps_but_one_may_evict_from_a_ring_with_room() {
    asleep_while_others_go_round(7, true, |ring| {
        assert_eq!(ring.force(1), Ok(None), "evicted, with room all the time");
    });
}

#[test]
#[should_panic(expected = "two owners")]
fn a_call_that_sleeps_for_all_laps_may_get_a_slot_that_has_an_owner() {
    run(PctScheduler::new_from_seed(SEED, 2, 4_000), move || {
        let ring = Arc::new(Ring::new(32));
        let there = ring.clone();
        let sleeper = thread::spawn(move || there.put(&[1], 1));
        for _ in 0..3 {
            _ = ring.put(&[0; 32], 32);
            while ring.take(32).is_ok() {}
        }
        let turns = ring.turns();
        let Ok(run) = turns.reserve_run(1, 32) else { return };
        let slots = turns.slots_to_write(&run);
        ring.own(slots);
        _ = sleeper.join().unwrap();
        ring.disown(slots);
        turns.commit_run(run, 32);
    });
}
