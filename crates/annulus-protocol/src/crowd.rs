//! Ends that are many: how many of each kind are out, and who is the last to go.
//!
//! ```text
//!   free --- take ---> one of each --- join, leave ---> the last of a kind closes --- the last of all ---> free
//! ```
//! | edge | Release RMW        | Acquire RMW                   | what it carries                              |
//! | N1   | `leave`            | `leave`, the last of its kind | all that the others of its kind did          |
//!
//! The last of each kind leaves the [`Pair`]: from there on S2 and S3 carry the rest.
use super::life::End;
use super::seat::Pair;
use super::sync::{AtomicU32, Ordering};

/// The ends of a ring that are out within one process.
#[repr(C)]
#[derive(Debug)]
pub struct Crowd {
    kinds: Pair,
    writers: AtomicU32,
    readers: AtomicU32,
}

/// More ends of a kind than can be counted; only forgetting makes so many.
#[derive(Debug)]
pub struct Crowded;

impl Crowd {
    const_fn! {
        /// Nobody is out.
        pub const fn new() -> Self {
            Self { kinds: Pair::new(), writers: AtomicU32::new(0), readers: AtomicU32::new(0) }
        }
    }

    /// One end of each kind is out already: for a ring that is made together with its ends.
    pub fn taken() -> Self {
        Self { kinds: Pair::taken(), writers: AtomicU32::new(1), readers: AtomicU32::new(1) }
    }

    /// Takes the first end of each kind, if all ends are at home.
    #[must_use]
    pub fn take(&self) -> bool {
        let taken = self.kinds.take();
        if taken {
            for kind in [&self.writers, &self.readers] {
                kind.store(1, Ordering::Relaxed); // nobody else is here; handing the ends out orders it
            }
        }
        taken
    }

    /// One more end of a kind of which the caller has one.
    ///
    /// # Errors
    /// [`Crowded`], and nothing has changed.
    ///
    /// # Progress
    /// Lock-free: tries again only if another end of the kind came or went.
    pub fn join(&self, end: End) -> Result<(), Crowded> {
        let more = |n: u32| n.checked_add(1);
        // Relaxed: the caller's own end keeps the ring, and whoever brings the new one to another thread orders it.
        let joined = self.of(end).fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
        joined.map(drop).map_err(|_| Crowded)
    }

    /// One more end of a kind, for a caller who has none, if there is another one. Tells whether there is.
    ///
    /// # Progress
    /// As [`join`](Self::join).
    #[must_use]
    pub fn join_others(&self, end: End) -> bool {
        let more = |n: u32| if n == 0 { None } else { n.checked_add(1) };
        // Relaxed: as in `join`, but that it is another thing of the caller's that keeps the ring.
        self.of(end).fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
    }

    /// One end goes, once. The last of its kind says `close` first. Tells whether it was the last of all: then the ring is the
    /// caller's alone until [`free`](Self::free).
    #[must_use]
    pub fn leave(&self, end: End, close: impl FnOnce()) -> bool {
        let before = self.of(end).fetch_sub(1, Ordering::AcqRel); // [N1] both of its ends
        if before != 1 {
            return false;
        }
        close();
        self.kinds.leave(end)
    }

    /// Puts the ring back, after the last end has gone.
    pub fn free(&self) {
        self.kinds.free();
    }

    /// How many ends of a kind are out, those that were forgotten as well.
    pub fn count(&self, end: End) -> usize {
        self.of(end).load(Ordering::Relaxed) as usize // news
    }

    fn of(&self, end: End) -> &AtomicU32 {
        match end {
            End::Writer => &self.writers,
            End::Reader => &self.readers,
        }
    }
}

impl Default for Crowd {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_each_kind_closes_and_the_last_of_all_is_told() {
        let crowd = Crowd::new();
        assert!(crowd.take());
        assert!(!crowd.take());
        crowd.join(End::Writer).unwrap();
        assert_eq!((crowd.count(End::Writer), crowd.count(End::Reader)), (2, 1));
        assert!(!crowd.leave(End::Writer, || unreachable!("not the last of its kind")));
        let mut closed = 0;
        assert!(!crowd.leave(End::Writer, || closed += 1));
        assert!(crowd.leave(End::Reader, || closed += 1), "the last of all");
        assert_eq!(closed, 2);
        assert!(!crowd.take(), "it is still being put away");
        crowd.free();
        assert!(crowd.take());
    }

    #[test]
    fn more_than_can_be_counted_are_refused_and_change_nothing() {
        let crowd = Crowd::taken();
        crowd.readers.store(u32::MAX, Ordering::Relaxed);
        assert!(crowd.join(End::Reader).is_err());
        assert_eq!(crowd.count(End::Reader), u32::MAX as usize);
    }
}
