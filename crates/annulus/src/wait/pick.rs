//! Which of several things is done, where others do them: for a selection.
use super::sync::{Mutex, MutexGuard};
use std::cell::Cell;
use std::cmp::Ordering;
use std::sync::{Arc, PoisonError};

thread_local! {
    /// That of the last selection of this thread, so that none is allocated each time.
    static LAST: Cell<Option<Arc<Pick>>> = const { Cell::new(None) };
}

/// The right to do one of the things that a selection waits for, and no second one. Whoever does one of them takes it first, be it the
/// selection itself or somebody on the other side.
#[derive(Debug)]
pub struct Pick {
    taken: Mutex<bool>,
}

impl Pick {
    pub(crate) fn new() -> Self {
        Self { taken: Mutex::new(false) }
    }

    /// One that is nobody else's.
    pub(crate) fn of_thread() -> Arc<Self> {
        LAST.try_with(Cell::take).ok().flatten().unwrap_or_else(|| Arc::new(Self::new()))
    }

    /// The selection is over, and nobody else has it any more.
    pub(crate) fn put_back(self: Arc<Self>) {
        self.give_back();
        let _ = LAST.try_with(|last| last.set(Some(self)));
    }

    /// Takes both, or none: those of two who meet, as far as they are selections. What is no selection is always free. Nobody meets itself.
    pub(crate) fn take(one: Option<&Pick>, other: Option<&Pick>) -> bool {
        match (one, other) {
            (None, None) => true,
            (Some(pick), None) | (None, Some(pick)) => !std::mem::replace(&mut *pick.lock(), true),
            (Some(one), Some(other)) => {
                // In the order of their addresses: two pairs never wait for each other.
                let (mut first, mut second) = match std::ptr::from_ref(one).cmp(&std::ptr::from_ref(other)) {
                    Ordering::Equal => return false,
                    Ordering::Less => (one.lock(), other.lock()),
                    Ordering::Greater => (other.lock(), one.lock()),
                };
                let free = !*first && !*second;
                if free {
                    (*first, *second) = (true, true);
                }
                free
            }
        }
    }

    /// Gives it back: nothing was done.
    pub(crate) fn give_back(&self) {
        *self.lock() = false;
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
