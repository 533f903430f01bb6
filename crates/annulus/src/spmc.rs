//! One producer, any number of consumers.
//!
//! As [`mpmc`](crate::mpmc) for the consumers, which are `Clone` and `Sync`; but there is one producer, as in [`spsc`](crate::spsc). It
//! exchanges nothing with anybody to reserve a slot, its operations are wait-free, and what it reserves and does not commit was never
//! reserved: nobody waits behind it. Each item goes to one consumer.
//!
//! ```
//! let (mut producer, consumer) = annulus::spmc::ring(4);
//! let another = consumer.clone();
//! producer.push_slice(&[1, 2, 3]);
//! assert_eq!((consumer.pop(), another.pop(), consumer.pop()), (Ok(1), Ok(2), Ok(3)));
//! ```
//!
//! | wanted | use |
//! |---|---|
//! | a ring on the heap | `ring`, `try_ring` (feature `alloc`) |
//! | a ring in a `static`, on the stack, in a struct | [`Ring`] |
//! | a ring in memory of your own | [`in_memory`] |
//! | ends that may wait, as threads or tasks | `channel` (feature `std`) |
//!
//! # Order
//! Items are claimed in the order in which they were pushed. Consumers hand their slots back in any order; but the producer comes to
//! them in turn, and where one is still claimed it is told [`PushError::Busy`].
//!
//! # Batches
//! The producer has [`batch`](Producer::batch), as in [`spsc`](crate::spsc): items that are pushed one by one and become visible together.
//!
//! # Progress
//! The producer's operations are wait-free. *Lock-free* in the strict sense are the consumers' as calls: each returns in a bounded number
//! of its own steps unless another of its kind succeeded meanwhile. No call waits for anybody. The *queue* does: a consumer stopped
//! between claim and release, for ever, makes the producer `Busy`, for ever, once the ring has come round to its slot. A producer that
//! stops leaves the consumers a ring that is empty, unless it is in the middle of a commit or a `force_push`, where its cursor is past
//! slots that it has yet to hand on: then they are [`Busy`](crate::PopError::Busy).
//!
//! # When an end goes
//! When the producer has gone, or the last consumer, or either says `close`, nothing goes in any more. What is in the ring still comes
//! out, then [`PopError::Closed`]. What is left when the last end goes is dropped by it, once; only items in a [`Ring`] stay, for its
//! next ends or until it is dropped itself. An end that is forgotten counts as one that is there.
//!
//! If the producer closes, whoever is told *closed* has missed nothing. If a consumer closes, what the producer has reserved, or is
//! pushing at that moment, may still go in, even after another consumer was told [`PopError::Closed`]. It still comes out, or is
//! dropped with the ring.
//!
//! # Forgotten guards
//! Forgetting a slot or grant of the producer costs nothing: the slots are offered again. A claim or grant of a consumer that is
//! *forgotten* is lost with its slots, and in the way when the ring comes round to them; a [`Ring`] can be
//! [recovered](shared::Ring::recover). Never is anything read or dropped twice.
//!
//! [`PopError::Closed`]: crate::PopError::Closed
//! [`PushError::Busy`]: crate::PushError::Busy
mod batch;
mod producer;

use crate::memory::shared::{Shares, Topology};
use crate::shared;
use crate::slots;
use crate::slots::order::ByReservation;
use annulus_protocol::turns::SoleWriter;
use core::mem::MaybeUninit;

pub use crate::memory::{Borrowed, Heap, Keep};
/// Whose turn it is at one slot: [`in_memory`] needs one for each.
pub use annulus_protocol::turns::Turn;
pub use batch::Batch;
#[cfg(feature = "alloc")]
pub use on_the_heap::{RingError, ring, try_ring};
pub use producer::Producer;

/// Who writes and who reads.
type OneWriter = ByReservation<SoleWriter>;

/// What kind of queue this is.
#[derive(Debug)]
pub struct Spmc;

impl Topology for Spmc {
    type Order = OneWriter;
    type Producer<T, K: Keep> = Producer<T, K>;
    type Consumer<T, K: Keep> = Consumer<T, K>;

    #[allow(private_interfaces)]
    fn ends<T, K: Keep>((writer, reader): Shares<T, OneWriter, K>) -> (Producer<T, K>, Consumer<T, K>) {
        (Producer::new(writer), Consumer::new(reader))
    }
}

/// An end that pops: `Clone` and `Sync`, and its operations take `&self`.
///
/// `K` says who keeps the ring alive: [`Heap`], or [`Borrowed`] for a lifetime.
pub type Consumer<T, K = Heap<T>> = shared::Consumer<T, OneWriter, K>;

/// A slot to be written in place: see [`Producer::reserve`].
pub type Slot<'a, T> = slots::Slot<'a, T, SoleWriter>;

/// Slots to be written in place: see [`Producer::reserve_many`].
pub type WriteGrant<'a, T> = slots::WriteGrant<'a, T, SoleWriter>;

/// An item, read in place: see [`Consumer::claim`](shared::Consumer::claim).
pub type Claim<'a, T> = shared::Claim<'a, T, OneWriter>;

/// Items to be read in place: see [`Consumer::claim_many`](shared::Consumer::claim_many).
pub type ReadGrant<'a, T> = shared::ReadGrant<'a, T, OneWriter>;

/// Moves items out: see [`Consumer::drain`](shared::Consumer::drain).
pub type Drain<'a, T> = shared::Drain<'a, T, OneWriter>;

/// A ring with room for exactly `N` items inside it: for statics, stacks and structs. No allocation, no initialiser to run.
///
/// [`split`](shared::Ring::split) borrows it, [`try_split`](shared::Ring::try_split) hands out the ends of a static, and
/// [`recover`](shared::Ring::recover) gets back what was forgotten. Items that are left when the last end goes stay for the next ones,
/// or until the ring is dropped. `N` may be any number from 1 to a quarter of the address space; zero does not compile.
///
/// ```
/// use annulus::spmc::Ring;
///
/// static JOBS: Ring<u16, 48> = Ring::new();
///
/// let (mut producer, consumer) = JOBS.try_split().expect("nobody has an end");
/// producer.push_iter(0..3);
/// std::thread::scope(|scope| {
///     for _ in 0..3 {
///         let consumer = consumer.clone();
///         scope.spawn(move || consumer.pop().unwrap());
///     }
/// });
/// assert!(producer.push(3).is_ok());
/// ```
/// ```compile_fail,E0080
/// static NOTHING: annulus::spmc::Ring<u16, 0> = annulus::spmc::Ring::new();
/// ```
pub type Ring<T, const N: usize> = shared::Ring<T, N, Spmc>;

/// The control words of a ring in the caller's memory: see [`in_memory`].
pub type Control = shared::Control<Spmc>;

/// A ring in the caller's memory: control words, turns and slots in three places, as many slots as `slots` has, and a turn for
/// each.
///
/// What is in `turns` and `slots` before does not matter. Items left when the last end goes are dropped by it.
///
/// ```
/// use annulus::spmc;
/// use core::mem::MaybeUninit;
///
/// let control = spmc::Control::new();
/// let mut turns = [const { spmc::Turn::new() }; 5];
/// let mut slots = [const { MaybeUninit::uninit() }; 5];
/// let (mut producer, consumer) = spmc::in_memory(&control, &mut turns, &mut slots);
/// producer.push("hello").unwrap();
/// assert_eq!(consumer.clone().pop(), Ok("hello"));
/// ```
///
/// # Panics
/// If there are no slots, or not as many turns as slots, or if an end of another ring with the same control words is still alive or
/// was forgotten.
#[allow(clippy::type_complexity)] // the two ends, nothing to name
#[track_caller]
pub fn in_memory<'a, T>(
    control: &'a Control,
    turns: &'a mut [Turn],
    slots: &'a mut [MaybeUninit<T>],
) -> (Producer<T, Borrowed<'a>>, Consumer<T, Borrowed<'a>>) {
    match control.ends(turns, slots) {
        Ok(ends) => ends,
        Err(unfit) => panic!("{unfit}"),
    }
}

#[cfg(feature = "alloc")]
mod on_the_heap {
    use super::{Consumer, Producer, Spmc};
    pub use crate::error::RingError;
    use crate::shared::{allocate, allocated};

    /// A ring on the heap with room for exactly `capacity` items, and the first of its ends.
    ///
    /// ```
    /// let (mut producer, consumer) = annulus::spmc::ring(3);
    /// producer.push("hello").unwrap();
    /// assert_eq!(consumer.clone().pop(), Ok("hello"));
    /// ```
    ///
    /// # Panics
    /// If `capacity` is zero, or a quarter or more of what a `usize` counts, or there is not so much memory. [`try_ring`] returns
    /// an error instead.
    #[track_caller]
    pub fn ring<T>(capacity: usize) -> (Producer<T>, Consumer<T>) {
        allocated::<T, Spmc>(capacity)
    }

    /// The same.
    ///
    /// ```
    /// use annulus::spmc::{RingError, try_ring};
    /// assert!(try_ring::<u8>(3).is_ok());
    /// assert_eq!(try_ring::<u8>(0).unwrap_err(), RingError::Zero);
    /// ```
    ///
    /// # Errors
    /// See [`RingError`].
    pub fn try_ring<T>(capacity: usize) -> Result<(Producer<T>, Consumer<T>), RingError> {
        allocate::<T, Spmc>(capacity)
    }
}

#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
pub use waiting::{Receiver, Sender, channel};

#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
mod waiting {
    use super::Spmc;
    use crate::channel::{self, states::Open};

    /// An end that sends, and may wait for room: see [`channel::SoleSender`].
    pub type Sender<T, S = Open> = channel::SoleSender<T, Spmc, S>;

    /// An end that receives, and may wait for items: see [`channel::Receiver`].
    pub type Receiver<T, S = Open> = channel::Receiver<T, Spmc, S>;

    /// A channel: a ring with room for exactly `capacity` items whose ends may wait, as threads or as tasks. See
    /// [`channel`](crate::channel).
    ///
    /// ```
    /// let (mut sender, receiver) = annulus::spmc::channel(1);
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
