//! What grants of every queue do to their slots, and what has to be done whatever panics.
use core::mem::MaybeUninit;

/// One or two runs of slots, oldest first.
pub(crate) type Pieces<T> = [(*mut T, usize); 2];

/// Does something at the end, also when a panic is what ends it.
pub(crate) struct Finally<F: FnOnce()>(Option<F>);

/// Does `this` when what it returns is dropped.
#[inline]
pub(crate) fn finally<F: FnOnce()>(this: F) -> Finally<F> {
    Finally(Some(this))
}

impl<F: FnOnce()> Drop for Finally<F> {
    #[inline]
    fn drop(&mut self) {
        if let Some(this) = self.0.take() {
            this();
        }
    }
}

/// The slots, as possibly uninitialised memory.
///
/// # Safety
/// The pieces are within the slots of a ring, do not overlap, and belong to the caller for `'a`.
#[inline]
pub(super) unsafe fn uninit_slices<'a, T>(
    [first, second]: Pieces<T>,
) -> (&'a mut [MaybeUninit<T>], &'a mut [MaybeUninit<T>]) {
    // SAFETY: the pieces are the caller's, as promised; `MaybeUninit` makes no claim on the contents.
    let first = unsafe { core::slice::from_raw_parts_mut(first.0.cast(), first.1) };
    // SAFETY: as above.
    let second = unsafe { core::slice::from_raw_parts_mut(second.0.cast(), second.1) };
    (first, second)
}

/// The items.
///
/// # Safety
/// The pieces are within the slots of a ring and hold items, which nobody writes to for `'a`.
#[inline]
pub(super) unsafe fn slices<'a, T>([first, second]: Pieces<T>) -> (&'a [T], &'a [T]) {
    // SAFETY: the pieces hold items and are the caller's, as promised.
    let first = unsafe { core::slice::from_raw_parts(first.0, first.1) };
    // SAFETY: as above.
    let second = unsafe { core::slice::from_raw_parts(second.0, second.1) };
    (first, second)
}

/// The items, to be worked on.
///
/// # Safety
/// As [`uninit_slices`], and the slots hold items.
#[inline]
pub(super) unsafe fn slices_mut<'a, T>([first, second]: Pieces<T>) -> (&'a mut [T], &'a mut [T]) {
    // SAFETY: the pieces hold items and are the caller's, as promised.
    let first = unsafe { core::slice::from_raw_parts_mut(first.0, first.1) };
    // SAFETY: as above.
    let second = unsafe { core::slice::from_raw_parts_mut(second.0, second.1) };
    (first, second)
}

/// Moves items from `items` into the slots until these are full or those run out. Tells `done` how many, once, also when the
/// iterator panics; and the caller.
///
/// # Safety
/// The pieces are within the slots of a ring, and belong to the caller until `done`.
#[inline]
pub(super) unsafe fn fill<T>(
    pieces: Pieces<T>,
    items: impl IntoIterator<Item = T>,
    done: impl FnOnce(usize),
) -> usize {
    struct Filling<F: FnOnce(usize)> {
        filled: usize,
        done: Option<F>,
    }
    impl<F: FnOnce(usize)> Drop for Filling<F> {
        #[inline]
        fn drop(&mut self) {
            if let Some(done) = self.done.take() {
                done(self.filled);
            }
        }
    }
    let mut filling = Filling { filled: 0, done: Some(done) };
    let mut items = items.into_iter();
    for (start, len) in pieces {
        for offset in 0..len {
            let Some(item) = items.next() else { return filling.filled };
            // SAFETY: in bounds and the caller's; what was in it was moved out before its release (L2, T2).
            unsafe { start.wrapping_add(offset).write(item) };
            filling.filled += 1;
        }
    }
    filling.filled
}

/// Copies `items` into the slots.
///
/// # Panics
/// If there are not exactly as many items as slots.
///
/// # Safety
/// As [`fill`].
#[inline]
#[track_caller]
pub(super) unsafe fn fill_copy<T: Copy>([first, second]: Pieces<T>, items: &[T]) {
    let slots = first.1 + second.1;
    assert!(items.len() == slots, "fill_copy: {} items for {slots} slots", items.len());
    // SAFETY: in bounds and the caller's; `first.1` is at most the number of items.
    unsafe { core::ptr::copy_nonoverlapping(items.as_ptr(), first.0, first.1) };
    if second.1 != 0 {
        let rest = &items[first.1..];
        // SAFETY: as above; the rest are as many as the second piece has slots.
        unsafe { core::ptr::copy_nonoverlapping(rest.as_ptr(), second.0, second.1) };
    }
}

/// Drops the items in place: all of them, also when the drop of one panics.
///
/// # Safety
/// The slots hold items that are the caller's, and that nobody looks at again.
#[inline]
pub(super) unsafe fn drop_all<T>([first, second]: Pieces<T>) {
    struct DropRun<T>((*mut T, usize));
    impl<T> Drop for DropRun<T> {
        fn drop(&mut self) {
            let run = core::ptr::slice_from_raw_parts_mut(self.0.0, self.0.1);
            // SAFETY: the caller of `drop_all` gave them up, and they are dropped here alone.
            unsafe { core::ptr::drop_in_place(run) }
        }
    }
    let _then_the_second = DropRun(second);
    drop(DropRun(first));
}
