//! No queue: as many places as fit, each with a flag on a line of its own. What two cores can do with so many bytes at a time.

use std::cell::UnsafeCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{BytesPeer, wrong};
use crate::bytes::Entry;

pub fn entry() -> Entry {
    Entry::of::<Memory>()
}

struct Memory;

#[repr(align(128))]
struct Place {
    full: AtomicBool,
    bytes: UnsafeCell<Box<[u8]>>,
}

// SAFETY: the bytes are the writer's while `full` is false, and the reader's while it is true; there is one of each.
unsafe impl Sync for Place {}

struct End {
    places: Arc<[Place]>,
    next: usize,
}

impl End {
    /// The next place, if it is ours, and what to do when we are done with it.
    #[inline(always)]
    fn take(&mut self, full: bool, work: impl FnOnce(&mut [u8]) -> u64) -> Option<u64> {
        let place = &self.places[self.next];
        if place.full.load(Ordering::Acquire) != full {
            return None;
        }
        // SAFETY: the flag says that the bytes are ours, until we turn it.
        let done = work(unsafe { &mut *place.bytes.get() });
        place.full.store(!full, Ordering::Release);
        self.next = if self.next + 1 == self.places.len() { 0 } else { self.next + 1 };
        Some(done)
    }
}

impl BytesPeer for Memory {
    const NAME: &'static str = "memory";
    const PACKAGE: &'static str = "annulus-bench";
    const HOW: &'static str = "a flag for each place, no queue";
    type Tx = End;
    type Rx = End;

    fn new(capacity: usize, len: usize) -> (Self::Tx, Self::Rx) {
        let place = |_| Place { full: AtomicBool::new(false), bytes: UnsafeCell::new(vec![0; len].into()) };
        let places: Arc<[Place]> = (0..capacity / len).map(place).collect();
        (End { places: places.clone(), next: 0 }, End { places, next: 0 })
    }

    #[inline(always)]
    fn write(tx: &mut Self::Tx, _: usize, byte: u8) -> bool {
        tx.take(false, |bytes| (bytes.fill(byte), 0).1).is_some()
    }

    #[inline(always)]
    fn read(rx: &mut Self::Rx, _: usize, byte: u8) -> Option<u64> {
        rx.take(true, |bytes| wrong(bytes, byte))
    }
}
