//! Records change hands whole, once, whoever is late. Labels: R1, T2, T3.
#![cfg(loom)]
use annulus_protocol::record::{Cursors, Records, Refused, Shape, Turn};
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

/// A ring of `N` granules of one byte, each of which a model checks.
struct Ring<const N: usize> {
    cursors: Cursors,
    turns: [Turn; N],
    bytes: [UnsafeCell<u8>; N],
}

// SAFETY: a granule is touched by its owner only; that is what the models check.
unsafe impl<const N: usize> Sync for Ring<N> {}
// SAFETY: as above.
unsafe impl<const N: usize> Send for Ring<N> {}

/// A record: as many bytes, all of them this one.
type Record = (usize, u8);

impl<const N: usize> Ring<N> {
    fn new() -> Self {
        let turns = std::array::from_fn(|_| Turn::new());
        Self { cursors: Cursors::new(), turns, bytes: std::array::from_fn(|_| UnsafeCell::new(0)) }
    }

    fn records(&self) -> Records<'_> {
        Records::new(&self.cursors, &self.turns, Shape::of(N, 1))
    }

    /// Puts `byte` into a granule, and takes out what is in it.
    fn replace(&self, index: usize, byte: u8) -> u8 {
        self.bytes[index].with_mut(|at| {
            // SAFETY: the caller owns the granule, which is what the models check.
            std::mem::replace(unsafe { &mut *at }, byte)
        })
    }

    /// Writes `len` bytes, and commits the first `used` of them or discards them all.
    fn put(&self, (len, byte): Record, used: Option<usize>) -> Result<(), Refused> {
        let records = self.records();
        let reserved = records.reserve(len)?;
        let (start, room) = records.bytes_to_write(&reserved);
        (start..start + room).for_each(|index| _ = self.replace(index, byte));
        match used {
            Some(used) => records.commit(reserved, used),
            None => records.discard(reserved),
        }
        Ok(())
    }

    /// The oldest record, which is whole.
    fn take(&self) -> Result<Record, Refused> {
        let records = self.records();
        let claimed = records.claim()?;
        let (start, len) = records.bytes_to_read(&claimed);
        let bytes: Vec<_> = (start..start + len).map(|index| self.replace(index, u8::MAX)).collect();
        assert!(bytes.iter().all(|byte| *byte == bytes[0]), "torn: {bytes:?}");
        records.release(claimed);
        Ok((len, bytes[0]))
    }

    fn rest(&self) -> Vec<Record> {
        std::iter::from_fn(|| self.take().ok()).collect()
    }
}

/// What was committed comes out once.
fn are_the_same(mut got: Vec<Record>, sent: impl IntoIterator<Item = Option<Record>>) {
    let mut sent: Vec<_> = sent.into_iter().flatten().collect();
    got.sort_unstable();
    sent.sort_unstable();
    assert_eq!(got, sent);
}

/// Two who write and read, one of whom discards on the way, and wrap.
fn everything_comes_out_once<const N: usize>(first: usize, second: usize) {
    loom::model(move || {
        let ring = Arc::new(Ring::<N>::new());
        let there = ring.clone();
        let other = thread::spawn(move || {
            let _discarded = there.put((1, 9), None);
            let sent = there.put((first, 1), Some(first)).ok().map(|()| (first, 1));
            (sent, there.take().ok())
        });
        let mine = ring.put((second, 2), Some(second)).ok().map(|()| (second, 2));
        let mut got: Vec<_> = ring.take().into_iter().collect();
        let (theirs, also) = other.join().unwrap();
        got.extend(also);
        got.extend(ring.rest());
        are_the_same(got, [theirs, mine]);
    });
}

#[test]
fn records_come_out_once_of_a_ring_of_one() {
    everything_comes_out_once::<1>(1, 1);
}

#[test]
fn records_come_out_once_of_a_ring_of_two() {
    everything_comes_out_once::<2>(1, 2);
}

/// Two writers and a reader. The ring begins one granule before its end, where a record of two does not fit.
#[test]
fn records_come_out_once_past_a_pad() {
    loom::model(|| {
        let ring = Arc::new(Ring::<3>::new());
        ring.put((2, 8), Some(2)).unwrap();
        ring.take().unwrap();
        let write = |byte: u8| {
            let ring = ring.clone();
            thread::spawn(move || ring.put((2, byte), Some(2)).ok().map(|()| (2, byte)))
        };
        let writers = [write(1), write(2)];
        let mut got: Vec<_> = ring.take().into_iter().collect();
        let sent = writers.map(|writer| writer.join().unwrap());
        got.extend(ring.rest());
        are_the_same(got, sent);
    });
}

/// A record of all of the ring that begins after its first granule: the pad is published, and passed by the writer or by the reader.
#[test]
fn a_record_of_all_of_the_ring_comes_out_past_its_own_pad() {
    loom::model(|| {
        let ring = Arc::new(Ring::<2>::new());
        ring.put((1, 8), Some(1)).unwrap();
        let there = ring.clone();
        let reader = thread::spawn(move || [there.take().ok(), there.take().ok()]);
        let sent = ring.put((2, 1), Some(2)).ok().map(|()| (2, 1));
        let mut got: Vec<_> = reader.join().unwrap().into_iter().flatten().collect();
        got.extend(ring.rest());
        are_the_same(got, [Some((1, 8)), sent]);
    });
}

/// A granule that was discarded half written goes to the next writer, by way of a reader or of that writer itself.
fn a_discarded_granule_goes_to_the_next_writer(reads: bool) {
    loom::model(move || {
        let ring = Arc::new(Ring::<1>::new());
        let there = ring.clone();
        let next = thread::spawn(move || {
            if reads {
                assert!(there.take().is_err(), "nothing was committed");
            }
            if there.put((1, 1), Some(1)).is_ok() {
                assert_eq!(there.take(), Ok((1, 1)));
            }
        });
        let _discarded = ring.put((1, 9), None);
        next.join().unwrap();
    });
}

#[test]
fn a_discarded_granule_changes_hands_past_a_reader() {
    a_discarded_granule_goes_to_the_next_writer(true);
}

#[test]
fn a_discarded_granule_changes_hands_past_a_writer() {
    a_discarded_granule_goes_to_the_next_writer(false);
}

/// Of two granules one is used: the other one is a run of its own, which a reader or a writer passes.
#[test]
fn what_a_record_does_not_need_changes_hands_as_well() {
    loom::model(|| {
        let ring = Arc::new(Ring::<2>::new());
        let there = ring.clone();
        let other = thread::spawn(move || {
            let got = there.take().ok();
            let sent = there.put((1, 2), Some(1)).ok().map(|()| (1, 2));
            (got, sent)
        });
        let mine = ring.put((2, 1), Some(1)).ok().map(|()| (1, 1));
        let (got, sent) = other.join().unwrap();
        let mut got: Vec<_> = got.into_iter().collect();
        got.extend(ring.rest());
        are_the_same(got, [mine, sent]);
    });
}

/// Two threads each fill one ring and look into the other: one of them at least finds something.
#[test]
fn two_rings_of_records_are_not_both_found_empty() {
    loom::model(|| {
        let rings = Arc::new([Ring::<1>::new(), Ring::<1>::new()]);
        let look = |rings: &[Ring<1>; 2], mine: usize| {
            rings[mine].put((1, 1), Some(1)).unwrap();
            rings[1 - mine].take()
        };
        let there = rings.clone();
        let other = thread::spawn(move || look(&there, 0));
        let mine = look(&rings, 1);
        let both = (mine, other.join().unwrap());
        assert_ne!(both, (Err(Refused::Empty), Err(Refused::Empty)));
    });
}

/// The same with two rings that are full, one record of each being taken first.
#[test]
fn two_rings_of_records_are_not_both_found_full() {
    loom::model(|| {
        let rings = Arc::new([Ring::<2>::new(), Ring::<2>::new()]);
        for ring in rings.iter() {
            ring.put((2, 1), Some(2)).unwrap();
        }
        let look = |rings: &[Ring<2>; 2], mine: usize| {
            rings[mine].take().unwrap();
            rings[1 - mine].put((2, 2), Some(2))
        };
        let there = rings.clone();
        let other = thread::spawn(move || look(&there, 0));
        let mine = look(&rings, 1);
        let both = (mine, other.join().unwrap());
        assert_ne!(both, (Err(Refused::Full), Err(Refused::Full)));
    });
}

/// After it is closed nothing goes in, and whoever is told that it is closed has missed nothing.
#[test]
fn a_closed_ring_of_records_is_drained_first() {
    loom::model(|| {
        let ring = Arc::new(Ring::<2>::new());
        let there = ring.clone();
        let writer = thread::spawn(move || {
            let first = there.put((2, 1), Some(1));
            there.cursors.close();
            assert_eq!(there.put((1, 2), Some(1)), Err(Refused::Closed));
            first
        });
        let mut got = 0;
        for _ in 0..2 {
            match ring.take() {
                Ok(_) => got += 1,
                Err(Refused::Closed) => {
                    assert_eq!(got, 1);
                    break;
                }
                Err(_) => {}
            }
        }
        assert_eq!(writer.join().unwrap(), Ok(()));
        got += ring.rest().len();
        assert_eq!(got, 1);
    });
}
