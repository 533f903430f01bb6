//! What the homes of a ring with one writer and one reader need to know of its kind: [`lane`](annulus_protocol::lane) for items,
//! [`bip`](annulus_protocol::bip) for bytes.
use super::{Inlet, Lane, Outlet, bytes, drop_committed};
use crate::FIRST_POSITION;
use annulus_protocol::pos::Word;
use annulus_protocol::{bip, lane};
use core::fmt;

/// The shared words of a ring with one writer and one reader.
///
/// Sealed by its place: nobody outside the crate can name it.
pub trait Words: fmt::Debug + Send + Sync + 'static {
    /// Of a ring that is empty.
    const NEW: Self;

    /// `(released, committed)`, for reports.
    fn positions(&self) -> (Word, Word);
    /// Makes the ring ready for new ends, which go on where the last ones stopped. Only while no end is out.
    fn reopen(&self);
    /// The same over other memory: empty, at index 0.
    fn restart(&self);
}

/// What the ends of such a ring are, with items of type `T` in it.
///
/// Sealed by its place: nobody outside the crate can name it.
pub trait Ends<T>: Words + Sized {
    /// Where items go in.
    type Inlet;
    /// Where they come out.
    type Outlet;
    /// Whether the slots are to be zeroed, and hold items, before there is an end (M7).
    const ZEROED: bool;

    /// Both ends, going on where the last ones stopped. Space is returned every `credit` slots. `resumable` tells that the ring
    /// can be given other ends after these were forgotten.
    ///
    /// # Safety
    /// (M1) for the ring, (M2) for both ends, and (M7).
    #[allow(private_interfaces)]
    unsafe fn ends(ring: Lane<T, Self>, credit: usize, resumable: bool) -> (Self::Inlet, Self::Outlet);

    /// Drops what is committed and was not taken.
    ///
    /// # Safety
    /// (M2): no end of this ring is in use, and what the last ones did happens before this call.
    #[allow(private_interfaces)]
    unsafe fn drop_committed(ring: Lane<T, Self>);
}

impl Words for lane::Cursors {
    const NEW: Self = Self::starting_at(FIRST_POSITION);

    fn positions(&self) -> (Word, Word) {
        self.positions()
    }
    fn reopen(&self) {
        self.reopen();
    }
    fn restart(&self) {
        self.restart();
    }
}

#[allow(private_interfaces)]
impl<T> Ends<T> for lane::Cursors {
    type Inlet = Inlet<T>;
    type Outlet = Outlet<T>;
    const ZEROED: bool = false;

    unsafe fn ends(lane: Lane<T>, credit: usize, resumable: bool) -> (Inlet<T>, Outlet<T>) {
        // SAFETY: (M1) and (M2) are the caller's promise.
        let inlet = unsafe { Inlet::new(lane) };
        // SAFETY: (M1) and (M2) are the caller's promise.
        let outlet = unsafe { Outlet::new(lane, credit, resumable) };
        (inlet, outlet)
    }

    unsafe fn drop_committed(lane: Lane<T>) {
        lane.cursors().reopen(); // a consumer that was forgotten may still hold the oldest item
        // SAFETY: (M2) is the caller's promise.
        unsafe { drop_committed(lane) };
    }
}

impl Words for bip::Cursors {
    const NEW: Self = Self::starting_at(FIRST_POSITION);

    fn positions(&self) -> (Word, Word) {
        self.positions()
    }
    fn reopen(&self) {
        self.reopen();
    }
    fn restart(&self) {
        self.restart();
    }
}

#[allow(private_interfaces)]
impl Ends<u8> for bip::Cursors {
    type Inlet = bytes::Inlet;
    type Outlet = bytes::Outlet;
    const ZEROED: bool = true;

    unsafe fn ends(ring: Lane<u8, Self>, _credit: usize, _resumable: bool) -> (bytes::Inlet, bytes::Outlet) {
        // SAFETY: (M1), (M2) and (M7) are the caller's promise.
        let inlet = unsafe { bytes::Inlet::new(ring) };
        // SAFETY: (M1), (M2) and (M7) are the caller's promise.
        let outlet = unsafe { bytes::Outlet::new(ring) };
        (inlet, outlet)
    }

    unsafe fn drop_committed(_: Lane<u8, Self>) {}
}
