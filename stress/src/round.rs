//! One ring, from the first end to the last.
use crate::dice::Dice;
use crate::ledger::{Ledger, Tally};
use crate::queue::{Consumer as _, Producer as _, Queue};
use crate::watch::Board;
use crate::worker::{MOST_AT_ONCE, Shop, consume, produce};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How a round goes.
#[derive(Clone, Debug)]
pub(crate) struct Round {
    pub(crate) capacity: usize,
    pub(crate) producers: usize,
    pub(crate) consumers: usize,
    pub(crate) time: Duration,
    pub(crate) end: End,
    pub(crate) bombs: bool,
    seed: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The last producer goes, the consumers take the rest.
    Drained,
    /// Somebody closes while all are at work, the consumers take the rest.
    Closed,
    /// All go, with items in the ring.
    Left,
}

impl Round {
    pub(crate) fn roll(dice: &mut Dice) -> Self {
        Self {
            capacity: [1, 2, 3, 5, 8, 64][dice.below(6)],
            producers: 1 + dice.below(3),
            consumers: 1 + dice.below(3),
            time: Duration::from_millis(20 + dice.below(300) as u64),
            end: [End::Drained, End::Drained, End::Closed, End::Left][dice.below(4)],
            bombs: dice.one_in(2),
            seed: dice.next(),
        }
    }
}

pub(crate) fn run<Q: Queue>(round: &Round, board: &Board) -> Tally {
    let (producer, consumer) = Q::ring(round.capacity);
    let ledger = Ledger::new();
    let (over, names) = (AtomicBool::new(false), AtomicU32::new(0));
    std::thread::scope(|scope| {
        let shop = Shop { round, ledger: &ledger, board, over: &over, names: &names, order: Q::ORDER, scope };
        let mut dice = Dice::new(round.seed);
        // Where there may be only one of a kind, there is one.
        for end in (1..round.producers).map_while(|_| producer.fork()).collect::<Vec<_>>() {
            let seed = dice.next();
            scope.spawn(move || produce(shop, end, seed));
        }
        for end in (1..round.consumers).map_while(|_| consumer.fork()).collect::<Vec<_>>() {
            let seed = dice.next();
            scope.spawn(move || consume(shop, end, seed));
        }
        let seeds = [dice.next(), dice.next()];
        scope.spawn(move || produce(shop, producer, seeds[0]));
        scope.spawn(move || consume(shop, consumer, seeds[1]));
        let began = Instant::now();
        while began.elapsed() < round.time && !ledger.is_full() && !over.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(2));
        }
        over.store(true, Ordering::Relaxed);
    });
    let late = Q::LATE && ledger.closed_by_a_consumer.load(Ordering::Relaxed);
    ledger.tally(match round.end {
        End::Left => u64::MAX,
        End::Closed if late => MOST_AT_ONCE as u64, // one producer, one call
        _ => 0,
    })
}
