//! Bytes that lie next to each other: one writer, one reader, grants of any length that never wrap. For DMA, for drivers, for
//! codecs.
//!
//! ```text
//!   |......####################~~~~~~~~|        a grant that does not fit before the end is one at the start; what it leaves
//!          ^ the reader        ^ pad            out is a pad, which nobody sees, and which costs nothing any more as
//!                                               soon as the reader has come to it
//! ```
//! | wanted | use |
//! |---|---|
//! | a ring on the heap | [`stream`] |
//! | a ring in a `static`, on the stack, in a struct | [`Buffer`] |
//! | a ring in memory of your own | [`in_memory`] |
//!
//! What is granted is `&mut [u8]`: the memory holds bytes from the start (zeros, or what the caller had in it), so that nobody need
//! initialise it, and a grant that was not filled has old bytes in it and nothing worse.
//!
//! ```
//! let (mut writer, mut reader) = annulus::bytes::stream(8);
//! let mut grant = writer.grant_exact(5).unwrap();
//! grant.copy_from_slice(b"hello");
//! grant.commit(5);
//!
//! let grant = reader.read().unwrap();
//! assert_eq!(*grant, *b"hello");
//! grant.release(5);
//! // There are three bytes before the end, and the ring is empty: all of it can be had at once.
//! assert_eq!(writer.grant_exact(8).unwrap().len(), 8);
//! ```
//!
//! # Room
//! The capacity is exact, all of it can be used, and an empty ring has room for every grant up to it, wherever the last one ended.
//! In a ring that is not empty a grant that has to begin at the start leaves the rest of the lap unused until the reader has come
//! there: `n` free bytes are not always `n` bytes next to each other. Three times the largest grant is enough for one to be
//! written while one is read, wherever that lies; twice, if all are of one length.
//!
//! # Progress
//! Every operation is wait-free: it takes a bounded number of steps, whatever the other end does, or does not do. An end that
//! stops, is forgotten or dies delays nobody: the other end finds the ring empty or full. Both ends may be at work at the same time, in threads or
//! in an interrupt and what it interrupts, each with a grant in its hands.
//!
//! # When an end goes
//! Dropping an end closes it. The reader still gets everything that was committed, then [`ReadError::Closed`]. The writer finds
//! [`GrantError::Closed`] at the latest when the ring would otherwise be full. Bytes left in a [`Buffer`] stay for its next
//! ends.
//!
//! # When another queue is better
//! [`spsc`](crate::spsc) for bytes that need not lie next to each other, and for items: it has no pads.
mod buffer;
#[cfg(feature = "std")]
mod io;
mod reader;
mod writer;

pub use crate::error::{GrantError, ReadError};
pub use crate::memory::{Borrowed, Heap, Keep};
pub use crate::slots::bytes::{Grant, ReadGrant, SplitGrant};
pub use buffer::Buffer;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub use buffer::{Control, in_memory};
#[cfg(all(feature = "alloc", any(target_has_atomic = "ptr", feature = "portable-atomic")))]
pub use buffer::{RingError, stream, try_stream};
pub use reader::Reader;
pub use writer::Writer;
