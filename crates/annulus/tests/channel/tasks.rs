//! Tasks under an executor that does one thing at a time and in an order that a number decides: so that every future is dropped, once, at
//! each of its polls; and at random.
use super::items::Tally;
use annulus::{PopError, RecvError, SendError};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// Notes that it was woken.
#[derive(Default)]
pub(crate) struct Flag(pub(crate) AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A future with the flag of its task.
pub(crate) struct Task<'a, R> {
    pub(crate) future: Option<Pin<Box<dyn Future<Output = R> + 'a>>>,
    pub(crate) flag: Arc<Flag>,
}

impl<'a, R> Task<'a, R> {
    pub(crate) fn new(future: impl Future<Output = R> + 'a) -> Self {
        Self { future: Some(Box::pin(future)), flag: Arc::default() }
    }

    pub(crate) fn poll(&mut self) -> Poll<R> {
        let waker = Waker::from(self.flag.clone());
        let polled = self.future.as_mut().expect("not ended").as_mut().poll(&mut Context::from_waker(&waker));
        if polled.is_ready() {
            self.future = None;
        }
        polled
    }

    /// Since this was asked last.
    pub(crate) fn was_woken(&self) -> bool {
        self.flag.0.swap(false, Ordering::SeqCst)
    }
}

pub(crate) fn now<R>(future: impl Future<Output = R>) -> Option<R> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => Some(result),
        Poll::Pending => None,
    }
}

macro_rules! each {
    ($($module:ident: $sender:pat, $receiver:pat => $s:ident, $r:ident;)*) => {$(
        mod $module {
            use super::*;

            #[test]
            fn a_future_is_ready_at_once_if_it_can_be() {
                let ($sender, $receiver) = crate::kinds::$module::channel(1);
                assert_eq!(now($s.send_async(1)), Some(Ok(())));
                assert_eq!(now($s.send_async(2)), None, "the item is dropped with the future");
                assert_eq!(now($r.recv_async()), Some(Ok(1)));
                assert_eq!(now($r.recv_async()), None);
                drop($s);
                assert_eq!(now($r.recv_async()), Some(Err(RecvError::Closed)));
            }

            #[test]
            fn a_task_that_waits_is_woken_once_it_can_go_on() {
                let ($sender, $receiver) = crate::kinds::$module::channel(1);
                let mut receiving = Task::new($r.recv_async());
                assert!(receiving.poll().is_pending() && !receiving.was_woken());
                $s.try_send(1).unwrap();
                assert!(receiving.was_woken());
                assert_eq!(receiving.poll(), Poll::Ready(Ok(1)));
                $s.try_send(2).unwrap();
                let mut sending = Task::new($s.send_async(3));
                assert!(sending.poll().is_pending() && !sending.was_woken());
                drop(receiving);
                assert_eq!($r.try_recv(), Ok(2));
                assert!(sending.was_woken());
                assert_eq!(sending.poll(), Poll::Ready(Ok(())));
                drop(sending);
                assert_eq!($r.try_recv(), Ok(3));
            }

            #[test]
            fn the_newest_waker_is_the_one_that_counts() {
                let ($sender, $receiver) = crate::kinds::$module::channel(1);
                let mut receiving = Task::new($r.recv_async());
                assert!(receiving.poll().is_pending());
                let before = std::mem::take(&mut receiving.flag);
                assert!(receiving.poll().is_pending());
                $s.try_send(1).unwrap();
                assert!(receiving.was_woken() && !before.0.load(Ordering::SeqCst));
                assert_eq!(Arc::strong_count(&before), 1, "the old one is not kept");
            }

            #[test]
            fn whoever_waits_learns_that_it_closes() {
                let ($sender, $receiver) = crate::kinds::$module::channel::<u8>(1);
                let mut receiving = Task::new($r.recv_async());
                assert!(receiving.poll().is_pending());
                drop($s);
                assert!(receiving.was_woken());
                assert_eq!(receiving.poll(), Poll::Ready(Err(RecvError::Closed)));
                drop(receiving);
                let ($sender, $receiver) = crate::kinds::$module::channel(1);
                $s.try_send(1).unwrap();
                let mut sending = Task::new($s.send_async(2));
                assert!(sending.poll().is_pending());
                drop($r);
                assert!(sending.was_woken());
                assert_eq!(sending.poll(), Poll::Ready(Err(SendError::Closed(2))));
            }

            #[test]
            fn closed_is_ready_when_an_end_has_closed() {
                let ($sender, $receiver) = crate::kinds::$module::channel(1);
                {
                    let mut closed = Task::new($s.closed());
                    assert!(closed.poll().is_pending());
                    assert!(!closed.was_woken());
                    let mut $r = $r;
                    let _ = &mut $r;
                    drop($r);
                    assert!(closed.was_woken());
                    assert!(closed.poll().is_ready());
                }
                assert_eq!($s.try_send(1).map_err(|error| error.is_closed()), Err(true));
            }

            #[test]
            fn poll_recv_keeps_its_place_between_two_calls() {
                let ($sender, mut receiver) = crate::kinds::$module::channel(1);
                let flag: Arc<Flag> = Arc::default();
                let waker = Waker::from(flag.clone());
                let mut task = Context::from_waker(&waker);
                assert!(receiver.poll_recv(&mut task).is_pending());
                $s.try_send(1).unwrap();
                assert!(flag.0.swap(false, Ordering::SeqCst));
                assert_eq!(receiver.poll_recv(&mut task), Poll::Ready(Ok(1)));
                assert!(receiver.poll_recv(&mut task).is_pending());
                drop(receiver);
                assert_eq!(Arc::strong_count(&flag), 2, "the waker goes with the end");
            }

            #[test]
            fn poll_send_keeps_its_place_between_two_calls_and_the_item_until_it_is_sent() {
                let (mut sender, $receiver) = crate::kinds::$module::channel(1);
                let flag: Arc<Flag> = Arc::default();
                let waker = Waker::from(flag.clone());
                let mut task = Context::from_waker(&waker);
                let mut item = Some(1);
                assert_eq!((sender.poll_send(&mut task, &mut item), item), (Poll::Ready(Ok(())), None));
                item = Some(2);
                assert!(sender.poll_send(&mut task, &mut item).is_pending());
                assert_eq!(item, Some(2));
                assert_eq!($r.try_recv(), Ok(1));
                assert!(flag.0.swap(false, Ordering::SeqCst));
                item = Some(3); // another one will do
                assert_eq!((sender.poll_send(&mut task, &mut item), item), (Poll::Ready(Ok(())), None));
                item = Some(4);
                assert!(sender.poll_send(&mut task, &mut item).is_pending());
                assert_eq!($r.try_recv(), Ok(3));
                drop(sender);
                assert_eq!(Arc::strong_count(&flag), 2, "the waker goes with the end");
                assert_eq!((item, $r.try_recv()), (Some(4), Err(PopError::Closed)));
            }

            #[test]
            fn poll_send_learns_that_it_closes_and_leaves_the_item() {
                let (mut sender, $receiver) = crate::kinds::$module::channel(1);
                let flag: Arc<Flag> = Arc::default();
                let waker = Waker::from(flag.clone());
                let mut task = Context::from_waker(&waker);
                sender.try_send(1).unwrap();
                let mut item = Some(2);
                assert!(sender.poll_send(&mut task, &mut item).is_pending());
                drop($r);
                assert!(flag.0.swap(false, Ordering::SeqCst));
                let refused = sender.poll_send(&mut task, &mut item);
                assert_eq!((refused, item), (Poll::Ready(Err(SendError::Closed(()))), Some(2)));
                assert_eq!(Arc::strong_count(&flag), 2, "nobody waits any more");
            }

            #[test]
            fn what_many_have_not_sent_when_they_are_cancelled_stays_with_the_caller() {
                let ($sender, $receiver) = crate::kinds::$module::channel(2);
                let mut items: VecDeque<_> = (0..5).collect();
                assert_eq!(now($s.send_many_async(&mut items)), None);
                assert_eq!(items, [2, 3, 4]);
                let mut received = Vec::new();
                assert_eq!(now($r.recv_many_async(&mut received, 9)), Some(Ok(2)));
                assert_eq!(now($r.recv_many_async(&mut received, 9)), None);
                assert_eq!(received, [0, 1]);
            }

            /// A sender and a receiver of twelve items. Each future is dropped after `cancel` polls and begun anew: no item is lost or comes
            /// twice, whatever the number, the capacity and the order of the polls.
            #[test]
            fn futures_that_are_dropped_at_any_poll_lose_nothing() {
                for capacity in [1, 2, 3] {
                    for cancel in 1..4 {
                        for order in 0..256_u32 {
                            let tally = Tally::default();
                            let ($sender, $receiver) = crate::kinds::$module::channel(capacity);
                            let (tally_there, received) = (tally.clone(), std::cell::RefCell::new(Vec::new()));
                            let mut sending = Task::new(async move {
                                let mut n = 0;
                                while n < 12 {
                                    let sent = Impatient { polls: cancel, future: pin!($s.send_async(tally_there.item(n))) }.await;
                                    match sent {
                                        Some(sent) => n += usize::from(sent.is_ok()),
                                        None => Turn::default().await,
                                    }
                                }
                            });
                            let mut receiving = Task::new(async {
                                let $receiver = $r;
                                loop {
                                    match (Impatient { polls: cancel, future: pin!($r.recv_async()) }).await {
                                        Some(Ok(item)) => received.borrow_mut().push(item.n),
                                        Some(Err(_)) => break,
                                        None => Turn::default().await,
                                    }
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

/// Polls two tasks that are woken, in an order that the lower eight bits of a number decide, until both have ended.
pub(super) fn to_the_end<'a>(order: u32, sending: &mut Task<'a, ()>, receiving: &mut Task<'a, ()>) {
    sending.flag.0.store(true, Ordering::SeqCst);
    receiving.flag.0.store(true, Ordering::SeqCst);
    let mut order = order | 1 << 8;
    let mut steps = 0;
    while sending.future.is_some() || receiving.future.is_some() {
        order = if order == 1 { 0b1_0110_1001 } else { order };
        let first = order & 1 == 1;
        order >>= 1;
        for sends in [first, !first] {
            let task = if sends { &mut *sending } else { &mut *receiving };
            if task.future.is_some() && task.was_woken() {
                let _ = task.poll();
                break;
            }
        }
        steps += 1;
        assert!(steps < 10_000, "somebody is left asleep");
    }
}

/// Lets others have their turn.
#[derive(Default)]
pub(crate) struct Turn(bool);

impl Future for Turn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        task.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Gives a future so many polls.
pub(crate) struct Impatient<'a, F> {
    pub(crate) polls: u32,
    pub(crate) future: Pin<&'a mut F>,
}

impl<F: Future> Future for Impatient<'_, F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<F::Output>> {
        if let Poll::Ready(result) = self.future.as_mut().poll(task) {
            return Poll::Ready(Some(result));
        }
        self.polls -= 1;
        if self.polls == 0 { Poll::Ready(None) } else { Poll::Pending }
    }
}

/// Two receivers wait; the first is dropped after its wake. The second gets it.
#[test]
fn a_wake_that_comes_to_a_dropped_future_goes_to_the_next() {
    let (sender, receiver) = annulus::mpmc::channel(2);
    let mut first = Task::new(receiver.recv_async());
    let mut second = Task::new(receiver.recv_async());
    assert!(first.poll().is_pending() && second.poll().is_pending());
    sender.try_send(1).unwrap();
    assert!(first.was_woken() && !second.was_woken(), "the one that has waited longer");
    drop(first);
    assert!(second.was_woken());
    assert_eq!(second.poll(), Poll::Ready(Ok(1)));
}

/// The same of senders.
#[test]
fn room_that_comes_to_a_dropped_future_goes_to_the_next() {
    let (sender, receiver) = annulus::mpsc::channel(1);
    sender.try_send(0).unwrap();
    let mut first = Task::new(sender.send_async(1));
    let mut second = Task::new(sender.send_async(2));
    assert!(first.poll().is_pending() && second.poll().is_pending());
    let mut receiver = receiver;
    assert_eq!(receiver.try_recv(), Ok(0));
    assert!(first.was_woken() && !second.was_woken());
    drop(first);
    assert!(second.was_woken());
    assert_eq!(second.poll(), Poll::Ready(Ok(())));
    assert_eq!(receiver.try_recv(), Ok(2));
}

/// And of an end that is polled, which has its place until it goes.
#[test]
fn room_that_comes_to_an_end_that_was_polled_and_goes_comes_to_the_next() {
    let (mut sender, receiver) = annulus::mpmc::channel(1);
    let another = sender.clone();
    sender.try_send(0).unwrap();
    assert!(sender.poll_send(&mut Context::from_waker(Waker::noop()), &mut Some(1)).is_pending());
    let mut second = Task::new(another.send_async(2));
    assert!(second.poll().is_pending());
    assert_eq!(receiver.try_recv(), Ok(0));
    assert!(!second.was_woken(), "it was not the first");
    drop(sender);
    assert!(second.was_woken());
    assert_eq!(second.poll(), Poll::Ready(Ok(())));
}

/// Whoever loses what it was woken for to one that did not wait is the next to be woken all the same.
#[test]
fn who_comes_too_late_keeps_its_place() {
    let (sender, receiver) = annulus::pool::channel(2);
    let mut first = Task::new(receiver.recv_async());
    let mut second = Task::new(receiver.recv_async());
    assert!(first.poll().is_pending() && second.poll().is_pending());
    sender.try_send(1).unwrap();
    assert_eq!(receiver.try_recv(), Ok(1), "an item is nobody's until it is taken");
    assert!(first.was_woken() && first.poll().is_pending());
    sender.try_send(2).unwrap();
    assert!(first.was_woken() && !second.was_woken());
    assert_eq!(first.poll(), Poll::Ready(Ok(2)));
}

/// Threads and tasks wait in one line.
#[test]
fn a_task_and_a_thread_wait_for_the_same() {
    let (sender, receiver) = annulus::mpmc::channel(2);
    let mut task = Task::new(receiver.recv_async());
    assert!(task.poll().is_pending());
    let another = receiver.clone();
    let thread = std::thread::spawn(move || another.recv());
    while sender.receiver_count() < 2 {
        std::thread::yield_now();
    }
    std::thread::sleep(std::time::Duration::from_millis(20));
    sender.send(1).unwrap();
    sender.send(2).unwrap();
    assert!(task.was_woken());
    let of_task = task.poll();
    let of_thread = thread.join().unwrap();
    let both = [of_task, Poll::Ready(of_thread)];
    assert!(
        both == [Poll::Ready(Ok(1)), Poll::Ready(Ok(2))] || both == [Poll::Ready(Ok(2)), Poll::Ready(Ok(1))],
        "{both:?}"
    );
}

/// Twenty wait behind one whose waker panics: closing panics, and wakes them all.
#[test]
fn a_waker_that_panics_keeps_nobody_else_asleep() {
    struct Loud;
    impl Wake for Loud {
        fn wake(self: Arc<Self>) {
            panic!("as planned");
        }
    }
    let (sender, receiver) = annulus::mpmc::channel::<u8>(1);
    let mut first = receiver.recv_async();
    let waker = Waker::from(Arc::new(Loud));
    assert!(Pin::new(&mut first).poll(&mut Context::from_waker(&waker)).is_pending());
    let mut others: Vec<_> = (0..20).map(|_| Task::new(receiver.recv_async())).collect();
    assert!(others.iter_mut().all(|task| task.poll().is_pending()));
    let closing = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| sender.close()));
    assert!(closing.is_err());
    for mut task in others {
        assert!(task.was_woken());
        assert_eq!(task.poll(), Poll::Ready(Err(RecvError::Closed)));
    }
}
