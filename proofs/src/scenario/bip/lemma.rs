//! How a ring begins; and that what is taken of the other side, any number of its steps at once, is what its steps are obliged to be.
use super::reader::{any_claim, claim_facts};
use super::writer::{any_span, span_facts};
use crate::byte::{
    self, Actor, Other, Ring, Role, any_count, any_reader, any_size, any_writer, check_reader, check_writer,
};
use crate::bytes::bip::{Cursors, Reader, Writer};
use crate::scenario::Scenario;
use crate::term::{
    Formula, Sym, ZERO, all, assume, comes_to, differences, eq, expect_ends, fresh, implies, known, le, lt,
    may_come_to, ordered, plus, prove,
};

pub(crate) const ALL: &[Scenario] = &[
    ("bip: a ring begins empty", begins),
    ("bip: a ring is made anew", restart),
    ("bip: what the writer does twice", writer_twice),
    ("bip: what the reader does twice", reader_twice),
    ("bip: what the writer knows stays", writer_knows),
    ("bip: what the reader knows stays", reader_knows),
    ("bip: no more than fits", fits),
];

/// What the words say, with any number of bytes gone by.
fn shown(size: Sym) -> Ring {
    let words = byte::now().words;
    let word = |role: Role| words[role as usize];
    Ring {
        size,
        committed: word(Role::Committed),
        lap: word(Role::CommittedLap),
        mark: word(Role::Watermark),
        first: fresh("first"),
        released: word(Role::Released),
        readers_lap: word(Role::ReleasedLap),
        byte: fresh("byte"),
        index: fresh("index"),
    }
}

/// The ends of a ring whose words were just made.
fn prove_new(c: &Cursors, size: Sym) {
    let ring = shown(size);
    for (what, fact) in ring.facts() {
        prove(what, fact);
    }
    prove("a new ring is empty, at index 0", all([ring.is_empty(), eq(ring.committed, ring.lap)]));
    byte::change(|w| (w.ring, w.actor, w.other) = (ring, Actor::Writer, Other::Quiet));
    byte::change(|w| (w.saw_committed, w.saw_released) = (ring.committed, ring.released)); // who hands out the ends has seen both
    let mut writer = Writer::resume(c, size);
    check_writer(&writer);
    let n = any_count("n");
    assume(le(n, size));
    let Some(reserved) = writer.reserve_exact(c, n) else {
        prove("a new ring has room for all of its size", known(false));
        return;
    };
    prove("a new ring begins at its first byte", eq(reserved.span().start(), ZERO));
    byte::change(|w| w.actor = Actor::Reader);
    check_reader(&Reader::resume(c, size));
    comes_to("the end");
}

fn begins() {
    expect_ends(&["the end"]);
    byte::begin(Actor::Nobody, Other::Quiet);
    let c = Cursors::starting_at(fresh("position"));
    prove_new(&c, any_size());
}

/// From whatever was left, and for any other size.
fn restart() {
    expect_ends(&["the end"]);
    let w = byte::begin(Actor::Nobody, Other::Quiet);
    let c = Cursors::new();
    let r = w.ring;
    byte::change(|w| w.words = [r.committed, r.lap, ZERO, r.mark, r.released, r.readers_lap, ZERO]);
    c.restart();
    prove_new(&c, any_size());
}

/// A ring, and two more that come of it.
fn three(may: fn(&Ring, &Ring) -> Formula) -> [Ring; 3] {
    differences();
    let first = Ring::any(any_size());
    let then = first.after(may);
    [first, then, then.after(may)]
}

fn writer_twice() {
    expect_ends(&["in the next lap, then there", "in its lap, then in the next"]);
    let [one, two, three] = three(Ring::writer_may);
    prove("two steps of the writer are one", one.writer_may(&three));
    prove("what it stored once is what may be seen later", two.is_of_writer(one.committed));
    prove("and later still", all([three.is_of_writer(one.committed), three.is_of_writer(two.committed)]));
    prove(
        "I6: while a reader is a lap behind, its watermark stays",
        implies(two.reader_is_behind(), all([eq(three.mark, two.mark), eq(three.lap, two.lap)])),
    );
    prove("a byte that is unread stays so", implies(one.is_unread(), three.is_unread()));
    may_come_to(
        "in the next lap, then there",
        &all([lt(one.lap, two.lap), lt(two.committed, three.committed)]),
    );
    may_come_to(
        "in its lap, then in the next",
        &all([lt(one.committed, two.committed), lt(two.lap, three.lap)]),
    );
}

fn reader_twice() {
    expect_ends(&["in the next lap, then there", "in its lap, then in the next"]);
    let [one, two, three] = three(Ring::reader_may);
    prove("two steps of the reader are one", one.reader_may(&three));
    prove("what it stored once is what may be seen later", two.is_of_reader(one.released));
    prove("and later still", all([three.is_of_reader(one.released), three.is_of_reader(two.released)]));
    prove("a byte that is read stays so", implies(three.is_unread(), one.is_unread()));
    prove("who comes later has reached more", le(three.reached(one.released), three.reached(two.released)));
    may_come_to(
        "in the next lap, then there",
        &all([lt(one.readers_lap, two.readers_lap), lt(two.released, three.released)]),
    );
    may_come_to(
        "in its lap, then in the next",
        &all([lt(one.released, two.released), lt(two.readers_lap, three.readers_lap)]),
    );
}

/// Whatever the reader does, a writer in a state to begin in stays in one; and what it has reserved is what it was.
fn writer_knows() {
    expect_ends(&["a reader that comes"]);
    differences();
    let ring = Ring::any(any_size());
    let (view, saw) = any_writer(&ring);
    let span = any_span();
    for (_, fact) in span_facts(&span, &view, &ring) {
        assume(fact);
    }
    let after = ring.after(Ring::reader_may);
    for (what, fact) in byte::writer_facts(&view, saw, &after) {
        prove(what, fact);
    }
    for (what, fact) in span_facts(&span, &view, &after) {
        prove(what, fact);
    }
    may_come_to("a reader that comes", &lt(ring.readers_lap, after.readers_lap));
}

/// Whatever the writer does, a reader in a state to begin in stays in one; and what it has claimed is what it was.
fn reader_knows() {
    expect_ends(&["a writer that goes"]);
    differences();
    let ring = Ring::any(any_size());
    let (view, saw) = any_reader(&ring);
    let claimed = any_claim();
    for (_, fact) in claim_facts(&claimed, &view, &ring) {
        assume(fact);
    }
    let after = ring.after(Ring::writer_may);
    for (what, fact) in byte::reader_facts(&view, saw, &after) {
        prove(what, fact);
    }
    for (what, fact) in claim_facts(&claimed, &view, &after) {
        prove(what, fact);
    }
    may_come_to("a writer that goes", &lt(ring.lap, after.lap));
}

/// What the invariant comes to.
fn fits() {
    expect_ends(&["full", "full, and a pad", "empty, and a pad"]);
    differences();
    let ring = Ring::any(any_size());
    prove("no more is unread than fits", ordered(&[ZERO, ring.unread(), ring.size]));
    prove(
        "released <= reached <= committed <= reached + size",
        ordered(&[
            ring.released,
            ring.reached(ring.released),
            ring.committed,
            plus(ring.reached(ring.released), ring.size),
        ]),
    );
    prove(
        "a byte lies inside the ring",
        implies(ring.is_unread(), all([le(ZERO, ring.index), lt(ring.index, ring.size)])),
    );
    let (is_full, pad) =
        (eq(ring.unread(), ring.size), all([ring.reader_is_behind(), lt(ring.mark, ring.lap)]));
    may_come_to("full", &is_full);
    may_come_to("full, and a pad", &all([eq(ring.committed, plus(ring.released, ring.size)), pad.clone()]));
    may_come_to("empty, and a pad", &all([eq(ring.released, ring.mark), pad]));
}
