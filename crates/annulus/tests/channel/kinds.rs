//! Every kind of channel under one name each, for the tests that all of them have.
pub(crate) use annulus::{mpmc, mpsc, pool, spmc, spsc};

pub(crate) mod mpsc_credits {
    pub(crate) use annulus::mpsc::channel_with_credits as channel;
}

pub(crate) mod mpmc_credits {
    pub(crate) use annulus::mpmc::channel_with_credits as channel;
}
