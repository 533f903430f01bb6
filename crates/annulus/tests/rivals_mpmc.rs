//! What other queues for many threads got wrong: each test says in its name what it guards against. Calls that are paused at each
//! of their steps, for whole laps as well, are in `steps`.
#![allow(clippy::disallowed_types)] // what the test itself counts with
use annulus::mpmc::{Consumer, Producer, ring};
use annulus::{ClaimError, PopError, PushError, ReserveError};
use std::cell::RefCell;
use std::mem::forget;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

fn panics(run: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(run)).is_err()
}

fn rest<T>(consumer: &Consumer<T>) -> Vec<T> {
    std::iter::from_fn(|| consumer.pop().ok()).collect()
}

#[test]
fn a_capacity_of_one_holds_one_item_and_four_more_pushes_overwrite_none() {
    let (producer, consumer) = ring(1);
    for lap in 0..1000 {
        producer.push(lap).unwrap();
        for _ in 0..4 {
            assert_eq!(producer.push(9999), Err(PushError::Full(9999)));
        }
        assert_eq!((consumer.pop(), consumer.pop()), (Ok(lap), Err(PopError::Empty)));
    }
}

#[test]
fn a_reservation_of_usize_max_is_refused_and_does_not_wrap() {
    for capacity in [1, 2, 3, 64] {
        for used in 0..=capacity {
            let (producer, consumer) = ring::<usize>(capacity);
            (0..used).for_each(|n| producer.push(n).unwrap());
            for n in [usize::MAX, usize::MAX - used, usize::MAX / 2 + 1, capacity + 1] {
                assert_eq!(producer.reserve_many(n).unwrap_err(), ReserveError::TooLarge);
                assert_eq!(consumer.claim_many(n).unwrap_err(), ClaimError::TooLarge);
            }
            assert_eq!(producer.reserve_up_to(usize::MAX).map_or(0, |grant| grant.len()), capacity - used);
        }
    }
}

/// With `--cfg annulus_word="32"` as well. That a lap wraps is met with a narrower word, in the tests of the protocol.
#[test]
fn a_capacity_that_is_no_power_of_two_keeps_its_items_across_wraps() {
    for capacity in [1, 3, 5, 6, 7, 10, 100, 1000] {
        let (producer, consumer) = ring::<usize>(capacity);
        let (mut next, mut seen) = (0, 0);
        for round in 0..3000 {
            let want = 1 + round * 7 % capacity;
            next += producer.push_iter(next..next + want);
            let Ok(grant) = consumer.claim_up_to(1 + round * 5 % capacity) else { continue };
            for item in grant {
                assert_eq!(item, seen);
                seen += 1;
            }
        }
        assert!(rest(&consumer).into_iter().eq(seen..next));
    }
}

#[test]
fn grants_of_half_the_ring_succeed_at_every_write_position() {
    for capacity in [2, 3, 8, 9, 64] {
        for start in 0..3 * capacity {
            let (producer, consumer) = ring::<usize>(capacity);
            for n in 0..start {
                producer.push(n).unwrap();
                consumer.pop().unwrap();
            }
            for n in 0..3 {
                producer.reserve_many(capacity / 2).unwrap().fill_with(|| n);
                assert!(consumer.claim_many(capacity / 2).expect("no dead zone").all(|item| item == n));
            }
            assert!(producer.reserve_many(capacity).is_ok(), "all of it, from any position");
        }
    }
}

#[test]
fn a_sender_stalled_between_reserve_and_commit_makes_pop_return_busy_at_once() {
    let (producer, consumer) = ring(2);
    let slot = producer.reserve().unwrap();
    let begun = Instant::now();
    for _ in 0..100_000 {
        assert_eq!(consumer.pop(), Err(PopError::Busy));
    }
    assert!(begun.elapsed() < Duration::from_secs(20), "it spins");
    slot.write(1);
    assert_eq!(consumer.pop(), Ok(1));
}

/// Sixteen threads take turns on the one core that they may use: who waited for another one's step would wait for its next slice.
#[test]
fn many_threads_on_one_core_do_not_collapse() {
    const EACH: usize = 2_000;
    for capacity in [1, 4] {
        let (producer, consumer) = ring::<usize>(capacity);
        let begun = Instant::now();
        let total: usize = std::thread::scope(|scope| {
            for _ in 0..8 {
                let producer = producer.clone();
                scope.spawn(move || {
                    pin_to_the_first_core();
                    for n in 0..EACH {
                        while producer.push(n).is_err() {
                            std::thread::yield_now();
                        }
                    }
                });
            }
            let mut popping = Vec::new();
            for _ in 0..8 {
                let consumer = consumer.clone();
                popping.push(scope.spawn(move || {
                    pin_to_the_first_core();
                    let mut got = 0;
                    loop {
                        match consumer.pop() {
                            Ok(_) => got += 1,
                            Err(PopError::Closed) => return got,
                            Err(_) => std::thread::yield_now(),
                        }
                    }
                }));
            }
            drop(producer);
            popping.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(total, 8 * EACH);
        assert!(begun.elapsed() < Duration::from_secs(60), "they waited for each other's time slices");
    }
}

#[cfg(target_os = "linux")]
fn pin_to_the_first_core() {
    // SAFETY: a plain array of bits, for which all zeros is a value.
    let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    let size = size_of::<libc::cpu_set_t>();
    // SAFETY: `set` is as large as said.
    assert_eq!(unsafe { libc::sched_getaffinity(0, size, &mut set) }, 0);
    // SAFETY: within the set.
    let first = (0..1024).find(|&cpu| unsafe { libc::CPU_ISSET(cpu, &set) }).expect("a core");
    // SAFETY: `set` is a set of cores.
    unsafe { libc::CPU_ZERO(&mut set) };
    // SAFETY: within the set.
    unsafe { libc::CPU_SET(first, &mut set) };
    // SAFETY: `set` is as large as said.
    assert_eq!(unsafe { libc::sched_setaffinity(0, size, &set) }, 0);
}

#[cfg(not(target_os = "linux"))]
fn pin_to_the_first_core() {}

#[test]
fn an_iterator_or_closure_that_panics_in_a_fill_drops_nothing_twice_and_blocks_nobody() {
    for good in 0..4 {
        let item = Arc::new(());
        let (producer, consumer) = ring::<Arc<()>>(4);
        let made = RefCell::new(0);
        let make = || {
            assert!(*made.borrow() < good, "no more");
            *made.borrow_mut() += 1;
            item.clone()
        };
        assert!(panics(|| producer.reserve_many(4).unwrap().fill_with(make)));
        assert_eq!(rest(&consumer).len(), good);
        *made.borrow_mut() = 0;
        assert!(panics(|| _ = producer.push_iter(std::iter::repeat_with(make))));
        assert_eq!((consumer.len(), Arc::strong_count(&item)), (good + 1, good + 1), "one was abandoned");
        assert_eq!(rest(&consumer).len(), good);
        producer.push(item.clone()).unwrap();
        assert!(consumer.pop().is_ok());
        drop((producer, consumer));
        assert_eq!(Arc::strong_count(&item), 1);
    }
}

/// Logs its drop, and panics in it if it is the chosen one.
struct Bomb<'a>(usize, usize, &'a RefCell<Vec<usize>>);

impl Drop for Bomb<'_> {
    fn drop(&mut self) {
        self.2.borrow_mut().push(self.0);
        assert!(self.0 != self.1, "item {} explodes", self.0);
    }
}

/// For each item in turn, at each place in the ring, lets its drop panic in `run`, which must get rid of all five, once each.
fn with_each_exploding(run: impl Fn(Producer<Bomb<'_>>, Consumer<Bomb<'_>>)) {
    for start in 0..7 {
        for explodes in 0..5 {
            let log = RefCell::default();
            let (producer, consumer) = ring(7);
            for _ in 0..start {
                assert!(producer.push(Bomb(100, 0, &log)).is_ok());
                drop(consumer.pop());
            }
            log.borrow_mut().clear();
            assert_eq!(producer.push_iter((0..5).map(|n| Bomb(n, explodes, &log))), 5);
            assert!(panics(|| run(producer, consumer)));
            let mut dropped = log.take();
            dropped.sort_unstable();
            assert_eq!(dropped, [0, 1, 2, 3, 4], "start {start}, exploding {explodes}");
        }
    }
}

#[test]
fn a_panicking_drop_in_a_release_a_drain_a_claim_or_with_the_ring_drops_the_others_once() {
    with_each_exploding(|_producer, consumer| consumer.claim_many(5).unwrap().release(5));
    with_each_exploding(|_producer, consumer| drop(consumer.claim_many(5)));
    with_each_exploding(|_producer, consumer| consumer.claim_many(5).unwrap().for_each(drop));
    with_each_exploding(|_producer, consumer| while consumer.pop().is_ok() {});
    with_each_exploding(|_producer, consumer| while consumer.claim().is_ok() {});
    with_each_exploding(|producer, consumer| drop((producer, consumer)));
}

#[test]
fn after_a_panicking_drop_every_slot_is_free_again() {
    let log = RefCell::default();
    let (producer, consumer) = ring(4);
    assert_eq!(producer.push_iter((0..4).map(|n| Bomb(n, 1, &log))), 4);
    assert!(panics(|| consumer.claim_many(3).unwrap().release(3)));
    assert_eq!(log.take(), [0, 1, 2]);
    assert_eq!(producer.push_iter((4..9).map(|n| Bomb(n, 1, &log))), 3, "all but the one that is left");
}

#[test]
fn a_partial_commit_of_a_grant_neither_leaks_nor_doubles() {
    for committed in 0..=3 {
        let item = Arc::new(());
        let (producer, consumer) = ring::<Arc<()>>(3);
        for _ in 0..4 {
            let mut grant = producer.reserve_many(3).unwrap();
            let (first, second) = grant.as_uninit_slices();
            for slot in first.iter_mut().chain(second).take(committed) {
                slot.write(item.clone());
            }
            // SAFETY: as many were written.
            unsafe { grant.commit(committed) };
            assert_eq!(Arc::strong_count(&item), 1 + committed);
            assert_eq!(rest(&consumer).len(), committed);
            assert_eq!(producer.vacant(), 3, "the others were abandoned");
        }
        assert_eq!(Arc::strong_count(&item), 1);
    }
}

#[test]
fn a_forgotten_write_grant_costs_what_comes_after_it_which_is_then_busy() {
    let item = Arc::new(());
    let (producer, consumer) = ring::<Arc<()>>(5);
    producer.push(item.clone()).unwrap();
    forget(producer.reserve_many(2).unwrap());
    producer.push(item.clone()).unwrap();
    assert!(consumer.pop().is_ok(), "what was before it comes out");
    assert_eq!(consumer.pop(), Err(PopError::Busy));
    assert_eq!(consumer.claim_up_to(4).unwrap_err(), PopError::Busy);
    assert_eq!(producer.push_iter(std::iter::repeat(item.clone())), 2, "the slots that are left still fill");
    assert!(matches!(producer.push(item.clone()), Err(PushError::Full(_))));
    drop((producer, consumer));
    assert_eq!(Arc::strong_count(&item), 1, "what was behind it is dropped with the ring, once");
}

#[test]
fn a_forgotten_read_grant_costs_its_items_and_the_next_lap_which_is_then_busy() {
    let item = Arc::new(());
    let (producer, consumer) = ring::<Arc<()>>(4);
    (0..3).for_each(|_| producer.push(item.clone()).unwrap());
    forget(consumer.claim_many(2).unwrap());
    assert_eq!(rest(&consumer).len(), 1, "the others come out");
    producer.push(item.clone()).unwrap();
    assert!(matches!(producer.push(item.clone()), Err(PushError::Busy(_))));
    assert_eq!(producer.reserve_many(1).unwrap_err(), ReserveError::Busy);
    assert_eq!(rest(&consumer).len(), 1);
    drop((producer, consumer));
    assert_eq!(Arc::strong_count(&item), 3, "two were forgotten, and none is dropped twice");
    // SAFETY: the two that were forgotten are in no ring any more: counted down, so that nothing leaks.
    unsafe { Arc::decrement_strong_count(Arc::as_ptr(&item)) };
    // SAFETY: as above.
    unsafe { Arc::decrement_strong_count(Arc::as_ptr(&item)) };
}

#[test]
fn len_read_from_two_cursors_never_wraps_nor_exceeds_the_capacity() {
    for capacity in [1, 3, 64] {
        let (producer, consumer) = ring::<u32>(capacity);
        let end = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for which in 0..2 {
                let (producer, consumer, end) = (&producer, &consumer, &end);
                scope.spawn(move || {
                    while !end.load(Ordering::Relaxed) {
                        let _ = if which == 0 {
                            producer.push(1).is_ok()
                        } else {
                            producer.force_push(1).is_ok()
                        };
                        let _ = producer.reserve_up_to(2).map(|grant| grant.fill_with(|| 1));
                        let _ = consumer.pop();
                    }
                });
            }
            let begun = Instant::now();
            while begun.elapsed() < Duration::from_millis(60) {
                let (len, vacant) = (consumer.len(), producer.vacant());
                assert!(len <= capacity && vacant <= capacity, "{len} and {vacant} in a ring of {capacity}");
            }
            end.store(true, Ordering::Relaxed);
        });
    }
}

#[test]
fn closing_and_dropping_ends_while_a_grant_lives_leaves_its_slots_alone() {
    let (producer, consumer) = ring(3);
    producer.push(String::from("one")).unwrap();
    let (other, grant) = (producer.clone(), consumer.claim_many(1).unwrap());
    let slot = other.reserve().unwrap();
    drop(producer);
    consumer.close();
    assert_eq!(grant.as_slices().0, ["one"]);
    drop(grant);
    slot.write(String::from("two"));
    drop(other);
    assert_eq!(consumer.pop().as_deref(), Ok("two"));
    assert_eq!(consumer.pop(), Err(PopError::Closed));
}
