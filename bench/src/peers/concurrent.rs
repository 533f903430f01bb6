//! `concurrent-queue`, bounded: one stamp beside each item; its calls wait for one that is half done.

use std::sync::Arc;

use concurrent_queue::ConcurrentQueue;

use super::{ManyPeer, shared};
use crate::many::Entry;

pub fn entry() -> Entry {
    Entry::plain::<Concurrent>()
}

struct Concurrent;

impl ManyPeer for Concurrent {
    const NAME: &'static str = "concurrent-queue";
    const PACKAGE: &'static str = "concurrent-queue";
    type Tx = Arc<ConcurrentQueue<u64>>;
    type Rx = Arc<ConcurrentQueue<u64>>;

    fn new(capacity: usize, writers: usize, readers: usize) -> (Vec<Self::Tx>, Vec<Self::Rx>) {
        shared(ConcurrentQueue::bounded(capacity), writers, readers)
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
