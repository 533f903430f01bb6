//! An end that there is once, beside ends that there are many of. Labels: T1, T2, T3, H1, C1.
#![cfg(loom)]
#[path = "loom_support/ring.rs"]
mod ring;

use annulus_protocol::pos::count;
use annulus_protocol::turns::{Refused, SoleReader, SoleWriter};
use loom::sync::Arc;
use loom::thread;
use ring::Ring;

impl<const N: usize> Ring<N> {
    /// One of many writers that overwrite the oldest item before a sole reader, which comes back.
    fn force(&self, value: u32) -> Option<u32> {
        let turns = self.turns();
        let evicted = turns.evict_from_sole().ok()??;
        let oldest = self.replace(turns.index_to_renew(&evicted), value);
        turns.renew(evicted);
        Some(oldest)
    }

    fn put_alone(&self, writer: &mut SoleWriter, value: u32) -> Result<(), Refused> {
        let turns = self.turns();
        let next = writer.next_free(&turns)?;
        self.replace(turns.index_to_write(&next), value);
        writer.commit_next(&turns, next);
        Ok(())
    }

    /// Commits as many as it gets, up to two, and less the second of two if `one`.
    fn put_two_alone(&self, writer: &mut SoleWriter, value: u32, one: bool) -> Vec<u32> {
        let turns = self.turns();
        let Ok(span) = writer.reserve(&turns, 1, 2) else { return Vec::new() };
        let (start, len) = (count(span.start()), count(span.len()));
        (0..len).for_each(|i| _ = self.replace((start + i) % N, value + i as u32));
        let n = if one { 1 } else { len };
        writer.commit(&turns, n);
        (value..).take(n).collect()
    }

    fn force_alone(&self, writer: &mut SoleWriter, value: u32) -> Option<u32> {
        let turns = self.turns();
        let evicted = writer.evict(&turns).ok()??;
        let oldest = self.replace(turns.index_to_renew(&evicted), value);
        writer.renew(&turns, evicted);
        Some(oldest)
    }

    fn take_alone(&self, reader: &mut SoleReader) -> Result<u32, Refused> {
        let turns = self.turns();
        let next = reader.next_ready(&turns)?;
        let value = self.replace(turns.index_to_read(&next), u32::MAX);
        reader.release_next(&turns, next);
        Ok(value)
    }

    /// Takes the first of as many as it gets, up to two.
    fn take_first_alone(&self, reader: &mut SoleReader) -> Option<u32> {
        let turns = self.turns();
        let span = reader.claim(&turns, 1, 2).ok()?;
        let value = self.replace(count(span.start()), u32::MAX);
        reader.release(&turns, 1);
        Some(value)
    }

    fn rest_alone(&self, reader: &mut SoleReader) -> Vec<u32> {
        std::iter::from_fn(|| self.take_alone(reader).ok()).collect()
    }
}

fn sorted(mut items: Vec<u32>) -> Vec<u32> {
    items.sort_unstable();
    items
}

/// Two writers, one of whom abandons a slot in the smaller ring, and the reader: laps go by, and what was committed comes out
/// once, whole.
fn two_writers_and_a_sole_reader<const N: usize>() {
    loom::model(|| {
        let ring = Arc::new(Ring::<N>::new());
        let mut reader = SoleReader::resume(&ring.turns());
        if N == 2 {
            ring.put(0, true).unwrap(); // the next lap is near, and the reader has settled
            assert_eq!(ring.take_alone(&mut reader), Ok(0));
        }
        let there = ring.clone();
        let reading = thread::spawn(move || {
            let got: Vec<u32> = (0..2).filter_map(|_| there.take_alone(&mut reader).ok()).collect();
            (reader, got)
        });
        let there = ring.clone();
        let writing = thread::spawn(move || {
            if N == 1 {
                _ = there.put(9, false); // thinks better of it
            }
            there.put(1, true).is_ok()
        });
        let mine: Vec<u32> = (2..5 - N as u32).filter(|value| ring.put(*value, true).is_ok()).collect();
        let theirs = writing.join().unwrap();
        let (mut reader, mut got) = reading.join().unwrap();
        got.extend(ring.rest_alone(&mut reader));
        let sent: Vec<u32> = theirs.then_some(1).into_iter().chain(mine).collect();
        assert_eq!(sorted(got), sent);
    });
}

#[test]
fn two_writers_and_a_sole_reader_of_a_ring_of_one() {
    two_writers_and_a_sole_reader::<1>();
}

#[test]
fn two_writers_and_a_sole_reader_of_a_ring_of_two() {
    two_writers_and_a_sole_reader::<2>();
}

/// The writer and two readers, likewise; a span is forgotten on the way.
fn a_sole_writer_and_two_readers<const N: usize>() {
    loom::model(|| {
        let ring = Arc::new(Ring::<N>::new());
        let taking = || {
            let there = ring.clone();
            thread::spawn(move || there.take().ok())
        };
        let readers = [taking(), taking()];
        let mut writer = SoleWriter::resume(&ring.turns());
        let _forgotten = writer.reserve(&ring.turns(), 1, 1);
        let sent: Vec<u32> = (1..=3).filter(|value| ring.put_alone(&mut writer, *value).is_ok()).collect();
        let mut got: Vec<u32> = readers.into_iter().filter_map(|reader| reader.join().unwrap()).collect();
        got.extend(ring.rest());
        assert_eq!(sorted(got), sent);
    });
}

#[test]
fn a_sole_writer_and_two_readers_of_a_ring_of_one() {
    a_sole_writer_and_two_readers::<1>();
}

#[test]
fn a_sole_writer_and_two_readers_of_a_ring_of_two() {
    a_sole_writer_and_two_readers::<2>();
}

/// Runs, of which only the first part is committed or released, come out in order and once.
#[test]
fn what_a_sole_end_does_not_hand_on_is_offered_again() {
    loom::model(|| {
        let ring = Arc::new(Ring::<2>::new());
        let there = ring.clone();
        let reading = thread::spawn(move || {
            let mut reader = SoleReader::resume(&there.turns());
            let got: Vec<u32> = (0..3).filter_map(|_| there.take_first_alone(&mut reader)).collect();
            (reader, got)
        });
        let mut writer = SoleWriter::resume(&ring.turns());
        let mut sent = ring.put_two_alone(&mut writer, 1, true);
        sent.extend(ring.put_two_alone(&mut writer, 3, false));
        sent.extend(ring.put_two_alone(&mut writer, 5, false));
        let (mut reader, mut got) = reading.join().unwrap();
        got.extend(ring.rest_alone(&mut reader));
        assert_eq!(got, sent);
    });
}

/// A full ring, its sole reader, and two writers that overwrite: the oldest goes to one of them.
fn writers_overwrite_before_a_sole_reader<const N: usize>(settled: bool) {
    loom::model(move || {
        let ring = Arc::new(Ring::<N>::new());
        let mut reader = SoleReader::resume(&ring.turns());
        if settled {
            ring.put(0, true).unwrap();
            assert_eq!(ring.take_alone(&mut reader), Ok(0));
        }
        (1..=N as u32).for_each(|value| ring.put(value, true).unwrap());
        let there = ring.clone();
        let reading = thread::spawn(move || {
            let got: Vec<u32> = (0..N).filter_map(|_| there.take_alone(&mut reader).ok()).collect();
            (reader, got)
        });
        let there = ring.clone();
        let writing = thread::spawn(move || there.force(10));
        let mine = ring.force(20);
        let theirs = writing.join().unwrap();
        let (mut reader, mut got) = reading.join().unwrap();
        let mut sent: Vec<u32> = (1..=N as u32).collect();
        sent.extend(theirs.map(|_| 10));
        sent.extend(mine.map(|_| 20));
        got.extend(ring.rest_alone(&mut reader));
        got.extend(theirs.into_iter().chain(mine));
        assert_eq!(sorted(got), sent);
    });
}

#[test]
fn writers_overwrite_before_a_polite_sole_reader_of_a_ring_of_one() {
    writers_overwrite_before_a_sole_reader::<1>(false);
}

#[test]
fn writers_overwrite_before_a_polite_sole_reader_of_a_ring_of_two() {
    writers_overwrite_before_a_sole_reader::<2>(false);
}

#[test]
fn writers_overwrite_before_a_settled_sole_reader() {
    writers_overwrite_before_a_sole_reader::<1>(true);
}

/// A full ring, two readers, and the sole writer, which overwrites.
#[test]
fn a_sole_writer_overwrites_before_two_readers() {
    loom::model(|| {
        let ring = Arc::new(Ring::<1>::new());
        let mut writer = SoleWriter::resume(&ring.turns());
        ring.put_alone(&mut writer, 1).unwrap();
        let taking = || {
            let there = ring.clone();
            thread::spawn(move || there.take().ok())
        };
        let readers = [taking(), taking()];
        let forced = ring.force_alone(&mut writer, 2);
        let put = ring.put_alone(&mut writer, 3).is_ok();
        let mut got: Vec<u32> = readers.into_iter().filter_map(|reader| reader.join().unwrap()).collect();
        got.extend(ring.rest());
        got.extend(forced);
        let mut sent = vec![1];
        sent.extend(forced.map(|_| 2));
        sent.extend(put.then_some(3));
        assert_eq!(sorted(got), sent);
    });
}

/// Two sole writers each fill one ring and look into the other: one of them at least finds something.
#[test]
fn two_rings_with_sole_writers_are_not_both_found_empty() {
    loom::model(|| {
        let rings = [Arc::new(Ring::<1>::new()), Arc::new(Ring::<1>::new())];
        let look = |rings: &[Arc<Ring<1>>; 2], mine: usize| {
            let mut writer = SoleWriter::resume(&rings[mine].turns());
            rings[mine].put_alone(&mut writer, 1).unwrap();
            rings[1 - mine].take()
        };
        let there = rings.clone();
        let other = thread::spawn(move || look(&there, 0));
        let mine = look(&rings, 1);
        let both = (mine, other.join().unwrap());
        assert_ne!(both, (Err(Refused::Empty), Err(Refused::Empty)));
    });
}

/// The same with two sole readers and rings that are full, each being emptied first.
#[test]
fn two_rings_with_sole_readers_are_not_both_found_full() {
    loom::model(|| {
        let rings = [Arc::new(Ring::<1>::new()), Arc::new(Ring::<1>::new())];
        rings.iter().for_each(|ring| ring.put(1, true).unwrap());
        let look = |rings: &[Arc<Ring<1>>; 2], mine: usize| {
            let mut reader = SoleReader::resume(&rings[mine].turns());
            rings[mine].take_alone(&mut reader).unwrap();
            rings[1 - mine].put(2, true)
        };
        let there = rings.clone();
        let other = thread::spawn(move || look(&there, 0));
        let mine = look(&rings, 1);
        let both = (mine, other.join().unwrap());
        assert_ne!(both, (Err(Refused::Full), Err(Refused::Full)));
    });
}

/// Who is told that a sole writer has closed has missed nothing.
#[test]
fn a_sole_writer_that_has_closed_has_handed_on_everything() {
    loom::model(|| {
        let ring = Arc::new(Ring::<2>::new());
        let there = ring.clone();
        let reading = thread::spawn(move || {
            let got = [there.take(), there.take()];
            if got[1] == Err(Refused::Closed) {
                assert!(got[0] == Ok(1) || got[0] == Err(Refused::Closed));
            }
            assert_ne!(got[0], Err(Refused::Closed), "the item was missed");
            got
        });
        let mut writer = SoleWriter::resume(&ring.turns());
        ring.put_alone(&mut writer, 1).unwrap();
        writer.close(&ring.turns());
        assert_eq!(ring.put_alone(&mut writer, 2), Err(Refused::Closed));
        let got = reading.join().unwrap();
        let got: Vec<u32> = got.into_iter().filter_map(Result::ok).chain(ring.rest()).collect();
        assert_eq!(got, [1]);
    });
}

/// A reader closes while the sole writer pushes: what went in all the same comes out all the same, and later nothing goes in.
#[test]
fn a_push_under_way_while_a_reader_closes_is_not_lost() {
    loom::model(|| {
        let ring = Arc::new(Ring::<1>::new());
        let there = ring.clone();
        let reading = thread::spawn(move || {
            let before = there.take().ok();
            there.cursors.close_sole();
            before.into_iter().chain(there.take().ok()).collect::<Vec<u32>>()
        });
        let there = ring.clone();
        let also_reading = thread::spawn(move || there.take().ok());
        let mut writer = SoleWriter::resume(&ring.turns());
        let sent: Vec<u32> = (1..=2).filter(|value| ring.put_alone(&mut writer, *value).is_ok()).collect();
        let mut got = reading.join().unwrap();
        got.extend(also_reading.join().unwrap());
        assert_eq!(ring.put_alone(&mut writer, 3), Err(Refused::Closed));
        got.extend(ring.rest());
        assert_eq!(sorted(got), sent);
        assert_eq!(ring.take(), Err(Refused::Closed));
    });
}
