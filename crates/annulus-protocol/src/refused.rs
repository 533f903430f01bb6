//! Why there is no slot, in the rings that many share.

/// Why there is no slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// No slot is free. In [`turns`](super::turns), none has been claimed either.
    Full,
    /// Nothing to claim. In [`turns`](super::turns), nothing is reserved either.
    Empty,
    /// Somebody owns the slot in the way; in [`pool`](super::pool), where none is in the way, somebody owns each of them.
    Busy,
    /// The ring is closed: for a reader, empty as well, and it will stay so.
    Closed,
}
