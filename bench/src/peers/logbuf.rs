//! `nexus-logbuf`: frames and records of bytes, claimed in place. A claim is committed as long as it was claimed.

use nexus_logbuf::{mpsc, spsc};

use super::{BytesPeer, ManyPeer, RECORD, clones, number_in, only, put_number, wrong};
use crate::{bytes, many};

pub fn frames() -> bytes::Entry {
    bytes::Entry::of::<Frames>()
}

pub fn records() -> many::Entry {
    many::Entry::plain::<Records>()
}

struct Frames;

impl BytesPeer for Frames {
    const NAME: &'static str = "nexus-logbuf";
    const PACKAGE: &'static str = "nexus-logbuf";
    type Tx = spsc::Producer;
    type Rx = spsc::Consumer;

    fn new(capacity: usize, _: usize) -> (Self::Tx, Self::Rx) {
        spsc::new(capacity)
    }

    #[inline(always)]
    fn write(tx: &mut Self::Tx, len: usize, byte: u8) -> bool {
        let Ok(mut claim) = tx.try_claim(len) else { return false };
        claim.fill(byte);
        claim.commit();
        true
    }

    #[inline(always)]
    fn read(rx: &mut Self::Rx, len: usize, byte: u8) -> Option<u64> {
        let claim = rx.try_claim()?;
        Some(wrong(&claim, byte) | (claim.len() ^ len) as u64)
    }
}

struct Records;

impl ManyPeer for Records {
    const NAME: &'static str = "nexus-logbuf";
    const PACKAGE: &'static str = "nexus-logbuf";
    type Tx = mpsc::Producer;
    type Rx = mpsc::Consumer;

    fn new(capacity: usize, writers: usize, readers: usize) -> (Vec<Self::Tx>, Vec<Self::Rx>) {
        let (tx, rx) = mpsc::new(capacity * RECORD);
        (clones(tx, writers), only(rx, readers))
    }

    #[inline(always)]
    fn push(tx: &mut Self::Tx, value: u64) -> bool {
        let Ok(mut claim) = tx.try_claim(RECORD) else { return false };
        put_number(&mut claim, value);
        claim.commit();
        true
    }

    #[inline(always)]
    fn pop(rx: &mut Self::Rx) -> Option<u64> {
        Some(number_in(&rx.try_claim()?))
    }
}
