//! A ring in the caller's memory: its control words in one place, its slots in another.
use super::keep::Home;
use super::{Borrowed, Kept, MAX_SIZE, Unfit};
use crate::slots::Lane;
use crate::slots::pieces::finally;
use crate::slots::words::{Ends, Words};
use annulus_protocol::life::End;
use annulus_protocol::seat::Pair;
use annulus_protocol::{bip, lane};
use core::mem::MaybeUninit;
use core::ptr::NonNull;

/// The control words of a ring in the caller's memory. One ring at a time uses them.
#[derive(Debug)]
pub struct Control<C> {
    cursors: C,
    pair: Pair,
}

impl<C: Words> Control<C> {
    /// For a ring that is empty.
    pub const fn new() -> Self {
        Self { cursors: C::NEW, pair: Pair::new() }
    }

    /// # Safety
    /// (M7) for the slots, which the caller has for `'a`.
    unsafe fn ends_over<'a, T>(&'a self, slots: NonNull<[T]>) -> Result<Kept<T, C, Borrowed<'a>>, Unfit>
    where
        C: Ends<T>,
    {
        if !(1..=MAX_SIZE).contains(&slots.len()) {
            return Err(Unfit::Size { most: MAX_SIZE });
        }
        if !self.pair.take() {
            return Err(Unfit::InUse);
        }
        self.cursors.restart();
        // SAFETY: (M1) both are borrowed for `'a`, which the ends carry in `Borrowed`.
        let lane = unsafe { Lane::new(NonNull::from(&self.cursors), slots.cast(), slots.len()) };
        // SAFETY: (M2) both ends of the last ring with these control words came home, S3 orders what they did, and the
        // ring is empty. A forgotten end never comes home, so the ring is not resumable. (M7) is the caller's promise.
        let (inlet, outlet) = unsafe { C::ends(lane, 1, false) };
        let home = || Borrowed::shared(Home { pair: &self.pair, clear: true });
        Ok(((inlet, home()), (outlet, home())))
    }
}

impl Control<lane::Cursors> {
    pub(crate) fn ends<'a, T>(
        &'a self,
        slots: &'a mut [MaybeUninit<T>],
    ) -> Result<Kept<T, lane::Cursors, Borrowed<'a>>, Unfit> {
        let slots = NonNull::slice_from_raw_parts(NonNull::from(&mut *slots).cast(), slots.len());
        // SAFETY: borrowed for `'a`; (M7) asks for nothing of a lane.
        unsafe { self.ends_over(slots) }
    }
}

impl Control<bip::Cursors> {
    pub(crate) fn ends<'a>(
        &'a self,
        bytes: &'a mut [u8],
    ) -> Result<Kept<u8, bip::Cursors, Borrowed<'a>>, Unfit> {
        // SAFETY: borrowed for `'a`; (M7) they are bytes.
        unsafe { self.ends_over(NonNull::from(bytes)) }
    }
}

impl<C: Words> Default for Control<C> {
    fn default() -> Self {
        Self::new()
    }
}

/// One end comes home; the last one puts the ring away.
pub(super) fn leave<T, C: Ends<T>>(home: Home<'_>, end: End, lane: &Lane<T, C>) {
    if home.pair.leave(end) {
        let _free = finally(|| home.pair.free()); // also when the drop of an item panics
        if home.clear {
            // SAFETY: (M2) both ends have left, S2 orders what they did, and nobody takes them before `free`.
            unsafe { C::drop_committed(*lane) };
        }
    }
}
