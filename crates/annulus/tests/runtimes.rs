//! Channels under four executors, with futures that are dropped at random: every item that was sent is received once, every other one is
//! dropped with its future, and nobody is left asleep.
//!
//! A few thousand are dropped here. `cargo xtask cancel` drops a million under each executor: `ANNULUS_CANCELS` says how many.
#![allow(clippy::disallowed_types)]
#![allow(unused_mut)] // an end of which there is one is `mut` in each test, used so or not

#[path = "channel/items.rs"]
#[allow(dead_code)]
mod items;

use annulus::{RecvError, SendError};
use futures_task::Spawn;
use items::in_time_of;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What becomes of a future.
#[derive(Clone, Copy)]
enum Fate {
    /// It is polled until it is ready.
    Patient,
    /// It is dropped after its first poll.
    Dropped,
    /// It is dropped when its task is polled again at once, woken or not.
    DroppedLater,
    /// It is dropped when it has been woken, before it looks: what it was woken for is somebody else's then.
    DroppedWoken,
}

/// A future with its fate: none if it was dropped.
struct Fated<F> {
    future: F,
    fate: Fate,
    polled: bool,
}

impl<F: Future + Unpin> Future for Fated<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<F::Output>> {
        if std::mem::replace(&mut self.polled, true) && !matches!(self.fate, Fate::Patient) {
            return Poll::Ready(None);
        }
        match pin!(&mut self.future).poll(task) {
            Poll::Ready(result) => return Poll::Ready(Some(result)),
            Poll::Pending => {}
        }
        match self.fate {
            Fate::Dropped => return Poll::Ready(None),
            Fate::DroppedLater => task.waker().wake_by_ref(),
            Fate::Patient | Fate::DroppedWoken => {}
        }
        Poll::Pending
    }
}

/// Lets others have their turn.
struct Turn(bool);

impl Future for Turn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        task.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Numbers that look drawn (xorshift, G. Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn throw(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn fate(&mut self) -> Fate {
        [Fate::Patient, Fate::Dropped, Fate::DroppedLater, Fate::DroppedWoken][self.throw() as usize % 4]
    }
}

/// What happened to each number: 1 if it was sent, 2 if its future was dropped, 16 for each time it was received.
struct Ledger {
    items: Vec<AtomicU8>,
    next: AtomicUsize,
    cancelled: AtomicUsize,
    until: usize,
}

const SENT: u8 = 1;
const DROPPED: u8 = 2;
const RECEIVED: u8 = 16;

impl Ledger {
    fn new(until: usize) -> Arc<Self> {
        let items = (0..until * 64 + 1000).map(|_| AtomicU8::new(0)).collect();
        Arc::new(Self { items, next: AtomicUsize::new(0), cancelled: AtomicUsize::new(0), until })
    }

    /// The next number, until enough has been cancelled.
    fn draw(&self) -> Option<usize> {
        if self.until <= self.cancelled.load(Ordering::Relaxed) {
            return None;
        }
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        (n < self.items.len()).then_some(n)
    }

    fn note(&self, n: usize, what: u8) {
        self.items[n].fetch_add(what, Ordering::Relaxed);
    }

    fn cancel(&self) {
        self.cancelled.fetch_add(1, Ordering::Relaxed);
    }

    fn judge(&self, capacity: usize) {
        for (n, item) in self.items.iter().enumerate() {
            let item = item.load(Ordering::Relaxed);
            let fine = match item {
                0 | DROPPED => true,
                // Taken while its future waited.
                item if item == DROPPED + RECEIVED => capacity == 0,
                item => item == SENT + RECEIVED,
            };
            assert!(fine, "item {n}: {item:#x}");
        }
        let cancelled = self.cancelled.load(Ordering::Relaxed);
        assert!(self.until <= cancelled, "only {cancelled} were cancelled");
    }
}

/// How many futures are dropped, under each executor.
fn cancels() -> usize {
    std::env::var("ANNULUS_CANCELS").map_or(5_000, |n| n.parse().expect("a number"))
}

fn tokio_many(tasks: Vec<Task>) {
    on_tokio(tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap(), tasks);
}

fn tokio_current(tasks: Vec<Task>) {
    on_tokio(tokio::runtime::Builder::new_current_thread().build().unwrap(), tasks);
}

fn on_tokio(runtime: tokio::runtime::Runtime, tasks: Vec<Task>) {
    let handles: Vec<_> = tasks.into_iter().map(|task| runtime.spawn(task)).collect();
    runtime.block_on(async {
        for handle in handles {
            handle.await.unwrap();
        }
    });
}

fn smol(tasks: Vec<Task>) {
    let executor = smol::Executor::new();
    let (stop, stopped) = smol::channel::bounded::<()>(1);
    std::thread::scope(|scope| {
        let another = scope.spawn(|| smol::block_on(executor.run(stopped.recv())));
        smol::block_on(executor.run(async {
            let handles: Vec<_> = tasks.into_iter().map(|task| executor.spawn(task)).collect();
            for handle in handles {
                handle.await;
            }
        }));
        drop(stop);
        let _ = another.join();
    });
}

fn futures(tasks: Vec<Task>) {
    let mut pool = futures_executor::LocalPool::new();
    for task in tasks {
        pool.spawner().spawn_obj(task.into()).unwrap();
    }
    pool.run();
}

macro_rules! each {
    ($($module:ident: $sender:pat, $receiver:pat => $s:ident, $r:ident; $capacities:expr; $senders:expr, $receivers:expr;)*) => {$(
        mod $module {
            use super::*;

            fn cancelled_at_random(run: fn(Vec<Task>)) {
                // A million take a minute or two on a slow machine.
                in_time_of(Duration::from_secs(600), move || {
                    for capacity in $capacities {
                        let ledger = Ledger::new(cancels().div_ceil($capacities.len()));
                        run(tasks(capacity, &ledger));
                        ledger.judge(capacity);
                    }
                });
            }

            #[allow(clippy::redundant_closure_call)]
            fn tasks(capacity: usize, ledger: &Arc<Ledger>) -> Vec<Task> {
                let (sender, receiver) = annulus::$module::channel(capacity);
                let mut tasks: Vec<Task> = Vec::new();
                for (me, $sender) in ($senders)(sender).into_iter().enumerate() {
                    let ledger = ledger.clone();
                    tasks.push(Box::pin(async move {
                        let mut dice = Dice(0x9e37_79b9_7f4a_7c15 + me as u64);
                        while let Some(n) = ledger.draw() {
                            match (Fated { future: $s.send_async(n), fate: dice.fate(), polled: false }).await {
                                Some(Ok(())) => ledger.note(n, SENT),
                                Some(Err(SendError::Closed(_))) => break,
                                Some(Err(_)) => unreachable!("no limit was set"),
                                None => {
                                    ledger.note(n, DROPPED);
                                    ledger.cancel();
                                    Turn(false).await;
                                }
                            }
                        }
                    }));
                }
                for (me, $receiver) in ($receivers)(receiver).into_iter().enumerate() {
                    let ledger = ledger.clone();
                    tasks.push(Box::pin(async move {
                        let mut dice = Dice(0xd1b5_4a32_d192_ed03 + me as u64);
                        loop {
                            match (Fated { future: $r.recv_async(), fate: dice.fate(), polled: false }).await {
                                Some(Ok(n)) => ledger.note(n, RECEIVED),
                                Some(Err(RecvError::Closed)) => break,
                                Some(Err(_)) => unreachable!("no limit was set"),
                                None => {
                                    ledger.cancel();
                                    Turn(false).await;
                                }
                            }
                        }
                    }));
                }
                tasks
            }

            #[test]
            fn tokio_with_many_threads() {
                cancelled_at_random(tokio_many);
            }

            #[test]
            fn tokio_with_one_thread() {
                cancelled_at_random(tokio_current);
            }

            #[test]
            fn smol_with_two_threads() {
                cancelled_at_random(smol);
            }

            #[test]
            fn futures_with_one_thread() {
                cancelled_at_random(futures);
            }
        }
    )*};
}

each! {
    spsc: mut s, mut r => s, r; [1, 2, 16]; |s| [s], |r| [r];
    mpsc: s, mut r => s, r; [1, 2, 16]; |s: annulus::mpsc::Sender<usize>| [s.clone(), s.clone(), s], |r| [r];
    spmc: mut s, r => s, r; [1, 2, 16]; |s| [s], |r: annulus::spmc::Receiver<usize>| [r.clone(), r.clone(), r];
    mpmc: s, r => s, r; [0, 1, 2, 16];
        |s: annulus::mpmc::Sender<usize>| [s.clone(), s.clone(), s], |r: annulus::mpmc::Receiver<usize>| [r.clone(), r.clone(), r];
    pool: s, r => s, r; [1, 2, 16];
        |s: annulus::pool::Sender<usize>| [s.clone(), s.clone(), s], |r: annulus::pool::Receiver<usize>| [r.clone(), r.clone(), r];
}
