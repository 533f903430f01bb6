//! Runs of slots, each linked to the next by the run's owner.
use super::super::pos::{ONE, Word, ZERO, count};
use super::{Claimed, Entry, Nothing, Pool, Refused, at_most};

/// Some slots, in order.
#[derive(Debug)]
struct Chain {
    first: Word,
    len: Word,
}

impl Chain {
    const EMPTY: Self = Self { first: ZERO, len: ZERO };
}

/// Slots to write, with their one owner.
#[must_use = "slots that are forgotten are lost"]
#[derive(Debug)]
pub struct ReservedRun {
    chain: Chain,
}

impl ReservedRun {
    /// No slots.
    pub const fn empty() -> Self {
        Self { chain: Chain::EMPTY }
    }

    /// Number of slots.
    pub fn len(&self) -> usize {
        count(self.chain.len)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Slots to read, in the order of their commits, with their one owner.
#[must_use = "slots that are forgotten are lost"]
#[derive(Debug)]
pub struct ClaimedRun {
    chain: Chain,
}

impl ClaimedRun {
    /// No slots.
    pub const fn empty() -> Self {
        Self { chain: Chain::EMPTY }
    }

    /// Number of slots.
    pub fn len(&self) -> usize {
        count(self.chain.len)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The indices of the slots of a run, in order.
#[derive(Clone, Debug)]
pub struct Indices<'a> {
    links: &'a [Entry],
    next: Word,
    left: Word,
}

impl Iterator for Indices<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        if self.left == ZERO {
            return None;
        }
        let index = count(self.next);
        self.left -= ONE;
        self.next = self.links[index].link();
        Some(index)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (count(self.left), Some(count(self.left)))
    }
}

impl ExactSizeIterator for Indices<'_> {}
impl core::iter::FusedIterator for Indices<'_> {}

impl<'a> Pool<'a> {
    /// Reserves up to `want` slots, and at least `least`, one after the other.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve), or how many could be reserved if they are fewer than `least`. Nothing is reserved then; but until
    /// it has returned, others may not get the slots that it had for a moment.
    ///
    /// # Progress
    /// Lock-free, as [`reserve`](Self::reserve).
    pub fn reserve_run(&self, least: usize, want: usize) -> Result<ReservedRun, (Refused, usize)> {
        let (chain, nothing) = self.chain(want, || self.free.take());
        let len = count(chain.len);
        if len != 0 && len >= least {
            return Ok(ReservedRun { chain });
        }
        self.commit_run(ReservedRun { chain }, 0);
        match nothing.map_or(Refused::Full, |nothing| self.why_no_room(nothing)) {
            Refused::Closed => Err((Refused::Closed, 0)),
            full => Err((full, len)),
        }
    }

    /// Claims up to `want` items, one after the other, each of them the oldest.
    ///
    /// There is no least number: items that turned out to be too few could not be put back in their places.
    ///
    /// # Errors
    /// As [`claim`](Self::claim), if there is none.
    ///
    /// # Progress
    /// Lock-free, as [`claim`](Self::claim).
    pub fn claim_run(&self, want: usize) -> Result<ClaimedRun, Refused> {
        match self.chain(want, || self.ready.take()) {
            (Chain { len: ZERO, .. }, Some(nothing)) => Err(self.why_no_item(nothing)),
            (chain, _) => Ok(ClaimedRun { chain }),
        }
    }

    /// The indices of slots to write.
    pub fn indices_to_write(&self, run: &ReservedRun) -> Indices<'a> {
        self.indices(&run.chain)
    }

    /// The same of slots to read.
    pub fn indices_to_read(&self, run: &ClaimedRun) -> Indices<'a> {
        self.indices(&run.chain)
    }

    /// Hands the first `n` slots to who claims them, in order, though those of others may come between them, and abandons the rest.
    ///
    /// # Progress
    /// Lock-free, as [`commit`](Self::commit) and [`abandon`](Self::abandon).
    pub fn commit_run(&self, run: ReservedRun, n: usize) {
        let rest = run.len().saturating_sub(n);
        if rest != 0 {
            self.cursors.closing.count_abandoned(self.shape, at_most(rest, self.shape));
        }
        for (i, index) in self.indices(&run.chain).enumerate() {
            if i < n { self.ready.put(index as Word) } else { self.free.put(index as Word) }
        }
    }

    /// Hands the slots to who reserves them.
    ///
    /// # Progress
    /// Lock-free, as [`release`](Self::release).
    pub fn release_run(&self, run: ClaimedRun) {
        self.indices(&run.chain).for_each(|index| self.release(Claimed { index: index as Word }));
    }

    /// What `take` yields, up to `want`, and why there was no more.
    fn chain(&self, want: usize, take: impl Fn() -> Result<Word, Nothing>) -> (Chain, Option<Nothing>) {
        let want = at_most(want.max(1), self.shape); // nobody asks for none
        let mut chain = Chain::EMPTY;
        let mut last = ZERO;
        while chain.len < want {
            let index = match take() {
                Ok(index) => index,
                Err(nothing) => return (chain, Some(nothing)),
            };
            if chain.len == ZERO {
                chain.first = index;
            } else {
                self.links[count(last)].set_link(index);
            }
            last = index;
            chain.len += ONE;
        }
        (chain, None)
    }

    fn indices(&self, chain: &Chain) -> Indices<'a> {
        Indices { links: self.links, next: chain.first, left: chain.len }
    }
}
