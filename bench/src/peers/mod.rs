//! The queues being compared, and what a queue has to offer to take part.
//!
//! A peer is one file that implements [`SpscPeer`] or [`ManyPeer`] for a unit type, and its line in a list here.
//! Everything a queue can do beyond push and pop is a trait of its own, so a peer states exactly what it has. All of
//! it is monomorphised: the loops that are timed call no function pointer.

use std::mem::MaybeUninit;
use std::sync::Arc;

use crate::{bytes, many, spsc};

#[cfg(feature = "ours")]
mod annulus;
#[cfg(feature = "ours")]
mod annulus_bytes;
#[cfg(feature = "ours")]
mod annulus_many;
mod bbqueue;
mod concurrent;
mod crossbeam;
mod crossfire;
mod heapless;
mod kanal;
mod logbuf;
mod memory;
mod mutex;
mod nexus;
mod ringbuf;
mod rtrb;
mod std_sync;
mod thingbuf;

/// Every peer with one writer and one reader, ours first.
pub fn spsc() -> Vec<spsc::Entry> {
    vec![
        #[cfg(feature = "ours")]
        annulus::entry(),
        nexus::entry(),
        ringbuf::entry(),
        rtrb::entry(),
    ]
}

/// Every queue of frames, ours first.
pub fn frames() -> Vec<bytes::Entry> {
    let mut all = Vec::new();
    #[cfg(feature = "ours")]
    all.extend(annulus_bytes::frames());
    all.extend([bbqueue::frames(), logbuf::frames(), rtrb::frames()]);
    all
}

/// Every queue of bytes that can be written and read in place, ours first, and what memory can do.
pub fn runs() -> Vec<bytes::Entry> {
    let mut all = Vec::new();
    #[cfg(feature = "ours")]
    all.extend(annulus_bytes::runs());
    all.extend([bbqueue::runs(), rtrb::runs(), memory::entry()]);
    all
}

/// Every peer with many writers and many readers, ours first.
pub fn mpmc() -> Vec<many::Entry> {
    let mut all = Vec::new();
    #[cfg(feature = "ours")]
    all.extend(annulus_many::mpmc());
    all.extend(general());
    all.push(crossfire::mpmc());
    all
}

/// Every peer with many writers and one reader, ours first.
pub fn mpsc() -> Vec<many::Entry> {
    let mut all = Vec::new();
    #[cfg(feature = "ours")]
    all.extend(annulus_many::mpsc());
    all.extend(general());
    all.extend([crossfire::mpsc(), nexus::mpsc(), std_sync::mpsc()]);
    all
}

/// Every queue of records with many writers and one reader, ours first.
pub fn records() -> Vec<many::Entry> {
    let mut all = Vec::new();
    #[cfg(feature = "ours")]
    all.push(annulus_bytes::records());
    all.extend([logbuf::records(), mutex::records()]);
    all
}

/// Every peer with one writer and many readers, ours first.
pub fn spmc() -> Vec<many::Entry> {
    let mut all = Vec::new();
    #[cfg(feature = "ours")]
    all.extend(annulus_many::spmc());
    all.extend(general());
    all.extend([crossfire::mpmc(), nexus::spmc()]);
    all
}

/// Peers with many of both ends and nothing simpler for one of either.
fn general() -> Vec<many::Entry> {
    let mut all = vec![crossbeam::array(), crossbeam::seg(), concurrent::entry(), kanal::entry()];
    all.extend(heapless::entries());
    all.push(thingbuf::entry());
    all
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

/// A queue of bytes with one writer and one reader, which write and read so many at a time where they lie.
pub trait BytesPeer: 'static {
    /// As the tables call it.
    const NAME: &'static str;
    /// As in [`SpscPeer`].
    const PACKAGE: &'static str;
    /// As in [`SpscPeer`].
    const OURS: bool = false;
    /// Which of its ways this is, if there are several.
    const HOW: &'static str = "";

    type Tx: Send;
    type Rx: Send;

    /// A ring of so many bytes, for `len` at a time.
    fn new(capacity: usize, len: usize) -> (Self::Tx, Self::Rx);
    /// Writes `len` times `byte`. False if there is no room.
    fn write(tx: &mut Self::Tx, len: usize, byte: u8) -> bool;
    /// Reads what was written at once, by [`wrong`]; zero if it is `len` times `byte`. None if there is nothing.
    fn read(rx: &mut Self::Rx, len: usize, byte: u8) -> Option<u64>;
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

/// A queue with any number of ends of one kind, or of both.
pub trait ManyPeer: 'static {
    /// As the tables call it.
    const NAME: &'static str;
    /// As in [`SpscPeer`].
    const PACKAGE: &'static str;
    /// As in [`SpscPeer`].
    const OURS: bool = false;
    /// Whether verdicts are about it, or in terms of it: not if what it promises is something else.
    const JUDGED: bool = true;
    /// Whether a reader is given each writer's items in their order.
    const ORDERED: bool = true;

    type Tx: Send;
    type Rx: Send;

    /// Whether there is a queue of exactly this capacity.
    fn fits(_capacity: usize) -> bool {
        true
    }
    /// A queue with so many ends.
    fn new(capacity: usize, writers: usize, readers: usize) -> (Vec<Self::Tx>, Vec<Self::Rx>);
    /// False if it did not go in: there may be no room, or others are in the way.
    fn push(tx: &mut Self::Tx, value: u64) -> bool;
    /// None if nothing came out: it may be empty, or others are in the way.
    fn pop(rx: &mut Self::Rx) -> Option<u64>;
}

/// Runs of items that are written and read where they lie in the queue.
pub trait RunPeer: ManyPeer {
    /// Writes `first`, `first + 1`, .. with [`fill`], up to `n` of them, and tells how many.
    fn push_run(tx: &mut Self::Tx, n: usize, first: u64) -> usize;
    /// Reads up to `n` items and tells how many.
    fn pop_run(rx: &mut Self::Rx, n: usize, each: impl FnMut(u64)) -> usize;
}

/// Ends of a queue that is used by reference.
pub fn shared<Q>(queue: Q, writers: usize, readers: usize) -> (Vec<Arc<Q>>, Vec<Arc<Q>>) {
    let queue = Arc::new(queue);
    (clones(queue.clone(), writers), clones(queue, readers))
}

/// So many ends like this one.
pub fn clones<E: Clone>(end: E, n: usize) -> Vec<E> {
    vec![end; n]
}

/// The only end there is.
pub fn only<E>(end: E, n: usize) -> Vec<E> {
    assert_eq!(n, 1, "there is only one such end");
    vec![end]
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

/// Zero if every one of `bytes` is `byte`: every peer's bytes are read by this one loop.
#[inline(always)]
pub fn wrong(bytes: &[u8], byte: u8) -> u64 {
    bytes.iter().fold(0, |bad, got| bad | (got ^ byte)).into()
}

/// The bytes of a record.
pub const RECORD: usize = 64;

/// Fills a record with a number: every peer's records are written by this one loop.
#[inline(always)]
pub fn put_number(record: &mut [u8], number: u64) {
    for word in record.chunks_exact_mut(8) {
        word.copy_from_slice(&number.to_ne_bytes());
    }
}

/// The number in a record, which is spoilt if the record was torn.
#[inline(always)]
pub fn number_in(record: &[u8]) -> u64 {
    let words = record.chunks_exact(8).map(|word| u64::from_ne_bytes(word.try_into().expect("eight bytes")));
    let first = words.clone().next().unwrap_or(!0);
    words.fold(first, |number, word| number | (word ^ first))
}

/// Zero if `expected` begins with `items`.
#[inline(always)]
pub fn mismatches(items: &[u64], expected: &[u64]) -> u64 {
    items.iter().zip(expected).fold(0, |bad, (got, want)| bad | (got ^ want))
}
