//! Two lazy sides never wait for each other. What is shown here is that a refusal means something; that somebody runs
//! again after it is the scheduler's business.
use super::Scenario;
use crate::door;
use crate::protocol::lane::Refused;
use crate::state::{any_count, check_writer, reader, reader_of, writer};
use crate::term::{ONE, ZERO, assume, choose, eq, fresh, known, le, lt, minus, ordered, prove};
use crate::world::{self, Actor, Others};

pub(crate) const ALL: &[Scenario] = &[
    ("progress: full means unread", full),
    ("progress: empty means all is shown", empty),
    ("progress: one of two is served", not_all),
];

/// A writer that sees the newest word and finds no room: at least `size - credit + 1` items are committed and unread.
fn full() {
    let (c, mut writer, _) = writer(Others::Seen);
    let credit = any_count("credit");
    assume(ordered(&[ONE, credit, world::now().size]));
    let refused = if choose("many") {
        let want = any_count("want");
        assume(le(ONE, want));
        let reserved = writer.reserve(&c, want);
        let empty = eq(reserved.span().len(), ZERO);
        let _ = reserved; // forgotten: the state is one to begin in
        assume(empty);
        true
    } else {
        writer.reserve_one(&c).is_none()
    };
    if !refused {
        return;
    }
    check_writer(&writer);
    let w = world::now();
    // "a reader owes less than its credit", and what it owes are positions that it has read.
    let read = fresh("read");
    assume(ordered(&[w.released, read, w.committed]));
    assume(lt(minus(read, w.released), credit));
    let unread = minus(w.committed, read);
    prove("full: at least `size - credit + 1` are committed and unread", lt(minus(w.size, credit), unread));
    prove("full: all is shown", eq(door::writer_view(&writer).at, w.committed));
}

/// A reader that sees the newest word and finds nothing: the ring is empty, and the writer can see so.
fn empty() {
    let (c, mut reader, _) = reader(Others::Seen);
    if let Err(Refused::Nothing) = reader.claim_one(&c).map(std::mem::forget) {
        let w = world::now();
        prove("empty: all space is shown to be free", eq(w.released, w.committed));
    }
}

/// In a quiet lane a writer, a reader and the writer again: one of the three is served, whatever is owed.
fn not_all() {
    let (c, mut writer, _) = writer(Others::Quiet);
    if writer.reserve_one(&c).is_some() {
        return;
    }
    world::change(|w| w.actor = Actor::Reader);
    let (mut reader, _) = reader_of(&world::now());
    world::change(|w| w.saw_committed = w.committed);
    if reader.claim_one(&c).is_ok() {
        return;
    }
    world::change(|w| (w.actor, w.mine) = (Actor::Writer, false));
    prove("a lane in which both were refused has room", known(writer.reserve_one(&c).is_some()));
}
