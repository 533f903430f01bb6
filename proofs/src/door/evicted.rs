//! A door into an evicted slot. Appended to the shipped text as a child module.
use super::Evicted;
use crate::symbolic::turns::word::Word;

pub(crate) fn evicted(at: Word) -> Evicted {
    Evicted { at }
}

pub(crate) fn evicted_at(evicted: &Evicted) -> Word {
    evicted.at
}
