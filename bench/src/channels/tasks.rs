//! Channels between tasks of tokio, on two workers and on one thread.
//!
//! The ends go into their tasks and come back, so that the warm-up and the timed part use the same channel. A probe of the two CPUs
//! comes before and after, on threads of its own: the workers are pinned, but nobody knows which task runs on which.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Name, peer};
use crate::contest::{Contender, Sample, Setting};
use crate::machine::{self, Cpus};
use crate::many::{Seen, is_complete, item};
use crate::pair;
use crate::peers::{clones, only};
use crate::phases::{Work, phases};
use tokio::runtime::{Builder, Runtime};

/// On how many threads the tasks run.
#[derive(Clone, Copy)]
pub(super) enum Workers {
    One,
    Two,
}

impl Workers {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::One => "tasks-1",
            Self::Two => "tasks-2",
        }
    }

    fn runtime(self, cpus: Cpus) -> Runtime {
        let runtime = match self {
            Self::One => Builder::new_current_thread().build(),
            Self::Two => {
                let next = Arc::new(AtomicUsize::new(0));
                let pin = move || {
                    let even = next.fetch_add(1, Ordering::Relaxed).is_multiple_of(2);
                    machine::pin(if even { cpus.0 } else { cpus.1 });
                };
                Builder::new_multi_thread().worker_threads(2).on_thread_start(pin).build()
            }
        };
        runtime.expect("a runtime can be built")
    }
}

/// A channel whose ends are awaited.
trait Channel: 'static {
    const NAME: Name;
    type Tx: Send + 'static;
    type Rx: Send + 'static;

    fn new(capacity: usize, senders: usize, receivers: usize) -> (Vec<Self::Tx>, Vec<Self::Rx>);
    fn send(tx: &mut Self::Tx, item: u64) -> impl Future<Output = bool> + Send;
    fn recv(rx: &mut Self::Rx) -> impl Future<Output = Option<u64>> + Send;
}

fn contender<C: Channel>(workers: Workers, capacity: usize, senders: usize, receivers: usize) -> Contender {
    C::NAME.contender(Box::new(move |setting: &Setting| {
        let probe = || pair::run(setting.cpus, |_| (), |_| ());
        let work = Work::of(setting, capacity);
        let _decoys: Vec<_> = (0..setting.decoys).map(|_| C::new(capacity, 1, 1)).collect();
        let (mut txs, mut rxs) = C::new(capacity, senders, receivers);
        let mut seen = vec![Seen::default(); receivers];
        let before = probe().before;
        let runtime = workers.runtime(setting.cpus);
        let clock = phases(
            || (),
            work,
            |range| {
                let (first, each) =
                    (range.start / senders as u64, (range.end - range.start) / senders as u64);
                let share = (range.end - range.start) / receivers as u64;
                let sending: Vec<_> = txs
                    .drain(..)
                    .enumerate()
                    .map(|(me, mut tx)| {
                        runtime.spawn(async move {
                            for n in first..first + each {
                                assert!(C::send(&mut tx, item(me, n)).await, "there is a receiver");
                            }
                            tx
                        })
                    })
                    .collect();
                let receiving: Vec<_> = rxs
                    .drain(..)
                    .zip(seen.drain(..))
                    .map(|(mut rx, mut seen)| {
                        runtime.spawn(async move {
                            for _ in 0..share {
                                seen.see(C::recv(&mut rx).await.expect("there is a sender"));
                            }
                            (rx, seen)
                        })
                    })
                    .collect();
                runtime.block_on(async {
                    for task in sending {
                        txs.push(task.await.expect("no task panics"));
                    }
                    for task in receiving {
                        let (rx, now_seen) = task.await.expect("no task panics");
                        rxs.push(rx);
                        seen.push(now_seen);
                    }
                });
                0
            },
        );
        drop(runtime);
        let after = probe().after;
        let right = seen.iter().all(Seen::in_order) && is_complete(&seen, senders, work.share(senders).all());
        Sample { bad: u64::from(!right), ..Sample::of(setting, clock, Some((before, after))) }
    }))
}

/// `channel!(Type, name, sender, receiver, make, |tx, item| future, |rx| future, how to get senders, how to get receivers)`.
macro_rules! channel {
    ($peer:ident, $name:expr, $tx:ty, $rx:ty, $make:path, $send:ident, $recv:ident, $senders:ident, $receivers:ident) => {
        pub(super) struct $peer;

        impl Channel for $peer {
            const NAME: Name = $name;
            type Tx = $tx;
            type Rx = $rx;

            fn new(capacity: usize, senders: usize, receivers: usize) -> (Vec<$tx>, Vec<$rx>) {
                let (tx, rx) = $make(capacity);
                ($senders(tx, senders), $receivers(rx, receivers))
            }
            async fn send(tx: &mut $tx, item: u64) -> bool {
                tx.$send(item).await.is_ok()
            }
            async fn recv(rx: &mut $rx) -> Option<u64> {
                Answer::item(rx.$recv().await)
            }
        }
    };
}

/// An item, or none, however a channel says so.
trait Answer {
    fn item(self) -> Option<u64>;
}

impl<E> Answer for Result<u64, E> {
    fn item(self) -> Option<u64> {
        self.ok()
    }
}

impl Answer for Option<u64> {
    fn item(self) -> Option<u64> {
        self
    }
}

#[cfg(feature = "ours")]
mod ours {
    use super::super::ours;
    use super::*;
    use annulus::{mpmc, mpsc, pool, spsc};

    const OURS: Name = ours("annulus");
    const POOL: Name = ours("annulus-pool");

    channel!(
        Spsc,
        OURS,
        spsc::Sender<u64>,
        spsc::Receiver<u64>,
        spsc::channel,
        send_async,
        recv_async,
        only,
        only
    );
    channel!(
        Mpsc,
        OURS,
        mpsc::Sender<u64>,
        mpsc::Receiver<u64>,
        mpsc::channel,
        send_async,
        recv_async,
        clones,
        only
    );
    channel!(
        Mpmc,
        OURS,
        mpmc::Sender<u64>,
        mpmc::Receiver<u64>,
        mpmc::channel,
        send_async,
        recv_async,
        clones,
        clones
    );
    channel!(
        Pool,
        POOL,
        pool::Sender<u64>,
        pool::Receiver<u64>,
        pool::channel,
        send_async,
        recv_async,
        clones,
        clones
    );
}

use crossfire::{AsyncRx, AsyncTx, MAsyncRx, MAsyncTx, mpmc, mpsc, spsc};

const CROSSFIRE: Name = peer("crossfire");

channel!(
    Kanal,
    peer("kanal"),
    kanal::AsyncSender<u64>,
    kanal::AsyncReceiver<u64>,
    kanal::bounded_async,
    send,
    recv,
    clones,
    clones
);
channel!(
    Flume,
    peer("flume"),
    flume::Sender<u64>,
    flume::Receiver<u64>,
    flume::bounded,
    send_async,
    recv_async,
    clones,
    clones
);
channel!(
    AsyncChannel,
    peer("async-channel"),
    async_channel::Sender<u64>,
    async_channel::Receiver<u64>,
    async_channel::bounded,
    send,
    recv,
    clones,
    clones
);
channel!(
    Tokio,
    peer("tokio"),
    tokio::sync::mpsc::Sender<u64>,
    tokio::sync::mpsc::Receiver<u64>,
    tokio::sync::mpsc::channel,
    send,
    recv,
    clones,
    only
);
channel!(
    CrossfireSpsc,
    CROSSFIRE,
    AsyncTx<spsc::Array<u64>>,
    AsyncRx<spsc::Array<u64>>,
    spsc::bounded_async,
    send,
    recv,
    only,
    only
);
channel!(
    CrossfireMpsc,
    CROSSFIRE,
    MAsyncTx<mpsc::Array<u64>>,
    AsyncRx<mpsc::Array<u64>>,
    mpsc::bounded_async,
    send,
    recv,
    clones,
    only
);
channel!(
    CrossfireMpmc,
    CROSSFIRE,
    MAsyncTx<mpmc::Array<u64>>,
    MAsyncRx<mpmc::Array<u64>>,
    mpmc::bounded_async,
    send,
    recv,
    clones,
    clones
);

pub(super) fn contenders(
    workers: Workers,
    capacity: usize,
    senders: usize,
    receivers: usize,
) -> Vec<Contender> {
    macro_rules! enter {
        ($($channel:ty),*) => { vec![$(contender::<$channel>(workers, capacity, senders, receivers)),*] };
    }
    let mut all = Vec::new();
    #[cfg(feature = "ours")]
    all.extend(match (senders, receivers) {
        (1, 1) => enter!(ours::Spsc, ours::Mpmc),
        (_, 1) => enter!(ours::Mpsc, ours::Mpmc),
        _ => enter!(ours::Mpmc, ours::Pool),
    });
    all.extend(enter!(Kanal, Flume, AsyncChannel));
    all.extend(match (senders, receivers) {
        (1, 1) => enter!(CrossfireSpsc, Tokio),
        (_, 1) => enter!(CrossfireMpsc, Tokio),
        _ => enter!(CrossfireMpmc),
    });
    all
}
