//! What each thread does.
use proptest::collection::vec;
use proptest::prelude::*;

/// One step of a thread. `Commit` and `Release` take a guard that the thread holds, if any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Push,
    ForcePush,
    Pop,
    /// One slot, or up to so many.
    Reserve(usize),
    /// So many, as far as there are; the others are abandoned. Of the guard that is held longest, or shortest.
    Commit(usize, End),
    Claim(usize),
    /// So many, as far as there are: where consumers share the ring, or it was one item, all.
    Release(usize, End),
    Close,
}

impl Op {
    /// Which end starts something with it.
    pub(crate) fn side(self) -> Option<Side> {
        match self {
            Self::Push | Self::ForcePush | Self::Reserve(_) => Some(Side::Producer),
            Self::Pop | Self::Claim(_) => Some(Side::Consumer),
            Self::Commit(..) | Self::Release(..) | Self::Close => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Producer,
    Consumer,
}

impl Side {
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Producer => Self::Consumer,
            Self::Consumer => Self::Producer,
        }
    }
}

/// Who has the ends of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ends {
    /// All threads have both.
    Shared,
    /// The first thread has this end, and all have the other one.
    One(Side),
    /// Each thread has one of both for itself.
    Mesh,
}

impl Ends {
    /// Whether a thread has this end.
    pub(crate) fn has(self, thread: usize, side: Side) -> bool {
        self != Self::One(side) || thread == 0
    }

    /// Whether this end does one thing at a time.
    pub(crate) fn is_sole(self, side: Side) -> bool {
        self == Self::One(side) || self == Self::Mesh
    }

    /// What a thread does instead, if it has not got the end.
    fn instead(self, thread: usize, op: Op) -> Op {
        match op {
            Op::ForcePush if self == Self::Mesh => Op::Push,
            Op::Pop if !self.has(thread, Side::Consumer) => Op::Push,
            Op::Claim(n) if !self.has(thread, Side::Consumer) => Op::Reserve(n),
            Op::Release(n, end) if !self.has(thread, Side::Consumer) => Op::Commit(n, end),
            Op::Push | Op::ForcePush if !self.has(thread, Side::Producer) => Op::Pop,
            Op::Reserve(n) if !self.has(thread, Side::Producer) => Op::Claim(n),
            Op::Commit(n, end) if !self.has(thread, Side::Producer) => Op::Release(n, end),
            op => op,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Oldest,
    Youngest,
}

impl End {
    pub(crate) fn take<T>(self, held: &mut Vec<T>) -> Option<T> {
        match self {
            Self::Oldest => (!held.is_empty()).then(|| held.remove(0)),
            Self::Youngest => held.pop(),
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub capacity: usize,
    pub threads: Vec<Vec<Op>>,
}

fn op() -> impl Strategy<Value = Op> {
    let end = || prop_oneof![Just(End::Oldest), Just(End::Youngest)];
    prop_oneof![
        6 => Just(Op::Pop),
        6 => Just(Op::Push),
        3 => Just(Op::ForcePush),
        4 => (1usize..=3).prop_map(Op::Reserve),
        4 => (0usize..=3, end()).prop_map(|(n, end)| Op::Commit(n, end)),
        3 => (1usize..=3).prop_map(Op::Claim),
        3 => (0usize..=3, end()).prop_map(|(n, end)| Op::Release(n, end)),
        1 => Just(Op::Close),
    ]
}

pub(crate) fn programs(ends: Ends) -> impl Strategy<Value = Program> {
    // Fewer calls per thread where there are more threads. The bounds below are what shrinking goes down to.
    let threads =
        prop_oneof![vec(vec(op(), 0..=6), 1..=2), vec(vec(op(), 0..=5), 1..=3), vec(vec(op(), 0..=3), 1..=4)];
    (1usize..=3, threads).prop_map(move |(capacity, mut threads)| {
        for (thread, ops) in threads.iter_mut().enumerate() {
            ops.iter_mut().for_each(|op| *op = ends.instead(thread, *op));
        }
        Program { capacity, threads }
    })
}
