//! Positions and indices: arithmetic that rests on no code, only on what the steps keep.
//!
//! Each side's lap starts at the same first position and only ever moves by `size` (an obligation of every step), so it
//! lies a whole number of sizes after it.
use super::Scenario;
use crate::term::{
    M, ONE, Sym, ZERO, all, assume, either, eq, fresh, implies, le, lt, minus, ordered, plus, prove, times,
};

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

fn multiple() {
    let (size, first, laps) = (size(), fresh("first"), fresh("laps"));
    let lap = plus(first, times(laps, size));
    let next = plus(lap, size);
    prove("a lap that moves by `size` stays a multiple", eq(next, plus(first, times(plus(laps, ONE), size))));
}

/// Two positions, each with a lap behind it and an index in `0 .. size`. Their laps lie a whole number of sizes apart:
/// said by cases, since whole numbers are all that is needed of the product, and products are hard on solvers.
fn two(size: Sym) -> [(Sym, Sym); 2] {
    let (one, other, apart, product) = (fresh("lap"), fresh("lap"), fresh("apart"), fresh("product"));
    assume(implies(eq(apart, ZERO), eq(product, ZERO)));
    assume(implies(le(ONE, apart), le(size, product)));
    assume(implies(lt(apart, ZERO), le(size, minus(ZERO, product))));
    assume(eq(minus(one, other), product));
    [one, other].map(|lap| {
        let position = fresh("position");
        let index = minus(position, lap);
        assume(all([le(ZERO, index), lt(index, size)]));
        (position, index)
    })
}

fn one_slot() {
    let size = size();
    let [(p, i), (q, j)] = two(size);
    assume(all([lt(minus(p, q), size), lt(minus(q, p), size)]));
    assume(eq(i, j));
    prove("positions less than a size apart have one index only if they are one", eq(p, q));
}

fn same_index() {
    let [(p, i), (q, j)] = two(size());
    assume(eq(p, q));
    prove("one position has one index, on whichever side", eq(i, j));
}

/// With (I1): a position in a writer's span and one in a reader's are different, and so are their slots.
fn spans() {
    let size = size();
    let (committed, released) = (fresh("committed"), fresh("released"));
    assume(ordered(&[released, committed, plus(released, size)]));
    let [(p, i), (q, j)] = two(size);
    assume(all([le(committed, p), lt(p, plus(released, size))])); // "a writer's span is clear of ..."
    assume(all([le(released, q), lt(q, committed)])); // "a reader's span lies in ..."
    prove("a writer's and a reader's span share no slot", either(lt(i, j), lt(j, i)));
}
