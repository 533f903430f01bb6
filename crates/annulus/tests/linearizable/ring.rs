//! The specification of a ring whose order is that of the reservations.
use crate::check::{Specification, Step};
use crate::history::{Answer, Call, Event, Id, Why};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Slot {
    Free,
    /// By that guard, as its slot number so many.
    Reserved(Id, usize),
    Ready(u32),
    /// Abandoned: takes its place until who claims comes past it.
    Skipped,
    Claimed(Id, usize, u32),
    /// A call that claims has come past it, and has not handed it back yet.
    Passed(Id),
    /// The oldest item was taken out of it, and another one is on its way in.
    Evicted(Id),
}

/// Positions count up; those from `read` to `write` are reserved and not claimed.
///
/// `force_push` is one step, so that nobody finds the ring with neither the old item nor the new one. While one is being
/// tried, who finds the ring empty may be told that somebody is in the way instead, though it comes to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Ring {
    pub read: usize,
    pub write: usize,
    pub slots: Vec<Slot>,
    pub closed: bool,
    /// Calls that have found the oldest item in its slot and will find it claimed.
    trying: u8,
}

/// A call that puts one item has reserved its slot; one that takes one has claimed it.
pub(crate) const HELD: u8 = 1;
/// A call that claims has come past an abandoned slot.
pub(crate) const PASSING: u8 = 2;
/// A call has the oldest item's slot, and not yet the position of the new one.
pub(crate) const EVICTING: u8 = 3;
/// A call is about to take the oldest item's slot, and will be too late.
pub(crate) const TRYING: u8 = 4;

impl Ring {
    pub(crate) fn slot(&self, at: usize) -> Slot {
        self.slots[at % self.slots.len()]
    }

    pub(crate) fn set(&mut self, at: usize, slot: Slot) {
        let size = self.slots.len();
        self.slots[at % size] = slot;
    }

    pub(crate) fn is_full(&self) -> bool {
        self.write == self.read + self.slots.len()
    }

    /// The slot in the way of who reserves has been claimed, and is not handed back.
    pub(crate) fn is_busy_to_write(&self) -> bool {
        !self.is_full() && self.slot(self.write) != Slot::Free
    }

    /// The oldest position is reserved and not committed, or the item in its place is being replaced.
    pub(crate) fn is_busy_to_read(&self) -> bool {
        match self.slot(self.read) {
            Slot::Reserved(..) => self.read != self.write,
            Slot::Evicted(_) => self.read == self.write,
            _ => false,
        }
    }

    fn is_empty(&self) -> bool {
        self.read == self.write && !matches!(self.slot(self.read), Slot::Evicted(_))
    }

    pub(crate) fn refuses_to_write(&self, why: Why) -> bool {
        match why {
            Why::Full => !self.closed && self.is_full(),
            // Also of a closed ring: it was open when the call looked first, and the next one will be told.
            Why::Busy => self.is_busy_to_write(),
            Why::Closed => self.closed,
            Why::Empty => false,
        }
    }

    pub(crate) fn refuses_to_read(&self, why: Why) -> bool {
        match why {
            Why::Empty => !self.closed && self.is_empty(),
            Why::Busy => self.is_busy_to_read() || (self.read == self.write && self.trying != 0),
            Why::Closed => self.closed && self.is_empty(),
            Why::Full => false,
        }
    }

    pub(crate) fn reserve(&self, id: Id, n: usize) -> Option<Self> {
        if self.closed { None } else { self.put(id, n) }
    }

    /// The same, whether or not the ring is closed.
    pub(crate) fn put(&self, id: Id, n: usize) -> Option<Self> {
        let mut ring = self.clone();
        for i in 0..n {
            if ring.slot(ring.write) != Slot::Free {
                return None;
            }
            ring.set(ring.write, Slot::Reserved(id, i));
            ring.write += 1;
        }
        Some(ring)
    }

    pub(crate) fn claim(&self, id: Id, values: &[u32]) -> Option<Self> {
        let mut ring = self.clone();
        for (i, value) in values.iter().enumerate() {
            if ring.read == ring.write || ring.slot(ring.read) != Slot::Ready(*value) {
                return None;
            }
            ring.set(ring.read, Slot::Claimed(id, i, *value));
            ring.read += 1;
        }
        Some(ring)
    }

    /// `from` becomes `to`.
    pub(crate) fn hand_on(&self, from: Slot, to: Slot) -> Option<Self> {
        let at = self.slots.iter().position(|slot| *slot == from)?;
        let mut ring = self.clone();
        ring.slots[at] = to;
        Some(ring)
    }

    /// The steps past an abandoned slot.
    pub(crate) fn pass(&self, id: Id, stage: u8) -> Option<Step<Self>> {
        if stage == PASSING {
            return self.hand_on(Slot::Passed(id), Slot::Free).map(|ring| Step::then(ring, 0));
        }
        let skipped = stage == 0 && self.read != self.write && self.slot(self.read) == Slot::Skipped;
        skipped.then(|| {
            let mut ring = self.clone();
            ring.set(ring.read, Slot::Passed(id));
            ring.read += 1;
            Step::then(ring, PASSING)
        })
    }

    /// Takes the oldest item out of a full ring; its slot is the next to write.
    pub(crate) fn evict(&self, id: Id, oldest: u32) -> Option<Self> {
        if !self.is_full() || self.slot(self.read) != Slot::Ready(oldest) {
            return None;
        }
        let mut ring = self.clone();
        ring.set(ring.read, Slot::Evicted(id));
        ring.read += 1;
        Some(ring)
    }

    /// The position of the new item, whether or not the ring was closed meanwhile.
    pub(crate) fn renew(&self, id: Id) -> Option<Self> {
        let ring = self.hand_on(Slot::Evicted(id), Slot::Reserved(id, 0))?;
        Some(Self { write: ring.write + 1, ..ring })
    }

    /// Finds the oldest item where it is, in a full ring.
    pub(crate) fn begin_to_try(&self) -> Option<Self> {
        let found = self.is_full() && matches!(self.slot(self.read), Slot::Ready(_));
        found.then(|| Self { trying: self.trying + 1, ..self.clone() })
    }

    /// Was too late.
    pub(crate) fn tried(&self) -> Self {
        Self { trying: self.trying - 1, ..self.clone() }
    }

    pub(crate) fn stay_if(&self, so: bool) -> Option<Step<Self>> {
        so.then(|| Step::last(self.clone()))
    }
}

impl Specification for Ring {
    fn new(capacity: usize, _: usize) -> Self {
        Self { read: 0, write: 0, slots: vec![Slot::Free; capacity], closed: false, trying: 0 }
    }

    fn steps(&self, Event { id, call, answer, .. }: &Event, stage: u8) -> Vec<Step<Self>> {
        use {Answer as A, Call as C};
        let id = *id;
        let held = |ring| Step::then(ring, HELD);
        // The step of the call itself; on the way it may come past abandoned slots.
        let (own, passes) = match (call, answer) {
            (C::Push(value) | C::ForcePush(value), A::Done | A::Evicted(_)) if stage == HELD => {
                (self.hand_on(Slot::Reserved(id, 0), Slot::Ready(*value)).map(Step::last), false)
            }
            (C::Pop, A::Popped(value)) if stage == HELD => {
                (self.hand_on(Slot::Claimed(id, 0, *value), Slot::Free).map(Step::last), false)
            }
            (C::Commit(guard, items), A::Done) => {
                let i = usize::from(stage);
                let to = items[i].map_or(Slot::Skipped, Slot::Ready);
                let next = (i + 1 < items.len()).then_some(stage + 1);
                let ring = self.hand_on(Slot::Reserved(*guard, i), to);
                (ring.map(|after| Step { after, stage: next }), false)
            }
            (C::Release(guard, values), A::Done) => {
                let i = usize::from(stage);
                let next = (i + 1 < values.len()).then_some(stage + 1);
                let ring = self.hand_on(Slot::Claimed(*guard, i, values[i]), Slot::Free);
                (ring.map(|after| Step { after, stage: next }), false)
            }
            (C::Close, A::Done) => (Some(Step::last(Self { closed: true, ..self.clone() })), false),
            (C::ForcePush(_), A::Evicted(_)) if stage == EVICTING => (self.renew(id).map(held), false),
            (C::Pop | C::Claim(_) | C::ForcePush(_), _) if stage == PASSING => (None, true),
            (C::Push(_), A::Done) => (self.reserve(id, 1).map(held), false),
            (C::ForcePush(_), A::Done) => (self.reserve(id, 1).map(held), true),
            (C::ForcePush(_), A::Evicted(oldest)) => (
                self.evict(id, *oldest).filter(|_| !self.closed).map(|ring| Step::then(ring, EVICTING)),
                true,
            ),
            // Any number from one on, if there are as many: what is handed back meanwhile may be missed.
            (C::Reserve(most), A::Reserved(n)) => {
                let n = Some(*n).filter(|n| (1..=*most).contains(n));
                (n.and_then(|n| self.reserve(id, n)).map(Step::last), false)
            }
            (C::Pop, A::Popped(value)) => (self.claim(id, &[*value]).map(held), true),
            (C::Claim(most), A::Claimed(values)) => {
                let fits = (1..=*most).contains(&values.len());
                (self.claim(id, values).filter(|_| fits).map(Step::last), true)
            }
            (C::ForcePush(_), A::Refused(Why::Busy)) if stage == TRYING => {
                (Some(Step::last(self.tried())), false)
            }
            (C::ForcePush(_), A::Refused(why)) => {
                let busy = *why == Why::Busy && self.is_full() && self.is_busy_to_read();
                (self.stay_if(*why != Why::Full && (busy || self.refuses_to_write(*why))), true)
            }
            (C::Push(_) | C::Reserve(_), A::Refused(why)) => {
                (self.stay_if(self.refuses_to_write(*why)), false)
            }
            (C::Pop | C::Claim(_), A::Refused(why)) => (self.stay_if(self.refuses_to_read(*why)), true),
            _ => (None, false),
        };
        let tries = matches!((call, answer), (C::ForcePush(_), A::Refused(Why::Busy))) && stage == 0;
        let begun =
            self.begin_to_try().filter(|_| tries && !self.closed).map(|ring| Step::then(ring, TRYING));
        own.into_iter().chain(self.pass(id, stage).filter(|_| passes)).chain(begun).collect()
    }
}
