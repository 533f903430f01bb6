//! Every state of small rings with up to two or three flights on each side, by any sequence of steps, in any order of completion.
use super::super::tests::{Ring, extent};
use super::*;
use crate::pos::{count, word};
use std::collections::{HashSet, VecDeque};
use std::vec;
use std::vec::Vec;

/// At most so many of each side.
fn places(size: usize) -> usize {
    let small = if cfg!(debug_assertions) { 2 } else { 3 };
    if size <= small { 3 } else { 2 }
}

/// A flight, and how much of it counts once it is done.
type Place = (Flight, Option<usize>);

struct Pipes {
    ring: Ring,
    in_ahead: WriterAhead,
    written: VecDeque<Place>,
    out_ahead: ReaderAhead,
    read: VecDeque<Place>,
}

fn copied(places: &VecDeque<Place>) -> VecDeque<Place> {
    let span = |flight: &Flight| Span { start: flight.span.start, len: flight.span.len };
    places
        .iter()
        .map(|(flight, done)| (Flight { span: span(flight), lap: flight.lap, mark: flight.mark }, *done))
        .collect()
}

impl Clone for Pipes {
    fn clone(&self) -> Self {
        let (written, read) = (copied(&self.written), copied(&self.read));
        let Self { ring, in_ahead, out_ahead, .. } = self;
        let (in_ahead, out_ahead) = (in_ahead.writer.ahead(), out_ahead.reader.ahead());
        Self { ring: ring.clone(), in_ahead, written, out_ahead, read }
    }
}

fn total(places: &VecDeque<Place>) -> usize {
    places.iter().map(|place| count(place.0.span.len)).sum()
}

impl Pipes {
    fn new(size: usize, mirrored: bool) -> Self {
        let ring = Ring::new(size, mirrored);
        let (in_ahead, out_ahead) = (ring.writer.ahead(), ring.reader.ahead());
        Self { ring, in_ahead, written: VecDeque::new(), out_ahead, read: VecDeque::new() }
    }

    /// What the future depends on.
    fn shape(&self) -> Vec<Word> {
        let (w, r, lap) = (&self.in_ahead.writer, &self.out_ahead.reader, self.ring.reader.side.lap);
        let is_ahead = r.side.is_passed_by(r.seen);
        let mark = if is_ahead { r.mark } else { lap };
        // Where there are no pads, no watermark counts.
        let watermark = if self.ring.mirrored { lap } else { w.mark };
        let mut shape: Vec<Word> = [w.side.at, w.side.lap, w.reached, watermark]
            .into_iter()
            .chain([r.side.at, r.side.lap, r.seen, mark])
            .map(|word| word.wrapping_sub(lap))
            .collect();
        for places in [&self.written, &self.read] {
            shape.push(word(places.len()));
            for (flight, done) in places {
                let done = done.map_or(Word::MAX, word);
                let mark = if self.ring.mirrored { lap } else { flight.mark };
                let [start, behind] = [flight.lap, mark].map(|word| word.wrapping_sub(lap));
                shape.extend([flight.span.start, flight.span.len, start, behind, done]);
            }
        }
        shape.extend(self.ring.shape());
        shape
    }

    fn is_in_flight(&self, index: usize) -> bool {
        self.written.iter().any(|(flight, _)| {
            let (start, len) = extent(&flight.span);
            (start..start + len).any(|at| self.ring.is_same(at, index))
        })
    }

    fn reserve(&self, exactly: bool, n: usize) -> Option<Self> {
        let mut after = self.clone();
        let Self { ring, in_ahead, .. } = &mut after;
        let flight = if exactly {
            let flight = in_ahead.reserve_exact(&ring.cursors, word(n));
            assert!(!self.written.is_empty() || flight.is_some() == self.ring.can_have(n), "exactly {n}");
            flight?
        } else {
            in_ahead.reserve_up_to(&ring.cursors, word(n))
        };
        let (start, len) = extent(&flight.span);
        assert!(start + len <= self.ring.reach(), "a span never wraps");
        for index in start..start + len {
            assert!(!self.ring.is_unread(index), "unread bytes are nobody's to write");
            assert!(!self.is_in_flight(index), "nor those in flight");
        }
        after.written.push_back((flight, None));
        Some(after)
    }

    fn complete(&self, which: usize, n: usize) -> Self {
        let mut after = self.clone();
        let Self { ring, in_ahead, written, .. } = &mut after;
        written[which].1 = Some(n);
        if which + 1 == written.len() {
            in_ahead.shorten(&mut written[which].0, word(n));
            if n == 0 {
                written.pop_back();
            }
        }
        while let Some((flight, Some(n))) = written.pop_front_if(|place| place.1.is_some()) {
            let (from, to) = (count(ring.writer.lies(&flight)), count(ring.writer.place(&flight)));
            assert!(ring.is_same(from, count(flight.span.start)), "by one of its addresses");
            assert!(n == 0 || (to <= from && from + n <= ring.reach()), "bytes only move up");
            for index in to..to + n {
                assert!(!ring.is_unread(index), "the gap is the writer's");
                ring.written += 1;
                let index = index % ring.bytes.len();
                ring.bytes[index] = ring.written;
            }
            ring.writer.commit(&ring.cursors, flight, word(n));
        }
        if written.is_empty() {
            *in_ahead = ring.writer.ahead();
        }
        after
    }

    fn claim(&self, n: usize) -> Option<Self> {
        let mut after = self.clone();
        let Self { ring, out_ahead, read, .. } = &mut after;
        let unread = (ring.written - ring.read) as usize - total(read);
        assert_eq!(count(out_ahead.available(&ring.cursors)), unread);
        assert_eq!(out_ahead.look(&ring.cursors), unread != 0);
        let flight = out_ahead.claim_up_to(word(n));
        let (start, len) = extent(&flight.span);
        assert!(len <= n && (len != 0 || unread == 0 || n == 0));
        let first = ring.read + total(read) as u32;
        for (k, index) in (start..start + len).enumerate() {
            assert_eq!(
                ring.bytes[index % ring.bytes.len()],
                first + k as u32 + 1,
                "every byte once, and in order"
            );
        }
        read.push_back((flight, None));
        Some(after)
    }

    fn release(&self, which: usize, n: usize) -> Self {
        let mut after = self.clone();
        let Self { ring, out_ahead, read, .. } = &mut after;
        read[which].1 = Some(n);
        if which + 1 == read.len() {
            out_ahead.shorten(&mut read[which].0, word(n));
            if n == 0 {
                read.pop_back();
            }
        }
        while let Some((flight, Some(n))) = read.pop_front_if(|place| place.1.is_some()) {
            ring.read += n as u32;
            ring.reader.release(&ring.cursors, flight, word(n));
        }
        if read.is_empty() {
            *out_ahead = ring.reader.ahead();
        }
        after
    }

    /// What is in flight is given up, on either side.
    fn given_up(&self) -> [Self; 2] {
        let (mut write, mut read) = (self.clone(), self.clone());
        write.written.clear();
        write.in_ahead = write.ring.writer.ahead();
        read.read.clear();
        read.out_ahead = read.ring.reader.ahead();
        [write, read]
    }

    fn successors(&self) -> Vec<Self> {
        let size = self.ring.bytes.len();
        let mut next = vec![];
        next.extend(self.given_up());
        if self.written.len() < places(size) {
            for n in 0..=size + 1 {
                next.extend([true, false].into_iter().filter_map(|exactly| self.reserve(exactly, n)));
            }
        }
        for (which, (flight, done)) in self.written.iter().enumerate() {
            if done.is_none() {
                let len = count(flight.span.len);
                next.extend((0..=len).map(|n| self.complete(which, n)));
            }
        }
        if self.read.len() < places(size) {
            next.extend((0..=size).filter_map(|n| self.claim(n)));
        }
        for (which, (flight, done)) in self.read.iter().enumerate() {
            if done.is_none() {
                let len = count(flight.span.len);
                let is_newest = which + 1 == self.read.len();
                next.extend((if is_newest { 0 } else { len }..=len).map(|n| self.release(which, n)));
            }
        }
        next
    }
}

#[test]
fn every_state_with_several_flights_keeps_every_byte() {
    // Of five there are 147 thousand.
    let most = if cfg!(debug_assertions) { 3 } else { 5 };
    for (size, mirrored) in (1..=most).flat_map(|size| [(size, false), (size, true)]) {
        let first = Pipes::new(size, mirrored);
        let mut known = HashSet::from([first.shape()]);
        let mut open = VecDeque::from([first]);
        while let Some(pipes) = open.pop_front() {
            for next in pipes.successors() {
                if known.insert(next.shape()) {
                    open.push_back(next);
                }
            }
        }
        std::println!("{size} bytes, mirrored {mirrored}: {} states", known.len());
        assert!(100 * size < known.len());
    }
}
