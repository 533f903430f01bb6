//! Several grants of bytes in flight from one end, against a model: every capacity, every order, every length, ends given up in between.
#![cfg(feature = "alloc")]
use annulus::bytes::{
    Buffer, FlightError, GrantError, Keep, ReadError, ReadPipeline, Reader, Ticket, WritePipeline, Writer,
    stream,
};
use proptest::prelude::*;
use std::collections::VecDeque;
use std::mem::forget;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A grant of the writer: its ticket until it is completed, and what it has in it.
struct Sent {
    ticket: Option<Ticket>,
    bytes: Vec<u8>,
}

/// A grant of the reader: its ticket until it is released, and what has to be in it.
struct Got {
    ticket: Option<Ticket>,
    bytes: Vec<u8>,
}

/// Two pipelines of a ring, and what has to be in them.
struct Model<K: Keep, const W: usize, const R: usize> {
    w: WritePipeline<K, W>,
    r: ReadPipeline<K, R>,
    sent: VecDeque<Sent>,
    /// Published and not in flight to the reader.
    unread: VecDeque<u8>,
    got: VecDeque<Got>,
    next: u8,
}

impl<K: Keep, const W: usize, const R: usize> Model<K, W, R> {
    fn new(w: Writer<K>, r: Reader<K>) -> Self {
        let (sent, unread, got) = Default::default();
        Self { w: w.into_pipeline(), r: r.into_pipeline(), sent, unread, got, next: 0 }
    }

    fn grant(&mut self, exactly: bool, n: usize) -> bool {
        let is_empty = self.sent.is_empty() && self.unread.is_empty() && self.got.is_empty();
        let (vacant, capacity) = (self.w.vacant(), self.w.capacity());
        let ticket = match if exactly { self.w.grant_exact(n) } else { self.w.grant_up_to(n) } {
            Ok(ticket) => ticket,
            Err(FlightError::Refused(GrantError::TooLarge)) => {
                assert!(exactly && capacity < n);
                return false;
            }
            Err(FlightError::AllInFlight) => {
                assert_eq!(self.sent.len(), W);
                return false;
            }
            Err(error) => {
                assert_eq!(error, FlightError::Refused(GrantError::Full));
                assert!(!is_empty, "an empty ring is never full");
                return false;
            }
        };
        assert!(self.sent.len() < W && ticket.len() <= vacant && ticket.len() <= n);
        assert!(ticket.len() == n || (!exactly && (!is_empty || capacity < n)));
        let bytes: Vec<u8> = (0..ticket.len()).map(|k| self.next.wrapping_add(k as u8)).collect();
        self.next = self.next.wrapping_add(bytes.len() as u8);
        self.w.bytes_mut(&ticket).copy_from_slice(&bytes); // over nothing that is unread, as will be seen
        assert_eq!(self.w.region(&ticket).len(), ticket.len());
        self.sent.push_back(Sent { ticket: Some(ticket), bytes });
        true
    }

    fn complete(&mut self, which: usize, n: usize) -> bool {
        let Some(sent) = self.sent.get_mut(which) else { return false };
        let Some(ticket) = sent.ticket.take() else { return false };
        assert_eq!(self.w.bytes_mut(&ticket), sent.bytes, "nobody else wrote there");
        let n = n.min(ticket.len());
        sent.bytes.truncate(n);
        self.w.complete(ticket, n);
        if n == 0 && which + 1 == self.sent.len() {
            self.sent.pop_back();
        }
        while let Some(done) = self.sent.pop_front_if(|sent| sent.ticket.is_none()) {
            self.unread.extend(done.bytes);
        }
        true
    }

    fn read(&mut self, n: usize) -> bool {
        assert_eq!(self.r.len(), self.unread.len());
        let ticket = match self.r.read_up_to(n) {
            Ok(ticket) => ticket,
            Err(FlightError::AllInFlight) => {
                assert_eq!(self.got.len(), R);
                return false;
            }
            Err(error) => {
                assert_eq!(error, FlightError::Refused(ReadError::Empty));
                assert!(self.unread.is_empty());
                return false;
            }
        };
        assert!(ticket.len() <= n && (!ticket.is_empty() || n == 0));
        let bytes: Vec<u8> = self.unread.drain(..ticket.len()).collect();
        assert_eq!(self.r.bytes(&ticket), bytes, "every byte once, and in order");
        self.got.push_back(Got { ticket: Some(ticket), bytes });
        true
    }

    fn release(&mut self, which: usize, n: usize) -> bool {
        let is_newest = which + 1 == self.got.len();
        let Some(got) = self.got.get_mut(which) else { return false };
        let Some(ticket) = got.ticket.take() else { return false };
        assert_eq!(self.r.bytes(&ticket), got.bytes, "nobody wrote there");
        let (n, len) = (n.min(ticket.len()), ticket.len());
        if let Err(error) = self.r.release(ticket, n) {
            assert!(n < len && !is_newest);
            got.ticket = Some(error.ticket);
            return false;
        }
        assert!(n == len || is_newest);
        got.bytes.drain(n..).rev().for_each(|byte| self.unread.push_front(byte));
        if n == 0 && is_newest {
            self.got.pop_back();
        }
        while self.got.pop_front_if(|got| got.ticket.is_none()).is_some() {}
        true
    }

    fn agree(&self) {
        assert_eq!((self.w.in_flight(), self.r.in_flight()), (self.sent.len(), self.got.len()));
        assert_eq!((self.r.len(), self.r.is_empty()), (self.unread.len(), self.unread.is_empty()));
        let taken: usize = self.unread.len() + self.got.iter().map(|got| got.bytes.len()).sum::<usize>();
        assert!(self.w.vacant() + taken <= self.w.capacity());
        assert!(!self.w.is_closed() && !self.r.is_closed());
    }

    /// Gives up what is in flight: the ends go on as if it had not been.
    fn given_up(self) -> (Writer<K>, Reader<K>, VecDeque<u8>) {
        let back: VecDeque<u8> = self.got.into_iter().flat_map(|got| got.bytes).chain(self.unread).collect();
        (self.w.abandon(), self.r.abandon(), back)
    }

    /// All that is in flight is completed in some order, all is read, and then the ring is as good as new.
    fn ends_well(&mut self) {
        let capacity = self.w.capacity();
        while !self.sent.is_empty() {
            let which = self.sent.len() / 2;
            let which =
                (0..self.sent.len()).find(|k| self.sent[(which + k) % self.sent.len()].ticket.is_some());
            let which = (self.sent.len() / 2 + which.expect("the oldest is in flight")) % self.sent.len();
            self.complete(which, capacity);
        }
        loop {
            while !self.got.is_empty() {
                let newest = (0..self.got.len()).rev().find(|k| self.got[*k].ticket.is_some());
                self.release(newest.expect("the oldest is in flight"), capacity);
            }
            if !self.read(capacity) {
                break;
            }
        }
        assert!(self.unread.is_empty());
        assert!(self.grant(true, capacity), "an empty ring has room for all of it");
        assert!(self.complete(0, capacity));
        assert!(self.read(capacity));
        assert!(self.release(0, capacity));
    }
}

type Step = (u8, usize, usize);

fn step<K: Keep, const W: usize, const R: usize>(m: &mut Model<K, W, R>, (what, a, b): Step) {
    let capacity = m.w.capacity();
    match what {
        0 | 1 => _ = m.grant(true, a % (capacity + 2)),
        2 => _ = m.grant(false, a % (capacity + 2)),
        3 => _ = m.grant(true, usize::MAX - a),
        4..=6 => _ = m.complete(a % W, if b % 3 == 0 { b % (capacity + 1) } else { capacity }),
        7 | 8 => _ = m.read(a % (capacity + 2)),
        _ => _ = m.release(a % R, if b % 3 == 0 { b % (capacity + 1) } else { capacity }),
    }
    m.agree();
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((0..12_u8, 0..1000_usize, 0..1000_usize), 0..300)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn grants_in_flight_are_completed_in_any_order_and_published_in_order(capacity in 1..=70_usize, steps in steps()) {
        let (w, r) = stream(capacity);
        let mut m = Model::<_, 3, 2>::new(w, r);
        for at in steps {
            step(&mut m, at);
        }
        m.ends_well();
    }

    #[test]
    fn what_is_given_up_has_not_happened(rounds in prop::collection::vec((0..4_u8, steps()), 0..5)) {
        let mut buffer = Buffer::<11>::new();
        let mut left = VecDeque::new();
        for (how, steps) in rounds {
            let (w, r) = buffer.split();
            let mut m = Model::<_, 2, 3>::new(w, r);
            m.unread = left;
            for at in steps {
                step(&mut m, at);
            }
            left = match how {
                0 => { // as if the ends had been forgotten
                    let left = m.got.iter().flat_map(|got| got.bytes.iter()).chain(&m.unread).copied().collect();
                    forget((m.w, m.r));
                    left
                }
                _ => {
                    let (mut w, mut r, left) = m.given_up();
                    assert_eq!(r.len(), left.len());
                    assert!(w.vacant() + left.len() <= 11);
                    if left.is_empty() {
                        assert_eq!(w.grant_exact(11).unwrap().len(), 11);
                    } else {
                        assert_eq!(r.read().unwrap()[0], left[0]);
                    }
                    left
                }
            };
        }
    }
}

/// What can be done next, small.
fn small<const W: usize, const R: usize>(m: &mut Model<annulus::bytes::Heap<u8>, W, R>, what: usize) -> bool {
    let (sent, got) = (m.sent.len(), m.got.len());
    match what {
        0 => m.grant(true, 1),
        1 => m.grant(true, 2),
        2 => m.grant(false, usize::MAX),
        3 => m.complete(0, usize::MAX),
        4 => m.complete(0, 1),
        5 => m.complete(0, 0),
        6 => sent > 1 && m.complete(sent - 1, usize::MAX),
        7 => sent > 1 && m.complete(sent - 1, 1),
        8 => sent > 1 && m.complete(sent - 1, 0),
        9 => m.read(1),
        10 => m.read(usize::MAX),
        11 => m.release(0, usize::MAX),
        12 => got > 1 && m.release(got - 1, usize::MAX),
        _ => got > 0 && m.release(got - 1, 1),
    }
}

#[test]
fn every_short_sequence_in_small_rings_keeps_every_byte() {
    fn go(capacity: usize, done: &mut Vec<usize>, counted: &mut usize) {
        for what in 0..14 {
            let (w, r) = stream(capacity);
            let mut m = Model::<_, 2, 2>::new(w, r);
            done.iter().for_each(|what| _ = small(&mut m, *what));
            if small(&mut m, what) {
                m.agree();
                *counted += 1;
                m.ends_well();
                done.push(what);
                if done.len() < if cfg!(debug_assertions) { 6 } else { 7 } {
                    go(capacity, done, counted);
                }
                done.pop();
            }
        }
    }
    for capacity in 1..=4 {
        let mut counted = 0;
        go(capacity, &mut vec![], &mut counted);
        println!("{capacity} bytes: {counted} sequences");
        assert!(200 < counted);
    }
}

#[test]
fn a_grant_that_is_cut_short_makes_the_next_ones_move_up() {
    let (writer, mut reader) = stream(12);
    let mut pipeline = writer.into_pipeline::<3>();
    let tickets = [3, 4, 5].map(|n| pipeline.grant_exact(n).unwrap());
    for (ticket, text) in tickets.iter().zip(["abc", "defg", "hijkl"]) {
        pipeline.bytes_mut(ticket).copy_from_slice(text.as_bytes());
    }
    let [a, b, c] = tickets;
    assert_eq!(pipeline.grant_exact(1).unwrap_err(), FlightError::AllInFlight);
    let at = pipeline.region(&c);
    pipeline.complete(b, 2);
    pipeline.complete(a, 1);
    assert_eq!(*reader.read().unwrap(), *b"ade");
    assert_eq!(pipeline.region(&c), at, "what is in flight stays where it is");
    pipeline.complete(c, 5);
    assert_eq!(*reader.read().unwrap(), *b"adehijkl");
    assert_eq!(pipeline.vacant(), 4, "and the gaps are closed");
    assert!(pipeline.finish().is_ok());
}

#[test]
fn the_newest_of_several_is_cut_short_without_a_gap() {
    let (writer, mut reader) = stream(12);
    let mut pipeline = writer.into_pipeline::<3>();
    let (a, b) = (pipeline.grant_exact(3).unwrap(), pipeline.grant_exact(6).unwrap());
    let second = pipeline.region(&b).cast::<u8>().as_ptr();
    pipeline.complete(b, 1);
    let c = pipeline.grant_exact(4).unwrap();
    assert_eq!(
        pipeline.region(&c).cast::<u8>().as_ptr() as usize - second as usize,
        1,
        "the rest is granted again"
    );
    pipeline.complete(c, 4);
    pipeline.complete(a, 3);
    assert_eq!(reader.read().unwrap().len(), 8);
}

#[test]
fn a_reader_that_is_not_the_newest_is_released_in_full_or_not_at_all() {
    let (mut writer, reader) = stream(6);
    writer.push_slice(b"abcdef");
    let mut pipeline = reader.into_pipeline::<2>();
    let (a, b) = (pipeline.read_up_to(2).unwrap(), pipeline.read_up_to(3).unwrap());
    assert_eq!(pipeline.read().unwrap_err(), FlightError::AllInFlight);
    let refused = pipeline.release(a, 1).unwrap_err();
    assert!(refused.to_string().contains("newest"));
    pipeline.release(b, 1).unwrap();
    assert_eq!((pipeline.len(), pipeline.in_flight(), writer.vacant()), (3, 2, 0));
    let mut pipeline = pipeline.finish().unwrap_err();
    pipeline.release(refused.ticket, 2).unwrap();
    assert_eq!((writer.vacant(), pipeline.in_flight()), (3, 0));
    assert_eq!(*pipeline.finish().unwrap().read().unwrap(), *b"def");
}

#[test]
fn dropping_a_pipeline_closes_the_ring_and_publishes_no_more() {
    let (writer, mut reader) = stream(6);
    let mut pipeline = writer.into_pipeline::<2>();
    let (a, b) = (pipeline.grant_exact(2).unwrap(), pipeline.grant_exact(2).unwrap());
    assert!(format!("{pipeline:?} {a:?}").contains("in_flight: 2"));
    pipeline.complete(b, 2);
    drop(pipeline);
    assert_eq!(reader.read().unwrap_err(), ReadError::Closed);

    let (mut writer, reader) = stream(6);
    writer.push_slice(b"abc");
    let mut pipeline = reader.into_pipeline::<2>();
    _ = pipeline.read().unwrap();
    drop(pipeline);
    assert_eq!((writer.is_closed(), writer.vacant()), (true, 3));
}

#[test]
fn a_closed_ring_is_told_as_by_the_ends_themselves() {
    let (mut writer, reader) = stream(2);
    writer.push_slice(b"ab");
    let mut reading = reader.into_pipeline::<2>();
    let held = reading.read().unwrap();
    let mut writing = writer.into_pipeline::<2>();
    assert_eq!(writing.grant_up_to(1).unwrap_err(), FlightError::Refused(GrantError::Full));
    assert!(FlightError::Refused(GrantError::Full).to_string().contains("room"));
    assert!(FlightError::<GrantError>::AllInFlight.to_string().contains("in flight"));
    let mut writer = writing.finish().unwrap();
    writer.close();
    let mut writing = writer.into_pipeline::<1>();
    assert_eq!(writing.grant_exact(1).unwrap_err(), FlightError::Refused(GrantError::Closed));
    assert_eq!((writing.vacant(), writing.is_closed()), (0, true));
    drop(writing);
    assert_eq!(
        reading.read().unwrap_err(),
        FlightError::Refused(ReadError::Closed),
        "but for what is in flight"
    );
    reading.release(held, 0).unwrap();
    assert_eq!(reading.read().unwrap().len(), 2);
}

#[test]
fn a_ticket_of_another_pipeline_is_refused_and_reaches_nothing() {
    let (one, _reader) = stream(8);
    let (two, _reader) = stream(8);
    let (mut one, mut two) = (one.into_pipeline::<2>(), two.into_pipeline::<2>());
    let (a, b) = (one.grant_exact(3).unwrap(), two.grant_exact(4).unwrap());
    assert!(catch_unwind(AssertUnwindSafe(|| one.bytes_mut(&b).len())).is_err());
    assert!(catch_unwind(AssertUnwindSafe(|| one.complete(b, 0))).is_err());
    assert!(catch_unwind(AssertUnwindSafe(|| one.region(&two.grant_exact(1).unwrap()))).is_err());
    let again = catch_unwind(AssertUnwindSafe(|| one.complete(a, 4)));
    assert!(again.is_err(), "more than there is");
    assert_eq!(one.in_flight(), 1);
}
