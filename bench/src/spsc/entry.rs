//! From a peer's traits to contenders: where a type becomes a row of a table.

use super::loops::{self, Ends, FILL};
use crate::contest::{Contender, Sample, Setting};
use crate::pair::{self, Meeting, Run};
use crate::peers::{BatchPeer, BulkWay, ChunkPeer, SpscPeer};
use crate::phases::{Clock, Work};

/// What a peer can be entered for. A capacity and, where it says so, a size make it a contender.
pub struct Entry {
    pub ours: bool,
    pub items: fn(usize) -> Contender,
    pub roundtrip: fn(usize) -> Contender,
    pub lockstep: fn(usize) -> Contender,
    pub alternate: fn(usize) -> Contender,
    /// Filling and draining: one by one, then every other way it has.
    pub fills: Vec<fn(usize) -> Contender>,
    /// Publishing every so many items.
    pub batch: Option<fn(usize, usize) -> Contender>,
    /// Chunks of so many items in place.
    pub chunks: Option<fn(usize, usize) -> Contender>,
}

impl Entry {
    pub fn plain<P: SpscPeer>() -> Self {
        Self {
            ours: P::OURS,
            items: items::<P>,
            roundtrip: roundtrip::<P, true>,
            lockstep: roundtrip::<P, false>,
            alternate: alternate::<P>,
            fills: vec![fill_drain::<P>],
            batch: None,
            chunks: None,
        }
    }

    pub fn batch<P: BatchPeer>(self) -> Self {
        Self { batch: Some(batch::<P>), ..self }
    }

    pub fn chunks<P: ChunkPeer>(self) -> Self {
        Self { chunks: Some(chunks::<P>), ..self }
    }

    pub fn bulk<W: BulkWay>(mut self) -> Self {
        self.fills.push(fill_drain_bulk::<W>);
        self
    }
}

/// The ring to use, and rings that only take up room; drop them after the sample.
fn rings<P: SpscPeer>(capacity: usize, decoys: usize) -> (Ends<P>, Vec<Ends<P>>) {
    let decoys = (0..decoys).map(|_| P::new(capacity)).collect();
    (P::new(capacity), decoys)
}

/// Runs two sides on two CPUs and puts their clocks together.
fn two_threads<L: Send, R: Send>(
    setting: &Setting,
    left: impl FnOnce(&Meeting) -> (L, Clock) + Send,
    right: impl FnOnce(&Meeting) -> (R, Clock) + Send,
) -> Sample {
    let Run { left: (_tx, left), right: (_rx, right), before, after } = pair::run(setting.cpus, left, right);
    Sample::of(setting, left.join(right), Some((before, after)))
}

fn contender<P: SpscPeer>(how: &str, take: impl Fn(&Setting) -> Sample + 'static) -> Contender {
    let label = if how.is_empty() { P::NAME.to_owned() } else { format!("{}: {how}", P::NAME) };
    Contender { label, peer: P::NAME, package: P::PACKAGE, ours: P::OURS, judged: true, take: Box::new(take) }
}

fn items<P: SpscPeer>(capacity: usize) -> Contender {
    contender::<P>("", move |setting| {
        let work = Work::of(setting, capacity);
        let ((tx, rx), _decoys) = rings::<P>(capacity, setting.decoys);
        let left = move |m: &Meeting| loops::produce::<P>(tx, || m.wait(), work);
        two_threads(setting, left, move |m: &Meeting| loops::consume::<P>(rx, || m.wait(), work))
    })
}

fn batch<P: BatchPeer>(capacity: usize, every: usize) -> Contender {
    contender::<P>(&format!("batch of {every}"), move |setting| {
        let work = Work::of(setting, capacity);
        let ((tx, rx), _decoys) = rings::<P>(capacity, setting.decoys);
        let left = move |m: &Meeting| loops::produce_batched::<P>(tx, || m.wait(), work, every);
        two_threads(setting, left, move |m: &Meeting| loops::consume::<P>(rx, || m.wait(), work))
    })
}

fn chunks<P: ChunkPeer>(capacity: usize, size: usize) -> Contender {
    contender::<P>("", move |setting| {
        let work = Work::of(setting, capacity);
        let ((tx, rx), _decoys) = rings::<P>(capacity, setting.decoys);
        let left = move |m: &Meeting| loops::write_chunks::<P>(tx, || m.wait(), work, size);
        two_threads(setting, left, move |m: &Meeting| loops::read_chunks::<P>(rx, || m.wait(), work, size))
    })
}

fn roundtrip<P: SpscPeer, const GAPS: bool>(capacity: usize) -> Contender {
    contender::<P>("", move |setting| {
        let work = Work::of(setting, capacity);
        let ((there_tx, there_rx), _decoys) = rings::<P>(capacity, setting.decoys);
        let ((back_tx, back_rx), _decoys) = rings::<P>(capacity, 0);
        let left = move |m: &Meeting| loops::ping::<P, GAPS>((there_tx, back_rx), || m.wait(), work);
        let right = move |m: &Meeting| loops::pong::<P>((back_tx, there_rx), || m.wait(), work);
        two_threads(setting, left, right)
    })
}

fn alternate<P: SpscPeer>(capacity: usize) -> Contender {
    contender::<P>("", move |setting| {
        let work = Work::of(setting, capacity);
        let (ends, _decoys) = rings::<P>(capacity, setting.decoys);
        pair::one_thread(setting, move || loops::alternate::<P>(ends, work))
    })
}

fn fill_drain<P: SpscPeer>(capacity: usize) -> Contender {
    assert!(capacity >= FILL);
    contender::<P>("push, pop", move |setting| {
        let work = Work::of(setting, capacity);
        let (ends, _decoys) = rings::<P>(capacity, setting.decoys);
        pair::one_thread(setting, move || loops::fill_drain::<P>(ends, work))
    })
}

fn fill_drain_bulk<W: BulkWay>(capacity: usize) -> Contender {
    assert!(capacity >= FILL);
    contender::<W::Peer>(W::HOW, move |setting| {
        let work = Work::of(setting, capacity);
        let (ends, _decoys) = rings::<W::Peer>(capacity, setting.decoys);
        pair::one_thread(setting, move || loops::fill_drain_bulk::<W>(ends, work))
    })
}
