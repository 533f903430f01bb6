//! With `--cfg annulus_steps`: every access to a word is a step that a test can count, and before which it can let others act.
//!
//! A thread that is stopped between two of its steps, for as long as the others please, is then a plain function call: see
//! [`watch`]. Tests only; no product is built like this.
extern crate std;

use super::from;
use core::cell::Cell;
use std::boxed::Box;

pub use from::Ordering;

/// What an operation did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// Loads, stores, exchanges and fences.
    pub all: usize,
    /// Those of them that read and write a word in one step.
    pub exchanges: usize,
}

struct Watch {
    steps: Steps,
    before: Box<dyn FnMut(Steps)>,
}

std::thread_local! {
    static WATCH: Cell<Option<Watch>> = const { Cell::new(None) };
}

/// Runs `operation`, and before each of its steps `before`, which is told how many there were already. What `before` itself
/// does is not counted: it stands for other threads.
pub fn watch<R>(before: impl FnMut(Steps) + 'static, operation: impl FnOnce() -> R) -> (R, Steps) {
    WATCH.set(Some(Watch { steps: Steps::default(), before: Box::new(before) }));
    let result = operation();
    let watch = WATCH.take().expect("one watch at a time");
    (result, watch.steps)
}

/// Counts the steps of `operation`.
pub fn count<R>(operation: impl FnOnce() -> R) -> (R, Steps) {
    watch(|_| (), operation)
}

fn step(exchange: bool) {
    if let Some(mut watch) = WATCH.take() {
        (watch.before)(watch.steps);
        watch.steps.all += 1;
        watch.steps.exchanges += usize::from(exchange);
        WATCH.set(Some(watch));
    }
}

/// A fence.
pub fn fence(order: Ordering) {
    step(false);
    from::fence(order);
}

macro_rules! watched {
    ($word:ty, $atomic:ty) => {
        /// The atomic that carries a [`Word`](crate::pos::Word), watched.
        #[repr(transparent)]
        #[derive(Debug)]
        pub struct AtomicWord($atomic);

        #[allow(missing_docs, reason = "those of core")]
        impl AtomicWord {
            pub const fn new(value: $word) -> Self {
                Self(<$atomic>::new(value))
            }

            pub fn load(&self, order: Ordering) -> $word {
                step(false);
                self.0.load(order)
            }

            pub fn store(&self, value: $word, order: Ordering) {
                step(false);
                self.0.store(value, order);
            }

            pub fn compare_exchange(
                &self,
                current: $word,
                new: $word,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$word, $word> {
                step(true);
                self.0.compare_exchange(current, new, success, failure)
            }

            pub fn fetch_add(&self, value: $word, order: Ordering) -> $word {
                step(true);
                self.0.fetch_add(value, order)
            }

            pub fn fetch_sub(&self, value: $word, order: Ordering) -> $word {
                step(true);
                self.0.fetch_sub(value, order)
            }

            pub fn fetch_or(&self, value: $word, order: Ordering) -> $word {
                step(true);
                self.0.fetch_or(value, order)
            }

            pub fn fetch_and(&self, value: $word, order: Ordering) -> $word {
                step(true);
                self.0.fetch_and(value, order)
            }

            pub fn swap(&self, value: $word, order: Ordering) -> $word {
                step(true);
                self.0.swap(value, order)
            }
        }
    };
}

#[cfg(not(any(annulus_word = "8", annulus_word = "32")))]
watched!(usize, from::AtomicUsize);
#[cfg(annulus_word = "32")]
watched!(u32, from::AtomicU32);
#[cfg(annulus_word = "8")]
watched!(u8, from::AtomicU8);
