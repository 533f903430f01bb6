//! `kanal`, bounded: a deque behind a spinning lock. Its `try` forms wait for the lock and never for room.

use kanal::{Receiver, Sender, bounded};

use super::{ManyPeer, clones};
use crate::many::Entry;

pub fn entry() -> Entry {
    Entry::plain::<Kanal>()
}

struct Kanal;

impl ManyPeer for Kanal {
    const NAME: &'static str = "kanal";
    const PACKAGE: &'static str = "kanal";
    type Tx = Sender<u64>;
    type Rx = Receiver<u64>;

    fn new(capacity: usize, writers: usize, readers: usize) -> (Vec<Self::Tx>, Vec<Self::Rx>) {
        let (tx, rx) = bounded(capacity);
        (clones(tx, writers), clones(rx, readers))
    }

    #[inline(always)]
    fn push(tx: &mut Self::Tx, value: u64) -> bool {
        matches!(tx.try_send(value), Ok(true))
    }

    #[inline(always)]
    fn pop(rx: &mut Self::Rx) -> Option<u64> {
        rx.try_recv().ok().flatten()
    }
}
