//! `thingbuf`: items are made once and reused; for `u64` that is a store.

use std::sync::Arc;

use thingbuf::ThingBuf;

use super::{ManyPeer, shared};
use crate::many::Entry;

pub fn entry() -> Entry {
    Entry::plain::<Things>()
}

struct Things;

impl ManyPeer for Things {
    const NAME: &'static str = "thingbuf";
    const PACKAGE: &'static str = "thingbuf";
    type Tx = Arc<ThingBuf<u64>>;
    type Rx = Arc<ThingBuf<u64>>;

    fn new(capacity: usize, writers: usize, readers: usize) -> (Vec<Self::Tx>, Vec<Self::Rx>) {
        shared(ThingBuf::new(capacity), writers, readers)
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
