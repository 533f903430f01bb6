//! A door into the ends of a lane. Appended to the shipped text as a child module.
use super::side::door::{make, view};
use super::{Evicted, Reader, Writer};
use crate::term::Sym;

pub(crate) use super::side::door::View;

/// All that a reader knows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReaderView {
    pub(crate) side: View,
    pub(crate) credit: Sym,
    pub(crate) plain: bool,
    pub(crate) holding: bool,
    pub(crate) patience: u8,
}

pub(crate) fn writer(side: View) -> Writer {
    Writer { side: make(side) }
}

pub(crate) fn writer_view(writer: &Writer) -> View {
    view(&writer.side)
}

pub(crate) fn reader(v: ReaderView) -> Reader {
    let ReaderView { side, credit, plain, holding, patience } = v;
    Reader { side: make(side), credit, plain, holding, patience }
}

pub(crate) fn reader_view(reader: &Reader) -> ReaderView {
    let &Reader { ref side, credit, plain, holding, patience } = reader;
    ReaderView { side: view(side), credit, plain, holding, patience }
}

/// The position that was taken; its index is public.
pub(crate) fn evicted_at(evicted: &Evicted) -> Sym {
    evicted.at
}
