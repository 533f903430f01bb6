//! The standard library's bounded channel, by its `try` forms.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::{ManyPeer, clones, only};
use crate::many::Entry;

pub fn mpsc() -> Entry {
    Entry::plain::<Std>()
}

struct Std;

impl ManyPeer for Std {
    const NAME: &'static str = "std";
    const PACKAGE: &'static str = "std";
    type Tx = SyncSender<u64>;
    type Rx = Receiver<u64>;

    fn new(capacity: usize, writers: usize, readers: usize) -> (Vec<Self::Tx>, Vec<Self::Rx>) {
        let (tx, rx) = sync_channel(capacity);
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
