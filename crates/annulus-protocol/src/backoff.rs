//! Moments for which a cache line is left alone, because others are at it: after a lost race, and before a second look.
use super::sync::spin_loop;

/// How long to leave it alone: longer after each loss. Bounded: it waits for nobody.
#[derive(Clone, Copy)]
pub(crate) struct Backoff {
    races: u32,
}

/// The longest wait is two to this power.
const LONGEST: u32 = 6;

/// How often to look whether what is in the way has gone, with a pause before each look, before the line is touched that tells why it is
/// there: whoever is about to take it away writes that line.
#[derive(Clone, Copy)]
pub(crate) struct Looks(u32);

impl Looks {
    /// A model has no time for more than one.
    pub(crate) const FEW: Self = Self(if cfg!(loom) { 1 } else { 4 });
    pub(crate) const NONE: Self = Self(0);

    /// Whether `gone` is true at one of them.
    #[inline]
    pub(crate) fn find(self, mut gone: impl FnMut() -> bool) -> bool {
        (0..self.0).any(|_| {
            if !cfg!(loom) {
                spin_loop(); // to a model it is a sign to let all others go first, and there would be less to see
            }
            gone()
        })
    }
}

impl Backoff {
    pub(crate) const fn new() -> Self {
        Self { races: 0 }
    }

    /// Waits as long as it ever does from the first loss on: where an operation is several exchanges of lines that all others exchange,
    /// so that two threads which take turns at them take turns at every line.
    pub(crate) const fn longest() -> Self {
        Self { races: LONGEST }
    }

    /// By value, and out of line, so that it stays out of the way and out of memory where no race is lost.
    #[cold]
    #[inline(never)]
    pub(crate) fn wait(self) -> Self {
        for _ in 0..1u32 << self.races {
            spin_loop();
        }
        Self { races: if self.races < LONGEST { self.races + 1 } else { self.races } }
    }
}
