//! A bell: nobody sleeps beside what was published, and no hook is in two hands. Labels: K1, K2, K3, K4, K5, K6.
#![cfg(loom)]
use annulus_protocol::bell::{Bell, HOOKS};
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicU32, Ordering};
use loom::thread;

/// A bell, what hangs on it, and what is published beside it.
struct Shared {
    bell: Bell,
    hooks: [UnsafeCell<u32>; HOOKS],
    published: AtomicU32,
}

// SAFETY: the cells are loom's, which reports any access that the bell does not order: that is the test.
unsafe impl Sync for Shared {}

/// Nothing hangs there.
const NOTHING: u32 = 0;

impl Shared {
    fn new() -> Arc<Self> {
        let hooks = [UnsafeCell::new(NOTHING), UnsafeCell::new(NOTHING)];
        Arc::new(Self { bell: Bell::new(), hooks, published: AtomicU32::new(0) })
    }

    fn replace(&self, hook: usize, what: u32) -> u32 {
        // SAFETY: the hook is in one hand, which is what the models check.
        self.hooks[hook].with_mut(|hook| std::mem::replace(unsafe { &mut *hook }, what))
    }

    /// Hangs a name there, and looks again.
    fn hang(&self, name: u32) -> u32 {
        let cleared = self.bell.clear();
        self.replace(cleared.hook(), name);
        if let Some(spare) = cleared.spare() {
            self.replace(spare, NOTHING);
        }
        cleared.hang();
        self.published.load(Ordering::Acquire)
    }

    fn give_up(&self) {
        let cleared = self.bell.clear();
        self.replace(cleared.hook(), NOTHING);
        if let Some(spare) = cleared.spare() {
            self.replace(spare, NOTHING);
        }
    }

    /// Publishes, and takes down the name that hangs there.
    fn publish(&self, what: u32) -> Option<u32> {
        self.published.store(what, Ordering::Release);
        let heard = self.bell.ring()?;
        let name = self.replace(heard.hook(), NOTHING);
        heard.leave();
        Some(name)
    }
}

/// Either the sleeper finds what was published last, or whoever published it has heard the sleeper. It hangs its name there as often
/// as it likes, and is rung up as often.
#[test]
fn a_sleeper_and_a_ringer_never_miss_each_other() {
    loom::model(|| {
        let shared = Shared::new();
        let there = shared.clone();
        let sleeper = thread::spawn(move || {
            let mut seen = 0;
            for name in 1..=2 {
                seen = there.hang(name);
            }
            seen
        });
        let heard = [shared.publish(1), shared.publish(2)];
        assert!(!heard.contains(&Some(NOTHING)), "there was nothing on the hook");
        let seen = sleeper.join().unwrap();
        if seen != 2 {
            assert!(
                heard.contains(&Some(2)),
                "the sleeper is left asleep: it saw {seen}, and {heard:?} were heard"
            );
        }
    });
}

/// The same of one who gave up before: nobody is heard who is not there, unless it has just gone.
#[test]
fn a_sleeper_that_gave_up_and_came_back_is_heard() {
    loom::model(|| {
        let shared = Shared::new();
        let there = shared.clone();
        let sleeper = thread::spawn(move || {
            let _ = there.hang(1);
            there.give_up();
            there.hang(2)
        });
        let heard = shared.publish(1);
        assert_ne!(heard, Some(NOTHING), "there was nothing on the hook");
        if sleeper.join().unwrap() != 1 {
            assert_eq!(heard, Some(2), "the sleeper is left asleep");
        }
    });
}
