//! The reader: eager, with any credit, polite, alone; what it reports; how it leaves and how the next one goes on.
use super::{Piece, Scenario, is_some, piece, prove_clamped, prove_moved, prove_span};
use crate::door::{self, ReaderView, View};
use crate::protocol::lane::{Cursors, Reader, Refused, Seen};
use crate::state::{any_count, check_reader, keeps_to_its_credit, reader};
use crate::term::{
    Formula, ONE, Sym, ZERO, all, assume, choose, either, eq, fresh, implies, known, le, lt, minus, ordered,
    plus, prove,
};
use crate::world::{self, Actor, Others};

pub(crate) const ALL: &[Scenario] = &[
    ("reader: one", one),
    ("reader: many", many),
    ("reader: one of many", one_of_many),
    ("reader: plainly", plainly),
    ("reader: sees", sees),
    ("reader: take", take),
    ("reader: take one more", take_more),
    ("reader: has_item, then nothing", item),
    ("reader: available", available),
    ("reader: leave", leave),
    ("reader: resume", resume),
];

/// Where the reader stands once it holds: where it stood, or where a writer that evicted has moved its word.
pub(super) fn stands(before: &ReaderView, now: &ReaderView) -> View {
    if before.holding { before.side } else { View { at: now.side.at, lap: now.side.lap, ..before.side } }
}

pub(super) fn prove_readers_span(span: Piece, before: &ReaderView, reader: &Reader, want: Sym) {
    let (w, now) = (world::now(), door::reader_view(reader));
    let end = plus(now.side.at, span.len);
    let known_to = plus(now.side.limit, now.hidden);
    prove_span(span, &stands(before, &now), &now.side, known_to, want);
    prove("a span that is not empty is held", implies(lt(ZERO, span.len), known(now.holding && w.mine)));
    prove("a reader's span lies in what is committed", implies(lt(ZERO, span.len), le(end, w.committed)));
    prove(
        "a reader's span lies after what is released",
        implies(lt(ZERO, span.len), le(w.released, now.side.at)),
    );
}

/// A refusal rests on the word that was seen; all that was owed is shown; and a polite reader holds nothing.
pub(super) fn prove_refusal(why: Refused, before: &ReaderView, reader: &Reader) {
    let (w, now) = (world::now(), door::reader_view(reader));
    if why == Refused::Held {
        prove("held: not by this reader", known(!before.holding && !now.holding));
        prove_moved(&before.side, &now.side, ZERO);
        return;
    }
    let stood = if before.holding { before.side.at } else { now.side.at };
    prove("nothing: nothing was committed by the word that was seen", eq(stood, w.loaded.unwrap_or(ONE)));
    prove("nothing: it had looked", known(w.loaded.is_some()));
    prove("nothing: all that was owed is shown", all([eq(w.released, now.side.at), eq(now.side.owed, ZERO)]));
    prove("nothing: a polite reader gives the hold back", known(now.patience == 0 || !now.holding));
}

fn prove_released(before: &ReaderView, reader: &Reader) -> ReaderView {
    let now = check_reader(reader);
    prove("the credit stays", eq(now.credit, before.credit));
    prove(
        "a reader owes less than its credit",
        implies(keeps_to_its_credit(before), keeps_to_its_credit(&now)),
    );
    now
}

fn one() {
    let (c, mut reader, before) = reader(Others::Busy);
    match reader.claim_one(&c) {
        Err(why) => prove_refusal(why, &before, &reader),
        Ok(claimed) => {
            let span = piece(claimed.span());
            let _ = claimed; // forgotten: the state is one to begin in
            let claiming = check_reader(&reader);
            prove_readers_span(span, &before, &reader, ONE);
            prove("one position is claimed", eq(span.len, ONE));
            let Ok(claimed) = reader.claim_one(&c) else {
                prove("a forgotten span is offered again", known(false));
                return;
            };
            prove("a forgotten span is offered again", eq(claimed.span().start(), span.start));
            if choose("plainly") {
                claimed.release_plainly(&c)
            } else {
                claimed.release(&c, ONE)
            }
            let now = prove_released(&before, &reader);
            prove_moved(&claiming.side, &now.side, ONE);
            return;
        }
    }
    check_reader(&reader);
}

fn many() {
    let (c, mut reader, before) = reader(Others::Busy);
    let (want, n) = (any_count("want"), any_count("n"));
    match reader.claim(&c, want) {
        Err(why) => prove_refusal(why, &before, &reader),
        Ok(claimed) => {
            let span = piece(claimed.span());
            let _ = claimed; // forgotten: the state is one to begin in
            let claiming = check_reader(&reader);
            prove_readers_span(span, &before, &reader, want);
            prove("at least one is claimed, unless none was asked", either(eq(want, ZERO), is_some(span)));
            let Ok(claimed) = reader.claim(&c, span.len) else {
                prove("a forgotten span is offered again", known(false));
                return;
            };
            prove("a forgotten span is offered again", eq(claimed.span().len(), span.len));
            let span_put_aside = claimed.into_span();
            reader.claimed(span_put_aside).release(&c, n);
            let now = prove_released(&before, &reader);
            prove_clamped(&claiming.side, &now.side, n, span.len);
            return;
        }
    }
    check_reader(&reader);
}

/// `release_plainly` on a span of `claim`, for any that is not empty, of a reader that is plain after it.
fn one_of_many() {
    let (c, mut reader, before) = reader(Others::Busy);
    let Ok(claimed) = reader.claim(&c, any_count("want")) else { return };
    let span = claimed.into_span();
    if !door::reader_view(&reader).plain {
        return; // it hides what it has claimed
    }
    assume(is_some(piece(&span)));
    reader.claimed(span).release_plainly(&c);
    prove_released(&before, &reader);
}

/// The short way of a plain reader.
fn plainly() {
    let (c, mut reader, before) = reader(Others::Busy);
    if !reader.has_item_in_sight() {
        let seen = reader.glance(&c);
        prove("a short look is clear to a plain reader only", known(before.plain || seen == Seen::Unclear));
        match seen {
            Seen::Some => {}
            Seen::Nothing => {
                prove_refusal(Refused::Nothing, &before, &reader);
                check_reader(&reader);
                return;
            }
            Seen::Unclear => {
                let now = check_reader(&reader);
                prove_moved(&before.side, &now.side, ZERO);
                return;
            }
        }
    }
    let claimed = reader.claim_in_sight(&c);
    let span = piece(claimed.span());
    let _ = claimed; // forgotten: the state is one to begin in
    prove_readers_span(span, &before, &reader, ONE);
    check_reader(&reader);
    reader.claim_in_sight(&c).release_plainly(&c);
    let now = prove_released(&before, &reader);
    prove_moved(&before.side, &now.side, ONE);
    prove("a plain release is shown", eq(world::now().released, now.side.at));
}

/// A short look for many, and what it showed.
fn sees() {
    let (c, mut reader, before) = reader(Others::Busy);
    let want = any_count("want");
    let Some(seen) = reader.sees(&c, want) else { return };
    let claimed = reader.claim_seen(&c, want);
    let span = piece(claimed.span());
    let _ = claimed; // forgotten: the state is one to begin in
    check_reader(&reader);
    prove_readers_span(span, &before, &reader, want);
    prove("what is seen can be claimed", either(eq(span.len, seen), le(want, seen)));
    prove("as much as is wanted, of what is seen", implies(le(want, seen), eq(span.len, want)));
}

/// Taking is for good, but what was taken is still looked at: the other side must not have it yet.
fn take() {
    let (c, mut reader, _) = reader(Others::Busy);
    let (want, n) = (any_count("want"), any_count("n"));
    let Ok(claimed) = reader.claim(&c, want) else { return };
    let span = piece(claimed.span());
    let _ = claimed; // forgotten: the state is one to begin in
    let before = door::reader_view(&reader);
    let Ok(claimed) = reader.claim(&c, span.len) else { return }; // "a forgotten span is offered again"
    claimed.take(&c, n); // handed back with a later operation
    let now = check_reader(&reader);
    prove_clamped(&before.side, &now.side, n, span.len);
    prove(
        "what is taken is not handed back",
        either(known(!now.holding), le(world::now().released, before.side.at)),
    );
    prove("what is owed is what was taken", eq(now.side.owed, minus(now.side.at, before.side.at)));
    prove_left(minus(plus(before.side.at, span.len), now.side.at), &now);
}

/// What `take` leaves, and `take_one_more` leaves again.
fn facts_of_left(left: Sym, now: &ReaderView) -> [(&'static str, Formula); 2] {
    let s = &now.side;
    [
        ("what is left can be taken", all([le(ZERO, left), le(plus(s.at, left), s.limit)])),
        (
            "what is left ends before the lap after next",
            either(eq(left, ZERO), lt(plus(s.at, left), plus(s.lap, plus(s.size, s.size)))),
        ),
    ]
}

fn prove_left(left: Sym, now: &ReaderView) {
    for (what, fact) in facts_of_left(left, now) {
        prove(what, fact);
    }
    prove("no more is owed or left than the ring holds", le(plus(now.side.owed, left), now.side.size));
}

/// One position more of `left`, and then what may follow.
fn take_more() {
    let (c, mut reader, before) = reader(Others::Busy);
    if !before.holding {
        return; // who has taken one of several holds
    }
    let left = fresh("left");
    assume(le(ONE, left));
    for (_, fact) in facts_of_left(left, &before) {
        assume(fact);
    }
    assume(le(plus(before.side.owed, left), before.side.size));
    let (shown, rest) = (world::now().released, minus(left, ONE));
    reader.take_one_more(&c);
    prove("what is taken is not handed back", eq(world::now().released, shown));
    if choose("rest") {
        reader.rest(&c);
        let now = door::reader_view(&reader);
        prove("rest: a polite reader gives the hold back", known(now.patience == 0 || !now.holding));
    } else {
        if choose("show") {
            reader.show(&c);
            prove("showing shows all that was taken", eq(world::now().released, plus(before.side.at, ONE)));
            prove("showing keeps the hold", known(world::now().mine));
        }
        prove_left(rest, &door::reader_view(&reader));
    }
    prove_moved(&before.side, &check_reader(&reader).side, ONE);
}

fn item() {
    let (c, mut reader, before) = reader(Others::Busy);
    match reader.has_item(&c) {
        Ok(()) => {
            let (w, now) = (world::now(), door::reader_view(&reader));
            prove("an item: it is committed, and held", all([lt(now.side.at, w.committed), known(w.mine)]));
            prove("in sight: as far as is known", eq(reader.in_sight(), minus(now.side.limit, now.side.at)));
        }
        Err(why) => prove_refusal(why, &before, &reader),
    }
    check_reader(&reader);
}

/// Without the hold this is a report on two moving words: if fewer than `M` positions go by between the two loads, it
/// is no less than what was there at the second one.
fn available() {
    let (c, reader, before) = reader(Others::Busy);
    world::change(|w| w.report = true);
    let readable = reader.available(&c, before.side.size);
    let (w, now) = (world::now(), check_reader(&reader));
    prove_moved(&before.side, &now.side, ZERO);
    prove("available: between zero and the size", ordered(&[ZERO, readable, w.size]));
    if before.holding {
        prove("available: that many are committed", le(plus(now.side.at, readable), w.committed));
        prove("available: by the word that was seen", eq(plus(now.side.at, readable), w.saw_committed));
        prove("available: no less than is in sight", le(minus(now.side.limit, now.side.at), readable));
    } else {
        prove(
            "available: no less than there was when it looked",
            le(minus(w.saw_committed, w.released), readable),
        );
    }
}

fn leave() {
    let (c, mut reader, before) = reader(Others::Busy);
    reader.leave(&c);
    let (w, now) = (world::now(), check_reader(&reader));
    prove_moved(&before.side, &now.side, ZERO);
    prove("who leaves keeps nothing", known(!now.holding && !w.mine));
    prove("who leaves has shown all it owed", all([le(now.side.at, w.released), eq(now.side.owed, ZERO)]));
    prove(
        "who leaves shows no more than it read",
        implies(known(before.holding), eq(now.side.at, w.released)),
    );
}

/// The next reader: polite, or alone where no writer overwrites.
fn resume() {
    let w = world::begin(Actor::Reader, Others::Quiet);
    let saw = fresh("saw_committed");
    assume(ordered(&[w.released, saw, w.committed])); // the seat hands on what the last reader saw
    world::change(|now| now.saw_committed = saw);
    let (c, credit) = (Cursors::new(), any_count("credit"));
    assume(le(credit, w.size));
    let alone = choose("alone");
    world::change(|now| now.mine = alone); // nobody else takes it there
    let reader =
        if alone { Reader::resume_alone(&c, w.size, credit) } else { Reader::resume(&c, w.size, credit) };
    let now = check_reader(&reader);
    prove("a new end goes on where the word stands", eq(now.side.at, w.released));
    prove("a new end keeps the lap", eq(now.side.lap, w.released_lap));
    prove("a credit of at least one is kept", implies(le(ONE, credit), eq(now.credit, credit)));
}
