//! What the shape promises to the rest of the pool (`symbolic/pool/shape.rs`), shown of its text over bits: for each width of a word,
//! every size, every position, every lap, also the last and the first.
//!
//! A position is `lap << bits | index`; an entry is `lap << bits` with zero, one more than an index, or all bits. A ring has
//! `2^(width - bits)` laps, four at least.
use super::super::Scenario;
use crate::pool_bits::pool::shape::{Shape, door};
use crate::symbolic::bits::{
    ONE, Word, ZERO, any_of, at_most, below, below_signed, joined, same, set_width, shifted,
};
use crate::term::{all, assume, choose, decide, either, implies, known, not, prove};

macro_rules! each_width {
    ($($name:literal $step:ident)*) => {
        &[$(
            (concat!("pool: shape, 8 bits, ", $name), || $step(8)),
            (concat!("pool: shape, 16 bits, ", $name), || $step(16)),
            (concat!("pool: shape, 32 bits, ", $name), || $step(32)),
            (concat!("pool: shape, 64 bits, ", $name), || $step(64)),
        )*]
    };
}

pub(crate) const ALL: &[Scenario] = each_width! {
    "parts" parts
    "entries" entries
    "steps" steps
    "sums" sums
    "between" between
};

/// Any ring. `bits` are those below the lap.
#[derive(Clone, Copy)]
struct Ring {
    shape: Shape,
    size: Word,
    below: Word,
    bits: u8,
    width: u8,
}

#[derive(Clone, Copy)]
struct Place {
    lap: Word,
    index: Word,
}

/// What `Shape::of` makes, with so many bits below the lap: two values more than there are indices.
fn ring_with(width: u8, all_bits: &[u8]) -> Ring {
    set_width(width);
    // A path for each: a shift by a number that is not known is hard on solvers.
    let last = all_bits.last().expect("there are some");
    let bits = all_bits.iter().copied().find(|bits| bits == last || choose("bits")).unwrap_or(*last);
    let below_lap = shifted(ONE, bits).wrapping_sub(ONE);
    let size = any_of(bits, "size");
    assume(all([at_most(ONE, size), below(size, below_lap)]));
    Ring { shape: door::shape(below_lap, size), size, below: below_lap, bits, width }
}

/// With any number of bits below the lap that a word of this width may have; of the widest, some.
fn ring(width: u8) -> Ring {
    if width == 64 {
        ring_with(width, &[2, 3, 4, 8, 16, 32, 61, 62])
    } else {
        ring_with(width, &Vec::from_iter(2..=width - 2))
    }
}

/// Where sums of many bits are asked about, which take solvers long: of a wide word, fewer.
fn ring_for_sums(width: u8) -> Ring {
    match width {
        64 => ring_with(width, &[2, 3, 9]),
        32 => ring_with(width, &[2, 3, 9, 12]),
        _ => ring(width),
    }
}

impl Ring {
    fn any_lap(self) -> Word {
        any_of(self.width - self.bits, "lap")
    }

    fn any_place(self) -> Place {
        let place = Place { lap: self.any_lap(), index: any_of(self.bits, "index") };
        assume(below(place.index, self.size));
        place
    }

    fn word(self, place: Place) -> Word {
        joined(self.lap(place.lap), place.index)
    }

    fn lap(self, lap: Word) -> Word {
        shifted(lap, self.bits)
    }

    /// Zero, or one more than an index.
    fn any_low(self) -> Word {
        let low = any_of(self.bits, "low");
        assume(at_most(low, self.size));
        low
    }

    /// The place `n` after, for `n` at most the size.
    fn after(self, place: Place, n: Word) -> Place {
        let index = place.index.wrapping_add(n);
        if decide(&below(index, self.size)) {
            return Place { index, ..place };
        }
        Place { lap: place.lap.wrapping_add(ONE), index: index.wrapping_sub(self.size) }
    }
}

fn parts(width: u8) {
    let ring = ring(width);
    let (one, other) = (ring.any_place(), ring.any_place());
    let (word, another) = (ring.word(one), ring.word(other));
    prove("pool shape: an index is the place in its lap", same(door::index(ring.shape, word), one.index));
    prove("pool shape: a lap is the lap alone", same(door::lap(ring.shape, word), ring.lap(one.lap)));
    let equal = all([same(ring.lap(one.lap), ring.lap(other.lap)), same(one.index, other.index)]);
    prove("pool shape: words are equal if lap and index are", either(not(same(word, another)), equal));
    prove("pool shape: one more than a position is not zero", not(same(word.wrapping_add(ONE), ZERO)));
    let later = door::lap_later(ring.shape, word);
    let lap = one.lap.wrapping_add(ONE);
    prove("pool shape: a lap later", same(later, ring.word(Place { lap, ..one })));
    // What a put position of a full ring is kept as: laps less, which leaves the index.
    let start = door::lap_later(ring.shape, ZERO);
    prove("pool shape: the second lap is one later", same(start, ring.lap(ONE)));
    let before = Place { lap: one.lap.wrapping_sub(ONE), ..one };
    prove("pool shape: a position less a lap", same(word.wrapping_sub(start), ring.word(before)));
    // All zeros are a full ring: each entry holds its index in the first lap.
    let first = Place { lap: ZERO, ..one };
    let held = door::index(ring.shape, ring.word(first)) + ONE;
    prove("pool shape: at first an entry holds its index", same(held, ring.word(first).wrapping_add(ONE)));
}

fn entries(width: u8) {
    let ring = ring(width);
    let (one, laps, low) = (ring.any_place(), ring.any_lap(), ring.any_low());
    let entry = joined(ring.lap(laps), low);
    let empty = door::lap(ring.shape, ring.word(one));
    prove("pool shape: the lap of an entry", same(door::lap(ring.shape, entry), ring.lap(laps)));
    let index = any_of(ring.bits, "held");
    assume(below(index, ring.size));
    prove(
        "pool shape: an index is held below the lap",
        same(door::lap(ring.shape, empty + ONE + index), empty),
    );
    let sealed = door::sealed(ring.shape, entry);
    prove("pool shape: a sealed entry keeps its lap", same(door::lap(ring.shape, sealed), ring.lap(laps)));
    prove("pool shape: a sealed entry is what it was with all bits", same(sealed, joined(entry, ring.below)));
    prove("pool shape: a seal is seen", known(door::is_sealed(ring.shape, sealed)));
    prove("pool shape: and only that", known(!door::is_sealed(ring.shape, entry)));
    // An offset is less than the size if the entry holds an index in this very lap.
    let here = same(ring.lap(laps), ring.lap(one.lap));
    let holds = all([here, at_most(ONE, low)]);
    let offset = entry.wrapping_sub(empty).wrapping_sub(ONE);
    prove("pool shape: offsets: an index in this lap", implies(holds.clone(), below(offset, ring.size)));
    prove("pool shape: offsets: and only that", implies(below(offset, ring.size), holds));
    let offset = sealed.wrapping_sub(empty).wrapping_sub(ONE);
    prove("pool shape: offsets: not of a sealed entry", not(below(offset, ring.size)));
    let word = ring.word(one);
    let place = |lap: Word| ring.word(Place { lap, ..one });
    let before = laps.wrapping_sub(ONE);
    let filled = door::filled(ring.shape, entry, word);
    let is_empty = same(low, ZERO);
    let was = all([
        implies(is_empty.clone(), same(filled, place(before))),
        either(is_empty, same(filled, place(laps))),
    ]);
    prove("pool shape: where an entry was filled", was);
    prove("pool shape: where it was emptied", same(door::emptied(ring.shape, entry, word), place(before)));
}

fn steps(width: u8) {
    let ring = ring_for_sums(width);
    let one = ring.any_place();
    let next = door::next(ring.shape, ring.word(one));
    prove("pool shape: the next position is one later", same(next, ring.word(ring.after(one, ONE))));
    let n = any_of(ring.bits, "n");
    assume(at_most(n, ring.size));
    let zero = Place { lap: ZERO, index: ZERO };
    prove(
        "pool shape: the position after the first",
        same(door::nth(ring.shape, n), ring.word(ring.after(zero, n))),
    );
}

fn sums(width: u8) {
    let ring = ring_for_sums(width);
    let (one, by) = (ring.any_place(), ring.any_place());
    let (word, another) = (ring.word(one), ring.word(by));
    let sum = ring.after(Place { lap: one.lap.wrapping_add(by.lap), ..one }, by.index);
    prove("pool shape: a sum of positions", same(door::plus(ring.shape, word, another), ring.word(sum)));
    let less = door::minus(ring.shape, another);
    prove("pool shape: and a difference", same(door::plus(ring.shape, less, another), ZERO));
    prove("pool shape: which is a position", below(door::index(ring.shape, less), ring.size));
    // The mark takes the highest bit of the lap, and does not touch what lies below it.
    let mark = shifted(ONE, ring.width - 1);
    let (with, without) = (word.wrapping_add(mark), door::plus(ring.shape, word, another));
    let sum = door::plus(ring.shape, with, another);
    prove("pool shape: a mark leaves the sum as it is", same(sum & !mark, without & !mark));
}

fn between(width: u8) {
    let ring = ring_for_sums(width);
    let (from, to) = (ring.any_place(), ring.any_place());
    let n = door::between(ring.shape, ring.word(from), ring.word(to));
    prove("pool shape: at most the size lies between", at_most(n, ring.size));
    // With a sign, since they are less than half of all laps apart.
    let laps = ring.lap(to.lap).wrapping_sub(ring.lap(from.lap));
    let earlier = either(below_signed(laps, ZERO), all([same(laps, ZERO), below(to.index, from.index)]));
    if decide(&earlier) {
        return prove("pool shape: nothing up to an earlier position", same(n, ZERO));
    }
    let there = ring.word(ring.after(from, n));
    if decide(&below(n, ring.size)) {
        return prove("pool shape: as many as it takes to come there", same(there, ring.word(to)));
    }
    let one_lap = same(laps, ring.lap(ONE));
    prove("pool shape: or a lap, or more", below_signed(ZERO, laps));
    prove("pool shape: and no less", implies(one_lap, at_most(from.index, to.index)));
}
