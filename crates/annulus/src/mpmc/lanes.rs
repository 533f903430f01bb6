//! Many producers, many consumers, a lane of its own from each to each: wait-free, and no order but along a lane.
//!
//! ```text
//!                 consumer 0   consumer 1   consumer 2
//!   producer 0  |   ====    |    ====    |    ====          each ==== is a ring for one producer and one consumer
//!   producer 1  |   ====    |    ====    |    ====
//! ```
//! A producer pushes into the lanes of its row, a consumer pops from those of its column, each in turn. Nobody else ever
//! touches these lanes from that side, so there is no race to lose: no operation retries, none exchanges a word, none waits.
//!
//! ```
//! let (mut producers, mut consumers) = annulus::mpmc::lanes(2, 3, 100);
//! for (n, producer) in producers.iter_mut().enumerate() {
//!     producer.push(n).unwrap();
//! }
//! let got: usize = consumers.iter_mut().filter_map(|consumer| consumer.pop().ok()).sum();
//! assert_eq!(got, 1);
//! ```
//!
//! # Order
//! A consumer gets the items of one producer in the order in which they were pushed. Nothing else is ordered: items of
//! different producers come out in any order, whenever they were pushed; and of two items of one producer that go to different
//! consumers, the later one may be popped first. Which consumer gets an item is decided when it is pushed, and stays so: items
//! in the lane of a consumer that stopped wait for it, though others have nothing to do. Where items are to go to whoever is
//! idle, or one order is to hold for all, [`ring`](super::ring) is the better queue.
//!
//! # Capacity
//! Each lane holds exactly `capacity` items, so a burst of that many from one producer fits whatever the others have pushed. It
//! is a producer's total that counts for [`PushError::Full`]: `push` goes through all its lanes before it says so. The
//! `capacity` that an end reports is that of its lanes together: `consumers * capacity` for a producer, `producers * capacity`
//! for a consumer. The memory is that of `producers * consumers` rings.
//!
//! There is no `batch`: `push_slice` and `reserve_up_to` fill one lane with what is at hand, and show it all at once.
//!
//! # Progress
//! Every operation of both ends is *wait-free* in the strict sense, and takes only loads and stores. In steps, each of them one
//! load or store of a word that another thread may touch as well:
//!
//! | operation | steps at most |
//! |---|---|
//! | `push`, `reserve` | 3 for each lane tried, 2 more for the one it goes into |
//! | `reserve_up_to` | 3 for each lane tried, 3 more for the one it goes into |
//! | `push_slice` | 5 for each lane |
//! | `push_iter` | 6 for each lane |
//! | `pop` | 10 for each lane tried, 3 more for the one it comes from |
//! | `claim` | 8 for each lane tried, 3 more for the one it comes from |
//! | `claim_up_to` | 8 for each lane tried, 7 more for the one it comes from |
//! | `pop_slice` | 5 for each lane |
//! | `drain` | 7 for each lane |
//! | `vacant`, `is_full`, `is_closed` | 2 for each lane |
//! | `len`, `is_empty` | 1 for each lane |
//! | `close` | 1 for each lane, 1 more |
//!
//! Handing the slots on is counted in. Most are taken by a consumer whose lanes have closed; a push or pop that finds what it
//! found last time takes two or three. Each number is counted by `tests/steps`, with the other ends at work between any two steps.
//!
//! What an operation does to the items themselves comes on top: writing them, dropping them, running an iterator.
//!
//! # When an end goes
//! A producer gets [`PushError::Closed`] when all its consumers have gone, and pushes into no lane of a consumer that has gone
//! before the call. A consumer gets [`PopError::Closed`] when all its producers have gone and its lanes are drained. An item
//! that is in a lane when its consumer goes, or is being pushed at that moment, never comes out: it is dropped when the
//! producer has gone as well, once.
//!
//! [`PopError::Closed`]: crate::PopError::Closed
//! [`PushError::Closed`]: crate::PushError::Closed
//! [`PushError::Full`]: crate::PushError::Full
mod consumer;
mod producer;

pub use consumer::Consumer;
pub use producer::Producer;

use crate::spsc::{self, RingError};
use alloc::sync::Arc;
use alloc::vec::Vec;
use annulus_protocol::life::Life;

/// How many items an end moves through one lane before it goes on to the next. More save traffic between cores, because the
/// lane's cache line stays for as many; fewer spread a few items over more consumers. Not tuned yet.
const RUN: usize = 8;

/// Which consumers will pop no more: in words apart from the lanes, because a producer looks before every push, and those
/// of the lanes are stored all the time.
type Gone = Arc<[Life]>;

/// A lane from each of `producers` to each of `consumers`, each with room for exactly `capacity` items; and their ends.
///
/// # Panics
/// If any of the three is zero; if `producers * consumers * capacity` is half or more of what a `usize` counts; or if there is
/// not so much memory.
#[track_caller]
pub fn lanes<T>(producers: usize, consumers: usize, capacity: usize) -> (Vec<Producer<T>>, Vec<Consumer<T>>) {
    match try_lanes(producers, consumers, capacity) {
        Ok(ends) => ends,
        Err(why) => panic!(
            "lanes from {producers} producers to {consumers} consumers, of capacity {capacity}, cannot be made: {why}"
        ),
    }
}

#[allow(clippy::type_complexity)] // the ends, nothing to name
fn try_lanes<T>(
    producers: usize,
    consumers: usize,
    capacity: usize,
) -> Result<(Vec<Producer<T>>, Vec<Consumer<T>>), &'static str> {
    if producers == 0 || consumers == 0 || capacity == 0 {
        return Err("there must be at least 1 of each");
    }
    let items = producers.checked_mul(consumers).and_then(|lanes| lanes.checked_mul(capacity));
    if items.is_none_or(|items| items > usize::MAX / 2) {
        return Err("they are more than half of what a usize counts");
    }
    let ring = spsc::Options::new(capacity);
    let mut columns = with_room_for(consumers)?;
    for _ in 0..consumers {
        columns.push(with_room_for(producers)?);
    }
    let mut rows = with_room_for(producers)?;
    for _ in 0..producers {
        let mut row = with_room_for(consumers)?;
        for column in &mut columns {
            let (producer, mut consumer) = ring.try_ring().map_err(|why| match why {
                RingError::OutOfMemory => NO_MEMORY,
                RingError::Zero | RingError::TooLarge | RingError::TooSmall => "the capacity is too large",
            })?;
            consumer.settle();
            row.push(producer);
            column.push(consumer);
        }
        rows.push(row);
    }
    let gone: Gone = (0..consumers).map(|_| Life::new()).collect();
    let numbered = rows.into_iter().enumerate();
    let pushing = numbered.map(|(me, row)| Producer::new(row, gone.clone(), me)).collect();
    let numbered = columns.into_iter().enumerate();
    let popping = numbered.map(|(me, column)| Consumer::new(column, gone.clone(), me)).collect();
    Ok((pushing, popping))
}

const NO_MEMORY: &str = "there is not so much memory";

fn with_room_for<E>(n: usize) -> Result<Vec<E>, &'static str> {
    let mut ends = Vec::new();
    ends.try_reserve_exact(n).map_err(|_| NO_MEMORY)?;
    Ok(ends)
}

/// Which lane an end is at, and for how long: it goes round all of them, and stays a [`RUN`] at each.
#[derive(Clone, Copy, Debug)]
struct Round {
    at: usize,
    left: usize,
    lanes: usize,
}

impl Round {
    /// Of the end number `me`: not all begin at the same lane.
    fn new(me: usize, lanes: usize) -> Self {
        Self { at: me % lanes, left: RUN, lanes }
    }

    #[inline]
    fn next(&mut self) {
        self.at = if self.at + 1 < self.lanes { self.at + 1 } else { 0 };
        self.left = RUN;
    }

    /// `n` items went through this lane.
    #[inline]
    fn count(&mut self, n: usize) {
        if n < self.left { self.left -= n } else { self.next() }
    }
}
