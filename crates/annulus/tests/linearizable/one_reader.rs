//! The specification of a ring with one consumer: to claim is to look, and nothing moves before the release. Who takes the oldest
//! item, or an abandoned slot, has the hold.
use crate::check::{Specification, Step};
use crate::history::{Answer, Call, Event, Id, Why};
use crate::ring::{EVICTING, HELD, PASSING, Ring, Slot};

/// `SETTLED`: the consumer has been alone for so long that it keeps the hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct OneReader<const SETTLED: bool> {
    ring: Ring,
    hold: Hold,
    /// Some producer has said that it overwrites.
    asked: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Hold {
    Free,
    /// While something is claimed.
    Reader,
    /// Until it looks for something to claim after it was asked, and that is released.
    ReaderKeeps,
    Writer(Id),
}

/// The consumer has the hold.
const LOOKING: u8 = 10;
/// It is done but for the hold.
const RESTING: u8 = 11;
/// A producer has asked for the hold.
const ASKED: u8 = 12;
/// It has found the ring full.
const FULL: u8 = 13;
/// It has the hold,
const WRITER_HOLDS: u8 = 14;
/// and comes past an abandoned slot,
const WRITER_PASSES: u8 = 15;
/// or has the oldest item's slot,
const EVICTED: u8 = 16;
/// or has found room,
const ROOM: u8 = 17;
/// or is refused.
const REFUSED: u8 = 18;

impl<const SETTLED: bool> OneReader<SETTLED> {
    fn with(&self, ring: Ring) -> Self {
        Self { ring, ..self.clone() }
    }

    /// The reader takes the hold.
    fn agree(&self) -> Option<Self> {
        let hold = match self.hold {
            Hold::Writer(_) => return None,
            Hold::ReaderKeeps if !self.asked => Hold::ReaderKeeps,
            _ => Hold::Reader,
        };
        Some(Self { hold, ..self.clone() })
    }

    /// And gives it back.
    fn rest(&self) -> Self {
        let hold = if self.hold == Hold::ReaderKeeps { self.hold } else { Hold::Free };
        Self { hold, ..self.clone() }
    }

    /// The items next to each other, from the oldest on: all that there are at some moment, for producers only make more.
    fn items(&self, most: usize) -> Vec<u32> {
        let Ring { read, write, .. } = self.ring;
        let item = |at| match self.ring.slot(at) {
            Slot::Ready(value) => Some(value),
            _ => None,
        };
        (read..write).map_while(item).take(most).collect()
    }

    fn take(&self, id: Id, call: &Call, answer: &Answer, stage: u8) -> Option<Step<Self>> {
        match (stage, call, answer) {
            (0, _, Answer::Refused(Why::Busy)) if self.agree().is_none() => Some(Step::last(self.clone())),
            (0, ..) => self.agree().map(|after| Step::then(after, LOOKING)),
            (RESTING, ..) => Some(Step::last(self.rest())),
            (PASSING, ..) => self
                .ring
                .hand_on(Slot::Passed(id), Slot::Free)
                .map(|ring| Step::then(self.with(ring), LOOKING)),
            (LOOKING, ..) if self.is_oldest(Slot::Skipped) => Some(Step::then(self.pass(id), PASSING)),
            (LOOKING, Call::Pop, Answer::Popped(value)) => {
                self.ring.claim(id, &[*value]).map(|ring| Step::then(self.with(ring), HELD))
            }
            (HELD, Call::Pop, Answer::Popped(value)) => {
                let ring = self.ring.hand_on(Slot::Claimed(id, 0, *value), Slot::Free)?;
                Some(Step::then(self.with(ring), RESTING))
            }
            (LOOKING, Call::Claim(most), Answer::Claimed(values)) => {
                (!values.is_empty() && *values == self.items(*most)).then(|| Step::last(self.clone()))
            }
            (LOOKING, _, Answer::Refused(why)) => {
                self.ring.refuses_to_read(*why).then(|| Step::then(self.clone(), RESTING))
            }
            _ => None,
        }
    }

    /// All positions at once, and then the slots, one after the other.
    fn release(&self, guard: Id, values: &[u32], stage: u8) -> Option<Step<Self>> {
        let done = |n: usize| if n == values.len() { RESTING } else { n as u8 + 1 };
        match stage {
            RESTING => Some(Step::last(self.rest())),
            0 => self.ring.claim(guard, values).map(|ring| Step::then(self.with(ring), done(0))),
            n => {
                let i = usize::from(n) - 1;
                let ring = self.ring.hand_on(Slot::Claimed(guard, i, values[i]), Slot::Free)?;
                Some(Step::then(self.with(ring), done(i + 1)))
            }
        }
    }

    fn is_oldest(&self, slot: Slot) -> bool {
        self.ring.read != self.ring.write && self.ring.slot(self.ring.read) == slot
    }

    fn pass(&self, id: Id) -> Self {
        let mut ring = self.ring.clone();
        ring.set(ring.read, Slot::Passed(id));
        ring.read += 1;
        self.with(ring)
    }

    /// A push that overwrites, until it has a slot.
    fn force(&self, id: Id, answer: &Answer, stage: u8) -> Vec<Step<Self>> {
        let ring = &self.ring;
        let holding = |hold| Self { hold, ..self.clone() };
        let mut steps = Vec::new();
        match (stage, answer) {
            (0, _) => steps.push(Step::then(Self { asked: true, ..self.clone() }, ASKED)),
            (ASKED, _) if ring.is_full() && !ring.closed => steps.push(Step::then(self.clone(), FULL)),
            (ASKED, Answer::Done) => {
                steps.extend(ring.reserve(id, 1).map(|ring| Step::then(self.with(ring), HELD)));
            }
            (ASKED, Answer::Refused(why)) if *why != Why::Full && ring.refuses_to_write(*why) => {
                steps.push(Step::last(self.clone()));
            }
            (FULL, _) if self.hold == Hold::Free => {
                steps.push(Step::then(holding(Hold::Writer(id)), WRITER_HOLDS));
            }
            (FULL, Answer::Refused(Why::Busy)) => steps.push(Step::last(self.clone())),
            (WRITER_HOLDS, _) => steps.extend(self.evict(id, answer)),
            (WRITER_PASSES, _) => {
                let passed = ring.hand_on(Slot::Passed(id), Slot::Free);
                steps.extend(passed.map(|ring| Step::then(self.with(ring), WRITER_HOLDS)));
            }
            (EVICTED, _) => steps.push(Step::then(holding(Hold::Free), EVICTING)),
            (ROOM, _) => steps.push(Step::then(holding(Hold::Free), ASKED)),
            (REFUSED, _) => steps.push(Step::last(holding(Hold::Free))),
            (EVICTING, _) => steps.extend(ring.renew(id).map(|ring| Step::then(self.with(ring), HELD))),
            _ => {}
        }
        steps
    }

    /// What who overwrites does under the hold.
    fn evict(&self, id: Id, answer: &Answer) -> Option<Step<Self>> {
        let (ring, refused) = (&self.ring, || Some(Step::then(self.clone(), REFUSED)));
        if ring.closed {
            return if *answer == Answer::Refused(Why::Closed) { refused() } else { None };
        }
        match ring.slot(ring.write) {
            Slot::Free => Some(Step::then(self.clone(), ROOM)),
            Slot::Skipped if ring.is_full() => Some(Step::then(self.pass(id), WRITER_PASSES)),
            Slot::Ready(_) if ring.is_full() => match answer {
                Answer::Evicted(oldest) => {
                    ring.evict(id, *oldest).map(|ring| Step::then(self.with(ring), EVICTED))
                }
                _ => None,
            },
            _ if *answer == Answer::Refused(Why::Busy) => refused(),
            _ => None,
        }
    }
}

impl<const SETTLED: bool> Specification for OneReader<SETTLED> {
    fn new(capacity: usize, threads: usize) -> Self {
        let hold = if SETTLED { Hold::ReaderKeeps } else { Hold::Free };
        Self { ring: Ring::new(capacity, threads), hold, asked: false }
    }

    fn steps(&self, event: &Event, stage: u8) -> Vec<Step<Self>> {
        use {Answer as A, Call as C};
        match (&event.call, &event.answer) {
            (call @ (C::Pop | C::Claim(_)), answer) => {
                self.take(event.id, call, answer, stage).into_iter().collect()
            }
            (C::Release(guard, values), A::Done) => self.release(*guard, values, stage).into_iter().collect(),
            (C::ForcePush(_), answer) if stage != HELD => self.force(event.id, answer, stage),
            _ => {
                let steps = self.ring.steps(event, stage);
                steps.into_iter().map(|step| step.within(|ring| self.with(ring))).collect()
            }
        }
    }
}
