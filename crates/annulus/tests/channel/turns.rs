//! Who gets on when there is little to share: one core, or one item at a time.
use super::items::in_time;
use annulus::{mpmc, spsc};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// Four receivers, one item at a time: none of them waits for ever.
#[test]
fn nobody_who_waits_is_passed_over_for_ever() {
    in_time(|| {
        let (sender, receiver) = mpmc::channel(1);
        let receivers = [0; 4].map(|_| {
            let receiver = receiver.clone();
            thread::spawn(move || receiver.iter().count())
        });
        drop(receiver);
        for n in 0..20_000 {
            sender.send(n).unwrap();
            if n % 16 == 0 {
                thread::yield_now();
            }
        }
        drop(sender);
        let counts = receivers.map(|receiver| receiver.join().unwrap());
        assert_eq!(counts.iter().sum::<usize>(), 20_000);
        assert!(counts.iter().all(|count| 0 < *count), "{counts:?}");
    });
}

/// A sender and a receiver keep each other busy, and never sleep: whoever sleeps beside them gets on all the same.
#[test]
fn two_that_are_always_awake_do_not_keep_a_third_one_asleep() {
    in_time(|| {
        let (sender, receiver) = mpmc::channel(1);
        let done = Arc::new(AtomicBool::new(false));
        let busy = {
            let (sender, done) = (sender.clone(), done.clone());
            thread::spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    sender.send(0).unwrap();
                }
            })
        };
        let receiver = thread::spawn(move || receiver.iter().sum::<u32>());
        for _ in 0..200 {
            thread::sleep(Duration::from_micros(50)); // so that looking does not pay for the other two alone
            sender.send(1).unwrap();
        }
        done.store(true, Ordering::Relaxed);
        busy.join().unwrap();
        drop(sender);
        assert_eq!(receiver.join().unwrap(), 200);
    });
}

/// Threads that share a core gain nothing by looking twice: a round trip does not take as many time slices.
#[test]
#[cfg(target_os = "linux")]
fn two_threads_on_one_core_hand_an_item_to_and_fro() {
    use std::sync::{Condvar, Mutex};
    use std::time::Instant;

    const TRIPS: u32 = 5_000;

    /// To the first processor that it may run on.
    fn pin() {
        let size = size_of::<libc::cpu_set_t>();
        // SAFETY: a set is an array of integers.
        let (mut all, mut one): (libc::cpu_set_t, libc::cpu_set_t) = unsafe { std::mem::zeroed() };
        // SAFETY: it is as large as we say.
        unsafe { libc::sched_getaffinity(0, size, &mut all) };
        // SAFETY: the index is less than the size.
        let first =
            (0..libc::CPU_SETSIZE as usize).find(|cpu| unsafe { libc::CPU_ISSET(*cpu, &all) }).unwrap();
        // SAFETY: as above.
        unsafe { libc::CPU_SET(first, &mut one) };
        // SAFETY: it is as large as we say.
        unsafe { libc::sched_setaffinity(0, size, &one) };
    }

    fn channels() -> Duration {
        let (mut there, mut arrived) = spsc::channel(1);
        let (mut back, mut returned) = spsc::channel(1);
        let other = thread::spawn(move || {
            pin();
            while let Ok(n) = arrived.recv() {
                back.send(n).unwrap();
            }
        });
        let begun = Instant::now();
        for n in 0..TRIPS {
            there.send(n).unwrap();
            assert_eq!(returned.recv(), Ok(n));
        }
        let took = begun.elapsed();
        drop(there);
        other.join().unwrap();
        took
    }

    fn condvar() -> Duration {
        let shared = Arc::new((Mutex::new(0), Condvar::new()));
        let step = |shared: &(Mutex<u32>, Condvar), mine: u32| {
            let (turn, changed) = shared;
            for _ in 0..TRIPS {
                let mut turn = changed.wait_while(turn.lock().unwrap(), |turn| *turn % 2 != mine).unwrap();
                *turn += 1;
                changed.notify_one();
            }
        };
        let there = shared.clone();
        let other = thread::spawn(move || {
            pin();
            step(&there, 1);
        });
        let begun = Instant::now();
        step(&shared, 0);
        let took = begun.elapsed();
        other.join().unwrap();
        took
    }

    in_time(|| {
        pin();
        // The least of three: others use the core as well. `cargo xtask bench channels` tells how much; here it is only that it does not collapse.
        let least = |run: fn() -> Duration| (0..3).map(|_| run()).min().unwrap();
        let (ours, theirs) = (least(channels), least(condvar));
        assert!(ours < theirs * 5, "{ours:?} for {TRIPS} round trips, a condition variable {theirs:?}");
    });
}
