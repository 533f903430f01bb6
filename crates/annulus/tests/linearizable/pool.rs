//! The specification of a queue whose order is that of the commits, and in which nobody is in the way.
use crate::check::{Specification, Step};
use crate::history::{Answer, Call, Event, Why};
use std::collections::VecDeque;

/// A slot is free, reserved, ready or claimed; which one it is, nobody can tell.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Pool {
    free: usize,
    reserved: usize,
    ready: VecDeque<u32>,
    closed: bool,
}

/// It has a slot, or an item.
const HELD: u8 = 1;
/// An overwriting push that found no room,
const FULL: u8 = 2;
/// and is counted among those who may still commit, before it looks for an item.
const COUNTED: u8 = 3;

impl Pool {
    fn reserve(&self) -> Option<Self> {
        let may = !self.closed && self.free > 0;
        may.then(|| Self { free: self.free - 1, reserved: self.reserved + 1, ..self.clone() })
    }

    fn commit(&self, item: Option<u32>) -> Self {
        let mut pool = Self { reserved: self.reserved - 1, ..self.clone() };
        match item {
            Some(value) => pool.ready.push_back(value),
            None => pool.free += 1,
        }
        pool
    }

    fn claim(&self, value: u32) -> Option<Self> {
        let mut pool = self.clone();
        (pool.ready.pop_front() == Some(value)).then_some(pool)
    }

    fn release(&self) -> Self {
        Self { free: self.free + 1, ..self.clone() }
    }

    /// A push that overwrites, until it has a slot. It looks for room, and then for an item, in as many steps as it takes: what comes
    /// and goes between them is not its business.
    fn force(&self, answer: &Answer, stage: u8) -> Vec<Step<Self>> {
        let uncounted = || Self { reserved: self.reserved - 1, ..self.clone() };
        let mut steps = Vec::new();
        match (stage, answer) {
            (0, _) if !self.closed && self.free == 0 => steps.push(Step::then(self.clone(), FULL)),
            (0, Answer::Done) => steps.extend(self.reserve().map(|pool| Step::then(pool, HELD))),
            (0, Answer::Refused(Why::Closed)) if self.closed => steps.push(Step::last(self.clone())),
            (FULL, Answer::Refused(Why::Closed)) if self.closed => steps.push(Step::last(self.clone())),
            (FULL, _) if !self.closed => {
                steps.push(Step::then(Self { reserved: self.reserved + 1, ..self.clone() }, COUNTED));
            }
            (COUNTED, Answer::Evicted(oldest)) => {
                steps.extend(self.claim(*oldest).map(|pool| Step::then(pool, HELD)));
            }
            (COUNTED, Answer::Refused(Why::Closed)) if self.closed => steps.push(Step::last(uncounted())),
            (COUNTED, Answer::Refused(Why::Full)) if self.ready.is_empty() => {
                steps.push(Step::last(uncounted()));
            }
            _ => {}
        }
        // There was room again, when it had found no item.
        if stage == COUNTED && self.ready.is_empty() {
            steps.push(Step::then(uncounted(), 0));
        }
        steps
    }

    fn refuses(&self, call: &Call, why: Why) -> bool {
        let writes = matches!(call, Call::Push(_) | Call::Reserve(_));
        match why {
            Why::Full => writes && !self.closed && self.free == 0,
            Why::Closed if writes => self.closed,
            // What is reserved may still be committed.
            Why::Closed => self.closed && self.ready.is_empty() && self.reserved == 0,
            Why::Empty => !writes && self.ready.is_empty() && !(self.closed && self.reserved == 0),
            Why::Busy => false,
        }
    }
}

impl Specification for Pool {
    fn new(capacity: usize, _: usize) -> Self {
        Self { free: capacity, reserved: 0, ready: VecDeque::new(), closed: false }
    }

    fn steps(&self, Event { call, answer, .. }: &Event, stage: u8) -> Vec<Step<Self>> {
        use {Answer as A, Call as C};
        let held = |pool| Step::then(pool, HELD);
        if matches!(call, C::ForcePush(_)) && stage != HELD {
            return self.force(answer, stage);
        }
        // A run is as many steps: nothing says that its slots belong together.
        let (i, more) =
            (usize::from(stage), |len: usize| (usize::from(stage) + 1 < len).then_some(stage + 1));
        let step = match (call, answer) {
            (C::Push(value) | C::ForcePush(value), A::Done | A::Evicted(_)) if stage == HELD => {
                Some(Step::last(self.commit(Some(*value))))
            }
            (C::Pop, A::Popped(_)) if stage == HELD => Some(Step::last(self.release())),
            (C::Push(_), A::Done) => self.reserve().map(held),
            (C::Pop, A::Popped(value)) => self.claim(*value).map(held),
            (C::Reserve(most), A::Reserved(n)) if n <= most => {
                self.reserve().map(|after| Step { after, stage: more(*n) })
            }
            (C::Commit(_, items), A::Done) => {
                Some(Step { after: self.commit(items[i]), stage: more(items.len()) })
            }
            (C::Claim(most), A::Claimed(values)) if values.len() <= *most => {
                self.claim(values[i]).map(|after| Step { after, stage: more(values.len()) })
            }
            (C::Release(_, values), A::Done) => {
                Some(Step { after: self.release(), stage: more(values.len()) })
            }
            (C::Close, A::Done) => Some(Step::last(Self { closed: true, ..self.clone() })),
            (_, A::Refused(why)) => self.refuses(call, *why).then(|| Step::last(self.clone())),
            _ => None,
        };
        step.into_iter().collect()
    }
}
