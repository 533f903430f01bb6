//! After a lost race: others are at the same cache line, so it is left alone for a moment.
use super::sync::spin_loop;

/// How long to leave it alone: longer after each loss. Bounded: it waits for nobody.
pub(crate) struct Backoff {
    races: u32,
}

impl Backoff {
    pub(crate) const fn new() -> Self {
        Self { races: 0 }
    }

    #[inline]
    pub(crate) fn wait(&mut self) {
        for _ in 0..1u32 << self.races {
            spin_loop();
        }
        if self.races < 6 {
            self.races += 1;
        }
    }
}
