//! One ring for many: a call that is stopped before any of its steps delays no other call, and loses or doubles no item.
use super::Random;
use annulus::mpmc::{Consumer, Producer, ring};
use annulus::{PopError, PushError, ReserveError};
use annulus_protocol::sync::steps::{Steps, watch};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

/// A ring, and the books of all that went through it.
#[derive(Clone)]
struct Ring {
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
    fn new(capacity: usize) -> Self {
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

    fn push(&self) -> bool {
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

    fn pop(&self) -> bool {
        match self.consumer.pop() {
            Ok(item) => self.out(item),
            Err(PopError::Busy) => self.busy_pop(),
            Err(_) => {}
        }
        true
    }

    fn claim(&self) -> bool {
        if let Ok(claim) = self.consumer.claim() {
            self.out(*claim);
        }
        true
    }

    fn reserve(&self) -> bool {
        match self.producer.reserve() {
            Ok(slot) => slot.write(self.make()),
            Err(ReserveError::Busy) => self.busy_push(),
            Err(_) => {}
        }
        true
    }

    fn abandon(&self) -> bool {
        drop(self.producer.reserve());
        true
    }

    fn force(&self) -> bool {
        match self.producer.force_push(self.make()) {
            Ok(oldest) => oldest.into_iter().for_each(|item| self.out(item)),
            Err(refused) => self.out(refused.into_inner()),
        }
        true
    }

    fn push_run(&self) -> bool {
        if let Ok(grant) = self.producer.reserve_up_to(2) {
            grant.fill_with(|| self.make());
        }
        true
    }

    fn pop_run(&self) -> bool {
        if let Ok(grant) = self.consumer.claim_up_to(2) {
            grant.for_each(|item| self.out(item));
        }
        true
    }

    fn look(&self) -> bool {
        assert!(self.consumer.len() <= self.consumer.capacity());
        assert!(self.producer.vacant() <= self.producer.capacity());
        self.producer.is_closed()
    }

    fn close(&self) -> bool {
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

    fn is_empty_in_the_end(&self) {
        while let Ok(item) = self.consumer.pop() {
            self.out(item);
        }
        assert!(self.books.borrow().inside.is_empty(), "lost: {:?}", self.books.borrow().inside);
    }
}

type Operation = fn(&Ring) -> bool;

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
fn stopped_everywhere(operation: Operation, closes: bool) -> (usize, usize) {
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
                    assert!(books.most <= 12 + 6 * capacity, "{} steps with nobody else at work", books.most);
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

#[test]
fn a_push_that_is_stopped_anywhere_delays_no_call() {
    for operation in [Ring::push, Ring::reserve, Ring::abandon, Ring::push_run] {
        let (pushes, pops) = stopped_everywhere(operation, false);
        assert!(pushes == 0, "nobody holds a slot that is to be written next");
        assert!(pops != 0, "its slot is in the way of later items");
    }
}

#[test]
fn a_pop_that_is_stopped_anywhere_delays_no_call() {
    for operation in [Ring::pop, Ring::claim, Ring::pop_run] {
        let (pushes, pops) = stopped_everywhere(operation, false);
        assert!(pops == 0, "nobody holds a slot that is to be read next");
        assert!(pushes != 0, "its slot is in the way of the next lap");
    }
}

#[test]
fn an_overwriting_push_that_is_stopped_anywhere_delays_no_call() {
    let (pushes, pops) = stopped_everywhere(Ring::force, false);
    assert!(pushes != 0 && pops != 0, "its slot is in both ways");
}

#[test]
fn who_only_looks_or_closes_is_in_nobodys_way() {
    assert_eq!(stopped_everywhere(Ring::look, false), (0, 0));
    assert_eq!(stopped_everywhere(Ring::close, true), (0, 0));
}

/// What lock-free does not promise: others who succeed between any two steps of a call keep it from its end as long as they go on.
#[test]
fn others_who_always_succeed_keep_a_call_at_it_so_it_is_not_wait_free() {
    const PATIENCE: usize = 3_000;
    for operation in [Ring::push, Ring::pop, Ring::push_run, Ring::pop_run] {
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
        assert!(steps.all < PATIENCE + 20, "it ends soon after they do: {steps:?}");
        ring.is_empty_in_the_end();
    }
    for operation in [Ring::look, Ring::close] {
        let ring = Ring::new(4);
        let others = ring.clone();
        let (_, steps) = watch(move |_| _ = (others.push(), others.pop()), || operation(&ring));
        assert!(steps.all <= 6, "{steps:?}");
    }
}
