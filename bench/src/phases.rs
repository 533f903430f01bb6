//! What every timed loop goes through: a warm-up, then the part with the clock.

use std::hint::black_box;
use std::ops::Range;
use std::time::{Duration, Instant};

use crate::contest::{Setting, WHOLE};

/// Operations without and with the clock.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    pub warm_up: u64,
    pub timed: u64,
}

impl Work {
    /// Long enough to fault in and warm the whole ring and to train the branches. Whole chunks and whole fills.
    pub fn of(setting: &Setting, capacity: usize) -> Self {
        let warm_up = (2 * capacity as u64).max(setting.operations / 16);
        Self { warm_up: warm_up.next_multiple_of(WHOLE), timed: setting.operations }
    }

    /// What one of `parts` equal threads does of it.
    pub fn share(self, parts: usize) -> Self {
        let parts = parts as u64;
        Self { warm_up: self.warm_up / parts, timed: self.timed / parts }
    }

    pub fn all(self) -> u64 {
        self.warm_up + self.timed
    }
}

/// When one side began and ended its timed part, and whether what it read was right.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    begun: Instant,
    ended: Instant,
    /// Zero, or the differences between what came and what was due.
    pub bad: u64,
}

impl Clock {
    /// Of both sides: from the first beginning to the last end.
    pub fn join(self, other: Self) -> Self {
        Self {
            begun: self.begun.min(other.begun),
            ended: self.ended.max(other.ended),
            bad: self.bad | other.bad,
        }
    }

    pub fn elapsed(self) -> Duration {
        self.ended - self.begun
    }
}

/// Runs `body` over the operations of the warm-up, then of the timed part; `meet` starts each.
#[inline(always)]
pub fn phases(meet: impl Fn(), work: Work, mut body: impl FnMut(Range<u64>) -> u64) -> Clock {
    let (mut next, mut bad, mut begun) = (0, 0, Instant::now());
    // Opaque, or the compiler would make a second copy of `body` that nothing has warmed up.
    for &count in black_box(&[work.warm_up, work.timed][..]) {
        meet();
        begun = Instant::now();
        bad |= body(next..next + count);
        next += count;
    }
    Clock { begun, ended: Instant::now(), bad }
}
