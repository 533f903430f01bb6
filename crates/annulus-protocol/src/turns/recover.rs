//! Getting back what was forgotten.
use super::super::pos::{ZERO, count};
use super::super::sync::Ordering;
use super::Turns;
use super::shape::{CLOSED, READY};

impl Turns<'_> {
    /// Makes every slot usable again that its owner forgot, and returns how many those were. Only while nobody else has the
    /// ring: no end, and no slot that anybody will still commit, abandon or release.
    ///
    /// Items that were committed and not claimed stay, in their order. They close up where slots between them were forgotten or
    /// abandoned, so that no room is lost: `relocate(from, to)` is told the indices of each item that has to move, oldest first,
    /// and there is no item in `to` by then. Items that were claimed and not released are not read again. A ring that is closed
    /// stays so.
    ///
    /// It is the one step in which `write`, and a turn within its lap, may go back (T): nobody is there who could have seen it.
    ///
    /// # Panics
    /// If `relocate` does. The ring then lacks the item in question, and has to be recovered again.
    pub fn recover(&self, mut relocate: impl FnMut(usize, usize)) -> usize {
        let shape = self.shape;
        // Relaxed throughout: nobody else is here, and handing the ends out orders it.
        let read = self.cursors.read.load(Ordering::Relaxed);
        let write = self.cursors.write.load(Ordering::Relaxed);
        let reserved = count(shape.between(read, write & !CLOSED));
        let (mut at, mut end) = (read, read);
        let mut lost = 0;
        for n in 0..self.turns.len() {
            let ahead = self.turn(at).load(Ordering::Relaxed).wrapping_sub(shape.free(at)); // alone, as above
            self.turn(at).store(shape.free(at), Ordering::Relaxed); // the same
            // Before `write` a slot that is free was reserved and forgotten; after it, one that is not was claimed and forgotten.
            lost += usize::from((n < reserved) == (ahead == ZERO));
            if n < reserved && ahead == READY {
                if at != end {
                    relocate(count(shape.index(at)), count(shape.index(end)));
                }
                self.turn(end).store(shape.free(end) + READY, Ordering::Relaxed); // the same
                end = shape.next(end);
            }
            at = shape.next(at);
        }
        self.cursors.write.store(end | write & CLOSED, Ordering::Relaxed); // the same
        self.cursors.beside.hold.reset();
        lost
    }
}
