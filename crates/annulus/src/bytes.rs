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
//! | no pads: every free byte in every grant | [`mirrored`](https://docs.rs/annulus/latest/annulus/bytes/fn.mirrored.html) |
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
//! # Hardware
//! [`Writer::grant_owned`] and [`Reader::read_owned`] give grants that own their end, and borrow nothing but what keeps the ring: with a [`Buffer`] in a `static`
//! they are `'static`, and go into a DMA transfer. [`OwnedGrant`]s are lent to a device with what its cache needs ([`CacheMaintenance`]).
//! [`Writer::into_pipeline`] and [`Reader::into_pipeline`] have several grants in flight at a time: completed in any order, published in order.
//!
//! # The traits of others
//! | trait | of | feature |
//! |---|---|---|
//! | `core::fmt::Write`, for text: each piece as a whole or not at all | [`Writer`] | |
//! | `std::io::{Write, Read, BufRead}`; *would block* where waiting would be needed | [`Writer`], [`Reader`] | `std` |
//! | `embedded_io::{Write, WriteReady, Read, ReadReady, BufRead}`, version 0.7; [`GrantError::Full`] or [`ReadError::Empty`] where waiting would be needed | [`Writer`], [`Reader`] | `embedded-io` |
//! | `embedded_io_async::{Write, Read, BufRead}`, version 0.7; these wait | [`AsyncWriter`], [`AsyncReader`] | `embedded-io-async` |
//! | `bytes::{Buf, BufMut}`, version 1 | `Filling`, `Draining`: grants, and how far one has come | `bytes` |
//! | `embedded_dma::{WriteBuffer, ReadBuffer}`, version 0.2 | [`OwnedGrant`], [`OwnedReadGrant`], and both [`Lent`] | `embedded-dma` |
//!
//! # Waiting
//! These ends never wait. Two ends of a ring become ends that may, as tasks of any runtime, when they are given [`Wakers`] to leave their wakers with:
//! [`waking`](https://docs.rs/annulus/latest/annulus/bytes/fn.waking.html) on the heap, [`Wakers::attach`] anywhere. Whoever does not do so pays
//! nothing for it. [`AsyncWriter`] and [`AsyncReader`] need loads and stores only, as the ring does, and no heap; none of their operations takes a lock, so that
//! one of them may be in an interrupt.
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
mod io;
#[cfg(feature = "mirrored")]
mod mirrored;
mod owned;
mod pipeline;
mod reader;
mod rest;
mod waking;
mod writer;

pub use crate::error::{GrantError, ReadError};
pub use crate::memory::{Borrowed, Heap, Keep};
#[cfg(feature = "bytes")]
pub use crate::slots::bytes::buf::{Draining, Filling};
pub use crate::slots::bytes::cache::{CacheMaintenance, Coherent};
pub use crate::slots::bytes::owned::{Lent, Owned};
pub use crate::slots::bytes::pipe::Ticket;
pub use crate::slots::bytes::{Grant, ReadGrant, SplitGrant};
pub use crate::slots::wakers::Wakers;
pub use buffer::Buffer;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub use buffer::{Control, in_memory};
#[cfg(all(feature = "alloc", any(target_has_atomic = "ptr", feature = "portable-atomic")))]
pub use buffer::{RingError, stream, try_stream};
#[cfg(feature = "mirrored")]
pub use mirrored::mirrored;
pub use owned::{GrantOwnedError, OwnedGrant, OwnedReadGrant, ReadOwnedError};
pub use pipeline::{FlightError, NotNewest, ReadPipeline, WritePipeline};
pub use reader::Reader;
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub use waking::waking;
pub use waking::{AsyncGrant, AsyncReader, AsyncWriter};
pub use writer::Writer;
