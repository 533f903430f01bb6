//! Who keeps a ring alive, and what happens when the last end goes.
use crate::slots::Lane;
use crate::slots::words::Ends;
use annulus_protocol::life::End;
use core::marker::PhantomData;

mod sealed {
    use super::{End, Ends, Lane};

    pub trait Sealed: Sized {
        /// For the end's drop, to leave with: see `Inlet::copy`.
        fn copy(&self) -> Self;

        /// This end goes. Called once, by the end's drop, after its last use of the ring.
        #[allow(private_interfaces)]
        fn leave<T, C: Ends<T>>(self, end: End, lane: &Lane<T, C>);
    }
}
pub(crate) use sealed::Sealed;

/// Who keeps the ring alive: [`Heap`] or [`Borrowed`].
pub trait Keep: sealed::Sealed {}

/// The ring is on the heap, and lives until its last end goes.
#[derive(Debug)]
pub struct Heap<T> {
    #[cfg(all(feature = "alloc", any(target_has_atomic = "ptr", feature = "portable-atomic")))]
    pub(super) ring: super::heap::Shared<T>,
    #[cfg(not(all(feature = "alloc", any(target_has_atomic = "ptr", feature = "portable-atomic"))))]
    _never: (core::convert::Infallible, PhantomData<T>),
}

/// The ring is somebody else's, for `'a`: a static, a variable, a piece of memory.
#[derive(Debug)]
pub struct Borrowed<'a> {
    #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
    home: Option<Home<'a>>,
    _ring: PhantomData<&'a ()>,
}

/// Where the ends of a borrowed ring come home to.
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
#[derive(Clone, Copy, Debug)]
pub(super) struct Home<'a> {
    pub(super) pair: &'a annulus_protocol::seat::Pair,
    /// Items left are dropped by the last end; otherwise they stay for the next ends.
    pub(super) clear: bool,
}

impl<'a> Borrowed<'a> {
    /// By an exclusive borrow, which ends when both ends are gone or forgotten.
    pub(super) fn exclusively() -> Self {
        Self {
            #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
            home: None,
            _ring: PhantomData,
        }
    }

    /// By a shared borrow: the ends count themselves home.
    #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
    pub(super) fn shared(home: Home<'a>) -> Self {
        Self { home: Some(home), _ring: PhantomData }
    }
}

#[allow(private_interfaces)]
impl<U> Sealed for Heap<U> {
    #[inline(always)]
    fn copy(&self) -> Self {
        #[cfg(all(feature = "alloc", any(target_has_atomic = "ptr", feature = "portable-atomic")))]
        return Self { ring: self.ring.copy() };
        #[cfg(not(all(feature = "alloc", any(target_has_atomic = "ptr", feature = "portable-atomic"))))]
        match self._never.0 {}
    }

    fn leave<T, C: Ends<T>>(self, _end: End, _lane: &Lane<T, C>) {
        #[cfg(all(feature = "alloc", any(target_has_atomic = "ptr", feature = "portable-atomic")))]
        self.ring.leave(_end);
    }
}
impl<T> Keep for Heap<T> {}

#[allow(private_interfaces)]
impl Sealed for Borrowed<'_> {
    #[inline(always)]
    fn copy(&self) -> Self {
        Self {
            #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
            home: self.home,
            _ring: PhantomData,
        }
    }

    fn leave<T, C: Ends<T>>(self, _end: End, _lane: &Lane<T, C>) {
        #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
        if let Some(home) = self.home {
            super::borrowed::leave(home, _end, _lane);
        }
    }
}
impl Keep for Borrowed<'_> {}
