//! What decides whose a slot is, where many write and many read.
use super::shared::Shared;
use annulus_protocol::turns::{
    self, Claimed, ClaimedRun, Evicted, Missed, Refused, Reserved, ReservedRun, Shape, SoleReader,
    SoleWriter, Turns,
};
use core::fmt::Debug;
use core::marker::PhantomData;

/// What the homes of a ring that many share need to know of its kind; what [`Words`](super::words::Words) are where there is one of each end.
///
/// Sealed by its place: nobody outside the crate can name it.
pub trait SharedWords: Sized + 'static {
    /// The words that all ends share.
    type Cursors: Debug + Send + Sync;
    /// The words of one slot.
    type Turn: Debug + Send + Sync;
    /// How a number of slots lies in the words.
    type Shape: Copy + Debug + Send + Sync;
    /// The words of one ring, to work with.
    type View<'a>: Copy;

    /// The largest number of slots.
    const MAX_SIZE: usize;
    /// Of a ring that is open and empty.
    const CURSORS: Self::Cursors;
    /// Of any slot of such a ring.
    const TURN: Self::Turn;
    /// What users call several of those.
    const TURNS: &'static str;
    /// Whether the slots are to be zeroed, and hold items, before there is an end (M7).
    const ZEROED: bool = false;

    /// Of `size` slots, `1 ..= MAX_SIZE`.
    fn shape(size: usize) -> Self::Shape;
    /// The ring of these words.
    fn view<'a>(cursors: &'a Self::Cursors, turns: &'a [Self::Turn], shape: Self::Shape) -> Self::View<'a>;
    /// Makes the cursors those of a new ring. Only while no end is out.
    fn restart(cursors: &Self::Cursors);
    /// Lets reservations in again. Only while no end is out.
    fn reopen(ring: Self::View<'_>);
    /// Lets no reservation in any more.
    fn close(ring: Self::View<'_>);
    /// Whether none is let in.
    fn is_closed(ring: Self::View<'_>) -> bool;
    /// Whether nothing will ever come out of a ring that is closed.
    fn is_drained(ring: Self::View<'_>) -> bool {
        Self::occupied(ring) == 0
    }
    /// How many slots are reserved, or hold an item: news, never more than the size.
    fn occupied(ring: Self::View<'_>) -> usize;
    /// How many slots are free: news, never more than the size.
    fn vacant(ring: Self::View<'_>) -> usize;
    /// Whether one can be reserved, it seems: for who asks all the time.
    fn looks_free(ring: Self::View<'_>) -> bool {
        Self::vacant(ring) != 0
    }
    /// Whether one can be claimed, it seems: for who asks all the time.
    fn looks_ready(ring: Self::View<'_>) -> bool {
        Self::occupied(ring) != 0
    }
    /// Drops what is committed and was not claimed: where no end is in use any more.
    #[allow(private_interfaces)]
    fn drop_committed<T>(ring: &Shared<T, Self>);
}

/// A protocol for many writers and many readers, over the control words of one ring. A slot or run that it has given out has one
/// owner until it is handed back to it, and its index is less than the size.
///
/// Sealed by its place: nobody outside the crate can name it.
///
/// # Safety
/// What the paragraph above says, which `slots` relies on (T); and that whatever a writer did with a slot before its commit, and a reader
/// before its release, happens before it is given out again (T1, T2).
pub unsafe trait Order: SharedWords {
    /// A slot to write.
    type Reserved;
    /// A slot to read.
    type Claimed;
    /// A slot to write anew.
    type Evicted;
    /// What was in the way.
    type Missed;

    /// The next slot to write, if nothing is in the way.
    fn reserve_once(ring: Self::View<'_>) -> Result<Self::Reserved, Self::Missed>;
    /// The next slot to write, after that.
    fn reserve_again(ring: Self::View<'_>, missed: Self::Missed) -> Result<Self::Reserved, Refused>;
    /// The next slot to write, for who takes the oldest item if there is none.
    fn reserve_at_once(ring: Self::View<'_>) -> Result<Self::Reserved, Refused>;
    /// The oldest item, if nothing is in the way.
    fn claim_once(ring: Self::View<'_>) -> Result<Self::Claimed, Self::Missed>;
    /// The oldest item, after that.
    fn claim_again(ring: Self::View<'_>, missed: Self::Missed) -> Result<Self::Claimed, Refused>;
    /// The oldest item, past slots that were forgotten: where nobody else has the ring any more.
    fn claim_alone(ring: Self::View<'_>) -> Option<Self::Claimed>;
    /// Hands a slot to who claims it.
    fn commit(ring: Self::View<'_>, reserved: Self::Reserved);
    /// Hands a slot back without an item.
    fn abandon(ring: Self::View<'_>, reserved: Self::Reserved);
    /// Hands a slot to who reserves it next.
    fn release(ring: Self::View<'_>, claimed: Self::Claimed);
    /// The index of a slot to write.
    fn index_to_write(ring: Self::View<'_>, reserved: &Self::Reserved) -> usize;
    /// The index of a slot to read.
    fn index_to_read(ring: Self::View<'_>, claimed: &Self::Claimed) -> usize;

    /// Says that items will be evicted, to readers who would not let go of them otherwise.
    fn expect_overwriting(_: Self::View<'_>) {}
    /// The oldest item, for another to take its slot; none if there is room.
    fn evict(ring: Self::View<'_>) -> Result<Option<Self::Evicted>, Refused>;
    /// The index of that slot.
    fn index_to_renew(ring: Self::View<'_>, evicted: &Self::Evicted) -> usize;
    /// Hands the new item to who claims it.
    fn renew(ring: Self::View<'_>, evicted: Self::Evicted);
}

/// A protocol that gives out slots next to each other.
///
/// # Safety
/// As [`Order`], for each slot of a run, and a run is not longer than the size.
pub unsafe trait Runs: Order {
    /// Slots to write.
    type ReservedRun;
    /// Slots to read.
    type ClaimedRun;

    /// No slots to write.
    fn none_to_write() -> Self::ReservedRun;
    /// No slots to read.
    fn none_to_read() -> Self::ClaimedRun;
    /// Up to `want` slots to write, at least `least`, which is not zero; or why not, and how many there are.
    fn reserve_run(
        ring: Self::View<'_>,
        least: usize,
        want: usize,
    ) -> Result<Self::ReservedRun, (Refused, usize)>;
    /// Up to `want` items, at least `least`, which is not zero; or why not, and how many there are.
    fn claim_run(
        ring: Self::View<'_>,
        least: usize,
        want: usize,
    ) -> Result<Self::ClaimedRun, (Refused, usize)>;
    /// Hands the first `n` slots to who claims them, and the others back without an item.
    fn commit_run(ring: Self::View<'_>, run: Self::ReservedRun, n: usize);
    /// Hands the slots to who reserves them next.
    fn release_run(ring: Self::View<'_>, run: Self::ClaimedRun);
    /// The index of the first slot to write, and how many there are; they go on at index 0.
    fn slots_to_write(ring: Self::View<'_>, run: &Self::ReservedRun) -> (usize, usize);
    /// The same of slots to read.
    fn slots_to_read(ring: Self::View<'_>, run: &Self::ClaimedRun) -> (usize, usize);
}

/// An order in which what was forgotten can be got back.
///
/// # Safety
/// `relocate` is told indices of two slots: there is an item in the first, which is given out no more, and none in the second.
pub unsafe trait Recover: SharedWords {
    /// Makes every slot usable again that its owner forgot, and tells how many those were: see [`Turns::recover`]. Only while nobody
    /// else has the ring.
    fn recover(ring: Self::View<'_>, relocate: impl FnMut(usize, usize)) -> usize;
}

/// What every ring does by a method of the same name.
macro_rules! forward_words {
    () => {
        fn restart(cursors: &Self::Cursors) {
            cursors.restart();
        }
        fn reopen(ring: Self::View<'_>) {
            ring.reopen();
        }
        fn is_closed(ring: Self::View<'_>) -> bool {
            ring.is_closed()
        }
        fn occupied(ring: Self::View<'_>) -> usize {
            ring.occupied()
        }
        fn vacant(ring: Self::View<'_>) -> usize {
            ring.vacant()
        }
    };
}
pub(super) use forward_words;

/// What every protocol does by a method of the same name.
macro_rules! forward {
    () => {
        fn claim_alone(ring: Self::View<'_>) -> Option<Self::Claimed> {
            ring.claim_alone()
        }
        #[inline]
        fn commit(ring: Self::View<'_>, reserved: Self::Reserved) {
            ring.commit(reserved);
        }
        #[inline]
        fn abandon(ring: Self::View<'_>, reserved: Self::Reserved) {
            ring.abandon(reserved);
        }
        #[inline]
        fn release(ring: Self::View<'_>, claimed: Self::Claimed) {
            ring.release(claimed);
        }
        #[inline]
        fn index_to_write(ring: Self::View<'_>, reserved: &Self::Reserved) -> usize {
            ring.index_to_write(reserved)
        }
        #[inline]
        fn index_to_read(ring: Self::View<'_>, claimed: &Self::Claimed) -> usize {
            ring.index_to_read(claimed)
        }
        fn index_to_renew(ring: Self::View<'_>, evicted: &Self::Evicted) -> usize {
            ring.index_to_renew(evicted)
        }
        fn renew(ring: Self::View<'_>, evicted: Self::Evicted) {
            ring.renew(evicted);
        }
    };
}
pub(super) use forward;

/// The order is fixed when a slot is reserved: `protocol::turns`. `S` is the end that there is only once: where it is a reader, nobody
/// claims through [`Order`] while an end is out, and where it is a writer, nobody reserves (M6).
#[derive(Debug)]
pub struct ByReservation<S: Sole = Nobody>(PhantomData<S>);

/// There is no end of which there is only one.
#[derive(Debug)]
pub enum Nobody {}

/// What is done in another way where there is only one of an end.
pub trait Sole: Debug + 'static {
    /// See [`SharedWords::close`].
    fn close(ring: Turns<'_>) {
        ring.close();
    }
    /// See [`Order::expect_overwriting`].
    fn expect_overwriting(_: Turns<'_>) {}
    /// See [`Order::evict`].
    fn evict(ring: Turns<'_>) -> Result<Option<Evicted>, Refused> {
        ring.evict()
    }
}

impl Sole for Nobody {}

impl Sole for SoleWriter {
    fn close(ring: Turns<'_>) {
        ring.close_sole();
    }
}

impl Sole for SoleReader {
    fn expect_overwriting(ring: Turns<'_>) {
        ring.expect_overwriting();
    }
    fn evict(ring: Turns<'_>) -> Result<Option<Evicted>, Refused> {
        ring.evict_from_sole()
    }
}

// SAFETY: as [`Order`]'s below; each item is moved once, to a slot that has none (see [`Turns::recover`]).
unsafe impl<S: Sole> Recover for ByReservation<S> {
    fn recover(ring: Turns<'_>, relocate: impl FnMut(usize, usize)) -> usize {
        ring.recover(relocate)
    }
}

impl<S: Sole> SharedWords for ByReservation<S> {
    type Cursors = turns::Cursors;
    type Turn = turns::Turn;
    type Shape = Shape;
    type View<'a> = Turns<'a>;

    const MAX_SIZE: usize = turns::MAX_SIZE;
    #[allow(
        clippy::declare_interior_mutable_const,
        reason = "a value to begin with, copied to where it is used"
    )]
    const CURSORS: turns::Cursors = turns::Cursors::new();
    #[allow(clippy::declare_interior_mutable_const, reason = "as above")]
    const TURN: turns::Turn = turns::Turn::new();
    const TURNS: &'static str = "turns";

    forward_words!();

    #[inline]
    fn shape(size: usize) -> Shape {
        Shape::of(size)
    }
    #[inline]
    fn view<'a>(cursors: &'a turns::Cursors, turns: &'a [turns::Turn], shape: Shape) -> Turns<'a> {
        Turns::new(cursors, turns, shape)
    }
    fn close(ring: Turns<'_>) {
        S::close(ring);
    }
    #[inline]
    fn looks_free(ring: Turns<'_>) -> bool {
        ring.is_next_free()
    }
    #[inline]
    fn looks_ready(ring: Turns<'_>) -> bool {
        ring.is_next_ready()
    }
    #[allow(private_interfaces)]
    fn drop_committed<T>(ring: &Shared<T, Self>) {
        ring.drop_items();
    }
}

// SAFETY: (T), T1 and T2 of `protocol::turns`; an index is taken of a position, and is less than the size.
unsafe impl<S: Sole> Order for ByReservation<S> {
    type Reserved = Reserved;
    type Claimed = Claimed;
    type Evicted = Evicted;
    type Missed = Missed;

    forward!();

    #[inline]
    fn reserve_once(ring: Turns<'_>) -> Result<Reserved, Missed> {
        ring.reserve_once()
    }
    #[inline]
    fn reserve_again(ring: Turns<'_>, missed: Missed) -> Result<Reserved, Refused> {
        ring.reserve_again(missed)
    }
    fn reserve_at_once(ring: Turns<'_>) -> Result<Reserved, Refused> {
        ring.reserve_at_once()
    }
    #[inline]
    fn claim_once(ring: Turns<'_>) -> Result<Claimed, Missed> {
        ring.claim_once()
    }
    #[inline]
    fn claim_again(ring: Turns<'_>, missed: Missed) -> Result<Claimed, Refused> {
        ring.claim_again(missed)
    }
    fn expect_overwriting(ring: Turns<'_>) {
        S::expect_overwriting(ring);
    }
    fn evict(ring: Turns<'_>) -> Result<Option<Evicted>, Refused> {
        S::evict(ring)
    }
}

// SAFETY: as above.
unsafe impl<S: Sole> Runs for ByReservation<S> {
    type ReservedRun = ReservedRun;
    type ClaimedRun = ClaimedRun;

    fn none_to_write() -> ReservedRun {
        ReservedRun::empty()
    }
    fn none_to_read() -> ClaimedRun {
        ClaimedRun::empty()
    }
    fn reserve_run(ring: Turns<'_>, least: usize, want: usize) -> Result<ReservedRun, (Refused, usize)> {
        ring.reserve_run(least, want)
    }
    fn claim_run(ring: Turns<'_>, least: usize, want: usize) -> Result<ClaimedRun, (Refused, usize)> {
        ring.claim_run(least, want)
    }
    fn commit_run(ring: Turns<'_>, run: ReservedRun, n: usize) {
        ring.commit_run(run, n);
    }
    fn release_run(ring: Turns<'_>, run: ClaimedRun) {
        ring.release_run(run);
    }
    fn slots_to_write(ring: Turns<'_>, run: &ReservedRun) -> (usize, usize) {
        ring.slots_to_write(run)
    }
    fn slots_to_read(ring: Turns<'_>, run: &ClaimedRun) -> (usize, usize) {
        ring.slots_to_read(run)
    }
}
