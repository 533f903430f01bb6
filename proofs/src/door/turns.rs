//! A door into one ring. Appended to the shipped text as a child module.
use super::{Claimed, Cursors, Missed, Reserved, Shape, Turn, Turns};
use crate::symbolic::turns::word::{Word, number};
use crate::term::Sym;

pub(crate) use super::evict::door as evicted;
pub(crate) use super::run::door as run;
pub(crate) use super::sole::door as sole;

/// The words of a ring: of all turns, ours and any other.
pub(crate) fn words() -> (Cursors, [Turn; 2]) {
    let cursors = Cursors::new();
    (cursors, [Turn::new(), Turn::new()])
}

pub(crate) fn turns<'a>((cursors, turns): &'a (Cursors, [Turn; 2]), size: Sym) -> Turns<'a> {
    Turns::new(cursors, turns, Shape { size: number(size) })
}

pub(crate) fn reserved(at: Word) -> Reserved {
    Reserved { at }
}

pub(crate) fn reserved_at(reserved: &Reserved) -> Word {
    reserved.at
}

pub(crate) fn claimed(at: Word) -> Claimed {
    Claimed { at }
}

pub(crate) fn claimed_at(claimed: &Claimed) -> Word {
    claimed.at
}

/// That nobody else was seen to go on. If somebody was, it goes on from there, as the second try of a path does.
pub(crate) fn missed() -> Missed {
    Missed { lost_to: None }
}
