//! The writer: one at a time, many, lazily; what it reports; and how it goes on after another writer.
use super::{Piece, Scenario, is_some, piece, prove_clamped, prove_moved, prove_span};
use crate::door::{self, View};
use crate::protocol::lane::{Cursors, Writer};
use crate::state::{any_count, check_writer, writer};
use crate::term::{
    ONE, ZERO, all, assume, choose, either, eq, fresh, known, le, lt, minus, ordered, plus, prove,
};
use crate::world::{self, Actor, Others, lap_is_near};

pub(crate) const ALL: &[Scenario] = &[
    ("writer: one", one),
    ("writer: many", many),
    ("writer: later, one", later),
    ("writer: one of many", one_of_many),
    ("writer: flush", flush),
    ("writer: has_room, then nothing", room),
    ("writer: room for many, and forget", room_for),
    ("writer: vacant", vacant),
    ("writer: resume", resume),
];

fn prove_writers_span(span: Piece, before: &View, writer: &Writer, want: crate::term::Sym) {
    let (w, now) = (world::now(), door::writer_view(writer));
    prove_span(span, before, &now, now.limit, want);
    let end = plus(now.at, span.len);
    prove("a writer's span is clear of what is committed", le(w.committed, now.at));
    prove("a writer's span is clear of what is unread", le(end, plus(w.released, w.size)));
}

/// A refusal rests on the word that was seen, and all that was owed is shown by then.
fn prove_refusal(before: &View, writer: &Writer) {
    let (w, now) = (world::now(), door::writer_view(writer));
    prove("no room: the ring was full by the word that was seen", eq(now.at, plus(w.saw_released, w.size)));
    prove("no room: all that was owed is shown", all([eq(w.committed, now.at), eq(now.owed, ZERO)]));
    prove_moved(before, &now, ZERO);
}

fn one() {
    let (c, mut writer, before) = writer(Others::Busy);
    let Some(reserved) = writer.reserve_one(&c) else {
        prove_refusal(&before, &writer);
        check_writer(&writer);
        return;
    };
    let span = piece(reserved.span());
    let _ = reserved; // forgotten: the state is one to begin in
    check_writer(&writer);
    prove_writers_span(span, &before, &writer, ONE);
    prove("one position is reserved", eq(span.len, ONE));
    let Some(reserved) = writer.reserve_one(&c) else {
        prove("a forgotten span is offered again", known(false));
        return;
    };
    prove("a forgotten span is offered again", eq(reserved.span().start(), span.start));
    reserved.commit_one(&c);
    let now = check_writer(&writer);
    prove_moved(&before, &now, ONE);
    prove("a commit is shown", eq(world::now().committed, now.at));
}

fn many() {
    let (c, mut writer, before) = writer(Others::Busy);
    let (want, n) = (any_count("want"), any_count("n"));
    let reserved = writer.reserve(&c, want);
    let span = piece(reserved.span());
    let _ = reserved; // forgotten: the state is one to begin in
    check_writer(&writer);
    prove_writers_span(span, &before, &writer, want);
    let (offered, w) = (door::writer_view(&writer), world::now());
    prove(
        "less than was asked: no more was free by the word that was seen",
        either(le(want, span.len), eq(offered.limit, plus(w.saw_released, w.size))),
    );
    let again = writer.reserve(&c, span.len);
    prove("a forgotten span is offered again", eq(again.span().len(), span.len));
    again.commit(&c, n);
    let now = check_writer(&writer);
    prove_clamped(&before, &now, n, span.len);
    prove("a commit is shown", eq(world::now().committed, now.at));
}

fn later() {
    let (c, mut writer, before) = writer(Others::Busy);
    let every = any_count("every");
    let Some(reserved) = writer.reserve_one(&c) else {
        prove_refusal(&before, &writer);
        check_writer(&writer);
        return;
    };
    let span = piece(reserved.span());
    reserved.commit_later(&c, every);
    prove("one position is reserved", eq(span.len, ONE));
    let now = check_writer(&writer);
    prove_moved(&before, &now, ONE);
    prove("fewer than `every` are owed", either(eq(now.owed, ZERO), lt(now.owed, every)));
}

/// `commit_one` and `commit_later` on a span of `reserve`, for any that is not empty.
fn one_of_many() {
    let (c, mut writer, before) = writer(Others::Busy);
    let reserved = writer.reserve(&c, any_count("want"));
    assume(is_some(piece(reserved.span())));
    if choose("later") {
        reserved.commit_later(&c, any_count("every"))
    } else {
        reserved.commit_one(&c)
    }
    prove_moved(&before, &check_writer(&writer), ONE);
}

fn flush() {
    let (c, mut writer, before) = writer(Others::Busy);
    writer.flush(&c);
    let now = check_writer(&writer);
    prove_moved(&before, &now, ZERO);
    prove("a flush shows all that is owed", all([eq(world::now().committed, now.at), eq(now.owed, ZERO)]));
}

fn room() {
    let (c, mut writer, before) = writer(Others::Busy);
    if writer.has_room(&c) {
        let now = door::writer_view(&writer);
        prove(
            "room: a position is free",
            all([lt(now.at, now.limit), lt(now.at, plus(world::now().released, now.size))]),
        );
    } else {
        prove_refusal(&before, &writer);
    }
    prove_moved(&before, &check_writer(&writer), ZERO);
}

fn room_for() {
    let (c, mut writer, before) = writer(Others::Busy);
    let want = any_count("want");
    if choose("forget") {
        writer.forget();
    }
    check_writer(&writer);
    let found = writer.has_room_for(&c, want);
    let now = check_writer(&writer);
    prove_moved(&before, &now, ZERO);
    let free = minus(plus(world::now().saw_released, now.size), now.at);
    prove("room for many: that many are free", either(known(!found), le(want, minus(now.limit, now.at))));
    prove("no room for many: not by the word that was seen", either(known(found), lt(free, want)));
}

fn vacant() {
    let (c, writer, before) = writer(Others::Busy);
    world::change(|w| w.report = true);
    let free = writer.vacant(&c);
    let (w, now) = (world::now(), check_writer(&writer));
    prove_moved(&before, &now, ZERO);
    prove("vacant: between zero and the size", ordered(&[ZERO, free, w.size]));
    prove("vacant: that many are free", le(plus(now.at, free), plus(w.released, w.size)));
    prove("vacant: by the word that was seen", eq(plus(now.at, free), plus(w.saw_released, w.size)));
    prove("vacant: no less than is in sight", le(minus(now.limit, now.at), free));
}

/// The next writer, from the words that any state leaves behind: the last one may have been forgotten, owing much.
fn resume() {
    let w = world::begin(Actor::Writer, Others::Quiet);
    let saw = fresh("saw_released");
    assume(le(minus(w.committed, w.size), saw)); // the seat hands on what the last writer saw
    assume(le(saw, w.released));
    world::change(|now| now.saw_released = saw);
    let c = Cursors::new();
    let writer = Writer::resume(&c, w.size);
    let now = check_writer(&writer);
    prove("a new end goes on where the word stands", eq(now.at, w.committed));
    prove(
        "a new end keeps the lap",
        all([eq(now.lap, w.committed_lap), lap_is_near(now.lap, now.at, now.size)]),
    );
}
