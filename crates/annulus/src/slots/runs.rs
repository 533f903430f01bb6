//! Runs of slots of a shared ring, with values in them.
use super::shared::Shared;
use annulus_protocol::turns::{ClaimedRun, ReservedRun};
use core::fmt;
use core::marker::PhantomData;
use core::mem::{ManuallyDrop, MaybeUninit};

/// Slots to be written in place, next to each other but for the wrap of the ring, hence two slices. They have their positions in the
/// queue from now on: later items wait behind them. Dropping the grant abandons them; forgetting it loses them, and all later
/// items wait for ever.
#[must_use = "dropping a grant abandons its slots"]
pub struct WriteGrant<'a, T> {
    ring: &'a Shared<T>,
    run: ManuallyDrop<ReservedRun>,
}

impl<'a, T> WriteGrant<'a, T> {
    pub(super) fn new(ring: &'a Shared<T>, run: ReservedRun) -> Self {
        Self { ring, run: ManuallyDrop::new(run) }
    }

    /// Number of slots.
    pub fn len(&self) -> usize {
        self.ring.turns().slots_to_write(&self.run).1
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The slots, oldest first: the second slice is empty unless the grant wraps.
    pub fn as_uninit_slices(&mut self) -> (&mut [MaybeUninit<T>], &mut [MaybeUninit<T>]) {
        let [first, second] = self.pieces();
        // SAFETY: reserved, so ours (T) for as long as the grant is borrowed; the two pieces do not overlap.
        let first = unsafe { core::slice::from_raw_parts_mut(first.0.cast(), first.1) };
        // SAFETY: as above.
        let second = unsafe { core::slice::from_raw_parts_mut(second.0.cast(), second.1) };
        (first, second)
    }

    /// Fills every slot with what `make` returns, and commits all.
    ///
    /// # Panics
    /// Only if `make` does; the items made before that are committed, and the other slots abandoned.
    pub fn fill_with(self, mut make: impl FnMut() -> T) {
        let mut filling = Filling { grant: ManuallyDrop::new(self), filled: 0 };
        let pieces = filling.grant.pieces();
        for (start, len) in pieces {
            for offset in 0..len {
                let item = make();
                // SAFETY: reserved, so ours (T) and in bounds; its last item was moved out before it was released (T2).
                unsafe { start.wrapping_add(offset).write(item) };
                filling.filled += 1;
            }
        }
    }

    /// Copies `items` into the slots and commits all.
    ///
    /// # Panics
    /// If there are not exactly as many items as slots.
    #[track_caller]
    pub fn fill_copy(self, items: &[T])
    where
        T: Copy,
    {
        assert!(items.len() == self.len(), "fill_copy: {} items for {} slots", items.len(), self.len());
        let mut items = items.iter();
        self.fill_with(|| *items.next().expect("as many items as slots"));
    }

    /// Publishes the first `n` slots, and abandons the others.
    ///
    /// # Safety
    /// The first `n` slots have been initialised.
    ///
    /// # Panics
    /// If `n` is more than [`len`](Self::len).
    #[track_caller]
    pub unsafe fn commit(self, n: usize) {
        assert!(n <= self.len(), "commit of {n} slots in a grant of {}", self.len());
        ManuallyDrop::new(self).hand_on(n);
    }

    /// Gives the slots back unused. The same as dropping the grant.
    pub fn abandon(self) {}

    fn pieces(&self) -> [(*mut T, usize); 2] {
        let (start, len) = self.ring.turns().slots_to_write(&self.run);
        self.ring.pieces(start, len)
    }

    /// To be called once, last.
    fn hand_on(&mut self, n: usize) {
        // SAFETY: taken once: `commit` and `Filling` do not drop the grant, and `drop` comes here once.
        let run = unsafe { ManuallyDrop::take(&mut self.run) };
        self.ring.turns().commit_run(run, n);
    }
}

impl<T> Drop for WriteGrant<'_, T> {
    fn drop(&mut self) {
        self.hand_on(0);
    }
}

/// Commits what has been filled, also when the filling panics.
struct Filling<'a, T> {
    grant: ManuallyDrop<WriteGrant<'a, T>>,
    filled: usize,
}

impl<T> Drop for Filling<'_, T> {
    fn drop(&mut self) {
        self.grant.hand_on(self.filled);
    }
}

/// Items to be read in place. Dropping the grant drops them and hands their slots back; forgetting it loses both.
#[must_use = "dropping a grant drops its items"]
pub struct ReadGrant<'a, T> {
    ring: &'a Shared<T>,
    run: ManuallyDrop<ClaimedRun>,
    /// How many were moved out, or dropped, from the oldest on.
    gone: usize,
    /// It gives out `&T` when shared: `Sync` only where `T` is, which a ring does not ask for.
    items: PhantomData<&'a mut T>,
}

impl<'a, T> ReadGrant<'a, T> {
    pub(super) fn new(ring: &'a Shared<T>, run: ClaimedRun) -> Self {
        Self { ring, run: ManuallyDrop::new(run), gone: 0, items: PhantomData }
    }

    /// Number of items.
    pub fn len(&self) -> usize {
        self.ring.turns().slots_to_read(&self.run).1 - self.gone
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The items, oldest first: the second slice is empty unless the grant wraps.
    pub fn as_slices(&self) -> (&[T], &[T]) {
        let [first, second] = self.pieces();
        // SAFETY: claimed, so ours and written (T, T1), and not gone.
        let first = unsafe { core::slice::from_raw_parts(first.0, first.1) };
        // SAFETY: as above.
        let second = unsafe { core::slice::from_raw_parts(second.0, second.1) };
        (first, second)
    }

    /// The items, to be worked on in place.
    pub fn as_mut_slices(&mut self) -> (&mut [T], &mut [T]) {
        let [first, second] = self.pieces();
        // SAFETY: claimed, so ours and written (T, T1), and not gone; the pieces do not overlap.
        let first = unsafe { core::slice::from_raw_parts_mut(first.0, first.1) };
        // SAFETY: as above.
        let second = unsafe { core::slice::from_raw_parts_mut(second.0, second.1) };
        (first, second)
    }

    /// Drops the items and hands their slots back, the same as dropping the grant: where consumers share a ring, what was claimed
    /// and is not wanted is not offered again.
    ///
    /// # Panics
    /// If `n` is more than [`len`](Self::len), which is most likely a mistake; and if the drop of an item does.
    #[track_caller]
    pub fn release(self, n: usize) {
        assert!(n <= self.len(), "release of {n} items in a grant of {}", self.len());
    }

    fn pieces(&self) -> [(*mut T, usize); 2] {
        let (start, len) = self.ring.turns().slots_to_read(&self.run);
        self.ring.pieces((start + self.gone) % self.ring.size(), len - self.gone)
    }
}

/// Moves the items out. What is not asked for is dropped, and all slots are handed back together, when the grant goes.
impl<T> Iterator for ReadGrant<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        let [(oldest, len), _] = self.pieces();
        if len == 0 {
            return None;
        }
        self.gone += 1;
        // SAFETY: claimed, so ours and written (T, T1); counted as gone, so never looked at again.
        Some(unsafe { oldest.read() })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.len(), Some(self.len()))
    }
}

impl<T> ExactSizeIterator for ReadGrant<'_, T> {
    fn len(&self) -> usize {
        ReadGrant::len(self)
    }
}
impl<T> core::iter::FusedIterator for ReadGrant<'_, T> {}

impl<T> Drop for ReadGrant<'_, T> {
    fn drop(&mut self) {
        /// Drops the rest and hands the slots back, also when the drop of an item panics.
        struct Rest<'g, 'a, T>(&'g mut ReadGrant<'a, T>);
        impl<T> Drop for Rest<'_, '_, T> {
            fn drop(&mut self) {
                self.0.by_ref().for_each(drop);
                // SAFETY: taken once: a grant is dropped once.
                let run = unsafe { ManuallyDrop::take(&mut self.0.run) };
                self.0.ring.turns().release_run(run);
            }
        }
        let rest = Rest(self);
        if core::mem::needs_drop::<T>() {
            rest.0.by_ref().for_each(drop);
        } else {
            rest.0.gone += rest.0.len();
        }
    }
}

impl<T> fmt::Debug for WriteGrant<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteGrant").field("len", &self.len()).finish()
    }
}

impl<T> fmt::Debug for ReadGrant<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadGrant").field("len", &self.len()).finish()
    }
}
