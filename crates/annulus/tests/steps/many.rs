//! One ring for many, of the queue that includes this: a call that is stopped before any of its steps delays no other call, and loses
//! or doubles no item.
use super::queue::{Consumer, MOST, Producer, ring};
use crate::Random;
use annulus::{PopError, PushError, ReserveError};
use annulus_protocol::sync::steps::{Steps, watch};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

/// A ring, and the books of all that went through it.
#[derive(Clone)]
pub(crate) struct Ring {
    producer: Producer<u32>,
    consumer: Consumer<u32>,
    books: Rc<RefCell<Books>>,
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
        let refused = match self.producer.push(self.make()) {
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
        match self.consumer.pop() {
            Ok(item) => self.out(item),
            Err(PopError::Busy) => self.busy_pop(),
            Err(_) => {}
        }
        true
    }

    pub(crate) fn claim(&self) -> bool {
        if let Ok(claim) = self.consumer.claim() {
            self.out(*claim);
        }
        true
    }

    pub(crate) fn reserve(&self) -> bool {
        match self.producer.reserve() {
            Ok(slot) => slot.write(self.make()),
            Err(ReserveError::Busy) => self.busy_push(),
            Err(_) => {}
        }
        true
    }

    pub(crate) fn abandon(&self) -> bool {
        drop(self.producer.reserve());
        true
    }

    pub(crate) fn force(&self) -> bool {
        match self.producer.force_push(self.make()) {
            Ok(oldest) => oldest.into_iter().for_each(|item| self.out(item)),
            Err(refused) => self.out(refused.into_inner()),
        }
        true
    }

    pub(crate) fn push_run(&self) -> bool {
        if let Ok(grant) = self.producer.reserve_up_to(2) {
            grant.fill_with(|| self.make());
        }
        true
    }

    pub(crate) fn pop_run(&self) -> bool {
        if let Ok(grant) = self.consumer.claim_up_to(2) {
            grant.for_each(|item| self.out(item));
        }
        true
    }

    pub(crate) fn look(&self) -> bool {
        assert!(self.consumer.len() <= self.consumer.capacity());
        assert!(self.producer.vacant() <= self.producer.capacity());
        self.producer.is_closed()
    }

    pub(crate) fn close(&self) -> bool {
        self.producer.close();
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
        while let Ok(item) = self.consumer.pop() {
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
    const PATIENCE: usize = 3_000;
    let ring = Ring::new(4);
    ring.push();
    let others = ring.clone();
    let hook = move |steps: Steps| {
        if steps.all < PATIENCE {
            others.push();
            others.pop();
        }
    };
    let (_, steps) = watch(hook, || operation(&ring));
    assert!(steps.all > PATIENCE, "{steps:?}");
    assert!(steps.all < PATIENCE + soon, "it ends soon after they do: {steps:?}");
    ring.is_empty_in_the_end();
}
