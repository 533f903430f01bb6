//! Copying in and out by bytes, without a reference to a slot: for memory that somebody else may write to as well.
pub(crate) use super::pieces::Pieces;
use super::{Inlet, Lane, Outlet, ReadGrant};
use annulus_protocol::lane::Reader;
use annulus_protocol::pad::Padded;
use annulus_protocol::pos::word;

impl<T: Copy> Inlet<T> {
    /// Whether the reader's word ever had a value that no reader could have stored. It was not believed.
    pub(crate) fn was_misled(&self) -> bool {
        self.writer.was_misled()
    }
}

impl<T: Copy> Outlet<T> {
    /// The outlet of a lane whose writer never overwrites: see [`Reader::resume_alone`].
    ///
    /// # Safety
    /// As [`Outlet::new`].
    pub(crate) unsafe fn alone(lane: Lane<T>) -> Self {
        let reader = Reader::resume_alone(lane.cursors(), word(lane.size()), word(1));
        Self { reader: Padded(reader), lane, resumable: true }
    }

    /// Whether the writer's word ever had a value that no writer could have stored. It was not believed.
    pub(crate) fn was_misled(&self) -> bool {
        self.reader.was_misled()
    }
}

impl<T: Copy> ReadGrant<'_, T> {
    /// Copies as many items out as there are, or as fit, and hands their slots back.
    #[inline]
    pub(crate) fn copy_into(self, items: &mut [T]) -> usize {
        let n = self.len().min(items.len());
        // SAFETY: the pieces are claimed, so ours and committed (I1, L1).
        unsafe { copy_out(&self.pieces(), 0, &mut items[..n]) };
        self.release(n);
        n
    }
}

/// Copies `items` into the slots from the one at `offset` on.
///
/// # Panics
/// If there are not so many slots.
///
/// # Safety
/// The pieces are reserved, and their slots have no items that need dropping.
#[inline]
pub(crate) unsafe fn copy_in<T: Copy>(pieces: &Pieces<T>, offset: usize, items: &[T]) {
    let [first, second] = split(pieces, offset, items.len());
    let (one, two) = items.split_at(first.1);
    // SAFETY: the caller has reserved the run, and `split` made it as long as `one`.
    unsafe { core::ptr::copy_nonoverlapping(one.as_ptr(), first.0, one.len()) };
    // SAFETY: as above.
    unsafe { core::ptr::copy_nonoverlapping(two.as_ptr(), second.0, two.len()) };
}

/// Copies items out of the slots, from the one at `offset` on.
///
/// # Panics
/// If there are not so many.
///
/// # Safety
/// The pieces are claimed.
#[inline]
pub(crate) unsafe fn copy_out<T: Copy>(pieces: &Pieces<T>, offset: usize, items: &mut [T]) {
    let [first, second] = split(pieces, offset, items.len());
    let (one, two) = items.split_at_mut(first.1);
    // SAFETY: the caller has claimed the run, and `split` made it as long as `one`.
    unsafe { core::ptr::copy_nonoverlapping(first.0, one.as_mut_ptr(), one.len()) };
    // SAFETY: as above.
    unsafe { core::ptr::copy_nonoverlapping(second.0, two.as_mut_ptr(), two.len()) };
}

/// The part of the pieces that begins at `offset` and has `len` slots.
#[inline]
fn split<T>(pieces: &Pieces<T>, offset: usize, len: usize) -> Pieces<T> {
    let [first, second] = *pieces;
    let all = first.1 + second.1;
    assert!(offset <= all && len <= all - offset, "{len} items at {offset} in a grant of {all}");
    let skipped = offset.min(first.1);
    let in_first = len.min(first.1 - skipped);
    // `wrapping_add` stays in bounds: checked above.
    let one = (first.0.wrapping_add(skipped), in_first);
    let two = (second.0.wrapping_add(offset - skipped), len - in_first);
    [one, two]
}
