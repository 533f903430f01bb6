//! Each atomic step: what it may see, and what it is obliged to.
use super::word::code;
use super::{Look, Others, Role, Which, World, not, oblige, oblige_knows, with};
use crate::symbolic::pool::word::{Kind, Word, ZERO as WORD_ZERO, near, position, tally};
use crate::term::{
    Formula, ONE, Sym, TWO, ZERO, all, assume, choose, cut, decide, defined_of, either, eq, fresh, implies,
    known, le, lt, minus, plus,
};
use std::sync::atomic::Ordering;

pub(crate) fn load(role: Role, ordering: Ordering) -> Word {
    with(|w| {
        w.others_go_on();
        match role {
            Role::PutHint(which) => w.load_put_hint(which),
            Role::TakeHint(which) => w.load_take_hint(which),
            Role::Spent => w.load_spent(),
            Role::Reservations => w.load_reservations(),
            Role::Ours(which) | Role::Other(which) => {
                oblige("an entry is loaded with Acquire (P1)", known(ordering == Ordering::Acquire));
                w.check_look(which);
                w.load_entry(which, matches!(role, Role::Ours(_)), ordering)
            }
            Role::Link => WORD_ZERO,
        }
    })
}

pub(crate) fn store(role: Role, value: Word) {
    with(|w| {
        w.others_go_on();
        oblige("only what is told at the end is stored", known(role == Role::Reservations));
        oblige("and it is one more than a number", known(value.kind == Kind::Told));
        oblige("R: it is told when all is sealed", eq(w.now.done, ONE));
        oblige("R: it is how many reservations there were", eq(value.at, w.now.rings[0].take));
    });
}

pub(crate) fn close(role: Role, mark: Word) {
    with(|w| {
        w.others_go_on();
        let sound = role == Role::Spent && mark.kind == Kind::Mark;
        oblige("the mark is in the word of those who evict", known(sound));
        (w.now.closed, w.saw_closed) = (ONE, ONE);
        w.check_tally();
    });
}

pub(crate) fn fence(ordering: Ordering) {
    with(|w| {
        w.others_go_on();
        oblige("the fence is sequentially consistent (P2)", known(ordering == Ordering::SeqCst));
        let put = fresh("fenced");
        assume(le(put, w.now.rings[w.tracked as usize].put));
        w.is_told(w.tracked, put);
        w.fenced = Some(put);
        w.looks = w.looks.saturating_sub(1);
        w.last_look = None; // what follows is another look at the same entry
    });
}

pub(crate) fn exchange(role: Role, old: Word, new: Word, success: Ordering) -> Result<Word, Word> {
    with(|w| {
        w.others_go_on();
        match role {
            Role::PutHint(which) => w.move_hint(which, true, old, new),
            Role::TakeHint(which) => w.move_hint(which, false, old, new),
            Role::Spent => w.count(old, new),
            Role::Ours(which) | Role::Other(which) => {
                w.exchange_entry(which, matches!(role, Role::Ours(_)), old, new, success)
            }
            Role::Reservations | Role::Link => {
                oblige("nobody exchanges it", known(false));
                Err(new)
            }
        }
    })
}

/// Nobody falls behind by half of all laps while a call goes on, and no hint does: all that is assumed about time.
pub(super) fn are_near(half: Sym, one: Sym, another: Sym) {
    assume(near(one, another, half));
}

impl World {
    /// Where a walk to put begins: at the hint, or anywhere that a look may lead to, which is more.
    fn load_put_hint(&mut self, which: Which) -> Word {
        let hint = fresh("hint");
        assume(le(hint, self.now.rings[which as usize].put));
        if let (Some(_), Some(named)) = (self.fenced, self.named) {
            // Exactly what the hint was.
            if self.tells && which == self.tracked {
                assume(le(self.saw.put_hint, hint));
            }
            are_near(self.half, hint, named.root);
        } else {
            let knows = self.knows_before(which, hint);
            assume(knows);
            (self.walk, self.looks) = (Some((which, true)), 0);
        }
        let start = if which == Which::Free { self.size } else { ZERO };
        position(minus(hint, start))
    }

    /// The same of a walk to take.
    fn load_take_hint(&mut self, which: Which) -> Word {
        let hint = fresh("hint");
        assume(le(hint, self.now.rings[which as usize].take));
        (self.walk, self.looks) = (Some((which, false)), 0);
        position(hint)
    }

    fn move_hint(&mut self, which: Which, puts: bool, old: Word, new: Word) -> Result<Word, Word> {
        oblige("hints are positions", known(old.kind == Kind::Position && new.kind == Kind::Position));
        let start = if puts && which == Which::Free { self.size } else { ZERO };
        let (old, new_at) = (plus(old.at, start), plus(new.at, start));
        let ring = &self.now.rings[which as usize];
        oblige("P: a hint only moves forward", lt(old, new_at));
        if puts {
            oblige("P: no hint is past the first position to fill", le(new_at, ring.put));
        } else {
            oblige("P: no hint is past the first position to empty", le(new_at, ring.take));
        }
        if !choose("moved") {
            return Err(new);
        }
        if puts {
            let knows = self.knows_before(which, new_at);
            oblige_knows("P2: who moves the hint knows that what is before it is filled", knows);
        }
        Ok(new)
    }

    fn load_entry(&mut self, which: Which, ours: bool, ordering: Ordering) -> Word {
        let named = self.named.expect("an entry is named by its position");
        let (size, ring, tracked) = (self.size, self.now.rings[which as usize], self.now.ours);
        let look = if ours && self.others != Others::Busy {
            tracked
        } else {
            let look = Look::any();
            assume(look.is_one(size));
            assume(super::same_entry(look.at, named.root, size));
            if ours {
                assume(self.saw.ours.is_before(&look, size));
                assume(look.is_before(&tracked, size));
            }
            // (P) of any entry, of a moment that may be past.
            let filled = all([le(ONE, look.low), lt(look.at, ring.put)]);
            let empty = all([eq(look.low, ZERO), lt(look.at, plus(ring.take, size))]);
            assume(either(filled, empty));
            if which == Which::Ready {
                assume(eq(look.sealed, ZERO));
            }
            assume(implies(eq(look.sealed, ONE), eq(self.now.closed, ONE)));
            if !ours && self.others != Others::Busy {
                self.is_newest(which, &look);
            } else if !ours && which == Which::Free && self.visited {
                assume(eq(look.sealed, ONE)); // as ours was seen, so was it
                self.is_newest(which, &look);
            }
            look
        };
        if self.visited {
            // Of what was named by its index: its lap begins whole sizes from those of others.
            let lap = minus(look.at, named.root);
            for &other in &self.laps {
                assume(super::same_entry(lap, other, size));
            }
            self.laps.push(lap);
        }
        self.looked = ours.then_some((named.root, self.now));
        if ours {
            self.saw.ours = look;
        } else if ordering == Ordering::Acquire {
            // Who filled it knew that all before was filled.
            let last = defined_of("Int", |n| {
                let (at, low, size) = (&n[look.at.0], &n[look.low.0], &n[size.0]);
                format!("(ite (= {low} 0) (- {at} {size}) {at})")
            });
            self.is_told(which, plus(last, ONE));
        }
        self.word(which, &look, named)
    }

    /// (P) of another entry, now.
    fn is_newest(&self, which: Which, look: &Look) {
        let ring = &self.now.rings[which as usize];
        assume(all([le(ring.take, look.at), lt(look.at, plus(ring.take, self.size))]));
        assume(implies(eq(look.low, ZERO), le(ring.put, look.at)));
    }

    fn word(&self, which: Which, look: &Look, named: Word) -> Word {
        let below = self.below;
        let low = defined_of("Int", |n| {
            format!("(ite (= {} 1) {} {})", n[look.sealed.0], n[below.0], n[look.low.0])
        });
        if self.walk.is_some() {
            are_near(self.half, look.at, named.root); // of what is walked along
        }
        let kind = if which == Which::Free { Kind::Kept } else { Kind::Entry };
        Word { kind, at: look.at, low, root: named.root }
    }

    fn exchange_entry(
        &mut self,
        which: Which,
        ours: bool,
        old: Word,
        new: Word,
        success: Ordering,
    ) -> Result<Word, Word> {
        let named = self.named.expect("an entry is named by its position");
        let kind = if which == Which::Free { Kind::Kept } else { Kind::Entry };
        let sound = [old, new].iter().all(|w| w.kind == kind && w.root.0 == named.root.0);
        oblige("an entry is exchanged as it is kept", known(sound));
        let (size, below, now) = (self.size, self.below, self.now.rings[which as usize]);
        let tracked = self.now.ours;
        self.entry_changed();
        if ours {
            assume(near(tracked.at, old.at, plus(self.half, self.half))); // see `are_near`
            let open = all([eq(tracked.sealed, ZERO), eq(tracked.low, old.low)]);
            let sealed = all([eq(tracked.sealed, ONE), eq(old.low, below)]);
            if !decide(&all([eq(tracked.at, old.at), either(open, sealed)])) {
                cut(); // as below
            }
        } else {
            if self.is_lost() {
                cut(); // what follows is the same look again, from a state in which it may begin
            }
            // (P) of the other entry, which is what was seen.
            let empty = all([eq(old.low, ZERO), le(now.put, old.at), lt(old.at, plus(now.take, size))]);
            let filled =
                all([le(ONE, old.low), le(old.low, size), le(now.take, old.at), lt(old.at, now.put)]);
            let sealed = all([eq(old.low, below), eq(self.now.closed, ONE), known(which == Which::Free)]);
            assume(either(either(empty, filled), sealed));
            assume(implies(not(eq(old.low, below)), eq(self.now.done, ZERO)));
        }
        self.exchanged = Some(self.now);
        oblige("a sealed entry stays as it is", not(eq(old.low, below)));
        if decide(&eq(new.low, below)) {
            self.seals(which, ours, old, new);
        } else if decide(&eq(new.low, ZERO)) {
            self.takes(which, ours, old, new);
        } else {
            oblige("an index is put with Release (P1)", known(success == Ordering::Release));
            self.puts(which, ours, old, new);
        }
        if ours {
            self.saw.ours = self.now.ours;
            self.entry_changed();
        }
        self.check();
        Ok(old)
    }

    fn is_lost(&self) -> bool {
        self.others == Others::Busy && choose("lost")
    }

    fn is_our_index(&self, low: Sym) -> Formula {
        eq(low, plus(self.index, ONE))
    }

    fn puts(&mut self, which: Which, ours: bool, old: Word, new: Word) {
        let ring = self.now.rings[which as usize];
        oblige("an index is put where nothing is", all([eq(old.low, ZERO), eq(new.at, old.at)]));
        oblige("an entry holds an index", all([le(ONE, new.low), le(new.low, self.size)]));
        oblige("P: entries are filled in order, none is passed by", eq(new.at, ring.put));
        oblige("P: no more indices than entries", lt(new.at, plus(ring.take, self.size)));
        let knows = self.knows_before(which, new.at);
        oblige_knows("P2: who puts knows that all before is filled", knows);
        oblige("Q: only who owns an index puts it", known(self.held == 1));
        let is_our_index = self.is_our_index(new.low);
        if self.is_held {
            oblige("Q: what is owned is what is put", is_our_index);
            (self.now.place, self.now.place_at) = (code(which), new.at);
        } else {
            oblige("Q: what is not owned is not put", not(is_our_index));
        }
        (self.held, self.is_held) = (self.held - 1, false);
        self.now.owned = minus(self.now.owned, ONE);
        self.now.rings[which as usize].put = plus(new.at, ONE);
        if which == Which::Ready {
            oblige("R: who commits was counted", known(self.may_commit == 1));
            self.may_commit -= 1;
        }
        if ours {
            self.now.ours.low = new.low;
        }
    }

    fn takes(&mut self, which: Which, ours: bool, old: Word, new: Word) {
        let ring = self.now.rings[which as usize];
        oblige("an index is taken where one is", all([le(ONE, old.low), le(old.low, self.size)]));
        oblige("an entry goes on to its next position", eq(new.at, plus(old.at, self.size)));
        oblige("P: entries are emptied in order, none is passed by", eq(old.at, ring.take));
        oblige("Q: one index at a time", known(self.held == 0));
        let is_here = self.now.is_at(which, old.at);
        if !ours {
            // (Q) of the other entry.
            let (holds, here) = (self.is_our_index(old.low), is_here.clone());
            assume(all([implies(holds.clone(), here.clone()), implies(here, holds)]));
        }
        if decide(&self.is_our_index(old.low)) {
            oblige("Q: an index that is taken was in the ring, and nobody's", is_here);
            self.is_held = true;
            self.now.place = TWO;
        }
        self.held += 1;
        self.now.owned = plus(self.now.owned, ONE);
        self.now.rings[which as usize].take = plus(old.at, ONE);
        if which == Which::Free {
            self.may_commit += 1;
        }
        if ours {
            let entry = &mut self.now.ours;
            (entry.at, entry.low) = (new.at, ZERO);
        }
    }

    fn seals(&mut self, which: Which, ours: bool, old: Word, new: Word) {
        oblige("only the free ring is sealed", known(which == Which::Free));
        oblige("a sealed entry keeps its lap", eq(new.at, old.at));
        oblige("only a closed pool is sealed", eq(self.now.closed, ONE));
        if ours {
            self.now.ours.sealed = ONE;
        }
    }

    fn load_spent(&mut self) -> Word {
        let closed = self.seen(self.saw_closed, self.now.closed);
        self.saw_closed = closed;
        if self.others != Others::Busy {
            return tally(self.now.spent, closed);
        }
        // It goes up and down while the pool is open, and only up from then on.
        let spent = fresh("seen_spent");
        assume(implies(eq(closed, ONE), le(spent, self.now.spent)));
        tally(spent, closed)
    }

    fn load_reservations(&mut self) -> Word {
        if !choose("told") {
            if !self.seals {
                cut(); // what follows is shown apart: it begins in any state, keeps nothing, and answers as what is told
            }
            return WORD_ZERO;
        }
        assume(eq(self.now.done, ONE)); // it is stored after that
        Word { kind: Kind::Told, ..position(self.now.rings[0].take) }
    }

    /// Somebody abandons, or evicts.
    fn count(&mut self, old: Word, new: Word) -> Result<Word, Word> {
        oblige("tallies are counted", known(old.kind == Kind::Tally && new.kind == Kind::Tally));
        if self.is_lost() {
            cut(); // it begins again, and nothing has changed: one try stands for all
        }
        assume(all([eq(self.now.spent, old.at), eq(self.now.closed, old.low)])); // see `are_near`
        oblige("the mark stays", eq(old.low, new.low));
        if decide(&lt(new.at, old.at)) {
            oblige("R: who evicts is counted, one at a time", eq(new.at, minus(old.at, ONE)));
            oblige("R: nobody evicts in a closed pool", eq(self.now.closed, ZERO));
            self.may_commit += 1;
        } else {
            oblige("R: what is abandoned is counted", eq(new.at, plus(old.at, ONE)));
            oblige("R: who abandons could have committed", known(self.may_commit == 1));
            self.may_commit -= 1;
        }
        self.now.spent = new.at;
        self.check_tally();
        Ok(new)
    }
}
