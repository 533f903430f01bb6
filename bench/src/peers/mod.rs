//! The queues being compared, and what a queue has to offer to take part.
//!
//! A peer is one file that implements [`SpscPeer`] for a unit type, and its line in [`all`]. Everything a queue
//! can do beyond push and pop is a trait of its own, so a peer states exactly what it has. All of it is
//! monomorphised: the loops that are timed call no function pointer.

use std::mem::MaybeUninit;

use crate::spsc::Entry;

#[cfg(feature = "ours")]
mod annulus;
mod nexus;
mod ringbuf;
mod rtrb;

/// Every peer, ours first.
pub fn all() -> Vec<Entry> {
    vec![
        #[cfg(feature = "ours")]
        annulus::entry(),
        nexus::entry(),
        ringbuf::entry(),
        rtrb::entry(),
    ]
}

/// A bounded queue with one writer and one reader that neither waits nor loses.
pub trait SpscPeer: 'static {
    /// As the tables call it.
    const NAME: &'static str;
    /// The package whose version is printed; a path dependency has the version of the working tree.
    const PACKAGE: &'static str;
    /// The queue that is judged. All others are what it is judged against.
    const OURS: bool = false;

    type Tx: Send;
    type Rx: Send;

    fn new(capacity: usize) -> (Self::Tx, Self::Rx);
    /// False if full.
    fn push(tx: &mut Self::Tx, value: u64) -> bool;
    /// None if empty.
    fn pop(rx: &mut Self::Rx) -> Option<u64>;
}

/// Plain pushes that are published together.
pub trait BatchPeer: SpscPeer {
    type Batch<'a>;

    /// Publishes at least every `every` items, when the ring is full, and on drop.
    fn batch(tx: &mut Self::Tx, every: usize) -> Self::Batch<'_>;
    /// False if full.
    fn push_to(batch: &mut Self::Batch<'_>, value: u64) -> bool;
}

/// Runs of items that are written and read where they lie in the ring.
pub trait ChunkPeer: SpscPeer {
    /// Writes `first`, `first + 1`, .. with [`fill`] and commits them, all `n` or none. False if there is no room.
    fn write_chunk(tx: &mut Self::Tx, n: usize, first: u64) -> bool;
    /// Reads `n` items with [`differences`] and releases them, all or none. None if there are not so many.
    fn read_chunk(rx: &mut Self::Rx, n: usize, first: u64) -> Option<u64>;
}

/// One of a crate's ways to move a slice in and out. A crate enters each way that might be its best.
pub trait BulkWay: 'static {
    const HOW: &'static str;
    type Peer: SpscPeer;

    /// False unless all of `items` went in.
    fn fill(tx: &mut <Self::Peer as SpscPeer>::Tx, items: &[u64]) -> bool;
    /// Takes as many items as `expected` has and returns their [`mismatches`]. None if there are not so many.
    fn drain(rx: &mut <Self::Peer as SpscPeer>::Rx, expected: &[u64]) -> Option<u64>;
}

/// Writes `first`, `first + 1`, .. in place: every peer's chunks are filled by this one loop.
#[inline(always)]
pub fn fill(place: &mut [MaybeUninit<u64>], first: u64) {
    for (slot, value) in place.iter_mut().zip(first..) {
        slot.write(value);
    }
}

/// Zero if `items` are `first`, `first + 1`, ..: every peer's chunks are read by this one loop.
#[inline(always)]
pub fn differences(items: &[u64], first: u64) -> u64 {
    items.iter().zip(first..).fold(0, |bad, (got, want)| bad | (got ^ want))
}

/// Zero if `expected` begins with `items`.
#[inline(always)]
pub fn mismatches(items: &[u64], expected: &[u64]) -> u64 {
    items.iter().zip(expected).fold(0, |bad, (got, want)| bad | (got ^ want))
}
