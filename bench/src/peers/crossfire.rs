//! `crossfire`: channels whose blocking ends have `try` forms; a simpler one for one reader.

use crossfire::mpmc::Array;
use crossfire::{MRx, MTx, Rx, mpmc, mpsc};

use super::{ManyPeer, clones, only};
use crate::many::Entry;

pub fn mpmc() -> Entry {
    Entry::plain::<ManyReaders>()
}

pub fn mpsc() -> Entry {
    Entry::plain::<OneReader>()
}

struct ManyReaders;

impl ManyPeer for ManyReaders {
    const NAME: &'static str = "crossfire";
    const PACKAGE: &'static str = "crossfire";
    type Tx = MTx<Array<u64>>;
    type Rx = MRx<Array<u64>>;

    fn new(capacity: usize, writers: usize, readers: usize) -> (Vec<Self::Tx>, Vec<Self::Rx>) {
        let (tx, rx) = mpmc::bounded_blocking(capacity);
        (clones(tx, writers), clones(rx, readers))
    }

    #[inline(always)]
    fn push(tx: &mut Self::Tx, value: u64) -> bool {
        tx.try_send(value).is_ok()
    }

    #[inline(always)]
    fn pop(rx: &mut Self::Rx) -> Option<u64> {
        rx.try_recv().ok()
    }
}

struct OneReader;

impl ManyPeer for OneReader {
    const NAME: &'static str = "crossfire";
    const PACKAGE: &'static str = "crossfire";
    type Tx = MTx<mpsc::Array<u64>>;
    type Rx = Rx<mpsc::Array<u64>>;

    fn new(capacity: usize, writers: usize, readers: usize) -> (Vec<Self::Tx>, Vec<Self::Rx>) {
        let (tx, rx) = mpsc::bounded_blocking(capacity);
        (clones(tx, writers), only(rx, readers))
    }

    #[inline(always)]
    fn push(tx: &mut Self::Tx, value: u64) -> bool {
        tx.try_send(value).is_ok()
    }

    #[inline(always)]
    fn pop(rx: &mut Self::Rx) -> Option<u64> {
        rx.try_recv().ok()
    }
}
