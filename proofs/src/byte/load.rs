//! What a load may see.
use super::{Actor, Other, Ring, Role, World, change, now};
use crate::term::{Sym, assume, either, eq, fresh, implies, known, le, prove};
use std::sync::atomic::Ordering;

impl World {
    /// Lets the other side go on.
    pub(super) fn let_other_go_on(&mut self) {
        if self.other == Other::Quiet {
            return;
        }
        self.ring = self.ring.after(match self.actor {
            Actor::Writer => Ring::reader_may,
            Actor::Reader => Ring::writer_may,
            Actor::Nobody => unreachable!("nobody is out, and so nobody goes on"),
        });
    }

    fn load_committed(&mut self, ordering: Ordering) -> Sym {
        if self.actor == Actor::Writer {
            return self.ring.committed; // its own word
        }
        prove("B1: the writer's position is loaded with Acquire", known(ordering == Ordering::Acquire));
        self.let_other_go_on();
        self.saw_committed = match self.other {
            Other::Quiet => self.ring.committed,
            Other::Busy => {
                let seen = fresh("seen");
                assume(le(self.saw_committed, seen));
                assume(self.ring.is_of_writer(seen));
                seen
            }
        };
        self.looked = Some(self.saw_committed);
        self.saw_committed
    }

    fn load_released(&mut self, ordering: Ordering) -> Sym {
        if self.actor == Actor::Reader {
            return self.ring.released; // its own word
        }
        if !self.report {
            prove("B2: the reader's position is loaded with Acquire", known(ordering == Ordering::Acquire));
        }
        self.let_other_go_on();
        self.saw_released = match self.other {
            Other::Quiet => self.ring.released,
            Other::Busy => {
                let seen = fresh("seen");
                assume(le(self.saw_released, seen));
                assume(self.ring.is_of_reader(seen));
                seen
            }
        };
        self.looked = Some(self.saw_released);
        self.saw_released
    }

    /// A reader that was shown a position of the next lap was shown the watermark before it (B1); a later one may be there already, where
    /// the writer may have stored one. To a reader that was not, the word may have any value.
    fn load_watermark(&mut self) -> Sym {
        if self.actor == Actor::Writer {
            return self.ring.mark;
        }
        let seen = fresh("mark");
        let shown = either(eq(seen, self.ring.mark), self.ring.mark_may_change());
        assume(implies(self.ring.is_lap_ahead(self.saw_committed), shown));
        seen
    }
}

pub(crate) fn load(role: Role, ordering: Ordering) -> Sym {
    let mut w = now();
    if w.actor == Actor::Nobody {
        return w.words[role as usize];
    }
    let value = match role {
        Role::Committed => w.load_committed(ordering),
        Role::Released => w.load_released(ordering),
        Role::Watermark => w.load_watermark(),
        Role::CommittedLap => {
            prove("only the writer reads its lap", known(w.actor == Actor::Writer));
            w.ring.lap
        }
        Role::ReleasedLap => {
            prove("only the reader reads its lap", known(w.actor == Actor::Reader));
            w.ring.readers_lap
        }
        Role::WriterClosed | Role::ReaderClosed => unreachable!("positions do not depend on who has closed"),
    };
    change(|now| *now = w);
    value
}
