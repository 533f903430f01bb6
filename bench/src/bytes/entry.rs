//! From a peer's trait to contenders.

use super::loops;
use crate::contest::{Contender, Sample, Setting};
use crate::pair::{self, Meeting, Run};
use crate::peers::BytesPeer;
use crate::phases::Work;

/// A queue of bytes that takes part. A capacity and a length make it a contender.
pub struct Entry {
    pub moves: fn(usize, usize) -> Contender,
}

impl Entry {
    pub fn of<P: BytesPeer>() -> Self {
        Self { moves: moves::<P> }
    }
}

fn moves<P: BytesPeer>(capacity: usize, len: usize) -> Contender {
    let label = if P::HOW.is_empty() { P::NAME.to_owned() } else { format!("{}: {}", P::NAME, P::HOW) };
    let take = move |setting: &Setting| {
        let work = Work::of(setting, capacity / len);
        let _decoys: Vec<_> = (0..setting.decoys).map(|_| P::new(capacity, len)).collect();
        let (tx, rx) = P::new(capacity, len);
        let left = move |m: &Meeting| loops::write::<P>(tx, || m.wait(), work, len);
        let right = move |m: &Meeting| loops::read::<P>(rx, || m.wait(), work, len);
        let Run { left: (_tx, left), right: (_rx, right), before, after } =
            pair::run(setting.cpus, left, right);
        Sample::of(setting, left.join(right), Some((before, after)))
    };
    Contender { label, peer: P::NAME, package: P::PACKAGE, ours: P::OURS, judged: true, take: Box::new(take) }
}
