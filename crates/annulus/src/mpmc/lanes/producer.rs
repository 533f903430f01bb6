//! The ends that push.
use super::{Gone, Round};
use crate::error::{PushError, ReserveError};
use crate::spsc::{self, Slot, WriteGrant};
use alloc::vec::Vec;
use core::fmt;

/// An end that pushes, into a lane to each consumer. There is a fixed number of them, so its operations take `&mut self`.
///
/// When it is dropped, its lanes close: each consumer still gets what is in them. When all consumers have gone, it is told
/// [`PushError::Closed`].
///
/// # Progress
/// What only looks, and `close`, are wait-free: see the [module](super) for the steps.
pub struct Producer<T> {
    /// One to each consumer.
    lanes: Vec<spsc::Producer<T>>,
    gone: Gone,
    round: Round,
    stopped: bool,
}

impl<T> Producer<T> {
    pub(super) fn new(lanes: Vec<spsc::Producer<T>>, gone: Gone, me: usize) -> Self {
        let round = Round::new(me, lanes.len());
        Self { lanes, gone, round, stopped: false }
    }

    /// Whether the lane it is at has somebody to pop from it.
    #[inline]
    fn is_wanted(&self) -> bool {
        !self.gone[self.round.at].is_closed()
    }

    /// Pushes one item, into the next lane that has room.
    ///
    /// # Errors
    /// With the item: [`PushError::Full`] if no lane has room; [`PushError::Closed`] if all consumers have gone, or this end has
    /// said [`close`](Self::close). Never [`PushError::Busy`].
    ///
    /// # Progress
    /// Wait-free: each lane is tried at most once. See the [module](super) for the steps.
    #[inline]
    pub fn push(&mut self, mut value: T) -> Result<(), PushError<T>> {
        let mut wanted = false;
        for _ in 0..self.lanes.len() {
            if self.is_wanted() {
                match self.lanes[self.round.at].push(value) {
                    Ok(()) => {
                        self.round.count(1);
                        return Ok(());
                    }
                    Err(refused) => value = refused.into_inner(),
                }
                wanted = true;
            }
            self.round.next();
        }
        Err(if wanted && !self.stopped { PushError::Full(value) } else { PushError::Closed(value) })
    }

    /// Pushes as many of `items` as there is room for, and tells how many: as many as fit into one lane, the next ones into the
    /// next lane. Those in one lane become visible all at once.
    ///
    /// # Progress
    /// Wait-free: each lane is tried at most once. A number of steps that grows with the number of items.
    pub fn push_slice(&mut self, items: &[T]) -> usize
    where
        T: Copy,
    {
        let mut left = items;
        for _ in 0..self.lanes.len() {
            if left.is_empty() {
                break;
            }
            if self.is_wanted() {
                let n = self.lanes[self.round.at].push_slice(left);
                left = &left[n..];
            }
            self.round.next();
        }
        items.len() - left.len()
    }

    /// Pushes items from `items` until there is no room or no item, and tells how many. No item is taken from the iterator
    /// without room for it. Lanes are filled as by [`push_slice`](Self::push_slice).
    ///
    /// # Panics
    /// Only if the iterator does; the items it gave before that are in the lanes.
    ///
    /// # Progress
    /// Wait-free if the iterator is, and bounded by the room there was: each lane is tried at most once.
    pub fn push_iter(&mut self, items: impl IntoIterator<Item = T>) -> usize {
        let mut items = items.into_iter();
        let mut pushed = 0;
        for _ in 0..self.lanes.len() {
            if self.is_wanted()
                && let Ok(grant) = self.lanes[self.round.at].reserve_up_to(usize::MAX)
            {
                let room = grant.len();
                let n = grant.fill_from(&mut items);
                pushed += n;
                if n < room {
                    self.round.next();
                    break;
                }
            }
            self.round.next();
        }
        pushed
    }

    /// Reserves one slot, to be written in place.
    ///
    /// # Errors
    /// [`ReserveError::Full`] or [`ReserveError::Closed`], as [`push`](Self::push).
    ///
    /// # Progress
    /// Wait-free: each lane is tried at most once.
    pub fn reserve(&mut self) -> Result<Slot<'_, T>, ReserveError> {
        let lane = self.find_room()?;
        self.round.count(1);
        self.lanes[lane].reserve()
    }

    /// Reserves up to `n` slots, at least one unless `n` is zero, to be filled in place: all in the next lane that has any room,
    /// though another one may have more.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve).
    ///
    /// # Progress
    /// Wait-free: each lane is tried at most once.
    pub fn reserve_up_to(&mut self, n: usize) -> Result<WriteGrant<'_, T>, ReserveError> {
        let lane = if n == 0 { self.round.at } else { self.find_room()? };
        self.round.count(n);
        self.lanes[lane].reserve_up_to(n)
    }

    /// The next lane that has room. A slot that is reserved and dropped is reserved again, without another look.
    fn find_room(&mut self) -> Result<usize, ReserveError> {
        let mut why = ReserveError::Closed;
        for _ in 0..self.lanes.len() {
            if self.is_wanted() {
                match self.lanes[self.round.at].reserve() {
                    Ok(slot) => {
                        slot.abandon();
                        return Ok(self.round.at);
                    }
                    Err(_) if self.stopped => {}
                    Err(_) => why = ReserveError::Full,
                }
            }
            self.round.next();
        }
        Err(why)
    }

    /// How many items surely fit now: the room in all lanes to consumers that have not gone.
    pub fn vacant(&self) -> usize {
        self.wanted().map(|lane| lane.vacant()).sum()
    }

    /// How many items fit into its lanes, in all.
    pub fn capacity(&self) -> usize {
        self.lanes.iter().map(|lane| lane.capacity()).sum()
    }

    /// Whether there was no room just now.
    pub fn is_full(&self) -> bool {
        self.wanted().all(|lane| lane.is_full())
    }

    /// Whether all its consumers have gone, or it has said [`close`](Self::close): pushing is of no more use.
    pub fn is_closed(&self) -> bool {
        self.stopped || self.gone.iter().all(|consumer| consumer.is_closed())
    }

    /// Pushes no more. What was pushed still comes out. Dropping the producer does the same.
    pub fn close(&mut self) {
        self.stopped = true;
        self.lanes.iter_mut().for_each(|lane| lane.close());
    }

    fn wanted(&self) -> impl Iterator<Item = &spsc::Producer<T>> {
        self.lanes.iter().zip(self.gone.iter()).filter(|(_, gone)| !gone.is_closed()).map(|(lane, _)| lane)
    }
}

impl<T> fmt::Debug for Producer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Producer").field("at", &self.round.at).field("lanes", &self.lanes).finish()
    }
}
