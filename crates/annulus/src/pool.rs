//! Any number of producers and consumers, in the order of the commits: who stalls, forgets or dies costs a slot and delays nobody.
//!
//! Each end is `Clone` and `Sync`, and its operations take `&self`. A slot that is reserved has no place in the queue until it is
//! committed, so nobody waits for it; nor for a slot whose item is being read. Nothing is ever *busy*.
//!
//! ```
//! let (producer, consumer) = annulus::pool::ring(4);
//! let slot = producer.reserve().unwrap();
//! producer.push("committed first").unwrap();
//! assert_eq!(consumer.pop(), Ok("committed first"));
//! slot.write("reserved first");
//! assert_eq!(consumer.pop(), Ok("reserved first"));
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
//! That of the commits. A `push` commits when it returns, so the items that one thread pushes come out in the order in which it pushed
//! them; a slot that it reserves first and writes last comes last. The slots of a grant are committed in order, one after the other,
//! and items of others may come between them.
//!
//! # Grants
//! Slots that are free at one time may lie anywhere, so the slots of a [`WriteGrant`] and the items of a [`ReadGrant`] come as iterators,
//! not as slices. There is no `claim_many`: items that turned out to be too few could not be put back in front of those behind them.
//! Nor is there a `batch`: each commit is an exchange of its own, and none would be saved by keeping it back.
//!
//! ```
//! let (producer, consumer) = annulus::pool::ring(8);
//! assert_eq!(producer.reserve_up_to(3).unwrap().fill_from(1..), 3);
//! let grant = consumer.claim_up_to(8).unwrap();
//! assert_eq!(grant.iter().sum::<i32>(), 6);
//! ```
//!
//! # Progress
//! *Lock-free* in the strict sense, each operation and the queue as a whole: whoever is stopped, wherever it is, the others go on. An
//! operation goes round again only if another one succeeded meanwhile. A stopped thread costs the slots it holds, those of the operation
//! in which it was stopped among them; when so many are stopped that no slot is left, `push` is told [`PushError::Full`] and `pop`
//! [`PopError::Empty`].
//!
//! The bound: an operation is one exchange for each slot, after a walk along the ring from where the last one is known to have been: a
//! few steps in general, at most two laps and one step for each that others go on meanwhile. It is not wait-free: others who always
//! succeed can keep a call at it. `close`, and the last end of a kind to go, take a step for each slot; so do `split` and `try_split`
//! of a [`Ring`]. A table of all operations, with the tests that show it, is in `docs/progress.md` of the repository.
//!
//! # When an end goes
//! When the last producer has gone, or the last consumer, or either says `close`, nothing goes in any more. What is in the ring still
//! comes out, and what is reserved may still be committed; then [`PopError::Closed`]. As long as anything is reserved, an empty ring is
//! [`PopError::Empty`]: for ever, if it was forgotten. What is left when the last end goes is dropped by it, once; only items in a
//! [`Ring`] stay, for its next ends or until it is dropped itself. An end that is forgotten counts as one that is there.
//!
//! # Forgotten guards
//! A slot, claim or grant that is dropped is abandoned or handed back. One that is *forgotten* costs its slots and the items in them, and
//! is in nobody's way; the ring has that much less room. [`Ring::split`](shared::Ring::split) and
//! [`Ring::try_split`](shared::Ring::try_split) get such slots back. Never is anything read or dropped twice.
//!
//! # Overwriting
//! [`force_push`](Producer::force_push) looks for a free slot, and if there is none takes the oldest item out. These are two steps: a
//! slot that becomes free between them may go unnoticed. If there is no item either, because all slots are held, it is told
//! [`PushError::Full`]. That the new item goes in is a third step: between, others find neither of the two.
//!
//! # When another queue is better
//! [`mpmc`](crate::mpmc), where nobody is stopped for long between reserve and commit, or claim and release (also within `push` and
//! `pop`, which are both): it takes half as many exchanges, its order is that of the reservations, and its grants are slices.
//!
//! [`PushError::Full`]: crate::PushError::Full
//! [`PopError::Empty`]: crate::PopError::Empty
//! [`PopError::Closed`]: crate::PopError::Closed
mod runs;

use crate::memory::shared::{Shares, Topology};
use crate::shared;
use crate::slots::pool::ByCommit;
use core::mem::MaybeUninit;

pub use crate::memory::{Borrowed, Heap, Keep};
pub use crate::slots::chain::{ReadGrant, WriteGrant};
/// The words of one slot: [`in_memory`] needs one for each.
pub use crate::slots::pool::Place;
#[cfg(feature = "alloc")]
pub use on_the_heap::{RingError, ring, try_ring};

/// What kind of queue this is.
#[derive(Debug)]
pub struct Pool;

impl Topology for Pool {
    type Order = ByCommit;
    type Producer<T, K: Keep> = Producer<T, K>;
    type Consumer<T, K: Keep> = Consumer<T, K>;

    #[allow(private_interfaces)]
    fn ends<T, K: Keep>((writer, reader): Shares<T, ByCommit, K>) -> (Producer<T, K>, Consumer<T, K>) {
        (Producer::new(writer), Consumer::new(reader))
    }
}

/// An end that pushes: `Clone` and `Sync`, and its operations take `&self`.
///
/// `K` says who keeps the ring alive: [`Heap`], or [`Borrowed`] for a lifetime.
pub type Producer<T, K = Heap<T>> = shared::Producer<T, ByCommit, K>;

/// An end that pops: `Clone` and `Sync`, and its operations take `&self`.
///
/// `K` says who keeps the ring alive: [`Heap`], or [`Borrowed`] for a lifetime.
pub type Consumer<T, K = Heap<T>> = shared::Consumer<T, ByCommit, K>;

/// A slot to be written in place: see [`Producer::reserve`](shared::Producer::reserve).
pub type Slot<'a, T> = shared::Slot<'a, T, ByCommit>;

/// An item, read in place: see [`Consumer::claim`](shared::Consumer::claim).
pub type Claim<'a, T> = shared::Claim<'a, T, ByCommit>;

/// Moves items out: see [`Consumer::drain`](shared::Consumer::drain).
pub type Drain<'a, T> = shared::Drain<'a, T, ByCommit>;

/// A ring with room for exactly `N` items inside it: for statics, stacks and structs. No allocation, no initialiser to run.
///
/// [`split`](shared::Ring::split) borrows it, [`try_split`](shared::Ring::try_split) hands out the ends of a static. Items that are
/// left when the last end goes stay for the next ones, or until the ring is dropped; slots that were forgotten are free again for the
/// next ones. `N` may be any number from 1 to a quarter of the address space; zero does not compile.
///
/// ```
/// use annulus::pool::Ring;
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
/// ```
/// ```
/// let mut ring = annulus::pool::Ring::<u8, 3>::new();
/// {
///     let (producer, consumer) = ring.split();
///     producer.push(1).unwrap();
///     core::mem::forget(producer.reserve());
///     assert_eq!(producer.vacant(), 1);
/// }
/// let (producer, consumer) = ring.split();
/// assert_eq!(producer.vacant(), 2);
/// assert_eq!(consumer.pop(), Ok(1));
/// ```
/// ```compile_fail,E0080
/// static NOTHING: annulus::pool::Ring<u16, 0> = annulus::pool::Ring::new();
/// ```
pub type Ring<T, const N: usize> = shared::Ring<T, N, Pool>;

/// The control words of a ring in the caller's memory: see [`in_memory`].
pub type Control = shared::Control<Pool>;

/// A ring in the caller's memory: control words, places and slots in three places, as many slots as `slots` has, and a place for each.
///
/// What is in `places` and `slots` before does not matter. Items left when the last end goes are dropped by it.
///
/// ```
/// use annulus::pool;
/// use core::mem::MaybeUninit;
///
/// let control = pool::Control::new();
/// let mut places = [const { pool::Place::new() }; 5];
/// let mut slots = [const { MaybeUninit::uninit() }; 5];
/// let (producer, consumer) = pool::in_memory(&control, &mut places, &mut slots);
/// producer.clone().push("hello").unwrap();
/// assert_eq!(consumer.pop(), Ok("hello"));
/// ```
///
/// # Panics
/// If there are no slots, or not as many places as slots, or if an end of another ring with the same control words is still alive or
/// was forgotten.
#[allow(clippy::type_complexity)] // the two ends, nothing to name
#[track_caller]
pub fn in_memory<'a, T>(
    control: &'a Control,
    places: &'a mut [Place],
    slots: &'a mut [MaybeUninit<T>],
) -> (Producer<T, Borrowed<'a>>, Consumer<T, Borrowed<'a>>) {
    match control.ends(places, slots) {
        Ok(ends) => ends,
        Err(unfit) => panic!("{unfit}"),
    }
}

#[cfg(feature = "alloc")]
mod on_the_heap {
    use super::{Consumer, Pool, Producer};
    pub use crate::error::RingError;
    use crate::shared::{allocate, allocated};

    /// A ring on the heap with room for exactly `capacity` items, and the first of its ends.
    ///
    /// ```
    /// let (producer, consumer) = annulus::pool::ring(3);
    /// producer.push("hello").unwrap();
    /// assert_eq!(consumer.clone().pop(), Ok("hello"));
    /// ```
    ///
    /// # Panics
    /// If `capacity` is zero, or a quarter or more of what a `usize` counts, or there is not so much memory. [`try_ring`] returns
    /// an error instead.
    #[track_caller]
    pub fn ring<T>(capacity: usize) -> (Producer<T>, Consumer<T>) {
        allocated::<T, Pool>(capacity)
    }

    /// The same.
    ///
    /// ```
    /// use annulus::pool::{RingError, try_ring};
    /// assert!(try_ring::<u8>(3).is_ok());
    /// assert_eq!(try_ring::<u8>(0).unwrap_err(), RingError::Zero);
    /// ```
    ///
    /// # Errors
    /// See [`RingError`].
    pub fn try_ring<T>(capacity: usize) -> Result<(Producer<T>, Consumer<T>), RingError> {
        allocate::<T, Pool>(capacity)
    }
}

#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
pub use waiting::{Receiver, Sender, channel};

#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
mod waiting {
    use super::Pool;
    use crate::channel::{self, states::Open};

    /// An end that sends, and may wait for room: see [`channel::Sender`].
    pub type Sender<T, S = Open> = channel::Sender<T, Pool, S>;

    /// An end that receives, and may wait for items: see [`channel::Receiver`].
    pub type Receiver<T, S = Open> = channel::Receiver<T, Pool, S>;

    /// A channel: a ring with room for exactly `capacity` items whose ends may wait, as threads or as tasks. See
    /// [`channel`](crate::channel).
    ///
    /// ```
    /// let (sender, receiver) = annulus::pool::channel(1);
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
