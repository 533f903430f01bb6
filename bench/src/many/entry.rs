//! From a peer's traits to contenders: where a type becomes a row of a table.

use super::items::{Seen, WRITERS, is_complete};
use super::loops::{self, Rx, Tx};
use super::ways::{InRuns, RUN, Singly, Way};
use crate::contest::{Contender, Sample, Setting};
use crate::crew::{self, Job};
use crate::pair;
use crate::peers::{ManyPeer, RunPeer};
use crate::phases::{Clock, Work};

/// What a peer can be entered for. A capacity, and numbers of writers and readers, make it a contender.
pub struct Entry {
    pub ours: bool,
    pub fits: fn(usize) -> bool,
    pub push_pop: fn(usize) -> Contender,
    pub fill_drain_64: fn(usize) -> Contender,
    pub fill_drain_1024: fn(usize) -> Contender,
    /// For queues that have many of both ends.
    pub pairs: fn(usize) -> Contender,
    pub threads: fn(usize, usize, usize) -> Contender,
    /// As many items at a time as a run has, one by one.
    pub sixteen: fn(usize) -> Contender,
    pub runs: Option<Runs>,
}

/// The same in runs.
#[derive(Clone, Copy)]
pub struct Runs {
    pub sixteen: fn(usize) -> Contender,
    pub threads: fn(usize, usize, usize) -> Contender,
}

impl Entry {
    pub fn plain<P: ManyPeer>() -> Self {
        Self {
            ours: P::OURS,
            fits: P::fits,
            push_pop: alone::<Singly<P>, 1>,
            fill_drain_64: alone::<Singly<P>, 64>,
            fill_drain_1024: alone::<Singly<P>, 1024>,
            pairs: pairs::<P>,
            threads: threads::<Singly<P>>,
            sixteen: alone::<Singly<P>, { RUN as u64 }>,
            runs: None,
        }
    }

    pub fn runs<P: RunPeer>(self) -> Self {
        let runs = Runs { sixteen: alone::<InRuns<P>, { RUN as u64 }>, threads: threads::<InRuns<P>> };
        Self { runs: Some(runs), ..self }
    }
}

fn contender<W: Way>(take: impl Fn(&Setting) -> Sample + 'static) -> Contender {
    let name = W::Peer::NAME;
    Contender {
        label: if W::HOW.is_empty() { name.to_owned() } else { format!("{name}: {}", W::HOW) },
        peer: name,
        package: W::Peer::PACKAGE,
        ours: W::Peer::OURS,
        judged: W::Peer::JUDGED,
        take: Box::new(take),
    }
}

type Ends<P> = (Vec<<P as ManyPeer>::Tx>, Vec<<P as ManyPeer>::Rx>);

/// The queue to use, and queues that only take up room; drop them after the sample.
fn queues<P: ManyPeer>(
    capacity: usize,
    writers: usize,
    readers: usize,
    decoys: usize,
) -> (Ends<P>, Vec<Ends<P>>) {
    let decoys = (0..decoys).map(|_| P::new(capacity, 1, 1)).collect();
    let ends = P::new(capacity, writers, readers);
    assert_eq!((ends.0.len(), ends.1.len()), (writers, readers), "{} has other ends", P::NAME);
    (ends, decoys)
}

fn alone<W: Way, const GROUP: u64>(capacity: usize) -> Contender {
    assert!(GROUP <= capacity as u64);
    contender::<W>(move |setting| {
        let work = Work::of(setting, capacity);
        let ((mut txs, mut rxs), _decoys) = queues::<W::Peer>(capacity, 1, 1, setting.decoys);
        let ends = (txs.remove(0), rxs.remove(0));
        pair::one_thread(setting, move || loops::alone::<W, GROUP>(ends, work))
    })
}

/// What a thread hands back: its ends, which are dropped when all are done, its clock, and what it read.
type Part<W> = (Option<Tx<W>>, Option<Rx<W>>, Clock, Seen);

/// Runs all `jobs`, which between them move `work` by way of so many writers.
fn together<W: Way>(setting: &Setting, jobs: Vec<Job<'_, Part<W>>>, work: Work, writers: usize) -> Sample {
    assert!(writers <= WRITERS);
    let run = crew::run(setting.cpus, jobs);
    let clocks = run.results.iter().map(|part| part.2);
    let clock = clocks.reduce(Clock::join).expect("there are jobs");
    let seen: Vec<Seen> = run.results.into_iter().map(|part| part.3).collect();
    let ordered = seen.iter().all(Seen::in_order) || !W::Peer::ORDERED;
    let right = ordered && is_complete(&seen, writers, work.share(writers).all());
    Sample {
        cpu_ns: run.cpu.map(|cpu| cpu.as_nanos() as f64 / setting.operations as f64),
        crowded: run.crowded,
        bad: clock.bad | u64::from(!right),
        ..Sample::of(setting, clock, Some(run.probes))
    }
}

fn threads<W: Way>(capacity: usize, writers: usize, readers: usize) -> Contender {
    contender::<W>(move |setting| {
        let work = Work::of(setting, capacity);
        let ((txs, rxs), _decoys) = queues::<W::Peer>(capacity, writers, readers, setting.decoys);
        let write = |(writer, tx): (usize, Tx<W>)| -> Job<'_, Part<W>> {
            Box::new(move |meet, pause| {
                let (tx, clock) = loops::produce::<W>(tx, meet, work.share(writers), writer, pause);
                (Some(tx), None, clock, Seen::default())
            })
        };
        let read = |rx: Rx<W>| -> Job<'_, Part<W>> {
            Box::new(move |meet, pause| {
                let (rx, clock, seen) = loops::consume::<W>(rx, meet, work.share(readers), pause);
                (None, Some(rx), clock, seen)
            })
        };
        let jobs = txs.into_iter().enumerate().map(write).chain(rxs.into_iter().map(read));
        together::<W>(setting, jobs.collect(), work, writers)
    })
}

/// Two threads with both ends each.
fn pairs<P: ManyPeer>(capacity: usize) -> Contender {
    contender::<Singly<P>>(move |setting| {
        let work = Work::of(setting, capacity);
        let ((txs, rxs), _decoys) = queues::<P>(capacity, 2, 2, setting.decoys);
        let job = |(thread, ends): (usize, (P::Tx, P::Rx))| -> Job<'_, Part<Singly<P>>> {
            Box::new(move |meet, pause| {
                let ((tx, rx), clock, seen) =
                    loops::in_turn::<Singly<P>>(ends, meet, work.share(2), thread, pause);
                (Some(tx), Some(rx), clock, seen)
            })
        };
        let jobs = txs.into_iter().zip(rxs).enumerate().map(job);
        together::<Singly<P>>(setting, jobs.collect(), work, 2)
    })
}
