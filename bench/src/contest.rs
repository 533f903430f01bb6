//! The vocabulary of a comparison: a line of a table is a contest, its rows are contenders.

use crate::machine::Cpus;
use crate::phases::Clock;

/// Numbers of operations are multiples of this, so that they are whole chunks, whole fills and equal shares.
pub const WHOLE: u64 = 1024;

/// One comparison: the same work, done by several queues.
pub struct Contest {
    /// What `--only` matches, for example `items/64`.
    pub id: String,
    pub title: String,
    /// What one operation is, for example `item`.
    pub unit: &'static str,
    pub contenders: Vec<Contender>,
    pub gates: Vec<Gate>,
}

/// What we require of our own best time.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    /// Our time over the rival's must not exceed this.
    pub bound: f64,
    /// Compare with this peer only; with the best of all peers if none.
    pub rival: Option<&'static str>,
}

pub fn against_best(bound: f64) -> Vec<Gate> {
    vec![Gate { bound, rival: None }]
}

pub fn against(rival: &'static str, bound: f64) -> Gate {
    Gate { bound, rival: Some(rival) }
}

/// One queue, used one way.
pub struct Contender {
    pub label: String,
    /// The peer it belongs to.
    pub peer: &'static str,
    /// The package whose version is printed.
    pub package: &'static str,
    pub ours: bool,
    /// Whether it takes part in a verdict, on its side. The others are shown only.
    pub judged: bool,
    pub take: Take,
}

impl Contender {
    /// Whether a bound is about it.
    pub fn is_judged(&self) -> bool {
        self.ours && self.judged
    }

    /// Whether a bound is in terms of it.
    pub fn is_rival(&self) -> bool {
        !self.ours && self.judged
    }
}

/// Takes one sample. The one dynamic call of a sample is here, outside of everything that is timed.
pub type Take = Box<dyn Fn(&Setting) -> Sample>;

/// Under which conditions to take a sample.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub cpus: Cpus,
    /// How many operations are timed.
    pub operations: u64,
    /// How many unused rings to allocate first. This moves the ring elsewhere in memory from round to round, so
    /// that nobody keeps a lucky or an unlucky alignment for a whole run.
    pub decoys: usize,
}

/// What one sample gave.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// ns per operation, by the clock on the wall.
    pub ns: f64,
    /// ns per operation that all threads of the process spent running; where it was taken.
    pub cpu_ns: Option<f64>,
    /// Round trip of one cache line just before and just after, in ns. None where only one thread runs.
    pub probes: Option<(f64, f64)>,
    /// More threads than CPUs.
    pub crowded: bool,
    /// Not zero if an item was lost, invented or came out of order.
    pub bad: u64,
}

impl Sample {
    pub fn of(setting: &Setting, clock: Clock, probes: Option<(f64, f64)>) -> Self {
        let ns = clock.elapsed().as_nanos() as f64 / setting.operations as f64;
        Self { probes, bad: clock.bad, ..Self::of_ns(ns) }
    }

    pub fn of_ns(ns: f64) -> Self {
        Self { ns, cpu_ns: None, probes: None, crowded: false, bad: 0 }
    }

    /// The time that is compared. Where threads share CPUs, the clock on the wall also counts whatever else ran there.
    pub fn judged_ns(&self) -> f64 {
        match self.cpu_ns {
            Some(cpu) if self.crowded => cpu,
            _ => self.ns,
        }
    }
}
