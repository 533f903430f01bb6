//! Where a ring is that many have: statics, the caller's memory, the heap; who puts it away, and what of those who never come
//! home.
use crate::items::{Counted, Item, with_no_item_left};
use crate::queue::{Consumer, Control, Keep, Place, Producer, Ring, RingError, in_memory, ring, try_ring};
use annulus::PopError;
use std::mem::{MaybeUninit, forget};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) fn slots<T, const N: usize>() -> [MaybeUninit<T>; N] {
    [const { MaybeUninit::uninit() }; N]
}

pub(crate) fn places<const N: usize>() -> [Place; N] {
    [const { Place::new() }; N]
}

/// What `run` panics with.
fn panic_of(run: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(run)).expect_err("a panic");
    panic
        .downcast_ref::<String>()
        .cloned()
        .unwrap_or_else(|| panic.downcast_ref::<&str>().unwrap().to_string())
}

#[test]
fn a_static_is_given_back_when_all_clones_of_both_kinds_have_gone() {
    static RING: Ring<u32, 3> = Ring::new();
    for round in 0..3 {
        let (producer, consumer) = RING.try_split().expect("nobody is out");
        assert!(!producer.is_closed(), "open again");
        assert_eq!(consumer.len(), if round == 0 { 0 } else { 1 }, "what was left is still there");
        let (more, others) = (producer.clone(), consumer.clone().clone());
        assert_eq!((more.producers(), others.consumers()), (2, 2));
        assert!(RING.try_split().is_none());
        drop((producer, consumer));
        while let Ok(left) = others.pop() {
            assert_eq!(left, round);
        }
        more.push(round + 1).unwrap();
        drop(more);
        assert!(others.is_closed());
        assert!(RING.try_split().is_none(), "one consumer is left");
        drop(others);
    }
}

#[test]
fn a_static_whose_clone_was_forgotten_is_never_given_back_and_works_on() {
    static RING: Ring<u32, 2> = Ring::new();
    let (producer, consumer) = RING.try_split().unwrap();
    forget(producer.clone());
    drop(producer);
    assert!(!consumer.is_closed(), "as far as anybody knows there is a producer");
    assert_eq!(consumer.pop(), Err(PopError::Empty));
    drop(consumer);
    assert!(RING.try_split().is_none());
}

#[test]
fn a_borrowed_ring_is_split_again_whoever_was_forgotten() {
    with_no_item_left(|| {
        let mut ring = Ring::<Counted, 3>::new();
        for round in 0..4 {
            let (producer, consumer) = ring.split();
            assert_eq!((producer.producers(), consumer.consumers()), (1, 1));
            assert!(!consumer.is_closed());
            assert_eq!(consumer.skip(9), usize::from(round != 0));
            producer.push(Counted::make(round)).unwrap();
            forget((producer.clone(), consumer.clone()));
            match round {
                0 => forget((producer, consumer)),
                1 => drop(producer),
                _ => {}
            }
        }
        assert!(format!("{ring:?}").contains("capacity: 3"));
    }); // the item that is left is dropped with the ring
}

#[test]
fn the_callers_memory_is_used_again_by_rings_of_other_sizes() {
    with_no_item_left(|| {
        let control = Control::new();
        let (mut places, mut slots) = (places::<7>(), slots::<Counted, 7>());
        for round in 0..20 {
            let size = round % 7 + 1;
            let (producer, consumer) = in_memory(&control, &mut places[..size], &mut slots[7 - size..]);
            assert_eq!((producer.capacity(), consumer.len()), (size, 0));
            assert!(!producer.is_closed());
            for n in 0..round as u64 {
                producer.push(Counted::make(n)).unwrap();
                assert!(consumer.pop().unwrap().is(n));
            }
            assert_eq!(producer.push_iter((0..).map(Counted::make)), size);
            let (last, one) = (consumer.clone(), producer.clone());
            drop((producer, consumer, one));
            assert!(last.is_closed());
            assert!(last.pop().unwrap().is(0));
        } // the last end drops what is left
    });
}

#[test]
fn memory_that_does_not_fit_is_refused_with_what_to_do() {
    let control = Control::new();
    let refused = panic_of(|| drop(in_memory(&control, &mut places::<2>(), &mut slots::<u8, 3>())));
    assert!(
        refused.contains(&format!("2 {} for 3 slots", crate::queue::PLACES))
            && refused.contains("same length"),
        "{refused}"
    );
    let refused = panic_of(|| drop(in_memory(&control, &mut [], &mut slots::<u8, 0>())));
    assert!(refused.contains("at least one slot"), "{refused}");
    let (mut some, mut place) = (places::<2>(), slots::<u8, 2>());
    let (producer, consumer) = in_memory(&control, &mut some, &mut place);
    let refused = panic_of(|| drop(in_memory(&control, &mut places::<1>(), &mut slots::<u8, 1>())));
    assert!(refused.contains("is alive") && refused.contains("drop all its ends"), "{refused}");
    producer.push(1).unwrap();
    drop(producer);
    assert_eq!(consumer.pop(), Ok(1), "it was not disturbed");
    forget(consumer);
    let refused = panic_of(|| drop(in_memory(&control, &mut places::<1>(), &mut slots::<u8, 1>())));
    assert!(refused.contains("forgotten"), "{refused}");
}

#[test]
fn a_panic_in_the_last_drop_loses_neither_items_nor_memory() {
    struct Angry<'a>(&'a AtomicUsize, bool);
    impl Drop for Angry<'_> {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
            assert!(!self.1, "angry");
        }
    }
    let dropped = AtomicUsize::new(0);
    let control = Control::new();
    let (mut places, mut slots) = (places::<4>(), slots::<_, 4>());
    for round in 1..3 {
        let (producer, consumer) = in_memory(&control, &mut places, &mut slots);
        producer.push_iter((0..4).map(|n| Angry(&dropped, n == 1)));
        drop(producer);
        assert_eq!(panic_of(|| drop(consumer)), "angry");
        assert_eq!(dropped.load(Ordering::Relaxed), 4 * round);
    }
}

#[test]
fn why_there_is_no_ring_on_the_heap() {
    assert!(try_ring::<u8>(1).is_ok());
    assert_eq!(try_ring::<u8>(0).unwrap_err(), RingError::Zero);
    assert_eq!(try_ring::<u8>(usize::MAX).unwrap_err(), RingError::TooLarge);
}

/// Clones come and go in all threads; the last of them, wherever it is, closes, and puts the ring away.
#[test]
fn clones_come_and_go_in_threads_and_the_last_one_is_the_last() {
    static RING: Ring<usize, 4> = Ring::new();
    let control = Control::new();
    let (mut places, mut slots) = (places::<4>(), slots::<_, 4>());
    for _ in 0..if cfg!(miri) { 3 } else { 200 } {
        come_and_go(RING.try_split().expect("all came home"));
        come_and_go(in_memory(&control, &mut places, &mut slots));
        come_and_go(ring::<usize>(4));
    }
}

fn come_and_go<K: Keep + Send + Sync>((producer, consumer): (Producer<usize, K>, Consumer<usize, K>)) {
    assert_eq!((producer.producers(), consumer.consumers()), (1, 1));
    let moved = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for me in 0..2 {
            let (producer, consumer, moved) = (producer.clone(), consumer.clone(), &moved);
            scope.spawn(move || {
                let also = producer.clone();
                drop(producer);
                also.push(me).unwrap();
                drop((also, consumer.clone()));
                while consumer.pop() == Err(PopError::Busy) {}
                moved.fetch_add(1, Ordering::Relaxed);
            });
        }
        drop((producer, consumer));
    });
    assert_eq!(moved.load(Ordering::Relaxed), 2);
}
