//! Positions and indices: arithmetic that rests on no code, only on what the steps keep.
//!
//! Each side's lap starts at the same first position and only ever moves by `size` (an obligation of every step), so it
//! lies a whole number of sizes after it.
use super::Scenario;
use crate::term::{M, ONE, Sym, ZERO, all, assume, eq, fresh, implies, known, le, lt, minus, ordered, plus, prove, times};

pub(crate) const ALL: &[Scenario] = &[
    ("lemma: a lap is a multiple", multiple),
    ("lemma: one slot, one position", one_slot),
    ("lemma: both sides use one index", same_index),
    ("lemma: spans share no slot", spans),
];

fn size() -> Sym {
    let size = fresh("size");
    assume(lt(ZERO, size));
    assume(lt(plus(size, size), M));
    size
}

/// A lap that lies `laps` sizes after the first position.
fn lap(first: Sym, size: Sym) -> (Sym, Sym) {
    let laps = fresh("laps");
    (plus(first, times(laps, size)), laps)
}

fn multiple() {
    let (size, first) = (size(), fresh("first"));
    let (lap, laps) = lap(first, size);
    let next = plus(lap, size);
    prove("a lap that moves by `size` stays a multiple", eq(next, plus(first, times(plus(laps, ONE), size))));
}

/// A position, its lap, and its index in `0 .. size`.
fn placed(first: Sym, size: Sym) -> (Sym, Sym, Sym) {
    let (position, (lap, laps)) = (fresh("position"), lap(first, size));
    let index = minus(position, lap);
    assume(all([le(ZERO, index), lt(index, size)]));
    (position, index, laps)
}

fn one_slot() {
    let (size, first) = (size(), fresh("first"));
    let ((p, i, _), (q, j, _)) = (placed(first, size), placed(first, size));
    assume(all([lt(minus(p, q), size), lt(minus(q, p), size)]));
    assume(eq(i, j));
    prove("positions less than a size apart have one index only if they are one", eq(p, q));
}

fn same_index() {
    let (size, first) = (size(), fresh("first"));
    let ((p, i, laps), (q, j, other)) = (placed(first, size), placed(first, size));
    assume(eq(p, q));
    prove("one position has one index, on whichever side", all([eq(i, j), eq(laps, other)]));
}

/// With (I1): a position in a writer's span and one in a reader's are different, and so are their slots.
fn spans() {
    let (size, first) = (size(), fresh("first"));
    let (committed, released) = (fresh("committed"), fresh("released"));
    assume(ordered(&[released, committed, plus(released, size)]));
    let ((p, i, _), (q, j, _)) = (placed(first, size), placed(first, size));
    assume(all([le(committed, p), lt(p, plus(released, size))])); // "a writer's span is clear of ..."
    assume(all([le(released, q), lt(q, committed)])); // "a reader's span lies in ..."
    prove("a writer's and a reader's span share no slot", implies(eq(i, j), known(false)));
}
