//! How lengths lie in words: what the rest relies on, of the shipped text over bits, at every lap.
//!
//! A ring has `2^granule` bytes in each of its granules, and turns with `bits` bits below the lap, which have room for twice its bytes and one.
use super::Scenario;
use crate::record_bits::turns::record::shape::{Shape, door};
use crate::record_bits::turns::shape::door as positions;
use crate::symbolic::bits::{
    ONE, Word, ZERO, any, any_of, at_most, below, below_signed, joined, same, set_width, shifted,
    shifted_back, shifted_back_signed,
};
use crate::term::{Formula, all, assume, choose, either, implies, known, not, prove};

macro_rules! each_width {
    ($($name:literal $step:ident)*) => {
        &[$(
            (concat!("record: shape, 8 bits, ", $name), || $step(8)),
            (concat!("record: shape, 16 bits, ", $name), || $step(16)),
            (concat!("record: shape, 32 bits, ", $name), || $step(32)),
            (concat!("record: shape, 64 bits, ", $name), || $step(64)),
        )*]
    };
}

pub(crate) const ALL: &[Scenario] = each_width! {
    "lengths" lengths
    "turns" turns
    "other laps" other_laps
    "any turn" any_turn
    "used" used
};

/// Any ring.
#[derive(Clone, Copy)]
struct Ring {
    shape: Shape,
    size: Word,
    bits: u8,
    granule: u8,
    width: u8,
}

#[derive(Clone, Copy)]
struct Place {
    lap: Word,
    index: Word,
}

/// What `Shape::of` makes. A path for each number of bits: a shift by a number that is not known is hard on solvers.
fn ring(width: u8) -> Ring {
    let (all_bits, granules): (Vec<u8>, Vec<u8>) = match width {
        8 => ((2..=6).collect(), (0..=4).collect()),
        16 => ((2..=14).collect(), vec![0, 1, 4, 6, 9, 12]),
        _ => (vec![2, 3, 9, 12, width - 2], vec![0, 1, 4, 6, 9]),
    };
    set_width(width);
    let one_of = |some: &[u8], name| {
        let last = *some.last().expect("there are some");
        some.iter().copied().find(|one| *one == last || choose(name)).unwrap_or(last)
    };
    let (bits, granule) = (one_of(&all_bits, "bits"), one_of(&granules, "granule"));
    let lap = shifted(ONE, bits);
    let size = any("size");
    let most = shifted_back(shifted_back(Word::MAX, 3), granule);
    assume(all([at_most(ONE, size), at_most(size, most)]));
    let states = shifted(shifted(size, granule), 1);
    assume(below(states, lap)); // and so twice and one is below as well
    let positions = positions::shape(lap.wrapping_sub(ONE), size);
    Ring { shape: door::shape(positions, granule.into()), size, bits, granule, width }
}

impl Ring {
    fn any_place(self) -> Place {
        let place = Place { lap: any_of(self.width - self.bits, "lap"), index: any("index") };
        assume(below(place.index, self.size));
        place
    }

    fn turn(self, lap: Word) -> Word {
        shifted(lap, self.bits)
    }

    fn word(self, place: Place) -> Word {
        joined(self.turn(place.lap), shifted(place.index, 1))
    }

    /// How many granules are left in the lap.
    fn left(self, place: Place) -> Word {
        self.size.wrapping_sub(place.index)
    }

    fn in_bytes(self, granules: Word) -> Word {
        shifted(granules, self.granule)
    }

    fn any_bytes(self) -> Word {
        let n = any("bytes");
        assume(at_most(n, self.in_bytes(self.size)));
        n
    }

    fn any_granules(self) -> Word {
        let n = any("granules");
        assume(all([at_most(ONE, n), at_most(n, self.size)]));
        n
    }

    /// By definition: whole ones, one more for a rest, and at least one.
    fn is_granules_for(self, n: Word, bytes: Word) -> Formula {
        let whole = shifted_back(bytes, self.granule);
        let no_rest = same(self.in_bytes(whole), bytes);
        let rounded = either(
            all([no_rest.clone(), same(n, whole)]),
            all([not(no_rest), same(n, whole.wrapping_add(ONE))]),
        );
        let none = same(bytes, ZERO);
        either(all([none.clone(), same(n, ONE)]), all([not(none), rounded]))
    }
}

fn lengths(width: u8) {
    let ring = ring(width);
    let bytes = ring.any_bytes();
    let n = door::granules_for(ring.shape, bytes);
    prove("shape: as many granules as the bytes take, and one at least", ring.is_granules_for(n, bytes));
    prove("shape: the ring has so many", at_most(n, ring.size));
    let granules = any("granules");
    assume(at_most(granules, ring.size));
    let bytes = door::bytes_in(ring.shape, granules);
    prove("shape: whole granules of bytes", same(shifted_back(bytes, ring.granule), granules));
    prove("shape: and no rest", same(ring.in_bytes(granules), bytes));
}

/// What a turn says is read as it was written.
fn turns(width: u8) {
    let ring = ring(width);
    let place = ring.any_place();
    let at = ring.word(place);
    let left = ring.left(place);
    if choose("ready") {
        let bytes = ring.any_bytes();
        assume(at_most(bytes, ring.in_bytes(left)));
        let turn = door::ready(ring.shape, at, bytes);
        let Some((granules, Some(read))) = door::run(ring.shape, at, turn) else {
            return prove("shape: a record is read as one", known(false));
        };
        prove("shape: a record has the bytes that it was committed with", same(read, bytes));
        prove("shape: and as many granules as they take", ring.is_granules_for(granules, bytes));
        prove_is_ahead(at, turn, ring);
    } else {
        let n = ring.any_granules();
        assume(at_most(n, left));
        let turn = door::skipped(ring.shape, at, n);
        let Some((granules, None)) = door::run(ring.shape, at, turn) else {
            return prove("shape: what is skipped is read as that", known(false));
        };
        prove("shape: as many granules are skipped as was said", same(granules, n));
        prove_is_ahead(at, turn, ring);
    }
}

fn prove_is_ahead(at: Word, turn: Word, ring: Ring) {
    let ahead = turn.wrapping_sub(positions::free(ring.shape_of_positions(), at));
    prove("shape: a turn of a run is not the one of a free granule", not(same(ahead, ZERO)));
    prove("shape: nor behind it", known(!positions::is_negative(ahead)));
}

/// A turn of another lap, or a free one, says nothing; and its sign is that of the laps between, if these are less than half of all.
fn other_laps(width: u8) {
    let ring = ring(width);
    let (place, laps, state) = (ring.any_place(), any("laps"), any("state"));
    let at = ring.word(place);
    // With a sign: from minus half of all laps to less than half.
    assume(same(shifted_back_signed(shifted(laps, ring.bits), ring.bits), laps));
    assume(below(state, shifted(ONE, ring.bits)));
    assume(either(not(same(laps, ZERO)), same(state, ZERO)));
    let turn = ring.turn(place.lap.wrapping_add(laps)).wrapping_add(state);
    prove("shape: a turn of another lap says nothing", known(door::run(ring.shape, at, turn).is_none()));
    let ahead = turn.wrapping_sub(positions::free(ring.shape_of_positions(), at));
    let of_this_lap = all([same(laps, ZERO), same(state, ZERO)]);
    prove(
        "shape: it is ahead by nothing only in its own lap",
        implies(same(ahead, ZERO), of_this_lap.clone()),
    );
    prove("shape: and then it is", implies(of_this_lap, same(ahead, ZERO)));
    let behind = below_signed(laps, ZERO);
    if positions::is_negative(ahead) {
        prove("shape: negative is behind", behind);
    } else {
        prove("shape: and only that", not(behind));
    }
}

/// Whatever a word says, nobody is led out of the ring.
fn any_turn(width: u8) {
    let ring = ring(width);
    let place = ring.any_place();
    let Some((granules, bytes)) = door::run(ring.shape, ring.word(place), any("turn")) else { return };
    prove(
        "shape: a run has a granule, and ends with its lap",
        all([at_most(ONE, granules), at_most(granules, ring.left(place))]),
    );
    if let Some(bytes) = bytes {
        prove("shape: a record lies in its run", at_most(bytes, ring.in_bytes(granules)));
    }
}

fn used(width: u8) {
    let ring = ring(width);
    let (read, write) = (ring.any_place(), ring.any_place());
    let told = door::used(ring.shape, ring.word(read), ring.word(write));
    let same_lap = same(read.lap, write.lap);
    let next_lap = {
        let next = any_of(ring.width - ring.bits, "next");
        assume(same(ring.turn(next), ring.turn(read.lap).wrapping_add(ring.turn(ONE))));
        same(next, write.lap)
    };
    let here = all([same_lap, at_most(read.index, write.index)]);
    let later = all([next_lap, at_most(write.index, read.index)]);
    match told {
        Some(n) => {
            let rest = ring.size.wrapping_sub(read.index).wrapping_add(write.index);
            let is = either(
                all([here, same(n, write.index.wrapping_sub(read.index))]),
                all([later, same(n, rest)]),
            );
            prove("shape: as many are used as lie between", is);
            prove("shape: which the ring has", at_most(n, ring.size));
        }
        None => {
            prove("shape: or they are not of one moment", not(either(here, later)));
        }
    }
}

impl Ring {
    fn shape_of_positions(self) -> crate::record_bits::turns::shape::Shape {
        positions::shape(shifted(ONE, self.bits).wrapping_sub(ONE), self.size)
    }
}
