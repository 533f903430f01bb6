//! A mesh of lanes that is simple, and right unless a flaw is planted in it.
use crate::history::Why;
use crate::program::{Ends, Side};
use crate::queue::Queue;
use std::collections::VecDeque;
use std::sync::Mutex;

/// What is wrong with it.
pub(crate) struct LaneFlaw;

impl LaneFlaw {
    pub(crate) const NONE: u8 = 0;
    /// Takes the youngest item of a lane.
    pub(crate) const LIFO: u8 = 1;
    /// Looks into one lane only for an item.
    pub(crate) const EMPTY_WITH_ITEM: u8 = 2;
    /// Looks into one lane only for room.
    pub(crate) const FULL_WITH_ROOM: u8 = 3;
    /// Pushes into every lane that has room.
    pub(crate) const IN_TWO_LANES: u8 = 4;
}

pub(crate) struct PlantedLanes<const FLAW: u8>(Mutex<Inner<FLAW>>);

struct Inner<const FLAW: u8> {
    capacity: usize,
    /// By producer, by consumer.
    lanes: Vec<Vec<VecDeque<u32>>>,
    closed: Vec<bool>,
}

/// A lane: from whom, to whom.
type Lane = (usize, usize);

impl<const FLAW: u8> Inner<FLAW> {
    fn room(&self, (from, to): Lane) -> usize {
        self.capacity - self.lanes[from][to].len()
    }

    fn find_room(&self, from: usize) -> Result<Lane, Why> {
        if self.closed[from] {
            return Err(Why::Closed);
        }
        let lanes = if FLAW == LaneFlaw::FULL_WITH_ROOM { 1 } else { self.closed.len() };
        (0..lanes).map(|to| (from, to)).find(|lane| self.room(*lane) > 0).ok_or(Why::Full)
    }

    fn push(&mut self, (from, to): Lane, value: u32) {
        self.lanes[from][to].push_back(value);
        if FLAW == LaneFlaw::IN_TWO_LANES {
            let others = (to + 1..self.closed.len()).find(|to| self.room((from, *to)) > 0);
            others.into_iter().for_each(|to| self.lanes[from][to].push_back(value));
        }
    }

    fn find_item(&mut self, to: usize) -> Result<Lane, Why> {
        let lanes = if FLAW == LaneFlaw::EMPTY_WITH_ITEM { 1 } else { self.closed.len() };
        let found = (0..lanes).find(|from| !self.lanes[*from][to].is_empty());
        let why = if self.closed.iter().all(|closed| *closed) { Why::Closed } else { Why::Empty };
        let from = found.ok_or(why)?;
        if FLAW == LaneFlaw::LIFO {
            self.lanes[from][to].make_contiguous().reverse();
        }
        Ok((from, to))
    }
}

impl<const FLAW: u8> Queue for PlantedLanes<FLAW> {
    type Slots<'a> = (&'a Self, Lane);
    type Items<'a> = (&'a Self, Lane, Vec<u32>);

    const ENDS: Ends = Ends::Mesh;

    fn ring(capacity: usize, threads: usize) -> Self {
        let lanes = vec![vec![VecDeque::new(); threads]; threads];
        Self(Mutex::new(Inner { capacity, lanes, closed: vec![false; threads] }))
    }

    fn push(&self, me: usize, value: u32) -> Result<(), Why> {
        let mut inner = self.0.lock().unwrap();
        let lane = inner.find_room(me)?;
        inner.push(lane, value);
        Ok(())
    }

    fn force_push(&self, _: usize, _: u32) -> Result<Option<u32>, Why> {
        unreachable!("a lane has no such thing")
    }

    fn pop(&self, me: usize) -> Result<u32, Why> {
        let mut inner = self.0.lock().unwrap();
        let (from, to) = inner.find_item(me)?;
        Ok(inner.lanes[from][to].pop_front().expect("it was found"))
    }

    fn reserve(&self, me: usize, n: usize) -> Result<(Self::Slots<'_>, usize), Why> {
        let inner = self.0.lock().unwrap();
        let lane = inner.find_room(me)?;
        Ok(((self, lane), n.min(inner.room(lane))))
    }

    fn commit((queue, lane): Self::Slots<'_>, values: &[u32]) {
        let mut inner = queue.0.lock().unwrap();
        values.iter().for_each(|value| inner.push(lane, *value));
    }

    fn claim(&self, me: usize, n: usize) -> Result<Self::Items<'_>, Why> {
        let mut inner = self.0.lock().unwrap();
        let (from, to) = inner.find_item(me)?;
        let items = inner.lanes[from][to].iter().copied().take(n).collect();
        Ok((self, (from, to), items))
    }

    fn values((_, _, items): &Self::Items<'_>) -> Vec<u32> {
        items.clone()
    }

    fn release((queue, (from, to), _): Self::Items<'_>, n: usize) {
        queue.0.lock().unwrap().lanes[from][to].drain(..n);
    }

    fn close(&self, me: usize, _: Side) {
        self.0.lock().unwrap().closed[me] = true;
    }
}
