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
//! | ends that may wait, as threads or tasks | `channel` (feature `std`) |
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

/// What kind of queue this is.
#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
#[derive(Debug)]
pub struct Spsc;

#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
pub use waiting::{Receiver, Sender, channel};

#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
mod waiting {
    use super::Spsc;
    use crate::channel::{self, states::Open};

    /// An end that sends, and may wait for room: see [`channel::SoleSender`].
    pub type Sender<T, S = Open> = channel::SoleSender<T, Spsc, S>;

    /// An end that receives, and may wait for items: see [`channel::SoleReceiver`].
    pub type Receiver<T, S = Open> = channel::SoleReceiver<T, Spsc, S>;

    /// A channel: a ring with room for exactly `capacity` items whose ends may wait, as threads or as tasks. See
    /// [`channel`](crate::channel).
    ///
    /// ```
    /// let (mut sender, mut receiver) = annulus::spsc::channel(1);
    /// std::thread::scope(|scope| {
    ///     scope.spawn(move || (0..3).for_each(|n| sender.send(n).unwrap()));
    ///     assert_eq!(receiver.iter().collect::<Vec<_>>(), [0, 1, 2]);
    /// });
    /// ```
    ///
    /// # Panics
    /// If `capacity` is zero, or as [`ring`](super::ring).
    #[track_caller]
    pub fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
        let (producer, consumer, core) = channel::parts(capacity);
        (Sender::new(producer, core.clone()), Receiver::new(consumer, core))
    }
}
