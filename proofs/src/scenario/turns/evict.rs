//! A writer that takes the slot of the oldest item, and puts another item there, at the other end.
use super::{
    Moments, Scenario, is_mine, mine_or_not, moments, prove_index, prove_leaves, prove_nothing_kept, ring,
    words,
};
use crate::ring::turns::Refused;
use crate::ring::turns::door::evicted::{evicted, evicted_at};
use crate::slot::{self, Mine, Others, Role};
use crate::term::{
    ONE, ZERO, all, assume, choose, comes_to, either, eq, expect_ends, known, le, lt, minus, plus, prove,
};

pub(crate) const ALL: &[Scenario] = &[
    ("turns: evict", || evict(Others::Busy)),
    ("turns: evict, what is told", || evict(Others::Seen)),
    ("turns: evict, then renew", evict_and_renew),
    ("turns: renew", renew),
];

fn evict(others: Others) {
    expect_ends(&["evicted", "room", "busy", "closed"]);
    let words = words(others, Mine::Nothing);
    slot::one_try_is_enough();
    let turns = ring(&words);
    match turns.evict() {
        Ok(Some(one)) => {
            let (at, w) = (evicted_at(&one), slot::now());
            prove_index(turns.index_to_renew(&one), at);
            if slot::is_ours(at) != Some(true) {
                return prove_nothing_kept();
            }
            let found = w.exchanged.expect("it claimed");
            prove("what is evicted is owned", is_mine(&w, Mine::Reading));
            prove("only the oldest is evicted", all([eq(found.read, w.now.at), eq(w.now.low, ONE)]));
            prove("only when full", eq(found.write, plus(found.read, w.size)));
            prove(
                "the position of the new item is the next one",
                all([eq(at.at, w.now.write), eq(at.low, ZERO)]),
            );
            comes_to("evicted");
        }
        Ok(None) => {
            prove_nothing_kept();
            if let Some(Moments { at, looked, .. }) = moments(others) {
                let began = slot::now().began.expect("it loaded the cursor");
                prove("room: the position was the next one", eq(began.write, at));
                prove(
                    "room: and its turn came before anybody passed it",
                    all([eq(looked.at, at), looked.is_free()]),
                );
            }
            comes_to("room");
        }
        Err(Refused::Closed) => {
            prove_nothing_kept();
            prove("closed: it is", eq(slot::now().now.closed, ONE));
            comes_to("closed");
        }
        Err(why) => {
            prove_nothing_kept();
            prove("a writer that evicts is told closed or busy", known(why == Refused::Busy));
            if let Some(Moments { at, looked, end }) = moments(others) {
                let size = slot::now().size;
                let oldest = minus(at, size);
                prove(
                    "busy: the slot had not been handed back",
                    all([looked.next_is(at), le(looked.at, oldest)]),
                );
                let full = all([looked.is_free(), eq(looked.write, plus(looked.read, size))]);
                let renewed = lt(looked.at, oldest); // by who evicted the item before, and has not handed it on
                prove(
                    "busy: uncommitted then, or claimed by the end",
                    either(either(full, renewed), lt(oldest, end.read)),
                );
            }
            comes_to("busy");
        }
    }
}

/// Both in one call each, whatever the others do between them.
fn evict_and_renew() {
    expect_ends(&["renewed"]);
    let words = words(Others::Busy, Mine::Nothing);
    slot::one_try_is_enough();
    let turns = ring(&words);
    let Ok(Some(one)) = turns.evict() else { return };
    let at = evicted_at(&one);
    turns.renew(one);
    prove_renewed(at.at, slot::is_ours(at) == Some(true));
    comes_to("renewed");
}

fn renew() {
    let ours = choose("evicted");
    let words = words(Others::Busy, if ours { Mine::Reading } else { Mine::Nothing });
    let at = if ours {
        let w = slot::now();
        let at = mine_or_not(true).moved_by_laps(plus(w.now.at, w.size));
        // What `evict` hands out; and (T) keeps it so.
        assume(all([eq(w.now.low, ONE), eq(w.now.write, at.at)]));
        at
    } else {
        mine_or_not(false)
    };
    ring(&words).renew(evicted(at));
    prove_leaves(Role::Read);
    prove_renewed(at.at, ours);
}

fn prove_renewed(at: crate::term::Sym, ours: bool) {
    let w = slot::now();
    prove("who has renewed owns nothing", is_mine(&w, Mine::Nothing));
    prove("`write` is past the new item", lt(at, w.now.write));
    if ours {
        prove("the new item is ready at the other end", all([eq(w.now.at, at), eq(w.now.low, ONE)]));
        prove("and not claimed yet", le(w.now.read, at));
    }
}
