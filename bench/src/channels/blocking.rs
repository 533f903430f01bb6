//! Channels between threads: their blocking forms, entered as queues whose `push` and `pop` always succeed.

use super::{Name, peer};
use crate::contest::Contender;
use crate::many::Entry;
use crate::peers::{ManyPeer, clones, only};

/// `channel!(Type, NAME, sender, receiver, make, |tx, value| send, |rx| receive, how to get senders, how to get receivers)`.
macro_rules! channel {
    ($peer:ident, $name:expr, $tx:ty, $rx:ty, $make:path, $send:expr, $recv:expr, $senders:ident, $receivers:ident) => {
        struct $peer;

        impl ManyPeer for $peer {
            const NAME: &'static str = ($name as Name).name;
            const PACKAGE: &'static str = ($name as Name).package;
            const OURS: bool = ($name as Name).ours;
            type Tx = $tx;
            type Rx = $rx;

            fn new(capacity: usize, writers: usize, readers: usize) -> (Vec<$tx>, Vec<$rx>) {
                let (tx, rx) = $make(capacity);
                ($senders(tx, writers), $receivers(rx, readers))
            }

            #[inline(always)]
            fn push(tx: &mut $tx, value: u64) -> bool {
                let send: fn(&mut $tx, u64) -> bool = $send;
                send(tx, value)
            }

            #[inline(always)]
            fn pop(rx: &mut $rx) -> Option<u64> {
                let recv: fn(&mut $rx) -> Option<u64> = $recv;
                recv(rx)
            }
        }
    };
}

macro_rules! usual {
    ($peer:ident, $name:expr, $tx:ty, $rx:ty, $make:path, $senders:ident, $receivers:ident) => {
        channel!(
            $peer,
            $name,
            $tx,
            $rx,
            $make,
            |tx, value| tx.send(value).is_ok(),
            |rx| rx.recv().ok(),
            $senders,
            $receivers
        );
    };
}

#[cfg(feature = "ours")]
mod ours {
    use super::super::ours;
    use super::*;
    use annulus::{mpmc, mpsc, pool, spsc};

    usual!(Spsc, ours("annulus"), spsc::Sender<u64>, spsc::Receiver<u64>, spsc::channel, only, only);
    usual!(Mpsc, ours("annulus"), mpsc::Sender<u64>, mpsc::Receiver<u64>, mpsc::channel, clones, only);
    usual!(Mpmc, ours("annulus"), mpmc::Sender<u64>, mpmc::Receiver<u64>, mpmc::channel, clones, clones);
    usual!(Pool, ours("annulus-pool"), pool::Sender<u64>, pool::Receiver<u64>, pool::channel, clones, clones);

    pub(super) fn entries(senders: usize, receivers: usize) -> Vec<Entry> {
        match (senders, receivers) {
            (1, 1) => vec![Entry::plain::<Spsc>(), Entry::plain::<Mpmc>()],
            (_, 1) => vec![Entry::plain::<Mpsc>(), Entry::plain::<Mpmc>()],
            _ => vec![Entry::plain::<Mpmc>(), Entry::plain::<Pool>()],
        }
    }
}

use crossfire::{MRx, MTx, Rx, Tx};

usual!(Kanal, peer("kanal"), kanal::Sender<u64>, kanal::Receiver<u64>, kanal::bounded, clones, clones);
usual!(
    Crossbeam,
    peer("crossbeam-channel"),
    crossbeam_channel::Sender<u64>,
    crossbeam_channel::Receiver<u64>,
    crossbeam_channel::bounded,
    clones,
    clones
);
usual!(Flume, peer("flume"), flume::Sender<u64>, flume::Receiver<u64>, flume::bounded, clones, clones);
channel!(
    AsyncChannel,
    peer("async-channel"),
    async_channel::Sender<u64>,
    async_channel::Receiver<u64>,
    async_channel::bounded,
    |tx, value| tx.send_blocking(value).is_ok(),
    |rx| rx.recv_blocking().ok(),
    clones,
    clones
);
channel!(
    Tokio,
    peer("tokio"),
    tokio::sync::mpsc::Sender<u64>,
    tokio::sync::mpsc::Receiver<u64>,
    tokio::sync::mpsc::channel,
    |tx, value| tx.blocking_send(value).is_ok(),
    |rx| rx.blocking_recv(),
    clones,
    only
);
usual!(
    Std,
    peer("std"),
    std::sync::mpsc::SyncSender<u64>,
    std::sync::mpsc::Receiver<u64>,
    std::sync::mpsc::sync_channel,
    clones,
    only
);
usual!(
    CrossfireSpsc,
    peer("crossfire"),
    Tx<crossfire::spsc::Array<u64>>,
    Rx<crossfire::spsc::Array<u64>>,
    crossfire::spsc::bounded_blocking,
    only,
    only
);
usual!(
    CrossfireMpsc,
    peer("crossfire"),
    MTx<crossfire::mpsc::Array<u64>>,
    Rx<crossfire::mpsc::Array<u64>>,
    crossfire::mpsc::bounded_blocking,
    clones,
    only
);
usual!(
    CrossfireMpmc,
    peer("crossfire"),
    MTx<crossfire::mpmc::Array<u64>>,
    MRx<crossfire::mpmc::Array<u64>>,
    crossfire::mpmc::bounded_blocking,
    clones,
    clones
);

pub(super) fn contenders(capacity: usize, senders: usize, receivers: usize) -> Vec<Contender> {
    #[allow(unused_mut)]
    let mut entries: Vec<Entry> = Vec::new();
    #[cfg(feature = "ours")]
    entries.extend(ours::entries(senders, receivers));
    entries.extend([
        Entry::plain::<Kanal>(),
        Entry::plain::<Crossbeam>(),
        Entry::plain::<Flume>(),
        Entry::plain::<AsyncChannel>(),
    ]);
    match (senders, receivers) {
        (1, 1) => entries.push(Entry::plain::<CrossfireSpsc>()),
        (_, 1) => entries.push(Entry::plain::<CrossfireMpsc>()),
        _ => entries.push(Entry::plain::<CrossfireMpmc>()),
    }
    if receivers == 1 {
        entries.extend([Entry::plain::<Tokio>(), Entry::plain::<Std>()]);
    }
    entries.iter().map(|entry| (entry.threads)(capacity, senders, receivers)).collect()
}
