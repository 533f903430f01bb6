//! What is run over terms: one call at one ring, while any number of others take any steps, seen from one slot, any of them.
//!
//! Where a position is not of our slot, what is said of that position is shown on the path where it is.
mod evict;
mod one;
mod report;
mod run;

use super::Scenario;
use crate::ring::turns::{Refused, Turn, Turns, door};
use crate::slot::{self, Mine, Others, Role, State, World};
use crate::symbolic::turns::word::{Word, position, usize};
use crate::term::{ONE, Sym, ZERO, all, decide, either, eq, fresh, implies, known, le, lt, plus, prove};

pub(crate) const ALL: [&[Scenario]; 4] = [one::ALL, run::ALL, evict::ALL, report::ALL];

type Words = (crate::ring::turns::Cursors, [Turn; 2]);

fn words(others: Others, mine: Mine) -> Words {
    slot::begin(others, mine);
    door::words()
}

fn ring(words: &Words) -> Turns<'_> {
    door::turns(words, slot::now().size)
}

/// The position of our slot if some of it is the acting thread's, or one of another slot.
fn mine_or_not(mine: bool) -> Word {
    let at = if mine { slot::now().now.at } else { fresh("at") };
    slot::decided(at, mine);
    position(at, ZERO)
}

fn is_mine(w: &World, mine: Mine) -> crate::term::Formula {
    known(w.mine == mine)
}

/// The index that is handed out: that of the position, and so less than the size (`shape`).
pub(super) fn prove_index(index: usize, at: Word) {
    let usize(index) = index;
    prove("an index is that of the position", eq(index.at, at.at));
}

/// What a sole end at the other side rests on.
fn prove_leaves(cursor: Role) {
    prove("a call leaves the cursor of the other end alone", known(slot::is_untouched(cursor)));
}

/// Nothing is left behind by a call that has nothing to hand out.
pub(super) fn prove_nothing_kept() {
    prove("who is refused owns nothing", is_mine(&slot::now(), Mine::Nothing));
}

/// Two moments of a call that was refused for the sake of a position of our slot, if loads see the newest values: when
/// it looked at that slot, and its end.
struct Moments {
    at: Sym,
    looked: State,
    end: State,
}

fn moments(others: Others) -> Option<Moments> {
    let w = slot::now();
    let (at, looked) = w.looked?;
    (others != Others::Busy).then_some(Moments { at, looked, end: w.now })
}

/// Why nothing could be reserved.
pub(super) fn prove_no_room(why: Refused, others: Others) {
    prove_nothing_kept();
    let w = slot::now();
    match (why, w.fenced) {
        (Refused::Closed, _) => prove("closed: it is", eq(w.now.closed, ONE)),
        (Refused::Full, Some((_, read))) => {
            let known_claimed = plus(read, w.size);
            prove("full: as far as claims are known that a fence came after", le(known_claimed, w.now.write));
            if others != Others::Busy {
                prove("full: it is", eq(w.now.write, plus(w.now.read, w.size)));
            }
        }
        (Refused::Busy, Some(_)) => {
            let Some(Moments { at, looked, end }) = moments(others) else { return };
            prove("busy: the slot had not been handed back", all([looked.next_is(at), lt(looked.at, at)]));
            prove("busy: by the end its position was claimed", lt(at, plus(end.read, w.size)));
        }
        _ => prove("a writer is told what is decided after a fence (T3)", known(false)),
    }
}

/// Why nothing could be claimed.
fn prove_no_item(why: Refused, others: Others) {
    prove_nothing_kept();
    let w = slot::now();
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
            if w.evicting.is_some_and(|n| decide(&lt(ZERO, n))) {
                return; // somebody evicts, or tries to
            }
            let Some(Moments { at, looked, end }) = moments(others) else { return };
            let waits = either(lt(looked.at, at), all([eq(looked.at, at), looked.is_free()]));
            prove("busy: the oldest had not been committed", all([eq(looked.read, at), waits]));
            prove("busy: by the end its position was reserved", lt(at, end.write));
        }
        _ => prove("a reader is told what is decided after a fence (T3)", known(false)),
    }
}
