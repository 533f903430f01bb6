//! Many writers, many readers, slot by slot.
//!
//! ```text
//!            read                      write
//!   ...........|.........................|.............
//!      free    | ready, written, skipped |  free, or being read by who was before `read`
//!              `----- at most size ------'
//! ```
//! `write` and `read` say which position is the next to be reserved and claimed; the *turn* of a slot says what may be done
//! with it. A position is reserved, or claimed, by moving the cursor past it, and only while its turn has come; after that the
//! slot has one owner, who hands it on with one store. So slots are written, read and given back in any order, and nobody
//! waits for an owner until its position is the next one.
//!
//! ```text
//!   free(lap) --reserve--> (written) --commit---> ready(lap) --claim--> (read) --release--> free(lap + 1)
//!                              `------abandon---> skip(lap) ---claim------------------------'
//! ```
//! INVARIANT (T)  the turns of a slot only move forward; a slot has an owner while its turn is `free(lap)` and `write` is past
//! that position, or `ready(lap)` or `skip(lap)` and `read` is past it.
//!
//! | edge | Release store         | Acquire load         | what it carries                                     |
//! |------|-----------------------|----------------------|-----------------------------------------------------|
//! | T1   | `commit`, `abandon`, `renew` | `claim`, `evict` | contents of the slot; that its writer is done       |
//! | T2   | `release`             | `reserve`            | its reader is done with the slot                    |
//! | T3   | fence in `reserve` and `claim`, by who finds nothing | | see [`Turns::claim`]                  |
//!
//! A word that holds a position holds the lap in its upper bits, the index below, and in the lowest one whether the ring is
//! closed (in `write`). Counting by one from the last index goes on at the next lap, so any size works without a division.
//!
//! After D. Vyukov, *Bounded MPMC queue* (2010), with the turns apart from the data and a state in them.
use super::pad::Padded;
use super::pos::{ONE, Word, ZERO, count};
use super::sync::{AtomicWord, Ordering, fence, spin_loop};

/// Whose turn it is at one slot.
#[repr(transparent)]
#[derive(Debug)]
pub struct Turn(AtomicWord);

/// The shared cursors.
#[repr(C)]
#[derive(Debug)]
pub struct Cursors {
    write: Padded<AtomicWord>,
    read: Padded<AtomicWord>,
}

/// Why there is no slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Every slot is taken, and the oldest has not been claimed.
    Full,
    /// Every position that was reserved has been claimed.
    Empty,
    /// Somebody owns the slot in the way.
    Busy,
    /// The ring is closed: for a reader, empty as well.
    Closed,
}

/// A slot to write, with its one owner.
#[must_use = "a slot that is forgotten is lost, and in the way"]
#[derive(Debug)]
pub struct Reserved {
    at: Word,
}

/// A slot to read, with its one owner.
#[must_use = "a slot that is forgotten is lost, and in the way"]
#[derive(Debug)]
pub struct Claimed {
    at: Word,
}

/// Slots to write, next to each other, with their one owner.
#[must_use = "slots that are forgotten are lost, and in the way"]
#[derive(Debug)]
pub struct ReservedRun {
    at: Word,
    len: Word,
}

impl ReservedRun {
    /// No slots.
    pub const fn empty() -> Self {
        Self { at: ZERO, len: ZERO }
    }
}

impl ClaimedRun {
    /// No slots.
    pub const fn empty() -> Self {
        Self { at: ZERO, len: ZERO }
    }
}

/// Slots to read, next to each other, with their one owner.
#[must_use = "slots that are forgotten are lost, and in the way"]
#[derive(Debug)]
pub struct ClaimedRun {
    at: Word,
    len: Word,
}

/// The slot of the oldest item, claimed by a writer who will put another one in its place, at the other end of the queue.
#[must_use = "the slot is in everybody's way until `renew`"]
#[derive(Debug)]
pub struct Evicted {
    /// The position of the new item.
    at: Word,
}

/// One ring: its cursors and the turns of its slots.
#[derive(Clone, Copy, Debug)]
pub struct Turns<'a> {
    cursors: &'a Cursors,
    turns: &'a [Turn],
    shape: Shape,
}

/// How a position lies in a word.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// The bits below the lap: those of the index and the mark.
    below: Word,
    size: Word,
}

const CLOSED: Word = ONE;
const STEP: Word = 2;
const READY: Word = 1;
const SKIP: Word = 2;

/// The largest number of slots: one bit is left for the lap, one is the mark.
pub const MAX_SIZE: usize = count(Word::MAX / 4);

impl Shape {
    /// Of a ring of `size` slots.
    ///
    /// # Panics
    /// Unless `size` is one of `1 ..= MAX_SIZE`.
    pub const fn of(size: usize) -> Self {
        assert!(
            1 <= size && size <= MAX_SIZE,
            "a ring needs at least one slot, and at most a quarter of what a word counts"
        );
        let lap = (size as Word).next_power_of_two() * STEP;
        // Two bits at least: a turn keeps its state where a position has its index.
        Self { below: if lap < 4 { 3 } else { lap - 1 }, size: size as Word }
    }

    const fn index(self, at: Word) -> Word {
        (at & self.below) / STEP
    }

    /// The turn of a free slot in the lap of `at`.
    const fn free(self, at: Word) -> Word {
        at & !self.below
    }

    const fn next(self, at: Word) -> Word {
        if self.index(at) + 1 < self.size { at + STEP } else { self.lap_later(at & !self.below) }
    }

    /// The position `n` after `at`, for `n` at most the size.
    const fn after(self, at: Word, n: Word) -> Word {
        let left = self.size - self.index(at);
        if n < left { at + n * STEP } else { self.lap_later(at & !self.below) + (n - left) * STEP }
    }

    const fn lap_later(self, at: Word) -> Word {
        at.wrapping_add(self.below).wrapping_add(ONE)
    }

    const fn lap_before(self, at: Word) -> Word {
        at.wrapping_sub(self.below).wrapping_sub(ONE)
    }

    /// How many positions lie from `read` to `write`, if they are those of one moment.
    const fn between(self, read: Word, write: Word) -> Word {
        let (from, to) = (self.index(read), self.index(write));
        if self.free(read) == self.free(write) { to.saturating_sub(from) } else { self.size - from + to }
    }
}

impl Turn {
    const_fn! {
        /// Of a free slot that has never been used.
        pub const fn new() -> Self {
            Self(AtomicWord::new(ZERO))
        }
    }
}

impl Default for Turn {
    fn default() -> Self {
        Self::new()
    }
}

impl Cursors {
    const_fn! {
        /// Of a ring that is open and empty.
        pub const fn new() -> Self {
            Self { write: Padded(AtomicWord::new(ZERO)), read: Padded(AtomicWord::new(ZERO)) }
        }
    }

    /// Lets nobody reserve any more. What is reserved is still committed and claimed.
    pub fn close(&self) {
        self.write.fetch_or(CLOSED, Ordering::Relaxed); // in the word that every reservation exchanges
    }

    /// Whether it is closed.
    pub fn is_closed(&self) -> bool {
        self.write.load(Ordering::Relaxed) & CLOSED != ZERO // news; who acts on it exchanges the word
    }
}

impl Default for Cursors {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> Turns<'a> {
    /// The ring of these cursors and turns, which are as many as `shape` says.
    #[inline]
    pub fn new(cursors: &'a Cursors, turns: &'a [Turn], shape: Shape) -> Self {
        debug_assert!(turns.len() == count(shape.size));
        Self { cursors, turns, shape }
    }

    /// The index of a slot: less than the size.
    #[inline]
    pub fn index_to_write(&self, reserved: &Reserved) -> usize {
        count(self.shape.index(reserved.at))
    }

    /// The same of a slot to read.
    #[inline]
    pub fn index_to_read(&self, claimed: &Claimed) -> usize {
        count(self.shape.index(claimed.at))
    }

    /// Reserves the next slot.
    ///
    /// # Errors
    /// [`Refused::Full`], [`Refused::Busy`] if the oldest slot has been claimed and not handed back, or [`Refused::Closed`].
    ///
    /// # Progress
    /// Lock-free: tries again only if another reservation went through.
    #[inline]
    pub fn reserve(&self) -> Result<Reserved, Refused> {
        let mut at = self.cursors.write.load(Ordering::Relaxed); // the exchange decides
        let mut lost = Lost::new();
        loop {
            if at & CLOSED != ZERO {
                return Err(Refused::Closed);
            }
            let turn = self.turn(at).load(Ordering::Acquire); // [T2] pairs with `release`
            let ahead = turn.wrapping_sub(self.shape.free(at));
            if ahead == ZERO {
                match self.exchange(&self.cursors.write, at) {
                    Ok(_) => return Ok(Reserved { at }),
                    Err(now) => at = now,
                }
            } else if is_negative(ahead) {
                return Err(self.why_no_room(at));
            } else {
                at = self.cursors.write.load(Ordering::Relaxed); // as above
            }
            lost.wait();
        }
    }

    /// Claims the oldest item.
    ///
    /// # Errors
    /// [`Refused::Empty`], [`Refused::Busy`] if the oldest position is reserved and not committed, or [`Refused::Closed`] if the
    /// ring is empty and closed.
    ///
    /// Whether it is empty or busy is decided by the cursors, after a fence: whoever reserved before its own fence is seen by
    /// all who fence later, though the commit may still be on its way. Otherwise two threads that each push to one ring and
    /// then find the other's empty could both be told so.
    ///
    /// # Progress
    /// Lock-free: tries again only if another claim went through.
    #[inline]
    pub fn claim(&self) -> Result<Claimed, Refused> {
        let mut at = self.cursors.read.load(Ordering::Relaxed); // the exchange decides
        let mut lost = Lost::new();
        loop {
            let turn = self.turn(at).load(Ordering::Acquire); // [T1] pairs with `commit`, `abandon` and `renew`
            let ahead = turn.wrapping_sub(self.shape.free(at));
            if ahead == READY || ahead == SKIP {
                match self.exchange(&self.cursors.read, at) {
                    Ok(_) if ahead == READY => return Ok(Claimed { at }),
                    Ok(_) => {
                        self.release(Claimed { at });
                        at = self.shape.next(at);
                        continue;
                    }
                    Err(now) => at = now,
                }
            } else if ahead == ZERO || is_negative(ahead) {
                return Err(self.why_no_item(at));
            } else {
                at = self.cursors.read.load(Ordering::Relaxed); // as above
            }
            lost.wait();
        }
    }

    /// Reserves the next slots, up to `want` and at least `least`, all at once.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve), or how many could be reserved if they are fewer than `least`. Nothing is reserved then.
    ///
    /// # Progress
    /// Lock-free, as [`reserve`](Self::reserve).
    pub fn reserve_run(&self, least: usize, want: usize) -> Result<ReservedRun, (Refused, usize)> {
        let mut lost = Lost::new();
        loop {
            let at = self.cursors.write.load(Ordering::Relaxed); // the exchange decides
            if at & CLOSED != ZERO {
                return Err((Refused::Closed, 0));
            }
            let (len, ahead) = self.count_in(at, want, ZERO);
            if len == 0 {
                if is_negative(ahead) {
                    return Err((self.why_no_room(at), 0));
                }
            } else if len < least {
                if self.cursors.write.load(Ordering::Relaxed) == at {
                    return Err((Refused::Full, len)); // Relaxed above: news
                }
            } else {
                let len = len as Word;
                if self.advance(&self.cursors.write, at, len) {
                    return Ok(ReservedRun { at, len });
                }
            }
            lost.wait();
        }
    }

    /// Claims the oldest items, up to `want` and at least `least`, all at once; as far as none was abandoned between them.
    ///
    /// # Errors
    /// As [`claim`](Self::claim), or how many could be claimed if they are fewer than `least`. Nothing is claimed then.
    ///
    /// # Progress
    /// Lock-free, as [`claim`](Self::claim).
    pub fn claim_run(&self, least: usize, want: usize) -> Result<ClaimedRun, (Refused, usize)> {
        let mut lost = Lost::new();
        loop {
            let at = self.cursors.read.load(Ordering::Relaxed); // the exchange decides
            let (len, ahead) = self.count_in(at, want, READY);
            if len == 0 {
                if ahead == SKIP {
                    if self.exchange(&self.cursors.read, at).is_ok() {
                        self.release(Claimed { at });
                    }
                } else if ahead == ZERO || is_negative(ahead) {
                    return Err((self.why_no_item(at), 0));
                }
            } else if len < least {
                if self.cursors.read.load(Ordering::Relaxed) == at {
                    return Err((Refused::Empty, len)); // Relaxed above: news
                }
            } else {
                let len = len as Word;
                if self.advance(&self.cursors.read, at, len) {
                    return Ok(ClaimedRun { at, len });
                }
            }
            lost.wait();
        }
    }

    /// The index of the first slot, and how many there are; they go on at index 0.
    pub fn slots_to_write(&self, run: &ReservedRun) -> (usize, usize) {
        (count(self.shape.index(run.at)), count(run.len))
    }

    /// The same of slots to read.
    pub fn slots_to_read(&self, run: &ClaimedRun) -> (usize, usize) {
        (count(self.shape.index(run.at)), count(run.len))
    }

    /// Hands the first `n` slots to who claims them, and abandons the others.
    pub fn commit_run(&self, run: ReservedRun, n: usize) {
        let mut at = run.at;
        for i in 0..count(run.len) {
            let reserved = Reserved { at };
            if i < n {
                self.commit(reserved)
            } else {
                self.abandon(reserved)
            }
            at = self.shape.next(at);
        }
    }

    /// Hands the slots to who reserves them next.
    pub fn release_run(&self, run: ClaimedRun) {
        let mut at = run.at;
        for _ in 0..count(run.len) {
            self.release(Claimed { at });
            at = self.shape.next(at);
        }
    }

    /// How many slots from `at` on, up to `want`, have the turn that `state` says; and how far ahead of free the next one is.
    #[inline]
    fn count_in(&self, mut at: Word, want: usize, state: Word) -> (usize, Word) {
        let want = want.clamp(1, self.turns.len()); // nobody asks for none
        for n in 0..want {
            let turn = self.turn(at).load(Ordering::Acquire); // [T1] [T2] pairs with who hands the slot on
            let ahead = turn.wrapping_sub(self.shape.free(at));
            if ahead != state {
                return (n, ahead);
            }
            at = self.shape.next(at);
        }
        (want, state)
    }

    #[inline]
    fn advance(&self, cursor: &AtomicWord, at: Word, n: Word) -> bool {
        // Relaxed, as in `exchange`. Nobody else has had any of the positions if the cursor is still at the first.
        cursor.compare_exchange(at, self.shape.after(at, n), Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// Claims the oldest item if the ring is full, for another item to take its slot; `None` if there is room now.
    ///
    /// While the ring is full, the slot of the oldest item is the next one to write. So who has claimed it has that position as
    /// well: its turn is not free, and nobody can reserve it.
    ///
    /// # Errors
    /// [`Refused::Busy`] if somebody owns that slot, or [`Refused::Closed`].
    ///
    /// # Progress
    /// Lock-free: tries again only if another reservation went through, or past slots that were abandoned.
    pub fn evict(&self) -> Result<Option<Evicted>, Refused> {
        let mut lost = Lost::new();
        loop {
            let at = self.cursors.write.load(Ordering::Relaxed); // the exchange below decides
            if at & CLOSED != ZERO {
                return Err(Refused::Closed);
            }
            let oldest = self.shape.lap_before(at);
            let turn = self.turn(at).load(Ordering::Acquire); // [T1] pairs with `commit`, `abandon` and `renew`
            match turn.wrapping_sub(self.shape.free(oldest)) {
                ZERO => return Err(Refused::Busy), // not committed yet
                // Lost only to somebody who claims the same slot.
                state @ (READY | SKIP) => match self.exchange(&self.cursors.read, oldest) {
                    Ok(_) if state == READY => return Ok(Some(Evicted { at })),
                    Ok(_) => self.release(Claimed { at: oldest }),
                    Err(_) => return Err(Refused::Busy),
                },
                _ if turn == self.shape.free(at) => return Ok(None),
                _ => lost.wait(), // others have gone on
            }
        }
    }

    /// The index of a slot to write anew.
    pub fn index_to_renew(&self, evicted: &Evicted) -> usize {
        count(self.shape.index(evicted.at))
    }

    /// Hands the new item to who claims it.
    pub fn renew(&self, evicted: Evicted) {
        let Evicted { at } = evicted;
        let next = self.shape.next(at).wrapping_sub(at);
        // Nobody else moves it past a slot that is not free; but it may be closed meanwhile, and stay so.
        self.cursors.write.fetch_add(next, Ordering::Relaxed); // the turn carries what there is to carry (T1)
        let turn = self.shape.free(at) + READY;
        self.turn(at).store(turn, Ordering::Release); // [T1] pairs with `claim` and `evict`
    }

    /// Claims the oldest item, past slots whose owners will never commit them: where nobody else has the ring any more.
    pub fn claim_alone(&self) -> Option<Claimed> {
        loop {
            match self.claim() {
                Ok(claimed) => return Some(claimed),
                Err(Refused::Busy) => {
                    let at = self.cursors.read.load(Ordering::Relaxed); // nobody else is here
                    self.cursors.read.store(self.shape.next(at), Ordering::Relaxed); // the same
                }
                Err(_) => return None,
            }
        }
    }

    /// Hands the slot to who claims it.
    #[inline]
    pub fn commit(&self, reserved: Reserved) {
        let turn = self.shape.free(reserved.at) + READY;
        self.turn(reserved.at).store(turn, Ordering::Release); // [T1] pairs with `claim` and `evict`
    }

    /// Hands the slot on without an item: it is never claimed.
    #[inline]
    pub fn abandon(&self, reserved: Reserved) {
        let turn = self.shape.free(reserved.at) + SKIP;
        self.turn(reserved.at).store(turn, Ordering::Release); // [T1] pairs with `claim` and `evict`
    }

    /// Hands the slot to who reserves it next.
    #[inline]
    pub fn release(&self, claimed: Claimed) {
        let turn = self.shape.lap_later(self.shape.free(claimed.at));
        self.turn(claimed.at).store(turn, Ordering::Release); // [T2] pairs with `reserve`
    }

    /// How many positions are reserved and not claimed: news, never more than the size.
    pub fn occupied(&self) -> usize {
        let read = self.cursors.read.load(Ordering::Relaxed); // news
        let write = self.cursors.write.load(Ordering::Relaxed) & !CLOSED; // news, and bounded below
        count(self.shape.between(read, write).min(self.shape.size))
    }

    #[inline]
    fn turn(&self, at: Word) -> &AtomicWord {
        &self.turns[count(self.shape.index(at))].0
    }

    #[inline]
    fn exchange(&self, cursor: &AtomicWord, at: Word) -> Result<Word, Word> {
        // Relaxed: the turn carries what there is to carry (T1, T2); this only decides who goes on.
        cursor.compare_exchange(at, self.shape.next(at), Ordering::Relaxed, Ordering::Relaxed)
    }

    #[cold]
    fn why_no_room(&self, at: Word) -> Refused {
        fence(Ordering::SeqCst); // [T3] pairs with itself, in another thread
        let read = self.cursors.read.load(Ordering::Relaxed); // after the fence
        if self.shape.lap_later(read) == at { Refused::Full } else { Refused::Busy }
    }

    #[cold]
    fn why_no_item(&self, at: Word) -> Refused {
        fence(Ordering::SeqCst); // [T3] pairs with itself, in another thread
        let write = self.cursors.write.load(Ordering::Relaxed); // after the fence
        if write & !CLOSED != at {
            Refused::Busy
        } else if write & CLOSED != ZERO {
            Refused::Closed
        } else {
            Refused::Empty
        }
    }
}

const fn is_negative(difference: Word) -> bool {
    difference > Word::MAX / 2
}

/// A race was lost: others are at the same cache line, so it is left alone for a moment. Bounded: it waits for nobody.
struct Lost {
    races: u32,
}

impl Lost {
    const fn new() -> Self {
        Self { races: 0 }
    }

    #[inline]
    fn wait(&mut self) {
        for _ in 0..1 << self.races {
            spin_loop();
        }
        if self.races < 6 {
            self.races += 1;
        }
    }
}
