//! What people write who have no such queue: a ring behind the standard library's mutex. Its records are copied in and out.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use super::{ManyPeer, RECORD, number_in, put_number, shared};
use crate::many;

pub fn records() -> many::Entry {
    many::Entry::plain::<Locked>()
}

struct Locked;

impl ManyPeer for Locked {
    const NAME: &'static str = "mutex";
    const PACKAGE: &'static str = "annulus-bench";
    type Tx = Arc<Mutex<VecDeque<[u8; RECORD]>>>;
    type Rx = Self::Tx;

    fn new(capacity: usize, writers: usize, readers: usize) -> (Vec<Self::Tx>, Vec<Self::Rx>) {
        shared(Mutex::new(VecDeque::with_capacity(capacity)), writers, readers)
    }

    #[inline(always)]
    fn push(tx: &mut Self::Tx, value: u64) -> bool {
        let mut record = [0; RECORD];
        put_number(&mut record, value);
        let mut ring = tx.lock().expect("nobody panics");
        let fits = ring.len() < ring.capacity();
        if fits {
            ring.push_back(record);
        }
        fits
    }

    #[inline(always)]
    fn pop(rx: &mut Self::Rx) -> Option<u64> {
        let record = rx.lock().expect("nobody panics").pop_front()?;
        Some(number_in(&record))
    }
}
