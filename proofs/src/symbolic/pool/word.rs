//! Words of a pool over terms: what they stand for, and what a machine may be asked about them.
//!
//! A position is an unbounded integer. What an entry holds is a position, of the same entry, with what lies below the lap: zero if it
//! is empty, one more than an index, or all bits if it is sealed. A machine keeps laps modulo their number: so a comparison is obliged
//! to be one that the machine decides as the integers do.
use crate::entry;
use crate::term::{Sym, all, decide, either, eq, known, le, lt, minus, plus};
use std::cmp::Ordering;
use std::ops::{Add, AddAssign, BitAnd, BitOr, Not, Sub};

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// How many, or an index.
    Number,
    Position,
    /// Whole laps, in positions.
    Laps,
    /// What an entry holds, and where.
    Entry,
    /// The same, as it is kept where all zeros mean a full ring.
    Kept,
    /// What such an entry holds at first.
    First,
    /// The index of a position, to find an entry by.
    Index,
    /// How far what an entry holds is past the beginning of a lap: laps, in positions, and what lies below them.
    Offset,
    /// A number of steps that may be less than zero, kept as a position, with a mark.
    Tally,
    /// What there is of the mark in it.
    Marked,
    /// The mark of a closed pool.
    Mark,
    /// One more than a tally without a mark.
    Told,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    pub(crate) kind: Kind,
    /// The position, or the number.
    pub(crate) at: Sym,
    /// What lies below the lap, or the mark.
    pub(crate) low: Sym,
    /// The position by which the entry was named: what one entry holds can be compared.
    pub(crate) root: Sym,
}

pub(crate) const fn number(n: Sym) -> Word {
    Word { kind: Kind::Number, at: n, low: crate::term::ZERO, root: n }
}

pub(crate) fn position(at: Sym) -> Word {
    Word { kind: Kind::Position, at, low: crate::term::ZERO, root: at }
}

pub(crate) fn tally(n: Sym, mark: Sym) -> Word {
    Word { kind: Kind::Tally, at: n, low: mark, root: n }
}

pub(crate) const ZERO: Word = number(crate::term::ZERO);
pub(crate) const ONE: Word = number(crate::term::ONE);

/// In the place of the primitive one: an index, which is the position that it is made from, or a number.
#[allow(non_camel_case_types, reason = "it takes the place of a primitive type")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct usize(pub(crate) Word);

pub(crate) fn count(word: Word) -> usize {
    usize(word)
}

pub(crate) fn word(count: usize) -> Word {
    count.0
}

/// How many entries there are is up to who makes the pool.
impl PartialEq<usize> for std::primitive::usize {
    fn eq(&self, _: &usize) -> bool {
        true
    }
}

pub(crate) const CLOSED: Word = Word { kind: Kind::Mark, ..ZERO };

/// All bits but the mark.
pub(crate) struct AllButMark;

impl Not for Word {
    type Output = AllButMark;
    fn not(self) -> AllButMark {
        entry::oblige("all bits but the mark", known(self.kind == Kind::Mark));
        AllButMark
    }
}

/// What is asked about: the mark, or no bit at all.
impl BitAnd for Word {
    type Output = Word;
    fn bitand(self, bits: Word) -> Word {
        entry::oblige("only a tally has a mark", known(self.kind == Kind::Tally));
        if bits.kind == Kind::Mark {
            return Word { kind: Kind::Marked, at: crate::term::ZERO, ..self };
        }
        entry::oblige("the mark is asked about, or no bit", is_zero(bits));
        ZERO
    }
}

impl BitAnd<AllButMark> for Word {
    type Output = Word;
    fn bitand(self, _: AllButMark) -> Word {
        let sound = matches!(self.kind, Kind::Tally | Kind::Position);
        entry::oblige("only a tally loses its mark", known(sound));
        tally(self.at, crate::term::ZERO)
    }
}

/// A tally and its mark; or a lap and an index.
impl BitOr for Word {
    type Output = Word;
    fn bitor(self, other: Word) -> Word {
        match (self.kind, other.kind) {
            (Kind::Tally, Kind::Marked) => Word { low: other.low, ..self },
            (Kind::Entry, Kind::Number | Kind::Position) => {
                entry::oblige("a lap and an index", eq(self.low, crate::term::ZERO));
                position(plus(self.lap_alone(), other.at))
            }
            _ => {
                entry::oblige("bits that lie apart are joined", known(false));
                self
            }
        }
    }
}

fn is_zero(word: Word) -> crate::term::Formula {
    known(word.kind == Kind::Number && word.at.0 == crate::term::ZERO.0)
}

/// Below the lap there is room for an index; what is counted does not wrap.
impl Add for Word {
    type Output = Word;
    fn add(self, other: Word) -> Word {
        match self.kind {
            Kind::Entry => {
                let low = plus(self.low, other.value());
                entry::oblige("what is added to a lap stays below it", le(low, entry::size()));
                Word { low, ..self }
            }
            Kind::Index => {
                entry::oblige("an index and one", eq(other.at, crate::term::ONE));
                Word { kind: Kind::First, ..self }
            }
            Kind::Position => {
                entry::oblige("a position and one is no position", eq(other.at, crate::term::ONE));
                Word { kind: Kind::Told, ..self }
            }
            _ => number(plus(self.value(), other.value())),
        }
    }
}

impl AddAssign for Word {
    fn add_assign(&mut self, other: Word) {
        *self = *self + other;
    }
}

impl Sub for Word {
    type Output = Word;
    fn sub(self, other: Word) -> Word {
        if self.kind == Kind::Told {
            entry::oblige("one less than one more", eq(other.at, crate::term::ONE));
            return tally(self.at, crate::term::ZERO);
        }
        entry::oblige("a number is not less than nothing", le(other.value(), self.value()));
        number(minus(self.value(), other.value()))
    }
}

impl PartialEq for Word {
    fn eq(&self, other: &Word) -> bool {
        match (self.kind, other.kind) {
            (Kind::Marked, Kind::Number) => {
                entry::oblige("a mark is set or not", is_zero(*other));
                return decide(&eq(self.low, crate::term::ZERO));
            }
            (Kind::Told, Kind::Number) => {
                entry::oblige("told is asked whether it is zero", is_zero(*other));
                return false; // what is told is below the number of all words by one and more
            }
            _ => {}
        }
        entry::oblige("words of one kind are compared", known(self.kind == other.kind));
        if self.kind == Kind::Number {
            return decide(&eq(self.at, other.at));
        }
        if self.kind == Kind::Entry && self.root.0 != other.root.0 {
            let laps = [self.low, other.low].map(|low| eq(low, crate::term::ZERO));
            entry::oblige("of two entries laps are compared", all(laps));
            let (one, another) = (self.lap_alone(), other.lap_alone());
            entry::oblige("laps that are equal are one lap", near(one, another, entry::all_laps()));
            return decide(&eq(one, another));
        }
        if self.kind == Kind::Tally || (self.kind == Kind::Position && self.root.0 != other.root.0) {
            entry::are_near(self.at, other.at); // tallies have half as many laps: the mark takes a bit
        }
        let laps = entry::all_laps();
        let apart = either(lt(self.low, other.low), lt(other.low, self.low));
        entry::oblige(
            "words that are equal stand for the same",
            either(near(self.at, other.at, laps), apart),
        );
        decide(&all([eq(self.at, other.at), eq(self.low, other.low)]))
    }
}

pub(crate) fn near(one: Sym, another: Sym, laps: Sym) -> crate::term::Formula {
    all([lt(minus(one, another), laps), lt(minus(another, one), laps)])
}

impl PartialOrd for Word {
    fn partial_cmp(&self, _: &Word) -> Option<Ordering> {
        unimplemented!("the shipped text compares numbers with `<` alone")
    }

    fn lt(&self, other: &Word) -> bool {
        entry::oblige("numbers are compared", known(other.kind == Kind::Number));
        let zero = crate::term::ZERO;
        if self.kind == Kind::Offset {
            // Another lap is further than any size, also if it is less one (`shape`, *offsets*).
            entry::oblige("an offset of no laps has none", near(self.at, zero, entry::all_laps()));
            entry::oblige("an offset is compared with the size", eq(other.at, entry::size()));
            return decide(&all([eq(self.at, zero), le(zero, self.low), lt(self.low, other.at)]));
        }
        entry::oblige("a number has no sign", all([le(zero, self.value()), le(zero, other.at)]));
        decide(&lt(self.value(), other.at))
    }
}

impl Word {
    /// Of a number; or of an offset, which is the index if there is no lap between.
    pub(crate) fn value(self) -> Sym {
        match self.kind {
            Kind::Number => self.at,
            Kind::Offset => {
                entry::oblige("an index is an offset of no laps", eq(self.at, crate::term::ZERO));
                self.low
            }
            _ => {
                entry::oblige("a number is counted with", known(false));
                self.at
            }
        }
    }

    /// Where the lap begins, of an entry that was named by its index.
    fn lap_alone(self) -> Sym {
        minus(self.at, self.root)
    }

    fn is_of(self, other: Word) -> crate::term::Formula {
        known(self.root.0 == other.root.0)
    }

    pub(crate) fn wrapping_add(self, other: Word) -> Word {
        match (self.kind, other.kind) {
            (Kind::Position, Kind::Laps) => position(plus(self.at, other.at)),
            (Kind::Kept, Kind::First) => {
                entry::oblige("an entry is read with what it holds at first", self.is_of(other));
                Word { kind: Kind::Entry, ..self }
            }
            (Kind::Position | Kind::Entry, Kind::Number) => {
                entry::oblige("what is not kept apart is as it is", is_zero(other));
                self
            }
            _ => {
                entry::oblige("words of fitting kinds are added", known(false));
                self
            }
        }
    }

    pub(crate) fn wrapping_sub(self, other: Word) -> Word {
        match (self.kind, other.kind) {
            (Kind::Position, Kind::Laps) => position(minus(self.at, other.at)),
            (Kind::Entry, Kind::First) => {
                entry::oblige("an entry is kept with what it holds at first", self.is_of(other));
                Word { kind: Kind::Kept, ..self }
            }
            (Kind::Entry, Kind::Entry) => {
                entry::oblige("what one entry holds is compared", self.is_of(other));
                entry::oblige("with an empty one", eq(other.low, crate::term::ZERO));
                Word { kind: Kind::Offset, at: minus(self.at, other.at), ..self }
            }
            (Kind::Offset, Kind::Number) => Word { low: minus(self.low, other.at), ..self },
            (Kind::Position | Kind::Entry, Kind::Number) => {
                entry::oblige("what is not kept apart is as it is", is_zero(other));
                self
            }
            _ => {
                entry::oblige("words of fitting kinds are subtracted", known(false));
                self
            }
        }
    }

    pub(crate) fn min(self, other: Word) -> Word {
        if self < other { self } else { other }
    }
}
