//! What the tests of other channels ask of them, and no other file here does. Nothing of them is copied; what they have that we have not
//! (`same_channel`, `ready`, timers as channels, channels without a bound) is not asked.
use super::items::{Tally, in_time};
use super::tasks::Task;
use annulus::{PopError, PushError, RecvError, SendError, State};
use std::any::Any;
use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

const SOON: Duration = Duration::from_millis(20);

/// Sizes and alignments: what has none, what is larger than any buffer, what lies apart.
#[derive(Debug, PartialEq, Eq)]
#[repr(align(128))]
struct Apart(u8);

macro_rules! each {
    ($($module:ident: $sender:pat, $receiver:pat => $s:ident, $r:ident;)*) => {$(
        mod $module {
            use super::*;
            use crate::kinds::$module::channel;

            #[test]
            fn full_and_empty_are_told_at_both_ends() {
                let ($sender, $receiver) = channel(2);
                assert!($r.is_empty() && !$s.is_full());
                $s.send(1).unwrap();
                assert!(!$r.is_empty() && !$s.is_full());
                $s.send(2).unwrap();
                assert!(!$r.is_empty() && $s.is_full());
                $r.recv().unwrap();
                assert_eq!(($r.is_empty(), $s.is_full(), $s.vacant()), (false, false, 1));
                $r.recv().unwrap();
                assert!($r.is_empty() && !$s.is_full());
            }

            #[test]
            fn numbers_are_never_more_than_the_capacity() {
                in_time(|| {
                    let ($sender, $receiver) = channel(3);
                    let sending = thread::spawn(move || {
                        for n in 0..5_000 {
                            $s.send(n).unwrap();
                            assert!($s.vacant() <= 3);
                        }
                    });
                    for n in 0..5_000 {
                        assert!($r.len() <= 3);
                        assert_eq!($r.recv(), Ok(n));
                    }
                    sending.join().unwrap();
                    assert_eq!($r.len(), 0);
                });
            }

            #[test]
            fn items_have_any_size() {
                in_time(|| {
                    let ($sender, $receiver) = channel(2);
                    let sending = thread::spawn(move || (0..300).for_each(|_| $s.send(()).unwrap()));
                    assert_eq!($r.iter().count(), 300);
                    sending.join().unwrap();
                    let ($sender, $receiver) = channel(2);
                    let sending = thread::spawn(move || (0..300_u64).for_each(|n| $s.send([n; 700]).unwrap()));
                    assert!($r.iter().eq((0..300).map(|n| [n; 700])));
                    sending.join().unwrap();
                    let ($sender, $receiver) = channel(2);
                    let sending = thread::spawn(move || (0..200).for_each(|n| $s.send(Apart(n)).unwrap()));
                    assert!($r.iter().eq((0..200).map(Apart)));
                    sending.join().unwrap();
                });
            }

            #[test]
            fn a_refusal_is_no_change_and_comes_again() {
                let ($sender, $receiver) = channel(1);
                for _ in 0..3 {
                    assert_eq!($r.try_recv(), Err(PopError::Empty));
                }
                $s.send(1).unwrap();
                for _ in 0..3 {
                    assert_eq!($s.try_send(2), Err(PushError::Full(2)));
                }
                drop($s);
                assert_eq!($r.recv(), Ok(1));
                for _ in 0..3 {
                    assert_eq!($r.try_recv(), Err(PopError::Closed));
                    assert_eq!($r.recv(), Err(RecvError::Closed));
                    assert_eq!($r.iter().next(), None);
                }
                let ($sender, $receiver) = channel(1);
                drop($r);
                for _ in 0..3 {
                    assert_eq!($s.try_send(2), Err(PushError::Closed(2)));
                    assert_eq!($s.send_timeout(2, SOON), Err(SendError::Closed(2)));
                }
            }

            /// What can be done at once is done, whatever the limit.
            #[test]
            fn a_limit_that_has_passed_is_no_hindrance() {
                let ($sender, $receiver) = channel(1);
                assert_eq!($s.send_timeout(1, Duration::ZERO), Ok(()));
                assert_eq!($r.recv_timeout(Duration::ZERO), Ok(1));
                drop($s);
                assert_eq!($r.recv_timeout(Duration::ZERO), Err(RecvError::Closed), "and not a matter of time");
            }

            /// Closed by both ends at once, with an item on its way: it is received or dropped or handed back, once.
            #[test]
            fn both_ends_may_go_at_once() {
                in_time(|| {
                    for n in 0..500 {
                        let tally = Tally::default();
                        let ($sender, $receiver) = channel(1 + n % 2);
                        let item = tally.item(n);
                        thread::scope(|scope| {
                            scope.spawn(move || {
                                let _ = $s.send(item);
                                if n % 3 == 0 {
                                    $s.close();
                                }
                            });
                            scope.spawn(move || {
                                if n % 4 == 0 {
                                    $r.close();
                                }
                                if n % 5 != 0 {
                                    let _ = $r.try_recv();
                                }
                            });
                        });
                        assert_eq!((tally.made(), tally.alive()), (1, 0));
                    }
                });
            }

            /// Many channels for one item each.
            #[test]
            fn a_channel_for_one_item_is_made_used_and_gone() {
                in_time(|| {
                    for n in 0..300 {
                        let ($sender, $receiver) = channel(1);
                        thread::scope(|scope| {
                            scope.spawn(move || assert_eq!($r.recv(), Ok(n)));
                            scope.spawn(move || $s.send(n).unwrap());
                        });
                    }
                });
            }

            /// Each side waits with a limit that is often too short: it tries again, and all comes through in order.
            #[test]
            fn limits_on_both_sides_lose_nothing() {
                in_time(|| {
                    let ($sender, $receiver) = channel(2);
                    let sending = thread::spawn(move || {
                        for n in 0..300 {
                            if n % 20 == 0 {
                                thread::sleep(Duration::from_millis(1));
                            }
                            let mut item = n;
                            while let Err(refused) = $s.send_timeout(item, Duration::from_micros(n % 7 * 40)) {
                                item = match refused {
                                    SendError::Timeout(item) => item,
                                    refused => panic!("{refused:?}"),
                                };
                            }
                        }
                    });
                    for n in 0..300 {
                        if n % 23 == 0 {
                            thread::sleep(Duration::from_millis(1));
                        }
                        let item = loop {
                            match $r.recv_timeout(Duration::from_micros(n % 5 * 40)) {
                                Err(RecvError::Timeout) => {}
                                item => break item,
                            }
                        };
                        assert_eq!(item, Ok(n));
                    }
                    sending.join().unwrap();
                });
            }

            /// An end is an item like any other, and a channel can go through itself.
            #[test]
            fn channels_go_through_channels() {
                in_time(|| {
                    for capacity in [1, 2] {
                        let ($sender, $receiver) = channel::<Box<dyn Any + Send>>(capacity);
                        let sending = thread::spawn(move || {
                            let mut $s = $s;
                            for _ in 0..100 {
                                let (next, receiver) = channel::<Box<dyn Any + Send>>(capacity);
                                $s.send(Box::new(receiver)).unwrap();
                                $s = next;
                            }
                        });
                        let mut last = $r;
                        for n in 0..=100 {
                            let through = last.recv().map(|receiver| *receiver.downcast().expect("a receiver"));
                            match through {
                                Ok(receiver) => last = receiver,
                                Err(why) => assert_eq!((n, why), (100, RecvError::Closed)),
                            }
                        }
                        sending.join().unwrap();
                    }
                });
            }

            /// Each filters what it hands on: prime numbers, a channel for each.
            #[test]
            fn a_chain_of_threads_hands_on() {
                in_time(|| {
                    let ($sender, $receiver) = channel(1);
                    let mut threads = vec![thread::spawn(move || {
                        let mut n = 2;
                        while $s.send(n).is_ok() {
                            n += 1;
                        }
                    })];
                    let (mut last, mut primes) = ($r, Vec::new());
                    for _ in 0..20 {
                        let prime: u32 = last.recv().unwrap();
                        primes.push(prime);
                        let ($sender, next) = channel(1);
                        let mut before = std::mem::replace(&mut last, next);
                        threads.push(thread::spawn(move || {
                            while let Ok(n) = before.recv() {
                                if n % prime != 0 && $s.send(n).is_err() {
                                    break;
                                }
                            }
                        }));
                    }
                    assert_eq!(primes[10..], [31, 37, 41, 43, 47, 53, 59, 61, 67, 71]);
                    drop(last); // and one after the other learns of it
                    threads.into_iter().for_each(|thread| thread.join().unwrap());
                });
            }

            /// What a thread keeps for itself is gone when this is dropped, and the thread waits all the same.
            #[test]
            #[cfg_attr(target_os = "macos", ignore = "what threads keep goes earlier there")]
            fn a_thread_may_wait_while_it_ends() {
                struct Last(RefCell<Option<std::sync::mpsc::Sender<()>>>);
                impl Drop for Last {
                    fn drop(&mut self) {
                        let ($sender, $receiver) = channel(1);
                        assert_eq!($r.recv_timeout(SOON), Err(RecvError::Timeout));
                        $s.send(1).unwrap();
                        assert_eq!($s.send_timeout(2, SOON), Err(SendError::Timeout(2)));
                        let chosen = annulus::select! { recv($r) -> item => item.ok(), timeout(SOON) => None };
                        assert_eq!(chosen, Some(1));
                        let chosen = annulus::select! { recv($r) -> item => item.ok(), timeout(SOON) => None };
                        assert_eq!(chosen, None);
                        self.0.take().expect("set").send(()).unwrap();
                    }
                }
                thread_local! {
                    static LAST: Last = const { Last(RefCell::new(None)) };
                }
                in_time(|| {
                    let (ended, end) = std::sync::mpsc::channel();
                    let ending = thread::spawn(move || {
                        LAST.with(|last| last.0.replace(Some(ended)));
                        // After that, so that what a wait keeps for the thread may go first.
                        let ($sender, $receiver) = channel::<u8>(1);
                        assert_eq!($r.recv_timeout(Duration::from_micros(1)), Err(RecvError::Timeout));
                        drop($s);
                    });
                    ending.join().unwrap();
                    end.recv().expect("it came to its end");
                });
            }

            /// A thread that waits for a reply of whoever has its item.
            #[test]
            fn questions_and_answers_go_to_and_fro() {
                in_time(|| {
                    let ($sender, $receiver) = channel(1);
                    let answering = thread::spawn(move || {
                        for (n, reply) in $r.iter() {
                            let (n, mut reply): (u32, annulus::spsc::Sender<u32>) = (n, reply);
                            reply.send(n * 2).unwrap();
                        }
                    });
                    for n in 0..300 {
                        let (reply, mut answer) = annulus::spsc::channel(1);
                        $s.send((n, reply)).unwrap();
                        assert_eq!(answer.recv(), Ok(n * 2));
                        assert_eq!(answer.recv(), Err(RecvError::Closed));
                    }
                    drop($s);
                    answering.join().unwrap();
                });
            }

            #[test]
            fn a_thread_that_panics_closes_what_it_had() {
                let ($sender, $receiver) = channel(2);
                let panicking = thread::spawn(move || {
                    $s.send(1).unwrap();
                    std::panic::resume_unwind(Box::new($s)); // says nothing
                });
                drop(panicking.join());
                assert_eq!(($r.recv(), $r.recv(), $r.state()), (Ok(1), Err(RecvError::Closed), State::Closed));
                let ($sender, $receiver) = channel(2);
                let panicking = thread::spawn(move || {
                    let _ = $r.try_recv();
                    std::panic::resume_unwind(Box::new(()));
                });
                assert!(panicking.join().is_err());
                assert_eq!($s.send(1), Err(SendError::Closed(1)));
            }

            /// Futures that are forgotten take the wakes that they are called with, and no more.
            #[test]
            fn a_forgotten_future_costs_one_wake() {
                let ($sender, $receiver) = channel(3);
                {
                    let mut forgotten = $r.recv_async();
                    let task = &mut Context::from_waker(Waker::noop());
                    assert!(Pin::new(&mut forgotten).poll(task).is_pending());
                    std::mem::forget(forgotten);
                }
                let mut next = Task::new($r.recv_async());
                assert!(next.poll().is_pending());
                $s.send(1).unwrap();
                assert!(!next.was_woken(), "the one that was forgotten was");
                $s.send(2).unwrap();
                assert!(next.was_woken());
                assert_eq!(next.poll(), Poll::Ready(Ok(1)));
                drop(next);
                assert_eq!($r.recv(), Ok(2));
            }
        }
    )*};
}

each! {
    spsc: mut s, mut r => s, r;
    mpsc: s, mut r => s, r;
    spmc: mut s, r => s, r;
    mpmc: s, r => s, r;
    pool: s, r => s, r;
    mpsc_credits: s, mut r => s, r;
    mpmc_credits: s, r => s, r;
}

/// Whoever has sent finds an item: no other thread can have taken more than were sent. Somebody may be in the way of it for a moment.
#[test]
fn who_has_sent_finds_an_item() {
    macro_rules! finds {
        ($($channel:path),*) => {$(
            in_time(|| {
                let (sender, receiver) = $channel(4);
                thread::scope(|scope| {
                    for _ in 0..4 {
                        scope.spawn(|| {
                            for n in 0..2_000 {
                                sender.send(n).unwrap();
                                loop {
                                    match receiver.try_recv() {
                                        Ok(_) => break,
                                        Err(PopError::Busy) => thread::yield_now(),
                                        Err(why) => panic!("{why:?}, and an item was sent"),
                                    }
                                }
                            }
                        });
                    }
                });
            });
        )*};
    }
    use crate::kinds::*;
    finds!(mpmc::channel, pool::channel, mpmc_credits::channel);
}

/// Clones come and go while others wait: only the last that goes closes.
#[test]
fn ends_that_come_and_go_wake_nobody_for_nothing() {
    macro_rules! comes_and_goes {
        ($($channel:path),*) => {$(
            in_time(|| {
                let (sender, receiver) = $channel(1);
                let waits = {
                    let receiver = receiver.clone();
                    thread::spawn(move || receiver.recv())
                };
                let going: Vec<_> = (0..4)
                    .map(|_| {
                        let (sender, receiver) = (sender.clone(), receiver.clone());
                        thread::spawn(move || {
                            for _ in 0..500 {
                                drop((sender.clone(), receiver.clone()));
                                drop(sender.downgrade().upgrade());
                            }
                        })
                    })
                    .collect();
                going.into_iter().for_each(|thread| thread.join().unwrap());
                assert_eq!((sender.sender_count(), sender.state()), (1, State::Open));
                assert!(!waits.is_finished());
                sender.send(7).unwrap();
                assert_eq!(waits.join().unwrap(), Ok(7));
                assert_eq!(receiver.receiver_count(), 1);
            });
        )*};
    }
    use crate::kinds::*;
    comes_and_goes!(mpmc::channel, pool::channel, mpmc_credits::channel);
}
