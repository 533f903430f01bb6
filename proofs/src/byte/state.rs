//! Any state in which a step may begin, and the obligation that it ends in such a state again.
use super::{Actor, Other, Ring, begin, change, now};
use crate::bytes::bip::door::{self, ReaderView, WriterView};
use crate::bytes::bip::{Cursors, Reader, Writer};
use crate::term::{Formula, Sym, all, assume, eq, fresh, implies, is_word, le, minus, ordered, plus, prove};

/// A number of bytes that a caller may ask for.
pub(crate) fn any_count(name: &str) -> Sym {
    let n = fresh(name);
    assume(is_word(n));
    n
}

/// What holds of a writer that may still see `saw` in the reader's word.
pub(crate) fn writer_facts(v: &WriterView, saw: Sym, ring: &Ring) -> [(&'static str, Formula); 5] {
    let own =
        all([eq(v.at, ring.committed), eq(v.lap, ring.lap), eq(v.mark, ring.mark), eq(v.size, ring.size)]);
    [
        ("INVARIANT: the writer's view is what it stored", own),
        ("INVARIANT: the writer saw a position of the reader", ring.is_of_reader(saw)),
        (
            "INVARIANT: the writer had room for what it committed",
            le(ring.committed, plus(ring.reached(saw), ring.size)),
        ),
        ("INVARIANT: the reader has come as far as the writer thinks", le(v.reached, ring.reached(saw))),
        ("INVARIANT: at - size <= reached <= at", ordered(&[minus(v.at, v.size), v.reached, v.at])),
    ]
}

/// What holds of a reader that may still see `saw` in the writer's word.
pub(crate) fn reader_facts(v: &ReaderView, saw: Sym, ring: &Ring) -> [(&'static str, Formula); 5] {
    let own = all([eq(v.at, ring.released), eq(v.lap, ring.readers_lap), eq(v.size, ring.size)]);
    let seen = all([ring.is_of_writer(v.seen), ring.is_of_writer(saw)]);
    [
        ("INVARIANT: the reader's view is what it stored", own),
        ("I5: lap <= at <= lap + size", ordered(&[v.lap, v.at, plus(v.lap, v.size)])),
        ("INVARIANT: the reader saw positions of the writer", seen),
        ("INVARIANT: at <= seen, and nothing newer", ordered(&[v.at, v.seen, saw])),
        (
            "I6: who has seen the writer a lap ahead has the watermark of its own lap",
            implies(ring.is_lap_ahead(v.seen), eq(v.mark, ring.mark)),
        ),
    ]
}

/// Any writer of the ring; and what it may still see.
pub(crate) fn any_writer(ring: &Ring) -> (WriterView, Sym) {
    let [at, lap, reached, mark, saw] = ["at", "own_lap", "reached", "own_mark", "saw_released"].map(fresh);
    let view = WriterView { at, lap, size: ring.size, reached, mark };
    for (_, fact) in writer_facts(&view, saw, ring) {
        assume(fact);
    }
    (view, saw)
}

/// Any reader of the ring; and what it may still see.
pub(crate) fn any_reader(ring: &Ring) -> (ReaderView, Sym) {
    let [at, lap, seen, mark, saw] = ["at", "own_lap", "in_sight", "own_mark", "saw_committed"].map(fresh);
    let view = ReaderView { at, lap, size: ring.size, seen, mark };
    for (_, fact) in reader_facts(&view, saw, ring) {
        assume(fact);
    }
    (view, saw)
}

/// A writer in any state, of any ring.
pub(crate) fn writer(other: Other) -> (Cursors, Writer, WriterView) {
    let w = begin(Actor::Writer, other);
    let (view, saw) = any_writer(&w.ring);
    change(|now| now.saw_released = saw);
    (Cursors::new(), door::writer(view), view)
}

/// A reader in any state, of any ring.
pub(crate) fn reader(other: Other) -> (Cursors, Reader, ReaderView) {
    let w = begin(Actor::Reader, other);
    let (view, saw) = any_reader(&w.ring);
    change(|now| now.saw_committed = saw);
    (Cursors::new(), door::reader(view), view)
}

/// The writer is in such a state again.
pub(crate) fn check_writer(writer: &Writer) -> WriterView {
    let (v, w) = (door::writer_view(writer), now());
    w.prove_all_is_shown();
    for (what, fact) in writer_facts(&v, w.saw_released, &w.ring) {
        prove(what, fact);
    }
    v
}

/// The reader is in such a state again.
pub(crate) fn check_reader(reader: &Reader) -> ReaderView {
    let (v, w) = (door::reader_view(reader), now());
    w.prove_all_is_shown();
    for (what, fact) in reader_facts(&v, w.saw_committed, &w.ring) {
        prove(what, fact);
    }
    v
}
