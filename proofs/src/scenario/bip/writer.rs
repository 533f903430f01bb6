//! The writer: the three ways to reserve, what can be refused and what cannot, commits, reports, and the next writer.
use super::{is_lesser, is_none, prove_in_bounds};
use crate::byte::{self, Actor, Other, Ring, any_count, check_writer, writer};
use crate::bytes::bip::door::{self, ReservedView, WriterView};
use crate::bytes::bip::{Cursors, Reserved, Writer};
use crate::scenario::Scenario;
use crate::term::{
    Formula, ONE, Sym, ZERO, all, assume, choice, choose, either, eq, expect_ends, fresh, implies, known, le,
    lt, may_come_to, minus, not, ordered, plus, prove,
};

pub(crate) const ALL: &[Scenario] = &[
    ("bip: reserve exactly", exactly),
    ("bip: reserve up to", up_to),
    ("bip: reserve the next", next),
    ("bip: commit", commit),
    ("bip: an empty ring has room", empty),
    ("bip: what is free can be had", free),
    ("bip: vacant", vacant),
    ("bip: the next writer", resume),
];

/// Room for `n` in this lap, for a writer at the end of what is committed and a reader that has reached so far.
fn fits_ahead(ring: &Ring, reached: Sym, n: Sym) -> Formula {
    let end = plus(ring.committed, n);
    all([le(end, ring.next_lap()), le(end, plus(reached, ring.size))])
}

/// Room for `n` from the start of the next lap: behind a reader that is in this one; or of all that there is, if it is empty.
fn fits_in_next_lap(ring: &Ring, reached: Sym, n: Sym) -> Formula {
    let is_empty = all([eq(reached, ring.committed), le(n, ring.size)]);
    either(is_empty, le(plus(ring.next_lap(), n), plus(reached, ring.size)))
}

/// How far the reader has come by the word that was seen last.
fn reached() -> Sym {
    let w = byte::now();
    w.ring.reached(w.saw_released)
}

/// By that word.
fn fits(n: Sym) -> Formula {
    let (ring, reached) = (byte::now().ring, reached());
    either(fits_ahead(&ring, reached, n), fits_in_next_lap(&ring, reached, n))
}

/// What a commit relies on: it stays so, whatever the reader does.
pub(super) fn span_facts(
    span: &ReservedView,
    writer: &WriterView,
    ring: &Ring,
) -> [(&'static str, Formula); 3] {
    let (start, fits) = if span.skips {
        (ZERO, fits_in_next_lap(ring, writer.reached, span.len))
    } else {
        (minus(ring.committed, ring.lap), fits_ahead(ring, writer.reached, span.len))
    };
    let is_first = all([known(span.skips), lt(ZERO, span.len), eq(writer.at, writer.lap)]);
    [
        ("a span starts where the writer is, or with the next lap", eq(span.start, start)),
        ("a span fits, by what the writer knows", all([le(ZERO, span.len), either(is_none(span.len), fits)])),
        ("no lap ends before its first byte", not(is_first)),
    ]
}

pub(super) fn any_span() -> ReservedView {
    ReservedView { start: fresh("start"), len: fresh("len"), skips: choose("skips") }
}

/// What every span promises. Making it moves nothing, so that one that is forgotten is offered again.
fn prove_span(span: &ReservedView, before: &WriterView, writer: &Writer, want: Sym) {
    prove_in_bounds(span.start, span.len);
    let (ring, now) = (byte::now().ring, check_writer(writer));
    let is_outside = ring.is_outside(span.start, span.len);
    prove("a span of the writer holds no byte that is unread", implies(ring.is_unread(), is_outside));
    prove("no more than was asked", le(span.len, want));
    prove("making a span moves nothing", all([eq(now.at, before.at), eq(now.lap, before.lap)]));
    for (what, fact) in span_facts(span, &now, &ring) {
        prove(what, fact);
    }
}

/// What is offered, and forgotten: the state is one to begin in.
fn offered(reserved: Reserved<'_>) -> ReservedView {
    door::reserved_view(&reserved)
}

fn prove_again(again: ReservedView, span: ReservedView) {
    let same = all([eq(again.start, span.start), eq(again.len, span.len)]);
    prove("a forgotten span is offered again", all([same, known(again.skips == span.skips)]));
}

fn has_looked() -> Formula {
    known(byte::now().looked.is_some())
}

fn exactly() {
    expect_ends(&[
        "refused",
        "ahead",
        "in the next lap",
        "behind a pad",
        "all of an empty ring",
        "after a stale look",
    ]);
    let (c, mut writer, before) = writer(Other::Busy);
    let n = any_count("n");
    let Some(reserved) = writer.reserve_exact(&c, n) else {
        prove("refused: it had looked", has_looked());
        prove("refused: it does not fit, by the word that was seen", not(fits(n)));
        may_come_to("refused", &le(n, before.size));
        check_writer(&writer);
        return;
    };
    let span = offered(reserved);
    prove_span(&span, &before, &writer, n);
    let (ring, skips) = (byte::now().ring, span.skips);
    let to_end = minus(ring.next_lap(), ring.committed);
    prove("exactly what was asked", eq(span.len, n));
    let ahead = fits_ahead(&ring, door::writer_view(&writer).reached, n);
    prove("a pad is left only where it has to be", implies(known(skips), not(ahead)));
    may_come_to(if skips { "in the next lap" } else { "ahead" }, &lt(ZERO, n));
    may_come_to("behind a pad", &all([known(skips), lt(ZERO, to_end), ring.is_unread()]));
    may_come_to("all of an empty ring", &all([known(skips), lt(ZERO, to_end), eq(n, ring.size)]));
    let is_stale = lt(byte::now().saw_released, ring.released);
    may_come_to("after a stale look", &all([has_looked(), is_stale, lt(ZERO, n)]));
    match writer.reserve_exact(&c, n) {
        Some(again) => prove_again(offered(again), span),
        None => prove("a forgotten span is offered again", known(false)),
    }
}

fn up_to() {
    expect_ends(&["none", "all", "less, ahead", "less, in the next lap"]);
    let (c, mut writer, before) = writer(Other::Busy);
    let n = any_count("n");
    let span = offered(writer.reserve_up_to(&c, n));
    prove_span(&span, &before, &writer, n);
    let more = fresh("more");
    assume(lt(span.len, more));
    let is_less = le(more, n);
    prove("up to: no more fits, by the word that was seen", implies(is_less.clone(), not(fits(more))));
    prove("less than was asked: it had looked", implies(is_less, has_looked()));
    may_come_to("none", &all([is_none(span.len), lt(ZERO, n)]));
    may_come_to("all", &all([eq(span.len, n), lt(ZERO, n)]));
    let less = all([lt(ZERO, span.len), lt(span.len, n)]);
    may_come_to(if span.skips { "less, in the next lap" } else { "less, ahead" }, &less);
    prove_again(offered(writer.reserve_up_to(&c, span.len)), span);
}

fn next() {
    expect_ends(&["none", "all", "to the end of the lap", "in the next lap"]);
    let (c, mut writer, before) = writer(Other::Busy);
    let n = any_count("n");
    let span = offered(writer.reserve_next(&c, n));
    prove_span(&span, &before, &writer, n);
    let (ring, skips) = (byte::now().ring, span.skips);
    let to_end = minus(ring.next_lap(), ring.committed);
    let is_used_up = eq(to_end, ZERO);
    prove("next: nothing is left out", if skips { is_used_up } else { not(is_used_up) });
    let (one, reached) = (ONE, reached());
    let fits = if skips { fits_in_next_lap(&ring, reached, one) } else { fits_ahead(&ring, reached, one) };
    let is_refused = all([is_none(span.len), lt(ZERO, n)]);
    prove(
        "next: nothing only where there is no room, by the word that was seen",
        implies(is_refused.clone(), not(fits)),
    );
    prove("less than was asked: it had looked", implies(is_refused.clone(), has_looked()));
    may_come_to("none", &is_refused);
    may_come_to("all", &all([eq(span.len, n), lt(ZERO, n)]));
    may_come_to("to the end of the lap", &all([known(!skips), eq(span.len, to_end), lt(span.len, n)]));
    may_come_to("in the next lap", &all([known(skips), lt(ZERO, span.len)]));
}

/// Of any span that the three ways may offer, any number of bytes.
fn commit() {
    expect_ends(&[
        "nothing",
        "some, ahead",
        "all, ahead",
        "some, in the next lap",
        "all of an empty ring",
        "a pad",
    ]);
    let (c, mut writer, before) = writer(Other::Busy);
    let n = any_count("n");
    let (span, then) = (any_span(), byte::now().ring);
    for (_, fact) in span_facts(&span, &before, &then) {
        assume(fact);
    }
    byte::change(|w| w.writing_at = Some(span.start));
    door::reserved(&mut writer, span).commit(&c, n);
    let (now, w) = (check_writer(&writer), byte::now());
    let moved = minus(w.ring.written(), then.written());
    prove("as many bytes are committed as was asked, as far as the span goes", is_lesser(moved, n, span.len));
    if w.writing_at.is_some() {
        let same = all([eq(now.at, before.at), eq(now.lap, before.lap), eq(now.reached, before.reached)]);
        prove("with none, nothing happens at all", same);
        may_come_to("nothing", &lt(ZERO, span.len));
    } else if span.skips {
        may_come_to("some, in the next lap", &lt(n, span.len));
        may_come_to("a pad", &lt(then.committed, then.next_lap()));
        may_come_to("all of an empty ring", &eq(moved, then.size));
    } else {
        may_come_to("some, ahead", &lt(n, span.len));
        may_come_to("all, ahead", &le(span.len, n));
    }
}

/// No dead zone: whatever fits a ring can be had of one that is empty, wherever the two ends are.
fn empty() {
    expect_ends(&["all of it, ahead", "all of it, behind a pad"]);
    let (c, mut writer, before) = writer(Other::Quiet);
    let (n, ring) = (any_count("n"), byte::now().ring);
    assume(all([ring.is_empty(), le(n, before.size)]));
    let Some(reserved) = writer.reserve_exact(&c, n) else {
        prove("an empty ring has room for all of its size", known(false));
        return;
    };
    let skips = offered(reserved).skips;
    may_come_to(if skips { "all of it, behind a pad" } else { "all of it, ahead" }, &eq(n, before.size));
    prove("up to: all of it", eq(offered(writer.reserve_up_to(&c, n)).len, n));
    byte::change(|w| w.report = true);
    prove("vacant: all of it", eq(writer.vacant(&c), before.size));
}

/// The documented rule, by the bytes alone: what lies next to each other and is free can be had, from where the writer is, or
/// from the start unless a byte that is unread lies between it and the end.
fn free() {
    expect_ends(&["ahead", "from the start", "a reader behind"]);
    let (c, mut writer, before) = writer(Other::Quiet);
    let (n, ring) = (any_count("n"), byte::now().ring);
    assume(ordered(&[ONE, n, before.size]));
    // The indices of the bytes that are unread: in the writer's lap `here .. at`, in the one before `from .. to`.
    let behind = ring.reader_is_behind();
    let at = minus(ring.committed, ring.lap);
    let here = choice(&behind, ZERO, minus(ring.released, ring.lap));
    let [from, to] = [ring.released, ring.mark].map(|position| minus(position, ring.lap_before()));
    // One of them may be empty.
    let apart =
        |a: Sym, b: Sym, c: Sym, d: Sym| either(either(le(b, a), le(d, c)), either(le(b, c), le(d, a)));
    let is_free = |start: Sym, end: Sym| {
        all([apart(start, end, here, at), implies(behind.clone(), apart(start, end, from, to))])
    };
    if choose("ahead") {
        assume(all([le(plus(at, n), ring.size), is_free(at, plus(at, n))]));
        may_come_to("ahead", &known(true));
    } else {
        assume(all([is_free(at, ring.size), is_free(ZERO, n)]));
        may_come_to("from the start", &not(ring.is_empty()));
    }
    may_come_to("a reader behind", &all([behind, lt(from, to)]));
    prove("what is free by the bytes alone can be had", known(writer.reserve_exact(&c, n).is_some()));
}

fn vacant() {
    expect_ends(&["none", "all", "some"]);
    let (c, writer, before) = writer(Other::Busy);
    byte::change(|w| w.report = true);
    let vacant = writer.vacant(&c);
    let (now, ring) = (check_writer(&writer), byte::now().ring);
    prove("a report moves nothing", all([eq(now.at, before.at), eq(now.reached, before.reached)]));
    prove("vacant: between zero and the size", ordered(&[ZERO, vacant, ring.size]));
    prove("vacant: by the word that was seen", eq(plus(ring.committed, vacant), plus(reached(), ring.size)));
    prove("vacant: what is unread is not", le(plus(vacant, ring.unread()), ring.size));
    prove("vacant: no less than is known", le(minus(plus(before.reached, ring.size), before.at), vacant));
    may_come_to("none", &eq(vacant, ZERO));
    may_come_to("all", &eq(vacant, ring.size));
    may_come_to("some", &all([lt(ZERO, vacant), lt(vacant, ring.size)]));
}

/// The next writer, from the words that any state leaves behind; and one that forgets what it saw.
fn resume() {
    let w = byte::begin(Actor::Writer, Other::Busy);
    let (last, saw) = byte::any_writer(&w.ring);
    byte::change(|now| now.saw_released = saw); // the seat hands on what the last writer saw
    let mut writer = Writer::resume(&Cursors::new(), w.ring.size);
    let now = check_writer(&writer);
    prove("a new end goes on where the last one stopped", all([eq(now.at, last.at), eq(now.lap, last.lap)]));
    writer.forget();
    check_writer(&writer);
}
