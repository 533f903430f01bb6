//! Ends of an `mpmc` channel of any capacity: of a ring, or of a [`Meeting`] if the capacity is 0.
//!
//! The ring of an end that has a meeting is closed from the beginning. So whoever pushes or pops looks for the meeting only when it is told
//! that the ring is closed, and an operation of a ring that can be done pays nothing for it.
use super::ends::{End, Inlet, Outlet};
use super::meeting::{Meeting, Spot};
use super::party::{Expects, Offers};
use super::slot::{LendsItem, LendsSlot, Missed};
use crate::error::{PopError, PushError, ReserveError};
use crate::mpmc::{Claim, Consumer, Producer, Slot};
use crate::wait::{Pick, Sleeper};
use annulus_protocol::life::State;
use std::fmt;
use std::sync::Arc;

/// An end that sends.
pub struct AnyProducer<T> {
    ring: Producer<T>,
    meeting: Option<Arc<Meeting<T>>>,
}

/// An end that receives.
pub struct AnyConsumer<T> {
    ring: Consumer<T>,
    meeting: Option<Arc<Meeting<T>>>,
    /// Where it waits between two calls of `poll_recv`. It leaves before it goes ([`Expects::pass_on`]).
    polled: Spot,
}

/// One operation of an end that sends. When it goes, its offer goes with it.
pub struct Giver<'a, T> {
    end: &'a AnyProducer<T>,
    spot: Spot,
}

/// One operation of an end that receives. When it goes, what it was handed goes to the next one.
pub struct Taker<'a, T> {
    end: &'a AnyConsumer<T>,
    spot: Spot,
}

/// Both ends of a new one.
#[track_caller]
pub(crate) fn ends<T>(capacity: usize) -> (AnyProducer<T>, AnyConsumer<T>) {
    let (producer, consumer) = crate::mpmc::ring(capacity.max(1));
    let meeting = (capacity == 0).then(|| {
        producer.close();
        Arc::new(Meeting::new())
    });
    let producer = AnyProducer { ring: producer, meeting: meeting.clone() };
    (producer, AnyConsumer { ring: consumer, meeting, polled: None })
}

impl<T> AnyProducer<T> {
    #[inline]
    pub(crate) fn borrow(&self) -> Giver<'_, T> {
        Giver { end: self, spot: None }
    }

    pub(crate) fn another(&self) -> Self {
        Self { ring: self.ring.clone(), meeting: self.meeting.clone() }
    }

    #[inline(always)]
    fn put(&self, value: T) -> Result<(), PushError<T>> {
        match self.ring.push_at_once(value) {
            Err(PushError::Closed(value)) => self.put_into_closed(value),
            done => done,
        }
    }

    #[cold]
    #[inline(never)]
    fn put_into_closed(&self, value: T) -> Result<(), PushError<T>> {
        match &self.meeting {
            None => Err(PushError::Closed(value)),
            Some(meeting) => meeting.give(value),
        }
    }

    #[cold]
    #[inline(never)]
    fn take_back(&self, mut spot: Spot) {
        let _ = self.meeting.as_ref().and_then(|meeting| meeting.withdraw(&mut spot));
    }

    fn force(&self, value: T) -> Result<Option<T>, PushError<T>> {
        match &self.meeting {
            None => self.ring.force_push(value),
            Some(meeting) => meeting.give(value).map(|()| None), // there is no oldest one
        }
    }

    fn vacant(&self) -> usize {
        if self.meeting.is_some() { 0 } else { self.ring.vacant() }
    }

    #[cold]
    fn why_no_slot(&self) -> Missed<&Self, ReserveError> {
        match &self.meeting {
            None => Missed::Closed,
            Some(meeting) if meeting.is_closed() => Missed::Never(ReserveError::Closed),
            Some(_) => Missed::Never(ReserveError::TooLarge),
        }
    }
}

impl<T> AnyConsumer<T> {
    #[inline]
    pub(crate) fn borrow(&self) -> Taker<'_, T> {
        Taker { end: self, spot: None }
    }

    pub(crate) fn another(&self) -> Self {
        Self { ring: self.ring.clone(), meeting: self.meeting.clone(), polled: None }
    }

    /// By value, so that the spot of whoever finds an item in the ring is never in memory.
    #[cold]
    #[inline(never)]
    fn take_from_closed(&self, mut spot: Spot, polled: Spot) -> (Result<T, PopError>, Spot) {
        let taken = match &self.meeting {
            None => Err(PopError::Closed),
            Some(meeting) => meeting.take(&mut spot, &polled),
        };
        (taken, spot)
    }

    #[cold]
    #[inline(never)]
    fn pass_on(&self, mut spot: Spot) {
        if let Some(meeting) = &self.meeting {
            meeting.pass_on(&mut spot);
        }
    }

    fn len(&self) -> usize {
        self.meeting.as_ref().map_or_else(|| self.ring.len(), |meeting| meeting.left())
    }

    #[cold]
    fn why_no_claim(&self) -> Missed<&Self, PopError> {
        match self.meeting.as_ref().map(|meeting| meeting.state()) {
            None => Missed::Closed,
            Some(State::Closed) => Missed::Never(PopError::Closed),
            Some(_) => Missed::Never(PopError::Empty),
        }
    }
}

// What is cold gets the spot by value as well: see `take_from_closed`.

impl<T> Drop for Giver<'_, T> {
    #[inline]
    fn drop(&mut self) {
        if self.spot.is_some() {
            self.end.take_back(self.spot);
        }
    }
}

impl<T> Drop for Taker<'_, T> {
    #[inline]
    fn drop(&mut self) {
        if self.spot.is_some() {
            self.end.pass_on(self.spot);
        }
    }
}

macro_rules! end {
    ($by:ty, $end:ident => $any:expr, $level:ident) => {
        impl<T> End for $by {
            fn capacity(&self) -> usize {
                let $end = self;
                if $any.meeting.is_some() { 0 } else { $any.ring.capacity() }
            }
            #[inline]
            fn is_closed(&self) -> bool {
                let $end = self;
                match &$any.meeting {
                    None => $any.ring.is_closed(),
                    Some(meeting) => meeting.is_closed(),
                }
            }
            fn state(&self) -> State {
                let $end = self;
                match &$any.meeting {
                    None => $any.ring.state(),
                    Some(meeting) => meeting.state(),
                }
            }
            fn close(&mut self) {
                let $end = self;
                match &$any.meeting {
                    None => $any.ring.close(),
                    Some(meeting) => meeting.close(),
                }
            }
            #[inline]
            fn level(&self) -> usize {
                let $end = self;
                $any.$level()
            }
            #[inline]
            fn is_hopeful(&self) -> bool {
                let $end = self;
                match &$any.meeting {
                    None => $any.ring.is_hopeful(),
                    Some(_) => $any.$level() != 0,
                }
            }
        }
    };
}

end!(AnyProducer<T>, end => end, vacant);
end!(&AnyProducer<T>, end => end, vacant);
end!(AnyConsumer<T>, end => end, len);
end!(&AnyConsumer<T>, end => end, len);
end!(Giver<'_, T>, giver => giver.end, vacant);
end!(Taker<'_, T>, taker => taker.end, len);

macro_rules! debug {
    ($by:ty, $end:ident => $any:expr) => {
        impl<T> fmt::Debug for $by {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let $end = self;
                match &$any.meeting {
                    None => $any.ring.fmt(f),
                    Some(meeting) => meeting.fmt(f),
                }
            }
        }
    };
}

debug!(AnyProducer<T>, end => end);
debug!(AnyConsumer<T>, end => end);
debug!(Giver<'_, T>, giver => giver.end);
debug!(Taker<'_, T>, taker => taker.end);

impl<'a, T> LendsSlot for &'a AnyProducer<T> {
    type Slot = Slot<'a, T>;

    #[inline]
    fn lend_slot(self) -> Result<Slot<'a, T>, Missed<Self, ReserveError>> {
        self.ring.reserve().map_err(|why| match why {
            ReserveError::Closed => self.why_no_slot(),
            why => Missed::Now(self, why),
        })
    }
}

impl<'a, T> LendsItem for &'a AnyConsumer<T> {
    type Claim = Claim<'a, T>;

    #[inline]
    fn lend_item(self) -> Result<Claim<'a, T>, Missed<Self, PopError>> {
        self.ring.claim().map_err(|why| match why {
            PopError::Closed => self.why_no_claim(),
            why => Missed::Now(self, why),
        })
    }
}

/// What `poll_send` waits through: its item stays with whoever polls, and cannot be on offer. So it waits in the line, and is called by receivers
/// that have looked (`Core::looked`). All others wait as a [`Giver`].
impl<T> Offers<T> for AnyProducer<T> {}

impl<T> Inlet<T> for AnyProducer<T> {
    fn put(&mut self, value: T) -> Result<(), PushError<T>> {
        AnyProducer::put(self, value)
    }
    fn force(&mut self, value: T) -> Result<Option<T>, PushError<T>> {
        AnyProducer::force(self, value)
    }
}

impl<T> Inlet<T> for Giver<'_, T> {
    #[inline(always)]
    fn put(&mut self, value: T) -> Result<(), PushError<T>> {
        self.end.put(value)
    }
    fn force(&mut self, value: T) -> Result<Option<T>, PushError<T>> {
        self.end.force(value)
    }
}

impl<T> Offers<T> for Giver<'_, T> {
    fn meets(&self) -> bool {
        self.end.meeting.is_some()
    }

    fn on_offer(&self) -> bool {
        self.spot.is_some()
    }

    fn offer(
        &mut self,
        value: &mut Option<T>,
        sleeper: Sleeper,
        pick: Option<&Arc<Pick>>,
    ) -> Option<Sleeper> {
        let Some(meeting) = &self.end.meeting else { return Some(sleeper) };
        meeting.offer(&mut self.spot, value, sleeper, pick);
        None
    }

    #[cold]
    fn offered(&mut self) -> Option<Result<(), T>> {
        match &self.end.meeting {
            Some(meeting) if self.spot.is_some() => meeting.offered(&mut self.spot),
            _ => panic!("a future is polled after it has ended"),
        }
    }

    #[inline]
    fn withdraw(&mut self) -> Option<Result<(), T>> {
        let _ = self.spot?;
        self.end.meeting.as_ref()?.withdraw(&mut self.spot)
    }
}

macro_rules! outlet {
    ([$($generics:tt)*] $by:ty, $taker:ident => $any:expr, $spot:ident, $polled:expr) => {
        impl<$($generics)*> Outlet<T> for $by {
            // Always: otherwise the cold part, which is a call, keeps `pop` from being part of whoever receives.
            #[inline(always)]
            fn take(&mut self) -> Result<T, PopError> {
                let $taker = self;
                match $any.ring.pop() {
                    Err(PopError::Closed) => {
                        let spot = $taker.$spot.take(); // if a waker panics, it has been left
                        let (taken, spot) = $any.take_from_closed(spot, $polled);
                        $taker.$spot = spot;
                        taken
                    }
                    done => done,
                }
            }

            fn take_many(&mut self, items: &mut Vec<T>, limit: usize) -> Result<usize, PopError> {
                let $taker = &mut *self;
                if $any.meeting.is_none() {
                    return Outlet::take_many(&mut &$any.ring, items, limit);
                }
                items.push(self.take()?);
                let mut count = 1;
                while count < limit
                    && let Ok(item) = self.take()
                {
                    items.push(item);
                    count += 1;
                }
                Ok(count)
            }
        }

        impl<$($generics)*> Expects<T> for $by {
            fn meets(&self) -> bool {
                let $taker = self;
                $any.meeting.is_some()
            }

            fn expect(&mut self, sleeper: Sleeper, pick: Option<&Arc<Pick>>) -> Option<Sleeper> {
                let $taker = self;
                let Some(meeting) = &$any.meeting else { return Some(sleeper) };
                meeting.expect(&mut $taker.$spot, sleeper, pick);
                None
            }

            fn fetch(&mut self) -> Option<T> {
                let $taker = self;
                let _ = $taker.$spot?;
                $any.meeting.as_ref()?.fetch(&mut $taker.$spot)
            }

            fn pass_on(&mut self) {
                let $taker = self;
                if let Some(meeting) = &$any.meeting
                    && $taker.$spot.is_some()
                {
                    meeting.pass_on(&mut $taker.$spot);
                }
            }
        }
    };
}

outlet!([T] AnyConsumer<T>, taker => taker, polled, None);
outlet!([T] Taker<'_, T>, taker => taker.end, spot, taker.end.polled);
