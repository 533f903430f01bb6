//! A bell: one who waits hangs something on it, and one who rings takes it down. By loads and stores alone.
//!
//! [`Event`](super::event) counts any number of sleepers, by exchanges. Here there is one sleeper and one ringer, each of whom may be an
//! interrupt of the other on a core without exchanges: so neither ever waits for the other, or has to try again. And what hangs there (a
//! waker) is memory, which the two must not touch at the same time: so there are two hooks, and the sleeper keeps off the one that the
//! ringer is at.
//!
//! ```text
//!   sleeper                                          ringer
//!   -------                                          ------
//!   store  both hooks, empty  (any)                  store  what it publishes  (any)
//!   fence  SeqCst             [K6]                   fence  SeqCst             [K3]
//!   load   at                 (Acquire) [K2]         load   both hooks         (Relaxed): if both are empty, that is all
//!     every hook but that one is the sleeper's:      store  at = that hook     (any)
//!     hangs something on one of them                 fence  SeqCst             [K5]
//!   store  that hook, full    (Release) [K1]         load   that hook          (Acquire) [K1]: still full?
//!   fence  SeqCst             [K4]                     then it is the ringer's: takes down what hangs there
//!   load   what is published  (Acquire), again         store  that hook, empty (any)
//!                                                    store  at = nowhere       (Release) [K2]
//! ```
//! INVARIANT (K)  A hook that the ringer has found full while it was at it is the ringer's until it is nowhere; a hook that the sleeper has
//! emptied, and then found the ringer not to be at, is the sleeper's until it is full. No hook is both: of the fences K5 and K6 one is
//! first, so either the ringer finds the hook empty, or the sleeper finds the ringer.
//!
//! Nobody sleeps beside what was published: of the fences K3 and K4 one is first, so either the ringer finds the hook full that the sleeper has
//! filled last, or the sleeper finds what was published when it looks again. The ringer may find a hook empty on its second look, or
//! take down what has hung there from before: then the sleeper has come back since K3, so its next K4 comes after that.
//!
//! After the hazard pointers of M. Michael (2004), of which `at` is one.
use super::pos::{ONE, TWO, Word, ZERO};
use super::sync::{AtomicWord, Ordering, fence};

/// How many hooks there are: one more than the ringer can be at.
pub const HOOKS: usize = 2;

/// What the ringer is at when it is at no hook.
const NOWHERE: Word = ZERO;

/// What it is at when it is at each hook.
const AT: [Word; HOOKS] = [ONE, TWO];

/// Where one sleeper can be rung up by one ringer.
#[repr(C)]
#[derive(Debug)]
pub struct Bell {
    /// Whether something hangs on each hook.
    full: [AtomicWord; HOOKS],
    /// Where the ringer is. Only the ringer stores it.
    at: AtomicWord,
}

impl Bell {
    const_fn! {
        /// Nothing hangs on it.
        pub const fn new() -> Self {
            Self { full: [AtomicWord::new(ZERO), AtomicWord::new(ZERO)], at: AtomicWord::new(NOWHERE) }
        }
    }

    /// The sleeper empties the bell. What is left on the hooks that are its own now is for nobody any more.
    ///
    /// # Progress
    /// Wait-free.
    pub fn clear(&self) -> Cleared<'_> {
        for full in &self.full {
            full.store(ZERO, Ordering::Relaxed); // the fence orders it before the look at the ringer
        }
        fence(Ordering::SeqCst); // [K6] pairs with [K5] in `go_to`
        Cleared { bell: self, ringer: self.at.load(Ordering::Acquire) } // [K2] pairs with `Heard::leave`
    }

    /// The ringer, after publishing, comes to take down what hangs there, if anything does; one call serves a whole batch.
    ///
    /// # Progress
    /// Wait-free.
    #[inline]
    #[must_use = "someone sleeps: wake them"]
    pub fn ring(&self) -> Option<Heard<'_>> {
        fence(Ordering::SeqCst); // [K3] pairs with [K4] in `Cleared::hang`
        // Relaxed: the fence orders it after the caller's store.
        (0..HOOKS)
            .find(|hook| self.full[*hook].load(Ordering::Relaxed) != ZERO)
            .and_then(|hook| self.go_to(hook))
    }

    #[cold]
    fn go_to(&self, hook: usize) -> Option<Heard<'_>> {
        self.at.store(AT[hook], Ordering::Relaxed); // the fence in `ring` releases what was done where it was before
        fence(Ordering::SeqCst); // [K5] pairs with [K6] in `clear`
        let still_full = self.full[hook].load(Ordering::Acquire) != ZERO; // [K1] pairs with `Cleared::hang`
        if !still_full {
            self.at.store(NOWHERE, Ordering::Relaxed); // nothing was touched, and the fence did the rest
        }
        still_full.then_some(Heard { bell: self, hook })
    }
}

impl Default for Bell {
    fn default() -> Self {
        Self::new()
    }
}

/// An empty bell, in the hands of its sleeper.
#[must_use = "what is left on the hooks is to be taken down"]
#[derive(Debug)]
pub struct Cleared<'b> {
    bell: &'b Bell,
    /// Where the ringer was.
    ringer: Word,
}

impl Cleared<'_> {
    /// The hook to hang something on: the sleeper's.
    pub fn hook(&self) -> usize {
        usize::from(self.ringer == AT[0])
    }

    /// The other one, unless the ringer is at either: then the other one is not the sleeper's.
    pub fn spare(&self) -> Option<usize> {
        (self.ringer == NOWHERE).then_some(1)
    }

    /// Something hangs on [`hook`](Self::hook). The sleeper must now look at its condition *again*, and may then sleep until it is rung up.
    pub fn hang(self) {
        self.bell.full[self.hook()].store(ONE, Ordering::Release); // [K1] pairs with `go_to`
        fence(Ordering::SeqCst); // [K4] pairs with [K3] in `Bell::ring`
    }
}

/// A hook with something on it, in the hands of the ringer.
#[must_use = "what hangs there is to be taken down"]
#[derive(Debug)]
pub struct Heard<'b> {
    bell: &'b Bell,
    hook: usize,
}

impl Heard<'_> {
    /// Which hook.
    pub fn hook(&self) -> usize {
        self.hook
    }

    /// What hung there has been taken down.
    pub fn leave(self) {
        self.bell.full[self.hook].store(ZERO, Ordering::Relaxed); // a sleeper that hangs something here comes after [K2]
        self.bell.at.store(NOWHERE, Ordering::Release); // [K2] pairs with `Bell::clear`
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn what_was_hung_last_is_heard_once() {
        let bell = Bell::new();
        assert!(bell.ring().is_none());
        let _given_up = bell.clear();
        let cleared = bell.clear();
        assert_eq!((cleared.hook(), cleared.spare()), (0, Some(1)));
        cleared.hang();
        let heard = bell.ring().unwrap();
        assert_eq!(heard.hook(), 0);
        heard.leave();
        assert!(bell.ring().is_none(), "it was taken down");
    }

    #[test]
    fn a_sleeper_keeps_off_the_hook_that_the_ringer_is_at_and_is_heard_on_the_other() {
        let bell = Bell::new();
        for at in [0, 1] {
            let cleared = bell.clear();
            assert_eq!(cleared.hook(), 0);
            cleared.hang();
            let mut heard = bell.ring().unwrap();
            if at == 1 {
                bell.clear().hang();
                heard.leave();
                heard = bell.ring().unwrap();
            }
            assert_eq!(heard.hook(), at);
            let cleared = bell.clear();
            assert_eq!((cleared.hook(), cleared.spare()), (1 - at, None));
            cleared.hang();
            heard.leave();
            let heard = bell.ring().unwrap();
            assert_eq!(heard.hook(), 1 - at);
            heard.leave();
            assert!(bell.ring().is_none());
        }
    }

    #[test]
    fn a_sleeper_that_gives_up_is_not_heard() {
        let bell = Bell::new();
        bell.clear().hang();
        let _given_up = bell.clear();
        assert!(bell.ring().is_none());
    }
}
