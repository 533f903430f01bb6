//! Many writers, many readers, in the order of the commits: nobody is in anybody's way.
//!
//! ```text
//!             .---- abandon -----.
//!             v                  |
//!   free: 2 0 5 --reserve--> (written) --commit--> ready: 3 1 --claim--> (read)
//!             ^                  ^                                        |  |
//!             |                  `---------------- evict -----------------'  |
//!             `------------------------------- release ----------------------'
//! ```
//! Two rings hold the indices of slots, those free and those ready. A slot whose index is in neither has one owner, who took it from
//! the one and will put it into the other. An owner that stalls, forgets or dies costs its slot; nobody waits for it, and all other
//! slots go on.
//!
//! An entry of a ring is empty, or holds an index, in some lap:
//! ```text
//!   empty(lap) --put--> index(lap) --take--> empty(lap + 1)
//! ```
//! INVARIANT (P)  each step of a ring is one exchange of one entry, and the entries are filled in order, and emptied in order: at each
//! moment the positions from the first not emptied to the first not filled are those that hold an index, and all others hold none.
//!
//! Why: a walk to the first entry that is not filled starts at a hint that is never past it, and passes only entries that it saw
//! filled; so the first that it finds empty, if it still is when it is exchanged, is the first of all. There is room, since there
//! are as many entries as indices, and the one to be put is in none. It is the same with taking. The hints are behind by few
//! positions, since whoever is done moves one on; there is no moment at which a thread that stops leaves anything undone that
//! another has to wait for.
//!
//! INVARIANT (Q)  an index is in one ring, or has one owner, but for those that are dropped once the pool is closed.
//!
//! | edge | Release               | Acquire               | what it carries                                             |
//! |------|-----------------------|-----------------------|-------------------------------------------------------------|
//! | P1   | `Ring::put`           | `Ring::load`          | the slot: its contents, that its last owner is done with it |
//! | P2   | fence in `Ring::is_empty`, by who finds nothing | | all that was put before the fence                           |
//!
//! # Nothing found
//! Who finds the oldest entry empty fences, and looks again. So of two threads that each push to one pool and then find the other's empty,
//! the one that fences later sees what the other put before its own fence (P2). The same must hold for what lies before that: whoever
//! puts at a position knows that all positions before it are filled, from the entries that it passed (P1), or because the hint was past
//! them. So who looks again looks at the hint as well, and takes an entry before it for filled though it may still look empty: what one
//! thread has read of a word, no thread that comes after it reads an older value than.
//!
//! # Closing
//! To close is to set a bit, and then to *seal* the entries of the free ring: each exchange of a sealed entry fails. When all are sealed,
//! nothing is reserved any more, and their laps tell how many reservations there have ever been. So
//! ```text
//!   outstanding = reservations - abandoned + evicted - committed
//! ```
//! where what was committed is the position at which nothing is ready, and a word counts abandoned less evicted (which are rare: neither
//! commit nor reserve, claim nor release pays for it). The closed bit is in that word, so nobody evicts after the close. If the sum is
//! zero, nothing can ever be committed again and all has been claimed: that is *closed*. Each number is final but for what is
//! abandoned, of which an old value only makes the sum larger; so it does not matter in which order they are read. A reservation that
//! is outstanding may still be committed, so readers are told *empty* for as long as it is, for ever if it is forgotten.
//!
//! # How long until a word comes back
//! An exchange goes wrong if a thread stalls between its load and its exchange until the entry has the same value again: exactly
//! `size * 2^(W - b)` steps of that ring later, or a multiple, where 2^b is the next power of two from `size + 2` on. That is 2^(W-1)
//! if the size is a power of two from 2 on, and 2^(W-2) to 2^W for any other: 2^62 at least in words of 64 bits, centuries; 2^30 in words
//! of 32 bits, minutes of nothing else. (Half as many steps, or any other number, do no harm: nobody asks which of two laps is later.)
//!
//! # Progress
//! Each operation is lock-free in the strict sense, and so is the pool. A step is tried again only if its exchange failed, so another
//! exchange of that entry went through, and that was another operation's one step (or a seal, of which an entry has one); or if an entry
//! was found empty and then not, so another's step went through and has come, or will, to this core. A walk goes past each entry that it found filled, at most two laps of them plus as many as others fill
//! meanwhile.
//!
//! The entries after J. Tsigas and Y. Zhang, *A simple, fast and scalable non-blocking concurrent FIFO queue* (2001), with laps; the two
//! rings of indices after R. Nikolaev, *A scalable, portable, and memory-efficient lock-free FIFO queue* (2019).
use super::pos::{ONE, Word, ZERO, count, word};
use super::sync::{AtomicWord, Ordering};

mod close;
mod evict;
mod ring;
mod run;
mod shape;
mod size;

pub use super::refused::Refused;
pub use evict::Evicted;
pub use run::{ClaimedRun, Indices, ReservedRun};
pub use shape::Shape;
pub use size::{MAX_SIZE, PER_SLOT};

use close::Closing;
use ring::{Hints, Nothing, Ring};

/// One entry of a ring of indices, or the link from one slot of a run to the next: a pool has [`PER_SLOT`] of them for each slot.
#[repr(transparent)]
#[derive(Debug)]
pub struct Entry(AtomicWord);

/// The shared words that are one to a pool.
#[repr(C)]
#[derive(Debug)]
pub struct Cursors {
    free: Hints,
    ready: Hints,
    closing: Closing,
}

/// A slot to write, with its one owner.
#[must_use = "a slot that is forgotten is lost"]
#[derive(Debug)]
pub struct Reserved {
    index: Word,
}

/// A slot to read, with its one owner.
#[must_use = "a slot that is forgotten is lost"]
#[derive(Debug)]
pub struct Claimed {
    index: Word,
}

/// One pool: its words, and its entries, which all begin as the same: first those of the free ring, then of the ready ring, then the
/// links.
#[derive(Clone, Copy, Debug)]
pub struct Pool<'a> {
    cursors: &'a Cursors,
    free: Ring<'a, true>,
    ready: Ring<'a, false>,
    links: &'a [Entry],
    shape: Shape,
}

impl Entry {
    const_fn! {
        /// Of a pool in which every slot is free.
        pub const fn new() -> Self {
            Self(AtomicWord::new(ZERO))
        }
    }

    // Relaxed, both: only the slot's owner uses its link, and who was owner before has handed it on with the slot (P1).
    fn link(&self) -> Word {
        self.0.load(Ordering::Relaxed) // as above
    }

    fn set_link(&self, to: Word) {
        self.0.store(to, Ordering::Relaxed) // as above
    }
}

impl Default for Entry {
    fn default() -> Self {
        Self::new()
    }
}

impl Cursors {
    const_fn! {
        /// Of a pool that is open and in which every slot is free.
        pub const fn new() -> Self {
            Self { free: Hints::new(), ready: Hints::new(), closing: Closing::new() }
        }
    }

    /// Whether it is closed, or being closed.
    pub fn is_closed(&self) -> bool {
        self.closing.is_closed()
    }

    /// Those of a pool that is open and in which every slot is free, and whose entries are new. Only while nobody has the pool.
    pub fn restart(&self) {
        self.free.restart();
        self.ready.restart();
        self.closing.reset();
    }
}

impl Default for Cursors {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> Pool<'a> {
    /// The pool of these words. There are [`PER_SLOT`] entries for each slot, of which there are as many as `shape` says.
    #[inline]
    pub fn new(cursors: &'a Cursors, entries: &'a [Entry], shape: Shape) -> Self {
        let (free, ready, links) = shape.parts(entries);
        let free = Ring::new(&cursors.free, free, shape);
        let ready = Ring::new(&cursors.ready, ready, shape);
        Self { cursors, free, ready, links, shape }
    }

    /// Reserves a slot.
    ///
    /// # Errors
    /// [`Refused::Full`] if no slot is free, or [`Refused::Closed`].
    ///
    /// # Progress
    /// Lock-free: tries again only if another step on the free slots went through.
    #[inline]
    pub fn reserve(&self) -> Result<Reserved, Refused> {
        match self.free.take() {
            Ok(index) => Ok(Reserved { index }),
            Err(nothing) => Err(self.why_no_room(nothing)),
        }
    }

    /// Claims the item that was committed first.
    ///
    /// # Errors
    /// [`Refused::Empty`], or [`Refused::Closed`] if the pool is closed, empty, and no reservation is left that could still be committed.
    ///
    /// # Progress
    /// Lock-free: tries again only if another step on the ready slots went through. A claim of exactly so many is not to be had: those
    /// taken too early could not be put back in their places.
    #[inline]
    pub fn claim(&self) -> Result<Claimed, Refused> {
        match self.ready.take() {
            Ok(index) => Ok(Claimed { index }),
            Err(nothing) => Err(self.why_no_item(nothing)),
        }
    }

    /// Claims the item that was committed first, where nobody else has the pool any more.
    pub fn claim_alone(&self) -> Option<Claimed> {
        self.claim().ok()
    }

    /// Hands the slot to who claims it, behind all that was committed before.
    ///
    /// # Progress
    /// Lock-free: tries again only if another step on the ready slots went through.
    #[inline]
    pub fn commit(&self, reserved: Reserved) {
        self.ready.put(reserved.index);
    }

    /// Hands the slot back without an item.
    ///
    /// # Progress
    /// Lock-free: tries again only if another step on the free slots, or another abandonment, went through.
    pub fn abandon(&self, reserved: Reserved) {
        self.cursors.closing.count_abandoned(self.shape, ONE);
        self.free.put(reserved.index);
    }

    /// Hands the slot to who reserves it.
    ///
    /// # Progress
    /// Lock-free: tries again only if another step on the free slots went through.
    #[inline]
    pub fn release(&self, claimed: Claimed) {
        self.free.put(claimed.index);
    }

    /// The index of a slot: less than the size.
    #[inline]
    pub fn index_to_write(&self, reserved: &Reserved) -> usize {
        count(reserved.index)
    }

    /// The same of a slot to read.
    #[inline]
    pub fn index_to_read(&self, claimed: &Claimed) -> usize {
        count(claimed.index)
    }

    /// How many slots are committed and not claimed: news, never more than the size.
    ///
    /// # Progress
    /// Wait-free: at most four steps for each slot.
    pub fn occupied(&self) -> usize {
        count(self.ready.len())
    }

    /// How many slots are free: news, never more than the size, and none once the pool is closed.
    ///
    /// Together with [`occupied`](Self::occupied) they are fewer than the size while slots are owned.
    ///
    /// # Progress
    /// Wait-free, as [`occupied`](Self::occupied).
    pub fn vacant(&self) -> usize {
        count(self.free.len())
    }

    /// Lets nobody reserve any more, once it has returned. What is reserved is still committed and claimed.
    ///
    /// # Progress
    /// Lock-free, with a step for each slot. If it is stopped half way, some slots can still be reserved, until a claim that finds nothing
    /// finishes it.
    pub fn close(&self) {
        self.cursors.closing.begin();
        self.cursors.closing.finish(&self.free);
    }

    /// Whether it is closed, or being closed.
    pub fn is_closed(&self) -> bool {
        self.cursors.is_closed()
    }

    /// Hands back every slot that was forgotten. What is committed stays, in order; what is closed stays so.
    ///
    /// The caller has the pool alone: nobody else uses it, and no slot that was reserved, claimed or evicted before will be handed
    /// on. Otherwise such a slot has two owners.
    pub fn recover(&self) {
        self.links.iter().for_each(|link| link.set_link(ZERO));
        self.ready.for_each(|index| self.links[index].set_link(ONE));
        let lost_or_free = |index: &Word| self.links[count(*index)].link() == ZERO;
        self.free.refill(self.shape.indices().filter(lost_or_free));
        self.cursors.closing.restart(self.shape, self.ready.put_position());
        if self.is_closed() {
            self.cursors.closing.finish(&self.free);
        }
    }

    /// Opens it again, with every slot in use: what is committed stays, in order, and all others are free, those that were forgotten
    /// as well as those that were handed back to a sealed ring.
    ///
    /// The caller has the pool alone, as for [`recover`](Self::recover).
    pub fn reopen(&self) {
        self.cursors.closing.reset();
        self.recover();
    }

    /// Whether it is closed, and every item that was ever committed, or will be, has been claimed.
    ///
    /// # Progress
    /// Lock-free: finishes a close that was stopped half way; apart from that wait-free, as [`occupied`](Self::occupied).
    pub fn is_drained(&self) -> bool {
        // The last position first: if it is the last for ever, what is claimed up to it is all there is.
        let end = self.ready.put_position();
        self.is_closed() && !self.is_outstanding(end) && self.ready.take_position() == end
    }

    #[cold]
    fn why_no_room(&self, nothing: Nothing) -> Refused {
        match nothing {
            Nothing::At(_) if !self.is_closed() => Refused::Full,
            _ => self.closed(),
        }
    }

    /// Says so to a writer. Nobody reserves any more after somebody was told: a close that was stopped half way is finished before.
    #[cold]
    fn closed(&self) -> Refused {
        self.cursors.closing.finish(&self.free);
        Refused::Closed
    }

    #[cold]
    fn why_no_item(&self, nothing: Nothing) -> Refused {
        match nothing {
            Nothing::At(at) if !self.is_closed() || self.is_outstanding(at) => Refused::Empty,
            _ => Refused::Closed,
        }
    }

    /// Whether more may be committed to a closed pool than what was before the position `at`.
    fn is_outstanding(&self, at: Word) -> bool {
        let reservations = self.cursors.closing.finish(&self.free);
        self.cursors.closing.is_outstanding(self.shape, reservations, at)
    }
}

/// A number of slots, at most the size.
fn at_most(n: usize, shape: Shape) -> Word {
    word(n).min(shape.size)
}
