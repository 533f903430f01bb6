//! Room that is counted apart from the slots that it lies in: a credit is room for one item, and whoever holds one is in nobody's way.
//!
//! ```text
//!   free --- take ---> held --- an item goes in, and comes out ---> free
//!                        `----------- given back unused ----------'
//! ```
//! INVARIANT (Y)  free + held + items = size: whoever puts an item in holds a credit, and whoever has taken one out gives one back, after
//! it has handed the slot back. So there are never more items, on their way in or out among them, than slots.
//!
//! | edge | Release RMW | Acquire RMW        | carries                                                            |
//! | Y1   | `give`      | `take`             | that the slots of all credits given back before are handed back    |
//! | Y2   | fence in `take`, by who finds none | the same, in another thread | all that was given before it |
use super::pos::{ONE, Word, ZERO, count, word};
use super::sync::{AtomicWord, Ordering, fence};

/// How many credits are free.
#[derive(Debug)]
pub struct Credits {
    free: AtomicWord,
}

impl Credits {
    /// As many as there are slots.
    pub fn new(size: usize) -> Self {
        Self { free: AtomicWord::new(word(size)) }
    }

    /// Takes one, if one is free.
    ///
    /// Whoever is told that none is has fenced before it looked: two threads that each give one back and then find none of the other's
    /// cannot both be told so.
    ///
    /// # Progress
    /// Lock-free: tries again only if another one was taken or given back.
    #[inline]
    #[must_use = "a credit that is not given back is lost"]
    pub fn take(&self) -> bool {
        let mut free = self.free.load(Ordering::Relaxed); // the exchange decides
        loop {
            if free == ZERO {
                free = self.look_again();
                if free == ZERO {
                    return false;
                }
            }
            let taken = Ordering::Acquire; // [Y1] pairs with `give`
            // Relaxed on failure: only the number counts.
            match self.free.compare_exchange(free, free - ONE, taken, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(now) => free = now,
            }
        }
    }

    #[cold]
    fn look_again(&self) -> Word {
        fence(Ordering::SeqCst); // [Y2] pairs with itself, in another thread
        self.free.load(Ordering::Relaxed) // after the fence
    }

    /// Gives `n` back.
    ///
    /// # Progress
    /// One `fetch_add`.
    #[inline]
    pub fn give(&self, n: usize) {
        self.free.fetch_add(word(n), Ordering::Release); // [Y1] pairs with `take`
    }

    /// How many are free: news.
    #[inline]
    pub fn free(&self) -> usize {
        count(self.free.load(Ordering::Relaxed)) // news
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_as_there_are_slots() {
        let credits = Credits::new(3);
        assert!(credits.take() && credits.take() && credits.take() && !credits.take());
        credits.give(2);
        assert_eq!(credits.free(), 2);
        assert!(credits.take() && credits.take() && !credits.take());
    }
}
