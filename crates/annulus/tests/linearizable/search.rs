//! Looks for a program with a history that cannot be explained, and for the smallest.
use crate::check::{Specification, check};
use crate::history::History;
use crate::program::{Op, Program, programs};
use crate::queue::Queue;
use crate::run::run;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use std::cell::RefCell;

/// How often a program is run at first, and each smaller one when one was found: what is found may be rare.
const RUNS: u64 = 2;
const RUNS_OF_SMALLER: u64 = if cfg!(shuttle) { 300 } else { 200 };

fn number(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// All histories of so many programs can be explained.
#[track_caller]
pub(crate) fn explained<Q: Queue, S: Specification>(programs: u32) {
    let seed = number("ANNULUS_SEED").unwrap_or(0xa111);
    let programs = programs * number("ANNULUS_TIMES").unwrap_or(1) as u32;
    if let Some(found) = search::<Q, S>(programs, seed) {
        panic!("{found}\nANNULUS_SEED={seed} repeats the search");
    }
}

/// All histories of this program can be explained, as far as so many runs tell.
#[track_caller]
pub(crate) fn explained_in<Q: Queue, S: Specification>(capacity: usize, threads: &[&[Op]], runs: u64) {
    let program = Program { capacity, threads: threads.iter().map(|ops| ops.to_vec()).collect() };
    let runs = runs * number("ANNULUS_TIMES").unwrap_or(1);
    if let Some((history, why)) = failure::<Q, S>(&program, 1, runs) {
        panic!("{}", Found { program, history, why });
    }
}

/// A program is found, and made small, that a right queue would not have done.
#[track_caller]
pub(crate) fn found<Q: Queue, S: Specification>() {
    let found = search::<Q, S>(5_000, 1).expect("a planted flaw");
    println!("{found}");
    let calls: usize = found.history.threads.iter().map(Vec::len).sum();
    assert!(calls <= 10, "it was made small: {found}");
}

/// The smallest program found, with one of its histories that cannot be explained, and why.
pub(crate) struct Found {
    program: Program,
    history: History,
    why: String,
}

impl std::fmt::Display for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (thread, ops) in self.program.threads.iter().enumerate() {
            writeln!(f, "T{thread}: {ops:?}")?;
        }
        write!(f, "{}{}", self.history, self.why)
    }
}

fn search<Q: Queue, S: Specification>(cases: u32, seed: u64) -> Option<Found> {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 2_000, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let last = RefCell::new(None);
    let result = runner.run(&programs(Q::ENDS), |program| {
        let times = if last.borrow().is_none() { RUNS } else { RUNS_OF_SMALLER };
        match failure::<Q, S>(&program, seed, times) {
            None => Ok(()),
            Some((history, why)) => {
                *last.borrow_mut() = Some(Found { program, history, why });
                Err(TestCaseError::fail("cannot be explained"))
            }
        }
    });
    match result {
        Ok(()) => None,
        Err(TestError::Fail(..)) => last.into_inner(),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

/// The first history of several that cannot be explained.
#[cfg(not(shuttle))]
fn failure<Q: Queue, S: Specification>(
    program: &Program,
    seed: u64,
    times: u64,
) -> Option<(History, String)> {
    (0..times).find_map(|time| {
        let history = run::<Q>(program, seed.wrapping_add(time << 32));
        let why = check::<S>(&history).err()?;
        Some((history, why))
    })
}

#[cfg(shuttle)]
fn failure<Q: Queue, S: Specification>(
    program: &Program,
    seed: u64,
    times: u64,
) -> Option<(History, String)> {
    use shuttle::scheduler::{PctScheduler, RandomScheduler};
    use std::sync::{Arc, Mutex};
    let mut config = shuttle::Config::new();
    config.silence_warnings = true; // of orderings weaker than SeqCst
    let first = Arc::new(Mutex::new(None));
    let model = || {
        let (program, first) = (program.clone(), first.clone());
        move || {
            let history = run::<Q>(&program, 0);
            let mut first = first.lock().unwrap();
            if first.is_none() {
                *first = check::<S>(&history).err().map(|why| (history, why));
            }
        }
    };
    let random = RandomScheduler::new_from_seed(seed, times as usize);
    shuttle::Runner::new(random, config.clone()).run(model());
    if first.lock().unwrap().is_none() && program.threads.len() > 1 {
        let changes = PctScheduler::new_from_seed(seed, 3, times as usize);
        shuttle::Runner::new(changes, config).run(model());
    }
    first.lock().unwrap().take()
}
