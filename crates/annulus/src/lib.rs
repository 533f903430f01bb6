//! Bounded ring queues, from a `static` on a microcontroller to shared memory between processes.
//!
//! Every queue has the same four verbs: **reserve** slots, write them in place, **commit**; **claim** items, work on
//! them in place, **release**. `push` and `pop` are those four in one step, for one item. None of them waits; the ends of a
//! `channel` may.
//!
//! | queue | writers, readers | where |
//! |---|---|---|
//! | [`spsc`] | one, one | heap, `static`, the caller's memory |
//! | [`mpsc`] (compare-and-swap) | any number, one | heap, `static`, the caller's memory |
//! | [`spmc`] (compare-and-swap) | one, any number | heap, `static`, the caller's memory |
//! | [`mpmc`] (compare-and-swap) | any number; `mpmc::lanes` (feature `alloc`): a fixed number, wait-free | heap, `static`, the caller's memory |
//! | [`pool`] (compare-and-swap) | any number, in the order of the commits: who stalls is in nobody's way | heap, `static`, the caller's memory |
//! | [`bytes`] | one, one, of bytes next to each other | heap, `static`, the caller's memory |
//! | [`frames`] | one, one, of frames: runs of bytes that are read as they were written | heap, `static`, the caller's memory |
//! | [`records`] (compare-and-swap) | any number, of records of bytes next to each other | heap, `static`, the caller's memory |
//! | `channel` (feature `std`) | those of `spsc`, `mpsc`, `spmc`, `mpmc` and `pool`, with ends that may wait, as threads or tasks | heap |
//! | [`wait::Signal`] (compare-and-swap) | beside any of them: ends that wait on a semaphore of whatever system there is | anywhere |
//! | `ipc` (feature `ipc`, Linux) | one, one | memory that processes share |
//!
//! ```
//! # #[cfg(feature = "alloc")] {
//! let (mut producer, mut consumer) = annulus::spsc::ring::<u32>(64);
//! std::thread::spawn(move || {
//!     for n in 0..1000 {
//!         while producer.push(n).is_err() {
//!             std::thread::yield_now();
//!         }
//!     }
//! });
//! let mut expected = 0;
//! while expected < 1000 {
//!     if let Ok(n) = consumer.pop() {
//!         assert_eq!(n, expected);
//!         expected += 1;
//!     }
//! }
//! # }
//! ```
//!
//! # Features
//! `std` (default) and `alloc` for the heap; `ipc` for shared memory; `portable-atomic` and `critical-section` for cores
//! without compare-and-swap; `futures` for channels as streams and sinks; `embedded-io`, `embedded-io-async`, `embedded-dma` and `bytes` for the traits of the crates of those names, on [`bytes`]. Without any, the crate needs neither an allocator nor a standard library, and a
//! [`spsc::Ring`], a [`bytes::Buffer`] or a [`frames::Buffer`] that is split needs only loads and stores.
#![cfg_attr(not(feature = "std"), no_std)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod bytes;
#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
pub mod channel;
mod error;
pub mod frames;
#[cfg(all(feature = "ipc", target_os = "linux", target_pointer_width = "64"))]
pub mod ipc;
mod memory;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub mod mpmc;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub mod mpsc;
#[cfg(all(any(feature = "ipc", feature = "mirrored"), target_os = "linux", target_pointer_width = "64"))]
mod os;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub mod pool;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub mod records;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub mod shared;
mod slots;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub mod spmc;
pub mod spsc;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub mod wait;

pub use annulus_protocol::life::State;
#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
pub use channel::{RecvError, SendError};
pub use error::{ClaimError, GrantError, PopError, PushError, ReadError, ReserveError};

use annulus_protocol::pos::Word;

/// Where the positions of a new ring begin. Nobody can tell, but a narrow word in a test build soon wraps from here.
const FIRST_POSITION: Word =
    if cfg!(any(annulus_word = "8", annulus_word = "32")) { Word::MAX - 2 } else { 0 };

/// The examples of the README run.
#[cfg(all(doctest, feature = "std"))]
#[doc = include_str!("../../../README.md")]
struct Readme;
