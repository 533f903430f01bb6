//! `nexus-queue`: plain push and pop only; rounds the capacity up to a power of two. A queue for each topology but
//! many to many.

use nexus_queue::spsc::{Consumer, Producer, ring_buffer};
use nexus_queue::{mpsc, spmc};

use super::{ManyPeer, SpscPeer, clones, only};
use crate::{many, spsc};

pub fn entry() -> spsc::Entry {
    spsc::Entry::plain::<Nexus>()
}

pub fn mpsc() -> many::Entry {
    many::Entry::plain::<OneReader>()
}

pub fn spmc() -> many::Entry {
    many::Entry::plain::<OneWriter>()
}

/// Its ends have the same methods in each topology, and no trait that says so.
macro_rules! plain {
    () => {
        #[inline(always)]
        fn push(tx: &mut Self::Tx, value: u64) -> bool {
            tx.push(value).is_ok()
        }

        #[inline(always)]
        fn pop(rx: &mut Self::Rx) -> Option<u64> {
            rx.pop()
        }
    };
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

    plain!();
}

struct OneReader;

impl ManyPeer for OneReader {
    const NAME: &'static str = "nexus";
    const PACKAGE: &'static str = "nexus-queue";
    type Tx = mpsc::Producer<u64>;
    type Rx = mpsc::Consumer<u64>;

    fn new(capacity: usize, writers: usize, readers: usize) -> (Vec<Self::Tx>, Vec<Self::Rx>) {
        let (tx, rx) = mpsc::ring_buffer(capacity);
        (clones(tx, writers), only(rx, readers))
    }

    plain!();
}

struct OneWriter;

impl ManyPeer for OneWriter {
    const NAME: &'static str = "nexus";
    const PACKAGE: &'static str = "nexus-queue";
    type Tx = spmc::Producer<u64>;
    type Rx = spmc::Consumer<u64>;

    fn new(capacity: usize, writers: usize, readers: usize) -> (Vec<Self::Tx>, Vec<Self::Rx>) {
        let (tx, rx) = spmc::ring_buffer(capacity);
        (only(tx, writers), clones(rx, readers))
    }

    plain!();
}
