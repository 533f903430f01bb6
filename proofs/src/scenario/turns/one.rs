//! One slot: reserved, handed on, claimed, given back.
use super::{
    Scenario, is_mine, mine_or_not, prove_index, prove_leaves, prove_no_item, prove_no_room,
    prove_nothing_kept, ring, words,
};
use crate::ring::turns::{Claimed, Refused, Reserved, Turns, door};
use crate::slot::{self, Mine, Others, Role};
use crate::term::{ONE, TWO, ZERO, all, choose, comes_to, eq, expect_ends, known, lt, minus, prove};

pub(crate) const ALL: &[Scenario] = &[
    ("turns: reserve at once", reserve_once),
    ("turns: reserve", || reserve(Others::Busy)),
    ("turns: reserve, what is told", || reserve(Others::Seen)),
    ("turns: claim at once", claim_once),
    ("turns: claim", || claim(Others::Busy)),
    ("turns: claim, what is told", || claim(Others::Seen)),
    ("turns: commit", commit),
    ("turns: abandon", abandon),
    ("turns: release", release),
];

/// The first attempt. If it does not do, nothing has happened, and `reserve` goes on as from the beginning: so the two are shown apart.
fn reserve_once() {
    expect_ends(&["reserved", "missed"]);
    let words = words(Others::Busy, Mine::Nothing);
    let turns = ring(&words);
    let reserved = turns.reserve_once();
    prove_leaves(Role::Read);
    match reserved {
        Ok(reserved) => prove_reserved(&turns, &reserved),
        Err(_) => {
            prove_nothing_kept();
            comes_to("missed");
        }
    }
}

fn reserve(others: Others) {
    expect_ends(&["reserved", "full", "busy", "closed"]);
    let words = words(others, Mine::Nothing);
    let turns = ring(&words);
    let reserved = turns.reserve_again(door::missed());
    prove_leaves(Role::Read);
    match reserved {
        Ok(reserved) => prove_reserved(&turns, &reserved),
        Err(why) => {
            prove_no_room(why, others);
            comes_to(match why {
                Refused::Full => "full",
                Refused::Busy => "busy",
                _ => "closed",
            });
        }
    }
}

fn prove_reserved(turns: &Turns<'_>, reserved: &Reserved) {
    let (at, w) = (door::reserved_at(reserved), slot::now());
    prove_index(turns.index_to_write(reserved), at);
    if slot::is_ours(at) == Some(true) {
        prove("what is handed out is owned", all([is_mine(&w, Mine::Writing), eq(at.at, w.now.at)]));
        prove("what was in the slot before was claimed", lt(minus(at.at, w.size), w.now.read));
        comes_to("reserved");
    } else {
        prove_nothing_kept();
    }
}

/// The first attempt, as in `reserve_once`.
fn claim_once() {
    expect_ends(&["claimed", "missed"]);
    let words = words(Others::Busy, Mine::Nothing);
    let turns = ring(&words);
    let claimed = turns.claim_once();
    prove_leaves(Role::Write);
    match claimed {
        Ok(claimed) => prove_claimed(&turns, &claimed),
        Err(_) => {
            prove_nothing_kept();
            comes_to("missed");
        }
    }
}

fn claim(others: Others) {
    expect_ends(&["claimed", "claimed past others", "empty", "busy", "closed"]);
    let words = words(others, Mine::Nothing);
    let turns = ring(&words);
    let claimed = turns.claim_again(door::missed());
    prove_leaves(Role::Write);
    match claimed {
        Ok(claimed) => prove_claimed(&turns, &claimed),
        Err(why) => {
            prove_no_item(why, others);
            comes_to(match why {
                Refused::Empty => "empty",
                Refused::Busy => "busy",
                _ => "closed",
            });
        }
    }
}

fn prove_claimed(turns: &Turns<'_>, claimed: &Claimed) {
    let (at, w) = (door::claimed_at(claimed), slot::now());
    prove_index(turns.index_to_read(claimed), at);
    if slot::is_ours(at) == Some(true) {
        prove("what is handed out is owned", all([is_mine(&w, Mine::Reading), eq(at.at, w.now.at)]));
        prove("only what was committed is handed out", eq(w.now.low, ONE));
        comes_to("claimed");
    } else {
        // Ours may have been abandoned, and claimed on the way: it is given back by now.
        prove_nothing_kept();
        if slot::now().gave_back {
            comes_to("claimed past others");
        }
    }
}

fn commit() {
    hand_on(true);
}

fn abandon() {
    hand_on(false);
}

/// By a writer of our slot, or of another one.
fn hand_on(commits: bool) {
    let ours = choose("writes");
    let words = words(Others::Busy, if ours { Mine::Writing } else { Mine::Nothing });
    let (at, before) = (mine_or_not(ours), slot::now().now);
    let reserved = door::reserved(at);
    if commits {
        ring(&words).commit(reserved)
    } else {
        ring(&words).abandon(reserved)
    }
    let w = slot::now();
    prove_leaves(Role::Read);
    prove("who has handed on owns nothing", is_mine(&w, Mine::Nothing));
    if ours {
        let low = if commits { ONE } else { TWO };
        prove(
            "a commit makes an item, and nothing else does",
            all([eq(w.now.at, before.at), eq(w.now.low, low)]),
        );
    }
}

fn release() {
    let ours = choose("reads");
    let words = words(Others::Busy, if ours { Mine::Reading } else { Mine::Nothing });
    let (at, before) = (mine_or_not(ours), slot::now().now);
    ring(&words).release(door::claimed(at));
    let w = slot::now();
    prove_leaves(Role::Write);
    prove("who has given back owns nothing", is_mine(&w, Mine::Nothing));
    if ours {
        prove(
            "a slot is free in the next lap",
            all([eq(minus(w.now.at, w.size), before.at), eq(w.now.low, ZERO)]),
        );
    } else {
        prove("a slot of others is left alone", known(!w.gave_back));
    }
}
