//! The one file that names atomic types: those of `core`, of `portable-atomic`, or of a model checker (loom explores every
//! schedule of small models, and stale loads; shuttle draws schedules of long ones, without stale loads).
//!
//! [`AtomicWord`] carries positions and is as wide as [`Word`](crate::pos::Word). [`AtomicU32`] is what an
//! operating system can put a thread to sleep on.
#![allow(clippy::disallowed_types, reason = "the one place that names atomics")]

#[cfg(loom)]
use loom::sync::atomic as from;

#[cfg(all(shuttle, not(loom)))]
use shuttle::sync::atomic as from;

#[cfg(all(not(any(loom, shuttle)), feature = "portable-atomic"))]
use portable_atomic as from;

#[cfg(all(not(any(loom, shuttle)), not(feature = "portable-atomic")))]
use core::sync::atomic as from;

#[cfg(annulus_steps)]
pub mod steps;

pub use from::Ordering;

#[cfg(not(annulus_steps))]
pub use from::fence;

#[cfg(annulus_steps)]
pub use steps::fence;

#[cfg(not(any(loom, shuttle)))]
pub use core::hint::spin_loop;

#[cfg(loom)]
pub use loom::hint::spin_loop;

#[cfg(all(shuttle, not(loom)))]
pub use shuttle::hint::spin_loop;

// Aliases rather than re-exports: clippy's `disallowed_types` sees through a re-export, and would then refuse the
// name in every module that uses it. So only a path that goes round this file is refused.

/// A word of 32 bits, whatever the width of a position.
pub type AtomicU32 = from::AtomicU32;

/// The atomic that carries a [`Word`](crate::pos::Word).
#[cfg(all(not(annulus_steps), not(any(annulus_word = "8", annulus_word = "32"))))]
pub type AtomicWord = from::AtomicUsize;

/// The atomic that carries a [`Word`](crate::pos::Word).
#[cfg(all(not(annulus_steps), annulus_word = "32"))]
pub type AtomicWord = from::AtomicU32;

/// The atomic that carries a [`Word`](crate::pos::Word).
#[cfg(all(not(annulus_steps), annulus_word = "8"))]
pub type AtomicWord = from::AtomicU8;

/// The atomic that carries a [`Word`](crate::pos::Word).
#[cfg(annulus_steps)]
pub type AtomicWord = steps::AtomicWord;
