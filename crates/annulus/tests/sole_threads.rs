//! One end beside many of the other, in threads. What every ring does is in `mpsc.rs` and `spmc.rs`.
#![allow(clippy::disallowed_types)] // what the test itself counts with
use annulus::{PopError, PushError, mpsc, spmc};
use std::mem::forget;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::yield_now;

/// On the heap, so that one that is read or dropped twice is noticed.
type Item = Box<(usize, usize)>;

const EACH: usize = if cfg!(miri) {
    40
} else if cfg!(debug_assertions) {
    100
} else {
    3_000
};

/// What was seen, by whomever: everything once.
struct Seen(Vec<Vec<AtomicBool>>);

impl Seen {
    fn new(producers: usize) -> Self {
        Self((0..producers).map(|_| (0..EACH).map(|_| AtomicBool::new(false)).collect()).collect())
    }

    fn see(&self, item: &(usize, usize)) {
        assert!(!self.0[item.0][item.1].swap(true, Ordering::Relaxed), "{item:?} came twice");
    }

    fn check(&self) {
        assert!(self.0.iter().flatten().all(|seen| seen.load(Ordering::Relaxed)), "lost");
    }
}

/// Pushes one item in one of the ways there are, some of which abandon slots, though not with every try: a ring of one would always
/// be full of it.
fn push_somehow(producer: &mpsc::Producer<Item>, me: usize, n: usize, tries: usize) -> bool {
    let item = Box::new((me, n));
    match n % 5 {
        0 => producer.reserve().map(|slot| slot.write(item)).is_ok(),
        1 => {
            if tries == 0 {
                drop(producer.reserve());
            }
            producer.push(item).is_ok()
        }
        2 => producer.reserve_up_to(2).map(|grant| assert_eq!(grant.fill_from([item]), 1)).is_ok(),
        _ => producer.push(item).is_ok(),
    }
}

/// Takes items in one of the ways there are, some of which leave a part unread.
fn pop_somehow(
    consumer: &mut mpsc::Consumer<Item>,
    turn: usize,
    mut see: impl FnMut(&Item),
) -> Result<(), PopError> {
    match turn % 7 {
        0 => consumer.claim().map(|item| see(&item))?,
        1 => {
            forget(consumer.claim());
            see(&consumer.pop()?);
        }
        2 => {
            let grant = consumer.claim_up_to(3)?;
            let (first, second) = grant.as_slices();
            let some = grant.len() / 2 + 1;
            first.iter().chain(second).take(some).for_each(see);
            grant.release(some);
        }
        3 => consumer.claim_up_to(3)?.into_iter().take(2).for_each(|item| see(&item)),
        4 => consumer.drain().take(2).for_each(|item| see(&item)),
        5 => {
            let peeked = consumer.peek().map(|item| **item);
            let claim = consumer.claim()?;
            assert!(peeked.is_none_or(|item| item == **claim), "what was peeked at is kept");
            see(&claim);
        }
        _ => see(&consumer.pop()?),
    }
    Ok(())
}

fn many_to_one(capacity: usize, producers: usize) {
    let (producer, mut consumer) = mpsc::ring::<Item>(capacity);
    let mut next = vec![0; producers];
    std::thread::scope(|scope| {
        for me in 0..producers {
            let producer = producer.clone();
            scope.spawn(move || {
                for n in 0..EACH {
                    let mut tries = 0;
                    while !push_somehow(&producer, me, n, tries) {
                        tries += 1;
                        yield_now();
                    }
                }
            });
        }
        drop(producer);
        for turn in 0.. {
            let taken = pop_somehow(&mut consumer, turn, |item| {
                assert_eq!(item.1, next[item.0], "order of a producer");
                next[item.0] += 1;
            });
            match taken {
                Err(PopError::Closed) => break,
                Err(_) => yield_now(),
                Ok(()) => {}
            }
        }
    });
    assert_eq!(next, vec![EACH; producers], "lost");
}

#[test]
fn each_producers_items_come_in_its_order_and_none_is_lost() {
    for (capacity, producers) in [(1, 2), (2, 3), (3, 2), (64, 4)] {
        many_to_one(capacity, producers);
    }
}

fn one_to_many(capacity: usize, consumers: usize) {
    let (mut producer, consumer) = spmc::ring::<Item>(capacity);
    let seen = Seen::new(1);
    std::thread::scope(|scope| {
        for _ in 0..consumers {
            let (consumer, seen) = (consumer.clone(), &seen);
            scope.spawn(move || {
                let mut last = None;
                let mut see = |item: &Item| {
                    assert!(last < Some(item.1), "out of order");
                    last = Some(item.1);
                    seen.see(item);
                };
                for turn in 0.. {
                    let taken = match turn % 4 {
                        0 => consumer.claim().map(|item| see(&item)),
                        1 => consumer.claim_up_to(3).map(|grant| grant.for_each(|item| see(&item))),
                        2 => consumer.claim_up_to(2).map(|grant| {
                            let (first, second) = grant.as_slices();
                            first.iter().chain(second).for_each(&mut see);
                        }),
                        _ => consumer.pop().map(|item| see(&item)),
                    };
                    match taken {
                        Err(PopError::Closed) => return,
                        Err(_) => yield_now(),
                        Ok(()) => {}
                    }
                }
            });
        }
        drop(consumer);
        let mut n = 0;
        while n < EACH {
            let pushed = match n % 4 {
                0 => usize::from(producer.reserve().map(|slot| slot.write(Box::new((0, n)))).is_ok()),
                1 => {
                    #[allow(clippy::forget_non_drop)] // it may get a drop one day
                    forget(producer.reserve_up_to(3));
                    producer.push_iter((n..EACH.min(n + 3)).map(|n| Box::new((0, n))))
                }
                // The second slot was never reserved.
                2 => producer.reserve_up_to(2).map_or(0, |grant| grant.fill_from([Box::new((0, n))])),
                _ => usize::from(producer.push(Box::new((0, n))).is_ok()),
            };
            n += pushed;
            if pushed == 0 {
                yield_now();
            }
        }
        drop(producer);
    });
    seen.check();
}

#[test]
fn each_item_goes_to_one_consumer_and_each_sees_them_in_order() {
    for (capacity, consumers) in [(1, 2), (2, 3), (3, 2), (64, 4)] {
        one_to_many(capacity, consumers);
    }
}

/// A ring that is always full, or nearly: each item goes to the consumer or comes back to a producer.
#[test]
fn nothing_is_lost_or_doubled_where_many_producers_overwrite() {
    for capacity in [1, 3] {
        let (producer, mut consumer) = mpsc::ring::<Item>(capacity);
        let seen = Seen::new(2);
        std::thread::scope(|scope| {
            for me in 0..2 {
                let (producer, seen) = (producer.clone(), &seen);
                scope.spawn(move || {
                    for n in 0..EACH {
                        let mut item = Box::new((me, n));
                        loop {
                            match producer.force_push(item) {
                                Ok(oldest) => break oldest.into_iter().for_each(|item| seen.see(&item)),
                                Err(PushError::Busy(back)) => item = back,
                                Err(other) => panic!("{other:?}"),
                            }
                            yield_now();
                        }
                    }
                });
            }
            drop(producer);
            loop {
                match consumer.claim() {
                    Ok(item) => seen.see(&item.into_inner()),
                    Err(PopError::Closed) => break,
                    Err(_) => yield_now(),
                }
                if let Ok(grant) = consumer.claim_up_to(2) {
                    seen.see(&grant.as_slices().0[0]);
                    grant.release(1);
                }
            }
        });
        seen.check();
    }
}

#[test]
fn nothing_is_lost_or_doubled_where_the_one_producer_overwrites() {
    for capacity in [1, 3] {
        let (mut producer, consumer) = spmc::ring::<Item>(capacity);
        let seen = Seen::new(1);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                let (consumer, seen) = (consumer.clone(), &seen);
                scope.spawn(move || {
                    loop {
                        match consumer.claim() {
                            Ok(item) => seen.see(&item),
                            Err(PopError::Closed) => return,
                            Err(_) => yield_now(),
                        }
                    }
                });
            }
            drop(consumer);
            for n in 0..EACH {
                let mut item = Box::new((0, n));
                loop {
                    match producer.force_push(item) {
                        Ok(oldest) => break oldest.into_iter().for_each(|item| seen.see(&item)),
                        Err(PushError::Busy(back)) => item = back,
                        Err(other) => panic!("{other:?}"),
                    }
                    yield_now();
                }
            }
            drop(producer);
        });
        seen.check();
    }
}

#[test]
fn a_consumer_that_keeps_the_oldest_item_lets_go_when_it_is_asked() {
    let (producer, mut consumer) = mpsc::ring(2);
    for n in 0..600 {
        producer.push(n).unwrap();
        assert_eq!(consumer.pop(), Ok(n));
    }
    producer.push_slice(&[1, 2]);
    assert_eq!(producer.force_push(3), Err(PushError::Busy(3)), "it has been alone for long");
    assert_eq!(consumer.pop(), Ok(1));
    producer.push(3).unwrap();
    assert_eq!(producer.force_push(4), Ok(Some(2)));
    assert_eq!(consumer.drain().collect::<Vec<_>>(), [3, 4]);
}

#[test]
fn the_last_of_many_closes_and_the_one_end_counts_them() {
    let (producer, mut consumer) = mpsc::ring(2);
    let more = producer.clone();
    assert_eq!(consumer.producers(), 2);
    drop(producer);
    assert!(!consumer.is_closed());
    more.push(1).unwrap();
    drop(more);
    assert_eq!((consumer.producers(), consumer.is_closed()), (0, true));
    assert_eq!((consumer.pop(), consumer.pop()), (Ok(1), Err(PopError::Closed)));

    let (mut producer, consumer) = spmc::ring(2);
    let more = consumer.clone();
    assert_eq!(producer.consumers(), 2);
    drop(consumer);
    producer.push(1).unwrap();
    assert_eq!(more.pop(), Ok(1));
    drop(more);
    assert_eq!((producer.consumers(), producer.push(2)), (0, Err(PushError::Closed(2))));
}

#[test]
fn clones_come_and_go_in_threads_and_the_last_end_puts_the_ring_away() {
    static INTO: mpsc::Ring<usize, 4> = mpsc::Ring::new();
    static OUT: spmc::Ring<usize, 4> = spmc::Ring::new();
    for _ in 0..if cfg!(miri) { 3 } else { 200 } {
        let (producer, mut consumer) = INTO.try_split().expect("all came home");
        let (mut source, sink) = OUT.try_split().expect("all came home");
        let moved = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for me in 0..2 {
                let (producer, sink, moved) = (producer.clone(), sink.clone(), &moved);
                scope.spawn(move || {
                    let also = (producer.clone(), sink.clone());
                    drop((producer, sink));
                    also.0.push(me).unwrap();
                    // Busy while the items before are on their way: for a moment, as `push_iter` hands them on.
                    while let Err(why) = also.1.pop() {
                        assert_ne!(why, PopError::Closed, "one for each of us was pushed before the close");
                        yield_now();
                    }
                    moved.fetch_add(1, Ordering::Relaxed);
                });
            }
            drop((producer, sink));
            assert_eq!(source.push_iter(0..2), 2);
            drop(source);
            let mut got = 0;
            while got < 2 {
                got += usize::from(consumer.pop().is_ok());
            }
        });
        assert_eq!(moved.load(Ordering::Relaxed), 2);
    }
}
