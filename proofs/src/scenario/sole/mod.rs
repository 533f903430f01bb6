//! What is run over terms: one call of a sole end, beside any number of threads at the other end; or of one of these, beside a
//! sole end. Seen from one slot, any of them, as in `scenario/turns`.
mod beside;
mod reader;
mod writer;

use super::{Scenario, turns};
use crate::ring::turns::{Turn, Turns, door};
use crate::slot;
use crate::symbolic::turns::word::{any_number, usize};
use crate::term::{Formula, Sym, all, decide, le, lt, plus};

pub(crate) const ALL: [&[Scenario]; 3] = [writer::ALL, reader::ALL, beside::ALL];

type Words = (crate::ring::turns::Cursors, [Turn; 2]);

fn ring(words: &Words) -> Turns<'_> {
    door::turns(words, slot::now().size)
}

/// Any two numbers that a caller may say, and what they come to.
fn least_and_want() -> (usize, usize) {
    (any_number("least"), any_number("want"))
}

/// `n`, or all that is offered if that is less.
fn handed_on(n: usize, offered: Sym) -> Sym {
    if decide(&le(n.0.at, offered)) { n.0.at } else { offered }
}

/// Whether the position of our slot is among the `n` from `from` on.
fn is_among(at: Sym, from: Sym, n: Sym) -> Formula {
    all([le(from, at), lt(at, plus(from, n))])
}
