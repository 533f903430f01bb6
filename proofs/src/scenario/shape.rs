//! What the shape promises to the rest of the ring (`symbolic/turns/shape.rs`), shown of its text over bits: for each width of
//! a word, every size, every position, every lap, also the last and the first.
//!
//! A word is `lap << bits | index << 1 | mark`; a turn is `lap << bits | state`. A ring has `2^(width - bits)` laps.
use super::Scenario;
use crate::bits::turns::shape::{Shape, door};
use crate::symbolic::bits::{
    ONE, Word, ZERO, any, any_of, at_most, below, below_signed, joined, same, set_width, shifted,
    shifted_back, shifted_back_signed,
};
use crate::term::{all, assume, choose, decide, either, implies, not, prove};

macro_rules! each_width {
    ($($name:literal $step:ident)*) => {
        &[$(
            (concat!("turns: shape, 8 bits, ", $name), || $step(8)),
            (concat!("turns: shape, 16 bits, ", $name), || $step(16)),
            (concat!("turns: shape, 32 bits, ", $name), || $step(32)),
            (concat!("turns: shape, 64 bits, ", $name), || $step(64)),
        )*]
    };
}

pub(crate) const ALL: &[Scenario] = each_width! {
    "parts" parts
    "steps" steps
    "laps" laps
    "ahead" ahead
    "between" between
    "walk" walk
    "positions" positions
};

/// Any ring. `bits` are those below the lap.
#[derive(Clone, Copy)]
struct Ring {
    shape: Shape,
    size: Word,
    bits: u8,
    width: u8,
}

/// A position: its word is `lap << bits | index << 1 | mark`.
#[derive(Clone, Copy)]
struct Place {
    lap: Word,
    index: Word,
}

/// What `Shape::of` makes: as many bits as a lap takes, two at least, for `1 ..= MAX_SIZE` slots.
fn ring_with(width: u8, all_bits: &[u8]) -> Ring {
    set_width(width);
    // A path for each: a shift by a number that is not known is hard on solvers.
    let last = all_bits.last().expect("there are some");
    let bits = all_bits.iter().copied().find(|bits| bits == last || choose("bits")).unwrap_or(*last);
    let lap = shifted(ONE, bits);
    let size = any_of(bits, "size"); // half of a lap's word at most
    assume(all([at_most(ONE, size), at_most(size, shifted_back(lap, 1))]));
    assume(at_most(size, shifted_back(Word::MAX, 2)));
    Ring { shape: door::shape(lap.wrapping_sub(ONE), size), size, bits, width }
}

/// With any number of bits below the lap that a word of this width may have.
fn ring(width: u8) -> Ring {
    ring_with(width, &Vec::from_iter(2..width))
}

/// The same where sums of many bits are asked about, which take solvers long: of a wide word, some of these numbers.
fn ring_for_sums(width: u8) -> Ring {
    if width <= 16 { ring(width) } else { ring_with(width, &[2, 3, 9, 12]) }
}

impl Ring {
    fn any_place(self) -> Place {
        let place = Place { lap: self.any_lap(), index: any_of(self.bits - 1, "index") };
        assume(below(place.index, self.size));
        place
    }

    /// Laps are counted modulo their number.
    fn any_lap(self) -> Word {
        any_of(self.width - self.bits, "lap")
    }

    fn word(self, place: Place) -> Word {
        joined(self.turn(place.lap), shifted(place.index, 1))
    }

    fn turn(self, lap: Word) -> Word {
        shifted(lap, self.bits)
    }

    /// The place `n` after: by the definition of one.
    fn after(self, place: Place, n: Word) -> Place {
        let index = place.index.wrapping_add(n);
        if decide(&below(index, self.size)) {
            return Place { index, ..place };
        }
        Place { lap: place.lap.wrapping_add(ONE), index: index.wrapping_sub(self.size) }
    }
}

fn any_mark() -> Word {
    if choose("closed") { door::CLOSED } else { ZERO }
}

fn parts(width: u8) {
    let ring = ring(width);
    let (one, mark) = (ring.any_place(), any_mark());
    let word = ring.word(one).wrapping_add(mark);
    prove("shape: an index is the place in its lap", same(door::index(ring.shape, word), one.index));
    prove("shape: an index lies inside the ring", below(door::index(ring.shape, word), ring.size));
    prove("shape: a free turn is the lap alone", same(door::free(ring.shape, word), ring.turn(one.lap)));
    prove("shape: the mark is the lowest bit", same(word & door::CLOSED, mark));
    prove("shape: the others are the position", same(word & !door::CLOSED, ring.word(one)));
    let other = ring.any_place();
    let word_of_other = ring.word(other).wrapping_add(any_mark());
    let equal = all([
        same(one.lap, other.lap),
        same(one.index, other.index),
        same(mark, word_of_other & door::CLOSED),
    ]);
    prove("shape: words are equal if lap, index and mark are", either(not(same(word, word_of_other)), equal));
}

fn steps(width: u8) {
    let ring = ring_for_sums(width);
    let one = ring.any_place();
    let word = ring.word(one);
    let next = door::next(ring.shape, word);
    prove("shape: the next position is one later", same(next, ring.word(ring.after(one, ONE))));
    let step = next.wrapping_sub(word);
    prove(
        "shape: a step moves a marked position, and leaves the mark",
        same(word.wrapping_add(door::CLOSED).wrapping_add(step), next.wrapping_add(door::CLOSED)),
    );
    let n = any_of(ring.bits, "n");
    assume(at_most(n, ring.size));
    prove(
        "shape: the position after some",
        same(door::after(ring.shape, word, n), ring.word(ring.after(one, n))),
    );
}

fn laps(width: u8) {
    let ring = ring(width);
    let one = ring.any_place();
    let place = |lap| ring.word(Place { lap, ..one });
    let (later, before) = (one.lap.wrapping_add(ONE), one.lap.wrapping_sub(ONE));
    prove("shape: a lap later", same(door::lap_later(ring.shape, ring.word(one)), place(later)));
    prove("shape: a lap before", same(door::lap_before(ring.shape, ring.word(one)), place(before)));
    prove(
        "shape: a turn a lap later",
        same(door::lap_later(ring.shape, ring.turn(one.lap)), ring.turn(later)),
    );
}

/// A turn and a free one: equal as laps and states are; the sign is that of the laps between, if these are less than
/// half of all.
fn ahead(width: u8) {
    let ring = ring(width);
    let (one, laps) = (ring.any_lap(), any("laps"));
    let state = if choose("free") {
        ZERO
    } else if choose("ready") {
        door::READY
    } else {
        door::SKIP
    };
    // With a sign: from minus half of all laps to less than half.
    assume(same(shifted_back_signed(shifted(laps, ring.bits), ring.bits), laps));
    let turn = ring.turn(one.wrapping_add(laps)).wrapping_add(state);
    let ahead = turn.wrapping_sub(ring.turn(one));
    for other in [ZERO, door::READY, door::SKIP] {
        let equal = all([same(laps, ZERO), same(state, other)]);
        prove(
            "shape: a turn is ahead by nothing but a state in its own lap",
            either(not(same(ahead, other)), equal.clone()),
        );
        prove("shape: and then it is", implies(equal, same(ahead, other)));
    }
    let behind = below_signed(laps, ZERO);
    if door::is_negative(ahead) {
        prove("shape: negative is behind", behind);
    } else {
        prove("shape: and only that", not(behind));
    }
}

fn between(width: u8) {
    let ring = ring_for_sums(width);
    let (read, n, other) = (ring.any_place(), any_of(ring.bits, "n"), ring.any_place());
    assume(at_most(n, ring.size));
    let anyhow = door::between(ring.shape, ring.word(read), ring.word(other));
    prove("shape: whatever moved, less than two sizes", below(anyhow, shifted(ring.size, 1)));
    let write = ring.after(read, n);
    prove(
        "shape: what lies between two positions",
        same(door::between(ring.shape, ring.word(read), ring.word(write)), n),
    );
}

/// A walk is two stretches, one after the other: where they begin, one step from any moment of either, where they end.
fn walk(width: u8) {
    let ring = ring_for_sums(width);
    let (first, len) = (ring.any_place(), any_of(ring.bits, "len"));
    assume(at_most(len, ring.size));
    let [one, two] = door::parts_of(ring.shape, ring.word(first), len);
    let [before, index, end, _] = one.words();
    let here = end.wrapping_sub(index);
    prove("shape: a walk begins at its first position", all([same(before, ZERO), same(index, first.index)]));
    let [before, index, end, _] = two.words();
    let lens =
        all([at_most(here, len), same(before, here), same(end.wrapping_sub(index), len.wrapping_sub(here))]);
    prove("shape: a walk has two parts", lens);

    let done = any_of(ring.bits, "done");
    let (stretch, moved) = if choose("second") {
        assume(all([at_most(here, done), at_most(done, len)]));
        (two, done.wrapping_sub(here))
    } else {
        assume(at_most(done, here));
        (one, done)
    };
    let mut now = stretch.moved(moved);
    let [before, index, end, free] = now.words();
    let at = ring.after(first, done);
    let Some(said) = now.step() else {
        return prove("shape: a part of a walk ends when it is done", same(index, end));
    };
    prove("shape: a part of a walk goes on until then", below(index, end));
    let found = all([same(said[0], done), same(said[1], at.index), same(said[2], ring.turn(at.lap))]);
    prove("shape: a walk is at the position after those before", found);
    let next = now.words();
    let on = all([
        same(next[0], before.wrapping_add(ONE)),
        same(next[1], index.wrapping_add(ONE)),
        same(next[2], end),
        same(next[3], free),
    ]);
    prove("shape: a walk goes on at the next position", on);
}

/// One step of a walk that says positions, from any moment of it.
fn positions(width: u8) {
    let ring = ring_for_sums(width);
    let (here, left) = (ring.any_place(), any_of(ring.bits, "left"));
    assume(at_most(left, ring.size));
    let (said, (next, now_left)) = door::hand_on(ring.shape, ring.word(here), left);
    let Some(at) = said else {
        prove("shape: positions end when none is left", same(left, ZERO));
        return;
    };
    prove("shape: positions go on until then", not(same(left, ZERO)));
    prove("shape: a position is where the last one ended", same(at, ring.word(here)));
    let one_on = all([same(next, ring.word(ring.after(here, ONE))), same(now_left, left.wrapping_sub(ONE))]);
    prove("shape: positions go on at the next one, one less", one_on);
}
