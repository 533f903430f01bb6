//! Turns beside a model, one thread, every size: with a narrow word (`--cfg annulus_word="8"`) the lap wraps every few laps.
use annulus_protocol::turns::{Claimed, Cursors, Evicted, MAX_SIZE, Refused, Reserved, Shape, Turn, Turns};
use std::collections::VecDeque;

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

    fn evict(&mut self, value: u32) {
        let full = self.queue.len() == self.size();
        let got: Result<Option<Evicted>, Refused> = self.turns().evict();
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
}

#[test]
fn every_size_does_what_a_queue_of_slots_would_through_many_wraps() {
    let largest = MAX_SIZE.min(70);
    for size in (1..=largest).chain([MAX_SIZE.min(1000)]) {
        let mut pair = Pair::new(size);
        let mut random = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(size as u64);
        for step in 0..4_000u32 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (what, which) = ((random >> 33) % 16, (random >> 40) as usize);
            match what {
                0..5 => pair.reserve(),
                5..8 => pair.hand_on(which, Some(step)),
                8 => pair.hand_on(which, None),
                9..12 => pair.claim(),
                12..15 => pair.release(which),
                _ => pair.evict(step),
            }
            assert_eq!(pair.turns().occupied(), pair.queue.len(), "size {size}, step {step}");
        }
    }
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
