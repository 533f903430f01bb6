//! One entry of a ring of a pool, any of them, and one index, any of them, as one thread meets them: what a load may see (rely),
//! what a step must respect (guarantee).
//!
//! For each ring there are two positions that no word keeps: `put` is the first that was not filled, `take` the first that was not
//! emptied. A hint is any position that is not past its one: more than there are.
//!
//! INVARIANT (P)  `take <= put <= take + size`, and our entry, which is at position `at`, is
//! ```text
//!   empty             and put <= at < take + size
//!   holds an index    and take <= at < put
//!   sealed            and as it was
//! ```
//! INVARIANT (Q)  our index is in one ring, or owned by one thread, or dropped: our entry holds it if and only if the index is in that
//! ring and at that position. What is in the rings and what is owned or dropped are `size` indices.
//!
//! INVARIANT (R)  reservations, less abandoned, evicted added, less commits are not fewer than those who may still commit.
//!
//! All threads take steps like the one that is proved, so what they may do meanwhile is what these allow, forward, and never to what
//! is ours. The step at another entry is obliged to leave ours as it is; what it does to its own entry is shown where that one is ours.
mod step;
mod word;

pub(crate) use step::{close, exchange, fence, load, store};

use crate::symbolic::pool::word::Word;
use crate::term::{
    Formula, ONE, Sym, ZERO, all, assume, choose, either, eq, fresh, known, le, lt, not, plus, prove,
};
use std::cell::{Cell, RefCell};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    Free,
    Ready,
}

use Which::{Free, Ready};

/// A word of the pool, in the order in which a scenario makes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    PutHint(Which),
    TakeHint(Which),
    Spent,
    Reservations,
    Ours(Which),
    Other(Which),
    Link,
}

const ROLES: [Role; 11] = [
    Role::PutHint(Free),
    Role::TakeHint(Free),
    Role::PutHint(Ready),
    Role::TakeHint(Ready),
    Role::Spent,
    Role::Reservations,
    Role::Ours(Free),
    Role::Other(Free),
    Role::Ours(Ready),
    Role::Other(Ready),
    Role::Link,
];

/// What the others do meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Others {
    /// Whatever their guarantee allows, and a load may be stale.
    Busy,
    /// The same, but only what threads know of our entry is obliged (P2): all else is, where they are busy.
    Told,
    /// As busy, but a load sees the newest value.
    Seen,
    /// Nothing.
    Quiet,
}

/// What an entry is at one moment: at which position, zero or one more than the index that it holds, and whether it is sealed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) at: Sym,
    pub(crate) low: Sym,
    pub(crate) sealed: Sym,
}

/// A ring at one moment: the first position that was not filled, and the first that was not emptied.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ring {
    pub(crate) put: Sym,
    pub(crate) take: Sym,
}

/// All of a pool at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct State {
    pub(crate) rings: [Ring; 2],
    /// Our entry, and whose it is.
    pub(crate) ours: Look,
    tracked: Which,
    /// Where our index is: in the free ring (0), in the ready ring (1), owned or dropped (2).
    pub(crate) place: Sym,
    /// The position of the ring that it is in.
    pub(crate) place_at: Sym,
    /// How many indices are owned or dropped.
    pub(crate) owned: Sym,
    pub(crate) closed: Sym,
    /// How many were abandoned less how many were evicted, as it is counted.
    pub(crate) spent: Sym,
    /// Whether each entry of the free ring is sealed.
    pub(crate) done: Sym,
}

/// What a thread knows of a ring: by coherence nothing older is seen any more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Saw {
    pub(crate) put_hint: Sym,
    pub(crate) ours: Look,
}

#[derive(Clone, Debug)]
pub(crate) struct World {
    others: Others,
    /// The ring that our entry is of.
    pub(crate) tracked: Which,
    pub(crate) size: Sym,
    /// Half of all laps, in positions.
    half: Sym,
    /// All bits below the lap.
    below: Sym,
    /// The index that is ours.
    pub(crate) index: Sym,
    pub(crate) now: State,
    /// How many indices the acting thread owns, and whether ours is among them.
    pub(crate) held: i8,
    pub(crate) is_held: bool,
    /// How many more the acting thread may commit, as (R) counts them.
    pub(crate) may_commit: i8,
    saw: Saw,
    /// Whether what threads know is told.
    tells: bool,
    saw_closed: Sym,
    /// Where the rings were put to, at least, when the fence was passed: whoever put there and fenced before is seen.
    pub(crate) fenced: Option<Sym>,
    /// The words when our entry was last looked at, and the position that it was looked at for.
    pub(crate) looked: Option<(Sym, State)>,
    /// The words before the exchange that was won.
    pub(crate) exchanged: Option<State>,
    /// Which positions are those of our entries, of all that were asked.
    known: Vec<(Which, Sym, bool)>,
    /// More positions of our entries.
    own: Vec<Sym>,
    /// Where the laps of entries begin that were looked at when each was sealed.
    laps: Vec<Sym>,
    /// The position whose entry is at hand.
    named: Option<Word>,
    /// The ring that is walked along, and whether to put.
    walk: Option<(Which, bool)>,
    looks: u8,
    last_look: Option<Sym>,
    /// Whether it is the walks of reports that are shown.
    walks: bool,
    /// Whether it is the sealing that is shown.
    seals: bool,
    /// Whether it has seen each entry of the free ring sealed.
    visited: bool,
    made: usize,
}

thread_local!(static OBLIGED: Cell<Others> = const { Cell::new(Others::Busy) });
thread_local!(static WORLD: RefCell<Option<World>> = const { RefCell::new(None) });

fn with<R>(f: impl FnOnce(&mut World) -> R) -> R {
    WORLD.with_borrow_mut(|w| f(w.as_mut().expect("a scenario begins with a world")))
}

/// Any pool, in any state, one entry of a ring, and one index. The acting thread owns nothing.
pub(crate) fn begin(others: Others, tracked: Which) {
    OBLIGED.set(others);
    let (size, half, below) = (fresh("size"), fresh("half"), fresh("below"));
    let index = fresh("index");
    assume(le(ONE, size));
    assume(le(plus(size, size), half)); // two bits of lap at least
    assume(le(plus(size, ONE), below));
    assume(all([le(ZERO, index), lt(index, size)]));
    let (now, saw) = (State::any(tracked), Saw::any());
    let world = World {
        others: if others == Others::Told { Others::Busy } else { others },
        tells: others == Others::Told,
        tracked,
        size,
        half,
        below,
        index,
        now,
        held: 0,
        is_held: false,
        may_commit: 0,
        saw,
        saw_closed: ZERO,
        fenced: None,
        looked: None,
        exchanged: None,
        known: vec![],
        own: vec![],
        laps: vec![],
        named: None,
        walk: None,
        looks: 0,
        last_look: None,
        walks: false,
        seals: false,
        visited: false,
        made: 0,
    };
    assume(world.holds(&now));
    assume(le(saw.put_hint, now.rings[tracked as usize].put));
    assume(saw.ours.is_before(&now.ours, size));
    WORLD.set(Some(world));
}

/// The acting thread owns an index: ours, or another one. Answers which. `commits`: whether it was reserved or evicted.
pub(crate) fn owns(ours: bool, commits: bool) -> Sym {
    with(|w| {
        (w.held, w.is_held) = (w.held + 1, ours);
        w.may_commit += i8::from(commits);
        let holds = w.holds(&w.now);
        assume(holds);
        if ours {
            return w.index;
        }
        let other = fresh("other_index");
        assume(all([le(ZERO, other), lt(other, w.size), not(eq(other, w.index))]));
        other
    })
}

/// An obligation on what is known, where that is told.
pub(crate) fn oblige_knows(what: &'static str, f: Formula) {
    if OBLIGED.get() == Others::Told {
        prove(what, f);
    }
}

/// An obligation of a step. Where loads see the newest values, or knowledge is told, nothing more can happen than where that is not so,
/// and there each obligation is shown.
pub(crate) fn oblige(what: &'static str, f: Formula) {
    if !matches!(OBLIGED.get(), Others::Told | Others::Seen) {
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

pub(crate) fn size() -> Sym {
    with(|w| w.size)
}

pub(crate) fn below() -> Sym {
    with(|w| w.below)
}

/// Half of all laps, in positions.
pub(crate) fn half_of_laps() -> Sym {
    with(|w| w.half)
}

pub(crate) fn all_laps() -> Sym {
    let half = half_of_laps();
    plus(half, half)
}

/// It is the walks of reports that are shown: elsewhere where they come to is any position that a hint may be.
pub(crate) fn walks() {
    with(|w| w.walks = true);
}

pub(crate) fn is_walking() -> bool {
    with(|w| w.walks)
}

/// `at` is a position of our entry.
pub(crate) fn relates(which: Which, at: Sym) {
    with(|w| w.decided(which, at, true));
}

/// It is the sealing that is shown: elsewhere it is known how many reservations there were.
pub(crate) fn seals() {
    with(|w| w.seals = true);
}

/// What a call compares is less than half of all laps apart: see `step`.
pub(crate) fn are_near(one: Sym, another: Sym) {
    step::are_near(half_of_laps(), one, another);
}

/// Says whether `at` is a position of our entry of the free ring, whose entries are visited.
pub(crate) fn decided(at: Sym, ours: bool) {
    with(|w| {
        w.walk = None;
        w.decided(Free, at, ours);
    });
}

/// All entries of the free ring were visited, ours among them.
pub(crate) fn each_was_visited() {
    with(|w| {
        w.others_go_on();
        oblige(
            "seal: each entry was seen sealed",
            either(known(w.tracked == Ready), eq(w.saw.ours.sealed, ONE)),
        );
        w.now.done = ONE;
        w.visited = true;
    });
}

/// Names the entry that is used next; whether it is ours.
pub(crate) fn look_at(role: Role, index: Word) -> bool {
    with(|w| {
        let (Role::Ours(which) | Role::Other(which)) = role else { return true };
        w.named = Some(index);
        w.is_ours(which, index.root).unwrap_or_else(|| {
            let ours = which == w.tracked && choose("ours");
            w.decided(which, index.root, ours);
            ours
        })
    })
}

/// `a` and `b` are positions of one entry: whole sizes apart. Of this, only what matters: products are hard on solvers.
pub(crate) fn same_entry(a: Sym, b: Sym, size: Sym) -> Formula {
    either(eq(a, b), either(le(plus(a, size), b), le(plus(b, size), a)))
}

/// They are not.
fn other_entry(a: Sym, b: Sym) -> Formula {
    not(eq(a, b))
}
