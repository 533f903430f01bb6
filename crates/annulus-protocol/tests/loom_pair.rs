//! The last end to go has the ring to itself, and so have the next two after it. Labels: S2, S3.
#![cfg(loom)]
use annulus_protocol::life::End;
use annulus_protocol::seat::Pair;
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

/// A pair of ends, and a piece of memory that belongs to each.
struct Ring {
    pair: Pair,
    of_writer: UnsafeCell<u32>,
    of_reader: UnsafeCell<u32>,
}

// SAFETY: the cells are loom's, which reports any access that the pair does not order: that is the test.
unsafe impl Sync for Ring {}

impl Ring {
    fn new(pair: Pair) -> Arc<Self> {
        Arc::new(Self { pair, of_writer: UnsafeCell::new(0), of_reader: UnsafeCell::new(0) })
    }

    fn touch(&self, end: End) {
        let cell = if end == End::Writer { &self.of_writer } else { &self.of_reader };
        // SAFETY: loom checks that nobody else touches it.
        cell.with_mut(|cell| unsafe { *cell += 1 });
    }

    /// Works with one end and gives it back; the last one puts the ring away, and says so.
    fn use_and_leave(&self, end: End) -> bool {
        self.touch(end);
        let last = self.pair.leave(end);
        if last {
            self.touch(End::Writer);
            self.touch(End::Reader);
            self.pair.free();
        }
        last
    }
}

#[test]
fn the_last_end_to_go_sees_all_that_the_other_did() {
    loom::model(|| {
        let ring = Ring::new(Pair::taken());
        let there = ring.clone();
        let writer = thread::spawn(move || there.use_and_leave(End::Writer));
        let last = ring.use_and_leave(End::Reader);
        assert_ne!(writer.join().unwrap(), last, "one of them is the last");
    });
}

#[test]
fn whoever_takes_the_ends_again_sees_all_that_was_done_before() {
    loom::model(|| {
        let ring = Ring::new(Pair::taken());
        let there = ring.clone();
        let next = thread::spawn(move || {
            if there.pair.take() {
                there.touch(End::Writer);
                there.touch(End::Reader);
            }
        });
        ring.use_and_leave(End::Writer);
        ring.use_and_leave(End::Reader);
        next.join().unwrap();
    });
}
