//! `spmc`, for the suite.
use crate::suite::Kind;
pub(crate) use annulus::spmc::*;

pub(crate) const KIND: Kind =
    Kind { sole_producer: true, counts_reserved: false, positions: ["write", "read"] };

homes_with_turns!();
slices!();
