//! Frames and runs of bytes: the queues that are judged.

use annulus::{bytes, frames, records};

use super::{BytesPeer, ManyPeer, RECORD, clones, number_in, put_number, wrong};
use crate::bytes::Entry;
use crate::many;

pub fn frames() -> Vec<Entry> {
    vec![Entry::of::<Frames>()]
}

pub fn runs() -> Vec<Entry> {
    vec![Entry::of::<Runs<false>>(), Entry::of::<Runs<true>>()]
}

pub fn records() -> many::Entry {
    many::Entry::plain::<Records>()
}

struct Records;

impl ManyPeer for Records {
    const NAME: &'static str = "annulus";
    const PACKAGE: &'static str = "annulus";
    const OURS: bool = true;
    type Tx = records::RecordWriter;
    type Rx = records::RecordReader;

    fn new(capacity: usize, writers: usize, readers: usize) -> (Vec<Self::Tx>, Vec<Self::Rx>) {
        let (tx, rx) = records::ring(capacity * RECORD);
        (clones(tx, writers), clones(rx, readers))
    }

    #[inline(always)]
    fn push(tx: &mut Self::Tx, value: u64) -> bool {
        let Ok(mut record) = tx.reserve(RECORD) else { return false };
        put_number(&mut record, value);
        record.commit(RECORD);
        true
    }

    #[inline(always)]
    fn pop(rx: &mut Self::Rx) -> Option<u64> {
        Some(number_in(&rx.read().ok()?))
    }
}

struct Frames;

impl BytesPeer for Frames {
    const NAME: &'static str = "annulus";
    const PACKAGE: &'static str = "annulus";
    const OURS: bool = true;
    type Tx = frames::FrameWriter;
    type Rx = frames::FrameReader;

    fn new(capacity: usize, _: usize) -> (Self::Tx, Self::Rx) {
        frames::ring(capacity)
    }

    #[inline(always)]
    fn write(tx: &mut Self::Tx, len: usize, byte: u8) -> bool {
        let Ok(mut grant) = tx.grant(len) else { return false };
        grant.fill(byte);
        grant.commit(len);
        true
    }

    #[inline(always)]
    fn read(rx: &mut Self::Rx, len: usize, byte: u8) -> Option<u64> {
        let frame = rx.read().ok()?;
        let bad = wrong(&frame, byte) | (frame.len() ^ len) as u64;
        frame.release();
        Some(bad)
    }
}

struct Runs<const MIRRORED: bool>;

impl<const MIRRORED: bool> BytesPeer for Runs<MIRRORED> {
    const NAME: &'static str = "annulus";
    const PACKAGE: &'static str = "annulus";
    const OURS: bool = true;
    const HOW: &'static str = if MIRRORED { "mirrored" } else { "" };
    type Tx = bytes::Writer;
    type Rx = bytes::Reader;

    fn new(capacity: usize, _: usize) -> (Self::Tx, Self::Rx) {
        if MIRRORED { bytes::mirrored(capacity).expect("there is memory") } else { bytes::stream(capacity) }
    }

    #[inline(always)]
    fn write(tx: &mut Self::Tx, len: usize, byte: u8) -> bool {
        let Ok(mut grant) = tx.grant_exact(len) else { return false };
        grant.fill(byte);
        grant.commit(len);
        true
    }

    #[inline(always)]
    fn read(rx: &mut Self::Rx, len: usize, byte: u8) -> Option<u64> {
        let grant = rx.read().ok().filter(|grant| len <= grant.len())?;
        let bad = wrong(&grant[..len], byte);
        grant.release(len);
        Some(bad)
    }
}
