//! What is run over terms: one call at one ring of records, while any number of others take any steps, seen from one granule, any of them.
pub(crate) mod shape;
mod told;

use super::Scenario;
use crate::granule::{self, Mine, Others, Role, World};
use crate::granules::turns::record::{Claimed, Records, Refused, Reserved, door};
use crate::granules::turns::{Cursors, Turn};
use crate::symbolic::record::word::{Word, any_bytes, bytes, granules_for, number, position, usize};
use crate::term::{
    Formula, ONE, Sym, TWO, ZERO, all, assume, choose, comes_to, either, eq, expect_ends, fresh, implies,
    known, le, lt, minus, not, plus, prove,
};
use told::prove_no_record;

pub(crate) const ALL: [&[Scenario]; 3] = [
    &[
        ("record: reserve, the first attempt", reserve_once),
        ("record: reserve", reserve),
        ("record: claim, the first attempt", claim_once),
        ("record: claim", || claim(Others::Busy)),
        ("record: claim, what is told", || claim(Others::Seen)),
        ("record: commit", commit),
        ("record: discard", discard),
        ("record: release", release),
    ],
    told::ALL,
    shape::ALL,
];

type Words = (Cursors, [Turn; 2]);

fn words(others: Others, mine: Mine) -> Words {
    granule::begin(others, mine);
    door::words()
}

fn ring(words: &Words) -> Records<'_> {
    door::records(words, granule::now().size)
}

fn is_mine(mine: Mine) -> Formula {
    known(granule::now().mine == mine)
}

fn prove_nothing_kept() {
    prove("who is refused owns nothing", is_mine(Mine::Nothing));
}

/// Any length that a ring may be asked for.
fn any_length(w: &World) -> Word {
    let n = any_bytes("bytes");
    assume(n.is_at_most(bytes(w.size, ZERO)));
    n
}

/// A run that is handed out: in one lap, and ours if our granule is in it.
fn prove_run(at: Word, granules: Sym, mine: Mine) {
    let w = granule::now();
    let index = minus(at.at, at.lap);
    prove("a run has a granule", le(ONE, granules));
    prove("a run is in one lap", all([le(ZERO, index), le(plus(index, granules), w.size)]));
    let has_ours = all([le(index, w.index), lt(w.index, plus(index, granules))]);
    if w.mine == Mine::Nothing {
        prove("what is handed out is owned", not(has_ours));
    } else {
        let whole = w.now.run_is(at.at, plus(at.at, granules));
        prove("what is owned is handed out, whole", all([known(w.mine == mine), has_ours, whole]));
    }
}

/// What a caller is told: where it is, and how many bytes.
fn prove_place((usize(index), usize(told)): (usize, usize), at: Word, len: Word) {
    prove("an index is that of the position", eq(index.at, minus(at.at, at.lap)));
    prove("as many bytes as there are", all([eq(told.at, len.at), eq(told.rest, len.rest)]));
}

/// If it does not do, nothing has happened, and `reserve` goes on as from the beginning: so the two are shown apart.
fn reserve_once() {
    expect_ends(&["reserved", "missed"]);
    let words = words(Others::Busy, Mine::Nothing);
    let records = ring(&words);
    let asked = any_length(&granule::now());
    match door::reserve_once(&records, door::asked(&records, asked)) {
        Some(reserved) => {
            prove_reserved(&records, &reserved, asked);
            if granule::now().mine == Mine::Writing {
                comes_to("reserved");
            }
        }
        None => {
            prove_nothing_kept();
            comes_to("missed");
        }
    }
}

/// What is handed out. It is where the writer stood, or a pad is before it.
fn prove_reserved(records: &Records<'_>, reserved: &Reserved, asked: Word) -> Formula {
    let (at, granules) = door::reserved_run(reserved);
    prove_place(records.bytes_to_write(reserved), at, bytes(granules.at, ZERO));
    prove("as many granules as it takes", eq(granules.at, granules_for(asked.at, asked.rest)));
    prove_run(at, granules.at, Mine::Writing);
    prove("a writer leaves `read` alone", known(granule::is_untouched(Role::Read)));
    let w = granule::now();
    let (_, base) = w.began.expect("it loaded the cursor");
    let here = eq(at.at, base.at);
    let left = minus(plus(base.lap, w.size), base.at);
    let needs_pad = all([eq(at.at, plus(base.at, left)), lt(left, granules.at)]);
    prove("a pad is left only where it has to be", either(here.clone(), needs_pad));
    if w.mine == Mine::Writing {
        prove("what was there before was claimed", lt(minus(w.now.at, w.size), w.now.read));
    }
    here
}

/// Up to where it finds too little room. From there on it is shown apart (`why no room`), of any such moment.
fn reserve() {
    expect_ends(&["reserved", "reserved past a pad", "too little room", "closed"]);
    let words = words(Others::Busy, Mine::Nothing);
    let records = ring(&words);
    let asked = any_length(&granule::now());
    granule::before_looking_why(|w| {
        prove("who finds too little room owns nothing", is_mine(Mine::Nothing));
        let look = w.look.expect("it has looked");
        let is_free = all([eq(look.at, look.named), eq(look.low, ZERO)]);
        prove("too little room: a granule was not free in this lap", not(is_free));
        comes_to("too little room");
    });
    match door::reserve_again(&records, door::asked(&records, asked)) {
        Ok(reserved) => {
            let here = prove_reserved(&records, &reserved, asked);
            if granule::now().mine == Mine::Writing {
                comes_to(if crate::term::decide(&here) { "reserved" } else { "reserved past a pad" });
            }
        }
        Err(why) => {
            prove_nothing_kept();
            prove("who has not looked why is told that it is closed", known(why == Refused::Closed));
            prove("closed: it is", eq(granule::now().now.closed, ONE));
            comes_to("closed");
        }
    }
}

/// As in `reserve_once`.
fn claim_once() {
    expect_ends(&["claimed", "missed"]);
    let words = words(Others::Busy, Mine::Nothing);
    let records = ring(&words);
    let claimed = door::claim_once(&records);
    prove("a reader leaves `write` alone", known(granule::is_untouched(Role::Write)));
    match claimed {
        Some(claimed) => prove_claimed(&records, &claimed),
        None => {
            prove_nothing_kept();
            comes_to("missed");
        }
    }
}

fn prove_claimed(records: &Records<'_>, claimed: &Claimed) {
    let (at, granules, len) = door::claimed_run(claimed);
    prove_place(records.bytes_to_read(claimed), at, len);
    prove("a record is as long as its run", eq(granules.at, granules_for(len.at, len.rest)));
    prove_run(at, granules.at, Mine::Reading);
    let now = granule::now().now;
    if granule::now().mine == Mine::Reading {
        prove("only what was committed is handed out", eq(now.phase, ONE));
        let says = all([eq(len.at, now.len), eq(len.rest, now.rest)]);
        prove("with the length that it was committed with", implies(eq(now.at, at.at), says));
        comes_to("claimed");
    }
}

fn claim(others: Others) {
    expect_ends(&["claimed", "empty", "busy", "closed"]);
    let words = words(others, Mine::Nothing);
    let records = ring(&words);
    let claimed = door::claim_again(&records);
    prove("a reader leaves `write` alone", known(granule::is_untouched(Role::Write)));
    match claimed {
        Ok(claimed) => prove_claimed(&records, &claimed),
        Err(why) => {
            prove_no_record(why, others);
            comes_to(match why {
                Refused::Empty => "empty",
                Refused::Busy => "busy",
                _ => "closed",
            });
        }
    }
}

/// The run of our granule, or one that it is not in.
fn any_run(ours: bool) -> (Word, Sym) {
    let w = granule::now();
    if ours {
        return (position(w.now.first, w.now.lap, ZERO), minus(w.now.end, w.now.first));
    }
    let [index, lap, granules] = ["index", "lap", "granules"].map(fresh);
    assume(all([le(ZERO, index), le(ONE, granules), le(plus(index, granules), w.size)]));
    assume(either(lt(w.index, index), le(plus(index, granules), w.index)));
    granule::knows_lap(lap);
    (position(plus(lap, index), lap, ZERO), granules)
}

/// By the writer of the run of our granule, or of another one.
fn of_writer() -> (Words, bool, Word, Sym) {
    let ours = choose("writes");
    let words = words(Others::Busy, if ours { Mine::Writing } else { Mine::Nothing });
    let (at, granules) = any_run(ours);
    (words, ours, at, granules)
}

fn prove_handed_on() {
    for cursor in [Role::Write, Role::Read] {
        prove("who hands on moves no cursor", known(granule::is_untouched(cursor)));
    }
    prove("who has handed on owns nothing", is_mine(Mine::Nothing));
}

fn commit() {
    expect_ends(&["record", "rest", "of others"]);
    let (words, ours, at, granules) = of_writer();
    let n = any_bytes("n");
    ring(&words).commit(door::reserved(at, number(granules)), usize(n));
    prove_handed_on();
    let Some(now) = granule::now().handed_on else {
        prove("our own run is handed on", known(!ours));
        return comes_to("of others");
    };
    let all_of_it = all([eq(now.len, granules), eq(now.rest, ZERO)]);
    let as_asked = all([eq(now.len, n.at), eq(now.rest, n.rest)]);
    let says = either(as_asked, all([all_of_it, bytes(granules, ZERO).is_at_most(n)]));
    let is_first = all([eq(now.at, at.at), eq(now.first, at.at)]);
    prove("what was asked is committed, as far as the run goes", implies(is_first, says));
    let end = plus(at.at, granules);
    let is_record = all([eq(now.phase, ONE), eq(now.first, at.at)]);
    let is_rest = all([eq(now.phase, TWO), lt(at.at, now.first), eq(now.end, end)]);
    prove("each granule is of the record, or of the rest", either(is_record, is_rest));
    let is_ready = eq(now.phase, ONE);
    comes_to(if crate::term::decide(&is_ready) { "record" } else { "rest" });
}

fn discard() {
    expect_ends(&["discarded", "of others"]);
    let (words, ours, at, granules) = of_writer();
    ring(&words).discard(door::reserved(at, number(granules)));
    prove_handed_on();
    if ours {
        let now = granule::now().handed_on.expect("it is handed on by one store");
        let whole = now.run_is(at.at, plus(at.at, granules));
        prove("all of it is skipped", all([whole, eq(now.phase, TWO)]));
    }
    comes_to(if ours { "discarded" } else { "of others" });
}

fn release() {
    expect_ends(&["released", "of others"]);
    let ours = choose("reads");
    let words = words(Others::Busy, if ours { Mine::Reading } else { Mine::Nothing });
    granule::is_handed_out();
    let (at, granules) = any_run(ours);
    let before = granule::now().now;
    ring(&words).release(door::claimed(at, number(granules), any_bytes("bytes")));
    prove_handed_on();
    let w = granule::now();
    if ours {
        let next = all([eq(w.now.at, plus(before.at, w.size)), w.now.is_free()]);
        prove("a granule is free in the next lap", next);
    }
    comes_to(if ours { "released" } else { "of others" });
}
