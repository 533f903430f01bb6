//! What is told of the whole ring, closing it, and what is assumed of time.
use super::{Scenario, ring, words};
use crate::slot::{self, Mine, Others};
use crate::symbolic::turns::word::usize;
use crate::term::{ONE, ZERO, all, assume, eq, fresh, implies, known, le, lt, minus, plus, prove, times};

pub(crate) const ALL: &[Scenario] = &[
    ("turns: occupied", || occupied(Others::Busy)),
    ("turns: occupied, quiet", || occupied(Others::Quiet)),
    ("turns: close", close),
    ("turns: positions of laps", positions),
    ("turns: how far behind is near", near),
];

fn occupied(others: Others) {
    let words = words(others, Mine::Nothing);
    let usize(n) = ring(&words).occupied();
    let w = slot::now();
    prove("occupied: between zero and the size", all([le(ZERO, n.at), le(n.at, w.size)]));
    if others == Others::Quiet {
        prove("occupied: exact in a quiet ring", eq(plus(w.now.read, n.at), w.now.write));
    }
}

fn close() {
    let words = words(Others::Busy, Mine::Nothing);
    words.0.close();
    prove("closed: it is", eq(slot::now().now.closed, ONE));
    let closed = words.0.is_closed();
    prove("closed: who closed it sees so", known(closed));
}

/// A position is `lap * size + index`: one more, and the index at the end of a lap goes on at the next lap.
fn positions() {
    let (size, lap, index) = (fresh("size"), fresh("lap"), fresh("index"));
    assume(all([lt(ZERO, size), le(ZERO, index), lt(index, size)]));
    let at = plus(times(lap, size), index);
    let next_lap = times(plus(lap, ONE), size);
    prove("the next lap is a size later", eq(plus(times(lap, size), size), next_lap));
    let last = eq(plus(index, ONE), size);
    prove(
        "the position after the last index is the first of the next lap",
        implies(last, eq(plus(at, ONE), next_lap)),
    );
}

/// What is assumed of time: a turn that is looked at is less than half of all laps from the position it is looked at for. It is
/// so if half of all is two sizes and more than positions went by since the position was the cursor's.
fn near() {
    slot::begin(Others::Busy, Mine::Nothing);
    let (w, at, gone) = (slot::now(), fresh("at"), fresh("gone"));
    let half = fresh("half");
    assume(all([le(ZERO, gone), lt(plus(plus(w.size, w.size), gone), half)]));
    for cursor in [w.now.write, w.now.read] {
        let ahead = minus(w.now.at, at);
        let seen_then = all([le(at, cursor), le(cursor, plus(at, gone))]);
        prove("near: a turn is never far ahead", implies(seen_then.clone(), lt(ahead, half)));
        prove("near: nor far behind", implies(seen_then, le(minus(ZERO, half), ahead)));
    }
}
