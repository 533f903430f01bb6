//! Words over terms: what they stand for, and what a machine may be asked about them.
//!
//! A position is an unbounded integer with a mark; a turn is the position that its slot is for, with a state. A machine keeps
//! the lap and the index of the one and the lap of the other, all laps modulo their number: so a comparison is obliged to
//! be one that the machine decides as the integers do.
use crate::slot;
use crate::term::{Sym, all, decide, either, eq, fresh, known, le, lt, minus, plus};
use std::cmp::Ordering;
use std::ops::{Add, BitAnd, Not, Sub, SubAssign};

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// How many, how far, a mark, or a state.
    Number,
    /// Of a cursor.
    Position,
    /// Of a slot.
    Turn,
    /// What leads from one position to another, if it is added to the first of them: `at` and `to`.
    Way,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    pub(crate) kind: Kind,
    /// The position, or the number.
    pub(crate) at: Sym,
    /// The mark or the state; of a way, where it leads.
    pub(crate) low: Sym,
    /// The position by which the slot was named: turns of one slot can be compared.
    pub(crate) root: Sym,
}

/// A number.
pub(crate) const fn number(n: Sym) -> Word {
    Word { kind: Kind::Number, at: n, low: crate::term::ZERO, root: n }
}

/// A state of a turn, as it stands in a word.
pub(crate) const fn state(low: Sym) -> Word {
    Word { kind: Kind::Number, at: crate::term::ZERO, low, root: low }
}

pub(crate) fn position(at: Sym, mark: Sym) -> Word {
    Word { kind: Kind::Position, at, low: mark, root: at }
}

pub(crate) const ZERO: Word = number(crate::term::ZERO);
pub(crate) const ONE: Word = number(crate::term::ONE);

/// In the place of the primitive one: a number, or an index, which is the position that it is made from.
#[allow(non_camel_case_types, reason = "it takes the place of a primitive type")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct usize(pub(crate) Word);

pub(crate) fn count(word: Word) -> usize {
    usize(word)
}

/// A number that is too large becomes the largest word; all it is compared with are numbers of slots.
pub(crate) fn word(count: usize) -> Word {
    count.0
}

/// How many turns there are is up to who makes the ring.
impl Sub for usize {
    type Output = usize;
    fn sub(self, other: usize) -> usize {
        slot::oblige("a count is not less than nothing", le(other.0.at, self.0.at));
        usize(number(minus(self.0.at, other.0.at)))
    }
}

impl SubAssign for Word {
    fn sub_assign(&mut self, other: Word) {
        are_numbers(*self, other);
        slot::oblige("a number is not less than nothing", le(other.at, self.at));
        *self = number(minus(self.at, other.at));
    }
}

/// With a number that stands in the text.
impl PartialEq<i32> for usize {
    fn eq(&self, other: &i32) -> bool {
        slot::oblige("a count is compared with zero", known(*other == 0));
        decide(&eq(self.0.at, crate::term::ZERO))
    }
}

impl PartialEq<usize> for std::primitive::usize {
    fn eq(&self, _: &usize) -> bool {
        true
    }
}

/// The mark of a closed ring, and all other bits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark;
pub(crate) struct AllButMark;

impl Not for Mark {
    type Output = AllButMark;
    fn not(self) -> AllButMark {
        AllButMark
    }
}

impl BitAnd<Mark> for Word {
    type Output = Word;
    fn bitand(self, _: Mark) -> Word {
        slot::oblige("only a cursor has a mark", known(self.kind == Kind::Position));
        state(self.low)
    }
}

impl BitAnd<AllButMark> for Word {
    type Output = Word;
    fn bitand(self, _: AllButMark) -> Word {
        slot::oblige("only a cursor has a mark", known(self.kind == Kind::Position));
        Word { low: crate::term::ZERO, ..self }
    }
}

/// A state is added to the turn of a free slot.
impl Add for Word {
    type Output = Word;
    fn add(self, other: Word) -> Word {
        let sound = self.kind == Kind::Turn && other.kind == Kind::Number;
        slot::oblige("a state is added to a turn", known(sound));
        slot::oblige(
            "a turn without a state gets one",
            all([eq(self.low, crate::term::ZERO), eq(other.at, crate::term::ZERO)]),
        );
        Word { low: other.low, ..self }
    }
}

impl PartialEq for Word {
    fn eq(&self, other: &Word) -> bool {
        let one_slot = self.kind != Kind::Turn || slot_is_one(self.root, other.root);
        slot::oblige(
            "words of one kind are compared",
            known(self.kind == other.kind && self.kind != Kind::Way && one_slot),
        );
        let (there, back) = (minus(self.at, other.at), minus(other.at, self.at));
        let laps = slot::all_laps();
        let near = all([lt(there, laps), lt(back, laps)]);
        let apart = either(lt(self.low, other.low), lt(other.low, self.low));
        slot::oblige("words that are equal stand for the same", either(near, apart));
        decide(&all([eq(self.at, other.at), eq(self.low, other.low)]))
    }
}

fn slot_is_one(one: Sym, other: Sym) -> bool {
    one.0 == other.0
}

impl PartialOrd for Word {
    fn partial_cmp(&self, _: &Word) -> Option<Ordering> {
        unimplemented!("the shipped text compares numbers with `<` alone")
    }

    fn lt(&self, other: &Word) -> bool {
        are_numbers(*self, *other);
        decide(&lt(self.at, other.at))
    }
}

fn are_numbers(a: Word, b: Word) {
    let zero = crate::term::ZERO;
    slot::oblige("numbers are compared", known(a.kind == Kind::Number && b.kind == Kind::Number));
    slot::oblige(
        "a number has no mark and no sign",
        all([eq(a.low, zero), eq(b.low, zero), le(zero, a.at), le(zero, b.at)]),
    );
}

impl Word {
    pub(crate) fn wrapping_sub(self, other: Word) -> Word {
        match (self.kind, other.kind) {
            (Kind::Turn, Kind::Turn) => {
                slot::oblige("turns of one slot are compared", known(slot_is_one(self.root, other.root)));
                slot::oblige("a turn is compared with that of a free slot", eq(other.low, crate::term::ZERO));
                let at = minus(self.at, other.at);
                Word { kind: Kind::Number, at, low: self.low, root: at }
            }
            (Kind::Position, Kind::Position) => {
                slot::oblige(
                    "a way leads from an unmarked position",
                    all([eq(self.low, crate::term::ZERO), eq(other.low, self.low)]),
                );
                Word { kind: Kind::Way, at: other.at, low: self.at, root: other.root }
            }
            _ => {
                slot::oblige("words of one kind are subtracted", known(false));
                self
            }
        }
    }

    pub(crate) fn min(self, other: Word) -> Word {
        are_numbers(self, other);
        if decide(&lt(self.at, other.at)) { self } else { other }
    }

    pub(crate) fn max(self, other: Word) -> Word {
        are_numbers(self, other);
        if decide(&lt(self.at, other.at)) { other } else { self }
    }

    /// Moved by a number of positions.
    pub(crate) fn moved(self, by: Sym) -> Word {
        let at = plus(self.at, by);
        Word { at, root: at, ..self }
    }

    /// Moved by whole laps: at the same slot.
    pub(crate) fn moved_by_laps(self, by: Sym) -> Word {
        Word { at: by, ..self }
    }
}

/// Any number of slots that a caller may ask for.
pub(crate) fn any_number(name: &str) -> usize {
    let n = fresh(name);
    crate::term::assume(le(crate::term::ZERO, n));
    usize(number(n))
}
