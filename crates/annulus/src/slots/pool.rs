//! The order of the commits: `protocol::pool`.
use super::order::{Order, SharedWords, forward, forward_words};
use super::shared::Shared;
use annulus_protocol::pool::{
    Claimed, Cursors, Entry, Evicted, MAX_SIZE, PER_SLOT, Pool, Refused, Reserved, Shape,
};

/// The words of one slot of a pool.
#[repr(transparent)]
#[derive(Debug)]
pub struct Place([Entry; PER_SLOT]);

impl Place {
    /// Of a slot that has never been used.
    pub const fn new() -> Self {
        Self([const { Entry::new() }; PER_SLOT])
    }
}

impl Default for Place {
    fn default() -> Self {
        Self::new()
    }
}

/// As many entries as there are in the places. Which entry is whose, the pool decides: all of them begin as the same.
fn entries(places: &[Place]) -> &[Entry] {
    let (first, len) = (places.as_ptr().cast(), places.len() * PER_SLOT);
    // SAFETY: a place is so many entries and nothing else (`repr(transparent)`), and the entries are borrowed as the places are.
    unsafe { core::slice::from_raw_parts(first, len) }
}

/// The order is fixed when a slot is committed: `protocol::pool`.
#[derive(Debug)]
pub struct ByCommit;

impl SharedWords for ByCommit {
    type Cursors = Cursors;
    type Turn = Place;
    type Shape = Shape;
    type View<'a> = Pool<'a>;

    const MAX_SIZE: usize = MAX_SIZE;
    #[allow(
        clippy::declare_interior_mutable_const,
        reason = "a value to begin with, copied to where it is used"
    )]
    const CURSORS: Cursors = Cursors::new();
    #[allow(clippy::declare_interior_mutable_const, reason = "as above")]
    const TURN: Place = Place::new();
    const TURNS: &'static str = "places";

    forward_words!();

    #[inline]
    fn shape(size: usize) -> Shape {
        Shape::of(size)
    }
    #[inline]
    fn view<'a>(cursors: &'a Cursors, places: &'a [Place], shape: Shape) -> Pool<'a> {
        Pool::new(cursors, entries(places), shape)
    }
    fn close(ring: Pool<'_>) {
        ring.close();
    }
    fn is_drained(ring: Pool<'_>) -> bool {
        ring.is_drained()
    }
    #[allow(private_interfaces)]
    fn drop_committed<T>(ring: &Shared<T, Self>) {
        ring.drop_items();
    }
}

// SAFETY: (Q) and P1 of `protocol::pool`, in the place of (T), T1 and T2; the indices in its rings are those of slots.
unsafe impl Order for ByCommit {
    type Reserved = Reserved;
    type Claimed = Claimed;
    type Evicted = Evicted;
    /// Why there is none: everything has been tried.
    type Missed = Refused;

    forward!();

    #[inline]
    fn reserve_once(ring: Pool<'_>) -> Result<Reserved, Refused> {
        ring.reserve()
    }
    #[inline]
    fn reserve_again(_: Pool<'_>, missed: Refused) -> Result<Reserved, Refused> {
        Err(missed)
    }
    fn reserve_at_once(ring: Pool<'_>) -> Result<Reserved, Refused> {
        ring.reserve()
    }
    #[inline]
    fn claim_once(ring: Pool<'_>) -> Result<Claimed, Refused> {
        ring.claim()
    }
    #[inline]
    fn claim_again(_: Pool<'_>, missed: Refused) -> Result<Claimed, Refused> {
        Err(missed)
    }
    fn evict(ring: Pool<'_>) -> Result<Option<Evicted>, Refused> {
        ring.evict()
    }
}
