//! Every schedule and every stale value of a small ring of bytes, on the shipped code. Labels: B1, B2.
//!
//! `RUSTFLAGS="--cfg loom" LOOM_MAX_PREEMPTIONS=3 cargo test -p annulus-protocol --release`
#![cfg(loom)]
use annulus_protocol::bip::{Cursors, Reader, Writer};
use annulus_protocol::pos::Word;
use annulus_protocol::span::Span;
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

/// A ring of three bytes just below the wrap of the word: the cells tell loom who touches what.
struct Ring {
    cursors: Cursors,
    bytes: [UnsafeCell<u8>; 3],
}

// SAFETY: the cells are loom's, which reports any access that the ring does not order: that is the test.
unsafe impl Sync for Ring {}

const SIZE: Word = 3;

impl Ring {
    fn new() -> Arc<Self> {
        let bytes = [UnsafeCell::new(0), UnsafeCell::new(0), UnsafeCell::new(0)];
        Arc::new(Self { cursors: Cursors::starting_at(Word::MAX - 1), bytes })
    }
    fn write(&self, span: &Span, from: u8) {
        for (index, byte) in (span.start()..span.start() + span.len()).zip(from..) {
            // SAFETY: loom checks that nobody else touches the byte.
            self.bytes[index as usize].with_mut(|place| unsafe { *place = byte });
        }
    }
    fn take(&self, span: &Span) -> Vec<u8> {
        let bytes = &self.bytes[span.start() as usize..][..span.len() as usize];
        // SAFETY: loom checks that nobody else touches the byte. Mutably: taking out is a write to the byte.
        bytes.iter().map(|byte| byte.with_mut(|place| unsafe { std::mem::take(&mut *place) })).collect()
    }
}

/// Writes as many bytes next to each other, as soon as it can.
fn send(ring: &Ring, w: &mut Writer, from: u8, n: Word) {
    loop {
        if let Some(reserved) = w.reserve_exact(&ring.cursors, n) {
            ring.write(reserved.span(), from);
            reserved.commit(&ring.cursors, n);
            return;
        }
        thread::yield_now();
    }
}

/// Reads until `last` has come; bytes are numbered from 1.
fn receive(ring: &Ring, r: &mut Reader, both: bool, last: u8) {
    let mut next = 1;
    while next <= last {
        if !(if both { r.look_again(&ring.cursors) } else { r.look(&ring.cursors) }) {
            thread::yield_now();
            continue;
        }
        let claimed = if both { r.claim_both() } else { r.claim() };
        for byte in ring.take(claimed.span()).into_iter().chain(ring.take(claimed.rest())) {
            assert_eq!(byte, next, "every byte once, and in order");
            next += 1;
        }
        claimed.release(&ring.cursors, Word::MAX);
    }
}

/// Twice two bytes of three: the second pair leaves a pad, and takes the place of the first.
fn pairs_across_a_pad(both: bool) {
    loom::model(move || {
        let ring = Ring::new();
        let there = ring.clone();
        let writer = thread::spawn(move || {
            let mut w = Writer::resume(&there.cursors, SIZE);
            send(&there, &mut w, 1, 2);
            send(&there, &mut w, 3, 2);
        });
        let mut r = Reader::resume(&ring.cursors, SIZE);
        receive(&ring, &mut r, both, 4);
        writer.join().unwrap();
    });
}

#[test]
fn bytes_arrive_once_in_order_across_a_pad_and_change_hands() {
    pairs_across_a_pad(false);
}

#[test]
fn bytes_arrive_once_in_order_in_two_pieces() {
    pairs_across_a_pad(true);
}

/// A writer that finds the ring empty takes all of it, from the start, before a reader that has not come by.
#[test]
fn a_pad_in_an_empty_ring_is_passed_by_a_reader_that_was_elsewhere() {
    loom::model(|| {
        let ring = Ring::new();
        let (mut w, mut r) = (Writer::resume(&ring.cursors, SIZE), Reader::resume(&ring.cursors, SIZE));
        send(&ring, &mut w, 1, 1);
        let there = ring.clone();
        let reader = thread::spawn(move || receive(&there, &mut r, false, 5));
        send(&ring, &mut w, 2, 3);
        send(&ring, &mut w, 5, 1);
        reader.join().unwrap();
    });
}

/// Who counts finds the watermark of the very lap that it counts (B1).
#[test]
fn a_count_of_bytes_leaves_out_the_pad() {
    loom::model(|| {
        let ring = Ring::new();
        let (mut w, mut r) = (Writer::resume(&ring.cursors, SIZE), Reader::resume(&ring.cursors, SIZE));
        send(&ring, &mut w, 1, 2);
        assert!(r.look(&ring.cursors));
        r.claim().release(&ring.cursors, 1);
        let there = ring.clone();
        let counter = thread::spawn(move || r.available(&there.cursors));
        send(&ring, &mut w, 3, 1);
        let reserved = w.reserve_exact(&ring.cursors, 1).expect("what was released");
        reserved.commit(&ring.cursors, 1);
        let counted = counter.join().unwrap();
        assert!((1..=3).contains(&counted), "{counted} of 3");
    });
}

/// The same where a pad of one byte would be counted.
#[test]
fn a_count_of_bytes_leaves_out_the_pad_that_has_just_been_made() {
    loom::model(|| {
        let ring = Ring::new();
        let (mut w, mut r) = (Writer::resume(&ring.cursors, SIZE), Reader::resume(&ring.cursors, SIZE));
        send(&ring, &mut w, 1, 2);
        let there = ring.clone();
        let counter = thread::spawn(move || {
            assert!(r.look(&there.cursors));
            r.claim().release(&there.cursors, 2);
            (r.available(&there.cursors), r.available(&there.cursors))
        });
        send(&ring, &mut w, 3, 2);
        let (first, second) = counter.join().unwrap();
        assert!(
            [0, 2].contains(&first) && [0, 2].contains(&second) && first <= second,
            "{first}, then {second}"
        );
    });
}

/// Two spans in flight on each side, filled in the other order; the reader holds one claim while it takes the next. Then two
/// bytes behind a pad, in the place of the first.
#[test]
fn bytes_in_flight_arrive_once_and_in_order() {
    loom::model(|| {
        let ring = Ring::new();
        let there = ring.clone();
        let writer = thread::spawn(move || {
            let mut w = Writer::resume(&there.cursors, SIZE);
            let mut ahead = w.ahead();
            let [first, second] = [1, 1].map(|n| ahead.reserve_exact(&there.cursors, n).unwrap());
            there.write(second.span(), 2);
            there.write(first.span(), 1);
            for flight in [first, second] {
                w.commit(&there.cursors, flight, 1);
            }
            let behind = loop {
                match ahead.reserve_exact(&there.cursors, 2) {
                    Some(flight) => break flight,
                    None => thread::yield_now(),
                }
            };
            there.write(behind.span(), 3);
            w.commit(&there.cursors, behind, 2);
        });
        let reader = thread::spawn(move || {
            let mut r = Reader::resume(&ring.cursors, SIZE);
            let (mut ahead, mut held, mut next) = (r.ahead(), None, 1);
            while next <= 4 {
                if ahead.look(&ring.cursors) {
                    let flight = ahead.claim_up_to(1);
                    assert_eq!(ring.take(flight.span()), [next], "every byte once, and in order");
                    next += 1;
                    if let Some(oldest) = held.replace(flight) {
                        r.release(&ring.cursors, oldest, 1);
                    }
                } else if let Some(oldest) = held.take() {
                    r.release(&ring.cursors, oldest, 1);
                } else {
                    thread::yield_now();
                }
            }
        });
        writer.join().unwrap();
        reader.join().unwrap();
    });
}
