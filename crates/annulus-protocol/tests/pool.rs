//! A pool beside a model, one thread, every size: with a narrow word (`--cfg annulus_word="8"`) the laps wrap every few steps.
#[path = "pool/model.rs"]
mod model;

use annulus_protocol::pool::{Cursors, Entry, MAX_SIZE, PER_SLOT, Pool, Refused, Shape};
use model::{Pair, Words};

fn next(random: &mut u64) -> u64 {
    *random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *random
}

fn sizes() -> impl Iterator<Item = usize> {
    (1..=9).chain([15, 16, 17, 33]).chain([MAX_SIZE.min(1000)])
}

#[test]
fn every_size_does_what_a_queue_of_slots_would_through_many_wraps() {
    for size in sizes() {
        let mut pair = Pair::new(size);
        let mut random = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(size as u64);
        for step in 0..6_000 {
            pair.step(next(&mut random), step);
        }
    }
}

#[test]
fn what_was_forgotten_is_recovered_and_what_was_committed_stays() {
    for size in sizes() {
        let mut pair = Pair::new(size);
        let mut random = 0x2545_f491_4f6c_dd1d_u64.wrapping_mul(size as u64);
        for step in 0..3_000 {
            pair.step(next(&mut random), step);
            if step % 71 == 70 {
                pair.recover();
            }
        }
    }
}

/// Closed in any state: what is reserved may be committed, and closed is told when all is done, not before; also after a recovery.
#[test]
fn closed_is_told_when_nothing_is_outstanding_and_for_ever_after() {
    for size in (1..=9).chain([MAX_SIZE.min(70)]) {
        for round in 0..60_u64 {
            let mut pair = Pair::new(size);
            let mut random = round.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(size as u64);
            if round % 3 == 0 {
                for step in 0..200 {
                    pair.step(next(&mut random), step);
                }
                pair.recover();
            }
            for step in 0..next(&mut random) % 400 {
                pair.step(next(&mut random), step as u32);
            }
            pair.close();
            for step in 0..60 {
                pair.step(next(&mut random), step);
            }
            if round % 2 == 0 {
                pair.recover();
            }
            while !pair.written.is_empty() {
                pair.hand_on(0, Some(1));
                pair.claim();
            }
            while !pair.written_runs.is_empty() {
                pair.commit_run(0, 1, 2);
            }
            while !pair.queue.is_empty() {
                pair.claim();
            }
            assert_eq!(pair.words.pool().claim().unwrap_err(), Refused::Closed);
            assert_eq!(pair.words.pool().reserve().unwrap_err(), Refused::Closed);
            while !pair.read.is_empty() {
                pair.release(0);
            }
            assert_eq!(pair.words.pool().claim_run(2).unwrap_err(), Refused::Closed);
            assert_eq!(pair.words.pool().reserve_run(1, 2).unwrap_err(), (Refused::Closed, 0));
            assert_eq!(pair.words.pool().evict().unwrap_err(), Refused::Closed);
        }
    }
}

/// Closed and opened in any state: all that is not committed is free again, and closed is told again when it is so.
#[test]
fn a_pool_is_opened_again_with_what_was_committed_in_it() {
    for size in (1..=9).chain([MAX_SIZE.min(70)]) {
        let mut pair = Pair::new(size);
        let mut random = 0x2545_f491_4f6c_dd1d_u64.wrapping_mul(size as u64);
        for round in 0..60 {
            for step in 0..next(&mut random) % 300 {
                pair.step(next(&mut random), step as u32);
            }
            if round % 4 != 3 {
                pair.close();
            }
            for step in 0..next(&mut random) % 60 {
                pair.step(next(&mut random), step as u32);
            }
            pair.reopen();
            assert_eq!(pair.words.pool().vacant() + pair.words.pool().occupied(), size);
        }
        while !pair.queue.is_empty() {
            pair.claim();
        }
        pair.close();
        assert_eq!(pair.words.pool().claim().unwrap_err(), Refused::Closed);
        pair.words.cursors.restart();
        pair.words = Words { cursors: pair.words.cursors, ..Words::new(size) };
        let pool = pair.words.pool();
        assert_eq!((pool.vacant(), pool.occupied(), pool.is_closed()), (size, 0, false));
        let run = pool.reserve_run(size, size).unwrap();
        assert!(pool.indices_to_write(&run).eq(0..size));
        pool.commit_run(run, 0);
    }
}

#[test]
fn a_slot_that_is_never_handed_on_is_in_nobodys_way() {
    for size in 2..=9 {
        let words = Words::new(size);
        let pool = words.pool();
        let _written = pool.reserve().unwrap();
        pool.commit(pool.reserve().unwrap());
        let _read = pool.claim().unwrap();
        for _ in 0..1000 {
            let Ok(reserved) = pool.reserve() else {
                assert_eq!(size, 2);
                break;
            };
            pool.commit(reserved);
            pool.release(pool.claim().unwrap());
        }
        pool.close();
        assert_eq!(pool.claim().unwrap_err(), Refused::Empty, "one may still be committed");
        pool.recover();
        assert_eq!(pool.claim().unwrap_err(), Refused::Closed);
    }
}

/// Not with words of 8 bits, of which a thread that is preempted may well miss a whole round.
#[cfg(not(any(loom, annulus_word = "8")))]
#[test]
#[allow(clippy::disallowed_types, reason = "what is beside the protocol: not to be counted or modelled")]
fn items_of_many_threads_come_out_once_and_those_of_each_in_order() {
    use std::sync::atomic::{AtomicU32, Ordering};
    const EACH: u32 = 2_000;
    for size in [1, 2, 3, 7, 64] {
        let words = Words::new(size);
        let items: Vec<AtomicU32> = (0..size).map(|_| AtomicU32::new(0)).collect();
        let seen: Vec<AtomicU32> = (0..2 * EACH).map(|_| AtomicU32::new(0)).collect();
        let (pool, items, seen) = (words.pool(), &items, &seen);
        let write = move |mut value: u32| {
            let end = value + EACH;
            while value < end {
                // Now and then it changes its mind.
                if value % 7 == 3 {
                    pool.reserve().into_iter().for_each(|reserved| pool.abandon(reserved));
                }
                match pool.reserve_run(1, (value % 3 + 1) as usize) {
                    Ok(run) => {
                        let n = run.len().min((end - value) as usize);
                        for index in pool.indices_to_write(&run).take(n) {
                            items[index].store(value, Ordering::Relaxed);
                            value += 1;
                        }
                        pool.commit_run(run, n);
                    }
                    Err(_) => std::thread::yield_now(),
                }
            }
        };
        let read = move || {
            let mut next = [0, EACH];
            loop {
                match pool.claim_run(2) {
                    Ok(run) => {
                        for index in pool.indices_to_read(&run) {
                            let value = items[index].load(Ordering::Relaxed);
                            let next = &mut next[usize::from(value >= EACH)];
                            assert!(*next <= value, "{value} comes late");
                            *next = value + 1;
                            seen[value as usize].fetch_add(1, Ordering::Relaxed);
                        }
                        pool.release_run(run);
                    }
                    Err(Refused::Closed) => break,
                    Err(_) => std::thread::yield_now(),
                }
            }
        };
        std::thread::scope(|scope| {
            let _readers = [scope.spawn(read), scope.spawn(read)];
            let writers = [scope.spawn(move || write(0)), scope.spawn(move || write(EACH))];
            writers.into_iter().for_each(|writer| writer.join().unwrap());
            pool.close();
        });
        assert!(seen.iter().all(|times| times.load(Ordering::Relaxed) == 1), "size {size}");
    }
}

#[cfg(not(loom))]
#[test]
fn a_static_holds_a_pool_that_is_ready_for_use() {
    static CURSORS: Cursors = Cursors::new();
    static ENTRIES: [Entry; 3 * PER_SLOT] = [const { Entry::new() }; 3 * PER_SLOT];
    let pool = Pool::new(&CURSORS, &ENTRIES, const { Shape::of(3) });
    assert_eq!((pool.vacant(), pool.occupied()), (3, 0));
    let run = pool.reserve_run(3, 3).unwrap();
    assert_eq!(pool.indices_to_write(&run).collect::<Vec<_>>(), [0, 1, 2]);
    pool.commit_run(run, 2);
    assert_eq!((pool.vacant(), pool.occupied()), (1, 2));
}

#[test]
#[should_panic(expected = "at least one slot")]
fn a_size_of_zero_is_refused() {
    let _shape = Shape::of(0);
}

#[test]
#[should_panic(expected = "at least one slot")]
fn a_size_of_all_words_is_refused() {
    let _shape = Shape::of(MAX_SIZE + 1);
}
