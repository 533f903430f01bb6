//! Where there are many of an end.
#[cfg(target_os = "linux")]
use super::items::asleep;
use super::items::{Tally, in_time};
use super::tasks::Task;
use annulus::{PopError, RecvError, SendError};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::thread;
use std::time::Duration;

const SOON: Duration = Duration::from_millis(20);

macro_rules! many_senders {
    ($($module:ident: $receiver:pat => $r:ident;)*) => {$(
        mod $module {
            use super::*;
            use crate::kinds::$module::channel;

            #[test]
            fn everything_that_many_send_is_received_once_and_of_each_in_order() {
                for capacity in [1, 2, 16] {
                    in_time(move || {
                        let (sender, $receiver) = channel(capacity);
                        let senders = [0, 1, 2].map(|me| {
                            let sender = sender.clone();
                            thread::spawn(move || (0..500).for_each(|n| sender.send((me, n)).unwrap()))
                        });
                        drop(sender);
                        let mut next = [0; 3];
                        while let Ok((me, n)) = $r.recv() {
                            assert_eq!(n, next[me]);
                            next[me] += 1;
                        }
                        assert_eq!(next, [500; 3]);
                        senders.into_iter().for_each(|sender| sender.join().unwrap());
                    });
                }
            }

            #[test]
            fn all_who_wait_for_room_learn_that_it_closes_and_get_their_items_back() {
                in_time(|| {
                    let tally = Tally::default();
                    let (sender, $receiver) = channel(1);
                    assert!(sender.send(tally.item(0)).is_ok());
                    let senders = [1, 2, 3].map(|n| {
                        let (sender, tally) = (sender.clone(), tally.clone());
                        thread::spawn(move || match sender.send(tally.item(n)) {
                            Err(SendError::Closed(item)) => assert_eq!(item.n, n),
                            _ => panic!("it is closed"),
                        })
                    });
                    thread::sleep(SOON);
                    $r.close();
                    senders.into_iter().for_each(|sender| sender.join().unwrap());
                    assert_eq!($r.recv().map(|item| item.n).ok(), Some(0));
                    assert!(matches!($r.recv(), Err(RecvError::Closed)));
                    assert_eq!(tally.alive(), 0);
                });
            }

            /// The one that has waited longest gets the room, whatever came later.
            #[test]
            fn tasks_that_wait_for_room_get_it_in_order() {
                let (sender, $receiver) = channel(1);
                sender.try_send(0).unwrap();
                let mut tasks = [1, 2, 3].map(|n| Task::new(sender.send_async(n)));
                assert!(tasks.iter_mut().all(|task| task.poll().is_pending()));
                for n in 0..3 {
                    assert_eq!($r.try_recv(), Ok(n));
                    let woken = [0, 1, 2].map(|task| tasks[task].was_woken());
                    assert_eq!(woken, [0, 1, 2].map(|task| task == n), "the first of those who wait, and no other");
                    assert_eq!(tasks[n].poll(), Poll::Ready(Ok(())));
                }
                assert_eq!($r.try_recv(), Ok(3));
            }

            #[test]
            #[cfg(target_os = "linux")]
            fn threads_that_wait_for_room_get_it_in_order() {
                in_time(|| {
                    let (sender, $receiver) = channel(1);
                    sender.send(0).unwrap();
                    let senders = [1, 2, 3].map(|n| {
                        let another = sender.clone();
                        asleep(move || another.send(n).unwrap())
                    });
                    // Nobody but the first that waits is called for the room of each. It has to be over with that before there is more, or it
                    // may find more and call the next, who is in no order with who is called for it.
                    assert_eq!($r.recv(), Ok(0));
                    for (sender, n) in senders.into_iter().zip(1..) {
                        sender.join().unwrap();
                        assert_eq!($r.recv(), Ok(n));
                    }
                });
            }

            #[test]
            fn a_weak_sender_does_not_keep_it_open() {
                let (sender, $receiver) = channel(1);
                let weak = sender.downgrade();
                weak.clone().upgrade().expect("there is one").send(1).unwrap();
                assert_eq!(sender.sender_count(), 1);
                drop(sender);
                assert!(weak.upgrade().is_none());
                assert_eq!(($r.recv(), $r.recv()), (Ok(1), Err(RecvError::Closed)));
            }

            /// Reply channels in what is left: whoever waits for an answer learns that there will be none.
            #[test]
            fn what_is_left_does_not_keep_its_own_channel() {
                struct Holds(#[allow(dead_code)] Box<dyn std::any::Any + Send>, #[allow(dead_code)] super::super::items::Item);
                let tally = Tally::default();
                let (sender, $receiver) = channel(2);
                assert!(sender.send(Holds(Box::new(sender.clone()), tally.item(0))).is_ok());
                drop($r);
                assert_eq!((tally.alive(), sender.sender_count()), (0, 1));
            }

            /// A sender that races with the last receiver leaves nothing behind, whoever wins.
            #[test]
            fn nothing_that_is_sent_to_a_receiver_that_goes_stays_alive() {
                in_time(|| {
                    for _ in 0..200 {
                        let tally = Tally::default();
                        let (sender, $receiver) = channel(8);
                        let senders = [0, 1].map(|_| {
                            let (sender, tally) = (sender.clone(), tally.clone());
                            thread::spawn(move || {
                                for n in 0..20 {
                                    let _ = sender.try_send(tally.item(n));
                                }
                                sender
                            })
                        });
                        let _ = $r.try_recv();
                        drop($r);
                        let senders = senders.map(|sender| sender.join().unwrap());
                        assert_eq!(tally.alive(), 0, "an item is kept by senders alone");
                        drop(senders);
                    }
                });
            }
        }
    )*};
}

many_senders! {
    mpsc: mut r => r;
    mpmc: r => r;
    pool: r => r;
    mpsc_credits: mut r => r;
    mpmc_credits: r => r;
}

macro_rules! many_receivers {
    ($($module:ident: $sender:pat => $s:ident;)*) => {$(
        mod $module {
            use super::*;
            use crate::kinds::$module::channel;

            #[test]
            fn each_item_is_received_by_one() {
                for capacity in [1, 2, 16] {
                    in_time(move || {
                        let ($sender, receiver) = channel(capacity);
                        let receivers = [0, 1, 2].map(|_| {
                            let receiver = receiver.clone();
                            thread::spawn(move || receiver.iter().collect::<Vec<_>>())
                        });
                        drop(receiver);
                        (0..1500).for_each(|n| $s.send(n).unwrap());
                        drop($s);
                        let mut all: Vec<_> = receivers.into_iter().flat_map(|r| r.join().unwrap()).collect();
                        all.sort();
                        assert!(all.into_iter().eq(0..1500));
                    });
                }
            }

            #[test]
            fn all_who_wait_for_items_learn_that_it_closes() {
                in_time(|| {
                    let ($sender, receiver) = channel::<u8>(1);
                    let receivers = [0; 20].map(|_| {
                        let receiver = receiver.clone();
                        thread::spawn(move || receiver.recv())
                    });
                    thread::sleep(SOON);
                    $s.close();
                    receivers.into_iter().for_each(|receiver| assert_eq!(receiver.join().unwrap(), Err(RecvError::Closed)));
                });
            }

            #[test]
            fn tasks_that_wait_for_items_get_them_in_order() {
                let ($sender, receiver) = channel(3);
                let mut tasks = [0; 3].map(|_| Task::new(receiver.recv_async()));
                assert!(tasks.iter_mut().all(|task| task.poll().is_pending()));
                for n in 0..3 {
                    $s.try_send(n).unwrap();
                    let woken = [0, 1, 2].map(|task| tasks[task].was_woken());
                    assert_eq!(woken, [0, 1, 2].map(|task| task == n), "the first of those who wait, and no other");
                    assert_eq!(tasks[n].poll(), Poll::Ready(Ok(n)));
                }
            }

            #[test]
            #[cfg(target_os = "linux")]
            fn threads_that_wait_for_items_get_them_in_order() {
                in_time(|| {
                    let ($sender, receiver) = channel(3);
                    let received = Arc::new(AtomicUsize::new(0));
                    let receivers = [0, 1, 2].map(|n| {
                        let (receiver, received) = (receiver.clone(), received.clone());
                        asleep(move || {
                            assert_eq!(receiver.recv(), Ok(n));
                            received.fetch_add(1, Ordering::SeqCst);
                        })
                    });
                    for n in 0..3 {
                        $s.send(n).unwrap();
                        while received.load(Ordering::SeqCst) == n {
                            thread::yield_now();
                        }
                    }
                    receivers.into_iter().for_each(|receiver| receiver.join().unwrap());
                });
            }

            #[test]
            fn a_weak_receiver_does_not_keep_it_open() {
                let ($sender, receiver) = channel(1);
                let weak = receiver.downgrade();
                assert_eq!(weak.clone().upgrade().expect("there is one").try_recv(), Err(PopError::Empty));
                assert_eq!($s.receiver_count(), 1);
                drop(receiver);
                assert!(weak.upgrade().is_none());
                assert_eq!($s.send(1), Err(SendError::Closed(1)));
            }
        }
    )*};
}

mod receivers {
    use super::*;
    many_receivers! {
        spmc: mut s => s;
        mpmc: s => s;
        pool: s => s;
        mpmc_credits: s => s;
    }
}
