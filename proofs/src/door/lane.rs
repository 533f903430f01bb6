//! A door into the ends of a lane. Appended to the shipped text as a child module.
use super::side::door::{make, view};
use super::{Care, Evicted, Reader, Writer};
use crate::term::{Sym, ZERO};

pub(crate) use super::side::door::View;

/// All that a reader knows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReaderView {
    pub(crate) side: View,
    pub(crate) credit: Sym,
    pub(crate) plain: bool,
    pub(crate) hidden: Sym,
    pub(crate) holding: bool,
    pub(crate) alone: bool,
    pub(crate) patience: u16,
}

pub(crate) fn writer(v: View) -> Writer {
    let (side, ledger) = make(v);
    Writer { side, ledger, size: v.size }
}

pub(crate) fn writer_view(writer: &Writer) -> View {
    view(&writer.side, &writer.ledger, writer.size)
}

pub(crate) fn reader(v: ReaderView) -> Reader {
    let ReaderView { side, credit, plain, hidden, holding, alone, patience } = v;
    let (side, ledger) = make(side);
    Reader { side, care: Care { ledger, credit, plain, hidden, holding, alone, patience } }
}

pub(crate) fn reader_view(reader: &Reader) -> ReaderView {
    let &Care { ref ledger, credit, plain, hidden, holding, alone, patience } = &reader.care;
    ReaderView { side: view(&reader.side, ledger, ZERO), credit, plain, hidden, holding, alone, patience }
}

/// The position that was taken; its index is public.
pub(crate) fn evicted_at(evicted: &Evicted) -> Sym {
    evicted.at
}
