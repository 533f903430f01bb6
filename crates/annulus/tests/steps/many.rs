//! One ring for many, of the queue that includes this: a call that is stopped before any of its steps delays no other call, and loses
//! or doubles no item.
// What has a drop, what is an iterator already, and what takes `&self`, differs between queues.
#![allow(clippy::drop_non_drop, clippy::useless_conversion, unused_mut)]
use super::queue::{Consumer, MOST, Producer, another_consumer, another_producer, ring};
use crate::Random;
use annulus::{PopError, PushError, ReserveError};
use annulus_protocol::sync::steps::{Steps, watch};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

/// One end. While it is in the middle of something it is borrowed.
pub(crate) type One<E> = Rc<RefCell<E>>;

/// Where there is one for each who wants it.
pub(crate) fn cloned<E: Clone>(end: &One<E>) -> One<E> {
    Rc::new(RefCell::new(end.borrow().clone()))
}

/// Both ends of a ring, and the books of all that went through it.
pub(crate) struct Ring {
    producer: One<Producer<u32>>,
    consumer: One<Consumer<u32>>,
    books: Rc<RefCell<Books>>,
}

/// Other ends, where there are many; where there is one, that one, and nothing is done with it while it is at work.
impl Clone for Ring {
    fn clone(&self) -> Self {
        Self {
            producer: another_producer(&self.producer),
            consumer: another_consumer(&self.consumer),
            books: self.books.clone(),
        }
    }
}

#[derive(Default)]
struct Books {
    next: u32,
    inside: BTreeSet<u32>,
    /// One of the others is at work. Who is stopped for long may find `Busy` what was so at some moment meanwhile.
    is_other: bool,
    busy_pushes: usize,
    busy_pops: usize,
    most: usize,
}

impl Ring {
    pub(crate) fn new(capacity: usize) -> Self {
        let (producer, consumer) = ring(capacity);
        let (producer, consumer) = (Rc::new(RefCell::new(producer)), Rc::new(RefCell::new(consumer)));
        Self { producer, consumer, books: Rc::default() }
    }

    /// A new item, booked as inside: others may take it out before the call that pushes it returns.
    fn make(&self) -> u32 {
        let mut books = self.books.borrow_mut();
        books.next += 1;
        let item = books.next;
        books.inside.insert(item);
        item
    }

    fn out(&self, item: u32) {
        assert!(self.books.borrow_mut().inside.remove(&item), "{item} came out twice, or was refused");
    }

    fn busy_push(&self) {
        let mut books = self.books.borrow_mut();
        books.busy_pushes += usize::from(books.is_other);
    }

    fn busy_pop(&self) {
        let mut books = self.books.borrow_mut();
        books.busy_pops += usize::from(books.is_other);
    }

    pub(crate) fn push(&self) -> bool {
        let Ok(mut producer) = self.producer.try_borrow_mut() else { return false };
        let refused = match producer.push(self.make()) {
            Ok(()) => return true,
            Err(PushError::Busy(item)) => {
                self.busy_push();
                item
            }
            Err(other) => other.into_inner(),
        };
        self.out(refused);
        false
    }

    pub(crate) fn pop(&self) -> bool {
        let Ok(mut consumer) = self.consumer.try_borrow_mut() else { return false };
        match consumer.pop() {
            Ok(item) => self.out(item),
            Err(PopError::Busy) => self.busy_pop(),
            Err(_) => {}
        }
        true
    }

    pub(crate) fn claim(&self) -> bool {
        let Ok(mut consumer) = self.consumer.try_borrow_mut() else { return false };
        if let Ok(claim) = consumer.claim() {
            self.out(*claim);
        }
        true
    }

    pub(crate) fn reserve(&self) -> bool {
        let Ok(mut producer) = self.producer.try_borrow_mut() else { return false };
        match producer.reserve() {
            Ok(slot) => slot.write(self.make()),
            Err(ReserveError::Busy) => self.busy_push(),
            Err(_) => {}
        }
        true
    }

    pub(crate) fn abandon(&self) -> bool {
        let Ok(mut producer) = self.producer.try_borrow_mut() else { return false };
        drop(producer.reserve());
        true
    }

    pub(crate) fn force(&self) -> bool {
        let Ok(mut producer) = self.producer.try_borrow_mut() else { return false };
        match producer.force_push(self.make()) {
            Ok(oldest) => oldest.into_iter().for_each(|item| self.out(item)),
            Err(refused) => self.out(refused.into_inner()),
        }
        true
    }

    pub(crate) fn push_run(&self) -> bool {
        let Ok(mut producer) = self.producer.try_borrow_mut() else { return false };
        if let Ok(grant) = producer.reserve_up_to(2) {
            grant.fill_with(|| self.make());
        }
        true
    }

    pub(crate) fn pop_run(&self) -> bool {
        let Ok(mut consumer) = self.consumer.try_borrow_mut() else { return false };
        if let Ok(grant) = consumer.claim_up_to(2) {
            grant.into_iter().for_each(|item| self.out(item));
        }
        true
    }

    pub(crate) fn look(&self) -> bool {
        let Ok(producer) = self.producer.try_borrow() else { return false };
        let Ok(consumer) = self.consumer.try_borrow() else { return false };
        assert!(consumer.len() <= consumer.capacity());
        assert!(producer.vacant() <= producer.capacity());
        producer.is_closed()
    }

    pub(crate) fn close(&self) -> bool {
        let Ok(mut producer) = self.producer.try_borrow_mut() else { return false };
        producer.close();
        true
    }

    /// One of the others does something, while whoever is stopped is stopped: counts its steps, and whether it was `Busy`.
    fn promptly(&self, operation: Operation) {
        self.books.borrow_mut().is_other = true;
        let not_for_ever = |steps: Steps| assert!(steps.all < 1_000, "it waits for who is stopped");
        let (_, steps) = watch(not_for_ever, || operation(self));
        let mut books = self.books.borrow_mut();
        books.is_other = false;
        books.most = books.most.max(steps.all);
    }

    pub(crate) fn is_empty_in_the_end(&self) {
        let mut consumer = self.consumer.borrow_mut();
        while let Ok(item) = consumer.pop() {
            self.out(item);
        }
        assert!(self.books.borrow().inside.is_empty(), "lost: {:?}", self.books.borrow().inside);
    }
}

pub(crate) type Operation = fn(&Ring) -> bool;

const OTHERS: [Operation; 9] = [
    Ring::push,
    Ring::pop,
    Ring::reserve,
    Ring::claim,
    Ring::abandon,
    Ring::push_run,
    Ring::pop_run,
    Ring::force,
    Ring::look,
];

/// Runs `operation` in every state of rings of a few sizes, stopped before each of its steps, while others do what they please.
/// Tells how often they were `Busy`, in pushes and pops.
pub(crate) fn stopped_everywhere(operation: Operation, closes: bool) -> (usize, usize) {
    let mut random = Random(7);
    let mut busy = (0, 0);
    for capacity in [1, 2, 3, 5] {
        for before in 0..=2 * capacity {
            'stops: for stop in 0..40 {
                for round in 0..12 {
                    let ring = Ring::new(capacity);
                    for n in 0..before {
                        ring.push();
                        if n >= capacity {
                            ring.pop();
                            ring.push();
                        }
                    }
                    let (others, mut chance) = (ring.clone(), random.split());
                    let hook = move |steps: Steps| {
                        if steps.all == stop {
                            // Whole laps first: the words it has read may have come round to the same index.
                            for _ in 0..round % 4 * capacity {
                                others.promptly(Ring::push);
                                others.promptly(Ring::pop);
                            }
                            for _ in 0..4 * round {
                                others.promptly(OTHERS[chance.below(OTHERS.len())]);
                            }
                        }
                    };
                    let (_, steps) = watch(hook, || operation(&ring));
                    if !closes {
                        ring.is_empty_in_the_end();
                        assert!(ring.push(), "it goes on");
                    }
                    ring.is_empty_in_the_end();
                    let books = ring.books.borrow();
                    assert!(
                        books.most <= MOST.0 + MOST.1 * capacity,
                        "{} steps with nobody else at work",
                        books.most
                    );
                    busy = (busy.0 + books.busy_pushes, busy.1 + books.busy_pops);
                    if steps.all < stop {
                        break 'stops; // it was over by then
                    }
                }
            }
        }
    }
    busy
}

/// What lock-free does not promise: others who succeed between any two steps of a call keep it from its end as long as they go on.
pub(crate) fn others_keep_it_from_its_end(operation: Operation, soon: usize) {
    others_keep_it(operation, Ring::push, &[Ring::push, Ring::pop], soon);
}

/// The same, with others who do these things, after what was done `before`.
pub(crate) fn others_keep_it(
    operation: Operation,
    before: Operation,
    others_do: &'static [Operation],
    soon: usize,
) {
    const PATIENCE: usize = 3_000;
    let ring = Ring::new(4);
    before(&ring);
    let others = ring.clone();
    let hook = move |steps: Steps| {
        if steps.all < PATIENCE {
            others_do.iter().for_each(|operation| _ = operation(&others));
        }
    };
    let (_, steps) = watch(hook, || operation(&ring));
    assert!(steps.all > PATIENCE, "{steps:?}");
    assert!(steps.all < PATIENCE + soon, "it ends soon after they do: {steps:?}");
    ring.is_empty_in_the_end();
}
