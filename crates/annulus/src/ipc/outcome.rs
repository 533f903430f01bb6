//! What can go wrong with one operation: one type per kind, with the value handed back.
use std::fmt;

/// Why an item was not pushed. The item is handed back.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PushError<T> {
    /// There is no room now; there will be when the reader releases something.
    Full(T),
    /// There is no room, and an end has closed.
    Closed(T),
    /// There is no room, and the process that read is dead. Another one may take the reading end over.
    PeerDied {
        /// The item.
        value: T,
        /// The process, as it is called in its own PID namespace.
        pid: u32,
    },
    /// A word of the ring had a value that no reader stores. It was not believed; this end is of no more use.
    Corrupt(T),
}

/// Why nothing was popped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PopError {
    /// There is no item now.
    Empty,
    /// There is no item, and an end has closed.
    Closed,
    /// There is no item, and the process that wrote is dead. Another one may take the writing end over.
    PeerDied {
        /// The process, as it is called in its own PID namespace.
        pid: u32,
    },
    /// A word of the ring had a value that no writer stores. It was not believed; this end is of no more use.
    Corrupt,
}

/// Why an item was not sent. The item is handed back.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendError<T> {
    /// There was no room in all that time.
    Timeout(T),
    /// There is no room, and an end has closed.
    Closed(T),
    /// There is no room, and the process that read is dead. Another one may take the reading end over.
    PeerDied {
        /// The item.
        value: T,
        /// The process, as it is called in its own PID namespace.
        pid: u32,
    },
    /// A word of the ring had a value that no reader stores. It was not believed; this end is of no more use.
    Corrupt(T),
}

/// Why nothing was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecvError {
    /// There was no item in all that time.
    Timeout,
    /// There is no item, and an end has closed.
    Closed,
    /// There is no item, and the process that wrote is dead. Another one may take the writing end over.
    PeerDied {
        /// The process, as it is called in its own PID namespace.
        pid: u32,
    },
    /// A word of the ring had a value that no writer stores. It was not believed; this end is of no more use.
    Corrupt,
}

/// Why no slots were reserved, or no items claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GrantError {
    /// There are none now, and the call does not wait.
    None,
    /// There are some, but not so many, and the call does not wait. Or there will never be more, because an end has
    /// closed or its process is dead.
    TooFew {
        /// How many there are now.
        available: usize,
    },
    /// More than the capacity: there will never be so many.
    TooLarge,
    /// There were not so many in all that time.
    Timeout,
    /// There are none, and an end has closed.
    Closed,
    /// There are none, and the process of the other end is dead. Another one may take its end over.
    PeerDied {
        /// The process, as it is called in its own PID namespace.
        pid: u32,
    },
    /// A word of the ring had a value that the other end never stores. It was not believed; this end is of no more use.
    Corrupt,
}

/// Why an end cannot go on now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Nothing to do now.
    Idle,
    Timeout,
    Closed,
    PeerDied(u32),
    Corrupt,
}

impl Stop {
    pub(super) fn pushing<T>(self, value: T) -> PushError<T> {
        match self {
            Stop::Idle | Stop::Timeout => PushError::Full(value),
            Stop::Closed => PushError::Closed(value),
            Stop::PeerDied(pid) => PushError::PeerDied { value, pid },
            Stop::Corrupt => PushError::Corrupt(value),
        }
    }

    pub(super) fn popping(self) -> PopError {
        match self {
            Stop::Idle | Stop::Timeout => PopError::Empty,
            Stop::Closed => PopError::Closed,
            Stop::PeerDied(pid) => PopError::PeerDied { pid },
            Stop::Corrupt => PopError::Corrupt,
        }
    }

    pub(super) fn sending<T>(self, value: T) -> SendError<T> {
        match self {
            Stop::Idle | Stop::Timeout => SendError::Timeout(value),
            Stop::Closed => SendError::Closed(value),
            Stop::PeerDied(pid) => SendError::PeerDied { value, pid },
            Stop::Corrupt => SendError::Corrupt(value),
        }
    }

    pub(super) fn receiving(self) -> RecvError {
        match self {
            Stop::Idle | Stop::Timeout => RecvError::Timeout,
            Stop::Closed => RecvError::Closed,
            Stop::PeerDied(pid) => RecvError::PeerDied { pid },
            Stop::Corrupt => RecvError::Corrupt,
        }
    }

    pub(super) fn granting(self, available: usize) -> GrantError {
        match self {
            Stop::Corrupt => GrantError::Corrupt,
            Stop::Timeout => GrantError::Timeout,
            _ if available != 0 => GrantError::TooFew { available },
            Stop::Idle => GrantError::None,
            Stop::Closed => GrantError::Closed,
            Stop::PeerDied(pid) => GrantError::PeerDied { pid },
        }
    }
}

impl<T> PushError<T> {
    /// The item that was not pushed.
    pub fn into_inner(self) -> T {
        match self {
            PushError::Full(value) | PushError::Closed(value) | PushError::Corrupt(value) => value,
            PushError::PeerDied { value, .. } => value,
        }
    }

    /// Whether the ring was full, so that trying again later can help.
    pub fn is_full(&self) -> bool {
        matches!(self, PushError::Full(_))
    }

    /// Whether an end has closed.
    pub fn is_closed(&self) -> bool {
        matches!(self, PushError::Closed(_))
    }
}

impl<T> SendError<T> {
    /// The item that was not sent.
    pub fn into_inner(self) -> T {
        match self {
            SendError::Timeout(value) | SendError::Closed(value) | SendError::Corrupt(value) => value,
            SendError::PeerDied { value, .. } => value,
        }
    }

    /// The same error with another value in it.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> SendError<U> {
        match self {
            SendError::Timeout(value) => SendError::Timeout(f(value)),
            SendError::Closed(value) => SendError::Closed(f(value)),
            SendError::Corrupt(value) => SendError::Corrupt(f(value)),
            SendError::PeerDied { value, pid } => SendError::PeerDied { value: f(value), pid },
        }
    }

    /// Whether an end has closed.
    pub fn is_closed(&self) -> bool {
        matches!(self, SendError::Closed(_))
    }
}

const CORRUPT: &str = "the ring is damaged: the other end's cursor is impossible";
const CLOSED: &str = "the ring is closed";

impl<T> fmt::Display for PushError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PushError::Full(_) => f.write_str("the ring is full"),
            PushError::Closed(_) => f.write_str(CLOSED),
            PushError::PeerDied { pid, .. } => died(f, "reading", *pid),
            PushError::Corrupt(_) => f.write_str(CORRUPT),
        }
    }
}

impl fmt::Display for PopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PopError::Empty => f.write_str("the ring is empty"),
            PopError::Closed => f.write_str(CLOSED),
            PopError::PeerDied { pid } => died(f, "writing", *pid),
            PopError::Corrupt => f.write_str(CORRUPT),
        }
    }
}

impl<T> fmt::Display for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SendError::Timeout(_) => f.write_str("timed out: the ring stayed full"),
            SendError::Closed(_) => f.write_str(CLOSED),
            SendError::PeerDied { pid, .. } => died(f, "reading", *pid),
            SendError::Corrupt(_) => f.write_str(CORRUPT),
        }
    }
}

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RecvError::Timeout => f.write_str("timed out: the ring stayed empty"),
            RecvError::Closed => f.write_str(CLOSED),
            RecvError::PeerDied { pid } => died(f, "writing", *pid),
            RecvError::Corrupt => f.write_str(CORRUPT),
        }
    }
}

impl fmt::Display for GrantError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GrantError::None => f.write_str("there is nothing to grant now"),
            GrantError::TooFew { available } => write!(f, "only {available} can be granted"),
            GrantError::TooLarge => f.write_str("more than the capacity of the ring"),
            GrantError::Timeout => f.write_str("timed out"),
            GrantError::Closed => f.write_str(CLOSED),
            GrantError::PeerDied { pid } => write!(f, "process {pid}, which had the other end, is dead"),
            GrantError::Corrupt => f.write_str(CORRUPT),
        }
    }
}

fn died(f: &mut fmt::Formatter<'_>, end: &str, pid: u32) -> fmt::Result {
    write!(f, "process {pid}, which had the {end} end, is dead")
}

impl<T> fmt::Debug for PushError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PushError::Full(_) => f.write_str("Full(..)"),
            PushError::Closed(_) => f.write_str("Closed(..)"),
            PushError::PeerDied { pid, .. } => {
                f.debug_struct("PeerDied").field("pid", pid).finish_non_exhaustive()
            }
            PushError::Corrupt(_) => f.write_str("Corrupt(..)"),
        }
    }
}

impl<T> fmt::Debug for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SendError::Timeout(_) => f.write_str("Timeout(..)"),
            SendError::Closed(_) => f.write_str("Closed(..)"),
            SendError::PeerDied { pid, .. } => {
                f.debug_struct("PeerDied").field("pid", pid).finish_non_exhaustive()
            }
            SendError::Corrupt(_) => f.write_str("Corrupt(..)"),
        }
    }
}

impl<T> std::error::Error for PushError<T> {}
impl std::error::Error for PopError {}
impl<T> std::error::Error for SendError<T> {}
impl std::error::Error for RecvError {}
impl std::error::Error for GrantError {}
