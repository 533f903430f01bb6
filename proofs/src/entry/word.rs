//! What the words of a pool are at a moment, what may come after it, and what a thread knows.
use super::{
    Look, Others, Ring, Saw, State, Which, World, not, oblige, oblige_knows, other_entry, same_entry,
};
use crate::term::{
    Formula, ONE, Sym, TWO, ZERO, all, assume, cut, either, eq, fresh, implies, known, le, lt, minus,
    ordered, plus,
};

impl Look {
    pub(super) fn any() -> Self {
        Self { at: fresh("entry_at"), low: fresh("entry_low"), sealed: fresh("entry_sealed") }
    }

    pub(super) fn is_one(&self, size: Sym) -> Formula {
        all([ordered(&[ZERO, self.low, size]), ordered(&[ZERO, self.sealed, ONE])])
    }

    /// `next` may come after it, or is the same.
    pub(super) fn is_before(&self, next: &Look, size: Sym) -> Formula {
        let (open, same) = (eq(self.sealed, ZERO), eq(self.at, next.at));
        let still = all([
            same.clone(),
            either(eq(self.low, next.low), all([eq(self.low, ZERO), open.clone()])),
            le(self.sealed, next.sealed),
        ]);
        let words = all([self.is_one(size), next.is_one(size), same_entry(self.at, next.at, size)]);
        all([words, either(all([lt(self.at, next.at), open]), still)])
    }

    /// The last of its positions that it was filled at.
    pub(super) fn filled(&self, at: Sym, size: Sym) -> Formula {
        // `at <= filled`, by whether it is empty
        let empty = all([eq(self.low, ZERO), le(at, minus(self.at, size))]);
        either(empty, all([le(ONE, self.low), le(at, self.at)]))
    }
}

impl Saw {
    pub(super) fn any() -> Self {
        Self { put_hint: fresh("saw_hint"), ours: Look::any() }
    }

    /// It is known that our entry was filled at its position `at`.
    pub(super) fn knows(&self, at: Sym, size: Sym) -> Formula {
        either(lt(at, self.put_hint), self.ours.filled(at, size))
    }
}

impl Ring {
    fn any() -> Self {
        Self { put: fresh("put"), take: fresh("take") }
    }

    /// How many indices are in it.
    pub(crate) fn len(&self) -> Sym {
        minus(self.put, self.take)
    }

    /// INVARIANT (P), of the ring.
    fn holds(&self, size: Sym) -> Formula {
        ordered(&[self.take, self.put, plus(self.take, size)])
    }

    /// INVARIANT (P), of one of its entries.
    fn entry_holds(&self, entry: &Look, size: Sym) -> Formula {
        let &Look { at, low, .. } = entry;
        let empty = all([eq(low, ZERO), le(self.put, at), lt(at, plus(self.take, size))]);
        let full = all([le(ONE, low), le(self.take, at), lt(at, self.put)]);
        all([entry.is_one(size), either(empty, full)])
    }
}

impl State {
    pub(super) fn any(tracked: Which) -> Self {
        let mut ours = Look::any();
        if tracked == Which::Ready {
            ours.sealed = ZERO; // only the free ring is ever sealed
        }
        Self {
            rings: [Ring::any(), Ring::any()],
            tracked,
            ours,
            place: fresh("place"),
            place_at: fresh("place_at"),
            owned: fresh("owned"),
            closed: fresh("closed"),
            spent: fresh("spent"),
            done: fresh("done"),
        }
    }

    pub(crate) fn is_at(&self, which: Which, at: Sym) -> Formula {
        all([eq(self.place, code(which)), eq(self.place_at, at)])
    }

    pub(crate) fn is_owned(&self) -> Formula {
        eq(self.place, TWO)
    }

    /// INVARIANT (Q), of our entry and our index.
    pub(super) fn index_holds(&self, index: Sym) -> Formula {
        let (here, holds) = (self.is_at(self.tracked, self.ours.at), eq(self.ours.low, plus(index, ONE)));
        let inside = [Which::Free, Which::Ready].map(|which| {
            let ring = &self.rings[which as usize];
            let inside = all([le(ring.take, self.place_at), lt(self.place_at, ring.put)]);
            implies(eq(self.place, code(which)), inside)
        });
        all([implies(here.clone(), holds.clone()), implies(holds, here), all(inside)])
    }

    /// INVARIANT (P).
    pub(super) fn rings_hold(&self, size: Sym) -> Formula {
        let ours = self.rings[self.tracked as usize].entry_holds(&self.ours, size);
        all([self.rings[0].holds(size), self.rings[1].holds(size), ours])
    }

    /// INVARIANT (Q), of numbers.
    pub(super) fn numbers_hold(&self, size: Sym) -> Formula {
        let [free, ready] = &self.rings;
        eq(plus(plus(free.len(), ready.len()), self.owned), size)
    }

    /// How many more may be committed, if nobody reserves or evicts any more.
    pub(crate) fn outstanding(&self) -> Sym {
        minus(minus(self.rings[0].take, self.spent), self.rings[1].put)
    }
}

pub(super) fn code(which: Which) -> Sym {
    match which {
        Which::Free => ZERO,
        Which::Ready => ONE,
    }
}

fn few(n: i8) -> Sym {
    match n {
        ..=0 => ZERO,
        1 => ONE,
        _ => TWO,
    }
}

impl World {
    /// All of what is invariant, beside what the acting thread owns.
    pub(super) fn holds(&self, now: &State) -> Formula {
        let (held, may_commit) = (few(self.held), few(self.may_commit));
        let place = all([
            ordered(&[ZERO, now.place, TWO]),
            implies(known(self.is_held), now.is_owned()),
            implies(all([now.is_owned(), known(!self.is_held)]), le(plus(held, ONE), now.owned)),
            le(held, now.owned),
        ]);
        let marks = all([
            ordered(&[ZERO, now.closed, ONE]),
            ordered(&[ZERO, now.done, now.closed]),
            le(now.ours.sealed, now.closed),
            implies(known(self.tracked == Which::Free), le(now.done, now.ours.sealed)),
        ]);
        let indices = all([now.index_holds(self.index), now.numbers_hold(self.size)]);
        all([now.rings_hold(self.size), place, marks, indices, le(may_commit, now.outstanding())])
    }

    /// Everything is obliged to hold again after a step.
    pub(super) fn check(&self) {
        let now = &self.now;
        oblige("P: the rings and our entry", now.rings_hold(self.size));
        let ours = all([now.index_holds(self.index), implies(known(self.is_held), now.is_owned())]);
        oblige("Q: our index is where it is, and nowhere else", ours);
        let counted = if self.is_held { few(self.held) } else { plus(few(self.held), ONE) };
        let owned = all([le(few(self.held), now.owned), implies(now.is_owned(), le(counted, now.owned))]);
        oblige("Q: as many indices as slots", all([now.numbers_hold(self.size), owned]));
        self.check_tally();
    }

    pub(super) fn check_tally(&self) {
        oblige("R: who may commit is counted", le(few(self.may_commit), self.now.outstanding()));
        oblige("only a closed pool is sealed", le(self.now.ours.sealed, self.now.closed));
    }

    pub(super) fn is_ours(&self, which: Which, root: Sym) -> Option<bool> {
        self.known.iter().find(|k| k.0 == which && k.1.0 == root.0).map(|k| k.2)
    }

    pub(super) fn decided(&mut self, which: Which, at: Sym, ours: bool) {
        for &(ring, other, is_ours) in &self.known {
            match (ours, is_ours) {
                _ if ring != which => {}
                (true, true) => assume(same_entry(at, other, self.size)),
                (false, false) => {}
                _ => assume(other_entry(at, other)),
            }
        }
        self.known.push((which, at, ours));
        self.relate(which, at, ours);
    }

    fn relate(&self, which: Which, at: Sym, ours: bool) {
        if which != self.tracked {
            return;
        }
        let entry = self.now.ours.at;
        assume(if ours { same_entry(at, entry, self.size) } else { other_entry(at, entry) });
    }

    /// The positions that were asked about are those of our entry, or not, wherever it is now.
    pub(super) fn entry_changed(&self) {
        for &(which, at, ours) in &self.known {
            self.relate(which, at, ours);
        }
    }

    /// Lets the others go on, as long as they like, within their guarantee.
    pub(super) fn others_go_on(&mut self) {
        if self.others == Others::Quiet {
            return;
        }
        let (before, mut now) = (self.now, State::any(self.tracked));
        for (old, new) in before.rings.iter().zip(&now.rings) {
            assume(all([le(old.put, new.put), le(old.take, new.take)]));
        }
        assume(before.ours.is_before(&now.ours, self.size));
        assume(all([le(before.closed, now.closed), le(before.done, now.done)]));
        // When all is sealed nothing is taken or put, and once it is closed nobody counts as evicted.
        let free = (&before.rings[0], &now.rings[0]);
        let still = all([eq(free.0.take, free.1.take), eq(free.0.put, free.1.put)]);
        assume(implies(eq(before.done, ONE), still));
        assume(implies(eq(before.closed, ONE), le(before.spent, now.spent)));
        if self.is_held {
            (now.place, now.place_at) = (before.place, before.place_at);
        } else {
            for which in [Which::Free, Which::Ready] {
                // It stays until it is taken, and what is put is put behind all others.
                let (old, new) = (&before.rings[which as usize], &now.rings[which as usize]);
                let here = |s: &State| eq(s.place, code(which));
                let same = all([here(&now), eq(now.place_at, before.place_at)]);
                assume(implies(all([here(&before), le(new.take, before.place_at)]), same.clone()));
                let was_here = all([here(&before), eq(before.place_at, now.place_at)]);
                assume(implies(all([here(&now), not(was_here)]), le(old.put, now.place_at)));
            }
        }
        // Fewer may be committed, unless somebody reserves or evicts.
        let final_ = all([eq(before.done, ONE), eq(before.closed, ONE)]);
        assume(implies(final_, le(now.outstanding(), before.outstanding())));
        assume(self.holds(&now));
        self.now = now;
    }

    /// A value that only grows, as it may be seen.
    pub(super) fn seen(&self, oldest: Sym, newest: Sym) -> Sym {
        if self.others != Others::Busy {
            return newest;
        }
        let seen = fresh("seen");
        assume(ordered(&[oldest, seen, newest]));
        seen
    }

    /// The acting thread is told what another one knew who had seen all positions before `end` filled.
    pub(super) fn is_told(&mut self, which: Which, end: Sym) {
        if !self.tells || which != self.tracked {
            return;
        }
        let (old, now) = (self.saw, self.now);
        let new = Saw::any();
        assume(ordered(&[old.put_hint, new.put_hint, now.rings[which as usize].put]));
        assume(all([old.ours.is_before(&new.ours, self.size), new.ours.is_before(&now.ours, self.size)]));
        let last = self.last_before(end);
        assume(new.knows(last, self.size));
        self.saw = new;
    }

    /// It knows that our entry is filled at all positions before `end`.
    pub(super) fn knows_before(&mut self, which: Which, end: Sym) -> Formula {
        if !self.tells || which != self.tracked {
            return known(true);
        }
        let last = self.last_before(end);
        self.saw.knows(last, self.size)
    }

    /// The last position of our entry before `end`.
    fn last_before(&mut self, end: Sym) -> Sym {
        let last = fresh("own");
        assume(all([lt(last, end), le(minus(end, self.size), last)]));
        assume(same_entry(last, self.saw.ours.at, self.size));
        for &(_, at, ours) in self.known.iter().filter(|known| known.0 == self.tracked) {
            assume(if ours { same_entry(at, last, self.size) } else { other_entry(at, last) });
        }
        for &at in &self.own {
            assume(same_entry(at, last, self.size));
        }
        self.own.push(last);
        last
    }

    /// A walk looks at what was named. It is not past the first position, and, where it is to put, knows that those before it are filled.
    pub(super) fn check_look(&mut self, which: Which) {
        let (Some((ring, puts)), Some(named)) = (self.walk, self.named) else { return };
        if ring != which {
            return;
        }
        let at = named.root;
        self.looks += 1;
        let now = self.now.rings[which as usize];
        if puts {
            oblige("P: a walk is never past the first position to fill", le(at, now.put));
            let knows = self.knows_before(which, at);
            oblige_knows("P2: who passes a position knows that it is filled", knows);
        } else {
            oblige("P: a walk is never past the first position to empty", le(at, now.take));
        }
        // The same look again begins where it may begin; and so does a third one.
        let again = self.last_look.is_some_and(|last| last.0 == at.0);
        if again || self.looks > 2 {
            cut();
        }
        self.last_look = Some(at);
    }
}
