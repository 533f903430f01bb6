//! Who is there when something is published: how many wait in a line, and how many look.
//!
//! An [`Event`](super::event::Event) for a line behind a lock, in which each sleeper is called by itself; so there is no epoch. And whoever is
//! still awake and looks may spare a sleeper:
//!
//! ```text
//!   publisher                         who goes to sleep, or has looked
//!   ---------                         --------------------------------
//!   store  committed   (any)          store  waiting, or looking  (any)
//!   fence  SeqCst      [E3]           fence  SeqCst               [E4], or [E5]
//!   load   waiting, looking           load   committed            (Acquire), the re-check
//! ```
//! INVARIANT (W6)  Whoever stops looking looks once more after that, whether it has found something or not, and calls the first in the line if
//! there is anything. So a publisher that sees that somebody looks may leave what it has published to that one: either it has not stopped
//! yet, or its stop is seen by the publisher (E3, E5).
//!
//! Now and then a sleeper is called all the same, so that nobody in the line is overtaken for ever.
use super::sync::{AtomicU32, Ordering, fence};

/// Those who wait for one thing, as far as a publisher has to know.
#[derive(Debug)]
pub struct Presence {
    /// How many are in the line. Changed with the lock of the line held.
    waiting: AtomicU32,
    /// How many look for what they wait for, and are in no line.
    looking: AtomicU32,
    /// How many times in a row a sleeper was spared: a guess, if several publish at a time.
    spared: AtomicU32,
}

/// One in so many times a sleeper is called though somebody looks. A call costs as much as some dozens of hand-overs between two who are awake.
const SPARED: u32 = 64;

impl Presence {
    const_fn! {
        /// Nobody is there.
        pub const fn new() -> Self {
            Self { waiting: AtomicU32::new(0), looking: AtomicU32::new(0), spared: AtomicU32::new(0) }
        }
    }

    /// One more is in the line, and must look once more before it sleeps. With the lock of the line held.
    pub fn join(&self) {
        let waiting = self.waiting.load(Ordering::Relaxed); // changed with the lock held
        self.waiting.store(waiting + 1, Ordering::Relaxed); // ordered by the fence
        fence(Ordering::SeqCst); // [E4] pairs with [E3] in `publish_to_all`
    }

    /// One less is in the line. With the lock of the line held.
    pub fn leave(&self) {
        let waiting = self.waiting.load(Ordering::Relaxed); // changed with the lock held
        self.waiting.store(waiting - 1, Ordering::Relaxed); // late news cost a needless call, no more
    }

    /// Begins to look. Follow with one [`stop`](Self::stop), whatever happens.
    pub fn look(&self) {
        self.looking.fetch_add(1, Ordering::Relaxed); // late news cost a needless call, no more
    }

    /// Has looked. Tells whether there is anybody in the line, for whom it has to look once more (W6).
    #[must_use = "those in the line may have been spared: look for them"]
    pub fn stop(&self) -> bool {
        self.looking.fetch_sub(1, Ordering::Relaxed); // ordered by the fence
        fence(Ordering::SeqCst); // [E5] pairs with [E3] in `publish_to_all`
        self.waiting.load(Ordering::Relaxed) != 0 // who joins later looks once more
    }

    /// Tells whether somebody in the line is to be called. After publishing: for something that one who looks may take.
    #[must_use = "somebody sleeps: call them"]
    #[inline]
    pub fn publish(&self) -> bool {
        self.publish_to_all() && !self.spare()
    }

    /// The same for something that concerns everybody.
    #[must_use = "somebody sleeps: call them"]
    #[inline]
    pub fn publish_to_all(&self) -> bool {
        fence(Ordering::SeqCst); // [E3] pairs with [E4] in `join`, and with [E5] in `stop`
        self.waiting.load(Ordering::Relaxed) != 0 // after the fence
    }

    #[cold]
    fn spare(&self) -> bool {
        if self.looking.load(Ordering::Relaxed) == 0 {
            return false; // after the fence of `publish_to_all`
        }
        let spared = self.spared.load(Ordering::Relaxed) + 1; // a guess
        let enough = SPARED <= spared;
        self.spared.store(if enough { 0 } else { spared }, Ordering::Relaxed); // the same
        !enough
    }
}

impl Default for Presence {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_in_the_line_is_to_be_called() {
        let presence = Presence::new();
        assert!(!presence.publish());
        presence.join();
        assert!(presence.publish() && presence.publish());
        presence.leave();
        assert!(!presence.publish());
    }

    #[test]
    fn who_looks_spares_who_sleeps_but_not_for_ever() {
        let presence = Presence::new();
        presence.look();
        assert!(!presence.publish(), "nobody sleeps");
        presence.join();
        assert!(presence.publish_to_all());
        for _ in 0..3 {
            let spared = (0..).take_while(|_| !presence.publish()).count();
            assert_eq!(spared, SPARED as usize - 1);
        }
        assert!(presence.stop(), "there is somebody in the line");
        assert!(presence.publish());
    }
}
