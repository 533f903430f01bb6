//! `nexus-queue`: plain push and pop only; rounds the capacity up to a power of two.

use nexus_queue::spsc::{Consumer, Producer, ring_buffer};

use super::SpscPeer;
use crate::spsc::Entry;

pub fn entry() -> Entry {
    Entry::plain::<Nexus>()
}

struct Nexus;

impl SpscPeer for Nexus {
    const NAME: &'static str = "nexus";
    const PACKAGE: &'static str = "nexus-queue";
    type Tx = Producer<u64>;
    type Rx = Consumer<u64>;

    fn new(capacity: usize) -> (Self::Tx, Self::Rx) {
        ring_buffer(capacity)
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
