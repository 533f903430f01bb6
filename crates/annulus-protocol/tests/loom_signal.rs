//! Nobody who waits on a signal is left asleep: the shipped text of `annulus::wait::Signal`. Labels: E1, E2.
#![cfg(loom)]
#![allow(dead_code, unreachable_pub)] // the models do not ask for all of it, and it is public where it is shipped

#[path = "../../annulus/src/wait/signal.rs"]
mod signal;

use loom::sync::atomic::{AtomicU32, Ordering};
use loom::sync::{Arc, Condvar, Mutex};
use loom::thread;
use signal::{Parker, Signal};

/// What a system would have: who sleeps in it for ever is reported by loom.
struct Semaphore {
    count: Mutex<u32>,
    /// What is more is forgotten.
    most: u32,
    changed: Condvar,
}

impl Semaphore {
    fn up_to(most: u32) -> Self {
        Self { count: Mutex::new(0), most, changed: Condvar::new() }
    }
}

impl Parker for Semaphore {
    fn park(&self) {
        let mut count = self.count.lock().unwrap();
        while *count == 0 {
            count = self.changed.wait(count).unwrap();
        }
        *count -= 1;
    }

    fn unpark(&self) {
        let mut count = self.count.lock().unwrap();
        *count = self.most.min(*count + 1);
        self.changed.notify_one();
    }
}

/// A number of things to be had, in the place of a ring.
struct Things {
    left: AtomicU32,
    signal: Signal<Semaphore>,
}

impl Things {
    fn none(waiters: u32) -> Arc<Self> {
        Arc::new(Self { left: AtomicU32::new(0), signal: Signal::new(Semaphore::up_to(waiters)) })
    }

    fn put(&self, n: u32) {
        self.left.fetch_add(n, Ordering::Release);
        self.signal.notify();
    }

    fn take(&self) -> Option<()> {
        let mut left = self.left.load(Ordering::Acquire);
        while left != 0 {
            match self.left.compare_exchange(left, left - 1, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return Some(()),
                Err(now) => left = now,
            }
        }
        None
    }
}

#[test]
fn who_waits_on_a_signal_is_notified_or_finds_what_was_published() {
    loom::model(|| {
        let things = Things::none(1);
        let there = things.clone();
        let waiter = thread::spawn(move || there.signal.wait(|| there.take()));
        things.put(1);
        waiter.join().unwrap();
    });
}

#[test]
fn who_waits_on_a_signal_twice_is_notified_twice() {
    loom::model(|| {
        let things = Things::none(1);
        let there = things.clone();
        let waiter = thread::spawn(move || (0..2).for_each(|_| there.signal.wait(|| there.take())));
        things.put(1);
        things.put(1);
        waiter.join().unwrap();
    });
}

#[test]
fn two_who_wait_on_a_signal_are_served_by_one_notice() {
    loom::model(|| {
        let things = Things::none(2);
        let waiters = [(), ()].map(|()| {
            let there = things.clone();
            thread::spawn(move || there.signal.wait(|| there.take()))
        });
        things.put(2);
        waiters.map(|waiter| waiter.join().unwrap());
    });
}
