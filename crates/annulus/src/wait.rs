//! Waiting: goes round an attempt that does not wait, and that knows nothing of it.
//!
//! The ends of a `channel` (feature `std`) wait by themselves. A [`Signal`] is for everything else: any ring, and any system that can put somebody to
//! sleep, by way of a [`Parker`].
//!
//! ```text
//!   attempt -> look, while that pays [E5] -> join the line [E4] -> attempt -> sleep -> attempt -> look -> to the old place [E4] -> ...
//!              threads only                                        '-- park: a thread    '-- by the call, or for no reason
//!                                                                  '-- Pending: a task
//!   the other side:  publish -> [E3] anybody in line, and nobody looks? -> call the first, outside the lock
//! ```
//! Nobody sleeps who has not joined the line and attempted once more after that; so either the attempt finds what was published, or
//! the publisher finds the waiter ([`Presence`](annulus_protocol::presence::Presence), W6).
//!
//! INVARIANT (W1)  The line holds those who wait, the smallest number first; whoever came too late keeps its place.
//! INVARIANT (W2)  Whoever is called has a token, which it uses up with a success, trades in for its old place, or hands on when it
//! leaves. So as long as there is something for one who waits, somebody who is awake will call it or take that something.
//! INVARIANT (W3)  Wakers are cloned, woken and dropped outside the lock: they are other people's code.
//!
//! No wait allocates: a waiter's place is in a slab that grows to as many as ever waited together, and is used again.
#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
mod pick;
mod signal;
#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
mod spin;
#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
mod waiters;
#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
mod waiting;

/// What the lock and the threads are, here; the models have others.
#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
pub(crate) mod sync {
    pub(crate) use std::sync::{Mutex, MutexGuard};
    pub(crate) use std::thread::{self, Thread};
}

#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
pub(crate) use pick::Pick;
pub use signal::{Parker, Signal};
#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
pub(crate) use spin::Patience;
#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
pub(crate) use waiters::{Found, Sleeper, Ticket, Waiters};
#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
pub use waiting::Attempt;
#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
pub(crate) use waiting::{Waiting, block, give_up};
