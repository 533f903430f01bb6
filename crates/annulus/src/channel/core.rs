//! What all ends of one channel share, beside the ring; and its two halves.
//!
//! INVARIANT (W4)  Whoever puts an item in calls who waits for items after that, and whoever takes one out, who waits for room; whoever
//! closes, all.
//! INVARIANT (W5)  When the last receiver has gone the ring is closed, what it was read through is in `leftover`, and `items` is deserted:
//! whoever puts an item in after the last look at the ring is told so by its call, and looks itself.
use super::ends::{End, Kind, Outlet};
use super::party::Expects;
use crate::wait::sync::Mutex;
use crate::wait::{Found, Patience, Ticket, Waiters, give_up};
use annulus_protocol::crowd::Crowd;
use annulus_protocol::life::End as Which;
use annulus_protocol::pad::Padded;
use std::sync::{Arc, PoisonError};

/// Shared by all ends.
#[derive(Debug)]
pub(crate) struct Core<T, M: Kind> {
    pub(crate) crowd: Crowd,
    /// Where receivers wait.
    pub(crate) items: Padded<Queueing>,
    /// Where senders wait.
    pub(crate) room: Padded<Queueing>,
    /// Where those wait who want to know that it has closed.
    pub(crate) closing: Waiters,
    leftover: Mutex<Option<M::Consumer<T>>>,
}

/// Those who wait for one thing, and how long a thread looks first.
#[derive(Debug)]
pub(crate) struct Queueing {
    pub(crate) waiters: Waiters,
    pub(crate) patience: Patience,
}

impl Queueing {
    fn new() -> Self {
        Self { waiters: Waiters::new(), patience: Patience::new() }
    }
}

impl<T, M: Kind> Core<T, M> {
    pub(crate) fn new() -> Self {
        Self {
            crowd: Crowd::taken(),
            items: Padded(Queueing::new()),
            room: Padded(Queueing::new()),
            closing: Waiters::new(),
            leftover: Mutex::new(None),
        }
    }

    /// Items have been put in, so many.
    #[inline]
    pub(crate) fn put(&self, n: usize) {
        if self.items.waiters.call(n) == Found::Desert {
            self.sweep();
        }
    }

    /// Items have been taken out, so many.
    #[inline]
    pub(crate) fn taken(&self, n: usize) {
        let _ = self.room.waiters.call(n); // senders never desert
    }

    /// It has been closed.
    #[cold]
    pub(crate) fn closed(&self) {
        self.items.waiters.call_all();
        self.room.waiters.call_all();
        self.closing.call_all();
    }

    /// Drops what is in the ring, after the last receiver has gone (W5).
    #[cold]
    fn sweep(&self) {
        loop {
            let item = {
                let mut leftover = self.leftover.lock().unwrap_or_else(PoisonError::into_inner);
                match leftover.as_mut().map(Outlet::take) {
                    Some(Ok(item)) => item,
                    // Busy: whoever is in the way will be told, and sweeps.
                    _ => return,
                }
            };
            drop(item); // outside the lock: it may have an end of this channel in it
        }
    }
}

/// A sender without its type state.
#[derive(Debug)]
pub(crate) struct Sending<T, M: Kind> {
    pub(crate) end: M::Producer<T>,
    pub(crate) core: Arc<Core<T, M>>,
}

/// A receiver without its type state.
#[derive(Debug)]
pub(crate) struct Receiving<T, M: Kind> {
    end: Option<M::Consumer<T>>,
    pub(crate) core: Arc<Core<T, M>>,
    /// Where it waits, between two calls of `poll_recv`.
    pub(crate) polled: Option<Ticket>,
}

impl<T, M: Kind> Receiving<T, M> {
    pub(crate) fn new(end: M::Consumer<T>, core: Arc<Core<T, M>>) -> Self {
        Self { end: Some(end), core, polled: None }
    }

    /// There until it is dropped.
    #[inline]
    pub(crate) fn end(&self) -> &M::Consumer<T> {
        self.end.as_ref().expect("there until the drop")
    }

    #[inline]
    pub(crate) fn parts(&mut self) -> (&mut M::Consumer<T>, &Core<T, M>, &mut Option<Ticket>) {
        (self.end.as_mut().expect("there until the drop"), &self.core, &mut self.polled)
    }
}

impl<T, M: Kind> Drop for Sending<T, M> {
    fn drop(&mut self) {
        let close = || {
            self.end.close();
            self.core.closed();
        };
        let _ = self.core.crowd.leave(Which::Writer, close);
    }
}

impl<T, M: Kind> Drop for Receiving<T, M> {
    fn drop(&mut self) {
        if let Some(ticket) = self.polled.take() {
            give_up(&self.core.items.waiters, ticket);
        }
        let Some(mut end) = self.end.take() else { return };
        end.pass_on();
        let core = &*self.core;
        let close = || {
            end.close();
            *core.leftover.lock().unwrap_or_else(PoisonError::into_inner) = Some(end); // (W5)
            core.items.waiters.desert();
            core.closed();
            core.sweep();
        };
        let _ = core.crowd.leave(Which::Reader, close);
    }
}
