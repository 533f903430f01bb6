//! What a channel needs of a ring: its ends, under one name each.
use super::any::{self, AnyConsumer, AnyProducer, Giver, Taker};
use super::party::{Expects, Offers};
use crate::error::{PopError, PushError};
use crate::slots::order::{Order, Runs};
use crate::slots::pool::ByCommit;
use crate::wait::{Pick, Sleeper};
use crate::{mpmc, mpsc, pool, shared, spmc, spsc};
use annulus_protocol::life::State;
use std::collections::VecDeque;
use std::fmt::Debug;
use std::sync::Arc;

/// A kind of ring that there are channels over.
///
/// Sealed by its place: nobody outside the crate can name it.
pub trait Kind: Sized + Debug + 'static {
    /// The end that pushes.
    type Producer<T>: Inlet<T> + Debug;
    /// The end that pops.
    type Consumer<T>: Outlet<T> + Debug;

    /// Both ends of a ring with room for `capacity` items.
    ///
    /// # Panics
    /// As the `ring` of that kind.
    fn ring<T>(capacity: usize) -> (Self::Producer<T>, Self::Consumer<T>);
}

/// A kind with any number of producers.
pub trait ManyProducers: Kind {
    /// A borrow that pushes all the same.
    type Borrowed<'a, T: 'a>: Inlet<T> + Debug;
    /// That of a producer.
    fn borrow<T>(producer: &Self::Producer<T>) -> Self::Borrowed<'_, T>;
    /// Another one.
    fn another<T>(producer: &Self::Producer<T>) -> Self::Producer<T>;
}

/// A kind with any number of consumers.
pub trait ManyConsumers: Kind {
    /// A borrow that pops all the same.
    type Borrowed<'a, T: 'a>: Outlet<T> + Debug;
    /// That of a consumer.
    fn borrow<T>(consumer: &Self::Consumer<T>) -> Self::Borrowed<'_, T>;
    /// Another one.
    fn another<T>(consumer: &Self::Consumer<T>) -> Self::Consumer<T>;
}

/// What both ends can be asked.
pub trait End {
    /// How many items fit.
    fn capacity(&self) -> usize;
    /// Whether nothing goes in any more.
    fn is_closed(&self) -> bool;
    /// Open, closing, closed.
    fn state(&self) -> State;
    /// Lets nothing in any more.
    fn close(&mut self);
    /// How many items there are (of a consumer), or would fit (of a producer): news.
    fn level(&self) -> usize;
    /// Whether an attempt might succeed: news, as cheap as can be, for who asks all the time. It may not notice that it has closed.
    #[inline]
    fn is_hopeful(&self) -> bool {
        self.level() != 0
    }
}

/// An end that pushes: a producer, or a borrow of one.
pub trait Inlet<T>: End + Offers<T> {
    /// Pushes one item. Not into a ring that is known to be closed.
    ///
    /// # Errors
    /// As `push`.
    fn put(&mut self, value: T) -> Result<(), PushError<T>>;

    /// Pushes one item, in the place of the oldest if there is no room.
    ///
    /// # Errors
    /// As `force_push`.
    fn force(&mut self, value: T) -> Result<Option<T>, PushError<T>>;

    /// Pushes items from the front, and tells how many; none if it is closed, with an error.
    ///
    /// # Errors
    /// Why the first one did not go in.
    fn put_many(&mut self, items: &mut VecDeque<T>) -> Result<usize, PushError<()>> {
        let mut count = 0;
        while let Some(item) = items.pop_front() {
            let refused = match self.put(item) {
                Ok(()) => {
                    count += 1;
                    continue;
                }
                Err(refused) => refused,
            };
            let why = match &refused {
                PushError::Closed(_) => PushError::Closed(()),
                PushError::Busy(_) => PushError::Busy(()),
                PushError::Full(_) => PushError::Full(()),
            };
            items.push_front(refused.into_inner());
            return if count == 0 { Err(why) } else { Ok(count) };
        }
        Ok(count)
    }
}

/// An end that pops: a consumer, or a borrow of one.
pub trait Outlet<T>: End + Expects<T> {
    /// Pops one item.
    ///
    /// # Errors
    /// As `pop`.
    fn take(&mut self) -> Result<T, PopError>;

    /// Pops up to `limit` items, at least one, and tells how many.
    ///
    /// # Errors
    /// As `pop`.
    fn take_many(&mut self, items: &mut Vec<T>, limit: usize) -> Result<usize, PopError>;
}

macro_rules! end {
    ([$($generics:tt)*] $of:ty, $level:ident $(, $hope:ident)?) => { end!([$($generics)*] $of as $of, $level $(, $hope)?); };
    ([$($generics:tt)*] $of:ty as $by:ty, $level:ident $(, $hope:ident)?) => {
        impl<$($generics)*> End for $by {
            #[inline]
            fn capacity(&self) -> usize {
                <$of>::capacity(self)
            }
            #[inline]
            fn is_closed(&self) -> bool {
                <$of>::is_closed(self)
            }
            fn state(&self) -> State {
                <$of>::state(self)
            }
            fn close(&mut self) {
                <$of>::close(self);
            }
            #[inline]
            fn level(&self) -> usize {
                <$of>::$level(self)
            }
            $(#[inline]
            fn is_hopeful(&self) -> bool {
                <$of>::$hope(self)
            })?
        }
    };
}

macro_rules! inlet {
    ([$($generics:tt)*] $by:ty, $push:ident, looks: $looks:literal) => {
        impl<$($generics)*> Offers<T> for $by {}

        impl<$($generics)*> Inlet<T> for $by {
            #[inline(always)]
            fn put(&mut self, value: T) -> Result<(), PushError<T>> {
                // Where the producer does not exchange the word that says so, it has to look.
                if $looks && self.is_closed() {
                    return Err(PushError::Closed(value));
                }
                self.$push(value)
            }
            fn force(&mut self, value: T) -> Result<Option<T>, PushError<T>> {
                if $looks && self.is_closed() {
                    return Err(PushError::Closed(value));
                }
                self.force_push(value)
            }
        }
    };
}

macro_rules! outlet {
    ([$($generics:tt)*] $by:ty) => {
        impl<$($generics)*> Expects<T> for $by {}

        impl<$($generics)*> Outlet<T> for $by {
            #[inline(always)]
            fn take(&mut self) -> Result<T, PopError> {
                self.pop()
            }
            fn take_many(&mut self, items: &mut Vec<T>, limit: usize) -> Result<usize, PopError> {
                let grant = self.claim_up_to(limit)?;
                let before = items.len();
                items.extend(grant);
                Ok(items.len() - before)
            }
        }
    };
}

end!([T] spsc::Consumer<T>, len);
end!([T] spmc::Producer<T>, vacant);
end!([T] mpsc::Consumer<T>, len);
end!([T, O: Order] shared::Producer<T, O>, vacant, looks_free);
end!([T, O: Order] shared::Producer<T, O> as &shared::Producer<T, O>, vacant, looks_free);
end!([T, O: Order] shared::Consumer<T, O>, len, looks_ready);
end!([T, O: Order] shared::Consumer<T, O> as &shared::Consumer<T, O>, len, looks_ready);

inlet!([T] spsc::Producer<T>, push, looks: true);
inlet!([T] spmc::Producer<T>, push, looks: true);
inlet!([T, O: Order] shared::Producer<T, O>, push_at_once, looks: false);
inlet!([T, O: Order] &shared::Producer<T, O>, push_at_once, looks: false);

outlet!([T] spsc::Consumer<T>);
outlet!([T] mpsc::Consumer<T>);
outlet!([T, O: Runs] shared::Consumer<T, O>);
outlet!([T, O: Runs] &shared::Consumer<T, O>);
outlet!([T] shared::Consumer<T, ByCommit>);
outlet!([T] &shared::Consumer<T, ByCommit>);

/// Its `state` is about whether there is anybody to read; of a channel it is about what is in it.
impl<T> End for spsc::Producer<T> {
    #[inline]
    fn capacity(&self) -> usize {
        self.capacity()
    }
    #[inline]
    fn is_closed(&self) -> bool {
        self.is_closed()
    }
    fn state(&self) -> State {
        match self.is_closed() {
            false => State::Open,
            true if self.is_drained() => State::Closed,
            true => State::Closing,
        }
    }
    fn close(&mut self) {
        self.close();
    }
    #[inline]
    fn level(&self) -> usize {
        self.vacant()
    }
}

impl<E: End> End for &mut E {
    #[inline]
    fn capacity(&self) -> usize {
        (**self).capacity()
    }
    #[inline]
    fn is_closed(&self) -> bool {
        (**self).is_closed()
    }
    fn state(&self) -> State {
        (**self).state()
    }
    fn close(&mut self) {
        (**self).close();
    }
    #[inline]
    fn level(&self) -> usize {
        (**self).level()
    }
    #[inline]
    fn is_hopeful(&self) -> bool {
        (**self).is_hopeful()
    }
}

impl<T, E: Inlet<T>> Inlet<T> for &mut E {
    #[inline(always)]
    fn put(&mut self, value: T) -> Result<(), PushError<T>> {
        (**self).put(value)
    }
    fn force(&mut self, value: T) -> Result<Option<T>, PushError<T>> {
        (**self).force(value)
    }
}

impl<T, E: Outlet<T>> Outlet<T> for &mut E {
    #[inline(always)]
    fn take(&mut self) -> Result<T, PopError> {
        (**self).take()
    }
    fn take_many(&mut self, items: &mut Vec<T>, limit: usize) -> Result<usize, PopError> {
        (**self).take_many(items, limit)
    }
}

impl<T, E: Offers<T>> Offers<T> for &mut E {
    fn meets(&self) -> bool {
        (**self).meets()
    }
    fn on_offer(&self) -> bool {
        (**self).on_offer()
    }
    fn offer(
        &mut self,
        value: &mut Option<T>,
        sleeper: Sleeper,
        pick: Option<&Arc<Pick>>,
    ) -> Option<Sleeper> {
        (**self).offer(value, sleeper, pick)
    }
    fn offered(&mut self) -> Option<Result<(), T>> {
        (**self).offered()
    }
    fn withdraw(&mut self) -> Option<Result<(), T>> {
        (**self).withdraw()
    }
}

impl<T, E: Expects<T>> Expects<T> for &mut E {
    fn meets(&self) -> bool {
        (**self).meets()
    }
    fn expect(&mut self, sleeper: Sleeper, pick: Option<&Arc<Pick>>) -> Option<Sleeper> {
        (**self).expect(sleeper, pick)
    }
    fn fetch(&mut self) -> Option<T> {
        (**self).fetch()
    }
    fn pass_on(&mut self) {
        (**self).pass_on();
    }
}

macro_rules! kind {
    ($module:ident::$kind:ident $($many:ident($end:ident))*) => {
        impl Kind for $module::$kind {
            type Producer<T> = $module::Producer<T>;
            type Consumer<T> = $module::Consumer<T>;

            #[track_caller]
            fn ring<T>(capacity: usize) -> (Self::Producer<T>, Self::Consumer<T>) {
                $module::ring(capacity)
            }
        }
        $(impl $many for $module::$kind {
            type Borrowed<'a, T: 'a> = &'a $module::$end<T>;

            #[inline]
            fn borrow<T>(end: &Self::$end<T>) -> Self::Borrowed<'_, T> {
                end
            }
            fn another<T>(end: &Self::$end<T>) -> Self::$end<T> {
                end.clone()
            }
        })*
    };
}

kind!(spsc::Spsc);
kind!(spmc::Spmc ManyConsumers(Consumer));
kind!(mpsc::Mpsc ManyProducers(Producer));
kind!(pool::Pool ManyProducers(Producer) ManyConsumers(Consumer));

/// With a capacity of 0 as well.
impl Kind for mpmc::Mpmc {
    type Producer<T> = AnyProducer<T>;
    type Consumer<T> = AnyConsumer<T>;

    #[track_caller]
    fn ring<T>(capacity: usize) -> (Self::Producer<T>, Self::Consumer<T>) {
        any::ends(capacity)
    }
}

impl ManyProducers for mpmc::Mpmc {
    type Borrowed<'a, T: 'a> = Giver<'a, T>;

    #[inline]
    fn borrow<T>(producer: &Self::Producer<T>) -> Self::Borrowed<'_, T> {
        producer.borrow()
    }
    fn another<T>(producer: &Self::Producer<T>) -> Self::Producer<T> {
        producer.another()
    }
}

impl ManyConsumers for mpmc::Mpmc {
    type Borrowed<'a, T: 'a> = Taker<'a, T>;

    #[inline]
    fn borrow<T>(consumer: &Self::Consumer<T>) -> Self::Borrowed<'_, T> {
        consumer.borrow()
    }
    fn another<T>(consumer: &Self::Consumer<T>) -> Self::Consumer<T> {
        consumer.another()
    }
}
