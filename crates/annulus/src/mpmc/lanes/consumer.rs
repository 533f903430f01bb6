//! The ends that pop.
use super::{Gone, Round};
use crate::error::PopError;
use crate::spsc::{self, Claim, ReadGrant};
use alloc::vec::Vec;
use core::fmt;

/// An end that pops, from a lane of each producer. There is a fixed number of them, so its operations take `&mut self`.
///
/// It goes round its lanes, so none is left behind: an item that is the oldest of its lane comes out within eight pops for each
/// producer.
///
/// When it is dropped, its lanes close: producers push into them no more, and what is left in them is dropped with them. When all
/// producers have gone, it gets what is left, then [`PopError::Closed`].
///
/// # Progress
/// What only looks, and `close`, are wait-free: see the [module](super) for the steps.
pub struct Consumer<T> {
    /// One from each producer.
    lanes: Vec<spsc::Consumer<T>>,
    gone: Gone,
    /// Which one in `gone`.
    me: usize,
    round: Round,
}

impl<T> Consumer<T> {
    pub(super) fn new(lanes: Vec<spsc::Consumer<T>>, gone: Gone, me: usize) -> Self {
        let round = Round::new(me, lanes.len());
        Self { lanes, gone, me, round }
    }

    /// Moves an item out: the oldest of the next lane that has one.
    ///
    /// # Errors
    /// [`PopError::Empty`] if there was none in any lane when the call began; [`PopError::Closed`] if there is none, and all
    /// producers have gone or this end has said [`close`](Self::close). Never [`PopError::Busy`].
    ///
    /// # Progress
    /// Wait-free: each lane is tried at most once. See the [module](super) for the steps.
    #[inline]
    pub fn pop(&mut self) -> Result<T, PopError> {
        let mut why = PopError::Closed;
        for _ in 0..self.lanes.len() {
            match self.lanes[self.round.at].pop() {
                Ok(item) => {
                    self.round.count(1);
                    return Ok(item);
                }
                Err(PopError::Closed) => {}
                Err(_) => why = PopError::Empty, // nobody overwrites, so it is never `Busy`
            }
            self.round.next();
        }
        Err(why)
    }

    /// Moves up to `items.len()` items out into `items`, and tells how many: as many as there are in one lane, the next ones from
    /// the next lane. What they replace is dropped.
    ///
    /// # Panics
    /// Only if the drop of a replaced item does; nothing is then lost or dropped twice.
    ///
    /// # Progress
    /// Wait-free: each lane is tried at most once. A number of steps that grows with the number of items.
    pub fn pop_slice(&mut self, items: &mut [T]) -> usize {
        let mut popped = 0;
        for _ in 0..self.lanes.len() {
            if popped == items.len() {
                break;
            }
            popped += self.lanes[self.round.at].pop_slice(&mut items[popped..]);
            self.round.next();
        }
        popped
    }

    /// Moves out the items that are in its lanes, lane by lane, each as it is when its turn comes. Those not asked for stay.
    ///
    /// # Progress
    /// Wait-free, for each item: each lane is tried at most once.
    pub fn drain(&mut self) -> impl Iterator<Item = T> {
        self.lanes.iter_mut().flat_map(|lane| lane.drain())
    }

    /// Claims an item, to be worked on in place: the oldest of the next lane that has one.
    ///
    /// # Errors
    /// As [`pop`](Self::pop).
    ///
    /// # Progress
    /// Wait-free: each lane is tried at most once.
    pub fn claim(&mut self) -> Result<Claim<'_, T>, PopError> {
        let lane = self.find_item()?;
        self.round.count(1);
        self.lanes[lane].claim()
    }

    /// Claims up to `n` items, at least one unless `n` is zero: the oldest ones of the next lane that has any, though another
    /// one may have more.
    ///
    /// # Errors
    /// As [`pop`](Self::pop).
    ///
    /// # Progress
    /// Wait-free: each lane is tried at most once.
    pub fn claim_up_to(&mut self, n: usize) -> Result<ReadGrant<'_, T>, PopError> {
        let lane = if n == 0 { self.round.at } else { self.find_item()? };
        self.round.count(n);
        self.lanes[lane].claim_up_to(n)
    }

    /// The next lane that has an item. One that is claimed by a grant and not released is claimed again, without another look.
    fn find_item(&mut self) -> Result<usize, PopError> {
        let mut why = PopError::Closed;
        for _ in 0..self.lanes.len() {
            match self.lanes[self.round.at].claim_up_to(1) {
                Ok(_) => return Ok(self.round.at),
                Err(PopError::Closed) => {}
                Err(_) => why = PopError::Empty,
            }
            self.round.next();
        }
        Err(why)
    }

    /// How many items are in its lanes. Producers may add more at any time; nobody else takes any away.
    pub fn len(&self) -> usize {
        self.lanes.iter().map(|lane| lane.len()).sum()
    }

    /// Whether all its lanes were empty just now.
    pub fn is_empty(&self) -> bool {
        self.lanes.iter().all(|lane| lane.is_empty())
    }

    /// How many items fit into its lanes, in all.
    pub fn capacity(&self) -> usize {
        self.lanes.iter().map(|lane| lane.capacity()).sum()
    }

    /// Whether all its producers have gone, or it has said [`close`](Self::close), so that no new items come in. Those in its
    /// lanes still come out.
    pub fn is_closed(&self) -> bool {
        self.lanes.iter().all(|lane| lane.is_closed())
    }

    /// Wants no more items. Those in its lanes still come out. Dropping the consumer does the same.
    pub fn close(&mut self) {
        self.gone[self.me].close();
        self.lanes.iter_mut().for_each(|lane| lane.close());
    }
}

impl<T> Drop for Consumer<T> {
    fn drop(&mut self) {
        self.close();
    }
}

impl<T> fmt::Debug for Consumer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer").field("at", &self.round.at).field("lanes", &self.lanes).finish()
    }
}
