//! What is run over terms: one call at one pool, while any number of others take any steps, seen from one entry of a ring and one index,
//! any of them.
mod one;
mod other;
pub(super) mod shape;

use super::Scenario;
use crate::entry::{self, Others, Which, World};
use crate::indices::pool::{Cursors, Entry, Pool, Refused, door};
use crate::symbolic::pool::word::{Word, number, usize};
use crate::term::{ONE, ZERO, all, choose, eq, known, le, lt, not, prove};

pub(crate) const ALL: [&[Scenario]; 2] = [one::ALL, other::ALL];

type Words = (Cursors, [Entry; 5]);

fn words(others: Others, tracked: Which) -> Words {
    entry::begin(others, tracked);
    door::words()
}

fn pool(words: &Words) -> Pool<'_> {
    door::pool(words, entry::size())
}

/// An index that the acting thread owns: ours, or another. `commits`: it was reserved or evicted.
fn owned(commits: bool) -> (Word, bool) {
    let ours = choose("owns_ours");
    (number(entry::owns(ours, commits)), ours)
}

/// What was handed out: an index less than the size, and it is owned.
fn prove_owned(index: usize) {
    let (usize(index), w) = (index, entry::now());
    let index = index.value();
    prove("an index lies inside the pool", all([le(ZERO, index), lt(index, w.size)]));
    prove("one index is handed out", known(w.held == 1));
    let is_ours = eq(index, w.index);
    prove("what is handed out is owned", if w.is_held { is_ours } else { not(is_ours) });
}

/// Nothing is left behind by a call that has nothing to hand out.
fn prove_nothing_kept(w: &World) {
    prove("who is refused owns nothing", known(w.held == 0 && !w.is_held));
    prove("R: and may not commit", known(w.may_commit == 0));
}

/// Nothing was found at a position of our entry.
fn prove_nothing_there(others: Others) {
    let w = entry::now();
    let Some((at, looked)) = w.looked else { return };
    let [free, ready] = looked.rings;
    let ring = if w.tracked == Which::Free { free } else { ready };
    if others == Others::Seen {
        prove(
            "nothing there: at the second look the ring was empty",
            all([eq(at, ring.take), eq(at, ring.put)]),
        );
    }
    if others == Others::Told {
        let all_that = w.fenced.map_or(known(false), |put| le(put, at));
        prove("nothing there: nor was, before others fenced that fenced before (P2)", all_that);
    }
}

fn prove_no_room(why: Refused, others: Others) {
    let w = entry::now();
    prove_nothing_kept(&w);
    if why == Refused::Full {
        prove_nothing_there(others);
    } else {
        prove("a writer is told full or closed", known(why == Refused::Closed));
        prove(
            "closed: it is, and nothing can be reserved any more",
            all([eq(w.now.closed, ONE), eq(w.now.done, ONE)]),
        );
    }
}

fn prove_no_item(why: Refused, others: Others) {
    let w = entry::now();
    prove_nothing_kept(&w);
    if why == Refused::Empty {
        return prove_nothing_there(others);
    }
    prove("a reader is told empty or closed", known(why == Refused::Closed));
    prove_all_over(&w);
}

/// It is closed, and every item that was ever committed, or will be, has been claimed.
fn prove_all_over(w: &World) {
    let [_, ready] = w.now.rings;
    prove(
        "closed: it is, and nothing can be reserved any more",
        all([eq(w.now.closed, ONE), eq(w.now.done, ONE)]),
    );
    prove("closed: and nothing committed any more", eq(w.now.outstanding(), ZERO));
    prove("closed: and all is claimed", eq(ready.take, ready.put));
}
