//! What other ring buffers got wrong: each test says in its name what it guards against.
#![allow(clippy::disallowed_types)] // what the test itself counts with
use annulus::spsc::{Control, Options, Ring, RingError, in_memory, ring};
use annulus::{ClaimError, PopError, PushError, ReserveError};
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

#[test]
fn a_reservation_of_usize_max_after_some_items_is_refused_and_does_not_wrap() {
    for capacity in [1, 2, 3, 64] {
        for used in 0..=capacity {
            let (mut producer, mut consumer) = ring::<u8>(capacity);
            producer.push_iter((0..used).map(|n| n as u8));
            for n in [usize::MAX, usize::MAX - 1, usize::MAX - used, usize::MAX / 2 + 1, capacity + 1] {
                assert_eq!(producer.reserve_many(n).unwrap_err(), ReserveError::TooLarge);
                assert_eq!(consumer.claim_many(n).unwrap_err(), ClaimError::TooLarge);
            }
            match producer.reserve_up_to(usize::MAX) {
                Ok(grant) => assert_eq!(grant.len(), capacity - used),
                Err(error) => assert_eq!((error, used), (ReserveError::Full, capacity)),
            }
            match consumer.claim_up_to(usize::MAX) {
                Ok(grant) => assert_eq!(grant.len(), used),
                Err(error) => assert_eq!((error, used), (PopError::Empty, 0)),
            }
            assert_eq!(consumer.skip(usize::MAX), used);
            assert_eq!(producer.vacant(), capacity);
        }
    }
}

#[test]
fn a_capacity_of_one_holds_one_item_and_overwrites_none() {
    let (mut producer, mut consumer) = ring(1);
    for lap in 0..1000 {
        producer.push(lap).unwrap();
        for _ in 0..4 {
            assert_eq!(producer.push(99), Err(PushError::Full(99)));
        }
        assert_eq!(consumer.pop(), Ok(lap));
        assert_eq!(consumer.pop(), Err(PopError::Empty));
    }
}

/// With `--cfg annulus_word="32"` positions start just below their wrap.
#[test]
fn a_capacity_that_is_no_power_of_two_keeps_its_items_past_the_wrap_of_the_positions() {
    for capacity in [1, 3, 5, 6, 7, 10, 100, 1000] {
        let (mut producer, mut consumer) = ring::<u64>(capacity);
        let (mut next, mut seen) = (0, 0);
        for round in 0..3000 {
            let want = 1 + round * 7 % capacity;
            next += producer.push_iter(next..next + want as u64) as u64;
            let Ok(grant) = consumer.claim_up_to(1 + round * 5 % capacity) else { continue };
            let n = grant.len();
            let (first, second) = grant.as_slices();
            for item in first.iter().chain(second) {
                assert_eq!(*item, seen);
                seen += 1;
            }
            grant.release(n);
        }
        assert!(consumer.drain().eq(seen..next));
    }
}

#[test]
fn grants_of_half_the_ring_succeed_at_every_write_position() {
    for capacity in [2, 3, 8, 9, 64] {
        let half = capacity / 2;
        for start in 0..3 * capacity {
            let (mut producer, mut consumer) = ring::<usize>(capacity);
            for n in 0..start {
                producer.push(n).unwrap();
                consumer.pop().unwrap();
            }
            for lap in 0..3 {
                let mut grant = producer.reserve_many(half).unwrap();
                let (first, second) = grant.as_uninit_slices();
                assert_eq!(first.len() + second.len(), half);
                let mut n = lap * half;
                grant.fill_with(|| {
                    n += 1;
                    n
                });
                let grant = consumer.claim_many(half).expect("no dead zone");
                let (first, second) = grant.as_slices();
                assert!(first.iter().chain(second).copied().eq(lap * half + 1..=(lap + 1) * half));
                grant.release(half);
            }
            assert!(producer.reserve_many(capacity).is_ok(), "all of it, from any position");
        }
    }
}

#[test]
fn closing_and_dropping_while_a_read_grant_lives_leaves_its_items_alone() {
    let (mut producer, mut consumer) = ring(3);
    producer.push_iter(["one", "two"].map(String::from));
    let grant = consumer.claim_many(2).unwrap();
    drop(producer);
    assert_eq!(grant.as_slices().0, ["one", "two"]);
    assert_eq!(grant.into_iter().collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!(consumer.pop(), Err(PopError::Closed));
}

#[test]
fn dropping_the_consumer_while_a_write_grant_lives_frees_nothing_under_it() {
    let (mut producer, consumer) = ring(3);
    let mut grant = producer.reserve_many(3).unwrap();
    drop(consumer);
    grant.as_uninit_slices().0[0].write(String::from("still there"));
    // SAFETY: one was written.
    unsafe { grant.commit(1) };
}

#[test]
fn a_stalled_end_delays_nobody() {
    let (mut producer, mut consumer) = ring::<u8>(2);
    let slot = producer.reserve().unwrap();
    assert_eq!(consumer.pop(), Err(PopError::Empty), "returns at once while the producer is at work");
    slot.write(1);
    let claim = consumer.claim().unwrap();
    producer.push(2).unwrap();
    assert_eq!(producer.push(3), Err(PushError::Full(3)), "returns at once while the consumer is at work");
    drop(claim);
    producer.push(3).unwrap();
}

#[test]
fn two_threads_on_one_core_make_progress() {
    let (mut producer, mut consumer) = ring::<u64>(4);
    const ITEMS: u64 = 20_000;
    let began = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            pin_to_the_first_core();
            for n in 0..ITEMS {
                while producer.push(n).is_err() {
                    std::thread::yield_now();
                }
            }
        });
        scope.spawn(move || {
            pin_to_the_first_core();
            for n in 0..ITEMS {
                let got = loop {
                    match consumer.pop() {
                        Ok(item) => break item,
                        Err(_) => std::thread::yield_now(),
                    }
                };
                assert_eq!(got, n);
            }
        });
    });
    assert!(began.elapsed() < Duration::from_secs(30), "they waited for each other's time slices");
}

#[cfg(target_os = "linux")]
fn pin_to_the_first_core() {
    // SAFETY: a plain array of bits, for which all zeros is a value.
    let mut allowed: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    let size = size_of::<libc::cpu_set_t>();
    // SAFETY: `allowed` is as large as said.
    assert_eq!(unsafe { libc::sched_getaffinity(0, size, &mut allowed) }, 0);
    // SAFETY: within the set.
    let first = (0..1024).find(|&cpu| unsafe { libc::CPU_ISSET(cpu, &allowed) }).expect("a core");
    // SAFETY: as above.
    let mut only: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    // SAFETY: within the set.
    unsafe { libc::CPU_SET(first, &mut only) };
    // SAFETY: `only` is as large as said.
    assert_eq!(unsafe { libc::sched_setaffinity(0, size, &only) }, 0);
}

#[cfg(not(target_os = "linux"))]
fn pin_to_the_first_core() {}

#[test]
fn len_and_vacant_never_exceed_the_capacity_while_both_ends_run() {
    let end = AtomicBool::new(false);
    for capacity in [1, 3, 64] {
        for overwrite in [false, true] {
            let (mut producer, mut consumer) = ring::<u32>(capacity);
            end.store(false, Ordering::Relaxed);
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    while !end.load(Ordering::Relaxed) {
                        let _ =
                            if overwrite { producer.force_push(1).is_ok() } else { producer.push(1).is_ok() };
                        assert!(producer.vacant() <= capacity);
                    }
                });
                let began = Instant::now();
                while began.elapsed() < Duration::from_millis(40) {
                    let _ = consumer.pop();
                    let len = consumer.len();
                    assert!(len <= capacity, "{len} items in a ring of {capacity}");
                    assert!(format!("{consumer:?}").contains("capacity"));
                }
                end.store(true, Ordering::Relaxed);
            });
        }
    }
}

#[test]
fn a_ring_in_a_static_is_handed_out_once_at_a_time() {
    static RING: Ring<String, 3> = Ring::new();
    let (mut producer, consumer) = RING.try_split().unwrap();
    assert!(RING.try_split().is_none());
    producer.push(String::from("stays")).unwrap();
    drop(producer);
    assert!(RING.try_split().is_none(), "one end is still out");
    std::thread::spawn(move || drop(consumer)).join().unwrap();
    let (mut producer, mut consumer) = RING.try_split().expect("both ends are home");
    assert!(!producer.is_closed() && !consumer.is_closed());
    producer.push(String::from("comes")).unwrap();
    assert_eq!(consumer.drain().collect::<Vec<_>>(), ["stays", "comes"]);
    std::mem::forget(consumer);
    drop(producer);
    assert!(RING.try_split().is_none(), "a forgotten end never comes home");
}

#[test]
fn impossible_sizes_are_refused_with_a_clear_error() {
    assert_eq!(Options::new(0).try_ring::<u8>().unwrap_err(), RingError::Zero);
    assert_eq!(Options::new(1).credit(0).try_ring::<u8>().unwrap_err(), RingError::Zero);
    assert_eq!(Options::new(usize::MAX).try_ring::<u8>().unwrap_err(), RingError::TooLarge);
    assert_eq!(Options::new(1).credit(usize::MAX).try_ring::<u8>().unwrap_err(), RingError::TooLarge);
    assert_eq!(Options::new(usize::MAX).credit(2).try_ring::<()>().unwrap_err(), RingError::TooLarge);
    if cfg!(not(annulus_word = "32")) {
        assert_eq!(Options::new(usize::MAX / 2).try_ring::<u64>().unwrap_err(), RingError::OutOfMemory);
    }
}

fn message_of(panic: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let payload = std::panic::catch_unwind(panic).expect_err("it should panic");
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => payload.downcast_ref::<&str>().expect("a text").to_string(),
    }
}

#[test]
fn misuse_panics_say_what_was_wrong_and_by_how_much() {
    let text = message_of(|| drop(ring::<u8>(0)));
    assert!(text.contains("capacity 0") && text.contains("at least 1"), "{text}");
    let text = message_of(|| drop(in_memory::<u8>(&Control::new(), &mut [])));
    assert!(text.contains("at least one slot"), "{text}");
    let text = message_of(|| {
        let control = Control::new();
        let mut slots = [[MaybeUninit::<u8>::uninit(); 2]; 2];
        let [first, second] = &mut slots;
        let _ends = in_memory(&control, first);
        drop(in_memory(&control, second));
    });
    assert!(text.contains("control words"), "{text}");
    let text = message_of(|| ring::<u8>(4).0.reserve_many(3).unwrap().fill_copy(&[1]));
    assert!(text.contains('1') && text.contains('3'), "{text}");
    let text = message_of(|| ring::<u8>(4).1.claim_many(0).unwrap().release(5));
    assert!(text.contains('5') && text.contains('0'), "{text}");
    // SAFETY: it panics instead.
    let text = message_of(|| unsafe { ring::<u8>(4).0.reserve_many(3).unwrap().commit(4) });
    assert!(text.contains('4') && text.contains('3'), "{text}");
    let text = message_of(|| drop(ring::<u8>(4).0.batch_every(0)));
    assert!(text.contains("at least 1"), "{text}");
}

#[test]
fn control_words_are_used_again_for_another_type_when_both_ends_have_gone() {
    let control = Control::new();
    let mut words = [const { MaybeUninit::<u64>::uninit() }; 5];
    let mut texts = [const { MaybeUninit::<String>::uninit() }; 3];
    for _ in 0..4 {
        let (mut producer, mut consumer) = in_memory(&control, &mut words);
        assert_eq!(producer.push_slice(&[1, 2, 3, 4, 5, 6]), 5);
        assert_eq!(consumer.pop(), Ok(1));
        drop((producer, consumer));
        let (mut producer, mut consumer) = in_memory(&control, &mut texts);
        assert_eq!(consumer.pop(), Err(PopError::Empty));
        assert_eq!(producer.push_iter((0..9).map(|n| n.to_string())), 3);
        assert_eq!(consumer.pop().as_deref(), Ok("0"));
    }
}
