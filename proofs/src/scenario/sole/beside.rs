//! The many beside a sole end: what they do there that they do not where all are many.
use super::turns::{prove_index, prove_nothing_kept};
use super::{Scenario, Words, least_and_want, ring};
use crate::ring::turns::door::evicted::evicted_at;
use crate::ring::turns::{Refused, door};
use crate::slot::sole::{self, End};
use crate::slot::{self, Mine, Others};
use crate::symbolic::turns::word::usize;
use crate::term::{ONE, ZERO, all, comes_to, decide, eq, expect_ends, known, plus, prove};

pub(crate) const ALL: &[Scenario] = &[
    ("sole: closed is drained", || closed(false)),
    ("sole: closed is drained, of a run", || closed(true)),
    ("sole: evict from a reader", evict),
];

fn beside(end: End) -> Words {
    sole::begin_beside(Others::Busy, Mine::Nothing, end);
    door::words()
}

/// A reader, where the one who closes is the writer.
fn closed(run: bool) {
    expect_ends(&["closed"]);
    let words = beside(End::Writer);
    // The next try may begin at any position that `read` has had since, as the first may.
    slot::one_try_is_enough();
    let why = if run {
        let (least, want) = least_and_want();
        let Err((why, usize(few))) = ring(&words).claim_run(least, want) else { return };
        if !decide(&eq(few.at, ZERO)) {
            return;
        }
        why
    } else {
        // A first attempt tells nothing, so the rest is all that can.
        let Err(why) = ring(&words).claim_again(door::missed()) else { return };
        why
    };
    prove_nothing_kept();
    if why == Refused::Closed {
        let w = slot::now();
        prove("closed: it is", eq(w.sole.expect("it is there").closed, ONE));
        prove("closed: all that was committed was claimed", eq(w.now.read, w.now.write));
        comes_to("closed");
    }
}

/// A writer, where the reader is sole: only under the hold.
fn evict() {
    expect_ends(&["evicted", "room", "busy", "closed"]);
    let words = beside(End::Reader);
    slot::one_try_is_enough();
    let turns = ring(&words);
    let result = turns.evict_from_sole();
    let w = slot::now();
    prove("the hold is asked for", eq(w.sole.expect("it is there").asked, ONE));
    prove("the hold is given back", known(!w.sole.expect("it is there").held));
    match result {
        Ok(Some(one)) => {
            let at = evicted_at(&one);
            prove_index(turns.index_to_renew(&one), at);
            if slot::is_ours(at) != Some(true) {
                return prove_nothing_kept();
            }
            let found = w.exchanged.expect("it claimed");
            prove("what is evicted is owned", known(w.mine == Mine::Reading));
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
            comes_to("room");
        }
        Err(why) => {
            prove_nothing_kept();
            if why == Refused::Closed {
                prove("closed: it is", eq(w.now.closed, ONE));
            }
            comes_to(if why == Refused::Closed { "closed" } else { "busy" });
        }
    }
}
