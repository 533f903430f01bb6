//! Open, closing, closed.
//!
//! ```text
//!            close()               last item taken
//!   Open ------------> Closing ----------------------> Closed
//! ```
//! Closing is one-way. What was committed before it is still delivered: whoever sees C1 and then looks at the
//! ring sees all that the closing side committed.
//!
//! | edge | Release store          | Acquire load             | carries                                |
//! | C1   | closing side, `closed` | the other side, `closed` | every commit or release that came before |
use super::pos::{ONE, ZERO};
use super::sync::{AtomicWord, Ordering};

/// Whether an end has said that it will not go on.
#[repr(C)]
#[derive(Debug)]
pub struct Life {
    closed: AtomicWord,
}

/// Which end of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The end that writes.
    Writer,
    /// The end that reads.
    Reader,
}

/// What an end may expect of the other one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Both ends are at work.
    Open,
    /// No new item comes in; those that were committed still come out.
    Closing,
    /// Drained: nothing comes out any more.
    Closed,
}

impl Life {
    const_fn! {
        /// Open.
        pub const fn new() -> Self {
            Self { closed: AtomicWord::new(ZERO) }
        }
    }

    /// Says that this end will not go on. There is no way back while the other end is alive.
    #[inline]
    pub fn close(&self) {
        self.closed.store(ONE, Ordering::Release); // [C1] pairs with `is_closed`
    }

    /// Whether the end has said so. After `true`, a look at the ring shows all that it ever published.
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire) != ZERO // [C1] pairs with `close`
    }

    /// Opens again. Only while no end is out: the caller has both seats.
    pub fn reopen(&self) {
        self.closed.store(ZERO, Ordering::Relaxed); // nobody else is here; handing the ends out orders it
    }
}

impl Default for Life {
    fn default() -> Self {
        Self::new()
    }
}
