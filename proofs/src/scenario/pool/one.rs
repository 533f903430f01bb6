//! One slot: reserved, handed on, claimed, given back; and the ring of indices below all of it.
use super::{Scenario, owned, pool, prove_no_item, prove_no_room, prove_nothing_kept, prove_owned, words};
use crate::entry::Which::{self, Free, Ready};
use crate::entry::{self, Others};
use crate::indices::pool::{Refused, door};
use crate::term::{ONE, comes_to, eq, expect_ends, known, prove};

pub(crate) const ALL: &[Scenario] = &[
    ("pool: reserve", || reserve(Others::Busy, Free)),
    ("pool: claim", || claim(Others::Busy, Ready)),
    ("pool: claim, what is known", || claim(Others::Told, Ready)),
    ("pool: claim, what is told", || claim(Others::Seen, Ready)),
    ("pool: commit", || commit(Others::Busy, Ready)),
    ("pool: release", || release(Others::Busy, Free)),
    ("pool: abandon", || abandon(Others::Busy)),
    ("pool: reserve, what is told", || reserve(Others::Seen, Free)),
    ("pool: reserve, what is known", || reserve(Others::Told, Free)),
    ("pool: release, what is known", || release(Others::Told, Free)),
    ("pool: commit, what is known", || commit(Others::Told, Ready)),
];

pub(super) fn reserve(others: Others, tracked: Which) {
    expect_ends(&["ours", "another", "full", "closed"]);
    let words = words(others, tracked);
    let pool = pool(&words);
    match pool.reserve() {
        Ok(reserved) => {
            prove_owned(pool.index_to_write(&reserved));
            let w = entry::now();
            prove("R: who has reserved may commit", known(w.may_commit == 1));
            comes_to(if w.is_held { "ours" } else { "another" });
        }
        Err(why) => {
            prove_no_room(why, others);
            comes_to(if why == Refused::Full { "full" } else { "closed" });
        }
    }
}

pub(super) fn claim(others: Others, tracked: Which) {
    expect_ends(&["ours", "another", "empty", "closed"]);
    let words = words(others, tracked);
    let pool = pool(&words);
    match pool.claim() {
        Ok(claimed) => {
            prove_owned(pool.index_to_read(&claimed));
            let w = entry::now();
            prove("R: who has claimed may not commit", known(w.may_commit == 0));
            comes_to(if w.is_held { "ours" } else { "another" });
        }
        Err(why) => {
            prove_no_item(why, others);
            comes_to(if why == Refused::Empty { "empty" } else { "closed" });
        }
    }
}

pub(super) fn commit(others: Others, tracked: Which) {
    expect_ends(&["ours", "another"]);
    let words = words(others, tracked);
    let (index, ours) = owned(true);
    pool(&words).commit(door::reserved(index));
    let w = entry::now();
    prove_nothing_kept(&w);
    comes_to(if ours { "ours" } else { "another" });
}

/// It counts, and then does what `release` does: a free slot is seen there, from any state.
fn abandon(others: Others) {
    expect_ends(&["ours", "dropped", "another"]);
    let words = words(others, Ready);
    let (index, ours) = owned(true);
    pool(&words).abandon(door::reserved(index));
    given_back(ours);
}

pub(super) fn release(others: Others, tracked: Which) {
    expect_ends(&["ours", "dropped", "another"]);
    let words = words(others, tracked);
    let (index, ours) = owned(false);
    pool(&words).release(door::claimed(index));
    given_back(ours);
}

/// It is in the free ring, or dropped: then it is owned by nobody, but counted.
fn given_back(ours: bool) {
    let w = entry::now();
    prove("R: who has given back may not commit", known(w.may_commit == 0));
    if w.held == 1 {
        prove("only what comes back to a closed pool is dropped", eq(w.now.closed, ONE));
        comes_to("dropped");
    } else {
        prove_nothing_kept(&w);
        comes_to(if ours { "ours" } else { "another" });
    }
}
