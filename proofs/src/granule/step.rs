//! Each atomic step: what it may see, and what it is obliged to.
use super::{Look, Mine, Others, Role, World, is_later, next_try, now, oblige, with};
use crate::symbolic::record::word::{Kind, Word, ZERO as NONE, granules_for, position};
use crate::term::{
    ONE, Sym, TWO, ZERO, all, assume, choose, cut, decide, either, eq, fresh, implies, known, le, lt, minus,
    not, ordered, plus,
};
use std::sync::atomic::Ordering;

pub(crate) fn load(role: Role, ordering: Ordering) -> Word {
    if with(|w| w.own == Some(role) && w.won && w.fenced.is_none()) {
        next_try(); // past a run that was skipped
    }
    let w = now();
    if let (Role::Read, Some(Role::Write), Some(f)) = (role, w.own, w.before_looking_why) {
        f(&w);
        cut();
    }
    with(|w| {
        w.others_go_on();
        match role {
            Role::Write | Role::Read => w.load_cursor(role),
            // Nobody evicts records, and no end of theirs is there once.
            Role::Beside => NONE,
            Role::Ours | Role::Other => {
                oblige("a turn is loaded with Acquire (R1, T2)", known(ordering == Ordering::Acquire));
                w.load_turn(role == Role::Ours)
            }
        }
    })
}

pub(crate) fn store(role: Role, value: Word, ordering: Ordering) {
    with(|w| {
        w.others_go_on();
        oblige("only turns are stored", known(matches!(role, Role::Ours | Role::Other)));
        oblige("a turn is stored with Release (R1, T2)", known(ordering == Ordering::Release));
        let named = w.named.expect("a granule is named by its position");
        let its_own = value.kind == Kind::Turn && value.root.0 == named.root.0;
        oblige("a granule gets a turn of its own positions", known(its_own));
        if decide(&eq(value.low, ZERO)) {
            if role == Role::Ours {
                w.give_back(value);
            }
        } else {
            w.hand_on(role, named.root, value);
        }
        w.check();
    });
}

pub(crate) fn exchange(role: Role, old: Word, new: Word) -> Result<Word, Word> {
    with(|w| {
        w.others_go_on();
        w.moved.push(role);
        w.exchange(role, old, new)
    })
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
    /// INVARIANT (R) holds again.
    fn check(&self) {
        oblige("R: occupancy lies between zero and the size", self.now.cursors_hold(self.size));
        oblige("R: a granule and its run fit the cursors", self.now.granule_holds(self.size));
    }

    fn load_cursor(&mut self, role: Role) -> Word {
        let writes = role == Role::Write;
        let (oldest, newest) =
            if writes { (self.saw_write, self.now.write) } else { (self.saw_read, self.now.read) };
        let seen = self.seen(oldest, newest);
        let lap = if self.others != Others::Busy {
            if writes { self.now.write_lap } else { self.now.read_lap }
        } else {
            let lap = fresh("seen_lap");
            assume(all([le(lap, seen), lt(seen, plus(lap, self.size))]));
            self.laps.push(lap);
            assume(self.is_lap_of(lap));
            lap
        };
        let mark = if writes { self.seen(self.saw_closed, self.now.closed) } else { ZERO };
        *(if writes { &mut self.saw_write } else { &mut self.saw_read }) = seen;
        if writes {
            self.saw_closed = mark;
        }
        if self.fenced.is_some() {
            self.told.get_or_insert(self.now);
        }
        let at = position(seen, lap, mark);
        let own = *self.own.get_or_insert(role) == role;
        match self.began {
            None if own => self.began = Some((self.now, at)),
            // Nobody falls behind by half of all laps while a try goes on: the one thing that is assumed about time.
            Some((_, base)) => self.is_near(seen, base.at),
            None => {}
        }
        at
    }

    fn is_near(&self, a: Sym, b: Sym) {
        assume(all([lt(minus(a, b), self.half), lt(minus(b, a), self.half)]));
    }

    fn load_turn(&mut self, ours: bool) -> Word {
        let index = self.named.expect("a granule is named by its position");
        let (named, now) = (index.root, self.now);
        let (at, low, len, rest);
        if ours && self.others != Others::Busy {
            (at, low, len, rest) = (now.at, now.low, now.len, now.rest);
        } else {
            [at, low, len, rest] = ["seen_at", "seen_low", "seen_len", "seen_rest"].map(fresh);
            assume(all([ordered(&[ZERO, low, TWO]), le(ZERO, len), le(ZERO, rest), lt(rest, self.granule)]));
            assume(implies(eq(low, TWO), le(ONE, len))); // an obligation of who stores one
            assume(self.is_lap_of(minus(at, index.at)));
        }
        if self.others == Others::Gone && !ours {
            self.is_gone_at(named, (at, low, len));
        }
        if ours {
            assume(is_later((self.saw_at, self.saw_low), (at, low)));
            assume(is_later((at, low), (now.at, now.low)));
            let same = all([eq(at, now.at), le(ONE, low)]);
            assume(implies(same, all([eq(len, now.len), eq(rest, now.rest)])));
            (self.saw_at, self.saw_low) = (at, low);
        }
        self.is_near(at, named);
        self.look = Some(Look { named, is_ours: ours, at, low, then: now });
        Word { at, lap: minus(at, index.at), low, len, rest, kind: Kind::Turn, root: named }
    }

    /// What a granule says that is not ours, where nobody has a run: as ours says by (R).
    fn is_gone_at(&self, named: Sym, (at, low, len): (Sym, Sym, Sym)) {
        let now = &self.now;
        let skipped = |at| {
            let first = all([eq(at, now.read), eq(low, TWO), eq(len, minus(now.write, now.read))]);
            either(first, all([not(eq(at, now.read)), eq(low, ZERO)]))
        };
        let free = all([eq(at, named), eq(low, ZERO)]);
        let a_lap_before = minus(named, self.size);
        let is_after = le(plus(now.read, self.size), named);
        assume(implies(is_after.clone(), all([eq(at, a_lap_before), skipped(a_lap_before)])));
        assume(implies(all([le(now.write, named), not(is_after)]), free));
        let in_run = all([le(now.read, named), lt(named, now.write)]);
        assume(implies(in_run, all([eq(at, named), skipped(named)])));
    }

    fn exchange(&mut self, role: Role, old: Word, new: Word) -> Result<Word, Word> {
        let writes = role == Role::Write;
        oblige("cursors hold positions", known(old.kind == Kind::Position && new.kind == Kind::Position));
        let (cursor, mark) = if writes { (self.now.write, self.now.closed) } else { (self.now.read, ZERO) };
        let laps = plus(self.half, self.half);
        assume(all([lt(minus(cursor, old.at), laps), lt(minus(old.at, cursor), laps)])); // as in `load_cursor`
        if !decide(&all([eq(cursor, old.at), eq(mark, old.low)]))
            || (self.others == Others::Busy && choose("lost"))
        {
            let oldest = if writes { self.saw_write } else { self.saw_read };
            let seen = self.seen(oldest, cursor);
            *(if writes { &mut self.saw_write } else { &mut self.saw_read }) = seen;
            return Err(old); // which nobody looks at
        }
        self.won = true;
        oblige("a cursor only moves forward", lt(old.at, new.at));
        let lap = if writes { self.now.write_lap } else { self.now.read_lap };
        assume(eq(lap, old.lap)); // a position is in one lap
        if writes {
            oblige("nothing is reserved in a closed ring", all([eq(mark, ZERO), eq(new.low, ZERO)]));
            self.reserves(old, new);
            (self.now.write, self.now.write_lap, self.saw_write) = (new.at, new.lap, new.at);
        } else {
            self.claims(old, new);
            (self.now.read, self.now.read_lap, self.saw_read) = (new.at, new.lap, new.at);
        }
        assume(self.now.cursors_hold(self.size)); // shown where the last of the granules is ours
        self.check();
        Ok(old)
    }

    /// `write` moves: what is up to the end of the lap becomes a run of the acting thread's, and what is in the next one another.
    fn reserves(&mut self, old: Word, new: Word) {
        let now = self.now;
        if decide(&all([not(now.is_in_run()), now.is_between(old.at, new.at)])) {
            oblige("a granule has one owner", known(self.mine == Mine::Nothing));
            let seen = all([eq(self.saw_at, now.at), eq(self.saw_low, now.low)]);
            oblige("T2: a granule is reserved by who has seen that it is free", seen);
            let oldest = plus(now.read, self.size);
            oblige("a reserved position is less than a size past the oldest", lt(now.at, oldest));
            let end = plus(old.lap, self.size);
            let (first, end) = if decide(&le(new.at, end)) {
                (old.at, new.at)
            } else if decide(&lt(now.at, end)) {
                (old.at, end)
            } else {
                (end, new.at)
            };
            self.mine = Mine::Writing;
            (self.now.in_run, self.now.first, self.now.end, self.now.phase) = (ONE, first, end, ZERO);
        } else {
            let next = plus(now.at, self.size);
            oblige("only what is free is reserved", implies(now.is_in_run(), le(new.at, next)));
            oblige("no granule is passed by", implies(not(now.is_in_run()), le(new.at, now.at)));
        }
    }

    /// `read` moves past one run.
    fn claims(&mut self, old: Word, new: Word) {
        let now = self.now;
        let Some(look) = self.look else {
            return oblige("a run is claimed by who has looked at its first turn", known(false));
        };
        oblige(
            "a run is claimed by who has looked at its first turn (R1)",
            all([eq(look.named, old.at), eq(look.at, old.at), ordered(&[ONE, look.low, TWO])]),
        );
        if look.is_ours {
            oblige("a granule has one owner", known(self.mine == Mine::Nothing));
            let seen = all([eq(self.saw_at, now.at), eq(self.saw_low, now.low), eq(now.at, old.at)]);
            oblige("R1: a run is claimed by who has seen what its writer stored", seen);
            oblige(
                "only what was committed or skipped is claimed",
                all([le(ONE, now.phase), now.is_in_run()]),
            );
            oblige("a run is claimed from its first granule on, whole", now.run_is(old.at, new.at));
            self.mine = Mine::Reading;
            return;
        }
        // Shown where that granule is ours.
        let same = all([now.run_is(old.at, new.at), eq(now.phase, look.low)]);
        let apart = either(le(new.at, now.first), le(now.end, old.at));
        let clear = either(all([not(now.is_in_run()), le(new.at, now.write)]), all([now.is_in_run(), apart]));
        assume(either(same.clone(), clear));
        if decide(&same) {
            oblige("a granule has one owner", known(self.mine == Mine::Nothing));
            self.mine = Mine::Reading;
        }
    }

    /// Our granule is free for the next lap.
    fn give_back(&mut self, value: Word) {
        let now = self.now;
        oblige("only its reader gives a granule back", known(self.mine == Mine::Reading));
        oblige("a reader frees a granule for the next lap", eq(value.at, plus(now.at, self.size)));
        let was_read = either(eq(now.phase, TWO), known(self.handed_out));
        oblige("what was committed is not given back unread", was_read);
        self.mine = Mine::Nothing;
        (self.now.at, self.now.lap) = (value.at, value.lap);
        (self.now.low, self.now.in_run) = (ZERO, ZERO);
        self.saw_ours();
        self.relate();
    }

    /// The first turn of a run is stored by its writer: of all that it has there, or of its end, which is a run of its own from now on.
    fn hand_on(&mut self, role: Role, at: Sym, value: Word) {
        let now = self.now;
        oblige("a turn is stored in the lap of its position", eq(value.at, at));
        let is_in_ours = self.mine == Mine::Writing && decide(&all([le(now.first, at), lt(at, now.end)]));
        if !is_in_ours {
            // Of another granule, this is shown where that is ours.
            oblige("only its owner hands a run on", known(role != Role::Ours));
            return;
        }
        let is_record = decide(&eq(value.low, ONE));
        if is_record {
            let run = minus(now.end, now.first);
            let length = all([eq(at, now.first), eq(granules_for(value.len, value.rest), run)]);
            oblige("a record begins with its run, and is as long", length);
        } else {
            oblige("what is skipped ends with the run that it is of", eq(plus(at, value.len), now.end));
        }
        if decide(&le(at, now.at)) {
            self.mine = Mine::Nothing;
            (self.now.first, self.now.phase) = (at, if is_record { ONE } else { TWO });
        } else {
            self.now.end = at;
        }
        if role == Role::Ours {
            (self.now.low, self.now.len, self.now.rest) = (value.low, value.len, value.rest);
            self.saw_ours();
        }
        if self.mine == Mine::Nothing {
            self.handed_on = Some(self.now);
        }
    }
}
