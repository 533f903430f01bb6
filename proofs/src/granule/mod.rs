//! One granule of a ring of records, any of them, and the two cursors, as one thread meets them.
//!
//! Beside the words it is told which run our granule is in, from its first position to before its last: no word keeps that. Runs are laid next
//! to each other where `write` is moved, the rest of a lap as one of its own; the end of one is cut off where it is skipped.
//!
//! INVARIANT (R)  `read <= write <= read + size`, and our granule, whose turn is for position `at`, is either
//!
//! ```text
//!   in no run:   free, and write <= at < read + size
//!   in a run:    first <= at < end, all in one lap; end <= write <= at + size; and the run is
//!       reserved            read <= first; every turn of it is free
//!       ready or skipped    read <= first, or end <= read: so it is claimed, and this granule not released yet.
//!                           The turn of `first` says which, and how long it is; the others are free
//! ```
//! All threads take steps like the one that is proved. What they may do to our granule meanwhile is what (R) allows, turns only going forward,
//! and never to a run that is ours. Runs are next to each other because of how they are told, so what is shown of our granule's holds of
//! all: where a run is claimed whose first granule is not ours, that it is one whole run is taken from the path on which that is ours.
mod step;

pub(crate) use step::{close, exchange, fence, load, store};

use crate::symbolic::record::word::{Word, granules_for};
use crate::term::{
    Formula, ONE, Sym, TWO, ZERO, all, assume, cut, decide, either, eq, fresh, implies, known, le, lt, minus,
    not, ordered, plus, prove,
};
use std::cell::{Cell, RefCell};

/// A word of the ring, in the order in which a scenario makes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Write,
    Read,
    /// What only rings of other kinds use.
    Beside,
    Ours,
    Other,
}

const ROLES: [Role; 8] = [
    Role::Write,
    Role::Read,
    Role::Beside,
    Role::Beside,
    Role::Beside,
    Role::Beside,
    Role::Ours,
    Role::Other,
];

/// What the others do meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Others {
    /// Whatever their guarantee allows, and a load may be stale.
    Busy,
    /// The same, but a load sees the newest value.
    Seen,
    /// Nothing.
    Quiet,
    /// Nothing; and all is free, but for one skipped run from `read` to `write`, or none.
    Gone,
}

/// What of our granule is the acting thread's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mine {
    Nothing,
    Writing,
    Reading,
}

/// The shared words at one moment, and the run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct State {
    pub(crate) write: Sym,
    pub(crate) write_lap: Sym,
    pub(crate) read: Sym,
    pub(crate) read_lap: Sym,
    pub(crate) closed: Sym,
    /// The position that our granule's turn is for, and the first of its lap.
    pub(crate) at: Sym,
    pub(crate) lap: Sym,
    /// Whether it says free, ready or skipped; and of how many granules and bytes beside.
    pub(crate) low: Sym,
    pub(crate) len: Sym,
    pub(crate) rest: Sym,
    /// Whether our granule is in a run: one or zero.
    pub(crate) in_run: Sym,
    pub(crate) first: Sym,
    pub(crate) end: Sym,
    /// Zero if reserved, one if ready, two if skipped.
    pub(crate) phase: Sym,
}

/// A turn that was looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// The position that it was looked at for.
    pub(crate) named: Sym,
    pub(crate) is_ours: bool,
    pub(crate) at: Sym,
    pub(crate) low: Sym,
    /// The words then.
    pub(crate) then: State,
}

#[derive(Clone, Debug)]
pub(crate) struct World {
    others: Others,
    pub(crate) size: Sym,
    /// How many bytes a granule has.
    granule: Sym,
    /// Half of all laps, in positions: more than a call falls behind while it goes on.
    half: Sym,
    /// Of our granule.
    pub(crate) index: Sym,
    pub(crate) now: State,
    pub(crate) mine: Mine,
    /// The newest values that were seen, by coherence the oldest that may still be seen.
    saw_write: Sym,
    saw_read: Sym,
    saw_closed: Sym,
    saw_at: Sym,
    saw_low: Sym,
    /// Where the cursors were, at least, when the fence was passed: whoever moved them and fenced before is seen.
    pub(crate) fenced: Option<(Sym, Sym)>,
    /// The words when a cursor was first loaded after the fence.
    pub(crate) told: Option<State>,
    /// The words when this try began, and the position that it began with.
    pub(crate) began: Option<(State, Word)>,
    pub(crate) look: Option<Look>,
    /// The words when our granule's run was handed on.
    pub(crate) handed_on: Option<State>,
    /// The run was handed out to be read.
    handed_out: bool,
    won: bool,
    moved: Vec<Role>,
    own: Option<Role>,
    /// What holds where a try ends that did not do.
    then: Option<fn(&World)>,
    /// What holds where a writer that found too little room is about to look why: that is shown apart.
    before_looking_why: Option<fn(&World)>,
    named: Option<Word>,
    laps: Vec<Sym>,
    made: usize,
}

thread_local!(static IS_TOLD: Cell<bool> = const { Cell::new(false) });
thread_local!(static WORLD: RefCell<Option<World>> = const { RefCell::new(None) });

fn with<R>(f: impl FnOnce(&mut World) -> R) -> R {
    WORLD.with_borrow_mut(|w| f(w.as_mut().expect("a scenario begins with a world")))
}

/// Any ring, in any state, and one granule of it, of which `mine` is the acting thread's.
pub(crate) fn begin(others: Others, mine: Mine) {
    IS_TOLD.set(others == Others::Seen);
    let [size, half, granule, index] = ["size", "half", "granule", "index"].map(fresh);
    assume(all([le(ONE, size), le(ONE, granule), le(ZERO, index), lt(index, size)]));
    assume(le(plus(size, size), half)); // two bits of lap at least
    let now = State::any();
    let [saw_write, saw_read, saw_at, saw_low] = ["saw_write", "saw_read", "saw_at", "saw_low"].map(fresh);
    let world = World {
        others,
        size,
        granule,
        half,
        index,
        now,
        mine,
        saw_write,
        saw_read,
        saw_closed: ZERO,
        saw_at,
        saw_low,
        fenced: None,
        told: None,
        began: None,
        look: None,
        handed_on: None,
        handed_out: false,
        won: false,
        moved: vec![],
        own: None,
        then: None,
        before_looking_why: None,
        named: None,
        laps: vec![],
        made: 0,
    };
    assume(world.holds());
    world.relate();
    assume(all([le(saw_write, now.write), le(saw_read, now.read), world.is_mine()]));
    assume(world.is_lap_of(minus(saw_at, index)));
    assume(is_later((saw_at, saw_low), (now.at, now.low)));
    WORLD.set(Some(world));
    if mine != Mine::Nothing {
        with(World::saw_ours);
    }
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

pub(crate) fn bytes_of_one() -> Sym {
    with(|w| w.granule)
}

/// What was claimed is read by who was handed it.
pub(crate) fn is_handed_out() {
    with(|w| w.handed_out = true);
}

/// What holds where a try ends that did not do.
pub(crate) fn then(f: fn(&World)) {
    with(|w| w.then = Some(f));
}

/// What holds where a writer that found too little room is about to look why: that is shown apart.
pub(crate) fn before_looking_why(f: fn(&World)) {
    with(|w| w.before_looking_why = Some(f));
}

/// A try that did not do keeps nothing. Each begins with a load of the cursor, in a state in which a call may begin: one stands for all.
pub(crate) fn next_try() -> ! {
    let w = now();
    oblige("a try that did not do owns nothing", known(w.mine == Mine::Nothing));
    if let Some(then) = w.then {
        then(&w);
    }
    cut()
}

/// There is a lap that begins there.
pub(crate) fn knows_lap(lap: Sym) {
    with(|w| {
        if !w.laps.iter().any(|other| other.0 == lap.0) {
            w.laps.push(lap);
            assume(w.is_lap_of(lap));
        }
    });
}

/// The first position of our granule from `at` on, and its lap.
pub(crate) fn first_from(at: Word) -> (Sym, Sym) {
    let w = now();
    let here = plus(at.lap, w.index);
    if decide(&le(at.at, here)) {
        return (here, at.lap);
    }
    let next = plus(at.lap, w.size);
    knows_lap(next);
    (plus(next, w.index), next)
}

/// Names the granule whose turn is used next; whether it is ours.
pub(crate) fn look_at(index: Word) -> bool {
    let ours = with(|w| {
        w.named = Some(index);
        w.index
    });
    decide(&eq(index.at, ours))
}

/// Whether a cursor was left alone by the call, whatever it may have tried.
pub(crate) fn is_untouched(cursor: Role) -> bool {
    with(|w| !w.moved.contains(&cursor))
}

/// `a` and `b` are whole sizes apart. Said by cases, as far as they matter; products are hard on solvers.
fn whole_sizes_apart(a: Sym, b: Sym, size: Sym) -> Formula {
    let (there, back, two) = (minus(a, b), minus(b, a), plus(size, size));
    let near = either(either(eq(a, b), eq(there, size)), eq(back, size));
    let three = plus(two, size);
    let far = either(either(eq(there, two), eq(back, two)), either(le(three, there), le(three, back)));
    either(near, far)
}

/// The turn `(b, t)` may come after `(a, s)`, or is the same.
fn is_later((a, s): (Sym, Sym), (b, t): (Sym, Sym)) -> Formula {
    either(lt(a, b), all([eq(a, b), either(eq(s, t), eq(s, ZERO)), le(ZERO, s), le(s, TWO)]))
}

impl State {
    fn any() -> Self {
        let [write, write_lap, read, read_lap] = ["write", "write_lap", "read", "read_lap"].map(fresh);
        let [closed, at, lap, low] = ["closed", "turn_at", "turn_lap", "turn_low"].map(fresh);
        let [len, rest, in_run, first] = ["turn_len", "turn_rest", "in_run", "first"].map(fresh);
        let [end, phase] = ["end", "phase"].map(fresh);
        Self { write, write_lap, read, read_lap, closed, at, lap, low, len, rest, in_run, first, end, phase }
    }

    /// INVARIANT (R), first part.
    pub(crate) fn cursors_hold(&self, size: Sym) -> Formula {
        ordered(&[self.read, self.write, plus(self.read, size)])
    }

    pub(crate) fn is_in_run(&self) -> Formula {
        eq(self.in_run, ONE)
    }

    pub(crate) fn is_free(&self) -> Formula {
        eq(self.low, ZERO)
    }

    /// The run is from `first` to before `end`.
    pub(crate) fn run_is(&self, first: Sym, end: Sym) -> Formula {
        all([self.is_in_run(), eq(self.first, first), eq(self.end, end)])
    }

    /// Our granule is one of those.
    pub(crate) fn is_between(&self, first: Sym, end: Sym) -> Formula {
        all([le(first, self.at), lt(self.at, end)])
    }

    /// A run is laid where `write` was or later. Its end may be cut off while it is reserved; what it is handed on as it stays, until it is
    /// released.
    fn run_may_become(&self, now: &Self) -> Formula {
        let is_laid = either(not(now.is_in_run()), le(self.write, now.first));
        let is_cut = all([now.is_in_run(), le(self.first, now.first), le(now.end, self.end)]);
        let stays = all([now.run_is(self.first, self.end), eq(self.phase, now.phase)]);
        let goes_on = either(stays, all([eq(self.phase, ZERO), is_cut]));
        let was_in_run = all([self.is_in_run(), eq(self.at, now.at)]);
        either(all([was_in_run.clone(), goes_on]), all([not(was_in_run), is_laid]))
    }

    /// INVARIANT (R), second part.
    pub(crate) fn granule_holds(&self, size: Sym) -> Formula {
        let &State { write, read, at, lap, low, len, rest, first, end, phase, .. } = self;
        let unused = all([eq(self.in_run, ZERO), eq(low, ZERO), le(write, at), lt(at, plus(read, size))]);
        let place = all([
            ordered(&[lap, first, at]),
            lt(at, end),
            le(end, plus(lap, size)),
            ordered(&[end, write, plus(at, size)]),
        ]);
        let waiting = le(read, first);
        let reserved = all([eq(phase, ZERO), eq(low, ZERO), waiting.clone()]);
        let run = minus(end, first);
        let record = all([eq(low, ONE), eq(granules_for(len, rest), run)]);
        let skipped = all([eq(low, TWO), eq(len, run)]);
        let says = all([eq(low, phase), either(record, skipped)]);
        let handed_on = all([
            ordered(&[ONE, phase, TWO]),
            implies(eq(first, at), says),
            either(eq(first, at), eq(low, ZERO)),
            either(waiting, le(end, read)),
        ]);
        let used = all([self.is_in_run(), place, either(reserved, handed_on)]);
        either(unused, used)
    }
}

impl World {
    /// (R), and what numbers there are.
    fn holds(&self) -> Formula {
        let (now, size) = (&self.now, self.size);
        let words = all([ordered(&[ZERO, now.low, TWO]), ordered(&[ZERO, now.closed, ONE])]);
        let length = all([le(ZERO, now.len), le(ZERO, now.rest), lt(now.rest, self.granule)]);
        let ours = eq(now.at, plus(now.lap, self.index));
        let in_lap = |at, lap| all([le(lap, at), lt(at, plus(lap, size))]);
        let laps = all([ours, in_lap(now.write, now.write_lap), in_lap(now.read, now.read_lap)]);
        all([words, length, laps, now.cursors_hold(size), now.granule_holds(size)])
    }

    /// All laps that are known are whole sizes from that of our granule's turn.
    fn relate(&self) {
        for &lap in self.laps.iter().chain([&self.now.write_lap, &self.now.read_lap]) {
            assume(self.is_lap_of(lap));
        }
    }

    fn is_lap_of(&self, lap: Sym) -> Formula {
        whole_sizes_apart(lap, self.now.lap, self.size)
    }

    /// What follows for the shared words from what a thread owns.
    fn is_mine(&self) -> Formula {
        let now = &self.now;
        match self.mine {
            Mine::Nothing => known(true),
            Mine::Writing => all([now.is_in_run(), eq(now.phase, ZERO)]),
            Mine::Reading => all([now.is_in_run(), le(now.end, now.read)]),
        }
    }

    /// The turn of our granule is the one that was seen.
    fn saw_ours(&mut self) {
        (self.saw_at, self.saw_low) = (self.now.at, self.now.low);
    }

    /// Lets the others go on, as long as they like, within their guarantee.
    fn others_go_on(&mut self) {
        if let Others::Quiet | Others::Gone = self.others {
            return;
        }
        let (before, mut now) = (self.now, State::any());
        assume(all([le(before.write, now.write), le(before.read, now.read), le(before.closed, now.closed)]));
        if self.mine == Mine::Nothing {
            assume(is_later((before.at, before.low), (now.at, now.low)));
            let same = all([eq(before.at, now.at), le(ONE, before.low)]);
            assume(implies(same, all([eq(before.len, now.len), eq(before.rest, now.rest)])));
            assume(whole_sizes_apart(before.lap, now.lap, self.size));
            assume(before.run_may_become(&now));
        } else {
            now = State {
                write: now.write,
                write_lap: now.write_lap,
                read: now.read,
                read_lap: now.read_lap,
                closed: now.closed,
                ..before
            };
        }
        self.now = now;
        assume(all([self.holds(), self.is_mine()]));
        self.relate();
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

    /// No run is there that anybody has, or will read.
    pub(crate) fn is_gone(&self) -> Formula {
        let now = &self.now;
        let run = all([now.run_is(now.read, now.write), eq(now.phase, TWO), le(now.read, now.first)]);
        either(run, not(now.is_in_run()))
    }
}
