//! Whether shared words can be those of a lane: for memory that a stranger may have written.
use super::super::life::End;
use super::super::pos::{Word, ZERO};
use super::super::sync::Ordering;
use super::Cursors;

impl Cursors {
    /// The word of the lane that no two ends can have left so, if there is one. `me` is the end that the caller has, so
    /// that it stands still; the other end may be at work.
    ///
    /// A lane that passes may still be in the hands of a liar; an end then believes only what is possible at that moment
    /// (`was_misled`).
    pub fn implausible(&self, me: End, size: Word) -> Option<&'static str> {
        let (own, other, lap) = match me {
            End::Writer => (&self.committed, &self.released, "the writer's lap"),
            End::Reader => (&self.released, &self.committed, "the reader's lap"),
        };
        let at = own.position.load(Ordering::Relaxed); // only this end stores it, and its seat ordered the last one
        let peer = other.position.load(Ordering::Relaxed); // no slot is touched on the strength of it: the ends look again
        let ahead = match me {
            End::Writer => at.wrapping_sub(peer),
            End::Reader => peer.wrapping_sub(at),
        };
        if size < ahead {
            return Some("the positions");
        }
        let begun = own.lap.load(Ordering::Relaxed); // only this end stores it
        if size.wrapping_add(size) <= at.wrapping_sub(begun) {
            return Some(lap);
        }
        // Every lap began at a multiple of the size after the first position, and those of the two ends are few apart.
        let theirs = other.lap.load(Ordering::Relaxed); // any value it ever had will do
        let apart = begun.wrapping_sub(theirs).min(theirs.wrapping_sub(begun));
        if apart % size != ZERO {
            return Some("the laps");
        }
        None
    }
}
