//! A ring in the caller's memory: its control words, its turns and its slots in three places.
use super::super::{Borrowed, Unfit};
use super::{Home, Share, Topology};
use crate::slots::order::SharedWords;
use crate::slots::shared::Shared;
use annulus_protocol::crowd::Crowd;
use core::fmt;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ptr::NonNull;

/// The control words of a ring in the caller's memory. One ring at a time uses them.
pub struct Control<M: Topology> {
    cursors: <M::Order as SharedWords>::Cursors,
    crowd: Crowd,
}

/// Both ends of a ring of kind `M`.
type Ends<'a, T, M> =
    (<M as Topology>::Producer<T, Borrowed<'a>>, <M as Topology>::Consumer<T, Borrowed<'a>>);

impl<M: Topology> Control<M> {
    /// For a ring that is empty.
    pub const fn new() -> Self {
        Self { cursors: M::Order::CURSORS, crowd: Crowd::new() }
    }

    pub(crate) fn ends<'a, T>(
        &'a self,
        turns: &'a mut [<M::Order as SharedWords>::Turn],
        slots: &'a mut [MaybeUninit<T>],
    ) -> Result<Ends<'a, T, M>, Unfit> {
        let size = slots.len();
        if turns.len() != size {
            return Err(Unfit::Lengths { of: M::Order::TURNS, turns: turns.len(), slots: size });
        }
        let most = M::Order::MAX_SIZE;
        if !(1..=most).contains(&size) {
            return Err(Unfit::Size { most });
        }
        if !self.crowd.take() {
            return Err(Unfit::InUse);
        }
        M::Order::restart(&self.cursors);
        turns.fill_with(|| M::Order::TURN);
        let (turns, base) = (NonNull::from(turns).cast(), NonNull::from(slots).cast());
        // SAFETY: (M4) all are borrowed for `'a`, which the ends carry in `Borrowed`.
        let ring = unsafe { Shared::<T, M::Order>::new(NonNull::from(&self.cursors), turns, base, size) };
        // SAFETY: (M4) as above; (M5) all ends of the last ring with these control words came home, S3 orders what they did,
        // and one of each was counted out.
        let shares = unsafe { Share::first(ring, NonNull::from(&self.crowd), Home::Borrowed(PhantomData)) };
        Ok(M::ends(shares))
    }
}

impl<M: Topology> Default for Control<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M: Topology> fmt::Debug for Control<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control").field("cursors", &self.cursors).field("ends", &self.crowd).finish()
    }
}
