//! Every state of small rings, by any sequence of steps; and every empty ring.
use super::super::life::Life;
use super::super::pos::{ONE, Word, ZERO, count, word};
use super::super::sync::{AtomicWord, Ordering};
use super::*;
use std::collections::{HashSet, VecDeque};
use std::vec;
use std::vec::Vec;

/// Just below the wrap, so that every test crosses it.
const START: Word = Word::MAX - 2;

/// A ring with its ends and its bytes, each of which is its number in the stream.
pub(super) struct Ring {
    pub(super) cursors: Cursors,
    pub(super) writer: Writer,
    pub(super) reader: Reader,
    pub(super) bytes: Vec<u32>,
    /// The bytes are there twice, back to back.
    pub(super) mirrored: bool,
    pub(super) written: u32,
    pub(super) read: u32,
}

fn copied(word: &AtomicWord) -> AtomicWord {
    AtomicWord::new(word.load(Ordering::Relaxed))
}

impl Cursor {
    fn copied(&self) -> Self {
        Self { position: copied(&self.position), lap: copied(&self.lap), life: Life::new() }
    }
}

impl Clone for Ring {
    fn clone(&self) -> Self {
        let Self { cursors, writer, reader, .. } = self;
        Self {
            cursors: Cursors {
                committed: Padded(Committed {
                    cursor: cursors.committed.cursor.copied(),
                    watermark: copied(&cursors.committed.watermark),
                }),
                released: Padded(cursors.released.copied()),
            },
            writer: Writer { side: writer.side.clone(), ..*writer },
            reader: Reader { side: reader.side.clone(), ..*reader },
            bytes: self.bytes.clone(),
            ..*self
        }
    }
}

impl Ring {
    pub(super) fn new(size: usize, mirrored: bool) -> Self {
        let cursors = Cursors::starting_at(START);
        let (writer, reader) = ends(&cursors, size, mirrored);
        Self { cursors, writer, reader, bytes: vec![0; size], mirrored, written: 0, read: 0 }
    }

    /// How far a span may go.
    pub(super) fn reach(&self) -> usize {
        if self.mirrored { 2 * self.bytes.len() } else { self.bytes.len() }
    }

    /// What the future of the ring depends on: how far its words are from each other, and no byte's number.
    pub(super) fn shape(&self) -> Vec<Word> {
        let Self { cursors, writer, reader, .. } = self;
        let shared = [&cursors.committed.cursor.position, &cursors.committed.cursor.lap]
            .into_iter()
            .chain([&cursors.committed.watermark, &cursors.released.position, &cursors.released.lap])
            .map(|word| word.load(Ordering::Relaxed));
        let own = [writer.side.at, writer.side.lap, writer.reached, writer.mark].into_iter().chain([
            reader.side.at,
            reader.side.lap,
            reader.seen,
        ]);
        // The reader's copy of the watermark counts only while the writer is seen a lap ahead.
        let ahead = reader.side.is_passed_by(reader.seen);
        let mark = if ahead { reader.mark } else { reader.side.lap };
        let all = shared.chain(own).chain([mark]).map(|word| word.wrapping_sub(reader.side.lap));
        // Where there are no pads, no watermark counts: it stays where it was at the start.
        let is_watermark = |nth: usize| self.mirrored && [2, 8].contains(&nth);
        all.enumerate().map(|(nth, word)| if is_watermark(nth) { ZERO } else { word }).collect()
    }

    /// Whether two indices are of one byte.
    pub(super) fn is_same(&self, one: usize, other: usize) -> bool {
        one % self.bytes.len() == other % self.bytes.len()
    }

    pub(super) fn is_unread(&self, index: usize) -> bool {
        self.read < self.bytes[index % self.bytes.len()]
    }

    /// Whether a grant of `n` is possible, by the bytes alone: next to each other and free, from where the writer is, or from the
    /// start unless there are unread ones between it and the end.
    pub(super) fn can_have(&self, n: usize) -> bool {
        let size = self.bytes.len();
        if self.mirrored {
            return n <= size - (self.written - self.read) as usize;
        }
        let at = count(self.writer.side.at.wrapping_sub(self.writer.side.lap));
        let unread = |mut range: std::ops::Range<usize>| range.any(|index| self.is_unread(index));
        let is_empty = self.read == self.written;
        (at + n <= size && !unread(at..at + n) && (n == 0 || !self.is_full()))
            || (n <= size && !unread(at..size) && !unread(0..n) && (n <= at || is_empty))
    }

    fn is_full(&self) -> bool {
        (0..self.bytes.len()).all(|index| self.is_unread(index))
    }

    /// Writes and commits `m` of a span of `reserve`, whose length it tells.
    fn write(
        &self,
        reserve: impl FnOnce(&mut Writer, &Cursors) -> Option<(usize, usize)>,
        m: usize,
    ) -> Option<(Self, usize)> {
        let mut ring = self.clone();
        let (start, len) = reserve(&mut ring.writer, &ring.cursors)?;
        assert!(start + len <= ring.reach(), "a span never wraps");
        assert!(
            (start..start + len).all(|index| !ring.is_unread(index)),
            "unread bytes are nobody's to write"
        );
        for index in start..start + m.min(len) {
            ring.written += 1;
            let index = index % ring.bytes.len();
            ring.bytes[index] = ring.written;
        }
        Some((ring, len))
    }
}

pub(super) fn ends(cursors: &Cursors, size: usize, mirrored: bool) -> (Writer, Reader) {
    let size = word(size);
    if mirrored {
        (Writer::resume_mirrored(cursors, size), Reader::resume_mirrored(cursors, size))
    } else {
        (Writer::resume(cursors, size), Reader::resume(cursors, size))
    }
}

pub(super) fn extent(span: &Span) -> (usize, usize) {
    (count(span.start()), count(span.len()))
}

type Reserve = fn(&mut Writer, &Cursors, Word, Word) -> Option<(usize, usize)>;

/// Reserves `n` in one way, and commits `m`.
const WAYS: [Reserve; 3] = [
    |w, c, n, m| w.reserve_exact(c, n).map(|r| (extent(r.span()), r.commit(c, m)).0),
    |w, c, n, m| Some(w.reserve_up_to(c, n)).map(|r| (extent(r.span()), r.commit(c, m)).0),
    |w, c, n, m| Some(w.reserve_next(c, n)).map(|r| (extent(r.span()), r.commit(c, m)).0),
];

/// All that can be done next.
fn successors(ring: &Ring) -> Vec<Ring> {
    let size = ring.bytes.len();
    let mut next = vec![];
    let unread = (ring.written - ring.read) as usize;
    assert_eq!(count(ring.reader.available(&ring.cursors)), unread);
    let most = (0..=size).rev().find(|n| ring.can_have(*n)).unwrap();
    let vacant = count(ring.writer.vacant(&ring.cursors));
    assert!(most <= vacant && vacant <= size - unread);
    assert!(!ring.mirrored || vacant == size - unread, "nothing is ever left out");
    for n in 0..=size + 1 {
        for m in [0, n.min(1), n] {
            let lens = WAYS.map(|way| {
                let written = ring.write(|w, c| way(w, c, word(n), word(m)), m)?;
                next.push(written.0);
                Some(written.1)
            });
            assert_eq!(lens[0], ring.can_have(n).then_some(n), "exactly {n}");
            assert_eq!(lens[1], Some(n.min(most)), "up to {n}");
            assert!(lens[2].is_some_and(|len| (len == 0) == (n.min(vacant) == 0)), "something of {vacant}");
        }
    }
    let looks: [fn(&mut Reader, &Cursors) -> bool; 3] = [Reader::look, Reader::has_bytes, Reader::look_again];
    for (way, look) in looks.into_iter().enumerate() {
        let (all_of_a_run, both) = (way == 0, way == 2);
        for m in 0..=unread {
            let mut after = ring.clone();
            let reach = after.reach();
            let Ring { cursors, reader, bytes, read, .. } = &mut after;
            assert_eq!(look(reader, cursors), unread != 0);
            let claimed = if both { reader.claim_both() } else { reader.claim() };
            let [(start, len), (again, more)] = [extent(claimed.span()), extent(claimed.rest())];
            assert!(again == 0 && (more == 0 || both) && (len != 0 || unread == 0));
            assert!(start + len <= reach && (len == unread || !ring.mirrored || way == 1));
            assert!(len + more == unread || !both);
            assert!(
                len + more == unread || !all_of_a_run || start + len == bytes.len() || ring.read < bytes[0]
            );
            let m = m.min(len + more);
            for index in (start..start + len).chain(0..more).take(m) {
                *read += 1;
                assert_eq!(bytes[index % bytes.len()], *read, "every byte once, and in order");
            }
            claimed.release(cursors, word(m));
            next.push(after);
        }
    }
    let (writer, reader) = ends(&ring.cursors, size, ring.mirrored);
    next.push(Ring { writer, ..ring.clone() });
    next.push(Ring { reader, ..ring.clone() });
    next
}

/// From every state that is met, however many steps away, every step is taken once. So every sequence of steps is covered, of whatever length,
/// those of up to twelve among them: each of its steps is one that was taken, from a state with the same key ([`Ring::shape`]), which is all
/// that later steps and answers depend on.
///
/// A step begins and ends its own span. A call of the other side in between finds the shared words as if the span had been forgotten, since they
/// change at its commit or release only; and what was forgotten is offered again. So such a sequence is one with a commit, or release, of none in
/// the place of its first half. `flight/tests.rs` keeps spans open, several of them, in rings of up to five bytes.
#[test]
fn every_state_of_every_small_ring_keeps_what_is_promised() {
    for (size, mirrored) in (1..=9).flat_map(|size| [(size, false), (size, true)]) {
        let first = Ring::new(size, mirrored);
        let mut known = HashSet::from([first.shape()]);
        let (mut open, mut depth) = (VecDeque::from([(first, 0)]), 0);
        while let Some((ring, steps)) = open.pop_front() {
            depth = steps; // the nearest states come first
            for next in successors(&ring) {
                if known.insert(next.shape()) {
                    open.push_back((next, steps + 1));
                }
            }
        }
        let states = known.len();
        std::println!("{size} bytes, mirrored {mirrored}: {states} states, the last one after {depth} steps");
        assert!(size * size < known.len());
    }
}

#[test]
fn an_empty_ring_takes_any_number_of_bytes_at_every_position() {
    for size in 1..=70 {
        let mut ring = Ring::new(size, false);
        let Ring { cursors, writer, reader, .. } = &mut ring;
        for _ in 0..2 * size + 1 {
            for n in 0..=size {
                let reserved = writer.reserve_exact(cursors, word(n)).expect("it is empty");
                assert_eq!(count(reserved.span().len()), n);
            }
            assert!(writer.reserve_exact(cursors, word(size + 1)).is_none());
            assert!(writer.reserve_exact(cursors, Word::MAX).is_none());
            writer.reserve_next(cursors, ONE).commit(cursors, ONE);
            assert!(reader.look(cursors));
            reader.claim().release(cursors, ONE);
        }
        for n in (0..=size).chain((0..=size).rev()) {
            writer.reserve_exact(cursors, word(n)).unwrap().commit(cursors, word(n));
            assert_eq!(reader.look(cursors), n != 0);
            let claimed = reader.claim();
            assert_eq!(count(claimed.span().len()), n, "in one piece, pad or not");
            claimed.release(cursors, Word::MAX);
            assert_eq!(reader.available(cursors), ZERO);
            assert_eq!(count(writer.vacant(cursors)), size, "and a pad costs nothing any more");
        }
    }
}

#[test]
fn a_ring_that_is_made_anew_begins_at_its_first_byte() {
    let mut ring = Ring::new(5, false);
    ring.writer.reserve_exact(&ring.cursors, 3).unwrap().commit(&ring.cursors, 3);
    ring.cursors.writer().close();
    ring.cursors.restart();
    assert!(!ring.cursors.is_closed());
    let mut writer = Writer::resume(&ring.cursors, 4);
    let reserved = writer.reserve_exact(&ring.cursors, 4).unwrap();
    assert_eq!(extent(reserved.span()), (0, 4));
    let (released, committed) = ring.cursors.positions();
    assert_eq!(released, committed);
}
