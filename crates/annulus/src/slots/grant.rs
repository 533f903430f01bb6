//! Grants of an end of which there is one: a span with its memory, and the duty to commit or release it.
use super::one::{Reads, Writes};
use super::pieces::{Pieces, drop_all, fill, fill_copy, slices, slices_mut, uninit_slices};
use annulus_protocol::lane::{Reader, Writer};
use annulus_protocol::pos::count;
use annulus_protocol::span::Span;
use core::fmt;
use core::marker::PhantomData;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::ops::{Deref, DerefMut};

/// Room for items, to be filled in place. Nothing is visible to the other end until it is committed.
///
/// The slots are contiguous but for the wrap of the ring, hence two slices. Dropping or forgetting the grant costs
/// nothing: the same slots are granted again.
///
/// # Progress
/// Wait-free: of a lane, a few steps for all slots together; beside many other ends, a few and one for each slot.
#[must_use = "nothing is published until it is filled or committed"]
pub struct WriteGrant<'a, T, W: Writes = Writer> {
    writer: &'a mut W,
    ring: W::Ring<T>,
    span: Span,
}

impl<'a, T, W: Writes> WriteGrant<'a, T, W> {
    /// Of a span that the writer has reserved.
    #[inline]
    pub(super) fn new(writer: &'a mut W, ring: W::Ring<T>, span: Span) -> Self {
        Self { writer, ring, span }
    }

    /// Where the slots are. They are the caller's while the grant lives.
    #[inline]
    pub(crate) fn pieces(&self) -> Pieces<T> {
        W::pieces(&self.ring, &self.span)
    }

    /// Number of slots.
    #[inline]
    pub fn len(&self) -> usize {
        count(self.span.len())
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The slots, oldest first: the second slice is empty unless the grant wraps.
    #[inline]
    pub fn as_uninit_slices(&mut self) -> (&mut [MaybeUninit<T>], &mut [MaybeUninit<T>]) {
        // SAFETY: reserved, so ours (I1, T-sole) for as long as the grant is borrowed.
        unsafe { uninit_slices(self.pieces()) }
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
        let pieces = self.pieces();
        let Self { writer, ring, span } = self;
        // SAFETY: reserved, so ours (I1, T-sole) until the commit.
        unsafe { fill(pieces, items, |filled| writer.commit(&ring, span, filled)) }
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
        // SAFETY: reserved, so ours (I1, T-sole).
        unsafe { fill_copy(self.pieces(), items) };
        self.writer.commit(&self.ring, self.span, items.len());
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
        self.writer.commit(&self.ring, self.span, n);
    }

    /// Gives the slots back unused. The same as dropping the grant.
    pub fn abandon(self) {}
}

/// Room for one item.
///
/// # Progress
/// Wait-free: of a lane, a few steps for all slots together; beside many other ends, a few and one for each slot.
#[must_use = "nothing is published until it is written or committed"]
pub struct Slot<'a, T, W: Writes = Writer> {
    grant: WriteGrant<'a, T, W>,
}

impl<'a, T, W: Writes> Slot<'a, T, W> {
    /// From a grant of one slot.
    #[inline]
    pub(crate) fn new(grant: WriteGrant<'a, T, W>) -> Self {
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

    /// Whether the ring has closed.
    #[cfg(all(feature = "std", target_has_atomic = "ptr"))]
    #[inline]
    pub(crate) fn is_closed(&self) -> bool {
        W::is_closed(&self.grant.ring)
    }
}

/// Items to be read in place. The ring keeps them until they are released.
///
/// Dropping or forgetting the grant releases nothing: the same items are granted again.
///
/// # Progress
/// Wait-free: of a lane, a few steps for all slots together; beside many other ends, a few and one for each slot.
#[must_use = "nothing is handed back until `release`"]
pub struct ReadGrant<'a, T, R: Reads = Reader> {
    reading: Reading<'a, T, R>,
    span: Span,
    resumable: bool,
    /// It gives out `&T` when shared: `Sync` only where `T` is, which a ring does not ask for.
    items: PhantomData<&'a mut T>,
}

/// A reader at work. Afterwards, also without a release, the producer may overwrite again what is still there.
struct Reading<'a, T, R: Reads> {
    reader: &'a mut R,
    ring: R::Ring<T>,
}

impl<T, R: Reads> Drop for Reading<'_, T, R> {
    #[inline]
    fn drop(&mut self) {
        self.reader.rest(&self.ring);
    }
}

impl<'a, T, R: Reads> ReadGrant<'a, T, R> {
    /// Of a span that the reader has claimed. Not `resumable`: nobody makes another reader after this one was forgotten, so
    /// it may hand slots back late.
    #[inline]
    pub(super) fn new(reader: &'a mut R, ring: R::Ring<T>, span: Span, resumable: bool) -> Self {
        Self { reading: Reading { reader, ring }, span, resumable, items: PhantomData }
    }

    #[inline]
    pub(crate) fn pieces(&self) -> Pieces<T> {
        R::pieces(&self.reading.ring, &self.span)
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
        // SAFETY: claimed, so ours and committed (I1, T-sole); the contents happen before the claim (L1, T1).
        unsafe { slices(self.pieces()) }
    }

    /// The items, to be worked on in place.
    #[inline]
    pub fn as_mut_slices(&mut self) -> (&mut [T], &mut [T]) {
        // SAFETY: claimed, so ours alone and committed (I1, T-sole); the contents happen before the claim (L1, T1).
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
            let Reading { reader, ring } = &mut { self.reading };
            reader.release(ring, self.span, n);
        }
    }

    /// Takes `n` items for good, *then* drops them, then hands the slots back: also when a drop panics.
    fn drop_first(self, n: usize) {
        let [first, second] = self.pieces();
        let from_first = n.min(first.1);
        let _then_hand_back = Taking::new(self, n);
        // SAFETY: claimed, so committed (I1, T-sole; L1, T1), and taken for good.
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

impl<'a, T, R: Reads> IntoIterator for ReadGrant<'a, T, R> {
    type Item = T;
    type IntoIter = IntoIter<'a, T, R>;
    /// Moves the items out one by one. Those not asked for stay in the ring.
    fn into_iter(self) -> IntoIter<'a, T, R> {
        let ([first, second], resumable) = (self.pieces(), self.resumable);
        IntoIter { taking: Taking::new(self, 0), first, second, resumable }
    }
}

/// Items that are taken for good, one after the other; their slots are handed back in the end.
struct Taking<'a, T, R: Reads> {
    reading: Reading<'a, T, R>,
    left: usize,
}

impl<'a, T, R: Reads> Taking<'a, T, R> {
    /// Takes the first `n` of a grant.
    #[inline]
    fn new(grant: ReadGrant<'a, T, R>, n: usize) -> Self {
        let left = grant.len() - n;
        let mut reading = grant.reading;
        let Reading { reader, ring } = &mut reading;
        reader.take(ring, grant.span, n);
        Self { reading, left }
    }

    /// Takes one more.
    #[inline]
    fn one(&mut self) -> bool {
        let Some(left) = self.left.checked_sub(1) else { return false };
        self.left = left;
        self.reading.reader.take_one_more(&self.reading.ring);
        true
    }

    /// Hands back what was taken.
    #[inline]
    fn show(&mut self) {
        self.reading.reader.show(&self.reading.ring);
    }
}

impl<T, R: Reads> Drop for Taking<'_, T, R> {
    #[inline]
    fn drop(&mut self) {
        self.show();
    }
}

/// Moves the items of a [`ReadGrant`] out. Those not asked for stay in the ring.
pub struct IntoIter<'a, T, R: Reads = Reader> {
    taking: Taking<'a, T, R>,
    first: (*mut T, usize),
    second: (*mut T, usize),
    resumable: bool,
}

// SAFETY: it is the reader and the items it has claimed (I1, T-sole); whoever has it has both, and there is one (M2, M6).
unsafe impl<T: Send, R: Reads> Send for IntoIter<'_, T, R> {}
// SAFETY: nothing but a number comes out of a shared one; to move an item takes it exclusively.
unsafe impl<T: Send, R: Reads> Sync for IntoIter<'_, T, R> {}

impl<T, R: Reads> Iterator for IntoIter<'_, T, R> {
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
        // SAFETY: claimed, so ours and committed (I1, T-sole; L1, T1), and taken for good in this call.
        let value = unsafe { at.read() };
        if self.resumable {
            self.taking.show();
        }
        Some(value)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.first.1 + self.second.1;
        (left, Some(left))
    }
}

impl<T, R: Reads> ExactSizeIterator for IntoIter<'_, T, R> {}
impl<T, R: Reads> core::iter::FusedIterator for IntoIter<'_, T, R> {}

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
pub struct Claim<'a, T, R: Reads = Reader> {
    grant: ManuallyDrop<ReadGrant<'a, T, R>>,
}

impl<'a, T, R: Reads> Claim<'a, T, R> {
    /// From a grant of one item.
    #[inline]
    pub(crate) fn new(grant: ReadGrant<'a, T, R>) -> Self {
        debug_assert!(grant.len() == 1);
        Self { grant: ManuallyDrop::new(grant) }
    }

    /// Moves the item out and hands the slot back.
    #[inline]
    pub fn into_inner(self) -> T {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: `this` is not dropped, so the grant is taken once (G).
        let grant = unsafe { ManuallyDrop::take(&mut this.grant) };
        let Some(item) = grant.into_iter().next() else { unreachable!("a claim has its item") };
        item
    }
}

impl<T, R: Reads> Drop for Claim<'_, T, R> {
    fn drop(&mut self) {
        // SAFETY: taken once (G): `into_inner` does not come here.
        let grant = unsafe { ManuallyDrop::take(&mut self.grant) };
        grant.release(1);
    }
}

impl<T, R: Reads> Deref for Claim<'_, T, R> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        &self.grant.as_slices().0[0]
    }
}

impl<T, R: Reads> DerefMut for Claim<'_, T, R> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.grant.as_mut_slices().0[0]
    }
}

impl<T, W: Writes> fmt::Debug for WriteGrant<'_, T, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteGrant").field("len", &self.len()).finish()
    }
}

impl<T, W: Writes> fmt::Debug for Slot<'_, T, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").finish_non_exhaustive()
    }
}

impl<T, R: Reads> fmt::Debug for ReadGrant<'_, T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadGrant").field("len", &self.len()).finish()
    }
}

impl<T, R: Reads> fmt::Debug for Claim<'_, T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim").finish_non_exhaustive()
    }
}

impl<T, R: Reads> fmt::Debug for IntoIter<'_, T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntoIter").field("left", &self.size_hint().0).finish()
    }
}

impl<T> fmt::Debug for Drain<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drain").field("left", &self.size_hint().0).finish()
    }
}
