//! A ring of slot indices, of which each step is one exchange of one entry.
use super::super::backoff::Backoff;
use super::super::pad::Padded;
use super::super::pos::{ONE, Word, ZERO, count};
use super::super::sync::{AtomicWord, Ordering, fence};
use super::Entry;
use super::shape::Shape;

/// Where to look first: never past the first entry to be filled, or emptied, but perhaps before it.
#[repr(C)]
#[derive(Debug)]
pub(super) struct Hints {
    put: Padded<AtomicWord>,
    take: Padded<AtomicWord>,
}

impl Hints {
    const_fn! {
        pub(super) const fn new() -> Self {
            Self { put: Padded(AtomicWord::new(ZERO)), take: Padded(AtomicWord::new(ZERO)) }
        }
    }

    /// As new. Nobody else has the ring.
    pub(super) fn restart(&self) {
        self.put.store(ZERO, Ordering::Relaxed); // nobody else is here, here and below
        self.take.store(ZERO, Ordering::Relaxed); // as above
    }
}

/// Where all words are zero, it holds every index, in order, if it begins `FULL`. Otherwise it is empty then.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ring<'a, const FULL: bool> {
    hints: &'a Hints,
    entries: &'a [Entry],
    shape: Shape,
}

/// Why nothing was taken.
pub(super) enum Nothing {
    /// Nothing had been put at this position.
    At(Word),
    /// The ring is sealed.
    Sealed,
}

/// An operation on its way from the hint to its entry.
struct Walk {
    hint: Word,
    at: Word,
    /// Whether it has gone past an entry.
    moved: bool,
    lost: Backoff,
}

impl Walk {
    fn from(hint: Word) -> Self {
        Self { hint, at: hint, moved: false, lost: Backoff::longest() }
    }

    /// Goes on behind `passed`, which was read from the entry: another lap if the hint was old.
    #[inline]
    fn past(&mut self, passed: Word, shape: Shape) {
        if passed != self.at && self.moved {
            self.lost = self.lost.wait(); // not the first time: the entries are on the move, or came late to this core
        }
        self.moved = true;
        self.at = shape.next(passed);
    }
}

impl<'a, const FULL: bool> Ring<'a, FULL> {
    #[inline]
    pub(super) fn new(hints: &'a Hints, entries: &'a [Entry], shape: Shape) -> Self {
        debug_assert!(entries.len() == count(shape.size));
        Self { hints, entries, shape }
    }

    /// Puts `index`, which its caller holds, behind all others; nowhere if the ring is sealed.
    #[inline]
    pub(super) fn put(&self, index: Word) {
        let hint = self.hints.put.load(Ordering::Relaxed); // the entry decides
        let mut walk = Walk::from(hint.wrapping_add(self.start()));
        loop {
            let word = self.load(walk.at);
            if word == self.shape.lap(walk.at) {
                let done = self.exchange(walk.at, word, word + ONE + index, Ordering::Release); // [P1] pairs with `load`
                if done {
                    let next = self.shape.next(walk.at).wrapping_sub(self.start());
                    let order = Ordering::Relaxed; // whoever uses it looks at the entry
                    _ = self.hints.put.compare_exchange(hint, next, order, order);
                    return;
                }
                walk.lost = walk.lost.wait();
            } else if self.shape.is_sealed(word) {
                return;
            } else {
                walk.past(self.shape.filled(word, walk.at), self.shape);
            }
        }
    }

    /// Takes the oldest index.
    #[inline]
    pub(super) fn take(&self) -> Result<Word, Nothing> {
        let mut walk = Walk::from(self.hints.take.load(Ordering::Relaxed)); // the entry decides
        loop {
            let word = self.load(walk.at);
            let lap = self.shape.lap(walk.at);
            let index = word.wrapping_sub(lap).wrapping_sub(ONE);
            if index < self.shape.size {
                // Relaxed: `load` has acquired what there is, and an entry has one value once.
                if self.exchange(walk.at, word, self.shape.lap_later(lap), Ordering::Relaxed) {
                    let (hint, next) = (walk.hint, self.shape.next(walk.at));
                    let order = Ordering::Relaxed; // whoever uses it looks at the entry
                    _ = self.hints.take.compare_exchange(hint, next, order, order);
                    return Ok(index);
                }
                walk.lost = walk.lost.wait();
            } else if word == lap {
                if self.is_empty(walk.at) {
                    return Err(Nothing::At(walk.at));
                }
                walk.lost = walk.lost.wait(); // what was put there is on its way to this core, or has come
            } else if self.shape.is_sealed(word) {
                return Err(Nothing::Sealed);
            } else {
                walk.past(self.shape.emptied(word, walk.at), self.shape);
            }
        }
    }

    /// Whether nothing has been put at `at`, to who has seen all that others did before their own such look.
    #[cold]
    fn is_empty(&self, at: Word) -> bool {
        fence(Ordering::SeqCst); // [P2] pairs with itself, in another thread
        let hint = self.hints.put.load(Ordering::Relaxed).wrapping_add(self.start()); // after the fence
        self.load(at) == self.shape.lap(at) && self.shape.between(at, hint) == ZERO
    }

    /// The first position that is not filled, by a walk of at most two laps: news.
    pub(super) fn put_position(&self) -> Word {
        let hint = self.hints.put.load(Ordering::Relaxed).wrapping_add(self.start()); // news
        let mut walk = Walk::from(hint);
        for _ in self.shape.two_laps() {
            let filled = self.shape.filled(self.load(walk.at), walk.at);
            if self.shape.lap_later(filled) == walk.at {
                break; // in the lap before: it is empty, or the ring is full
            }
            walk.past(filled, self.shape);
        }
        walk.at
    }

    /// The same of the first that is not emptied.
    pub(super) fn take_position(&self) -> Word {
        let mut walk = Walk::from(self.hints.take.load(Ordering::Relaxed)); // news
        for _ in self.shape.two_laps() {
            let word = self.load(walk.at);
            if self.shape.lap(word) == self.shape.lap(walk.at) {
                break;
            }
            walk.past(self.shape.emptied(word, walk.at), self.shape);
        }
        walk.at
    }

    /// How many indices are in it: news, at most the size. None if it is sealed.
    pub(super) fn len(&self) -> Word {
        let from = self.take_position();
        if self.shape.is_sealed(self.load(from)) {
            return ZERO;
        }
        self.shape.between(from, self.put_position())
    }

    /// Seals every entry, so that nothing is ever taken again, and tells at which position that would have been.
    ///
    /// An entry is exchanged at most once by those who seal, and not at all after that.
    pub(super) fn seal(&self) -> Word {
        for at in self.shape.indices() {
            let mut lost = Backoff::new();
            loop {
                let word = self.load(at);
                let sealed = self.shape.sealed(word);
                // Relaxed: nothing is read on the strength of it, only the lap, which it holds itself.
                if word == sealed || self.exchange(at, word, sealed, Ordering::Relaxed) {
                    break;
                }
                lost = lost.wait();
            }
        }
        // Of each lap the indices were taken in order, so the last entry is the last to go on to the next lap.
        let lap = self.shape.lap(self.load(self.shape.size - ONE));
        let first = self.shape.indices().find(|&index| self.shape.lap(self.load(index)) == lap);
        lap | first.unwrap_or(self.shape.size - ONE)
    }

    /// Calls `f` with every index in it, oldest first. Nobody else has the ring.
    pub(super) fn for_each(&self, mut f: impl FnMut(usize)) {
        let (mut at, end) = (self.take_position(), self.put_position());
        while at != end {
            f(count(self.load(at).wrapping_sub(self.shape.lap(at)).wrapping_sub(ONE)));
            at = self.shape.next(at);
        }
    }

    /// Makes it hold what `indices` yields, and nothing else, from position zero on. Nobody else has the ring.
    pub(super) fn refill(&self, mut indices: impl Iterator<Item = Word>) {
        let mut end = ZERO;
        for at in self.shape.indices() {
            let word = match indices.next() {
                Some(index) => {
                    end += ONE;
                    index + ONE
                }
                None => ZERO,
            };
            // Relaxed, here and below: handing the ring out again orders it.
            self.entries[count(at)].0.store(word.wrapping_sub(self.first(at)), Ordering::Relaxed);
        }
        self.hints.take.store(ZERO, Ordering::Relaxed); // as above
        let put = self.shape.nth(end).wrapping_sub(self.start());
        self.hints.put.store(put, Ordering::Relaxed); // as above
    }

    /// What the entry of `at` holds.
    #[inline]
    fn load(&self, at: Word) -> Word {
        let word = self.entries[count(self.shape.index(at))].0.load(Ordering::Acquire); // [P1] pairs with `put`
        word.wrapping_add(self.first(at))
    }

    #[inline]
    fn exchange(&self, at: Word, from: Word, to: Word, order: Ordering) -> bool {
        let (entry, first) = (&self.entries[count(self.shape.index(at))].0, self.first(at));
        let (from, to) = (from.wrapping_sub(first), to.wrapping_sub(first));
        entry.compare_exchange(from, to, order, Ordering::Relaxed).is_ok() // Relaxed: it is loaded again
    }

    /// What the entry of `at` holds at first, of which its word is the distance.
    #[inline]
    fn first(&self, at: Word) -> Word {
        if FULL { self.shape.index(at) + ONE } else { ZERO }
    }

    /// The first position to be filled, of which the hint is the distance.
    #[inline]
    fn start(&self) -> Word {
        if FULL { self.shape.lap_later(ZERO) } else { ZERO }
    }
}
