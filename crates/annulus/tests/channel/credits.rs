//! Room that is held where it is counted.
use super::items::{Tally, in_time};
use super::tasks::{Impatient, Task, Turn, to_the_end};
use annulus::{PopError, PushError, RecvError, SendError, State};
use std::cell::RefCell;
use std::pin::pin;
use std::task::Poll;
use std::thread;
use std::time::Duration;

const SOON: Duration = Duration::from_millis(20);

macro_rules! each {
    ($($module:ident: $receiver:pat => $r:ident;)*) => {$(
        mod $module {
            use super::*;
            use annulus::$module::channel_with_credits as channel;

            #[test]
            fn room_that_is_held_is_of_the_capacity_and_delays_nobody() {
                let (sender, $receiver) = channel(3);
                let permits = [sender.reserve().unwrap(), sender.reserve().unwrap()];
                assert_eq!((sender.vacant(), sender.try_send(1)), (1, Ok(())));
                assert_eq!(sender.try_send(2), Err(PushError::Full(2)));
                assert_eq!(($r.try_recv(), $r.try_recv()), (Ok(1), Err(PopError::Empty)));
                for (n, permit) in permits.into_iter().enumerate() {
                    for _ in 0..=n {
                        sender.try_send(10).unwrap();
                    }
                    assert_eq!(sender.try_send(11), Err(PushError::Full(11)));
                    permit.send(n).unwrap();
                    for _ in 0..=n {
                        assert_eq!($r.try_recv(), Ok(10));
                    }
                    assert_eq!($r.try_recv(), Ok(n));
                }
                assert_eq!(sender.vacant(), 3);
            }

            #[test]
            fn what_is_held_for_many_laps_is_room_all_the_same() {
                for capacity in [2, 3, 8] {
                    let (sender, $receiver) = channel(capacity);
                    let permit = sender.reserve().unwrap();
                    for n in 0..100 {
                        for _ in 1..capacity {
                            sender.try_send(n).unwrap();
                        }
                        assert_eq!(sender.try_send(n), Err(PushError::Full(n)));
                        for _ in 1..capacity {
                            assert_eq!($r.try_recv(), Ok(n));
                        }
                    }
                    permit.send(7).unwrap();
                    assert_eq!($r.try_recv(), Ok(7));
                }
            }

            #[test]
            fn room_that_is_given_back_wakes_who_waits_for_it() {
                in_time(|| {
                    let (sender, $receiver) = channel(1);
                    let permit = sender.reserve().unwrap();
                    thread::scope(|scope| {
                        scope.spawn(|| sender.send(1).unwrap());
                        thread::sleep(SOON);
                        drop(permit);
                        assert_eq!($r.recv(), Ok(1));
                    });
                });
            }

            #[test]
            fn who_waits_to_hold_room_gets_what_is_given_back_and_what_an_item_leaves() {
                let (sender, $receiver) = channel(1);
                let permit = sender.reserve().unwrap();
                let mut first = Task::new(async { sender.reserve_async().await.unwrap().send(1) });
                let mut second = Task::new(async { sender.reserve_async().await.unwrap().send(2) });
                assert!(first.poll().is_pending() && second.poll().is_pending());
                drop(permit);
                assert!(first.was_woken());
                assert_eq!(first.poll(), Poll::Ready(Ok(())));
                while second.was_woken() {
                    assert!(second.poll().is_pending());
                }
                assert_eq!($r.try_recv(), Ok(1));
                assert!(second.was_woken());
                assert_eq!(second.poll(), Poll::Ready(Ok(())));
                assert_eq!($r.try_recv(), Ok(2));
            }

            #[test]
            fn a_permit_is_no_item_on_its_way_and_gets_its_item_back_when_it_has_closed() {
                let tally = Tally::default();
                let (sender, $receiver) = channel(2);
                let permits = [sender.reserve().unwrap(), sender.reserve().unwrap()];
                sender.close();
                assert_eq!(sender.state(), State::Closed);
                assert_eq!($r.recv().err(), Some(RecvError::Closed));
                let [first, second] = permits;
                assert!(matches!(first.send(tally.item(0)), Err(SendError::Closed(item)) if item.n == 0));
                drop($r);
                drop(second);
                assert!(matches!(sender.reserve(), Err(SendError::Closed(()))));
                assert!(matches!(sender.try_send(tally.item(1)), Err(PushError::Closed(_))));
                assert_eq!((tally.made(), tally.alive()), (2, 0));
            }

            #[test]
            fn what_is_held_is_not_overwritten_and_overwriting_keeps_the_count() {
                let (sender, $receiver) = channel(2);
                let permit = sender.reserve().unwrap();
                assert_eq!(sender.force_send(1), Ok(None));
                assert_eq!(sender.force_send(2), Err(PushError::Full(2)), "some room is held");
                permit.send(2).unwrap();
                for n in 3..20 {
                    assert_eq!(sender.force_send(n), Ok(Some(n - 2)));
                    assert_eq!(sender.vacant(), 0);
                }
                assert_eq!(($r.try_recv(), $r.try_recv()), (Ok(18), Ok(19)));
                assert_eq!(sender.vacant(), 2);
                assert_eq!((sender.try_send(1), sender.try_send(2)), (Ok(()), Ok(())));
                assert_eq!(sender.try_send(3), Err(PushError::Full(3)));
            }

            /// Futures that wait to hold room are dropped at any poll, and every other permit is given back.
            #[test]
            fn futures_of_room_that_are_dropped_at_any_poll_lose_nothing() {
                for capacity in [1, 2, 3] {
                    for cancel in 1..4 {
                        for order in 0..256_u32 {
                            let tally = Tally::default();
                            let (sender, $receiver) = channel(capacity);
                            let (tally_there, received) = (tally.clone(), RefCell::new(Vec::new()));
                            let mut sending = Task::new(async move {
                                let (mut n, mut turn) = (0, false);
                                while n < 12 {
                                    let permit = Impatient { polls: cancel, future: pin!(sender.reserve_async()) }.await;
                                    let Some(permit) = permit else {
                                        Turn::default().await;
                                        continue;
                                    };
                                    let permit = permit.unwrap();
                                    Turn::default().await; // holding it
                                    turn = !turn;
                                    if turn {
                                        assert!(permit.send(tally_there.item(n)).is_ok());
                                        n += 1;
                                    }
                                }
                                assert!(sender.vacant() <= capacity);
                            });
                            let mut receiving = Task::new(async {
                                let $receiver = $r;
                                while let Ok(item) = $r.recv_async().await {
                                    received.borrow_mut().push(item.n);
                                }
                            });
                            to_the_end(order, &mut sending, &mut receiving);
                            drop((sending, receiving));
                            assert_eq!(received.into_inner(), (0..12).collect::<Vec<_>>());
                            assert_eq!(tally.alive(), 0);
                        }
                    }
                }
            }

            /// Threads that hold room, give it back, send with it and without, one at a time and many, and overwrite: what is received was sent,
            /// of each in order, and in the end all room is there.
            #[test]
            fn credits_are_neither_lost_nor_doubled() {
                for capacity in [1, 2, 5] {
                    in_time(move || {
                        let (sender, $receiver) = channel(capacity);
                        let senders = [1_u64, 2, 3].map(|me| {
                            let sender = sender.clone();
                            thread::spawn(move || {
                                let mut replaced = 0;
                                for n in 0..1500_u64 {
                                    let item = [me << 32 | n; 16];
                                    match (n * me + n / 7) % 5 {
                                        0 => sender.reserve().unwrap().send(item).unwrap(),
                                        1 => {
                                            drop(sender.reserve().unwrap());
                                            sender.send(item).unwrap();
                                        }
                                        2 => sender.send_many(&mut [item].into()).unwrap(),
                                        3 => loop {
                                            match sender.force_send(item) {
                                                Ok(oldest) => break replaced += u64::from(oldest.is_some()),
                                                Err(_) => thread::yield_now(),
                                            }
                                        },
                                        _ => sender.send(item).unwrap(),
                                    }
                                }
                                replaced
                            })
                        });
                        let mut last = [None; 4];
                        let (mut received, mut items) = (0, Vec::new());
                        let all = sender.clone();
                        drop(sender);
                        let watched = thread::spawn(move || {
                            let replaced: u64 = senders.into_iter().map(|sender| sender.join().unwrap()).sum();
                            all.close();
                            (replaced, all)
                        });
                        while $r.recv_many(&mut items, 3).is_ok() {
                            for item in items.drain(..) {
                                assert_eq!(item, [item[0]; 16]);
                                let (me, n) = ((item[0] >> 32) as usize, item[0] as u32);
                                assert!(last[me] < Some(n), "of each in order");
                                last[me] = Some(n);
                                received += 1;
                            }
                        }
                        let (replaced, sender) = watched.join().unwrap();
                        assert_eq!(received + replaced, 4500);
                        assert_eq!(sender.vacant(), capacity, "all credits are free");
                    });
                }
            }
        }
    )*};
}

each! {
    mpsc: mut r => r;
    mpmc: r => r;
}
