//! Many producers, many consumers, whatever the order is: what goes wrong, and threads.
use crate::queue::{Claim, Consumer, Producer, Slot, WriteGrant, first_slot, ring};
use annulus::PopError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

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
    first_slot(&mut grant).write(item);
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
                let (mut n, mut abandoned) = (0, None);
                while n < each {
                    let sent = match n % 7 {
                        0 => producer.reserve().map(|slot| slot.write((me, n))).is_ok(),
                        2 => producer
                            .reserve_many(2.min(capacity))
                            .map(|grant| fill_first(grant, (me, n)))
                            .is_ok(),
                        1 => {
                            // One abandoned on the way: not with each try, or a ring of one is always full of it.
                            if abandoned != Some(n) && producer.reserve().is_ok() {
                                abandoned = Some(n);
                            }
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

/// Items that count their drops, through threads that come and go: each is dropped once, wherever it ended.
#[test]
fn every_item_is_dropped_once_between_threads() {
    struct Told<'a>(&'a AtomicUsize);
    impl Drop for Told<'_> {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let each = if cfg!(debug_assertions) { 500 } else { 5_000 };
    for capacity in [1, 2, 7] {
        let (made, dropped) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let make = || {
            made.fetch_add(1, Ordering::Relaxed);
            Told(&dropped)
        };
        let (producer, consumer) = ring(capacity);
        std::thread::scope(|scope| {
            for me in 0..2 {
                let (producer, consumer) = (producer.clone(), consumer.clone());
                scope.spawn(move || {
                    for n in me..each {
                        match n % 5 {
                            0 => drop(producer.push(make())),
                            1 => drop(producer.force_push(make())),
                            2 => {
                                _ = producer
                                    .reserve_up_to(3)
                                    .map(|grant| grant.fill_from((0..2).map(|_| make())))
                            }
                            3 => _ = producer.push_iter((0..2).map(|_| make())),
                            _ => drop(producer.reserve()),
                        }
                        match n % 4 {
                            0 => drop(consumer.pop()),
                            1 => drop(consumer.claim()),
                            2 => drop(consumer.claim_up_to(2).map(|mut grant| grant.next())),
                            _ => _ = consumer.skip(1),
                        }
                    }
                });
            }
        });
        drop((producer, consumer));
        assert!(made.load(Ordering::Relaxed) > each);
        assert_eq!(made.into_inner(), dropped.into_inner(), "capacity {capacity}");
    }
}
