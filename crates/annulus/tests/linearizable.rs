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
#[path = "linearizable/check.rs"]
mod check;
#[path = "linearizable/history.rs"]
mod history;
#[path = "linearizable/planted.rs"]
mod planted;
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

use planted::{Flaw, Planted};
use pool::Pool;
use program::{End, Op};
use queue::{Mpmc, Pooled};
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

/// Queues that are right, as far as the specifications go, and simple: a lock round each call.
#[test]
fn a_right_queue_is_explained() {
    explained::<Planted<{ Flaw::NONE }>, Ring>(300);
    explained::<Planted<{ Flaw::ORDER_AT_COMMIT }>, Pool>(300);
}

macro_rules! planted {
    ($($name:ident: $flaw:ident beside $spec:ident;)*) => {
        $(
            #[test]
            fn $name() {
                found::<Planted<{ Flaw::$flaw }>, $spec>();
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
}
