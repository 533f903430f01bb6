//! A peer that writes any word anywhere, at any time, the ends' own words included: no index leaves the ring.
use super::{Piece, Scenario, in_bounds, piece};
use crate::door::{self, View};
use crate::protocol::lane::{Cursors, Reader, Writer};
use crate::state::{any_count, check_hostile, check_hostile_reader, hostile_reader, hostile_writer};
use crate::term::{ONE, Sym, all, choose, either, eq, known, le, lt, prove, wrapped_minus, wrapped_plus};
use crate::world::{self, Actor, Others};

pub(crate) const ALL: &[Scenario] = &[
    ("hostile: writer, one", writer_one),
    ("hostile: writer, many", writer_many),
    ("hostile: writer, flush and reports", writer_reports),
    ("hostile: evict", evict),
    ("hostile: reader, one", reader_one),
    ("hostile: reader, many", reader_many),
    ("hostile: reader, take", reader_takes),
    ("hostile: reader, leave and reports", reader_reports),
    ("hostile: resume", resume),
];

fn prove_hostile_span(span: Piece, size: Sym, want: Sym) {
    prove("hostile: a span lies inside the ring", in_bounds(span, size));
    prove("hostile: a span is no longer than asked", le(span.len, want));
}

/// The peer's word, if it was looked at, is believed only if it is possible.
fn prove_not_believed(before: &View, now: &View) {
    let believed = all([lt(wrapped_minus(now.limit, before.at), wrapped_plus(before.size, ONE))]);
    prove("hostile: what is believed is possible", either(believed, eq(now.limit, now.at)));
    prove("hostile: once misled is known for good", known(!before.misled || now.misled));
}

fn prove_told(looked: &View, now: &View) {
    let Some(word) = world::now().loaded else { return };
    let far = wrapped_minus(wrapped_plus(word, looked.lead), looked.at);
    prove("hostile: an impossible word is reported", either(le(far, looked.size), known(now.misled)));
}

fn prove_step(before: &View, now: &View, n: Sym) {
    prove("hostile: a step moves by what was handed over", eq(now.at, wrapped_plus(before.at, n)));
}

fn writer_one() {
    let (c, mut writer, before) = hostile_writer();
    let Some(reserved) = writer.reserve_one(&c) else {
        let now = door::writer_view(&writer);
        check_hostile(&now);
        prove_told(&before, &now);
        return;
    };
    let span = piece(reserved.span());
    prove_hostile_span(span, before.size, ONE);
    if choose("later") {
        reserved.commit_later(&c, any_count("every"))
    } else {
        reserved.commit_one(&c)
    }
    let now = door::writer_view(&writer);
    check_hostile(&now);
    prove_told(&before, &now);
    prove_step(&before, &now, ONE);
}

fn writer_many() {
    let (c, mut writer, before) = hostile_writer();
    let (want, n) = (any_count("want"), any_count("n"));
    let reserved = writer.reserve(&c, want);
    let span = piece(reserved.span());
    let _ = reserved; // forgotten: the state is one to begin in
    let now = door::writer_view(&writer);
    prove_hostile_span(span, before.size, want);
    check_hostile(&now);
    prove_told(&before, &now);
    prove_not_believed(&before, &now);
    writer.reserve(&c, span.len).commit(&c, n);
    let after = door::writer_view(&writer);
    check_hostile(&after);
    let moved = wrapped_minus(after.at, before.at);
    prove("hostile: no more is handed over than is in the span", all([le(moved, span.len), le(moved, n)]));
}

fn writer_reports() {
    let (c, mut writer, before) = hostile_writer();
    prove("hostile: vacant is at most the size", le(writer.vacant(&c), before.size));
    prove("hostile: occupied is at most the size", le(c.occupied(before.size), before.size));
    writer.flush(&c);
    check_hostile(&door::writer_view(&writer));
}

fn evict() {
    let (c, mut writer, before) = hostile_writer();
    if let Ok(evicted) = writer.evict(&c) {
        prove("hostile: an evicted index lies inside the ring", lt(evicted.index(), before.size));
        evicted.release(&c);
    }
    let now = door::writer_view(&writer);
    check_hostile(&now);
    prove("hostile: once misled is known for good", known(!before.misled || now.misled));
}

fn reader_one() {
    let (c, mut reader, before) = hostile_reader();
    if let Ok(claimed) = reader.claim_one(&c) {
        let span = piece(claimed.span());
        prove_hostile_span(span, before.side.size, ONE);
        if choose("plainly") { claimed.release_plainly(&c) } else { claimed.release(&c, ONE) }
    }
    check_hostile_reader(&reader);
}

fn reader_many() {
    let (c, mut reader, before) = hostile_reader();
    let (want, n) = (any_count("want"), any_count("n"));
    if let Ok(claimed) = reader.claim(&c, want) {
        prove_hostile_span(piece(claimed.span()), before.side.size, want);
        claimed.release(&c, n);
    }
    let now = check_hostile_reader(&reader);
    if before.holding {
        prove_told(&before.side, &now);
    }
    prove("hostile: once misled is known for good", known(!before.side.misled || now.misled));
}

fn reader_takes() {
    let (c, mut reader, before) = hostile_reader();
    let (want, n) = (any_count("want"), any_count("n"));
    let Ok(claimed) = reader.claim(&c, want) else { return };
    prove_hostile_span(piece(claimed.span()), before.side.size, want);
    let len = claimed.span().len();
    claimed.take(&c, n);
    if n < len {
        reader.take_one_more(&c);
    }
    check_hostile_reader(&reader);
    reader.show(&c);
    reader.rest(&c);
    check_hostile_reader(&reader);
}

fn reader_reports() {
    let (c, mut reader, before) = hostile_reader();
    let size = before.side.size;
    prove("hostile: available is at most the size", le(reader.available(&c, size), size));
    prove("hostile: what is in sight is at most the size", le(reader.in_sight(), size));
    reader.leave(&c);
    check_hostile_reader(&reader);
}

fn resume() {
    let w = world::begin(Actor::Writer, Others::Hostile);
    let c = Cursors::new();
    check_hostile(&door::writer_view(&Writer::resume(&c, w.size)));
    let credit = any_count("credit");
    let reader = if choose("alone") {
        Reader::resume_alone(&c, w.size, credit)
    } else {
        Reader::resume(&c, w.size, credit)
    };
    let now = check_hostile_reader(&reader);
    prove("hostile: nothing is in sight at first", eq(now.limit, now.at));
}
