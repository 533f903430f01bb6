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
    /// No looks: what they find is asked again at the next try.
    pub(crate) fn look(_: impl FnMut() -> bool) -> bool {
        false
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
