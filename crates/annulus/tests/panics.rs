//! Panics in the caller's code, in the middle of ours: nothing is lost that need not be, nothing is dropped twice.
#[path = "suite/items.rs"]
mod items;
use annulus::spsc::{Control, Ring, in_memory};
use items::{Counted, Item};
use std::cell::{Cell, RefCell};
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};

fn panics(run: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(run)).is_err()
}

/// Logs its drop, and panics in it if it is the chosen one.
struct Bomb<'a>(usize, &'a Log);

#[derive(Default)]
struct Log {
    dropped: RefCell<Vec<usize>>,
    explodes: Cell<Option<usize>>,
}

impl Drop for Bomb<'_> {
    fn drop(&mut self) {
        self.1.dropped.borrow_mut().push(self.0);
        if self.1.explodes.get() == Some(self.0) {
            panic!("item {} explodes", self.0);
        }
    }
}

impl Log {
    fn sorted(&self) -> Vec<usize> {
        let mut dropped = self.dropped.borrow().clone();
        dropped.sort_unstable();
        dropped
    }
}

#[test]
fn a_panicking_drop_with_an_inline_ring_or_the_callers_memory_drops_the_others_once() {
    let log = Log::default();
    log.explodes.set(Some(1));
    let mut inline = Ring::<Bomb<'_>, 4>::new();
    inline.split().0.push_iter((0..4).map(|n| Bomb(n, &log)));
    assert!(panics(|| drop(inline)));
    assert_eq!(log.sorted(), [0, 1, 2, 3]);
    log.dropped.borrow_mut().clear();
    let control = Control::new();
    let mut slots = [const { MaybeUninit::uninit() }; 4];
    let (mut producer, consumer) = in_memory(&control, &mut slots);
    producer.push_iter((0..4).map(|n| Bomb(n, &log)));
    drop(producer);
    assert!(panics(|| drop(consumer)));
    assert_eq!(log.sorted(), [0, 1, 2, 3]);
    let mut others = [MaybeUninit::<u8>::uninit(); 2];
    drop(in_memory(&control, &mut others)); // the control words are free again
}

/// Where there is one producer.
macro_rules! sole_producer {
    ($queue:ident, $name:ident) => {
        #[allow(unused_mut)] // where consumers take `&self`
        mod $name {
            use super::*;
            use annulus::$queue::ring;

            #[test]
            fn what_an_iterator_gave_before_it_panicked_is_in_the_ring_and_dropped_once() {
                for gives in 0..5 {
                    items::with_no_item_left(|| {
                        let (mut producer, mut consumer) = ring::<Counted>(5);
                        producer.push_iter((0..3).map(Counted::make));
                        consumer.skip(3); // the rest wraps
                        let source =
                            (0..5).map(|n| if n < gives { Counted::make(n) } else { panic!("no more") });
                        assert!(panics(|| _ = producer.push_iter(source)));
                        assert_eq!(consumer.len() as u64, gives);
                        for n in 0..gives {
                            assert!(consumer.pop().unwrap().is(n));
                        }
                        producer.push(Counted::make(9)).unwrap();
                        assert!(consumer.pop().unwrap().is(9));
                    });
                }
            }

            #[test]
            fn what_was_pushed_into_a_batch_before_a_panic_is_in_the_ring_and_dropped_once() {
                for gives in 0..5 {
                    items::with_no_item_left(|| {
                        let (mut producer, mut consumer) = ring::<Counted>(5);
                        producer.push_iter((0..3).map(Counted::make));
                        consumer.skip(3); // the rest wraps
                        assert!(panics(|| {
                            let mut batch = producer.batch_every(4);
                            (0..gives).for_each(|n| batch.push(Counted::make(n)).unwrap());
                            panic!("no more");
                        }));
                        assert_eq!(consumer.len() as u64, gives);
                        for n in 0..gives {
                            assert!(consumer.pop().unwrap().is(n));
                        }
                    });
                }
            }

            #[test]
            fn what_a_closure_made_before_it_panicked_is_in_the_ring_and_dropped_once() {
                items::with_no_item_left(|| {
                    let (mut producer, consumer) = ring::<Counted>(5);
                    let made = Cell::new(0);
                    assert!(panics(|| producer.reserve_many(5).unwrap().fill_with(|| {
                        assert!(made.get() < 3);
                        made.set(made.get() + 1);
                        Counted::make(made.get())
                    })));
                    assert_eq!(consumer.len(), 3);
                });
            }

            #[test]
            fn an_iterator_that_panics_before_it_begins_leaves_the_ring_as_it_was() {
                struct Never;
                impl IntoIterator for Never {
                    type Item = u8;
                    type IntoIter = std::iter::Empty<u8>;
                    fn into_iter(self) -> Self::IntoIter {
                        panic!("never")
                    }
                }
                let (mut producer, consumer) = ring::<u8>(5);
                assert!(panics(|| _ = producer.push_iter(Never)));
                assert_eq!((producer.vacant(), consumer.len()), (5, 0));
            }
        }
    };
}
sole_producer!(spsc, producer_of_spsc);
sole_producer!(spmc, producer_of_spmc);

/// Where there is one consumer.
macro_rules! sole_consumer {
    ($queue:ident, $name:ident) => {
        #[allow(unused_mut)] // where producers take `&self`
        mod $name {
            use super::*;
            use annulus::$queue::{Consumer, Producer, ring};

            /// For each item in turn, at each place in the ring, lets its drop panic in `run`, which must get rid of all five.
            fn with_each_exploding(run: impl Fn(Producer<Bomb<'_>>, Consumer<Bomb<'_>>)) {
                for start in 0..7 {
                    for explodes in 0..5 {
                        let log = Log::default();
                        let (mut producer, mut consumer) = ring(7);
                        for n in 0..start {
                            assert!(producer.push(Bomb(100 + n, &log)).is_ok());
                            drop(consumer.pop());
                        }
                        log.dropped.borrow_mut().clear();
                        assert_eq!(producer.push_iter((0..5).map(|n| Bomb(n, &log))), 5);
                        log.explodes.set(Some(explodes));
                        assert!(panics(|| run(producer, consumer)));
                        assert_eq!(
                            log.sorted(),
                            [0, 1, 2, 3, 4],
                            "each once: start {start}, exploding {explodes}"
                        );
                    }
                }
            }

            #[test]
            fn a_panicking_drop_in_skip_drops_the_others_once() {
                with_each_exploding(|_producer, mut consumer| _ = consumer.skip(usize::MAX));
            }

            #[test]
            fn a_panicking_drop_in_the_release_of_a_grant_drops_the_others_once() {
                with_each_exploding(|_producer, mut consumer| consumer.claim_many(5).unwrap().release(5));
            }

            #[test]
            fn a_panicking_drop_of_a_drained_item_leaves_the_others_for_the_ring() {
                with_each_exploding(|_producer, mut consumer| consumer.drain().for_each(drop));
            }

            #[test]
            fn a_panicking_drop_of_a_claim_leaves_the_others_for_the_ring() {
                with_each_exploding(|_producer, mut consumer| while consumer.claim().is_ok() {});
            }

            #[test]
            fn a_panicking_drop_with_the_ring_drops_the_others_once() {
                with_each_exploding(|producer, consumer| drop((producer, consumer)));
                with_each_exploding(|producer, consumer| drop((consumer, producer)));
            }

            #[test]
            fn a_panicking_drop_of_a_replaced_item_loses_none() {
                let log = Log::default();
                let (mut producer, mut consumer) = ring(4);
                assert_eq!(producer.push_iter((0..4).map(|n| Bomb(n, &log))), 4);
                let mut into: Vec<_> = (10..13).map(|n| Bomb(n, &log)).collect();
                log.explodes.set(Some(11));
                assert!(panics(|| _ = consumer.pop_slice(&mut into)));
                assert_eq!(log.sorted(), [10, 11, 12]);
                assert_eq!(into.iter().map(|bomb| bomb.0).collect::<Vec<_>>(), [0, 1, 2]);
                assert_eq!(consumer.pop().unwrap().0, 3);
            }

            #[test]
            fn after_a_panicking_drop_the_slots_are_free_and_the_ring_goes_on() {
                let log = Log::default();
                let (mut producer, mut consumer) = ring(4);
                assert_eq!(producer.push_iter((0..4).map(|n| Bomb(n, &log))), 4);
                log.explodes.set(Some(1));
                assert!(panics(|| consumer.claim_many(3).unwrap().release(3)));
                assert_eq!(producer.vacant(), 3);
                assert_eq!(consumer.pop().unwrap().0, 3);
                assert!(producer.force_push(Bomb(4, &log)).is_ok());
                assert_eq!(consumer.pop().unwrap().0, 4);
            }

            #[test]
            fn a_release_of_too_many_panics_and_releases_none() {
                items::with_no_item_left(|| {
                    let (mut producer, mut consumer) = ring::<Counted>(4);
                    producer.push_iter((0..3).map(Counted::make));
                    assert!(panics(|| consumer.claim_up_to(9).unwrap().release(4)));
                    assert_eq!(consumer.len(), 3);
                    assert!(producer.force_push(Counted::make(3)).unwrap().is_none());
                    assert!(producer.force_push(Counted::make(4)).unwrap().unwrap().is(0));
                });
            }
        }
    };
}
sole_consumer!(spsc, consumer_of_spsc);
sole_consumer!(mpsc, consumer_of_mpsc);
