//! A mesh of lanes: every behaviour for every capacity and kind of item, then threads. Steps are counted in `steps`.
#![allow(clippy::disallowed_types)] // what the test itself counts with
#[path = "suite/items.rs"]
mod items;

use annulus::mpmc::lanes::{Consumer, Producer, lanes};
use annulus::{PopError, PushError, ReserveError};
use items::{Counted, Item, live, with_no_item_left};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How many items go through one lane before the next; the tests that depend on it say so.
const RUN: usize = 8;

/// A test that runs for every capacity and kind of item; no item may be left when it ends.
macro_rules! behaviour {
    ($name:ident, $shape:expr, |$producers:ident, $consumers:ident, $capacity:ident| <$item:ident> $body:block) => {
        #[test]
        fn $name() {
            fn check<$item: Item>() {
                for $capacity in [1usize, 2, 3, 64, 1000] {
                    with_no_item_left(|| {
                        let (from, to) = $shape;
                        let (mut $producers, mut $consumers) =
                            annulus::mpmc::lanes::<$item>(from, to, $capacity);
                        assert_eq!(($producers.len(), $consumers.len()), (from, to));
                        $body
                    });
                }
            }
            check::<u8>();
            check::<u64>();
            check::<String>();
            check::<()>();
            check::<Counted>();
        }
    };
}

behaviour!(a_producer_fills_the_lanes_of_all_consumers_and_no_other_ones, (2, 3), |producers, consumers, capacity| <T> {
    for _ in 0..3 {
        assert_eq!((producers[0].capacity(), consumers[0].capacity()), (3 * capacity, 2 * capacity));
        for n in 0..3 * capacity {
            assert_eq!(producers[0].vacant(), 3 * capacity - n);
            assert!(!producers[0].is_full());
            producers[0].push(T::make(n as u64)).unwrap();
        }
        assert!(producers[0].is_full());
        assert!(matches!(producers[0].push(T::make(7)), Err(PushError::Full(item)) if item.is(7)));
        assert_eq!(producers[0].reserve().unwrap_err(), ReserveError::Full);
        assert_eq!(producers[0].reserve_up_to(5).unwrap_err(), ReserveError::Full);
        assert_eq!(producers[0].push_iter((0..).map(T::make)), 0);
        assert_eq!(producers[1].vacant(), 3 * capacity, "its lanes are its own");
        for consumer in &mut consumers {
            assert_eq!(consumer.len(), capacity);
            assert_eq!(std::iter::from_fn(|| consumer.pop().ok()).count(), capacity);
            assert!(consumer.is_empty());
            assert_eq!(consumer.pop(), Err(PopError::Empty));
            assert_eq!(consumer.claim_up_to(2).unwrap_err(), PopError::Empty);
        }
    }
});

behaviour!(every_way_in_and_out_keeps_the_order_of_a_lane, (1, 1), |producers, consumers, capacity| <T> {
    let (producer, consumer) = (&mut producers[0], &mut consumers[0]);
    let (mut sent, mut got) = (0, 0);
    for round in 0..60 {
        match round % 4 {
            0 => if producer.push(T::make(sent)).is_ok() { sent += 1 },
            1 => if let Ok(slot) = producer.reserve() { slot.write(T::make(sent)); sent += 1 },
            2 => if let Ok(grant) = producer.reserve_up_to(1 + round % 5) {
                assert!(grant.len() <= 1 + round % 5);
                grant.fill_with(|| { sent += 1; T::make(sent - 1) });
            },
            _ => sent += producer.push_iter((sent..sent + 3).map(T::make)) as u64,
        }
        drop(producer.reserve()); // an abandoned slot costs nothing
        std::mem::forget(consumer.claim_up_to(9));
        match round % 5 {
            0 => if let Ok(item) = consumer.pop() { assert!(item.is(got)); got += 1 },
            1 => if let Ok(claim) = consumer.claim() { assert!(claim.is(got)); got += 1 },
            2 => if let Ok(grant) = consumer.claim_up_to(2) {
                for item in grant { assert!(item.is(got)); got += 1 }
            },
            3 => {
                let mut out = [T::make(0), T::make(0), T::make(0)];
                let n = consumer.pop_slice(&mut out);
                for item in &out[..n] { assert!(item.is(got)); got += 1 }
            }
            _ => for item in consumer.drain().take(2) { assert!(item.is(got)); got += 1 },
        }
        assert_eq!(consumer.len() as u64, sent - got);
        assert_eq!((producer.vacant() + consumer.len()), capacity);
    }
    assert!(producer.reserve_up_to(0).unwrap().is_empty() && consumer.claim_up_to(0).unwrap().is_empty());
    assert_eq!((consumer.pop_slice(&mut []), producer.push_iter(std::iter::empty())), (0, 0));
});

behaviour!(closed_comes_after_everything_that_was_pushed, (2, 2), |producers, consumers, capacity| <T> {
    let mut second = producers.pop().unwrap();
    assert_eq!(producers[0].push_iter((0..).map(T::make)), 2 * capacity);
    producers.clear();
    second.push(T::make(9)).unwrap(); // to consumer 1, where producer 1 begins
    second.close();
    assert!(second.is_closed());
    assert!(matches!(second.push(T::make(9)), Err(PushError::Closed(_))));
    assert_eq!(second.reserve().unwrap_err(), ReserveError::Closed);
    assert_eq!(second.reserve_up_to(2).unwrap_err(), ReserveError::Closed);
    assert_eq!((second.push_iter((0..).map(T::make)), second.vacant()), (0, 0));
    let mut got = 0;
    for consumer in &mut consumers {
        assert!(consumer.is_closed());
        got += std::iter::from_fn(|| consumer.pop().ok()).count();
        assert_eq!(consumer.pop(), Err(PopError::Closed));
        assert_eq!(consumer.claim().unwrap_err(), PopError::Closed);
        assert_eq!(consumer.claim_up_to(2).unwrap_err(), PopError::Closed);
    }
    assert_eq!(got, 2 * capacity + 1);
});

behaviour!(one_producer_of_several_goes_and_the_others_go_on, (3, 1), |producers, consumers, capacity| <T> {
    let consumer = &mut consumers[0];
    for n in (0..3).rev() {
        assert!(!consumer.is_closed());
        assert_eq!(consumer.pop(), Err(PopError::Empty), "not closed: {n} others are there");
        let mut producer = producers.pop().unwrap();
        producer.push(T::make(n)).unwrap();
        drop(producer);
        assert!(consumer.pop().unwrap().is(n));
    }
    assert_eq!(consumer.pop(), Err(PopError::Closed));
    let _ = capacity;
});

behaviour!(nothing_goes_to_a_consumer_that_has_gone, (1, 3), |producers, consumers, capacity| <T> {
    let producer = &mut producers[0];
    producer.push(T::make(0)).unwrap();
    let mut last = consumers.pop().unwrap();
    drop(consumers); // the first one with an item in its lane
    assert!(!producer.is_closed());
    assert_eq!(producer.vacant(), capacity);
    for n in 0..capacity as u64 {
        producer.push(T::make(n)).unwrap();
    }
    assert!(producer.is_full());
    assert!(matches!(producer.push(T::make(7)), Err(PushError::Full(_))));
    for n in 0..capacity as u64 {
        assert!(last.pop().unwrap().is(n), "all of them to the one that is left");
    }
    assert_eq!(producer.push_iter((0..).map(T::make)), capacity);
    last.close();
    assert!(producer.is_closed() && last.is_closed());
    assert!(matches!(producer.push(T::make(7)), Err(PushError::Closed(item)) if item.is(7)));
    assert_eq!(producer.reserve().unwrap_err(), ReserveError::Closed);
    assert_eq!(producer.push_iter((0..).map(T::make)), 0);
    for n in 0..capacity as u64 {
        assert!(last.pop().unwrap().is(n), "what was pushed before still comes out");
    }
    assert_eq!(last.pop(), Err(PopError::Closed));
});

behaviour!(what_is_left_is_dropped_once_whoever_goes_last, (2, 2), |producers, consumers, capacity| <T> {
    for producer in &mut producers {
        producer.push_iter((0..).map(T::make));
    }
    assert_eq!(consumers.iter().map(Consumer::len).sum::<usize>(), 4 * capacity);
    consumers[1].pop().unwrap();
    if capacity % 2 == 0 { drop(consumers); drop(producers) } else { drop(producers); drop(consumers) }
});

#[test]
fn slices_go_into_one_lane_after_the_other_and_come_out_so() {
    let (mut producers, mut consumers) = lanes(2, 2, 5);
    let mut out = [0; 20];
    for _ in 0..4 {
        assert_eq!(producers[0].push_slice(&[1, 2, 3, 4, 5, 6, 7]), 7);
        assert_eq!(producers[0].push_slice(&[8, 9, 10, 11]), 3);
        assert_eq!(producers[0].push_slice(&[12]), 0);
        assert_eq!(producers[1].push_slice(&[]), 0);
        assert_eq!(producers[1].push_slice(&[21, 22]), 2);
        let mut got = Vec::new();
        for consumer in &mut consumers {
            let n = consumer.pop_slice(&mut out);
            got.extend_from_slice(&out[..n]);
        }
        got.sort_unstable();
        assert_eq!(got, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 21, 22]);
    }
}

/// A consumer that goes round: items of a quiet producer are not left behind those of busy ones.
#[test]
fn no_lane_is_starved_by_busy_ones() {
    for capacity in [1, 3, 64] {
        let (mut producers, mut consumers) = lanes(4, 1, capacity);
        let consumer = &mut consumers[0];
        for round in 0..200 {
            for busy in &mut producers[..3] {
                busy.push_iter(std::iter::repeat("busy"));
            }
            producers[3].push("quiet").unwrap();
            let mut pops = 0;
            loop {
                pops += 1;
                assert!(pops <= 4 * RUN, "round {round}: still waiting after {pops} pops");
                if consumer.pop().unwrap() == "quiet" {
                    break;
                }
                for busy in &mut producers[..3] {
                    busy.push_iter(std::iter::repeat("busy"));
                }
            }
        }
    }
}

/// A producer that goes round: every consumer gets its share, in runs.
#[test]
fn no_consumer_is_passed_over() {
    let (mut producers, mut consumers) = lanes(1, 3, 64);
    for n in 0..6 * RUN {
        producers[0].push(n).unwrap();
    }
    for (which, consumer) in consumers.iter_mut().enumerate() {
        let got: Vec<usize> = consumer.drain().collect();
        let first = which * RUN..(which + 1) * RUN;
        assert!(got.into_iter().eq(first.clone().chain(first.map(|n| n + 3 * RUN))));
    }
}

#[test]
fn producers_do_not_all_begin_with_the_same_consumer() {
    let (mut producers, consumers) = lanes(3, 3, 4);
    for producer in &mut producers {
        producer.push(()).unwrap();
    }
    assert_eq!(consumers.iter().map(Consumer::len).collect::<Vec<_>>(), [1, 1, 1]);
}

#[test]
fn a_panicking_iterator_loses_nothing() {
    with_no_item_left(|| {
        let (mut producers, mut consumers) = lanes::<Counted>(1, 2, 3);
        let source = (0..9).map(|n| if n < 4 { Counted::make(n) } else { panic!("no more") });
        assert!(catch_unwind(AssertUnwindSafe(|| producers[0].push_iter(source))).is_err());
        assert!(consumers[0].drain().map(|item| item.is(0) || item.is(1) || item.is(2)).eq([true; 3]));
        assert!(consumers[1].pop().unwrap().is(3));
        assert_eq!(live(), 0);
        producers[0].push(Counted::make(5)).unwrap();
    });
}

#[test]
fn a_panicking_drop_leaves_no_item_to_be_dropped_twice_or_never() {
    struct Angry<'a>(&'a AtomicUsize, bool);
    impl Drop for Angry<'_> {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
            assert!(!self.1, "angry");
        }
    }
    for angry in 0..8 {
        let dropped = AtomicUsize::new(0);
        let (mut producers, consumers) = lanes(2, 2, 2);
        for (which, producer) in producers.iter_mut().enumerate() {
            let items = (0..4).map(|n| Angry(&dropped, 4 * which + n == angry));
            assert_eq!(producer.push_iter(items), 4);
        }
        let mut ends = Some((producers, consumers));
        assert!(catch_unwind(AssertUnwindSafe(|| drop(ends.take()))).is_err());
        assert_eq!(dropped.load(Ordering::Relaxed), 8);
    }
}

#[test]
fn impossible_sizes_are_refused_with_a_clear_message() {
    let message = |producers: usize, consumers: usize, capacity: usize| {
        let panic = catch_unwind(|| drop(lanes::<[u64; 1 << 20]>(producers, consumers, capacity)));
        *panic.expect_err("it should panic").downcast::<String>().expect("a text")
    };
    for (producers, consumers, capacity) in [(0, 1, 1), (1, 0, 1), (1, 1, 0)] {
        assert!(message(producers, consumers, capacity).contains("at least 1 of each"));
    }
    for (producers, consumers, capacity) in
        [(usize::MAX, 2, 1), (2, usize::MAX / 2, 1), (1, 1, usize::MAX), (1 << 20, 1 << 20, usize::MAX >> 30)]
    {
        let text = message(producers, consumers, capacity);
        assert!(text.contains("more than half of what a usize counts"), "{text}");
        assert!(text.contains(&format!("{producers} producers")), "{text}");
    }
    // More bytes than an address counts; and where positions have fewer bits, more slots than they count.
    let too_much = if cfg!(annulus_word = "32") { "capacity is too large" } else { "not so much memory" };
    assert!(message(1, 1, 1 << (usize::BITS - 24)).contains(too_much));
    assert!(message(usize::MAX / 2, 1, 1).contains("not so much memory"));
}

#[test]
fn ends_go_to_other_threads_where_items_may() {
    fn sent<T: Send>() {}
    sent::<Producer<std::cell::Cell<u8>>>();
    sent::<Consumer<std::cell::Cell<u8>>>();
}

/// Runs a mesh on threads; every item must come out once, those of one producer in their order at each consumer.
fn exchange(capacity: usize, from: usize, to: usize, each: usize) {
    let (producers, consumers) = lanes::<(usize, usize)>(from, to, capacity);
    let seen: Vec<Vec<AtomicBool>> =
        (0..from).map(|_| (0..each).map(|_| AtomicBool::new(false)).collect()).collect();
    std::thread::scope(|scope| {
        for (me, mut producer) in producers.into_iter().enumerate() {
            scope.spawn(move || {
                let mut n = 0;
                while n < each {
                    let sent = match n % 5 {
                        0 => producer.reserve().map(|slot| slot.write((me, n))).map_or(0, |()| 1),
                        1 => producer.push_slice(&[(me, n), (me, n + 1)][..2.min(each - n)]),
                        2 => producer.push_iter((n..each.min(n + 3)).map(|n| (me, n))),
                        _ => usize::from(producer.push((me, n)).is_ok()),
                    };
                    if sent == 0 {
                        std::thread::yield_now();
                    }
                    n += sent;
                }
            });
        }
        for mut consumer in consumers {
            let seen = &seen;
            scope.spawn(move || {
                let mut next = vec![0; seen.len()];
                let mut see = |(from, n): (usize, usize)| {
                    assert!(next[from] <= n, "out of order");
                    next[from] = n + 1;
                    assert!(!seen[from][n].swap(true, Ordering::Relaxed), "twice");
                };
                for turn in 0.. {
                    let got = match turn % 3 {
                        0 => consumer.claim().map(|claim| see(*claim)),
                        1 => consumer.claim_up_to(3).map(|grant| grant.into_iter().for_each(&mut see)),
                        _ => consumer.pop().map(&mut see),
                    };
                    match got {
                        Ok(()) => {}
                        Err(PopError::Closed) => return,
                        Err(PopError::Empty) => std::thread::yield_now(),
                        Err(other) => panic!("{other}"),
                    }
                }
            });
        }
    });
    assert!(seen.iter().flatten().all(|seen| seen.load(Ordering::Relaxed)), "lost");
}

#[test]
fn nothing_is_lost_or_doubled_between_threads() {
    let each = if cfg!(debug_assertions) { 1_000 } else { 10_000 };
    for (from, to) in [(1, 1), (1, 3), (3, 1), (2, 2), (4, 4)] {
        for capacity in [1, 2, 3, 64, 1000] {
            exchange(capacity, from, to, each);
        }
    }
}

/// Consumers come and go while producers push: an item comes out, or is dropped with its lane, once.
#[test]
fn items_are_dropped_once_while_consumers_go() {
    struct Item<'a>(&'a AtomicUsize);
    impl Drop for Item<'_> {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    for round in 0..50 {
        let dropped = AtomicUsize::new(0);
        let (producers, consumers) = lanes(2, 3, 4);
        let mut pushed = 0;
        std::thread::scope(|scope| {
            let dropped = &dropped;
            let mut pushing = Vec::new();
            for mut producer in producers {
                pushing.push(scope.spawn(move || {
                    let mut made = 0;
                    loop {
                        made += 1;
                        match producer.push(Item(dropped)) {
                            Ok(()) => {}
                            Err(PushError::Closed(_)) => return made,
                            Err(_) => std::thread::yield_now(),
                        }
                    }
                }));
            }
            for (which, mut consumer) in consumers.into_iter().enumerate() {
                scope.spawn(move || {
                    for _ in 0..10 * which + round {
                        if consumer.pop().is_err() {
                            std::thread::yield_now();
                        }
                    }
                });
            }
            for thread in pushing {
                pushed += thread.join().unwrap();
            }
        });
        assert_eq!(dropped.load(Ordering::Relaxed), pushed);
    }
}

/// Nobody waits for a mesh, so a mesh never keeps anybody: with one end of each kind stopped for good, the others exchange all
/// that they have.
#[test]
fn ends_that_stopped_delay_no_others() {
    let (mut producers, mut consumers) = lanes::<usize>(3, 3, 4);
    let mut stopped = producers.remove(0);
    let _slot = stopped.reserve().unwrap();
    producers[0].push_slice(&[0; 12]); // all three lanes full
    let mut asleep = consumers.remove(0);
    let _claim = asleep.claim().unwrap();
    let begun = Instant::now();
    const EACH: usize = 2_000;
    std::thread::scope(|scope| {
        for mut producer in producers {
            scope.spawn(move || {
                let mut n = 0;
                while n < EACH {
                    match producer.push(n) {
                        Ok(()) => n += 1,
                        Err(PushError::Full(_)) => {
                            assert!(begun.elapsed() < Duration::from_secs(30));
                            std::thread::yield_now()
                        }
                        Err(other) => panic!("{other}"),
                    }
                }
            });
        }
        // What is in the lanes to the one that stopped stays there: all that fits from the two at work.
        let expected = 12 + 2 * EACH - 2 * 4;
        let mut total = 0;
        scope.spawn(move || {
            while total < expected {
                for consumer in &mut consumers {
                    match consumer.pop() {
                        Ok(_) => total += 1,
                        Err(PopError::Empty) => std::thread::yield_now(),
                        Err(other) => panic!("{other}"),
                    }
                }
                assert!(begun.elapsed() < Duration::from_secs(30));
            }
        });
    });
}
