//! Ends, as all threads have them: shared, or lent to one at a time.
use std::cell::UnsafeCell;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, Ordering};

/// An end that takes `&self`.
pub(crate) struct Many<E>(E);

/// An end that takes `&mut self`.
pub(crate) struct Sole<E> {
    end: UnsafeCell<E>,
    is_lent: AtomicBool,
}

/// As long as this is there, the end is somebody's. To be dropped after all that was made of the end.
pub(crate) struct Lent<'a>(Option<&'a AtomicBool>, PhantomData<&'a mut ()>);

// SAFETY: an end is lent to one thread at a time.
unsafe impl<E: Send> Sync for Sole<E> {}

impl<E> Many<E> {
    pub(crate) fn new(end: E) -> Self {
        Self(end)
    }

    pub(crate) fn lend(&self) -> (&E, Lent<'_>) {
        (&self.0, Lent(None, PhantomData))
    }
}

impl<E> Sole<E> {
    pub(crate) fn new(end: E) -> Self {
        Self { end: UnsafeCell::new(end), is_lent: AtomicBool::new(false) }
    }

    #[allow(clippy::mut_from_ref)] // what `is_lent` is for
    pub(crate) fn lend(&self) -> (&mut E, Lent<'_>) {
        assert!(!self.is_lent.swap(true, Ordering::Acquire), "one thread has the end, and one guard of it");
        // SAFETY: it was not lent, and is not lent to anybody else until the other half of this goes.
        (unsafe { &mut *self.end.get() }, Lent(Some(&self.is_lent), PhantomData))
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(is_lent) = self.0 {
            is_lent.store(false, Ordering::Release);
        }
    }
}
