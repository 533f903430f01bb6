//! Grants: a span with its memory, and the duty to commit or release it.
use super::Lane;
use super::pieces::{Pieces, drop_all, fill, fill_copy, slices, slices_mut, uninit_slices};
use annulus_protocol::lane::{Reader, Reserved};
use annulus_protocol::pos::{count, word};
use annulus_protocol::span::Span;
use core::fmt;
use core::marker::PhantomData;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::ops::{Deref, DerefMut};

/// Room for items, to be filled in place. Nothing is visible to the other end until it is committed.
///
/// The slots are contiguous but for the wrap of the ring, hence two slices. Dropping or forgetting the grant costs
/// nothing: the same slots are granted again.
#[must_use = "nothing is published until it is filled or committed"]
pub struct WriteGrant<'a, T> {
    pub(super) reserved: Reserved<'a>,
    pub(super) lane: Lane<T>,
}

impl<'a, T> WriteGrant<'a, T> {
    #[inline]
    pub(super) fn new(reserved: Reserved<'a>, lane: Lane<T>) -> Self {
        Self { reserved, lane }
    }

    /// Number of slots.
    #[inline]
    pub fn len(&self) -> usize {
        count(self.reserved.span().len())
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The slots, oldest first: the second slice is empty unless the grant wraps.
    #[inline]
    pub fn as_uninit_slices(&mut self) -> (&mut [MaybeUninit<T>], &mut [MaybeUninit<T>]) {
        // SAFETY: reserved, so ours (I1) for as long as the grant is borrowed.
        unsafe { uninit_slices(self.lane.slots.pieces(self.reserved.span())) }
    }

    /// Fills every slot with what `make` returns, and commits all.
    ///
    /// # Panics
    /// Only if `make` does; the items made before that are committed.
    pub fn fill_with(self, mut make: impl FnMut() -> T) {
        self.fill_from(core::iter::from_fn(move || Some(make())));
    }

    /// Moves items from `items` until the grant is full or they run out, commits them, and tells how many.
    ///
    /// # Panics
    /// Only if the iterator does; the items it gave before that are committed.
    pub fn fill_from(self, items: impl IntoIterator<Item = T>) -> usize {
        let Self { reserved, lane } = self;
        let pieces = lane.slots.pieces(reserved.span());
        // SAFETY: reserved, so ours (I1) until the commit.
        unsafe { fill(pieces, items, |filled| reserved.commit(lane.cursors(), word(filled))) }
    }

    /// Copies `items` into the slots and commits all.
    ///
    /// # Panics
    /// If there are not exactly as many items as slots.
    #[inline]
    #[track_caller]
    pub fn fill_copy(self, items: &[T])
    where
        T: Copy,
    {
        // SAFETY: reserved, so ours (I1).
        unsafe { fill_copy(self.lane.slots.pieces(self.reserved.span()), items) };
        let n = word(items.len());
        self.reserved.commit(self.lane.cursors(), n);
    }

    /// Publishes the first `n` slots. The rest was never reserved: it is granted again.
    ///
    /// # Safety
    /// The first `n` slots have been initialised.
    ///
    /// # Panics
    /// If `n` is more than [`len`](Self::len).
    #[inline]
    #[track_caller]
    pub unsafe fn commit(self, n: usize) {
        assert!(n <= self.len(), "commit of {n} slots in a grant of {}", self.len());
        self.reserved.commit(self.lane.cursors(), word(n));
    }

    /// Gives the slots back unused. The same as dropping the grant.
    pub fn abandon(self) {}
}

/// Room for one item.
#[must_use = "nothing is published until it is written or committed"]
pub struct Slot<'a, T> {
    grant: WriteGrant<'a, T>,
}

impl<'a, T> Slot<'a, T> {
    /// From a grant of one slot.
    #[inline]
    pub(crate) fn new(grant: WriteGrant<'a, T>) -> Self {
        debug_assert!(grant.len() == 1);
        Self { grant }
    }

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
        &mut self.grant.as_uninit_slices().0[0]
    }

    /// Publishes the slot.
    ///
    /// # Safety
    /// The slot has been initialised.
    #[inline]
    pub unsafe fn commit(self) {
        // SAFETY: the caller initialised it.
        unsafe { self.grant.commit(1) };
    }

    /// Gives the slot back unused. The same as dropping it.
    pub fn abandon(self) {}
}

/// Items to be read in place. The ring keeps them until they are released.
///
/// Dropping or forgetting the grant releases nothing: the same items are granted again.
#[must_use = "nothing is handed back until `release`"]
pub struct ReadGrant<'a, T> {
    reading: Reading<'a, T>,
    span: Span,
    resumable: bool,
    /// It gives out `&T` when shared: `Sync` only where `T` is, which a lane does not ask for.
    items: PhantomData<&'a mut T>,
}

/// A reader at work. Afterwards, also without a release, the producer may overwrite again what is still there.
struct Reading<'a, T> {
    reader: &'a mut Reader,
    lane: Lane<T>,
}

impl<T> Drop for Reading<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.reader.rest(self.lane.cursors());
    }
}

impl<'a, T> ReadGrant<'a, T> {
    /// Of a span that the reader has claimed. Not `resumable`: nobody makes another reader after this one was forgotten, so
    /// it may hand slots back late.
    #[inline]
    pub(super) fn new(reader: &'a mut Reader, lane: Lane<T>, span: Span, resumable: bool) -> Self {
        Self { reading: Reading { reader, lane }, span, resumable, items: PhantomData }
    }

    #[inline]
    pub(crate) fn pieces(&self) -> Pieces<T> {
        self.reading.lane.slots.pieces(&self.span)
    }

    /// Number of items.
    #[inline]
    pub fn len(&self) -> usize {
        count(self.span.len())
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The items, oldest first: the second slice is empty unless the grant wraps.
    #[inline]
    pub fn as_slices(&self) -> (&[T], &[T]) {
        // SAFETY: claimed, so ours and committed (I1); the contents happen before the claim (L1).
        unsafe { slices(self.pieces()) }
    }

    /// The items, to be worked on in place.
    #[inline]
    pub fn as_mut_slices(&mut self) -> (&mut [T], &mut [T]) {
        // SAFETY: claimed, so ours alone and committed (I1); the contents happen before the claim (L1).
        unsafe { slices_mut(self.pieces()) }
    }

    /// Drops the first `n` items in place and hands their slots back. The rest stays unread.
    ///
    /// # Panics
    /// If `n` is more than [`len`](Self::len). If the drop of an item panics, the others of the `n` are dropped all the
    /// same, and none of them twice.
    #[inline]
    #[track_caller]
    pub fn release(self, n: usize) {
        assert!(n <= self.len(), "release of {n} items in a grant of {}", self.len());
        if core::mem::needs_drop::<T>() {
            self.drop_first(n);
        } else {
            let Reading { reader, lane } = &mut { self.reading };
            reader.claimed(self.span).release(lane.cursors(), word(n));
        }
    }

    /// Takes `n` items for good, *then* drops them, then hands the slots back: also when a drop panics.
    fn drop_first(self, n: usize) {
        let [first, second] = self.pieces();
        let from_first = n.min(first.1);
        let _then_hand_back = Taking::new(self, n);
        // SAFETY: claimed, so committed (I1, L1), and taken for good.
        unsafe { drop_all([(first.0, from_first), (second.0, n - from_first)]) };
    }

    /// Swaps items into `items`, hands their slots back, and drops what was in `items` before.
    #[inline]
    pub(crate) fn swap_into(mut self, items: &mut [T]) -> usize {
        let n = self.len().min(items.len());
        let (first, second) = self.as_mut_slices();
        let split = first.len().min(n);
        first[..split].swap_with_slice(&mut items[..split]);
        second[..n - split].swap_with_slice(&mut items[split..n]);
        self.release(n); // drops what was in `items` before
        n
    }
}

impl<'a, T> IntoIterator for ReadGrant<'a, T> {
    type Item = T;
    type IntoIter = IntoIter<'a, T>;
    /// Moves the items out one by one. Those not asked for stay in the ring.
    fn into_iter(self) -> IntoIter<'a, T> {
        let ([first, second], resumable) = (self.pieces(), self.resumable);
        IntoIter { taking: Taking::new(self, 0), first, second, resumable }
    }
}

/// Items that are taken for good, one after the other; their slots are handed back in the end.
struct Taking<'a, T> {
    reading: Reading<'a, T>,
    left: usize,
}

impl<'a, T> Taking<'a, T> {
    /// Takes the first `n` of a grant.
    #[inline]
    fn new(grant: ReadGrant<'a, T>, n: usize) -> Self {
        let left = grant.len() - n;
        let mut reading = grant.reading;
        let Reading { reader, lane } = &mut reading;
        reader.claimed(grant.span).take(lane.cursors(), word(n));
        Self { reading, left }
    }

    /// Takes one more.
    #[inline]
    fn one(&mut self) -> bool {
        let Some(left) = self.left.checked_sub(1) else { return false };
        self.left = left;
        self.reading.reader.take_one_more(self.reading.lane.cursors());
        true
    }
}

impl<T> Drop for Taking<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.reading.reader.show(self.reading.lane.cursors());
    }
}

/// Moves the items of a [`ReadGrant`] out. Those not asked for stay in the ring.
pub struct IntoIter<'a, T> {
    taking: Taking<'a, T>,
    first: (*mut T, usize),
    second: (*mut T, usize),
    resumable: bool,
}

// SAFETY: it is the reader and the items it has claimed; whoever has it has both.
unsafe impl<T: Send> Send for IntoIter<'_, T> {}
// SAFETY: nothing but a number comes out of a shared one.
unsafe impl<T: Send> Sync for IntoIter<'_, T> {}

impl<T> Iterator for IntoIter<'_, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        if self.first.1 == 0 {
            core::mem::swap(&mut self.first, &mut self.second);
        }
        if !self.taking.one() {
            return None;
        }
        let at = self.first.0;
        self.first = (at.wrapping_add(1), self.first.1 - 1);
        // SAFETY: claimed, so ours and committed (I1, L1), and taken for good in this call.
        let value = unsafe { at.read() };
        if self.resumable {
            self.taking.reading.reader.show(self.taking.reading.lane.cursors());
        }
        Some(value)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.first.1 + self.second.1;
        (left, Some(left))
    }
}

impl<T> ExactSizeIterator for IntoIter<'_, T> {}
impl<T> core::iter::FusedIterator for IntoIter<'_, T> {}

/// Moves out all the items that were in the ring when it was made. Those not asked for stay in the ring.
pub struct Drain<'a, T> {
    pub(crate) items: IntoIter<'a, T>,
}

impl<T> Iterator for Drain<'_, T> {
    type Item = T;
    #[inline]
    fn next(&mut self) -> Option<T> {
        self.items.next()
    }
    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.items.size_hint()
    }
}

impl<T> ExactSizeIterator for Drain<'_, T> {}
impl<T> core::iter::FusedIterator for Drain<'_, T> {}

/// One item, read in place. Dropping the claim drops the item and hands its slot back; forgetting it costs nothing: the
/// item is offered again.
#[must_use = "dropping a claim drops the item"]
pub struct Claim<'a, T> {
    grant: ManuallyDrop<ReadGrant<'a, T>>,
}

impl<'a, T> Claim<'a, T> {
    /// From a grant of one item.
    #[inline]
    pub(crate) fn new(grant: ReadGrant<'a, T>) -> Self {
        debug_assert!(grant.len() == 1);
        Self { grant: ManuallyDrop::new(grant) }
    }

    /// Moves the item out and hands the slot back.
    #[inline]
    pub fn into_inner(self) -> T {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: `this` is not dropped, so the grant is taken once.
        let grant = unsafe { ManuallyDrop::take(&mut this.grant) };
        let Some(item) = grant.into_iter().next() else { unreachable!("a claim has its item") };
        item
    }
}

impl<T> Drop for Claim<'_, T> {
    fn drop(&mut self) {
        // SAFETY: taken once: `into_inner` does not come here.
        let grant = unsafe { ManuallyDrop::take(&mut self.grant) };
        grant.release(1);
    }
}

impl<T> Deref for Claim<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        &self.grant.as_slices().0[0]
    }
}

impl<T> DerefMut for Claim<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.grant.as_mut_slices().0[0]
    }
}

impl<T> fmt::Debug for WriteGrant<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteGrant").field("len", &self.len()).finish()
    }
}

impl<T> fmt::Debug for Slot<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for ReadGrant<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadGrant").field("len", &self.len()).finish()
    }
}

impl<T> fmt::Debug for Claim<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for IntoIter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntoIter").field("left", &self.size_hint().0).finish()
    }
}

impl<T> fmt::Debug for Drain<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drain").field("left", &self.size_hint().0).finish()
    }
}
