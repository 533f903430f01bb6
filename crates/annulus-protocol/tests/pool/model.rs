//! A pool, and what it should be after each step.
use annulus_protocol::pool::{
    Claimed, ClaimedRun, Cursors, Entry, PER_SLOT, Pool, Refused, Reserved, ReservedRun, Shape,
};
use std::collections::VecDeque;

/// The words of a pool.
pub(crate) struct Words {
    pub cursors: Cursors,
    pub entries: Vec<Entry>,
    pub shape: Shape,
}

impl Words {
    pub(crate) fn new(size: usize) -> Self {
        let entries = (0..PER_SLOT * size).map(|_| Entry::new()).collect();
        Self { cursors: Cursors::new(), entries, shape: Shape::of(size) }
    }

    pub(crate) fn pool(&self) -> Pool<'_> {
        Pool::new(&self.cursors, &self.entries, self.shape)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Free,
    Written,
    Ready,
    Read,
}

/// A pool and what it should be.
pub(crate) struct Pair {
    pub words: Words,
    pub items: Vec<u32>,
    pub places: Vec<Place>,
    pub queue: VecDeque<(usize, u32)>,
    pub written: Vec<Reserved>,
    pub read: Vec<Claimed>,
    pub written_runs: Vec<ReservedRun>,
    pub read_runs: Vec<ClaimedRun>,
    pub closed: bool,
}

impl Pair {
    pub(crate) fn new(size: usize) -> Self {
        Self {
            words: Words::new(size),
            items: vec![0; size],
            places: vec![Place::Free; size],
            queue: VecDeque::new(),
            written: Vec::new(),
            read: Vec::new(),
            written_runs: Vec::new(),
            read_runs: Vec::new(),
            closed: false,
        }
    }

    pub(crate) fn count(&self, place: Place) -> usize {
        self.places.iter().filter(|at| **at == place).count()
    }

    pub(crate) fn change(&mut self, index: usize, from: Place, to: Place) {
        assert_eq!(self.places[index], from, "slot {index} to be {to:?}");
        self.places[index] = to;
    }

    /// Why nothing can be reserved, if so.
    pub(crate) fn no_room(&self) -> Option<Refused> {
        if self.closed {
            Some(Refused::Closed)
        } else {
            (self.count(Place::Free) == 0).then_some(Refused::Full)
        }
    }

    /// Why nothing can be claimed, if so.
    pub(crate) fn no_item(&self) -> Option<Refused> {
        let refused =
            if self.closed && self.count(Place::Written) == 0 { Refused::Closed } else { Refused::Empty };
        self.queue.is_empty().then_some(refused)
    }

    pub(crate) fn reserve(&mut self) {
        let got = self.words.pool().reserve();
        match (got, self.no_room()) {
            (Ok(reserved), None) => {
                let index = self.words.pool().index_to_write(&reserved);
                self.change(index, Place::Free, Place::Written);
                self.written.push(reserved);
            }
            (got, expected) => assert_eq!(got.err(), expected),
        }
    }

    pub(crate) fn commit_item(&mut self, index: usize, value: u32) {
        self.change(index, Place::Written, Place::Ready);
        self.items[index] = value;
        self.queue.push_back((index, value));
    }

    /// Commits or abandons one of those reserved.
    pub(crate) fn hand_on(&mut self, which: usize, value: Option<u32>) {
        if self.written.is_empty() {
            return;
        }
        let reserved = self.written.swap_remove(which % self.written.len());
        let index = self.words.pool().index_to_write(&reserved);
        match value {
            Some(value) => {
                self.commit_item(index, value);
                self.words.pool().commit(reserved);
            }
            None => {
                self.change(index, Place::Written, Place::Free);
                self.words.pool().abandon(reserved);
            }
        }
    }

    pub(crate) fn expect_oldest(&mut self, index: usize) {
        let (expected, value) = self.queue.pop_front().expect("there is an item");
        assert_eq!((index, self.items[index]), (expected, value));
        self.change(index, Place::Ready, Place::Read);
    }

    pub(crate) fn claim(&mut self) {
        let got = self.words.pool().claim();
        match (got, self.no_item()) {
            (Ok(claimed), None) => {
                self.expect_oldest(self.words.pool().index_to_read(&claimed));
                self.read.push(claimed);
            }
            (got, expected) => assert_eq!(got.err(), expected),
        }
    }

    pub(crate) fn release(&mut self, which: usize) {
        if !self.read.is_empty() {
            let claimed = self.read.swap_remove(which % self.read.len());
            self.change(self.words.pool().index_to_read(&claimed), Place::Read, Place::Free);
            self.words.pool().release(claimed);
        }
    }

    pub(crate) fn evict(&mut self, value: u32) {
        let got = self.words.pool().evict();
        match got {
            Ok(Some(evicted)) => {
                assert_eq!(self.no_room(), Some(Refused::Full));
                let index = self.words.pool().index_to_renew(&evicted);
                self.expect_oldest(index);
                self.change(index, Place::Read, Place::Written);
                self.commit_item(index, value);
                self.words.pool().renew(evicted);
            }
            Ok(None) => assert_eq!(self.no_room(), None),
            Err(Refused::Full) => {
                assert_eq!((self.no_room(), self.queue.len()), (Some(Refused::Full), 0));
            }
            Err(refused) => assert_eq!((refused, self.closed), (Refused::Closed, true)),
        }
    }

    pub(crate) fn reserve_run(&mut self, least: usize, want: usize) {
        let free = self.count(Place::Free);
        match self.words.pool().reserve_run(least, want) {
            Ok(run) => {
                assert!(!self.closed);
                assert_eq!(run.len(), want.min(free));
                assert!(run.len() >= least);
                let indices: Vec<usize> = self.words.pool().indices_to_write(&run).collect();
                for index in indices {
                    self.change(index, Place::Free, Place::Written);
                }
                self.written_runs.push(run);
            }
            Err((Refused::Closed, 0)) => assert!(self.closed),
            Err(refused) => {
                assert!(!self.closed && free < least.max(1));
                assert_eq!(refused, (Refused::Full, free));
            }
        }
    }

    pub(crate) fn commit_run(&mut self, which: usize, n: usize, value: u32) {
        if self.written_runs.is_empty() {
            return;
        }
        let run = self.written_runs.swap_remove(which % self.written_runs.len());
        let indices: Vec<usize> = self.words.pool().indices_to_write(&run).collect();
        assert_eq!(indices.len(), run.len());
        for (i, index) in indices.into_iter().enumerate() {
            if i < n {
                self.commit_item(index, value)
            } else {
                self.change(index, Place::Written, Place::Free)
            }
        }
        self.words.pool().commit_run(run, n);
    }

    pub(crate) fn claim_run(&mut self, want: usize) {
        let expected = want.min(self.queue.len());
        match (self.words.pool().claim_run(want), self.no_item()) {
            (Ok(run), None) => {
                assert_eq!(run.len(), expected);
                let indices: Vec<usize> = self.words.pool().indices_to_read(&run).collect();
                for index in indices {
                    self.expect_oldest(index);
                }
                self.read_runs.push(run);
            }
            (got, expected) => assert_eq!(got.err(), expected),
        }
    }

    pub(crate) fn release_run(&mut self, which: usize) {
        if !self.read_runs.is_empty() {
            let run = self.read_runs.swap_remove(which % self.read_runs.len());
            let indices: Vec<usize> = self.words.pool().indices_to_read(&run).collect();
            for index in indices {
                self.change(index, Place::Read, Place::Free);
            }
            self.words.pool().release_run(run);
        }
    }

    /// Forgets whatever is owned, and gets it back.
    pub(crate) fn recover(&mut self) {
        self.forget();
        self.words.pool().recover();
    }

    /// The same, and opens the pool.
    pub(crate) fn reopen(&mut self) {
        self.forget();
        self.words.pool().reopen();
        self.closed = false;
        assert!(!self.words.pool().is_closed());
    }

    pub(crate) fn forget(&mut self) {
        self.written.clear();
        self.read.clear();
        self.written_runs.clear();
        self.read_runs.clear();
        for place in &mut self.places {
            if *place != Place::Ready {
                *place = Place::Free;
            }
        }
    }

    pub(crate) fn step(&mut self, random: u64, step: u32) {
        let (what, which, n) = ((random >> 33) % 32, (random >> 40) as usize, (random >> 50) as usize % 5);
        match what {
            0..7 => self.reserve(),
            7..11 => self.hand_on(which, Some(step)),
            11 => self.hand_on(which, None),
            12..17 => self.claim(),
            17..22 => self.release(which),
            22 | 23 => self.evict(step),
            24 | 25 => self.reserve_run(which % 3, n.max(which % 3).max(1)),
            26 | 27 => self.commit_run(which, n, step),
            28 | 29 => self.claim_run(n.max(1)),
            _ => self.release_run(which),
        }
        assert_eq!(self.words.pool().occupied(), self.queue.len());
        let free = if self.closed { 0 } else { self.count(Place::Free) };
        assert_eq!(self.words.pool().vacant(), free);
        assert_eq!(self.words.pool().is_drained(), self.no_item() == Some(Refused::Closed));
    }

    pub(crate) fn close(&mut self) {
        self.closed = true;
        self.words.pool().close();
        assert!(self.words.pool().is_closed());
    }
}
