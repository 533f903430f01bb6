//! What a store must respect.
use super::{Actor, Ring, Role, World, change, now};
use crate::term::{Formula, Sym, ZERO, all, choice, eq, known, le, lt, minus, plus, prove};
use std::sync::atomic::Ordering;

impl World {
    /// Shows all that was written: each byte gets its number.
    fn store_committed(&mut self, value: Sym, ordering: Ordering) {
        prove("only the writer stores `committed`", known(self.actor == Actor::Writer));
        prove("B1: `committed` is stored with Release", known(ordering == Ordering::Release));
        self.let_other_go_on();
        let before = self.ring;
        let (written, begin) = match (self.next_lap, self.next_mark) {
            (None, None) => {
                self.ring.committed = value;
                (minus(value, before.committed), before.committed)
            }
            (Some(lap), Some(mark)) => {
                self.ring = Ring { committed: value, lap, mark, first: before.written(), ..before };
                (minus(value, lap), lap)
            }
            _ => {
                prove(
                    "I6: the watermark is stored when the writer goes to its next lap, and then only",
                    known(false),
                );
                return;
            }
        };
        prove("what is committed was written", known(self.writing_at.is_some()));
        let start = self.writing_at.take().unwrap_or(ZERO);
        prove("bytes are committed where they were written", eq(minus(begin, self.ring.lap), start));
        let number = before.written();
        let is_new = all([le(number, before.byte), lt(before.byte, plus(number, written))]);
        self.ring.index = choice(&is_new, plus(start, minus(before.byte, number)), before.index);
        prove("a commit shows something new", lt(ZERO, written));
        self.prove_kept(before.writer_may(&self.ring));
        (self.next_lap, self.next_mark) = (None, None);
    }

    fn store_released(&mut self, value: Sym, ordering: Ordering) {
        prove("only the reader stores `released`", known(self.actor == Actor::Reader));
        prove("B2: `released` is stored with Release", known(ordering == Ordering::Release));
        self.let_other_go_on();
        let before = self.ring;
        let readers_lap = self.next_lap.take().unwrap_or(before.readers_lap);
        self.ring = Ring { released: value, readers_lap, ..before };
        prove("`released` only moves forward", lt(before.released, value));
        self.prove_kept(before.reader_may(&self.ring));
    }

    fn prove_kept(&self, may: Formula) {
        prove("a step is one that the other side counts on", may);
        for (what, fact) in self.ring.facts() {
            prove(what, fact);
        }
    }

    /// Whatever was stored has been shown by a position.
    pub(super) fn prove_all_is_shown(&self) {
        let shown = self.next_lap.is_none() && self.next_mark.is_none();
        prove("nothing is stored that no position shows", known(shown));
    }

    fn store_watermark(&mut self, value: Sym) {
        prove("only the writer stores the watermark", known(self.actor == Actor::Writer));
        self.let_other_go_on();
        prove("I6: the bytes of a lap end where the last one was committed", eq(value, self.ring.committed));
        prove(
            "I6: the reader has left the lap before, and needs its watermark no more",
            self.ring.mark_may_change(),
        );
        prove("I6: the watermark is stored once for each lap", known(self.next_mark.is_none()));
        self.next_mark = Some(value);
    }

    fn store_lap(&mut self, owner: Actor, lap: Sym, value: Sym) {
        prove("a side stores its own lap", known(self.actor == owner));
        prove("a lap moves by the size of the ring", eq(value, plus(lap, self.ring.size)));
        prove("a lap moves once for each position that is shown", known(self.next_lap.is_none()));
        self.next_lap = Some(value);
    }
}

pub(crate) fn store(role: Role, value: Sym, ordering: Ordering) {
    let mut w = now();
    match role {
        _ if w.actor == Actor::Nobody => w.words[role as usize] = value,
        Role::Committed => w.store_committed(value, ordering),
        Role::Released => w.store_released(value, ordering),
        Role::Watermark => w.store_watermark(value),
        Role::CommittedLap => w.store_lap(Actor::Writer, w.ring.lap, value),
        Role::ReleasedLap => w.store_lap(Actor::Reader, w.ring.readers_lap, value),
        Role::WriterClosed | Role::ReaderClosed => unreachable!("no step closes an end"),
    }
    change(|now| *now = w);
}
