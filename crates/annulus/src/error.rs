//! What can go wrong: one type per operation, with the value handed back.
use core::fmt;

/// Why an item was not pushed. The item is handed back.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PushError<T> {
    /// There is no room now; there will be when the consumer releases something.
    Full(T),
    /// There would be room, but the other end holds the slot in the way at this moment.
    Busy(T),
    /// An end has closed: there will be no room any more.
    Closed(T),
}

/// Why nothing was popped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PopError {
    /// There is no item now.
    Empty,
    /// There is an item, but the other end holds the slot in the way at this moment.
    Busy,
    /// There is no item, and an end has closed: there will be none any more.
    Closed,
}

/// Why nothing was reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReserveError {
    /// There is no room now.
    Full,
    /// There would be room, but the other end holds the slot in the way at this moment.
    Busy,
    /// An end has closed: there will be no room any more.
    Closed,
    /// There is room, but not for so many.
    TooFew {
        /// How many slots could be reserved now.
        available: usize,
    },
    /// More than the capacity: there will never be so much room.
    TooLarge,
}

/// Why nothing was claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClaimError {
    /// There is no item now.
    Empty,
    /// There is an item, but the other end holds the slot in the way at this moment.
    Busy,
    /// There is no item, and an end has closed: there will be none any more.
    Closed,
    /// There are items, but not so many. If an end has closed, there will be no more than these.
    TooFew {
        /// How many items could be claimed now.
        available: usize,
    },
    /// More than the capacity: there will never be so many items.
    TooLarge,
}

/// Why there is no room for bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GrantError {
    /// There is not so much room now, next to each other; there will be when the reader releases something.
    Full,
    /// There would be room, but a reader has claimed what is there and not released it yet. Only where there may be many readers.
    Busy,
    /// More than the capacity, or than the largest frame: there will never be so much room.
    TooLarge,
    /// An end has closed: there will be no room any more.
    Closed,
}

/// Why there is nothing to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadError {
    /// There is nothing now.
    Empty,
    /// There is something, but a writer has not committed it yet. Only where there may be many writers.
    Busy,
    /// There is nothing, and an end has closed: there will be nothing any more.
    Closed,
    /// [`frames`](crate::frames) only: what is there is no frame, because its header was written over.
    Corrupt,
    /// [`frames`](crate::frames) only: the frame is longer than the buffer it was to be copied to. It stays.
    TooLong,
}

/// Why a ring could not be made on the heap.
#[cfg(all(feature = "alloc", any(target_has_atomic = "ptr", feature = "portable-atomic")))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RingError {
    /// The capacity is zero, or the credit is.
    Zero,
    /// More slots than positions can tell apart: a quarter or more of what a `usize` counts, for `spsc` half or more.
    TooLarge,
    /// There is no room for a frame with nothing in it, which is its header.
    TooSmall,
    /// There is not so much memory.
    OutOfMemory,
}

impl<T> PushError<T> {
    /// The item that was not pushed.
    pub fn into_inner(self) -> T {
        match self {
            PushError::Full(value) | PushError::Busy(value) | PushError::Closed(value) => value,
        }
    }

    /// Whether trying again later can help.
    pub fn is_closed(&self) -> bool {
        matches!(self, PushError::Closed(_))
    }

    /// Whether the ring was full.
    pub fn is_full(&self) -> bool {
        matches!(self, PushError::Full(_))
    }
}

impl From<PopError> for ClaimError {
    fn from(error: PopError) -> Self {
        match error {
            PopError::Empty => ClaimError::Empty,
            PopError::Busy => ClaimError::Busy,
            PopError::Closed => ClaimError::Closed,
        }
    }
}

const FULL: &str = "the ring is full";
const EMPTY: &str = "the ring is empty";
const BUSY: &str = "the other end holds the slot in the way";
const CLOSED: &str = "the ring is closed";
const TOO_LARGE: &str = "more than the capacity of the ring";

impl<T> fmt::Display for PushError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PushError::Full(_) => FULL,
            PushError::Busy(_) => BUSY,
            PushError::Closed(_) => CLOSED,
        })
    }
}

impl<T> fmt::Debug for PushError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PushError::Full(_) => "Full(..)",
            PushError::Busy(_) => "Busy(..)",
            PushError::Closed(_) => "Closed(..)",
        })
    }
}

impl fmt::Display for PopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PopError::Empty => EMPTY,
            PopError::Busy => BUSY,
            PopError::Closed => CLOSED,
        })
    }
}

impl fmt::Display for ReserveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReserveError::Full => f.write_str(FULL),
            ReserveError::Busy => f.write_str(BUSY),
            ReserveError::Closed => f.write_str(CLOSED),
            ReserveError::TooFew { available } => write!(f, "only {available} slots are free"),
            ReserveError::TooLarge => f.write_str(TOO_LARGE),
        }
    }
}

impl fmt::Display for GrantError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            GrantError::Full => "there is not so much room next to each other",
            GrantError::Busy => BUSY,
            GrantError::TooLarge => TOO_LARGE,
            GrantError::Closed => CLOSED,
        })
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ReadError::Empty => EMPTY,
            ReadError::Busy => BUSY,
            ReadError::Closed => CLOSED,
            ReadError::Corrupt => "the header of the frame was written over",
            ReadError::TooLong => "the frame is longer than the buffer",
        })
    }
}

impl fmt::Display for ClaimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClaimError::Empty => f.write_str(EMPTY),
            ClaimError::Busy => f.write_str(BUSY),
            ClaimError::Closed => f.write_str(CLOSED),
            ClaimError::TooFew { available } => write!(f, "only {available} items are in the ring"),
            ClaimError::TooLarge => f.write_str(TOO_LARGE),
        }
    }
}

#[cfg(all(feature = "alloc", any(target_has_atomic = "ptr", feature = "portable-atomic")))]
impl fmt::Display for RingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RingError::Zero => "the capacity (and the credit) must be at least 1",
            RingError::TooLarge => "the capacity must be at most a quarter of what a word counts (for `spsc`, with the credit, half)",
            RingError::TooSmall => "the capacity must be at least the length of a header",
            RingError::OutOfMemory => "there is not so much memory",
        })
    }
}

#[cfg(all(feature = "alloc", any(target_has_atomic = "ptr", feature = "portable-atomic")))]
impl core::error::Error for RingError {}
impl<T> core::error::Error for PushError<T> {}
impl core::error::Error for PopError {}
impl core::error::Error for ReserveError {}
impl core::error::Error for ClaimError {}
impl core::error::Error for GrantError {}
impl core::error::Error for ReadError {}
