//! Any number of pinned threads, at a queue at once.
//!
//! ```text
//! first    pin | probe | gate | meet  warm-up  meet  timed | gate | probe
//! second   pin | echo  | gate | meet  warm-up  meet  timed | gate | echo
//! others   pin |       | gate | meet  warm-up  meet  timed | gate |
//! ```
//! At a gate a thread sleeps, so that nobody runs beside a probe, and who is done leaves its CPU to those who are not.
//! Thread `i` is pinned to CPU `i % n`. More threads than CPUs are *crowded*: there whoever waits yields.

use std::cell::Cell;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use crate::machine::{self, Cpus};
use crate::pair::{Line, Meeting, Pause, echo, probe};

/// What one thread does: calls the first argument to meet the others, and pauses as the second says.
pub type Job<'a, R> = Box<dyn FnOnce(&dyn Fn(), Pause) -> R + Send + 'a>;

/// What a run of a crew gave.
pub struct Run<R> {
    /// Of each thread, in the order of the jobs.
    pub results: Vec<R>,
    /// What the process spent running, from the first thread's last meeting to the last thread's end.
    pub cpu: Option<Duration>,
    pub crowded: bool,
    /// Median round trips between the first two threads, before and after.
    pub probes: (f64, f64),
}

struct Shift<R> {
    result: R,
    cpu: Option<(Duration, Duration)>,
    probes: (f64, f64),
}

/// Runs at least two jobs, each on a thread of its own.
pub fn run<R: Send>(cpus: Cpus, jobs: Vec<Job<'_, R>>) -> Run<R> {
    assert!(jobs.len() >= 2, "the probe needs two threads");
    let cpus = machine::cpus_from(cpus);
    let crowded = jobs.len() > cpus.len();
    let pause = if crowded { Pause::Yield } else { Pause::Spin };
    let (line, two) = (&Line::default(), &Meeting::of(2, Pause::Spin));
    let (gate, all) = (&Barrier::new(jobs.len()), &Meeting::of(jobs.len(), pause));
    let around = move |at: usize| match at {
        0 => probe(line, two),
        1 => (echo(line, two), f64::NAN).1,
        _ => f64::NAN,
    };
    let shift = move |at: usize, cpu: usize, job: Job<'_, R>| {
        machine::pin(cpu);
        let before = around(at);
        gate.wait();
        let begun = Cell::new(None);
        let meet = || {
            all.wait();
            begun.set(machine::process_time());
        };
        let result = job(&meet, pause);
        let cpu = begun.get().zip(machine::process_time());
        gate.wait();
        Shift { result, cpu, probes: (before, around(at)) }
    };
    let shifts: Vec<Shift<R>> = thread::scope(|scope| {
        let places = cpus.iter().copied().cycle().enumerate();
        let spawn = |(job, (at, cpu))| scope.spawn(move || shift(at, cpu, job));
        let threads: Vec<_> = jobs.into_iter().zip(places).map(spawn).collect();
        // A thread that panics leaves the others waiting; the watchdog ends that.
        threads.into_iter().map(|thread| thread.join().expect("a thread panicked")).collect()
    });
    let cpu = shifts.iter().filter_map(|shift| shift.cpu).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    let probes = shifts[0].probes;
    let results = shifts.into_iter().map(|shift| shift.result).collect();
    Run { results, cpu: cpu.map(|(begun, ended)| ended - begun), crowded, probes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_job_runs_once_and_a_large_crew_is_crowded() {
        let Some(cpus) = machine::two_cores() else { return };
        let job = |at: usize| -> Job<'_, usize> { Box::new(move |meet, _| (meet(), meet(), at).2) };
        let threads = 2 * machine::cpus_from(cpus).len();
        let run = run(cpus, (0..threads).map(job).collect());
        assert_eq!(run.results, (0..threads).collect::<Vec<_>>());
        assert!(run.crowded && run.probes.0 > 0.0 && run.probes.1 > 0.0);
    }
}
