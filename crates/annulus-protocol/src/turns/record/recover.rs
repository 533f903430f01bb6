//! Getting back what was forgotten.
use super::super::super::pos::{ONE, ZERO, count};
use super::super::super::sync::Ordering;
use super::super::shape::CLOSED;
use super::Records;

impl Records<'_> {
    /// Makes every granule usable again that its owner forgot, and returns how many those were. Only while nobody else has the
    /// ring: no end, and no record that anybody will still commit, discard or release.
    ///
    /// Records that were committed and not claimed stay where they are, in their order. Granules that were reserved and forgotten
    /// are skipped from now on, so that there is room again when the records before them have gone. Records that were claimed and not
    /// released are not read again. A ring that is closed stays so.
    pub fn recover(&self) -> usize {
        let shape = self.turns.shape;
        // Relaxed throughout: nobody else is here, and handing the ends out orders it.
        let mut at = self.turns.cursors.read.load(Ordering::Relaxed);
        let write = self.turns.cursors.write.load(Ordering::Relaxed) & !CLOSED;
        let reserved = shape.between(at, write);
        let (mut n, mut lost) = (ZERO, 0);
        while n < shape.size {
            let word = self.turns.turn(at);
            let turn = word.load(Ordering::Relaxed); // alone, as above
            let mut step = ONE;
            if reserved <= n {
                // Past `write`: what is not free was claimed and forgotten.
                lost += usize::from(turn != shape.free(at));
                word.store(shape.free(at), Ordering::Relaxed); // the same
            } else if let Some(run) = self.shape.run(at, turn) {
                step = run.granules;
            } else {
                // Where a run begins, and still free: reserved and forgotten, and so is what is free behind it.
                lost += 1;
                self.skip(at, ONE);
            }
            (at, n) = (shape.after(at, step), n + step);
        }
        debug_assert!(count(n) == count(shape.size));
        lost
    }
}
