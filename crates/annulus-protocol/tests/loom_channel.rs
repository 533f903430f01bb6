//! Nobody who waits on a channel is left asleep, and nothing in it is lost: the shipped text of `annulus::wait` and `annulus::channel`, over
//! the shipped ring of turns. Labels: E3, E4, E5.
#![cfg(loom)]
#![allow(dead_code)] // each model uses its own part

#[path = "loom_support/channel.rs"]
mod channel;
#[path = "loom_support/ring.rs"]
mod ring;
#[path = "loom_support/wait.rs"]
mod wait;

use channel::{Both, Core, End, Ends, Inlet, Putting, Receiving, RecvError, SendError, Taking};
use loom::sync::atomic::{AtomicBool, Ordering};
use loom::thread;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use wait::{Attempt, Patience, Waiting};

/// What a ring answers, as in `annulus`.
mod error {
    #[derive(Debug)]
    pub(crate) enum PushError<T> {
        Full(T),
        Busy(T),
        Closed(T),
    }

    #[derive(Debug)]
    pub(crate) enum PopError {
        Empty,
        Busy,
        Closed,
    }
}

/// A task that notes that it was woken.
struct Task(AtomicBool);

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.0.swap(true, Ordering::SeqCst); // loom may order a plain store before an exchange that did not read it
    }
}

impl Task {
    fn new() -> Arc<Self> {
        Arc::new(Self(AtomicBool::new(false)))
    }

    fn was_woken(&self) -> bool {
        self.0.swap(false, Ordering::SeqCst)
    }
}

/// A channel with `N` slots.
struct Channel<T, const N: usize> {
    core: Core<T, Ends<N>>,
    producer: Both<T, N>,
    consumer: Both<T, N>,
}

impl<T, const N: usize> Channel<T, N> {
    fn new() -> Arc<Self> {
        let (producer, consumer) = Both::ends();
        Arc::new(Self { core: Core::new(), producer, consumer })
    }

    fn send(&self, value: T) -> Option<Result<(), SendError<T>>> {
        Putting { end: self.producer.another(), core: &self.core, value: Some(value) }.attempt()
    }

    fn receiving(&self) -> Taking<'_, T, Ends<N>, Both<T, N>> {
        Taking { end: self.consumer.another(), core: &self.core }
    }

    fn close(&self) {
        self.consumer.another().close();
        self.core.closed();
    }
}

/// Polls an attempt with a task.
fn poll<A: Attempt>(waiting: &mut Waiting<'_>, attempt: &mut A, task: &Arc<Task>) -> Poll<A::Done> {
    let waker = Waker::from(task.clone());
    waiting.poll(attempt, &Context::from_waker(&waker))
}

/// Either the receiver finds the item, or it is woken and finds it then.
#[test]
fn a_send_and_a_receiver_that_goes_to_sleep_never_miss_each_other() {
    loom::model(|| {
        let channel = Channel::<u32, 1>::new();
        let there = channel.clone();
        let receiver = thread::spawn(move || {
            let task = Task::new();
            let mut waiting = Waiting::new(&there.core.items.waiters);
            let first = poll(&mut waiting, &mut there.receiving(), &task);
            (first, task, waiting.suspend())
        });
        assert_eq!(channel.send(7), Some(Ok(())));
        let (mut answer, task, ticket) = receiver.join().unwrap();
        let mut waiting = Waiting::resumed(&channel.core.items.waiters, ticket);
        if answer.is_pending() {
            assert!(task.was_woken(), "the receiver is left asleep");
            answer = poll(&mut waiting, &mut channel.receiving(), &task);
        }
        assert_eq!(answer, Poll::Ready(Ok(7)));
    });
}

/// The same of a sender that waits for room.
#[test]
fn a_receive_and_a_sender_that_goes_to_sleep_never_miss_each_other() {
    loom::model(|| {
        let channel = Channel::<u32, 1>::new();
        assert_eq!(channel.send(1), Some(Ok(())));
        let there = channel.clone();
        let sender = thread::spawn(move || {
            let task = Task::new();
            let mut waiting = Waiting::new(&there.core.room.waiters);
            let mut putting = Putting { end: there.producer.another(), core: &there.core, value: Some(2) };
            let first = poll(&mut waiting, &mut putting, &task);
            (first, task, waiting.suspend(), putting.value.take())
        });
        assert_eq!(channel.receiving().attempt(), Some(Ok(1)));
        let (mut answer, task, ticket, value) = sender.join().unwrap();
        let mut waiting = Waiting::resumed(&channel.core.room.waiters, ticket);
        if answer.is_pending() {
            assert!(task.was_woken(), "the sender is left asleep");
            let mut putting = Putting { end: channel.producer.another(), core: &channel.core, value };
            answer = poll(&mut waiting, &mut putting, &task);
        }
        assert_eq!(answer, Poll::Ready(Ok(())));
        assert_eq!(channel.receiving().attempt(), Some(Ok(2)));
    });
}

/// Two wait, one of them goes at the moment an item comes: the other one gets it, or is woken and gets it.
#[test]
fn a_receiver_that_goes_hands_its_wake_on() {
    loom::model(|| {
        let channel = Channel::<u32, 1>::new();
        let tasks = [Task::new(), Task::new()];
        let mut first = Waiting::new(&channel.core.items.waiters);
        let mut second = Waiting::new(&channel.core.items.waiters);
        assert!(poll(&mut first, &mut channel.receiving(), &tasks[0]).is_pending());
        assert!(poll(&mut second, &mut channel.receiving(), &tasks[1]).is_pending());
        let (first, second) = (first.suspend(), second.suspend());
        let there = channel.clone();
        let cancel = thread::spawn(move || drop(Waiting::resumed(&there.core.items.waiters, first)));
        assert_eq!(channel.send(7), Some(Ok(())));
        cancel.join().unwrap();
        let mut second = Waiting::resumed(&channel.core.items.waiters, second);
        assert!(tasks[1].was_woken(), "the wake went with who was cancelled");
        assert_eq!(poll(&mut second, &mut channel.receiving(), &tasks[1]), Poll::Ready(Ok(7)));
    });
}

/// A selection waits for two things, another receiver for one of them, behind it. Both come; the selection takes one, and the other
/// receiver gets what it leaves.
#[test]
fn a_selection_hands_on_the_wake_for_what_it_did_not_choose() {
    loom::model(|| {
        let channels = [Channel::<u32, 1>::new(), Channel::<u32, 1>::new()];
        let tasks = [Task::new(), Task::new()];
        let mut arms = channels.each_ref().map(|channel| Waiting::new(&channel.core.items.waiters));
        for (arm, channel) in arms.iter_mut().zip(&channels) {
            assert!(poll(arm, &mut channel.receiving(), &tasks[0]).is_pending());
        }
        let mut other = Waiting::new(&channels[0].core.items.waiters);
        assert!(poll(&mut other, &mut channels[0].receiving(), &tasks[1]).is_pending());
        let senders =
            channels.clone().map(|there| thread::spawn(move || assert_eq!(there.send(7), Some(Ok(())))));
        let choose = |mut arms: [Waiting<'_>; 2]| {
            let chosen =
                [1, 0].into_iter().find(|&at| arms[at].attempt(&mut channels[at].receiving()).is_some());
            match chosen {
                Some(at) => Ok(at), // the arms go
                None => Err(arms.map(Waiting::suspend)),
            }
        };
        let mut chosen = choose(arms);
        senders.map(|sender| sender.join().unwrap());
        if let Err(tickets) = chosen {
            assert!(tasks[0].was_woken(), "the selection is left asleep");
            let mut tickets = tickets.into_iter();
            let arms = channels
                .each_ref()
                .map(|channel| Waiting::resumed(&channel.core.items.waiters, tickets.next().flatten()));
            chosen = choose(arms);
        }
        if chosen.is_ok_and(|at| at == 1) {
            assert!(tasks[1].was_woken(), "the wake went with the selection");
            assert_eq!(poll(&mut other, &mut channels[0].receiving(), &tasks[1]), Poll::Ready(Ok(7)));
        }
    });
}

/// One sleeps and one looks while two items come: nobody is called for what the one that looks may take. It takes one, or goes to sleep; in
/// the end each of them has an item.
#[test]
fn who_looks_leaves_nobody_asleep_beside_what_was_left_to_it() {
    loom::model(|| {
        let channel = Channel::<u32, 2>::new();
        let tasks = [Task::new(), Task::new()];
        let mut sleeper = Waiting::new(&channel.core.items.waiters);
        assert!(poll(&mut sleeper, &mut channel.receiving(), &tasks[0]).is_pending());
        let there = (channel.clone(), tasks[1].clone());
        let looker = thread::spawn(move || {
            let (channel, task) = there;
            let mut waiting = Waiting::new(&channel.core.items.waiters);
            let answer = match waiting.look(&Patience::new(), &mut channel.receiving()) {
                Some(item) => Poll::Ready(item),
                None => poll(&mut waiting, &mut channel.receiving(), &task),
            };
            (answer, waiting.suspend())
        });
        assert_eq!((channel.send(7), channel.send(7)), (Some(Ok(())), Some(Ok(()))));
        let (mut looked, ticket) = looker.join().unwrap();
        let mut looker = Waiting::resumed(&channel.core.items.waiters, ticket);
        if looked.is_pending() && tasks[1].was_woken() {
            looked = poll(&mut looker, &mut channel.receiving(), &tasks[1]);
        }
        assert!(tasks[0].was_woken(), "the one that slept before is left asleep");
        assert_eq!(poll(&mut sleeper, &mut channel.receiving(), &tasks[0]), Poll::Ready(Ok(7)));
        if looked.is_pending() {
            assert!(tasks[1].was_woken(), "the one that looked is left asleep");
            looked = poll(&mut looker, &mut channel.receiving(), &tasks[1]);
        }
        assert_eq!(looked, Poll::Ready(Ok(7)));
    });
}

/// A thread that blocks and a task, behind each other in the line, while two items come: both are served, whoever is called first.
#[test]
fn a_thread_and_a_task_that_wait_are_both_served() {
    loom::model(|| {
        let channel = Channel::<u32, 2>::new();
        let task = Task::new();
        let mut waiting = Waiting::new(&channel.core.items.waiters);
        assert!(poll(&mut waiting, &mut channel.receiving(), &task).is_pending());
        let there = channel.clone();
        let thread = thread::spawn(move || {
            let queueing = &there.core.items;
            wait::block(&queueing.waiters, &queueing.patience, &mut there.receiving(), None)
        });
        assert_eq!((channel.send(7), channel.send(7)), (Some(Ok(())), Some(Ok(()))));
        assert_eq!(thread.join().unwrap(), Some(Ok(7)), "or the model finds that it sleeps for ever");
        assert!(task.was_woken(), "the task is left asleep");
        assert_eq!(poll(&mut waiting, &mut channel.receiving(), &task), Poll::Ready(Ok(7)));
    });
}

/// A thread that blocks, and a sender that is a task: each goes on when the other has done its part.
#[test]
fn a_thread_that_receives_and_a_task_that_sends_wait_for_each_other() {
    loom::model(|| {
        let channel = Channel::<u32, 1>::new();
        assert_eq!(channel.send(1), Some(Ok(())));
        let task = Task::new();
        let mut waiting = Waiting::new(&channel.core.room.waiters);
        let mut putting = Putting { end: channel.producer.another(), core: &channel.core, value: Some(2) };
        assert!(poll(&mut waiting, &mut putting, &task).is_pending());
        let there = channel.clone();
        let thread = thread::spawn(move || {
            let queueing = &there.core.items;
            [(); 2].map(|()| wait::block(&queueing.waiters, &queueing.patience, &mut there.receiving(), None))
        });
        while !task.was_woken() {
            thread::yield_now();
        }
        assert_eq!(poll(&mut waiting, &mut putting, &task), Poll::Ready(Ok(())));
        assert_eq!(thread.join().unwrap(), [Some(Ok(1)), Some(Ok(2))]);
    });
}

/// Two slots are reserved, and committed in any order, while two receivers wait; one of them looks whenever it is woken. In the end whoever
/// was woken looks again, and so on: then both have an item. A wake for the second item that is used up while the first one is in the way
/// must not be the last.
#[test]
fn who_is_woken_for_an_item_behind_another_one_does_not_use_the_wake_up() {
    loom::model(|| {
        let channel = Channel::<u32, 2>::new();
        let turns = channel.producer.ring().turns();
        let slots = [turns.reserve().unwrap(), turns.reserve().unwrap()];
        let tasks = [Task::new(), Task::new()];
        let mut tickets = [None, None];
        for (ticket, task) in tickets.iter_mut().zip(&tasks) {
            let mut waiting = Waiting::new(&channel.core.items.waiters);
            assert!(poll(&mut waiting, &mut channel.receiving(), task).is_pending());
            *ticket = waiting.suspend();
        }
        let commits = slots.map(|slot| {
            let there = channel.clone();
            thread::spawn(move || {
                let name = there.producer.name(7);
                let turns = there.producer.ring().turns();
                there.producer.ring().replace(turns.index_to_write(&slot), name);
                turns.commit(slot);
                there.core.put(1);
            })
        });
        let mut received = 0;
        let mut look = |n: usize| {
            if !tasks[n].was_woken() {
                return false;
            }
            let mut waiting = Waiting::resumed(&channel.core.items.waiters, tickets[n].take());
            match poll(&mut waiting, &mut channel.receiving(), &tasks[n]) {
                Poll::Ready(item) => {
                    assert_eq!(item, Ok(7));
                    received += 1;
                }
                Poll::Pending => tickets[n] = waiting.suspend(),
            }
            true
        };
        look(0);
        commits.map(|commit| commit.join().unwrap());
        while look(0) || look(1) {}
        assert_eq!(received, 2, "a receiver sleeps beside an item");
    });
}

/// A slot is abandoned while a sender waits for its room, and a receiver looks, and looks again if it is woken. It is room only when the
/// receiver has gone past it, and finds nothing; and the sender is woken all the same.
#[test]
fn who_waits_for_the_room_of_an_abandoned_slot_is_woken_by_who_goes_past_it() {
    loom::model(|| {
        let channel = Channel::<u32, 1>::new();
        let slot = channel.producer.ring().turns().reserve().unwrap();
        let tasks = [Task::new(), Task::new()];
        let mut waiting = Waiting::new(&channel.core.room.waiters);
        let mut putting = Putting { end: channel.producer.another(), core: &channel.core, value: Some(7) };
        assert!(poll(&mut waiting, &mut putting, &tasks[0]).is_pending());
        let (value, sender) = (putting.value.take(), waiting.suspend());
        let there = (channel.clone(), tasks[1].clone());
        let receiver = thread::spawn(move || {
            let (channel, task) = there;
            let mut waiting = Waiting::new(&channel.core.items.waiters);
            let first = poll(&mut waiting, &mut channel.receiving(), &task);
            (first, waiting.suspend())
        });
        channel.core.abandoning();
        channel.producer.ring().turns().abandon(slot);
        channel.core.put(1); // as the guard does: there may be something behind it,
        channel.core.taken(1); // or room
        let mut waits = Waiting::resumed(&channel.core.room.waiters, sender);
        let mut putting = Putting { end: channel.producer.another(), core: &channel.core, value };
        let mut sent = Poll::Pending;
        if tasks[0].was_woken() {
            sent = poll(&mut waits, &mut putting, &tasks[0]); // most often too early
        }
        let (mut received, receiver) = receiver.join().unwrap();
        let mut waiting = Waiting::resumed(&channel.core.items.waiters, receiver);
        if received.is_pending() && tasks[1].was_woken() {
            received = poll(&mut waiting, &mut channel.receiving(), &tasks[1]);
        }
        if sent.is_pending() {
            assert!(tasks[0].was_woken(), "the sender sleeps beside room");
            sent = poll(&mut waits, &mut putting, &tasks[0]);
        }
        assert_eq!(sent, Poll::Ready(Ok(())));
        if received.is_pending() {
            assert!(tasks[1].was_woken(), "the receiver sleeps beside an item");
            received = poll(&mut waiting, &mut channel.receiving(), &tasks[1]);
        }
        assert_eq!(received, Poll::Ready(Ok(7)));
    });
}

/// A sender waits for room while another one replaces the oldest item, and the second oldest is taken. That is room, but behind the slot that
/// is being written anew: the sender is woken by the one or by the other once it can go on.
#[test]
fn who_waits_for_room_behind_an_item_that_is_replaced_is_woken() {
    loom::model(|| {
        let channel = Channel::<u32, 2>::new();
        assert_eq!((channel.send(1), channel.send(2)), (Some(Ok(())), Some(Ok(()))));
        let task = Task::new();
        let mut waiting = Waiting::new(&channel.core.room.waiters);
        let mut putting = Putting { end: channel.producer.another(), core: &channel.core, value: Some(4) };
        assert!(poll(&mut waiting, &mut putting, &task).is_pending());
        let evicted = channel.producer.ring().turns().evict().unwrap().unwrap();
        let there = channel.clone();
        let receiver = thread::spawn(move || assert_eq!(there.receiving().attempt(), Some(Ok(2))));
        let name = channel.producer.name(3);
        let turns = channel.producer.ring().turns();
        channel.producer.ring().replace(turns.index_to_renew(&evicted), name);
        if task.was_woken() {
            assert!(
                poll(&mut waiting, &mut putting, &task).is_pending(),
                "the slot in the way is being written"
            );
        }
        turns.renew(evicted);
        channel.core.replaced();
        receiver.join().unwrap();
        assert!(task.was_woken(), "the sender sleeps beside room");
        assert_eq!(poll(&mut waiting, &mut putting, &task), Poll::Ready(Ok(())));
        assert_eq!(channel.receiving().attempt(), Some(Ok(3)));
        assert_eq!(channel.receiving().attempt(), Some(Ok(4)));
    });
}

/// Whoever waits when it closes, or is about to, learns it.
#[test]
fn closing_and_a_receiver_that_goes_to_sleep_never_miss_each_other() {
    loom::model(|| {
        let channel = Channel::<u32, 1>::new();
        let there = channel.clone();
        let receiver = thread::spawn(move || {
            let task = Task::new();
            let mut waiting = Waiting::new(&there.core.items.waiters);
            let first = poll(&mut waiting, &mut there.receiving(), &task);
            (first, task, waiting.suspend())
        });
        channel.close();
        let (mut answer, task, ticket) = receiver.join().unwrap();
        let mut waiting = Waiting::resumed(&channel.core.items.waiters, ticket);
        if answer.is_pending() {
            assert!(task.was_woken(), "the receiver is left asleep");
            answer = poll(&mut waiting, &mut channel.receiving(), &task);
        }
        assert_eq!(answer, Poll::Ready(Err(RecvError::Closed)));
    });
}

/// The same of a sender; and what was sent before is still received.
#[test]
fn closing_and_a_sender_that_goes_to_sleep_never_miss_each_other() {
    loom::model(|| {
        let channel = Channel::<u32, 1>::new();
        assert_eq!(channel.send(1), Some(Ok(())));
        let there = channel.clone();
        let sender = thread::spawn(move || {
            let task = Task::new();
            let mut waiting = Waiting::new(&there.core.room.waiters);
            let mut putting = Putting { end: there.producer.another(), core: &there.core, value: Some(2) };
            let first = poll(&mut waiting, &mut putting, &task);
            (first, task, waiting.suspend(), putting.value.take())
        });
        channel.close();
        let (mut answer, task, ticket, value) = sender.join().unwrap();
        let mut waiting = Waiting::resumed(&channel.core.room.waiters, ticket);
        if answer.is_pending() {
            assert!(task.was_woken(), "the sender is left asleep");
            let mut putting = Putting { end: channel.producer.another(), core: &channel.core, value };
            answer = poll(&mut waiting, &mut putting, &task);
        }
        assert_eq!(answer, Poll::Ready(Err(SendError::Closed(2))));
        assert_eq!(channel.receiving().attempt(), Some(Ok(1)));
        assert_eq!(channel.receiving().attempt(), Some(Err(RecvError::Closed)));
    });
}

/// An item that is sent while the last receiver goes is dropped by one of the two, or handed back: it is in nobody's way, and not in the ring.
#[test]
fn an_item_that_is_sent_to_a_receiver_that_goes_is_dropped_by_one_of_them() {
    loom::model(|| {
        let (mut producer, consumer) = Both::<Arc<()>, 1>::ends();
        let core = Arc::new(Core::<_, Ends<1>>::new());
        let there = core.clone();
        let receiver = thread::spawn(move || drop(Receiving::new(consumer, there)));
        let item = Arc::new(());
        if producer.put(item.clone()).is_ok() {
            core.put(1);
        }
        receiver.join().unwrap();
        assert_eq!(Arc::strong_count(&item), 1, "the item stays in a ring that nobody reads");
    });
}
