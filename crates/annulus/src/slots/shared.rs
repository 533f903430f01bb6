//! A ring for many writers and many readers, with values in it: what [`Inlet`](super::Inlet) and [`Outlet`](super::Outlet) are to
//! a lane.
//!
//! INVARIANT (M4)  There are as many slots, and as many turns, as the shape says, for as long as the ring lives; so an index of the
//! protocol is an index of both.
use super::runs::{ReadGrant, WriteGrant};
use crate::memory::{Block, OutOfMemory};
use alloc::boxed::Box;
use alloc::vec::Vec;
use annulus_protocol::turns::{
    Claimed, ClaimedRun, Cursors, Refused, Reserved, ReservedRun, Shape, Turn, Turns,
};
use core::fmt;
use core::marker::PhantomData;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::ops::{Deref, DerefMut};

/// A ring on the heap.
pub(crate) struct Shared<T> {
    cursors: Cursors,
    turns: Box<[Turn]>,
    shape: Shape,
    slots: Block<T>,
    /// (M3): what one handle writes another one reads.
    written_and_read: PhantomData<fn(T) -> T>,
}

// SAFETY: items pass through the ring from one thread to another, which `T: Send` allows; what may touch which slot when is the
// protocol's business (T).
unsafe impl<T: Send> Send for Shared<T> {}
// SAFETY: as above; a shared reference gives out slots, each to one owner (T), and no `&T` to two.
unsafe impl<T: Send> Sync for Shared<T> {}

impl<T> Shared<T> {
    /// A ring of `size` slots, `1 ..= turns::MAX_SIZE`.
    pub(crate) fn allocate(size: usize) -> Result<Self, OutOfMemory> {
        let slots = Block::allocate(size)?;
        let mut turns = Vec::new();
        turns.try_reserve_exact(size).map_err(|_| OutOfMemory)?;
        turns.resize_with(size, Turn::new);
        Ok(Self {
            cursors: Cursors::new(),
            turns: turns.into_boxed_slice(),
            shape: Shape::of(size),
            slots,
            written_and_read: PhantomData,
        })
    }

    #[inline]
    pub(super) fn turns(&self) -> Turns<'_> {
        Turns::new(&self.cursors, &self.turns, self.shape)
    }

    /// Moves an item in.
    #[inline]
    pub(crate) fn put(&self, value: T) -> Result<(), (T, Refused)> {
        let turns = self.turns();
        let reserved = match turns.reserve() {
            Ok(reserved) => reserved,
            Err(why) => return Err((value, why)),
        };
        // SAFETY: the slot is reserved, so it is ours (T); its last item was moved out before it was released (T2).
        unsafe { self.place(turns.index_to_write(&reserved)).write(value) };
        turns.commit(reserved);
        Ok(())
    }

    /// Moves the oldest item out.
    #[inline]
    pub(crate) fn take(&self) -> Result<T, Refused> {
        let turns = self.turns();
        let claimed = turns.claim()?;
        // SAFETY: the slot is claimed, so it is ours and written (T, T1); it is released after this, and not read again.
        let value = unsafe { self.place(turns.index_to_read(&claimed)).read() };
        turns.release(claimed);
        Ok(value)
    }

    /// Moves an item in, and if the ring is full the oldest one out.
    pub(crate) fn force(&self, value: T) -> Result<Option<T>, (T, Refused)> {
        let mut value = value;
        loop {
            value = match self.put(value) {
                Ok(()) => return Ok(None),
                Err((value, Refused::Full)) => value,
                Err(other) => return Err(other),
            };
            let turns = self.turns();
            match turns.evict() {
                Ok(None) => {} // there is room after all
                Ok(Some(evicted)) => {
                    let place = self.place(turns.index_to_renew(&evicted));
                    // SAFETY: evicted, so the slot is ours and written (T, T1); the item in it is moved out, once.
                    let oldest = unsafe { place.replace(value) };
                    turns.renew(evicted);
                    return Ok(Some(oldest));
                }
                Err(why) => return Err((value, why)),
            }
        }
    }

    #[inline]
    pub(crate) fn reserve(&self) -> Result<Slot<'_, T>, Refused> {
        let reserved = self.turns().reserve()?;
        Ok(Slot { ring: self, reserved: ManuallyDrop::new(reserved) })
    }

    #[inline]
    pub(crate) fn claim(&self) -> Result<Claim<'_, T>, Refused> {
        let claimed = self.turns().claim()?;
        Ok(Claim { ring: self, claimed: ManuallyDrop::new(claimed), item: PhantomData })
    }

    /// Reserves up to `want` slots, at least `least`; otherwise tells why not, and how many there are.
    pub(crate) fn reserve_run(
        &self,
        least: usize,
        want: usize,
    ) -> Result<WriteGrant<'_, T>, (Refused, usize)> {
        let run = if want == 0 { ReservedRun::empty() } else { self.turns().reserve_run(least, want)? };
        Ok(WriteGrant::new(self, run))
    }

    /// Claims up to `want` items, at least `least`; otherwise tells why not, and how many there are.
    pub(crate) fn claim_run(&self, least: usize, want: usize) -> Result<ReadGrant<'_, T>, (Refused, usize)> {
        let run = if want == 0 { ClaimedRun::empty() } else { self.turns().claim_run(least, want)? };
        Ok(ReadGrant::new(self, run))
    }

    pub(crate) fn len(&self) -> usize {
        self.turns().occupied()
    }

    pub(crate) fn size(&self) -> usize {
        self.turns.len()
    }

    pub(crate) fn close(&self) {
        self.cursors.close();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.cursors.is_closed()
    }

    /// The one or two runs of memory of `len` slots from `start` on, which is less than the size.
    pub(super) fn pieces(&self, start: usize, len: usize) -> [(*mut T, usize); 2] {
        let first = len.min(self.size() - start);
        [(self.place(start), first), (self.place(0), len - first)]
    }

    /// The slot at `index`, which is less than the size.
    #[inline]
    fn place(&self, index: usize) -> *mut T {
        debug_assert!(index < self.size());
        self.slots.base().as_ptr().wrapping_add(index)
    }
}

impl<T> Drop for Shared<T> {
    fn drop(&mut self) {
        /// Goes on with the rest when the drop of an item panics.
        struct Rest<'a, T>(&'a Shared<T>);
        impl<T> Drop for Rest<'_, T> {
            fn drop(&mut self) {
                drop_committed(self.0);
            }
        }
        fn drop_committed<T>(ring: &Shared<T>) {
            while let Some(claimed) = ring.turns().claim_alone() {
                let rest = Rest(ring);
                drop(Claim { ring, claimed: ManuallyDrop::new(claimed), item: PhantomData });
                core::mem::forget(rest);
            }
        }
        if core::mem::needs_drop::<T>() {
            drop_committed(self);
        }
    }
}

/// A slot to be written in place. It has its position in the queue from now on: until it is committed or abandoned, later items
/// wait behind it. Dropping it abandons it; forgetting it loses the slot, and all later items wait for ever.
#[must_use = "dropping a slot abandons it"]
pub struct Slot<'a, T> {
    ring: &'a Shared<T>,
    reserved: ManuallyDrop<Reserved>,
}

impl<T> Slot<'_, T> {
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
        let place = self.ring.place(self.ring.turns().index_to_write(&self.reserved));
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
        // SAFETY: `this` is not dropped, so the reservation is taken once.
        let reserved = unsafe { ManuallyDrop::take(&mut this.reserved) };
        this.ring.turns().commit(reserved);
    }

    /// Gives the slot back unused. The same as dropping it.
    pub fn abandon(self) {}
}

impl<T> Drop for Slot<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: taken once: `commit` does not come here.
        let reserved = unsafe { ManuallyDrop::take(&mut self.reserved) };
        self.ring.turns().abandon(reserved);
    }
}

/// One item, read in place. Dropping the claim drops the item and hands its slot back; forgetting it loses item and slot.
#[must_use = "dropping a claim drops the item"]
pub struct Claim<'a, T> {
    ring: &'a Shared<T>,
    claimed: ManuallyDrop<Claimed>,
    /// It gives out `&T` when shared: `Sync` only where `T` is, which a ring does not ask for.
    item: PhantomData<&'a mut T>,
}

impl<T> Claim<'_, T> {
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
        self.ring.place(self.ring.turns().index_to_read(&self.claimed))
    }

    /// To be called once, last.
    #[inline]
    fn hand_back(&mut self) {
        // SAFETY: taken once: `into_inner` does not drop, and `drop` comes here once.
        let claimed = unsafe { ManuallyDrop::take(&mut self.claimed) };
        self.ring.turns().release(claimed);
    }
}

impl<T> Drop for Claim<'_, T> {
    fn drop(&mut self) {
        /// Hands the slot back after the drop of the item, also when that panics.
        struct After<'c, 'a, T>(&'c mut Claim<'a, T>);
        impl<T> Drop for After<'_, '_, T> {
            fn drop(&mut self) {
                self.0.hand_back();
            }
        }
        let place = self.place();
        let _after = After(self);
        // SAFETY: claimed, so ours and written (T, T1), and never looked at again: it is handed back after this.
        unsafe { place.drop_in_place() };
    }
}

impl<T> Deref for Claim<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: claimed, so ours and written (T, T1) until the claim goes.
        unsafe { &*self.place() }
    }
}

impl<T> DerefMut for Claim<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above, and borrowed exclusively.
        unsafe { &mut *self.place() }
    }
}

impl<T> fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ring").field("cursors", &self.cursors).field("capacity", &self.size()).finish()
    }
}

impl<T> fmt::Debug for Slot<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Claim<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim").finish_non_exhaustive()
    }
}
