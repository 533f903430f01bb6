//! What is waited for: one attempt each, which never waits.
use super::core::{Core, Queueing};
use super::ends::{End, Inlet, Kind, Outlet};
use super::error::{RecvError, SendError};
use crate::error::{PopError, PushError};
use crate::wait::{Attempt, Pick, Sleeper, Waiting, block};
use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

/// A future of a channel: [`SendFuture`](super::SendFuture), [`RecvFuture`](super::RecvFuture) and the others are names for it, and
/// tell what it does.
///
/// # Cancel safety
/// Dropping it at any moment loses nothing, sends nothing twice, and swallows no wake: its place among those who wait is given up, and if it
/// had been woken already the next one is woken instead. An item is taken out of the channel in the same poll that returns it, and is
/// never kept in the future. An item that is to be sent is in the future until it is sent, and dropped with it.
///
/// Where the capacity is 0, an item may be handed to a future that waits, and is kept for it until it is polled; dropped before that, it
/// passes the item on to the next receiver. An item that is to be sent may be taken while its future waits: then it is sent, and no more
/// dropped with it.
///
/// A future that was woken and is neither polled nor dropped keeps its wake: others who wait are woken by the next item, or room.
///
/// # Progress
/// A poll never waits and never spins. It takes a lock where the attempt fails, for as long as it takes to join a list; what is called with
/// that lock held is nobody's code but the list's.
///
/// # Fairness
/// Those who wait are woken in the order in which they began to, threads and tasks alike, and who comes too late after it was woken keeps
/// its place. Whoever does not have to wait does not queue behind them.
#[must_use = "futures do nothing unless they are polled"]
pub struct Wait<'a, A> {
    attempt: A,
    waiting: Waiting<'a>,
}

impl<'a, A: Attempt> Wait<'a, A> {
    pub(crate) fn new(attempt: A, waiting: Waiting<'a>) -> Self {
        Self { attempt, waiting }
    }
}

/// What is in it is never pinned.
impl<A> Unpin for Wait<'_, A> {}

impl<A: Attempt> Future for Wait<'_, A> {
    type Output = A::Done;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<A::Done> {
        let this = self.get_mut();
        this.waiting.poll(&mut this.attempt, task)
    }
}

impl<A> fmt::Debug for Wait<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait").finish_non_exhaustive()
    }
}

/// Tries, and waits if that fails, until the deadline; `None` if that has come.
#[inline]
pub(crate) fn wait<A: Attempt>(
    queueing: &Queueing,
    attempt: &mut A,
    deadline: impl FnOnce() -> Option<Instant>,
) -> Option<A::Done> {
    match attempt.attempt() {
        Some(done) => Some(done),
        None => block(&queueing.waiters, &queueing.patience, attempt, deadline()),
    }
}

/// An item on its way in.
#[derive(Debug)]
pub struct Putting<'a, T, M: Kind, E> {
    pub(crate) end: E,
    pub(crate) core: &'a Core<T, M>,
    /// There until it is in the ring, or handed back.
    pub(crate) value: Option<T>,
}

impl<T, M: Kind, E: Inlet<T>> Attempt for Putting<'_, T, M, E> {
    type Done = Result<(), SendError<T>>;

    fn hopeful(&mut self) -> bool {
        self.end.is_hopeful()
    }

    #[inline(always)]
    fn attempt(&mut self) -> Option<Self::Done> {
        let Some(value) = self.value.take() else {
            return self.end.offered().map(|offered| offered.map_err(SendError::Closed));
        };
        match self.end.put(value) {
            Ok(()) => {
                self.core.put(1);
                Some(Ok(()))
            }
            Err(PushError::Closed(value)) => Some(Err(SendError::Closed(value))),
            Err(PushError::Full(value) | PushError::Busy(value)) => {
                self.value = Some(value);
                None
            }
        }
    }

    fn more(&mut self) -> bool {
        self.end.level() != 0 || self.end.is_closed()
    }

    fn meets(&self) -> bool {
        self.end.meets()
    }

    #[inline]
    fn stay(&mut self, sleeper: Sleeper, pick: Option<&Arc<Pick>>) -> Option<Sleeper> {
        self.end.offer(&mut self.value, sleeper, pick)
    }

    fn give_up(&mut self) -> Option<Self::Done> {
        match self.end.withdraw()? {
            Ok(()) => Some(Ok(())),
            Err(value) => {
                self.value = Some(value);
                None
            }
        }
    }
}

/// Items on their way in, from the front.
#[derive(Debug)]
pub struct PuttingMany<'a, T, M: Kind, E: Inlet<T>> {
    pub(crate) end: E,
    pub(crate) core: &'a Core<T, M>,
    pub(crate) items: &'a mut VecDeque<T>,
}

impl<T, M: Kind, E: Inlet<T>> Attempt for PuttingMany<'_, T, M, E> {
    type Done = Result<(), SendError<()>>;

    fn hopeful(&mut self) -> bool {
        self.end.is_hopeful()
    }

    fn attempt(&mut self) -> Option<Self::Done> {
        if self.end.on_offer()
            && let Err(item) = self.end.offered()?
        {
            self.items.push_front(item);
            return Some(Err(SendError::Closed(())));
        }
        match self.end.put_many(self.items) {
            Ok(0) => Some(Ok(())),
            Ok(n) => {
                self.core.put(n);
                self.items.is_empty().then_some(Ok(()))
            }
            Err(PushError::Closed(())) => Some(Err(SendError::Closed(()))),
            Err(_) => None,
        }
    }

    fn more(&mut self) -> bool {
        self.end.level() != 0 || self.end.is_closed()
    }

    fn meets(&self) -> bool {
        self.end.meets()
    }

    /// Offers one after the other.
    fn stay(&mut self, sleeper: Sleeper, pick: Option<&Arc<Pick>>) -> Option<Sleeper> {
        if !self.end.meets() {
            return Some(sleeper);
        }
        let mut next = if self.end.on_offer() { None } else { self.items.pop_front() };
        self.end.offer(&mut next, sleeper, pick)
    }

    fn settled(&self) -> bool {
        self.end.on_offer() || !self.end.meets()
    }
}

/// What is on offer has not been sent.
impl<T, M: Kind, E: Inlet<T>> Drop for PuttingMany<'_, T, M, E> {
    fn drop(&mut self) {
        if let Some(Err(item)) = self.end.withdraw() {
            self.items.push_front(item);
        }
    }
}

/// An item on its way out.
#[derive(Debug)]
pub struct Taking<'a, T, M: Kind, E> {
    pub(crate) end: E,
    pub(crate) core: &'a Core<T, M>,
}

impl<T, M: Kind, E: Outlet<T>> Attempt for Taking<'_, T, M, E> {
    type Done = Result<T, RecvError>;

    fn hopeful(&mut self) -> bool {
        self.end.is_hopeful()
    }

    #[inline(always)]
    fn attempt(&mut self) -> Option<Self::Done> {
        match self.core.take(&mut self.end) {
            Ok(item) => Some(Ok(item)),
            Err(PopError::Closed) => Some(Err(RecvError::Closed)),
            Err(PopError::Empty | PopError::Busy) => None,
        }
    }

    fn more(&mut self) -> bool {
        self.end.level() != 0 || self.end.is_closed() // closed as well: whoever waits for what is not coming has to be told
    }

    fn meets(&self) -> bool {
        self.end.meets()
    }

    #[inline]
    fn stay(&mut self, sleeper: Sleeper, pick: Option<&Arc<Pick>>) -> Option<Sleeper> {
        self.end.expect(sleeper, pick)
    }

    fn give_up(&mut self) -> Option<Self::Done> {
        self.end.fetch().map(Ok)
    }
}

/// Items on their way out.
#[derive(Debug)]
pub struct TakingMany<'a, T, M: Kind, E> {
    pub(crate) end: E,
    pub(crate) core: &'a Core<T, M>,
    pub(crate) items: &'a mut Vec<T>,
    pub(crate) limit: usize,
}

impl<T, M: Kind, E: Outlet<T>> Attempt for TakingMany<'_, T, M, E> {
    type Done = Result<usize, RecvError>;

    fn hopeful(&mut self) -> bool {
        self.end.is_hopeful()
    }

    fn attempt(&mut self) -> Option<Self::Done> {
        if self.limit == 0 {
            return Some(Ok(0));
        }
        match self.core.take_many(&mut self.end, self.items, self.limit) {
            Ok(n) => Some(Ok(n)),
            Err(PopError::Closed) => Some(Err(RecvError::Closed)),
            Err(PopError::Empty | PopError::Busy) => None,
        }
    }

    fn more(&mut self) -> bool {
        self.end.level() != 0 || self.end.is_closed()
    }

    fn meets(&self) -> bool {
        self.end.meets()
    }

    fn stay(&mut self, sleeper: Sleeper, pick: Option<&Arc<Pick>>) -> Option<Sleeper> {
        self.end.expect(sleeper, pick)
    }
}

/// That it closes.
#[derive(Debug)]
pub struct Ending<'a, E> {
    pub(crate) end: &'a E,
}

impl<E: End> Attempt for Ending<'_, E> {
    type Done = ();

    fn hopeful(&mut self) -> bool {
        self.end.is_closed()
    }

    fn attempt(&mut self) -> Option<()> {
        self.end.is_closed().then_some(())
    }

    fn more(&mut self) -> bool {
        true // one event for all of them
    }
}
