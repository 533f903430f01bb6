//! Each atomic step: what it may see, and what it is obliged to.
use super::sole::End;
use super::{Mine, Others, Role, World, is_later, oblige, same_slot, sole, with};
use crate::symbolic::turns::word::{Kind, Word, number, position};
use crate::term::{
    ONE, Sym, TWO, ZERO, all, assume, choose, decide, either, eq, fresh, implies, known, le, lt, minus,
    ordered, plus,
};
use std::sync::atomic::Ordering;

pub(crate) fn load(role: Role, ordering: Ordering) -> Word {
    if let Role::Life | Role::Held | Role::Asked = role {
        return sole::load(role, ordering);
    }
    with(|w| {
        w.others_go_on();
        match role {
            Role::Write | Role::Read => w.load_cursor(role),
            // Any number that there may be threads: nothing is owned on the strength of it.
            Role::Evicting => {
                let n = fresh("evicting");
                assume(all([le(ZERO, n), lt(n, w.half)]));
                w.evicting = Some(n);
                number(n)
            }
            Role::Ours | Role::Other => {
                oblige("a turn is loaded with Acquire (T1, T2)", known(ordering == Ordering::Acquire));
                w.load_turn(role == Role::Ours)
            }
            Role::Life | Role::Held | Role::Asked => unreachable!("they are not of the ring"),
        }
    })
}

pub(crate) fn store(role: Role, value: Word, ordering: Ordering) {
    if let Role::Life | Role::Held | Role::Asked = role {
        return sole::store(role, value, ordering);
    }
    with(|w| {
        w.others_go_on();
        let (Role::Ours | Role::Other) = role else {
            w.moved.push(role);
            return sole::store_own(w, role, value);
        };
        let named = w.named.expect("a turn is named by its position");
        oblige("a turn is stored with Release (T1, T2)", known(ordering == Ordering::Release));
        let its_own = value.kind == Kind::Turn && value.root.0 == named.root.0;
        oblige("a slot gets a turn of its own positions", known(its_own));
        if role == Role::Ours {
            w.store_ours(value);
        }
    });
}

pub(crate) fn exchange(role: Role, old: Word, new: Word) -> Result<Word, Word> {
    with(|w| {
        w.others_go_on();
        w.moved.push(role);
        if let Some(sole) = w.sole {
            let may =
                if sole.end == End::Writer { role == Role::Read } else { role == Role::Write || sole.held };
            oblige("the cursor of a sole end is left to it, but for who has the hold (I2)", known(may));
        }
        w.exchange(role, old, new)
    })
}

/// The step of who evicted: `write` moves on past the position of the new item, whether closed or not.
pub(crate) fn go(role: Role, way: Word) {
    with(|w| {
        w.others_go_on();
        oblige("`write` is moved by a way", known(role == Role::Write && way.kind == Kind::Way));
        w.moved.push(role);
        let (from, to) = (way.at, way.low);
        if w.is_ours(way) == Some(true) {
            oblige("only who evicted moves `write` without an exchange", known(w.mine == Mine::Reading));
            oblige(
                "what takes the place of the oldest is the next to write",
                all([eq(w.now.write, from), eq(from, w.after_ours())]),
            );
            oblige("only a slot that was read is renewed", eq(w.now.low, ONE));
            w.mine = Mine::Renewing;
            w.now.renewing = ONE;
        } else {
            assume(eq(w.now.write, from)); // shown where that slot is ours
            w.crosses_nothing(to);
            assume(le(to, plus(w.now.read, w.size))); // so is that
        }
        oblige("a renewed position is one position", eq(to, plus(from, ONE)));
        w.now.write = to;
        w.check();
    });
}

/// One more who evicts, or one less.
pub(crate) fn counted(role: Role) {
    with(|w| {
        w.others_go_on();
        oblige("only those who evict are counted", known(role == Role::Evicting));
    });
}

pub(crate) fn close(role: Role) {
    with(|w| {
        w.others_go_on();
        oblige("the mark is in `write`", known(role == Role::Write));
        (w.now.closed, w.saw_closed) = (ONE, ONE);
        w.check();
    });
}

pub(crate) fn fence(ordering: Ordering) {
    with(|w| {
        w.others_go_on();
        oblige("the fence is sequentially consistent (T3)", known(ordering == Ordering::SeqCst));
        let (write, read) = (w.seen(w.saw_write, w.now.write), w.seen(w.saw_read, w.now.read));
        (w.saw_write, w.saw_read) = (write, read);
        w.fenced = Some((write, read));
    });
}

impl World {
    /// Where our slot is next.
    fn after_ours(&self) -> Sym {
        plus(self.now.at, self.size)
    }

    /// INVARIANT (T) holds again.
    pub(super) fn check(&self) {
        oblige("T: occupancy lies between zero and the size", self.now.cursors_hold(self.size));
        oblige("T: the turn of a slot fits the cursors", self.now.slot_holds(self.size));
    }

    fn load_cursor(&mut self, role: Role) -> Word {
        if let Some(seen) = sole::load_own(self, role) {
            return seen;
        }
        if let Some(sole) = &mut self.sole {
            sole.told = Some(self.now);
        }
        let writes = role == Role::Write;
        let (oldest, newest) =
            if writes { (self.saw_write, self.now.write) } else { (self.saw_read, self.now.read) };
        let seen = self.seen(oldest, newest);
        self.is_near(role, seen);
        if !writes {
            self.saw_read = seen;
            return position(seen, ZERO);
        }
        self.saw_write = seen;
        let mark = self.seen(self.saw_closed, self.now.closed);
        self.saw_closed = mark;
        position(seen, mark)
    }

    fn load_turn(&mut self, ours: bool) -> Word {
        let named = self.named.expect("a turn is named by its position");
        let (at, low) = if ours && self.others != Others::Busy {
            (self.now.at, self.now.low)
        } else {
            let (at, low) = (fresh("seen_at"), fresh("seen_low"));
            assume(ordered(&[ZERO, low, TWO]));
            assume(same_slot(at, named.at, self.size));
            if !ours {
                sole::assume_offered(self, named.at, (at, low));
            }
            if ours {
                assume(is_later((self.saw_at, self.saw_low), (at, low)));
                assume(is_later((at, low), (self.now.at, self.now.low)));
                assume(same_slot(at, self.now.at, self.size));
            }
            (at, low)
        };
        let ahead = minus(at, named.at);
        assume(all([le(minus(ZERO, self.half), ahead), lt(ahead, self.half)])); // see `is_near`
        self.looked = ours.then_some((named.at, self.now));
        if ours {
            (self.saw_at, self.saw_low) = (at, low);
        }
        Word { kind: Kind::Turn, at, low, root: named.root }
    }

    fn exchange(&mut self, role: Role, old: Word, new: Word) -> Result<Word, Word> {
        let writes = role == Role::Write;
        oblige("cursors hold positions", known(old.kind == Kind::Position && new.kind == Kind::Position));
        let (cursor, mark) = if writes { (self.now.write, self.now.closed) } else { (self.now.read, ZERO) };
        let laps = plus(self.half, self.half);
        assume(all([lt(minus(cursor, old.at), laps), lt(minus(old.at, cursor), laps)])); // see `is_near`
        let is_old = |at, mark| all([eq(at, old.at), eq(mark, old.low)]);
        if !decide(&is_old(cursor, mark)) || (self.others == Others::Busy && choose("lost")) {
            let seen =
                if writes { self.seen(self.saw_write, cursor) } else { self.seen(self.saw_read, cursor) };
            let mark = self.seen(if writes { self.saw_closed } else { ZERO }, mark);
            assume(implies(is_old(seen, mark), known(false)));
            self.base = Some(seen);
            *(if writes { &mut self.saw_write } else { &mut self.saw_read }) = seen;
            return Err(position(seen, mark));
        }
        self.exchanged = Some(self.now);
        oblige("a cursor only moves forward", lt(old.at, new.at));
        if writes {
            oblige("nothing is reserved in a closed ring", all([eq(mark, ZERO), eq(new.low, ZERO)]));
            self.reserves(new.at);
            (self.now.write, self.saw_write) = (new.at, new.at);
        } else {
            self.claims(new.at);
            (self.now.read, self.saw_read) = (new.at, new.at);
        }
        assume(self.now.cursors_hold(self.size)); // shown where the last of the slots is ours
        self.check();
        Ok(old)
    }

    /// `write` moves to `to`: all positions up to there become the acting thread's.
    pub(super) fn reserves(&mut self, to: Sym) {
        let now = self.now;
        if decide(&all([now.is_free(), le(now.write, now.at), lt(now.at, to)])) {
            oblige("a slot has one owner", known(self.mine == Mine::Nothing));
            self.check_seen("T2: a slot is reserved by who has seen that it is free");
            oblige(
                "a reserved position is less than a size past the oldest",
                lt(now.at, plus(now.read, self.size)),
            );
            self.mine = Mine::Writing;
        } else {
            self.crosses_nothing(to);
        }
    }

    /// The same for `read`.
    pub(super) fn claims(&mut self, to: Sym) {
        let now = self.now;
        if decide(&all([le(ONE, now.low), le(now.read, now.at), lt(now.at, to)])) {
            oblige("a slot has one owner", known(self.mine == Mine::Nothing));
            self.check_seen("T1: a slot is claimed by who has seen what its writer stored");
            self.mine = Mine::Reading;
        } else {
            let waits = either(now.is_free(), le(now.read, now.at));
            oblige("only what is committed or abandoned is claimed", implies(waits, le(to, now.at)));
            oblige("nothing is claimed twice", implies(lt(now.at, now.read), le(to, self.after_ours())));
        }
    }

    /// No position of our slot lies from `write` to before `to`.
    pub(crate) fn crosses_nothing(&self, to: Sym) {
        let (now, next) = (self.now, self.after_ours());
        oblige("a slot is not passed by", implies(le(now.write, now.at), le(to, now.at)));
        let between = all([lt(now.at, now.write), le(now.write, next)]);
        oblige("only what is free is reserved", implies(between, le(to, next)));
        let renewed = lt(next, now.write);
        oblige(
            "only what is free is reserved, where one is renewed",
            implies(renewed, le(to, plus(next, self.size))),
        );
    }

    fn check_seen(&self, what: &'static str) {
        oblige(what, all([eq(self.saw_at, self.now.at), eq(self.saw_low, self.now.low)]));
    }

    /// The one store of a slot's owner.
    fn store_ours(&mut self, value: Word) {
        let (now, next) = (self.now, self.after_ours());
        let (same, later) = (eq(value.at, now.at), eq(value.at, next));
        match self.mine {
            Mine::Nothing => oblige("only its owner hands a slot on", known(false)),
            Mine::Writing => {
                oblige(
                    "a writer makes its slot ready, or abandons it",
                    all([same, ordered(&[ONE, value.low, TWO])]),
                );
            }
            Mine::Reading => {
                oblige("a reader frees its slot for the next lap", all([later, eq(value.low, ZERO)]))
            }
            Mine::Renewing => {
                oblige("who evicted puts an item in the next lap", all([later, eq(value.low, ONE)]))
            }
        }
        self.gave_back |= self.mine == Mine::Reading;
        self.mine = Mine::Nothing;
        (self.now.at, self.now.low, self.now.renewing) = (value.at, value.low, ZERO);
        self.saw_ours();
        self.turn_changed();
        self.check();
    }
}
