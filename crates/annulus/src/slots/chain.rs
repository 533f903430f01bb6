//! Runs of slots of a pool, which lie anywhere, with values in them.
use super::pieces::finally;
use super::pool::ByCommit;
use super::shared::Shared;
use annulus_protocol::pool::{ClaimedRun, Indices, Refused, ReservedRun};
use core::fmt;
use core::iter::FusedIterator;
use core::marker::PhantomData;
use core::mem::{ManuallyDrop, MaybeUninit};

impl<T> Shared<T, ByCommit> {
    /// Reserves up to `want` slots, at least `least`; otherwise tells why not, and how many there are.
    pub(crate) fn reserve_chain(
        &self,
        least: usize,
        want: usize,
    ) -> Result<WriteGrant<'_, T>, (Refused, usize)> {
        let run = if want == 0 { ReservedRun::empty() } else { self.words().reserve_run(least, want)? };
        Ok(WriteGrant { ring: self, run: ManuallyDrop::new(run), filled: 0 })
    }

    /// Claims up to `want` items, at least one unless `want` is zero.
    pub(crate) fn claim_chain(&self, want: usize) -> Result<ReadGrant<'_, T>, Refused> {
        let run = if want == 0 { ClaimedRun::empty() } else { self.words().claim_run(want)? };
        let rest = self.words().indices_to_read(&run);
        Ok(ReadGrant { ring: self, run: ManuallyDrop::new(run), rest, items: PhantomData })
    }
}

/// Slots to be written in place, which need not lie next to each other, so there is no slice of them. They have no positions in the
/// queue yet: those that are committed get them then. Dropping the grant abandons them; forgetting it loses them, and nothing else.
///
/// # Progress
/// Handing on and giving back is lock-free for each slot; nothing else here takes a step that others could notice.
#[must_use = "dropping a grant abandons its slots"]
pub struct WriteGrant<'a, T> {
    ring: &'a Shared<T, ByCommit>,
    run: ManuallyDrop<ReservedRun>,
    /// How many will be committed when it goes: those before are written.
    filled: usize,
}

impl<T> WriteGrant<'_, T> {
    /// Number of slots.
    pub fn len(&self) -> usize {
        self.run.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The slots, in the order in which they will be committed.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = &mut MaybeUninit<T>> + FusedIterator {
        let ring = self.ring;
        self.indices().map(move |index| {
            // SAFETY: reserved, so ours (Q) for as long as the grant is borrowed; and no index is twice in a run.
            unsafe { &mut *ring.place(index).cast() }
        })
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
    pub fn fill_from(mut self, items: impl IntoIterator<Item = T>) -> usize {
        let mut items = items.into_iter();
        for index in self.indices() {
            let Some(item) = items.next() else { break };
            // SAFETY: reserved, so ours (Q); what was in it was moved out before its release (P1).
            unsafe { self.ring.place(index).write(item) };
            self.filled += 1;
        }
        self.filled // committed by the drop, also if `items` panics
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
        let slots = self.len();
        assert!(items.len() == slots, "fill_copy: {} items for {slots} slots", items.len());
        self.fill_from(items.iter().copied());
    }

    /// Publishes the first `n` slots, and abandons the others.
    ///
    /// # Safety
    /// The first `n` slots, as [`iter_mut`](Self::iter_mut) gives them, have been initialised.
    ///
    /// # Panics
    /// If `n` is more than [`len`](Self::len).
    #[track_caller]
    pub unsafe fn commit(mut self, n: usize) {
        assert!(n <= self.len(), "commit of {n} slots in a grant of {}", self.len());
        self.filled = n;
    }

    /// Gives the slots back unused. The same as dropping the grant.
    pub fn abandon(self) {}
}

impl<'a, T> WriteGrant<'a, T> {
    fn indices(&self) -> Indices<'a> {
        self.ring.words().indices_to_write(&self.run)
    }
}

impl<T> Drop for WriteGrant<'_, T> {
    fn drop(&mut self) {
        // SAFETY: nothing takes it before, and a grant is dropped once (G).
        let run = unsafe { ManuallyDrop::take(&mut self.run) };
        self.ring.words().commit_run(run, self.filled);
    }
}

/// Items to be read in place, which need not lie next to each other, so there is no slice of them. Dropping the grant drops them and
/// hands their slots back; forgetting it loses both, and nothing else.
///
/// # Progress
/// Handing on and giving back is lock-free for each slot; nothing else here takes a step that others could notice.
#[must_use = "dropping a grant drops its items"]
pub struct ReadGrant<'a, T> {
    ring: &'a Shared<T, ByCommit>,
    run: ManuallyDrop<ClaimedRun>,
    /// Those that were neither moved out nor dropped.
    rest: Indices<'a>,
    /// It gives out `&T` when shared: `Sync` only where `T` is, which a ring does not ask for.
    items: PhantomData<&'a mut T>,
}

impl<T> ReadGrant<'_, T> {
    /// Number of items.
    pub fn len(&self) -> usize {
        self.rest.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The items, oldest first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &T> + FusedIterator {
        let ring = self.ring;
        self.rest.clone().map(move |index| {
            // SAFETY: claimed, so ours and written (Q, P1), and not gone for as long as the grant is borrowed.
            unsafe { &*ring.place(index) }
        })
    }

    /// The items, to be worked on in place.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = &mut T> + FusedIterator {
        let ring = self.ring;
        self.rest.clone().map(move |index| {
            // SAFETY: as above, and borrowed exclusively; no index is twice in a run.
            unsafe { &mut *ring.place(index) }
        })
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

    /// All of them, also when the drop of one panics.
    fn drop_rest(&mut self) {
        while let Some(index) = self.rest.next() {
            let place = self.ring.place(index);
            let others = finally(|| self.drop_rest());
            // SAFETY: claimed, so ours and written (Q, P1), gone from the rest, and handed back after this.
            unsafe { place.drop_in_place() };
            core::mem::forget(others);
        }
    }
}

/// Moves the items out. What is not asked for is dropped, and all slots are handed back together, when the grant goes.
impl<T> Iterator for ReadGrant<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        let index = self.rest.next()?;
        // SAFETY: claimed, so ours and written (Q, P1); gone from the rest, so never looked at again.
        Some(unsafe { self.ring.place(index).read() })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rest.size_hint()
    }
}

impl<T> ExactSizeIterator for ReadGrant<'_, T> {}
impl<T> FusedIterator for ReadGrant<'_, T> {}

impl<T> Drop for ReadGrant<'_, T> {
    fn drop(&mut self) {
        let ring = self.ring;
        // SAFETY: nothing takes it before, and a grant is dropped once (G).
        let run = unsafe { ManuallyDrop::take(&mut self.run) };
        let _hand_back = finally(|| ring.words().release_run(run)); // also when the drop of an item panics
        if core::mem::needs_drop::<T>() {
            self.drop_rest();
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
