//! Somebody stops in the middle: the table of `docs/progress.md`, line by line.
//!
//! A thread takes a guard (a slot, a grant, a claim) and is parked with it. Then another thread does everything that the other
//! ends can do, many times over. Each call must come back; the answers must be `Busy` where the order of the queue demands it and
//! nowhere else. That a call comes back within so many *steps*, wherever the other one was stopped, is shown by `steps`.
use annulus::mpmc::lanes::lanes;
use annulus::records::{self, GRANULE};
use annulus::{
    ClaimError, GrantError, PopError, PushError, ReadError, ReserveError, State, mpmc, mpsc, pool, spmc, spsc,
};
use std::sync::mpsc as told;
use std::thread;
use std::time::{Duration, Instant};

/// How often each call is made while somebody is stopped.
const ATTEMPTS: usize = 1_000;

/// Far more than the attempts take, and far less than for ever.
const BOUND: Duration = Duration::from_secs(20);

/// Parks a thread with the guard that `take` returns, runs `meanwhile` on another one, then lets the first go on with `finish`.
fn stopped<G>(
    take: impl FnOnce() -> G + Send,
    meanwhile: impl FnOnce() + Send,
    finish: impl FnOnce(G) + Send,
) {
    let (holds, held) = told::channel();
    let (go_on, goes_on) = told::channel::<()>();
    let (is_done, done) = told::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            let guard = take();
            holds.send(()).unwrap();
            _ = goes_on.recv(); // parked
            finish(guard);
        });
        held.recv().unwrap();
        scope.spawn(move || {
            let begun = Instant::now();
            meanwhile();
            _ = is_done.send(begun.elapsed());
        });
        match done.recv_timeout(2 * BOUND) {
            Ok(took) => assert!(took < BOUND, "they took {took:?}"),
            Err(told::RecvTimeoutError::Disconnected) => {} // its panic says why
            Err(told::RecvTimeoutError::Timeout) => {
                eprintln!("a call does not come back while somebody is stopped");
                std::process::abort(); // it can neither be stopped nor waited for
            }
        }
        drop(go_on);
    });
}

/// A line of the table: who is stopped with what, what the others are told meanwhile, and what is so afterwards.
macro_rules! stalled {
    ($name:ident: given { $($setup:tt)* } stop $take:expr; meanwhile $each:block; then $finish:expr; afterwards $after:block) => {
        #[test]
        fn $name() {
            $($setup)*
            stopped($take, || for _ in 0..ATTEMPTS $each, $finish);
            $after
        }
    };
}

// One producer, one consumer: a guard of one end is in the other's way only as far as the ring is full or empty.

stalled! { a_slot_of_an_spsc_producer_is_in_nobodys_way:
    given {
        let (mut producer, mut consumer) = spsc::ring::<u32>(2);
        producer.push(1).unwrap();
        assert_eq!(consumer.pop(), Ok(1));
    }
    stop || producer.reserve().unwrap();
    meanwhile {
        assert_eq!(consumer.pop(), Err(PopError::Empty));
        assert_eq!(consumer.claim().unwrap_err(), PopError::Empty);
        assert_eq!(consumer.claim_many(1).unwrap_err(), ClaimError::Empty);
        assert_eq!((consumer.len(), consumer.pop_slice(&mut [0; 2]), consumer.drain().count()), (0, 0, 0));
    };
    then |slot| slot.write(2);
    afterwards { assert_eq!(consumer.pop(), Ok(2)) }
}

stalled! { a_grant_of_an_spsc_producer_leaves_what_was_pushed_before_to_the_consumer:
    given {
        let (mut producer, mut consumer) = spsc::ring::<u32>(4);
        producer.push(0).unwrap();
    }
    stop || producer.reserve_up_to(9).unwrap();
    meanwhile {
        assert_eq!(consumer.peek(), Some(&0));
        assert_eq!(consumer.claim_up_to(9).unwrap().len(), 1);
        assert_eq!(consumer.claim_many(2).unwrap_err(), ClaimError::TooFew { available: 1 });
    };
    then |grant| grant.fill_with(|| 7);
    afterwards { assert_eq!(consumer.drain().collect::<Vec<_>>(), [0, 7, 7, 7]) }
}

stalled! { a_claim_of_an_spsc_consumer_takes_one_slot_and_no_time:
    given {
        let (mut producer, mut consumer) = spsc::Options::new(2).overwrite().ring::<u32>();
        assert_eq!(producer.push_slice(&[1, 2]), 2);
    }
    stop || consumer.claim().unwrap();
    meanwhile {
        assert_eq!(producer.push(3), Err(PushError::Full(3)), "full, not busy: nothing was handed back");
        assert_eq!(producer.reserve().unwrap_err(), ReserveError::Full);
        assert_eq!(producer.force_push(3), Err(PushError::Busy(3)), "the oldest is being read");
        assert_eq!((producer.vacant(), producer.push_slice(&[1])), (0, 0));
    };
    then drop;
    afterwards {
        assert_eq!(producer.push(3), Ok(()));
        assert_eq!(consumer.drain().collect::<Vec<_>>(), [2, 3]);
    }
}

// Many producers, many consumers, one order.

stalled! { a_slot_of_an_mpmc_producer_delays_the_items_after_it_but_no_call:
    given {
        let (producer, consumer) = mpmc::ring::<u32>(4);
        producer.push(0).unwrap();
        assert_eq!(consumer.pop(), Ok(0));
    }
    stop || producer.reserve().unwrap();
    meanwhile {
        _ = producer.push(9);
        assert_eq!(consumer.pop(), Err(PopError::Busy), "the next in order is being written");
        assert_eq!(consumer.claim().unwrap_err(), PopError::Busy);
        assert_eq!(consumer.claim_up_to(2).unwrap_err(), PopError::Busy);
        assert_eq!(consumer.claim_many(2).unwrap_err(), ClaimError::Busy);
        assert_eq!((consumer.pop_slice(&mut [0; 2]), consumer.is_closed()), (0, false));
        assert!((2..=4).contains(&consumer.len()));
        if producer.is_full() {
            assert_eq!(producer.push(9), Err(PushError::Full(9)), "full, not busy: the oldest was not claimed");
            assert_eq!(producer.reserve().unwrap_err(), ReserveError::Full);
            assert_eq!(producer.force_push(9), Err(PushError::Busy(9)), "the oldest is being written");
        }
    };
    then |slot| slot.write(1);
    afterwards { assert_eq!(std::iter::from_fn(|| consumer.pop().ok()).collect::<Vec<_>>(), [1, 9, 9, 9]) }
}

stalled! { a_grant_of_an_mpmc_producer_delays_the_items_after_it_but_no_call:
    given {
        let (producer, consumer) = mpmc::ring::<u32>(4);
        producer.push(0).unwrap();
    }
    stop || producer.reserve_many(2).unwrap();
    meanwhile {
        if let Ok(item) = consumer.pop() {
            assert_eq!(item, 0, "what was pushed before it comes out");
        }
        assert_eq!(consumer.pop(), Err(PopError::Busy));
        _ = producer.push(9);
    };
    then |grant| grant.fill_with(|| 1);
    afterwards { assert_eq!(std::iter::from_fn(|| consumer.pop().ok()).collect::<Vec<_>>(), [1, 1, 9, 9]) }
}

stalled! { a_claim_of_an_mpmc_consumer_delays_the_next_lap_but_no_call:
    given {
        let (producer, consumer) = mpmc::ring::<u32>(3);
        assert_eq!(producer.push_iter(0..3), 3);
    }
    stop || consumer.claim().unwrap();
    meanwhile {
        _ = consumer.pop();
        _ = consumer.pop();
        assert_eq!(consumer.pop(), Err(PopError::Empty), "empty, not busy: nothing is being written");
        assert_eq!(consumer.claim_many(2).unwrap_err(), ClaimError::Empty);
        assert_eq!(producer.push(9), Err(PushError::Busy(9)), "the slot of the next lap is being read");
        assert_eq!(producer.reserve().unwrap_err(), ReserveError::Busy);
        assert_eq!(producer.reserve_many(2).unwrap_err(), ReserveError::Busy);
        assert_eq!(producer.force_push(9), Err(PushError::Busy(9)));
        assert_eq!((consumer.len(), producer.push_iter(0..3)), (0, 0));
    };
    then drop;
    afterwards { assert_eq!(producer.push_iter(0..9), 3) }
}

stalled! { a_read_grant_of_an_mpmc_consumer_delays_the_next_lap_but_no_call:
    given {
        let (producer, consumer) = mpmc::ring::<u32>(4);
        assert_eq!(producer.push_iter(0..3), 3);
    }
    stop || consumer.claim_many(2).unwrap();
    meanwhile {
        _ = consumer.pop();
        _ = producer.push(9); // into the one slot that is free
        assert_eq!(consumer.len() + producer.vacant(), 4);
    };
    then |grant| assert!(grant.eq([0, 1]));
    afterwards { let room = producer.vacant();
 assert_eq!(producer.push_iter(0..9), room) }
}

stalled! { closing_waits_for_nobody_who_is_stopped:
    given {
        let (producer, consumer) = mpmc::ring::<u32>(2);
    }
    stop || producer.reserve().unwrap();
    meanwhile {
        producer.close();
        assert_eq!(producer.push(9), Err(PushError::Closed(9)));
        assert_eq!(producer.force_push(9), Err(PushError::Closed(9)));
        assert_eq!(consumer.pop(), Err(PopError::Busy), "not closed: what was reserved may still come");
    };
    then |slot| slot.write(1);
    afterwards {
        assert_eq!(consumer.pop(), Ok(1));
        assert_eq!(consumer.pop(), Err(PopError::Closed));
    }
}

// One of either: what the sole end has and did not hand on has not happened; the many are as above.

stalled! { a_slot_of_an_mpsc_producer_delays_the_items_after_it_but_no_call:
    given {
        let (producer, mut consumer) = mpsc::ring::<u32>(3);
        producer.push(0).unwrap();
    }
    stop || producer.reserve().unwrap();
    meanwhile {
        if let Ok(item) = consumer.pop() {
            assert_eq!(item, 0, "what was pushed before it comes out");
        }
        _ = producer.push(9);
        assert_eq!(consumer.pop(), Err(PopError::Busy), "the next in order is being written");
        assert_eq!(consumer.skip(9), 0);
        assert_eq!(consumer.peek(), None);
        assert_eq!(consumer.claim_up_to(2).unwrap_err(), PopError::Busy);
        if producer.is_full() {
            assert_eq!(producer.push(9), Err(PushError::Full(9)), "full, not busy: the oldest was not claimed");
            assert_eq!(producer.force_push(9), Err(PushError::Busy(9)), "the oldest is being written");
        }
    };
    then |slot| slot.write(1);
    afterwards { assert_eq!(consumer.drain().collect::<Vec<_>>(), [1, 9, 9]) }
}

stalled! { a_claim_of_an_mpsc_consumer_takes_its_slots_and_no_time:
    given {
        let (producer, mut consumer) = mpsc::ring::<u32>(3);
        assert_eq!(producer.push_iter(0..2), 2);
    }
    stop || consumer.claim_many(2).unwrap();
    meanwhile {
        _ = producer.push(2);
        assert_eq!(producer.push(9), Err(PushError::Full(9)), "full, not busy: nothing was handed back");
        assert_eq!(producer.reserve_many(2).unwrap_err(), ReserveError::Full);
        assert_eq!(producer.force_push(9), Err(PushError::Busy(9)), "the oldest is being read");
        assert_eq!((producer.vacant(), producer.is_closed()), (0, false));
    };
    then |grant| grant.release(1);
    afterwards {
        assert_eq!(producer.push(3), Ok(()));
        assert_eq!(consumer.drain().collect::<Vec<_>>(), [1, 2, 3], "the second was not released");
    }
}

stalled! { a_slot_of_an_spmc_producer_is_in_nobodys_way:
    given {
        let (mut producer, consumer) = spmc::ring::<u32>(3);
        assert_eq!(producer.push_iter(0..2), 2);
    }
    stop || producer.reserve().unwrap();
    meanwhile {
        while consumer.pop().is_ok() {}
        assert_eq!(consumer.pop(), Err(PopError::Empty), "empty, not busy: nothing was handed on");
        assert_eq!(consumer.claim_many(2).unwrap_err(), ClaimError::Empty);
        assert_eq!((consumer.len(), consumer.skip(9)), (0, 0));
    };
    then |slot| slot.write(2);
    afterwards { assert_eq!(consumer.pop(), Ok(2)) }
}

stalled! { a_batch_of_an_spmc_producer_is_in_nobodys_way:
    given {
        let (mut producer, consumer) = spmc::ring::<u32>(3);
        producer.push(0).unwrap();
    }
    stop || {
        let mut batch = producer.batch();
        batch.push(1).unwrap();
        batch
    };
    meanwhile {
        if let Ok(item) = consumer.pop() {
            assert_eq!(item, 0, "what was pushed before it comes out");
        }
        assert_eq!((consumer.pop(), consumer.len()), (Err(PopError::Empty), 0));
    };
    then drop;
    afterwards { assert_eq!(consumer.pop(), Ok(1)) }
}

stalled! { a_claim_of_an_spmc_consumer_delays_the_next_lap_but_no_call:
    given {
        let (mut producer, consumer) = spmc::ring::<u32>(3);
        assert_eq!(producer.push_iter(0..3), 3);
    }
    stop || consumer.claim().unwrap();
    meanwhile {
        while consumer.pop().is_ok() {}
        assert_eq!(consumer.pop(), Err(PopError::Empty));
        assert_eq!(producer.push(9), Err(PushError::Busy(9)), "the slot of the next lap is being read");
        assert_eq!(producer.reserve_many(2).unwrap_err(), ReserveError::Busy);
        assert_eq!(producer.batch().push(9), Err(PushError::Busy(9)));
        assert_eq!(producer.force_push(9), Err(PushError::Busy(9)));
    };
    then drop;
    afterwards { assert_eq!(producer.push_iter(0..9), 3) }
}

// Many producers, many consumers, in the order of the commits: who is stopped costs its slots, and nothing is ever busy.

stalled! { a_slot_of_a_pool_is_in_nobodys_way:
    given {
        let (producer, consumer) = pool::ring::<u32>(3);
    }
    stop || producer.reserve().unwrap();
    meanwhile {
        assert_eq!(producer.push_slice(&[5, 6, 7]), 2, "all slots but the one");
        assert_eq!(producer.push(8), Err(PushError::Full(8)));
        assert_eq!(producer.reserve_many(1).unwrap_err(), ReserveError::Full);
        assert_eq!(producer.force_push(8), Ok(Some(5)));
        assert_eq!(consumer.pop(), Ok(6));
        assert_eq!(*consumer.claim().unwrap(), 8);
        assert_eq!((consumer.pop(), consumer.len()), (Err(PopError::Empty), 0));
        assert_eq!(producer.vacant(), 2);
    };
    then |slot| slot.write(1);
    afterwards {
        assert_eq!(consumer.pop(), Ok(1));
        assert_eq!(producer.vacant(), 3);
    }
}

stalled! { a_grant_of_a_pool_is_in_nobodys_way:
    given {
        let (producer, consumer) = pool::ring::<u32>(4);
    }
    stop || producer.reserve_many(2).unwrap();
    meanwhile {
        assert_eq!(producer.reserve_many(3).unwrap_err(), ReserveError::TooFew { available: 2 });
        producer.reserve_many(2).unwrap().fill_with(|| 9);
        assert_eq!(consumer.claim_up_to(9).unwrap().sum::<u32>(), 18);
    };
    then |grant| grant.fill_with(|| 1);
    afterwards { assert!(consumer.drain().eq([1, 1])) }
}

stalled! { a_claim_of_a_pool_is_in_nobodys_way:
    given {
        let (producer, consumer) = pool::ring::<u32>(3);
        assert_eq!(producer.push_iter(0..3), 3);
    }
    stop || consumer.claim().unwrap();
    meanwhile {
        while consumer.pop().is_ok() {}
        assert_eq!(producer.push_iter(5..), 2, "all slots but the one");
        assert_eq!(producer.push(9), Err(PushError::Full(9)), "full, not busy");
        assert_eq!(producer.force_push(7), Ok(Some(5)));
        assert_eq!(consumer.claim_up_to(9).unwrap().collect::<Vec<_>>(), [6, 7]);
        assert_eq!(consumer.pop(), Err(PopError::Empty));
    };
    then drop;
    afterwards { assert_eq!(producer.push_iter(0..9), 3) }
}

stalled! { a_read_grant_of_a_pool_is_in_nobodys_way_and_if_it_has_all_slots_the_ring_is_full_and_empty:
    given {
        let (producer, consumer) = pool::ring::<u32>(2);
        assert_eq!(producer.push_iter(0..2), 2);
    }
    stop || consumer.claim_up_to(2).unwrap();
    meanwhile {
        assert_eq!(producer.push(9), Err(PushError::Full(9)));
        assert_eq!(producer.force_push(9), Err(PushError::Full(9)));
        assert_eq!(consumer.pop(), Err(PopError::Empty));
        assert_eq!((consumer.len(), producer.vacant()), (0, 0));
    };
    then |grant| assert!(grant.eq([0, 1]));
    afterwards { assert_eq!(producer.push_iter(0..9), 2) }
}

stalled! { closing_a_pool_waits_for_nobody_who_is_stopped:
    given {
        let (producer, consumer) = pool::ring::<u32>(2);
        producer.push(0).unwrap();
    }
    stop || producer.reserve().unwrap();
    meanwhile {
        producer.close();
        assert_eq!(producer.push(9), Err(PushError::Closed(9)));
        assert_eq!(producer.force_push(9), Err(PushError::Closed(9)));
        if let Ok(item) = consumer.pop() {
            assert_eq!(item, 0);
        }
        assert_eq!(consumer.pop(), Err(PopError::Empty), "not closed: what was reserved may still come");
        assert_eq!(consumer.state(), State::Closing);
    };
    then |slot| slot.write(1);
    afterwards {
        assert_eq!(consumer.pop(), Ok(1));
        assert_eq!(consumer.pop(), Err(PopError::Closed));
    }
}

// A lane for each pair: who is stopped is in nobody's way, and nothing is ever busy.

stalled! { a_slot_of_a_lane_is_in_nobodys_way:
    given {
        let (mut producers, mut consumers) = lanes::<u32>(2, 1, 2);
        let mut other = producers.pop().unwrap();
    }
    stop || producers[0].reserve().unwrap();
    meanwhile {
        other.push(5).unwrap();
        assert_eq!(consumers[0].len(), 1);
        assert_eq!(consumers[0].pop(), Ok(5));
        assert_eq!(consumers[0].pop(), Err(PopError::Empty));
        assert_eq!(consumers[0].claim_up_to(2).unwrap_err(), PopError::Empty);
        assert_eq!(other.vacant(), 2);
    };
    then |slot| slot.write(1);
    afterwards { assert_eq!(consumers[0].pop(), Ok(1)) }
}

stalled! { a_claim_of_a_lane_is_in_nobodys_way:
    given {
        let (mut producers, mut consumers) = lanes::<u32>(1, 2, 2);
        producers[0].push_slice(&[0, 0, 0, 0]);
        let mut other = consumers.pop().unwrap();
    }
    stop || consumers[0].claim_up_to(2).unwrap();
    meanwhile {
        assert_eq!(other.pop_slice(&mut [0; 4]), 2);
        assert_eq!(producers[0].push_slice(&[1, 2, 3]), 2, "past the lanes of the one that is stopped");
        assert_eq!(producers[0].push(3), Err(PushError::Full(3)));
        assert_eq!(producers[0].reserve().unwrap_err(), ReserveError::Full);
    };
    then |grant| grant.release(2);
    afterwards { assert_eq!(producers[0].push_slice(&[4, 5, 6]), 2) }
}

// Records: as in `mpmc`, with as many granules as each needs.

stalled! { a_record_of_a_writer_delays_the_records_after_it_but_no_call:
    given {
        let (writer, reader) = records::ring(4 * GRANULE);
        writer.push(&[0]).unwrap();
        assert_eq!(*reader.read().unwrap(), [0]);
    }
    stop || writer.reserve(2 * GRANULE).unwrap();
    meanwhile {
        _ = writer.push(&[9]);
        assert_eq!(reader.read().unwrap_err(), ReadError::Busy, "the next in order is being written");
        if writer.vacant() == 0 {
            assert_eq!(writer.reserve(0).unwrap_err(), GrantError::Full, "full, not busy: nothing was claimed");
        }
        assert_eq!(writer.reserve(4 * GRANULE).unwrap_err(), GrantError::Full);
        assert_eq!((reader.is_empty(), reader.state()), (false, State::Open));
    };
    then |mut record| {
        record[0] = 1;
        record.commit(1);
    };
    afterwards {
        let firsts: Vec<_> = std::iter::from_fn(|| reader.read().ok().map(|record| record[0])).collect();
        assert_eq!(firsts, [1, 9, 9]);
    }
}

stalled! { a_record_of_a_reader_delays_the_next_lap_but_no_call:
    given {
        let (writer, reader) = records::ring(3 * GRANULE);
        writer.push(&[1; 2 * GRANULE]).unwrap();
        writer.push(&[2]).unwrap();
    }
    stop || reader.read().unwrap();
    meanwhile {
        _ = reader.read();
        assert_eq!(reader.read().unwrap_err(), ReadError::Empty, "empty, not busy: nothing is being written");
        assert_eq!(writer.reserve(1).unwrap_err(), GrantError::Busy, "the granule of the next lap is being read");
        assert_eq!(writer.push(&[0; 3 * GRANULE]), Err(GrantError::Busy));
        assert!(reader.is_empty());
    };
    then drop;
    afterwards { writer.push(&[3; 3 * GRANULE]).unwrap() }
}
