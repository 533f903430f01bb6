//! Blocking pushes and pops on a system that has no threads of `std`: its semaphore is the [`Parker`] of two signals beside a ring in a `static`. The
//! semaphore here is a mutex and a condition variable, and stands for `xSemaphoreTake` and `xSemaphoreGive`, or whatever the system has; nothing
//! else in the example knows that. Ends by itself, and fails if an item is lost, doubled or out of order.
//!
//! ```sh
//! cargo run --release -p annulus --example rtos_hook
//! ```
use annulus::bytes::Borrowed;
use annulus::mpmc::{Consumer, Producer, Ring};
use annulus::wait::{Parker, Signal};
use annulus::{PopError, PushError};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

/// A counting semaphore of the system.
struct Semaphore {
    count: Mutex<u32>,
    given: Condvar,
}

/// How many tasks may wait for one thing: no more has to be counted.
const TASKS: u32 = 3;

impl Semaphore {
    const fn new() -> Self {
        Self { count: Mutex::new(0), given: Condvar::new() }
    }
}

impl Parker for Semaphore {
    fn park(&self) {
        let count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        *self.given.wait_while(count, |count| *count == 0).unwrap_or_else(PoisonError::into_inner) -= 1;
    }

    fn unpark(&self) {
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        *count = TASKS.min(*count + 1);
        self.given.notify_one();
    }
}

/// An item: who sent it, and which one of its it is.
type Item = (usize, u32);

/// How many items each task sends.
const EACH: u32 = 50_000;

static RING: Ring<Item, 8> = Ring::new();
static ITEMS: Signal<Semaphore> = Signal::new(Semaphore::new());
static ROOM: Signal<Semaphore> = Signal::new(Semaphore::new());

/// A push that waits for room; `false` if nobody will pop any more.
fn send(producer: &Producer<Item, Borrowed<'_>>, item: Item) -> bool {
    let pushed = ROOM.wait(|| match producer.push(item) {
        Ok(()) => Some(true),
        Err(PushError::Closed(_)) => Some(false),
        Err(_) => None,
    });
    ITEMS.notify();
    pushed
}

/// A pop that waits for an item; `None` if there are no more to come.
fn receive(consumer: &Consumer<Item, Borrowed<'_>>) -> Option<Item> {
    let popped = ITEMS.wait(|| match consumer.pop() {
        Ok(item) => Some(Some(item)),
        Err(PopError::Closed) => Some(None),
        Err(_) => None,
    });
    ROOM.notify();
    popped
}

fn main() {
    let (producer, consumer) = RING.try_split().expect("nobody else has the ends");
    let senders: Vec<_> = (0..TASKS as usize)
        .map(|me| {
            let producer = producer.clone();
            thread::spawn(move || (0..EACH).for_each(|n| assert!(send(&producer, (me, n)))))
        })
        .collect();
    let receivers: Vec<_> = (0..TASKS)
        .map(|_| {
            let consumer = consumer.clone();
            thread::spawn(move || std::iter::from_fn(|| receive(&consumer)).collect::<Vec<_>>())
        })
        .collect();
    senders.into_iter().for_each(|sender| sender.join().expect("a task that sends"));
    producer.close();
    ITEMS.notify(); // a ring that is closed is news as well

    let mut all = Vec::new();
    for receiver in receivers {
        let mut last = [None; TASKS as usize];
        for (sender, n) in receiver.join().expect("a task that receives") {
            assert!(last[sender].replace(n) < Some(n), "in the order of its sender");
            all.push((sender, n));
        }
    }
    all.sort_unstable();
    assert!(all.into_iter().eq((0..TASKS as usize).flat_map(|sender| (0..EACH).map(move |n| (sender, n)))));
    println!("{} items came through, each once and in order", TASKS * EACH);
}
