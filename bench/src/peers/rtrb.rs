//! `rtrb`: chunks in place, and slices.

use rtrb::{Consumer, Producer, RingBuffer};

use super::{BulkWay, ChunkPeer, SpscPeer, differences, fill, mismatches};
use crate::spsc::Entry;

pub fn entry() -> Entry {
    Entry::plain::<Rtrb>().chunks::<Rtrb>().bulk::<Slices>().bulk::<Chunks>()
}

struct Rtrb;

impl SpscPeer for Rtrb {
    const NAME: &'static str = "rtrb";
    const PACKAGE: &'static str = "rtrb";
    type Tx = Producer<u64>;
    type Rx = Consumer<u64>;

    fn new(capacity: usize) -> (Self::Tx, Self::Rx) {
        RingBuffer::new(capacity)
    }

    #[inline(always)]
    fn push(tx: &mut Self::Tx, value: u64) -> bool {
        tx.push(value).is_ok()
    }

    #[inline(always)]
    fn pop(rx: &mut Self::Rx) -> Option<u64> {
        rx.pop().ok()
    }
}

impl ChunkPeer for Rtrb {
    #[inline(always)]
    fn write_chunk(tx: &mut Self::Tx, n: usize, first: u64) -> bool {
        let Ok(mut chunk) = tx.write_chunk_uninit(n) else { return false };
        let (one, two) = chunk.as_mut_slices();
        fill(one, first);
        fill(two, first + one.len() as u64);
        // SAFETY: `fill` wrote every slot of both slices, and they are the whole chunk.
        unsafe { chunk.commit_all() };
        true
    }

    #[inline(always)]
    fn read_chunk(rx: &mut Self::Rx, n: usize, first: u64) -> Option<u64> {
        let chunk = rx.read_chunk(n).ok()?;
        let (one, two) = chunk.as_slices();
        let bad = differences(one, first) | differences(two, first + one.len() as u64);
        chunk.commit_all();
        Some(bad)
    }
}

struct Slices;

impl BulkWay for Slices {
    const HOW: &'static str = "slices";
    type Peer = Rtrb;

    #[inline(always)]
    fn fill(tx: &mut Producer<u64>, items: &[u64]) -> bool {
        tx.push_entire_slice(items).is_ok()
    }

    #[inline(always)]
    fn drain(rx: &mut Consumer<u64>, expected: &[u64]) -> Option<u64> {
        let mut room = [0; 64];
        let items = &mut room[..expected.len()];
        rx.pop_entire_slice(items).ok()?;
        Some(mismatches(items, expected))
    }
}

struct Chunks;

impl BulkWay for Chunks {
    const HOW: &'static str = "slice in, chunk out";
    type Peer = Rtrb;

    #[inline(always)]
    fn fill(tx: &mut Producer<u64>, items: &[u64]) -> bool {
        tx.push_entire_slice(items).is_ok()
    }

    #[inline(always)]
    fn drain(rx: &mut Consumer<u64>, expected: &[u64]) -> Option<u64> {
        let chunk = rx.read_chunk(expected.len()).ok()?;
        let (one, two) = chunk.as_slices();
        let bad = mismatches(one, expected) | mismatches(two, &expected[one.len()..]);
        chunk.commit_all();
        Some(bad)
    }
}
