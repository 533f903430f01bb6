//! Slots next to each other: reserved at once and claimed at once, handed on one by one.
use super::{Scenario, is_mine, prove_leaves, prove_no_item, prove_no_room, prove_nothing_kept, ring, words};
use crate::ring::turns::Refused;
use crate::ring::turns::door::run::{claimed, claimed_run, reserved, reserved_run};
use crate::slot::{self, Mine, Others, Role};
use crate::symbolic::turns::word::{Word, any_number, number, position, usize};
use crate::term::{
    ONE, Sym, TWO, ZERO, all, assume, choose, comes_to, decide, either, eq, expect_ends, fresh, implies,
    known, le, lt, plus, prove,
};

pub(crate) const ALL: &[Scenario] = &[
    ("turns: reserve a run", || reserve(Others::Busy)),
    ("turns: reserve a run, what is told", || reserve(Others::Seen)),
    ("turns: claim a run", || claim(Others::Busy)),
    ("turns: claim a run, what is told", || claim(Others::Seen)),
    ("turns: commit a run", commit),
    ("turns: release a run", release),
];

/// Any two numbers that a caller may say, and what they come to.
fn least_and_want() -> (usize, usize) {
    (any_number("least"), any_number("want"))
}

/// Whether the position of our slot is in the run.
fn has_ours(at: Word, len: Word) -> bool {
    let now = slot::now().now;
    decide(&all([le(at.at, now.at), lt(now.at, plus(at.at, len.at))]))
}

fn prove_run((at, len): (Word, Word), least: usize, want: usize, slots: (usize, usize), mine: Mine) {
    let w = slot::now();
    let (usize(index), usize(shown)) = slots;
    prove("a run starts at its position's index", all([eq(index.at, at.at), eq(shown.at, len.at)]));
    prove("a run has a slot, and at most the ring's", all([le(ONE, len.at), le(len.at, w.size)]));
    prove("a run has the least that was asked", le(least.0.at, len.at));
    prove("a run has no more than was asked", either(le(len.at, want.0.at), eq(len.at, ONE)));
    if w.mine == Mine::Nothing {
        prove("what is handed out is owned", known(!has_ours(at, len)));
    } else {
        prove("what is owned is handed out", known(w.mine == mine && has_ours(at, len)));
    }
}

fn reserve(others: Others) {
    expect_ends(&["reserved", "refused", "too few"]);
    let words = words(others, Mine::Nothing);
    slot::one_try_is_enough();
    let turns = ring(&words);
    let (least, want) = least_and_want();
    let run = turns.reserve_run(least, want);
    prove_leaves(Role::Read);
    match run {
        Ok(run) => {
            prove_run(reserved_run(&run), least, want, turns.slots_to_write(&run), Mine::Writing);
            if slot::now().mine == Mine::Writing {
                comes_to("reserved");
            }
        }
        Err((why, usize(few))) if decide(&eq(few.at, ZERO)) => {
            prove_no_room(why, others);
            comes_to("refused");
        }
        Err((why, usize(few))) => {
            prove_too_few(few.at, least, why == Refused::Full);
            if others == Others::Seen {
                let (w, began) = (slot::now(), slot::now().began.expect("it loaded the cursor"));
                prove("too few: nobody reserved meanwhile", eq(w.now.write, began.write));
                let end = plus(w.now.write, few.at);
                if !decide(&all([w.now.is_free(), le(w.now.write, w.now.at), lt(w.now.at, end)])) {
                    w.crosses_nothing(end);
                }
                if let Some((at, looked)) = w.looked {
                    let free = all([eq(at, looked.at), looked.is_free()]);
                    let next = eq(at, end);
                    let more = le(want.0.at, few.at);
                    prove("too few: the next was not free", implies(all([next, free]), more));
                }
            }
            comes_to("too few");
        }
    }
}

fn prove_too_few(few: Sym, least: usize, told: bool) {
    prove_nothing_kept();
    prove("too few: it is the right reason", known(told));
    prove("too few: they are", all([le(ONE, few), lt(few, least.0.at)]));
}

fn claim(others: Others) {
    expect_ends(&["claimed", "refused", "too few"]);
    let words = words(others, Mine::Nothing);
    slot::one_try_is_enough();
    let turns = ring(&words);
    let (least, want) = least_and_want();
    let run = turns.claim_run(least, want);
    prove_leaves(Role::Write);
    match run {
        Ok(run) => {
            prove_run(claimed_run(&run), least, want, turns.slots_to_read(&run), Mine::Reading);
            let w = slot::now();
            if w.mine == Mine::Reading {
                prove("only what was committed is handed out", eq(w.now.low, ONE));
                comes_to("claimed");
            }
        }
        Err((why, usize(few))) if decide(&eq(few.at, ZERO)) => {
            prove_no_item(why, others);
            comes_to("refused");
        }
        Err((why, usize(few))) => {
            prove_too_few(few.at, least, why == Refused::Empty);
            if others == Others::Seen {
                let (w, began) = (slot::now(), slot::now().began.expect("it loaded the cursor"));
                prove("too few: nobody claimed meanwhile", eq(w.now.read, began.read));
                let end = plus(w.now.read, few.at);
                let ready = all([eq(w.now.low, ONE), le(w.now.read, w.now.at)]);
                let taken = all([lt(w.now.at, w.now.read), le(end, plus(w.now.at, w.size))]);
                prove("too few: these are ready", either(either(ready, le(end, w.now.at)), taken));
                if let Some((at, looked)) = w.looked {
                    let was_ready = all([eq(at, looked.at), eq(looked.low, ONE), eq(at, end)]);
                    prove("too few: the next was not ready", implies(was_ready, le(want.0.at, few.at)));
                }
            }
            comes_to("too few");
        }
    }
}

/// A run in which a slot is ours, or none.
fn any_run(mine: Mine) -> (Word, Word, bool) {
    let (at, len, w) = (fresh("first"), fresh("len"), slot::now());
    assume(all([le(ZERO, len), le(len, w.size)]));
    let ours = mine != Mine::Nothing;
    if ours {
        slot::decided(w.now.at, true);
        assume(all([le(at, w.now.at), lt(w.now.at, plus(at, len))]));
    } else {
        // None of its positions is of our slot.
        assume(le(plus(at, len), slot::first_from(at)));
    }
    (position(at, ZERO), number(len), ours)
}

fn commit() {
    expect_ends(&["committed", "abandoned", "of others"]);
    let mine = if choose("writes") { Mine::Writing } else { Mine::Nothing };
    let words = words(Others::Busy, mine);
    let (at, len, ours) = any_run(mine);
    let n = any_number("n");
    ring(&words).commit_run(reserved(at, len), n);
    let w = slot::now();
    prove_leaves(Role::Read);
    prove("who has handed on owns nothing", is_mine(&w, Mine::Nothing));
    if !ours {
        return comes_to("of others");
    }
    let is_item = lt(w.now.at, plus(at.at, n.0.at));
    prove("the first `n` are committed", implies(is_item.clone(), eq(w.now.low, ONE)));
    prove("and the others abandoned", either(is_item.clone(), eq(w.now.low, TWO)));
    comes_to(if decide(&is_item) { "committed" } else { "abandoned" });
}

fn release() {
    expect_ends(&["released", "of others"]);
    let mine = if choose("reads") { Mine::Reading } else { Mine::Nothing };
    let words = words(Others::Busy, mine);
    let (at, len, ours) = any_run(mine);
    ring(&words).release_run(claimed(at, len));
    let w = slot::now();
    prove_leaves(Role::Write);
    prove("who has given back owns nothing", is_mine(&w, Mine::Nothing));
    if ours {
        prove("a slot is free in the next lap", w.now.is_free());
    }
    comes_to(if ours { "released" } else { "of others" });
}
