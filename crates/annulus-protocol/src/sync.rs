//! The one file that names atomic types: those of `core`, of `portable-atomic`, or of the model checker.
//!
//! [`AtomicWord`] carries positions and is as wide as [`Word`](crate::pos::Word). [`AtomicU32`] is what an
//! operating system can put a thread to sleep on.

#[cfg(loom)]
use loom::sync::atomic as from;

#[cfg(all(not(loom), feature = "portable-atomic"))]
use portable_atomic as from;

#[cfg(all(not(loom), not(feature = "portable-atomic")))]
use core::sync::atomic as from;

pub use from::{AtomicU32, Ordering, fence};

#[cfg(not(any(annulus_word = "8", annulus_word = "32")))]
pub use from::AtomicUsize as AtomicWord;

#[cfg(annulus_word = "32")]
pub use from::AtomicU32 as AtomicWord;

#[cfg(annulus_word = "8")]
pub use from::AtomicU8 as AtomicWord;
