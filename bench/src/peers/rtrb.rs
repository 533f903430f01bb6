//! `rtrb`: chunks in place, and slices.

use rtrb::{Consumer, Producer, RingBuffer};

use std::mem::MaybeUninit;

use super::{BulkWay, BytesPeer, ChunkPeer, SpscPeer, differences, fill, mismatches, wrong};
use crate::bytes;
use crate::spsc::Entry;

pub fn entry() -> Entry {
    Entry::plain::<Rtrb>().chunks::<Rtrb>().bulk::<Slices>().bulk::<Chunks>()
}

pub fn frames() -> bytes::Entry {
    bytes::Entry::of::<Bytes<true>>()
}

pub fn runs() -> bytes::Entry {
    bytes::Entry::of::<Bytes<false>>()
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

/// Chunks of bytes in place, behind their length if they are frames.
struct Bytes<const FRAMES: bool>;

/// Of the length before a frame.
const PREFIX: usize = size_of::<u32>();

impl<const FRAMES: bool> BytesPeer for Bytes<FRAMES> {
    const NAME: &'static str = "rtrb";
    const PACKAGE: &'static str = "rtrb";
    type Tx = Producer<u8>;
    type Rx = Consumer<u8>;

    fn new(capacity: usize, _: usize) -> (Self::Tx, Self::Rx) {
        RingBuffer::new(capacity)
    }

    #[inline(always)]
    fn write(tx: &mut Self::Tx, len: usize, byte: u8) -> bool {
        let prefix = if FRAMES { PREFIX } else { 0 };
        let Ok(mut chunk) = tx.write_chunk_uninit(prefix + len) else { return false };
        let (one, two) = chunk.as_mut_slices();
        let (one, two) = if FRAMES { put_length(one, two, len as u32) } else { (one, two) };
        one.fill(MaybeUninit::new(byte));
        two.fill(MaybeUninit::new(byte));
        // SAFETY: the prefix and every byte after it were written, and they are the whole chunk.
        unsafe { chunk.commit_all() };
        true
    }

    #[inline(always)]
    fn read(rx: &mut Self::Rx, len: usize, byte: u8) -> Option<u64> {
        let (prefix, body) = if FRAMES {
            let chunk = rx.read_chunk(PREFIX).ok()?;
            (PREFIX, length_in(chunk.as_slices()) as usize)
        } else {
            (0, len)
        };
        let chunk = rx.read_chunk(prefix + body).ok()?;
        let (one, two) = chunk.as_slices();
        let skipped = prefix.min(one.len());
        let bad = wrong(&one[skipped..], byte) | wrong(&two[prefix - skipped..], byte);
        chunk.commit_all();
        Some(bad | (body ^ len) as u64)
    }
}

/// Writes the length over both pieces, and returns what is left of them.
#[inline(always)]
fn put_length<'a>(
    one: &'a mut [MaybeUninit<u8>],
    two: &'a mut [MaybeUninit<u8>],
    len: u32,
) -> (&'a mut [MaybeUninit<u8>], &'a mut [MaybeUninit<u8>]) {
    let bytes = len.to_ne_bytes();
    if one.len() >= PREFIX {
        let (here, rest) = one.split_at_mut(PREFIX);
        here.copy_from_slice(&bytes.map(MaybeUninit::new));
        return (rest, two);
    }
    let (here, one) = one.split_at_mut(PREFIX.min(one.len()));
    let (there, two) = two.split_at_mut(PREFIX - here.len());
    for (place, byte) in here.iter_mut().chain(there).zip(bytes) {
        place.write(byte);
    }
    (one, two)
}

#[inline(always)]
fn length_in((one, two): (&[u8], &[u8])) -> u32 {
    // The prefix straddles the end now and then only.
    one.first_chunk().copied().map_or_else(
        || {
            let mut bytes = one.iter().chain(two);
            u32::from_ne_bytes(std::array::from_fn(|_| *bytes.next().expect("a whole prefix")))
        },
        u32::from_ne_bytes,
    )
}
