//! The reader: both ways to look and to claim, releases, reports, and the next reader.
use super::{is_lesser, is_none, prove_in_bounds};
use crate::byte::{self, Actor, Other, Ring, any_count, check_reader, reader};
use crate::bytes::bip::door::{self, ClaimedView, ReaderView};
use crate::bytes::bip::{Claimed, Cursors, Reader};
use crate::scenario::Scenario;
use crate::term::{
    Formula, ONE, Sym, ZERO, all, assume, choice, choose, either, eq, expect_ends, fresh, implies, known, le,
    lt, may_come_to, minus, not, ordered, plus, prove,
};

pub(crate) const ALL: &[Scenario] = &[
    ("bip: look", look),
    ("bip: claim", claim),
    ("bip: claim both", claim_both),
    ("bip: release", release),
    ("bip: available", available),
    ("bip: the next reader", resume),
];

fn looks(reader: &mut Reader, c: &Cursors) -> bool {
    if choose("in_any_case") { reader.look_again(c) } else { reader.look(c) }
}

fn look() {
    expect_ends(&[
        "nothing",
        "something",
        "the next lap",
        "no look",
        "a stale look",
        "a look at the lap that is over",
    ]);
    let (c, mut reader, before) = reader(Other::Busy);
    let found = looks(&mut reader, &c);
    let (now, w) = (check_reader(&reader), byte::now());
    prove("a look moves nothing", all([eq(now.at, before.at), eq(now.lap, before.lap)]));
    match w.looked {
        Some(seen) => {
            prove("a look sees what there is", eq(now.seen, seen));
            may_come_to("a stale look", &all([w.ring.is_lap_ahead(seen), lt(seen, w.ring.committed)]));
            may_come_to(
                "a look at the lap that is over",
                &all([w.ring.reader_is_behind(), lt(seen, w.ring.mark)]),
            );
        }
        None => {
            let grows_no_more = all([w.ring.is_lap_ahead(before.seen), lt(before.at, w.ring.mark)]);
            prove("there is no look only where what is left of the lap grows no more", grows_no_more);
            may_come_to("no look", &known(true));
        }
    }
    let unread = not(w.ring.is_empty());
    if found {
        prove("found: there is a byte", unread);
        may_come_to("something", &known(true));
        may_come_to("the next lap", &w.ring.is_lap_ahead(now.seen));
    } else {
        prove("nothing: it had looked", known(w.looked.is_some()));
        prove("nothing: by the word that was seen", eq(now.seen, before.at));
        may_come_to("nothing", &unread);
    }
}

/// What a release relies on: it stays so, whatever the writer does.
pub(super) fn claim_facts(
    claimed: &ClaimedView,
    reader: &ReaderView,
    ring: &Ring,
) -> [(&'static str, Formula); 4] {
    let mark = ring.mark;
    let next_lap = plus(reader.lap, reader.size);
    let ClaimedView { start, len, rest_start, rest, skips } = *claimed;
    let is_ahead = lt(next_lap, reader.seen);
    let seen_of_lap = choice(&is_ahead, reader.mark, reader.seen);
    let in_next_lap = if skips { len } else { rest };
    let begins = if skips {
        all([eq(start, ZERO), implies(lt(ZERO, len), eq(reader.at, mark))])
    } else {
        all([eq(plus(reader.lap, start), reader.at), le(plus(reader.at, len), seen_of_lap)])
    };
    let behind_whole_lap = all([known(!skips), lt(ZERO, len), eq(plus(reader.at, len), mark)]);
    [
        ("a claim starts where the reader is, or with the next lap behind all of this one", begins),
        (
            "what is claimed of the next lap was seen",
            implies(lt(ZERO, in_next_lap), all([is_ahead, le(plus(next_lap, in_next_lap), reader.seen)])),
        ),
        ("what goes on does so behind all of the lap", implies(lt(ZERO, rest), behind_whole_lap)),
        ("and at the start", all([le(ZERO, len), le(ZERO, rest), eq(rest_start, ZERO)])),
    ]
}

pub(super) fn any_claim() -> ClaimedView {
    let [start, len, rest_start, rest] = ["start", "len", "rest_start", "rest"].map(fresh);
    ClaimedView { start, len, rest_start, rest, skips: choose("skips") }
}

/// The next bytes in order, of those that were committed; each of the two is one run of memory.
fn prove_claim(claimed: &ClaimedView, before: &ReaderView, reader: &Reader) {
    let ClaimedView { start, len, rest_start, rest, .. } = *claimed;
    prove_in_bounds(start, len);
    prove_in_bounds(rest_start, rest);
    let (ring, now) = (byte::now().ring, check_reader(reader));
    let read = ring.read();
    let then = plus(read, len);
    prove("making a claim moves nothing", all([eq(now.at, before.at), eq(now.lap, before.lap)]));
    prove("the next bytes, each once and in order, and no pad", ring.is_in_order(start, read, len));
    prove("and those that go on from there", ring.is_in_order(rest_start, then, rest));
    prove("all of them were committed", le(plus(then, rest), ring.written()));
    prove("where something is in sight, something is claimed", implies(lt(now.at, now.seen), lt(ZERO, len)));
    for (what, fact) in claim_facts(claimed, &now, &ring) {
        prove(what, fact);
    }
}

/// How many bytes are committed and not released, by the word that was seen.
fn in_sight(reader: &Reader) -> Sym {
    let (ring, now) = (byte::now().ring, door::reader_view(reader));
    minus(ring.number_of(now.seen), ring.read())
}

/// What is claimed, and forgotten: the state is one to begin in.
fn offered(claimed: Claimed<'_>) -> ClaimedView {
    door::claimed_view(&claimed)
}

fn claim() {
    expect_ends(&["none", "all of it", "before a pad", "behind a pad"]);
    let (c, mut reader, before) = reader(Other::Busy);
    if choose("look") {
        looks(&mut reader, &c);
    }
    let claimed = offered(reader.claim());
    let ClaimedView { start, len, rest, skips, .. } = claimed;
    prove_claim(&claimed, &before, &reader);
    prove("a claim is in one piece", is_none(rest));
    let (ring, in_sight) = (byte::now().ring, in_sight(&reader));
    let ends = all([ring.reader_is_behind(), eq(plus(before.at, len), ring.mark)]);
    prove("all that is in sight, or all of the lap", either(eq(len, in_sight), ends.clone()));
    let pad = lt(ring.mark, ring.lap);
    may_come_to("none", &is_none(len));
    may_come_to("all of it", &all([eq(len, in_sight), lt(ZERO, len)]));
    let is_the_last = eq(plus(ring.byte, ONE), plus(ring.read(), len));
    may_come_to("before a pad", &all([ends, lt(ZERO, len), lt(len, in_sight), pad.clone(), is_the_last]));
    may_come_to("behind a pad", &all([known(skips), pad]));
    let again = offered(reader.claim());
    prove("a forgotten claim is offered again", all([eq(again.start, start), eq(again.len, len)]));
}

fn claim_both() {
    expect_ends(&["none", "one piece", "two pieces", "two pieces and a pad"]);
    let (c, mut reader, before) = reader(Other::Busy);
    if choose("look") {
        looks(&mut reader, &c);
    }
    let claimed = offered(reader.claim_both());
    let ClaimedView { len, rest, .. } = claimed;
    prove_claim(&claimed, &before, &reader);
    let ring = byte::now().ring;
    prove("both: all that is in sight", eq(plus(len, rest), in_sight(&reader)));
    may_come_to("none", &is_none(len));
    may_come_to("one piece", &all([lt(ZERO, len), is_none(rest)]));
    may_come_to("two pieces", &lt(ZERO, rest));
    let is_the_first = eq(ring.byte, plus(ring.read(), len));
    may_come_to("two pieces and a pad", &all([lt(ZERO, rest), lt(ring.mark, ring.lap), is_the_first]));
}

/// Of any claim, any number of bytes.
fn release() {
    expect_ends(&["nothing", "some", "all of the lap", "across a pad", "from behind a pad"]);
    let (c, mut reader, before) = reader(Other::Busy);
    let n = any_count("n");
    let (claimed, then) = (any_claim(), byte::now().ring);
    let ClaimedView { len, rest, .. } = claimed;
    for (_, fact) in claim_facts(&claimed, &before, &then) {
        assume(fact);
    }
    door::claimed(&mut reader, claimed).release(&c, n);
    let (now, ring) = (check_reader(&reader), byte::now().ring);
    let moved = minus(ring.read(), then.read());
    prove(
        "as many bytes are released as was asked, as far as the claim goes",
        is_lesser(moved, n, plus(len, rest)),
    );
    let same = all([eq(now.at, before.at), eq(now.lap, before.lap)]);
    prove("with none, nothing happens at all", implies(is_none(moved), same));
    let pad = lt(ring.mark, ring.lap);
    may_come_to("nothing", &all([is_none(n), lt(ZERO, len)]));
    may_come_to("some", &all([lt(ZERO, n), lt(n, len)]));
    may_come_to("all of the lap", &all([eq(now.at, ring.mark), lt(ZERO, moved)]));
    may_come_to("across a pad", &all([known(!claimed.skips), lt(len, n), lt(ZERO, rest), pad.clone()]));
    may_come_to("from behind a pad", &all([known(claimed.skips), lt(ZERO, moved), pad]));
}

fn available() {
    expect_ends(&["none", "all", "across a pad", "less than there is"]);
    let (c, reader, before) = reader(Other::Busy);
    let available = reader.available(&c);
    let (now, w) = (check_reader(&reader), byte::now());
    prove("a report moves nothing", all([eq(now.at, before.at), eq(now.seen, before.seen)]));
    prove("available: between zero and the size", ordered(&[ZERO, available, w.ring.size]));
    prove("available: that many are committed", le(available, w.ring.unread()));
    let seen = minus(w.ring.number_of(w.saw_committed), w.ring.read());
    prove("available: by the word that was seen", eq(available, seen));
    prove("available: no less than is in sight", le(in_sight(&reader), available));
    may_come_to("none", &is_none(available));
    may_come_to("all", &eq(available, w.ring.size));
    may_come_to("across a pad", &all([w.ring.is_lap_ahead(w.saw_committed), lt(w.ring.mark, w.ring.lap)]));
    may_come_to("less than there is", &lt(available, w.ring.unread()));
}

/// The next reader, from the words that any state leaves behind.
fn resume() {
    let w = byte::begin(Actor::Reader, Other::Busy);
    let (last, saw) = byte::any_reader(&w.ring);
    byte::change(|now| now.saw_committed = saw); // the seat hands on what the last reader saw
    let reader = Reader::resume(&Cursors::new(), w.ring.size);
    let now = check_reader(&reader);
    prove("a new end goes on where the last one stopped", all([eq(now.at, last.at), eq(now.lap, last.lap)]));
}
