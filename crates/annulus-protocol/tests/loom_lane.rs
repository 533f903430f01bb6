//! Every schedule and every stale value of a small lane, on the shipped code. Labels: L1, L2, H1, C1.
//!
//! `RUSTFLAGS="--cfg loom" LOOM_MAX_PREEMPTIONS=3 cargo test -p annulus-protocol --release`
#![cfg(loom)]
use annulus_protocol::lane::{Cursors, Reader, Refused, Writer};
use annulus_protocol::life::State;
use annulus_protocol::pos::Word;
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

/// A ring of two slots just below the wrap of the word: the cells tell loom who touches what.
struct Ring {
    cursors: Cursors,
    slots: [UnsafeCell<u32>; 2],
}

// SAFETY: the cells are loom's, which reports any access that the lane does not order: that is the test.
unsafe impl Sync for Ring {}

const SIZE: Word = 2;

impl Ring {
    fn new() -> Arc<Self> {
        let slots = [UnsafeCell::new(0), UnsafeCell::new(0)];
        Arc::new(Self { cursors: Cursors::starting_at(Word::MAX), slots })
    }
    fn write(&self, index: Word, value: u32) {
        // SAFETY: loom checks that nobody else touches the slot.
        self.slots[index as usize].with_mut(|slot| unsafe { *slot = value });
    }
    fn take(&self, index: Word) -> u32 {
        // SAFETY: loom checks that nobody else touches the slot. Mutably: taking out is a write to the slot.
        self.slots[index as usize].with_mut(|slot| unsafe { std::mem::take(&mut *slot) })
    }
}

/// Three items through two slots: both words wrap, and the writer meets a slot again (L1 and L2).
#[test]
fn items_arrive_once_in_order_and_slots_change_hands() {
    loom::model(|| {
        let ring = Ring::new();
        let there = ring.clone();
        let writer = thread::spawn(move || {
            let mut w = Writer::resume(&there.cursors, SIZE);
            for item in 1..=3 {
                loop {
                    if let Some(s) = w.reserve_one(&there.cursors) {
                        there.write(s.span().start(), item);
                        s.commit_one(&there.cursors);
                        break;
                    }
                    thread::yield_now();
                }
            }
        });
        let mut r = Reader::resume_alone(&ring.cursors, SIZE, 1);
        for item in 1..=3 {
            loop {
                if let Ok(s) = r.claim_one(&ring.cursors) {
                    assert_eq!(ring.take(s.span().start()), item);
                    s.release(&ring.cursors, 1);
                    break;
                }
                thread::yield_now();
            }
        }
        writer.join().unwrap();
    });
}

/// Batches and credits: shown late, but with the same edges.
#[test]
fn lazy_sides_show_everything_before_they_wait() {
    loom::model(|| {
        let ring = Ring::new();
        let there = ring.clone();
        let writer = thread::spawn(move || {
            let mut w = Writer::resume(&there.cursors, SIZE);
            for item in 1..=3 {
                loop {
                    if let Some(s) = w.reserve_one(&there.cursors) {
                        there.write(s.span().start(), item);
                        s.commit_later(&there.cursors, 4);
                        break;
                    }
                    thread::yield_now();
                }
            }
            w.flush(&there.cursors);
        });
        let mut r = Reader::resume_alone(&ring.cursors, SIZE, 2);
        for item in 1..=3 {
            loop {
                if let Ok(s) = r.claim_one(&ring.cursors) {
                    assert_eq!(ring.take(s.span().start()), item);
                    s.release(&ring.cursors, 1);
                    break;
                }
                thread::yield_now();
            }
        }
        writer.join().unwrap();
    });
}

/// Items that were taken one after the other are handed back together, after the last of them was read (L2).
#[test]
fn what_was_taken_is_handed_back_by_showing_it() {
    loom::model(|| {
        let ring = Ring::new();
        let mut w = Writer::resume(&ring.cursors, SIZE);
        for item in 1..=SIZE as u32 {
            let s = w.reserve_one(&ring.cursors).unwrap();
            ring.write(s.span().start(), item);
            s.commit_one(&ring.cursors);
        }
        let there = ring.clone();
        let writer = thread::spawn(move || {
            loop {
                if let Some(s) = w.reserve_one(&there.cursors) {
                    there.write(s.span().start(), 3);
                    s.commit_one(&there.cursors);
                    break;
                }
                thread::yield_now();
            }
        });
        let mut r = Reader::resume_alone(&ring.cursors, SIZE, 1);
        let claimed = r.claim(&ring.cursors, SIZE).unwrap();
        let first = claimed.span().start();
        claimed.take(&ring.cursors, SIZE);
        assert_eq!((ring.take(first), ring.take((first + 1) % SIZE)), (1, 2));
        r.show(&ring.cursors);
        writer.join().unwrap();
    });
}

/// A writer that overwrites takes slots in the reader's place (H1): each item is taken once, by one of them.
#[test]
fn the_oldest_item_is_taken_by_the_reader_or_by_the_writer_never_by_both() {
    loom::model(|| {
        let ring = Ring::new();
        let there = ring.clone();
        let writer = thread::spawn(move || {
            let mut w = Writer::resume(&there.cursors, SIZE);
            let (mut evicted, mut pushed) = (vec![], 0);
            for item in 1..=4 {
                if !w.has_room(&there.cursors) {
                    if let Ok(oldest) = w.evict(&there.cursors) {
                        evicted.push(there.take(oldest.index()));
                        oldest.release(&there.cursors);
                    }
                }
                if let Some(s) = w.reserve_one(&there.cursors) {
                    there.write(s.span().start(), item);
                    s.commit_one(&there.cursors);
                    pushed |= 1 << item;
                }
            }
            (evicted, pushed)
        });
        let mut r = Reader::resume(&ring.cursors, SIZE, 1);
        let mut taken = vec![];
        for _ in 0..2 {
            if let Ok(s) = r.claim_one(&ring.cursors) {
                taken.push(ring.take(s.span().start()));
                s.release(&ring.cursors, 1);
            }
        }
        let (evicted, mut left) = writer.join().unwrap();
        while let Ok(s) = r.claim_one(&ring.cursors) {
            taken.push(ring.take(s.span().start()));
            s.release(&ring.cursors, 1);
        }
        assert!(taken.is_sorted() && evicted.is_sorted());
        for item in taken.into_iter().chain(evicted) {
            assert_ne!(left & (1 << item), 0, "item {item} came out twice, or never went in");
            left &= !(1 << item);
        }
        assert_eq!(left, 0, "nothing is lost");
    });
}

/// Whoever sees the other side closed sees all that it published before (C1).
#[test]
fn closing_comes_after_everything_that_was_committed() {
    loom::model(|| {
        let ring = Ring::new();
        let there = ring.clone();
        let writer = thread::spawn(move || {
            let mut w = Writer::resume(&there.cursors, SIZE);
            let s = w.reserve_one(&there.cursors).unwrap();
            there.write(s.span().start(), 7);
            s.commit_one(&there.cursors);
            there.cursors.writer().close();
        });
        let mut r = Reader::resume_alone(&ring.cursors, SIZE, 1);
        if ring.cursors.writer().is_closed() {
            let s = r.claim_one(&ring.cursors).expect("what was committed before the close");
            assert_eq!(ring.take(s.span().start()), 7);
            s.release(&ring.cursors, 1);
            assert_eq!(r.claim_one(&ring.cursors).unwrap_err(), Refused::Nothing);
        }
        writer.join().unwrap();
    });
}

/// Who only counts never sees more released than committed (L2).
///
/// The one that counts is a thread of its own, so that loom first runs it last and then moves it forward. The other
/// way round loom misses the schedules at issue: it remembers one access of each word, and a side's own load before
/// its store hides that the store could have come before the load of somebody else.
#[test]
fn a_count_never_comes_out_below_zero() {
    loom::model(|| {
        let ring = Ring::new();
        let (there, over_there) = (ring.clone(), ring.clone());
        let writer = thread::spawn(move || {
            let mut w = Writer::resume(&there.cursors, SIZE);
            w.reserve_one(&there.cursors).unwrap().commit_one(&there.cursors);
        });
        let counter = thread::spawn(move || count(&over_there.cursors));
        let mut r = Reader::resume_alone(&ring.cursors, SIZE, 1);
        while r.has_item(&ring.cursors).is_err() {
            thread::yield_now();
        }
        r.claim_one(&ring.cursors).unwrap().release(&ring.cursors, 1);
        let counted = counter.join().unwrap();
        assert!(counted <= 1, "{counted} of 1");
        writer.join().unwrap();
    });
}

/// The same when a writer releases in the reader's place.
#[test]
fn a_count_never_comes_out_below_zero_while_a_writer_evicts() {
    loom::model(|| {
        let ring = Ring::new();
        let there = ring.clone();
        let counter = thread::spawn(move || count(&there.cursors));
        let mut w = Writer::resume(&ring.cursors, SIZE);
        w.reserve(&ring.cursors, SIZE).commit(&ring.cursors, SIZE);
        w.evict(&ring.cursors).unwrap().release(&ring.cursors);
        let counted = counter.join().unwrap();
        assert!(counted <= SIZE, "{counted} of {SIZE}");
    });
}

fn count(cursors: &Cursors) -> Word {
    let (released, committed) = cursors.positions();
    committed.wrapping_sub(released)
}

/// A lane with something left in it is never reported drained: C1 brings the last `committed` to a Relaxed load.
#[test]
fn a_lane_that_closes_with_an_item_in_it_is_never_reported_closed() {
    loom::model(|| {
        let ring = Ring::new();
        let there = ring.clone();
        let observer = thread::spawn(move || there.cursors.state());
        let mut w = Writer::resume(&ring.cursors, SIZE);
        w.reserve_one(&ring.cursors).unwrap().commit_one(&ring.cursors);
        ring.cursors.writer().close();
        assert_ne!(observer.join().unwrap(), State::Closed);
        assert_eq!(ring.cursors.state(), State::Closing);
    });
}
