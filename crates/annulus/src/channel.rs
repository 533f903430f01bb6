//! Channels: the rings of this crate with ends that may wait, threads and tasks alike.
//!
//! ```
//! let (sender, receiver) = annulus::mpmc::channel(2);
//! let worker = std::thread::spawn(move || receiver.iter().sum::<u32>());
//! for n in 1..=10 {
//!     sender.send(n).unwrap(); // waits while two are in the channel
//! }
//! drop(sender); // the last one: the worker gets what is left, and ends
//! assert_eq!(worker.join().unwrap(), 55);
//! ```
//!
//! Each kind of ring has its channel, with the same methods: [`spsc`](crate::spsc::channel), [`mpsc`](crate::mpsc::channel),
//! [`spmc`](crate::spmc::channel), [`mpmc`](crate::mpmc::channel), [`pool`](crate::pool::channel). Where there may be many of an end it is
//! `Clone`, and its operations take `&self` ([`Sender`], [`Receiver`]); where there is one, they take `&mut self` ([`SoleSender`],
//! [`SoleReceiver`]). The capacity is exact, from 1 on, in `mpmc` [from 0 on](#capacity-0). What is sent, and in which order it is received, is the
//! business of the ring; a channel only adds the waiting.
//!
//! | form | waits |
//! |---|---|
//! | `try_send`, `try_recv`, `force_send`, `send` of a [`Permit`]; `try_reserve_slot`, `try_claim` | never |
//! | `send`, `recv`, `send_many`, `recv_many`, `iter`; `reserve_slot`, `claim`; `reserve` (`pool`, `spsc`, `spmc`, and with credits) | makes the thread sleep |
//! | [`select!`](crate::select) | the same, for the first of several operations that can be done |
//! | `send_timeout`, `send_deadline`, `recv_timeout` and so on | the same, for a limited time |
//! | `send_async`, `recv_async`, `send_many_async`, `recv_many_async`, `reserve_async`, `reserve_slot_async`, `claim_async`, `closed`; `poll_send`, `poll_recv`; `stream`, `sink` (feature `futures`) | futures, for any runtime |
//!
//! # In place
//! `reserve_slot` lends a sender a [`Slot`], to be written where the item is going to lie, and `claim` lends a receiver the oldest item
//! where it lies, a [`Claim`]. In `mpmc` and `mpsc` a slot has its place in the queue from then on, and everything sent later waits behind
//! it: see [Held slots](Slot#held-slots). A [`Permit`] is room that is held, and in nobody's way; in those two, room is counted for that, and
//! only in channels made by [`channel_with_credits`](crate::mpmc::channel_with_credits).
//!
//! # Cancel safety
//! Every future can be dropped at any moment: nothing is lost, nothing is sent or received twice, and no wake is swallowed. See [`Wait`].
//!
//! # Open, closing, closed
//! A channel is open until the last sender has gone, the last receiver has gone, or an end says `close`. Then it is *closing*: nothing goes
//! in, and what was sent is still received. When all of that has come out it is *closed*. When the last receiver goes, what is left is
//! dropped at once, and what is being sent at that moment is dropped by whoever sends it. `closing` makes a type of it: an end that
//! cannot send, and whose `recv` cannot wait.
//!
//! # Capacity 0
//! `mpmc::channel(0)` is a rendezvous: an item goes from hand to hand, when both sides are there. `send` ends when a receiver has the item, or
//! was handed it while it waited; `try_send` finds a receiver that waits, or the channel is `Full`; `try_recv` finds a sender that waits, or
//! it is `Empty`. `force_send` has no oldest item to replace, and is `Full` as well. Of a selection that waits the other side does one
//! operation, and no second one.
//!
//! Those who wait are met in the order in which they began to. A receiver that goes after it was handed an item and before it has fetched it (a
//! future that is dropped) passes the item on to the next one who waits; if nobody does, it is received before all that is sent later,
//! and `len` counts it until then: otherwise that is 0. A channel that was closed is *closing* as long as there is such an item. A future that
//! is forgotten while it waits may be handed an item, and keeps it.
//!
//! `poll_send` offers nothing, as its item stays with whoever polls: it is woken by a receiver that looks, and sends if that waits. So it does not
//! meet a `try_recv`.
//!
//! There are no slots, so nothing is lent: `try_reserve_slot` says [`TooLarge`](crate::ReserveError::TooLarge) and `try_claim` says `Empty`, so
//! that whoever sends and receives by value then gets on; the forms that would wait, for ever, panic. Nor is there room that could be
//! held: [`channel_with_credits`](crate::mpmc::channel_with_credits) refuses a capacity of 0.
//!
//! # Panics
//! A waker that panics when it is woken makes whoever woke it panic, after all others were woken; what was sent or received by then was sent
//! or received. An item that panics when it is dropped makes the drop of the last receiver panic; the others are dropped all the same, with
//! the last end of all.
//!
//! # Progress
//! The forms that never wait are what `push` and `pop` of the ring are, and a fence and a load after that. If somebody waits on the other
//! side, a lock is taken to call the first, for as long as it takes to unlink it from a list; it is woken after that. A thread that has to
//! wait looks again for some microseconds first, as long as that has paid of late, and never on one processor; a future never does.
//!
//! With a capacity of 0 every operation takes one lock, which all ends share: for as long as it takes to unlink one who waits from a list,
//! and to move an item; where selections wait, to go past those that are just doing something else. Looking again does not pay there: nobody
//! can be met who does not wait.
mod any;
mod attempt;
mod core;
mod credits;
mod ends;
mod error;
mod meeting;
mod party;
mod permit;
mod receiver;
mod select;
mod sender;
mod slot;
pub mod states;
#[cfg(feature = "futures")]
mod stream;

pub use any::{AnyConsumer, AnyProducer, Giver, Taker};
pub use attempt::{Ending, Putting, PuttingMany, Taking, TakingMany, Wait};
pub use credits::{Credited, CreditedConsumer, CreditedProducer, HeldCredit};
pub use ends::{End, Inlet, Kind, ManyConsumers, ManyProducers, Outlet};
pub use error::{RecvError, SendError};
pub use party::{Expects, Offers};
pub use permit::{Credit, Held, Permit, ReserveFuture, Reserved, Reserving, Seen};
pub use receiver::{
    Iter, Receiver, RecvFuture, RecvManyFuture, SoleIter, SoleReceiver, SoleTryIter, TryIter, WeakReceiver,
};
pub use select::{Arm, Choice, Limit, PuttingFrom, Selectable, select};
pub use sender::{ClosedFuture, SendFuture, SendManyFuture, Sender, SoleSender, WeakSender};
pub use slot::{
    Bell, Claim, ClaimFuture, Claiming, LendsItem, LendsSlot, Missed, Slot, SlotFuture, Slotting,
};
#[cfg(feature = "futures")]
pub use stream::{RecvStream, SendSink};

use self::core::Core;
use std::sync::Arc;

/// Both ends of a new ring, and what they share beside it.
#[track_caller]
#[allow(clippy::type_complexity)] // three things, nothing to name
pub(crate) fn parts<T, M: Kind>(capacity: usize) -> (M::Producer<T>, M::Consumer<T>, Arc<Core<T, M>>) {
    let (producer, consumer) = M::ring(capacity);
    let core = Core::new();
    if capacity == 0 {
        core.meets();
    }
    (producer, consumer, Arc::new(core))
}
