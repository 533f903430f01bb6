//! What a ring is to its users: a queue, and who may be in the way.
use crate::items::{Counted, Item};
use annulus::{ClaimError, PopError, PushError, ReserveError};
use std::collections::VecDeque;

/// Whether the consumer holds the oldest item, as far as a user can tell.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Held {
    No,
    Yes,
    Perhaps,
}

#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) capacity: usize,
    pub(crate) items: VecDeque<u64>,
    /// Pushed, but not shown yet: in a batch that was forgotten.
    pub(crate) hidden: VecDeque<u64>,
    /// Slots whose items a forgotten drain has given out, but that the producer cannot see yet.
    pub(crate) kept: usize,
    pub(crate) next: u64,
    /// Never dropped, because something was forgotten for good.
    pub(crate) leaked: usize,
    /// The producer, the consumer.
    pub(crate) closed: (bool, bool),
    pub(crate) held: Held,
    /// Whether the consumer is known to hold no more than it works on.
    pub(crate) polite: bool,
}

impl Model {
    pub(crate) fn new(capacity: usize, polite: bool) -> Self {
        let held = if polite { Held::No } else { Held::Perhaps };
        let (items, hidden) = (VecDeque::new(), VecDeque::new());
        Self { capacity, items, hidden, kept: 0, next: 0, leaked: 0, closed: (false, false), held, polite }
    }

    pub(crate) fn room(&self) -> usize {
        if self.closed.0 { 0 } else { self.capacity - self.items.len() - self.hidden.len() - self.kept }
    }

    pub(crate) fn make(&mut self) -> Counted {
        self.next += 1;
        Counted::make(self.next - 1)
    }

    /// The `n` items made last were pushed, and shown with all before them.
    pub(crate) fn pushed(&mut self, n: usize) {
        self.show();
        self.items.extend(self.next - n as u64..self.next);
    }

    pub(crate) fn show(&mut self) {
        self.items.append(&mut self.hidden);
    }

    pub(crate) fn popped(&mut self, item: Counted) {
        let expected = self.items.pop_front().expect("an item from nowhere");
        assert!(item.is(expected));
    }

    pub(crate) fn nothing(&self) -> PopError {
        if self.closed == (false, false) { PopError::Empty } else { PopError::Closed }
    }

    pub(crate) fn no_room(&self) -> ReserveError {
        if self.closed == (false, false) { ReserveError::Full } else { ReserveError::Closed }
    }

    /// The consumer did something that may or may not have ended its hold.
    pub(crate) fn stirred(&mut self) {
        if self.held == Held::Yes {
            self.held = Held::Perhaps;
        }
    }

    pub(crate) fn reserving_many(&self, n: usize) -> Result<usize, ReserveError> {
        match self.room() {
            _ if n == 0 => Ok(0),
            _ if n > self.capacity => Err(ReserveError::TooLarge),
            0 => Err(self.no_room()),
            room if room < n => Err(ReserveError::TooFew { available: room }),
            _ => Ok(n),
        }
    }

    pub(crate) fn claiming_many(&self, n: usize) -> Result<usize, ClaimError> {
        match self.items.len() {
            _ if n == 0 => Ok(0),
            _ if n > self.capacity => Err(ClaimError::TooLarge),
            0 => Err(self.nothing().into()),
            available if available < n => Err(ClaimError::TooFew { available }),
            _ => Ok(n),
        }
    }

    pub(crate) fn refused(&mut self, error: PushError<Counted>) {
        assert_eq!(self.room(), 0);
        assert_eq!(error.is_closed(), self.no_room() == ReserveError::Closed);
        assert!(error.into_inner().is(self.next - 1));
    }
}
