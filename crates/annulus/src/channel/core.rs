//! What all ends of one channel share, beside the ring; and its two halves.
//!
//! INVARIANT (W4)  Whoever puts an item in calls who waits for items after that, and whoever takes one out, who waits for room; whoever
//! closes, all. Whoever abandons a slot calls both, and where it is room only once a receiver has gone past it, that one calls, too. At
//! capacity 0 room is a receiver that waits: it calls before it sleeps those senders who have put nothing on offer.
//! Whoever replaces an item calls both: until then it was in the way of room that others made.
//! INVARIANT (W5)  When the last receiver has gone the ring is closed, what it was read through is in `leftover`, and `items` is deserted:
//! whoever puts an item in after the last look at the ring is told so by its call, and looks itself.
use super::ends::{End, Kind, Outlet};
use super::party::Expects;
use crate::error::PopError;
use crate::wait::sync::Mutex;
use crate::wait::{Found, Patience, Ticket, Waiters, give_up};
use annulus_protocol::crowd::Crowd;
use annulus_protocol::life::End as Which;
use annulus_protocol::pad::Padded;
use annulus_protocol::sync::{AtomicU32, Ordering};
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
    /// Whether a receiver that has looked calls who waits for room, whatever it has found.
    looks_call: AtomicU32,
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
            looks_call: AtomicU32::new(0),
            leftover: Mutex::new(None),
        }
    }

    /// Items have been put in, so many.
    #[inline(always)]
    pub(crate) fn put(&self, n: usize) {
        if self.items.waiters.call(n) == Found::Desert {
            self.sweep();
        }
    }

    /// Items have been taken out, so many.
    #[inline(always)]
    pub(crate) fn taken(&self, n: usize) {
        let _ = self.room.waiters.call(n); // senders never desert
    }

    /// Takes an item out.
    #[inline(always)]
    pub(crate) fn take(&self, end: &mut impl Outlet<T>) -> Result<T, PopError> {
        let item = end.take();
        match item {
            Ok(_) => self.taken(1),
            Err(_) => self.looked(),
        }
        item
    }

    /// Takes items out.
    pub(crate) fn take_many(
        &self,
        end: &mut impl Outlet<T>,
        items: &mut Vec<T>,
        limit: usize,
    ) -> Result<usize, PopError> {
        let count = end.take_many(items, limit);
        match count {
            Ok(n) => self.taken(n),
            Err(_) => self.looked(),
        }
        count
    }

    /// An item has been put in the place of the oldest. A sender that was called for room behind it may have found it in its way, and
    /// sleep again.
    pub(crate) fn replaced(&self) {
        self.put(1);
        self.taken(1);
    }

    /// A slot is about to be abandoned.
    pub(crate) fn abandoning(&self) {
        self.looks_call.store(1, Ordering::Relaxed); // who goes past the slot has it from the slot's turn ([T1])
    }

    /// There are no slots: before it is shared.
    pub(crate) fn meets(&self) {
        self.looks_call.store(1, Ordering::Relaxed); // nobody else has it yet
    }

    /// An item has been looked for: there may have been abandoned slots before it, which are room now; or whoever looks waits to be handed one.
    #[inline(always)]
    pub(crate) fn looked(&self) {
        // Relaxed: see `abandoning`. Never taken back: one who has not gone past a slot yet would not find it.
        if self.looks_call.load(Ordering::Relaxed) != 0 {
            self.taken(1); // the first; who has got room calls the next if there is more
        }
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
    /// Where it waits, between two calls of `poll_send`.
    polled: Option<Ticket>,
}

/// A receiver without its type state.
#[derive(Debug)]
pub(crate) struct Receiving<T, M: Kind> {
    end: Option<M::Consumer<T>>,
    pub(crate) core: Arc<Core<T, M>>,
    /// Where it waits, between two calls of `poll_recv`.
    polled: Option<Ticket>,
}

impl<T, M: Kind> Sending<T, M> {
    pub(crate) fn new(end: M::Producer<T>, core: Arc<Core<T, M>>) -> Self {
        Self { end, core, polled: None }
    }

    #[inline]
    pub(crate) fn parts(&mut self) -> (&mut M::Producer<T>, &Core<T, M>, &mut Option<Ticket>) {
        (&mut self.end, &self.core, &mut self.polled)
    }
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
        if let Some(ticket) = self.polled.take() {
            give_up(&self.core.room.waiters, ticket);
        }
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
