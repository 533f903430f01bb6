//! A ring of bytes as one of its sides meets it, and **one byte, any of them**: its number in the stream, and where it lies. What holds
//! for any byte holds for all.
//!
//! ```text
//!              lap - size                                lap
//!   |....................####################~~~~~~~~~~~~|##################......................|
//!                        ^ released          ^ mark            committed ^
//!      numbers of bytes:  first - (mark - released) ..   first ..
//! ```
//! The invariant ([`Ring::facts`]) says (I4), (I5), (I6), and where each byte that is committed and not released lies. A side meets a ring in
//! any such state; meanwhile the other one does whatever [`Ring::writer_may`] or [`Ring::reader_may`] allow, any number of times: `lemma`
//! shows that twice is once. Every store of a position is obliged to keep all of it, and to be one of these steps.
//!
//! Trusted, not shown: what `world` trusts. A load of the other side's position returns any that it stored since the one that was
//! seen last, however stale; one of the watermark, any value at all, unless the position that was seen brings the one of its lap (B1).
mod load;
mod state;
mod store;

use crate::term::{
    Formula, M, Sym, ZERO, all, assume, choice, differences, either, eq, fresh, implies, le, lt, minus,
    ordered, plus,
};
use std::cell::RefCell;

pub(crate) use load::load;
pub(crate) use state::*;
pub(crate) use store::store;

/// A shared word, in the order in which the shipped text makes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Committed,
    CommittedLap,
    WriterClosed,
    Watermark,
    Released,
    ReleasedLap,
    ReaderClosed,
}

const ROLES: [Role; 7] = [
    Role::Committed,
    Role::CommittedLap,
    Role::WriterClosed,
    Role::Watermark,
    Role::Released,
    Role::ReleasedLap,
    Role::ReaderClosed,
];

/// Whose step is being proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Actor {
    Writer,
    Reader,
    /// No end is out: the words are whatever was stored.
    Nobody,
}

/// What the other side does meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Other {
    /// Whatever its guarantee allows, and a load may be stale.
    Busy,
    /// Nothing, and a load sees the newest value.
    Quiet,
}

/// The positions that are shown, with what was stored before them; and the byte.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ring {
    pub(crate) size: Sym,
    pub(crate) committed: Sym,
    /// The writer's lap, and where the bytes of the one before end.
    pub(crate) lap: Sym,
    pub(crate) mark: Sym,
    /// The number in the stream of the first byte of the writer's lap.
    pub(crate) first: Sym,
    pub(crate) released: Sym,
    pub(crate) readers_lap: Sym,
    /// The number of the byte, and the index at which it was written.
    pub(crate) byte: Sym,
    pub(crate) index: Sym,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct World {
    pub(crate) actor: Actor,
    pub(crate) other: Other,
    pub(crate) ring: Ring,
    /// The oldest positions that the actor may still see.
    pub(crate) saw_committed: Sym,
    pub(crate) saw_released: Sym,
    /// What the last load of the other side's position returned.
    pub(crate) looked: Option<Sym>,
    /// The step touches no byte, so that a Relaxed load will do.
    pub(crate) report: bool,
    /// The index at which the bytes are written that the next commit shows.
    pub(crate) writing_at: Option<Sym>,
    /// Stored, and not shown by a position yet.
    next_lap: Option<Sym>,
    next_mark: Option<Sym>,
    /// The words where no end is out.
    pub(crate) words: [Sym; 7],
    made: usize,
}

thread_local!(static WORLD: RefCell<Option<World>> = const { RefCell::new(None) });

/// Any size that a ring may have.
pub(crate) fn any_size() -> Sym {
    let size = fresh("size");
    assume(lt(ZERO, size));
    assume(lt(plus(size, size), M));
    size
}

/// Any ring for which the invariant holds, of any size up to `(M - 1) / 2`.
pub(crate) fn begin(actor: Actor, other: Other) -> World {
    differences();
    let ring = Ring::any(any_size());
    let world = World {
        actor,
        other,
        ring,
        saw_committed: ring.committed,
        saw_released: ring.released,
        looked: None,
        report: false,
        writing_at: None,
        next_lap: None,
        next_mark: None,
        words: [ZERO; 7],
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

/// A word is made; its value counts only where no end is out.
pub(crate) fn made(value: Sym) -> Role {
    let mut made = 0;
    change(|w| {
        made = w.made;
        w.made += 1;
        if w.actor == Actor::Nobody {
            w.words[made] = value;
        }
    });
    ROLES[made]
}

impl Ring {
    /// Any that there may be.
    pub(crate) fn any(size: Sym) -> Self {
        let ring = Self::unknown(size, fresh("byte"));
        for (_, fact) in ring.facts() {
            assume(fact);
        }
        ring
    }

    fn unknown(size: Sym, byte: Sym) -> Self {
        let [committed, lap, mark, first] = ["committed", "lap", "mark", "first"].map(fresh);
        let [released, readers_lap, index] = ["released", "readers_lap", "index"].map(fresh);
        Self { size, committed, lap, mark, first, released, readers_lap, byte, index }
    }

    /// What the other side may make of it.
    pub(crate) fn after(&self, may: fn(&Self, &Self) -> Formula) -> Self {
        let after = Self::unknown(self.size, self.byte);
        assume(may(self, &after));
        for (_, fact) in after.facts() {
            assume(fact);
        }
        after
    }

    pub(crate) fn lap_before(&self) -> Sym {
        minus(self.lap, self.size)
    }

    pub(crate) fn next_lap(&self) -> Sym {
        plus(self.lap, self.size)
    }

    /// The reader is in the lap before the writer's.
    pub(crate) fn reader_is_behind(&self) -> Formula {
        eq(self.readers_lap, self.lap_before())
    }

    /// How many bytes were committed before the position, which is one that the writer stored in its lap or in the one before.
    pub(crate) fn number_of(&self, position: Sym) -> Sym {
        let behind = minus(self.first, minus(self.mark, position));
        choice(&le(position, self.mark), behind, self.written_before(position))
    }

    /// The same of a position in the writer's lap.
    pub(crate) fn written_before(&self, position: Sym) -> Sym {
        plus(self.first, minus(position, self.lap))
    }

    /// How many bytes were committed.
    pub(crate) fn written(&self) -> Sym {
        self.written_before(self.committed)
    }

    /// How many bytes were released.
    pub(crate) fn read(&self) -> Sym {
        let behind = minus(self.first, minus(self.mark, self.released));
        choice(&self.reader_is_behind(), behind, self.written_before(self.released))
    }

    /// How many bytes are committed and not released.
    pub(crate) fn unread(&self) -> Sym {
        minus(self.written(), self.read())
    }

    /// How far a reader has come that has released all before `released` (I4).
    pub(crate) fn reached(&self, released: Sym) -> Sym {
        choice(&eq(released, self.mark), self.lap, released)
    }

    /// The byte is committed and not released.
    pub(crate) fn is_unread(&self) -> Formula {
        all([le(self.read(), self.byte), lt(self.byte, self.written())])
    }

    /// The index of the byte, by its number.
    fn place(&self) -> Sym {
        let behind = minus(minus(self.mark, self.lap_before()), minus(self.first, self.byte));
        choice(&lt(self.byte, self.first), behind, minus(self.byte, self.first))
    }

    /// The reader is in the writer's lap: before its first byte only in a ring that has just begun.
    fn reader_is_here(&self) -> Formula {
        all([eq(self.readers_lap, self.lap), either(lt(self.lap, self.released), eq(self.mark, self.lap))])
    }

    /// The writer may store another watermark: the reader has released a byte of this lap, and needs the one that is there no more (I6).
    pub(crate) fn mark_may_change(&self) -> Formula {
        all([self.reader_is_here(), lt(self.lap, self.released)])
    }

    /// What always holds.
    pub(crate) fn facts(&self) -> [(&'static str, Formula); 5] {
        let here = all([self.reader_is_here(), ordered(&[self.lap, self.released, self.committed])]);
        let before = self.lap_before();
        let behind = all([
            self.reader_is_behind(),
            all([lt(before, self.released), le(self.released, self.mark), lt(self.lap, self.committed)]),
        ]);
        [
            ("I5: the writer is in its lap", ordered(&[self.lap, self.committed, self.next_lap()])),
            ("I6: the watermark is in the lap before", all([lt(before, self.mark), le(self.mark, self.lap)])),
            (
                "I5, I6: the reader is in the writer's lap, or in the one before up to the watermark",
                either(here, behind),
            ),
            (
                "I4: committed <= reached + size",
                le(self.committed, plus(self.reached(self.released), self.size)),
            ),
            (
                "a byte that is unread lies where its number says",
                implies(self.is_unread(), eq(self.index, self.place())),
            ),
        ]
    }

    /// What the writer may make of the ring, in any number of steps, while the reader does nothing.
    pub(crate) fn writer_may(&self, after: &Self) -> Formula {
        let in_lap = all([
            all([eq(after.lap, self.lap), eq(after.mark, self.mark), eq(after.first, self.first)]),
            le(self.committed, after.committed),
        ]);
        let to_next = all([
            self.mark_may_change(),
            all([eq(after.lap, self.next_lap()), ordered(&[self.committed, after.mark, after.lap])]),
            all([eq(after.first, self.written_before(after.mark)), lt(after.lap, after.committed)]),
        ]);
        let stays = implies(self.is_unread(), eq(after.index, self.index));
        all([either(in_lap, to_next), self.readers_are(after), stays])
    }

    /// What the reader may make of it, while the writer does nothing.
    pub(crate) fn reader_may(&self, after: &Self) -> Formula {
        let in_lap = all([eq(after.readers_lap, self.readers_lap), le(self.released, after.released)]);
        let to_next =
            all([self.reader_is_behind(), eq(after.readers_lap, self.lap), lt(self.lap, after.released)]);
        all([either(in_lap, to_next), self.writers_are(after), eq(after.index, self.index)])
    }

    fn readers_are(&self, after: &Self) -> Formula {
        all([eq(after.released, self.released), eq(after.readers_lap, self.readers_lap)])
    }

    fn writers_are(&self, after: &Self) -> Formula {
        all([
            all([eq(after.committed, self.committed), eq(after.lap, self.lap)]),
            all([eq(after.mark, self.mark), eq(after.first, self.first)]),
        ])
    }

    /// The writer may have stored this position, and the reader not have seen a later one: of its own lap and the next one,
    /// no pads.
    pub(crate) fn is_of_writer(&self, seen: Sym) -> Formula {
        let behind = either(le(seen, self.mark), lt(self.lap, seen));
        all([le(seen, self.committed), implies(self.reader_is_behind(), behind)])
    }

    /// The reader may have stored this position, and the writer not have seen a later one.
    pub(crate) fn is_of_reader(&self, seen: Sym) -> Formula {
        all([le(seen, self.released), either(le(seen, self.mark), lt(self.lap, seen))])
    }

    /// The writer is seen in the lap after the reader's.
    pub(crate) fn is_lap_ahead(&self, seen: Sym) -> Formula {
        lt(plus(self.readers_lap, self.size), seen)
    }

    /// The byte does not lie in the span.
    pub(crate) fn is_outside(&self, start: Sym, len: Sym) -> Formula {
        either(lt(self.index, start), le(plus(start, len), self.index))
    }

    /// The byte lies in the span, whose first byte has that number, if its number does.
    pub(crate) fn is_in_order(&self, start: Sym, number: Sym, len: Sym) -> Formula {
        let is_in = all([le(number, self.byte), lt(self.byte, plus(number, len))]);
        let lies = eq(self.index, plus(start, minus(self.byte, number)));
        implies(is_in, all([self.is_unread(), lies]))
    }

    /// There is no byte that is unread.
    pub(crate) fn is_empty(&self) -> Formula {
        eq(self.read(), self.written())
    }
}
