//! A door into a side: makes one in any state, and looks at it. Appended to the shipped text as a child module.
use super::Side;
use crate::term::Sym;

/// All that a side knows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    pub(crate) at: Sym,
    pub(crate) stop: Sym,
    pub(crate) limit: Sym,
    pub(crate) lap: Sym,
    pub(crate) owed: Sym,
    pub(crate) lead: Sym,
    pub(crate) size: Sym,
    pub(crate) misled: bool,
}

pub(crate) fn make(v: View) -> Side {
    let View { at, stop, limit, lap, owed, lead, size, misled } = v;
    Side { at, stop, limit, lap, owed, lead, size, misled }
}

pub(crate) fn view(side: &Side) -> View {
    let &Side { at, stop, limit, lap, owed, lead, size, misled } = side;
    View { at, stop, limit, lap, owed, lead, size, misled }
}
