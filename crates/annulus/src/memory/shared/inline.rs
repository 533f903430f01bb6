//! A ring whose turns and slots are arrays inside it.
#![expect(clippy::disallowed_types, reason = "the slots of a ring in a static are shared by its ends")]

use super::super::Borrowed;
use super::{Home, Share, Topology};
use crate::slots::order::{Recover, SharedWords};
use crate::slots::shared::Shared;
use annulus_protocol::crowd::Crowd;
use core::cell::UnsafeCell;
use core::fmt;
use core::mem::MaybeUninit;
use core::ptr::NonNull;

/// A ring with room for exactly `N` items inside it: for statics, stacks and structs. No allocation, no initialiser to run.
pub struct Ring<T, const N: usize, M: Topology> {
    cursors: <M::Order as SharedWords>::Cursors,
    crowd: Crowd,
    turns: [<M::Order as SharedWords>::Turn; N],
    slots: UnsafeCell<[MaybeUninit<T>; N]>,
}

// SAFETY: what a shared ring gives out is its ends, which are counted (M5), and items move between threads if `T: Send`.
unsafe impl<T: Send, const N: usize, M: Topology> Sync for Ring<T, N, M> {}

/// Both ends of a ring of kind `M`.
type Ends<'a, T, M> =
    (<M as Topology>::Producer<T, Borrowed<'a>>, <M as Topology>::Consumer<T, Borrowed<'a>>);

impl<T, const N: usize, M: Topology> Ring<T, N, M> {
    const SIZE: () = assert!(
        1 <= N && N <= M::Order::MAX_SIZE,
        "a ring has room for at least one item, and at most a quarter of what a word counts"
    );

    const SLOT: MaybeUninit<T> = if M::Order::ZEROED { MaybeUninit::zeroed() } else { MaybeUninit::uninit() };

    /// An empty ring.
    pub const fn new() -> Self {
        let () = Self::SIZE;
        Self {
            cursors: M::Order::CURSORS,
            crowd: Crowd::new(),
            turns: [const { M::Order::TURN }; N],
            slots: UnsafeCell::new([const { Self::SLOT }; N]),
        }
    }

    /// Number of items that fit.
    pub const fn capacity(&self) -> usize {
        N
    }

    /// The first of its ends, for as long as the ring is borrowed. They go on where the last ones stopped; nothing is lost. Where
    /// the order is that of the reservations, slots whose guards were forgotten stay in the way until [`recover`](Self::recover); where it is that of the commits,
    /// they are free again.
    pub fn split(&mut self) -> Ends<'_, T, M> {
        self.crowd = Crowd::taken(); // those that were forgotten are not counted any more
        self.shared().reopen();
        // SAFETY: (M5) one of each was counted out, and the exclusive borrow shows that no other end is in use.
        unsafe { self.ends() }
    }

    /// The first of the ends of a ring in a `static`; `None` while any is out. When all have been dropped, they can be had again,
    /// and go on where the last ones stopped. A forgotten end never comes back.
    pub fn try_split(&'static self) -> Option<Ends<'static, T, M>> {
        if !self.crowd.take() {
            return None;
        }
        self.shared().reopen();
        // SAFETY: (M5) `take` counted one of each out; all others came home, and S3 orders what they did.
        Some(unsafe { self.ends() })
    }

    /// Makes every slot usable again whose guard was forgotten, and tells how many those were.
    ///
    /// Items that were pushed and not claimed stay, in their order. What was written to a forgotten slot, and items of a forgotten
    /// claim, are forgotten for good: neither read nor dropped.
    ///
    /// Only a ring of this type has it. The exclusive borrow shows that nobody is still at work; of a ring on the heap, or in the
    /// caller's memory, nobody but its ends has anything, and an end does not know what others do. There a slot that was forgotten
    /// comes back when all ends have gone: with the memory.
    ///
    /// ```
    /// use annulus::{PopError, mpmc::Ring};
    ///
    /// let mut ring = Ring::<&str, 3>::new();
    /// let (producer, consumer) = ring.split();
    /// core::mem::forget(producer.reserve()); // say, in a task that was cancelled
    /// producer.push("behind it").unwrap();
    /// assert_eq!(consumer.pop(), Err(PopError::Busy));
    /// drop((producer, consumer));
    ///
    /// assert_eq!(ring.recover(), 1);
    /// let (producer, consumer) = ring.split();
    /// assert_eq!(consumer.pop(), Ok("behind it"));
    /// assert_eq!(producer.vacant(), 3);
    /// ```
    ///
    /// # Progress
    /// A number of steps that grows with the capacity.
    pub fn recover(&mut self) -> usize
    where
        M::Order: Recover,
    {
        // SAFETY: (M5) the exclusive borrow shows that no end is in use, and guards borrow their ends.
        unsafe { self.shared().recover() }
    }

    /// # Safety
    /// (M5): one end of each kind is in the count, for this call, and no other end is in use.
    unsafe fn ends(&self) -> Ends<'_, T, M> {
        // SAFETY: (M4) all lie in the ring, whose borrow the ends carry in `Borrowed`; (M5) is the caller's promise.
        M::ends(unsafe { Share::first(self.shared(), NonNull::from(&self.crowd), Home::Inline) })
    }

    fn shared(&self) -> Shared<T, M::Order> {
        let (turns, base) = (NonNull::from(&self.turns).cast(), NonNull::from(&self.slots).cast());
        // SAFETY: (M4) all lie in the ring; whoever asks keeps it borrowed.
        unsafe { Shared::new(NonNull::from(&self.cursors), turns, base, N) }
    }
}

impl<T, const N: usize, M: Topology> Default for Ring<T, N, M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, const N: usize, M: Topology> Drop for Ring<T, N, M> {
    fn drop(&mut self) {
        self.shared().drop_committed(); // borrowed exclusively: no end is in use
    }
}

impl<T, const N: usize, M: Topology> fmt::Debug for Ring<T, N, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ring").field("capacity", &N).field("cursors", &self.cursors).finish()
    }
}
