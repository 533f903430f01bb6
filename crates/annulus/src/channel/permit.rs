//! Room that is held for an item to come, where that is in nobody's way.
//!
//! In a `pool` a slot that is reserved delays nobody. Where there is one sender, nobody else can use the room that it has found. In the other
//! rings the order is that of the reservations: whoever held a slot there would keep everybody else's items back. So what is held there is
//! a credit, in channels that count them ([`credits`](super::credits)).
use super::attempt::{Wait, wait};
use super::core::Core;
use super::credits::{Credited, CreditedProducer};
use super::ends::{End, Inlet, Kind};
use super::error::SendError;
use super::sender::{Sender, SoleSender};
use crate::error::ReserveError;
use crate::pool::{self, Pool};
use crate::wait::{Attempt, Waiting};
use crate::{mpmc, mpsc, shared, slots, spmc, spsc};
use std::fmt;
use std::time::{Duration, Instant};

/// Room for one item. Dropped, it is given back.
///
/// ```
/// let (sender, receiver) = annulus::pool::channel(2);
/// let permit = sender.reserve().unwrap();
/// sender.send("second").unwrap();
/// assert_eq!(receiver.recv(), Ok("second"), "what is held delays nobody");
/// permit.send("first").unwrap();
/// assert_eq!(receiver.recv(), Ok("first"));
/// ```
///
/// In `mpmc` and `mpsc` there are permits in channels that count their room:
///
/// ```
/// let (sender, receiver) = annulus::mpmc::channel_with_credits(2);
/// let permit = sender.reserve().unwrap();
/// sender.send("first").unwrap();
/// permit.send("second").unwrap(); // the order is that in which they are sent
/// assert_eq!((receiver.recv(), receiver.recv()), (Ok("first"), Ok("second")));
/// ```
///
/// # Progress
/// Holding one delays nobody: of the capacity there is one less for others, no more.
pub struct Permit<'a, T, M: Kind, H: Held<T>> {
    /// There until it is used.
    held: Option<H>,
    core: &'a Core<T, M>,
}

/// What a [`Permit`] holds.
///
/// Sealed by its place: nobody outside the crate can name it.
pub trait Held<T>: Sized {
    /// Moves the item in.
    ///
    /// # Errors
    /// The item, if nobody will ever come for it.
    fn fill(self, value: T) -> Result<(), T>;

    /// Gives it back. Tells whether somebody may wait to learn that nothing comes any more.
    fn give_back(self) -> bool;
}

/// What can be held on to.
pub trait Credit<T>: End + Sized {
    /// Then it is this.
    type Held: Held<T>;

    /// One try.
    ///
    /// # Errors
    /// Why there is none; and the end, for another try.
    fn hold(self) -> Result<Self::Held, (Self, ReserveError)>;
}

/// A slot of a pool.
#[derive(Debug)]
pub struct Reserved<'a, T> {
    slot: shared::Slot<'a, T, slots::pool::ByCommit>,
    end: &'a pool::Producer<T>,
}

impl<'a, T> Credit<T> for &'a pool::Producer<T> {
    type Held = Reserved<'a, T>;

    fn hold(self) -> Result<Reserved<'a, T>, (Self, ReserveError)> {
        match self.reserve() {
            Ok(slot) => Ok(Reserved { slot, end: self }),
            Err(why) => Err((self, why)),
        }
    }
}

impl<T> Held<T> for Reserved<'_, T> {
    fn fill(self, value: T) -> Result<(), T> {
        self.slot.write(value);
        Ok(())
    }

    fn give_back(self) -> bool {
        self.slot.abandon();
        self.end.is_closed()
    }
}

/// The one sender, which has seen room.
#[derive(Debug)]
pub struct Seen<'a, P>(&'a mut P);

macro_rules! sole {
    ($($producer:ty),*) => {$(
        impl<'a, T> Credit<T> for &'a mut $producer {
            type Held = Seen<'a, $producer>;

            fn hold(self) -> Result<Seen<'a, $producer>, (Self, ReserveError)> {
                if End::is_closed(&self) {
                    return Err((self, ReserveError::Closed));
                }
                // Nothing has moved when the slot is dropped, and nobody else can take it.
                match self.reserve().map(drop) {
                    Ok(()) => Ok(Seen(self)),
                    Err(why) => Err((self, why)),
                }
            }
        }

        impl<T> Held<T> for Seen<'_, $producer> {
            fn fill(self, value: T) -> Result<(), T> {
                self.0.put(value).map_err(|refused| refused.into_inner()) // closed: the room does not go away
            }

            fn give_back(self) -> bool {
                false // it was never taken
            }
        }
    )*};
}

sole!(spsc::Producer<T>, spmc::Producer<T>);

impl<T, M: Kind, H: Held<T>> Permit<'_, T, M, H> {
    /// Sends the item. Never waits.
    ///
    /// # Errors
    /// [`SendError::Closed`] with the item. A slot of a `pool` that was held when the channel closed can still be filled, and the item is
    /// received, if there is a receiver.
    ///
    /// # Progress
    /// As `try_send`; but with credits (`mpmc`, `mpsc`) it cannot be `Busy`: if a receiver is in the middle of moving items out of the next
    /// slot, or a `force_send` of replacing what is there, this waits for it, which is **blocking**, for as long as that takes: spinning at first, and
    /// giving the processor away after that.
    pub fn send(mut self, value: T) -> Result<(), SendError<T>> {
        let held = self.held.take().expect("used once");
        held.fill(value).map_err(SendError::Closed)?;
        self.core.put(1);
        Ok(())
    }
}

impl<T, M: Kind, H: Held<T>> Drop for Permit<'_, T, M, H> {
    fn drop(&mut self) {
        if let Some(held) = self.held.take() {
            if held.give_back() {
                self.core.closed();
            }
            self.core.taken(1);
        }
    }
}

impl<T, M: Kind, H: Held<T>> fmt::Debug for Permit<'_, T, M, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").finish_non_exhaustive()
    }
}

/// Room, to be held.
#[derive(Debug)]
pub struct Reserving<'a, T, M: Kind, E> {
    /// There until it is held.
    end: Option<E>,
    core: &'a Core<T, M>,
}

impl<'a, T, M: Kind, E: Credit<T>> Attempt for Reserving<'a, T, M, E> {
    type Done = Result<Permit<'a, T, M, E::Held>, SendError<()>>;

    fn hopeful(&mut self) -> bool {
        self.end.as_ref().is_some_and(|end| end.level() != 0 || end.is_closed())
    }

    fn attempt(&mut self) -> Option<Self::Done> {
        match self.end.take().expect("a future is polled after it has ended").hold() {
            Ok(held) => Some(Ok(Permit { held: Some(held), core: self.core })),
            Err((_, ReserveError::Closed)) => Some(Err(SendError::Closed(()))),
            Err((end, _)) => {
                self.end = Some(end);
                None
            }
        }
    }

    fn more(&mut self) -> bool {
        true // the end is in use
    }
}

/// Holds room when there is some: see `reserve_async`. Its [cancel safety](Wait#cancel-safety) is that of all futures of a channel: dropped
/// before it is ready, it holds nothing.
pub type ReserveFuture<'a, T, M, E> = Wait<'a, Reserving<'a, T, M, E>>;

macro_rules! reserves {
    ($([$($generics:tt)*] $sender:ty, $kind:ty, [$($mut:tt)?] $producer:ty;)*) => {$(
        impl<$($generics)*> $sender {
            /// Holds room for an item if there is some now.
            ///
            /// # Errors
            /// [`ReserveError::Full`]; [`ReserveError::Busy`] if a receiver is in the middle of making room; [`ReserveError::Closed`].
            ///
            /// # Progress
            /// As [`try_send`](Self::try_send), without the item.
            pub fn try_reserve(
                &$($mut)? self,
            ) -> Result<Permit<'_, T, $kind, <&$($mut)? $producer as Credit<T>>::Held>, ReserveError> {
                let (end, core) = self.parts();
                let held = end.hold().map_err(|(_, why)| why)?;
                Ok(Permit { held: Some(held), core })
            }

            /// Holds room for an item, and makes the thread wait for it.
            ///
            /// # Errors
            /// [`SendError::Closed`]; never `Timeout`.
            ///
            /// # Progress
            /// As [`send`](Self::send).
            pub fn reserve(
                &$($mut)? self,
            ) -> Result<Permit<'_, T, $kind, <&$($mut)? $producer as Credit<T>>::Held>, SendError<()>> {
                self.reserve_until(|| None)
            }

            /// Holds room for an item, and makes the thread wait for it, but not longer than `timeout`.
            ///
            /// # Errors
            /// [`SendError`].
            ///
            /// # Progress
            /// As [`reserve`](Self::reserve), for a limited time.
            pub fn reserve_timeout(
                &$($mut)? self,
                timeout: Duration,
            ) -> Result<Permit<'_, T, $kind, <&$($mut)? $producer as Credit<T>>::Held>, SendError<()>> {
                self.reserve_until(|| Instant::now().checked_add(timeout))
            }

            /// Holds room for an item, and makes the thread wait for it, but not longer than until `deadline`.
            ///
            /// # Errors
            /// [`SendError`].
            ///
            /// # Progress
            /// As [`reserve`](Self::reserve), for a limited time.
            pub fn reserve_deadline(
                &$($mut)? self,
                deadline: Instant,
            ) -> Result<Permit<'_, T, $kind, <&$($mut)? $producer as Credit<T>>::Held>, SendError<()>> {
                self.reserve_until(|| Some(deadline))
            }

            fn reserve_until(
                &$($mut)? self,
                deadline: impl FnOnce() -> Option<Instant>,
            ) -> Result<Permit<'_, T, $kind, <&$($mut)? $producer as Credit<T>>::Held>, SendError<()>> {
                let (end, core) = self.parts();
                let held = wait(&core.room, &mut Reserving { end: Some(end), core }, deadline);
                held.unwrap_or(Err(SendError::Timeout(())))
            }

            /// Holds room for an item, when there is some.
            ///
            /// # Errors
            /// [`SendError::Closed`].
            ///
            /// # Cancel safety
            /// Dropped before it is ready, it holds nothing, and a wake that it got goes to the next who waits.
            ///
            /// # Progress
            /// A poll never waits, and never spins.
            ///
            /// # Panics
            /// If it is polled after it was ready.
            pub fn reserve_async(&$($mut)? self) -> ReserveFuture<'_, T, $kind, &$($mut)? $producer> {
                let (end, core) = self.parts();
                Wait::new(Reserving { end: Some(end), core }, Waiting::new(&core.room.waiters))
            }
        }
    )*};
}

reserves! {
    [T] Sender<T, Pool>, Pool, [] pool::Producer<T>;
    [T] Sender<T, Credited<mpmc::Mpmc>>, Credited<mpmc::Mpmc>, [] CreditedProducer<mpmc::Producer<T>>;
    [T] Sender<T, Credited<mpsc::Mpsc>>, Credited<mpsc::Mpsc>, [] CreditedProducer<mpsc::Producer<T>>;
    [T] SoleSender<T, spsc::Spsc>, spsc::Spsc, [mut] spsc::Producer<T>;
    [T] SoleSender<T, spmc::Spmc>, spmc::Spmc, [mut] spmc::Producer<T>;
}
