//! A door into runs. Appended to the shipped text as a child module.
use super::{ClaimedRun, ReservedRun};
use crate::symbolic::turns::word::Word;

pub(crate) fn reserved(at: Word, len: Word) -> ReservedRun {
    ReservedRun { at, len }
}

pub(crate) fn reserved_run(run: &ReservedRun) -> (Word, Word) {
    (run.at, run.len)
}

pub(crate) fn claimed(at: Word, len: Word) -> ClaimedRun {
    ClaimedRun { at, len }
}

pub(crate) fn claimed_run(run: &ClaimedRun) -> (Word, Word) {
    (run.at, run.len)
}
