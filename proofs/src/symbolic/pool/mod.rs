//! What the text of the pool asks of `super`, over terms, with a [`Shape`](shape::Shape) that does what is shown of the real one
//! over bits.
pub(crate) mod shape;
pub(crate) mod sync;
pub(crate) mod word;

pub(crate) mod pos {
    pub(crate) use super::word::{ONE, Word, ZERO, count, word};
}

/// After a lost race a walk looks again: see [`crate::entry`].
pub(crate) mod backoff {
    #[derive(Clone, Copy)]
    pub(crate) struct Backoff;

    impl Backoff {
        pub(crate) fn new() -> Self {
            Self
        }

        pub(crate) fn longest() -> Self {
            Self
        }

        pub(crate) fn wait(self) -> Self {
            self
        }
    }
}
