//! A writer that overwrites: takes the hold, takes the oldest, and the reader finds its way again.
use super::reader::{prove_readers_span, prove_refusal};
use super::{Scenario, piece, prove_moved};
use crate::door;
use crate::protocol::lane::{Cursors, Refused};
use crate::protocol::life::State;
use crate::state::{check_reader, check_writer, reader_of, writer};
use crate::term::{
    ONE, Sym, ZERO, all, assume, either, eq, fresh, known, le, lt, minus, ordered, plus, prove,
};
use crate::world::{self, Actor, Others, World};

pub(crate) const ALL: &[Scenario] = &[
    ("evict: and release", evict),
    ("evict: write on before the release", write_before_release),
    ("evict: then the reader", reader_after),
    ("reports: occupied, busy", occupied),
    ("reports: occupied, quiet", occupied_when_quiet),
    ("reports: state", state),
];

/// What an evicted position promises; `w` is the lane as the holder found it.
fn prove_evicted(at: Sym, index: Sym, w: &World) {
    prove("the oldest is evicted", eq(at, w.released));
    prove("only what is committed is evicted, and only when full", eq(w.committed, plus(w.released, w.size)));
    prove("the index is the oldest's", eq(plus(w.released_lap, index), at));
    prove("the index lies inside the ring", all([le(ZERO, index), lt(index, w.size)]));
    prove("the hold is the writer's until it gives it back", known(w.mine));
}

fn evict() {
    let (c, mut writer, before) = writer(Others::Busy);
    match writer.evict(&c) {
        Err(why) => {
            prove("a refusal keeps no hold", known(!world::now().mine));
            let (w, now) = (world::now(), door::writer_view(&writer));
            if why == Refused::Nothing {
                prove("nothing to evict: there is room", lt(now.at, plus(w.released, w.size)));
            }
        }
        Ok(evicted) => {
            let found = world::now();
            prove_evicted(door::evicted_at(&evicted), evicted.index(), &found);
            evicted.release(&c);
            let w = world::now();
            prove("one position is freed", eq(w.released, plus(found.released, ONE)));
            prove("the hold is given back", known(!w.mine));
        }
    }
    let now = check_writer(&writer);
    prove_moved(&before, &now, ZERO);
    prove("who evicts has shown all it owed", eq(world::now().committed, now.at));
}

/// The hold stays with the evicted position, whatever the writer does before it frees it.
fn write_before_release() {
    let (c, mut writer, _) = writer(Others::Busy);
    let Ok(evicted) = writer.evict(&c) else { return };
    if let Some(reserved) = writer.reserve_one(&c) {
        prove("a full ring has no room until the oldest is freed", known(false));
        reserved.commit_one(&c);
    }
    prove("the hold cannot be taken twice", known(matches!(writer.evict(&c), Err(Refused::Held))));
    evicted.release(&c);
    check_writer(&writer);
    let reserved = writer.reserve_one(&c);
    prove("there is room after an eviction", known(reserved.is_some()));
}

/// One eviction and the reader's next claim in one run: it goes on at the position after the evicted one.
fn reader_after() {
    let (c, mut writer, _) = writer(Others::Busy);
    let Ok(evicted) = writer.evict(&c) else { return };
    let (at, lap) = (door::evicted_at(&evicted), world::now().released_lap);
    evicted.release(&c);
    check_writer(&writer);
    // From here on it is the reader's step; nobody else moves, so that what it finds is what the writer left.
    world::change(|w| (w.actor, w.others) = (Actor::Reader, Others::Quiet));
    let (mut reader, before) = reader_of(&world::now());
    if before.holding {
        return; // the writer held, so the reader did not
    }
    match reader.claim_one(&c) {
        Err(why) => {
            prove_refusal(why, &before, &reader);
            prove("what is left can be read", eq(world::now().released, world::now().committed));
        }
        Ok(claimed) => {
            let span = piece(claimed.span());
            let _ = claimed; // forgotten: the state is one to begin in
            prove_readers_span(span, &before, &reader, ONE);
        }
    }
    let (w, now) = (world::now(), check_reader(&reader));
    prove(
        "the reader goes on after the evicted position",
        all([eq(now.side.at, plus(at, ONE)), eq(w.released, now.side.at)]),
    );
    prove(
        "the reader has caught up with the lap",
        either(eq(now.side.lap, lap), eq(now.side.lap, plus(lap, w.size))),
    );
}

/// A watcher of a lane that goes on. Its report is no less than what was there when it looked, and never above `size`,
/// if fewer than `M` positions go by between its two loads; and exact when the lane is quiet.
fn occupied() {
    occupied_while(Others::Busy);
}

fn occupied_when_quiet() {
    occupied_while(Others::Quiet);
}

fn occupied_while(others: Others) {
    let w = watcher(others);
    let n = Cursors::new().occupied(w.size);
    let now = world::now();
    prove("occupied: between zero and the size", ordered(&[ZERO, n, w.size]));
    if others == Others::Quiet {
        prove("occupied: exact when the lane is quiet", eq(plus(now.released, n), now.committed));
    } else {
        prove(
            "occupied: no less than there was when it looked",
            le(minus(now.saw_committed, now.released), n),
        );
    }
}

/// `state` after the writer closed: closed is drained.
fn state() {
    let w = watcher(Others::Busy);
    world::change(|now| now.writer_is_gone = true);
    // [C1] brings the last value of `committed`, and all that the writer had seen of `released` when it stored it.
    world::change(|now| now.saw_committed = w.committed);
    assume(le(minus(w.committed, w.size), w.saw_released));
    let state = Cursors::new().state();
    let now = world::now();
    prove("a lane whose writer closed is not open", known(state != State::Open));
    if now.loaded.is_some() {
        let drained = eq(now.released, now.committed);
        match state {
            State::Closed => prove("closed is drained", drained),
            _ => prove("closing: not drained by the word that was seen", lt(now.saw_released, now.committed)),
        }
    }
}

/// Somebody at neither end, who may have seen very little so far.
fn watcher(others: Others) -> World {
    world::begin(Actor::Watcher, others);
    let (saw_committed, saw_released) = (fresh("saw_committed"), fresh("saw_released"));
    world::change(|w| {
        assume(le(saw_committed, w.committed));
        assume(le(saw_released, w.released));
        (w.saw_committed, w.saw_released, w.report) = (saw_committed, saw_released, true);
    });
    world::now()
}
