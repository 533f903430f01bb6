//! Guards of one slot, of any ring, that tell somebody when they go: where others may wait for what a guard hands on, or gives back.
//!
//! Only what is done to the item is done here. Whom to tell, and of what, is not known here: see [`Tell`].
use super::pieces::finally;
use crate::error::PushError;
use core::fmt;
use core::mem::MaybeUninit;
use core::ops::{Deref, DerefMut};

/// A slot of some ring, to be written in place.
///
/// Sealed by its place: nobody outside the crate can name it.
pub trait Writable: Sized {
    /// What is to be written.
    type Item;

    /// The slot.
    fn as_uninit_mut(&mut self) -> &mut MaybeUninit<Self::Item>;
    /// Whether the ring has closed, and would not take it: one that knows nothing of slots that are held.
    fn is_refused(&self) -> bool;
    /// Hands the item on.
    ///
    /// # Safety
    /// The slot has been initialised.
    unsafe fn commit(self);
    /// Gives it back unused.
    fn abandon(self);
}

/// An item of some ring, read in place.
///
/// Sealed by its place: nobody outside the crate can name it.
pub trait Readable: DerefMut<Target: Sized> + Sized {
    /// Moves the item out and hands the slot back.
    fn into_inner(self) -> Self::Target;
}

/// Who has to be told of a slot.
///
/// Sealed by its place: nobody outside the crate can name it.
pub trait Tell {
    /// There is an item in it.
    fn committed(&self);
    /// It is about to be given back without one.
    fn abandoning(&self);
    /// It has been.
    fn abandoned(&self);
    /// Its item has gone.
    fn released(&self);
}

/// Room for one item, to be written in place, in a channel. Dropping it abandons it; whoever waits is told, either way.
///
/// ```
/// let (sender, receiver) = annulus::mpmc::channel(2);
/// let mut slot = sender.reserve_slot().unwrap();
/// slot.as_uninit_mut().write([0_u8; 64])[0] = 7;
/// // SAFETY: just written.
/// unsafe { slot.commit() }.unwrap();
/// let mut claim = receiver.claim().unwrap();
/// claim[1] = claim[0]; // where it lies
/// assert_eq!(sender.vacant(), 2, "it is claimed");
/// assert_eq!(claim.into_inner()[..2], [7, 7]);
/// ```
///
/// # Held slots
/// In `mpmc` and `mpsc` the order is that of the reservations: until the slot is committed or abandoned, *everything that is sent after it
/// waits behind it*, also what other senders send, and for ever if it is forgotten. Hold it as long as it takes to write the item, and not
/// across an `.await`. An abandoned slot is room again as soon as a receiver has come past it. In `pool` a held slot delays nobody, and where there is one sender
/// (`spsc`, `spmc`) nobody but that one.
///
/// # Closing
/// A slot that is held when the channel closes is outstanding: it can still be committed, and is received, or dropped with the last
/// receiver. Where there is one sender, the ring does not know of it, and what would be committed comes back.
///
/// # Progress
/// As the guard of the ring; then a fence and a load, and, if anybody waits, a lock to call the first.
#[must_use = "dropping a slot abandons it"]
pub struct Slot<S: Writable, W: Tell> {
    /// There until it is handed on.
    slot: Option<S>,
    whom: W,
}

impl<S: Writable, W: Tell> Slot<S, W> {
    pub(crate) fn new(slot: S, whom: W) -> Self {
        Self { slot: Some(slot), whom }
    }

    #[inline]
    fn slot(&mut self) -> &mut S {
        self.slot.as_mut().expect("there until it is handed on")
    }

    /// Writes the item and sends it.
    ///
    /// # Errors
    /// Only [`PushError::Closed`], with the item, and only where there is one sender.
    #[inline]
    pub fn write(mut self, value: S::Item) -> Result<(), PushError<S::Item>> {
        if self.slot().is_refused() {
            return Err(PushError::Closed(value));
        }
        self.as_uninit_mut().write(value);
        // SAFETY: just written.
        unsafe { self.hand_on() };
        Ok(())
    }

    /// The slot.
    #[inline]
    pub fn as_uninit_mut(&mut self) -> &mut MaybeUninit<S::Item> {
        self.slot().as_uninit_mut()
    }

    /// Sends what has been written.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    ///
    /// # Safety
    /// The slot has been initialised.
    #[inline]
    pub unsafe fn commit(mut self) -> Result<(), PushError<S::Item>> {
        if self.slot().is_refused() {
            // SAFETY: the caller initialised it; it is abandoned next, so that nobody reads it again.
            let value = unsafe { self.as_uninit_mut().assume_init_read() };
            return Err(PushError::Closed(value));
        }
        // SAFETY: the caller initialised it.
        unsafe { self.hand_on() };
        Ok(())
    }

    /// # Safety
    /// The slot has been initialised.
    #[inline]
    unsafe fn hand_on(mut self) {
        let Some(slot) = self.slot.take() else { unreachable!("there until it is handed on") };
        // SAFETY: the caller initialised it.
        unsafe { slot.commit() };
        self.whom.committed();
    }

    /// Gives the slot back unused. The same as dropping it.
    pub fn abandon(self) {}
}

impl<S: Writable, W: Tell> Drop for Slot<S, W> {
    #[inline]
    fn drop(&mut self) {
        if let Some(slot) = self.slot.take() {
            self.whom.abandoning();
            slot.abandon();
            self.whom.abandoned();
        }
    }
}

/// An item, read in place, in a channel. Dropping the claim drops the item and hands its slot back, also if that drop panics; whoever waits
/// for room is told.
///
/// Where there is one receiver, forgetting a claim costs nothing: the item is offered again. Where there are many, item and slot are lost.
///
/// # Held claims
/// The slot is not room until the claim goes. In `mpmc` and `spmc` it is then in the way of the senders once they have come round to it, also if
/// later items have been released: [`Busy`](PushError::Busy). In `pool` it delays nobody.
///
/// # Progress
/// As the guard of the ring; then a fence and a load, and, if anybody waits, a lock to call the first.
#[must_use = "dropping a claim drops the item"]
pub struct Claim<C: Readable, W: Tell> {
    /// There until it goes.
    claim: Option<C>,
    whom: W,
}

impl<C: Readable, W: Tell> Claim<C, W> {
    pub(crate) fn new(claim: C, whom: W) -> Self {
        Self { claim: Some(claim), whom }
    }

    /// Moves the item out and hands the slot back.
    #[inline]
    pub fn into_inner(mut self) -> C::Target {
        let Some(claim) = self.claim.take() else { unreachable!("there until it goes") };
        let item = claim.into_inner();
        self.whom.released();
        item
    }
}

impl<C: Readable, W: Tell> Drop for Claim<C, W> {
    #[inline]
    fn drop(&mut self) {
        if let Some(claim) = self.claim.take() {
            let _then = finally(|| self.whom.released()); // also when the drop of the item panics
            drop(claim);
        }
    }
}

impl<C: Readable, W: Tell> Deref for Claim<C, W> {
    type Target = C::Target;
    #[inline]
    fn deref(&self) -> &C::Target {
        self.claim.as_ref().expect("there until it goes")
    }
}

impl<C: Readable, W: Tell> DerefMut for Claim<C, W> {
    #[inline]
    fn deref_mut(&mut self) -> &mut C::Target {
        self.claim.as_mut().expect("there until it goes")
    }
}

impl<S: Writable, W: Tell> fmt::Debug for Slot<S, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").finish_non_exhaustive()
    }
}

impl<C: Readable, W: Tell> fmt::Debug for Claim<C, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim").finish_non_exhaustive()
    }
}

macro_rules! guards {
    ([$($generics:tt)*] $slot:ty, refused: $refused:expr; [$($of:tt)*] $claim:ty) => {
        impl<$($generics)*> Writable for $slot {
            type Item = T;

            #[inline]
            fn as_uninit_mut(&mut self) -> &mut MaybeUninit<T> {
                <$slot>::as_uninit_mut(self)
            }
            #[inline]
            fn is_refused(&self) -> bool {
                let refused: fn(&Self) -> bool = $refused;
                refused(self)
            }
            #[inline]
            unsafe fn commit(self) {
                // SAFETY: as the caller promised.
                unsafe { <$slot>::commit(self) };
            }
            fn abandon(self) {
                <$slot>::abandon(self);
            }
        }

        impl<$($of)*> Readable for $claim {
            #[inline]
            fn into_inner(self) -> T {
                <$claim>::into_inner(self)
            }
        }
    };
}

guards! {
    [T, W: super::one::Writes] super::Slot<'_, T, W>, refused: |slot| slot.is_closed();
    [T, R: super::one::Reads] super::Claim<'_, T, R>
}
guards! {
    [T, O: super::order::Order] super::shared::Slot<'_, T, O>, refused: |_| false;
    [T, O: super::order::Order] super::shared::Claim<'_, T, O>
}
