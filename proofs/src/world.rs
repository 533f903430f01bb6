//! The shared words of one lane, as one actor meets them: what a load may see (rely), what a store must respect
//! (guarantee).
//!
//! INVARIANT (I1)  released <= committed <= released + size, and each lap lies behind its position by less than two
//! sizes. Every store of every actor must keep it, and is itself kept by it between two stores.
//!
//! Trusted, not shown: a location's values are seen in the order in which they were stored (coherence); an acquire
//! load of what a release store wrote brings all that its thread knew. So a load of the peer's word returns any value
//! from the one last seen to the newest, however stale. Who takes the hold sees what its last holder stored (H1).
use crate::term::{
    M, Sym, ZERO, all, assume, choose, either, eq, fresh, implies, is_word, known, le, lt, minus, ordered,
    plus, prove,
};
use std::cell::RefCell;
use std::sync::atomic::Ordering;

/// A word of the lane, in the order in which the shipped text makes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Committed,
    CommittedLap,
    WriterClosed,
    Released,
    ReleasedLap,
    ReaderClosed,
    Held,
    Asked,
}

const ROLES: [Role; 8] = [
    Role::Committed,
    Role::CommittedLap,
    Role::WriterClosed,
    Role::Released,
    Role::ReleasedLap,
    Role::ReaderClosed,
    Role::Held,
    Role::Asked,
];

/// Whose step is being proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Actor {
    Writer,
    Reader,
    /// Neither: somebody who asks how full the lane is.
    Watcher,
}

/// What the others do meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Others {
    /// Whatever their guarantee allows, and a load may be stale.
    Busy,
    /// The same, but a load sees the newest value.
    Seen,
    /// Nothing, and a load sees the newest value: the lane is quiet, or its seats were handed on.
    Quiet,
    /// They write any word anywhere.
    Hostile,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct World {
    pub(crate) actor: Actor,
    pub(crate) others: Others,
    pub(crate) size: Sym,
    pub(crate) committed: Sym,
    pub(crate) committed_lap: Sym,
    pub(crate) released: Sym,
    pub(crate) released_lap: Sym,
    /// The oldest values of the two words that the actor may still see.
    pub(crate) saw_committed: Sym,
    pub(crate) saw_released: Sym,
    /// Whether the actor has the hold.
    pub(crate) mine: bool,
    /// What the last load of the peer's position returned.
    pub(crate) loaded: Option<Sym>,
    /// The step is a report: it touches no slot, so a Relaxed load will do. If it loads both words, fewer than `M`
    /// positions go by between the two loads.
    pub(crate) report: bool,
    /// The writer has closed: it commits no more (C1).
    pub(crate) writer_is_gone: bool,
    made: usize,
}

thread_local!(static WORLD: RefCell<Option<World>> = const { RefCell::new(None) });

/// Any lane for which (I1) holds, of any size up to `(M - 1) / 2`.
pub(crate) fn begin(actor: Actor, others: Others) -> World {
    let (size, committed, released) = (fresh("size"), fresh("committed"), fresh("released"));
    let (committed_lap, released_lap) = (fresh("committed_lap"), fresh("released_lap"));
    assume(lt(ZERO, size));
    assume(lt(plus(size, size), M));
    if others == Others::Hostile {
        crate::term::wrapping();
    } else {
        assume(ordered(&[released, committed, plus(released, size)]));
        assume(lap_is_near(committed_lap, committed, size));
        assume(lap_is_near(released_lap, released, size));
    }
    let world = World {
        actor,
        others,
        size,
        committed,
        committed_lap,
        released,
        released_lap,
        saw_committed: committed,
        saw_released: released,
        mine: false,
        loaded: None,
        report: false,
        writer_is_gone: false,
        made: 0,
    };
    WORLD.set(Some(world));
    world
}

pub(crate) fn now() -> World {
    WORLD.with_borrow(|w| w.expect("a scenario begins with a world"))
}

pub(crate) fn change(f: impl FnOnce(&mut World)) {
    WORLD.with_borrow_mut(|w| f(w.as_mut().expect("a scenario begins with a world")));
}

pub(crate) fn next_role() -> Role {
    let mut made = 0;
    change(|w| {
        made = w.made;
        w.made += 1;
    });
    ROLES[made]
}

/// `lap <= position < lap + 2 * size`
pub(crate) fn lap_is_near(lap: Sym, position: Sym, size: Sym) -> crate::term::Formula {
    all([le(lap, position), lt(position, plus(lap, plus(size, size)))])
}

impl World {
    /// Lets the writer commit, within its guarantee.
    fn writer_goes_on(&mut self) {
        if self.others != Others::Quiet && self.actor != Actor::Writer {
            let more = fresh("committed");
            assume(le(self.committed, more));
            assume(le(more, plus(self.released, self.size)));
            self.committed = more;
        }
    }

    /// Lets whoever has the hold release, within the guarantee.
    fn released_goes_on(&mut self) {
        if self.others != Others::Quiet && !self.mine {
            let more = fresh("released");
            assume(ordered(&[self.released, more, self.committed]));
            self.released = more;
        }
    }

    /// Lets both go on, one after the other, as long as they like.
    fn both_go_on(&mut self) {
        if self.others != Others::Quiet && !self.mine {
            let (released, committed) = (fresh("released"), fresh("committed"));
            assume(le(self.released, released));
            assume(le(self.committed, committed));
            assume(ordered(&[released, committed, plus(released, self.size)]));
            assume(implies(known(self.writer_is_gone), eq(committed, self.committed)));
            (self.released, self.committed) = (released, committed);
        }
    }

    fn let_others_go_on(&mut self) {
        match self.actor {
            Actor::Writer => self.released_goes_on(),
            Actor::Reader if self.mine => self.writer_goes_on(),
            Actor::Reader | Actor::Watcher => self.both_go_on(),
        }
    }

    fn seen(&self, oldest: Sym, newest: Sym) -> Sym {
        if self.others != Others::Busy {
            return newest;
        }
        let seen = fresh("seen");
        assume(ordered(&[oldest, seen, newest]));
        seen
    }

    fn load_committed(&mut self, ordering: Ordering) -> Sym {
        if self.actor == Actor::Writer {
            return self.committed; // its own word
        }
        if self.others != Others::Quiet && !self.report {
            prove("the peer's word is loaded with Acquire (L1)", known(ordering == Ordering::Acquire));
        }
        self.let_others_go_on();
        let seen = self.seen(self.saw_committed, self.committed);
        if let (true, Some(released)) = (self.report, self.loaded) {
            assume(lt(minus(seen, released), M));
        }
        self.saw_committed = seen;
        self.loaded = Some(seen);
        seen
    }

    fn load_released(&mut self, ordering: Ordering) -> Sym {
        if self.mine || self.others == Others::Quiet {
            return self.released; // nobody else moves it (I2)
        }
        if !self.report {
            prove("the peer's word is loaded with Acquire (L2)", known(ordering == Ordering::Acquire));
        }
        self.let_others_go_on();
        let seen = self.seen(self.saw_released, self.released);
        self.saw_released = seen;
        self.loaded = Some(seen);
        if self.actor != Actor::Writer && ordering == Ordering::Acquire {
            // Whoever released a position had seen it committed (L1), and now so have we (L2).
            let known = fresh("saw_committed");
            assume(ordered(&[self.saw_committed, known, self.committed]));
            assume(le(seen, known));
            self.saw_committed = known;
        }
        seen
    }

    /// The hold is ours: what its last holder stored is seen (H1), and it may have done much.
    fn take_over(&mut self) {
        if self.others != Others::Quiet {
            self.let_others_go_on();
            self.released_lap = fresh("released_lap");
            assume(lap_is_near(self.released_lap, self.released, self.size));
        }
        self.mine = true;
        self.saw_released = self.released;
        if self.actor == Actor::Reader {
            let known = fresh("saw_committed");
            assume(ordered(&[self.saw_committed, known, self.committed]));
            assume(le(self.released, known));
            self.saw_committed = known;
        }
    }

    fn store_committed(&mut self, value: Sym, ordering: Ordering) {
        prove("only the writer stores `committed`", known(self.actor == Actor::Writer));
        prove("`committed` is stored with Release (L1)", known(ordering == Ordering::Release));
        prove("`committed` only moves forward", le(self.committed, value));
        prove("I1: never more than `size` positions are occupied", le(value, plus(self.released, self.size)));
        prove("the writer's lap stays near its position", lap_is_near(self.committed_lap, value, self.size));
        self.committed = value;
    }

    fn store_released(&mut self, value: Sym, ordering: Ordering) {
        prove("I2: only the holder moves `released`", known(self.mine));
        prove("`released` is stored with Release (L2)", known(ordering == Ordering::Release));
        prove("`released` only moves forward", le(self.released, value));
        prove("I1: only what was committed is released", le(value, self.committed));
        prove("the reader's lap stays near its position", lap_is_near(self.released_lap, value, self.size));
        (self.released, self.saw_released) = (value, value);
    }

    fn store_lap(&mut self, writers: bool, value: Sym) {
        let (old, position) = if writers {
            prove("only the writer stores its lap", known(self.actor == Actor::Writer));
            (self.committed_lap, self.committed)
        } else {
            prove("I2: only the holder moves the reader's lap", known(self.mine));
            (self.released_lap, self.released)
        };
        prove("a lap moves by the size of the ring", either(eq(value, old), eq(value, plus(old, self.size))));
        prove("a lap stays near the position that is shown", lap_is_near(value, position, self.size));
        *(if writers { &mut self.committed_lap } else { &mut self.released_lap }) = value;
    }
}

/// Any word at all, as a hostile peer may have left it.
fn anything() -> Sym {
    let any = fresh("anything");
    assume(is_word(any));
    any
}

fn flag() -> Sym {
    let flag = fresh("flag");
    assume(ordered(&[ZERO, flag, crate::term::ONE]));
    flag
}

pub(crate) fn load(role: Role, ordering: Ordering) -> Sym {
    let mut w = now();
    if w.others == Others::Hostile {
        let any = anything();
        if matches!(role, Role::Committed | Role::Released) {
            change(|w| w.loaded = Some(any));
        }
        return any;
    }
    let value = match role {
        Role::Committed => w.load_committed(ordering),
        Role::Released => w.load_released(ordering),
        Role::CommittedLap => {
            let own = w.actor == Actor::Writer || w.others == Others::Quiet;
            prove("only the writer reads its lap", known(own));
            w.committed_lap
        }
        Role::ReleasedLap => {
            prove("I2: only the holder reads the reader's lap", known(w.mine || w.others == Others::Quiet));
            w.released_lap
        }
        Role::WriterClosed | Role::ReaderClosed => {
            prove("a closed end is seen with Acquire (C1)", known(ordering == Ordering::Acquire));
            if w.writer_is_gone && role == Role::WriterClosed { crate::term::ONE } else { flag() }
        }
        Role::Asked => flag(),
        Role::Held => unreachable!("the hold is never just looked at"),
    };
    change(|now| *now = w);
    value
}

pub(crate) fn store(role: Role, value: Sym, ordering: Ordering) {
    let mut w = now();
    if w.others == Others::Hostile {
        // The peer may overwrite it at once, so nothing rests on it; the word must still be one.
        prove("what is stored is a word", is_word(value));
        return;
    }
    match role {
        Role::Committed => w.store_committed(value, ordering),
        Role::Released => w.store_released(value, ordering),
        Role::CommittedLap => w.store_lap(true, value),
        Role::ReleasedLap => w.store_lap(false, value),
        Role::Held => {
            prove("only its holder gives the hold back", known(w.mine));
            prove("the hold is given back with Release (H1)", known(ordering == Ordering::Release));
            prove("giving back stores zero", eq(value, ZERO));
            w.mine = false;
        }
        Role::Asked => prove("only a writer asks", known(w.actor == Actor::Writer)),
        Role::WriterClosed | Role::ReaderClosed => {}
    }
    change(|now| *now = w);
}

pub(crate) fn compare_exchange(role: Role, old: Sym, new: Sym, success: Ordering) -> Result<Sym, Sym> {
    assert_eq!(role, Role::Held, "only the hold is exchanged");
    let mut w = now();
    if w.others == Others::Hostile {
        return if choose("taken") { Ok(old) } else { Err(new) };
    }
    prove("the hold is taken with Acquire (H1)", known(success == Ordering::Acquire));
    prove(
        "taking the hold turns zero into something else",
        all([eq(old, ZERO), implies(eq(new, ZERO), known(false))]),
    );
    if w.mine || !(w.others == Others::Quiet || choose("taken")) {
        return Err(new);
    }
    w.take_over();
    change(|now| *now = w);
    Ok(old)
}
