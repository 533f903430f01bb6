//! Any state in which a step may begin, and the obligation that it ends in such a state again.
//!
//! The states are those of (I3) in `lane/side.rs`, with what it leaves to the reader said in full: see [`side`].
//! `shown` is what the side's own word shows; its lap word shows its lap.
use crate::door::{self, ReaderView, View};
use crate::protocol::lane::{Cursors, Reader, Writer};
use crate::term::{
    Formula, ONE, Sym, ZERO, all, assume, choose, either, eq, fresh, implies, is_word, known, le, lt, minus,
    ordered, plus, prove, wrapped_minus,
};
use crate::world::{self, Actor, Others, World, lap_is_near};

/// ```text
///    lap <= shown <= at <= limit <= seen + lead,   at - lap < 2 * size,   at - shown <= owed
/// ```
/// `owed` may be more than is owed (who commits at once after committing later leaves it), but not so much that it wraps.
fn side(v: &View, shown: Sym, shown_lap: Sym, seen: Sym) -> [(&'static str, Formula); 4] {
    [
        ("INVARIANT: at <= limit <= peer + lead", ordered(&[v.at, v.limit, plus(seen, v.lead)])),
        ("INVARIANT: the lap is less than two sizes behind", lap_is_near(v.lap, v.at, v.size)),
        ("INVARIANT: the shared lap is the side's own", eq(v.lap, shown_lap)),
        (
            "INVARIANT: the shared word shows all but what is owed",
            ordered(&[minus(v.at, v.owed), shown, v.at]),
        ),
    ]
}

/// A writer owes less than it ever publishes at once, which is a word.
fn writer_owes(v: &View) -> (&'static str, Formula) {
    ("INVARIANT: what is owed can grow by one", all([le(ZERO, v.owed), lt(v.owed, Sym::MAX)]))
}

fn any_side(w: &World, lead: Sym) -> View {
    let (at, limit, lap, owed) = (fresh("at"), fresh("limit"), fresh("lap"), fresh("owed"));
    View { at, limit, lap, owed, lead, size: w.size, misled: false }
}

/// A number of positions that a caller may ask for.
pub(crate) fn any_count(name: &str) -> Sym {
    let n = fresh(name);
    assume(is_word(n));
    n
}

/// A writer in any state, of any lane.
pub(crate) fn writer(others: Others) -> (Cursors, Writer, View) {
    let w = world::begin(Actor::Writer, others);
    let cursors = Cursors::new();
    let view = any_side(&w, w.size);
    let saw = fresh("saw_released");
    assume(le(saw, w.released));
    world::change(|now| now.saw_released = saw);
    for (_, fact) in side(&view, w.committed, w.committed_lap, saw) {
        assume(fact);
    }
    assume(writer_owes(&view).1);
    (cursors, door::writer(view), view)
}

/// The writer is in such a state again.
pub(crate) fn check_writer(writer: &Writer) -> View {
    let (v, w) = (door::writer_view(writer), world::now());
    for (what, fact) in side(&v, w.committed, w.committed_lap, w.saw_released) {
        prove(what, fact);
    }
    let (what, fact) = writer_owes(&v);
    prove(what, fact);
    prove("an honest peer is never called misleading", known(!v.misled));
    prove(
        "occupancy never exceeds the size",
        ordered(&[w.released, w.committed, v.at, plus(w.released, w.size)]),
    );
    v
}

/// A reader in any state, of any lane: eager or with any credit, polite or holding for good, alone or not.
pub(crate) fn reader(others: Others) -> (Cursors, Reader, ReaderView) {
    let w = world::begin(Actor::Reader, others);
    let (reader, view) = reader_of(&w);
    (Cursors::new(), reader, view)
}

/// A reader in any state, of a lane that is there.
pub(crate) fn reader_of(w: &World) -> (Reader, ReaderView) {
    let view = any_reader(w);
    let saw = fresh("saw_committed");
    assume(le(saw, w.committed));
    assume(le(view.side.at, saw)); // what it released or claimed, it had seen
    world::change(|now| (now.saw_committed, now.mine) = (saw, view.holding));
    for (_, fact) in reader_facts(&view, &world::now()) {
        assume(fact);
    }
    if view.holding {
        for (_, fact) in side(&view.side, w.released, w.released_lap, saw) {
            assume(fact);
        }
    }
    // Coherence: what it stored itself is the oldest that it may see.
    let oldest = if view.holding { w.released } else { view.side.at };
    world::change(|now| now.saw_released = oldest);
    (door::reader(view), view)
}

/// All combinations. The text compares patience with zero and takes one away, so that 2 stands for all above 1.
fn any_reader(w: &World) -> ReaderView {
    let side = any_side(w, ZERO);
    let credit = any_count("credit");
    let holding = choose("holding");
    let patience = match (holding && choose("for_good"), choose("last_patience")) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 2,
    };
    let plain = patience == 0 && choose("plain");
    let alone = holding && choose("alone");
    ReaderView { side, credit, plain, hidden: fresh("hidden"), holding, alone, patience }
}

/// What holds of a reader besides (I3).
fn reader_facts(v: &ReaderView, w: &World) -> [(&'static str, Formula); 8] {
    let s = &v.side;
    // Without the hold nothing is in sight and nothing is owed; the shared words may have gone on (I2).
    let apart = all([eq(s.limit, s.at), eq(s.owed, ZERO), eq(v.hidden, ZERO), le(s.at, w.released)]);
    let hidden = all([le(plus(s.limit, v.hidden), w.saw_committed), known(v.holding && !v.plain)]);
    [
        ("INVARIANT: the reader knows whether it holds", known(v.holding == w.mine)),
        ("INVARIANT: without the hold nothing is in sight or owed", implies(known(!v.holding), apart)),
        ("INVARIANT: the lap is less than two sizes behind", lap_is_near(s.lap, s.at, s.size)),
        ("INVARIANT: who holds for good has the hold", known(v.patience != 0 || v.holding)),
        ("INVARIANT: a credit is at most the size", ordered(&[ONE, v.credit, s.size])),
        ("INVARIANT: no more is owed than the ring holds", ordered(&[ZERO, s.owed, s.size])),
        (
            "INVARIANT: what is hidden was seen",
            all([le(ZERO, v.hidden), implies(lt(ZERO, v.hidden), hidden)]),
        ),
        (
            "INVARIANT: a plain reader is eager and holds for good",
            implies(known(v.plain), all([known(v.patience == 0), eq(v.credit, ONE)])),
        ),
    ]
}

/// A reader owes less than its credit, unless somebody forgot positions that it had taken.
pub(crate) fn keeps_to_its_credit(v: &ReaderView) -> Formula {
    either(eq(v.side.owed, ZERO), lt(v.side.owed, v.credit))
}

/// The reader is in such a state again.
pub(crate) fn check_reader(reader: &Reader) -> ReaderView {
    let (v, w) = (door::reader_view(reader), world::now());
    for (what, fact) in reader_facts(&v, &w) {
        prove(what, fact);
    }
    if v.holding {
        for (what, fact) in side(&v.side, w.released, w.released_lap, w.saw_committed) {
            prove(what, fact);
        }
        prove("what is read lies between the words", ordered(&[w.released, v.side.at, w.committed]));
    }
    prove("an honest peer is never called misleading", known(!v.side.misled));
    v
}

/// What is left of the invariant where the peer writes any word anywhere: distances within a side's own memory.
fn hostile_side(v: &View) -> [(&'static str, Formula); 3] {
    let words = [is_word(v.at), is_word(v.limit), is_word(v.lap), is_word(v.owed)];
    [
        ("hostile: all that a side keeps are words", all(words)),
        (
            "hostile: the lap is less than two sizes behind",
            lt(wrapped_minus(v.at, v.lap), plus(v.size, v.size)),
        ),
        ("hostile: at most `size` positions are in sight", le(wrapped_minus(v.limit, v.at), v.size)),
    ]
}

/// A writer in any state that a hostile peer can bring about.
pub(crate) fn hostile_writer() -> (Cursors, Writer, View) {
    let w = world::begin(Actor::Writer, Others::Hostile);
    let view = View { misled: choose("misled"), ..any_side(&w, w.size) };
    for (_, fact) in hostile_side(&view) {
        assume(fact);
    }
    (Cursors::new(), door::writer(view), view)
}

/// What is hidden was seen, and may be in sight again.
fn hostile_hidden(v: &ReaderView) -> Formula {
    let seen = plus(wrapped_minus(v.side.limit, v.side.at), v.hidden);
    all([le(ZERO, v.hidden), le(seen, v.side.size), either(known(!v.plain), eq(v.hidden, ZERO))])
}

/// The same for a reader.
pub(crate) fn hostile_reader() -> (Cursors, Reader, ReaderView) {
    let w = world::begin(Actor::Reader, Others::Hostile);
    let view = any_reader(&w);
    for (_, fact) in hostile_side(&view.side) {
        assume(fact);
    }
    assume(hostile_hidden(&view));
    (Cursors::new(), door::reader(view), view)
}

pub(crate) fn check_hostile(v: &View) {
    for (what, fact) in hostile_side(v) {
        prove(what, fact);
    }
}

/// The same for a reader.
pub(crate) fn check_hostile_reader(reader: &Reader) -> View {
    let v = door::reader_view(reader);
    check_hostile(&v.side);
    prove("hostile: at most `size` positions are in sight or hidden", hostile_hidden(&v));
    v.side
}
