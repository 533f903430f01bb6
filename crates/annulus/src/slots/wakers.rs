//! The wakers of the two ends of a ring, each on a bell that the other end rings.
//!
//! INVARIANT (M14)  Of the [`Side`]s of a pair of wakers there is one for each end at a time. So each bell has one sleeper, the side of its end, and
//! one ringer, the other side; and a hook's waker is touched by that one of them whose the hook is (K).
#![expect(clippy::disallowed_types, reason = "a waker is hung up by one end and taken down by the other")]

use annulus_protocol::bell::{Bell, HOOKS};
use annulus_protocol::life::End;
use core::cell::UnsafeCell;
use core::fmt;
use core::task::Waker;

/// Where the two ends of a ring of bytes leave their wakers, as [`AsyncWriter`](crate::bytes::AsyncWriter) and
/// [`AsyncReader`](crate::bytes::AsyncReader): beside the ring, which knows nothing of it. For statics, stacks and structs; loads and stores
/// are all that waiting and waking need.
///
/// [`waking`](fn@crate::bytes::waking) keeps one of these on the heap.
pub struct Wakers {
    /// Where the reader waits for bytes.
    bytes: Hung,
    /// Where the writer waits for room.
    room: Hung,
    #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
    out: annulus_protocol::seat::Pair,
}

/// A bell, and what hangs on it.
struct Hung {
    bell: Bell,
    hooks: [UnsafeCell<Option<Waker>>; HOOKS],
}

// SAFETY: a waker is `Send` and `Sync`, and a hook is in one hand at a time (K).
unsafe impl Sync for Hung {}

/// What one end has of the wakers: it waits on its own bell, and rings the other end's.
pub(crate) struct Side<'a> {
    wakers: Home<'a>,
    end: End,
}

/// Of a [`Side`], borrowed exclusively: rings the other end's bell.
pub(crate) struct Ringer<'e> {
    other: &'e Hung,
}

/// Who keeps the wakers.
enum Home<'a> {
    /// Somebody who has lent them to both sides alone.
    Lent(&'a Wakers),
    /// Somebody who shares them: the sides count themselves home.
    #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
    Counted(&'a Wakers),
    /// Both sides.
    #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
    Heap(alloc::sync::Arc<Wakers>),
}

impl Wakers {
    /// Nobody waits.
    pub const fn new() -> Self {
        Self {
            bytes: Hung::new(),
            room: Hung::new(),
            #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
            out: annulus_protocol::seat::Pair::new(),
        }
    }

    /// The writer's side and the reader's, of wakers that nobody else has.
    pub(crate) fn lend(&mut self) -> (Side<'_>, Side<'_>) {
        *self = Self::new(); // what ends that were forgotten have left
        let wakers = &*self;
        // (M14) by the exclusive borrow, which both carry.
        let side = |end| Side { wakers: Home::Lent(wakers), end };
        (side(End::Writer), side(End::Reader))
    }

    /// The same of wakers that are shared; `None` while the sides are out.
    #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
    pub(crate) fn share(&self) -> Option<(Side<'_>, Side<'_>)> {
        // (M14) by the pair: the last sides have come home [S3], and while these are out nobody can have the wakers to lend.
        let side = |end| Side { wakers: Home::Counted(self), end };
        self.out.take().then(|| (side(End::Writer), side(End::Reader)))
    }

    /// The same of wakers on the heap.
    #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
    pub(crate) fn on_the_heap() -> (Side<'static>, Side<'static>) {
        let wakers = alloc::sync::Arc::new(Self::new());
        // (M14) nobody else knows of them.
        let side = |end| Side { wakers: Home::Heap(wakers.clone()), end };
        (side(End::Writer), side(End::Reader))
    }

    fn of(&self, end: End) -> &Hung {
        match end {
            End::Writer => &self.room,
            End::Reader => &self.bytes,
        }
    }
}

impl Hung {
    const fn new() -> Self {
        Self { bell: Bell::new(), hooks: [UnsafeCell::new(None), UnsafeCell::new(None)] }
    }

    /// # Safety
    /// The hook is the caller's (K), by a bell of which it is the one sleeper or the one ringer (M14).
    unsafe fn replace(&self, hook: usize, waker: Option<Waker>) -> Option<Waker> {
        // SAFETY: the caller's, so nobody else's (K).
        unsafe { self.hooks[hook].get().replace(waker) }
    }

    /// Hangs a waker up in the place of all there were, or none.
    ///
    /// # Safety
    /// The caller is the bell's one sleeper (M14).
    unsafe fn hang(&self, waker: Option<Waker>) {
        let (waits, cleared) = (waker.is_some(), self.bell.clear());
        // SAFETY: emptied, so the sleeper's (K), which the caller is.
        let before = unsafe { self.replace(cleared.hook(), waker) };
        // SAFETY: the same.
        let spare = cleared.spare().map(|spare| unsafe { self.replace(spare, None) });
        if waits {
            cleared.hang();
        }
        drop((before, spare)); // other people's code: when it is all done
    }

    /// Takes the waker down, if anybody waits.
    ///
    /// # Safety
    /// The caller is the bell's one ringer (M14).
    #[inline]
    unsafe fn ring(&self) -> Option<Waker> {
        let heard = self.bell.ring()?;
        // SAFETY: found full, so the ringer's (K), which the caller is.
        let waker = unsafe { self.replace(heard.hook(), None) };
        heard.leave();
        waker
    }
}

impl Side<'_> {
    fn wakers(&self) -> &Wakers {
        match &self.wakers {
            Home::Lent(wakers) => wakers,
            #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
            Home::Counted(wakers) => wakers,
            #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
            Home::Heap(wakers) => wakers,
        }
    }

    /// Hangs a waker up. Then the caller has to look once more, and may sleep if there is nothing: it is woken when the other
    /// side [rings](Ringer::ring).
    pub(crate) fn wait(&mut self, waker: &Waker) {
        let waker = waker.clone(); // other people's code: before anything is done
        // SAFETY: the one sleeper: there is one side for this end (M14), and it is borrowed exclusively.
        unsafe { self.wakers().of(self.end).hang(Some(waker)) };
    }

    /// Waits no more.
    pub(crate) fn give_up(&mut self) {
        // SAFETY: the one sleeper, as in `wait`.
        unsafe { self.wakers().of(self.end).hang(None) };
    }

    /// What wakes the other side, after something was published for it.
    pub(crate) fn ringer(&mut self) -> Ringer<'_> {
        let other = match self.end {
            End::Writer => End::Reader,
            End::Reader => End::Writer,
        };
        Ringer { other: self.wakers().of(other) }
    }
}

impl Ringer<'_> {
    /// Wakes the other side, if it waits. A fence and two loads if it does not.
    #[inline]
    pub(crate) fn ring(self) {
        // SAFETY: the one ringer of the other end's bell: of the one side for this end (M14), which is borrowed exclusively.
        if let Some(waker) = unsafe { self.other.ring() } {
            waker.wake();
        }
    }
}

impl Drop for Side<'_> {
    fn drop(&mut self) {
        self.give_up();
        #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
        if let Home::Counted(wakers) = self.wakers
            && wakers.out.leave(self.end)
        {
            wakers.out.free();
        }
    }
}

impl Default for Wakers {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Wakers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wakers").finish_non_exhaustive()
    }
}
