//! Capacity 0: nobody who could be met is left asleep, and an item is in one place: the shipped text of `annulus::channel`'s meeting. There is a
//! lock and nothing else, so what is tried here is every order of what the two sides do under it.
#![cfg(loom)]
#![allow(dead_code)] // it uses its own part

#[path = "../../annulus/src/channel/meeting.rs"]
mod meeting;
#[path = "loom_support/wait.rs"]
mod wait;

use error::{PopError, PushError};
use loom::sync::atomic::{AtomicBool, Ordering};
use loom::thread;
use meeting::{Meeting, Spot};
use std::sync::Arc;
use std::task::{Wake, Waker};
use wait::{Found, Pick, Sleeper, Waiters};

/// What a ring answers, as in `annulus`.
mod error {
    #[derive(Debug, PartialEq, Eq)]
    pub(crate) enum PushError<T> {
        Full(T),
        Busy(T),
        Closed(T),
    }

    #[derive(Debug, PartialEq, Eq)]
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

    fn sleeper(self: &Arc<Self>) -> Sleeper {
        Sleeper::Task(Waker::from(self.clone()))
    }
}

/// What a sender does when it is polled: `None` if it waits after that.
fn send(meeting: &Meeting<u32>, spot: &mut Spot, item: u32, task: &Arc<Task>) -> Option<Result<(), u32>> {
    if spot.is_none() {
        match meeting.give(item) {
            Ok(()) => return Some(Ok(())),
            Err(PushError::Closed(item)) => return Some(Err(item)),
            Err(_) => {}
        }
    } else if let Some(done) = meeting.offered(spot) {
        return Some(done);
    }
    let mut item = spot.is_none().then_some(item);
    meeting.offer(spot, &mut item, task.sleeper(), None);
    meeting.offered(spot)
}

/// What a receiver does when it is polled: `Empty` or `Busy` if it waits after that.
fn receive(meeting: &Meeting<u32>, spot: &mut Spot, task: &Arc<Task>) -> Result<u32, PopError> {
    match meeting.take(spot, &None) {
        Err(PopError::Empty | PopError::Busy) => {
            meeting.expect(spot, task.sleeper(), None);
            meeting.take(spot, &None)
        }
        done => done,
    }
}

/// A sender and a receiver come at the same time: they meet, whoever is the first.
#[test]
fn a_sender_and_a_receiver_are_not_both_left_asleep() {
    loom::model(|| {
        let meeting = Arc::new(Meeting::new());
        let there = meeting.clone();
        let sender = thread::spawn(move || {
            let (task, mut spot) = (Task::new(), None);
            let sent = send(&there, &mut spot, 7, &task);
            (sent, spot, task)
        });
        let (task, mut spot) = (Task::new(), None);
        let mut received = receive(&meeting, &mut spot, &task);
        let (mut sent, mut offer, other) = sender.join().unwrap();
        if received == Err(PopError::Empty) {
            assert!(task.was_woken(), "the receiver is left asleep");
            received = receive(&meeting, &mut spot, &task);
        }
        if sent.is_none() {
            assert!(other.was_woken(), "the sender is left asleep");
            sent = send(&meeting, &mut offer, 0, &other);
        }
        assert_eq!((received, sent), (Ok(7), Some(Ok(()))));
    });
}

/// A sender that offers nothing waits in a line. Whoever waits to be handed an item calls it after that: they are not both left asleep.
#[test]
fn a_sender_that_offers_nothing_is_called_by_a_receiver_that_waits() {
    loom::model(|| {
        let (meeting, line) = (Arc::new(Meeting::new()), Arc::new(Waiters::new()));
        let (there, place) = (meeting.clone(), line.clone());
        let sender = thread::spawn(move || {
            let (task, mut ticket) = (Task::new(), None);
            place.join(&mut ticket, task.sleeper());
            (there.give(7), ticket, task)
        });
        let (task, mut spot) = (Task::new(), None);
        let mut received = receive(&meeting, &mut spot, &task);
        if received.is_err() {
            let Found::Waiters = line.call(1) else { panic!("nobody deserts") };
        }
        let (mut given, ticket, other) = sender.join().unwrap();
        if given.is_err() {
            assert!(other.was_woken(), "the sender is left asleep");
            given = meeting.give(7);
        }
        let _ = line.leave(ticket.expect("it waits"));
        if received.is_err() {
            assert!(task.was_woken(), "the receiver is left asleep");
            received = receive(&meeting, &mut spot, &task);
        }
        assert_eq!((given, received), (Ok(()), Ok(7)));
    });
}

/// Two receivers wait, the first one goes at the moment an item comes: the other one is handed it, now or then.
#[test]
fn a_receiver_that_goes_passes_on_what_it_was_handed() {
    loom::model(|| {
        let meeting = Arc::new(Meeting::new());
        let tasks = [Task::new(), Task::new()];
        let (mut first, mut second) = (None, None);
        assert_eq!(receive(&meeting, &mut first, &tasks[0]), Err(PopError::Empty));
        assert_eq!(receive(&meeting, &mut second, &tasks[1]), Err(PopError::Empty));
        let there = meeting.clone();
        let cancel = thread::spawn(move || there.pass_on(&mut first));
        assert_eq!(meeting.give(7), Ok(()));
        cancel.join().unwrap();
        assert!(tasks[1].was_woken(), "the item went with who was cancelled");
        assert_eq!(receive(&meeting, &mut second, &tasks[1]), Ok(7));
    });
}

/// A wait for an item ends, or an offer is taken back, at the moment the other side comes: the item is with one of the two.
#[test]
fn who_gives_up_has_met_somebody_or_has_not() {
    loom::model(|| {
        let meeting = Arc::new(Meeting::new());
        let (task, mut spot) = (Task::new(), None);
        assert_eq!(receive(&meeting, &mut spot, &task), Err(PopError::Empty));
        let there = meeting.clone();
        let giving = thread::spawn(move || there.give(7));
        let fetched = meeting.fetch(&mut spot);
        match giving.join().unwrap() {
            Ok(()) => assert_eq!(fetched, Some(7)),
            refused => assert_eq!((refused, fetched), (Err(PushError::Full(7)), None)),
        }

        let (task, mut spot) = (Task::new(), None);
        assert_eq!(send(&meeting, &mut spot, 8, &task), None);
        let there = meeting.clone();
        let taking = thread::spawn(move || there.take(&mut None, &None));
        let withdrawn = meeting.withdraw(&mut spot);
        match taking.join().unwrap() {
            Ok(item) => assert_eq!((item, withdrawn), (8, Some(Ok(())))),
            refused => assert_eq!((refused, withdrawn), (Err(PopError::Empty), Some(Err(8)))),
        }
    });
}

/// It closes while somebody comes to wait: that one learns it, and an item comes back or is received.
#[test]
fn closing_and_who_comes_to_wait_never_miss_each_other() {
    loom::model(|| {
        let meeting = Arc::new(Meeting::new());
        let there = meeting.clone();
        let sender = thread::spawn(move || {
            let (task, mut spot) = (Task::new(), None);
            let sent = send(&there, &mut spot, 7, &task);
            (sent, spot, task)
        });
        meeting.close();
        let (mut sent, mut spot, task) = sender.join().unwrap();
        if sent.is_none() {
            assert!(task.was_woken(), "the sender is left asleep");
            sent = send(&meeting, &mut spot, 0, &task);
        }
        assert_eq!(sent, Some(Err(7)));
    });
}

/// Of two receivers one was handed an item and goes, while it closes: the other one has the item before it is told so.
#[test]
fn nobody_is_told_that_it_is_closed_before_all_that_was_handed_over_is_received() {
    loom::model(|| {
        let meeting = Arc::new(Meeting::new());
        let (tasks, mut first) = ([Task::new(), Task::new()], None);
        assert_eq!(receive(&meeting, &mut first, &tasks[0]), Err(PopError::Empty));
        assert_eq!(meeting.give(7), Ok(()));
        let there = meeting.clone();
        let cancel = thread::spawn(move || there.pass_on(&mut first));
        let there = meeting.clone();
        let closes = thread::spawn(move || there.close());
        let mut second = None;
        let mut received = receive(&meeting, &mut second, &tasks[1]);
        cancel.join().unwrap();
        closes.join().unwrap();
        if received.is_err() {
            assert!(tasks[1].was_woken(), "the receiver is left asleep: {received:?}");
            received = receive(&meeting, &mut second, &tasks[1]);
        }
        assert_eq!(received, Ok(7));
        assert_eq!(receive(&meeting, &mut None, &tasks[1]), Err(PopError::Closed));
    });
}

/// A selection offers the same at two meetings, and two receivers come: one of them has it.
#[test]
fn of_a_selection_one_offer_is_taken() {
    loom::model(|| {
        let meetings = [Arc::new(Meeting::new()), Arc::new(Meeting::new())];
        let (task, pick, mut spots) = (Task::new(), Arc::new(Pick::new()), [None, None]);
        for (meeting, spot) in meetings.iter().zip(&mut spots) {
            meeting.offer(spot, &mut Some(7), task.sleeper(), Some(&pick));
        }
        let receivers =
            meetings.clone().map(|meeting| thread::spawn(move || meeting.take(&mut None, &None).is_ok()));
        let taken = receivers.map(|receiver| receiver.join().unwrap());
        assert!(taken[0] != taken[1], "{taken:?}");
        assert!(task.was_woken());
        let offered = [0, 1].map(|n| meetings[n].offered(&mut spots[n]));
        assert_eq!(offered, taken.map(|taken| taken.then_some(Ok(()))));
        let withdrawn = [0, 1].map(|n| meetings[n].withdraw(&mut spots[n]));
        assert_eq!(withdrawn, taken.map(|taken| (!taken).then_some(Err(7))));
    });
}

/// Two selections meet at two meetings, in opposite order: they meet once, and neither is left asleep.
#[test]
fn two_selections_meet_once() {
    loom::model(|| {
        let meetings = [Arc::new(Meeting::new()), Arc::new(Meeting::new())];
        let there = meetings.clone();
        let sender = thread::spawn(move || {
            let (task, pick, mut spots) = (Task::new(), Arc::new(Pick::new()), [None, None]);
            for n in [0, 1] {
                there[n].offer(&mut spots[n], &mut Some(7), task.sleeper(), Some(&pick));
            }
            let sent = [0, 1].into_iter().find(|n| there[*n].offered(&mut spots[*n]).is_some());
            (sent, spots, task)
        });
        let (task, pick, mut spots) = (Task::new(), Arc::new(Pick::new()), [None, None]);
        for n in [1, 0] {
            meetings[n].expect(&mut spots[n], task.sleeper(), Some(&pick));
        }
        let mut look = || [1, 0].into_iter().find(|n| meetings[*n].take(&mut spots[*n], &None).is_ok());
        let mut received = look();
        let (mut sent, mut offers, other) = sender.join().unwrap();
        if received.is_none() {
            assert!(task.was_woken(), "the receiver is left asleep");
            received = look();
        }
        if sent.is_none() {
            assert!(other.was_woken(), "the sender is left asleep");
            sent = [0, 1].into_iter().find(|n| meetings[*n].offered(&mut offers[*n]).is_some());
        }
        assert!(received.is_some());
        assert_eq!(received, sent);
        assert!(
            (0..2).all(|n| !matches!(meetings[n].withdraw(&mut offers[n]), Some(Ok(())))),
            "they met twice"
        );
        assert!((0..2).all(|n| meetings[n].fetch(&mut spots[n]).is_none()), "they met twice");
    });
}

/// Two selections could meet each other, and each of them somebody else: no one of them does both.
#[test]
fn selections_that_meet_are_met_by_nobody_else() {
    for swapped in [false, true] {
        loom::model(move || {
            let [x, y, z] = [(); 3].map(|()| Arc::new(Meeting::new()));
            let mut picks = [Arc::new(Pick::new()), Arc::new(Pick::new())];
            // Which of them is the first to be looked at is a matter of their addresses.
            picks.sort_by_key(|pick| Arc::as_ptr(pick).addr());
            if swapped {
                picks.reverse();
            }
            let [sends, receives] = picks;
            let (task, mut offers, mut spots) = (Task::new(), [None, None], [None, None]);
            for (meeting, spot) in [&x, &y].into_iter().zip(&mut offers) {
                meeting.offer(spot, &mut Some(7), task.sleeper(), Some(&sends));
            }
            for (meeting, spot) in [&x, &z].into_iter().zip(&mut spots) {
                meeting.expect(spot, task.sleeper(), Some(&receives));
            }
            let (there, elsewhere) = (y.clone(), z.clone());
            let takes = thread::spawn(move || there.take(&mut None, &None).is_ok());
            let gives = thread::spawn(move || elsewhere.give(8).is_ok());
            let met = x.take(&mut spots[0], &None).is_ok();
            let (took, gave) = (takes.join().unwrap(), gives.join().unwrap());
            assert!(if met { !took && !gave } else { took || gave }, "{met} {took} {gave}");
            drop((x, y, z));
        });
    }
}
