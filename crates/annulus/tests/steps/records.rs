//! `records`: a call that is stopped before any of its steps delays no other call, and loses, doubles or tears no record.
use crate::Random;
use annulus::records::{GRANULE, RecordReader, RecordWriter, ring};
use annulus::{GrantError, ReadError};
use annulus_protocol::sync::steps::{Steps, watch};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Ends of one ring, and the books of all that goes through it.
#[derive(Clone)]
struct Ring {
    writer: RecordWriter,
    reader: RecordReader,
    books: Rc<RefCell<Books>>,
}

#[derive(Default)]
struct Books {
    next: u32,
    /// The lengths of what is inside.
    inside: BTreeMap<u32, usize>,
    is_other: bool,
    busy_writes: usize,
    busy_reads: usize,
    most: usize,
}

impl Ring {
    fn new(granules: usize) -> Self {
        let (writer, reader) = ring(granules * GRANULE);
        Self { writer, reader, books: Rc::default() }
    }

    /// A record of `granules`, committed with `used` bytes of them, or discarded.
    fn write(&self, granules: usize, used: Option<usize>) -> bool {
        match self.writer.reserve((granules * GRANULE).min(self.writer.max_record_len())) {
            Ok(mut record) => {
                let Some(used) = used.map(|used| used.min(record.len())) else {
                    record.fill(0xEE);
                    return true;
                };
                let id = {
                    let mut books = self.books.borrow_mut();
                    books.next += 1;
                    let id = books.next;
                    books.inside.insert(id, used);
                    id
                };
                record.fill(id as u8);
                record[..4].copy_from_slice(&id.to_le_bytes());
                record.commit(used);
                true
            }
            Err(why) => {
                let mut books = self.books.borrow_mut();
                books.busy_writes += usize::from(books.is_other && why == GrantError::Busy);
                false
            }
        }
    }

    fn short(&self) -> bool {
        self.write(1, Some(9))
    }

    fn long(&self) -> bool {
        self.write(2, Some(GRANULE + 1))
    }

    fn longest(&self) -> bool {
        self.write(9, Some(self.writer.max_record_len()))
    }

    fn shrunk(&self) -> bool {
        self.write(3, Some(5))
    }

    fn discarded(&self) -> bool {
        self.write(2, None)
    }

    fn read(&self) -> bool {
        match self.reader.read() {
            Ok(record) => {
                let id = u32::from_le_bytes(record[..4].try_into().unwrap());
                let len = self.books.borrow_mut().inside.remove(&id);
                assert_eq!(len, Some(record.len()), "{id} came out twice, or spoilt");
                assert!(record[4..].iter().all(|byte| *byte == id as u8), "torn");
                true
            }
            Err(why) => {
                let mut books = self.books.borrow_mut();
                books.busy_reads += usize::from(books.is_other && why == ReadError::Busy);
                false
            }
        }
    }

    fn look(&self) -> bool {
        assert!(self.writer.vacant() <= self.writer.capacity());
        self.reader.is_empty() || self.reader.is_closed()
    }

    fn promptly(&self, operation: Operation) {
        self.books.borrow_mut().is_other = true;
        let not_for_ever = |steps: Steps| assert!(steps.all < 1_000, "it waits for who is stopped");
        let (_, steps) = watch(not_for_ever, || operation(self));
        let mut books = self.books.borrow_mut();
        books.is_other = false;
        books.most = books.most.max(steps.all);
    }

    fn is_empty_in_the_end(&self) {
        while self.read() {}
        assert!(self.books.borrow().inside.is_empty(), "lost: {:?}", self.books.borrow().inside);
        assert!(self.longest(), "an empty ring has room for all of it");
        assert!(self.read());
    }
}

type Operation = fn(&Ring) -> bool;

const OTHERS: [Operation; 9] = [
    Ring::short,
    Ring::long,
    Ring::longest,
    Ring::shrunk,
    Ring::discarded,
    Ring::read,
    Ring::read,
    Ring::read,
    Ring::look,
];

/// Runs `operation` in many states of rings of a few sizes, stopped before each of its steps, while others do what they please. Tells how
/// often they were `Busy`, in writes and reads.
fn stopped_everywhere(operation: Operation) -> (usize, usize) {
    let mut random = Random(7);
    let mut busy = (0, 0);
    for granules in [1, 2, 3, 5] {
        for before in 0..=2 * granules {
            'stops: for stop in 0..60 {
                for round in 0..12 {
                    let ring = Ring::new(granules);
                    for n in 0..before {
                        ring.short();
                        if n % 2 == round % 2 {
                            ring.read();
                        }
                    }
                    let (others, mut chance) = (ring.clone(), random.split());
                    let hook = move |steps: Steps| {
                        if steps.all == stop {
                            // Whole laps first: the words it has read may have come round to the same index.
                            for _ in 0..round % 4 * granules {
                                others.promptly(Ring::short);
                                others.promptly(Ring::read);
                            }
                            for _ in 0..4 * round {
                                others.promptly(OTHERS[chance.below(OTHERS.len())]);
                            }
                        }
                    };
                    let (_, steps) = watch(hook, || operation(&ring));
                    ring.is_empty_in_the_end();
                    let books = ring.books.borrow();
                    let bound = 16 + 12 * granules;
                    assert!(books.most <= bound, "{} steps of {granules} with nobody at work", books.most);
                    busy = (busy.0 + books.busy_writes, busy.1 + books.busy_reads);
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
fn a_write_that_is_stopped_anywhere_delays_no_call() {
    for operation in [Ring::short, Ring::long, Ring::longest, Ring::shrunk, Ring::discarded] {
        let (_, reads) = stopped_everywhere(operation);
        assert!(reads != 0, "its record is in the way of later ones");
    }
}

#[test]
fn a_read_that_is_stopped_anywhere_delays_no_call() {
    let (writes, reads) = stopped_everywhere(Ring::read);
    assert!(reads == 0, "nobody has a record that is to be read next");
    assert!(writes != 0, "its granules are in the way of the next lap");
}

#[test]
fn who_only_looks_is_in_nobodys_way() {
    assert_eq!(stopped_everywhere(Ring::look), (0, 0));
}

/// What lock-free does not promise: others who succeed between any two steps of a call keep it from its end as long as they go on.
#[test]
fn others_who_always_succeed_keep_a_call_at_it_so_it_is_not_wait_free() {
    const PATIENCE: usize = 3_000;
    for operation in [Ring::short, Ring::long, Ring::read] {
        let ring = Ring::new(4);
        ring.short();
        let others = ring.clone();
        let hook = move |steps: Steps| {
            if steps.all < PATIENCE {
                others.short();
                others.read();
            }
        };
        let (_, steps) = watch(hook, || operation(&ring));
        assert!(steps.all > PATIENCE, "{steps:?}");
        assert!(steps.all < PATIENCE + 40, "it ends soon after they do: {steps:?}");
        ring.is_empty_in_the_end();
    }
}
