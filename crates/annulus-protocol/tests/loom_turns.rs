//! Slots change hands whole, once, whoever is late. Labels: T1, T2, T3, T4.
#![cfg(loom)]
#[path = "loom_support/ring.rs"]
mod ring;

use annulus_protocol::turns::Refused;
use loom::sync::Arc;
use loom::thread;
use ring::Ring;

impl<const N: usize> Ring<N> {
    /// Writes `value` in the place of the oldest, if full.
    fn force(&self, value: u32) -> Result<Option<u32>, Refused> {
        let turns = self.turns();
        let Some(evicted) = turns.evict()? else { return Ok(None) };
        let oldest = self.replace(turns.index_to_renew(&evicted), value);
        turns.renew(evicted);
        Ok(Some(oldest))
    }

    /// Writes as many as it gets, up to two, and commits all but the last of two.
    fn put_run(&self, value: u32) -> usize {
        let turns = self.turns();
        let Ok(run) = turns.reserve_run(1, 2) else { return 0 };
        let (start, len) = turns.slots_to_write(&run);
        for i in 0..len {
            self.replace((start + i) % N, value);
        }
        turns.commit_run(run, 1);
        1
    }

    /// Takes up to two.
    fn take_run(&self) -> Vec<u32> {
        let turns = self.turns();
        let Ok(run) = turns.claim_run(1, 2) else { return Vec::new() };
        let (start, len) = turns.slots_to_read(&run);
        let values = (0..len).map(|i| self.replace((start + i) % N, u32::MAX)).collect();
        turns.release_run(run);
        values
    }
}

/// Two who write and read, one of whom abandons on the way, and wrap: what was committed comes out once, whole.
fn everything_comes_out_once<const N: usize>() {
    loom::model(|| {
        let ring = Arc::new(Ring::<N>::new());
        let there = ring.clone();
        let other = thread::spawn(move || {
            let _abandoned = there.put(9, false);
            let sent = there.put(1, true).is_ok();
            (sent, there.take().ok())
        });
        let mine = ring.put(2, true).is_ok();
        let first = ring.take().ok();
        let (theirs, second) = other.join().unwrap();
        let mut got: Vec<u32> = first.into_iter().chain(second).chain(ring.rest()).collect();
        got.sort_unstable();
        let sent = [(1, theirs), (2, mine)].into_iter().filter_map(|(value, sent)| sent.then_some(value));
        assert_eq!(got, sent.collect::<Vec<_>>());
    });
}

#[test]
fn everything_comes_out_once_of_a_ring_of_one() {
    everything_comes_out_once::<1>();
}

#[test]
fn everything_comes_out_once_of_a_ring_of_two() {
    everything_comes_out_once::<2>();
}

/// A slot that was abandoned half written goes to the next writer with all that was done to it.
fn an_abandoned_slot_goes_to_the_next_writer(take: fn(&Ring<1>) -> usize) {
    loom::model(move || {
        let ring = Arc::new(Ring::<1>::new());
        let there = ring.clone();
        let next = thread::spawn(move || {
            assert_eq!(take(&there), 0, "nothing was committed");
            if there.put(1, true).is_ok() {
                assert_eq!(there.take(), Ok(1));
            }
        });
        let _abandoned = ring.put(9, false);
        next.join().unwrap();
    });
}

#[test]
fn an_abandoned_slot_changes_hands() {
    an_abandoned_slot_goes_to_the_next_writer(|ring| ring.take().into_iter().count());
}

#[test]
fn an_abandoned_slot_changes_hands_past_a_run() {
    an_abandoned_slot_goes_to_the_next_writer(|ring| ring.take_run().len());
}

/// Two threads each fill one ring and look into the other: one of them at least finds something.
#[test]
fn two_rings_are_not_both_found_empty() {
    loom::model(|| {
        let rings = Arc::new([Ring::<1>::new(), Ring::<1>::new()]);
        let look = |rings: &[Ring<1>; 2], mine: usize| {
            rings[mine].put(1, true).unwrap();
            rings[1 - mine].take()
        };
        let there = rings.clone();
        let other = thread::spawn(move || look(&there, 0));
        let mine = look(&rings, 1);
        let both = (mine, other.join().unwrap());
        assert_ne!(both, (Err(Refused::Empty), Err(Refused::Empty)));
    });
}

/// The same with two rings that are full, one slot of each being emptied first.
#[test]
fn two_rings_are_not_both_found_full() {
    loom::model(|| {
        let rings = Arc::new([Ring::<1>::new(), Ring::<1>::new()]);
        for ring in rings.iter() {
            ring.put(1, true).unwrap();
        }
        let look = |rings: &[Ring<1>; 2], mine: usize| {
            rings[mine].take().unwrap();
            rings[1 - mine].put(2, true)
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
fn closed_means_that_nothing_was_missed() {
    loom::model(|| {
        let ring = Arc::new(Ring::<2>::new());
        let there = ring.clone();
        let writer = thread::spawn(move || {
            let first = there.put(1, true).is_ok();
            there.cursors.close();
            assert_eq!(there.put(2, true), Err(Refused::Closed));
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
        assert!(writer.join().unwrap());
        got += ring.rest().len();
        assert_eq!(got, 1);
    });
}

/// A full ring, one who takes and one who overwrites: the oldest goes to one of them, and what took its place comes out.
#[test]
fn the_oldest_is_claimed_or_evicted_and_what_takes_its_place_comes_out() {
    loom::model(|| {
        let ring = Arc::new(Ring::<1>::new());
        let there = ring.clone();
        let other =
            thread::spawn(move || [there.take().ok(), there.take().ok(), there.force(3).unwrap_or(None)]);
        let put = ring.put(1, true);
        let forced = ring.force(2);
        let theirs = other.join().unwrap();
        let mut sent = vec![3; usize::from(theirs[2].is_some())];
        sent.extend(put.ok().map(|()| 1));
        sent.extend(forced.ok().flatten().map(|_| 2));
        let mut got: Vec<u32> = theirs.into_iter().flatten().chain(forced.ok().flatten()).collect();
        got.extend(ring.rest());
        got.sort_unstable();
        sent.sort_unstable();
        assert_eq!(got, sent);
    });
}

/// While an item takes the place of the oldest one, nobody is told that there is none, nor that none will come.
#[test]
fn a_ring_that_is_being_overwritten_is_not_found_empty() {
    loom::model(|| {
        let ring = Arc::new(Ring::<1>::new());
        ring.put(1, true).unwrap();
        let there = ring.clone();
        let reader = thread::spawn(move || [there.take(), there.take()]);
        let forced = ring.force(2);
        let taken = reader.join().unwrap();
        match forced {
            Ok(Some(1)) => assert!(!matches!(taken[0], Err(Refused::Empty | Refused::Closed)), "{taken:?}"),
            _ => assert_eq!(taken[0], Ok(1), "{forced:?}"),
        }
    });
}

/// The same, where it was closed meanwhile: what is still to come comes before the news that it is closed.
#[test]
fn a_ring_that_is_closed_while_it_is_being_overwritten_is_not_found_drained() {
    loom::model(|| {
        let ring = Arc::new(Ring::<1>::new());
        ring.put(1, true).unwrap();
        let there = ring.clone();
        let reader = thread::spawn(move || {
            there.cursors.close();
            there.take()
        });
        let forced = ring.force(2);
        let taken = reader.join().unwrap();
        assert!(!matches!(taken, Err(Refused::Empty | Refused::Closed)), "{taken:?} {forced:?}");
    });
}

/// Runs of slots on both sides, with one abandoned at the end of each, and single ones beside them.
fn runs_come_out_once<const N: usize>() {
    loom::model(|| {
        let ring = Arc::new(Ring::<N>::new());
        let there = ring.clone();
        let other = thread::spawn(move || {
            let got = there.take_run();
            let sent = there.put_run(2);
            (sent, got)
        });
        let mine = ring.put_run(1);
        let mut got = ring.take_run();
        let (theirs, also) = other.join().unwrap();
        got.extend(also);
        got.extend(ring.rest());
        got.sort_unstable();
        let mut sent = vec![1; mine];
        sent.extend(vec![2; theirs]);
        assert_eq!(got, sent);
    });
}

#[test]
fn runs_come_out_once_of_a_ring_of_one() {
    runs_come_out_once::<1>();
}

#[test]
fn runs_come_out_once_of_a_ring_of_three() {
    runs_come_out_once::<3>();
}
