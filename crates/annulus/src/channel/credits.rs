//! Channels whose room is counted apart from the slots of the ring, so that it can be held ([`Permit`](super::Permit)) where a slot that is
//! held would be in the way: where the order is that of the reservations.
//!
//! INVARIANT (Y)  free + held + items = capacity: whoever pushes holds a credit, and whoever has popped gives one back, after the pop. So
//! the ring has a slot for each credit; but a consumer that is in the middle of a pop, or a producer that is replacing the oldest item,
//! may be in the way for as long as that takes: [`Busy`](PushError::Busy).
//!
//! Whoever finds it so gives its credit back, and calls nobody for that. Nobody sleeps beside it: who is in the way has a credit of its own, to
//! be given back or to become an item, and calls after that (W4); and it cannot have done so before the credit was taken, for then its
//! slot would have been seen free ([Y1]).
use super::ends::{End, Inlet, Kind, ManyConsumers, ManyProducers, Outlet};
use super::party::{Expects, Offers};
use super::permit::{Credit, Held};
use crate::error::{PopError, PushError, ReserveError};
use crate::slots::order::Order;
use crate::{mpmc, mpsc, shared};
use annulus_protocol::credit::Credits;
use annulus_protocol::life::State;
use annulus_protocol::pad::Padded;
use annulus_protocol::sync::spin_loop;
use std::marker::PhantomData;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// A kind of ring whose room is counted: see [`mpmc::channel_with_credits`] and [`mpsc::channel_with_credits`].
#[derive(Debug)]
pub struct Credited<M>(PhantomData<M>);

/// A producer that pushes with credits.
#[derive(Clone, Debug)]
pub struct CreditedProducer<P> {
    ring: P,
    room: Arc<Padded<Credits>>,
}

/// A consumer that gives credits back.
#[derive(Clone, Debug)]
pub struct CreditedConsumer<C> {
    ring: C,
    room: Arc<Padded<Credits>>,
}

/// A credit, for a [`Permit`](super::Permit).
#[derive(Debug)]
pub struct HeldCredit<'a, P> {
    end: &'a CreditedProducer<P>,
}

impl<T, O: Order> CreditedProducer<shared::Producer<T, O>> {
    #[inline]
    fn put_counted(&self, value: T) -> Result<(), PushError<T>> {
        if self.room.take() { self.put_with_credit(value) } else { Err(self.without_credit(value)) }
    }

    /// Uses a credit up, or gives it back.
    #[inline]
    fn put_with_credit(&self, value: T) -> Result<(), PushError<T>> {
        self.ring.push(value).map_err(|refused| {
            self.room.give(1);
            match refused {
                PushError::Full(value) => PushError::Busy(value), // there is a slot, and somebody in the way (Y)
                refused => refused,
            }
        })
    }

    #[cold]
    fn without_credit(&self, value: T) -> PushError<T> {
        if self.ring.is_closed() { PushError::Closed(value) } else { PushError::Full(value) }
    }

    fn force_counted(&self, value: T) -> Result<Option<T>, PushError<T>> {
        if self.room.take() {
            return self.put_with_credit(value).map(|()| None);
        }
        self.ring.replace(value).map(Some) // the credit of the one is that of the other
    }
}

macro_rules! end {
    ([$($generics:tt)*] $by:ty, |$this:ident| close: $close:expr, level: $level:expr) => {
        impl<$($generics)*> End for $by {
            #[inline]
            fn capacity(&self) -> usize {
                End::capacity(&self.ring)
            }
            #[inline]
            fn is_closed(&self) -> bool {
                End::is_closed(&self.ring)
            }
            fn state(&self) -> State {
                End::state(&self.ring)
            }
            fn close(&mut self) {
                let $this = self;
                $close;
            }
            #[inline]
            fn level(&self) -> usize {
                let $this = self;
                $level
            }
        }
    };
}

end!([T, O: Order] CreditedProducer<shared::Producer<T, O>>, |this| close: this.ring.close(), level: this.room.free());
end!([T, O: Order] &CreditedProducer<shared::Producer<T, O>>, |this| close: this.ring.close(), level: this.room.free());
end!([C: End] CreditedConsumer<C>, |this| close: this.ring.close(), level: this.ring.level());
end!([T, O: Order] &CreditedConsumer<shared::Consumer<T, O>>, |this| close: this.ring.close(), level: this.ring.len());

macro_rules! inlet {
    ($($by:ty),*) => {$(
        impl<T, O: Order> Offers<T> for $by {}

        impl<T, O: Order> Inlet<T> for $by {
            #[inline]
            fn put(&mut self, value: T) -> Result<(), PushError<T>> {
                self.put_counted(value)
            }
            fn force(&mut self, value: T) -> Result<Option<T>, PushError<T>> {
                self.force_counted(value)
            }
        }
    )*};
}

inlet!(CreditedProducer<shared::Producer<T, O>>, &CreditedProducer<shared::Producer<T, O>>);

macro_rules! outlet {
    ([$($generics:tt)*] $by:ty, |$this:ident| $ring:expr) => {
        impl<T, $($generics)*> Expects<T> for $by {}

        impl<T, $($generics)*> Outlet<T> for $by {
            #[inline]
            fn take(&mut self) -> Result<T, PopError> {
                let $this = &mut *self;
                let item = Outlet::take(&mut $ring)?;
                self.room.give(1);
                Ok(item)
            }
            fn take_many(&mut self, items: &mut Vec<T>, limit: usize) -> Result<usize, PopError> {
                let $this = &mut *self;
                let n = Outlet::take_many(&mut $ring, items, limit)?;
                self.room.give(n);
                Ok(n)
            }
        }
    };
}

outlet!([C: Outlet<T>] CreditedConsumer<C>, |this| this.ring);
outlet!([] &CreditedConsumer<mpmc::Consumer<T>>, |this| &this.ring);

impl<'a, T, O: Order> Credit<T> for &'a CreditedProducer<shared::Producer<T, O>> {
    type Held = HeldCredit<'a, shared::Producer<T, O>>;

    fn hold(self) -> Result<Self::Held, (Self, ReserveError)> {
        if self.ring.is_closed() {
            Err((self, ReserveError::Closed))
        } else if self.room.take() {
            Ok(HeldCredit { end: self })
        } else {
            Err((self, ReserveError::Full))
        }
    }
}

impl<T, O: Order> Held<T> for HeldCredit<'_, shared::Producer<T, O>> {
    fn fill(self, mut value: T) -> Result<(), T> {
        let mut tries = 0;
        loop {
            value = match self.end.ring.push(value) {
                Ok(()) => return Ok(()),
                Err(PushError::Closed(value)) => {
                    self.end.room.give(1);
                    return Err(value);
                }
                Err(PushError::Full(value) | PushError::Busy(value)) => value,
            };
            stand_by(tries);
            tries += 1;
        }
    }

    fn give_back(self) -> bool {
        self.end.room.give(1);
        false
    }
}

/// Somebody is in the way for as long as it takes to move an item, unless the system has stopped it there.
#[cold]
fn stand_by(tries: u32) {
    match tries {
        0..32 => spin_loop(),
        32..64 => thread::yield_now(),
        _ => thread::sleep(Duration::from_micros(50)),
    }
}

macro_rules! credited {
    ($module:ident::$kind:ident $($many:ident: $end:ident as $credited:ident),*) => {
        impl Kind for Credited<$module::$kind> {
            type Producer<T> = CreditedProducer<$module::Producer<T>>;
            type Consumer<T> = CreditedConsumer<$module::Consumer<T>>;

            #[track_caller]
            fn ring<T>(capacity: usize) -> (Self::Producer<T>, Self::Consumer<T>) {
                let (producer, consumer) = $module::ring(capacity);
                let room = Arc::new(Padded(Credits::new(capacity)));
                (CreditedProducer { ring: producer, room: room.clone() }, CreditedConsumer { ring: consumer, room })
            }
        }
        $(impl $many for Credited<$module::$kind> {
            type Borrowed<'a, T: 'a> = &'a $credited<$module::$end<T>>;

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

credited!(mpsc::Mpsc ManyProducers: Producer as CreditedProducer);
credited!(mpmc::Mpmc ManyProducers: Producer as CreditedProducer, ManyConsumers: Consumer as CreditedConsumer);
