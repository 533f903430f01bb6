//! Whether anything can still be committed to a closed pool.
use super::super::backoff::Backoff;
use super::super::pad::Padded;
use super::super::pos::{ONE, Word, ZERO};
use super::super::sync::{AtomicWord, Ordering};
use super::ring::Ring;
use super::shape::Shape;
use super::size::CLOSED;

/// What only the end needs to know. Numbers are kept as positions, so that they are compared with the laps of entries.
#[repr(C)]
#[derive(Debug)]
pub(super) struct Closing {
    /// How many slots were abandoned less how many were evicted, and whether the pool is closed.
    spent: Padded<AtomicWord>,
    /// One more than how many reservations there were, once that is final.
    reservations: AtomicWord,
}

impl Closing {
    const_fn! {
        pub(super) const fn new() -> Self {
            Self { spent: Padded(AtomicWord::new(ZERO)), reservations: AtomicWord::new(ZERO) }
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.spent.load(Ordering::Relaxed) & CLOSED != ZERO // news; what rests on it is in the same word
    }

    pub(super) fn begin(&self) {
        self.spent.fetch_or(CLOSED, Ordering::Relaxed); // in the word that who evicts exchanges
    }

    /// Seals the free ring and tells how many reservations there were.
    pub(super) fn finish(&self, free: &Ring<'_, true>) -> Word {
        let known = self.reservations.load(Ordering::Relaxed); // final, whoever found it out
        if known != ZERO {
            return known - ONE;
        }
        let reservations = free.seal();
        self.reservations.store(reservations + ONE, Ordering::Relaxed); // as above
        reservations
    }

    /// Counts `n` that were reserved and will not be committed. At most the size.
    pub(super) fn count_abandoned(&self, shape: Shape, n: Word) {
        _ = self.spend(shape, shape.nth(n), ZERO);
    }

    /// Counts one that was not reserved and will be committed; not if the pool is closed.
    pub(super) fn count_evicted(&self, shape: Shape) -> bool {
        self.spend(shape, shape.minus(ONE), CLOSED)
    }

    /// Unless the word has a bit of `unless`.
    fn spend(&self, shape: Shape, by: Word, unless: Word) -> bool {
        let mut lost = Backoff::new();
        loop {
            let spent = self.spent.load(Ordering::Relaxed); // the exchange decides
            if spent & unless != ZERO {
                return false;
            }
            let next = (shape.plus(spent, by) & !CLOSED) | (spent & CLOSED);
            // Relaxed: it carries nothing but itself.
            if self.spent.compare_exchange(spent, next, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
                return true;
            }
            lost = lost.wait();
        }
    }

    /// Whether of so many reservations, those evicted included, more can be committed than `committed`.
    pub(super) fn is_outstanding(&self, shape: Shape, reservations: Word, committed: Word) -> bool {
        // Relaxed: an older value, if it was closed already, only shows fewer that were abandoned.
        let spent = self.spent.load(Ordering::Relaxed);
        shape.plus(committed, spent) & !CLOSED != reservations & !CLOSED
    }

    /// Open, and as if there had been no reservation. Nobody else has the pool.
    pub(super) fn reset(&self) {
        self.spent.store(ZERO, Ordering::Relaxed); // nobody else is here, here and below
        self.reservations.store(ZERO, Ordering::Relaxed); // as above
    }

    /// As if there had been no reservation, and everything up to `committed` had been evicted. Nobody else has the pool.
    pub(super) fn restart(&self, shape: Shape, committed: Word) {
        let closed = self.spent.load(Ordering::Relaxed) & CLOSED; // nobody else is here, here and below
        let spent = shape.minus(committed) & !CLOSED;
        self.spent.store(spent | closed, Ordering::Relaxed); // as above
        self.reservations.store(ZERO, Ordering::Relaxed); // as above
    }
}
