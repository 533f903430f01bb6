//! The queue that is judged: plain items, the batch guard, grants in place, and slices.

use annulus::spsc::{Batch, Consumer, Producer, ring};

use super::{BatchPeer, BulkWay, ChunkPeer, SpscPeer, differences, fill, mismatches};
use crate::spsc::Entry;

pub fn entry() -> Entry {
    Entry::plain::<Annulus>()
        .batch::<Annulus>()
        .chunks::<Annulus>()
        .bulk::<SliceAndDrain>()
        .bulk::<SliceAndGrant>()
}

struct Annulus;

impl SpscPeer for Annulus {
    const NAME: &'static str = "annulus";
    const PACKAGE: &'static str = "annulus";
    const OURS: bool = true;
    type Tx = Producer<u64>;
    type Rx = Consumer<u64>;

    fn new(capacity: usize) -> (Self::Tx, Self::Rx) {
        ring(capacity)
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

impl BatchPeer for Annulus {
    type Batch<'a> = Batch<'a, u64>;

    #[inline(always)]
    fn batch(tx: &mut Self::Tx, every: usize) -> Self::Batch<'_> {
        tx.batch_every(every)
    }

    #[inline(always)]
    fn push_to(batch: &mut Self::Batch<'_>, value: u64) -> bool {
        batch.push(value).is_ok()
    }
}

impl ChunkPeer for Annulus {
    #[inline(always)]
    fn write_chunk(tx: &mut Self::Tx, n: usize, first: u64) -> bool {
        let Ok(mut grant) = tx.reserve_many(n) else { return false };
        let (one, two) = grant.as_uninit_slices();
        fill(one, first);
        fill(two, first + one.len() as u64);
        // SAFETY: `fill` wrote every slot of both slices, and they are the whole grant.
        unsafe { grant.commit(n) };
        true
    }

    #[inline(always)]
    fn read_chunk(rx: &mut Self::Rx, n: usize, first: u64) -> Option<u64> {
        let grant = rx.claim_many(n).ok()?;
        let (one, two) = grant.as_slices();
        let bad = differences(one, first) | differences(two, first + one.len() as u64);
        grant.release(n);
        Some(bad)
    }
}

struct SliceAndDrain;

impl BulkWay for SliceAndDrain {
    const HOW: &'static str = "push_slice, drain";
    type Peer = Annulus;

    #[inline(always)]
    fn fill(tx: &mut Producer<u64>, items: &[u64]) -> bool {
        tx.push_slice(items) == items.len()
    }

    #[inline(always)]
    fn drain(rx: &mut Consumer<u64>, expected: &[u64]) -> Option<u64> {
        let (mut came, mut bad) = (0, 0);
        for (got, want) in rx.drain().zip(expected) {
            bad |= got ^ want;
            came += 1;
        }
        (came == expected.len()).then_some(bad)
    }
}

struct SliceAndGrant;

impl BulkWay for SliceAndGrant {
    const HOW: &'static str = "push_slice, grant";
    type Peer = Annulus;

    #[inline(always)]
    fn fill(tx: &mut Producer<u64>, items: &[u64]) -> bool {
        tx.push_slice(items) == items.len()
    }

    #[inline(always)]
    fn drain(rx: &mut Consumer<u64>, expected: &[u64]) -> Option<u64> {
        let grant = rx.claim_many(expected.len()).ok()?;
        let (one, two) = grant.as_slices();
        let bad = mismatches(one, expected) | mismatches(two, &expected[one.len()..]);
        grant.release(expected.len());
        Some(bad)
    }
}
