//! What every channel does.
use super::items::{Tally, in_time};
use annulus::{PopError, PushError, RecvError, SendError, State};
use std::collections::VecDeque;
use std::thread;
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_millis(20);

macro_rules! each {
    ($($module:ident: $sender:pat, $receiver:pat => $s:ident, $r:ident;)*) => {$(
        mod $module {
            use super::*;
            use crate::kinds::$module::channel;

            #[test]
            fn what_is_sent_is_received_in_order_at_every_capacity() {
                for capacity in [1, 2, 3, 7, 64] {
                    in_time(move || {
                        let ($sender, $receiver) = channel(capacity);
                        let sending = thread::spawn(move || (0..2000).for_each(|n| $s.send(n).unwrap()));
                        for n in 0..2000 {
                            assert_eq!($r.recv(), Ok(n));
                        }
                        sending.join().unwrap();
                        assert_eq!($r.recv(), Err(RecvError::Closed));
                    });
                }
            }

            #[test]
            fn the_capacity_is_exact() {
                for capacity in 1..5 {
                    let ($sender, $receiver) = channel(capacity);
                    for n in 0..capacity {
                        assert_eq!($s.try_send(n), Ok(()));
                    }
                    assert_eq!($s.try_send(9), Err(PushError::Full(9)));
                    assert_eq!($s.send_timeout(9, Duration::ZERO), Err(SendError::Timeout(9)));
                    assert_eq!(($s.capacity(), $s.vacant(), $r.len()), (capacity, 0, capacity));
                    assert_eq!($r.try_recv(), Ok(0));
                    assert_eq!($s.send_timeout(9, SOON), Ok(()));
                }
            }

            #[test]
            fn a_wait_ends_in_time() {
                let ($sender, $receiver) = channel(1);
                let begun = Instant::now();
                assert_eq!($r.recv_timeout(SOON), Err(RecvError::Timeout));
                assert_eq!($r.recv_deadline(begun), Err(RecvError::Timeout));
                assert_eq!($r.try_recv(), Err(PopError::Empty));
                $s.send(1).unwrap();
                assert_eq!($s.send_timeout(2, SOON), Err(SendError::Timeout(2)));
                assert_eq!($s.send_deadline(3, begun), Err(SendError::Timeout(3)));
                assert!(SOON * 2 <= begun.elapsed());
                assert_eq!($r.recv_timeout(Duration::MAX), Ok(1), "a time that no clock reaches");
            }

            #[test]
            fn what_was_sent_is_received_after_the_sender_has_gone() {
                let ($sender, $receiver) = channel(3);
                assert_eq!($r.state(), State::Open);
                $s.send(1).unwrap();
                $s.send(2).unwrap();
                drop($s);
                assert_eq!($r.state(), State::Closing);
                assert_eq!(($r.recv(), $r.try_recv()), (Ok(1), Ok(2)));
                assert_eq!($r.state(), State::Closed);
                assert_eq!($r.recv(), Err(RecvError::Closed));
                assert_eq!($r.recv_timeout(SOON), Err(RecvError::Closed));
                assert_eq!($r.try_recv(), Err(PopError::Closed));
            }

            #[test]
            fn the_last_sender_wakes_who_waits_for_items() {
                in_time(|| {
                    let ($sender, $receiver) = channel::<u8>(1);
                    let receiving = thread::spawn(move || $r.recv());
                    thread::sleep(SOON);
                    drop($s);
                    assert_eq!(receiving.join().unwrap(), Err(RecvError::Closed));
                });
            }

            #[test]
            fn the_last_receiver_wakes_who_waits_for_room_and_the_item_comes_back() {
                in_time(|| {
                    let ($sender, $receiver) = channel(1);
                    $s.send(1).unwrap();
                    let sending = thread::spawn(move || {
                        let refused = $s.send(2);
                        (refused, $s)
                    });
                    thread::sleep(SOON);
                    drop($r);
                    let (refused, $sender) = sending.join().unwrap();
                    assert_eq!(refused, Err(SendError::Closed(2)));
                    assert_eq!($s.try_send(3), Err(PushError::Closed(3)));
                    assert_eq!($s.force_send(3), Err(PushError::Closed(3)));
                    assert!($s.is_closed());
                });
            }

            #[test]
            fn what_is_left_is_dropped_when_the_last_receiver_goes_not_later() {
                let tally = Tally::default();
                let ($sender, $receiver) = channel(4);
                for n in 0..4 {
                    assert!($s.send(tally.item(n)).is_ok());
                }
                drop($r.try_recv().unwrap());
                drop($r);
                assert_eq!((tally.made(), tally.dropped()), (4, 4));
                drop($s);
                assert_eq!(tally.dropped(), 4);
            }

            #[test]
            fn closing_lets_out_what_is_in_and_nothing_in() {
                let ($sender, $receiver) = channel(2);
                $s.send(1).unwrap();
                $r.close();
                assert_eq!($s.send(2), Err(SendError::Closed(2)));
                assert_eq!($s.try_send(2), Err(PushError::Closed(2)));
                assert_eq!(($s.state(), $r.recv(), $s.state()), (State::Closing, Ok(1), State::Closed));
                let ($sender, $receiver) = channel(2);
                $s.send(1).unwrap();
                $s.close();
                assert_eq!($s.send(2), Err(SendError::Closed(2)));
                assert_eq!(($r.recv(), $r.recv()), (Ok(1), Err(RecvError::Closed)));
            }

            #[test]
            fn a_closing_end_cannot_wait_and_is_closed_when_it_is_drained() {
                let ($sender, $receiver) = channel(2);
                $s.send(1).unwrap();
                let closing = $r.closing();
                let mut closing = closing.finish().expect_err("there is an item");
                let sending = $s.closing().finish().expect_err("there is an item");
                assert_eq!((closing.recv(), closing.recv()), (Ok(1), Err(PopError::Closed)));
                assert!(closing.finish().is_ok() && sending.finish().is_ok());
            }

            #[test]
            fn an_item_takes_the_place_of_the_oldest() {
                let ($sender, $receiver) = channel(2);
                assert_eq!(($s.force_send(1), $s.force_send(2)), (Ok(None), Ok(None)));
                assert_eq!($s.force_send(3), Ok(Some(1)));
                assert_eq!(($r.recv(), $r.recv(), $r.try_recv()), (Ok(2), Ok(3), Err(PopError::Empty)));
            }

            #[test]
            fn many_go_in_and_out_at_once() {
                in_time(|| {
                    let ($sender, $receiver) = channel(3);
                    let sending = thread::spawn(move || {
                        let mut items: VecDeque<_> = (0..100).collect();
                        $s.send_many(&mut items).unwrap();
                        assert!(items.is_empty());
                    });
                    let mut items = Vec::new();
                    assert_eq!($r.recv_many(&mut items, 0), Ok(0));
                    while let Ok(n) = $r.recv_many(&mut items, 5) {
                        assert!((1..=3).contains(&n));
                    }
                    assert!(items.into_iter().eq(0..100));
                    sending.join().unwrap();
                });
            }

            #[test]
            fn what_many_did_not_send_is_handed_back() {
                let ($sender, $receiver) = channel(3);
                drop($r);
                let mut items = VecDeque::from([1, 2]);
                assert_eq!($s.send_many(&mut items), Err(SendError::Closed(())));
                assert_eq!(items, [1, 2]);
            }

            #[test]
            fn iterators_receive_until_there_is_nothing_or_it_is_closed() {
                let ($sender, $receiver) = channel(3);
                $s.send(1).unwrap();
                $s.send(2).unwrap();
                assert!($r.try_iter().eq([1, 2]));
                $s.send(3).unwrap();
                drop($s);
                assert!($r.iter().eq([3]));
            }

            #[test]
            fn ends_are_counted() {
                let ($sender, $receiver) = channel::<u8>(1);
                assert_eq!(($s.sender_count(), $s.receiver_count()), (1, 1));
                drop($s);
                assert_eq!(($r.sender_count(), $r.receiver_count()), (0, 1));
                let _ = $r.try_recv();
            }

            #[test]
            fn an_item_that_panics_when_it_is_dropped_leaves_the_others_to_be_dropped_once() {
                struct Loud(bool, #[allow(dead_code)] super::super::items::Item);
                impl Drop for Loud {
                    fn drop(&mut self) {
                        assert!(!self.0, "as planned");
                    }
                }
                let tally = Tally::default();
                let ($sender, $receiver) = channel(3);
                for n in 0..3 {
                    assert!($s.try_send(Loud(n == 1, tally.item(n))).is_ok());
                }
                let gone = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop($r)));
                assert!(gone.is_err());
                drop($s);
                assert_eq!((tally.made(), tally.dropped()), (3, 3));
            }

            #[test]
            fn ends_go_to_other_threads_and_so_do_their_futures() {
                fn sent<T: Send>(_: &T) {}
                let ($sender, $receiver) = channel::<std::cell::Cell<u8>>(1);
                sent(&$s.send_async(std::cell::Cell::new(1)));
                sent(&$r.recv_async());
                sent(&$s);
                sent(&$r);
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

/// In `mpmc` it is a rendezvous: see `meeting`.
macro_rules! no_rendezvous {
    ($($module:ident)*) => {$(
        mod $module {
            #[test]
            #[should_panic(expected = "capacity")]
            fn a_capacity_of_zero_panics_and_says_so() {
                let _ = annulus::$module::channel::<u8>(0);
            }
        }
    )*};
}

mod no_rendezvous {
    no_rendezvous! { spsc mpsc spmc pool }
}
