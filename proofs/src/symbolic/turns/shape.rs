//! What the shape promises, in the place of the shape: each promise is shown of the shipped text over bits
//! (`scenario/shape.rs`).
use super::word::{Kind, Mark, ONE, Word, number, position, state};
use crate::slot;
use crate::term::{
    self, Sym, ZERO, all, assume, choose, decide, eq, fresh, implies, known, le, lt, minus, plus,
};

#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub(crate) size: Word,
}

pub(crate) const CLOSED: Mark = Mark;
pub(crate) const READY: Word = state(term::ONE);
pub(crate) const SKIP: Word = state(term::TWO);

impl Shape {
    /// The index stands for all positions that have it.
    pub(crate) fn index(self, at: Word) -> Word {
        slot::oblige("an index is that of a position", known(at.kind == Kind::Position));
        at
    }

    pub(crate) fn free(self, at: Word) -> Word {
        slot::oblige("a lap is that of a position", known(at.kind == Kind::Position));
        Word { kind: Kind::Turn, low: ZERO, ..at }
    }

    pub(crate) fn next(self, at: Word) -> Word {
        self.after(at, ONE)
    }

    pub(crate) fn after(self, at: Word, n: Word) -> Word {
        slot::oblige(
            "a position moves on by at most the size",
            all([le(ZERO, n.at), le(n.at, self.size.at)]),
        );
        slot::oblige("only a position is moved on", known(at.kind == Kind::Position));
        at.moved(n.at)
    }

    pub(crate) fn lap_later(self, at: Word) -> Word {
        at.moved_by_laps(plus(at.at, self.size.at))
    }

    pub(crate) fn lap_before(self, at: Word) -> Word {
        at.moved_by_laps(minus(at.at, self.size.at))
    }

    /// Exact for two positions of one moment, and less than two sizes for any others.
    pub(crate) fn between(self, read: Word, write: Word) -> Word {
        slot::oblige("unmarked positions are compared", all([eq(read.low, ZERO), eq(write.low, ZERO)]));
        let (n, distance) = (fresh("between"), minus(write.at, read.at));
        assume(all([le(ZERO, n), lt(n, plus(self.size.at, self.size.at))]));
        let of_one_moment = all([le(ZERO, distance), le(distance, self.size.at)]);
        assume(implies(of_one_moment, eq(n, distance)));
        number(n)
    }

    pub(crate) fn walk(self, at: Word, len: Word) -> Walk {
        slot::sole::round_begins(at.at);
        Walk::over(self, at, len)
    }

    pub(crate) fn positions(self, at: Word, len: Word) -> Positions {
        slot::oblige("only a position is moved on", known(at.kind == Kind::Position));
        Positions(Walk::over(self, at, len))
    }
}

/// The position is at the lap that its index alone would have.
pub(crate) fn is_negative(difference: Word) -> bool {
    let half = slot::half_of_laps();
    slot::oblige("a sign is that of a difference", known(difference.kind == Kind::Number));
    slot::oblige(
        "a sign is the true one",
        all([le(minus(ZERO, half), difference.at), lt(difference.at, half)]),
    );
    decide(&lt(difference.at, ZERO))
}

/// Instead of all positions of a run: the one at our slot, if it is among them, and any other one before or after it. A
/// path that goes on after any other one is cut: nothing was done to our slot there, so it goes as the path without it.
pub(crate) struct Walk {
    at: Word,
    len: Sym,
    /// The position at our slot, of those from the first on.
    own: Sym,
    stage: Stage,
}

/// One position of a walk. The index stands for all positions that have it, as in [`Shape::index`].
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
    fn over(shape: Shape, at: Word, len: Word) -> Self {
        slot::oblige("a walk goes round at most once", all([le(ZERO, len.at), le(len.at, shape.size.at)]));
        Walk { at, len: len.at, own: slot::first_from(at.at), stage: Stage::First }
    }

    fn any_other(&mut self, least: Sym) -> Step {
        let at = fresh("another");
        assume(all([le(least, at), lt(at, plus(self.at.at, self.len))]));
        slot::decided(at, false);
        self.stage = Stage::Other;
        self.step(at)
    }

    fn step(&self, at: Sym) -> Step {
        let one = position(at, ZERO);
        let free = Word { kind: Kind::Turn, low: ZERO, ..one };
        Step { before: number(minus(at, self.at.at)), index: one, free }
    }
}

impl Iterator for Walk {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        let end = plus(self.at.at, self.len);
        match self.stage {
            Stage::Other => term::cut(),
            Stage::First => {
                if choose("one_before") {
                    let one = self.any_other(self.at.at);
                    assume(lt(one.index.at, self.own));
                    return Some(one);
                }
                if decide(&lt(self.own, end)) {
                    self.stage = Stage::Own;
                    return Some(self.step(self.own));
                }
                None
            }
            Stage::Own => {
                if choose("one_after") {
                    let one = self.any_other(self.at.at);
                    assume(lt(self.own, one.index.at));
                    return Some(one);
                }
                None
            }
        }
    }
}

/// The same, position by position.
pub(crate) struct Positions(Walk);

impl Iterator for Positions {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        self.0.next().map(|step| step.index)
    }
}
