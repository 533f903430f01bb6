//! The queues, by the methods that all of them have.
use crate::ledger::Item;
use annulus::{PopError, PushError, ReserveError};
use std::ops::Deref;

/// Where a producer's items get their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    AtReserve,
    AtCommit,
}

pub(crate) enum Refused {
    /// Full, empty or busy.
    Now,
    Closed,
}

pub(crate) trait Queue {
    type Producer: Producer;
    type Consumer: Consumer;
    const ORDER: Order;
    /// Whether what a producer has under way when a consumer closes may still go in after other consumers were told *closed*.
    const LATE: bool;
    fn ring(capacity: usize) -> (Self::Producer, Self::Consumer);
}

pub(crate) trait Producer: Send + Sized {
    type Slot<'a>: WriteSlot
    where
        Self: 'a;
    type Grant<'a>: WriteSlots
    where
        Self: 'a;
    /// Another end, if there may be several.
    fn fork(&self) -> Option<Self>;
    fn push(&mut self, item: Item) -> Result<(), (Item, Refused)>;
    fn force_push(&mut self, item: Item) -> Result<Option<Item>, (Item, Refused)>;
    fn reserve(&mut self) -> Result<Self::Slot<'_>, Refused>;
    fn reserve_up_to(&mut self, n: usize) -> Result<Self::Grant<'_>, Refused>;
    fn close(&mut self);
}

/// Dropping it abandons the slot.
pub(crate) trait WriteSlot {
    fn write(self, item: Item);
}

/// Dropping it abandons the slots.
pub(crate) trait WriteSlots {
    fn len(&self) -> usize;
    fn fill_with(self, make: impl FnMut() -> Item);
}

pub(crate) trait Consumer: Send + Sized {
    type Claim<'a>: ReadSlot
    where
        Self: 'a;
    type Grant<'a>: ReadSlots
    where
        Self: 'a;
    fn fork(&self) -> Option<Self>;
    fn pop(&mut self) -> Result<Item, Refused>;
    fn claim(&mut self) -> Result<Self::Claim<'_>, Refused>;
    fn claim_up_to(&mut self, n: usize) -> Result<Self::Grant<'_>, Refused>;
    fn close(&mut self);
}

/// Dropping it drops the item in place.
pub(crate) trait ReadSlot: Deref<Target = Item> {
    fn into_inner(self) -> Item;
}

/// Dropping it drops the items in place.
pub(crate) trait ReadSlots {
    fn items(&self) -> impl Iterator<Item = &Item>;
    /// Moves up to `n` items out, where that can be done by one, and drops the others in place.
    fn take_some(self, n: usize);
}

/// Another end where there may be several of a kind, none where there is one.
macro_rules! fork {
    ($end:expr, shared) => {
        Some($end.clone())
    };
    ($end:expr, lone) => {
        None
    };
}

/// The items of a grant, where they lie in slices, or anywhere.
macro_rules! items {
    ($grant:expr, slices) => {{
        let (first, second) = $grant.as_slices();
        first.iter().chain(second)
    }};
    ($grant:expr, iterators) => {
        $grant.iter()
    };
}

/// Where consumers share a ring, what was claimed is gone when the grant goes. An only consumer gets it again, and has to say so.
macro_rules! grant {
    (type $a:lifetime, $module:ident, shared) => {
        annulus::$module::ReadGrant<$a, Item>
    };
    (type $a:lifetime, $module:ident, lone) => {
        Gone<annulus::$module::ReadGrant<$a, Item>>
    };
    (shared) => {
        core::convert::identity
    };
    (lone) => {
        |grant| Gone(Some(grant))
    };
    (read $module:ident, shared, $items:ident) => {
        impl ReadSlots for annulus::$module::ReadGrant<'_, Item> {
            fn items(&self) -> impl Iterator<Item = &Item> {
                items!(self, $items)
            }

            fn take_some(mut self, n: usize) {
                self.by_ref().take(n).for_each(drop);
            }
        }
    };
    (read $module:ident, lone, $items:ident) => {
        impl Release for annulus::$module::ReadGrant<'_, Item> {
            fn items(&self) -> impl Iterator<Item = &Item> {
                items!(self, slices)
            }

            fn release_all(self) {
                let n = self.len();
                self.release(n);
            }
        }
    };
}

pub(crate) trait Release {
    fn items(&self) -> impl Iterator<Item = &Item>;
    fn release_all(self);
}

/// A grant of an only consumer, of which everything is gone when it goes.
pub(crate) struct Gone<G: Release>(Option<G>);

impl<G: Release> Drop for Gone<G> {
    fn drop(&mut self) {
        self.0.take().into_iter().for_each(Release::release_all);
    }
}

impl<G: Release> ReadSlots for Gone<G> {
    fn items(&self) -> impl Iterator<Item = &Item> {
        self.0.iter().flat_map(Release::items)
    }

    fn take_some(self, _: usize) {}
}

/// See [`Queue::LATE`]: where there is one producer, it looks before it reserves; several are stopped by the word they exchange.
macro_rules! late {
    (lone) => {
        true
    };
    (shared) => {
        false
    };
}

/// A queue: where its types are, when its order is decided, and whether several may have an end.
macro_rules! queue {
    ($name:ident, $module:ident, $order:ident, $producers:ident producer, $consumers:ident consumer) => {
        queue!($name, $module, $order, $producers producer, $consumers consumer, slices);
    };
    ($name:ident, $module:ident, $order:ident, $producers:ident producer, $consumers:ident consumer, $items:ident) => {
        pub(crate) struct $name;

        const _: () = {
            use annulus::$module as from;

            impl Queue for $name {
                type Producer = from::Producer<Item>;
                type Consumer = from::Consumer<Item>;
                const ORDER: Order = Order::$order;
                const LATE: bool = late!($producers);

                fn ring(capacity: usize) -> (Self::Producer, Self::Consumer) {
                    from::ring(capacity)
                }
            }

            impl Producer for from::Producer<Item> {
                type Slot<'a> = from::Slot<'a, Item>;
                type Grant<'a> = from::WriteGrant<'a, Item>;

                fn fork(&self) -> Option<Self> {
                    fork!(self, $producers)
                }

                fn push(&mut self, item: Item) -> Result<(), (Item, Refused)> {
                    from::Producer::push(self, item).map_err(not_pushed)
                }

                fn force_push(&mut self, item: Item) -> Result<Option<Item>, (Item, Refused)> {
                    from::Producer::force_push(self, item).map_err(not_pushed)
                }

                fn reserve(&mut self) -> Result<Self::Slot<'_>, Refused> {
                    from::Producer::reserve(self).map_err(not_reserved)
                }

                fn reserve_up_to(&mut self, n: usize) -> Result<Self::Grant<'_>, Refused> {
                    from::Producer::reserve_up_to(self, n).map_err(not_reserved)
                }

                fn close(&mut self) {
                    from::Producer::close(self);
                }
            }

            impl WriteSlot for from::Slot<'_, Item> {
                fn write(self, item: Item) {
                    from::Slot::write(self, item);
                }
            }

            impl WriteSlots for from::WriteGrant<'_, Item> {
                fn len(&self) -> usize {
                    from::WriteGrant::len(self)
                }

                fn fill_with(self, make: impl FnMut() -> Item) {
                    from::WriteGrant::fill_with(self, make);
                }
            }

            impl Consumer for from::Consumer<Item> {
                type Claim<'a> = from::Claim<'a, Item>;
                type Grant<'a> = grant!(type 'a, $module, $consumers);

                fn fork(&self) -> Option<Self> {
                    fork!(self, $consumers)
                }

                fn pop(&mut self) -> Result<Item, Refused> {
                    from::Consumer::pop(self).map_err(not_popped)
                }

                fn claim(&mut self) -> Result<Self::Claim<'_>, Refused> {
                    from::Consumer::claim(self).map_err(not_popped)
                }

                fn claim_up_to(&mut self, n: usize) -> Result<Self::Grant<'_>, Refused> {
                    from::Consumer::claim_up_to(self, n).map(grant!($consumers)).map_err(not_popped)
                }

                fn close(&mut self) {
                    from::Consumer::close(self);
                }
            }

            impl ReadSlot for from::Claim<'_, Item> {
                fn into_inner(self) -> Item {
                    from::Claim::into_inner(self)
                }
            }

            grant!(read $module, $consumers, $items);
        };
    };
}

queue!(Mpmc, mpmc, AtReserve, shared producer, shared consumer);
queue!(Mpsc, mpsc, AtReserve, shared producer, lone consumer);
queue!(Spmc, spmc, AtReserve, lone producer, shared consumer);
queue!(Pool, pool, AtCommit, shared producer, shared consumer, iterators);

fn not_pushed(why: PushError<Item>) -> (Item, Refused) {
    match why {
        PushError::Full(item) | PushError::Busy(item) => (item, Refused::Now),
        PushError::Closed(item) => (item, Refused::Closed),
        _ => unreachable!("all reasons are named"),
    }
}

fn not_popped(why: PopError) -> Refused {
    if why == PopError::Closed { Refused::Closed } else { Refused::Now }
}

fn not_reserved(why: ReserveError) -> Refused {
    if why == ReserveError::Closed { Refused::Closed } else { Refused::Now }
}
