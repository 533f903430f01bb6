//! A small ring of turns with slots that a model checks.
use annulus_protocol::turns::{Cursors, Refused, Shape, Turn, Turns};
use loom::cell::UnsafeCell;

pub(crate) struct Ring<const N: usize> {
    pub cursors: Cursors,
    turns: [Turn; N],
    slots: [UnsafeCell<u32>; N],
}

// SAFETY: a slot is touched by its owner only; that is what the models check.
unsafe impl<const N: usize> Sync for Ring<N> {}
// SAFETY: as above.
unsafe impl<const N: usize> Send for Ring<N> {}

impl<const N: usize> Ring<N> {
    pub(crate) fn new() -> Self {
        let turns = std::array::from_fn(|_| Turn::new());
        let slots = std::array::from_fn(|_| UnsafeCell::new(0));
        Self { cursors: Cursors::new(), turns, slots }
    }

    pub(crate) fn turns(&self) -> Turns<'_> {
        Turns::new(&self.cursors, &self.turns, Shape::of(N))
    }

    /// Puts `value` into a slot, and takes out what is in it.
    pub(crate) fn replace(&self, index: usize, value: u32) -> u32 {
        self.slots[index].with_mut(|slot| {
            // SAFETY: the caller owns the slot, which is what the models check.
            std::mem::replace(unsafe { &mut *slot }, value)
        })
    }

    /// As one of many writers: writes `value`, and commits or abandons it.
    pub(crate) fn put(&self, value: u32, commit: bool) -> Result<(), Refused> {
        let turns = self.turns();
        let reserved = turns.reserve()?;
        self.replace(turns.index_to_write(&reserved), value);
        if commit {
            turns.commit(reserved)
        } else {
            turns.abandon(reserved)
        }
        Ok(())
    }

    /// As one of many readers.
    pub(crate) fn take(&self) -> Result<u32, Refused> {
        let turns = self.turns();
        let claimed = turns.claim()?;
        let value = self.replace(turns.index_to_read(&claimed), u32::MAX);
        turns.release(claimed);
        Ok(value)
    }

    pub(crate) fn rest(&self) -> Vec<u32> {
        std::iter::from_fn(|| self.take().ok()).collect()
    }
}
