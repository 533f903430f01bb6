//! Turns beside a model, one thread, every size: with a narrow word (`--cfg annulus_word="8"`) the lap wraps every few laps.
use annulus_protocol::pos::count;
use annulus_protocol::turns::{
    Claimed, Cursors, Evicted, MAX_SIZE, Refused, Reserved, Shape, SoleReader, SoleWriter, Turn, Turns,
};
use std::collections::VecDeque;

type Evict = fn(&Turns<'_>) -> Result<Option<Evicted>, Refused>;

/// What a position is, from the oldest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Reserved,
    Ready(u32),
    Skipped,
}

/// A ring and what it should be.
struct Pair {
    cursors: Cursors,
    turns: Vec<Turn>,
    items: Vec<u32>,
    shape: Shape,
    queue: VecDeque<(usize, Place)>,
    /// Slots that are claimed and not released, by their index.
    reading: Vec<usize>,
    written: Vec<(Reserved, usize)>,
    read: Vec<Claimed>,
    next: usize,
}

impl Pair {
    fn new(size: usize) -> Self {
        Self {
            cursors: Cursors::new(),
            turns: (0..size).map(|_| Turn::new()).collect(),
            items: vec![0; size],
            shape: Shape::of(size),
            queue: VecDeque::new(),
            reading: Vec::new(),
            written: Vec::new(),
            read: Vec::new(),
            next: 0,
        }
    }

    fn size(&self) -> usize {
        self.turns.len()
    }

    fn turns(&self) -> Turns<'_> {
        Turns::new(&self.cursors, &self.turns, self.shape)
    }

    /// Why nothing can be reserved, if so.
    fn no_room(&self) -> Option<Refused> {
        if self.queue.len() == self.size() {
            Some(Refused::Full)
        } else {
            self.reading.contains(&self.next).then_some(Refused::Busy)
        }
    }

    fn reserve(&mut self) {
        let got = self.turns().reserve();
        match (got, self.no_room()) {
            (Ok(reserved), None) => {
                assert_eq!(self.turns().index_to_write(&reserved), self.next);
                self.queue.push_back((self.next, Place::Reserved));
                self.written.push((reserved, self.next));
                self.next = (self.next + 1) % self.size();
            }
            (got, expected) => assert_eq!(got.err(), expected),
        }
    }

    /// Commits or abandons one of those reserved.
    fn hand_on(&mut self, which: usize, value: Option<u32>) {
        if self.written.is_empty() {
            return;
        }
        let (reserved, index) = self.written.swap_remove(which % self.written.len());
        let place = self.queue.iter_mut().find(|(at, place)| *at == index && *place == Place::Reserved);
        let place = &mut place.expect("it is reserved").1;
        match value {
            Some(value) => {
                *place = Place::Ready(value);
                self.items[index] = value;
                self.turns().commit(reserved);
            }
            None => {
                *place = Place::Skipped;
                self.turns().abandon(reserved);
            }
        }
    }

    fn claim(&mut self) {
        while let Some((_, Place::Skipped)) = self.queue.front() {
            self.queue.pop_front();
        }
        let got = self.turns().claim();
        match (got, self.queue.front().copied()) {
            (Ok(claimed), Some((index, Place::Ready(value)))) => {
                assert_eq!(self.turns().index_to_read(&claimed), index);
                assert_eq!(self.items[index], value);
                self.queue.pop_front();
                self.reading.push(index);
                self.read.push(claimed);
            }
            (got, Some((_, Place::Reserved))) => assert_eq!(got.err(), Some(Refused::Busy)),
            (got, None) => assert_eq!(got.err(), Some(Refused::Empty)),
            (got, place) => panic!("{got:?} where {place:?} is the oldest"),
        }
    }

    fn release(&mut self, which: usize) {
        if !self.read.is_empty() {
            let claimed = self.read.swap_remove(which % self.read.len());
            let index = self.turns().index_to_read(&claimed);
            self.reading.retain(|at| *at != index);
            self.turns().release(claimed);
        }
    }

    fn evict(&mut self, value: u32, evict: Evict) {
        let full = self.queue.len() == self.size();
        let got = evict(&self.turns());
        let oldest = self.queue.front().copied();
        match (got, oldest) {
            (Ok(Some(evicted)), Some((index, Place::Ready(_)))) if full => {
                assert_eq!(self.turns().index_to_renew(&evicted), index);
                self.items[index] = value;
                self.queue.pop_front();
                self.queue.push_back((index, Place::Ready(value)));
                self.next = (self.next + 1) % self.size();
                self.turns().renew(evicted);
            }
            (Ok(None), Some((_, Place::Skipped))) if full => _ = self.queue.pop_front(),
            (Err(Refused::Busy), Some((_, Place::Reserved))) if full => {}
            (got, _) => {
                assert!(!full, "{got:?} of a full ring");
                let busy = self.reading.contains(&self.next);
                assert_eq!(matches!(got, Err(Refused::Busy)), busy, "{got:?}");
                assert_eq!(matches!(got, Ok(None)), !busy, "{got:?}");
            }
        }
    }

    /// The sole writer reserves up to `want` slots and commits the first `n`, if any.
    fn write_alone(&mut self, writer: &mut SoleWriter, want: usize, n: usize, value: u32) {
        let after = |i: usize| (self.next + i) % self.size();
        let room = (0..self.size() - self.queue.len()).take_while(|i| !self.reading.contains(&after(*i)));
        let room = room.count();
        let free = room.min(want);
        let got = if want == 1 {
            writer.reserve_one(&self.turns()).map_err(|why| (why, 0))
        } else {
            writer.reserve(&self.turns(), 1, want)
        };
        let Ok(span) = got else {
            assert_eq!((got.unwrap_err(), free), ((self.no_room().unwrap(), 0), 0));
            return;
        };
        assert_eq!((count(span.start()), count(span.len())), (self.next, free));
        if want != 1 {
            let refused = writer.reserve(&self.turns(), room + 1, room + 1).map(|_| ());
            assert_eq!(refused, Err((Refused::Full, room)));
        }
        if want == 1 && n == 1 {
            let next = writer.next_free(&self.turns()).expect("it is offered");
            assert_eq!(self.turns().index_to_write(&next), self.next);
            writer.commit_next(&self.turns(), next);
            writer.commit(&self.turns(), 1); // nothing is left
        } else {
            writer.commit(&self.turns(), n);
        }
        for _ in 0..n.min(free) {
            self.items[self.next] = value;
            self.queue.push_back((self.next, Place::Ready(value)));
            self.next = (self.next + 1) % self.size();
        }
    }

    /// The sole reader claims up to `want` items, and releases the first `n` in two steps, or forgets them.
    fn read_alone(&mut self, reader: &mut SoleReader, want: usize, n: Option<usize>) {
        while let Some((_, Place::Skipped)) = self.queue.front() {
            self.queue.pop_front();
        }
        let ready = self.queue.iter().take_while(|(_, place)| matches!(place, Place::Ready(_)));
        let ready = ready.count().min(want);
        let got = if want == 1 {
            reader.claim_one(&self.turns()).map_err(|why| (why, 0))
        } else {
            reader.claim(&self.turns(), 1, want)
        };
        let Ok(span) = got else {
            let why = if self.queue.is_empty() { Refused::Empty } else { Refused::Busy };
            assert_eq!((got.unwrap_err(), ready), ((why, 0), 0));
            return;
        };
        let (first, _) = self.queue[0];
        assert_eq!((count(span.start()), count(span.len())), (first, ready));
        for &(index, place) in self.queue.iter().take(ready) {
            assert_eq!(place, Place::Ready(self.items[index]));
        }
        if let (1, Some(1)) = (want, n) {
            let next = reader.next_ready(&self.turns()).expect("it is offered");
            assert_eq!(self.turns().index_to_read(&next), first);
            reader.release_next(&self.turns(), next);
            reader.release(&self.turns(), 1); // nothing is left
            self.queue.drain(..1);
        } else if let Some(n) = n {
            reader.release_first(&self.turns(), n / 2);
            reader.release(&self.turns(), n - n / 2);
            self.queue.drain(..n.min(ready));
        }
    }

    /// Every slot that is out is forgotten, and recovered.
    fn recover(&mut self) {
        let first = self.queue.front().map_or(self.next, |(index, _)| *index);
        let reserved = self.queue.iter().filter(|(_, place)| *place == Place::Reserved).count();
        let lost = reserved + self.reading.len();
        (self.written, self.read, self.reading) = (Vec::new(), Vec::new(), Vec::new());
        let mut items = std::mem::take(&mut self.items);
        assert_eq!(self.turns().recover(|from, to| items[to] = items[from]), lost);
        self.items = items;
        self.queue.retain(|(_, place)| matches!(place, Place::Ready(_)));
        for (n, (index, place)) in self.queue.iter_mut().enumerate() {
            *index = (first + n) % self.turns.len();
            assert_eq!(*place, Place::Ready(self.items[*index]));
        }
        self.next = (first + self.queue.len()) % self.size();
    }
}

/// Many steps with rings of every small size and a large one, given two random numbers each.
fn steps<E>(ends: impl Fn(&Pair) -> E, step: impl Fn(&mut Pair, &mut E, u32, u64, usize)) {
    let largest = MAX_SIZE.min(70);
    for size in (1..=largest).chain([MAX_SIZE.min(1000)]) {
        let mut pair = Pair::new(size);
        let mut ends = ends(&pair);
        let mut random = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(size as u64);
        for number in 0..4_000u32 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            step(&mut pair, &mut ends, number, (random >> 33) % 16, (random >> 40) as usize);
            assert_eq!(pair.turns().occupied(), pair.queue.len(), "size {size}, step {number}");
            assert_eq!(pair.turns().is_next_free(), pair.no_room().is_none(), "size {size}, step {number}");
            if let Some((_, place)) = pair.queue.front() {
                assert_eq!(pair.turns().is_next_ready(), *place != Place::Reserved);
            }
        }
    }
}

#[test]
fn every_size_does_what_a_queue_of_slots_would_through_many_wraps() {
    steps(
        |_| (),
        |pair, (), step, what, which| match what {
            0..5 => pair.reserve(),
            5..8 => pair.hand_on(which, Some(step)),
            8 => pair.hand_on(which, None),
            9..12 => pair.claim(),
            12..15 => pair.release(which),
            _ => pair.evict(step, |turns| turns.evict()),
        },
    );
}

/// So that the cursors come round to what was forgotten before it is recovered, and also do not.
#[test]
fn what_was_forgotten_is_recovered_wherever_the_cursors_are() {
    for every in [1, 7, 60, 600] {
        steps(
            |_| (),
            |pair, (), step, what, which| match what {
                _ if step % every == 0 => pair.recover(),
                0..5 => pair.reserve(),
                5..8 => pair.hand_on(which, Some(step)),
                8 => pair.hand_on(which, None),
                9..13 => pair.claim(),
                13..15 => pair.release(which),
                _ => pair.evict(step, |turns| turns.evict()),
            },
        );
    }
}

#[test]
fn a_sole_writer_does_what_a_queue_of_slots_would_through_many_wraps() {
    steps(
        |pair| SoleWriter::resume(&pair.turns()),
        |pair, writer, step, what, which| match what {
            0..3 => pair.write_alone(writer, 1, 1, step),
            3..6 => pair.write_alone(writer, 2 + which % 7, which / 7 % 9, step),
            6 => pair.write_alone(writer, 1, 0, step),
            7..11 => pair.claim(),
            11..14 => pair.release(which),
            14 if which % 4 == 0 => {
                // One after the other, because the model wants a function that takes the ring alone.
                pair.evict(step, |turns| SoleWriter::resume(turns).evict(turns));
                *writer = SoleWriter::resume(&pair.turns());
            }
            _ if which % 16 == 0 => {
                pair.recover();
                *writer = SoleWriter::resume(&pair.turns());
            }
            _ => pair.release(which),
        },
    );
}

#[test]
fn a_sole_reader_does_what_a_queue_of_slots_would_through_many_wraps() {
    for overwriting in [false, true] {
        steps(
            |pair| SoleReader::resume(&pair.turns()),
            |pair, reader, step, what, which| match what {
                0..4 => pair.reserve(),
                4..8 => pair.hand_on(which, Some(step)),
                8 => pair.hand_on(which, None),
                9..11 => pair.read_alone(reader, 1, Some(1)),
                11..13 => pair.read_alone(reader, 2 + which % 7, Some(which / 7 % 9)),
                13 => pair.read_alone(reader, 1 + which % 3, None),
                14 if overwriting => {
                    reader.rest(&pair.turns());
                    pair.evict(step, |turns| turns.evict_from_sole());
                }
                _ if which % 16 == 0 => {
                    pair.recover();
                    *reader = SoleReader::resume(&pair.turns());
                }
                _ => {}
            },
        );
    }
}

#[test]
fn a_sole_writer_renews_what_it_evicted_and_goes_on_behind_it() {
    for size in [1, 2, 5] {
        let pair = Pair::new(size);
        let turns = pair.turns();
        let mut writer = SoleWriter::resume(&turns);
        let _span = writer.reserve(&turns, size, size).unwrap();
        writer.commit(&turns, size);
        for n in 0..3 * size {
            let evicted = writer.evict(&turns).unwrap().unwrap();
            assert_eq!(turns.index_to_renew(&evicted), n % size);
            writer.renew(&turns, evicted);
        }
        let oldest = turns.claim().unwrap();
        assert_eq!(turns.index_to_read(&oldest), 0);
        assert_eq!(writer.reserve_one(&turns).unwrap_err(), Refused::Busy);
        assert_eq!(writer.evict(&turns).unwrap_err(), Refused::Busy);
        turns.release(oldest);
        assert!(writer.evict(&turns).unwrap().is_none());
        assert_eq!(writer.reserve_one(&turns).unwrap().start(), 0);
    }
}

#[test]
fn a_commit_is_never_more_than_what_was_reserved_and_a_release_than_what_was_claimed() {
    let pair = Pair::new(4);
    let turns = pair.turns();
    let mut writer = SoleWriter::resume(&turns);
    let mut reader = SoleReader::resume(&turns);
    writer.commit(&turns, 1);
    reader.release(&turns, 1);
    assert_eq!(turns.occupied(), 0);
    assert_eq!(writer.reserve(&turns, 2, 3).unwrap().len(), 3);
    writer.commit(&turns, 9);
    writer.commit(&turns, 1);
    assert_eq!(turns.occupied(), 3);
    assert_eq!(reader.claim(&turns, 1, 2).unwrap().len(), 2);
    reader.release_first(&turns, 9);
    reader.release(&turns, 9);
    assert_eq!(turns.occupied(), 1);
    assert!(writer.reserve_one(&turns).is_ok() && reader.claim_one(&turns).is_ok());
    assert!(reader.claim(&turns, 9, 0).unwrap().is_empty());
    assert!(writer.reserve(&turns, 9, 0).unwrap().is_empty());
    writer.commit(&turns, 1);
    reader.release(&turns, 1);
    assert_eq!(turns.occupied(), 1, "no slots were reserved last, and none claimed");
    assert_eq!(reader.claim(&turns, 2, 4).unwrap_err(), (Refused::Empty, 1));
}

/// Fresh, the reader need not help; settled, it is asked, and heeds that at its next claim.
#[test]
fn writers_overwrite_while_a_sole_reader_claims_nothing_and_has_not_settled() {
    let pair = Pair::new(2);
    let turns = pair.turns();
    let mut reader = SoleReader::resume(&turns);
    let fill = || while turns.reserve().map(|reserved| turns.commit(reserved)).is_ok() {};
    let overwrite = || turns.evict_from_sole().map(|evicted| turns.renew(evicted.expect("it is full")));
    fill();
    assert_eq!(overwrite(), Ok(()));
    let _forgotten = reader.claim_one(&turns).unwrap();
    assert_eq!(overwrite(), Err(Refused::Busy));
    reader.release(&turns, 0);
    assert_eq!(overwrite(), Ok(()));

    let pair = Pair::new(2);
    let turns = pair.turns();
    let mut reader = SoleReader::resume(&turns);
    let fill = || while turns.reserve().map(|reserved| turns.commit(reserved)).is_ok() {};
    let overwrite = || turns.evict_from_sole().map(|evicted| turns.renew(evicted.expect("it is full")));
    for _ in 0..600 {
        fill();
        assert!(reader.claim_one(&turns).is_ok());
        reader.release(&turns, 1);
    }
    fill();
    assert_eq!(overwrite(), Err(Refused::Busy), "the reader has settled");
    assert!(reader.claim_one(&turns).is_ok());
    reader.release(&turns, 1);
    fill();
    assert_eq!(overwrite(), Ok(()));
    reader.leave(&turns);
    assert_eq!(overwrite(), Ok(()));
    let mut next = SoleReader::resume(&turns);
    assert!(next.claim_one(&turns).is_ok());
}

#[test]
fn a_ring_with_a_sole_writer_is_closed_by_either_side_and_what_is_in_it_comes_out() {
    for by_reader in [false, true] {
        let pair = Pair::new(2);
        let turns = pair.turns();
        let mut writer = SoleWriter::resume(&turns);
        assert!(writer.reserve_one(&turns).is_ok());
        writer.commit(&turns, 1);
        assert!(!pair.cursors.is_closed());
        if by_reader {
            pair.cursors.close_sole()
        } else {
            writer.close(&turns)
        }
        assert!(pair.cursors.is_closed());
        assert_eq!(writer.reserve_one(&turns).unwrap_err(), Refused::Closed);
        assert_eq!(writer.reserve(&turns, 1, 1).unwrap_err(), (Refused::Closed, 0));
        assert_eq!(writer.evict(&turns).unwrap_err(), Refused::Closed);
        turns.release(turns.claim().unwrap());
        assert_eq!(turns.claim().unwrap_err(), Refused::Closed);
    }
}

#[test]
fn what_was_evicted_and_not_renewed_is_recovered() {
    for size in [1, 2, 5] {
        let pair = Pair::new(size);
        let turns = pair.turns();
        let fill = || while turns.reserve().map(|reserved| turns.commit(reserved)).is_ok() {};
        for lap in 0..3 {
            fill();
            let _forgotten = turns.evict_from_sole().unwrap().unwrap();
            assert_eq!(turns.recover(|_, _| unreachable!("nothing lies between")), 1, "lap {lap}");
            assert_eq!(turns.occupied(), size - 1);
            fill();
            assert_eq!(turns.occupied(), size);
        }
    }
}

#[test]
fn a_closed_ring_is_closed_after_it_was_recovered() {
    let pair = Pair::new(2);
    let turns = pair.turns();
    let (_forgotten, kept) = (turns.reserve().unwrap(), turns.reserve().unwrap());
    turns.commit(kept);
    pair.cursors.close();
    let mut moved = Vec::new();
    assert_eq!(turns.recover(|from, to| moved.push((from, to))), 1);
    assert_eq!(moved, [(1, 0)]);
    assert_eq!(turns.reserve().unwrap_err(), Refused::Closed);
    turns.release(turns.claim().unwrap());
    assert_eq!(turns.claim().unwrap_err(), Refused::Closed);
}

#[test]
fn who_is_alone_gets_past_what_was_lost() {
    for size in [1, 3, 8] {
        let pair = Pair::new(size);
        let turns = pair.turns();
        for _ in 0..size - 1 {
            turns.commit(turns.reserve().unwrap());
        }
        let _lost = turns.reserve().unwrap();
        for _ in 0..size - 1 {
            turns.release(turns.claim().unwrap());
        }
        assert_eq!(turns.claim().unwrap_err(), Refused::Busy);
        assert!(turns.claim_alone().is_none());
        assert_eq!(turns.occupied(), 0);
    }
}

#[test]
#[should_panic(expected = "at least one slot")]
fn a_size_of_zero_is_refused() {
    let _shape = Shape::of(0);
}

#[test]
#[should_panic(expected = "at least one slot")]
fn a_size_of_all_words_is_refused() {
    let _shape = Shape::of(MAX_SIZE + 1);
}
