//! Many producers, many consumers: what goes wrong, and threads. What every ring does is in `mpmc.rs`.
#![allow(clippy::disallowed_types)] // what the test itself counts with
#[path = "suite/items.rs"]
mod items;

use annulus::mpmc::{Claim, Consumer, Producer, Slot, WriteGrant, ring};
use annulus::{PopError, PushError};
use items::{Counted, Item, with_no_item_left};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

#[test]
fn slices_are_copied_in_and_moved_out() {
    let (producer, consumer) = ring(5);
    let mut out = [0; 4];
    for lap in 0..4 {
        assert_eq!(producer.push_slice(&[lap, lap + 1, lap + 2]), 3);
        assert_eq!(producer.push_slice(&[9, 9, 9]), 2);
        assert_eq!(producer.push_slice(&[9]), 0);
        assert_eq!(consumer.pop_slice(&mut out), 4);
        assert_eq!(out, [lap, lap + 1, lap + 2, 9]);
        assert_eq!(consumer.pop_slice(&mut out), 1);
        assert_eq!(consumer.pop_slice(&mut out), 0);
    }
}

#[test]
#[should_panic(expected = "must be at least 1")]
fn a_capacity_of_zero_is_refused() {
    let _ends = ring::<u8>(0);
}

#[test]
#[should_panic(expected = "must be at most")]
fn an_absurd_capacity_is_refused() {
    let _ends = ring::<u8>(usize::MAX);
}

#[test]
#[should_panic(expected = "not so much memory")]
fn a_capacity_beyond_the_memory_is_refused() {
    const LARGE: usize = if size_of::<usize>() == 8 { 1 << 31 } else { 1 << 20 };
    let _ends = ring::<[u64; LARGE]>(1 << 29);
}

#[test]
fn a_forgotten_slot_costs_what_comes_after_it_and_nothing_is_dropped_twice() {
    with_no_item_left(|| {
        let (producer, consumer) = ring::<Counted>(3);
        producer.push(Counted::make(0)).unwrap();
        std::mem::forget(producer.reserve().unwrap());
        producer.push(Counted::make(2)).unwrap();
        assert!(consumer.pop().unwrap().is(0));
        assert_eq!(consumer.pop(), Err(PopError::Busy));
    }); // the item behind the forgotten slot is dropped with the ring
}

#[test]
fn a_forgotten_claim_costs_its_item_and_its_slot_only() {
    let (producer, consumer) = ring::<Counted>(2);
    producer.push(Counted::make(0)).unwrap();
    std::mem::forget(consumer.claim().unwrap());
    producer.push(Counted::make(1)).unwrap();
    assert!(matches!(producer.push(Counted::make(2)), Err(PushError::Busy(_))));
    assert!(consumer.pop().unwrap().is(1));
    drop((producer, consumer));
    assert_eq!(items::live(), 1, "the forgotten one");
    items::forget_the_living();
}

#[test]
fn a_panicking_drop_hands_its_slot_back_and_the_rest_is_dropped() {
    struct Angry<'a>(&'a AtomicUsize, bool);
    impl Drop for Angry<'_> {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
            assert!(!self.1, "angry");
        }
    }
    let dropped = AtomicUsize::new(0);
    let panics = |run: &mut dyn FnMut()| catch_unwind(AssertUnwindSafe(run)).is_err();
    let (producer, consumer) = ring(4);
    producer.push(Angry(&dropped, true)).unwrap_or_else(|_| panic!("room"));
    assert!(panics(&mut || drop(consumer.claim())));
    assert_eq!((dropped.load(Ordering::Relaxed), producer.vacant()), (1, 4));
    for n in 0..4 {
        producer.push(Angry(&dropped, n == 1)).unwrap_or_else(|_| panic!("room"));
    }
    let mut ends = Some((producer, consumer));
    assert!(panics(&mut || drop(ends.take())));
    assert_eq!(dropped.load(Ordering::Relaxed), 5);
}

#[test]
fn an_iterator_that_panics_abandons_its_slot() {
    let (producer, consumer) = ring(4);
    let source = (0..4).map(|n| if n < 2 { n } else { panic!("no more") });
    assert!(catch_unwind(AssertUnwindSafe(|| producer.push_iter(source))).is_err());
    producer.push(9).unwrap();
    assert_eq!(std::iter::from_fn(|| consumer.pop().ok()).collect::<Vec<_>>(), [0, 1, 9]);
}

#[test]
fn ends_go_to_other_threads_and_are_shared_where_items_may_move() {
    fn shared<T: Send + Sync + Clone>() {}
    shared::<Producer<std::cell::Cell<u8>>>();
    shared::<Consumer<std::cell::Cell<u8>>>();
    fn sent<T: Send>() {}
    sent::<Slot<'_, std::cell::Cell<u8>>>();
    sent::<Claim<'_, std::cell::Cell<u8>>>();
}

/// Commits the first slot and abandons the other.
fn fill_first<T>(mut grant: WriteGrant<'_, T>, item: T) {
    grant.as_uninit_slices().0[0].write(item);
    // SAFETY: the first slot was just written.
    unsafe { grant.commit(1) };
}

/// Runs producers and consumers over one ring; every item must come out once, those of one producer in their order.
fn exchange(capacity: usize, producers: usize, consumers: usize, each: usize) {
    let (producer, consumer) = ring::<(usize, usize)>(capacity);
    let seen: Vec<Vec<AtomicBool>> =
        (0..producers).map(|_| (0..each).map(|_| AtomicBool::new(false)).collect()).collect();
    std::thread::scope(|scope| {
        for me in 0..producers {
            let producer = producer.clone();
            scope.spawn(move || {
                let mut n = 0;
                while n < each {
                    let sent = match n % 7 {
                        0 => producer.reserve().map(|slot| slot.write((me, n))).is_ok(),
                        2 => producer
                            .reserve_many(2.min(capacity))
                            .map(|grant| fill_first(grant, (me, n)))
                            .is_ok(),
                        1 => {
                            drop(producer.reserve()); // one abandoned on the way
                            producer.push((me, n)).is_ok()
                        }
                        _ => producer.push((me, n)).is_ok(),
                    };
                    if sent { n += 1 } else { std::thread::yield_now() }
                }
            });
        }
        for _ in 0..consumers {
            let (consumer, seen) = (consumer.clone(), &seen);
            scope.spawn(move || {
                let mut next = vec![0; seen.len()];
                let mut turn = 0usize;
                loop {
                    turn += 1;
                    let got = if turn.is_multiple_of(3) {
                        consumer.claim().map(|item| *item)
                    } else {
                        consumer.pop()
                    };
                    match got {
                        Ok((from, n)) => {
                            assert!(next[from] <= n, "out of order");
                            next[from] = n + 1;
                            assert!(!seen[from][n].swap(true, Ordering::Relaxed), "twice");
                        }
                        Err(PopError::Closed) => return,
                        Err(_) => std::thread::yield_now(),
                    }
                }
            });
        }
        drop((producer, consumer));
    });
    assert!(seen.iter().flatten().all(|seen| seen.load(Ordering::Relaxed)), "lost");
}

#[test]
fn nothing_is_lost_or_doubled_between_threads() {
    let each = if cfg!(debug_assertions) { 300 } else { 3_000 };
    for (capacity, producers, consumers) in
        [(1, 2, 2), (3, 2, 2), (64, 2, 2), (3, 4, 1), (3, 1, 4), (64, 4, 4)]
    {
        exchange(capacity, producers, consumers, each);
    }
}

/// A producer stopped between reserve and commit: everybody else's calls still return, `Busy` where order demands it.
#[test]
fn a_stalled_producer_delays_items_but_no_call() {
    let (producer, consumer) = ring::<u32>(8);
    let slot = producer.reserve().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let begun = Instant::now();
                for n in 0..1000 {
                    let pushed = producer.push(n);
                    assert!(matches!(pushed, Ok(()) | Err(PushError::Full(_))), "the oldest is not claimed");
                    assert_eq!(consumer.pop(), Err(PopError::Busy));
                }
                assert!(begun.elapsed() < Duration::from_secs(5));
            });
        }
    });
    slot.write(99);
    assert_eq!(consumer.pop(), Ok(99));
    assert_eq!(std::iter::from_fn(|| consumer.pop().ok()).count(), 7);
}

/// A consumer stopped between claim and release: the same for the producers, when the ring comes round.
#[test]
fn a_stalled_consumer_delays_room_but_no_call() {
    let (producer, consumer) = ring::<u32>(4);
    producer.push_iter(0..4);
    let claim = consumer.claim().unwrap();
    assert_eq!(std::iter::from_fn(|| consumer.pop().ok()).count(), 3);
    for n in 0..1000 {
        assert_eq!(producer.push(n), Err(PushError::Busy(n)));
        assert_eq!(consumer.pop(), Err(PopError::Empty));
    }
    drop(claim);
    assert_eq!(producer.push_iter(0..9), 4);
}

/// A ring that is always full, or nearly: each item goes to a consumer or comes back to a producer.
#[test]
fn nothing_is_lost_or_doubled_where_producers_overwrite() {
    let each = if cfg!(debug_assertions) { 2_000 } else { 20_000 };
    for capacity in [1, 3] {
        let (producer, consumer) = ring::<usize>(capacity);
        let seen: Vec<AtomicBool> = (0..2 * each).map(|_| AtomicBool::new(false)).collect();
        let see = |n: usize| assert!(!seen[n].swap(true, Ordering::Relaxed), "twice");
        std::thread::scope(|scope| {
            for me in 0..2 {
                let (producer, see) = (producer.clone(), &see);
                scope.spawn(move || {
                    let mut n = me * each;
                    while n < (me + 1) * each {
                        match producer.force_push(n) {
                            Ok(oldest) => {
                                n += 1;
                                oldest.into_iter().for_each(see);
                            }
                            Err(_) => std::thread::yield_now(),
                        }
                    }
                });
            }
            let (popping, see) = (consumer.clone(), &see);
            scope.spawn(move || {
                loop {
                    match popping.pop() {
                        Ok(n) => see(n),
                        Err(PopError::Closed) => return,
                        Err(_) => std::thread::yield_now(),
                    }
                }
            });
            drop((producer, consumer));
        });
        assert!(seen.iter().all(|seen| seen.load(Ordering::Relaxed)), "lost");
    }
}

#[test]
fn counts_never_exceed_the_capacity_while_others_work() {
    let (producer, consumer) = ring::<u32>(3);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..50_000 {
                let _full = producer.push(n);
                let _empty = consumer.pop();
            }
            done.store(true, Ordering::Relaxed);
        });
        while !done.load(Ordering::Relaxed) {
            assert!(consumer.len() <= 3);
            assert!(producer.vacant() <= 3);
        }
    });
}

#[test]
fn pushing_from_an_iterator_that_knows_its_length_takes_no_slot_too_many() {
    let (producer, consumer) = annulus::mpmc::ring(4);
    assert_eq!(producer.push_iter([1, 2, 3]), 3);
    assert_eq!(producer.push(4), Ok(()));
    assert_eq!(consumer.drain().collect::<Vec<_>>(), [1, 2, 3, 4]);
}
