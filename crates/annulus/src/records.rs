//! Records of any length, for any number of writers and readers: each is one run of bytes, filled in place and read in place.
//!
//! A writer that reserves a record has its place in the queue, and fills it in its own time while others fill theirs; a reader that claims one
//! has it alone, and works on it in place while others work on theirs. Records are committed, discarded and released in any order.
//!
//! ```
//! # #[cfg(feature = "alloc")] {
//! use annulus::{ReadError, records};
//!
//! let (writer, reader) = records::ring(4096);
//! let mut first = writer.reserve(100).unwrap();
//! writer.clone().push(b"second").unwrap();
//! assert_eq!(reader.read().unwrap_err(), ReadError::Busy, "the first is still being written");
//!
//! first[..5].copy_from_slice(b"first");
//! first.commit(5);
//! assert_eq!(*reader.read().unwrap(), *b"first");
//! assert_eq!(*reader.clone().read().unwrap(), *b"second");
//! # }
//! ```
//! | wanted | use |
//! |---|---|
//! | a ring on the heap | `ring`, `try_ring` (feature `alloc`) |
//! | a ring in a `static`, on the stack, in a struct | [`Buffer`] |
//! | a ring in memory of your own | [`in_memory`] |
//!
//! # Room
//! Memory is given out in granules of [`GRANULE`] bytes. A record takes as many as its length needs, and at least one; a capacity is rounded up to
//! whole granules. Beside each granule there is a word that says whose turn it is; the length of a record is there too, and nothing of the ring's is ever
//! in the data.
//!
//! A record does not wrap. One that does not fit before the end begins at the start; what it leaves out is in nobody's way any more as soon as the
//! records before it have been claimed. So in a ring that is not empty there may be less room next to each other than there is room. An empty ring has room
//! for every record up to [`max_record_len`](RecordWriter::max_record_len), which is all of the capacity, wherever the last one ended. *Empty* is a
//! ring of which all records have been released or discarded. Twice the longest record is enough for one to be written while another is read.
//!
//! # Order
//! That of the reservations, so each writer's records come out in the order in which it reserved them. The price: while the oldest
//! record is reserved and not committed, later ones wait behind it, and readers are told [`ReadError::Busy`].
//!
//! # Progress
//! *Lock-free* in the strict sense are `reserve` and `read` as calls: each returns in a bounded number of its own steps unless another call
//! succeeded meanwhile, or a discarded run was passed; none waits for anybody. Nothing is zeroed, and no lock is taken. The *queue* is not lock-free: a
//! writer stopped between reserve and commit, for ever, makes every reader `Busy` at its record, for ever, while writers go on until the ring is
//! full; a reader stopped between read and release, every writer, once the ring has come round to it.
//!
//! # When an end goes
//! When the last writer has gone, or the last reader, or either says `close`, nothing goes in any more. What is in the ring still
//! comes out, then [`ReadError::Closed`]. Records left in a [`Buffer`] stay for its next ends. An end that is forgotten counts as one that is there.
//!
//! # Forgotten guards
//! A record that is dropped is discarded, or released. One that is *forgotten* is lost with its granules, and in the way of whoever comes to
//! them: a shared end cannot know that nobody has it any more. A [`Buffer`] can be [recovered](crate::shared::Ring::recover). Never are bytes given to two.
//!
//! # When another queue is better
//! [`bytes`](crate::bytes) where there is one writer and one reader: it takes no exchange, and no granules. [`mpmc`](crate::mpmc) for items that all have one size, or that
//! need to be dropped.
use crate::memory::shared::{Shares, Topology};
use crate::shared;
use crate::slots::records::{ByRecord, as_slots};

mod reader;
mod writer;

pub use crate::error::{GrantError, ReadError};
pub use crate::memory::{Borrowed, Heap, Keep};
pub use crate::slots::records::{GRANULE, Granule, Record, RecordRead};
/// Whose turn it is at one granule: [`in_memory`] needs one for each.
pub use annulus_protocol::record::Turn;
#[cfg(feature = "alloc")]
pub use on_the_heap::{RingError, ring, try_ring};
pub use reader::RecordReader;
pub use writer::RecordWriter;

/// What kind of queue this is.
#[derive(Debug)]
pub struct Records;

impl Topology for Records {
    type Order = ByRecord;
    type Producer<T, K: Keep> = RecordWriter<K, T>;
    type Consumer<T, K: Keep> = RecordReader<K, T>;

    #[allow(private_interfaces)]
    fn ends<T, K: Keep>(
        (writer, reader): Shares<T, ByRecord, K>,
    ) -> (RecordWriter<K, T>, RecordReader<K, T>) {
        (RecordWriter::new(writer), RecordReader::new(reader))
    }
}

/// A ring of `N` granules inside it: for statics, stacks and structs. No allocation, no initialiser to run; the bytes are zero at first.
///
/// `N` counts granules; [`granules`] tells how many there are to a number of bytes. [`split`](shared::Ring::split) borrows it,
/// [`try_split`](shared::Ring::try_split) hands out the ends of a static, and [`recover`](shared::Ring::recover) gets back what was forgotten. Records
/// that are left when the last end goes stay for the next ones. Zero does not compile.
///
/// ```
/// use annulus::records::{Buffer, granules};
///
/// static EVENTS: Buffer<{ granules(4096) }> = Buffer::new();
///
/// let (writer, reader) = EVENTS.try_split().expect("nobody has an end");
/// assert_eq!(writer.capacity(), 4096);
/// std::thread::scope(|scope| {
///     for name in ["one", "two", "three"] {
///         let writer = writer.clone();
///         scope.spawn(move || writer.push(name.as_bytes()).unwrap());
///     }
/// });
/// let lens = core::iter::from_fn(|| reader.read().ok().map(|record| record.len()));
/// assert_eq!(lens.sum::<usize>(), 11);
/// ```
/// ```
/// use annulus::records::Buffer;
///
/// let mut buffer = Buffer::<2>::new();
/// let (writer, reader) = buffer.split();
/// core::mem::forget(writer.reserve(3)); // say, in a task that was cancelled
/// writer.push(b"behind it").unwrap();
/// assert!(reader.read().is_err());
/// drop((writer, reader));
///
/// assert_eq!(buffer.recover(), 1, "granule");
/// let (_writer, reader) = buffer.split();
/// assert_eq!(*reader.read().unwrap(), *b"behind it");
/// ```
/// ```compile_fail,E0080
/// static NOTHING: annulus::records::Buffer<0> = annulus::records::Buffer::new();
/// ```
pub type Buffer<const N: usize> = shared::Ring<Granule, N, Records>;

/// The control words of a ring in the caller's memory: see [`in_memory`].
pub type Control = shared::Control<Records>;

/// How many granules there are to so many bytes.
pub const fn granules(bytes: usize) -> usize {
    bytes.div_ceil(GRANULE)
}

/// A ring in the caller's memory: control words, turns and granules in three places, and a turn for each granule.
///
/// What is in `turns` before does not matter. What is in `granules` stays there until it is written over, and may be seen in a [`Record`].
///
/// ```
/// use annulus::records::{self, Granule, Turn};
///
/// let control = records::Control::new();
/// let mut turns = [const { Turn::new() }; 5];
/// let mut granules = [Granule::new(); 5];
/// let (writer, reader) = records::in_memory(&control, &mut turns, &mut granules);
/// writer.clone().push(b"hello").unwrap();
/// assert_eq!(*reader.read().unwrap(), *b"hello");
/// ```
///
/// # Panics
/// If there are no granules, or not as many turns as granules, or if an end of another ring with the same control words is still alive or
/// was forgotten.
#[allow(clippy::type_complexity)] // the two ends, nothing to name
#[track_caller]
pub fn in_memory<'a>(
    control: &'a Control,
    turns: &'a mut [Turn],
    granules: &'a mut [Granule],
) -> (RecordWriter<Borrowed<'a>>, RecordReader<Borrowed<'a>>) {
    match control.ends(turns, as_slots(granules)) {
        Ok(ends) => ends,
        Err(unfit) => panic!("{unfit}"),
    }
}

#[cfg(feature = "alloc")]
mod on_the_heap {
    use super::{Granule, RecordReader, RecordWriter, Records, granules};
    pub use crate::error::RingError;
    use crate::shared::allocate;

    /// A ring on the heap with room for `capacity` bytes, rounded up to whole granules, and the first of its ends.
    ///
    /// # Panics
    /// If `capacity` is zero, or an eighth or more of what a `usize` counts, or there is not so much memory. [`try_ring`] returns
    /// an error instead.
    #[track_caller]
    pub fn ring(capacity: usize) -> (RecordWriter, RecordReader) {
        match try_ring(capacity) {
            Ok(ends) => ends,
            Err(error) => panic!("a ring of {capacity} bytes cannot be made: {error}"),
        }
    }

    /// The same.
    ///
    /// ```
    /// use annulus::records::{RingError, try_ring};
    /// assert_eq!(try_ring(65).unwrap().0.capacity(), 128);
    /// assert_eq!(try_ring(0).unwrap_err(), RingError::Zero);
    /// ```
    ///
    /// # Errors
    /// See [`RingError`].
    pub fn try_ring(capacity: usize) -> Result<(RecordWriter, RecordReader), RingError> {
        allocate::<Granule, Records>(granules(capacity))
    }
}
