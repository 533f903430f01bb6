//! Ends as `Stream` and `Sink`, of the crates `futures-core` and `futures-sink`.
use super::attempt::{Putting, Taking};
use super::ends::{Inlet, Kind, ManyConsumers, Outlet};
use super::error::SendError;
use super::receiver::{Receiver, SoleReceiver};
use crate::wait::{Attempt, Waiting};
use futures_core::stream::{FusedStream, Stream};
use futures_sink::Sink;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// The items of a channel, until it is closed and empty: see `stream`.
///
/// # Cancel safety
/// Dropping it loses nothing: an item is taken out of the channel in the same poll that returns it. A wake that it got goes to the next who
/// waits.
#[must_use = "streams do nothing unless they are polled"]
pub struct RecvStream<'a, T, M: Kind, E> {
    taking: Taking<'a, T, M, E>,
    waiting: Waiting<'a>,
    ended: bool,
}

impl<'a, T, M: Kind, E> RecvStream<'a, T, M, E> {
    pub(crate) fn new(taking: Taking<'a, T, M, E>) -> Self {
        let waiting = Waiting::new(&taking.core.items.waiters);
        Self { taking, waiting, ended: false }
    }
}

/// What is in it is never pinned.
impl<T, M: Kind, E> Unpin for RecvStream<'_, T, M, E> {}

impl<T, M: Kind, E: Outlet<T>> Stream for RecvStream<'_, T, M, E> {
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<T>> {
        let this = self.get_mut();
        let item = ready!(this.waiting.poll(&mut this.taking, task)).ok();
        this.ended = item.is_none();
        Poll::Ready(item)
    }
}

impl<T, M: Kind, E: Outlet<T>> FusedStream for RecvStream<'_, T, M, E> {
    fn is_terminated(&self) -> bool {
        self.ended
    }
}

impl<T, M: Kind, E> fmt::Debug for RecvStream<'_, T, M, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecvStream").finish_non_exhaustive()
    }
}

/// What is in it is never pinned.
impl<T, M: ManyConsumers, S> Unpin for Receiver<T, M, S> {}

/// What is in it is never pinned.
impl<T, M: Kind, S> Unpin for SoleReceiver<T, M, S> {}

/// By [`poll_recv`](Receiver::poll_recv), with what that says of wakes.
impl<T, M: ManyConsumers> Stream for Receiver<T, M> {
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<T>> {
        self.get_mut().poll_recv(task).map(Result::ok)
    }
}

/// By [`poll_recv`](SoleReceiver::poll_recv), with what that says of wakes.
impl<T, M: Kind> Stream for SoleReceiver<T, M> {
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<T>> {
        self.get_mut().poll_recv(task).map(Result::ok)
    }
}

/// A sender as a sink: see `sink`.
///
/// It has room for one item of its own, between `start_send` and the next `poll_ready`, `poll_flush` or `poll_close`: the item is sent by
/// those, or dropped with the sink.
///
/// # Cancel safety
/// Dropping it drops the item that is not sent yet, if there is one: [`take`](Self::take) gets it back. A wake that it got goes to the next
/// who waits.
#[must_use = "sinks do nothing unless they are polled"]
pub struct SendSink<'a, T, M: Kind, E> {
    putting: Putting<'a, T, M, E>,
    waiting: Waiting<'a>,
}

impl<'a, T, M: Kind, E> SendSink<'a, T, M, E> {
    pub(crate) fn new(end: E, core: &'a super::core::Core<T, M>) -> Self {
        Self { putting: Putting { end, core, value: None }, waiting: Waiting::new(&core.room.waiters) }
    }
}

impl<T, M: Kind, E: Inlet<T>> SendSink<'_, T, M, E> {
    /// The item that was started and is not sent yet.
    pub fn take(&mut self) -> Option<T> {
        self.waiting = Waiting::new(&self.putting.core.room.waiters); // a wake for it goes to the next
        let _ = self.putting.give_up(); // what is on offer comes back
        self.putting.value.take()
    }

    fn poll_sent(&mut self, task: &Context<'_>) -> Poll<Result<(), SendError<T>>> {
        match self.putting.value {
            None if !self.putting.end.on_offer() => Poll::Ready(Ok(())),
            _ => self.waiting.poll(&mut self.putting, task),
        }
    }
}

/// What is in it is never pinned.
impl<T, M: Kind, E> Unpin for SendSink<'_, T, M, E> {}

impl<T, M: Kind, E: Inlet<T>> Sink<T> for SendSink<'_, T, M, E> {
    type Error = SendError<T>;

    fn poll_ready(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Result<(), SendError<T>>> {
        self.get_mut().poll_sent(task)
    }

    /// # Panics
    /// If it was not made ready before.
    fn start_send(self: Pin<&mut Self>, item: T) -> Result<(), SendError<T>> {
        let putting = &mut self.get_mut().putting;
        let ready = putting.value.is_none() && !putting.end.on_offer();
        assert!(ready, "`start_send` without `poll_ready`");
        putting.value = Some(item);
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Result<(), SendError<T>>> {
        self.get_mut().poll_sent(task)
    }

    /// Sends what is left. The channel stays open as long as there are senders.
    fn poll_close(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Result<(), SendError<T>>> {
        self.get_mut().poll_sent(task)
    }
}

impl<T, M: Kind, E> fmt::Debug for SendSink<'_, T, M, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendSink").finish_non_exhaustive()
    }
}
