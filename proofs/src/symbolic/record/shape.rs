//! What the shapes promise, in their place: each promise is shown of the shipped text over bits (`scenario/shape.rs`,
//! `scenario/record/shape.rs`).
use super::word::{
    Kind, Mark, ONE, Word, ZERO, ahead_by, bytes, granules_for, is_within_laps, number, position,
};
use crate::granule;
use crate::term::{self, Sym, all, assume, choose, decide, eq, fresh, known, le, lt, minus, plus};

/// Of positions.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub(crate) size: Word,
}

/// Of records.
#[derive(Clone, Copy, Debug)]
pub struct Lengths {
    pub(crate) turns: Shape,
}

/// What stands at the beginning of a run.
#[derive(Clone, Copy)]
pub(crate) struct Run {
    pub(crate) granules: Word,
    pub(crate) bytes: Option<Word>,
}

pub(crate) const CLOSED: Mark = Mark;
/// For text of the ring of turns that is not run here.
pub(crate) const READY: Word = ahead_by(term::ONE);
pub(crate) const SKIP: Word = ahead_by(term::TWO);

fn is_position(at: Word) {
    granule::oblige("it is a position", known(at.kind == Kind::Position));
}

impl Shape {
    pub(crate) fn index(self, at: Word) -> Word {
        is_position(at);
        Word { kind: Kind::Index, lap: at.lap, root: at.at, ..number(minus(at.at, at.lap)) }
    }

    pub(crate) fn free(self, at: Word) -> Word {
        is_position(at);
        Word { kind: Kind::Turn, low: term::ZERO, root: at.at, ..at }
    }

    pub(crate) fn next(self, at: Word) -> Word {
        self.after(at, ONE)
    }

    pub(crate) fn after(self, at: Word, n: Word) -> Word {
        is_position(at);
        granule::oblige(
            "a position moves on by at most the size",
            all([le(term::ZERO, n.at), le(n.at, self.size.at)]),
        );
        let (to, next_lap) = (plus(at.at, n.at), plus(at.lap, self.size.at));
        let lap = if decide(&lt(to, next_lap)) { at.lap } else { next_lap };
        granule::knows_lap(lap);
        position(to, lap, at.low)
    }

    pub(crate) fn lap_later(self, at: Word) -> Word {
        Word { at: plus(at.at, self.size.at), lap: plus(at.lap, self.size.at), ..at }
    }

    /// Exact for two positions of one moment, and less than two sizes for any others.
    pub(crate) fn between(self, read: Word, write: Word) -> Word {
        granule::oblige(
            "unmarked positions are compared",
            all([eq(read.low, term::ZERO), eq(write.low, term::ZERO)]),
        );
        let (n, distance) = (fresh("between"), minus(write.at, read.at));
        assume(all([le(term::ZERO, n), lt(n, plus(self.size.at, self.size.at))]));
        let of_one_moment = all([le(term::ZERO, distance), le(distance, self.size.at)]);
        assume(term::implies(of_one_moment, eq(n, distance)));
        number(n)
    }

    pub(crate) fn walk(self, at: Word, len: Word) -> Walk {
        is_position(at);
        granule::oblige(
            "a walk goes round at most once",
            all([le(term::ZERO, len.at), le(len.at, self.size.at)]),
        );
        Walk { at, len: len.at, own: granule::first_from(at), stage: Stage::First }
    }
}

impl Lengths {
    pub(crate) fn granules_for(self, n: Word) -> Word {
        granule::oblige("it is a number of bytes", known(n.kind == Kind::Bytes));
        granule::oblige("it is one that the ring has", n.is_at_most(self.bytes_in(self.turns.size)));
        number(granules_for(n.at, n.rest))
    }

    pub(crate) fn bytes_in(self, granules: Word) -> Word {
        granule::oblige("the ring has so many granules", le(granules.at, self.turns.size.at));
        bytes(granules.at, term::ZERO)
    }

    pub(crate) fn ready(self, at: Word, n: Word) -> Word {
        granule::oblige("a turn has room for the length", n.is_at_most(self.bytes_in(self.turns.size)));
        Word { low: term::ONE, len: n.at, rest: n.rest, ..self.turns.free(at) }
    }

    pub(crate) fn skipped(self, at: Word, granules: Word) -> Word {
        granule::oblige(
            "a turn has room for the length, and says one",
            all([le(term::ONE, granules.at), le(granules.at, self.turns.size.at)]),
        );
        Word { low: term::TWO, len: granules.at, rest: term::ZERO, ..self.turns.free(at) }
    }

    pub(crate) fn run(self, at: Word, turn: Word) -> Option<Run> {
        let ahead = turn.wrapping_sub(self.turns.free(at));
        granule::oblige("laps that are equal are the same", is_within_laps(ahead.at));
        if !decide(&all([eq(ahead.at, term::ZERO), le(term::ONE, ahead.low)])) {
            return None;
        }
        let left = self.turns.size - self.turns.index(at);
        if decide(&eq(ahead.low, term::TWO)) {
            return Some(Run { granules: number(ahead.len).min(left), bytes: None });
        }
        let bytes = bytes(ahead.len, ahead.rest).min(self.bytes_in(left));
        Some(Run { granules: self.granules_for(bytes), bytes: Some(bytes) })
    }

    pub(crate) fn used(self, read: Word, write: Word) -> Option<Word> {
        granule::oblige(
            "unmarked positions are compared",
            all([eq(read.low, term::ZERO), eq(write.low, term::ZERO)]),
        );
        let distance = minus(write.at, read.at);
        granule::oblige("laps that are equal are the same", is_within_laps(distance));
        let of_one_moment = all([le(term::ZERO, distance), le(distance, self.turns.size.at)]);
        decide(&of_one_moment).then(|| number(distance))
    }
}

/// The turn is of an earlier lap.
pub(crate) fn is_negative(difference: Word) -> bool {
    let half = granule::half_of_laps();
    granule::oblige("a sign is that of a difference", known(difference.kind == Kind::Ahead));
    granule::oblige(
        "a sign is the true one",
        all([le(minus(term::ZERO, half), difference.at), lt(difference.at, half)]),
    );
    decide(&lt(difference.at, term::ZERO))
}

/// Instead of all positions of a run: the one at our granule, if it is among them, and any other one before or after it. A
/// path that goes on after any other one is cut: nothing was done to our granule there, so it goes as the path without it.
pub(crate) struct Walk {
    at: Word,
    len: Sym,
    /// The position at our granule, of those from the first on, and its lap.
    own: (Sym, Sym),
    stage: Stage,
}

/// One position of a walk.
pub(crate) struct Step {
    pub(crate) before: Word,
    pub(crate) index: Word,
    pub(crate) free: Word,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    First,
    Own,
    Other,
}

impl Walk {
    fn end(&self) -> Sym {
        plus(self.at.at, self.len)
    }

    fn any_other(&mut self) -> Step {
        let at = fresh("another");
        assume(all([le(self.at.at, at), lt(at, self.end())]));
        let next_lap = plus(self.at.lap, granule::now().size);
        let lap = if decide(&lt(at, next_lap)) { self.at.lap } else { next_lap };
        self.stage = Stage::Other;
        self.step(at, lap)
    }

    fn step(&self, at: Sym, lap: Sym) -> Step {
        granule::knows_lap(lap);
        let at = position(at, lap, term::ZERO);
        let shape = Shape { size: ZERO };
        Step { before: number(minus(at.at, self.at.at)), index: shape.index(at), free: shape.free(at) }
    }
}

impl Iterator for Walk {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        let (own, lap) = self.own;
        match self.stage {
            Stage::Other => term::cut(),
            Stage::First => {
                if choose("one_before") {
                    let one = self.any_other();
                    assume(lt(one.index.root, own));
                    return Some(one);
                }
                if decide(&lt(own, self.end())) {
                    self.stage = Stage::Own;
                    return Some(self.step(own, lap));
                }
                None
            }
            Stage::Own => {
                if choose("one_after") {
                    let one = self.any_other();
                    assume(lt(own, one.index.root));
                    return Some(one);
                }
                None
            }
        }
    }
}
