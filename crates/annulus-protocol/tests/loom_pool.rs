//! Slots change hands whole, once, in the order of their commits, and nobody is in the way. Labels: P1, P2.
#![cfg(loom)]
use annulus_protocol::pool::{Cursors, Entry, PER_SLOT, Pool, Refused, Shape};
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

struct Words<const N: usize> {
    cursors: Cursors,
    entries: [[Entry; PER_SLOT]; N],
    slots: [UnsafeCell<u32>; N],
}

// SAFETY: a slot is touched by its owner only; that is what the models check.
unsafe impl<const N: usize> Sync for Words<N> {}
// SAFETY: as above.
unsafe impl<const N: usize> Send for Words<N> {}

impl<const N: usize> Words<N> {
    fn new() -> Self {
        let entries = std::array::from_fn(|_| std::array::from_fn(|_| Entry::new()));
        let slots = std::array::from_fn(|_| UnsafeCell::new(0));
        Self { cursors: Cursors::new(), entries, slots }
    }

    fn pool(&self) -> Pool<'_> {
        Pool::new(&self.cursors, self.entries.as_flattened(), Shape::of(N))
    }

    fn replace(&self, index: usize, value: u32) -> u32 {
        self.slots[index].with_mut(|slot| {
            // SAFETY: whoever calls this owns the slot.
            std::mem::replace(unsafe { &mut *slot }, value)
        })
    }

    /// Writes `value`, and commits or abandons it.
    fn put(&self, value: u32, commit: bool) -> Result<(), Refused> {
        let pool = self.pool();
        let reserved = pool.reserve()?;
        let _old = self.replace(pool.index_to_write(&reserved), value);
        if commit {
            pool.commit(reserved)
        } else {
            pool.abandon(reserved)
        }
        Ok(())
    }

    fn take(&self) -> Result<u32, Refused> {
        let pool = self.pool();
        let claimed = pool.claim()?;
        let value = self.replace(pool.index_to_read(&claimed), u32::MAX);
        pool.release(claimed);
        Ok(value)
    }

    /// Writes `value` in the place of the oldest, if full.
    fn force(&self, value: u32) -> Result<Option<u32>, Refused> {
        let pool = self.pool();
        let Some(evicted) = pool.evict()? else { return Ok(None) };
        let oldest = self.replace(pool.index_to_renew(&evicted), value);
        pool.renew(evicted);
        Ok(Some(oldest))
    }

    /// Writes as many as it gets, up to two, and commits all but the last of two.
    fn put_run(&self, value: u32) -> usize {
        let pool = self.pool();
        let Ok(run) = pool.reserve_run(1, 2) else { return 0 };
        for index in pool.indices_to_write(&run) {
            self.replace(index, value);
        }
        pool.commit_run(run, 1);
        1
    }

    /// Takes up to two.
    fn take_run(&self) -> Vec<u32> {
        let pool = self.pool();
        let Ok(run) = pool.claim_run(2) else { return Vec::new() };
        let values = pool.indices_to_read(&run).map(|index| self.replace(index, u32::MAX)).collect();
        pool.release_run(run);
        values
    }

    fn rest(&self) -> Vec<u32> {
        std::iter::from_fn(|| self.take().ok()).collect()
    }
}

fn sorted(values: impl IntoIterator<Item = u32>) -> Vec<u32> {
    let mut values: Vec<u32> = values.into_iter().collect();
    values.sort_unstable();
    values
}

/// With more than two threads at work, one preemption less than the others have keeps a model within seconds.
fn with_many(model: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = builder.preemption_bound.map(|bound| bound.min(2));
    builder.check(model);
}

/// Two who write and read, one of whom abandons on the way: what was committed comes out once, whole.
fn everything_comes_out_once<const N: usize>() {
    loom::model(|| {
        let words = Arc::new(Words::<N>::new());
        let there = words.clone();
        let other = thread::spawn(move || {
            let _abandoned = there.put(9, false);
            let sent = there.put(1, true).is_ok();
            (sent, there.take().ok())
        });
        let mine = words.put(2, true).is_ok();
        let first = words.take().ok();
        let (theirs, second) = other.join().unwrap();
        let got = sorted(first.into_iter().chain(second).chain(words.rest()));
        let sent = [(1, theirs), (2, mine)].into_iter().filter_map(|(value, sent)| sent.then_some(value));
        assert_eq!(got, sent.collect::<Vec<_>>());
        assert_eq!((words.pool().vacant(), words.pool().occupied()), (N, 0));
    });
}

#[test]
fn everything_comes_out_once_of_a_pool_of_one() {
    everything_comes_out_once::<1>();
}

#[test]
fn everything_comes_out_once_of_a_pool_of_two() {
    everything_comes_out_once::<2>();
}

/// Two writers and two readers, all at once.
fn two_writers_and_two_readers<const N: usize>() {
    with_many(|| {
        let words = Arc::new(Words::<N>::new());
        let writer = |value: u32| {
            let there = words.clone();
            thread::spawn(move || there.put(value, true).is_ok().then_some(value))
        };
        let writers = [writer(1), writer(2)];
        let there = words.clone();
        let reader = thread::spawn(move || there.take().ok());
        let mine = words.take().ok();
        let theirs = reader.join().unwrap();
        let sent = sorted(writers.into_iter().filter_map(|writer| writer.join().unwrap()));
        let got = sorted(mine.into_iter().chain(theirs).chain(words.rest()));
        assert_eq!(got, sent);
        assert!(!sent.is_empty());
    });
}

#[test]
fn two_writers_and_two_readers_share_a_pool_of_one() {
    two_writers_and_two_readers::<1>();
}

#[test]
fn two_writers_and_two_readers_share_a_pool_of_two() {
    two_writers_and_two_readers::<2>();
}

/// One slot is written for ever, another read for ever: the third still goes from hand to hand.
#[test]
fn who_holds_a_slot_for_ever_is_in_nobodys_way() {
    loom::model(|| {
        let words = Arc::new(Words::<3>::new());
        let _written = words.pool().reserve().unwrap();
        words.put(7, true).unwrap();
        let _read = words.pool().claim().unwrap();
        let there = words.clone();
        let other = thread::spawn(move || (there.put(1, true).is_ok(), there.take().ok()));
        let mine = (words.put(2, true).is_ok(), words.take().ok());
        let theirs = other.join().unwrap();
        assert!(mine.0 || theirs.0, "a slot is free");
        let got = sorted(mine.1.into_iter().chain(theirs.1).chain(words.rest()));
        let sent = [(1, theirs.0), (2, mine.0)].into_iter().filter_map(|(value, sent)| sent.then_some(value));
        assert_eq!(got, sent.collect::<Vec<_>>());
        words.put(3, true).unwrap();
        assert_eq!(words.take(), Ok(3));
    });
}

/// Whoever knows of an item finds one, though what another put lies before it.
#[test]
fn who_knows_of_an_item_does_not_find_the_pool_empty() {
    for before in 0..4 {
        loom::model(move || {
            let words = Arc::new(Words::<2>::new());
            for _ in 0..before {
                // After some of these a hint moves with the next.
                words.put(0, true).unwrap();
                words.take().unwrap();
            }
            let there = words.clone();
            let other = thread::spawn(move || {
                there.put(1, true).unwrap();
                // Another thread, which has not seen the hint that this one has used.
                thread::spawn(move || there.take().unwrap()).join().unwrap()
            });
            words.put(2, true).unwrap();
            let got = other.join().unwrap();
            assert_eq!(words.take(), Ok(3 - got));
        });
    }
}

/// Two threads each fill one pool and look into the other: one of them at least finds something.
#[test]
fn two_pools_are_not_both_found_empty() {
    loom::model(|| {
        let pools = Arc::new([Words::<1>::new(), Words::<1>::new()]);
        let look = |pools: &[Words<1>; 2], mine: usize| {
            pools[mine].put(1, true).unwrap();
            pools[1 - mine].take()
        };
        let there = pools.clone();
        let other = thread::spawn(move || look(&there, 0));
        let mine = look(&pools, 1);
        let both = (mine, other.join().unwrap());
        assert_ne!(both, (Err(Refused::Empty), Err(Refused::Empty)));
    });
}

/// The same with two pools that are full, one slot of each being emptied first.
#[test]
fn two_pools_are_not_both_found_full() {
    loom::model(|| {
        let pools = Arc::new([Words::<1>::new(), Words::<1>::new()]);
        for words in pools.iter() {
            words.put(1, true).unwrap();
        }
        let look = |pools: &[Words<1>; 2], mine: usize| {
            pools[mine].take().unwrap();
            pools[1 - mine].put(2, true)
        };
        let there = pools.clone();
        let other = thread::spawn(move || look(&there, 0));
        let mine = look(&pools, 1);
        let both = (mine, other.join().unwrap());
        assert_ne!(both, (Err(Refused::Full), Err(Refused::Full)));
    });
}

/// One closes, one puts or abandons, one looks until it is told that the pool is closed: then it has everything.
fn closed_means_that_nothing_was_missed<const N: usize>(commit: bool) {
    with_many(move || {
        let words = Arc::new(Words::<N>::new());
        let there = words.clone();
        let writer = thread::spawn(move || there.put(1, commit).is_ok() && commit);
        let there = words.clone();
        let closer = thread::spawn(move || {
            there.pool().close();
            assert_eq!(there.put(2, true), Err(Refused::Closed));
        });
        let mut got = 0;
        let mut told = false;
        for _ in 0..2 {
            match words.take() {
                Ok(_) => {
                    assert!(!told);
                    got += 1;
                }
                Err(Refused::Closed) => told = true,
                Err(refused) => assert_eq!((refused, told), (Refused::Empty, false)),
            }
        }
        closer.join().unwrap();
        let sent = usize::from(writer.join().unwrap());
        assert!(!told || got == sent);
        got += words.rest().len();
        assert_eq!(got, sent);
        assert_eq!(words.take(), Err(Refused::Closed));
    });
}

#[test]
fn closed_means_that_nothing_was_missed_of_a_pool_of_one() {
    closed_means_that_nothing_was_missed::<1>(true);
}

#[test]
fn closed_means_that_nothing_was_missed_of_a_pool_of_two() {
    closed_means_that_nothing_was_missed::<2>(true);
}

#[test]
fn closed_is_told_after_an_abandonment() {
    closed_means_that_nothing_was_missed::<1>(false);
}

/// The same with one who overwrites.
#[test]
fn closed_waits_for_what_takes_the_place_of_the_oldest() {
    with_many(|| {
        let words = Arc::new(Words::<1>::new());
        words.put(1, true).unwrap();
        let there = words.clone();
        let writer = thread::spawn(move || there.force(2).ok().flatten());
        let there = words.clone();
        let closer = thread::spawn(move || there.pool().close());
        let looks = [words.take(), words.take()];
        closer.join().unwrap();
        let evicted = writer.join().unwrap();
        let rest = words.rest();
        assert!(!looks.contains(&Err(Refused::Closed)) || rest.is_empty());
        let got: Vec<u32> = looks.into_iter().flatten().chain(rest).collect();
        match evicted {
            Some(oldest) => assert_eq!((oldest, got), (1, vec![2])),
            None => assert_eq!(got, [1]),
        }
        assert_eq!(words.take(), Err(Refused::Closed));
    });
}

/// A full pool, one who takes and one who overwrites: the oldest goes to one of them, and what took its place comes out.
#[test]
fn the_oldest_of_a_pool_is_claimed_or_evicted_and_what_takes_its_place_comes_out() {
    loom::model(|| {
        let words = Arc::new(Words::<1>::new());
        let there = words.clone();
        let other = thread::spawn(move || [there.take().ok(), there.force(3).unwrap_or(None)]);
        let put = words.put(1, true);
        let forced = words.force(2);
        let theirs = other.join().unwrap();
        let mut sent = vec![3; usize::from(theirs[1].is_some())];
        sent.extend(put.ok().map(|()| 1));
        sent.extend(forced.ok().flatten().map(|_| 2));
        let got = theirs.into_iter().flatten().chain(forced.ok().flatten()).chain(words.rest());
        assert_eq!(sorted(got), sorted(sent));
    });
}

/// Runs of slots on both sides, with one abandoned at the end of each.
fn runs_come_out_once<const N: usize>() {
    loom::model(|| {
        let words = Arc::new(Words::<N>::new());
        let there = words.clone();
        let other = thread::spawn(move || {
            let got = there.take_run();
            let sent = there.put_run(2);
            (sent, got)
        });
        let mine = words.put_run(1);
        let mut got = words.take_run();
        let (theirs, also) = other.join().unwrap();
        got.extend(also);
        got.extend(words.rest());
        let mut sent = vec![1; mine];
        sent.extend(vec![2; theirs]);
        assert_eq!(sorted(got), sent);
    });
}

#[test]
fn runs_come_out_once_of_a_pool_of_one() {
    runs_come_out_once::<1>();
}

#[test]
fn runs_come_out_once_of_a_pool_of_three() {
    runs_come_out_once::<3>();
}
