//! Channels under four executors, with futures that are dropped at random: every item that was sent is received once, every other one comes
//! back or is dropped with its future, and nobody is left asleep.
//!
//! ```text
//!   dice -> fate of each future: ready, so many polls, woken, the bell     ledger <- what became of each item
//! ```
//! Whoever has dropped a future does not always come back at once, unless it is the first of its kind: it stands aside until others have got on,
//! as they must without it. A wake that went with its future would be missed.
//!
//! A few thousand are dropped here. `cargo xtask cancel` drops a million of each channel under each executor: `ANNULUS_CANCELS` says how
//! many. What counts is a future that was polled, was not ready, and is dropped.
#![allow(clippy::disallowed_types)]
#![allow(unused_mut)] // an end of which there is one is `mut` in each test, used so or not

#[path = "runtimes/fate.rs"]
mod fate;
#[path = "runtimes/ledger.rs"]
mod ledger;

use annulus::RecvError;
use fate::{Came, Dice, Fated, Turn};
use futures_task::Spawn;
use ledger::{Item, Ledger, Of, RETURNED, SENT, Sum};
use std::collections::VecDeque;
use std::future::Future;
use std::io::Write as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How many futures are dropped, of each channel under each executor.
fn cancels() -> usize {
    std::env::var("ANNULUS_CANCELS").map_or(5_000, |n| n.parse().expect("a number"))
}

/// Nobody has got on for so long: somebody is left asleep.
const PATIENCE: Duration = Duration::from_secs(60);

/// Ends the program if nobody gets on any more, until it is over.
fn watch(name: &str, moved: &AtomicU64, over: &AtomicBool) {
    let (mut last, mut since) = (0, Instant::now());
    while !over.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(10));
        let now = moved.load(Ordering::Relaxed);
        if now != last {
            (last, since) = (now, Instant::now());
        } else if PATIENCE < since.elapsed() {
            let _ = writeln!(std::io::stderr(), "{name}: somebody is left asleep"); // also where output is kept back
            std::process::abort();
        }
    }
}

/// Says that it is over, also when it panics.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Runs the tasks of channels of several capacities, and says what came of it.
fn cancelled_at_random(
    name: &str,
    capacities: &[usize],
    run: fn(Vec<Task>),
    tasks: fn(usize, &Arc<Ledger>) -> Vec<Task>,
) {
    let (moved, over, mut sum) = (Arc::default(), AtomicBool::new(false), Sum::default());
    std::thread::scope(|scope| {
        scope.spawn(|| watch(name, &moved, &over));
        let _over = Over(&over);
        for &capacity in capacities {
            let ledger = Ledger::new(cancels().div_ceil(capacities.len()), capacity, moved.clone());
            let tasks = tasks(capacity, &ledger);
            let silent = AtomicBool::new(false);
            std::thread::scope(|scope| {
                scope.spawn(|| ledger.bell.ring(|| silent.load(Ordering::Relaxed)));
                let _silent = Over(&silent);
                run(tasks);
            });
            sum += ledger.sum();
        }
    });
    println!("{name}: {sum}");
    sum.judge(cancels());
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

/// After a future has been dropped. The first of a kind always comes back at once.
async fn cancelled(of: Of, me: usize, dice: &mut Dice, ledger: &Ledger) {
    ledger.cancel(of);
    match dice.below(2) {
        0 if me != 0 => ledger.aside(1 + dice.below(3)).await,
        _ => Turn(false).await,
    }
}

/// What a sender does, once: one item, several, or one for which it holds room first.
macro_rules! send {
    ($permits:ident, $s:ident, $me:ident, $dice:ident, $ledger:ident) => {
        match $dice.below(4) {
            0 => send!(@many $s, $me, $dice, $ledger),
            1 => send!(@$permits $s, $me, $dice, $ledger),
            _ => send!(@plain $s, $me, $dice, $ledger),
        }
    };
    (@plain $s:ident, $me:ident, $dice:ident, $ledger:ident) => {{
        let item = $ledger.item();
        let n = item.n;
        match Fated::new(&mut $dice, &$ledger.bell, $s.send_async(item)).await {
            Came::Ready(Ok(())) => $ledger.note(n, SENT),
            Came::Ready(Err(_)) => unreachable!("nobody closes"),
            Came::Cancelled => {
                $ledger.note(n, RETURNED);
                cancelled(Of::Send, $me, &mut $dice, &$ledger).await;
            }
            Came::Unpolled => $ledger.note(n, RETURNED),
        }
    }};
    (@many $s:ident, $me:ident, $dice:ident, $ledger:ident) => {{
        let mut items: VecDeque<Item> = (0..=$dice.below(6)).map(|_| $ledger.item()).collect();
        let numbers: Vec<_> = items.iter().map(|item| item.n).collect();
        let came = Fated::new(&mut $dice, &$ledger.bell, $s.send_many_async(&mut items)).await;
        let (sent, left) = numbers.split_at(numbers.len() - items.len());
        assert!(items.iter().map(|item| item.n).eq(left.iter().copied()), "the front has gone");
        sent.iter().for_each(|n| $ledger.note(*n, SENT));
        left.iter().for_each(|n| $ledger.note(*n, RETURNED));
        match came {
            Came::Ready(result) => assert!(result.is_ok() && left.is_empty()),
            Came::Cancelled => {
                cancelled(Of::SendMany, $me, &mut $dice, &$ledger).await;
            }
            Came::Unpolled => assert!(sent.is_empty()),
        }
    }};
    (@permits $s:ident, $me:ident, $dice:ident, $ledger:ident) => {
        match Fated::new(&mut $dice, &$ledger.bell, $s.reserve_async()).await {
            Came::Ready(permit) => {
                let permit = permit.expect("nobody closes");
                for _ in 0..$dice.below(3) {
                    Turn(false).await; // holding it
                }
                let item = $ledger.item();
                let n = item.n;
                if $dice.below(3) == 0 {
                    drop(permit);
                    $ledger.note(n, RETURNED);
                } else {
                    assert!(permit.send(item).is_ok());
                    $ledger.note(n, SENT);
                }
            }
            Came::Cancelled => {
                cancelled(Of::Reserve, $me, &mut $dice, &$ledger).await;
            }
            Came::Unpolled => {}
        }
    };
}

macro_rules! each {
    ($($module:ident: $channel:path, $capacities:expr, $permits:ident; $sender:pat, $receiver:pat => $s:ident, $r:ident; $senders:expr, $receivers:expr;)*) => {$(
        mod $module {
            use super::*;

            fn tasks(capacity: usize, ledger: &Arc<Ledger>) -> Vec<Task> {
                let ($s, $r) = $channel(capacity);
                let mut tasks: Vec<Task> = Vec::new();
                for (me, $sender) in $senders.into_iter().enumerate() {
                    let (ledger, mut dice) = (ledger.clone(), Dice::new(1 + me as u64));
                    tasks.push(Box::pin(async move {
                        while !ledger.is_over() {
                            send!($permits, $s, me, dice, ledger);
                        }
                    }));
                }
                for (me, $receiver) in $receivers.into_iter().enumerate() {
                    let (ledger, mut dice) = (ledger.clone(), Dice::new(100 + me as u64));
                    tasks.push(Box::pin(async move {
                        let mut items: Vec<Item> = Vec::new();
                        loop {
                            let (came, of) = if dice.below(3) == 0 {
                                let limit = 1 + dice.below(6);
                                let many = $r.recv_many_async(&mut items, limit);
                                let came = Fated::new(&mut dice, &ledger.bell, many).await;
                                match came {
                                    Came::Ready(Ok(n)) => assert!(n == items.len() && (1..=limit).contains(&n)),
                                    _ => assert!(items.is_empty(), "nothing was taken"),
                                }
                                (came, Of::RecvMany)
                            } else {
                                let came = Fated::new(&mut dice, &ledger.bell, $r.recv_async()).await;
                                let came = match came {
                                    Came::Ready(item) => Came::Ready(item.map(|item| {
                                        items.push(item);
                                        1
                                    })),
                                    Came::Cancelled => Came::Cancelled,
                                    Came::Unpolled => Came::Unpolled,
                                };
                                (came, Of::Recv)
                            };
                            ledger.receive(&mut items);
                            match came {
                                Came::Ready(Ok(_)) | Came::Unpolled => {}
                                Came::Ready(Err(RecvError::Closed)) => break,
                                Came::Ready(Err(_)) => unreachable!("no limit was set"),
                                Came::Cancelled => {
                                    cancelled(of, me, &mut dice, &ledger).await;
                                }
                            }
                        }
                    }));
                }
                tasks
            }

            #[test]
            fn tokio_with_many_threads() {
                cancelled_at_random(concat!(stringify!($module), ", tokio, 2 threads"), &$capacities, tokio_many, tasks);
            }

            #[test]
            fn tokio_with_one_thread() {
                cancelled_at_random(concat!(stringify!($module), ", tokio, 1 thread"), &$capacities, tokio_current, tasks);
            }

            #[test]
            fn smol_with_two_threads() {
                cancelled_at_random(concat!(stringify!($module), ", smol, 2 threads"), &$capacities, smol, tasks);
            }

            #[test]
            fn futures_with_one_thread() {
                cancelled_at_random(concat!(stringify!($module), ", futures, 1 thread"), &$capacities, futures, tasks);
            }
        }
    )*};
}

each! {
    spsc: annulus::spsc::channel, [1, 2, 16], permits; mut s, mut r => s, r; [s], [r];
    mpsc: annulus::mpsc::channel, [1, 2, 16], plain; s, mut r => s, r; [s.clone(), s.clone(), s], [r];
    spmc: annulus::spmc::channel, [1, 2, 16], permits; mut s, r => s, r; [s], [r.clone(), r.clone(), r];
    mpmc: annulus::mpmc::channel, [1, 2, 16], plain; s, r => s, r; [s.clone(), s.clone(), s], [r.clone(), r.clone(), r];
    rendezvous: annulus::mpmc::channel, [0], plain; s, r => s, r; [s.clone(), s.clone(), s], [r.clone(), r.clone(), r];
    pool: annulus::pool::channel, [1, 2, 16], permits; s, r => s, r; [s.clone(), s.clone(), s], [r.clone(), r.clone(), r];
    mpsc_credits: annulus::mpsc::channel_with_credits, [1, 2, 16], permits; s, mut r => s, r; [s.clone(), s.clone(), s], [r];
    mpmc_credits: annulus::mpmc::channel_with_credits, [1, 2, 16], permits; s, r => s, r;
        [s.clone(), s.clone(), s], [r.clone(), r.clone(), r];
}
