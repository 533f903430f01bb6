//! What is run over terms: one step of one end each, from any state in which it may begin.
mod bip;
mod evict;
mod hostile;
mod lemma;
mod pool;
mod progress;
mod reader;
mod record;
mod shape;
mod sole;
mod turns;
mod writer;

use crate::door::View;
use crate::protocol::span::Span;
use crate::term::{Formula, ONE, Sym, ZERO, all, either, eq, implies, le, lt, minus, ordered, plus, prove};

/// A name and the step it stands for.
pub(crate) type Scenario = (&'static str, fn());

/// Those of the lane.
pub(crate) const LANE: [&[Scenario]; 6] =
    [writer::ALL, reader::ALL, evict::ALL, lemma::ALL, progress::ALL, hostile::ALL];

/// Those of the ring of turns, and of its shape.
pub(crate) const TURNS: [&[Scenario]; 5] =
    [turns::ALL[0], turns::ALL[1], turns::ALL[2], turns::ALL[3], shape::ALL];

/// Those of the ends of it that there are only once.
pub(crate) const SOLE: [&[Scenario]; 3] = sole::ALL;

/// Those of the pool, and of its shape.
pub(crate) const POOL: [&[Scenario]; 3] = [pool::ALL[0], pool::ALL[1], pool::shape::ALL];

/// Those of records, and of how their lengths lie in words.
pub(crate) const RECORD: [&[Scenario]; 3] = record::ALL;

/// Those of the ring of bytes.
pub(crate) const BIP: [&[Scenario]; 3] = bip::ALL;

/// All that are proved, by the file that they are about, or by a part of their name.
pub(crate) fn about(file: &str) -> Vec<&'static Scenario> {
    let turns = TURNS.into_iter().flatten();
    let lane = LANE.into_iter().flatten();
    match file {
        "pool/shape.rs" => pool::shape::ALL.iter().collect(),
        "pool/close.rs" | "pool/evict.rs" => pool::ALL[1].iter().chain(pool::ALL[0]).collect(),
        _ if file.starts_with("pool") => pool::ALL.into_iter().flatten().collect(),
        "turns/shape.rs" => shape::ALL.iter().collect(),
        "turns/record/shape.rs" => record::shape::ALL.iter().collect(),
        "turns/record.rs" => record::ALL[0].iter().chain(record::ALL[1]).collect(),
        _ if !file.ends_with(".rs") => all_scenarios().into_iter().filter(|s| s.0.contains(file)).collect(),
        _ if file.starts_with("bip") => BIP.into_iter().flatten().collect(),
        _ if file.starts_with("turns") => turns.collect(),
        _ => lane.collect(),
    }
}

/// Whether its terms are bits.
pub(crate) fn is_of_bits(scenario: &Scenario) -> bool {
    shape::ALL.iter().chain(pool::shape::ALL).chain(record::shape::ALL).any(|s| s.0 == scenario.0)
}

pub(crate) fn all_scenarios() -> Vec<&'static Scenario> {
    LANE.into_iter().chain(TURNS).chain(SOLE).chain(POOL).chain(RECORD).chain(BIP).flatten().collect()
}

/// The two ends of a span.
#[derive(Clone, Copy)]
struct Piece {
    start: Sym,
    len: Sym,
}

fn piece(span: &Span) -> Piece {
    Piece { start: span.start(), len: span.len() }
}

/// What every span promises: `before` and `now` are its side before and after it was made; it knows of positions up to
/// `known`.
fn prove_span(span: Piece, before: &View, now: &View, known: Sym, want: Sym) {
    let end = plus(now.at, span.len);
    prove("a span starts where its side stands; making it moves nothing", eq(now.at, before.at));
    prove("a span's length lies between zero and what was asked", ordered(&[ZERO, span.len, want]));
    prove("a span starts inside the ring, unless it is empty", in_bounds(span, now.size));
    prove(
        "an index is the distance from the lap",
        implies(is_some(span), eq(plus(now.lap, span.start), now.at)),
    );
    prove("a span holds all that was asked or all that is known", either(eq(span.len, want), eq(end, known)));
    prove("a span lies within what is known", le(end, known));
    prove("a lap moves by the size of the ring", lap_moved(before, now));
}

fn in_bounds(span: Piece, size: Sym) -> Formula {
    let inside = all([le(ZERO, span.start), lt(span.start, size)]);
    all([ordered(&[ZERO, span.len, size]), implies(lt(ZERO, span.len), inside)])
}

fn lap_moved(before: &View, now: &View) -> Formula {
    either(eq(now.lap, before.lap), eq(now.lap, plus(before.lap, before.size)))
}

/// The side went on by exactly `n`, and shows it unless it is owed.
fn prove_moved(before: &View, now: &View, n: Sym) {
    prove("a step moves by what was handed over", eq(now.at, plus(before.at, n)));
    prove("a lap moves by the size of the ring", lap_moved(before, now));
}

/// `n`, or `len` if that is less.
fn prove_clamped(before: &View, now: &View, n: Sym, len: Sym) {
    let moved = minus(now.at, before.at);
    prove("no more is handed over than is in the span", le(moved, len));
    prove(
        "what was asked is handed over, as far as the span goes",
        either(eq(moved, n), all([eq(moved, len), lt(len, n)])),
    );
}

/// At least one position.
fn is_some(span: Piece) -> Formula {
    le(ONE, span.len)
}
