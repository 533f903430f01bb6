//! Random operations on both ends against a `VecDeque`: every method, every capacity up to 70, every guard dropped, used in part
//! or forgotten, ends dropped or forgotten and made again. Items count themselves.
#![allow(clippy::forget_non_drop)] // a guard may get a drop one day, and the tests are to stay
#[path = "suite/items.rs"]
mod items;
#[path = "suite/model.rs"]
mod queue;
use annulus::spsc::{Consumer, Control, Keep, Options, Producer, Ring, in_memory, ring};
use annulus::{PushError, State};
use items::{Counted, Item};
use items::{forget_the_living, live};
use proptest::prelude::*;
use queue::{Held, Model};
use std::mem::{MaybeUninit, forget};

/// What to do, and two numbers to do it with.
type Step = (u8, usize, usize);

/// One step on both ends and the model.
fn step<K: Keep>(
    p: &mut Producer<Counted, K>,
    c: &mut Consumer<Counted, K>,
    m: &mut Model,
    (what, a, b): Step,
) {
    match what {
        0..=2 => match p.push(m.make()) {
            Ok(()) => m.pushed(1),
            Err(error) => m.refused(error),
        },
        3 => {
            let (room, first) = (m.room(), m.next);
            let n = p.push_iter((first..first + a as u64).map(Counted::make));
            assert_eq!(n, room.min(a));
            m.next += n as u64;
            m.pushed(n);
        }
        4..=6 => force_push(p, m),
        7 => match p.reserve() {
            Ok(slot) => {
                assert!(m.room() > 0);
                match a % 4 {
                    0 => drop(slot),
                    1 => slot.abandon(),
                    2 => forget(slot),
                    _ => {
                        slot.write(m.make());
                        m.pushed(1);
                    }
                }
            }
            Err(error) => assert_eq!((error, 0), (m.no_room(), m.room())),
        },
        8 | 9 => {
            let expected = m.reserving_many(a);
            let grant = p.reserve_many(a);
            assert_eq!(grant.as_ref().map(|grant| grant.len()).map_err(|error| *error), expected);
            if let Ok(grant) = grant {
                fill(grant, m, b);
            }
        }
        10 | 11 => match p.reserve_up_to(a) {
            Ok(grant) => {
                assert_eq!(grant.len(), m.room().min(a));
                fill(grant, m, b);
            }
            Err(error) => assert_eq!((error, 0), (m.no_room(), m.room())),
        },
        12 | 13 => {
            let mut batch = p.batch_every(1 + b % 7);
            for _ in 0..a % 10 {
                match batch.push(m.make()) {
                    Ok(()) => m.hidden.push_back(m.next - 1),
                    Err(error) => {
                        m.refused(error);
                        m.show();
                    }
                }
            }
            match b % 3 {
                0 => forget(batch),
                1 => drop(batch),
                _ => {
                    batch.flush();
                    forget(batch);
                }
            }
            if b % 3 != 0 {
                m.show();
            }
        }
        14..=17 => match c.pop() {
            Ok(item) => {
                m.popped(item);
                if m.held == Held::Yes {
                    m.held = Held::No;
                }
            }
            Err(error) => {
                assert_eq!((error, m.items.len()), (m.nothing(), 0));
                m.held = if m.polite { Held::No } else { Held::Perhaps };
            }
        },
        18 => {
            m.stirred();
            let mut into: Vec<Counted> = (0..a % 9).map(|_| Counted::make(u64::MAX)).collect();
            let n = c.pop_slice(&mut into);
            assert_eq!(n, m.items.len().min(a % 9));
            into.truncate(n);
            into.into_iter().for_each(|item| m.popped(item));
        }
        19 | 20 => {
            assert_eq!(c.peek().is_some(), !m.items.is_empty());
            if let Some(item) = c.peek_mut() {
                assert!(item.is(m.items[0]));
                if what == 20 {
                    item.set(m.next);
                    m.items[0] = m.next;
                    m.next += 1;
                }
                if m.held == Held::No {
                    m.held = Held::Yes;
                }
            }
        }
        21 => {
            m.stirred();
            let n = m.items.len().min(a);
            assert_eq!(c.skip(a), n);
            m.items.drain(..n);
        }
        22 | 23 => {
            m.stirred();
            let mut drain = c.drain();
            assert_eq!(drain.len(), m.items.len());
            let before = m.items.len();
            drain.by_ref().take(a).for_each(|item| m.popped(item));
            if b.is_multiple_of(2) {
                forget(drain);
                m.kept += before - m.items.len();
                m.held = Held::Perhaps;
            }
        }
        24 | 25 => {
            m.stirred();
            match c.claim() {
                Ok(claim) => {
                    assert!(claim.is(m.items[0]));
                    match a % 3 {
                        0 => m.popped(claim.into_inner()),
                        1 => {
                            drop(claim);
                            m.items.pop_front();
                        }
                        _ => {
                            forget(claim);
                            m.held = Held::Perhaps;
                        }
                    }
                }
                Err(error) => assert_eq!((error, m.items.len()), (m.nothing(), 0)),
            }
        }
        26..=29 => {
            m.stirred();
            if what < 28 {
                let expected = m.claiming_many(a);
                let grant = c.claim_many(a);
                assert_eq!(grant.as_ref().map(|grant| grant.len()).map_err(|error| *error), expected);
                if let Ok(grant) = grant {
                    consume(grant, m, b);
                }
            } else {
                match c.claim_up_to(a) {
                    Ok(grant) => {
                        assert_eq!(grant.len(), m.items.len().min(a));
                        consume(grant, m, b);
                    }
                    Err(error) => assert_eq!((error, m.items.len()), (m.nothing(), 0)),
                }
            }
        }
        30 if a < 4 => {
            p.close();
            m.closed.0 = true;
            m.show();
        }
        31 if a < 4 => {
            c.close();
            m.closed.1 = true;
        }
        _ => {
            let _ = (format!("{p:?}"), format!("{c:?}"));
        }
    }
}

fn force_push<K: Keep>(p: &mut Producer<Counted, K>, m: &mut Model) {
    let (room, item) = (m.room(), m.make());
    match p.force_push(item) {
        Ok(None) => {
            assert!(room > 0);
            m.pushed(1);
        }
        Ok(Some(oldest)) => {
            assert!(room == 0 && m.held != Held::Yes && m.closed == (false, false));
            m.show();
            m.popped(oldest);
            m.pushed(1);
        }
        Err(PushError::Busy(item)) => {
            assert!(room == 0 && m.held != Held::No && item.is(m.next - 1), "{:?}", m.held);
            m.show();
        }
        Err(error) => {
            assert!(error.is_closed());
            m.refused(error);
        }
    }
}

fn fill(mut grant: annulus::spsc::WriteGrant<'_, Counted>, m: &mut Model, how: usize) {
    let len = grant.len();
    match how % 5 {
        0 => drop(grant),
        1 => forget(grant),
        2 => {
            grant.fill_with(|| m.make());
            m.pushed(len);
        }
        3 => {
            let n = len.min(how / 5);
            assert_eq!(grant.fill_from((0..n).map(|_| m.make())), n);
            m.pushed(n);
        }
        _ => {
            let n = len.min(how / 5);
            let (first, second) = grant.as_uninit_slices();
            for slot in first.iter_mut().chain(second).take(n) {
                slot.write(m.make());
            }
            // SAFETY: so many were written.
            unsafe { grant.commit(n) };
            m.pushed(n);
        }
    }
}

fn consume(mut grant: annulus::spsc::ReadGrant<'_, Counted>, m: &mut Model, how: usize) {
    let n = grant.len().min(how / 5);
    let (first, second) = grant.as_slices();
    assert!(first.iter().chain(second).zip(&m.items).all(|(item, n)| item.is(*n)));
    match how % 5 {
        0 => drop(grant),
        1 => {
            forget(grant);
            m.held = Held::Perhaps;
        }
        2 => {
            grant.release(n);
            m.items.drain(..n);
        }
        3 => {
            let mut items = grant.into_iter();
            items.by_ref().take(n).for_each(|item| m.popped(item));
            if how.is_multiple_of(2) {
                forget(items);
                m.kept += n;
                m.held = Held::Perhaps;
            }
        }
        _ => {
            let (first, second) = grant.as_mut_slices();
            for (item, number) in first.iter_mut().chain(second).zip(&mut m.items) {
                item.set(m.next);
                *number = m.next;
                m.next += 1;
            }
        }
    }
}

/// What both ends report after each step.
fn compare<K: Keep>(p: &Producer<Counted, K>, c: &Consumer<Counted, K>, m: &mut Model) {
    while m.items.len() < c.len() {
        m.items.push_back(m.hidden.pop_front().expect("no more than was pushed"));
    }
    assert_eq!(c.len(), m.items.len());
    assert_eq!(c.is_empty(), m.items.is_empty());
    if !m.closed.0 {
        let kept = (m.room() + m.kept).checked_sub(p.vacant()).expect("no more room than there is");
        assert!(kept <= m.kept, "{kept} slots are missing");
        m.kept = kept;
        assert_eq!(p.is_full(), m.room() == 0);
    }
    assert_eq!(p.vacant(), m.room());
    assert_eq!((p.capacity(), c.capacity()), (m.capacity, m.capacity));
    let closed = m.closed != (false, false);
    assert_eq!(c.is_closed(), closed);
    assert_eq!(p.is_closed(), closed);
    let state = match (closed, m.items.is_empty()) {
        (false, _) => State::Open,
        (true, false) => State::Closing,
        (true, true) => State::Closed,
    };
    assert_eq!(c.state(), state);
    assert_eq!(live(), m.items.len() + m.hidden.len() + m.leaked, "items leaked or dropped twice");
}

fn run<K: Keep>(p: &mut Producer<Counted, K>, c: &mut Consumer<Counted, K>, m: &mut Model, steps: &[Step]) {
    for &one in steps {
        step(p, c, m, one);
        compare(p, c, m);
    }
}

/// The same inline ring again and again, its ends dropped or forgotten between.
fn inline<const N: usize>(parts: &[(Vec<Step>, u8)]) {
    let mut m = Model::new(N, false);
    let mut ring = Box::new(Ring::<Counted, N>::new());
    for (steps, end) in parts {
        let (mut p, mut c) = ring.split();
        run(&mut p, &mut c, &mut m, steps);
        if end & 1 == 0 {
            drop(p);
            m.show();
        } else {
            forget(p);
            m.leaked += m.hidden.len(); // never shown, never found again
            m.hidden.clear();
        }
        if end & 2 == 0 {
            drop(c);
        } else {
            forget(c);
        }
        (m.closed, m.kept) = ((false, false), 0);
    }
    drop(ring);
    assert_eq!(live(), m.leaked);
}

/// How many random cases each test tries; `PROPTEST_CASES=n` tries n.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(400)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((0..33_u8, 0..80_usize, 0..80_usize), 0..250)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_heap_ring_behaves_like_a_queue(capacity in 1..=70_usize, steps in steps(), overwrite: bool, settled: bool) {
        forget_the_living();
        let (mut p, mut c) = if overwrite { Options::new(capacity).overwrite().ring() } else { ring(capacity) };
        let mut m = Model::new(capacity, overwrite);
        for _ in 0..if settled { 600 } else { 0 } {
            p.push(m.make()).unwrap();
            drop(c.pop().unwrap());
        }
        run(&mut p, &mut c, &mut m, &steps);
        drop((p, c));
        prop_assert_eq!(live(), 0);
    }

    #[test]
    fn a_ring_in_the_callers_memory_behaves_like_a_queue_each_time(parts in prop::collection::vec((1..=70_usize, steps()), 1..4)) {
        forget_the_living();
        let control = Control::new();
        for (capacity, steps) in parts {
            let mut slots: Vec<_> = (0..capacity).map(|_| MaybeUninit::uninit()).collect();
            let (mut p, mut c) = in_memory(&control, &mut slots);
            let mut m = Model::new(capacity, false);
            run(&mut p, &mut c, &mut m, &steps);
            drop((c, p));
            prop_assert_eq!(live(), 0);
        }
    }

    #[test]
    fn an_inline_ring_behaves_like_a_queue_also_after_its_ends_were_forgotten(
        size in 0..7_u8,
        parts in prop::collection::vec((steps(), 0..4_u8), 1..5),
    ) {
        forget_the_living();
        match size {
            0 => inline::<1>(&parts),
            1 => inline::<2>(&parts),
            2 => inline::<3>(&parts),
            3 => inline::<5>(&parts),
            4 => inline::<8>(&parts),
            5 => inline::<13>(&parts),
            _ => inline::<70>(&parts),
        }
    }

    #[test]
    fn copies_go_through_slices_like_through_a_queue(
        capacity in 1..=70_usize,
        steps in prop::collection::vec((any::<bool>(), 0..90_usize), 0..200),
    ) {
        let (mut producer, mut consumer) = ring::<u32>(capacity);
        let (mut next, mut seen) = (0, 0);
        for (push, n) in steps {
            if push {
                let items: Vec<u32> = (next..).take(n).collect();
                let pushed = producer.push_slice(&items);
                prop_assert_eq!(pushed, n.min(capacity - (next - seen) as usize));
                next += pushed as u32;
            } else {
                let mut into = vec![u32::MAX; n];
                let popped = consumer.pop_slice(&mut into);
                prop_assert_eq!(popped, n.min((next - seen) as usize));
                prop_assert!(into[..popped].iter().copied().eq(seen..seen + popped as u32));
                prop_assert!(into[popped..].iter().all(|rest| *rest == u32::MAX));
                seen += popped as u32;
            }
        }
    }
}
