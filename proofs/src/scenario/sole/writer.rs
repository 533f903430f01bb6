//! One writer, any number of readers: the writer.
use super::turns::{prove_index, prove_no_room, prove_nothing_kept};
use super::{Scenario, Words, handed_on, is_among, least_and_want, ring};
use crate::ring::turns::door::evicted::{evicted, evicted_at};
use crate::ring::turns::door::sole::{of_writer, writer};
use crate::ring::turns::{Refused, SoleWriter, door};
use crate::slot::sole::{self, End};
use crate::slot::{self, Mine, Others, State};
use crate::symbolic::turns::word::{Word, any_number, number, position, usize};
use crate::term::{
    ONE, Sym, ZERO, all, assume, choose, comes_to, decide, either, eq, expect_ends, implies, known, le, lt,
    minus, plus, prove,
};

pub(crate) const ALL: &[Scenario] = &[
    ("sole: a writer begins", begin),
    ("sole: the next free", || next_free(Others::Busy)),
    ("sole: the next free, what is told", || next_free(Others::Seen)),
    ("sole: commit the next", commit_next),
    ("sole: reserve", || reserve(Others::Busy)),
    ("sole: reserve, what is told", || reserve(Others::Seen)),
    ("sole: reserve a run", || reserve_run(Others::Busy)),
    ("sole: reserve a run, what is told", || reserve_run(Others::Seen)),
    ("sole: commit", commit),
    ("sole: a writer evicts", evict),
    ("sole: a writer renews", renew),
    ("sole: a writer that has evicted", beside_evicted),
    ("sole: a writer closes", close),
];

/// The writer in any state in which a call may begin.
struct Begun {
    words: Words,
    writer: SoleWriter,
    /// `write`, and how many slots are offered from there on.
    from: Sym,
    offered: Sym,
}

fn any_writer(others: Others, mine: Mine) -> Begun {
    sole::begin(others, mine, End::Writer, false);
    let (words, w) = (door::words(), slot::now());
    let from = w.now.write;
    let offered = minus(w.sole.expect("it is there").offered_to, from);
    Begun { words, writer: writer(position(from, ZERO), number(offered)), from, offered }
}

/// What holds between two calls; answers with the view.
fn prove_writer(writer: &SoleWriter) -> (Word, Word) {
    let (at, offered) = of_writer(writer);
    let w = slot::now();
    prove("a sole writer stands at `write`", all([eq(at.at, w.now.write), eq(at.low, ZERO)]));
    prove("no more is offered than the ring has", all([le(ZERO, offered.at), le(offered.at, w.size)]));
    let to = plus(at.at, offered.at);
    prove("T-sole: what is offered is free, and nobody's", w.offer_holds(to));
    sole::time_goes_by();
    let later = slot::now();
    prove("T-sole: and stays so", all([later.offer_holds(to), eq(at.at, later.now.write)]));
    (at, offered)
}

fn begin() {
    sole::begin(Others::Busy, Mine::Nothing, End::Writer, false);
    let words = door::words();
    let (_, offered) = prove_writer(&SoleWriter::resume(&ring(&words)));
    prove("nothing is offered at first", eq(offered.at, ZERO));
}

/// What was handed out.
fn prove_offered(begun: &Begun, span: (Word, Word), want: Sym, others: Others) {
    if others == Others::Seen {
        return; // as where loads may be stale
    }
    let &Begun { ref writer, from, offered: before, .. } = begun;
    prove_nothing_kept();
    let w = slot::now();
    prove("who knows that the ring is closed reserves nothing", eq(w.sole.expect("it is").saw_closed, ZERO));
    prove("nothing moves", eq(w.now.write, from));
    let (at, offered) = prove_writer(writer);
    prove("what is handed out is offered", all([eq(span.0.at, at.at), eq(span.1.at, offered.at)]));
    prove("there is some, and no more than was asked", all([le(ONE, offered.at), le(offered.at, want)]));
    let all_of_it = either(le(before, offered.at), le(want, offered.at));
    prove("what was offered and not committed is offered again", all_of_it);
    let ours = is_among(w.now.at, from, offered.at);
    let emptied = all([w.now.is_free(), lt(minus(w.now.at, w.size), w.now.read)]);
    prove("what was in a slot that is handed out was claimed", implies(ours, emptied));
    // Of our slot there is no other position in it: its item is not among those that are left.
    let waits = all([le(ONE, w.now.low), le(w.now.read, w.now.at)]);
    prove(
        "no slot is handed out that has an item",
        implies(waits, le(plus(from, offered.at), plus(w.now.at, w.size))),
    );
}

fn prove_refused(begun: &Begun, why: Refused, others: Others) {
    if why == Refused::Closed {
        prove_nothing_kept();
        prove("closed: it is", eq(slot::now().sole.expect("it is there").closed, ONE));
    } else {
        prove("what was offered is not refused", eq(begun.offered, ZERO));
        prove_no_room(why, others);
    }
    if others == Others::Busy {
        prove_kept(begun);
    }
}

/// No more is offered than before, nor less.
fn prove_kept(begun: &Begun) {
    let (at, offered) = prove_writer(&begun.writer);
    prove(
        "a call that is refused changes nothing",
        all([eq(at.at, begun.from), eq(offered.at, begun.offered)]),
    );
}

/// A look, which offers nothing: what was offered stays so.
fn next_free(others: Others) {
    expect_ends(&["free", "full", "busy", "closed"]);
    let begun = any_writer(others, Mine::Nothing);
    let turns = door::turns(&begun.words, slot::now().size);
    let next = if choose("at_once") {
        begun.writer.next_free_at_once(&turns)
    } else {
        begun.writer.next_free(&turns)
    };
    match next {
        Ok(next) => {
            let at = door::reserved_at(&next);
            prove_index(turns.index_to_write(&next), at);
            prove("the next is where the writer stands", all([eq(at.at, begun.from), eq(at.low, ZERO)]));
            if others == Others::Busy {
                let mut offered = Begun { writer: writer(at, number(ONE)), ..begun };
                prove_offered(&offered, (at, number(ONE)), ONE, others);
                offered.writer = begun.writer;
                prove_kept(&offered);
            }
            comes_to("free");
        }
        Err(why) => {
            prove_refused(&begun, why, others);
            comes_to(match why {
                Refused::Full => "full",
                Refused::Busy => "busy",
                _ => "closed",
            });
        }
    }
}

/// After that: one slot is free, and more may have been offered before.
fn commit_next() {
    expect_ends(&["committed", "left", "of others"]);
    let mut begun = any_writer(Others::Busy, Mine::Nothing);
    assume(le(ONE, begun.offered));
    let at = position(begun.from, ZERO);
    if !choose("more") {
        assume(eq(begun.offered, ONE));
        begun.writer = writer(at, number(ZERO));
    }
    let (turns, before) = (door::turns(&begun.words, slot::now().size), slot::now().now);
    begun.writer.commit_next(&turns, door::reserved(at));
    prove_committed(&begun, &before, ONE);
}

fn reserve(others: Others) {
    expect_ends(&["reserved", "full", "busy", "closed"]);
    let mut begun = any_writer(others, Mine::Nothing);
    let turns = door::turns(&begun.words, slot::now().size);
    match begun.writer.reserve_one(&turns) {
        Ok(span) => {
            prove_offered(&begun, (span.start(), span.len()), ONE, others);
            comes_to("reserved");
        }
        Err(why) => {
            prove_refused(&begun, why, others);
            comes_to(match why {
                Refused::Full => "full",
                Refused::Busy => "busy",
                _ => "closed",
            });
        }
    }
}

fn reserve_run(others: Others) {
    expect_ends(&["none asked", "reserved", "refused", "too few"]);
    let mut begun = any_writer(others, Mine::Nothing);
    let turns = door::turns(&begun.words, slot::now().size);
    let (least, want) = least_and_want();
    match begun.writer.reserve(&turns, least, want) {
        Ok(span) if decide(&eq(want.0.at, ZERO)) => {
            prove("none are none", eq(span.len().at, ZERO));
            let (_, offered) = prove_writer(&begun.writer);
            prove("an empty span offers nothing", eq(offered.at, ZERO));
            comes_to("none asked");
        }
        Ok(span) => {
            prove("it has the least that was asked", le(least.0.at, span.len().at));
            prove_offered(&begun, (span.start(), span.len()), want.0.at, others);
            comes_to("reserved");
        }
        Err((why, usize(few))) if decide(&eq(few.at, ZERO)) => {
            prove_refused(&begun, why, others);
            comes_to("refused");
        }
        Err((why, usize(few))) => {
            prove_nothing_kept();
            prove("too few: it is the right reason", known(why == Refused::Full));
            prove("too few: they are", all([le(ONE, few.at), lt(few.at, least.0.at)]));
            let all_of_it = either(le(begun.offered, few.at), le(want.0.at, few.at));
            prove("too few: what was offered is among them", all_of_it);
            let (w, end) = (slot::now(), plus(begun.from, few.at));
            let free = implies(is_among(plus(w.now.at, w.size), begun.from, few.at), known(false));
            prove("too few: these are free", either(w.now.is_free(), free));
            if let (Others::Seen, Some((at, looked))) = (others, w.looked) {
                let was_free = all([eq(at, looked.at), looked.is_free(), eq(at, end)]);
                prove("too few: the next was not free", implies(was_free, le(want.0.at, few.at)));
            }
            if others == Others::Busy {
                prove_kept(&begun);
            }
            comes_to("too few");
        }
    }
}

fn commit() {
    expect_ends(&["committed", "left", "of others"]);
    let mut begun = any_writer(Others::Busy, Mine::Nothing);
    let (turns, before) = (door::turns(&begun.words, slot::now().size), slot::now().now);
    let n = any_number("n");
    begun.writer.commit(&turns, n);
    prove_committed(&begun, &before, handed_on(n, begun.offered));
}

/// The first `n` of what was offered.
fn prove_committed(begun: &Begun, before: &State, n: Sym) {
    let w = slot::now();
    prove_nothing_kept();
    prove("as many are committed as was said, and were offered", eq(w.now.write, plus(begun.from, n)));
    let is_free = before.is_free();
    if decide(&all([is_free.clone(), is_among(before.at, begun.from, n)])) {
        prove("a commit makes an item of each", all([eq(w.now.at, before.at), eq(w.now.low, ONE)]));
        comes_to("committed");
    } else if decide(&all([is_free, is_among(before.at, begun.from, begun.offered)])) {
        prove("the others were never reserved", all([eq(w.now.at, before.at), w.now.is_free()]));
        comes_to("left");
    } else {
        comes_to("of others");
    }
    let (_, offered) = prove_writer(&begun.writer);
    prove("nothing is offered any more", eq(offered.at, ZERO));
}

fn evict() {
    expect_ends(&["evicted", "room", "busy", "closed"]);
    let mut begun = any_writer(Others::Busy, Mine::Nothing);
    slot::one_try_is_enough();
    let turns = door::turns(&begun.words, slot::now().size);
    match begun.writer.evict(&turns) {
        Ok(Some(one)) => {
            let at = evicted_at(&one);
            prove_index(turns.index_to_renew(&one), at);
            prove(
                "the new item goes where the writer stands",
                all([eq(at.at, begun.from), eq(at.low, ZERO)]),
            );
            if slot::is_ours(at) == Some(true) {
                let (w, found) = (slot::now(), slot::now().exchanged.expect("it claimed"));
                prove("what is evicted is owned", known(w.mine == Mine::Reading));
                prove("nothing is offered beside what is evicted", eq(begun.offered, ZERO));
                prove("only the oldest is evicted", all([eq(found.read, w.now.at), eq(w.now.low, ONE)]));
                prove("only when full", eq(found.write, plus(found.read, w.size)));
                comes_to("evicted");
            } else {
                prove_nothing_kept();
            }
        }
        Ok(None) => {
            prove_nothing_kept();
            comes_to("room");
        }
        Err(why) => {
            prove_nothing_kept();
            let closed = eq(slot::now().sole.expect("it is there").closed, ONE);
            prove("closed: it is", implies(known(why == Refused::Closed), closed));
            prove("a writer that evicts is told closed or busy", known(why != Refused::Full));
            comes_to(if why == Refused::Closed { "closed" } else { "busy" });
        }
    }
    let (at, offered) = of_writer(&begun.writer);
    prove(
        "a writer that evicts stays where it is",
        all([eq(at.at, begun.from), eq(offered.at, begun.offered)]),
    );
    let w = slot::now();
    prove("T-sole: what is offered is free, and nobody's", w.offer_holds(plus(at.at, offered.at)));
}

/// Our slot is the one that was evicted.
fn any_writer_with_evicted() -> Begun {
    let begun = any_writer(Others::Busy, Mine::Reading);
    let w = slot::now();
    // What `evict` hands out; and (T) keeps it so.
    assume(all([eq(w.now.low, ONE), eq(w.now.write, plus(w.now.at, w.size))]));
    begun
}

/// Until it is renewed nothing else can be had.
fn beside_evicted() {
    expect_ends(&["refused"]);
    let mut begun = any_writer_with_evicted();
    slot::one_try_is_enough();
    slot::decided(begun.from, true);
    let turns = door::turns(&begun.words, slot::now().size);
    prove("nothing is reserved beside what is evicted", known(begun.writer.reserve_one(&turns).is_err()));
    let (least, want) = least_and_want();
    assume(le(ONE, want.0.at));
    let run = begun.writer.reserve(&turns, least, want);
    prove("nor a run", known(run.is_err_and(|(why, _)| why != Refused::Empty)));
    begun.writer.commit(&turns, any_number("n"));
    prove("nor another evicted", known(begun.writer.evict(&turns).is_err()));
    let ((at, offered), w) = (of_writer(&begun.writer), slot::now());
    prove("nothing moves", all([eq(w.now.write, begun.from), eq(at.at, begun.from)]));
    prove("nothing is offered", eq(offered.at, ZERO));
    prove("what is evicted is still owned", known(w.mine == Mine::Reading));
    comes_to("refused");
}

fn renew() {
    let ours = choose("evicted");
    let mut begun = if ours { any_writer_with_evicted() } else { any_writer(Others::Busy, Mine::Nothing) };
    let at = if ours {
        position(slot::now().now.at, ZERO).moved_by_laps(begun.from)
    } else {
        assume(eq(begun.offered, ZERO)); // shown where that slot is ours
        position(begun.from, ZERO)
    };
    slot::decided(at.root, ours);
    let turns = door::turns(&begun.words, slot::now().size);
    begun.writer.renew(&turns, evicted(at));
    prove_nothing_kept();
    let w = slot::now();
    prove("`write` is past the new item", eq(w.now.write, plus(begun.from, ONE)));
    if ours {
        prove("the new item is ready at the other end", all([eq(w.now.at, begun.from), eq(w.now.low, ONE)]));
    }
    let (_, offered) = prove_writer(&begun.writer);
    prove("nothing is offered beside what is evicted", eq(offered.at, ZERO));
}

/// Whoever sees it closed finds all that was committed: afterwards nothing is.
fn close() {
    let mut begun = any_writer(Others::Busy, Mine::Nothing);
    let turns = door::turns(&begun.words, slot::now().size);
    begun.writer.close(&turns);
    prove("closed: it is", eq(slot::now().sole.expect("it is there").closed, ONE));
    begun.writer.commit(&turns, any_number("n"));
    prove("nothing is committed after a close by the writer", eq(slot::now().now.write, begun.from));
    let refused = begun.writer.reserve_one(&turns).err();
    prove("nor reserved", known(refused == Some(Refused::Closed)));
    let refused = begun.writer.reserve(&turns, usize(number(ONE)), usize(number(ONE))).err();
    prove("nor reserved, many at once", known(refused.is_some_and(|(why, _)| why == Refused::Closed)));
    let refused = begun.writer.evict(&turns).err();
    prove("nor evicted", known(refused == Some(Refused::Closed)));
    prove_writer(&begun.writer);
}
