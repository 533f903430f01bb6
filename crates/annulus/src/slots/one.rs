//! What a grant needs of the end that it is from, where there is one such end: of a lane, or beside many others.
//!
//! The parameter is the protocol's own view of the end, so that a grant is a reference to it, and code for one protocol knows
//! nothing of another.
use super::Lane;
use super::pieces::Pieces;
use annulus_protocol::lane::{Reader, Writer};
use annulus_protocol::pos::word;
use annulus_protocol::span::Span;

/// The end of a ring that writes. What it has reserved is its own until it is committed, and if it is not, was never reserved.
///
/// Sealed by its place: nobody outside the crate can name it.
pub trait Writes: Send + Sync + 'static {
    /// The words and the slots.
    type Ring<T>: Copy;

    /// Where the slots of a span are.
    #[allow(private_interfaces)]
    fn pieces<T>(ring: &Self::Ring<T>, span: &Span) -> Pieces<T>;
    /// Commits the first `n` slots of the span that was reserved last.
    fn commit<T>(&mut self, ring: &Self::Ring<T>, span: Span, n: usize);
    /// Whether the other end has closed.
    #[cfg(all(feature = "std", target_has_atomic = "ptr"))]
    fn is_closed<T>(ring: &Self::Ring<T>) -> bool;
}

/// The end of a ring that reads. What it has claimed is its own until it is released, and if it is not, was never claimed.
///
/// Sealed by its place: nobody outside the crate can name it.
pub trait Reads: Send + Sync + 'static {
    /// The words and the slots.
    type Ring<T>: Copy;

    /// Where the slots of a span are.
    #[allow(private_interfaces)]
    fn pieces<T>(ring: &Self::Ring<T>, span: &Span) -> Pieces<T>;
    /// Releases the first `n` slots of the span that was claimed last.
    fn release<T>(&mut self, ring: &Self::Ring<T>, span: Span, n: usize);
    /// Takes the first `n` for good, and hands none of them back before [`show`](Self::show).
    fn take<T>(&mut self, ring: &Self::Ring<T>, span: Span, n: usize);
    /// One more of a span of which the first were taken.
    fn take_one_more<T>(&mut self, ring: &Self::Ring<T>);
    /// Hands back what was taken.
    fn show<T>(&mut self, ring: &Self::Ring<T>);
    /// Nothing is claimed any more.
    fn rest<T>(&mut self, ring: &Self::Ring<T>);
}

#[allow(private_interfaces)]
impl Writes for Writer {
    type Ring<T> = Lane<T>;

    #[inline(always)]
    fn pieces<T>(lane: &Lane<T>, span: &Span) -> Pieces<T> {
        lane.slots.pieces(span)
    }
    #[inline(always)]
    fn commit<T>(&mut self, lane: &Lane<T>, span: Span, n: usize) {
        self.reserved(span).commit(lane.cursors(), word(n));
    }
    #[cfg(all(feature = "std", target_has_atomic = "ptr"))]
    #[inline]
    fn is_closed<T>(lane: &Lane<T>) -> bool {
        lane.cursors().reader().is_closed()
    }
}

#[allow(private_interfaces)]
impl Reads for Reader {
    type Ring<T> = Lane<T>;

    #[inline(always)]
    fn pieces<T>(lane: &Lane<T>, span: &Span) -> Pieces<T> {
        lane.slots.pieces(span)
    }
    #[inline(always)]
    fn release<T>(&mut self, lane: &Lane<T>, span: Span, n: usize) {
        self.claimed(span).release(lane.cursors(), word(n));
    }
    #[inline(always)]
    fn take<T>(&mut self, lane: &Lane<T>, span: Span, n: usize) {
        self.claimed(span).take(lane.cursors(), word(n));
    }
    #[inline(always)]
    fn take_one_more<T>(&mut self, lane: &Lane<T>) {
        Reader::take_one_more(self, lane.cursors());
    }
    #[inline(always)]
    fn show<T>(&mut self, lane: &Lane<T>) {
        Reader::show(self, lane.cursors());
    }
    #[inline(always)]
    fn rest<T>(&mut self, lane: &Lane<T>) {
        Reader::rest(self, lane.cursors());
    }
}
