//! `mpsc`, for the suite.
use crate::suite::Kind;
pub(crate) use annulus::mpsc::*;

pub(crate) const KIND: Kind =
    Kind { sole_producer: false, counts_reserved: true, positions: ["write", "read"] };

homes_with_turns!();
slices!();
