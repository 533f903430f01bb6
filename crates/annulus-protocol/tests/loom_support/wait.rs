//! `annulus::wait`, with the model's lock and threads.

pub(crate) mod sync {
    pub(crate) use loom::sync::{Mutex, MutexGuard};
    pub(crate) use loom::thread::Thread;

    pub(crate) mod thread {
        pub(crate) use loom::thread::{current, park};

        pub(crate) fn park_timeout(_: std::time::Duration) {
            unimplemented!("there is no time in a model");
        }
    }
}

#[path = "../../../annulus/src/wait/pick.rs"]
mod pick;
#[path = "../../../annulus/src/wait/waiters.rs"]
mod waiters;
#[path = "../../../annulus/src/wait/waiting.rs"]
mod waiting;

pub(crate) use pick::Pick;
pub(crate) use waiters::{Found, Sleeper, Ticket, Waiters};
pub(crate) use waiting::{Attempt, Waiting, block, give_up};

/// Whoever looks does so once in a model: every schedule is tried anyway.
#[derive(Debug)]
pub(crate) struct Patience;

impl Patience {
    pub(crate) fn new() -> Self {
        Self
    }

    pub(crate) fn look(&self, mut ready: impl FnMut() -> bool) -> bool {
        ready()
    }

    pub(crate) fn found(&self, _: bool) {}
}
