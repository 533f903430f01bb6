//! Spans that do not borrow their end: in flight, where hardware or somebody else works on them, and several at a time.
//!
//! ```text
//!        the end, at                            the end ahead, at
//!   ..........|####### oldest #######|## next ##|.......
//!             `- used -'     gap    `- moves up to here when it is published
//! ```
//! The end *ahead* is a copy that plans: it goes where the end will be when all that is in flight is committed, and stores nothing. So
//! a span of it is exactly the one that the end itself would have had then.
//!
//! INVARIANT (I8)  What is in flight of an end is committed or released in the order in which it was reserved or claimed, and nothing else is
//! reserved, claimed, committed or released by that end meanwhile. So a flight lies in the end's lap at or after where the end is, or in the
//! next lap; and between the two there is nothing but room that the end has reserved, or bytes that it has claimed.
//!
//! A span that is committed shorter than it was reserved leaves a gap before the next one. Bytes are a stream, so the next one's bytes
//! belong at [`Writer::place`]; whoever has the memory moves them there before the commit. No byte has to be moved where all are committed in
//! full, nor where the next one begins a lap: the gap is then a part of the pad.
//!
//! Over memory that is there twice (I7) there is no pad, and each of the two goes to its next lap in its own time. So a flight may be named by the
//! other address of its bytes, and [`Writer::lies`] tells the one that is after the place.
use super::super::pos::{Word, ZERO};
use super::super::span::Span;
use super::{Claimed, Cursors, Reader, Reserved, Writer};

#[cfg(all(test, not(loom)))]
mod tests;

/// Positions next to each other that an end has reserved or claimed. Does not borrow the end: (I8) is the caller's to keep.
#[must_use = "nothing is published, or handed back, until it comes back to its end"]
#[derive(Debug)]
pub struct Flight {
    span: Span,
    /// Where the lap began from which the span is counted.
    lap: Word,
    /// The watermark that its end had then.
    mark: Word,
}

/// Where a writer will be when all that is in flight is committed.
#[derive(Debug)]
pub struct WriterAhead {
    writer: Writer,
}

/// Where a reader will be when all that is in flight is released.
#[derive(Debug)]
pub struct ReaderAhead {
    reader: Reader,
}

impl Flight {
    /// The bytes: a span that does not wrap.
    #[inline]
    pub fn span(&self) -> &Span {
        &self.span
    }

    fn shorten(&mut self, n: Word) {
        self.span.len = n.min(self.span.len);
    }

    /// The position behind it.
    fn end(&self) -> Word {
        self.lap.wrapping_add(self.span.start).wrapping_add(self.span.len)
    }
}

impl Reserved<'_> {
    /// The same positions in flight.
    pub fn detach(self) -> Flight {
        let side = &self.writer.side;
        let lap = if self.skips { side.next_lap() } else { side.lap };
        Flight { span: self.span, lap, mark: self.writer.mark }
    }

    /// Goes past the positions without publishing them.
    fn plan(self) -> Flight {
        let Self { writer, span, skips } = self;
        if skips && span.len != ZERO {
            writer.plan_end_of_lap();
        }
        let flight = Flight { span: writer.side.ahead(span.len), lap: writer.side.lap, mark: writer.mark };
        writer.side.plan(flight.span.len);
        flight
    }
}

impl Writer {
    /// The index at which the bytes of the oldest flight belong: where they are, or before that.
    #[inline]
    pub fn place(&self, oldest: &Flight) -> Word {
        if self.side.has_left_out(oldest.lap) { ZERO } else { self.side.at.wrapping_sub(self.side.lap) }
    }

    /// The index at which the bytes of the oldest flight are: not before their [`place`](Self::place).
    #[inline]
    pub fn lies(&self, oldest: &Flight) -> Word {
        if self.side.is_mirrored() {
            oldest.lap.wrapping_sub(self.side.lap).wrapping_add(oldest.span.start)
        } else {
            oldest.span.start
        }
    }

    /// Publishes the first `n` positions of the oldest flight, whose bytes are at their [`place`](Self::place).
    pub fn commit(&mut self, cursors: &Cursors, oldest: Flight, n: Word) {
        let skips = self.side.has_left_out(oldest.lap);
        Reserved { writer: self, span: oldest.span, skips }.commit(cursors, n);
        self.forget(); // what this end has seen is older than what the one ahead has
    }

    /// The same writer, to go ahead of this one, of which nothing is in flight.
    pub fn ahead(&self) -> WriterAhead {
        WriterAhead { writer: Self { side: self.side.clone(), ..*self } }
    }
}

impl WriterAhead {
    /// As [`Writer::reserve_exact`].
    pub fn reserve_exact(&mut self, cursors: &Cursors, n: Word) -> Option<Flight> {
        self.writer.reserve_exact(cursors, n).map(Reserved::plan)
    }

    /// As [`Writer::reserve_up_to`].
    pub fn reserve_up_to(&mut self, cursors: &Cursors, n: Word) -> Flight {
        self.writer.reserve_up_to(cursors, n).plan()
    }

    /// Keeps the first `n` positions of the newest flight; the rest was never reserved.
    pub fn shorten(&mut self, newest: &mut Flight, n: Word) {
        newest.shorten(n);
        if newest.lap != self.writer.side.lap {
            // One after it went to the next lap, and was shortened to nothing.
            self.writer.mark = newest.mark;
        }
        self.writer.side.go_back(newest.end(), newest.lap);
        self.writer.forget();
    }

    /// As [`Writer::vacant`].
    pub fn vacant(&self, cursors: &Cursors) -> Word {
        self.writer.vacant(cursors)
    }
}

impl Claimed<'_> {
    /// The first `n` positions in flight. Only of [`Reader::claim`].
    pub fn detach(self, n: Word) -> Flight {
        let side = &self.reader.side;
        let lap = if self.skips { side.next_lap() } else { side.lap };
        let mut flight = Flight { span: self.span, lap, mark: self.reader.mark };
        flight.shorten(n);
        flight
    }

    /// Goes past the first `n` positions without handing them back.
    fn plan(self, n: Word) -> Flight {
        let Self { reader, span, skips, .. } = self;
        let len = n.min(span.len);
        if skips && len != ZERO {
            reader.side.plan_next_lap();
        }
        let flight = Flight { span: reader.side.ahead(len), lap: reader.side.lap, mark: reader.mark };
        reader.side.plan(len);
        flight
    }
}

impl Reader {
    /// Hands back the first `n` positions of the oldest flight.
    pub fn release(&mut self, cursors: &Cursors, oldest: Flight, n: Word) {
        let skips = self.side.has_left_out(oldest.lap);
        let rest = Span { start: ZERO, len: ZERO };
        Claimed { reader: self, span: oldest.span, rest, skips }.release(cursors, n);
        self.seen = self.side.at; // what this end has seen is older than what the one ahead has
    }

    /// The same reader, to go ahead of this one, of which nothing is in flight.
    pub fn ahead(&self) -> ReaderAhead {
        ReaderAhead { reader: Self { side: self.side.clone(), ..*self } }
    }
}

impl ReaderAhead {
    /// As [`Reader::look`].
    pub fn look(&mut self, cursors: &Cursors) -> bool {
        self.reader.look(cursors)
    }

    /// Claims up to `n` of the bytes in sight that lie next to each other.
    pub fn claim_up_to(&mut self, n: Word) -> Flight {
        self.reader.claim().plan(n)
    }

    /// Keeps the first `n` positions of the newest flight; the rest is offered again.
    pub fn shorten(&mut self, newest: &mut Flight, n: Word) {
        newest.shorten(n);
        self.reader.side.go_back(newest.end(), newest.lap);
    }

    /// As [`Reader::available`].
    pub fn available(&self, cursors: &Cursors) -> Word {
        self.reader.available(cursors)
    }
}
