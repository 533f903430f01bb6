//! Channels, as queues whose ends wait now and then: as a thread, as a task, with a limit, or until they are called off.
use crate::dice::{Dice, mix};
use crate::ledger::Item;
use crate::queue::{Consumer, Order, Producer, Queue, ReadSlot, ReadSlots, Refused, WriteSlot, WriteSlots};
use annulus::channel::{Claim, LendsItem, LendsSlot, Slot};
use annulus::{PopError, PushError, RecvError, ReserveError, SendError};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{Thread, current, park, park_timeout};
use std::time::Duration;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Polls it until it is ready.
fn block_on<R>(future: impl Future<Output = R>) -> R {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(current())));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(result) => return result,
            Poll::Pending => park(),
        }
    }
}

/// Polls it so many times, and drops it if it is not ready then.
fn call_off<R>(polls: usize, future: impl Future<Output = R>) -> Option<R> {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(current())));
    for n in 0..polls {
        if n != 0 {
            park_timeout(Duration::from_micros(50));
        }
        if let Poll::Ready(result) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Some(result);
        }
    }
    None
}

/// How an operation waits.
enum How {
    Try,
    Blocking,
    Limited(Duration),
    Async,
    /// For so many polls,
    CalledOff(usize),
    /// or of an end that keeps its place, or of several items.
    CalledOffOtherwise(usize),
}

/// What the choices of the next thread begin with.
static SEED: AtomicU64 = AtomicU64::new(0);

/// Choices that this repeats, as far as threads come in the same order.
pub(crate) fn seed(seed: u64) {
    SEED.store(seed, Ordering::Relaxed);
}

fn how() -> How {
    thread_local! {
        static DICE: RefCell<Dice> = RefCell::new(Dice::new(mix(SEED.fetch_add(1, Ordering::Relaxed))));
    }
    DICE.with_borrow_mut(|dice| match dice.below(8) {
        0 | 1 => How::Try,
        2 => How::Blocking,
        3 => How::Limited(Duration::from_micros(dice.below(200) as u64)),
        4 | 5 => How::Async,
        6 => How::CalledOff(1 + dice.below(3)),
        _ => How::CalledOffOtherwise(1 + dice.below(3)),
    })
}

fn not_sent(why: SendError<Item>) -> (Item, Refused) {
    match why {
        SendError::Closed(item) => (item, Refused::Closed),
        SendError::Timeout(item) => (item, Refused::Now),
        _ => unreachable!("all reasons are named"),
    }
}

fn not_received(why: RecvError) -> Refused {
    if why == RecvError::Closed { Refused::Closed } else { Refused::Now }
}

fn not_pushed(why: PushError<Item>) -> (Item, Refused) {
    let refused = if why.is_closed() { Refused::Closed } else { Refused::Now };
    (why.into_inner(), refused)
}

/// An item in place, alone.
pub(crate) struct One<C>(C);

macro_rules! channel {
    ($name:ident: $module:ident::$kind:ident, $order:ident) => {
        pub(crate) struct $name;

        const _: () = {
            use annulus::$module::{self as from, Receiver, Sender};

            type SlotOf<'a> = Slot<'a, Item, from::$kind, <&'a from::Producer<Item> as LendsSlot>::Slot>;
            type ClaimOf<'a> = Claim<'a, Item, from::$kind, <&'a from::Consumer<Item> as LendsItem>::Claim>;

            impl Queue for $name {
                type Producer = Sender<Item>;
                type Consumer = Receiver<Item>;
                const ORDER: Order = Order::$order;
                const LATE: bool = false;

                fn ring(capacity: usize) -> (Self::Producer, Self::Consumer) {
                    from::channel(capacity)
                }
            }

            impl Producer for Sender<Item> {
                type Slot<'a> = SlotOf<'a>;
                type Grant<'a> = One<SlotOf<'a>>;

                fn fork(&self) -> Option<Self> {
                    Some(self.clone())
                }

                fn push(&mut self, item: Item) -> Result<(), (Item, Refused)> {
                    match how() {
                        How::Try => self.try_send(item).map_err(not_pushed),
                        How::Blocking => self.send(item).map_err(not_sent),
                        How::Limited(limit) => self.send_timeout(item, limit).map_err(not_sent),
                        How::Async => block_on(self.send_async(item)).map_err(not_sent),
                        How::CalledOff(polls) => {
                            let mut items = VecDeque::from([item]);
                            let sent = call_off(polls, self.send_many_async(&mut items));
                            let refused =
                                if let Some(Err(_)) = sent { Refused::Closed } else { Refused::Now };
                            items.pop_front().map_or(Ok(()), |item| Err((item, refused)))
                        }
                        How::CalledOffOtherwise(polls) => {
                            let mut item = Some(item);
                            let sent = call_off(polls, poll_fn(|task| self.poll_send(task, &mut item)));
                            let refused =
                                if let Some(Err(_)) = sent { Refused::Closed } else { Refused::Now };
                            item.map_or(Ok(()), |item| Err((item, refused)))
                        }
                    }
                }

                fn force_push(&mut self, item: Item) -> Result<Option<Item>, (Item, Refused)> {
                    self.force_send(item).map_err(not_pushed)
                }

                /// Never waits: who asks may have other slots, which whoever would make room waits for.
                fn reserve(&mut self) -> Result<Self::Slot<'_>, Refused> {
                    self.try_reserve_slot().map_err(|why| match why {
                        ReserveError::Closed => Refused::Closed,
                        _ => Refused::Now,
                    })
                }

                fn reserve_up_to(&mut self, _: usize) -> Result<Self::Grant<'_>, Refused> {
                    let slot = match how() {
                        How::Try => return self.reserve().map(One),
                        How::Blocking => self.reserve_slot(),
                        How::Limited(limit) => self.reserve_slot_timeout(limit),
                        How::Async => block_on(self.reserve_slot_async()),
                        How::CalledOff(polls) | How::CalledOffOtherwise(polls) => {
                            call_off(polls, self.reserve_slot_async()).unwrap_or(Err(SendError::Timeout(())))
                        }
                    };
                    slot.map(One).map_err(|why| {
                        if why == SendError::Closed(()) { Refused::Closed } else { Refused::Now }
                    })
                }

                fn close(&mut self) {
                    Sender::close(self);
                }
            }

            impl WriteSlot for SlotOf<'_> {
                fn write(self, item: Item) {
                    assert!(self.write(item).is_ok(), "it is held");
                }
            }

            impl WriteSlots for One<SlotOf<'_>> {
                fn len(&self) -> usize {
                    1
                }

                fn fill_with(self, mut make: impl FnMut() -> Item) {
                    WriteSlot::write(self.0, make());
                }
            }

            impl Consumer for Receiver<Item> {
                type Claim<'a> = ClaimOf<'a>;
                type Grant<'a> = One<ClaimOf<'a>>;

                fn fork(&self) -> Option<Self> {
                    Some(self.clone())
                }

                fn pop(&mut self) -> Result<Item, Refused> {
                    let item = match how() {
                        How::Try => self.try_recv().map_err(|why| match why {
                            PopError::Closed => RecvError::Closed,
                            _ => RecvError::Timeout,
                        }),
                        How::Blocking => self.recv(),
                        How::Limited(limit) => self.recv_timeout(limit),
                        How::Async => block_on(self.recv_async()),
                        How::CalledOff(polls) => {
                            call_off(polls, self.recv_async()).unwrap_or(Err(RecvError::Timeout))
                        }
                        How::CalledOffOtherwise(polls) => {
                            let polled = poll_fn(|task| self.poll_recv(task));
                            call_off(polls, polled).unwrap_or(Err(RecvError::Timeout))
                        }
                    };
                    item.map_err(not_received)
                }

                fn claim(&mut self) -> Result<Self::Claim<'_>, Refused> {
                    let claim = match how() {
                        How::Try => self.try_claim().map_err(|why| match why {
                            PopError::Closed => RecvError::Closed,
                            _ => RecvError::Timeout,
                        }),
                        How::Blocking => Receiver::claim(self),
                        How::Limited(limit) => self.claim_timeout(limit),
                        How::Async => block_on(self.claim_async()),
                        How::CalledOff(polls) | How::CalledOffOtherwise(polls) => {
                            call_off(polls, self.claim_async()).unwrap_or(Err(RecvError::Timeout))
                        }
                    };
                    claim.map_err(not_received)
                }

                fn claim_up_to(&mut self, _: usize) -> Result<Self::Grant<'_>, Refused> {
                    Consumer::claim(self).map(One)
                }

                fn close(&mut self) {
                    Receiver::close(self);
                }
            }

            impl ReadSlot for ClaimOf<'_> {
                fn into_inner(self) -> Item {
                    Claim::into_inner(self)
                }
            }

            impl ReadSlots for One<ClaimOf<'_>> {
                fn items(&self) -> impl Iterator<Item = &Item> {
                    std::iter::once(&*self.0)
                }

                fn take_some(self, _: usize) {
                    drop(ReadSlot::into_inner(self.0));
                }
            }
        };
    };
}

channel!(MpmcChannel: mpmc::Mpmc, AtReserve);
channel!(PoolChannel: pool::Pool, AtCommit);
