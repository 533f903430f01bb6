//! Evicting, closing, what is told of the whole pool, and that a step on one ring leaves an entry of the other as it is.
use super::one::{claim, commit, release, reserve};
use super::{Scenario, owned, pool, prove_all_over, prove_nothing_kept, prove_owned, words};
use crate::entry::Which::{Free, Ready};
use crate::entry::{self, Others};
use crate::indices::pool::{Refused, door};
use crate::symbolic::pool::word::usize;
use crate::term::{ONE, ZERO, all, choose, comes_to, eq, expect_ends, known, le, minus, prove};

pub(crate) const ALL: &[Scenario] = &[
    ("pool: evict", evict),
    ("pool: renew", renew),
    ("pool: close", close),
    ("pool: is it drained", drained),
    ("pool: occupied", occupied),
    ("pool: where a report comes to", positions),
    ("pool: there is room", room),
    ("pool: reserve, seen from a ready slot", || reserve(Others::Busy, Ready)),
    ("pool: claim, seen from a free slot", || claim(Others::Busy, Free)),
    ("pool: commit, seen from a free slot", || commit(Others::Busy, Free)),
    ("pool: release, seen from a ready slot", || release(Others::Busy, Ready)),
];

fn evict() {
    expect_ends(&["ours", "another", "room", "full", "closed"]);
    let words = words(Others::Busy, Ready);
    let pool = pool(&words);
    let end = match pool.evict() {
        Ok(Some(evicted)) => {
            prove_owned(pool.index_to_renew(&evicted));
            let w = entry::now();
            prove("R: who has evicted may commit", known(w.may_commit == 1));
            let found = w.exchanged.expect("it took it").rings[1];
            prove("there was an item", le(found.take, minus(found.put, ONE)));
            comes_to(if w.is_held { "ours" } else { "another" });
            return;
        }
        Ok(None) => "room",
        Err(Refused::Closed) => {
            prove("closed: it is", eq(entry::now().now.closed, ONE));
            "closed"
        }
        Err(why) => {
            prove("a writer that evicts is told full or closed", known(why == Refused::Full));
            "full"
        }
    };
    prove_nothing_kept(&entry::now());
    comes_to(end);
}

/// It does what `commit` does: a ready slot is seen there, from any state.
fn renew() {
    expect_ends(&["ours", "another"]);
    let words = words(Others::Busy, Free);
    let (index, ours) = owned(true);
    pool(&words).renew(door::evicted::evicted(index));
    prove_nothing_kept(&entry::now());
    comes_to(if ours { "ours" } else { "another" });
}

/// And the seal, of any pool that is closed.
fn close() {
    expect_ends(&["sealed"]);
    let words = words(Others::Busy, Free);
    entry::seals();
    let pool = pool(&words);
    let reservations = door::close(&pool);
    let w = entry::now();
    prove_nothing_kept(&w);
    prove(
        "closed: it is, and nothing can be reserved any more",
        all([eq(w.now.closed, ONE), eq(w.now.done, ONE)]),
    );
    prove("closed: it tells how many reservations there were", eq(reservations.at, w.now.rings[0].take));
    prove("closed: who closed it sees so", known(pool.is_closed()));
    comes_to("sealed");
}

fn drained() {
    expect_ends(&["drained", "not"]);
    let words = words(Others::Busy, Ready);
    if pool(&words).is_drained() {
        prove_all_over(&entry::now());
        comes_to("drained");
    } else {
        comes_to("not");
    }
}

fn occupied() {
    let words = words(Others::Busy, Ready);
    let pool = pool(&words);
    let usize(n) = if choose("ready") { pool.occupied() } else { pool.vacant() };
    prove("occupied: between zero and the size", all([le(ZERO, n.at), le(n.at, entry::size())]));
}

/// Where the walks of reports come to.
fn positions() {
    expect_ends(&["put", "take"]);
    let which = if choose("ready") { Ready } else { Free };
    let puts = which == Ready && choose("put"); // while the free ring is being sealed, that may be past it
    let words = words(Others::Busy, which);
    entry::walks();
    let at = door::position(&pool(&words), which == Ready, puts);
    let w = entry::now();
    let ring = if which == Ready { w.now.rings[1] } else { w.now.rings[0] };
    let first = if puts { ring.put } else { ring.take };
    prove("a report is never past the first position to fill, or to empty", le(at.at, first));
    comes_to(if puts { "put" } else { "take" });
}

/// Who owns an index finds an entry for it: the first position that is not filled is that of an empty one, or of a sealed one.
fn room() {
    let which = if choose("ready") { Ready } else { Free };
    entry::begin(Others::Quiet, which);
    owned(false);
    let w = entry::now();
    let ring = if which == Ready { w.now.rings[1] } else { w.now.rings[0] };
    prove("occupancy is less than the size while an index is owned", le(ring.len(), minus(w.size, ONE)));
    entry::relates(which, ring.put);
    prove(
        "room: the first position to fill is empty",
        all([eq(w.now.ours.low, ZERO), eq(w.now.ours.at, ring.put)]),
    );
}
