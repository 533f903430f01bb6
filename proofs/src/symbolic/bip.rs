//! Atomic words over terms for the text of the ring of bytes: a load asks [`byte`] what may be seen (rely), a store tells
//! it (guarantee).
pub(crate) mod sync {
    use crate::byte::{self, Role};
    use crate::term::Sym;

    pub(crate) use std::sync::atomic::Ordering;

    /// A shared word: it knows only which one it is.
    #[derive(Debug)]
    pub(crate) struct AtomicWord(Role);

    impl AtomicWord {
        /// The words are told apart by the order in which `Cursors::new` makes them.
        pub(crate) fn new(value: Sym) -> Self {
            Self(byte::made(value))
        }

        pub(crate) fn load(&self, ordering: Ordering) -> Sym {
            byte::load(self.0, ordering)
        }

        pub(crate) fn store(&self, value: Sym, ordering: Ordering) {
            byte::store(self.0, value, ordering);
        }

        /// For the text of the lane, of which a ring of bytes uses `Cursor` alone.
        pub(crate) fn compare_exchange(&self, _: Sym, _: Sym, _: Ordering, _: Ordering) -> Result<Sym, Sym> {
            unreachable!("a ring of bytes loads and stores")
        }
    }
}
