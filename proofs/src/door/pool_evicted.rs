//! A door into an evicted slot. Appended to the shipped text as a child module.
use super::Evicted;
use crate::symbolic::pool::word::Word;

pub(crate) fn evicted(index: Word) -> Evicted {
    Evicted { index }
}
