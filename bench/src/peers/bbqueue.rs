//! `bbqueue`: frames, and runs of bytes. Its queues are leaked: who borrows one counts no references, which is its fastest way.

use bbqueue::nicknames::YakiNiku;
use bbqueue::prod_cons::framed::{FramedConsumer, FramedProducer};
use bbqueue::prod_cons::stream::{StreamConsumer, StreamProducer};
use bbqueue::traits::storage::BoxedSlice;

use super::{BytesPeer, wrong};
use crate::bytes::Entry;

pub fn frames() -> Entry {
    Entry::of::<Frames>()
}

pub fn runs() -> Entry {
    Entry::of::<Runs>()
}

fn leaked(capacity: usize) -> &'static YakiNiku {
    Box::leak(Box::new(YakiNiku::new_with_storage(BoxedSlice::new(capacity))))
}

struct Frames;

impl BytesPeer for Frames {
    const NAME: &'static str = "bbqueue";
    const PACKAGE: &'static str = "bbqueue";
    type Tx = FramedProducer<&'static YakiNiku>;
    type Rx = FramedConsumer<&'static YakiNiku>;

    fn new(capacity: usize, _: usize) -> (Self::Tx, Self::Rx) {
        let queue = leaked(capacity);
        (queue.framed_producer(), queue.framed_consumer())
    }

    #[inline(always)]
    fn write(tx: &mut Self::Tx, len: usize, byte: u8) -> bool {
        let Ok(mut grant) = tx.grant(len as u16) else { return false };
        grant.fill(byte);
        grant.commit(len as u16);
        true
    }

    #[inline(always)]
    fn read(rx: &mut Self::Rx, len: usize, byte: u8) -> Option<u64> {
        let grant = rx.read().ok()?;
        let bad = wrong(&grant, byte) | (grant.len() ^ len) as u64;
        grant.release();
        Some(bad)
    }
}

struct Runs;

impl BytesPeer for Runs {
    const NAME: &'static str = "bbqueue";
    const PACKAGE: &'static str = "bbqueue";
    type Tx = StreamProducer<&'static YakiNiku>;
    type Rx = StreamConsumer<&'static YakiNiku>;

    fn new(capacity: usize, _: usize) -> (Self::Tx, Self::Rx) {
        let queue = leaked(capacity);
        (queue.stream_producer(), queue.stream_consumer())
    }

    #[inline(always)]
    fn write(tx: &mut Self::Tx, len: usize, byte: u8) -> bool {
        let Ok(mut grant) = tx.grant_exact(len) else { return false };
        grant.fill(byte);
        grant.commit(len);
        true
    }

    #[inline(always)]
    fn read(rx: &mut Self::Rx, len: usize, byte: u8) -> Option<u64> {
        let grant = rx.read().ok().filter(|grant| len <= grant.len())?;
        let bad = wrong(&grant[..len], byte);
        grant.release(len);
        Some(bad)
    }
}
