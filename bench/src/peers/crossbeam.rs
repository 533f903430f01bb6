//! `crossbeam-queue`: `ArrayQueue`, and `SegQueue`, which has no bound and is shown only.

use std::sync::Arc;

use crossbeam_queue::{ArrayQueue, SegQueue};

use super::{ManyPeer, shared};
use crate::many::Entry;

pub fn array() -> Entry {
    Entry::plain::<Array>()
}

pub fn seg() -> Entry {
    Entry::plain::<Seg>()
}

struct Array;

impl ManyPeer for Array {
    const NAME: &'static str = "crossbeam";
    const PACKAGE: &'static str = "crossbeam-queue";
    type Tx = Arc<ArrayQueue<u64>>;
    type Rx = Arc<ArrayQueue<u64>>;

    fn new(capacity: usize, writers: usize, readers: usize) -> (Vec<Self::Tx>, Vec<Self::Rx>) {
        shared(ArrayQueue::new(capacity), writers, readers)
    }

    #[inline(always)]
    fn push(tx: &mut Self::Tx, value: u64) -> bool {
        tx.push(value).is_ok()
    }

    #[inline(always)]
    fn pop(rx: &mut Self::Rx) -> Option<u64> {
        rx.pop()
    }
}

struct Seg;

impl ManyPeer for Seg {
    const NAME: &'static str = "crossbeam-seg";
    const PACKAGE: &'static str = "crossbeam-queue";
    const JUDGED: bool = false;
    type Tx = Arc<SegQueue<u64>>;
    type Rx = Arc<SegQueue<u64>>;

    fn new(_capacity: usize, writers: usize, readers: usize) -> (Vec<Self::Tx>, Vec<Self::Rx>) {
        shared(SegQueue::new(), writers, readers)
    }

    #[inline(always)]
    fn push(tx: &mut Self::Tx, value: u64) -> bool {
        tx.push(value);
        true
    }

    #[inline(always)]
    fn pop(rx: &mut Self::Rx) -> Option<u64> {
        rx.pop()
    }
}
