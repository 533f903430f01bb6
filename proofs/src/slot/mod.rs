//! One slot of a ring, any of them, and the two cursors, as one thread meets them: what a load may see (rely), what a step must
//! respect (guarantee).
//!
//! INVARIANT (T)  `read <= write <= read + size`, and the turn of our slot, which is for position `at`, is one of
//!
//! ```text
//!   free   and write <= at < read + size        nobody's: the next to write is at or before it
//!   free   and read <= at < write               its writer's
//!   ready, skip   and read <= at < write        nobody's: the next to read is at or before it
//!   ready, skip   and at < read <= at + size    its reader's, and write <= at + size; only who evicted moves it on by one
//! ```
//! All threads take steps like the one that is proved, so what they may do to our slot meanwhile is what (T) allows, forward,
//! and never to what is ours. The step at a position of another slot is obliged to leave our slot's (T) as it is; that
//! `write <= read + size` and `read <= write` hold after it is shown where that slot is ours.
pub(crate) mod sole;
mod step;

pub(crate) use step::{close, counted, exchange, fence, go, load, store};

use crate::symbolic::turns::word::Word;
use crate::term::{
    Formula, ONE, Sym, TWO, ZERO, all, assume, choose, cut, either, eq, fresh, implies, le, lt, minus,
    ordered, plus, prove,
};
use std::cell::{Cell, RefCell};

/// A word of the ring, in the order in which a scenario makes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Write,
    Read,
    /// Closed, in the word beside the cursors.
    Life,
    Held,
    Asked,
    Evicting,
    Ours,
    Other,
}

const ROLES: [Role; 8] =
    [Role::Write, Role::Read, Role::Life, Role::Held, Role::Asked, Role::Evicting, Role::Ours, Role::Other];

/// What the others do meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Others {
    /// Whatever their guarantee allows, and a load may be stale.
    Busy,
    /// The same, but a load sees the newest value.
    Seen,
    /// Nothing.
    Quiet,
}

/// What of our slot is the acting thread's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mine {
    Nothing,
    Writing,
    Reading,
    /// Evicted, and `write` is past the position of the new item.
    Renewing,
}

/// The shared words at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct State {
    pub(crate) write: Sym,
    pub(crate) read: Sym,
    pub(crate) closed: Sym,
    /// The position that our slot's turn is for.
    pub(crate) at: Sym,
    /// Free, ready or skip.
    pub(crate) low: Sym,
    /// Whether somebody who evicted has moved `write` and not yet handed the slot on.
    renewing: Sym,
}

#[derive(Clone, Debug)]
pub(crate) struct World {
    others: Others,
    pub(crate) size: Sym,
    /// Half of all laps, in positions: more than a call falls behind while it goes on.
    half: Sym,
    pub(crate) now: State,
    pub(crate) mine: Mine,
    /// The newest values that were seen, by coherence the oldest that may still be seen.
    saw_write: Sym,
    pub(crate) saw_read: Sym,
    saw_closed: Sym,
    saw_at: Sym,
    saw_low: Sym,
    /// Where the cursors were, at least, when the fence was passed: whoever moved them and fenced before is seen.
    pub(crate) fenced: Option<(Sym, Sym)>,
    /// How many were seen to evict.
    pub(crate) evicting: Option<Sym>,
    /// The words when this try began.
    pub(crate) began: Option<State>,
    /// The words when a turn was last looked at, and the position that it was looked at for, if that is of our slot.
    pub(crate) looked: Option<(Sym, State)>,
    /// Whether it gave our slot back.
    pub(crate) gave_back: bool,
    /// The words before the last exchange that was won.
    pub(crate) exchanged: Option<State>,
    /// Which cursors were moved.
    moved: Vec<Role>,
    /// What more is so where one end is there once.
    pub(crate) sole: Option<sole::Sole>,
    /// Which positions are those of our slot.
    known: Vec<(Sym, bool)>,
    /// The position whose turn is at hand.
    named: Option<Word>,
    /// Where this try began.
    base: Option<Sym>,
    /// The cursor that it began with, and whether a new try is about to load it.
    own: Option<Role>,
    is_new: bool,
    /// How many tries stand for all, and how many there were.
    enough: u8,
    tries: u8,
    looks: u8,
    made: usize,
}

thread_local!(static IS_TOLD: Cell<bool> = const { Cell::new(false) });
thread_local!(static WORLD: RefCell<Option<World>> = const { RefCell::new(None) });

fn with<R>(f: impl FnOnce(&mut World) -> R) -> R {
    WORLD.with_borrow_mut(|w| f(w.as_mut().expect("a scenario begins with a world")))
}

/// Any ring, in any state, and one slot of it, of which `mine` is the acting thread's.
pub(crate) fn begin(others: Others, mine: Mine) {
    IS_TOLD.set(others == Others::Seen);
    let (size, half) = (fresh("size"), fresh("half"));
    assume(le(ONE, size));
    assume(le(size, half)); // one bit of lap at least
    let now = State::any();
    let saw = [fresh("saw_write"), fresh("saw_read"), fresh("saw_at"), fresh("saw_low")];
    let [saw_write, saw_read, saw_at, saw_low] = saw;
    assume(now.holds(size));
    assume(all([le(saw_write, now.write), le(saw_read, now.read)]));
    assume(now.is_mine(mine));
    let mut world = World {
        others,
        size,
        half,
        now,
        mine,
        saw_write,
        saw_read,
        saw_closed: ZERO,
        saw_at,
        saw_low,
        fenced: None,
        evicting: None,
        began: None,
        looked: None,
        exchanged: None,
        gave_back: false,
        moved: vec![],
        sole: None,
        known: vec![],
        named: None,
        base: None,
        own: None,
        is_new: true,
        enough: 2,
        tries: 0,
        looks: 0,
        made: 0,
    };
    assume(same_slot(saw_at, now.at, size));
    assume(is_later((saw_at, saw_low), (now.at, now.low)));
    if mine != Mine::Nothing {
        world.saw_ours();
    }
    WORLD.set(Some(world));
}

/// An obligation of a step. Where loads see the newest values nothing more can happen than where they need not, and there each
/// obligation is shown.
pub(crate) fn oblige(what: &'static str, f: Formula) {
    if !IS_TOLD.get() {
        prove(what, f);
    }
}

pub(crate) fn now() -> World {
    with(|w| w.clone())
}

pub(crate) fn next_role() -> Role {
    with(|w| {
        w.made += 1;
        ROLES[w.made - 1]
    })
}

/// All laps, in positions.
pub(crate) fn all_laps() -> Sym {
    let half = half_of_laps();
    plus(half, half)
}

pub(crate) fn half_of_laps() -> Sym {
    with(|w| w.half)
}

/// Each try of this call begins with a load of the cursor: one stands for all. Elsewhere the second does, which may begin
/// with what a lost exchange saw, or at the next position.
pub(crate) fn one_try_is_enough() {
    with(|w| w.enough = 1);
}

/// A try that lost keeps nothing.
pub(crate) fn next_try() {
    with(|w| {
        oblige("a try that lost owns nothing", crate::term::known(w.mine == Mine::Nothing));
        w.is_new = true;
        w.tries += 1;
        if w.tries == w.enough {
            cut();
        }
    });
}

/// Says whether `at` is a position of our slot.
pub(crate) fn decided(at: Sym, ours: bool) {
    with(|w| w.decided(at, ours));
}

/// Whether `at` is a position of our slot, if it was ever asked.
pub(crate) fn is_ours(at: Word) -> Option<bool> {
    with(|w| w.is_ours(at))
}

/// The first position of our slot from `at` on.
pub(crate) fn first_from(at: Sym) -> Sym {
    with(|w| {
        let first = fresh("own");
        assume(all([le(at, first), lt(first, plus(at, w.size))]));
        w.decided(first, true);
        first
    })
}

/// Names the slot whose turn is used next; whether it is ours. A look that belongs to
/// one try too many ends the path.
pub(crate) fn look_at(index: Word) -> bool {
    if is_ours(index).is_none() {
        sole::round_begins(index.at);
    }
    with(|w| {
        w.named = Some(index);
        w.is_ours(index).unwrap_or_else(|| {
            w.looks += u8::from(!sole::counts_rounds(w));
            if w.looks > w.enough {
                cut();
            }
            let ours = choose("ours");
            w.decided(index.root, ours);
            ours
        })
    })
}

/// Whether a cursor was left alone by the call, whatever it may have tried.
pub(crate) fn is_untouched(cursor: Role) -> bool {
    with(|w| !w.moved.contains(&cursor))
}

/// `a` and `b` are positions of one slot: whole sizes apart. Said by cases, as far as they matter; products are hard on solvers.
pub(crate) fn same_slot(a: Sym, b: Sym, size: Sym) -> Formula {
    let (there, back, two) = (minus(a, b), minus(b, a), plus(size, size));
    let near = either(either(eq(a, b), eq(there, size)), eq(back, size));
    let far = either(eq(there, two), le(plus(two, size), there));
    either(near, either(far, le(two, back)))
}

/// They are not.
fn other_slot(a: Sym, b: Sym, size: Sym) -> Formula {
    let no = |f: Formula| implies(f, crate::term::known(false));
    let (there, back, two) = (minus(a, b), minus(b, a), plus(size, size));
    all([no(eq(a, b)), no(eq(there, size)), no(eq(back, size)), no(eq(there, two)), no(eq(back, two))])
}

/// The turn `(b, t)` may come after `(a, s)`, or is the same.
fn is_later((a, s): (Sym, Sym), (b, t): (Sym, Sym)) -> Formula {
    either(lt(a, b), all([eq(a, b), either(eq(s, t), eq(s, ZERO)), le(ZERO, s), le(s, TWO)]))
}

impl State {
    fn any() -> Self {
        Self {
            write: fresh("write"),
            read: fresh("read"),
            closed: fresh("closed"),
            at: fresh("turn_at"),
            low: fresh("turn_low"),
            renewing: fresh("renewing"),
        }
    }

    /// INVARIANT (T), first part.
    pub(crate) fn cursors_hold(&self, size: Sym) -> Formula {
        ordered(&[self.read, self.write, plus(self.read, size)])
    }

    /// `at` is the next position to write, or somebody who evicted is just putting an item there.
    pub(crate) fn next_is(&self, at: Sym) -> Formula {
        either(eq(self.write, at), all([eq(self.renewing, ONE), lt(self.at, at), lt(at, self.write)]))
    }

    pub(crate) fn is_free(&self) -> Formula {
        eq(self.low, ZERO)
    }

    /// INVARIANT (T), second part.
    pub(crate) fn slot_holds(&self, size: Sym) -> Formula {
        let &State { write, read, at, low, renewing, closed } = self;
        let next = plus(at, size);
        let nobodys = either(
            all([eq(low, ZERO), le(write, at), lt(at, plus(read, size))]),
            all([le(ONE, low), le(read, at), lt(at, write)]),
        );
        let writers = all([eq(low, ZERO), le(read, at), lt(at, write)]);
        let readers = all([le(ONE, low), lt(at, read), le(read, next)]);
        let renewed = all([eq(renewing, ONE), eq(low, ONE), lt(next, write)]);
        let reading = all([readers, either(all([eq(renewing, ZERO), le(write, next)]), renewed)]);
        let settled = all([eq(renewing, ZERO), either(nobodys, writers)]);
        let words = all([ordered(&[ZERO, low, TWO]), ordered(&[ZERO, closed, ONE])]);
        all([words, either(settled, reading)])
    }

    fn holds(&self, size: Sym) -> Formula {
        all([self.cursors_hold(size), self.slot_holds(size)])
    }

    /// What follows for the shared words from what a thread owns.
    fn is_mine(&self, mine: Mine) -> Formula {
        let renewing = eq(self.renewing, if mine == Mine::Renewing { ONE } else { ZERO });
        match mine {
            Mine::Nothing => crate::term::known(true),
            Mine::Writing => all([renewing, self.is_free(), lt(self.at, self.write)]),
            Mine::Reading | Mine::Renewing => all([renewing, le(ONE, self.low), lt(self.at, self.read)]),
        }
    }
}

impl World {
    fn is_ours(&self, at: Word) -> Option<bool> {
        self.known.iter().find(|k| k.0.0 == at.root.0).map(|k| k.1)
    }

    fn decided(&mut self, at: Sym, ours: bool) {
        for i in 0..self.known.len() {
            let (other, other_is_ours) = self.known[i];
            match (ours, other_is_ours) {
                (true, true) => assume(same_slot(at, other, self.size)),
                (false, false) => {}
                _ => assume(other_slot(at, other, self.size)),
            }
        }
        self.known.push((at, ours));
        self.relate(at, ours);
    }

    /// The turn of our slot is for a position of our slot.
    fn relate(&self, at: Sym, ours: bool) {
        if ours {
            assume(same_slot(at, self.now.at, self.size));
        } else {
            assume(other_slot(at, self.now.at, self.size));
        }
    }

    /// The turn of our slot is the one that was seen.
    fn saw_ours(&mut self) {
        (self.saw_at, self.saw_low) = (self.now.at, self.now.low);
    }

    /// The turn of our slot has changed.
    fn turn_changed(&mut self) {
        for &(at, ours) in &self.known {
            self.relate(at, ours);
        }
    }

    /// Lets the others go on, as long as they like, within their guarantee.
    fn others_go_on(&mut self) {
        if self.others == Others::Quiet {
            return;
        }
        let (before, mut now) = (self.now, State::any());
        assume(all([le(before.write, now.write), le(before.read, now.read), le(before.closed, now.closed)]));
        if let Some(mut sole) = self.sole {
            sole.others_go_on(&before, &mut now, self.mine);
            self.sole = Some(sole);
        }
        if self.mine == Mine::Nothing {
            assume(same_slot(now.at, before.at, self.size));
            assume(is_later((before.at, before.low), (now.at, now.low)));
        } else {
            (now.at, now.low, now.renewing) = (before.at, before.low, before.renewing);
        }
        assume(now.holds(self.size));
        self.now = now;
        if self.mine == Mine::Nothing {
            self.turn_changed();
        }
    }

    /// A value of a cursor that may be seen.
    fn seen(&self, oldest: Sym, newest: Sym) -> Sym {
        if self.others != Others::Busy {
            return newest;
        }
        let seen = fresh("seen");
        assume(ordered(&[oldest, seen, newest]));
        seen
    }

    /// A cursor was loaded. Nobody falls behind by half of all laps while a try goes on: the one thing that is assumed about
    /// time.
    fn is_near(&mut self, role: Role, seen: Sym) {
        let own = *self.own.get_or_insert(role) == role;
        if let (Some(base), false) = (self.base, own && self.is_new) {
            assume(all([lt(minus(seen, base), self.half), lt(minus(base, seen), self.half)]));
        }
        if own {
            self.base = Some(seen);
        }
        if own && self.is_new {
            (self.is_new, self.began) = (false, Some(self.now));
        }
    }
}
