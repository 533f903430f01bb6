//! Items that are written, and read, where they lie.
//!
//! What is put in by a [`Slot`] calls who waits for items when it is committed, and what a [`Claim`] takes out, who waits for room when that
//! goes (W4). A slot that is abandoned calls both: items may be behind it; and that nothing comes in its place may be what a receiver
//! waits for, once the channel closes. Where the order is that of the reservations it is not room yet, but when a receiver has gone past
//! it: so from the first one on, a receiver that has looked calls who waits for room, whatever it has found ([`Core::looked`]).
use super::any::{AnyConsumer, AnyProducer};
use super::attempt::{Wait, wait};
use super::core::Core;
use super::ends::{End, Kind};
use super::error::{RecvError, SendError};
use super::receiver::{Receiver, SoleReceiver};
use super::sender::{Sender, SoleSender};
use crate::error::{PopError, ReserveError};
use crate::slots::lent::{self, Readable, Tell, Writable};
use crate::slots::order::Order;
use crate::slots::pieces::finally;
use crate::wait::{Attempt, Waiting};
use crate::{mpmc, mpsc, pool, shared, spmc, spsc};
use std::fmt;
use std::time::{Duration, Instant};

/// Room for one item, to be written in place: see `reserve_slot` of a sender.
pub type Slot<'a, T, M, S> = lent::Slot<S, Bell<'a, T, M>>;

/// An item, read in place: see `claim` of a receiver.
pub type Claim<'a, T, M, C> = lent::Claim<C, Bell<'a, T, M>>;

/// Calls those who wait, for a guard that goes.
pub struct Bell<'a, T, M: Kind> {
    core: &'a Core<T, M>,
}

impl<T, M: Kind> Tell for Bell<'_, T, M> {
    #[inline]
    fn committed(&self) {
        self.core.put(1);
    }
    #[inline]
    fn abandoning(&self) {
        self.core.abandoning();
    }
    fn abandoned(&self) {
        let _then = finally(|| self.core.taken(1)); // also when a waker panics
        self.core.put(1);
    }
    #[inline]
    fn released(&self) {
        self.core.taken(1);
    }
}

impl<T, M: Kind> fmt::Debug for Bell<'_, T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bell").finish_non_exhaustive()
    }
}

/// Why there is no guard.
#[derive(Debug)]
pub enum Missed<E, R> {
    /// There will never be one.
    Closed,
    /// There is none now: the end, for another try, and why.
    Now(E, R),
    /// There are no slots here, whatever happens: what whoever does not wait is told.
    Never(R),
}

/// Whoever waits for a slot where there are none would do so for ever.
#[cold]
fn nothing_is_lent() -> ! {
    panic!("at capacity 0 there are no slots to lend: use `send` and `recv`");
}

/// An end whose slots can be written in place.
///
/// Sealed by its place: nobody outside the crate can name it.
pub trait LendsSlot: End + Sized {
    /// Then it is this.
    type Slot: Writable;

    /// One try.
    ///
    /// # Errors
    /// Why there is none.
    fn lend_slot(self) -> Result<Self::Slot, Missed<Self, ReserveError>>;
}

/// An end whose items can be read in place.
///
/// Sealed by its place: nobody outside the crate can name it.
pub trait LendsItem: End + Sized {
    /// Then it is this.
    type Claim: Readable;

    /// One try.
    ///
    /// # Errors
    /// Why there is none.
    fn lend_item(self) -> Result<Self::Claim, Missed<Self, PopError>>;
}

impl<'a, T, O: Order> LendsSlot for &'a shared::Producer<T, O> {
    type Slot = shared::Slot<'a, T, O>;

    #[inline]
    fn lend_slot(self) -> Result<Self::Slot, Missed<Self, ReserveError>> {
        self.reserve().map_err(|why| match why {
            ReserveError::Closed => Missed::Closed,
            why => Missed::Now(self, why),
        })
    }
}

impl<'a, T, O: Order> LendsItem for &'a shared::Consumer<T, O> {
    type Claim = shared::Claim<'a, T, O>;

    #[inline]
    fn lend_item(self) -> Result<Self::Claim, Missed<Self, PopError>> {
        self.claim().map_err(|why| match why {
            PopError::Closed => Missed::Closed,
            why => Missed::Now(self, why),
        })
    }
}

// Of an end that there is once, a guard borrows all of it: so a first one finds out whether there is something, and goes again, by which
// nothing moves. What it has found is nobody else's.
macro_rules! sole_slots {
    ($($module:ident),*) => {$(
        impl<'a, T> LendsSlot for &'a mut $module::Producer<T> {
            type Slot = $module::Slot<'a, T>;

            fn lend_slot(self) -> Result<Self::Slot, Missed<Self, ReserveError>> {
                if End::is_closed(&self) {
                    return Err(Missed::Closed);
                }
                match self.reserve().map(drop) {
                    Ok(()) => self.reserve().map_err(|_| Missed::Closed), // meanwhile
                    Err(ReserveError::Closed) => Err(Missed::Closed),
                    Err(why) => Err(Missed::Now(self, why)),
                }
            }
        }
    )*};
}

macro_rules! sole_items {
    ($($module:ident),*) => {$(
        impl<'a, T> LendsItem for &'a mut $module::Consumer<T> {
            type Claim = $module::Claim<'a, T>;

            fn lend_item(self) -> Result<Self::Claim, Missed<Self, PopError>> {
                // Forgotten, and not dropped: the item stays, and claimed, so that no sender takes it to make room.
                match self.claim().map(std::mem::forget) {
                    Ok(()) => Ok(self.claim().unwrap_or_else(|_| unreachable!("what is claimed stays"))),
                    Err(PopError::Closed) => Err(Missed::Closed),
                    Err(why) => Err(Missed::Now(self, why)),
                }
            }
        }
    )*};
}

sole_slots!(spsc, spmc);
sole_items!(spsc, mpsc);

/// A slot, to be lent.
#[derive(Debug)]
pub struct Slotting<'a, T, M: Kind, E> {
    /// There until it has lent it.
    end: Option<E>,
    core: &'a Core<T, M>,
}

/// An item, to be lent.
#[derive(Debug)]
pub struct Claiming<'a, T, M: Kind, E> {
    /// There until it has lent it.
    end: Option<E>,
    core: &'a Core<T, M>,
}

impl<'a, T, M: Kind, E: LendsSlot> Slotting<'a, T, M, E> {
    #[inline]
    fn try_once(end: E, core: &'a Core<T, M>) -> Result<Slot<'a, T, M, E::Slot>, Missed<E, ReserveError>> {
        end.lend_slot().map(|slot| Slot::new(slot, Bell { core }))
    }
}

impl<'a, T, M: Kind, E: LendsItem> Claiming<'a, T, M, E> {
    #[inline]
    fn try_once(end: E, core: &'a Core<T, M>) -> Result<Claim<'a, T, M, E::Claim>, Missed<E, PopError>> {
        let claim = end.lend_item();
        core.looked(); // it may be long before the claim goes, and there be room all the same
        claim.map(|claim| Claim::new(claim, Bell { core }))
    }
}

impl<'a, T, M: Kind, E: LendsSlot> Attempt for Slotting<'a, T, M, E> {
    type Done = Result<Slot<'a, T, M, E::Slot>, SendError<()>>;

    fn hopeful(&mut self) -> bool {
        self.end.as_ref().is_some_and(|end| end.level() != 0 || end.is_closed())
    }

    fn attempt(&mut self) -> Option<Self::Done> {
        let end = self.end.take().expect("a future is polled after it has ended");
        match Self::try_once(end, self.core) {
            Ok(slot) => Some(Ok(slot)),
            Err(Missed::Closed) => Some(Err(SendError::Closed(()))),
            Err(Missed::Now(end, _)) => {
                self.end = Some(end);
                None
            }
            Err(Missed::Never(_)) => nothing_is_lent(),
        }
    }

    fn more(&mut self) -> bool {
        true // the end is lent
    }
}

impl<'a, T, M: Kind, E: LendsItem> Attempt for Claiming<'a, T, M, E> {
    type Done = Result<Claim<'a, T, M, E::Claim>, RecvError>;

    fn hopeful(&mut self) -> bool {
        self.end.as_ref().is_some_and(|end| end.level() != 0 || end.is_closed())
    }

    fn attempt(&mut self) -> Option<Self::Done> {
        let end = self.end.take().expect("a future is polled after it has ended");
        match Self::try_once(end, self.core) {
            Ok(claim) => Some(Ok(claim)),
            Err(Missed::Closed) => Some(Err(RecvError::Closed)),
            Err(Missed::Now(end, _)) => {
                self.end = Some(end);
                None
            }
            Err(Missed::Never(_)) => nothing_is_lent(),
        }
    }

    fn more(&mut self) -> bool {
        true // the end is lent
    }
}

/// Lends a slot when there is one: see `reserve_slot_async`. Its [cancel safety](Wait#cancel-safety) is that of all futures of a channel:
/// dropped before it is ready, it has reserved nothing.
pub type SlotFuture<'a, T, M, E> = Wait<'a, Slotting<'a, T, M, E>>;

/// Lends an item when there is one: see `claim_async`. Its [cancel safety](Wait#cancel-safety) is that of all futures of a channel: dropped
/// before it is ready, it has claimed nothing.
pub type ClaimFuture<'a, T, M, E> = Wait<'a, Claiming<'a, T, M, E>>;

macro_rules! lends_slots {
    ($([$($generics:tt)*] $sender:ty, $kind:ty, [$($mut:tt)?] $producer:ty;)*) => {$(
        impl<$($generics)*> $sender {
            /// Reserves a slot to be written in place, if there is room now.
            ///
            /// Not to be held for long in `mpmc` and `mpsc`: see [Held slots](Slot#held-slots).
            ///
            /// # Errors
            /// [`ReserveError::Full`], [`ReserveError::Busy`] or [`ReserveError::Closed`], as `reserve` of the ring;
            /// [`ReserveError::TooLarge`] where the capacity is 0 (`mpmc`).
            ///
            /// # Progress
            /// That of `reserve` of the ring.
            pub fn try_reserve_slot(
                &$($mut)? self,
            ) -> Result<Slot<'_, T, $kind, <&$($mut)? $producer as LendsSlot>::Slot>, ReserveError> {
                let (end, core) = self.lending();
                Slotting::try_once(end, core).map_err(|missed| match missed {
                    Missed::Closed => ReserveError::Closed,
                    Missed::Now(_, why) | Missed::Never(why) => why,
                })
            }

            /// Reserves a slot to be written in place, and makes the thread wait for room.
            ///
            /// Not to be held for long in `mpmc` and `mpsc`: see [Held slots](Slot#held-slots).
            ///
            /// # Errors
            /// [`SendError::Closed`]; never `Timeout`.
            ///
            /// # Progress
            /// As [`send`](Self::send).
            ///
            /// # Panics
            /// If the capacity is 0 (`mpmc`): there are no slots.
            pub fn reserve_slot(
                &$($mut)? self,
            ) -> Result<Slot<'_, T, $kind, <&$($mut)? $producer as LendsSlot>::Slot>, SendError<()>> {
                self.reserve_slot_until(|| None)
            }

            /// The same, but it does not wait longer than `timeout`.
            ///
            /// # Errors
            /// [`SendError`].
            ///
            /// # Progress
            /// As [`send`](Self::send), for a limited time.
            ///
            /// # Panics
            /// If the capacity is 0 (`mpmc`): there are no slots.
            pub fn reserve_slot_timeout(
                &$($mut)? self,
                timeout: Duration,
            ) -> Result<Slot<'_, T, $kind, <&$($mut)? $producer as LendsSlot>::Slot>, SendError<()>> {
                self.reserve_slot_until(|| Instant::now().checked_add(timeout))
            }

            /// The same, but it does not wait longer than until `deadline`.
            ///
            /// # Errors
            /// [`SendError`].
            ///
            /// # Progress
            /// As [`send`](Self::send), for a limited time.
            ///
            /// # Panics
            /// If the capacity is 0 (`mpmc`): there are no slots.
            pub fn reserve_slot_deadline(
                &$($mut)? self,
                deadline: Instant,
            ) -> Result<Slot<'_, T, $kind, <&$($mut)? $producer as LendsSlot>::Slot>, SendError<()>> {
                self.reserve_slot_until(|| Some(deadline))
            }

            fn reserve_slot_until(
                &$($mut)? self,
                deadline: impl FnOnce() -> Option<Instant>,
            ) -> Result<Slot<'_, T, $kind, <&$($mut)? $producer as LendsSlot>::Slot>, SendError<()>> {
                let (end, core) = self.lending();
                let mut slotting = Slotting { end: Some(end), core };
                wait(&core.room, &mut slotting, deadline).unwrap_or(Err(SendError::Timeout(())))
            }

            /// Reserves a slot to be written in place, when there is room.
            ///
            /// Not to be held for long in `mpmc` and `mpsc`, above all not across an `.await`: see [Held slots](Slot#held-slots).
            ///
            /// # Errors
            /// [`SendError::Closed`]; never `Timeout`.
            ///
            /// # Cancel safety
            /// Dropped before it is ready, it has reserved nothing, and a wake that it got goes to the next who waits. A slot that is dropped
            /// after that is abandoned.
            ///
            /// # Progress
            /// A poll never waits, and never spins.
            ///
            /// # Panics
            /// If it is polled after it was ready; or if the capacity is 0 (`mpmc`): there are no slots.
            pub fn reserve_slot_async(&$($mut)? self) -> SlotFuture<'_, T, $kind, &$($mut)? $producer> {
                let (end, core) = self.lending();
                Wait::new(Slotting { end: Some(end), core }, Waiting::new(&core.room.waiters))
            }
        }
    )*};
}

lends_slots! {
    [T] Sender<T, mpmc::Mpmc>, mpmc::Mpmc, [] AnyProducer<T>;
    [T] Sender<T, mpsc::Mpsc>, mpsc::Mpsc, [] mpsc::Producer<T>;
    [T] Sender<T, pool::Pool>, pool::Pool, [] pool::Producer<T>;
    [T] SoleSender<T, spsc::Spsc>, spsc::Spsc, [mut] spsc::Producer<T>;
    [T] SoleSender<T, spmc::Spmc>, spmc::Spmc, [mut] spmc::Producer<T>;
}

macro_rules! lends_items {
    ($([$($generics:tt)*] $receiver:ty, $kind:ty, [$($mut:tt)?] $consumer:ty;)*) => {$(
        impl<$($generics)*> $receiver {
            /// Claims the oldest item, to be worked on in place, if there is one now.
            ///
            /// # Errors
            /// As [`try_recv`](Self::try_recv); where the capacity is 0 (`mpmc`), [`PopError::Empty`] until the channel is closed.
            ///
            /// # Progress
            /// That of `claim` of the ring.
            pub fn try_claim(
                &$($mut)? self,
            ) -> Result<Claim<'_, T, $kind, <&$($mut)? $consumer as LendsItem>::Claim>, PopError> {
                let (end, core) = self.lending();
                Claiming::try_once(end, core).map_err(|missed| match missed {
                    Missed::Closed => PopError::Closed,
                    Missed::Now(_, why) | Missed::Never(why) => why,
                })
            }

            /// Claims the oldest item, to be worked on in place, and makes the thread wait for one. See [Held claims](Claim#held-claims).
            ///
            /// # Errors
            /// [`RecvError::Closed`] if the channel is closed, and empty for good; never `Timeout`.
            ///
            /// # Progress
            /// As [`recv`](Self::recv).
            ///
            /// # Panics
            /// If the capacity is 0 (`mpmc`): there are no slots.
            pub fn claim(
                &$($mut)? self,
            ) -> Result<Claim<'_, T, $kind, <&$($mut)? $consumer as LendsItem>::Claim>, RecvError> {
                self.claim_until(|| None)
            }

            /// The same, but it does not wait longer than `timeout`.
            ///
            /// # Errors
            /// [`RecvError`].
            ///
            /// # Progress
            /// As [`recv`](Self::recv), for a limited time.
            ///
            /// # Panics
            /// If the capacity is 0 (`mpmc`): there are no slots.
            pub fn claim_timeout(
                &$($mut)? self,
                timeout: Duration,
            ) -> Result<Claim<'_, T, $kind, <&$($mut)? $consumer as LendsItem>::Claim>, RecvError> {
                self.claim_until(|| Instant::now().checked_add(timeout))
            }

            /// The same, but it does not wait longer than until `deadline`.
            ///
            /// # Errors
            /// [`RecvError`].
            ///
            /// # Progress
            /// As [`recv`](Self::recv), for a limited time.
            ///
            /// # Panics
            /// If the capacity is 0 (`mpmc`): there are no slots.
            pub fn claim_deadline(
                &$($mut)? self,
                deadline: Instant,
            ) -> Result<Claim<'_, T, $kind, <&$($mut)? $consumer as LendsItem>::Claim>, RecvError> {
                self.claim_until(|| Some(deadline))
            }

            fn claim_until(
                &$($mut)? self,
                deadline: impl FnOnce() -> Option<Instant>,
            ) -> Result<Claim<'_, T, $kind, <&$($mut)? $consumer as LendsItem>::Claim>, RecvError> {
                let (end, core) = self.lending();
                let mut claiming = Claiming { end: Some(end), core };
                wait(&core.items, &mut claiming, deadline).unwrap_or(Err(RecvError::Timeout))
            }

            /// Claims the oldest item, to be worked on in place, when there is one. See [Held claims](Claim#held-claims).
            ///
            /// # Errors
            /// [`RecvError::Closed`] if the channel is closed, and empty for good; never `Timeout`.
            ///
            /// # Cancel safety
            /// Dropped before it is ready, it has claimed nothing, and a wake that it got goes to the next who waits. A claim that is dropped
            /// after that drops its item.
            ///
            /// # Progress
            /// A poll never waits, and never spins.
            ///
            /// # Panics
            /// If it is polled after it was ready; or if the capacity is 0 (`mpmc`): there are no slots.
            pub fn claim_async(&$($mut)? self) -> ClaimFuture<'_, T, $kind, &$($mut)? $consumer> {
                let (end, core) = self.lending();
                Wait::new(Claiming { end: Some(end), core }, Waiting::new(&core.items.waiters))
            }
        }
    )*};
}

lends_items! {
    [T] Receiver<T, mpmc::Mpmc>, mpmc::Mpmc, [] AnyConsumer<T>;
    [T] Receiver<T, spmc::Spmc>, spmc::Spmc, [] spmc::Consumer<T>;
    [T] Receiver<T, pool::Pool>, pool::Pool, [] pool::Consumer<T>;
    [T] SoleReceiver<T, spsc::Spsc>, spsc::Spsc, [mut] spsc::Consumer<T>;
    [T] SoleReceiver<T, mpsc::Mpsc>, mpsc::Mpsc, [mut] mpsc::Consumer<T>;
}
