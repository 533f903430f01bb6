//! What is told, and that there is room where nobody is.
use super::{Scenario, prove_nothing_kept, prove_run, ring, words};
use crate::granule::{self, Mine, Others, Role};
use crate::granules::turns::record::{Refused, door};
use crate::symbolic::record::word::{any_bytes, bytes, number, usize};
use crate::term::{
    ONE, ZERO, all, assume, comes_to, either, eq, expect_ends, fresh, implies, known, le, lt, not, plus,
    prove,
};
use std::sync::atomic::Ordering;

pub(crate) const ALL: &[Scenario] = &[
    ("record: why no room", || why_no_room(Others::Busy)),
    ("record: why no room, what is told", || why_no_room(Others::Seen)),
    ("record: an empty ring has room", an_empty_ring_has_room),
    ("record: a pad is passed", a_pad_is_passed),
    ("record: occupied", || occupied(Others::Busy)),
    ("record: occupied, quiet", || occupied(Others::Quiet)),
    ("record: close", close),
];

/// Of a writer that loaded `write`, found fewer than it needs from there on, and looks why; the others may have done anything meanwhile.
fn why_no_room(others: Others) {
    expect_ends(&["full", "busy", "another look"]);
    let words = words(others, Mine::Nothing);
    let at = granule::load(Role::Write, Ordering::Relaxed);
    let need = fresh("need");
    let size = granule::now().size;
    assume(all([eq(at.low, ZERO), le(ONE, need), le(need, size)]));
    let why = door::why_no_room(&ring(&words), at, number(need));
    prove_nothing_kept();
    prove("who looks why moves `write` never", known(granule::is_untouched(Role::Write)));
    let w = granule::now();
    match (why, w.fenced, w.told) {
        (None, ..) => comes_to("another look"),
        (Some(Refused::Full), Some((_, read)), Some(then)) => {
            let end = plus(w.now.write, need);
            prove("full: as far as claims are known that a fence came after", lt(plus(read, size), end));
            if others != Others::Busy {
                let end = plus(then.write, need);
                prove("full: there was not so much room", lt(plus(then.read, size), end));
            }
            comes_to("full");
        }
        (Some(Refused::Busy), Some(_), Some(then)) => {
            if others != Others::Busy {
                let end = plus(then.write, need);
                prove("busy: that much had been claimed", le(end, plus(then.read, size)));
            }
            comes_to("busy");
        }
        _ => prove("a writer is told what is decided after a fence (T3)", known(false)),
    }
}

/// Why nothing could be claimed.
pub(super) fn prove_no_record(why: Refused, others: Others) {
    prove_nothing_kept();
    let w = granule::now();
    match (why, w.fenced) {
        (Refused::Empty | Refused::Closed, Some((write, _))) => {
            prove("empty: as far as reservations are known that a fence came after", le(write, w.now.read));
            prove("closed: it is", implies(known(why == Refused::Closed), eq(w.now.closed, ONE)));
            if others != Others::Busy {
                prove("empty: it is", eq(w.now.read, w.now.write));
                prove("empty: and open", implies(known(why == Refused::Empty), eq(w.now.closed, ZERO)));
            }
        }
        (Refused::Busy, Some(_)) => {
            let Some(look) = w.look.filter(|look| look.is_ours && others != Others::Busy) else { return };
            let (at, then) = (look.named, look.then);
            let waits = either(lt(look.at, at), all([eq(look.at, at), eq(look.low, ZERO)]));
            prove("busy: the oldest had not been committed", all([eq(then.read, at), waits]));
            prove("busy: by the end its position was reserved", lt(at, w.now.write));
        }
        _ => prove("a reader is told what is decided after a fence (T3)", known(false)),
    }
}

/// Every length of an empty ring, wherever the cursors are: it is reserved, or a pad is skipped, which is then all that is there.
fn an_empty_ring_has_room() {
    expect_ends(&["reserved", "the pad is skipped"]);
    let words = words(Others::Gone, Mine::Nothing);
    let w = granule::now();
    assume(all([eq(w.now.read, w.now.write), eq(w.now.closed, ZERO), not(w.now.is_in_run())]));
    let n = any_bytes("bytes");
    assume(n.is_at_most(bytes(w.size, ZERO)));
    granule::then(|w| {
        let (_, base) = w.began.expect("it loaded the cursor");
        let begins_a_lap = all([eq(w.now.write, w.now.write_lap), lt(w.now.read, w.now.write)]);
        prove("a pad goes to the end of its lap", begins_a_lap);
        prove("nothing else is there", all([eq(w.now.read, base.at), w.is_gone()]));
        comes_to("the pad is skipped");
    });
    match ring(&words).reserve(usize(n)) {
        Ok(reserved) => {
            let (at, granules) = door::reserved_run(&reserved);
            prove_run(at, granules.at, Mine::Writing);
            comes_to("reserved");
        }
        Err(_) => prove("an empty ring has room", known(false)),
    }
}

/// Where that pad is all that is there: it is passed if it is in the way, and then the ring is empty, from the first granule on.
fn a_pad_is_passed() {
    expect_ends(&["reserved", "it is passed"]);
    let words = words(Others::Gone, Mine::Nothing);
    let w = granule::now();
    let begins_a_lap = eq(w.now.write, w.now.write_lap);
    assume(all([begins_a_lap, lt(w.now.read, w.now.write), eq(w.now.closed, ZERO), w.is_gone()]));
    assume(either(not(w.now.is_in_run()), lt(w.now.at, w.now.write)));
    let n = any_bytes("bytes");
    assume(n.is_at_most(bytes(w.size, ZERO)));
    granule::then(|w| {
        let is_empty = all([eq(w.now.read, w.now.write), not(w.now.is_in_run())]);
        prove("nothing is there any more", is_empty);
        prove("and `write` begins a lap", eq(w.now.write, w.now.write_lap));
        comes_to("it is passed");
    });
    match ring(&words).reserve(usize(n)) {
        Ok(_) => comes_to("reserved"),
        Err(_) => prove("an empty ring has room", known(false)),
    }
}

fn occupied(others: Others) {
    let words = words(others, Mine::Nothing);
    let (usize(n), usize(room)) = (ring(&words).occupied(), ring(&words).vacant());
    let w = granule::now();
    prove("occupied: between zero and the size", all([le(ZERO, n.at), le(n.at, w.size)]));
    prove("vacant: between zero and the size", all([le(ZERO, room.at), le(room.at, w.size)]));
    if others == Others::Quiet {
        prove("occupied: exact in a quiet ring", eq(plus(w.now.read, n.at), w.now.write));
    }
}

fn close() {
    let words = words(Others::Busy, Mine::Nothing);
    ring(&words).close();
    prove("closed: it is", eq(granule::now().now.closed, ONE));
    prove("closed: who closed it sees so", known(ring(&words).is_closed()));
}
