//! A ring for many writers and many readers, with values in it: what [`Inlet`](super::Inlet) and [`Outlet`](super::Outlet) are to
//! a lane.
//!
//! INVARIANT (M4)  There are as many slots, and as many turns, as the shape says, and they and the cursors outlive every copy of a
//! [`Shared`]; so an index of the protocol is an index of both. It is promised to [`Shared::new`]; the rest is safe code.
use super::Slots;
use super::order::{Order, Recover, SharedWords};
use super::pieces::{Pieces, finally};
use annulus_protocol::life::State;
use annulus_protocol::turns::Refused;
use core::fmt;
use core::marker::PhantomData;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::ops::{Deref, DerefMut};
use core::ptr::NonNull;

/// One ring: its cursors, its turns and its slots. `O` says what decides whose a slot is.
pub struct Shared<T, O: SharedWords> {
    cursors: NonNull<O::Cursors>,
    turns: NonNull<O::Turn>,
    shape: O::Shape,
    slots: Slots<T>,
}

impl<T, O: SharedWords> Clone for Shared<T, O> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T, O: SharedWords> Copy for Shared<T, O> {}

// SAFETY: items pass through the ring from one thread to another, which `T: Send` allows; what may touch which slot when is the
// protocol's business (T).
unsafe impl<T: Send, O: SharedWords> Send for Shared<T, O> {}
// SAFETY: as above: through a shared reference slots are had as through a copy, each by one owner (T).
unsafe impl<T: Send, O: SharedWords> Sync for Shared<T, O> {}

impl<T, O: SharedWords> Shared<T, O> {
    /// A ring of `size` slots, `1 ..= O::MAX_SIZE`.
    ///
    /// # Safety
    /// (M4): `turns` and `base` are the first of `size` each, `base` aligned for `T`, and they and `cursors` stay where they are and
    /// valid as long as any copy of this is used.
    pub(crate) unsafe fn new(
        cursors: NonNull<O::Cursors>,
        turns: NonNull<O::Turn>,
        base: NonNull<T>,
        size: usize,
    ) -> Self {
        let slots = Slots { base, size, written_and_read: PhantomData };
        Self { cursors, turns, shape: O::shape(size), slots }
    }

    #[inline]
    fn cursors(&self) -> &O::Cursors {
        // SAFETY: they outlive this (M4), and are only ever shared.
        unsafe { self.cursors.as_ref() }
    }

    #[inline]
    pub(super) fn words(&self) -> O::View<'_> {
        // SAFETY: as many as there are slots, and they outlive this (M4), and are only ever shared.
        let turns = unsafe { core::slice::from_raw_parts(self.turns.as_ptr(), self.slots.size) };
        O::view(self.cursors(), turns, self.shape)
    }

    pub(crate) fn len(&self) -> usize {
        O::occupied(self.words())
    }

    pub(crate) fn vacant(&self) -> usize {
        O::vacant(self.words())
    }

    /// Whether a slot can be reserved, it seems: for who asks all the time.
    #[cfg(all(feature = "std", target_has_atomic = "ptr"))]
    #[inline]
    pub(crate) fn looks_free(&self) -> bool {
        O::looks_free(self.words())
    }

    /// Whether there is an item, it seems: for who asks all the time.
    #[cfg(all(feature = "std", target_has_atomic = "ptr"))]
    #[inline]
    pub(crate) fn looks_ready(&self) -> bool {
        O::looks_ready(self.words())
    }

    pub(crate) fn size(&self) -> usize {
        self.slots.size
    }

    pub(crate) fn close(&self) {
        O::close(self.words());
    }

    pub(crate) fn is_closed(&self) -> bool {
        O::is_closed(self.words())
    }

    pub(crate) fn state(&self) -> State {
        match self.is_closed() {
            false => State::Open,
            true if O::is_drained(self.words()) => State::Closed,
            true => State::Closing,
        }
    }

    /// Makes every slot usable again that was forgotten, and tells how many those were.
    ///
    /// # Safety
    /// Nobody else has the ring: no end is in use, nor a slot, claim or grant of one.
    pub(crate) unsafe fn recover(&self) -> usize
    where
        O: Recover,
    {
        O::recover(self.words(), |from, to| {
            let (from, to) = (self.place(from), self.place(to));
            // SAFETY: the caller has the ring alone. There is an item in the one slot and none in the other, and the protocol hands
            // out the first no more: the item is moved.
            unsafe { to.copy_from_nonoverlapping(from, 1) };
        })
    }

    /// Lets items in again: where no end is out.
    pub(crate) fn reopen(&self) {
        O::reopen(self.words());
    }

    /// Drops what is committed and was not claimed: where no end is in use any more.
    pub(crate) fn drop_committed(&self) {
        O::drop_committed(self);
    }

    #[inline]
    pub(super) fn slots(&self) -> &Slots<T> {
        &self.slots
    }

    /// The one or two runs of memory of `len` slots from `start` on, which is less than the size.
    pub(super) fn pieces(&self, start: usize, len: usize) -> Pieces<T> {
        self.slots.run(start, len)
    }

    /// The slot at `index`, which is less than the size.
    #[inline]
    pub(super) fn place(&self, index: usize) -> *mut T {
        debug_assert!(index < self.size());
        self.slots.base.as_ptr().wrapping_add(index)
    }
}

impl<T, O: Order> Shared<T, O> {
    /// Moves an item in.
    #[inline]
    pub(crate) fn put(&self, value: T) -> Result<(), (T, Refused)> {
        match O::reserve_once(self.words()) {
            Ok(reserved) => {
                self.put_into(reserved, value);
                Ok(())
            }
            Err(missed) => self.put_again(missed, value),
        }
    }

    // Out of line, here and below, so that the first attempt needs few registers and is in line.
    #[cold]
    #[inline(never)]
    fn put_again(&self, missed: O::Missed, value: T) -> Result<(), (T, Refused)> {
        match O::reserve_again(self.words(), missed) {
            Ok(reserved) => {
                self.put_into(reserved, value);
                Ok(())
            }
            Err(why) => Err((value, why)),
        }
    }

    /// Moves an item in, or is told at once that there is no room: for who knows how to wait for it.
    #[cfg(all(feature = "std", target_has_atomic = "ptr"))]
    #[inline]
    pub(crate) fn put_at_once(&self, value: T) -> Result<(), (T, Refused)> {
        match O::reserve_once(self.words()) {
            Ok(reserved) => {
                self.put_into(reserved, value);
                Ok(())
            }
            Err(_) => self.put_after_all(value),
        }
    }

    #[cfg(all(feature = "std", target_has_atomic = "ptr"))]
    #[cold]
    #[inline(never)]
    fn put_after_all(&self, value: T) -> Result<(), (T, Refused)> {
        match O::reserve_at_once(self.words()) {
            Ok(reserved) => {
                self.put_into(reserved, value);
                Ok(())
            }
            Err(why) => Err((value, why)),
        }
    }

    #[inline]
    fn put_into(&self, reserved: O::Reserved, value: T) {
        let words = self.words();
        // SAFETY: the slot is reserved, so it is ours (T); its last item was moved out before it was released (T2).
        unsafe { self.place(O::index_to_write(words, &reserved)).write(value) };
        O::commit(words, reserved);
    }

    /// Moves the oldest item out.
    #[inline]
    pub(crate) fn take(&self) -> Result<T, Refused> {
        match O::claim_once(self.words()) {
            Ok(claimed) => Ok(self.take_out(claimed)),
            Err(missed) => self.take_again(missed),
        }
    }

    #[cold]
    #[inline(never)]
    fn take_again(&self, missed: O::Missed) -> Result<T, Refused> {
        O::claim_again(self.words(), missed).map(|claimed| self.take_out(claimed))
    }

    #[inline]
    fn take_out(&self, claimed: O::Claimed) -> T {
        let words = self.words();
        // SAFETY: the slot is claimed, so it is ours and written (T, T1); it is released after this, and not read again.
        let value = unsafe { self.place(O::index_to_read(words, &claimed)).read() };
        O::release(words, claimed);
        value
    }

    /// Moves an item in, and if the ring is full the oldest one out.
    pub(crate) fn force(&self, value: T) -> Result<Option<T>, (T, Refused)> {
        O::expect_overwriting(self.words());
        let words = self.words();
        loop {
            match O::reserve_at_once(words) {
                Ok(reserved) => {
                    self.put_into(reserved, value);
                    return Ok(None);
                }
                Err(Refused::Full) => {}
                Err(why) => return Err((value, why)),
            }
            match O::evict(words) {
                Ok(None) => {} // there is room after all
                Ok(Some(evicted)) => return Ok(Some(self.renew(evicted, value))),
                Err(why) => return Err((value, why)),
            }
        }
    }

    /// Moves an item in, in the place of the oldest: only if the ring is full, otherwise it is refused as if it were.
    #[cfg(all(feature = "std", target_has_atomic = "ptr"))]
    pub(crate) fn replace(&self, value: T) -> Result<T, (T, Refused)> {
        O::expect_overwriting(self.words());
        match O::evict(self.words()) {
            Ok(Some(evicted)) => Ok(self.renew(evicted, value)),
            Ok(None) => Err((value, Refused::Full)),
            Err(why) => Err((value, why)),
        }
    }

    fn renew(&self, evicted: O::Evicted, value: T) -> T {
        let place = self.place(O::index_to_renew(self.words(), &evicted));
        // SAFETY: evicted, so the slot is ours and written (T, T1); the item in it is moved out, once.
        let oldest = unsafe { place.replace(value) };
        O::renew(self.words(), evicted);
        oldest
    }

    #[inline]
    pub(crate) fn reserve(&self) -> Result<Slot<'_, T, O>, Refused> {
        let reserved = match O::reserve_once(self.words()) {
            Ok(reserved) => reserved,
            Err(missed) => self.reserve_again(missed)?,
        };
        Ok(Slot { ring: self, reserved: ManuallyDrop::new(reserved) })
    }

    #[inline]
    pub(crate) fn claim(&self) -> Result<Claim<'_, T, O>, Refused> {
        let claimed = match O::claim_once(self.words()) {
            Ok(claimed) => claimed,
            Err(missed) => self.claim_again(missed)?,
        };
        Ok(Claim { ring: self, claimed: ManuallyDrop::new(claimed), item: PhantomData })
    }

    #[cold]
    #[inline(never)]
    fn reserve_again(&self, missed: O::Missed) -> Result<O::Reserved, Refused> {
        O::reserve_again(self.words(), missed)
    }

    #[cold]
    #[inline(never)]
    fn claim_again(&self, missed: O::Missed) -> Result<O::Claimed, Refused> {
        O::claim_again(self.words(), missed)
    }

    /// Drops what is committed and was not claimed: where no end is in use any more.
    pub(super) fn drop_items(&self) {
        if core::mem::needs_drop::<T>() {
            while let Some(claimed) = O::claim_alone(self.words()) {
                let rest = finally(|| self.drop_items()); // also when the drop of an item panics
                drop(Claim { ring: self, claimed: ManuallyDrop::new(claimed), item: PhantomData });
                core::mem::forget(rest);
            }
        }
    }
}

/// A slot to be written in place. Dropping it abandons it; forgetting it loses it.
///
/// Where the order is that of the reservations, it has its position in the queue from now on: until it is committed or abandoned, later
/// items wait behind it, and for ever if it is forgotten.
///
/// # Progress
/// Handing on and giving back is wait-free where the order is that of the reservations, one store for each slot, and lock-free where it is
/// that of the commits; nothing else here takes a step that others could notice.
#[must_use = "dropping a slot abandons it"]
pub struct Slot<'a, T, O: Order> {
    ring: &'a Shared<T, O>,
    reserved: ManuallyDrop<O::Reserved>,
}

impl<T, O: Order> Slot<'_, T, O> {
    /// Writes the item and commits it.
    #[inline]
    pub fn write(mut self, value: T) {
        self.as_uninit_mut().write(value);
        // SAFETY: just written.
        unsafe { self.commit() };
    }

    /// The slot.
    #[inline]
    pub fn as_uninit_mut(&mut self) -> &mut MaybeUninit<T> {
        let place = self.ring.place(O::index_to_write(self.ring.words(), &self.reserved));
        // SAFETY: reserved, so ours (T) until this is committed or abandoned, which needs the borrow back.
        unsafe { &mut *place.cast() }
    }

    /// Hands the item to the consumers.
    ///
    /// # Safety
    /// The slot has been initialised.
    #[inline]
    pub unsafe fn commit(self) {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: `this` is not dropped, so the reservation is taken once (G).
        let reserved = unsafe { ManuallyDrop::take(&mut this.reserved) };
        O::commit(this.ring.words(), reserved);
    }

    /// Gives the slot back unused. The same as dropping it.
    pub fn abandon(self) {}
}

impl<T, O: Order> Drop for Slot<'_, T, O> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: taken once (G): `commit` does not come here.
        let reserved = unsafe { ManuallyDrop::take(&mut self.reserved) };
        O::abandon(self.ring.words(), reserved);
    }
}

/// One item, read in place. Dropping the claim drops the item and hands its slot back, also if that drop panics; forgetting it loses item
/// and slot.
///
/// # Progress
/// Handing on and giving back is wait-free where the order is that of the reservations, one store for each slot, and lock-free where it is
/// that of the commits; nothing else here takes a step that others could notice.
#[must_use = "dropping a claim drops the item"]
pub struct Claim<'a, T, O: Order> {
    ring: &'a Shared<T, O>,
    claimed: ManuallyDrop<O::Claimed>,
    /// It gives out `&T` when shared: `Sync` only where `T` is, which a ring does not ask for.
    item: PhantomData<&'a mut T>,
}

impl<T, O: Order> Claim<'_, T, O> {
    /// Moves the item out and hands the slot back.
    #[inline]
    pub fn into_inner(self) -> T {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: claimed, so ours and written (T, T1); `this` is not dropped, and the slot is handed back below.
        let value = unsafe { this.place().read() };
        this.hand_back();
        value
    }

    #[inline]
    fn place(&self) -> *mut T {
        self.ring.place(O::index_to_read(self.ring.words(), &self.claimed))
    }

    /// To be called once, last.
    #[inline]
    fn hand_back(&mut self) {
        // SAFETY: taken once (G): `into_inner` does not drop, and `drop` comes here once.
        let claimed = unsafe { ManuallyDrop::take(&mut self.claimed) };
        O::release(self.ring.words(), claimed);
    }
}

impl<T, O: Order> Drop for Claim<'_, T, O> {
    fn drop(&mut self) {
        let place = self.place();
        let _hand_back = finally(|| self.hand_back()); // also when the drop of the item panics
        // SAFETY: claimed, so ours and written (T, T1), and never looked at again: it is handed back after this.
        unsafe { place.drop_in_place() };
    }
}

impl<T, O: Order> Deref for Claim<'_, T, O> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: claimed, so ours and written (T, T1) until the claim goes.
        unsafe { &*self.place() }
    }
}

impl<T, O: Order> DerefMut for Claim<'_, T, O> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above, and borrowed exclusively.
        unsafe { &mut *self.place() }
    }
}

impl<T, O: SharedWords> fmt::Debug for Shared<T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ring").field("cursors", self.cursors()).field("capacity", &self.size()).finish()
    }
}

impl<T, O: Order> fmt::Debug for Slot<'_, T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").finish_non_exhaustive()
    }
}

impl<T, O: Order> fmt::Debug for Claim<'_, T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim").finish_non_exhaustive()
    }
}
