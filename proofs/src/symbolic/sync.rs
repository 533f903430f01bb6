//! Atomic words over terms: a load asks the [`world`] what may be seen (rely), a store tells it (guarantee).
use crate::term::Sym;
use crate::world::{self, Role};

pub(crate) use std::sync::atomic::Ordering;

/// A shared word. Its value is in the world; it knows only which word it is.
#[derive(Debug)]
pub(crate) struct AtomicWord(Role);

impl AtomicWord {
    /// The words of a lane are told apart by the order in which `Cursors::new` makes them.
    pub(crate) fn new(_: Sym) -> Self {
        Self(world::next_role())
    }

    pub(crate) fn load(&self, ordering: Ordering) -> Sym {
        world::load(self.0, ordering)
    }

    pub(crate) fn store(&self, value: Sym, ordering: Ordering) {
        world::store(self.0, value, ordering);
    }

    pub(crate) fn compare_exchange(
        &self,
        old: Sym,
        new: Sym,
        success: Ordering,
        _: Ordering,
    ) -> Result<Sym, Sym> {
        world::compare_exchange(self.0, old, new, success)
    }
}
