//! One producer, one consumer: the fastest queue between two threads, or an interrupt and the main loop.
//!
//! ```text
//!                 released         committed
//!   ..............|################|..............      capacity: any number from 1, exact
//!                 ^ the consumer   ^ the producer
//!                   moves this       moves this
//! ```
//! | wanted | use |
//! |---|---|
//! | a ring on the heap | [`ring`] |
//! | a ring in a `static`, on the stack, in a struct | [`Ring`] |
//! | a ring in memory of your own | [`in_memory`] |
//! | space returned in larger steps, for less traffic between cores | [`Options`] |
//!
//! # Progress
//! Every operation is wait-free: it takes a bounded number of steps, whatever the other end does, or does not do.
//! An end that stops, is forgotten or dies delays nobody: the other end finds the ring empty or full.
//!
//! # When an end goes
//! Dropping an end closes it. The consumer still gets everything that was pushed, then [`PopError::Closed`]. The
//! producer finds [`PushError::Closed`] at the latest when the ring would otherwise be full. Items left over are dropped
//! once, by the end that goes last; only those in a [`Ring`] stay, for its next ends or until it is dropped itself.
//!
//! # When another queue is better
//! With several producers or consumers. With bytes that have to lie next to each other: [`bytes`](crate::bytes).
//!
//! [`PopError::Closed`]: crate::PopError::Closed
//! [`PushError::Closed`]: crate::PushError::Closed
mod consumer;
#[cfg(feature = "std")]
mod io;
mod make;
mod producer;

pub use crate::memory::{Borrowed, Heap, Keep};
pub use crate::slots::{Claim, Drain, IntoIter, ReadGrant, Slot, WriteGrant};
pub use consumer::Consumer;
pub use make::Ring;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub use make::{Control, in_memory};
#[cfg(all(feature = "alloc", any(target_has_atomic = "ptr", feature = "portable-atomic")))]
pub use make::{Options, RingError, ring};
pub use producer::{Batch, Producer};
