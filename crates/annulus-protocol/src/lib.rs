//! Who owns which positions of a bounded ring queue.
//!
//! This crate holds the hard part of the annulus queues, the integers: it knows neither what is in a queue nor
//! where it lies. It has no `T`, no pointer and no `unsafe`; the memory is the business of the `annulus` crate,
//! which most people want instead of this one.
//!
//! ```text
//!   sync   the one file that names atomic types        pos    positions, and the word they are kept in
//!   pad    keeps two cursors off one cache line         span   permission for a run of positions
//!   lane   one writer, one reader                       hold   who may take the oldest item
//!   bip    the same for bytes: runs that never wrap
//!   turns  many writers, many readers, in the order of the reservations
//!   record the same for records of any length, over `turns`
//!   pool   the same, in the order of the commits: nobody is in anybody's way
//!   life   open, closing, closed                        seat   claiming an end, giving it back, taking it over
//!   event  a word to sleep on                            crowd  ends that are many
//!   line   who waits, and in which order                bell   the same for one who waits, by loads and stores alone
//!   credit room that is counted apart from slots
//! ```
//!
//! The text of `lane` and `turns` is compiled twice: over machine words, which is the product, and over terms, which is the
//! proof (`proofs/` in the repository). It therefore branches on `<`, `<=`, `==` and `min` alone. So does `bip`, which is not proved yet; nor is `record`.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

#[macro_use]
mod macros;

#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
mod backoff;
pub mod bell;
pub mod bip;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub mod credit;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub mod crowd;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub mod event;
pub mod hold;
pub mod lane;
pub mod life;
pub mod line;
pub mod pad;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub mod pool;
pub mod pos;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub mod presence;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub mod refused;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub mod seat;
pub mod span;
pub mod sync;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub mod turns;

#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
#[doc(inline)]
pub use turns::record;
