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
    Release(End),
    Close,
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
        3 => end().prop_map(Op::Release),
        1 => Just(Op::Close),
    ]
}

pub(crate) fn programs() -> impl Strategy<Value = Program> {
    // Fewer calls per thread where there are more threads. The bounds below are what shrinking goes down to.
    let threads =
        prop_oneof![vec(vec(op(), 0..=6), 1..=2), vec(vec(op(), 0..=5), 1..=3), vec(vec(op(), 0..=3), 1..=4)];
    (1usize..=3, threads).prop_map(|(capacity, threads)| Program { capacity, threads })
}
