//! What a thread does with an end until it goes, and hands it on to the next.
use crate::dice::Dice;
use crate::ledger::{Item, Ledger, Planned, panic_as_planned};
use crate::queue::{
    Consumer, Order, Producer, ReadSlot as _, ReadSlots as _, Refused, WriteSlot as _, WriteSlots as _,
};
use crate::round::{End, Round};
use crate::watch::{Board, Line, step};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::{Scope, yield_now};
use std::time::Duration;

/// How many slots, or items, one call asks for at most.
pub(crate) const MOST_AT_ONCE: usize = 9;

/// What all workers of a round share.
#[derive(Clone, Copy)]
pub(crate) struct Shop<'s, 'env> {
    pub(crate) round: &'s Round,
    pub(crate) ledger: &'s Arc<Ledger>,
    pub(crate) board: &'s Board,
    pub(crate) over: &'s AtomicBool,
    pub(crate) names: &'s AtomicU32,
    pub(crate) order: Order,
    pub(crate) scope: &'s Scope<'s, 'env>,
}

impl Shop<'_, '_> {
    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed) || self.ledger.is_full()
    }
}

/// Puts items in until it goes.
pub(crate) fn produce<'s, P: Producer + 's>(shop: Shop<'s, '_>, mut end: P, seed: u64) {
    let mut worker = Worker::enter(shop, "producer", seed);
    let life = worker.life();
    let stays = (0..life).all(|_| !shop.is_over() && !matches!(worker.put(&mut end), Some(Refused::Closed)));
    worker.doing("leaving");
    if stays {
        // The next one comes before this one goes, or gets its end.
        let (next, old) = match end.fork() {
            Some(next) => (next, Some(end)),
            None => (end, None),
        };
        let seed = worker.dice.next();
        shop.scope.spawn(move || produce(shop, next, seed));
        worker.attempt(|_| drop(old));
    } else {
        worker.attempt(|_| drop(end));
    }
    worker.leave();
}

/// Takes items out until it goes.
pub(crate) fn consume<'s, C: Consumer + 's>(shop: Shop<'s, '_>, mut end: C, seed: u64) {
    let mut worker = Worker::enter(shop, "consumer", seed);
    let life = worker.life();
    let leaves = || shop.round.end == End::Left && shop.is_over();
    let stays = (0..life).all(|_| !leaves() && !matches!(worker.take(&mut end), Some(Refused::Closed)));
    worker.doing("leaving");
    if stays {
        // The next one comes before this one goes, or gets its end.
        let (next, old) = match end.fork() {
            Some(next) => (next, Some(end)),
            None => (end, None),
        };
        let seed = worker.dice.next();
        shop.scope.spawn(move || consume(shop, next, seed));
        worker.attempt(|_| drop(old));
    } else {
        worker.attempt(|_| drop(end));
    }
    worker.leave();
}

/// One thread, while it has an end.
struct Worker<'s, 'env> {
    shop: Shop<'s, 'env>,
    number: u32,
    name: String,
    line: Arc<Line>,
    dice: Dice,
    /// Of the next item.
    sequence: u32,
    /// The last items seen, by producer.
    last: Vec<Option<u32>>,
}

impl<'s, 'env> Worker<'s, 'env> {
    fn enter(shop: Shop<'s, 'env>, kind: &str, seed: u64) -> Self {
        let number = shop.names.fetch_add(1, Ordering::Relaxed);
        shop.ledger.workers.fetch_add(1, Ordering::Relaxed);
        let name = format!("{kind} {number}");
        let line = shop.board.enter(&name);
        Self { shop, number, name, line, dice: Dice::new(seed), sequence: 0, last: Vec::new() }
    }

    fn leave(self) {
        self.shop.board.leave(&self.name);
    }

    /// How many steps it stays.
    fn life(&mut self) -> usize {
        [20, 200, 2_000, 20_000][self.dice.below(4)]
    }

    fn doing(&self, what: &'static str) {
        self.line.doing.store(step(what), Ordering::Relaxed);
    }

    fn moved(&self) {
        self.shop.board.moved.fetch_add(1, Ordering::Relaxed);
    }

    /// Does something that may panic as planned; `None` if it does.
    fn attempt<T>(&mut self, what: impl FnOnce(&mut Self) -> T) -> Option<T> {
        match catch_unwind(AssertUnwindSafe(|| what(self))) {
            Ok(done) => Some(done),
            Err(panic) if panic.is::<Planned>() => {
                self.shop.ledger.panics.fetch_add(1, Ordering::Relaxed);
                None
            }
            Err(panic) => resume_unwind(panic),
        }
    }

    fn stall(&mut self, what: &'static str) {
        self.doing(what);
        match self.dice.below(1_000) {
            0 => std::thread::sleep(Duration::from_micros(500)),
            1..50 => (0..self.dice.below(4)).for_each(|_| yield_now()),
            50..500 => (0..self.dice.below(100)).for_each(|_| std::hint::spin_loop()),
            _ => {}
        }
    }

    fn ticket(&mut self) -> u32 {
        self.sequence += 1;
        self.sequence
    }

    fn make(&mut self, sequence: u32) -> Item {
        let bomb = self.shop.round.bombs && self.dice.one_in(50);
        self.shop.ledger.make(self.number, sequence, bomb)
    }

    /// Closes now and then, where the round is to end so.
    fn may_close(&mut self, close: impl FnOnce()) {
        if self.shop.round.end == End::Closed && self.dice.one_in(5_000) {
            close();
            self.shop.over.store(true, Ordering::Relaxed);
        }
    }

    /// One step of a producer.
    fn put<P: Producer>(&mut self, end: &mut P) -> Option<Refused> {
        self.line.steps.fetch_add(1, Ordering::Relaxed);
        self.may_close(|| end.close());
        let what = self.dice.below(16);
        let refused = self.attempt(|this| match what {
            0..6 => this.push(end),
            6 | 7 => this.force_push(end),
            8..11 => this.reserve(end),
            11..14 => this.run(end),
            _ => this.several(end),
        });
        let refused = refused?.err();
        self.doing("between steps");
        if refused.is_some() {
            yield_now();
        }
        refused
    }

    fn push<P: Producer>(&mut self, end: &mut P) -> Result<(), Refused> {
        let sequence = self.ticket();
        let item = self.make(sequence);
        self.doing("push");
        let refused = end.push(item);
        self.handed_over(refused)
    }

    fn force_push<P: Producer>(&mut self, end: &mut P) -> Result<(), Refused> {
        let sequence = self.ticket();
        let item = self.make(sequence);
        self.doing("force_push");
        let evicted = match end.force_push(item) {
            Ok(evicted) => evicted,
            Err(refused) => return self.handed_over(Err(refused)),
        };
        self.moved();
        if let Some(item) = evicted {
            self.shop.ledger.seen(&item, &mut self.last);
        }
        Ok(())
    }

    fn handed_over(&mut self, result: Result<(), (Item, Refused)>) -> Result<(), Refused> {
        let Err((item, why)) = result else {
            self.moved();
            return Ok(());
        };
        self.shop.ledger.refused(&item);
        drop(item);
        Err(why)
    }

    fn abandoned(&self, slots: usize) {
        self.doing("abandon");
        self.shop.ledger.abandoned.fetch_add(slots as u64, Ordering::Relaxed);
    }

    fn reserve<P: Producer>(&mut self, end: &mut P) -> Result<(), Refused> {
        self.doing("reserve");
        let slot = end.reserve()?;
        let sequence = self.ticket();
        self.stall("stalled with a slot");
        match self.dice.below(8) {
            0 => {
                self.abandoned(1);
                drop(slot);
            }
            1 => {
                self.abandoned(1);
                panic_as_planned(); // with the slot
            }
            _ => {
                let item = self.make(sequence);
                self.doing("write");
                slot.write(item);
            }
        }
        self.moved();
        Ok(())
    }

    fn run<P: Producer>(&mut self, end: &mut P) -> Result<(), Refused> {
        let want = 1 + self.dice.below(MOST_AT_ONCE);
        self.doing("reserve");
        let grant = end.reserve_up_to(want)?;
        let len = grant.len();
        self.stall("stalled with a slot");
        // How many are made before the making panics, if it does.
        let most = if self.dice.one_in(8) { self.dice.below(len) } else { len };
        if self.dice.one_in(8) {
            self.abandoned(len);
            drop(grant);
            return Ok(());
        }
        self.doing("fill_with");
        let mut made = 0;
        grant.fill_with(|| {
            if made == most {
                self.abandoned(len - most);
                panic_as_planned();
            }
            made += 1;
            self.moved();
            let sequence = self.ticket();
            self.make(sequence)
        });
        Ok(())
    }

    /// Several slots at once, each by an end of its own that comes and goes, written in any order.
    fn several<P: Producer>(&mut self, end: &mut P) -> Result<(), Refused> {
        self.doing("several slots");
        let mut ends: Vec<P> = (0..2 + self.dice.below(3)).map_while(|_| end.fork()).collect();
        let mut slots: Vec<_> =
            ends.iter_mut().map_while(|end| end.reserve().ok()).map(|slot| (slot, self.ticket())).collect();
        while !slots.is_empty() {
            self.stall("several slots");
            let (slot, sequence) = slots.swap_remove(self.dice.below(slots.len()));
            match self.dice.below(24) {
                0 => drop(slot),
                1 => panic_as_planned(), // with all of them
                _ => {
                    // Where the commits decide, the last to be written is the last in order.
                    let sequence = if self.shop.order == Order::AtCommit { self.ticket() } else { sequence };
                    slot.write(self.make(sequence));
                    self.moved();
                }
            }
        }
        Ok(())
    }

    /// One step of a consumer.
    fn take<C: Consumer>(&mut self, end: &mut C) -> Option<Refused> {
        let ledger = self.shop.ledger;
        self.line.steps.fetch_add(1, Ordering::Relaxed);
        self.may_close(|| {
            ledger.closed_by_a_consumer.store(true, Ordering::Relaxed);
            end.close();
        });
        let what = self.dice.below(8);
        let refused = self.attempt(|this| match what {
            0..3 => this.pop(end),
            3..5 => this.claim(end),
            _ => this.claim_run(end),
        });
        let refused = refused?.err();
        self.doing("between steps");
        if refused.is_some() {
            yield_now();
        }
        refused
    }

    fn see(&mut self, item: &Item) {
        self.shop.ledger.seen(item, &mut self.last);
        self.moved();
    }

    fn pop<C: Consumer>(&mut self, end: &mut C) -> Result<(), Refused> {
        self.doing("pop");
        let item = end.pop()?;
        self.see(&item);
        Ok(())
    }

    fn claim<C: Consumer>(&mut self, end: &mut C) -> Result<(), Refused> {
        self.doing("claim");
        let claim = end.claim()?;
        self.see(&claim);
        self.stall("stalled with a claim");
        self.doing("release");
        match self.dice.below(8) {
            0 => panic_as_planned(), // with the claim
            1..4 => drop(claim.into_inner()),
            _ => drop(claim),
        }
        Ok(())
    }

    fn claim_run<C: Consumer>(&mut self, end: &mut C) -> Result<(), Refused> {
        let want = 1 + self.dice.below(MOST_AT_ONCE);
        self.doing("claim_up_to");
        let grant = end.claim_up_to(want)?;
        for item in grant.items() {
            self.shop.ledger.seen(item, &mut self.last);
            self.moved();
        }
        self.stall("stalled with a claim");
        self.doing("release");
        match self.dice.below(8) {
            0 => panic_as_planned(), // with all of them
            1..4 => grant.take_some(2),
            _ => drop(grant),
        }
        Ok(())
    }
}
