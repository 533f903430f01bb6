//! The same for records: of one granule, of all of the ring, discarded.
use annulus_protocol::record::{Claimed, Cursors, Records, Refused, Reserved, Shape, Turn};
use annulus_protocol::sync::steps::{Steps, watch};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

struct Ring {
    cursors: Cursors,
    turns: Vec<Turn>,
    granules: RefCell<Vec<u32>>,
    next: RefCell<u32>,
    /// The lengths of what is inside.
    inside: RefCell<BTreeMap<u32, usize>>,
}

impl Ring {
    fn new(size: usize) -> Self {
        Self {
            cursors: Cursors::new(),
            turns: (0..size).map(|_| Turn::new()).collect(),
            granules: RefCell::new(vec![0; size]),
            next: RefCell::default(),
            inside: RefCell::default(),
        }
    }

    fn records(&self) -> Records<'_> {
        Records::new(&self.cursors, &self.turns, Shape::of(self.turns.len(), 1))
    }

    fn put(&self, reserve: impl FnOnce() -> Result<Reserved, Refused>) -> bool {
        let Ok(reserved) = reserve() else { return false };
        *self.next.borrow_mut() += 1;
        let (id, (start, len)) = (*self.next.borrow(), self.records().bytes_to_write(&reserved));
        self.granules.borrow_mut()[start..start + len].fill(id);
        self.inside.borrow_mut().insert(id, len);
        self.records().commit(reserved, len);
        true
    }

    fn take(&self, claim: impl FnOnce() -> Result<Claimed, Refused>) -> bool {
        let Ok(claimed) = claim() else { return false };
        let (start, len) = self.records().bytes_to_read(&claimed);
        let id = self.granules.borrow()[start];
        assert!(self.granules.borrow()[start..start + len].iter().all(|by| *by == id), "torn");
        assert_eq!(self.inside.borrow_mut().remove(&id), Some(len), "{id} twice, or of another lap");
        self.records().release(claimed);
        true
    }

    fn laps(&self, laps: usize, leave: usize) {
        while self.take(|| self.records().claim()) {}
        for _ in 0..laps * self.turns.len() {
            _ = self.put(|| self.records().reserve(1)) && self.take(|| self.records().claim());
        }
        (0..leave).for_each(|_| _ = self.put(|| self.records().reserve(1)));
    }
}

#[derive(Clone, Copy)]
enum Call {
    Reserve(usize),
    Claim,
}

#[test]
fn a_record_paused_for_whole_laps_before_its_exchange_takes_no_granule_that_is_not_its_turn() {
    for size in [1usize, 2, 3, 5] {
        // A lap has twice the bytes, and as many again to tell them from it; the word has so many laps.
        let laps_in_a_word = usize::from(u8::MAX) / (2 * size + 2).next_power_of_two() + 1;
        for laps in 0..laps_in_a_word - 1 {
            for before in 0..=size {
                for leave in 0..=size {
                    for stop in 0..12 {
                        for call in [Call::Reserve(1), Call::Reserve(size), Call::Claim] {
                            paused(size, laps, (before, leave), stop, call);
                        }
                    }
                }
            }
        }
    }
}

fn paused(size: usize, laps: usize, (before, leave): (usize, usize), stop: usize, call: Call) {
    let ring = Rc::new(Ring::new(size));
    ring.laps(1, before);
    if before != 0 && leave % 2 == 0 {
        ring.take(|| ring.records().claim()); // so that it does not always begin at the first granule
    }
    let others = ring.clone();
    let hook = move |steps: Steps| {
        if steps.all == stop {
            others.laps(laps, leave);
        }
    };
    match call {
        Call::Reserve(len) => _ = ring.put(|| watch(hook, || ring.records().reserve(len)).0),
        Call::Claim => _ = ring.take(|| watch(hook, || ring.records().claim()).0),
    }
    while ring.take(|| ring.records().claim()) {}
    assert!(ring.inside.borrow().is_empty(), "lost");
    assert!(ring.put(|| ring.records().reserve(size)), "all of it");
    assert!(ring.take(|| ring.records().claim()));
}
