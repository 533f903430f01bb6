//! A door into a side: makes one in any state, and looks at it. Appended to the shipped text as a child module.
use super::{Ledger, Side};
use crate::term::Sym;

/// All that a side knows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    pub(crate) at: Sym,
    pub(crate) limit: Sym,
    pub(crate) lap: Sym,
    pub(crate) size: Sym,
    pub(crate) owed: Sym,
    pub(crate) misled: bool,
    /// Not kept by the side: `size` for the writer, zero for the reader.
    pub(crate) lead: Sym,
}

pub(crate) fn make(v: View) -> (Side, Ledger) {
    let View { at, limit, lap, size, owed, misled, lead: _ } = v;
    (Side { at, limit, lap, size }, Ledger { owed, misled })
}

pub(crate) fn view(side: &Side, ledger: &Ledger, lead: Sym) -> View {
    let &Side { at, limit, lap, size } = side;
    let &Ledger { owed, misled } = ledger;
    View { at, limit, lap, size, owed, misled, lead }
}
