//! A word to sleep on (an eventcount, after D. Vyukov): sleeping costs the sleeper, not the publisher.
//!
//! The danger is the lost wake-up: each side writes its own word and then reads the other's.
//!
//! ```text
//!   publisher                         sleeper
//!   ---------                         -------
//!   store  committed   (any)          store  waiters     (any)
//!   fence  SeqCst      [E1]           fence  SeqCst      [E2]
//!   load   waiters     (Relaxed)      load   committed   (Acquire), the re-check
//! ```
//! E1 and E2 are totally ordered, so at least one side sees the other's store: either the publisher finds a
//! waiter, or the sleeper finds the data and does not sleep. Release and Acquire alone would let both loads be
//! served before both stores.
//!
//! The epoch needs no ordering of its own: a sleeper that reads the bumped epoch has also met E1 through E2.
use super::sync::{AtomicU32, Ordering, fence};

/// Sleepers of one kind, on one condition.
#[repr(C)]
#[derive(Debug)]
pub struct Event {
    waiters: AtomicU32,
    epoch: AtomicU32,
}

/// The epoch in which a sleeper announced itself; it may sleep only as long as this lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch(pub u32);

impl Event {
    const_fn! {
        /// Nobody sleeps.
        pub const fn new() -> Self {
            Self { waiters: AtomicU32::new(0), epoch: AtomicU32::new(0) }
        }
    }

    /// Announces a sleeper, which must now look at its condition *again* and may then sleep while the epoch lasts.
    /// Follow with one [`leave`](Self::leave), whatever happens.
    #[must_use = "sleep only while this epoch lasts"]
    pub fn prepare(&self) -> Epoch {
        self.waiters.fetch_add(1, Ordering::Relaxed); // ordered by the fence
        let epoch = self.epoch.load(Ordering::Relaxed); // ordered by the fence
        fence(Ordering::SeqCst); // [E2] pairs with [E1] in `publish`
        Epoch(epoch)
    }

    /// Takes the announcement back: the sleeper is awake.
    pub fn leave(&self) {
        self.waiters.fetch_sub(1, Ordering::Relaxed); // late news cost a needless wake-up, no more
    }

    /// Tells whether anyone has to be woken, and ends the epoch if so. Call it after publishing; one call serves a
    /// whole batch.
    #[must_use = "someone sleeps: wake them"]
    #[inline]
    pub fn publish(&self) -> bool {
        fence(Ordering::SeqCst); // [E1] pairs with [E2] in `prepare`
        // Relaxed: the fence orders it after the caller's store.
        self.waiters.load(Ordering::Relaxed) != 0 && self.end_epoch()
    }

    #[cold]
    fn end_epoch(&self) -> bool {
        self.epoch.fetch_add(1, Ordering::Relaxed); // a sleeper that reads it has met [E1] through [E2]
        true
    }

    /// The word that changes when the epoch ends: what an operating system sleeps on.
    pub fn word(&self) -> &AtomicU32 {
        &self.epoch
    }

    /// Forgets sleepers that died. Only when the caller alone may sleep here.
    pub fn forget_sleepers(&self) {
        self.waiters.store(0, Ordering::Relaxed); // the caller alone may add to it
    }
}

impl Default for Event {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn publishing_wakes_only_while_someone_sleeps() {
        let event = Event::new();
        assert!(!event.publish());
        let epoch = event.prepare();
        assert!(event.publish());
        assert_ne!(event.prepare(), epoch, "the epoch ended");
        event.leave();
        event.leave();
        assert!(!event.publish());
    }
}
