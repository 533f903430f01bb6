//! Frames: runs of bytes of any length, each read exactly as it was written, in place. One writer, one reader.
//!
//! ```text
//!   |....[h|frame][h|another frame][h|fr]~~~~~~~|     a frame lies behind its header, in one piece with it; what does not fit
//!        ^ the reader                   ^ pad         before the end is at the start, as in `bytes`
//! ```
//! | wanted | use |
//! |---|---|
//! | a ring on the heap | [`ring`] |
//! | a ring in a `static`, on the stack, in a struct | [`Buffer`] |
//! | a ring in memory of your own | [`in_memory`] |
//! | a header of one byte for short frames, and more for longer ones | [`Compact`], what you have if you say nothing |
//! | a header that is always the same four bytes, which other hardware can read | [`Fixed`]: [`ring_with`], [`Buffer::with`], [`in_memory_with`] |
//!
//! ```
//! let (mut writer, mut reader) = annulus::frames::ring(64);
//! let mut grant = writer.grant(20).unwrap(); // as long as it may become
//! grant[..5].copy_from_slice(b"hello");
//! grant.commit(5); // as long as it is: the other 15 are free again
//! writer.push(b"world").unwrap();
//!
//! let frame = reader.read().unwrap();
//! assert_eq!(*frame, *b"hello");
//! frame.release();
//! assert_eq!(*reader.read().unwrap(), *b"world"); // and not released: it is read again
//! assert_eq!(*reader.read().unwrap(), *b"world");
//! ```
//!
//! # Room
//! The capacity counts headers and frames. [`max_frame_len`](FrameWriter::max_frame_len) is exact: a frame of that length fits whenever the ring
//! is empty, wherever the last one ended, and one of a byte more is [`TooLarge`](GrantError::TooLarge) at once. Frames of no bytes are
//! frames.
//!
//! In a ring that is not empty a frame that has to begin at the start leaves the rest of the lap unused until the reader has come
//! there: see [`bytes`](crate::bytes#room). Three times the longest frame with its header is enough for one to be written while one is
//! read, wherever that lies; twice, if all are of one length.
//!
//! # Where the bytes were written over
//! Headers lie among the bytes, where a stray pointer or a misguided DMA transfer reaches them. The cursors lie elsewhere, and tell what
//! was committed: whatever is in a header, nothing else is ever read, and what is read is in one piece. A header that is none, or that tells of more
//! bytes than there are, is [`ReadError::Corrupt`], again and again, until [`FrameReader::resync`] drops all that was committed by
//! then. The next frame after that is read right.
//!
//! A header that still makes sense is believed, and the frames after it are then cut in wrong places, until one of them makes no
//! sense or the reader has come to the end of what was committed. Who has to notice that, or bytes that were changed in a frame, puts a check
//! sum into it.
//!
//! # Progress
//! Every operation is wait-free, as those of [`bytes`](crate::bytes) are, which do the work: it takes a bounded number of steps,
//! whatever the other end does, or does not do. Both ends may be at work at the same time, in threads or in an interrupt and what it interrupts.
//!
//! # When an end goes
//! Dropping an end closes it. The reader still gets every frame that was committed, then [`ReadError::Closed`]. The writer finds
//! [`GrantError::Closed`] at the latest when the ring would otherwise be full. Frames left in a [`Buffer`] stay for its next ends.
//!
//! # When another queue is better
//! [`spsc`](crate::spsc) for items of one size, [`bytes`](crate::bytes) where it does not matter what was written together.
//!
//! INVARIANT (F1)  What is committed and not released is whole frames, each behind its header: both are committed together, and
//! released together, or all at once. Only where a header was written over may the reader stand elsewhere, until it is in step again.
mod buffer;
mod guard;
mod header;
mod reader;
#[cfg(all(test, feature = "alloc"))]
mod tests;
mod writer;

#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub use crate::bytes::Control;
pub use crate::error::{GrantError, ReadError};
pub use crate::memory::{Borrowed, Heap, Keep};
pub use buffer::Buffer;
#[cfg(all(feature = "alloc", any(target_has_atomic = "ptr", feature = "portable-atomic")))]
pub use buffer::{RingError, ring, ring_with, try_ring, try_ring_with};
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub use buffer::{in_memory, in_memory_with};
pub use guard::{Frame, FrameGrant};
pub use header::{Compact, Fixed, Header};
pub use reader::FrameReader;
pub use writer::FrameWriter;
