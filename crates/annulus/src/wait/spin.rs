//! How long a thread looks again before it goes to sleep: as long as that has paid of late.
//!
//! It looks in two ways. First with pauses, each twice as long as the one before, for what is under way on another processor: some
//! microseconds, as long as one wait in four ends so. On one processor none does, however many the system says there are: threads that are bound to one
//! processor each see one. Then it gives way to others who can run, and looks in between: so what it waits for is made on the same
//! processor, without sleep and wake, and where nobody else can run it costs a system call a look. That goes on for as long as twice a usual hand-over
//! takes, and at most as long as to fall asleep and to be woken where that takes longest, which is between halted virtual processors: where both
//! sides sleep, a shorter look would never find the other one awake. If one look takes a time slice, the processor went to somebody who has nothing
//! to do with us, and whoever sleeps gets it back sooner than who gives way.
//!
//! Whatever does not pay is given up, after a few waits or at once, and tried again in one of so many.
use annulus_protocol::sync::{AtomicU32, Ordering, spin_loop};
use std::thread::yield_now;
use std::time::Instant;

/// For how long, in nanoseconds, others are given way to at most.
const MOST: u32 = 100_000;

/// Somebody who has work of its own keeps the processor for so long, or longer; those who wait for each other give it on before.
const SLICE: u32 = 1_000_000;

/// If less than that is left of it, it is given up.
const LEAST: u32 = 1_000;

/// How often others are given way to at least, if at all: with many who can run, the first times all of them look in vain.
const TURNS: u32 = 8;

/// Once it does not pay, one of so many waits finds out whether that has changed.
const PROBE: u32 = 32;

/// To give way may cost a whole time slice: as long as it does not pay, that is tried more and more seldom.
const LONGEST_PROBE: u32 = 1024;

/// The pauses between looks are twice as long each time, up to two to this power less one.
const PAUSES: u32 = 7;

/// Where more is found than was waited for, the first pause is up to two to this power: who comes a little later finds more at a time.
const LONGEST_FIRST: u32 = 5;

/// What those who wait for one thing have learnt. All of it are guesses, whoever made them, and lost where two learn at a time.
#[derive(Debug)]
pub(crate) struct Patience {
    /// How often it paid to look with pauses.
    pausing: Pay,
    /// How long to give way, in nanoseconds.
    budget: AtomicU32,
    /// How many waits are to come that do not.
    skips: AtomicU32,
    /// How many those will be if it does not pay next time.
    next_skips: AtomicU32,
    /// How long the first pause is, as a power of two.
    first: AtomicU32,
}

/// How often something paid of late, out of [`ALWAYS`](Self::ALWAYS); in the lowest bits, how many waits went without.
#[derive(Debug)]
struct Pay(AtomicU32);

impl Patience {
    pub(crate) fn new() -> Self {
        Self {
            pausing: Pay(AtomicU32::new(Pay::ALWAYS)),
            budget: AtomicU32::new(MOST),
            skips: AtomicU32::new(0),
            next_skips: AtomicU32::new(PROBE),
            first: AtomicU32::new(0),
        }
    }

    /// Looks until it is `ready`; tells whether it is.
    pub(crate) fn look(&self, mut ready: impl FnMut() -> bool) -> bool {
        if self.pausing.is_enough() {
            let found = self.pause(&mut ready);
            self.pausing.learn(found);
            if found {
                return true;
            }
        }
        self.give_way(ready)
    }

    /// There was more than what was waited for, or not.
    pub(crate) fn found(&self, more: bool) {
        let first = self.first.load(Ordering::Relaxed); // a guess
        let next = if more { (first + 1).min(LONGEST_FIRST) } else { first.saturating_sub(1) };
        if next != first {
            self.first.store(next, Ordering::Relaxed); // a guess
        }
    }

    fn pause(&self, mut ready: impl FnMut() -> bool) -> bool {
        let first = self.first.load(Ordering::Relaxed); // a guess
        (first..PAUSES).any(|power| {
            for _ in 0..1 << power {
                spin_loop();
            }
            ready()
        })
    }

    fn give_way(&self, mut ready: impl FnMut() -> bool) -> bool {
        let skips = self.skips.load(Ordering::Relaxed); // a guess
        if skips != 0 {
            self.skips.store(skips - 1, Ordering::Relaxed); // a guess
            return false;
        }
        let budget = self.budget.load(Ordering::Relaxed); // a guess
        let begun = Instant::now();
        let mut turns = 0;
        let (found, took) = loop {
            yield_now();
            turns += 1;
            let took = u32::try_from(begun.elapsed().as_nanos()).unwrap_or(u32::MAX);
            let found = ready();
            if found || SLICE < took || (TURNS <= turns && budget <= took) {
                break (found, took);
            }
        };
        if found && took <= SLICE {
            let next = (budget - budget / 8 + took.min(MOST) / 4).clamp(LEAST, MOST);
            self.budget.store(next, Ordering::Relaxed); // a guess
            self.next_skips.store(PROBE, Ordering::Relaxed); // a guess
        } else if SLICE < took || budget / 2 < LEAST {
            let next = self.next_skips.load(Ordering::Relaxed); // a guess
            self.skips.store(next, Ordering::Relaxed); // a guess
            self.next_skips.store((2 * next).min(LONGEST_PROBE), Ordering::Relaxed); // a guess
            self.budget.store(MOST, Ordering::Relaxed); // a guess
        } else {
            self.budget.store(budget / 2, Ordering::Relaxed); // a guess
        }
        found
    }
}

impl Pay {
    const ALWAYS: u32 = 1 << 16;
    /// One in four.
    const ENOUGH: u32 = Self::ALWAYS / 4;
    const WITHOUT: u32 = 0xff;

    /// Whether it has paid often enough, or it is time to find out.
    fn is_enough(&self) -> bool {
        let pay = self.0.load(Ordering::Relaxed); // a guess
        let without = pay & Self::WITHOUT;
        let (next, enough) = match pay {
            _ if Self::ENOUGH <= pay => return true,
            _ if without + 1 < PROBE => (pay + 1, false),
            _ => (pay - without, true),
        };
        self.0.store(next, Ordering::Relaxed); // a guess
        enough
    }

    /// It has paid this time, or not: an eighth of what is known.
    fn learn(&self, paid: bool) {
        let pay = self.0.load(Ordering::Relaxed) & !Self::WITHOUT; // a guess
        let next = if paid { (pay + (Self::ALWAYS - pay) / 8).max(Self::ENOUGH) } else { pay - pay / 8 };
        if next != pay {
            self.0.store(next & !Self::WITHOUT, Ordering::Relaxed); // a guess
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many waits looked, of so many in vain.
    fn looked(patience: &Patience, waits: u32) -> (u32, u32) {
        (0..waits).fold((0, 0), |(waited, looks), _| {
            let mut count = 0;
            assert!(!patience.look(|| {
                count += 1;
                false
            }));
            (waited + u32::from(count != 0), looks + count)
        })
    }

    #[test]
    fn looking_in_vain_is_given_up_and_tried_again_now_and_then() {
        let patience = Patience::new();
        looked(&patience, 5 * LONGEST_PROBE);
        let (waits, _) = looked(&patience, 4 * LONGEST_PROBE);
        // With pauses each time it is tried; giving way for as long as it takes to halve the budget until nothing is left.
        let most = 4 * (LONGEST_PROBE / PROBE + (MOST / LEAST).ilog2() + 1);
        assert!((most / 2..=most).contains(&waits), "{waits} waits looked");
    }

    #[test]
    fn what_pays_again_is_done_again() {
        let patience = Patience::new();
        looked(&patience, 50);
        let mut probed = 0;
        let mut others = 0;
        while !patience.look(|| true) {
            probed += 1;
        }
        assert!(probed < PROBE);
        while others < 10 * PROBE && !(0..8).all(|_| patience.look(|| true)) {
            others += 1;
        }
        assert!(others < 10 * PROBE, "it is found at once, and not looked for");
    }

    #[test]
    fn looking_goes_on_where_it_pays() {
        let patience = Patience::new();
        for _ in 0..1000 {
            assert!(patience.look(|| true));
        }
    }

    #[test]
    fn the_first_pause_is_longer_only_while_more_is_found() {
        let patience = Patience::new();
        (0..100).for_each(|_| patience.found(true));
        assert_eq!(patience.first.load(Ordering::Relaxed), LONGEST_FIRST);
        (0..100).for_each(|_| patience.found(false));
        assert_eq!(patience.first.load(Ordering::Relaxed), 0);
    }
}
