//! Two threads, every style of pushing against every style of popping: in order, none lost, none twice.
//!
//! Each pair runs for a moment; `ANNULUS_STRESS_SECS=n` gives the whole n seconds for each pair.
#![allow(clippy::disallowed_types)] // what the test itself counts with
#[path = "suite/items.rs"]
mod items;
use annulus::spsc::{Consumer, Keep, Options, Producer, Ring, ring};
use annulus::{ClaimError, PopError, PushError};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long a pair runs.
fn moment() -> Duration {
    match std::env::var("ANNULUS_STRESS_SECS") {
        Ok(seconds) => {
            Duration::from_secs(seconds.parse().expect("ANNULUS_STRESS_SECS is a number of seconds"))
        }
        Err(_) => Duration::from_millis(25),
    }
}

/// A small random number, the same each run.
struct Dice(u64);

impl Dice {
    fn up_to(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        1 + (self.0 >> 33) as usize % n
    }
}

#[derive(Clone, Copy, Debug)]
enum Push {
    One,
    Slice,
    Iter,
    Slot,
    Grant,
    GrantInPart,
    Batch,
    BatchForgotten,
    Mixed,
}

#[derive(Clone, Copy, Debug)]
enum Pop {
    One,
    Slice,
    Peek,
    Claim,
    Grant,
    IntoIter,
    Drain,
    DrainForgotten,
    Mixed,
}

const PUSHES: [Push; 9] = {
    use Push::*;
    [One, Slice, Iter, Slot, Grant, GrantInPart, Batch, BatchForgotten, Mixed]
};
const POPS: [Pop; 9] = {
    use Pop::*;
    [One, Slice, Peek, Claim, Grant, IntoIter, Drain, DrainForgotten, Mixed]
};

/// Pushes some of the numbers from `next` on, and returns the first that was not pushed.
fn push<K: Keep>(producer: &mut Producer<u64, K>, style: Push, next: u64, dice: &mut Dice) -> u64 {
    let n = dice.up_to(9);
    let some = next..next + n as u64;
    match style {
        Push::One => next + u64::from(producer.push(next).is_ok()),
        Push::Slice => next + producer.push_slice(&some.collect::<Vec<_>>()) as u64,
        Push::Iter => next + producer.push_iter(some) as u64,
        Push::Slot => {
            let Ok(slot) = producer.reserve() else { return next };
            slot.write(next);
            next + 1
        }
        Push::Grant => {
            let Ok(grant) = producer.reserve_up_to(n) else { return next };
            next + grant.fill_from(next..) as u64
        }
        Push::GrantInPart => {
            let Ok(mut grant) = producer.reserve_up_to(n) else { return next };
            let half = grant.len().div_ceil(2);
            let (first, second) = grant.as_uninit_slices();
            for (slot, n) in first.iter_mut().chain(second).zip(next..) {
                slot.write(n);
            }
            // SAFETY: all were written.
            unsafe { grant.commit(half) };
            next + half as u64
        }
        Push::Batch | Push::BatchForgotten => {
            let mut batch = producer.batch_every(dice.up_to(9));
            let pushed = some.take_while(|&n| batch.push(n).is_ok()).count() as u64;
            if let Push::BatchForgotten = style {
                std::mem::forget(batch);
            }
            next + pushed
        }
        Push::Mixed => {
            let style = PUSHES[dice.up_to(PUSHES.len() - 1) - 1];
            push(producer, style, next, dice)
        }
    }
}

/// Pops some numbers, the first of which should be `seen`, and returns the next expected; `None` at the end.
fn pop<K: Keep>(consumer: &mut Consumer<u64, K>, style: Pop, mut seen: u64, dice: &mut Dice) -> Option<u64> {
    let n = dice.up_to(9);
    let mut got = |item: u64| {
        assert_eq!(item, seen, "lost, doubled or out of order");
        seen += 1;
    };
    match style {
        Pop::One => match consumer.pop() {
            Ok(item) => got(item),
            Err(PopError::Closed) => return None,
            Err(_) => {}
        },
        Pop::Slice => {
            let mut into = [0; 9];
            let n = consumer.pop_slice(&mut into[..n]);
            into[..n].iter().copied().for_each(got);
        }
        Pop::Peek => {
            if let Some(item) = consumer.peek().copied() {
                got(item);
                assert_eq!(consumer.pop(), Ok(item));
            }
        }
        Pop::Claim => match consumer.claim() {
            Ok(claim) => got(claim.into_inner()),
            Err(PopError::Closed) => return None,
            Err(_) => {}
        },
        Pop::Grant => {
            let few = match consumer.claim_many(n.min(consumer.capacity())) {
                Ok(grant) => {
                    let half = grant.len().div_ceil(2);
                    let (first, second) = grant.as_slices();
                    first.iter().chain(second).copied().take(half).for_each(&mut got);
                    grant.release(half);
                    false
                }
                Err(ClaimError::Closed) => return None,
                Err(error) => matches!(error, ClaimError::TooFew { .. }),
            };
            if few {
                consumer.pop().into_iter().for_each(got);
            }
        }
        Pop::IntoIter => match consumer.claim_up_to(9) {
            Ok(grant) => grant.into_iter().take(n).for_each(got),
            Err(PopError::Closed) => return None,
            Err(_) => {}
        },
        Pop::Drain => consumer.drain().for_each(got),
        Pop::DrainForgotten => {
            let mut drain = consumer.drain();
            drain.by_ref().take(n).for_each(got);
            std::mem::forget(drain);
        }
        Pop::Mixed => {
            let style = POPS[dice.up_to(POPS.len() - 1) - 1];
            return pop(consumer, style, seen, dice);
        }
    }
    // Styles without errors would not notice the end.
    if consumer.is_closed() && consumer.is_empty() { None } else { Some(seen) }
}

fn run<K: Keep + Send>(
    (mut producer, mut consumer): (Producer<u64, K>, Consumer<u64, K>),
    pushing: Push,
    popping: Pop,
    time: Duration,
) {
    let sent = AtomicU64::new(0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let (began, mut next, mut dice) = (Instant::now(), 0, Dice(1));
            let producer = producer_that_goes(&mut producer);
            while began.elapsed() < time {
                for _ in 0..16 {
                    let first = next;
                    next = push(producer.0, pushing, next, &mut dice);
                    if next == first {
                        std::thread::yield_now();
                    }
                }
            }
            sent.store(next, Ordering::Relaxed);
            producer.0.close();
        });
        let (mut seen, mut dice) = (0, Dice(2));
        while let Some(now) = pop(&mut consumer, popping, seen, &mut dice) {
            if now == seen {
                std::thread::yield_now();
            }
            seen = now;
        }
        // The last step of a style may have seen items and the end.
        while consumer.pop().is_ok() {}
    });
    assert!(sent.into_inner() > 0);
}

/// Closes also when the pushing panics, so that the other thread ends.
struct Goes<'a, K: Keep>(&'a mut Producer<u64, K>);
fn producer_that_goes<K: Keep>(producer: &mut Producer<u64, K>) -> Goes<'_, K> {
    Goes(producer)
}
impl<K: Keep> Drop for Goes<'_, K> {
    fn drop(&mut self) {
        self.0.close();
    }
}

#[test]
fn every_way_to_push_against_every_way_to_pop_loses_and_doubles_nothing() {
    for (n, pushing) in PUSHES.into_iter().enumerate() {
        for (k, popping) in POPS.into_iter().enumerate() {
            let capacity = [1, 2, 3, 7, 64][(n + k) % 5];
            run(ring(capacity), pushing, popping, moment());
        }
    }
}

#[test]
fn rings_with_credit_lose_and_double_nothing() {
    for capacity in [1, 5, 64] {
        for (pushing, popping) in
            [(Push::Mixed, Pop::Mixed), (Push::One, Pop::One), (Push::Batch, Pop::IntoIter)]
        {
            run(Options::new(capacity).credit(capacity + 2).ring(), pushing, popping, moment());
        }
    }
}

#[test]
fn inline_and_overwritten_rings_lose_and_double_nothing() {
    let mut ring = Ring::<u64, 5>::new();
    for (pushing, popping) in
        [(Push::Mixed, Pop::Mixed), (Push::One, Pop::One), (Push::Grant, Pop::DrainForgotten)]
    {
        run(ring.split(), pushing, popping, moment());
        run(Options::new(3).overwrite().ring(), pushing, popping, moment());
    }
}

/// Counts its drops, across threads.
struct Tallied<'a>(u64, &'a AtomicU64);

impl Drop for Tallied<'_> {
    fn drop(&mut self) {
        self.1.fetch_add(1, Ordering::Relaxed);
    }
}

/// Runs overwriting against `take`, which gets the consumer and hands on what it got.
fn overwrite_against<'env>(
    capacity: usize,
    dropped: &'env AtomicU64,
    take: impl Fn(&mut Consumer<Tallied<'env>>, &mut dyn FnMut(Tallied<'env>)) + Sync,
) {
    let (mut producer, mut consumer) = ring::<Tallied<'env>>(capacity);
    let before = dropped.load(Ordering::Relaxed);
    let going = AtomicBool::new(true);
    let mut evicted = Vec::new();
    let mut popped = Vec::new();
    let mut made = 0;
    std::thread::scope(|scope| {
        let popper = scope.spawn(|| {
            while going.load(Ordering::Relaxed) {
                let count = popped.len();
                take(&mut consumer, &mut |item| popped.push(item.0));
                if popped.len() == count {
                    std::thread::yield_now();
                }
            }
            popped.extend(consumer.drain().map(|item| item.0));
        });
        let began = Instant::now();
        while began.elapsed() < moment() * 2 {
            for _ in 0..16 {
                match producer.force_push(Tallied(made, dropped)) {
                    Ok(oldest) => evicted.extend(oldest.map(|item| item.0)),
                    Err(PushError::Busy(item)) => {
                        drop(item);
                        dropped.fetch_sub(1, Ordering::Relaxed);
                        std::thread::yield_now();
                        continue;
                    }
                    Err(_) => unreachable!("nobody closes, and there is no full"),
                }
                made += 1;
            }
        }
        going.store(false, Ordering::Relaxed);
        popper.join().unwrap();
    });
    assert!(popped.is_sorted() && evicted.is_sorted(), "each side sees its items in order");
    let mut all = [popped, evicted].concat();
    all.sort_unstable();
    assert!(all.into_iter().eq(0..made), "each item is popped or evicted, once");
    drop((producer, consumer));
    assert_eq!(dropped.load(Ordering::Relaxed) - before, made, "and dropped once");
}

#[test]
fn overwriting_against_popping_gives_each_item_to_one_of_them_in_order() {
    let dropped = AtomicU64::new(0);
    for capacity in [1, 2, 3, 16] {
        overwrite_against(capacity, &dropped, |consumer, got| consumer.pop().into_iter().for_each(got));
        overwrite_against(capacity, &dropped, |consumer, got| consumer.drain().take(2).for_each(got));
        overwrite_against(capacity, &dropped, |consumer, got| {
            if let Ok(claim) = consumer.claim() {
                let number = claim.0;
                std::hint::spin_loop();
                assert_eq!(claim.0, number, "a claimed item stands still");
                got(claim.into_inner());
            }
        });
        overwrite_against(capacity, &dropped, |consumer, got| {
            let Ok(grant) = consumer.claim_up_to(3) else { return };
            let numbers: Vec<u64> = grant.as_slices().0.iter().map(|item| item.0).collect();
            std::thread::yield_now();
            assert!(grant.as_slices().0.iter().map(|item| item.0).eq(numbers), "claimed items stand still");
            grant.into_iter().take(2).for_each(got);
        });
        overwrite_against(capacity, &dropped, |consumer, got| {
            assert_eq!(consumer.skip(0), 0);
            let peeked = consumer.peek().map(|item| item.0);
            if let Ok(item) = consumer.pop() {
                assert!(
                    peeked.is_none_or(|number| number == item.0),
                    "what was peeked at was not overwritten"
                );
                got(item);
            }
        });
    }
}
