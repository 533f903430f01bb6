//! The specification of a ring with one producer: to reserve is to look, and nothing moves before the commit.
use crate::check::{Specification, Step};
use crate::history::{Answer, Call, Event, Id, Why};
use crate::ring::{EVICTING, HELD, Ring, Slot, TRYING};

/// The producer looks whether the ring is closed, and then goes on whether or not it is closed meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct OneWriter(Ring);

/// It was not closed.
const OPEN: u8 = 10;
/// It was full,
const FULL: u8 = 11;
/// and not closed again.
const FULL_AND_OPEN: u8 = 12;

impl OneWriter {
    /// How many slots there are to reserve: all that there are at some moment, for consumers only make more.
    fn room(&self, most: usize) -> usize {
        let Self(ring) = self;
        let free = |i: &usize| ring.slot(ring.write + i) == Slot::Free;
        (0..most.min(ring.slots.len())).take_while(free).count()
    }

    fn refuses(&self, why: Why) -> bool {
        match why {
            Why::Full => self.0.is_full(),
            Why::Busy => self.0.is_busy_to_write(),
            Why::Closed | Why::Empty => false,
        }
    }

    fn push(&self, id: Id, answer: &Answer, stage: u8) -> Option<Step<Ring>> {
        match (stage, answer) {
            (OPEN, Answer::Done) => self.0.put(id, 1).map(|ring| Step::then(ring, HELD)),
            (OPEN, Answer::Refused(why)) => self.0.stay_if(self.refuses(*why)),
            _ => None,
        }
    }

    fn force(&self, id: Id, answer: &Answer, stage: u8) -> Vec<Step<Ring>> {
        let Self(ring) = self;
        let mut steps = Vec::new();
        match (stage, answer) {
            (OPEN, _) if ring.is_full() => steps.push(Step::then(ring.clone(), FULL)),
            (OPEN, Answer::Refused(Why::Full)) => {}
            (OPEN, _) => steps.extend(self.push(id, answer, stage)),
            (FULL, _) if !ring.closed => steps.push(Step::then(ring.clone(), FULL_AND_OPEN)),
            (FULL, Answer::Refused(Why::Closed)) => steps.push(Step::last(ring.clone())),
            (FULL_AND_OPEN, _) if self.room(1) == 1 => steps.push(Step::then(ring.clone(), 0)),
            (FULL_AND_OPEN, Answer::Evicted(oldest)) => {
                steps.extend(ring.evict(id, *oldest).map(|ring| Step::then(ring, EVICTING)));
            }
            (FULL_AND_OPEN, Answer::Refused(Why::Busy)) => {
                steps.extend(ring.stay_if(ring.is_busy_to_write()));
                steps.extend(ring.begin_to_try().map(|ring| Step::then(ring, TRYING)));
            }
            (TRYING, _) => steps.push(Step::last(ring.tried())),
            (EVICTING, _) => steps.extend(ring.renew(id).map(|ring| Step::then(ring, HELD))),
            _ => {}
        }
        steps
    }
}

impl Specification for OneWriter {
    fn new(capacity: usize, threads: usize) -> Self {
        Self(Ring::new(capacity, threads))
    }

    fn steps(&self, event: &Event, stage: u8) -> Vec<Step<Self>> {
        use {Answer as A, Call as C};
        let (Self(ring), id) = (self, event.id);
        let steps: Vec<Step<Ring>> = match (&event.call, &event.answer) {
            (C::Push(_) | C::ForcePush(_) | C::Reserve(_), answer) if stage == 0 => match answer {
                A::Refused(Why::Closed) if ring.closed => vec![Step::last(ring.clone())],
                _ if ring.closed => vec![],
                _ => vec![Step::then(ring.clone(), OPEN)],
            },
            (C::Push(value) | C::ForcePush(value), _) if stage == HELD => {
                let ready = ring.hand_on(Slot::Reserved(id, 0), Slot::Ready(*value));
                ready.map(Step::last).into_iter().collect()
            }
            (C::Push(_), answer) => self.push(id, answer, stage).into_iter().collect(),
            (C::ForcePush(_), answer) => self.force(id, answer, stage),
            (C::Reserve(most), A::Reserved(n)) => ring.stay_if(*n == self.room(*most)).into_iter().collect(),
            (C::Reserve(_), A::Refused(why)) => ring.stay_if(self.refuses(*why)).into_iter().collect(),
            (C::Commit(guard, items), A::Done) => self.commit(*guard, items, stage).into_iter().collect(),
            _ => ring.steps(event, stage),
        };
        steps.into_iter().map(|step| step.within(Self)).collect()
    }
}

impl OneWriter {
    /// The first slots, one after the other, but their positions at once; the others were never reserved.
    fn commit(&self, guard: Id, items: &[Option<u32>], stage: u8) -> Option<Step<Ring>> {
        let n = items.iter().flatten().count();
        if n == 0 {
            return Some(Step::last(self.0.clone()));
        }
        if stage == 0 {
            return self.0.put(guard, n).map(|ring| Step::then(ring, 1));
        }
        let i = usize::from(stage) - 1;
        let after = self.0.hand_on(Slot::Reserved(guard, i), Slot::Ready(items[i]?))?;
        Some(Step { after, stage: (i + 1 < n).then_some(stage + 1) })
    }
}
