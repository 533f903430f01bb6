//! Where a ring is of which an end may be had many times, and who puts it away.
//!
//! ```text
//!   Share        what one end has: the ring, the count of the ends, and what to do when it is the last
//!   SoleShare    the same of an end of which there is one
//! ```
//! INVARIANT (M5)  For every share there is one in the count, from before it is made until it leaves. So while there is a share
//! nobody else has the ring, and who left last has it alone [S2] [N1].
use super::Keep;
use crate::slots::order::{ByReservation, SharedWords};
use crate::slots::pieces::finally;
use crate::slots::shared::Shared;
use crate::slots::sole::{SoleInlet, SoleOutlet};
use annulus_protocol::crowd::Crowd;
use annulus_protocol::life::End;
use annulus_protocol::turns::{SoleReader, SoleWriter};
use core::marker::PhantomData;
use core::ptr::NonNull;

mod borrowed;
#[cfg(feature = "alloc")]
mod heap;
mod inline;

pub use borrowed::Control;
#[cfg(feature = "alloc")]
pub(crate) use heap::allocate;
pub use inline::Ring;

/// A kind of queue: what decides whose a slot is, and what its ends are like.
///
/// Sealed by its place: nobody outside the crate can name it.
pub trait Topology: 'static {
    /// What decides whose a slot is.
    type Order: SharedWords;
    /// An end that writes.
    type Producer<T, K: Keep>;
    /// An end that reads.
    type Consumer<T, K: Keep>;

    /// Both ends of shares that `K` keeps.
    #[allow(private_interfaces)]
    fn ends<T, K: Keep>(shares: Shares<T, Self::Order, K>) -> (Self::Producer<T, K>, Self::Consumer<T, K>);
}

/// The first writer's share and the first reader's.
pub(crate) type Shares<T, O, K> = (Share<T, O, K>, Share<T, O, K>);

/// One end's share of a ring: cloned for one more of that end, and dropped when the end goes, after its last use of the ring.
pub(crate) struct Share<T, O: SharedWords, K: Keep> {
    ring: Shared<T, O>,
    crowd: NonNull<Crowd>,
    end: End,
    home: Home<T, O>,
    /// Here, and not in the ends: what `K` borrows must outlive the drop of the share.
    keep: PhantomData<K>,
}

/// The share of an end of which there is one: there are never more of it.
pub(crate) struct SoleShare<T, O: SharedWords, K: Keep>(Share<T, O, K>);

/// What becomes of the ring when the last end goes.
enum Home<T, O: SharedWords> {
    /// It is freed.
    #[cfg(feature = "alloc")]
    Heap(NonNull<heap::HeapRing<T, O>>),
    /// It waits for its next ends, with the items in it.
    Inline,
    /// Its items are dropped.
    Borrowed(PhantomData<fn() -> (T, O)>),
}

impl<T, O: SharedWords> Clone for Home<T, O> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T, O: SharedWords> Copy for Home<T, O> {}

// SAFETY: the ring is control words, which are atomics, and items, which move between threads if `T: Send`.
unsafe impl<T: Send, O: SharedWords, K: Keep + Send> Send for Share<T, O, K> {}
// SAFETY: a shared one gives out what a shared `Shared` does, and counts.
unsafe impl<T: Send, O: SharedWords, K: Keep + Sync> Sync for Share<T, O, K> {}

impl<T, O: SharedWords, K: Keep> Share<T, O, K> {
    /// The first two.
    ///
    /// # Safety
    /// (M4) for the ring, with `crowd` living as long: until the last share has gone, or as long as `K` says. And (M5): both are in the
    /// count, and there are no others.
    unsafe fn first(ring: Shared<T, O>, crowd: NonNull<Crowd>, home: Home<T, O>) -> Shares<T, O, K> {
        let share = |end| Self { ring, crowd, end, home, keep: PhantomData };
        (share(End::Writer), share(End::Reader))
    }

    #[inline]
    pub(crate) fn ring(&self) -> &Shared<T, O> {
        &self.ring
    }

    fn crowd(&self) -> &Crowd {
        // SAFETY: it lives as long as the ring does, so while there is a share (M5).
        unsafe { self.crowd.as_ref() }
    }

    /// How many there are of this end.
    pub(crate) fn count(&self) -> usize {
        self.crowd().count(self.end)
    }

    /// The share of the one end of its kind.
    ///
    /// # Panics
    /// If there are more.
    fn alone(self, end: End) -> SoleShare<T, O, K> {
        assert!(self.end == end && self.count() == 1, "the only one of its kind");
        SoleShare(self)
    }

    /// After the last has left: nobody else has the ring.
    #[cold]
    fn put_away(&self) {
        match self.home {
            #[cfg(feature = "alloc")]
            Home::Heap(at) => {
                // SAFETY: the last has left (M5), and does this once.
                let _free = finally(|| unsafe { heap::free(at) }); // also when the drop of an item panics
                self.ring.drop_committed();
            }
            Home::Inline => self.crowd().free(),
            Home::Borrowed(_) => {
                let _free = finally(|| self.crowd().free()); // the same
                self.ring.drop_committed();
            }
        }
    }
}

impl<T, O: SharedWords, K: Keep> Clone for Share<T, O, K> {
    #[track_caller]
    fn clone(&self) -> Self {
        match self.crowd().join(self.end) {
            Ok(()) => Self { ..*self }, // (M5)
            Err(_) => panic!("too many clones of an end: drop them instead of forgetting them"),
        }
    }
}

impl<T, O: SharedWords, K: Keep> Drop for Share<T, O, K> {
    fn drop(&mut self) {
        if self.crowd().leave(self.end, || self.ring.close()) {
            self.put_away();
        }
    }
}

impl<T, K: Keep> Share<T, ByReservation<SoleWriter>, K> {
    /// The one writer of the ring.
    pub(crate) fn into_inlet(self) -> (SoleInlet<T>, SoleShare<T, ByReservation<SoleWriter>, K>) {
        let share = self.alone(End::Writer);
        // SAFETY: (M4) while there is a share. (M6) of this kind there is this share and no other, and there never will be.
        (unsafe { SoleInlet::new(share.0.ring) }, share)
    }
}

impl<T, K: Keep> Share<T, ByReservation<SoleReader>, K> {
    /// The one reader of the ring.
    pub(crate) fn into_outlet(self) -> (SoleOutlet<T>, SoleShare<T, ByReservation<SoleReader>, K>) {
        let share = self.alone(End::Reader);
        // SAFETY: (M4) while there is a share. (M6) of this kind there is this share and no other, and there never will be.
        (unsafe { SoleOutlet::new(share.0.ring) }, share)
    }
}

impl<T, O: SharedWords, K: Keep> SoleShare<T, O, K> {
    /// How many there are of the other end.
    pub(crate) fn others(&self) -> usize {
        let other = if self.0.end == End::Writer { End::Reader } else { End::Writer };
        self.0.crowd().count(other)
    }
}
