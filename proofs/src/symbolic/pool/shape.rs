//! What the shape promises, in the place of the shape: each promise is shown of the shipped text over bits
//! (`scenario/pool/shape.rs`).
use super::word::{Kind, Word, number, position, tally};
use crate::entry;
use crate::term::{
    self, ONE, Sym, ZERO, all, assume, choose, decide, defined_of, eq, fresh, known, le, lt, minus, plus,
};

#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub(crate) size: Word,
}

impl Shape {
    /// The index stands for all positions that have it.
    pub(crate) fn index(self, at: Word) -> Word {
        entry::oblige("an index is that of a position", is_position(at));
        Word { kind: Kind::Index, ..at }
    }

    pub(crate) fn lap(self, at: Word) -> Word {
        entry::oblige(
            "a lap is that of a position, or an entry",
            known(matches!(at.kind, Kind::Position | Kind::Entry)),
        );
        Word { kind: Kind::Entry, low: ZERO, ..at }
    }

    pub(crate) fn next(self, at: Word) -> Word {
        entry::oblige("only a position is moved on", is_position(at));
        position(plus(at.at, ONE))
    }

    pub(crate) fn lap_later(self, at: Word) -> Word {
        if at.kind == Kind::Number {
            entry::oblige("the second lap is one after the first", eq(at.at, ZERO));
            return Word { kind: Kind::Laps, ..self.size };
        }
        entry::oblige("a position has a lap", known(matches!(at.kind, Kind::Position | Kind::Entry)));
        Word { at: plus(at.at, self.size.at), ..at }
    }

    pub(crate) fn sealed(self, word: Word) -> Word {
        entry::oblige("an entry is sealed", known(word.kind == Kind::Entry));
        Word { low: entry::below(), ..word }
    }

    pub(crate) fn is_sealed(self, word: Word) -> bool {
        entry::oblige("an entry is sealed", known(word.kind == Kind::Entry));
        decide(&eq(word.low, entry::below()))
    }

    pub(crate) fn filled(self, word: Word, at: Word) -> Word {
        self.of_one_entry(word, at);
        if decide(&eq(word.low, ZERO)) { self.emptied(word, at) } else { Word { at: word.at, ..at } }
    }

    pub(crate) fn emptied(self, word: Word, at: Word) -> Word {
        self.of_one_entry(word, at);
        Word { at: minus(word.at, self.size.at), ..at }
    }

    fn of_one_entry(self, word: Word, at: Word) {
        let sound = word.kind == Kind::Entry && at.kind == Kind::Position && word.root.0 == at.root.0;
        entry::oblige("an entry says at which of its positions it is", known(sound));
    }

    pub(crate) fn nth(self, n: Word) -> Word {
        entry::oblige("at most the size", all([le(ZERO, n.at), le(n.at, self.size.at)]));
        position(n.at)
    }

    pub(crate) fn plus(self, at: Word, by: Word) -> Word {
        let sound = [at, by].iter().all(|w| matches!(w.kind, Kind::Position | Kind::Tally));
        entry::oblige("tallies are added", known(sound));
        tally(plus(at.at, by.at), ZERO)
    }

    pub(crate) fn minus(self, by: Word) -> Word {
        let sound = matches!(by.kind, Kind::Number | Kind::Position);
        entry::oblige("a position is taken away", known(sound));
        tally(minus(ZERO, by.at), ZERO)
    }

    /// Exact up to the size, for positions less than half of all laps apart.
    pub(crate) fn between(self, from: Word, to: Word) -> Word {
        let sound = from.kind == Kind::Position && to.kind == Kind::Position;
        entry::oblige("positions are compared", known(sound));
        entry::are_near(from.at, to.at);
        let n = defined_of("Int", |names| {
            let (from, to, size) = (&names[from.at.0], &names[to.at.0], &names[self.size.at.0]);
            format!("(let ((d (- {to} {from}))) (ite (< d 0) 0 (ite (< {size} d) {size} d)))")
        });
        number(n)
    }

    pub(crate) fn parts<T>(self, entries: &[T]) -> (&[T], &[T], &[T]) {
        (&entries[..2], &entries[2..4], &entries[4..])
    }

    pub(crate) fn indices(self) -> Indices {
        Indices { size: self.size.at, stage: Stage::First }
    }

    pub(crate) fn two_laps(self) -> TwoLaps {
        TwoLaps(0)
    }
}

fn is_position(at: Word) -> term::Formula {
    match at.kind {
        Kind::Position => known(true),
        // An index is a position of the first lap.
        Kind::Number => all([le(ZERO, at.at), lt(at.at, entry::size())]),
        _ => known(false),
    }
}

/// A walk that ends early, or when it has gone far enough: two steps, each from any position, stand for all, and none for those that are
/// not what is shown.
pub(crate) struct TwoLaps(u8);

impl Iterator for TwoLaps {
    type Item = ();

    fn next(&mut self) -> Option<()> {
        self.0 += 1;
        (entry::is_walking() && self.0 <= 2 && !choose("far_enough")).then_some(())
    }
}

/// Instead of all indices: ours, and any other one before or after it. A path that goes on after any other one is cut: nothing was
/// done to our entry there.
pub(crate) struct Indices {
    size: Sym,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    First,
    Own,
    Other,
}

impl Indices {
    fn any_index(&self) -> Word {
        let index = fresh("index");
        assume(all([le(ZERO, index), lt(index, self.size)]));
        position(index)
    }

    fn one(&mut self, ours: bool) -> Option<Word> {
        let index = self.any_index();
        entry::decided(index.at, ours);
        self.stage = if ours { Stage::Own } else { Stage::Other };
        Some(index)
    }

    /// The first that fits: it, and the one before it, which does not.
    pub(crate) fn find(self, mut fits: impl FnMut(&Word) -> bool) -> Option<Word> {
        let found = self.any_index();
        if choose("not_the_first") {
            let before = position(minus(found.at, ONE));
            assume(le(ZERO, before.at));
            if fits(&before) {
                term::cut();
            }
        } else {
            assume(eq(found.at, ZERO));
        }
        if fits(&found) {
            return Some(found);
        }
        // There are more behind it, or there is none.
        if decide(&lt(found.at, minus(self.size, ONE))) {
            term::cut();
        }
        None
    }
}

impl Iterator for Indices {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        match self.stage {
            Stage::Other => term::cut(),
            Stage::First => {
                let other = choose("another");
                self.one(!other)
            }
            Stage::Own => {
                if choose("one_after") {
                    return self.one(false);
                }
                entry::each_was_visited();
                None
            }
        }
    }
}
