//! The state of a channel as a type: see `closing` of each end.

/// Nobody has said that it closes; but somebody else may.
#[derive(Debug)]
pub struct Open;

/// Nothing goes in any more; what is in the channel is still received.
#[derive(Debug)]
pub struct Closing;

/// Nothing is in it any more.
#[derive(Debug)]
pub struct Closed;
