//! A ring whose writer, or whose reader, there is only once: what that end may do, and what the others may not.
//!
//! INVARIANT (T-sole)  To whom acts as that end, `offered` slots from its cursor on have the turn that lets it have them, and it has seen so:
//! free before a sole writer, ready before a sole reader that has the hold. Nobody's step changes that but its own.
//!
//! The others are proved in `scenario/turns`, where any number of threads is at both ends: each step of a sole end is one of those, or several
//! at once. Here they do less: they leave its cursor alone, but for those who overwrite, who move `read` under the hold.
use super::{Mine, Others, Role, State, World, oblige, with};
use crate::symbolic::turns::word::{Kind, Word, number, position};
use crate::term::{
    Formula, ONE, Sym, TWO, ZERO, all, assume, choose, comes_to, cut, either, eq, fresh, implies, known, le,
    lt, ordered, plus,
};
use std::sync::atomic::Ordering;

/// Which end there is once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Writer,
    Reader,
}

/// What is so in a ring with such an end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sole {
    pub(crate) end: End,
    /// Whether it is the acting thread.
    acts: bool,
    /// Whether the acting thread has the hold, which before a sole reader gives it `read` (I2).
    pub(crate) held: bool,
    /// Where what is offered ends (T-sole).
    pub(crate) offered_to: Sym,
    /// Whether the ring is closed in the word beside it, and whether that was seen.
    pub(crate) closed: Sym,
    pub(crate) saw_closed: Sym,
    /// Whether the hold is known to be asked for.
    pub(crate) asked: Sym,
    /// The words when the cursor of the other end was last loaded.
    pub(crate) told: Option<State>,
    /// How many rounds of its loop a call has begun.
    rounds: u8,
    /// Whether a path ends where the hold is taken.
    taking_ends: bool,
}

/// Any ring in which the acting thread is the only one at that end. `held` says whether it has the hold, and something may be offered.
pub(crate) fn begin(others: Others, mine: Mine, end: End, held: bool) {
    super::begin(others, mine);
    one_sided(end, true, held);
    with(|w| {
        let (offered, sole) = (fresh("offered"), w.sole.expect("it was made"));
        assume(ordered(&[ZERO, offered, w.size]));
        if end == End::Reader && !held {
            assume(eq(offered, ZERO)); // shown at the end of each call
        }
        // It has stored its cursor last, or found it under the hold (H1).
        let cursor = match end {
            End::Writer => {
                w.saw_write = w.now.write;
                w.now.write
            }
            End::Reader if held => {
                w.saw_read = w.now.read;
                w.now.read
            }
            End::Reader => w.saw_read,
        };
        w.sole = Some(Sole { offered_to: plus(cursor, offered), ..sole });
        (w.own, w.base, w.is_new) = (Some(sole.role()), Some(cursor), false);
        w.began = Some(w.now);
        assume(w.offer_holds(plus(cursor, offered)));
    });
}

/// Any ring with such an end, which is another thread.
pub(crate) fn begin_beside(others: Others, mine: Mine, end: End) {
    super::begin(others, mine);
    one_sided(end, false, false);
}

fn one_sided(end: End, acts: bool, held: bool) {
    with(|w| {
        let (closed, saw_closed) = match end {
            End::Writer => (fresh("closed_beside"), fresh("saw_closed_beside")),
            End::Reader => (ZERO, ZERO),
        };
        assume(ordered(&[ZERO, saw_closed, closed, ONE]));
        w.sole = Some(Sole {
            end,
            acts,
            held,
            offered_to: ZERO,
            closed,
            saw_closed,
            asked: ZERO,
            told: None,
            rounds: 0,
            taking_ends: false,
        });
        if end == End::Writer {
            assume(eq(w.now.closed, ZERO)); // who closes such a ring does it beside
            w.now.closed = ZERO;
        }
    });
}

impl Sole {
    fn role(self) -> Role {
        if self.end == End::Writer { Role::Write } else { Role::Read }
    }

    /// Whether the acting thread alone may move the cursor.
    fn owns(self, cursor: Role) -> bool {
        cursor == self.role() && (if cursor == Role::Write { self.acts } else { self.held })
    }

    /// What the others leave as it is.
    pub(super) fn others_go_on(&mut self, before: &State, now: &mut State, mine: Mine) {
        if self.end == End::Writer {
            now.closed = ZERO;
            let closed = fresh("closed_beside");
            assume(ordered(&[self.closed, closed, ONE]));
            if self.acts {
                if mine == Mine::Nothing {
                    now.renewing = ZERO; // only a writer overwrites
                }
            } else {
                // Here the writer closes it, with nothing reserved or evicted.
                assume(implies(eq(self.closed, ONE), eq(now.write, before.write)));
            }
            self.closed = closed;
        }
        if self.owns(Role::Write) {
            now.write = before.write;
        }
        if self.owns(Role::Read) {
            now.read = before.read;
        }
    }
}

/// The words beside the cursors.
pub(crate) fn load(role: Role, ordering: Ordering) -> Word {
    with(|w| {
        w.others_go_on();
        let Some(mut sole) = w.sole else {
            oblige("only a sole end closes beside the cursors, or needs the hold", known(role == Role::Life));
            return number(ZERO);
        };
        if role == Role::Asked {
            let asked = fresh("asked"); // a wish, which nobody takes back
            assume(ordered(&[sole.asked, asked, ONE]));
            sole.asked = asked;
            w.sole = Some(sole);
            return number(asked);
        }
        oblige("the hold is never just looked at", known(role == Role::Life));
        oblige("a closed ring is seen with Acquire (C1)", known(ordering == Ordering::Acquire));
        let seen = w.seen(sole.saw_closed, sole.closed);
        if sole.end == End::Writer && !sole.acts {
            // Who closed it, here the writer, has stored `write` before (C1).
            let saw_write = fresh("saw_write");
            assume(ordered(&[w.saw_write, saw_write, w.now.write]));
            assume(implies(eq(seen, ONE), eq(saw_write, w.now.write)));
            w.saw_write = saw_write;
        }
        sole.saw_closed = seen;
        w.sole = Some(sole);
        number(seen)
    })
}

pub(crate) fn store(role: Role, value: Word, ordering: Ordering) {
    with(|w| {
        w.others_go_on();
        let Some(sole) = &mut w.sole else {
            return oblige("only a sole end closes beside the cursors, or needs the hold", known(false));
        };
        match role {
            Role::Held => {
                oblige("only its holder gives the hold back", known(sole.held));
                oblige("the hold is given back with Release (H1)", known(ordering == Ordering::Release));
                oblige("giving back stores zero", eq(value.at, ZERO));
                sole.held = false;
            }
            Role::Life => {
                oblige("a ring is closed with Release (C1)", known(ordering == Ordering::Release));
                oblige(
                    "only one with a sole writer is closed beside",
                    known(sole.end == End::Writer && sole.acts),
                );
                oblige("it is closed", eq(value.at, ONE));
                (sole.closed, sole.saw_closed) = (ONE, ONE);
            }
            _ => {
                oblige("a writer asks for the hold", known(role == Role::Asked && !sole.acts));
                sole.asked = value.at;
            }
        }
    });
}

/// Takes the hold, if it can be had.
pub(crate) fn take(old: Word, new: Word, ordering: Ordering) -> Result<Word, Word> {
    with(|w| {
        w.others_go_on();
        let (mut sole, quiet) = (w.sole.expect("a sole end is there"), w.others == Others::Quiet);
        oblige("the hold is taken with Acquire (H1)", known(ordering == Ordering::Acquire));
        oblige("taking the hold turns zero into one", all([eq(old.at, ZERO), eq(new.at, ONE)]));
        oblige("who has the hold does not take it", known(!sole.held));
        oblige("the hold is that of a sole reader", known(sole.end == End::Reader));
        if !quiet && !choose("taken") {
            return Err(new);
        }
        if sole.taking_ends {
            cut();
        }
        // What its last holder stored is seen (H1).
        (sole.held, w.saw_read) = (true, w.now.read);
        sole.offered_to = w.now.read;
        w.sole = Some(sole);
        if sole.acts {
            w.base = Some(w.now.read);
        }
        Ok(old)
    })
}

/// How it goes on when the hold is taken is shown where it is had from the start.
pub(crate) fn taking_is_another_path() {
    with(|w| w.sole.as_mut().expect("a sole end is there").taking_ends = true);
}

/// Nobody else moves that cursor: what it holds, if that is so.
pub(super) fn load_own(w: &World, cursor: Role) -> Option<Word> {
    let at = if cursor == Role::Write { w.now.write } else { w.now.read };
    w.sole.is_some_and(|s| s.owns(cursor)).then(|| position(at, ZERO))
}

/// A cursor of which there is one mover.
pub(super) fn store_own(w: &mut World, cursor: Role, value: Word) {
    let sole = w.sole.filter(|s| s.acts && s.owns(cursor));
    oblige("a cursor is stored by its only mover (I2)", known(sole.is_some()));
    let Some(sole) = sole else { return };
    let (now, to) = (w.now, value.at);
    let from = if cursor == Role::Write { now.write } else { now.read };
    let unmarked = all([known(value.kind == Kind::Position), eq(value.low, ZERO)]);
    oblige("a cursor holds an unmarked position", unmarked);
    oblige("a cursor never goes back", le(from, to));
    let handed_on = all([le(from, now.at), lt(now.at, to)]);
    if cursor == Role::Write {
        oblige("only what was offered is committed", implies(handed_on, lt(now.at, sole.offered_to)));
        w.reserves(to);
        (w.now.write, w.saw_write) = (to, to);
    } else {
        let free_to_go = either(eq(now.low, TWO), lt(now.at, sole.offered_to));
        oblige("only what was offered, or abandoned, is released", implies(handed_on, free_to_go));
        w.claims(to);
        (w.now.read, w.saw_read) = (to, to);
    }
    w.base = Some(to);
    assume(w.now.cursors_hold(w.size)); // shown where the last of the slots is ours
    w.check();
}

/// A loop comes round that is not ended by a lost exchange: the state is one in which the call may begin, so that one
/// round stands for all.
pub(crate) fn round_begins(at: Sym) {
    with(|w| {
        let Some(sole) = &mut w.sole else { return };
        if !(sole.acts && sole.end == End::Reader) {
            return;
        }
        sole.rounds += 1;
        if sole.rounds > 1 {
            comes_to("passed");
            let sole = *sole;
            oblige(
                "the next round is at `read`, under the hold",
                all([known(sole.held), eq(at, w.now.read)]),
            );
            oblige("the next round owns nothing", known(w.mine == Mine::Nothing));
            oblige("nothing is offered where a slot is passed", le(sole.offered_to, at));
            cut();
        }
    });
}

/// Whether rounds are counted there.
pub(super) fn counts_rounds(w: &World) -> bool {
    w.sole.is_some_and(|s| s.acts && s.end == End::Reader)
}

/// The turn of another slot, where it is offered.
pub(super) fn assume_offered(w: &World, named: Sym, turn: (Sym, Sym)) {
    let Some(sole) = w.sole.filter(|s| s.acts) else { return };
    let (from, low) = if sole.end == End::Writer { (w.now.write, ZERO) } else { (w.now.read, ONE) };
    let is_offered = all([le(from, named), lt(named, sole.offered_to)]);
    assume(implies(is_offered, all([eq(turn.0, named), eq(turn.1, low)])));
}

impl World {
    /// INVARIANT (T-sole), of our slot, where all from the cursor to before `to` are offered.
    pub(crate) fn offer_holds(&self, to: Sym) -> Formula {
        let (now, next) = (self.now, plus(self.now.at, self.size));
        let is_seen = all([eq(self.saw_at, now.at), eq(self.saw_low, now.low)]);
        match self.sole.expect("a sole end is there").end {
            End::Writer => {
                let free = implies(now.is_free(), either(le(to, now.at), is_seen));
                // Nobody but the acting thread makes a free slot its own, or overwrites.
                let nobodys = implies(now.is_free(), le(now.write, now.at));
                let settled = all([nobodys, eq(now.renewing, ZERO)]);
                let settled = implies(known(self.mine == Mine::Nothing), settled);
                all([settled, free, implies(le(ONE, now.low), le(to, next))])
            }
            End::Reader => {
                let waits = le(now.read, now.at);
                let ready = implies(eq(now.low, ONE), either(le(to, now.at), is_seen));
                let others = implies(either(now.is_free(), eq(now.low, TWO)), le(to, now.at));
                let ahead = implies(waits, all([ready, others]));
                all([ahead, implies(lt(now.at, now.read), le(to, next))])
            }
        }
    }
}

/// The others go on for as long as they like.
pub(crate) fn time_goes_by() {
    with(World::others_go_on);
}
