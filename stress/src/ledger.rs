//! What became of each item of a round.
use crate::dice::mix;
use std::fmt;
use std::ops::Add;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};

/// The payload of a panic that is part of the programme: no hook reports it.
pub(crate) struct Planned;

pub(crate) fn panic_as_planned() -> ! {
    resume_unwind(Box::new(Planned))
}

/// An item that can tell whether it is whole, and whose drop is counted.
pub(crate) struct Item {
    pub(crate) id: usize,
    pub(crate) producer: u32,
    pub(crate) sequence: u32,
    sum: u64,
    /// Whether its drop panics.
    bomb: bool,
    ledger: Arc<Ledger>,
}

impl Item {
    fn sum(&self) -> u64 {
        mix(self.id as u64 ^ u64::from(self.producer) << 32 ^ u64::from(self.sequence))
    }

    fn check(&self) {
        if self.sum() != self.sum {
            self.ledger.spoilt.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Item {
    fn drop(&mut self) {
        self.check();
        self.ledger.note(self.id, DROPPED);
        if self.bomb && !std::thread::panicking() {
            panic_as_planned();
        }
    }
}

/// Counters of two bits in a byte: none, one, or more.
const DROPPED: u8 = 1;
const SEEN: u8 = 4;
/// It was handed back to who would have put it in.
const REFUSED: u8 = 16;

/// One round holds no more items than that.
const MOST: usize = 1 << 18;

pub(crate) struct Ledger {
    items: Box<[AtomicU8]>,
    made: AtomicUsize,
    spoilt: AtomicU64,
    out_of_order: AtomicU64,
    /// Things that happened on the way.
    pub(crate) abandoned: AtomicU64,
    pub(crate) panics: AtomicU64,
    pub(crate) workers: AtomicU64,
    pub(crate) closed_by_a_consumer: AtomicBool,
}

impl Ledger {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            items: (0..MOST).map(|_| AtomicU8::new(0)).collect(),
            made: AtomicUsize::new(0),
            spoilt: AtomicU64::new(0),
            out_of_order: AtomicU64::new(0),
            abandoned: AtomicU64::new(0),
            panics: AtomicU64::new(0),
            workers: AtomicU64::new(0),
            closed_by_a_consumer: AtomicBool::new(false),
        })
    }

    /// Whether there is no room for what all workers might make in a step.
    pub(crate) fn is_full(&self) -> bool {
        self.made.load(Ordering::Relaxed) + 1_000 > MOST
    }

    pub(crate) fn make(self: &Arc<Self>, producer: u32, sequence: u32, bomb: bool) -> Item {
        let id = self.made.fetch_add(1, Ordering::Relaxed);
        let mut item = Item { id, producer, sequence, sum: 0, bomb, ledger: self.clone() };
        item.sum = item.sum();
        item
    }

    /// The item did not go in.
    pub(crate) fn refused(&self, item: &Item) {
        item.check();
        self.items[item.id].fetch_or(REFUSED, Ordering::Relaxed);
    }

    /// The item came out, after those that `last` tells of.
    pub(crate) fn seen(&self, item: &Item, last: &mut Vec<Option<u32>>) {
        item.check();
        self.note(item.id, SEEN);
        let producer = item.producer as usize;
        if last.len() <= producer {
            last.resize(producer + 1, None);
        }
        if last[producer].is_some_and(|before| before >= item.sequence) {
            self.out_of_order.fetch_add(1, Ordering::Relaxed);
        }
        last[producer] = Some(item.sequence);
    }

    fn note(&self, id: usize, what: u8) {
        let before = self.items[id].fetch_add(what, Ordering::Relaxed);
        // Two bits are enough to tell once from more often, if a third time does not carry.
        if before / what % 4 == 3 {
            self.items[id].fetch_sub(what, Ordering::Relaxed);
        }
    }

    /// What became of all, when nobody has the ring any more. So many items may have been left in it, and not have come out.
    pub(crate) fn tally(&self, most_left: u64) -> Tally {
        let mut tally = Tally {
            spoilt: self.spoilt.load(Ordering::Relaxed),
            out_of_order: self.out_of_order.load(Ordering::Relaxed),
            abandoned: self.abandoned.load(Ordering::Relaxed),
            panics: self.panics.load(Ordering::Relaxed),
            workers: self.workers.load(Ordering::Relaxed),
            ..Tally::default()
        };
        for item in &self.items[..self.made.load(Ordering::Relaxed)] {
            let item = item.load(Ordering::Relaxed);
            let (dropped, seen) = (item / DROPPED % 4, item / SEEN % 4);
            match (item & REFUSED != 0, seen) {
                (true, 0) => {}
                (false, 1) => tally.items += 1,
                (false, 0) => tally.left += 1,
                _ => tally.duplicated += 1,
            }
            tally.leaked += u64::from(dropped == 0);
            tally.dropped_twice += u64::from(dropped > 1);
        }
        if tally.left > most_left {
            (tally.left, tally.lost) = (0, tally.left);
        }
        tally
    }
}

/// The result of rounds.
#[derive(Clone, Copy, Default)]
pub(crate) struct Tally {
    items: u64,
    left: u64,
    lost: u64,
    duplicated: u64,
    out_of_order: u64,
    spoilt: u64,
    leaked: u64,
    dropped_twice: u64,
    abandoned: u64,
    panics: u64,
    workers: u64,
}

impl Tally {
    pub(crate) fn is_clean(&self) -> bool {
        let bad =
            [self.lost, self.duplicated, self.out_of_order, self.spoilt, self.leaked, self.dropped_twice];
        bad == [0; 6]
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            items: self.items + other.items,
            left: self.left + other.left,
            lost: self.lost + other.lost,
            duplicated: self.duplicated + other.duplicated,
            out_of_order: self.out_of_order + other.out_of_order,
            spoilt: self.spoilt + other.spoilt,
            leaked: self.leaked + other.leaked,
            dropped_twice: self.dropped_twice + other.dropped_twice,
            abandoned: self.abandoned + other.abandoned,
            panics: self.panics + other.panics,
            workers: self.workers + other.workers,
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { items, left, lost, duplicated, out_of_order, spoilt, leaked, dropped_twice, .. } = self;
        write!(
            f,
            "{items} items, {lost} lost, {duplicated} duplicated, {out_of_order} out of order, {spoilt} spoilt, "
        )?;
        write!(
            f,
            "{leaked} leaked, {dropped_twice} dropped twice ({left} left in a ring, {} slots abandoned, ",
            self.abandoned
        )?;
        write!(f, "{} panics, {} threads)", self.panics, self.workers)
    }
}

#[cfg(test)]
mod tests {
    use super::Ledger;

    #[test]
    fn what_goes_wrong_is_told() {
        let ledger = Ledger::new();
        let mut last = Vec::new();
        let [lost, twice, leaked, late] = [0, 2, 3, 1].map(|sequence| ledger.make(0, sequence, false));
        for item in [&twice, &twice, &leaked, &late] {
            ledger.seen(item, &mut last);
        }
        std::mem::forget(leaked);
        drop((lost, twice, late));
        let tally = ledger.tally(0);
        assert_eq!((tally.lost, tally.duplicated, tally.leaked), (1, 1, 1));
        assert_eq!(tally.out_of_order, 2, "the second of the same, and the late one");
        assert_eq!((tally.items, tally.dropped_twice, tally.spoilt), (2, 0, 0));
        assert!(!tally.is_clean());
    }

    #[test]
    fn more_left_than_may_be_is_lost() {
        let ledger = Ledger::new();
        drop([0, 1].map(|sequence| ledger.make(0, sequence, false)));
        assert_eq!((ledger.tally(2).left, ledger.tally(2).lost), (2, 0));
        assert_eq!((ledger.tally(1).left, ledger.tally(1).lost), (0, 2));
    }

    #[test]
    fn what_was_refused_must_not_come_out() {
        let ledger = Ledger::new();
        let item = ledger.make(0, 0, false);
        ledger.refused(&item);
        drop(item);
        assert!(ledger.tally(0).is_clean());
        let item = ledger.make(0, 1, false);
        ledger.refused(&item);
        ledger.seen(&item, &mut Vec::new());
        drop(item);
        assert_eq!(ledger.tally(1).duplicated, 1);
    }
}
