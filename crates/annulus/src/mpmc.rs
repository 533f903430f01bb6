//! Any number of producers and consumers, one order.
//!
//! Each end is `Clone` and `Sync`, and its operations take `&self`. A producer that reserves a slot has its place in the queue, and
//! fills it in its own time while others fill theirs; a consumer that claims an item works on it in place while others work on
//! theirs; slots are committed, abandoned and handed back in any order.
//!
//! ```
//! let (producer, consumer) = annulus::mpmc::ring(4);
//! let slot = producer.reserve().unwrap();
//! producer.push("second").unwrap();
//! assert_eq!(consumer.pop(), Err(annulus::PopError::Busy), "the first is still being written");
//! slot.write("first");
//! assert_eq!(consumer.pop(), Ok("first"));
//! assert_eq!(consumer.pop(), Ok("second"));
//! ```
//!
//! # Order
//! That of the reservations, so each producer's items come out in the order in which it reserved them. The price: while the oldest
//! slot is reserved and not committed, later items wait behind it, and consumers are told [`PopError::Busy`].
//!
//! # Progress
//! *Lock-free* in the strict sense are `push`, `pop`, `reserve` and `claim` as calls: each returns in a bounded number of its own
//! steps unless another call of its kind succeeded meanwhile, and none waits for anybody. The *queue* is not: a producer stopped
//! between reserve and commit, for ever, makes every consumer `Busy` at its slot, for ever; a consumer stopped between claim and
//! release, every producer, once the ring has come round to it.
//!
//! # When an end goes
//! When the last producer has gone, or the last consumer, or either says [`close`](Producer::close), nothing goes in any more. What
//! is in the ring still comes out, then [`PopError::Closed`]. What is left when the last end goes is dropped with the ring, once.
//!
//! # When another queue is better
//! Where no call may ever be delayed by another one, and the order between producers does not matter: [`lanes()`].
//!
//! [`PopError::Busy`]: crate::PopError::Busy
//! [`PopError::Closed`]: crate::PopError::Closed
mod consumer;
pub mod lanes;
mod producer;

pub use crate::slots::runs::{ReadGrant, WriteGrant};
pub use crate::slots::shared::{Claim, Slot};
pub use consumer::Consumer;
pub use lanes::lanes;
pub use producer::Producer;

use crate::slots::shared::Shared;
use alloc::sync::Arc;

/// A ring on the heap with room for exactly `capacity` items, and the first of its ends.
///
/// # Panics
/// If `capacity` is zero, or a quarter or more of what a `usize` counts, or there is not so much memory.
#[track_caller]
pub fn ring<T>(capacity: usize) -> (Producer<T>, Consumer<T>) {
    let largest = annulus_protocol::turns::MAX_SIZE;
    assert!(capacity != 0, "a ring of capacity 0 cannot be made: it must be at least 1");
    assert!(
        capacity <= largest,
        "a ring of capacity {capacity} cannot be made: it must be at most {largest}"
    );
    let Ok(ring) = Shared::allocate(capacity) else {
        panic!("a ring of capacity {capacity} cannot be made: there is not so much memory")
    };
    let ring = Arc::new(ring);
    (Producer::new(ring.clone()), Consumer::new(ring))
}

/// All ends of one kind share one of these; the last of them to go closes the ring.
#[derive(Debug)]
struct Presence<T> {
    ring: Arc<Shared<T>>,
}

impl<T> Drop for Presence<T> {
    fn drop(&mut self) {
        self.ring.close();
    }
}
