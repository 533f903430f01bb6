//! A door into one ring of records. Appended to the shipped text as a child module.
use super::super::{Cursors, Shape as Positions, Turn};
use super::{Claimed, Records, Refused, Reserved, Shape};
use crate::symbolic::record::word::{Word, number};
use crate::term::Sym;

/// The words of a ring: of all turns, ours and any other.
pub(crate) fn words() -> (Cursors, [Turn; 2]) {
    let cursors = Cursors::new();
    (cursors, [Turn::new(), Turn::new()])
}

pub(crate) fn records<'a>((cursors, turns): &'a (Cursors, [Turn; 2]), size: Sym) -> Records<'a> {
    Records::new(cursors, turns, Shape { turns: Positions { size: number(size) } })
}

pub(crate) fn reserved(at: Word, granules: Word) -> Reserved {
    Reserved { at, granules }
}

pub(crate) fn reserved_run(reserved: &Reserved) -> (Word, Word) {
    (reserved.at, reserved.granules)
}

pub(crate) fn claimed(at: Word, granules: Word, bytes: Word) -> Claimed {
    Claimed { at, granules, bytes }
}

pub(crate) fn claimed_run(claimed: &Claimed) -> (Word, Word, Word) {
    (claimed.at, claimed.granules, claimed.bytes)
}

/// How many granules `reserve` asks for.
pub(crate) fn asked(records: &Records<'_>, bytes: Word) -> Word {
    records.shape.granules_for(bytes)
}

pub(crate) fn reserve_once(records: &Records<'_>, granules: Word) -> Option<Reserved> {
    records.reserve_once(granules)
}

pub(crate) fn reserve_again(records: &Records<'_>, granules: Word) -> Result<Reserved, Refused> {
    records.reserve_again(granules)
}

pub(crate) fn claim_once(records: &Records<'_>) -> Option<Claimed> {
    records.claim_once()
}

pub(crate) fn claim_again(records: &Records<'_>) -> Result<Claimed, Refused> {
    records.claim_again()
}

/// What `reserve` goes on with where it finds too little room.
pub(crate) fn why_no_room(records: &Records<'_>, at: Word, need: Word) -> Option<Refused> {
    records.why_no_room(at, need, at) // where it looks again decides nothing
}
