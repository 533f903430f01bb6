//! Several grants in flight from one end.
use super::rest::{ReaderRest, WriterRest};
use super::{GrantError, Heap, Keep, ReadError, Reader, Writer};
use crate::slots::bytes::pipe::{InPipe, OutPipe, Ticket};
use core::fmt;
use core::ptr::NonNull;

/// Why a pipeline gave no grant: it has no place for one, or `R`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlightError<R> {
    /// As many grants are in flight as the pipeline has places. There will be one when the oldest is completed.
    AllInFlight,
    /// What the end itself would have said.
    Refused(R),
}

/// A grant could not be released in part, because bytes after it are in flight or were released: a stream is not read with holes.
#[derive(Debug)]
pub struct NotNewest {
    /// Of the grant, which is still in flight.
    pub ticket: Ticket,
}

/// A [`Writer`] of which up to `N` grants are in flight at a time, for instance one that hardware fills while the one before is worked on.
/// They are completed in any order; their bytes are published in the order of the grants.
///
/// ```text
///   grant a, grant b, grant c         a, b and c are next to each other, or begin the next lap
///   complete(b, ..)                   nothing is published: a is in the way
///   complete(a, ..)                   a and b are
/// ```
/// # A grant that is completed with fewer bytes than it has
/// What follows it in flight stays where it is, because somebody may be writing to it. The bytes of a stream are next to each other, so when
/// such a later grant is published, its bytes are *moved* up to the end of those before it: every byte arrives, in order, at the price
/// of a copy inside the ring. No byte is moved if every grant is completed in full but for the newest, whose rest is granted again; nor
/// where a lap begins, for what was left out is a part of the pad; nor ever again once nothing is in flight.
///
/// # Hardware
/// [`region`](Self::region) is where a grant's bytes are, which does not change while it is in flight, wherever the pipeline is
/// moved. A device may write there until the grant is completed, or the pipeline is dropped or taken apart; to see to that is what whoever
/// uses the address promises, to the `unsafe` that it takes. Caches are the caller's as well: see [`CacheMaintenance`](super::CacheMaintenance).
///
/// All is done by `&mut` of the pipeline. An interrupt that completes grants owns it, or shares it under a lock of its own.
///
/// # Dropped and forgotten
/// Dropping it closes the ring; what was not published is not any more. Forgetting it forgets the writer.
///
/// ```
/// let (writer, mut reader) = annulus::bytes::stream(64);
/// let mut pipeline = writer.into_pipeline::<2>();
/// let (first, second) = (pipeline.grant_exact(4).unwrap(), pipeline.grant_exact(4).unwrap());
/// pipeline.bytes_mut(&second).copy_from_slice(b"5678");
/// pipeline.complete(second, 4);
/// assert!(reader.is_empty(), "the first is in the way");
/// pipeline.bytes_mut(&first)[..2].copy_from_slice(b"12");
/// pipeline.complete(first, 2);
/// assert_eq!(*reader.read().unwrap(), *b"125678");
/// ```
pub struct WritePipeline<K: Keep = Heap<u8>, const N: usize = 2> {
    pipe: InPipe<N>,
    rest: WriterRest<K>,
}

/// A [`Reader`] of which up to `N` grants are in flight at a time, for instance one that hardware sends while the next is prepared.
/// They are released in any order; their room is handed back in the order of the grants. Otherwise as [`WritePipeline`].
///
/// Bytes that are in flight are not granted again. Only the newest grant can be released in part: what is after the part is then granted again.
///
/// ```
/// let (mut writer, reader) = annulus::bytes::stream(8);
/// writer.push_slice(b"12345678");
/// let mut pipeline = reader.into_pipeline::<2>();
/// let (first, second) = (pipeline.read_up_to(4).unwrap(), pipeline.read_up_to(4).unwrap());
/// assert_eq!((pipeline.bytes(&first), pipeline.bytes(&second)), (&b"1234"[..], &b"5678"[..]));
/// pipeline.release(second, 4).unwrap();
/// assert_eq!(writer.vacant(), 0, "the first is in the way");
/// pipeline.release(first, 4).unwrap();
/// assert_eq!(writer.vacant(), 8);
/// ```
pub struct ReadPipeline<K: Keep = Heap<u8>, const N: usize = 2> {
    pipe: OutPipe<N>,
    rest: ReaderRest<K>,
}

impl<K: Keep, const N: usize> WritePipeline<K, N> {
    pub(super) fn new(pipe: InPipe<N>, rest: WriterRest<K>) -> Self {
        Self { pipe, rest }
    }

    /// Room for exactly `n` bytes next to each other, after all that is in flight.
    ///
    /// # Errors
    /// [`FlightError::AllInFlight`]; otherwise as [`Writer::grant_exact`], where what is in flight is not free.
    ///
    /// # Progress
    /// Wait-free.
    pub fn grant_exact(&mut self, n: usize) -> Result<Ticket, FlightError<GrantError>> {
        if self.capacity() < n {
            return Err(FlightError::Refused(GrantError::TooLarge));
        }
        self.has_place(n)?;
        self.pipe.reserve_exact(n).ok_or_else(|| self.why_full())
    }

    /// Room for as many of `n` bytes as there can be next to each other now, after all that is in flight; at least one unless `n` is zero.
    ///
    /// # Errors
    /// [`FlightError::AllInFlight`]; otherwise as [`Writer::grant_up_to`], where what is in flight is not free.
    ///
    /// # Progress
    /// Wait-free.
    pub fn grant_up_to(&mut self, n: usize) -> Result<Ticket, FlightError<GrantError>> {
        self.has_place(n)?;
        self.pipe.reserve_up_to(n).ok_or_else(|| self.why_full())
    }

    fn has_place(&self, n: usize) -> Result<(), FlightError<GrantError>> {
        if self.rest.stopped && n != 0 {
            Err(FlightError::Refused(GrantError::Closed))
        } else if !self.pipe.has_place() {
            Err(FlightError::AllInFlight)
        } else {
            Ok(())
        }
    }

    #[cold]
    fn why_full(&self) -> FlightError<GrantError> {
        FlightError::Refused(super::writer::why_full(self.pipe.stream().cursors()))
    }

    /// The first `n` bytes of a grant are written: publishes them as soon as all grants before it are completed, at once if they are. With
    /// `n` zero the grant is given up.
    ///
    /// # Panics
    /// If `n` is more than there are bytes in the grant, which then stays in flight for ever; or if the ticket is of another pipeline.
    ///
    /// # Progress
    /// Wait-free: a number of steps that depends on how many grants it publishes, and moving the bytes of those that
    /// follow one which was not completed in full.
    #[track_caller]
    pub fn complete(&mut self, ticket: Ticket, n: usize) {
        self.pipe.complete(&ticket, n);
    }

    /// The bytes of a grant in flight.
    ///
    /// # Panics
    /// If the ticket is of another pipeline.
    #[track_caller]
    pub fn bytes_mut(&mut self, ticket: &Ticket) -> &mut [u8] {
        self.pipe.bytes_mut(ticket)
    }

    /// Where the bytes of a grant in flight are, for a device. See [Hardware](Self#hardware).
    ///
    /// # Panics
    /// If the ticket is of another pipeline.
    #[track_caller]
    pub fn region(&self, ticket: &Ticket) -> NonNull<[u8]> {
        self.pipe.region(ticket)
    }

    /// How many grants have a place: those in flight, and those that are completed after one that is not.
    pub fn in_flight(&self) -> usize {
        self.pipe.in_flight()
    }

    /// How many bytes fit after what is in flight, not all of them next to each other. The reader may make more room at any time.
    pub fn vacant(&self) -> usize {
        if self.rest.stopped { 0 } else { self.pipe.vacant() }
    }

    /// How many bytes fit into the ring, in all.
    pub fn capacity(&self) -> usize {
        self.pipe.stream().size()
    }

    /// Whether an end has closed, so that writing is of no more use.
    pub fn is_closed(&self) -> bool {
        self.rest.stopped || self.pipe.stream().cursors().reader().is_closed()
    }

    /// The writer, if nothing is in flight.
    ///
    /// # Errors
    /// The pipeline, if something is.
    #[allow(clippy::result_large_err, reason = "the pipeline is as large as it is, and is handed back")]
    pub fn finish(self) -> Result<Writer<K>, Self> {
        if self.in_flight() == 0 { Ok(self.abandon()) } else { Err(self) }
    }

    /// The writer. What was not published has not happened: also what is completed after a grant that is not.
    pub fn abandon(self) -> Writer<K> {
        Writer::put_together(self.pipe.given_up(), self.rest)
    }
}

impl<K: Keep, const N: usize> ReadPipeline<K, N> {
    pub(super) fn new(pipe: OutPipe<N>, rest: ReaderRest<K>) -> Self {
        Self { pipe, rest }
    }

    /// All bytes that lie next to each other, after all that is in flight.
    ///
    /// # Errors
    /// [`FlightError::AllInFlight`]; otherwise as [`Reader::read`], where what is in flight is not there any more.
    ///
    /// # Progress
    /// Wait-free.
    pub fn read(&mut self) -> Result<Ticket, FlightError<ReadError>> {
        self.read_up_to(usize::MAX)
    }

    /// The same, of at most `n` bytes.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    ///
    /// # Progress
    /// Wait-free.
    pub fn read_up_to(&mut self, n: usize) -> Result<Ticket, FlightError<ReadError>> {
        if !self.pipe.has_place() {
            return Err(FlightError::AllInFlight);
        }
        let stream = *self.pipe.stream();
        super::reader::seen(&stream, || self.pipe.look()).map_err(FlightError::Refused)?;
        Ok(self.pipe.claim_up_to(n))
    }

    /// The first `n` bytes of a grant are read: hands their room back as soon as all grants before it are released, at once if they are.
    ///
    /// # Errors
    /// [`NotNewest`] if `n` is less than there are bytes in the grant, and it is not the newest that was given.
    ///
    /// # Panics
    /// If `n` is more than there are bytes in the grant, which then stays in flight for ever; or if the ticket is of another pipeline.
    ///
    /// # Progress
    /// Wait-free: a number of steps that depends on how many grants it hands back.
    #[track_caller]
    pub fn release(&mut self, ticket: Ticket, n: usize) -> Result<(), NotNewest> {
        self.pipe.release(ticket, n).map_err(|ticket| NotNewest { ticket })
    }

    /// The bytes of a grant in flight.
    ///
    /// # Panics
    /// If the ticket is of another pipeline.
    #[track_caller]
    pub fn bytes(&self, ticket: &Ticket) -> &[u8] {
        self.pipe.bytes(ticket)
    }

    /// The same, to be worked on in place.
    ///
    /// # Panics
    /// If the ticket is of another pipeline.
    #[track_caller]
    pub fn bytes_mut(&mut self, ticket: &Ticket) -> &mut [u8] {
        self.pipe.bytes_mut(ticket)
    }

    /// Where the bytes of a grant in flight are, for a device. See [`WritePipeline`](WritePipeline#hardware).
    ///
    /// # Panics
    /// If the ticket is of another pipeline.
    #[track_caller]
    pub fn region(&self, ticket: &Ticket) -> NonNull<[u8]> {
        self.pipe.region(ticket)
    }

    /// How many grants have a place: those in flight, and those that are released after one that is not.
    pub fn in_flight(&self) -> usize {
        self.pipe.in_flight()
    }

    /// How many bytes there are to read after what is in flight, in all.
    pub fn len(&self) -> usize {
        self.pipe.available()
    }

    /// Whether there was nothing to read just now, but what is in flight.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes fit into the ring, in all.
    pub fn capacity(&self) -> usize {
        self.pipe.stream().size()
    }

    /// Whether an end has closed, so that no new bytes come in.
    pub fn is_closed(&self) -> bool {
        self.pipe.stream().cursors().is_closed()
    }

    /// The reader, if nothing is in flight.
    ///
    /// # Errors
    /// The pipeline, if something is.
    #[allow(clippy::result_large_err, reason = "the pipeline is as large as it is, and is handed back")]
    pub fn finish(self) -> Result<Reader<K>, Self> {
        if self.in_flight() == 0 { Ok(self.abandon()) } else { Err(self) }
    }

    /// The reader. What was not handed back is granted again: also what is released after a grant that is not.
    pub fn abandon(self) -> Reader<K> {
        Reader::put_together(self.pipe.given_up(), self.rest)
    }
}

impl<K: Keep, const N: usize> fmt::Debug for WritePipeline<K, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = [("in_flight", self.in_flight()), ("places", N), ("capacity", self.capacity())];
        show("WritePipeline", fields, f)
    }
}

impl<K: Keep, const N: usize> fmt::Debug for ReadPipeline<K, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = [("in_flight", self.in_flight()), ("places", N), ("capacity", self.capacity())];
        show("ReadPipeline", fields, f)
    }
}

fn show(name: &str, fields: [(&str, usize); 3], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut shown = f.debug_struct(name);
    fields.iter().for_each(|(name, value)| _ = shown.field(name, value));
    shown.finish()
}

impl<R: fmt::Display> fmt::Display for FlightError<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FlightError::AllInFlight => f.write_str("as many grants are in flight as there are places"),
            FlightError::Refused(reason) => reason.fmt(f),
        }
    }
}

impl fmt::Display for NotNewest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("only the newest grant can be released in part")
    }
}

impl<R: fmt::Display + fmt::Debug> core::error::Error for FlightError<R> {}
impl core::error::Error for NotNewest {}
