//! The end of which there is one, beside many of the other: [`Inlet`](super::Inlet) and [`Outlet`](super::Outlet), where the
//! protocol is `turns`.
//!
//! INVARIANT (M6)  There is one [`SoleInlet`], or one [`SoleOutlet`], to a ring at a time, and no slot is reserved, or claimed, through
//! anything else. It is promised to `new`; the rest is safe code.
use super::one::{Reads, Writes};
use super::order::ByReservation;
use super::pieces::Pieces;
use super::shared::Shared;
use super::{ReadGrant, WriteGrant};
use annulus_protocol::pad::Padded;
use annulus_protocol::pos::count;
use annulus_protocol::span::Span;
use annulus_protocol::turns::{Refused, Reserved, SoleReader, SoleWriter, Turns};

/// A ring of one writer.
pub(crate) type OfOneWriter<T> = Shared<T, ByReservation<SoleWriter>>;

/// A ring of one reader.
pub(crate) type OfOneReader<T> = Shared<T, ByReservation<SoleReader>>;

/// Where items go in. What is private to it has a cache line of its own.
#[derive(Debug)]
pub(crate) struct SoleInlet<T> {
    writer: Padded<Batching>,
    ring: OfOneWriter<T>,
}

/// The one writer, and the slots that it fills one by one and hands on together.
#[derive(Debug)]
struct Batching {
    writer: SoleWriter,
    /// The index of the first.
    start: usize,
    /// How many there are: none, or some are filled.
    len: usize,
    filled: usize,
}

/// Where items come out; padded for the same reason.
#[derive(Debug)]
pub(crate) struct SoleOutlet<T> {
    reader: Padded<Taker>,
    ring: OfOneReader<T>,
}

/// The one reader, and how many slots it has taken and not handed back.
#[derive(Debug)]
pub struct Taker {
    reader: SoleReader,
    taken: usize,
}

impl<T> SoleInlet<T> {
    /// # Safety
    /// (M6): nobody else reserves slots of this ring from now on, and what the last one did happens before this call. (M4) holds as
    /// long as this is used.
    pub(crate) unsafe fn new(ring: OfOneWriter<T>) -> Self {
        let writer = SoleWriter::resume(&ring.words());
        Self { writer: Padded(Batching { writer, start: 0, len: 0, filled: 0 }), ring }
    }

    pub(crate) fn ring(&self) -> &OfOneWriter<T> {
        &self.ring
    }

    /// Moves an item in.
    #[inline]
    pub(crate) fn put(&mut self, value: T) -> Result<(), (T, Refused)> {
        self.flush();
        let words = self.ring.words();
        match self.writer.writer.next_free(&words) {
            Ok(next) => {
                self.ring.put_next(&mut self.writer.writer, words, next, value);
                Ok(())
            }
            Err(why) => Err((value, why)),
        }
    }

    /// Moves an item in, and hands it on together with those before and after it: when they are `every`, or as many as there was
    /// room for when the first of them came.
    #[inline]
    pub(crate) fn put_later(&mut self, value: T, every: usize) -> Result<(), (T, Refused)> {
        let batching = &mut *self.writer;
        if batching.len == 0 {
            let span = match batching.writer.reserve(&self.ring.words(), 1, every) {
                Ok(span) => span,
                Err((why, _)) => return Err((value, why)),
            };
            (batching.start, batching.len) = (count(span.start()), count(span.len()));
        }
        let at = batching.start + batching.filled;
        let index = if at < self.ring.size() { at } else { at - self.ring.size() };
        // SAFETY: the slot is of a span that was reserved last, and is not filled yet, so it is ours (T-sole, M6); its last item was
        // moved out before it was released (T2).
        unsafe { self.ring.place(index).write(value) };
        batching.filled += 1;
        if batching.filled == batching.len {
            self.flush();
        }
        Ok(())
    }

    /// Hands on what was put in and not handed on yet. Whoever reserves does this first.
    #[inline]
    pub(crate) fn flush(&mut self) {
        if self.writer.len != 0 {
            self.flush_some();
        }
    }

    #[cold]
    #[inline(never)]
    fn flush_some(&mut self) {
        let batching = &mut *self.writer;
        batching.writer.commit(&self.ring.words(), batching.filled);
        (batching.len, batching.filled) = (0, 0);
    }

    /// How many slots are not in `occupied`, and yet hold an item.
    pub(crate) fn kept_back(&self) -> usize {
        self.writer.filled
    }

    /// Moves an item in, and if the ring is full the oldest one out.
    pub(crate) fn force(&mut self, value: T) -> Result<Option<T>, (T, Refused)> {
        self.flush();
        loop {
            let words = self.ring.words();
            match self.writer.writer.next_free_at_once(&words) {
                Ok(next) => {
                    self.ring.put_next(&mut self.writer.writer, words, next, value);
                    return Ok(None);
                }
                Err(Refused::Full) => {}
                Err(why) => return Err((value, why)),
            }
            match self.writer.writer.evict(&words) {
                Ok(None) => {} // there is room after all
                Ok(Some(evicted)) => {
                    // SAFETY: evicted, so the slot is ours and written (T, T1); the item in it is moved out, once.
                    let oldest = unsafe { self.ring.place(words.index_to_renew(&evicted)).replace(value) };
                    self.writer.writer.renew(&words, evicted);
                    return Ok(Some(oldest));
                }
                Err(why) => return Err((value, why)),
            }
        }
    }

    /// Reserves up to `want` slots, at least `least`; otherwise tells why not, and how many there are.
    #[inline]
    pub(crate) fn reserve(
        &mut self,
        least: usize,
        want: usize,
    ) -> Result<WriteGrant<'_, T, SoleWriter>, (Refused, usize)> {
        self.flush();
        let span = self.writer.writer.reserve(&self.ring.words(), least, want)?;
        Ok(WriteGrant::new(&mut self.writer.writer, self.ring, span))
    }

    /// Reserves one slot.
    #[inline]
    pub(crate) fn reserve_one(&mut self) -> Result<WriteGrant<'_, T, SoleWriter>, Refused> {
        self.flush();
        let span = self.writer.writer.reserve_one(&self.ring.words())?;
        Ok(WriteGrant::new(&mut self.writer.writer, self.ring, span))
    }

    /// Reserves nothing any more.
    pub(crate) fn close(&mut self) {
        self.flush();
        self.writer.writer.close(&self.ring.words());
    }
}

impl<T> OfOneWriter<T> {
    /// Moves an item into the next slot, which this writer, the only one, was just told.
    #[inline]
    fn put_next(&self, writer: &mut SoleWriter, words: Turns<'_>, next: Reserved, value: T) {
        // SAFETY: the slot is free and its only writer's, so it is ours (T-sole, M6); its last item was moved out before it was
        // released (T2).
        unsafe { self.place(words.index_to_write(&next)).write(value) };
        writer.commit_next(&words, next);
    }
}

impl<T> SoleOutlet<T> {
    /// # Safety
    /// (M6): nobody else claims slots of this ring from now on, and what the last one did happens before this call. (M4) holds as
    /// long as this is used.
    pub(crate) unsafe fn new(ring: OfOneReader<T>) -> Self {
        let reader = SoleReader::resume(&ring.words());
        Self { reader: Padded(Taker { reader, taken: 0 }), ring }
    }

    pub(crate) fn ring(&self) -> &OfOneReader<T> {
        &self.ring
    }

    /// Moves the oldest item out.
    #[inline]
    pub(crate) fn take(&mut self) -> Result<T, Refused> {
        let words = self.ring.words();
        let next = self.reader.reader.next_ready(&words)?;
        // SAFETY: the slot is ready and its only reader's, so it is ours and written (T-sole, M6, T1); it is released after this, and
        // not read again.
        let value = unsafe { self.ring.place(words.index_to_read(&next)).read() };
        self.reader.reader.release_next(&words, next);
        Ok(value)
    }

    /// The oldest item, which stays where it is.
    #[inline]
    pub(crate) fn peek(&mut self) -> Result<&mut T, Refused> {
        let span = self.reader.reader.claim_one(&self.ring.words())?;
        // SAFETY: the start of a span that is not empty is less than the size (M4).
        let slot = unsafe { self.ring.slots().at(span.start()) };
        // SAFETY: claimed, so ours and written (T-sole, M6, T1); the borrow of `self` keeps it from being released.
        Ok(unsafe { &mut *slot })
    }

    /// Claims up to `want` items, at least `least`; otherwise tells why not, and how many there are.
    #[inline]
    pub(crate) fn claim(
        &mut self,
        least: usize,
        want: usize,
    ) -> Result<ReadGrant<'_, T, Taker>, (Refused, usize)> {
        let span = self.reader.reader.claim(&self.ring.words(), least, want)?;
        Ok(ReadGrant::new(&mut *self.reader, self.ring, span, true))
    }

    /// Claims the oldest item.
    #[inline]
    pub(crate) fn claim_one(&mut self) -> Result<ReadGrant<'_, T, Taker>, Refused> {
        let span = self.reader.reader.claim_one(&self.ring.words())?;
        Ok(ReadGrant::new(&mut *self.reader, self.ring, span, true))
    }

    /// Before the outlet goes.
    pub(crate) fn leave(&mut self) {
        self.reader.reader.leave(&self.ring.words());
    }
}

#[allow(private_interfaces)]
impl Writes for SoleWriter {
    type Ring<T> = OfOneWriter<T>;

    #[inline]
    fn pieces<T>(ring: &OfOneWriter<T>, span: &Span) -> Pieces<T> {
        ring.slots().pieces(span)
    }
    #[inline]
    fn commit<T>(&mut self, ring: &OfOneWriter<T>, _: Span, n: usize) {
        SoleWriter::commit(self, &ring.words(), n);
    }
    #[cfg(all(feature = "std", target_has_atomic = "ptr"))]
    #[inline]
    fn is_closed<T>(ring: &OfOneWriter<T>) -> bool {
        ring.is_closed()
    }
}

#[allow(private_interfaces)]
impl Reads for Taker {
    type Ring<T> = OfOneReader<T>;

    #[inline]
    fn pieces<T>(ring: &OfOneReader<T>, span: &Span) -> Pieces<T> {
        ring.slots().pieces(span)
    }
    #[inline]
    fn release<T>(&mut self, ring: &OfOneReader<T>, _: Span, n: usize) {
        self.reader.release(&ring.words(), n);
    }
    fn take<T>(&mut self, _: &OfOneReader<T>, span: Span, n: usize) {
        debug_assert!(n <= count(span.len()));
        self.taken = n;
    }
    #[inline]
    fn take_one_more<T>(&mut self, _: &OfOneReader<T>) {
        self.taken += 1;
    }
    #[inline]
    fn show<T>(&mut self, ring: &OfOneReader<T>) {
        let taken = core::mem::take(&mut self.taken);
        self.reader.release_first(&ring.words(), taken);
    }
    #[inline]
    fn rest<T>(&mut self, ring: &OfOneReader<T>) {
        self.reader.rest(&ring.words());
    }
}
