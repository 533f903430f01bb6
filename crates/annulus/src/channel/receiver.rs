//! The ends that receive.
use super::attempt::{Ending, Taking, TakingMany, Wait, wait};
use super::core::{Core, Receiving};
use super::ends::{End, Kind, ManyConsumers};
use super::error::RecvError;
use super::select::Arm;
use super::sender::ClosedFuture;
use super::states::{self, Open};
use crate::error::PopError;
use crate::wait::Waiting;
use annulus_protocol::life::{End as Which, State};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

/// An end that receives, of which there may be many: `Clone` and `Sync`, and its operations take `&self`. Each item goes to one of them.
///
/// Each operation comes in several forms, which can be mixed as one likes, also on one channel at the same time: `try_recv` never waits,
/// `recv` makes the thread wait, `recv_timeout` and `recv_deadline` for a limited time, and `recv_async` is a future, for any runtime.
///
/// When the last sender has gone, or any end says [`close`](Self::close), what is in the channel is still received, then
/// [`RecvError::Closed`]. When the last receiver has gone, what is left is dropped at once.
///
/// # Fairness
/// Those who wait for items get them in the order in which they began to wait, threads and tasks alike. Whoever finds an item without
/// waiting does not queue behind them; who loses an item to such a one keeps its place.
///
/// `S` is [`Open`], or one of the others after [`closing`](Self::closing).
pub struct Receiver<T, M: ManyConsumers, S = Open> {
    half: Receiving<T, M>,
    state: PhantomData<S>,
}

/// An end that receives, of which there is one: its operations take `&mut self`.
///
/// Each operation comes in several forms, which can be mixed as one likes: `try_recv` never waits, `recv` makes the thread wait,
/// `recv_timeout` and `recv_deadline` for a limited time, and `recv_async` is a future, for any runtime.
///
/// When the last sender has gone, or any end says [`close`](Self::close), what is in the channel is still received, then
/// [`RecvError::Closed`]. When the receiver has gone, what is left is dropped at once.
///
/// `S` is [`Open`], or one of the others after [`closing`](Self::closing).
pub struct SoleReceiver<T, M: Kind, S = Open> {
    half: Receiving<T, M>,
    state: PhantomData<S>,
}

/// What an operation of a [`Receiver`] works through.
pub(super) type Shared<'a, T, M> = <M as ManyConsumers>::Borrowed<'a, T>;

/// What an operation of a [`SoleReceiver`] works through.
pub(super) type Sole<'a, T, M> = &'a mut <M as Kind>::Consumer<T>;

/// Receives an item when there is one: see `recv_async`. Its [cancel safety](Wait#cancel-safety) is that of all futures of a channel:
/// dropped before it is ready, it has taken nothing.
pub type RecvFuture<'a, T, M, E> = Wait<'a, Taking<'a, T, M, E>>;

/// Receives items when there are any: see `recv_many_async`. Its [cancel safety](Wait#cancel-safety) is that of all futures of a channel:
/// dropped before it is ready, it has taken nothing.
pub type RecvManyFuture<'a, T, M, E> = Wait<'a, TakingMany<'a, T, M, E>>;

impl<T, M: ManyConsumers> Receiver<T, M> {
    pub(crate) fn new(end: M::Consumer<T>, core: Arc<Core<T, M>>) -> Self {
        Self { half: Receiving::new(end, core), state: PhantomData }
    }

    #[inline]
    pub(super) fn parts(&self) -> (Shared<'_, T, M>, &Core<T, M>) {
        (M::borrow(self.half.end()), &self.half.core)
    }

    /// What lends items.
    #[inline]
    pub(super) fn lending(&self) -> (&M::Consumer<T>, &Core<T, M>) {
        (self.half.end(), &self.half.core)
    }
}

impl<T, M: Kind> SoleReceiver<T, M> {
    pub(crate) fn new(end: M::Consumer<T>, core: Arc<Core<T, M>>) -> Self {
        Self { half: Receiving::new(end, core), state: PhantomData }
    }

    #[inline]
    pub(super) fn parts(&mut self) -> (Sole<'_, T, M>, &Core<T, M>) {
        let (end, core, _) = self.half.parts();
        (end, core)
    }

    /// What lends items.
    #[inline]
    pub(super) fn lending(&mut self) -> (&mut M::Consumer<T>, &Core<T, M>) {
        self.parts()
    }
}

// One text for both: they differ in what `self` is.
macro_rules! receives {
    ($name:ident: $kind:ident, $via:ident, $iter:ident, $try_iter:ident, [$($mut:tt)?]) => {
        impl<T, M: $kind> $name<T, M> {
            /// Receives an item if there is one now.
            ///
            /// # Errors
            /// [`PopError::Empty`]; [`PopError::Busy`] if a sender is in the middle of putting in what comes next; [`PopError::Closed`] if the
            /// channel is closed, and empty for good.
            ///
            /// # Progress
            /// That of `pop`; then a fence, a load, and, if anybody waits for room, a lock to call the first of them.
            #[inline]
            pub fn try_recv(&$($mut)? self) -> Result<T, PopError> {
                let (mut end, core) = self.parts();
                core.take(&mut end)
            }

            /// Receives an item, and makes the thread wait for one.
            ///
            /// # Errors
            /// [`RecvError::Closed`] if the channel is closed, and empty for good; never `Timeout`.
            ///
            /// # Progress
            /// Waits for senders. Where there is an item, as [`try_recv`](Self::try_recv).
            #[inline]
            pub fn recv(&$($mut)? self) -> Result<T, RecvError> {
                self.recv_until(|| None)
            }

            /// Receives an item, and makes the thread wait for one, but not longer than `timeout`.
            ///
            /// # Errors
            /// [`RecvError`].
            ///
            /// # Progress
            /// As [`recv`](Self::recv), for a limited time.
            #[inline]
            pub fn recv_timeout(&$($mut)? self, timeout: Duration) -> Result<T, RecvError> {
                self.recv_until(|| Instant::now().checked_add(timeout))
            }

            /// Receives an item, and makes the thread wait for one, but not longer than until `deadline`.
            ///
            /// # Errors
            /// [`RecvError`].
            ///
            /// # Progress
            /// As [`recv`](Self::recv), for a limited time.
            #[inline]
            pub fn recv_deadline(&$($mut)? self, deadline: Instant) -> Result<T, RecvError> {
                self.recv_until(|| Some(deadline))
            }

            #[inline]
            fn recv_until(&$($mut)? self, deadline: impl FnOnce() -> Option<Instant>) -> Result<T, RecvError> {
                let (end, core) = self.parts();
                wait(&core.items, &mut Taking { end, core }, deadline).unwrap_or(Err(RecvError::Timeout))
            }

            /// Receives an item when there is one.
            ///
            /// # Errors
            /// [`RecvError::Closed`] if the channel is closed, and empty for good; never `Timeout`.
            ///
            /// # Cancel safety
            /// Dropped before it is ready, it has taken nothing, and a wake that it got goes to the next who waits.
            ///
            /// # Progress
            /// A poll never waits, and never spins.
            pub fn recv_async(&$($mut)? self) -> RecvFuture<'_, T, M, $via<'_, T, M>> {
                let (end, core) = self.parts();
                Wait::new(Taking { end, core }, Waiting::new(&core.items.waiters))
            }

            /// The same for a hand-written poll: if there is nothing, the task is woken when there may be. The place among those who wait is
            /// kept in this end until an item is received by this function, or the end goes.
            ///
            /// # Errors
            /// As [`recv_async`](Self::recv_async).
            ///
            /// # Cancel safety
            /// There is nothing to cancel. A wake that was got and is not followed by another poll stays with this end: poll again, or drop it,
            /// so that another one who waits gets it. Where the capacity is 0 that is an item, which any other operation of this end receives
            /// as well.
            ///
            /// # Progress
            /// It never waits, and never spins.
            pub fn poll_recv(&mut self, task: &mut Context<'_>) -> Poll<Result<T, RecvError>> {
                let (end, core, ticket) = self.half.parts();
                Waiting::poll_of_end(&core.items.waiters, ticket, &mut Taking { end, core }, task)
            }

            /// Receives up to `limit` items at once and appends them to `items`; makes the thread wait for the first one. Tells how many.
            ///
            /// # Errors
            /// As [`recv`](Self::recv).
            ///
            /// # Progress
            /// As [`recv`](Self::recv).
            pub fn recv_many(&$($mut)? self, items: &mut Vec<T>, limit: usize) -> Result<usize, RecvError> {
                let (end, core) = self.parts();
                wait(&core.items, &mut TakingMany { end, core, items, limit }, || None).expect("waits for ever")
            }

            /// Receives up to `limit` items at once, when there is one, and appends them to `items`. Tells how many.
            ///
            /// # Errors
            /// As [`recv_async`](Self::recv_async).
            ///
            /// # Cancel safety
            /// As [`recv_async`](Self::recv_async): dropped before it is ready, it has taken nothing.
            ///
            /// # Progress
            /// A poll never waits, and never spins.
            pub fn recv_many_async<'a>(
                &'a $($mut)? self,
                items: &'a mut Vec<T>,
                limit: usize,
            ) -> RecvManyFuture<'a, T, M, $via<'a, T, M>> {
                let (end, core) = self.parts();
                Wait::new(TakingMany { end, core, items, limit }, Waiting::new(&core.items.waiters))
            }

            /// Receives items, and makes the thread wait for each, until the channel is closed and empty.
            pub fn iter(&$($mut)? self) -> $iter<'_, T, M> {
                $iter { receiver: self }
            }

            /// Receives items as long as there are any.
            pub fn try_iter(&$($mut)? self) -> $try_iter<'_, T, M> {
                $try_iter { receiver: self }
            }

            /// What [`select!`](crate::select) receives.
            pub fn to_recv(&$($mut)? self) -> Arm<'_, Taking<'_, T, M, $via<'_, T, M>>> {
                let (end, core) = self.parts();
                Arm::new(Taking { end, core }, &core.items.waiters)
            }

            /// A `Stream` of the items, with a place of its own among those who wait.
            #[cfg(feature = "futures")]
            pub fn stream(&$($mut)? self) -> super::stream::RecvStream<'_, T, M, $via<'_, T, M>> {
                let (end, core) = self.parts();
                super::stream::RecvStream::new(Taking { end, core })
            }

            /// Lets nothing in any more, for all senders. What is in the channel is still received.
            ///
            /// Where there is one sender (`spsc`, `spmc`), an item that it is sending at that very moment may go in after a receiver was told
            /// [`RecvError::Closed`]; if nobody asks again, it is dropped with the last receiver.
            pub fn close(&$($mut)? self) {
                let (mut end, core) = self.parts();
                End::close(&mut end);
                core.closed();
            }

            /// Closes, as [`close`](Self::close), and gives the end a type of which `recv` cannot wait.
            pub fn closing($($mut)? self) -> $name<T, M, states::Closing> {
                self.close();
                $name { half: self.half, state: PhantomData }
            }
        }

        impl<T, M: $kind> $name<T, M, states::Closing> {
            /// Receives an item if there is one; there is nothing to wait for.
            ///
            /// # Errors
            /// [`PopError::Busy`] if an item is still on its way in, otherwise [`PopError::Closed`] if there is none.
            ///
            /// # Progress
            /// That of `pop`.
            pub fn recv(&mut self) -> Result<T, PopError> {
                let (end, core, _) = self.half.parts();
                core.take(end)
            }

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
            /// Ready when nothing goes in any more, because an end has closed or the last sender has gone. What is in the channel is still
            /// received.
            ///
            /// # Cancel safety
            /// It only looks.
            pub fn closed(&self) -> ClosedFuture<'_, M::Consumer<T>> {
                Wait::new(Ending { end: self.half.end() }, Waiting::new(&self.half.core.closing))
            }

            /// Whether nothing goes in any more.
            pub fn is_closed(&self) -> bool {
                self.half.end().is_closed()
            }

            /// Open, closing (what is in the channel, or on its way in, is still received) or closed.
            pub fn state(&self) -> State {
                self.half.end().state()
            }

            /// How many items fit into the channel, in all.
            pub fn capacity(&self) -> usize {
                self.half.end().capacity()
            }

            /// How many items there were a moment ago, those on their way in among them. Where the capacity is 0, see
            /// [there](crate::channel#capacity-0).
            pub fn len(&self) -> usize {
                self.half.end().level()
            }

            /// Whether there was nothing a moment ago.
            pub fn is_empty(&self) -> bool {
                self.len() == 0
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
                f.debug_struct("Receiver").field("ring", self.half.end()).field("state", &self.state()).finish()
            }
        }

        /// Receives, and makes the thread wait: see [`iter`](
        #[doc = concat!(stringify!($name), "::iter).")]
        #[derive(Debug)]
        pub struct $iter<'a, T, M: $kind> {
            receiver: &'a $($mut)? $name<T, M>,
        }

        impl<T, M: $kind> Iterator for $iter<'_, T, M> {
            type Item = T;

            fn next(&mut self) -> Option<T> {
                self.receiver.recv().ok()
            }
        }

        /// Receives as long as there is something: see [`try_iter`](
        #[doc = concat!(stringify!($name), "::try_iter).")]
        #[derive(Debug)]
        pub struct $try_iter<'a, T, M: $kind> {
            receiver: &'a $($mut)? $name<T, M>,
        }

        impl<T, M: $kind> Iterator for $try_iter<'_, T, M> {
            type Item = T;

            fn next(&mut self) -> Option<T> {
                self.receiver.try_recv().ok()
            }
        }
    };
}

receives!(Receiver: ManyConsumers, Shared, Iter, TryIter, []);
receives!(SoleReceiver: Kind, Sole, SoleIter, SoleTryIter, [mut]);

/// # Panics
/// If there are more receivers than can be counted (2^32 - 1), which takes forgetting them.
impl<T, M: ManyConsumers> Clone for Receiver<T, M> {
    fn clone(&self) -> Self {
        if self.half.core.crowd.join(Which::Reader).is_err() {
            panic!("too many receivers: drop them instead of forgetting them");
        }
        Self::new(M::another(self.half.end()), self.half.core.clone())
    }
}

/// A handle of a channel that does not count as a receiver: for whoever may receive as long as others do.
///
/// It keeps the memory of the channel, but none of its items, as soon as the last receiver has gone.
pub struct WeakReceiver<T, M: ManyConsumers> {
    end: M::Consumer<T>,
    core: Arc<Core<T, M>>,
}

impl<T, M: ManyConsumers> Receiver<T, M> {
    /// A handle that does not count as a receiver.
    pub fn downgrade(&self) -> WeakReceiver<T, M> {
        WeakReceiver { end: M::another(self.half.end()), core: self.half.core.clone() }
    }
}

impl<T, M: ManyConsumers> WeakReceiver<T, M> {
    /// A receiver, if there is still another one.
    ///
    /// # Progress
    /// Lock-free: tries again only if a receiver came or went.
    pub fn upgrade(&self) -> Option<Receiver<T, M>> {
        let joined = self.core.crowd.join_others(Which::Reader);
        joined.then(|| Receiver::new(M::another(&self.end), self.core.clone()))
    }
}

impl<T, M: ManyConsumers> Clone for WeakReceiver<T, M> {
    fn clone(&self) -> Self {
        Self { end: M::another(&self.end), core: self.core.clone() }
    }
}

impl<T, M: ManyConsumers> fmt::Debug for WeakReceiver<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakReceiver").finish_non_exhaustive()
    }
}
