//! The vocabulary of a comparison: a line of a table is a contest, its rows are contenders.

use crate::machine::Cpus;

/// One comparison: the same work, done by several queues.
pub struct Contest {
    /// What `--only` matches, for example `items/64`.
    pub id: String,
    pub title: String,
    /// What one operation is, for example `item`.
    pub unit: &'static str,
    pub contenders: Vec<Contender>,
    pub gate: Option<Gate>,
}

/// What we require of our own best time.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    /// Our time over the rival's must not exceed this.
    pub bound: f64,
    /// Compare with this peer only; with the best of all peers if none.
    pub rival: Option<&'static str>,
}

/// One queue, used one way.
pub struct Contender {
    pub label: String,
    /// The peer it belongs to.
    pub peer: &'static str,
    pub ours: bool,
    pub take: Take,
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
    /// ns per operation.
    pub ns: f64,
    /// Round trip of one cache line just before and just after, in ns. None where only one thread runs.
    pub probes: Option<(f64, f64)>,
    /// Not zero if an item was lost, invented or came out of order.
    pub bad: u64,
}
