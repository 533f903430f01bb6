//! Ends of a channel of any capacity: of a ring, or of a [`Meeting`] if the capacity is 0.
//!
//! A ring whose ends are in a meeting is closed from the beginning. So whoever pushes or pops looks for the meeting only when it is told
//! that the ring is closed, and an operation that can be done pays nothing for it.
use super::ends::{End, Inlet, Outlet};
use super::meeting::{Meeting, Spot};
use super::party::{Expects, Offers};
use crate::error::{PopError, PushError};
use crate::wait::{Pick, Sleeper};
use annulus_protocol::life::State;
use std::fmt;
use std::sync::Arc;

/// A producer or a consumer `R`, and its part in a meeting if there is one.
pub struct Any<R, P> {
    ring: R,
    party: Option<P>,
}

/// The way to a meeting: shared with others, or borrowed for one operation.
pub trait Meets {
    /// What changes hands there.
    type Item;

    #[doc(hidden)]
    fn meeting(&self) -> &Meeting<Self::Item>;
}

impl<T> Meets for Arc<Meeting<T>> {
    type Item = T;

    fn meeting(&self) -> &Meeting<T> {
        self
    }
}

impl<T> Meets for &Meeting<T> {
    type Item = T;

    fn meeting(&self) -> &Meeting<T> {
        self
    }
}

/// A sender that meets receivers. When it goes, its offer goes with it.
#[derive(Debug)]
pub struct Giver<A: Meets> {
    via: A,
    spot: Spot,
}

/// A receiver that meets senders. When it goes, what it was handed goes to the next one.
#[derive(Debug)]
pub struct Taker<A: Meets> {
    via: A,
    spot: Spot,
    /// Where the end waits of which this is a borrow.
    polled: Spot,
}

/// Either of them.
pub trait Party {
    #[doc(hidden)]
    fn is_closed(&self) -> bool;
    #[doc(hidden)]
    fn state(&self) -> State;
    #[doc(hidden)]
    fn close(&self);
    #[doc(hidden)]
    fn level(&self) -> usize;
}

macro_rules! party {
    ($name:ident, $level:expr) => {
        impl<A: Meets> Party for $name<A> {
            fn is_closed(&self) -> bool {
                self.via.meeting().is_closed()
            }
            fn state(&self) -> State {
                self.via.meeting().state()
            }
            fn close(&self) {
                self.via.meeting().close();
            }
            fn level(&self) -> usize {
                let level: fn(&Meeting<A::Item>) -> usize = $level;
                level(self.via.meeting())
            }
        }
    };
}

party!(Giver, |_| 0);
party!(Taker, Meeting::left);

impl<A: Meets> Drop for Giver<A> {
    fn drop(&mut self) {
        if self.spot.is_some() {
            let _ = self.via.meeting().withdraw(&mut self.spot);
        }
    }
}

impl<A: Meets> Drop for Taker<A> {
    fn drop(&mut self) {
        if self.spot.is_some() {
            self.via.meeting().pass_on(&mut self.spot);
        }
    }
}

impl<T, R: End> Any<R, Giver<Arc<Meeting<T>>>> {
    /// That of a ring, or of a meeting.
    pub(crate) fn giving(mut ring: R, meeting: Option<&Arc<Meeting<T>>>) -> Self {
        let party = meeting.map(|meeting| {
            ring.close();
            Giver { via: meeting.clone(), spot: None }
        });
        Self { ring, party }
    }

    #[inline]
    pub(crate) fn borrow(&self) -> Any<&R, Giver<&Meeting<T>>> {
        let party = self.party.as_ref().map(|giver| Giver { via: &*giver.via, spot: None });
        Any { ring: &self.ring, party }
    }

    pub(crate) fn another(&self) -> Self
    where
        R: Clone,
    {
        Self::giving(self.ring.clone(), self.party.as_ref().map(|giver| &giver.via))
    }
}

impl<T, R: End> Any<R, Taker<Arc<Meeting<T>>>> {
    /// That of a ring, or of a meeting.
    pub(crate) fn taking(ring: R, meeting: Option<&Arc<Meeting<T>>>) -> Self {
        let party = meeting.map(|meeting| Taker { via: meeting.clone(), spot: None, polled: None });
        Self { ring, party }
    }

    #[inline]
    pub(crate) fn borrow(&self) -> Any<&R, Taker<&Meeting<T>>> {
        let party =
            self.party.as_ref().map(|taker| Taker { via: &*taker.via, spot: None, polled: taker.spot });
        Any { ring: &self.ring, party }
    }

    pub(crate) fn another(&self) -> Self
    where
        R: Clone,
    {
        Self::taking(self.ring.clone(), self.party.as_ref().map(|taker| &taker.via))
    }
}

impl<R: End, P: Party> End for Any<R, P> {
    fn capacity(&self) -> usize {
        if self.party.is_some() { 0 } else { self.ring.capacity() }
    }
    #[inline]
    fn is_closed(&self) -> bool {
        match &self.party {
            None => self.ring.is_closed(),
            Some(party) => party.is_closed(),
        }
    }
    fn state(&self) -> State {
        match &self.party {
            None => self.ring.state(),
            Some(party) => party.state(),
        }
    }
    fn close(&mut self) {
        match &self.party {
            None => self.ring.close(),
            Some(party) => party.close(),
        }
    }
    #[inline]
    fn level(&self) -> usize {
        match &self.party {
            None => self.ring.level(),
            Some(party) => party.level(),
        }
    }
}

impl<T, R: Inlet<T>, A: Meets<Item = T>> Inlet<T> for Any<R, Giver<A>> {
    #[inline]
    fn put(&mut self, value: T) -> Result<(), PushError<T>> {
        match self.ring.put(value) {
            Err(PushError::Closed(value)) => put_into_closed(self.party.as_ref(), value),
            done => done,
        }
    }

    fn force(&mut self, value: T) -> Result<Option<T>, PushError<T>> {
        match &self.party {
            None => self.ring.force(value),
            Some(giver) => giver.via.meeting().give(value).map(|()| None), // there is no oldest one
        }
    }
}

#[cold]
fn put_into_closed<A: Meets>(party: Option<&Giver<A>>, value: A::Item) -> Result<(), PushError<A::Item>> {
    match party {
        None => Err(PushError::Closed(value)),
        Some(giver) => giver.via.meeting().give(value),
    }
}

impl<T, R: Outlet<T>, A: Meets<Item = T>> Outlet<T> for Any<R, Taker<A>> {
    #[inline]
    fn take(&mut self) -> Result<T, PopError> {
        match self.ring.take() {
            Err(PopError::Closed) => take_from_closed(self.party.as_mut()),
            done => done,
        }
    }

    fn take_many(&mut self, items: &mut Vec<T>, limit: usize) -> Result<usize, PopError> {
        if self.party.is_none() {
            return self.ring.take_many(items, limit);
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

#[cold]
fn take_from_closed<A: Meets>(party: Option<&mut Taker<A>>) -> Result<A::Item, PopError> {
    match party {
        None => Err(PopError::Closed),
        Some(Taker { via, spot, polled }) => via.meeting().take(spot, polled),
    }
}

impl<T, R, A: Meets<Item = T>> Offers<T> for Any<R, Giver<A>> {
    fn meets(&self) -> bool {
        self.party.is_some()
    }

    fn on_offer(&self) -> bool {
        self.party.as_ref().is_some_and(|giver| giver.spot.is_some())
    }

    fn offer(
        &mut self,
        value: &mut Option<T>,
        sleeper: Sleeper,
        pick: Option<&Arc<Pick>>,
    ) -> Option<Sleeper> {
        let Some(Giver { via, spot }) = &mut self.party else { return Some(sleeper) };
        via.meeting().offer(spot, value, sleeper, pick);
        None
    }

    #[cold]
    fn offered(&mut self) -> Option<Result<(), T>> {
        match &mut self.party {
            Some(Giver { via, spot: spot @ Some(_) }) => via.meeting().offered(spot),
            _ => panic!("a future is polled after it has ended"),
        }
    }

    fn withdraw(&mut self) -> Option<Result<(), T>> {
        let Giver { via, spot } = self.party.as_mut()?;
        spot.is_some().then(|| via.meeting().withdraw(spot)).flatten()
    }
}

impl<T, R, A: Meets<Item = T>> Expects<T> for Any<R, Taker<A>> {
    fn meets(&self) -> bool {
        self.party.is_some()
    }

    fn expect(&mut self, sleeper: Sleeper, pick: Option<&Arc<Pick>>) -> Option<Sleeper> {
        let Some(Taker { via, spot, .. }) = &mut self.party else { return Some(sleeper) };
        via.meeting().expect(spot, sleeper, pick);
        None
    }

    fn fetch(&mut self) -> Option<T> {
        let Taker { via, spot, .. } = self.party.as_mut()?;
        spot.is_some().then(|| via.meeting().fetch(spot)).flatten()
    }

    fn pass_on(&mut self) {
        if let Some(Taker { via, spot, .. }) = &mut self.party
            && spot.is_some()
        {
            via.meeting().pass_on(spot);
        }
    }
}

impl<R: fmt::Debug, P: fmt::Debug> fmt::Debug for Any<R, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.party {
            None => self.ring.fmt(f),
            Some(party) => party.fmt(f),
        }
    }
}
