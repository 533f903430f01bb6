//! Words over terms: what they stand for, and what a machine may be asked about them.
//!
//! A position is an unbounded integer, with the first position of its lap and a mark. A turn is the position that its granule is for, with
//! what it says of a run. A number of bytes is so many granules and a rest that is less than one: so there are no products.
//! A machine keeps laps modulo their number: a comparison is obliged to be one that it decides as the integers do.
use crate::granule;
use crate::term::{self, Sym, all, choice, decide, either, eq, fresh, known, le, lt, minus, plus};
use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, BitAnd, Not, Sub};

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// How many granules, or a mark.
    Number,
    /// How many bytes: `at` granules and `rest`.
    Bytes,
    /// Of the position `root` in `lap`.
    Index,
    /// Of a cursor.
    Position,
    /// Of a granule, by the position `root`.
    Turn,
    /// How far a turn is ahead of that of a free granule, and what it says.
    Ahead,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    pub(crate) kind: Kind,
    /// The position, the number, or whole granules.
    pub(crate) at: Sym,
    pub(crate) lap: Sym,
    /// The mark; of a turn, whether it says free, ready or skipped.
    pub(crate) low: Sym,
    /// Of a turn: of how many whole granules.
    pub(crate) len: Sym,
    /// Bytes beside whole granules.
    pub(crate) rest: Sym,
    /// The position by which a granule was named.
    pub(crate) root: Sym,
}

const Z: Sym = term::ZERO;

/// A number.
pub(crate) const fn number(n: Sym) -> Word {
    Word { kind: Kind::Number, at: n, lap: Z, low: Z, len: Z, rest: Z, root: Z }
}

/// What a turn of a free granule says, less than which no turn of the same lap says.
pub(crate) const fn ahead_by(low: Sym) -> Word {
    Word { kind: Kind::Ahead, low, ..number(Z) }
}

pub(crate) fn bytes(at: Sym, rest: Sym) -> Word {
    Word { kind: Kind::Bytes, rest, ..number(at) }
}

pub(crate) fn position(at: Sym, lap: Sym, mark: Sym) -> Word {
    Word { kind: Kind::Position, lap, low: mark, root: at, ..number(at) }
}

pub(crate) const ZERO: Word = number(term::ZERO);
pub(crate) const ONE: Word = number(term::ONE);

/// In the place of the primitive one.
#[allow(non_camel_case_types, reason = "it takes the place of a primitive type")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct usize(pub(crate) Word);

pub(crate) fn count(word: Word) -> usize {
    usize(word)
}

/// A number that is too large becomes the largest word; all it is compared with are numbers of a ring.
pub(crate) fn word(count: usize) -> Word {
    count.0
}

/// Any number of bytes that a caller may ask for.
pub(crate) fn any_bytes(name: &str) -> Word {
    let (whole, rest) = (fresh(name), fresh("rest"));
    term::assume(all([le(Z, whole), le(Z, rest), lt(rest, granule::bytes_of_one())]));
    bytes(whole, rest)
}

/// As many granules as the bytes take, and at least one.
pub(crate) fn granules_for(whole: Sym, rest: Sym) -> Sym {
    let n = choice(&eq(rest, Z), whole, plus(whole, term::ONE));
    choice(&eq(n, Z), term::ONE, n)
}

impl fmt::Display for usize {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl Sub for usize {
    type Output = usize;
    fn sub(self, other: usize) -> usize {
        usize(self.0 - other.0)
    }
}

impl PartialEq for usize {
    fn eq(&self, other: &usize) -> bool {
        self.0 == other.0
    }
}

/// Of bytes.
impl PartialOrd for usize {
    fn partial_cmp(&self, _: &usize) -> Option<Ordering> {
        unimplemented!("the shipped text compares with `<=` alone")
    }

    fn le(&self, other: &usize) -> bool {
        decide(&self.0.is_at_most(other.0))
    }
}

/// How many turns there are is up to who makes the ring.
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
        granule::oblige("only a cursor has a mark", known(self.kind == Kind::Position));
        number(self.low)
    }
}

impl BitAnd<AllButMark> for Word {
    type Output = Word;
    fn bitand(self, _: AllButMark) -> Word {
        granule::oblige("only a cursor has a mark", known(self.kind == Kind::Position));
        Word { low: Z, ..self }
    }
}

impl Add for Word {
    type Output = Word;
    fn add(self, other: Word) -> Word {
        are_numbers(self, other);
        let (sum, size) = (plus(self.at, other.at), granule::now().size);
        granule::oblige("a sum of granules is no more than two rings have", le(sum, plus(size, size)));
        number(sum)
    }
}

impl Sub for Word {
    type Output = Word;
    fn sub(self, other: Word) -> Word {
        are_numbers(self, other);
        granule::oblige("a number is not less than nothing", le(other.at, self.at));
        number(minus(self.at, other.at))
    }
}

impl PartialEq for Word {
    fn eq(&self, other: &Word) -> bool {
        let equal = all([eq(self.at, other.at), eq(self.low, other.low)]);
        match (self.kind, other.kind) {
            (Kind::Position, Kind::Position) | (Kind::Turn, Kind::Turn) => {
                if self.kind == Kind::Turn {
                    is_beside_free(*self, *other);
                }
                let apart = either(lt(self.low, other.low), lt(other.low, self.low));
                granule::oblige(
                    "words that are equal stand for the same",
                    either(is_within_laps(minus(self.at, other.at)), apart),
                );
            }
            (Kind::Ahead, _) => {
                granule::oblige(
                    "how far a turn is ahead is compared with nothing",
                    all([eq(other.at, Z), eq(other.low, Z)]),
                );
                granule::oblige("laps that are equal are the same", is_within_laps(self.at));
            }
            _ => are_numbers(*self, *other),
        }
        decide(&equal)
    }
}

fn is_beside_free(turn: Word, free: Word) {
    let turns = turn.kind == Kind::Turn && free.kind == Kind::Turn;
    granule::oblige("turns of one granule are compared", known(turns && turn.root.0 == free.root.0));
    granule::oblige("a turn is compared with that of a free granule", eq(free.low, Z));
}

pub(crate) fn is_within_laps(n: Sym) -> term::Formula {
    let laps = granule::all_laps();
    all([lt(n, laps), lt(minus(Z, n), laps)])
}

impl PartialOrd for Word {
    fn partial_cmp(&self, _: &Word) -> Option<Ordering> {
        unimplemented!("the shipped text compares numbers with `<` and `<=` alone")
    }

    fn lt(&self, other: &Word) -> bool {
        are_numbers(*self, *other);
        decide(&lt(self.at, other.at))
    }

    fn le(&self, other: &Word) -> bool {
        are_numbers(*self, *other);
        decide(&le(self.at, other.at))
    }
}

fn are_numbers(a: Word, b: Word) {
    let is_number = |w: Word| matches!(w.kind, Kind::Number | Kind::Index);
    granule::oblige("numbers are compared", known(is_number(a) && is_number(b)));
    granule::oblige("a number has no sign", all([le(Z, a.at), le(Z, b.at)]));
}

impl Word {
    /// Of bytes: by granules, then by the rest.
    pub(crate) fn is_at_most(self, other: Word) -> term::Formula {
        granule::oblige("bytes are compared", known(self.kind == Kind::Bytes && other.kind == self.kind));
        either(lt(self.at, other.at), all([eq(self.at, other.at), le(self.rest, other.rest)]))
    }

    pub(crate) fn wrapping_sub(self, other: Word) -> Word {
        is_beside_free(self, other);
        Word { kind: Kind::Ahead, at: minus(self.at, other.at), ..self }
    }

    pub(crate) fn min(self, other: Word) -> Word {
        if self.kind == Kind::Bytes {
            return if decide(&self.is_at_most(other)) { self } else { other };
        }
        if self < other { self } else { other }
    }

    pub(crate) fn max(self, other: Word) -> Word {
        if self < other { other } else { self }
    }
}
