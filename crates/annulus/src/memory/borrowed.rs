//! A ring in the caller's memory: its control words in one place, its slots in another.
use super::keep::Home;
use super::{Borrowed, MAX_SIZE, Unfit, ends};
use crate::slots::pieces::finally;
use crate::slots::{Inlet, Lane, Outlet, drop_committed};
use annulus_protocol::lane::Cursors;
use annulus_protocol::life::End;
use annulus_protocol::seat::Pair;
use core::mem::MaybeUninit;
use core::ptr::NonNull;

/// The control words of a ring in the caller's memory. One ring at a time uses them.
#[derive(Debug)]
pub struct Control {
    cursors: Cursors,
    pair: Pair,
}

type Ends<'a, T> = ((Inlet<T>, Borrowed<'a>), (Outlet<T>, Borrowed<'a>));

impl Control {
    /// For a ring that is empty.
    pub const fn new() -> Self {
        Self { cursors: Cursors::starting_at(crate::FIRST_POSITION), pair: Pair::new() }
    }

    pub(crate) fn ends<'a, T>(&'a self, slots: &'a mut [MaybeUninit<T>]) -> Result<Ends<'a, T>, Unfit> {
        if !(1..=MAX_SIZE).contains(&slots.len()) {
            return Err(Unfit::Size { most: MAX_SIZE });
        }
        if !self.pair.take() {
            return Err(Unfit::InUse);
        }
        self.cursors.restart();
        let (base, size) = (NonNull::from(&mut *slots).cast(), slots.len());
        // SAFETY: (M1) both are borrowed for `'a`, which the ends carry in `Borrowed`.
        let lane = unsafe { Lane::new(NonNull::from(&self.cursors), base, size) };
        // SAFETY: (M2) both ends of the last ring with these control words came home, S3 orders what they did, and the
        // lane is empty. A forgotten end never comes home, so the lane is not resumable.
        let (inlet, outlet) = unsafe { ends(lane, 1, false) };
        let home = || Borrowed::shared(Home { pair: &self.pair, clear: true });
        Ok(((inlet, home()), (outlet, home())))
    }
}

impl Default for Control {
    fn default() -> Self {
        Self::new()
    }
}

/// One end comes home; the last one puts the ring away.
pub(super) fn leave<T>(home: Home<'_>, end: End, lane: &Lane<T>) {
    if home.pair.leave(end) {
        let _free = finally(|| home.pair.free()); // also when the drop of an item panics
        if home.clear {
            // SAFETY: (M2) both ends have left, S2 orders what they did, and nobody takes them before `free`.
            unsafe { drop_committed(*lane) };
        }
    }
}
