//! A door into the ends of a ring of bytes. Appended to the shipped text as a child module.
use super::side::Side;
use super::{Claimed, Reader, Reserved, Span, Writer};
use crate::term::Sym;

/// All that a writer knows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WriterView {
    pub(crate) at: Sym,
    pub(crate) lap: Sym,
    pub(crate) size: Sym,
    pub(crate) reached: Sym,
    pub(crate) mark: Sym,
}

/// All that a reader knows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReaderView {
    pub(crate) at: Sym,
    pub(crate) lap: Sym,
    pub(crate) size: Sym,
    pub(crate) seen: Sym,
    pub(crate) mark: Sym,
}

pub(crate) fn writer(v: WriterView) -> Writer {
    let WriterView { at, lap, size, reached, mark } = v;
    Writer { side: Side { at, lap, size, reach: size }, reached, mark }
}

pub(crate) fn writer_view(writer: &Writer) -> WriterView {
    let &Writer { side: Side { at, lap, size, .. }, reached, mark } = writer;
    WriterView { at, lap, size, reached, mark }
}

pub(crate) fn reader(v: ReaderView) -> Reader {
    let ReaderView { at, lap, size, seen, mark } = v;
    Reader { side: Side { at, lap, size, reach: size }, seen, mark }
}

pub(crate) fn reader_view(reader: &Reader) -> ReaderView {
    let &Reader { side: Side { at, lap, size, .. }, seen, mark } = reader;
    ReaderView { at, lap, size, seen, mark }
}

/// Start and length of a span, and whether it begins the next lap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReservedView {
    pub(crate) start: Sym,
    pub(crate) len: Sym,
    pub(crate) skips: bool,
}

/// The same of a span to read, and what goes on in the next lap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClaimedView {
    pub(crate) start: Sym,
    pub(crate) len: Sym,
    pub(crate) rest_start: Sym,
    pub(crate) rest: Sym,
    pub(crate) skips: bool,
}

pub(crate) fn reserved(writer: &mut Writer, v: ReservedView) -> Reserved<'_> {
    let ReservedView { start, len, skips } = v;
    Reserved { writer, span: Span { start, len }, skips }
}

pub(crate) fn reserved_view(reserved: &Reserved<'_>) -> ReservedView {
    let Reserved { span, skips, .. } = reserved;
    ReservedView { start: span.start(), len: span.len(), skips: *skips }
}

pub(crate) fn claimed(reader: &mut Reader, v: ClaimedView) -> Claimed<'_> {
    let ClaimedView { start, len, rest_start, rest, skips } = v;
    Claimed { reader, span: Span { start, len }, rest: Span { start: rest_start, len: rest }, skips }
}

pub(crate) fn claimed_view(claimed: &Claimed<'_>) -> ClaimedView {
    let (span, rest, skips) = (claimed.span(), claimed.rest(), claimed.skips);
    ClaimedView { start: span.start(), len: span.len(), rest_start: rest.start(), rest: rest.len(), skips }
}
