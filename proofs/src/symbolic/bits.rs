//! Words as bits, of the width that the scenario says: what the text of the shape asks of `super`.
use crate::term::{Formula, Sym, decide, defined_of, formula, fresh_of, prove};
use std::cell::Cell;
use std::ops::{Add, AddAssign, BitAnd, BitOr, Div, Mul, Not, Shl, Shr, Sub, SubAssign};

pub(crate) mod pos {
    pub(crate) use super::{ONE, TWO, Word, ZERO};
}

thread_local!(static WIDTH: Cell<u8> = const { Cell::new(0) });

/// From here on words have `width` bits.
pub(crate) fn set_width(width: u8) {
    WIDTH.set(width);
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Word {
    Small(u8),
    All,
    Term(Sym),
}

pub(crate) const ZERO: Word = Word::Small(0);
pub(crate) const ONE: Word = Word::Small(1);
pub(crate) const TWO: Word = Word::Small(2);

fn sort() -> String {
    format!("(_ BitVec {})", WIDTH.get())
}

pub(crate) fn any(name: &str) -> Word {
    Word::Term(fresh_of(&sort(), name))
}

/// Any word of at most `bits` bits.
pub(crate) fn any_of(bits: u8, name: &str) -> Word {
    let more = WIDTH.get() - bits;
    let few = fresh_of(&format!("(_ BitVec {bits})"), name);
    Word::Term(defined_of(&sort(), |n| format!("((_ zero_extend {more}) {})", n[few.0])))
}

impl Word {
    pub(crate) const MAX: Word = Word::All;

    fn said(self, names: &[String]) -> String {
        match self {
            Word::Small(n) => format!("(_ bv{n} {})", WIDTH.get()),
            Word::All => format!("(bvnot (_ bv0 {}))", WIDTH.get()),
            Word::Term(t) => names[t.0].clone(),
        }
    }

    pub(crate) fn wrapping_add(self, other: Word) -> Word {
        op("bvadd", self, other)
    }

    pub(crate) fn wrapping_sub(self, other: Word) -> Word {
        op("bvsub", self, other)
    }

    pub(crate) fn min(self, other: Word) -> Word {
        if self < other { self } else { other }
    }

    pub(crate) fn max(self, other: Word) -> Word {
        if self < other { other } else { self }
    }

    pub(crate) fn saturating_sub(self, other: Word) -> Word {
        if decide(&below(self, other)) { ZERO } else { op("bvsub", self, other) }
    }
}

fn op(name: &str, a: Word, b: Word) -> Word {
    Word::Term(defined_of(&sort(), |n| format!("({name} {} {})", a.said(n), b.said(n))))
}

fn relation(name: &str, a: Word, b: Word) -> Formula {
    formula(|n| format!("({name} {} {})", a.said(n), b.said(n)))
}

/// The bits of both.
pub(crate) fn joined(a: Word, b: Word) -> Word {
    op("bvor", a, b)
}

/// `a < b`, as numbers without a sign.
pub(crate) fn below(a: Word, b: Word) -> Formula {
    relation("bvult", a, b)
}

pub(crate) fn at_most(a: Word, b: Word) -> Formula {
    relation("bvule", a, b)
}

pub(crate) fn same(a: Word, b: Word) -> Formula {
    relation("=", a, b)
}

/// `a < b`, as numbers with a sign.
pub(crate) fn below_signed(a: Word, b: Word) -> Formula {
    relation("bvslt", a, b)
}

pub(crate) fn shifted(a: Word, by: u8) -> Word {
    op("bvshl", a, Word::Small(by))
}

pub(crate) fn shifted_back(a: Word, by: u8) -> Word {
    op("bvlshr", a, Word::Small(by))
}

/// As above, for a number with a sign.
pub(crate) fn shifted_back_signed(a: Word, by: u8) -> Word {
    op("bvashr", a, Word::Small(by))
}

/// A number that is counted by the machine must not wrap.
impl Add for Word {
    type Output = Word;
    fn add(self, other: Word) -> Word {
        let sum = op("bvadd", self, other);
        prove("shape: a sum does not wrap", at_most(self, sum));
        sum
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
        prove("shape: a difference does not wrap", at_most(other, self));
        op("bvsub", self, other)
    }
}

impl SubAssign for Word {
    fn sub_assign(&mut self, other: Word) {
        *self = *self - other;
    }
}

/// The text multiplies by two alone.
impl Mul for Word {
    type Output = Word;
    fn mul(self, two: Word) -> Word {
        assert!(matches!(two, Word::Small(2)), "by two alone");
        let twice = shifted(self, 1);
        prove("shape: a product does not wrap", same(shifted_back(twice, 1), self));
        twice
    }
}

/// And divides by two alone.
impl Div for Word {
    type Output = Word;
    fn div(self, two: Word) -> Word {
        assert!(matches!(two, Word::Small(2)), "by two alone");
        shifted_back(self, 1)
    }
}

/// By a number of bits that is known. What is said of bytes must not lose any.
impl Shl<u32> for Word {
    type Output = Word;
    fn shl(self, by: u32) -> Word {
        let by = by as u8;
        let all = shifted(self, by);
        prove("shape: a shift does not wrap", same(shifted_back(all, by), self));
        all
    }
}

impl Shr<u32> for Word {
    type Output = Word;
    fn shr(self, by: u32) -> Word {
        shifted_back(self, by as u8)
    }
}

impl BitAnd for Word {
    type Output = Word;
    fn bitand(self, other: Word) -> Word {
        op("bvand", self, other)
    }
}

impl BitOr for Word {
    type Output = Word;
    fn bitor(self, other: Word) -> Word {
        joined(self, other)
    }
}

impl Not for Word {
    type Output = Word;
    fn not(self) -> Word {
        op("bvxor", self, Word::All)
    }
}

impl PartialEq for Word {
    fn eq(&self, other: &Word) -> bool {
        decide(&same(*self, *other))
    }
}

impl PartialOrd for Word {
    fn partial_cmp(&self, _: &Word) -> Option<std::cmp::Ordering> {
        unimplemented!("the shipped text compares with `<` and `<=` alone")
    }

    fn le(&self, other: &Word) -> bool {
        decide(&at_most(*self, *other))
    }

    fn lt(&self, other: &Word) -> bool {
        decide(&below(*self, *other))
    }
}
