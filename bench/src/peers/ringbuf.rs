//! `ringbuf`: its caching handles (what `split` gives), chunks by way of its slices, and slice copies.

use ringbuf::traits::{Consumer, Producer, Raw, Split};
use ringbuf::{HeapCons, HeapProd, HeapRb};

use super::{BulkWay, ChunkPeer, SpscPeer, differences, fill, mismatches};
use crate::spsc::Entry;

pub fn entry() -> Entry {
    Entry::plain::<Ringbuf>().chunks::<Ringbuf>().bulk::<Slices>().bulk::<InPlace>()
}

struct Ringbuf;

impl SpscPeer for Ringbuf {
    const NAME: &'static str = "ringbuf";
    const PACKAGE: &'static str = "ringbuf";
    type Tx = HeapProd<u64>;
    type Rx = HeapCons<u64>;

    fn new(capacity: usize) -> (Self::Tx, Self::Rx) {
        HeapRb::new(capacity).split()
    }

    #[inline(always)]
    fn push(tx: &mut Self::Tx, value: u64) -> bool {
        tx.try_push(value).is_ok()
    }

    #[inline(always)]
    fn pop(rx: &mut Self::Rx) -> Option<u64> {
        rx.try_pop()
    }
}

impl ChunkPeer for Ringbuf {
    #[inline(always)]
    fn write_chunk(tx: &mut Self::Tx, n: usize, first: u64) -> bool {
        let (one, two) = tx.vacant_slices_mut();
        if one.len() + two.len() < n {
            return false;
        }
        let ones = n.min(one.len());
        fill(&mut one[..ones], first);
        fill(&mut two[..n - ones], first + ones as u64);
        // SAFETY: the first `n` vacant slots were just written.
        unsafe { tx.advance_write_index(n) };
        true
    }

    #[inline(always)]
    fn read_chunk(rx: &mut Self::Rx, n: usize, first: u64) -> Option<u64> {
        let (one, two) = rx.as_slices();
        if one.len() + two.len() < n {
            return None;
        }
        let ones = n.min(one.len());
        let bad = differences(&one[..ones], first) | differences(&two[..n - ones], first + ones as u64);
        // SAFETY: at least `n` slots are occupied, and `u64` needs no drop.
        unsafe { rx.advance_read_index(n) };
        Some(bad)
    }
}

struct Slices;

impl BulkWay for Slices {
    const HOW: &'static str = "slices";
    type Peer = Ringbuf;

    #[inline(always)]
    fn fill(tx: &mut HeapProd<u64>, items: &[u64]) -> bool {
        tx.push_slice(items) == items.len()
    }

    #[inline(always)]
    fn drain(rx: &mut HeapCons<u64>, expected: &[u64]) -> Option<u64> {
        let mut room = [0; 64];
        let items = &mut room[..expected.len()];
        (rx.pop_slice(items) == expected.len()).then(|| mismatches(items, expected))
    }
}

struct InPlace;

impl BulkWay for InPlace {
    const HOW: &'static str = "slice in, read in place";
    type Peer = Ringbuf;

    #[inline(always)]
    fn fill(tx: &mut HeapProd<u64>, items: &[u64]) -> bool {
        tx.push_slice(items) == items.len()
    }

    #[inline(always)]
    fn drain(rx: &mut HeapCons<u64>, expected: &[u64]) -> Option<u64> {
        let (one, two) = rx.as_slices();
        if one.len() + two.len() != expected.len() {
            return None;
        }
        let bad = mismatches(one, expected) | mismatches(two, &expected[one.len()..]);
        rx.skip(expected.len());
        Some(bad)
    }
}
