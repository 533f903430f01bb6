//! How long a thread looks again before it goes to sleep: as long as that has paid of late, and never on one processor.
use annulus_protocol::sync::{AtomicU32, Ordering, spin_loop};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// What falling asleep and being woken costs, about: to look for longer costs more than it can save.
const MOST: u32 = 20_000;

/// Less than that is not worth a look at the clock.
const LEAST: u32 = 500;

/// Once it does not pay, every so many waits find out whether that has changed.
const PROBE: u32 = 64;

/// Looks between two looks at the clock.
const LOOKS: u32 = 16;

/// How long to look, in nanoseconds, for all who wait for one thing.
#[derive(Debug)]
pub(crate) struct Patience {
    /// Above [`LEAST`] a time; below, how many waits have not looked.
    budget: AtomicU32,
}

impl Patience {
    pub(crate) fn new() -> Self {
        Self { budget: AtomicU32::new(MOST) }
    }

    /// Looks until it is `ready`; tells whether it is.
    pub(crate) fn spin(&self, mut ready: impl FnMut() -> bool) -> bool {
        let budget = self.budget.load(Ordering::Relaxed); // a guess, whoever made it
        if budget < LEAST {
            let next = if budget + 1 < PROBE { budget + 1 } else { MOST / 4 };
            self.budget.store(next, Ordering::Relaxed); // the same
            return false;
        }
        if alone() {
            return false;
        }
        let begun = Instant::now();
        let limit = Duration::from_nanos(budget.into());
        loop {
            for _ in 0..LOOKS {
                if ready() {
                    self.learn(budget, begun.elapsed());
                    return true;
                }
                spin_loop();
            }
            if limit <= begun.elapsed() {
                let halved = budget / 2;
                let next = if halved < LEAST { 0 } else { halved };
                self.budget.store(next, Ordering::Relaxed); // a guess
                return false;
            }
        }
    }

    /// It took so long this time: twice that is enough for most of the next ones.
    fn learn(&self, budget: u32, took: Duration) {
        let twice = u32::try_from(took.as_nanos()).unwrap_or(MOST).saturating_mul(2).max(4 * LEAST);
        let next = (budget - budget / 8 + twice / 8).clamp(LEAST, MOST);
        if next != budget {
            self.budget.store(next, Ordering::Relaxed); // a guess
        }
    }
}

/// Whether there is one processor, on which nobody else can make ready what we look for while we look.
fn alone() -> bool {
    static ALONE: OnceLock<bool> = OnceLock::new();
    *ALONE.get_or_init(|| std::thread::available_parallelism().is_ok_and(|cpus| cpus.get() == 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_in_vain_is_given_up_and_tried_again_now_and_then() {
        let patience = Patience::new();
        let mut looked = 0;
        for _ in 0..1000 {
            let mut first = true;
            patience.spin(|| {
                looked += u32::from(std::mem::take(&mut first));
                false
            });
        }
        if !alone() {
            assert!((5..100).contains(&looked), "looked {looked} times");
        }
    }

    #[test]
    fn looking_goes_on_where_it_pays() {
        let patience = Patience::new();
        for _ in 0..1000 {
            let found = patience.spin(|| true);
            assert!(found || alone());
        }
    }
}
