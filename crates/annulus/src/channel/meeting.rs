//! Capacity 0: an item goes from hand to hand, when both sides are there.
//!
//! ```text
//!   sender attempts:    a receiver waits?  --> the item goes into its stay, it is woken and fetches it      done
//!                       otherwise              the sender waits, with its item in its own stay: on offer
//!   receiver attempts:  an item is left?   --> takes that
//!                       a sender waits?    --> takes the item out of its stay, and wakes it                 done
//!                       otherwise              the receiver waits, with an empty stay
//! ```
//! INVARIANT (R1)  An item is in one place: with the sender that attempts, in its stay, in the stay of the receiver that it was handed to,
//! in `left`, or with the receiver that took it. What changes its place is done under the lock, by one of those who have to do with it.
//! INVARIANT (R2)  Whoever begins to wait attempts once more after that; so no two who could meet both sleep.
//! INVARIANT (R3)  A receiver that goes with an item in its stay passes it on: to the next one who waits, or into `left`, before what anybody
//! offers. So what a sender was told is sent is received, whoever is cancelled.
//! INVARIANT (R4)  Of a selection one arm is done: whoever does one takes its [`Pick`] before.
//!
//! Wakers and items are other people's code, and run outside the lock (W3).
use crate::error::{PopError, PushError};
use crate::wait::sync::{Mutex, MutexGuard};
use crate::wait::{Pick, Sleeper};
use annulus_protocol::life::State;
use annulus_protocol::line::{Line, Link};
use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, PoisonError};

/// Where the two sides meet.
pub(crate) struct Meeting<T> {
    room: Mutex<Room<T>>,
}

struct Room<T> {
    senders: Side<T>,
    receivers: Side<Handed<T>>,
    /// What receivers that went away had been handed, in the order in which it was.
    left: VecDeque<Handed<T>>,
    /// How many items are in the stays of receivers.
    handed: usize,
    next_number: u64,
    closed: bool,
}

/// An item that was handed over, and when.
struct Handed<T> {
    number: u64,
    item: T,
}

/// Those of one side who wait.
struct Side<I> {
    line: Line,
    links: Vec<Link>,
    stays: Vec<Stay<I>>,
}

struct Stay<I> {
    /// A sender's until it is taken, a receiver's from when it was handed over.
    item: Option<I>,
    sleeper: Option<Sleeper>,
    pick: Option<Arc<Pick>>,
    met: bool,
}

/// Where one waits; it goes there and leaves by itself.
pub(crate) type Spot = Option<usize>;

/// Other people's code, to be run outside the lock (W3).
#[derive(Default)]
struct After {
    wake: Vec<Sleeper>,
    first: Option<Sleeper>,
    stale: Option<Sleeper>,
}

impl After {
    fn run(self) {
        drop(self.stale);
        let mut panicked = None;
        for sleeper in self.first.into_iter().chain(self.wake) {
            let woken = catch_unwind(AssertUnwindSafe(|| sleeper.wake()));
            panicked = panicked.or(woken.err());
        }
        if let Some(panic) = panicked {
            resume_unwind(panic);
        }
    }
}

impl<I> Side<I> {
    fn new() -> Self {
        Self { line: Line::new(), links: Vec::new(), stays: Vec::new() }
    }

    fn join(&mut self, stay: Stay<I>) -> usize {
        let Self { line, links, stays } = self;
        let at = match line.join(links) {
            Some(at) => at,
            None => {
                links.push(Link::new());
                stays.push(Stay { item: None, sleeper: None, pick: None, met: false });
                line.add(links);
                line.join(links).expect("one was added")
            }
        };
        stays[at] = stay;
        at
    }

    /// Waits, or goes on waiting with another sleeper.
    fn come(
        &mut self,
        spot: &mut Spot,
        stay: impl FnOnce(Sleeper) -> Stay<I>,
        sleeper: Sleeper,
        after: &mut After,
    ) {
        match *spot {
            None => *spot = Some(self.join(stay(sleeper))),
            Some(at) if self.stays[at].met => after.stale = Some(sleeper), // the attempt that follows finds that out
            Some(at) => after.stale = self.stays[at].sleeper.replace(sleeper),
        }
    }

    /// Waits no longer. Tells what is in the stay, and whether it has met somebody.
    fn leave(&mut self, spot: &mut Spot, after: &mut After) -> Option<(Option<I>, bool)> {
        let at = spot.take()?;
        let called = self.line.leave(&mut self.links, at);
        let stay = &mut self.stays[at];
        debug_assert!(called == stay.met, "whoever is called has met somebody");
        after.stale = stay.sleeper.take();
        stay.pick = None;
        Some((stay.item.take(), stay.met))
    }

    /// The pick of the selection that one is part of, if it is.
    fn pick(&self, spot: &Spot) -> Option<Arc<Pick>> {
        self.stays[(*spot)?].pick.clone()
    }

    fn has_met(&self, spot: &Spot) -> bool {
        spot.is_some_and(|at| self.stays[at].met)
    }

    /// The first who waits and can be met by one with that pick: it is met by that (R4).
    fn meet(&mut self, pick: Option<&Pick>) -> Option<&mut Stay<I>> {
        let Self { line, links, stays } = self;
        let at = line.waiting(links).find(|at| Pick::take(pick, stays[*at].pick.as_deref()))?;
        line.call_out(links, at);
        let stay = &mut stays[at];
        stay.met = true;
        Some(stay)
    }

    /// Wakes all who wait.
    fn wake_all(&mut self, after: &mut After) {
        let Self { line, links, stays } = self;
        after.wake.extend(line.waiting(links).filter_map(|at| stays[at].sleeper.take()));
    }
}

impl<T> Room<T> {
    /// Hands the item to a receiver that waits, if one does.
    fn hand(&mut self, value: T, pick: Option<&Pick>, after: &mut After) -> Result<(), T> {
        let Some(stay) = self.receivers.meet(pick) else { return Err(value) };
        stay.item = Some(Handed { number: self.next_number, item: value });
        after.first = stay.sleeper.take();
        self.next_number += 1;
        self.handed += 1;
        Ok(())
    }

    /// An item that was handed over is in nobody's stay any more.
    fn fetched(&mut self, after: &mut After) {
        self.handed -= 1;
        if self.closed && self.handed == 0 {
            self.receivers.wake_all(after); // nothing comes any more
        }
    }

    fn take(&mut self, spot: &mut Spot, polled: &Spot, after: &mut After) -> Result<T, PopError> {
        if self.receivers.has_met(spot) {
            let (handed, _) = self.receivers.leave(spot, after).expect("it waits");
            self.fetched(after);
            return Ok(handed.expect("whoever has met somebody was handed an item").item);
        }
        let pick = self.receivers.pick(spot);
        let free = || Pick::take(pick.as_deref(), None);
        let item = if self.receivers.has_met(polled) {
            free().then(|| self.take_from_polled(polled, after)).flatten()
        } else if !self.left.is_empty() {
            free().then(|| self.left.pop_front()).flatten().map(|handed| handed.item)
        } else if self.closed {
            if self.handed != 0 {
                return Err(PopError::Busy); // it may be passed on
            }
            if free() {
                let _ = self.receivers.leave(spot, after);
                return Err(PopError::Closed);
            }
            None
        } else {
            self.senders.meet(pick.as_deref()).map(|stay| {
                after.first = stay.sleeper.take();
                stay.item.take().expect("on offer")
            })
        };
        if item.is_some() {
            let _ = self.receivers.leave(spot, after);
        }
        item.ok_or(PopError::Empty)
    }

    /// The same end waits in `poll_recv` as well, and was handed an item there: another one will do for that.
    fn take_from_polled(&mut self, polled: &Spot, after: &mut After) -> Option<T> {
        let Side { line, links, stays } = &mut self.receivers;
        let at = (*polled)?;
        let handed = stays[at].item.take()?;
        stays[at].met = false;
        line.rejoin(links, at);
        self.fetched(after);
        Some(handed.item)
    }

    /// Waits no longer, and what was handed over is somebody else's (R3).
    fn pass_on(&mut self, spot: &mut Spot, after: &mut After) {
        let Some((Some(handed), _)) = self.receivers.leave(spot, after) else { return };
        match self.receivers.meet(None) {
            Some(stay) => {
                stay.item = Some(handed);
                after.first = stay.sleeper.take();
            }
            None => {
                let at = self.left.partition_point(|before| before.number < handed.number);
                self.left.insert(at, handed);
                self.fetched(after);
            }
        }
    }
}

impl<T> Meeting<T> {
    pub(crate) fn new() -> Self {
        let (senders, receivers) = (Side::new(), Side::new());
        let room =
            Room { senders, receivers, left: VecDeque::new(), handed: 0, next_number: 0, closed: false };
        Self { room: Mutex::new(room) }
    }

    fn lock(&self) -> MutexGuard<'_, Room<T>> {
        self.room.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<R>(&self, act: impl FnOnce(&mut Room<T>, &mut After) -> R) -> R {
        let mut after = After::default();
        let result = act(&mut self.lock(), &mut after);
        after.run();
        result
    }

    /// Hands the item to a receiver that waits.
    pub(crate) fn give(&self, value: T) -> Result<(), PushError<T>> {
        self.with(|room, after| match room.closed {
            true => Err(PushError::Closed(value)),
            false => room.hand(value, None, after).map_err(PushError::Full),
        })
    }

    /// Puts the item on offer, or changes who is to be woken.
    pub(crate) fn offer(
        &self,
        spot: &mut Spot,
        value: &mut Option<T>,
        sleeper: Sleeper,
        pick: Option<&Arc<Pick>>,
    ) {
        let stay =
            |sleeper| Stay { item: value.take(), sleeper: Some(sleeper), pick: pick.cloned(), met: false };
        self.with(|room, after| room.senders.come(spot, stay, sleeper, after));
    }

    /// What has become of the offer. It may be that a receiver has come to wait meanwhile.
    pub(crate) fn offered(&self, spot: &mut Spot) -> Option<Result<(), T>> {
        self.with(|room, after| {
            if room.senders.has_met(spot) {
                let _ = room.senders.leave(spot, after);
                return Some(Ok(()));
            }
            let pick = room.senders.pick(spot);
            if room.closed {
                let free = Pick::take(pick.as_deref(), None);
                let (item, _) = free.then(|| room.senders.leave(spot, after)).flatten()?;
                return Some(Err(item.expect("on offer")));
            }
            let at = spot.expect("it waits");
            let item = room.senders.stays[at].item.take().expect("on offer");
            match room.hand(item, pick.as_deref(), after) {
                Ok(()) => {
                    let _ = room.senders.leave(spot, after);
                    Some(Ok(()))
                }
                Err(item) => {
                    room.senders.stays[at].item = Some(item);
                    None
                }
            }
        })
    }

    /// Takes the offer back, if there is one: `Ok` if somebody was quicker.
    pub(crate) fn withdraw(&self, spot: &mut Spot) -> Option<Result<(), T>> {
        let (item, met) = self.with(|room, after| room.senders.leave(spot, after))?;
        Some(if met { Ok(()) } else { Err(item.expect("on offer")) })
    }

    /// Takes an item, if there is somebody who offers one. `polled` is where the same end waits as well.
    pub(crate) fn take(&self, spot: &mut Spot, polled: &Spot) -> Result<T, PopError> {
        self.with(|room, after| room.take(spot, polled, after))
    }

    /// Waits for an item, or changes who is to be woken.
    pub(crate) fn expect(&self, spot: &mut Spot, sleeper: Sleeper, pick: Option<&Arc<Pick>>) {
        let stay = |sleeper| Stay { item: None, sleeper: Some(sleeper), pick: pick.cloned(), met: false };
        self.with(|room, after| room.receivers.come(spot, stay, sleeper, after));
    }

    /// Waits no longer, with what was handed over.
    pub(crate) fn fetch(&self, spot: &mut Spot) -> Option<T> {
        self.with(|room, after| {
            let (handed, _) = room.receivers.leave(spot, after)?;
            let item = handed?.item;
            room.fetched(after);
            Some(item)
        })
    }

    /// Waits no longer; what was handed over is somebody else's (R3).
    pub(crate) fn pass_on(&self, spot: &mut Spot) {
        self.with(|room, after| room.pass_on(spot, after));
    }

    pub(crate) fn close(&self) {
        self.with(|room, after| {
            room.closed = true;
            room.senders.wake_all(after);
            room.receivers.wake_all(after);
        });
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    pub(crate) fn state(&self) -> State {
        let room = self.lock();
        match room.closed {
            false => State::Open,
            true if room.left.is_empty() && room.handed == 0 => State::Closed,
            true => State::Closing,
        }
    }

    /// How many items there are whose receivers have gone.
    pub(crate) fn left(&self) -> usize {
        self.lock().left.len()
    }
}

impl<T> fmt::Debug for Meeting<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let room = self.lock();
        let senders = room.senders.line.waiting(&room.senders.links).count();
        let receivers = room.receivers.line.waiting(&room.receivers.links).count();
        let mut fields = f.debug_struct("Meeting");
        fields.field("senders", &senders).field("receivers", &receivers).field("left", &room.left.len());
        fields.finish()
    }
}
