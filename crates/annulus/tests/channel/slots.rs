//! Items that are written and read in place.
use super::items::{Tally, in_time};
use super::tasks::{Impatient, Task, Turn, to_the_end};
use annulus::{PopError, PushError, RecvError, ReserveError, SendError, State, mpmc, mpsc, pool};
use std::cell::RefCell;
use std::pin::pin;
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_millis(20);

macro_rules! each {
    ($($module:ident: $sender:pat, $receiver:pat => $s:ident, $r:ident;)*) => {$(
        mod $module {
            use super::*;
            use annulus::$module::channel;

            #[test]
            fn what_is_written_in_place_is_read_in_place() {
                for capacity in 1..4 {
                    let ($sender, $receiver) = channel(capacity);
                    for n in 0..20 {
                        let mut slot = $s.try_reserve_slot().unwrap();
                        slot.as_uninit_mut().write([n; 9])[3] = 7;
                        // SAFETY: just written.
                        unsafe { slot.commit() }.unwrap();
                        let mut claim = $r.try_claim().unwrap();
                        assert_eq!((claim[3], claim[8]), (7, n));
                        claim[8] = 5;
                        assert_eq!(claim.into_inner()[7..], [n, 5]);
                        $s.reserve_slot().unwrap().write([n; 9]).unwrap();
                        drop($r.claim().unwrap());
                        assert_eq!($r.try_claim().err(), Some(PopError::Empty));
                    }
                }
            }

            #[test]
            fn what_is_not_committed_was_never_sent_and_its_room_comes_back() {
                let tally = Tally::default();
                let ($sender, $receiver) = channel(2);
                for _ in 0..5 {
                    drop($s.try_reserve_slot().unwrap());
                    $s.try_reserve_slot().unwrap().abandon();
                    assert!(matches!($r.try_recv(), Err(PopError::Empty)));
                }
                for n in 0..2 {
                    assert!($s.reserve_slot().unwrap().write(tally.item(n)).is_ok());
                }
                assert!(matches!($s.try_reserve_slot().err(), Some(ReserveError::Full)));
                assert_eq!($r.claim().unwrap().n, 0);
                drop($r);
                drop($s);
                assert_eq!((tally.made(), tally.dropped()), (2, 2));
            }

            #[test]
            fn a_wait_for_a_slot_or_a_claim_ends_in_time() {
                let ($sender, $receiver) = channel(1);
                let begun = Instant::now();
                assert_eq!($r.claim_timeout(SOON).err(), Some(RecvError::Timeout));
                assert_eq!($r.claim_deadline(begun).err(), Some(RecvError::Timeout));
                $s.reserve_slot_timeout(SOON).unwrap().write(1).unwrap();
                assert_eq!($s.reserve_slot_timeout(SOON).err(), Some(SendError::Timeout(())));
                assert_eq!($s.reserve_slot_deadline(begun).err(), Some(SendError::Timeout(())));
                assert_eq!($r.claim_timeout(SOON).map(|claim| claim.into_inner()), Ok(1));
                assert!($s.reserve_slot_deadline(Instant::now() + SOON).is_ok());
                assert!(SOON * 2 <= begun.elapsed());
            }

            #[test]
            fn threads_that_wait_for_slots_and_items_in_place_hand_all_over_in_order() {
                for capacity in [1, 2, 7] {
                    in_time(move || {
                        let ($sender, $receiver) = channel(capacity);
                        let sending = thread::spawn(move || {
                            for n in 0..3000 {
                                if n % 5 == 0 {
                                    $s.reserve_slot().unwrap().abandon();
                                }
                                $s.reserve_slot().unwrap().write(n).unwrap();
                            }
                        });
                        for n in 0..3000 {
                            assert_eq!(*$r.claim().unwrap(), n);
                        }
                        sending.join().unwrap();
                        assert_eq!($r.claim().err(), Some(RecvError::Closed));
                        assert_eq!($r.try_claim().err(), Some(PopError::Closed));
                    });
                }
            }

            #[test]
            fn a_claim_is_of_the_capacity_until_it_goes_and_then_wakes_who_waits_for_room() {
                let ($sender, $receiver) = channel(1);
                $s.try_send(1).unwrap();
                let claim = $r.claim().unwrap();
                let mut sending = Task::new($s.send_async(2));
                assert!(sending.poll().is_pending() && !sending.was_woken());
                drop(claim);
                assert!(sending.was_woken());
                assert_eq!(sending.poll(), Poll::Ready(Ok(())));
                let claim = $r.claim().unwrap();
                drop(sending);
                let mut slotting = Task::new(async { $s.reserve_slot_async().await.is_ok() });
                assert!(slotting.poll().is_pending() && !slotting.was_woken());
                assert_eq!(claim.into_inner(), 2);
                assert!(slotting.was_woken());
                assert_eq!(slotting.poll(), Poll::Ready(true));
            }

            #[test]
            fn a_slot_wakes_who_waits_for_an_item_when_it_is_committed() {
                let ($sender, $receiver) = channel(1);
                let mut receiving = Task::new($r.recv_async());
                assert!(receiving.poll().is_pending());
                let slot = $s.reserve_slot().unwrap();
                assert!(!receiving.was_woken());
                slot.write(1).unwrap();
                assert!(receiving.was_woken());
                assert_eq!(receiving.poll(), Poll::Ready(Ok(1)));
            }

            #[test]
            fn a_claim_whose_item_panics_when_it_is_dropped_makes_room_all_the_same() {
                struct Loud(bool);
                impl Drop for Loud {
                    fn drop(&mut self) {
                        assert!(!self.0, "as planned");
                    }
                }
                let ($sender, $receiver) = channel(1);
                assert!($s.try_send(Loud(true)).is_ok());
                let claim = $r.claim().unwrap();
                let mut sending = Task::new($s.send_async(Loud(false)));
                assert!(sending.poll().is_pending());
                assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(claim))).is_err());
                assert!(sending.was_woken());
                assert!(matches!(sending.poll(), Poll::Ready(Ok(()))));
            }

            #[test]
            fn who_waits_in_place_learns_that_it_closes() {
                let ($sender, $receiver) = channel::<u8>(1);
                let mut claiming = Task::new(async { $r.claim_async().await.map(|claim| *claim) });
                assert!(claiming.poll().is_pending());
                drop($s);
                assert!(claiming.was_woken());
                assert_eq!(claiming.poll(), Poll::Ready(Err(RecvError::Closed)));
                drop(claiming);
                let ($sender, $receiver) = channel(1);
                $s.try_send(1).unwrap();
                let mut slotting = Task::new(async { $s.reserve_slot_async().await.map(drop) });
                assert!(slotting.poll().is_pending());
                drop($r);
                assert!(slotting.was_woken());
                assert_eq!(slotting.poll(), Poll::Ready(Err(SendError::Closed(()))));
                drop(slotting);
                assert_eq!($s.try_reserve_slot().err(), Some(ReserveError::Closed));
            }

            /// What a slot sends after the last receiver has gone is dropped at once, or comes back; so is what waits behind it.
            #[test]
            fn a_slot_that_outlives_the_receivers_keeps_nothing_alive() {
                for commit in [true, false] {
                    let tally = Tally::default();
                    let ($sender, $receiver) = channel(2);
                    let slot = $s.reserve_slot().unwrap();
                    drop($r);
                    match commit {
                        true => drop(slot.write(tally.item(0))),
                        false => drop(slot),
                    }
                    assert_eq!((tally.made(), tally.alive()), (usize::from(commit), 0));
                    drop($s);
                }
            }

            /// Futures of slots and claims that are dropped after so many polls and begun anew; every other slot is abandoned.
            #[test]
            fn futures_in_place_that_are_dropped_at_any_poll_lose_nothing() {
                for capacity in [1, 2, 3] {
                    for cancel in 1..4 {
                        for order in 0..256_u32 {
                            let tally = Tally::default();
                            let ($sender, $receiver) = channel(capacity);
                            let (tally_there, received) = (tally.clone(), RefCell::new(Vec::new()));
                            let mut sending = Task::new(async move {
                                let (mut n, mut turn) = (0, false);
                                while n < 12 {
                                    let slot = Impatient { polls: cancel, future: pin!($s.reserve_slot_async()) }.await;
                                    let Some(slot) = slot else {
                                        Turn::default().await;
                                        continue;
                                    };
                                    let slot = slot.unwrap();
                                    turn = !turn;
                                    if turn {
                                        assert!(slot.write(tally_there.item(n)).is_ok());
                                        n += 1;
                                    }
                                }
                            });
                            let mut receiving = Task::new(async {
                                let $receiver = $r;
                                loop {
                                    match (Impatient { polls: cancel, future: pin!($r.claim_async()) }).await {
                                        Some(Ok(claim)) => received.borrow_mut().push(claim.n),
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

            #[test]
            fn guards_go_to_other_threads_and_so_do_their_futures() {
                fn sent<T: Send>(it: T) -> T {
                    it
                }
                let ($sender, $receiver) = channel(1);
                drop(sent($s.reserve_slot_async()));
                drop(sent($r.claim_async()));
                assert!(sent($s.reserve_slot().unwrap()).write(std::cell::Cell::new(1)).is_ok());
                assert_eq!(sent($r.claim().unwrap()).get(), 1);
            }
        }
    )*};
}

mod each {
    use super::*;
    each! {
        spsc: mut s, mut r => s, r;
        mpsc: s, mut r => s, r;
        spmc: mut s, r => s, r;
        mpmc: s, r => s, r;
        pool: s, r => s, r;
    }
}

macro_rules! in_turn {
    ($($module:ident: $receiver:pat => $r:ident;)*) => {$(
        mod $module {
            use super::*;
            use annulus::$module::channel;

            #[test]
            fn what_is_sent_later_waits_behind_a_slot_that_is_held_and_no_longer() {
                for commit in [true, false] {
                    let (sender, $receiver) = channel(3);
                    let slot = sender.reserve_slot().unwrap();
                    sender.send(2).unwrap();
                    let mut receiving = Task::new($r.recv_async());
                    assert!(receiving.poll().is_pending());
                    sender.send(3).unwrap();
                    assert!(receiving.was_woken() && receiving.poll().is_pending(), "it is behind the slot");
                    match commit {
                        true => slot.write(1).unwrap(),
                        false => slot.abandon(),
                    }
                    assert!(receiving.was_woken());
                    assert_eq!(receiving.poll(), Poll::Ready(Ok(if commit { 1 } else { 2 })));
                }
            }

            /// It is room only when a receiver has come past it, who finds nothing and calls all the same.
            #[test]
            fn who_waits_for_the_room_of_an_abandoned_slot_gets_it_when_a_receiver_has_come_past() {
                let (sender, $receiver) = channel(1);
                let slot = sender.reserve_slot().unwrap();
                let mut sending = Task::new(sender.send_async(1));
                assert!(sending.poll().is_pending());
                slot.abandon();
                let _spurious = sending.was_woken();
                assert!(sending.poll().is_pending(), "nobody has come past it");
                assert_eq!($r.try_recv(), Err(PopError::Empty));
                assert!(sending.was_woken());
                assert_eq!(sending.poll(), Poll::Ready(Ok(())));
                assert_eq!($r.try_recv(), Ok(1));
            }

            /// The same where the receiver is asleep already.
            #[test]
            fn an_abandoned_slot_wakes_a_receiver_that_makes_it_room() {
                in_time(|| {
                    let (sender, $receiver) = channel(1);
                    let slot = sender.reserve_slot().unwrap();
                    thread::scope(|scope| {
                        scope.spawn(|| assert_eq!($r.recv(), Ok(1)));
                        scope.spawn(|| sender.send(1).unwrap());
                        thread::sleep(SOON); // until both wait
                        slot.abandon();
                    });
                });
            }

            /// Two before an item that is claimed and held: both are room from then on, for two who wait.
            #[test]
            fn a_claim_that_is_held_keeps_nobody_from_the_room_before_it() {
                let (sender, $receiver) = channel(3);
                let slots = [sender.reserve_slot().unwrap(), sender.reserve_slot().unwrap()];
                sender.send(0).unwrap();
                drop(slots);
                let mut waits = [1, 2].map(|n| Task::new(sender.send_async(n)));
                assert!(waits.iter_mut().all(|sending| sending.poll().is_pending()));
                let claim = $r.claim().unwrap();
                for sending in &mut waits {
                    assert!(sending.was_woken());
                    assert_eq!(sending.poll(), Poll::Ready(Ok(())));
                }
                assert_eq!(claim.into_inner(), 0);
                assert_eq!(($r.try_recv(), $r.try_recv()), (Ok(1), Ok(2)));
            }

            #[test]
            fn items_behind_a_slot_go_with_the_last_receiver() {
                let tally = Tally::default();
                let (sender, $receiver) = channel(2);
                let slot = sender.reserve_slot().unwrap();
                assert!(sender.send(tally.item(0)).is_ok());
                drop($r);
                assert_eq!(tally.alive(), 1, "it is behind the slot");
                drop(slot);
                assert_eq!(tally.alive(), 0);
            }
        }
    )*};
}

mod in_turn {
    use super::*;
    in_turn! {
        mpsc: mut r => r;
        mpmc: r => r;
    }
}

macro_rules! outstanding {
    ($($module:ident: $receiver:pat => $r:ident;)*) => {$(
        #[test]
        fn $module() {
            for commit in [true, false] {
                let (sender, $receiver) = $module::channel(2);
                let slot = sender.reserve_slot().unwrap();
                sender.close();
                assert_eq!(sender.state(), State::Closing, "it is outstanding");
                let mut receiving = Task::new($r.recv_async());
                assert!(receiving.poll().is_pending());
                match commit {
                    true => slot.write(1).unwrap(),
                    false => drop(slot),
                }
                assert!(receiving.was_woken());
                assert_eq!(receiving.poll(), Poll::Ready(if commit { Ok(1) } else { Err(RecvError::Closed) }));
                drop(receiving);
                assert_eq!(($r.recv(), sender.state()), (Err(RecvError::Closed), State::Closed));
            }
        }
    )*};
}

mod a_slot_that_is_held_when_it_closes_is_waited_for {
    use super::*;
    outstanding! {
        mpsc: mut r => r;
        mpmc: r => r;
        pool: r => r;
    }
}

#[test]
fn a_sole_sender_gets_back_what_it_would_commit_after_the_channel_closed() {
    macro_rules! check {
        ($module:ident) => {
            let tally = Tally::default();
            let (mut sender, mut receiver) = annulus::$module::channel(1);
            let slot = sender.reserve_slot().unwrap();
            receiver.close();
            assert_eq!(receiver.try_recv().map(drop), Err(PopError::Closed));
            let refused = slot.write(tally.item(0));
            assert!(matches!(&refused, Err(PushError::Closed(item)) if item.n == 0));
            let (mut sender, receiver) = annulus::$module::channel(1);
            let mut slot = sender.reserve_slot().unwrap();
            slot.as_uninit_mut().write(tally.item(1));
            drop(receiver);
            // SAFETY: just written.
            let also_refused = unsafe { slot.commit() };
            assert!(matches!(&also_refused, Err(PushError::Closed(item)) if item.n == 1));
            assert_eq!(tally.alive(), 2);
            drop((refused, also_refused));
            assert_eq!((tally.made(), tally.alive()), (2, 0));
        };
    }
    check!(spsc);
    check!(spmc);
}

#[test]
fn a_slot_of_a_pool_delays_nobody() {
    let (sender, receiver) = pool::channel(3);
    let slot = sender.reserve_slot().unwrap();
    sender.send(1).unwrap();
    let claim = receiver.claim().unwrap();
    assert_eq!(sender.try_send(2), Ok(()));
    assert_eq!(receiver.recv(), Ok(2));
    slot.write(3).unwrap();
    assert_eq!((receiver.recv(), *claim), (Ok(3), 1));
}

/// While the one receiver has an item claimed, nobody takes it to make room.
#[test]
fn a_claimed_item_is_not_overwritten() {
    let (sender, mut receiver) = mpsc::channel(1);
    assert_eq!((sender.force_send(0), sender.force_send(1)), (Ok(None), Ok(Some(0))));
    let claim = receiver.claim().unwrap();
    assert_eq!(sender.force_send(2), Err(PushError::Busy(2)));
    drop(claim);
    assert_eq!(sender.force_send(2), Ok(None));
    let (mut sender, mut receiver) = annulus::spsc::channel(1);
    assert_eq!((sender.force_send(0), sender.force_send(1)), (Ok(None), Ok(Some(0))));
    let claim = receiver.claim().unwrap();
    assert_eq!(sender.force_send(2), Err(PushError::Busy(2)));
    assert_eq!(claim.into_inner(), 1);
    assert_eq!(sender.force_send(2), Ok(None));
}

/// A receiver that claims, and a sender that overwrites, on two threads: what is claimed stays what it is.
#[test]
fn claims_go_on_while_somebody_overwrites() {
    in_time(|| {
        let (mut sender, mut receiver) = annulus::spsc::channel(2);
        let sending = thread::spawn(move || {
            for n in 0..20_000_u32 {
                while sender.force_send([n; 8]).is_err() {
                    thread::yield_now();
                }
            }
        });
        let mut last = None;
        while let Ok(claim) = receiver.claim() {
            assert_eq!(*claim, [claim[0]; 8]);
            assert!(last < Some(claim[0]));
            last = Some(claim[0]);
        }
        assert_eq!(last, Some(19_999));
        sending.join().unwrap();
    });
}

/// Many slots at once, some abandoned, and claims that go in any order: nothing is lost, and nobody sleeps for ever.
#[test]
fn many_write_and_read_in_place_and_abandon_at_random() {
    for capacity in [1, 2, 5] {
        in_time(move || {
            let (sender, receiver) = mpmc::channel(capacity);
            let senders = [1_u32, 2, 3].map(|me| {
                let sender = sender.clone();
                thread::spawn(move || {
                    for n in 0..1500 {
                        let slot = sender.reserve_slot().unwrap();
                        if n * me % 4 == 1 {
                            drop(slot);
                            sender.send((me, n)).unwrap();
                        } else {
                            slot.write((me, n)).unwrap();
                        }
                    }
                })
            });
            drop(sender);
            let receivers = [(); 2].map(|()| {
                let receiver = receiver.clone();
                thread::spawn(move || {
                    let mut seen = Vec::new();
                    while let Ok(claim) = receiver.claim() {
                        let another = receiver.try_claim();
                        seen.push(*claim);
                        drop(claim);
                        seen.extend(another.as_deref());
                    }
                    seen
                })
            });
            drop(receiver);
            senders.into_iter().for_each(|sender| sender.join().unwrap());
            let mut all: Vec<_> =
                receivers.into_iter().flat_map(|receiver| receiver.join().unwrap()).collect();
            all.sort_unstable();
            assert!(all.into_iter().eq((1..=3).flat_map(|me| (0..1500).map(move |n| (me, n)))));
        });
    }
}
