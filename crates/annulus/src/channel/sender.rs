//! The ends that send.
use super::attempt::{Ending, Putting, PuttingMany, Wait, wait};
use super::core::{Core, Sending};
use super::ends::{End, Inlet, Kind, ManyProducers};
use super::error::SendError;
use super::select::{Arm, PuttingFrom};
use super::states::{self, Open};
use crate::error::PushError;
use crate::wait::Waiting;
use annulus_protocol::life::{End as Which, State};
use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

/// An end that sends, of which there may be many: `Clone` and `Sync`, and its operations take `&self`.
///
/// Each operation comes in several forms, which can be mixed as one likes, also on one channel at the same time: `try_send` never waits,
/// `send` makes the thread wait, `send_timeout` and `send_deadline` for a limited time, and `send_async` is a future, for any runtime.
///
/// When the last one is dropped, or any end says [`close`](Self::close), nothing goes in any more; what is in the channel is still received.
/// When the last receiver has gone, sending fails with [`SendError::Closed`] and the item.
///
/// # Fairness
/// Those who wait for room get it in the order in which they began to wait, threads and tasks alike. Whoever finds room without waiting
/// does not queue behind them; who loses room to such a one keeps its place.
///
/// `S` is [`Open`], or one of the others after [`closing`](Self::closing).
pub struct Sender<T, M: ManyProducers, S = Open> {
    half: Sending<T, M>,
    state: PhantomData<S>,
}

/// An end that sends, of which there is one: its operations take `&mut self`.
///
/// Each operation comes in several forms, which can be mixed as one likes: `try_send` never waits, `send` makes the thread wait,
/// `send_timeout` and `send_deadline` for a limited time, and `send_async` is a future, for any runtime.
///
/// When it is dropped, or any end says [`close`](Self::close), nothing goes in any more; what is in the channel is still received. When the
/// last receiver has gone, sending fails with [`SendError::Closed`] and the item.
///
/// `S` is [`Open`], or one of the others after [`closing`](Self::closing).
pub struct SoleSender<T, M: Kind, S = Open> {
    half: Sending<T, M>,
    state: PhantomData<S>,
}

/// What an operation of a [`Sender`] works through.
pub(super) type Shared<'a, T, M> = <M as ManyProducers>::Borrowed<'a, T>;

/// What an operation of a [`SoleSender`] works through.
pub(super) type Sole<'a, T, M> = &'a mut <M as Kind>::Producer<T>;

/// Sends an item when there is room: see `send_async`. Its [cancel safety](Wait#cancel-safety) is that of all futures of a channel: dropped
/// before it is ready, it has not sent the item, and drops it.
pub type SendFuture<'a, T, M, E> = Wait<'a, Putting<'a, T, M, E>>;

/// Sends items as there is room: see `send_many_async`. Its [cancel safety](Wait#cancel-safety) is that of all futures of a channel: what
/// it has not sent is still in the queue that it was given.
pub type SendManyFuture<'a, T, M, E> = Wait<'a, PuttingMany<'a, T, M, E>>;

/// Ready when nothing goes in any more: see `closed`.
pub type ClosedFuture<'a, E> = Wait<'a, Ending<'a, E>>;

impl<T, M: ManyProducers> Sender<T, M> {
    pub(crate) fn new(end: M::Producer<T>, core: Arc<Core<T, M>>) -> Self {
        Self { half: Sending::new(end, core), state: PhantomData }
    }

    #[inline]
    pub(super) fn parts(&self) -> (Shared<'_, T, M>, &Core<T, M>) {
        (M::borrow(&self.half.end), &self.half.core)
    }

    /// What lends slots.
    #[inline]
    pub(super) fn lending(&self) -> (&M::Producer<T>, &Core<T, M>) {
        (&self.half.end, &self.half.core)
    }

    /// A handle that does not keep the channel open.
    pub fn downgrade(&self) -> WeakSender<T, M> {
        WeakSender { end: M::another(&self.half.end), core: self.half.core.clone() }
    }
}

impl<T, M: Kind> SoleSender<T, M> {
    pub(crate) fn new(end: M::Producer<T>, core: Arc<Core<T, M>>) -> Self {
        Self { half: Sending::new(end, core), state: PhantomData }
    }

    #[inline]
    pub(super) fn parts(&mut self) -> (Sole<'_, T, M>, &Core<T, M>) {
        (&mut self.half.end, &self.half.core)
    }

    /// What lends slots.
    #[inline]
    pub(super) fn lending(&mut self) -> (&mut M::Producer<T>, &Core<T, M>) {
        self.parts()
    }
}

// One text for both: they differ in what `self` is.
macro_rules! sends {
    ($name:ident: $kind:ident, $via:ident, [$($mut:tt)?]) => {
        impl<T, M: $kind> $name<T, M> {
            /// Sends an item if there is room now.
            ///
            /// # Errors
            /// With the item: [`PushError::Full`]; [`PushError::Busy`] if a receiver is in the middle of taking the oldest item;
            /// [`PushError::Closed`].
            ///
            /// # Progress
            /// That of `push`; then a fence, a load, and, if anybody waits for items, a lock to call the first of them.
            #[inline]
            pub fn try_send(&$($mut)? self, value: T) -> Result<(), PushError<T>> {
                let (mut end, core) = self.parts();
                Inlet::put(&mut end, value)?;
                core.put(1);
                Ok(())
            }

            /// Sends an item, in the place of the oldest one if there is no room: `Ok(Some(oldest))` then. Never waits.
            ///
            /// # Errors
            /// As `force_push` of the ring: [`PushError::Busy`] if a receiver is in the middle of taking the oldest item, or
            /// [`PushError::Closed`], with the item.
            ///
            /// # Progress
            /// That of `force_push`, and as [`try_send`](Self::try_send).
            pub fn force_send(&$($mut)? self, value: T) -> Result<Option<T>, PushError<T>> {
                let (mut end, core) = self.parts();
                let oldest = Inlet::force(&mut end, value)?;
                match oldest {
                    None => core.put(1),
                    Some(_) => core.replaced(),
                }
                Ok(oldest)
            }

            /// Sends an item, and makes the thread wait for room.
            ///
            /// # Errors
            /// [`SendError::Closed`] with the item, also if it closes meanwhile; never `Timeout`.
            ///
            /// # Progress
            /// Waits for receivers. Where there is room, as [`try_send`](Self::try_send).
            #[inline]
            pub fn send(&$($mut)? self, value: T) -> Result<(), SendError<T>> {
                self.send_until(value, || None)
            }

            /// Sends an item, and makes the thread wait for room, but not longer than `timeout`.
            ///
            /// # Errors
            /// [`SendError`] with the item.
            ///
            /// # Progress
            /// As [`send`](Self::send), for a limited time.
            #[inline]
            pub fn send_timeout(&$($mut)? self, value: T, timeout: Duration) -> Result<(), SendError<T>> {
                self.send_until(value, || Instant::now().checked_add(timeout))
            }

            /// Sends an item, and makes the thread wait for room, but not longer than until `deadline`.
            ///
            /// # Errors
            /// [`SendError`] with the item.
            ///
            /// # Progress
            /// As [`send`](Self::send), for a limited time.
            #[inline]
            pub fn send_deadline(&$($mut)? self, value: T, deadline: Instant) -> Result<(), SendError<T>> {
                self.send_until(value, || Some(deadline))
            }

            #[inline]
            fn send_until(
                &$($mut)? self,
                value: T,
                deadline: impl FnOnce() -> Option<Instant>,
            ) -> Result<(), SendError<T>> {
                let (end, core) = self.parts();
                let mut putting = Putting { end, core, value: Some(value) };
                match wait(&core.room, &mut putting, deadline) {
                    Some(done) => done,
                    None => Err(SendError::Timeout(putting.value.expect("not sent"))),
                }
            }

            /// Sends an item when there is room.
            ///
            /// # Errors
            /// [`SendError::Closed`] with the item; never `Timeout`.
            ///
            /// # Cancel safety
            /// Dropped before it is ready, it has not sent the item, which is dropped with it; nothing else changes, and a wake that it
            /// got goes to the next who waits. Where the capacity is 0, a receiver may have taken the item while the future waited: then
            /// it is sent, once, and the receiver has it.
            ///
            /// # Progress
            /// A poll never waits, and never spins.
            ///
            /// # Panics
            /// If it is polled after it was ready.
            pub fn send_async(&$($mut)? self, value: T) -> SendFuture<'_, T, M, $via<'_, T, M>> {
                let (end, core) = self.parts();
                Wait::new(Putting { end, core, value: Some(value) }, Waiting::new(&core.room.waiters))
            }

            /// The same for a hand-written poll: sends what is in `item`, which is taken out only when it is sent; if there is no room, the task is
            /// woken when there may be. The place among those who wait is kept in this end until an item is sent by this function, or the
            /// end goes.
            ///
            /// ```
            /// use std::task::{Context, Waker};
            /// let (mut sender, mut receiver) = annulus::spsc::channel(1);
            /// let mut task = Context::from_waker(Waker::noop());
            /// let mut item = Some("tea");
            /// assert!(sender.poll_send(&mut task, &mut item).is_ready() && item.is_none());
            /// item = Some("milk");
            /// assert!(sender.poll_send(&mut task, &mut item).is_pending() && item.is_some());
            /// assert_eq!(receiver.recv(), Ok("tea"));
            /// ```
            ///
            /// # Errors
            /// [`SendError::Closed`], and the item stays in `item`; never `Timeout`.
            ///
            /// # Cancel safety
            /// There is nothing to cancel: an item that is not sent is still in `item`, and need not be the same in the next poll. A wake that
            /// was got and is not followed by another poll stays with this end: poll again, or drop it, so that another one who waits gets it.
            ///
            /// # Progress
            /// It never waits, and never spins. Where the capacity is 0, see [there](crate::channel#capacity-0).
            ///
            /// # Panics
            /// If there is no item.
            pub fn poll_send(&mut self, task: &mut Context<'_>, item: &mut Option<T>) -> Poll<Result<(), SendError<()>>> {
                let (end, core, ticket) = self.half.parts();
                Waiting::poll_of_end(&core.room.waiters, ticket, &mut PuttingFrom { end, core, item }, task)
            }

            /// Sends all items, from the front, and makes the thread wait for room as often as need be. Those that go in together become
            /// visible with one call of who waits for them. What others send may come between.
            ///
            /// # Errors
            /// [`SendError::Closed`]; what was not sent is still in `items`.
            ///
            /// # Progress
            /// As [`send`](Self::send), again and again.
            pub fn send_many(&$($mut)? self, items: &mut VecDeque<T>) -> Result<(), SendError<()>> {
                let (end, core) = self.parts();
                let mut putting = PuttingMany { end, core, items };
                wait(&core.room, &mut putting, || None).expect("waits for ever")
            }

            /// Sends all items, from the front, as there is room.
            ///
            /// # Errors
            /// [`SendError::Closed`]; what was not sent is still in `items`.
            ///
            /// # Cancel safety
            /// Dropped before it is ready, it has sent some of the items; the others are still in `items`.
            ///
            /// # Progress
            /// A poll never waits, and never spins.
            pub fn send_many_async<'a>(
                &'a $($mut)? self,
                items: &'a mut VecDeque<T>,
            ) -> SendManyFuture<'a, T, M, $via<'a, T, M>> {
                let (end, core) = self.parts();
                Wait::new(PuttingMany { end, core, items }, Waiting::new(&core.room.waiters))
            }

            /// What [`select!`](crate::select) sends: the item in `item`, which is taken out only when it is sent.
            pub fn to_send<'a>(
                &'a $($mut)? self,
                item: &'a mut Option<T>,
            ) -> Arm<'a, PuttingFrom<'a, T, M, $via<'a, T, M>>> {
                let (end, core) = self.parts();
                Arm::new(PuttingFrom { end, core, item }, &core.room.waiters)
            }

            /// A `Sink` for items.
            #[cfg(feature = "futures")]
            pub fn sink(&$($mut)? self) -> super::stream::SendSink<'_, T, M, $via<'_, T, M>> {
                let (end, core) = self.parts();
                super::stream::SendSink::new(end, core)
            }

            /// Lets nothing in any more, for all senders. What is in the channel is still received.
            pub fn close(&$($mut)? self) {
                let (mut end, core) = self.parts();
                End::close(&mut end);
                core.closed();
            }

            /// Closes, as [`close`](Self::close), and gives the end a type that cannot send.
            pub fn closing($($mut)? self) -> $name<T, M, states::Closing> {
                self.close();
                $name { half: self.half, state: PhantomData }
            }
        }

        impl<T, M: $kind> $name<T, M, states::Closing> {
            /// The same with a type that says that the channel is drained.
            ///
            /// # Errors
            /// It is not: the end is handed back.
            pub fn finish(self) -> Result<$name<T, M, states::Closed>, Self> {
                match self.state() {
                    State::Closed => Ok($name { half: self.half, state: PhantomData }),
                    _ => Err(self),
                }
            }
        }

        impl<T, M: $kind, S> $name<T, M, S> {
            /// Ready when nothing goes in any more, because an end has closed or the last receiver has gone.
            ///
            /// # Cancel safety
            /// It only looks.
            pub fn closed(&self) -> ClosedFuture<'_, M::Producer<T>> {
                Wait::new(Ending { end: &self.half.end }, Waiting::new(&self.half.core.closing))
            }

            /// Whether nothing goes in any more.
            pub fn is_closed(&self) -> bool {
                self.half.end.is_closed()
            }

            /// Open, closing (what is in the channel, or on its way in, is still received) or closed.
            pub fn state(&self) -> State {
                self.half.end.state()
            }

            /// How many items fit into the channel, in all.
            pub fn capacity(&self) -> usize {
                self.half.end.capacity()
            }

            /// How many more items would have fitted a moment ago.
            pub fn vacant(&self) -> usize {
                self.half.end.level()
            }

            /// Whether there was no room a moment ago.
            pub fn is_full(&self) -> bool {
                self.vacant() == 0
            }

            /// How many senders there were a moment ago.
            pub fn sender_count(&self) -> usize {
                self.half.core.crowd.count(Which::Writer)
            }

            /// How many receivers there were a moment ago.
            pub fn receiver_count(&self) -> usize {
                self.half.core.crowd.count(Which::Reader)
            }
        }

        impl<T, M: $kind, S> fmt::Debug for $name<T, M, S> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct("Sender").field("ring", &self.half.end).field("state", &self.state()).finish()
            }
        }
    };
}

sends!(Sender: ManyProducers, Shared, []);
sends!(SoleSender: Kind, Sole, [mut]);

/// # Panics
/// If there are more senders than can be counted (2^32 - 1), which takes forgetting them.
impl<T, M: ManyProducers> Clone for Sender<T, M> {
    fn clone(&self) -> Self {
        if self.half.core.crowd.join(Which::Writer).is_err() {
            panic!("too many senders: drop them instead of forgetting them");
        }
        Self::new(M::another(&self.half.end), self.half.core.clone())
    }
}

/// A handle of a channel that does not keep it open: for whoever may send as long as others do.
///
/// It keeps the memory of the channel, but none of its items, as soon as the last receiver has gone.
pub struct WeakSender<T, M: ManyProducers> {
    end: M::Producer<T>,
    core: Arc<Core<T, M>>,
}

impl<T, M: ManyProducers> WeakSender<T, M> {
    /// A sender, if there is still another one.
    ///
    /// # Progress
    /// Lock-free: tries again only if a sender came or went.
    pub fn upgrade(&self) -> Option<Sender<T, M>> {
        let joined = self.core.crowd.join_others(Which::Writer);
        joined.then(|| Sender::new(M::another(&self.end), self.core.clone()))
    }
}

impl<T, M: ManyProducers> Clone for WeakSender<T, M> {
    fn clone(&self) -> Self {
        Self { end: M::another(&self.end), core: self.core.clone() }
    }
}

impl<T, M: ManyProducers> fmt::Debug for WeakSender<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakSender").finish_non_exhaustive()
    }
}
