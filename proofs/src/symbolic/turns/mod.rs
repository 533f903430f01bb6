//! What the text of the turns asks of `super`, over terms, with a [`Shape`](shape::Shape) that does what is shown of the
//! real one over bits.
pub(crate) mod shape;
pub(crate) mod sync;
pub(crate) mod word;

pub(crate) mod pos {
    pub(crate) use super::word::{ONE, Word, ZERO, count, word};
}

/// A try that lost begins again in a state in which a try may begin: two stand for all.
pub(crate) mod backoff {
    /// What they find is asked again at the next try: nobody looks.
    #[derive(Clone, Copy)]
    pub(crate) struct Looks;

    impl Looks {
        pub(crate) const FEW: Self = Self;
        pub(crate) const NONE: Self = Self;

        pub(crate) fn find(self, _: impl FnMut() -> bool) -> bool {
            false
        }
    }

    pub(crate) struct Backoff;

    impl Backoff {
        pub(crate) fn new() -> Self {
            Self
        }

        pub(crate) fn wait(self) -> Self {
            crate::slot::next_try();
            self
        }
    }
}
