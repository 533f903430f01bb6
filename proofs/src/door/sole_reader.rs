//! A door into the reader's part of the hold. Appended to the shipped text as a child module.
use super::{Refused, SoleReader, Turns};

pub(crate) fn hold(reader: &mut SoleReader, turns: &Turns<'_>) -> Result<(), Refused> {
    reader.hold(turns)
}
