//! The ring of bytes, at one byte, any of them: what each end does, and what the other one may have done meanwhile.
mod lemma;
mod reader;
mod writer;

use super::Scenario;
use crate::byte;
use crate::term::{Formula, Sym, ZERO, all, either, eq, le, ordered, plus, prove};

pub(crate) const ALL: [&[Scenario]; 3] = [writer::ALL, reader::ALL, lemma::ALL];

/// A span is one run of memory.
fn prove_in_bounds(start: Sym, len: Sym) {
    let end = plus(start, len);
    prove(
        "a span lies inside the ring and does not wrap",
        ordered(&[ZERO, start, end, byte::now().ring.size]),
    );
}

fn is_none(len: Sym) -> Formula {
    eq(len, ZERO)
}

/// It is the lesser of the two.
fn is_lesser(n: Sym, a: Sym, b: Sym) -> Formula {
    either(all([eq(n, a), le(a, b)]), all([eq(n, b), le(b, a)]))
}
