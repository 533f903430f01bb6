//! Runs of slots of a shared ring, with values in them.
use super::order::Runs;
use super::pieces::{Pieces, drop_all, fill, fill_copy, finally, slices, slices_mut, uninit_slices};
use super::shared::Shared;
use annulus_protocol::turns::Refused;
use core::fmt;
use core::marker::PhantomData;
use core::mem::{ManuallyDrop, MaybeUninit};

impl<T, O: Runs> Shared<T, O> {
    /// Reserves up to `want` slots, at least `least`; otherwise tells why not, and how many there are.
    pub(crate) fn reserve_run(
        &self,
        least: usize,
        want: usize,
    ) -> Result<WriteGrant<'_, T, O>, (Refused, usize)> {
        let run = if want == 0 { O::none_to_write() } else { O::reserve_run(self.words(), least, want)? };
        Ok(WriteGrant { ring: self, run: ManuallyDrop::new(run) })
    }

    /// Claims up to `want` items, at least `least`; otherwise tells why not, and how many there are.
    pub(crate) fn claim_run(
        &self,
        least: usize,
        want: usize,
    ) -> Result<ReadGrant<'_, T, O>, (Refused, usize)> {
        let run = if want == 0 { O::none_to_read() } else { O::claim_run(self.words(), least, want)? };
        let (start, left) = O::slots_to_read(self.words(), &run);
        Ok(ReadGrant { ring: self, run: ManuallyDrop::new(run), start, left, items: PhantomData })
    }
}

/// Slots to be written in place, next to each other but for the wrap of the ring, hence two slices. They have their positions in the
/// queue from now on: later items wait behind them. Dropping the grant abandons them; forgetting it loses them, and all later
/// items wait for ever.
///
/// # Progress
/// Handing on and giving back is wait-free, one store for each slot; nothing else here takes a step that others could notice.
#[must_use = "dropping a grant abandons its slots"]
pub struct WriteGrant<'a, T, O: Runs> {
    ring: &'a Shared<T, O>,
    run: ManuallyDrop<O::ReservedRun>,
}

impl<T, O: Runs> WriteGrant<'_, T, O> {
    /// Number of slots.
    pub fn len(&self) -> usize {
        O::slots_to_write(self.ring.words(), &self.run).1
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The slots, oldest first: the second slice is empty unless the grant wraps.
    pub fn as_uninit_slices(&mut self) -> (&mut [MaybeUninit<T>], &mut [MaybeUninit<T>]) {
        // SAFETY: reserved, so ours (T) for as long as the grant is borrowed.
        unsafe { uninit_slices(self.pieces()) }
    }

    /// Fills every slot with what `make` returns, and commits all.
    ///
    /// # Panics
    /// Only if `make` does; the items made before that are committed, and the other slots abandoned.
    pub fn fill_with(self, mut make: impl FnMut() -> T) {
        self.fill_from(core::iter::from_fn(move || Some(make())));
    }

    /// Moves items from `items` until the grant is full or they run out, commits them, abandons the other slots, and tells how many
    /// items there were.
    ///
    /// # Panics
    /// Only if the iterator does; the items it gave before that are committed, and the other slots abandoned.
    pub fn fill_from(self, items: impl IntoIterator<Item = T>) -> usize {
        let mut this = ManuallyDrop::new(self);
        let pieces = this.pieces();
        // SAFETY: reserved, so ours (T) until it is handed on.
        unsafe { fill(pieces, items, |filled| this.hand_on(filled)) }
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
        // SAFETY: reserved, so ours (T).
        unsafe { fill_copy(self.pieces(), items) };
        ManuallyDrop::new(self).hand_on(items.len());
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

    fn pieces(&self) -> Pieces<T> {
        let (start, len) = O::slots_to_write(self.ring.words(), &self.run);
        self.ring.pieces(start, len)
    }

    /// To be called once, last.
    fn hand_on(&mut self, n: usize) {
        // SAFETY: taken once (G): who comes here otherwise does not drop the grant, and `drop` comes here once.
        let run = unsafe { ManuallyDrop::take(&mut self.run) };
        O::commit_run(self.ring.words(), run, n);
    }
}

impl<T, O: Runs> Drop for WriteGrant<'_, T, O> {
    fn drop(&mut self) {
        self.hand_on(0);
    }
}

/// Items to be read in place. Dropping the grant drops them and hands their slots back, also if the drop of one panics; forgetting it loses
/// both.
///
/// # Progress
/// Handing on and giving back is wait-free, one store for each slot; nothing else here takes a step that others could notice.
#[must_use = "dropping a grant drops its items"]
pub struct ReadGrant<'a, T, O: Runs> {
    ring: &'a Shared<T, O>,
    run: ManuallyDrop<O::ClaimedRun>,
    /// Where the oldest item is that was not moved out.
    start: usize,
    /// How many there are from there on.
    left: usize,
    /// It gives out `&T` when shared: `Sync` only where `T` is, which a ring does not ask for.
    items: PhantomData<&'a mut T>,
}

impl<T, O: Runs> ReadGrant<'_, T, O> {
    /// Number of items.
    pub fn len(&self) -> usize {
        self.left
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The items, oldest first: the second slice is empty unless the grant wraps.
    pub fn as_slices(&self) -> (&[T], &[T]) {
        // SAFETY: claimed, so ours and written (T, T1), and not moved out.
        unsafe { slices(self.pieces()) }
    }

    /// The items, to be worked on in place.
    pub fn as_mut_slices(&mut self) -> (&mut [T], &mut [T]) {
        // SAFETY: claimed, so ours and written (T, T1), and not moved out.
        unsafe { slices_mut(self.pieces()) }
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

    fn pieces(&self) -> Pieces<T> {
        self.ring.pieces(self.start, self.left)
    }
}

/// Moves the items out. What is not asked for is dropped, and all slots are handed back together, when the grant goes.
impl<T, O: Runs> Iterator for ReadGrant<'_, T, O> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.left = self.left.checked_sub(1)?;
        let oldest = self.ring.place(self.start);
        self.start = if self.start + 1 < self.ring.size() { self.start + 1 } else { 0 };
        // SAFETY: claimed, so ours and written (T, T1); not counted any more, so never looked at again.
        Some(unsafe { oldest.read() })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.len(), Some(self.len()))
    }
}

impl<T, O: Runs> ExactSizeIterator for ReadGrant<'_, T, O> {
    fn len(&self) -> usize {
        ReadGrant::len(self)
    }
}
impl<T, O: Runs> core::iter::FusedIterator for ReadGrant<'_, T, O> {}

impl<T, O: Runs> Drop for ReadGrant<'_, T, O> {
    fn drop(&mut self) {
        let pieces = self.pieces();
        let _hand_back = finally(|| {
            // SAFETY: nothing takes it before, and a grant is dropped once (G).
            let run = unsafe { ManuallyDrop::take(&mut self.run) };
            O::release_run(self.ring.words(), run);
        });
        // SAFETY: claimed, so ours and written (T, T1), not moved out, and handed back after this.
        unsafe { drop_all(pieces) };
    }
}

impl<T, O: Runs> fmt::Debug for WriteGrant<'_, T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteGrant").field("len", &self.len()).finish()
    }
}

impl<T, O: Runs> fmt::Debug for ReadGrant<'_, T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadGrant").field("len", &self.len()).finish()
    }
}
