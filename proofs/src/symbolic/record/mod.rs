//! What the text of the records asks of `super`, over terms, with shapes that do what is shown of the real ones over bits.
pub(crate) mod shape;
pub(crate) mod sync;
pub(crate) mod word;

pub(crate) mod pos {
    pub(crate) use super::word::{ONE, Word, ZERO, count, word};
}

/// A try that did not do begins again in a state in which a call may begin: one stands for all.
pub(crate) mod backoff {
    pub(crate) use crate::symbolic::turns::backoff::Looks;

    pub(crate) struct Backoff;

    impl Backoff {
        pub(crate) fn new() -> Self {
            Self
        }

        pub(crate) fn wait(self) -> Self {
            crate::granule::next_try()
        }
    }
}
