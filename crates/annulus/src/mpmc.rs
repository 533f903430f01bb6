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
//! Where there is one consumer, or one producer, [`mpsc`](crate::mpsc) and [`spmc`](crate::spmc) do with less.
//!
//! | wanted | use |
//! |---|---|
//! | a ring on the heap | `ring`, `try_ring` (feature `alloc`) |
//! | a ring in a `static`, on the stack, in a struct | [`Ring`] |
//! | a ring in memory of your own | [`in_memory`] |
//! | ends that may wait, as threads or tasks | `channel` (feature `std`) |
//!
//! # Order
//! That of the reservations, so each producer's items come out in the order in which it reserved them. The price: while the oldest
//! slot is reserved and not committed, later items wait behind it, and consumers are told [`PopError::Busy`].
//!
//! # Batches
//! A producer has no `batch`: slots that it reserved and kept back would be in the way of what others push after it. Items that are at
//! hand together go in together by `push_slice` or `reserve_up_to`, with one exchange.
//!
//! # Progress
//! *Lock-free* in the strict sense are `push`, `pop`, `reserve` and `claim` as calls: each returns in a bounded number of its own
//! steps unless another call of its kind succeeded meanwhile, and none waits for anybody. The *queue* is not: a producer stopped
//! between reserve and commit, for ever, makes every consumer `Busy` at its slot, for ever; a consumer stopped between claim and
//! release, every producer, once the ring has come round to it. A call that finds no room looks four times more, some 0.13 us in all,
//! before it says why: to tell *full* from *busy* takes a cache line away from who is about to make room. `force_push` does not.
//!
//! # When an end goes
//! When the last producer has gone, or the last consumer, or either says `close`, nothing goes in any more. What is in the ring still
//! comes out, then [`PopError::Closed`]. What is left when the last end goes is dropped by it, once; only items in a [`Ring`] stay,
//! for its next ends or until it is dropped itself. An end that is forgotten counts as one that is there.
//!
//! # Forgotten guards
//! A slot, claim or grant that is dropped is abandoned or handed back. One that is *forgotten* is lost with its slots, and in the way
//! of whoever comes to them: a shared end cannot know that nobody has it any more. A [`Ring`] can be
//! [recovered](shared::Ring::recover). Never is anything read or dropped twice.
//!
//! # When another queue is better
//! Where no call may ever be delayed by another one, and the order between producers does not matter: `mpmc::lanes` (feature `alloc`, on targets with compare-and-swap of their own).
//!
//! [`PopError::Busy`]: crate::PopError::Busy
//! [`PopError::Closed`]: crate::PopError::Closed
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub mod lanes;

use crate::memory::shared::{Shares, Topology};
use crate::shared;
use crate::slots::order::ByReservation;
use core::mem::MaybeUninit;

pub use crate::memory::{Borrowed, Heap, Keep};
/// Whose turn it is at one slot: [`in_memory`] needs one for each.
pub use annulus_protocol::turns::Turn;
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub use lanes::lanes;
#[cfg(feature = "alloc")]
pub use on_the_heap::{RingError, ring, try_ring};

/// What kind of queue this is.
#[derive(Debug)]
pub struct Mpmc;

impl Topology for Mpmc {
    type Order = ByReservation;
    type Producer<T, K: Keep> = Producer<T, K>;
    type Consumer<T, K: Keep> = Consumer<T, K>;

    #[allow(private_interfaces)]
    fn ends<T, K: Keep>((writer, reader): Shares<T, ByReservation, K>) -> (Producer<T, K>, Consumer<T, K>) {
        (Producer::new(writer), Consumer::new(reader))
    }
}

/// An end that pushes: `Clone` and `Sync`, and its operations take `&self`.
///
/// `K` says who keeps the ring alive: [`Heap`], or [`Borrowed`] for a lifetime.
pub type Producer<T, K = Heap<T>> = shared::Producer<T, ByReservation, K>;

/// An end that pops: `Clone` and `Sync`, and its operations take `&self`.
///
/// `K` says who keeps the ring alive: [`Heap`], or [`Borrowed`] for a lifetime.
pub type Consumer<T, K = Heap<T>> = shared::Consumer<T, ByReservation, K>;

/// A slot to be written in place: see [`Producer::reserve`](shared::Producer::reserve).
pub type Slot<'a, T> = shared::Slot<'a, T, ByReservation>;

/// Slots to be written in place: see [`Producer::reserve_many`](shared::Producer::reserve_many).
pub type WriteGrant<'a, T> = shared::WriteGrant<'a, T, ByReservation>;

/// An item, read in place: see [`Consumer::claim`](shared::Consumer::claim).
pub type Claim<'a, T> = shared::Claim<'a, T, ByReservation>;

/// Items to be read in place: see [`Consumer::claim_many`](shared::Consumer::claim_many).
pub type ReadGrant<'a, T> = shared::ReadGrant<'a, T, ByReservation>;

/// Moves items out: see [`Consumer::drain`](shared::Consumer::drain).
pub type Drain<'a, T> = shared::Drain<'a, T, ByReservation>;

/// A ring with room for exactly `N` items inside it: for statics, stacks and structs. No allocation, no initialiser to run.
///
/// [`split`](shared::Ring::split) borrows it, [`try_split`](shared::Ring::try_split) hands out the ends of a static, and
/// [`recover`](shared::Ring::recover) gets back what was forgotten. Items that are left when the last end goes stay for the next ones,
/// or until the ring is dropped. `N` may be any number from 1 to a quarter of
/// the address space; zero does not compile.
///
/// ```
/// use annulus::mpmc::Ring;
///
/// static JOBS: Ring<u16, 48> = Ring::new();
///
/// let (producer, consumer) = JOBS.try_split().expect("nobody has an end");
/// std::thread::scope(|scope| {
///     for n in 0..3 {
///         let producer = producer.clone();
///         scope.spawn(move || producer.push(n).unwrap());
///     }
/// });
/// assert_eq!(consumer.drain().count(), 3);
/// assert!(JOBS.try_split().is_none(), "the ends are out");
/// drop((producer, consumer));
/// assert!(JOBS.try_split().is_some());
/// ```
/// ```
/// let mut ring = annulus::mpmc::Ring::<u8, 3>::new();
/// {
///     let (producer, _consumer) = ring.split();
///     producer.push(1).unwrap();
/// }
/// let (_producer, consumer) = ring.split();
/// assert_eq!(consumer.pop(), Ok(1));
/// ```
/// ```compile_fail,E0080
/// static NOTHING: annulus::mpmc::Ring<u16, 0> = annulus::mpmc::Ring::new();
/// ```
pub type Ring<T, const N: usize> = shared::Ring<T, N, Mpmc>;

/// The control words of a ring in the caller's memory: see [`in_memory`].
pub type Control = shared::Control<Mpmc>;

/// A ring in the caller's memory: control words, turns and slots in three places, as many slots as `slots` has, and a turn for
/// each.
///
/// What is in `turns` and `slots` before does not matter. Items left when the last end goes are dropped by it.
///
/// ```
/// use annulus::mpmc;
/// use core::mem::MaybeUninit;
///
/// let control = mpmc::Control::new();
/// let mut turns = [const { mpmc::Turn::new() }; 5];
/// let mut slots = [const { MaybeUninit::uninit() }; 5];
/// let (producer, consumer) = mpmc::in_memory(&control, &mut turns, &mut slots);
/// producer.clone().push("hello").unwrap();
/// assert_eq!(consumer.pop(), Ok("hello"));
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
    use super::{Consumer, Mpmc, Producer};
    pub use crate::error::RingError;
    use crate::shared::{allocate, allocated};

    /// A ring on the heap with room for exactly `capacity` items, and the first of its ends.
    ///
    /// ```
    /// let (producer, consumer) = annulus::mpmc::ring(3);
    /// producer.push("hello").unwrap();
    /// assert_eq!(consumer.clone().pop(), Ok("hello"));
    /// ```
    ///
    /// # Panics
    /// If `capacity` is zero, or a quarter or more of what a `usize` counts, or there is not so much memory. [`try_ring`] returns
    /// an error instead.
    #[track_caller]
    pub fn ring<T>(capacity: usize) -> (Producer<T>, Consumer<T>) {
        allocated::<T, Mpmc>(capacity)
    }

    /// The same.
    ///
    /// ```
    /// use annulus::mpmc::{RingError, try_ring};
    /// assert!(try_ring::<u8>(3).is_ok());
    /// assert_eq!(try_ring::<u8>(0).unwrap_err(), RingError::Zero);
    /// ```
    ///
    /// # Errors
    /// See [`RingError`].
    pub fn try_ring<T>(capacity: usize) -> Result<(Producer<T>, Consumer<T>), RingError> {
        allocate::<T, Mpmc>(capacity)
    }
}

#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
pub use waiting::{CreditedReceiver, CreditedSender, Receiver, Sender, channel, channel_with_credits};

#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
mod waiting {
    use super::Mpmc;
    use crate::channel::{self, Credited, states::Open};

    /// An end that sends, and may wait for room: see [`channel::Sender`].
    pub type Sender<T, S = Open> = channel::Sender<T, Mpmc, S>;

    /// An end that receives, and may wait for items: see [`channel::Receiver`].
    pub type Receiver<T, S = Open> = channel::Receiver<T, Mpmc, S>;

    /// A channel: a ring with room for exactly `capacity` items whose ends may wait, as threads or as tasks. See
    /// [`channel`](crate::channel). With a capacity of 0 there is no room at all: whoever sends waits until somebody receives.
    ///
    /// ```
    /// let (sender, receiver) = annulus::mpmc::channel(1);
    /// std::thread::scope(|scope| {
    ///     scope.spawn(move || (0..3).for_each(|n| sender.send(n).unwrap()));
    ///     assert_eq!(receiver.iter().collect::<Vec<_>>(), [0, 1, 2]);
    /// });
    /// ```
    ///
    /// ```
    /// let (sender, receiver) = annulus::mpmc::channel(0);
    /// assert!(sender.try_send("nobody is there").is_err());
    /// std::thread::scope(|scope| {
    ///     scope.spawn(|| assert_eq!(receiver.recv(), Ok("from hand to hand")));
    ///     sender.send("from hand to hand").unwrap();
    /// });
    /// ```
    ///
    /// # Panics
    /// As [`ring`](super::ring), but for a capacity of 0.
    #[track_caller]
    pub fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
        let (producer, consumer, core) = channel::parts(capacity);
        (Sender::new(producer, core.clone()), Receiver::new(consumer, core))
    }

    /// A [`Sender`] that can hold room: see [`channel_with_credits`].
    pub type CreditedSender<T, S = Open> = channel::Sender<T, Credited<Mpmc>, S>;

    /// The [`Receiver`] beside it.
    pub type CreditedReceiver<T, S = Open> = channel::Receiver<T, Credited<Mpmc>, S>;

    /// A [`channel`](fn@channel) whose room is counted apart from its slots, so that it can be held: `reserve` gives a [`Permit`](channel::Permit), which is a
    /// credit and no slot, and so in nobody's way. The order is that in which items are sent. The price is one more word that every operation
    /// changes.
    ///
    /// The capacity is exact: items and permits together are never more. `force_send` replaces the oldest item if all room is taken by
    /// items; where some of it is held by permits, or changing hands at that moment, it says [`Full`](crate::PushError::Full) and replaces
    /// none. A permit is not an item on its way: it does not keep a channel that closes from being closed, and its `send` fails then. There
    /// is no `reserve_slot` and no `claim`.
    ///
    /// ```
    /// let (sender, receiver) = annulus::mpmc::channel_with_credits(2);
    /// let permit = sender.reserve().unwrap();
    /// sender.send(1).unwrap();
    /// assert_eq!(sender.try_send(3), Err(annulus::PushError::Full(3)));
    /// assert_eq!(receiver.recv(), Ok(1), "what is held delays nobody");
    /// permit.send(2).unwrap();
    /// assert_eq!(receiver.recv(), Ok(2));
    /// ```
    ///
    /// # Panics
    /// As [`ring`](super::ring): also if `capacity` is 0, where there is no room that could be held.
    #[track_caller]
    pub fn channel_with_credits<T>(capacity: usize) -> (CreditedSender<T>, CreditedReceiver<T>) {
        let (producer, consumer, core) = channel::parts(capacity);
        (CreditedSender::new(producer, core.clone()), CreditedReceiver::new(consumer, core))
    }
}
