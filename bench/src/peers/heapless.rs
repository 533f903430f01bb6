//! `heapless`: capacities that are powers of two and known to the compiler. Its authors call the queue deprecated
//! because it is not lock-free: it may report full or empty while another call is half done. Here that is one more
//! reason to try again.

use std::sync::Arc;

use heapless::mpmc::Queue;

use super::{ManyPeer, shared};
use crate::many::Entry;

/// One for each capacity of the tables.
pub fn entries() -> [Entry; 2] {
    [Entry::plain::<Heapless<64>>(), Entry::plain::<Heapless<1024>>()]
}

struct Heapless<const N: usize>;

impl<const N: usize> ManyPeer for Heapless<N> {
    const NAME: &'static str = "heapless";
    const PACKAGE: &'static str = "heapless";
    type Tx = Arc<Queue<u64, N>>;
    type Rx = Arc<Queue<u64, N>>;

    fn fits(capacity: usize) -> bool {
        capacity == N
    }

    fn new(_capacity: usize, writers: usize, readers: usize) -> (Vec<Self::Tx>, Vec<Self::Rx>) {
        #[expect(deprecated, reason = "see above")]
        let queue = Queue::new();
        shared(queue, writers, readers)
    }

    #[inline(always)]
    fn push(tx: &mut Self::Tx, value: u64) -> bool {
        tx.enqueue(value).is_ok()
    }

    #[inline(always)]
    fn pop(rx: &mut Self::Rx) -> Option<u64> {
        rx.dequeue()
    }
}
