//! Who may take the oldest item: the reader, or a writer that overwrites.
//!
//! A plain lane needs no such thing, because only its reader takes items. A writer that may overwrite the oldest
//! one takes items as well, so the two must agree, without either waiting for the other:
//!
//! ```text
//!   free ---- take (one CAS) ----> held ---- give back (one store) ----> free
//! ```
//! The reader is *biased*: after [`PATIENCE`] claims in which no writer asked, it keeps the hold for good and pays
//! nothing more. A writer that wants to overwrite says so once ([`Hold::ask`]); the reader heeds it when it next looks for
//! more, within a lap, and from then on holds only what it has claimed.
//!
//! The sole reader of many writers has the same, with any number of writers that want the hold (`turns`): there the word
//! that only the holder moves is `read`.
//!
//! INVARIANT (I2)  while `held`, only the holder moves `released`, or `read`.
//!
//! | edge | Release store     | Acquire CAS       | carries                                                  |
//! | H1   | `give_back`       | `try_take`        | `released`, its lap, and that the slots before it are done with; or `read` |
use super::pos::{ONE, ZERO};
use super::sync::{AtomicWord, Ordering};

/// How many claims a new reader makes politely before it keeps the hold for itself.
pub const PATIENCE: u16 = 512;

/// The right to take the oldest item.
#[repr(C)]
#[derive(Debug)]
pub struct Hold {
    held: AtomicWord,
    asked: AtomicWord,
}

impl Hold {
    const_fn! {
        /// Free, and nobody has asked for it.
        pub const fn new() -> Self {
            Self { held: AtomicWord::new(ZERO), asked: AtomicWord::new(ZERO) }
        }
    }

    /// Takes the hold if it is free. Tries once.
    #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
    #[inline]
    pub fn try_take(&self) -> bool {
        // [H1] pairs with `give_back`. Relaxed on failure: nothing is read on the strength of it.
        self.held.compare_exchange(ZERO, ONE, Ordering::Acquire, Ordering::Relaxed).is_ok() // [H1]
    }

    /// Gives the hold back. Only its holder may.
    #[inline]
    pub fn give_back(&self) {
        self.held.store(ZERO, Ordering::Release); // [H1] pairs with `try_take`
    }

    /// Asks the reader to hold only what it has claimed, from its next look on.
    #[inline]
    pub fn ask(&self) {
        self.asked.store(ONE, Ordering::Relaxed); // a wish: correctness rests on `held` alone
    }

    /// Whether a writer has asked.
    #[inline]
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed) != ZERO // a wish, as above
    }

    /// Free again. Only while no end is out: the caller has both seats.
    pub fn reset(&self) {
        self.held.store(ZERO, Ordering::Relaxed); // nobody else is here; handing the ends out orders it
    }
}

impl Default for Hold {
    fn default() -> Self {
        Self::new()
    }
}
