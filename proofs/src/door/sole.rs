//! A door into the sole ends. Appended to the shipped text as a child module.
pub(crate) use super::reader::door as of_hold;
use super::{SoleReader, SoleWriter};
use crate::symbolic::turns::word::Word;

pub(crate) fn writer(at: Word, offered: Word) -> SoleWriter {
    SoleWriter { at, offered }
}

/// The position, and how many slots are offered.
pub(crate) fn of_writer(writer: &SoleWriter) -> (Word, Word) {
    (writer.at, writer.offered)
}

pub(crate) fn reader((at, offered): (Word, Word), holding: bool, patience: u16) -> SoleReader {
    SoleReader { at, offered, holding, patience }
}

/// The same of a reader; whether it has the hold, and its patience.
pub(crate) fn of_reader(reader: &SoleReader) -> ((Word, Word), bool, u16) {
    ((reader.at, reader.offered), reader.holding, reader.patience)
}
