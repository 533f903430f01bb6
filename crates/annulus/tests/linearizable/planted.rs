//! A queue that is simple, and right unless a flaw is planted in it.
use crate::history::Why;
use crate::program::{Ends, Side};
use crate::queue::Queue;
use std::collections::VecDeque;
use std::sync::Mutex;

/// What is wrong with it.
pub(crate) struct Flaw;

impl Flaw {
    pub(crate) const NONE: u8 = 0;
    /// Takes the youngest item.
    pub(crate) const LIFO: u8 = 1;
    /// Says now and then that it is empty while an item is committed.
    pub(crate) const EMPTY_WITH_ITEM: u8 = 2;
    /// Loses what is committed to the first slot from the second lap on.
    pub(crate) const LOSES_AFTER_WRAP: u8 = 3;
    /// Hands an item out again now and then.
    pub(crate) const TWICE: u8 = 4;
    pub(crate) const FULL_WHEN_BUSY: u8 = 5;
    pub(crate) const BUSY_WHEN_FULL: u8 = 6;
    pub(crate) const EMPTY_WHEN_BUSY: u8 = 7;
    /// Lets something in after it was closed now and then.
    pub(crate) const OPEN_AFTER_CLOSE: u8 = 8;
    /// Says that it is closed before it is drained.
    pub(crate) const CLOSED_WITH_ITEM: u8 = 9;
    /// Takes the oldest item out where there is room.
    pub(crate) const EVICTS_WITH_ROOM: u8 = 10;
    /// Orders items by their commits, as a pool does: no flaw there.
    pub(crate) const ORDER_AT_COMMIT: u8 = 11;
    /// One thread has the consumer, and what it claims stays where it is until it is released: no flaw there.
    pub(crate) const ONE_CONSUMER: u8 = 12;
    /// The slots that it has claimed are in the way of producers, who find the ring busy, not full.
    pub(crate) const CLAIM_MOVES: u8 = 13;
    /// Takes out what it has claimed.
    pub(crate) const OVERWRITES_CLAIMED: u8 = 14;
    /// Loses what it has claimed and not released.
    pub(crate) const LOSES_UNRELEASED: u8 = 15;
    /// One thread has the producer, and what it reserves and does not commit was never reserved: no flaw there.
    pub(crate) const ONE_PRODUCER: u8 = 16;
    /// The slots that it has reserved are in the way of consumers.
    pub(crate) const RESERVE_MOVES: u8 = 17;
    /// Loses what is committed after another thread has closed the ring.
    pub(crate) const LOSES_AFTER_CLOSE: u8 = 18;

    const fn ends(flaw: u8) -> Ends {
        match flaw {
            Self::ONE_CONSUMER..=Self::LOSES_UNRELEASED => Ends::One(Side::Consumer),
            Self::ONE_PRODUCER..=Self::LOSES_AFTER_CLOSE => Ends::One(Side::Producer),
            _ => Ends::Shared,
        }
    }
}

pub(crate) struct Planted<const FLAW: u8>(Mutex<Inner<FLAW>>);

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Reserved(usize),
    Ready(u32),
    Skipped,
}

struct Inner<const FLAW: u8> {
    capacity: usize,
    /// How many positions have been claimed: the position of the first place.
    first: usize,
    places: VecDeque<Place>,
    /// The slots that are claimed.
    reading: Vec<usize>,
    closed: bool,
    /// Counts calls, guards.
    calls: usize,
}

impl<const FLAW: u8> Inner<FLAW> {
    /// One call in three.
    fn now_and_then(&mut self) -> bool {
        self.calls += 1;
        self.calls.is_multiple_of(3)
    }

    fn one_consumer() -> bool {
        Flaw::ends(FLAW) == Ends::One(Side::Consumer)
    }

    fn one_producer() -> bool {
        Flaw::ends(FLAW) == Ends::One(Side::Producer)
    }

    fn is_full(&self) -> bool {
        let counted = FLAW == Flaw::ORDER_AT_COMMIT || (Self::one_consumer() && FLAW != Flaw::CLAIM_MOVES);
        let reading = if counted { self.reading.len() } else { 0 };
        self.places.len() + reading == self.capacity
    }

    fn reserve(&mut self) -> Result<usize, Why> {
        let pool = FLAW == Flaw::ORDER_AT_COMMIT;
        if self.closed && !(FLAW == Flaw::OPEN_AFTER_CLOSE && self.now_and_then()) {
            return Err(Why::Closed);
        }
        let slot = (self.first + self.places.len()) % self.capacity;
        if self.is_full() {
            return Err(if FLAW == Flaw::BUSY_WHEN_FULL { Why::Busy } else { Why::Full });
        }
        if !pool && self.reading.contains(&slot) {
            return Err(if FLAW == Flaw::FULL_WHEN_BUSY { Why::Full } else { Why::Busy });
        }
        self.calls += 1;
        self.places.push_back(Place::Reserved(self.calls));
        Ok(self.calls)
    }

    fn commit(&mut self, guard: usize, value: Option<u32>) {
        let at =
            self.places.iter().position(|place| *place == Place::Reserved(guard)).expect("it is reserved");
        let position = self.first + at;
        let lost = FLAW == Flaw::LOSES_AFTER_WRAP && position != 0 && position.is_multiple_of(self.capacity);
        let place = value.filter(|_| !lost).map_or(Place::Skipped, Place::Ready);
        if FLAW == Flaw::ORDER_AT_COMMIT {
            self.places.remove(at);
            self.places.extend((place != Place::Skipped).then_some(place));
        } else {
            self.places[at] = place;
        }
    }

    /// The slot and the item.
    fn claim(&mut self) -> Result<(usize, u32), Why> {
        while self.places.front() == Some(&Place::Skipped) {
            self.first += 1;
            self.places.pop_front();
        }
        if FLAW == Flaw::EMPTY_WITH_ITEM && self.now_and_then() {
            return Err(if self.closed { Why::Closed } else { Why::Empty });
        }
        if FLAW == Flaw::CLOSED_WITH_ITEM && self.closed {
            return Err(Why::Closed);
        }
        let ready = |place: &Place| matches!(place, Place::Ready(_));
        let at = match FLAW {
            Flaw::ORDER_AT_COMMIT => self.places.iter().position(ready),
            Flaw::LIFO if self.places.front().is_some_and(ready) => {
                let last = self.places.iter().rposition(ready);
                self.places.swap(0, last.unwrap_or(0));
                Some(0)
            }
            _ => self.places.front().is_some_and(ready).then_some(0),
        };
        let Some(at) = at else {
            return Err(match self.places.front() {
                Some(_) if FLAW == Flaw::ORDER_AT_COMMIT || FLAW == Flaw::EMPTY_WHEN_BUSY => Why::Empty,
                Some(_) => Why::Busy,
                None if self.closed => Why::Closed,
                None => Why::Empty,
            });
        };
        let Place::Ready(value) = self.places[at] else { unreachable!("it is ready") };
        let slot = self.first % self.capacity;
        if FLAW == Flaw::TWICE && self.places.len() < self.capacity && self.now_and_then() {
            self.places.push_back(Place::Ready(value));
        }
        self.places.remove(at);
        self.first += 1;
        self.reading.push(slot);
        Ok((slot, value))
    }

    fn release(&mut self, slot: usize) {
        let at = self.reading.iter().position(|reading| *reading == slot).expect("it is claimed");
        self.reading.swap_remove(at);
    }

    /// The youngest that is claimed is unread.
    fn unclaim(&mut self, slot: usize, value: u32) {
        self.release(slot);
        if FLAW != Flaw::LOSES_UNRELEASED {
            self.first -= 1;
            self.places.push_front(Place::Ready(value));
        }
    }
}

impl<const FLAW: u8> Queue for Planted<FLAW> {
    type Slots<'a> = (&'a Self, Vec<usize>);
    type Items<'a> = (&'a Self, Vec<(usize, u32)>);

    const ENDS: Ends = Flaw::ends(FLAW);

    fn ring(capacity: usize, _: usize) -> Self {
        let (places, reading) = (VecDeque::new(), Vec::new());
        Self(Mutex::new(Inner { capacity, first: 0, places, reading, closed: false, calls: 0 }))
    }

    fn push(&self, _: usize, value: u32) -> Result<(), Why> {
        let mut inner = self.0.lock().unwrap();
        let guard = inner.reserve()?;
        inner.commit(guard, Some(value));
        Ok(())
    }

    fn force_push(&self, _: usize, value: u32) -> Result<Option<u32>, Why> {
        let mut inner = self.0.lock().unwrap();
        let evicts = FLAW == Flaw::EVICTS_WITH_ROOM && !inner.closed && inner.now_and_then();
        while inner.is_full() || evicts {
            if inner.closed {
                return Err(Why::Closed);
            }
            let claims = Inner::<FLAW>::one_consumer() && !inner.reading.is_empty();
            if claims && FLAW != Flaw::OVERWRITES_CLAIMED {
                return Err(Why::Busy);
            }
            match inner.places.front().copied() {
                Some(Place::Skipped) => {
                    inner.places.pop_front();
                    inner.first += 1;
                }
                Some(Place::Reserved(_)) if FLAW != Flaw::ORDER_AT_COMMIT => return Err(Why::Busy),
                None => break,
                _ => {
                    let Ok((slot, oldest)) = inner.claim() else { break };
                    inner.release(slot);
                    let guard = inner.reserve()?;
                    inner.commit(guard, Some(value));
                    return Ok(Some(oldest));
                }
            }
        }
        let guard = inner.reserve()?;
        inner.commit(guard, Some(value));
        Ok(None)
    }

    fn pop(&self, _: usize) -> Result<u32, Why> {
        let mut inner = self.0.lock().unwrap();
        let (slot, value) = inner.claim()?;
        inner.release(slot);
        Ok(value)
    }

    fn reserve(&self, _: usize, n: usize) -> Result<(Self::Slots<'_>, usize), Why> {
        let mut inner = self.0.lock().unwrap();
        let mut guards = vec![inner.reserve()?];
        while guards.len() < n
            && let Ok(guard) = inner.reserve()
        {
            guards.push(guard);
        }
        let len = guards.len();
        if Inner::<FLAW>::one_producer() && FLAW != Flaw::RESERVE_MOVES {
            let left = inner.places.len() - len;
            inner.places.truncate(left);
        }
        Ok(((self, guards), len))
    }

    fn commit((queue, guards): Self::Slots<'_>, values: &[u32]) {
        let mut inner = queue.0.lock().unwrap();
        if Inner::<FLAW>::one_producer() && FLAW != Flaw::RESERVE_MOVES {
            if !(FLAW == Flaw::LOSES_AFTER_CLOSE && inner.closed) {
                inner.places.extend(values.iter().map(|value| Place::Ready(*value)));
            }
            return;
        }
        let each = guards.into_iter().enumerate();
        each.for_each(|(i, guard)| inner.commit(guard, values.get(i).copied()));
    }

    fn claim(&self, _: usize, n: usize) -> Result<Self::Items<'_>, Why> {
        let mut inner = self.0.lock().unwrap();
        let mut items = vec![inner.claim()?];
        // Items that are next to each other.
        while items.len() < n
            && matches!(inner.places.front(), Some(Place::Ready(_)))
            && let Ok(item) = inner.claim()
        {
            items.push(item);
        }
        Ok((self, items))
    }

    fn values((_, items): &Self::Items<'_>) -> Vec<u32> {
        items.iter().map(|(_, value)| *value).collect()
    }

    fn release((queue, items): Self::Items<'_>, n: usize) {
        let mut inner = queue.0.lock().unwrap();
        items[n..].iter().rev().for_each(|(slot, value)| inner.unclaim(*slot, *value));
        items[..n].iter().for_each(|(slot, _)| inner.release(*slot));
    }

    fn close(&self, _: usize, _: Side) {
        self.0.lock().unwrap().closed = true;
    }
}
