//! Any number of writers, one reader: the reader.
use super::turns::{prove_index, prove_nothing_kept};
use super::{Scenario, Words, handed_on, is_among, least_and_want, ring};
use crate::ring::turns::door::sole::{of_hold, of_reader, reader};
use crate::ring::turns::{Refused, SoleReader, door};
use crate::slot::sole::{self, End};
use crate::slot::{self, Mine, Others, State, World};
use crate::symbolic::turns::word::{Word, any_number, number, position, usize};
use crate::term::{
    ONE, Sym, ZERO, all, assume, choose, comes_to, decide, either, eq, expect_ends, fresh, implies, known,
    le, lt, minus, plus, prove,
};

pub(crate) const ALL: &[Scenario] = &[
    ("sole: a reader begins", begin),
    ("sole: the hold", hold),
    ("sole: the next ready", || next_ready(Others::Busy)),
    ("sole: the next ready, what is told", || next_ready(Others::Seen)),
    ("sole: release the next", release_next),
    ("sole: claim", || claim(Others::Busy)),
    ("sole: claim, what is told", || claim(Others::Seen)),
    ("sole: claim a run", || claim_run(Others::Busy)),
    ("sole: claim a run, what is told", || claim_run(Others::Seen)),
    ("sole: release some", || release(Ending::First)),
    ("sole: release", || release(Ending::All)),
    ("sole: rest", || release(Ending::Rest)),
    ("sole: a reader leaves", || release(Ending::Leave)),
];

/// The reader in any state in which a call may begin.
struct Begun {
    words: Words,
    reader: SoleReader,
    holding: bool,
    /// `read` if it is holding, and how many slots are offered from there on.
    from: Sym,
    offered: Sym,
}

/// Patience is compared with zero, and one is taken away: zero, one and two stand for all.
fn any_reader(others: Others) -> Begun {
    let holding = choose("holding");
    let patience = if holding && choose("for_good") { 0 } else { 1 + u16::from(choose("patient")) };
    reader_with(others, holding, patience)
}

/// For a claim, which looks for the hold first and then goes on as one that has it, with no patience left or with some ([`hold`]):
/// both can be where the hold is kept for good. Where the reader has no hold, only what is so if it cannot be had.
fn any_claimer(others: Others) -> Begun {
    let holding = choose("holding");
    let begun = reader_with(others, holding, u16::from(!holding));
    sole::taking_is_another_path();
    begun
}

fn reader_with(others: Others, holding: bool, patience: u16) -> Begun {
    sole::begin(others, Mine::Nothing, End::Reader, holding);
    let (words, w) = (door::words(), slot::now());
    let (from, offered) = if holding {
        (w.now.read, minus(w.sole.expect("it is there").offered_to, w.now.read))
    } else {
        (fresh("old"), ZERO) // where it was is of no use: others may have moved `read`
    };
    let reader = reader((position(from, ZERO), number(offered)), holding, patience);
    Begun { words, reader, holding, from, offered }
}

/// What holds between two calls; answers with how many are offered.
fn prove_reader(reader: &SoleReader) -> Word {
    let ((at, offered), holding, patience) = of_reader(reader);
    prove_nothing_kept();
    let w = slot::now();
    prove("a reader knows whether it has the hold", known(holding == w.sole.expect("it is there").held));
    prove("who is patient no more has the hold for good", known(patience != 0 || holding));
    prove("no more is offered than the ring has", all([le(ZERO, offered.at), le(offered.at, w.size)]));
    if !holding {
        prove("nothing is offered without the hold", eq(offered.at, ZERO));
        return offered;
    }
    prove("a sole reader that has the hold stands at `read`", all([eq(at.at, w.now.read), eq(at.low, ZERO)]));
    let to = plus(at.at, offered.at);
    prove("T-sole: what is offered is ready, and nobody's", w.offer_holds(to));
    sole::time_goes_by();
    let later = slot::now();
    prove("T-sole: and stays so", all([later.offer_holds(to), eq(at.at, later.now.read)]));
    offered
}

fn begin() {
    sole::begin(Others::Busy, Mine::Nothing, End::Reader, false);
    let words = door::words();
    let offered = prove_reader(&SoleReader::resume(&ring(&words)));
    prove("nothing is offered at first", eq(offered.at, ZERO));
}

/// What each claim begins with.
fn hold() {
    expect_ends(&["kept", "taken", "refused", "heeded"]);
    let mut begun = any_reader(Others::Busy);
    let turns = door::turns(&begun.words, slot::now().size);
    let (_, _, before) = of_reader(&begun.reader);
    let refused = of_hold::hold(&mut begun.reader, &turns).err();
    let (_, holding, patience) = of_reader(&begun.reader);
    let offered = prove_reader(&begun.reader);
    prove("what is offered stays so", eq(offered.at, begun.offered));
    prove("a reader goes on with the hold, or is told busy", known(holding == refused.is_none()));
    prove("no other reason", known(refused.is_none_or(|why| why == Refused::Busy)));
    prove("what it has it keeps", known(holding || !begun.holding));
    let heeded = patience > before;
    let is_taken = holding && !begun.holding;
    prove(
        "patience ends one day, unless somebody asks",
        known(!is_taken || heeded || patience + 1 == before),
    );
    comes_to(match (holding, begun.holding) {
        (true, true) if heeded => "heeded",
        (true, true) => "kept",
        (true, false) => "taken",
        _ => "refused",
    });
}

/// What was handed out.
fn prove_offered(begun: &Begun, span: (Word, Word), want: Sym, others: Others) {
    if others == Others::Seen {
        return; // as where loads may be stale
    }
    let offered = prove_reader(&begun.reader);
    let (now, size) = (slot::now().now, slot::now().size);
    prove("what is handed out is offered", all([eq(span.0.at, now.read), eq(span.1.at, offered.at)]));
    prove("there is some, and no more than was asked", all([le(ONE, offered.at), le(offered.at, want)]));
    let again = all([eq(now.read, begun.from), either(le(begun.offered, offered.at), le(want, offered.at))]);
    prove("what was offered and not released is offered again", implies(le(ONE, begun.offered), again));
    let end = plus(now.read, offered.at);
    let ours = is_among(now.at, now.read, offered.at);
    prove(
        "only what was committed is handed out",
        implies(ours, all([eq(now.low, ONE), lt(now.at, now.write)])),
    );
    // Of our slot there is no other position in it: it is not the one being read, nor the next one to write.
    let (next, last) = (plus(now.at, size), minus(end, ONE));
    prove("nothing is handed out twice", implies(lt(now.at, now.read), lt(last, next)));
}

/// What is so when nothing can be had. `told` are the words when `write` was loaded.
fn prove_no_item(begun: &Begun, why: Refused, others: Others) {
    prove("what was offered is not refused", eq(begun.offered, ZERO));
    let w = slot::now();
    let Some((write, _)) = w.fenced else {
        let held = w.sole.expect("it is there").held;
        return prove(
            "busy: the hold could not be had",
            known(why == Refused::Busy && !held && !begun.holding),
        );
    };
    let told: State = w.sole.expect("it is there").told.expect("it looked at `write`");
    let is_closed = eq(told.closed, ONE);
    match why {
        Refused::Busy => {
            if w.evicting.is_some_and(|n| decide(&lt(ZERO, n))) {
                return; // somebody evicts, or tries to
            }
            let (Others::Seen, Some((at, looked))) = (others, w.looked) else { return };
            let waits = either(lt(looked.at, at), all([eq(looked.at, at), looked.is_free()]));
            prove("busy: the oldest had not been committed", all([eq(looked.read, at), waits]));
            prove("busy: by then its position was reserved", lt(at, told.write));
        }
        _ => {
            prove("empty: as far as reservations are known that a fence came after", le(write, told.read));
            prove("closed: it is", implies(known(why == Refused::Closed), is_closed));
            prove("a reader is told empty, busy or closed", known(why != Refused::Full));
            if others == Others::Seen {
                prove("empty: it is", eq(told.read, told.write));
                prove("empty: and open", implies(known(why == Refused::Empty), eq(told.closed, ZERO)));
            }
        }
    }
}

fn prove_refused(begun: &Begun, why: Refused, others: Others) {
    prove_no_item(begun, why, others);
    prove_nothing_claimed(begun, others);
}

fn prove_nothing_claimed(begun: &Begun, others: Others) {
    if others == Others::Seen {
        return; // as where loads may be stale
    }
    let offered = prove_reader(&begun.reader);
    prove("who is refused has nothing offered", eq(offered.at, ZERO));
    prove_rested(&begun.reader);
}

/// It has the hold only if it keeps it for good.
fn prove_rested(reader: &SoleReader) {
    let (_, holding, patience) = of_reader(reader);
    prove("the hold is given back, where it is not kept for good", known(!holding || patience == 0));
}

/// A look, under the hold, which offers nothing more.
fn next_ready(others: Others) {
    expect_ends(&["ready", "passed", "empty", "busy", "closed"]);
    let mut begun = any_claimer(others);
    let turns = door::turns(&begun.words, slot::now().size);
    match begun.reader.next_ready(&turns) {
        Ok(next) => {
            let at = door::claimed_at(&next);
            prove_index(turns.index_to_read(&next), at);
            if others == Others::Busy {
                prove("what is offered stays so", eq(prove_reader(&begun.reader).at, begun.offered));
                let ((stands, _), holding, patience) = of_reader(&begun.reader);
                prove("the next is where the reader stands", all([eq(at.at, stands.at), eq(at.low, ZERO)]));
                begun.reader = reader((at, number(ONE)), holding, patience);
                prove_offered(&Begun { offered: ZERO, ..begun }, (at, number(ONE)), ONE, others);
            }
            comes_to("ready");
        }
        Err(why) => {
            prove_refused(&begun, why, others);
            comes_to(match why {
                Refused::Empty => "empty",
                Refused::Busy => "busy",
                _ => "closed",
            });
        }
    }
}

/// After that: one slot is ready, and more may have been offered before.
fn release_next() {
    expect_ends(&["released", "left", "of others"]);
    let mut begun = reader_with(Others::Busy, true, u16::from(choose("patient")));
    assume(le(ONE, begun.offered));
    let at = position(begun.from, ZERO);
    if !choose("more") {
        assume(eq(begun.offered, ONE));
        let (_, holding, patience) = of_reader(&begun.reader);
        begun.reader = reader((at, number(ZERO)), holding, patience);
    }
    let (turns, before) = (door::turns(&begun.words, slot::now().size), slot::now());
    begun.reader.release_next(&turns, door::claimed(at));
    prove_released(&begun, &before, ONE);
    prove_at_rest(&begun);
}

fn claim(others: Others) {
    expect_ends(&["claimed", "passed", "empty", "busy", "closed"]);
    let mut begun = any_claimer(others);
    let turns = door::turns(&begun.words, slot::now().size);
    match begun.reader.claim_one(&turns) {
        Ok(span) => {
            prove_offered(&begun, (span.start(), span.len()), ONE, others);
            comes_to("claimed");
        }
        Err(why) => {
            prove_refused(&begun, why, others);
            comes_to(match why {
                Refused::Empty => "empty",
                Refused::Busy => "busy",
                _ => "closed",
            });
        }
    }
}

fn claim_run(others: Others) {
    expect_ends(&["none asked", "claimed", "passed", "refused", "too few"]);
    let mut begun = any_claimer(others);
    let turns = door::turns(&begun.words, slot::now().size);
    let (least, want) = least_and_want();
    match begun.reader.claim(&turns, least, want) {
        Ok(span) if decide(&eq(want.0.at, ZERO)) => {
            prove("none are none", eq(span.len().at, ZERO));
            let offered = prove_reader(&begun.reader);
            prove("an empty span offers nothing", eq(offered.at, ZERO));
            comes_to("none asked");
        }
        Ok(span) => {
            prove("it has the least that was asked", le(least.0.at, span.len().at));
            prove_offered(&begun, (span.start(), span.len()), want.0.at, others);
            comes_to("claimed");
        }
        Err((why, usize(few))) if decide(&eq(few.at, ZERO)) => {
            prove_refused(&begun, why, others);
            comes_to("refused");
        }
        Err((why, usize(few))) => {
            prove("too few: it is the right reason", known(why == Refused::Empty));
            prove("too few: they are", all([le(ONE, few.at), lt(few.at, least.0.at)]));
            let all_of_it = either(le(begun.offered, few.at), le(want.0.at, few.at));
            prove("too few: what was offered is among them", all_of_it);
            if let (Others::Seen, Some((at, looked))) = (others, slot::now().looked) {
                let end = plus(looked.read, few.at);
                let was_ready = all([eq(at, looked.at), eq(looked.low, ONE), eq(at, end)]);
                prove("too few: the next was not ready", implies(was_ready, le(want.0.at, few.at)));
            }
            prove_nothing_claimed(&begun, others);
            comes_to("too few");
        }
    }
}

/// How a reader is done with what it has claimed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    First,
    All,
    Rest,
    Leave,
}

fn release(ending: Ending) {
    let releases = matches!(ending, Ending::First | Ending::All);
    expect_ends(if releases { &["released", "left", "of others"] } else { &["left", "of others"] });
    let mut begun = any_reader(Others::Busy);
    let (turns, before) = (door::turns(&begun.words, slot::now().size), slot::now());
    let n = if releases { any_number("n") } else { usize(number(ZERO)) };
    match ending {
        Ending::First => begun.reader.release_first(&turns, n),
        Ending::All => begun.reader.release(&turns, n),
        Ending::Rest => begun.reader.rest(&turns),
        Ending::Leave => begun.reader.leave(&turns),
    }
    let n = handed_on(n, begun.offered);
    prove_released(&begun, &before, n);
    if ending == Ending::First {
        prove("the others stay claimed", eq(prove_reader(&begun.reader).at, minus(begun.offered, n)));
        return;
    }
    prove_at_rest(&begun);
    let (_, holding, _) = of_reader(&begun.reader);
    prove("who leaves has not the hold", known(ending != Ending::Leave || !holding));
}

/// The first `n` of what was offered.
fn prove_released(begun: &Begun, before: &World, n: Sym) {
    let w = slot::now();
    prove("as many are released as was said, and were claimed", eq(w.saw_read, plus(before.saw_read, n)));
    let at = before.now.at;
    let waits = le(before.now.read, at);
    if begun.holding && decide(&all([waits.clone(), is_among(at, begun.from, n)])) {
        prove("each of them is given back", known(w.gave_back));
        comes_to("released");
    } else {
        prove("and no other", known(!w.gave_back));
        let left = begun.holding && decide(&all([waits, is_among(at, begun.from, begun.offered)]));
        comes_to(if left { "left" } else { "of others" });
    }
}

fn prove_at_rest(begun: &Begun) {
    prove("nothing is offered any more", eq(prove_reader(&begun.reader).at, ZERO));
    prove_rested(&begun.reader);
}
