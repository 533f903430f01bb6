//! The specification of a mesh of lanes: a queue of its own from each producer to each consumer. Into which lane an item goes is left
//! open, as is from which one the next comes; and so is the order of what goes through different lanes.
//!
//! All consumers stay, so that a lane that is full stays in the way until its consumer pops.
use crate::check::{Specification, Step};
use crate::history::{Answer, Call, Event, Why};
use std::collections::VecDeque;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Mesh {
    capacity: usize,
    /// By producer, by consumer.
    lanes: Vec<Vec<VecDeque<u32>>>,
    /// The lane to which the slots belong that a producer has reserved; it has at most one guard.
    reserved: Vec<Option<usize>>,
    /// The lane of the items that a consumer has claimed.
    claimed: Vec<Option<usize>>,
    closed: Vec<bool>,
}

impl Mesh {
    fn room(&self, from: usize, to: usize) -> usize {
        self.capacity - self.lanes[from][to].len()
    }

    fn push(&self, from: usize, to: usize, value: u32) -> Option<Self> {
        let mut mesh = self.clone();
        mesh.lanes[from][to].push_back(value);
        (self.room(from, to) > 0).then_some(mesh)
    }

    /// The first items of a lane go.
    fn take(&self, from: usize, to: usize, values: &[u32]) -> Option<Self> {
        let mut mesh = self.clone();
        let lane = &mut mesh.lanes[from][to];
        values.iter().all(|value| lane.pop_front() == Some(*value)).then_some(mesh)
    }

    fn refuses_to_write(&self, from: usize, why: Why) -> bool {
        let full = self.lanes[from].iter().all(|lane| lane.len() == self.capacity);
        match why {
            Why::Full => !self.closed[from] && full,
            Why::Closed => self.closed[from],
            Why::Empty | Why::Busy => false,
        }
    }

    fn refuses_to_read(&self, to: usize, why: Why) -> bool {
        let closed = self.closed.iter().all(|closed| *closed);
        self.lanes.iter().all(|lanes| lanes[to].is_empty())
            && match why {
                Why::Empty => !closed,
                Why::Closed => closed,
                Why::Full | Why::Busy => false,
            }
    }
}

impl Specification for Mesh {
    fn new(capacity: usize, threads: usize) -> Self {
        Self {
            capacity,
            lanes: vec![vec![VecDeque::new(); threads]; threads],
            reserved: vec![None; threads],
            claimed: vec![None; threads],
            closed: vec![false; threads],
        }
    }

    fn steps(&self, Event { thread, call, answer, .. }: &Event, stage: u8) -> Vec<Step<Self>> {
        use {Answer as A, Call as C};
        let me = *thread;
        let any = 0..self.closed.len();
        let only = |so: bool, after: Self| so.then_some(after).into_iter().collect();
        let after: Vec<Self> = match (call, answer) {
            (C::Push(value), A::Done) if !self.closed[me] => {
                any.filter_map(|to| self.push(me, to, *value)).collect()
            }
            (C::Pop, A::Popped(value)) => any.filter_map(|from| self.take(from, me, &[*value])).collect(),
            (C::Reserve(most), A::Reserved(n)) if !self.closed[me] => any
                .filter(|to| (1..=*most).contains(n) && *n <= self.room(me, *to))
                .map(|to| {
                    let mut mesh = self.clone();
                    mesh.reserved[me] = Some(to);
                    mesh
                })
                .collect(),
            // One after the other: two slots on both sides of the wrap may be seen apart.
            (C::Commit(_, items), A::Done) => {
                let i = usize::from(stage);
                let (Some(to), Some(Some(value))) = (self.reserved[me], items.get(i)) else {
                    return vec![Step::last(self.clone())];
                };
                let next = (i + 1 < items.len()).then_some(stage + 1);
                let after = self.push(me, to, *value);
                return after.into_iter().map(|after| Step { after, stage: next }).collect();
            }
            (C::Claim(most), A::Claimed(values)) => any
                .filter(|from| {
                    let fits = (1..=*most).contains(&values.len());
                    fits && self.take(*from, me, values).is_some()
                })
                .map(|from| {
                    let mut mesh = self.clone();
                    mesh.claimed[me] = Some(from);
                    mesh
                })
                .collect(),
            (C::Release(_, values), A::Done) => {
                self.claimed[me].and_then(|from| self.take(from, me, values)).into_iter().collect()
            }
            (C::Close, A::Done) => {
                let mut mesh = self.clone();
                mesh.closed[me] = true;
                vec![mesh]
            }
            (C::Push(_) | C::Reserve(_), A::Refused(why)) => {
                only(self.refuses_to_write(me, *why), self.clone())
            }
            (C::Pop | C::Claim(_), A::Refused(why)) => only(self.refuses_to_read(me, *why), self.clone()),
            _ => vec![],
        };
        after.into_iter().map(Step::last).collect()
    }
}
