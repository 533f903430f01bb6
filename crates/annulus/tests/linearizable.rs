//! Is there an order of all calls, each between its beginning and its end, in which a queue that does one thing at a time would
//! have given the same answers? Full, Empty, Busy and Closed are answers like any other.
//!
//! ```text
//!   proptest --> program (calls per thread) --> run: threads, a clock --> history --> check, beside a specification
//!       ^------------- shrink, while a history that cannot be explained is found --------------'
//! ```
//! Threads of the system, with noise between the calls; with `--cfg shuttle`, schedules drawn step by step, also within calls.
//! `ANNULUS_SEED` repeats a run, `ANNULUS_TIMES=n` makes it n times as long.
//!
//! After J. M. Wing and C. Gong, *Testing and Verifying Concurrent Objects* (1993), with G. Lowe's memory of what was tried (2017);
//! a call may take effect in several steps, as a push does that reserves and commits.
#![allow(clippy::disallowed_types)] // the clock
#[cfg(all(feature = "std", not(shuttle)))] // a channel's lock is one of the system
#[path = "linearizable/channels.rs"]
mod channels;
#[path = "linearizable/check.rs"]
mod check;
#[path = "linearizable/history.rs"]
mod history;
#[path = "linearizable/lent.rs"]
mod lent;
#[path = "linearizable/mesh.rs"]
mod mesh;
#[path = "linearizable/one_reader.rs"]
mod one_reader;
#[path = "linearizable/one_writer.rs"]
mod one_writer;
#[path = "linearizable/planted.rs"]
mod planted;
#[path = "linearizable/planted_lanes.rs"]
mod planted_lanes;
#[path = "linearizable/pool.rs"]
mod pool;
#[path = "linearizable/program.rs"]
mod program;
#[path = "linearizable/queue.rs"]
mod queue;
#[path = "linearizable/ring.rs"]
mod ring;
#[path = "linearizable/run.rs"]
mod run;
#[path = "linearizable/search.rs"]
mod search;

use mesh::Mesh;
use one_reader::OneReader;
use one_writer::OneWriter;
use planted::{Flaw, Planted};
use planted_lanes::{LaneFlaw, PlantedLanes};
use pool::Pool;
use program::{End, Op};
use queue::{Lanes, Mpmc, Mpsc, Pooled, SettledMpsc, Spmc};
use ring::Ring;
use search::{explained, explained_in, found};

#[test]
fn mpmc_does_what_a_ring_does_that_does_one_thing_at_a_time() {
    explained::<Mpmc, Ring>(2_000);
}

/// Programs that random ones seldom hit on.
#[test]
fn mpmc_does_so_in_a_ring_of_one_that_everybody_is_at() {
    let (reserve, commit, abandon) = (Op::Reserve(1), Op::Commit(1, End::Oldest), Op::Commit(0, End::Oldest));
    for threads in [
        &[&[Op::Push, Op::Pop][..], &[Op::Push, Op::Pop], &[reserve, abandon, Op::Pop]][..],
        &[&[Op::ForcePush, Op::ForcePush], &[Op::ForcePush, Op::Pop], &[reserve, abandon]],
        &[&[reserve, commit, Op::Close], &[Op::Pop, Op::Pop], &[Op::Push]],
        &[&[Op::Push, Op::Claim(1)], &[reserve, commit], &[Op::ForcePush, Op::Close]],
    ] {
        explained_in::<Mpmc, Ring>(1, threads, 1_000);
    }
}

#[test]
fn force_push_is_one_step() {
    explained_in::<Mpmc, Ring>(1, &[&[Op::Push, Op::ForcePush], &[Op::Pop]], 20_000);
}

#[test]
fn nothing_comes_after_closed() {
    explained_in::<Mpmc, Ring>(1, &[&[Op::Push, Op::ForcePush], &[Op::Close, Op::Pop, Op::Pop]], 20_000);
}

#[test]
fn pool_does_what_a_pool_does_that_does_one_thing_at_a_time() {
    explained::<Pooled, Pool>(2_000);
}

/// Programs that random ones seldom hit on.
#[test]
fn pool_does_so_in_a_ring_of_one_or_two_that_everybody_is_at() {
    let (reserve, commit, abandon) = (Op::Reserve(1), Op::Commit(1, End::Oldest), Op::Commit(0, End::Oldest));
    for threads in [
        &[&[Op::Push, Op::Pop][..], &[Op::Push, Op::Pop], &[reserve, abandon, Op::Pop]][..],
        &[&[Op::ForcePush, Op::ForcePush], &[Op::ForcePush, Op::Pop], &[reserve, abandon]],
        &[&[reserve, commit, Op::Close], &[Op::Pop, Op::Pop], &[Op::Push]],
        &[&[Op::Push, Op::Claim(1)], &[reserve, commit], &[Op::ForcePush, Op::Close]],
        &[&[Op::Push, Op::Close], &[Op::Pop, Op::Pop], &[Op::Push, Op::Push]],
        &[&[Op::ForcePush, Op::ForcePush], &[Op::Close, Op::Pop, Op::Pop], &[Op::Pop]],
    ] {
        explained_in::<Pooled, Pool>(1, threads, 1_000);
        explained_in::<Pooled, Pool>(2, threads, 1_000);
    }
}

#[test]
fn mpsc_does_what_a_ring_with_one_consumer_does_that_does_one_thing_at_a_time() {
    explained::<Mpsc, OneReader<false>>(2_000);
}

/// The first thread has the consumer.
#[test]
fn mpsc_does_so_in_a_ring_of_one_or_two_that_everybody_is_at() {
    let (reserve, commit, abandon) = (Op::Reserve(1), Op::Commit(1, End::Oldest), Op::Commit(0, End::Oldest));
    let (claim, release) = (Op::Claim(2), Op::Release(1, End::Oldest));
    for threads in [
        &[&[Op::Pop, Op::Pop, Op::Pop][..], &[Op::Push, Op::Push], &[reserve, abandon, Op::Push]][..],
        &[&[claim, Op::ForcePush, release, Op::Pop], &[Op::ForcePush, Op::ForcePush], &[Op::ForcePush]],
        &[&[Op::Pop, Op::Pop, Op::Pop], &[Op::ForcePush, Op::ForcePush], &[reserve, abandon, Op::Push]],
        &[&[Op::Pop, Op::Pop], &[reserve, commit, Op::Close], &[Op::Push]],
        &[&[claim, release, claim, release], &[Op::Push, Op::Push], &[Op::Push, Op::Push]],
        &[&[Op::Push, Op::Pop, Op::Close], &[Op::ForcePush, Op::Push], &[Op::ForcePush]],
    ] {
        for capacity in [1, 2] {
            explained_in::<Mpsc, OneReader<false>>(capacity, threads, 1_000);
        }
    }
}

/// A consumer that keeps the hold until it is asked.
#[test]
fn mpsc_does_so_after_its_consumer_was_alone_for_long() {
    let less = if cfg!(shuttle) { 20 } else { 1 }; // all that goes before is scheduled, too
    explained::<SettledMpsc, OneReader<true>>(2_000 / less);
    let consumer = &[Op::Pop, Op::Pop, Op::Pop][..];
    let producers = &[Op::ForcePush, Op::ForcePush][..];
    explained_in::<SettledMpsc, OneReader<true>>(
        1,
        &[consumer, producers, producers],
        u64::from(2_000 / less),
    );
}

#[test]
fn spmc_does_what_a_ring_with_one_producer_does_that_does_one_thing_at_a_time() {
    explained::<Spmc, OneWriter>(2_000);
}

/// The first thread has the producer.
#[test]
fn spmc_does_so_in_a_ring_of_one_or_two_that_everybody_is_at() {
    let (reserve, commit, abandon) = (Op::Reserve(2), Op::Commit(1, End::Oldest), Op::Commit(0, End::Oldest));
    for threads in [
        &[&[Op::Push, Op::Push, Op::Push][..], &[Op::Pop, Op::Pop], &[Op::Pop, Op::Pop]][..],
        &[&[Op::ForcePush, Op::ForcePush, Op::ForcePush], &[Op::Pop, Op::Pop], &[Op::Claim(1), Op::Pop]],
        &[&[reserve, abandon, reserve, commit], &[Op::Pop, Op::Pop], &[Op::Close, Op::Pop]],
        &[&[Op::Push, Op::ForcePush, Op::Push], &[Op::Close, Op::Pop, Op::Pop], &[Op::Pop]],
        &[&[Op::Push, Op::Close], &[Op::Pop, Op::Pop], &[Op::Pop, Op::Pop]],
    ] {
        for capacity in [1, 2] {
            explained_in::<Spmc, OneWriter>(capacity, threads, 1_000);
        }
    }
}

/// What never waits in a channel does what it does in the ring, with all the calling and closing that goes round it.
#[cfg(all(feature = "std", not(shuttle)))]
mod of_channels {
    use super::channels::{MpmcChannel, MpscChannel, PoolChannel, SpmcChannel};
    use super::*;

    #[test]
    fn mpmc_does_what_its_ring_does() {
        explained::<MpmcChannel, Ring>(1_000);
    }

    #[test]
    fn pool_does_what_its_ring_does() {
        explained::<PoolChannel, Pool>(1_000);
    }

    #[test]
    fn spmc_does_what_its_ring_does() {
        explained::<SpmcChannel, OneWriter>(1_000);
    }

    #[test]
    fn mpsc_does_what_its_ring_does() {
        explained::<MpscChannel, OneReader<false>>(1_000);
    }

    #[test]
    fn overwriting_and_closing_are_one_step_each() {
        for threads in [
            &[&[Op::Push, Op::ForcePush][..], &[Op::Pop]][..],
            &[&[Op::Push, Op::ForcePush], &[Op::Close, Op::Pop, Op::Pop]],
            &[&[Op::ForcePush, Op::ForcePush], &[Op::Push, Op::Close], &[Op::Pop, Op::Pop]],
        ] {
            explained_in::<MpmcChannel, Ring>(1, threads, 1_000);
            explained_in::<PoolChannel, Pool>(1, threads, 1_000);
        }
    }
}

/// Each consumer has the items of one producer in their order, none is lost or comes twice, and Full, Empty and Closed are so of all
/// lanes at one moment. The order of items that go through different lanes is not promised, and not looked at.
#[test]
fn lanes_do_what_as_many_queues_do_that_do_one_thing_at_a_time() {
    explained::<Lanes, Mesh>(2_000);
}

#[test]
fn lanes_do_so_where_all_are_full_or_empty_most_of_the_time() {
    for threads in [
        &[&[Op::Push, Op::Push, Op::Push, Op::Pop][..], &[Op::Pop, Op::Pop, Op::Push, Op::Push]][..],
        &[&[Op::Push, Op::Push, Op::Close], &[Op::Pop, Op::Close, Op::Pop, Op::Pop]],
        &[&[Op::Push, Op::Push, Op::Push], &[Op::Pop, Op::Push], &[Op::Claim(2), Op::Push, Op::Push]],
    ] {
        explained_in::<Lanes, Mesh>(1, threads, 1_000);
    }
}

/// Queues that are right, as far as the specifications go, and simple: a lock round each call.
#[test]
fn a_right_queue_is_explained() {
    explained::<Planted<{ Flaw::NONE }>, Ring>(300);
    explained::<Planted<{ Flaw::ORDER_AT_COMMIT }>, Pool>(300);
    explained::<Planted<{ Flaw::ONE_CONSUMER }>, OneReader<false>>(300);
    explained::<Planted<{ Flaw::ONE_PRODUCER }>, OneWriter>(300);
    explained::<PlantedLanes<{ LaneFlaw::NONE }>, Mesh>(300);
}

macro_rules! planted {
    ($($name:ident: $flaw:ident beside $spec:ty;)*) => {
        planted! { $($name: Planted Flaw $flaw beside $spec;)* }
    };
    ($($name:ident: $queue:ident $flaws:ident $flaw:ident beside $spec:ty;)*) => {
        $(
            #[test]
            fn $name() {
                found::<$queue<{ $flaws::$flaw }>, $spec>();
            }
        )*
    };
}

planted! {
    the_youngest_first_is_found: LIFO beside Ring;
    empty_with_an_item_in_it_is_found: EMPTY_WITH_ITEM beside Ring;
    an_item_lost_after_the_wrap_is_found: LOSES_AFTER_WRAP beside Ring;
    an_item_that_comes_twice_is_found: TWICE beside Ring;
    full_where_it_is_busy_is_found: FULL_WHEN_BUSY beside Ring;
    busy_where_it_is_full_is_found: BUSY_WHEN_FULL beside Ring;
    empty_where_it_is_busy_is_found: EMPTY_WHEN_BUSY beside Ring;
    a_push_after_the_close_is_found: OPEN_AFTER_CLOSE beside Ring;
    closed_with_an_item_in_it_is_found: CLOSED_WITH_ITEM beside Ring;
    an_eviction_with_room_is_found: EVICTS_WITH_ROOM beside Ring;
    the_order_of_commits_is_found_in_a_ring: ORDER_AT_COMMIT beside Ring;
    the_order_of_reservations_is_found_in_a_pool: NONE beside Pool;
    busy_where_a_sole_consumer_has_claimed_is_found: CLAIM_MOVES beside OneReader<false>;
    an_eviction_of_what_is_claimed_is_found: OVERWRITES_CLAIMED beside OneReader<false>;
    items_lost_that_were_claimed_and_not_released_are_found: LOSES_UNRELEASED beside OneReader<false>;
    busy_where_a_sole_producer_has_reserved_is_found: RESERVE_MOVES beside OneWriter;
    items_lost_that_were_reserved_before_the_close_are_found: LOSES_AFTER_CLOSE beside OneWriter;
}

planted! {
    the_youngest_of_a_lane_first_is_found: PlantedLanes LaneFlaw LIFO beside Mesh;
    empty_with_an_item_in_another_lane_is_found: PlantedLanes LaneFlaw EMPTY_WITH_ITEM beside Mesh;
    full_with_room_in_another_lane_is_found: PlantedLanes LaneFlaw FULL_WITH_ROOM beside Mesh;
    an_item_in_two_lanes_is_found: PlantedLanes LaneFlaw IN_TWO_LANES beside Mesh;
}
