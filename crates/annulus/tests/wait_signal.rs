//! Waiting on something that is no thread of `std`: nobody is left asleep, in rings of all kinds.
#![cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
use annulus::wait::{Parker, Signal};
use annulus::{GrantError, PopError, PushError, ReadError};
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

const ITEMS: u32 = if cfg!(debug_assertions) { 4_000 } else { 40_000 };

/// A semaphore that counts no further than it has to.
struct Semaphore {
    count: Mutex<u32>,
    most: u32,
    given: Condvar,
    /// A park that takes longer returns for no reason.
    limit: Option<Duration>,
}

impl Semaphore {
    const fn for_waiters(most: u32) -> Self {
        Self { count: Mutex::new(0), most, given: Condvar::new(), limit: None }
    }
}

impl Parker for Semaphore {
    fn park(&self) {
        let count = self.count.lock().unwrap();
        let mut count = match self.limit {
            None => self.given.wait_while(count, |count| *count == 0).unwrap(),
            Some(limit) => self.given.wait_timeout_while(count, limit, |count| *count == 0).unwrap().0,
        };
        *count = count.saturating_sub(1);
    }

    fn unpark(&self) {
        let mut count = self.count.lock().unwrap();
        *count = self.most.min(*count + 1);
        self.given.notify_one();
    }
}

fn signal(most: u32) -> Signal<Semaphore> {
    Signal::new(Semaphore::for_waiters(most))
}

#[test]
fn an_answer_that_is_there_already_takes_no_sleep() {
    let signal = signal(1);
    assert_eq!(signal.wait(|| Some(7)), 7);
    signal.notify();
    assert_eq!(*signal.parker().count.lock().unwrap(), 0, "nobody waited");
}

#[test]
fn items_go_through_a_ring_of_one_with_a_binary_semaphore() {
    let (mut producer, mut consumer) = annulus::spsc::ring(1);
    let (items, room) = (signal(1), signal(1));
    thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..ITEMS {
                let pushed = room.wait(|| match producer.push(n) {
                    Err(PushError::Full(_)) => None,
                    pushed => Some(pushed),
                });
                assert_eq!(pushed, Ok(()));
                items.notify();
            }
            producer.close();
            items.notify();
        });
        for n in 0.. {
            let popped = items.wait(|| match consumer.pop() {
                Err(PopError::Empty) => None,
                popped => Some(popped),
            });
            room.notify();
            if popped.is_err() {
                assert_eq!((popped, n), (Err(PopError::Closed), ITEMS));
                break;
            }
            assert_eq!(popped, Ok(n));
        }
    });
}

/// Items are published in batches, with one notice for each, in an order fixed by the reservation: so one who is let go on may
/// find the ring `Busy`.
#[test]
fn many_who_wait_on_both_sides_get_every_item_once() {
    const TASKS: u32 = 3;
    for capacity in [1, 2, 7] {
        let (producer, consumer) = annulus::mpmc::ring(capacity);
        let (items, room) = (signal(TASKS), signal(TASKS));
        let (items, room) = (&items, &room);
        let mut all: Vec<u32> = thread::scope(|scope| {
            let receivers: Vec<_> = (0..TASKS)
                .map(|_| {
                    let consumer = consumer.clone();
                    scope.spawn(move || {
                        let next = || {
                            let popped = items.wait(|| match consumer.pop() {
                                Err(PopError::Empty | PopError::Busy) => None,
                                popped => Some(popped.ok()),
                            });
                            room.notify();
                            popped
                        };
                        std::iter::from_fn(next).collect::<Vec<_>>()
                    })
                })
                .collect();
            let senders: Vec<_> = (0..TASKS)
                .map(|me| {
                    let producer = producer.clone();
                    scope.spawn(move || {
                        let all: Vec<_> = (0..ITEMS).map(|n| me * ITEMS + n).collect();
                        let mut rest = &all[..];
                        while !rest.is_empty() {
                            let batch = &rest[..rest.len().min(4)];
                            let n = room.wait(|| Some(producer.push_slice(batch)).filter(|n| *n != 0));
                            items.notify();
                            rest = &rest[n..];
                        }
                    })
                })
                .collect();
            senders.into_iter().for_each(|sender| sender.join().unwrap());
            producer.close();
            items.notify();
            receivers.into_iter().flat_map(|receiver| receiver.join().unwrap()).collect()
        });
        all.sort_unstable();
        assert!(all.into_iter().eq(0..TASKS * ITEMS));
    }
}

#[test]
fn bytes_wait_for_room_next_to_each_other_and_learn_that_the_reader_has_gone() {
    let (mut writer, mut reader) = annulus::bytes::stream(8);
    let (bytes, room) = (signal(1), signal(1));
    thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0.. {
                let n = 1 + round % 8;
                let granted = room.wait(|| match writer.grant_exact(n) {
                    Err(GrantError::Full) => None,
                    Err(why) => Some(Err(why)),
                    Ok(mut grant) => {
                        grant.fill(n as u8);
                        grant.commit(n);
                        Some(Ok(()))
                    }
                });
                bytes.notify();
                if let Err(why) = granted {
                    assert_eq!(why, GrantError::Closed);
                    break;
                }
            }
        });
        let mut seen = 0;
        while seen < ITEMS as usize {
            seen += bytes.wait(|| match reader.read() {
                Err(ReadError::Empty) => None,
                Err(why) => panic!("{why}"),
                Ok(grant) => {
                    let n = grant.len();
                    grant.release(n);
                    Some(n)
                }
            });
            room.notify();
        }
        drop(reader);
        room.notify();
    });
}

#[test]
fn an_attempt_may_give_up_when_its_time_is_over() {
    let limit = Some(Duration::from_millis(2));
    let signal = Signal::new(Semaphore { limit, ..Semaphore::for_waiters(2) });
    let end = Instant::now() + Duration::from_millis(10);
    assert_eq!(signal.wait(|| (end <= Instant::now()).then_some("too late")), "too late");
    signal.notify();
    assert_eq!(*signal.parker().count.lock().unwrap(), 0, "nobody waits any more");
}

#[test]
fn whoever_panics_while_it_waits_lets_the_next_one_look() {
    let (signal, go) = (signal(2), Mutex::new([false; 2]));
    thread::scope(|scope| {
        let waits = |me: usize| signal.wait(|| go.lock().unwrap()[me].then_some(()));
        let second = scope.spawn(move || waits(1));
        let first = scope.spawn(|| {
            signal.wait(|| {
                if go.lock().unwrap()[0] {
                    std::panic::resume_unwind(Box::new("as planned"));
                }
                None::<()>
            });
        });
        thread::sleep(Duration::from_millis(20)); // so that both are asleep, most of the time
        *go.lock().unwrap() = [true; 2];
        signal.notify();
        assert!(first.join().is_err());
        second.join().unwrap();
    });
}
