//! Capacity 0, with tasks: who is cancelled, and when.
use super::items::{Item, Tally};
use super::tasks::{Flag, Impatient, Task, Turn, now};
use annulus::mpmc::channel;
use annulus::{PopError, PushError, RecvError, SendError, State};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Wake, Waker};

#[test]
fn tasks_meet_whoever_is_polled_first() {
    let (sender, receiver) = channel(0);
    let mut receiving = Task::new(receiver.recv_async());
    assert!(receiving.poll().is_pending() && !receiving.was_woken());
    assert_eq!(now(sender.send_async(1)), Some(Ok(())));
    assert!(receiving.was_woken());
    assert_eq!(receiving.poll(), Poll::Ready(Ok(1)));
    let mut sending = Task::new(sender.send_async(2));
    assert!(sending.poll().is_pending() && !sending.was_woken());
    assert_eq!(now(receiver.recv_async()), Some(Ok(2)));
    assert!(sending.was_woken());
    assert_eq!(sending.poll(), Poll::Ready(Ok(())));
    assert_eq!((now(sender.send_async(3)), now(receiver.recv_async())), (None, None));
}

#[test]
fn a_task_and_a_thread_meet() {
    let (sender, receiver) = channel(0);
    let there = sender.clone();
    let sending = std::thread::spawn(move || there.send(1));
    assert_eq!(futures_executor::block_on(receiver.recv_async()), Ok(1));
    sending.join().unwrap().unwrap();
    let receiving = std::thread::spawn(move || receiver.recv());
    futures_executor::block_on(sender.send_async(2)).unwrap();
    assert_eq!(receiving.join().unwrap(), Ok(2));
}

#[test]
fn who_waits_is_met_in_order() {
    let (sender, receiver) = channel(0);
    let mut senders: Vec<_> = (0..4).map(|n| Task::new(sender.send_async(n))).collect();
    assert!(senders.iter_mut().all(|task| task.poll().is_pending()));
    drop(senders.remove(1));
    assert_eq!([(); 3].map(|()| receiver.try_recv()), [Ok(0), Ok(2), Ok(3)]);
    assert!(senders.iter_mut().all(|task| task.was_woken() && task.poll().is_ready()));
    let mut receivers: Vec<_> = (0..4).map(|_| Task::new(receiver.recv_async())).collect();
    assert!(receivers.iter_mut().all(|task| task.poll().is_pending()));
    drop(receivers.remove(1));
    for n in 0..3 {
        sender.try_send(n).unwrap();
    }
    assert_eq!(sender.try_send(3), Err(PushError::Full(3)));
    for (n, task) in receivers.iter_mut().enumerate() {
        assert!(task.was_woken());
        assert_eq!(task.poll(), Poll::Ready(Ok(n)));
    }
}

#[test]
fn the_newest_waker_is_the_one_that_counts() {
    let (sender, receiver) = channel(0);
    let mut receiving = Task::new(receiver.recv_async());
    assert!(receiving.poll().is_pending());
    let before = std::mem::take(&mut receiving.flag);
    assert!(receiving.poll().is_pending());
    sender.try_send(1).unwrap();
    assert!(receiving.was_woken() && !before.0.load(Ordering::SeqCst));
    assert_eq!(Arc::strong_count(&before), 1, "the old one is not kept");
    drop(receiving);
    assert_eq!(receiver.try_recv(), Ok(1));
}

#[test]
fn an_offer_that_is_dropped_is_dropped_once_and_one_that_is_taken_is_not() {
    let tally = Tally::default();
    let (sender, receiver) = channel(0);
    let mut sending = Task::new(sender.send_async(tally.item(0)));
    assert!(sending.poll().is_pending());
    drop(sending);
    assert_eq!((tally.alive(), receiver.try_recv().err()), (0, Some(PopError::Empty)));
    let mut sending = Task::new(sender.send_async(tally.item(1)));
    assert!(sending.poll().is_pending());
    let item = receiver.try_recv().unwrap_or_else(|_| panic!("it is on offer"));
    drop(sending);
    assert_eq!((item.n, tally.alive()), (1, 1));
    drop(item);
    assert_eq!((tally.made(), tally.dropped()), (2, 2));
}

#[test]
fn what_was_handed_to_a_dropped_future_goes_to_the_next() {
    let (sender, receiver) = channel(0);
    let mut first = Task::new(receiver.recv_async());
    let mut second = Task::new(receiver.recv_async());
    assert!(first.poll().is_pending() && second.poll().is_pending());
    sender.try_send(1).unwrap();
    assert!(first.was_woken() && !second.was_woken());
    drop(first);
    assert!(second.was_woken());
    assert_eq!(second.poll(), Poll::Ready(Ok(1)));
}

/// With nobody else there, what was handed over waits for the next receiver, before what others offer.
#[test]
fn what_was_handed_to_dropped_futures_is_received_next_and_in_order() {
    let (sender, receiver) = channel(0);
    let mut tasks = [(); 3].map(|()| Task::new(receiver.recv_async()));
    assert!(tasks.iter_mut().all(|task| task.poll().is_pending()));
    for n in 0..3 {
        sender.try_send(n).unwrap();
    }
    let [first, second, third] = tasks;
    drop(second);
    drop(third);
    drop(first);
    assert_eq!((receiver.len(), sender.try_send(3)), (3, Err(PushError::Full(3))));
    let mut sending = Task::new(sender.send_async(3));
    assert!(sending.poll().is_pending());
    assert_eq!([(); 4].map(|()| receiver.try_recv()), [Ok(0), Ok(1), Ok(2), Ok(3)]);
    assert!(sending.was_woken() && sending.poll().is_ready());
    assert_eq!(receiver.len(), 0);
}

/// A receiver is told that it is closed only when nothing can come any more.
#[test]
fn what_was_handed_over_before_it_closed_is_still_received() {
    let (sender, receiver) = channel(0);
    let mut first = Task::new(receiver.recv_async());
    let mut second = Task::new(receiver.recv_async());
    assert!(first.poll().is_pending());
    sender.try_send(1).unwrap();
    assert!(second.poll().is_pending());
    sender.close();
    assert_eq!((sender.state(), receiver.try_recv()), (State::Closing, Err(PopError::Busy)));
    assert!(second.was_woken() && second.poll().is_pending(), "the first may go");
    drop(first);
    assert!(second.was_woken());
    assert_eq!(second.poll(), Poll::Ready(Ok(1)));
    assert_eq!((receiver.state(), receiver.try_recv()), (State::Closed, Err(PopError::Closed)));

    let (sender, receiver) = channel(0);
    let mut first = Task::new(receiver.recv_async());
    let mut second = Task::new(receiver.recv_async());
    assert!(first.poll().is_pending());
    sender.try_send(1).unwrap();
    assert!(second.poll().is_pending());
    drop(sender);
    assert!(second.was_woken() && second.poll().is_pending());
    assert_eq!(first.poll(), Poll::Ready(Ok(1)));
    assert!(second.was_woken(), "now nothing comes");
    assert_eq!(second.poll(), Poll::Ready(Err(RecvError::Closed)));
}

#[test]
fn what_is_left_is_dropped_with_the_last_receiver() {
    let tally = Tally::default();
    let (sender, mut receiver) = channel(0);
    let there = receiver.clone();
    let mut first = Task::new(receiver.recv_async());
    let mut second = Task::new(there.recv_async());
    assert!(first.poll().is_pending() && second.poll().is_pending());
    assert!(sender.try_send(tally.item(0)).is_ok() && sender.try_send(tally.item(1)).is_ok());
    drop((first, second));
    assert_eq!((tally.alive(), receiver.len()), (2, 2));
    assert_eq!(
        now(std::future::poll_fn(|task| receiver.poll_recv(task))).unwrap().ok().map(|item| item.n),
        Some(0)
    );
    drop(there);
    assert_eq!(tally.alive(), 1);
    drop(receiver);
    assert_eq!(tally.alive(), 0);
    assert!(sender.is_closed());
}

#[test]
fn poll_recv_keeps_its_place_and_what_it_was_handed() {
    let (sender, mut receiver) = channel(0);
    let flag: Arc<Flag> = Arc::default();
    let waker = Waker::from(flag.clone());
    let mut task = Context::from_waker(&waker);
    assert!(receiver.poll_recv(&mut task).is_pending());
    sender.try_send(1).unwrap();
    assert!(flag.0.swap(false, Ordering::SeqCst));
    assert_eq!(receiver.poll_recv(&mut task), Poll::Ready(Ok(1)));

    assert!(receiver.poll_recv(&mut task).is_pending());
    sender.try_send(2).unwrap();
    assert_eq!(receiver.try_recv(), Ok(2), "what the end was handed it can receive otherwise");
    assert!(receiver.poll_recv(&mut task).is_pending());
    sender.try_send(3).unwrap();
    assert_eq!(now(receiver.recv_async()), Some(Ok(3)));
    assert_eq!(receiver.recv_timeout(std::time::Duration::ZERO), Err(RecvError::Timeout));

    let other = receiver.clone();
    assert!(receiver.poll_recv(&mut task).is_pending());
    sender.try_send(4).unwrap();
    assert_eq!(other.try_recv(), Err(PopError::Empty), "it is the first one's");
    drop(receiver);
    assert_eq!(other.try_recv(), Ok(4), "who goes passes it on");
    assert_eq!(Arc::strong_count(&flag), 2, "the waker goes with the end");
}

/// It keeps its item and its place, and sends to a receiver that waits.
#[test]
fn poll_send_is_woken_by_whoever_waits_for_an_item() {
    let (mut sender, mut receiver) = channel(0);
    let flag: Arc<Flag> = Arc::default();
    let waker = Waker::from(flag.clone());
    let mut task = Context::from_waker(&waker);
    let mut item = Some(1);
    assert!(sender.poll_send(&mut task, &mut item).is_pending());
    assert_eq!((receiver.try_recv(), item), (Err(PopError::Empty), Some(1)), "it offers nothing");
    assert!(flag.0.swap(false, Ordering::SeqCst));
    assert!(sender.poll_send(&mut task, &mut item).is_pending());
    for n in 1..3 {
        let mut receiving = Task::new(receiver.recv_async());
        assert!(receiving.poll().is_pending());
        assert!(flag.0.swap(false, Ordering::SeqCst));
        assert_eq!((sender.poll_send(&mut task, &mut item), item), (Poll::Ready(Ok(())), None));
        assert!(receiving.was_woken());
        assert_eq!(receiving.poll(), Poll::Ready(Ok(n)));
        item = Some(n + 1);
        assert!(sender.poll_send(&mut task, &mut item).is_pending());
    }
    let other: Arc<Flag> = Arc::default();
    assert!(receiver.poll_recv(&mut Context::from_waker(&Waker::from(other.clone()))).is_pending());
    assert!(flag.0.swap(false, Ordering::SeqCst));
    assert!(sender.poll_send(&mut task, &mut item).is_ready());
    assert!(other.0.swap(false, Ordering::SeqCst));
    assert_eq!(receiver.poll_recv(&mut task), Poll::Ready(Ok(3)));

    item = Some(4);
    assert!(sender.poll_send(&mut task, &mut item).is_pending());
    drop(receiver);
    assert!(flag.0.swap(false, Ordering::SeqCst));
    assert_eq!(sender.poll_send(&mut task, &mut item), Poll::Ready(Err(SendError::Closed(()))));
    assert_eq!((item, Arc::strong_count(&flag)), (Some(4), 2));
}

/// A sender that was called and goes without polling again hands that on.
#[test]
fn poll_send_that_goes_hands_its_wake_to_the_next() {
    let (mut first, receiver) = channel(0);
    let mut second = first.clone();
    let flags: [Arc<Flag>; 2] = Default::default();
    let wakers = flags.clone().map(Waker::from);
    let mut item = Some(1);
    assert!(first.poll_send(&mut Context::from_waker(&wakers[0]), &mut item).is_pending());
    assert!(second.poll_send(&mut Context::from_waker(&wakers[1]), &mut item).is_pending());
    let mut receiving = Task::new(receiver.recv_async());
    assert!(receiving.poll().is_pending());
    assert!(flags[0].0.swap(false, Ordering::SeqCst));
    drop(first);
    assert!(flags[1].0.swap(false, Ordering::SeqCst));
    assert!(second.poll_send(&mut Context::from_waker(&wakers[1]), &mut item).is_ready());
    assert!(receiving.was_woken());
    assert_eq!(receiving.poll(), Poll::Ready(Ok(1)));
}

/// Threads that only receive, also in selections, call whoever waits in `poll_send`.
#[test]
fn poll_send_and_threads_that_wait_are_not_both_left_asleep() {
    super::items::in_time(|| {
        let (mut sender, receiver) = channel(0);
        let (never, also) = channel::<u32>(1); // a ring: the selection cannot be met while it looks there
        let receiving = [(); 2].map(|()| {
            let (receiver, also) = (receiver.clone(), also.clone());
            std::thread::spawn(move || {
                let mut sum = 0;
                loop {
                    let item = match sum % 2 {
                        0 => receiver.recv(),
                        _ => annulus::select! {
                            recv(receiver) -> item => item,
                            recv(also) -> item => item,
                        },
                    };
                    match item {
                        Ok(n) => sum += n,
                        Err(_) => return sum,
                    }
                }
            })
        });
        drop(receiver);
        for n in 1..=2000 {
            let mut item = Some(n);
            futures_executor::block_on(std::future::poll_fn(|task| sender.poll_send(task, &mut item)))
                .unwrap();
        }
        drop((sender, never));
        assert_eq!(receiving.map(|thread| thread.join().unwrap()).iter().sum::<u32>(), 1000 * 2001);
    });
}

#[test]
fn a_last_receiver_that_was_handed_something_in_poll_recv_drops_it() {
    let tally = Tally::default();
    let (sender, mut receiver) = channel(0);
    assert!(now(std::future::poll_fn(|task| receiver.poll_recv(task))).is_none());
    assert!(sender.try_send(tally.item(0)).is_ok());
    drop(receiver);
    assert_eq!((tally.alive(), sender.state()), (0, State::Closed));
}

#[test]
fn what_many_have_not_sent_when_they_are_cancelled_stays_with_the_caller() {
    let (sender, receiver) = channel(0);
    let mut items: VecDeque<_> = (0..5).collect();
    {
        let mut sending = Task::new(sender.send_many_async(&mut items));
        for n in 0..3 {
            assert!(sending.poll().is_pending());
            assert_eq!(receiver.try_recv(), Ok(n));
            assert!(sending.was_woken());
        }
        assert!(sending.poll().is_pending());
    }
    assert_eq!(items, [3, 4]);
    assert_eq!(receiver.try_recv(), Err(PopError::Empty));
    let mut received = Vec::new();
    {
        let mut receiving = Task::new(receiver.recv_many_async(&mut received, 9));
        assert!(receiving.poll().is_pending());
        sender.try_send(7).unwrap();
        assert_eq!(receiving.poll(), Poll::Ready(Ok(1)));
    }
    let mut senders = [1, 2].map(|n| Task::new(sender.send_async(n)));
    assert!(senders.iter_mut().all(|task| task.poll().is_pending()));
    assert_eq!(now(receiver.recv_many_async(&mut received, 9)), Some(Ok(2)));
    assert_eq!(received, [7, 1, 2]);
    drop(senders);
    let mut sending = Task::new(sender.send_many_async(&mut items));
    assert!(sending.poll().is_pending());
    receiver.close();
    assert!(sending.was_woken());
    assert_eq!(sending.poll(), Poll::Ready(Err(SendError::Closed(()))));
    drop(sending);
    assert_eq!(items, [3, 4]);
}

#[test]
fn closed_is_ready_when_an_end_has_closed() {
    let (sender, receiver) = channel::<u8>(0);
    let mut closed = Task::new(sender.closed());
    assert!(closed.poll().is_pending());
    drop(receiver);
    assert!(closed.was_woken() && closed.poll().is_ready());
}

struct Loud;

impl Wake for Loud {
    fn wake(self: Arc<Self>) {
        panic!("as planned");
    }
}

/// Whoever fetches the last item of a channel that is closed wakes who waits to learn that nothing comes.
#[test]
fn a_waker_that_panics_leaves_those_who_wait_as_they_are() {
    let panics = |act: &mut dyn FnMut()| std::panic::catch_unwind(std::panic::AssertUnwindSafe(act)).is_err();
    let (sender, receiver) = channel(0);
    let (mut first, mut second) = (Task::new(receiver.recv_async()), receiver.recv_async());
    assert!(first.poll().is_pending());
    sender.try_send(1).unwrap();
    let waker = Waker::from(Arc::new(Loud));
    let mut loud = Context::from_waker(&waker);
    assert!(std::future::Future::poll(pin!(&mut second), &mut loud).is_pending());
    assert!(panics(&mut || sender.close()));
    assert!(std::future::Future::poll(pin!(&mut second), &mut loud).is_pending());
    assert!(panics(&mut || assert!(first.poll().is_pending())));
    drop(first);
    assert_eq!(now(&mut second), Some(Err(RecvError::Closed)));
    drop(second);
    let mut others = [(); 3].map(|()| Task::new(receiver.recv_async()));
    assert!(others.iter_mut().all(|task| task.poll() == Poll::Ready(Err(RecvError::Closed))));
}

#[test]
fn a_waker_that_panics_keeps_nobody_else_asleep() {
    let (sender, receiver) = channel::<u8>(0);
    let mut first = receiver.recv_async();
    let waker = Waker::from(Arc::new(Loud));
    assert!(std::future::Future::poll(pin!(&mut first), &mut Context::from_waker(&waker)).is_pending());
    let mut others: Vec<_> = (0..20).map(|_| Task::new(receiver.recv_async())).collect();
    assert!(others.iter_mut().all(|task| task.poll().is_pending()));
    let closing = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| sender.close()));
    assert!(closing.is_err());
    for mut task in others {
        assert!(task.was_woken());
        assert_eq!(task.poll(), Poll::Ready(Err(RecvError::Closed)));
    }
}

#[test]
fn an_offer_that_panics_when_it_is_dropped_leaves_the_others() {
    struct Spiky(bool, #[allow(dead_code)] Item);
    impl Drop for Spiky {
        fn drop(&mut self) {
            assert!(!self.0, "as planned");
        }
    }
    let tally = Tally::default();
    let (sender, receiver) = channel(0);
    let mut tasks = [0, 1, 2].map(|n| Task::new(sender.send_async(Spiky(n == 1, tally.item(n)))));
    assert!(tasks.iter_mut().all(|task| task.poll().is_pending()));
    let [first, second, third] = tasks;
    let gone = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(second)));
    assert!(gone.is_err());
    assert_eq!(receiver.recv().map(|item| item.1.n).ok(), Some(0));
    assert_eq!(receiver.recv().map(|item| item.1.n).ok(), Some(2));
    drop((first, third));
    assert_eq!((tally.made(), tally.dropped()), (3, 3));
}

/// Two senders and two receivers. Each future is dropped after `cancel` polls and begun anew with another item: whatever the number and
/// the order of the polls, what was sent is received, no item twice, and all others are dropped with their future. One side may try only
/// (1, 2), and the futures may live on for a while before they are dropped (3).
#[test]
fn futures_that_are_dropped_at_any_poll_lose_nothing() {
    for cancel in 1..4 {
        for way in 0..4 {
            for order in 0..512_u32 {
                let tally = Tally::default();
                let (sender, receiver) = channel(0);
                let (sent, received) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
                let mut tasks: Vec<Task<'_, ()>> = Vec::new();
                for me in 0..2 {
                    let (sender, tally, sent) = (sender.clone(), tally.clone(), &sent);
                    tasks.push(Task::new(async move {
                        for n in 0..8 {
                            let n = me * 8 + n;
                            if way == 1 {
                                if sender.try_send(tally.item(n)).is_ok() {
                                    sent.borrow_mut().push(n);
                                }
                                Turn::default().await;
                                continue;
                            }
                            let mut future = Box::pin(sender.send_async(tally.item(n)));
                            let done = Impatient { polls: cancel, future: future.as_mut() }.await;
                            let lingers = (way == 3).then_some(future);
                            match done {
                                Some(Ok(())) => sent.borrow_mut().push(n),
                                Some(Err(_)) => panic!("it is open"),
                                None => Turn::default().await,
                            }
                            drop(lingers);
                        }
                    }));
                    let (receiver, received) = (receiver.clone(), &received);
                    tasks.push(Task::new(async move {
                        for n in 0.. {
                            if way == 2 {
                                match receiver.try_recv() {
                                    Ok(item) => received.borrow_mut().push(item.n),
                                    Err(PopError::Closed) => break,
                                    Err(_) => {}
                                }
                                Turn::default().await;
                                continue;
                            }
                            let mut future = Box::pin(receiver.recv_async());
                            let done = Impatient { polls: cancel, future: future.as_mut() }.await;
                            // Two who always linger could pass the last item to and fro for ever.
                            let lingers = (way == 3 && n < 20).then_some(future);
                            match done {
                                Some(Ok(item)) => received.borrow_mut().push(item.n),
                                Some(Err(_)) => break,
                                None => Turn::default().await,
                            }
                            drop(lingers);
                        }
                    }));
                }
                drop((sender, receiver));
                tasks.iter().for_each(|task| task.flag.0.store(true, Ordering::SeqCst));
                let (mut bits, mut steps) = (order | 1 << 9, 0);
                while tasks.iter().any(|task| task.future.is_some()) {
                    bits = if bits <= 1 { 0b10_1101_0011 } else { bits };
                    let first = (bits & 3) as usize;
                    bits >>= 1;
                    for at in (first..4).chain(0..first) {
                        if tasks[at].future.is_some() && tasks[at].was_woken() {
                            let _ = tasks[at].poll();
                            break;
                        }
                    }
                    steps += 1;
                    assert!(steps < 10_000, "somebody is left asleep: {cancel} {way} {order}");
                }
                drop(tasks);
                let (sent, received) = (sent.into_inner(), received.into_inner());
                let unique: std::collections::BTreeSet<_> = received.iter().copied().collect();
                assert_eq!(unique.len(), received.len(), "twice: {received:?}");
                assert!(sent.iter().all(|n| unique.contains(n)), "{sent:?} {received:?}");
                assert_eq!(tally.alive(), 0);
            }
        }
    }
}
