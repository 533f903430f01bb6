//! An end with several spans in flight: finished in any order, published in order.
//!
//! ```text
//!   places   | oldest, done | in flight | done | newest | - |       N, in a ring; a done one waits for those before it
//! ```
use super::owned::{ByteEnd, region};
use super::{Inlet, Outlet, Stream, bytes, bytes_mut};
use annulus_protocol::bip::flight::{Flight, ReaderAhead, WriterAhead};
use annulus_protocol::pos::{Word, count, word};
use core::ptr::NonNull;

/// A grant in flight: what to show to the pipeline for it.
///
/// It belongs to the pipeline that gave it. Shown to another one it is refused, by a panic, or mistaken for one of that; never does it reach
/// memory that is not that pipeline's.
#[must_use = "the grant stays in flight, and in the way of those after it, until it is completed"]
#[derive(Debug)]
pub struct Ticket {
    number: usize,
    start: Word,
    len: usize,
}

impl Ticket {
    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// An inlet or an outlet, and all that is in flight of it (M12).
pub(crate) struct Pipe<E, A, const N: usize> {
    end: E,
    ahead: A,
    places: Places<N>,
}

/// Of an end that writes.
pub(crate) type InPipe<const N: usize> = Pipe<Inlet, WriterAhead, N>;
/// Of an end that reads.
pub(crate) type OutPipe<const N: usize> = Pipe<Outlet, ReaderAhead, N>;

struct Place {
    flight: Flight,
    /// How many bytes of it count, when it has been finished.
    done: Option<usize>,
}

struct Places<const N: usize> {
    places: [Option<Place>; N],
    /// The index of the oldest one.
    first: usize,
    /// The number of the oldest one.
    number: usize,
    len: usize,
}

impl<const N: usize> Places<N> {
    const SOME: () = assert!(0 < N, "a pipeline has at least one place");

    fn new() -> Self {
        let () = Self::SOME;
        Self { places: [const { None }; N], first: 0, number: 0, len: 0 }
    }

    fn index(&self, age: usize) -> usize {
        let (to_end, index) = (N - self.first, self.first.wrapping_add(age));
        if age < to_end { index } else { age - to_end }
    }

    fn push(&mut self, flight: Flight) -> Ticket {
        assert!(self.len < N, "the caller has looked");
        let (start, len) = (flight.span().start(), count(flight.span().len()));
        let ticket = Ticket { number: self.number.wrapping_add(self.len), start, len };
        self.places[self.index(self.len)] = Some(Place { flight, done: None });
        self.len += 1;
        ticket
    }

    /// The index of what is in flight by this ticket, and whether it is the newest.
    #[track_caller]
    fn find(&self, ticket: &Ticket) -> (usize, bool) {
        let age = ticket.number.wrapping_sub(self.number);
        if age < self.len {
            let index = self.index(age);
            if let Some(Place { flight, done: None }) = &self.places[index]
                && (flight.span().start(), count(flight.span().len())) == (ticket.start, ticket.len)
            {
                return (index, age + 1 == self.len);
            }
        }
        panic!("{ticket:?} is of another pipeline");
    }

    #[track_caller]
    fn flight(&self, ticket: &Ticket) -> &Flight {
        match &self.places[self.find(ticket).0] {
            Some(place) => &place.flight,
            None => unreachable!("it was just found"),
        }
    }

    /// Takes note that the one at `index` is done; `shorten` is told if nothing lies after it.
    fn finish(&mut self, index: usize, is_newest: bool, n: usize, shorten: impl FnOnce(&mut Flight)) {
        let Some(place) = &mut self.places[index] else { return };
        place.done = Some(n);
        if is_newest {
            shorten(&mut place.flight);
            if n == 0 {
                self.places[index] = None;
                self.len -= 1; // its number is the next one's: its ticket is gone
            }
        }
    }

    /// The oldest one, if it is done.
    fn pop_done(&mut self) -> Option<(Flight, usize)> {
        let place = self.places[self.first].take_if(|place| place.done.is_some())?;
        self.first = self.index(1);
        self.number = self.number.wrapping_add(1);
        self.len -= 1;
        Some((place.flight, place.done?))
    }
}

impl<const N: usize> InPipe<N> {
    pub(crate) fn new(end: Inlet) -> Self {
        let ahead = end.writer.ahead();
        Self { end, ahead, places: Places::new() }
    }

    /// `n` bytes next to each other. Only where [`has_place`](Self::has_place).
    pub(crate) fn reserve_exact(&mut self, n: usize) -> Option<Ticket> {
        let flight = self.ahead.reserve_exact(self.end.stream.cursors(), word(n))?;
        Some(self.places.push(flight))
    }

    /// As many of `n` as there can be next to each other, at least one. Only where [`has_place`](Self::has_place).
    pub(crate) fn reserve_up_to(&mut self, n: usize) -> Option<Ticket> {
        let flight = self.ahead.reserve_up_to(self.end.stream.cursors(), word(n));
        if flight.span().is_empty() && n != 0 { None } else { Some(self.places.push(flight)) }
    }

    pub(crate) fn vacant(&self) -> usize {
        count(self.ahead.vacant(self.end.stream.cursors()))
    }

    /// The first `n` bytes are written. Publishes what nothing is in the way of any more.
    #[track_caller]
    pub(crate) fn complete(&mut self, ticket: &Ticket, n: usize) {
        let (index, is_newest) = self.places.find(ticket);
        assert!(n <= ticket.len, "completion of {n} bytes in a grant of {}", ticket.len);
        self.places.finish(index, is_newest, n, |newest| self.ahead.shorten(newest, word(n)));
        let stream = self.end.stream;
        while let Some((flight, n)) = self.places.pop_done() {
            let (from, to) = (self.end.writer.lies(&flight), self.end.writer.place(&flight));
            if n != 0 && from != to {
                close_gap(&stream, from, to, n);
            }
            self.end.writer.commit(stream.cursors(), flight, word(n));
        }
        if self.places.len == 0 {
            self.ahead = self.end.writer.ahead(); // without what gaps have left
        }
    }
}

/// Moves `n` bytes of the oldest flight up to those that were published before it.
#[cold]
fn close_gap(stream: &Stream, from: Word, to: Word, n: usize) {
    debug_assert!(to < from);
    let [from, to] = [from, to].map(|index| stream.slots.base.as_ptr().wrapping_add(count(index)));
    // SAFETY: within the slots (I5), or the slots and their mirror (I7, M11): bytes (M7) of a flight that is done, and of the room before
    // it, which is reserved and in no flight (I8). Both are ours (M12), and where they overlap they do so by these addresses.
    unsafe { core::ptr::copy(from, to, n) };
}

impl<const N: usize> OutPipe<N> {
    pub(crate) fn new(end: Outlet) -> Self {
        let ahead = end.reader.ahead();
        Self { end, ahead, places: Places::new() }
    }

    /// Whether there is a byte that is not in flight.
    pub(crate) fn look(&mut self) -> bool {
        let stream = self.end.stream;
        self.ahead.look(stream.cursors())
    }

    /// Up to `n` of what [`look`](Self::look) has found. Only where [`has_place`](Self::has_place).
    pub(crate) fn claim_up_to(&mut self, n: usize) -> Ticket {
        let flight = self.ahead.claim_up_to(word(n));
        self.places.push(flight)
    }

    pub(crate) fn available(&self) -> usize {
        count(self.ahead.available(self.end.stream.cursors()))
    }

    /// The first `n` bytes are done with; the rest is offered again, which only the newest may ask for. Hands back what nothing is in the way of
    /// any more.
    #[track_caller]
    pub(crate) fn release(&mut self, ticket: Ticket, n: usize) -> Result<(), Ticket> {
        let (index, is_newest) = self.places.find(&ticket);
        assert!(n <= ticket.len, "release of {n} bytes in a grant of {}", ticket.len);
        if n < ticket.len && !is_newest {
            return Err(ticket);
        }
        self.places.finish(index, is_newest, n, |newest| self.ahead.shorten(newest, word(n)));
        let stream = self.end.stream;
        while let Some((flight, n)) = self.places.pop_done() {
            self.end.reader.release(stream.cursors(), flight, word(n));
        }
        if self.places.len == 0 {
            self.ahead = self.end.reader.ahead();
        }
        Ok(())
    }
}

impl<E: ByteEnd, A, const N: usize> Pipe<E, A, N> {
    /// Whether one more can be in flight.
    pub(crate) fn has_place(&self) -> bool {
        self.places.len < N
    }

    pub(crate) fn in_flight(&self) -> usize {
        self.places.len
    }

    pub(crate) fn stream(&self) -> &Stream {
        self.end.stream()
    }

    /// The end, for which what is in flight has not happened.
    pub(crate) fn given_up(self) -> E {
        self.end
    }

    #[track_caller]
    pub(crate) fn bytes(&self, ticket: &Ticket) -> &[u8] {
        let flight = self.places.flight(ticket);
        // SAFETY: in flight, so ours (M12) for as long as the pipe is borrowed.
        unsafe { bytes(self.end.stream(), flight.span()) }
    }

    #[track_caller]
    pub(crate) fn bytes_mut(&mut self, ticket: &Ticket) -> &mut [u8] {
        let flight = self.places.flight(ticket);
        // SAFETY: in flight, so ours alone (M12) for as long as the pipe is borrowed; flights do not overlap (I8).
        unsafe { bytes_mut(self.end.stream(), flight.span()) }
    }

    #[track_caller]
    pub(crate) fn region(&self, ticket: &Ticket) -> NonNull<[u8]> {
        region(self.end.stream(), self.places.flight(ticket).span())
    }
}
