//! Behaviours are written once and run for every ring: wherever it is, however large, whatever is in it.
//!
//! ```text
//!   behaviour!(name, |ring| ..)   a test: the body runs once for every cell of
//!                                 {home} x {capacity} x {type of item}
//! ```
#![allow(dead_code)] // each test program uses its own part
pub(crate) mod items;

use annulus::spsc::{Borrowed, Consumer, Control, Heap, Keep, Options, Producer, Ring, in_memory, ring};
pub(crate) use items::{Counted, Item};
use std::mem::MaybeUninit;

/// Both ends of one ring, fresh and empty.
pub(crate) struct Ends<T, K: Keep> {
    pub producer: Producer<T, K>,
    pub consumer: Consumer<T, K>,
    /// What was asked for.
    pub capacity: usize,
    /// Whether space comes back at once: without credit.
    pub eager: bool,
    /// Number of the next item, for [`Ends::fill`].
    pub next: u64,
}

/// One behaviour, for any ring.
pub(crate) trait Behaviour {
    fn check<T: Item, K: Keep>(&self, ring: Ends<T, K>);
}

/// How many items the rings are asked to hold.
pub(crate) const CAPACITIES: [usize; 5] = [1, 2, 3, 64, 1000];
/// More claims than a new consumer is polite for.
const SETTLED: usize = 600;

impl<T: Item, K: Keep> Ends<T, K> {
    fn new((producer, consumer): (Producer<T, K>, Consumer<T, K>), capacity: usize, eager: bool) -> Self {
        Self { producer, consumer, capacity, eager, next: 0 }
    }

    /// Moves items through, so that the consumer keeps its hold and the positions are anywhere in the ring.
    fn settled(mut self) -> Self {
        for n in 0..SETTLED as u64 {
            self.producer.push(T::make(n)).unwrap();
            assert!(self.consumer.pop().unwrap().is(n));
        }
        self
    }

    /// Pushes `n` items more.
    pub(crate) fn fill(&mut self, n: usize) {
        for _ in 0..n {
            self.producer.push(T::make(self.next)).expect("there is room");
            self.next += 1;
        }
    }

    /// How many items surely fit when the ring is empty.
    pub(crate) fn room(&self) -> usize {
        self.producer.capacity()
    }
}

/// Says which cell failed.
struct Cell<'a>(&'a str, usize, &'static str);

impl Drop for Cell<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("failed in: {}, capacity {}, items of type {}", self.0, self.1, self.2);
        }
    }
}

/// Every cell.
pub(crate) fn everywhere(behaviour: &impl Behaviour) {
    for_items::<u8>(behaviour);
    for_items::<u64>(behaviour);
    for_items::<[u8; 256]>(behaviour);
    for_items::<String>(behaviour);
    for_items::<()>(behaviour);
    for_items::<Counted>(behaviour);
}

fn for_items<T: Item>(behaviour: &impl Behaviour) {
    for capacity in CAPACITIES {
        on_the_heap::<T>(behaviour, capacity);
        in_the_callers_memory::<T>(behaviour, capacity);
    }
    inline::<T, 1>(behaviour);
    inline::<T, 2>(behaviour);
    inline::<T, 3>(behaviour);
    inline::<T, 64>(behaviour);
    inline::<T, 1000>(behaviour);
}

fn cell<T: Item>(home: &str, capacity: usize, run: impl FnOnce()) {
    let cell = Cell(home, capacity, std::any::type_name::<T>());
    items::with_no_item_left(run);
    drop(cell);
}

fn on_the_heap<T: Item>(behaviour: &impl Behaviour, capacity: usize) {
    let check = |ends: Ends<T, Heap<T>>| behaviour.check(ends);
    cell::<T>("heap", capacity, || check(Ends::new(ring(capacity), capacity, true)));
    cell::<T>("heap, settled", capacity, || check(Ends::new(ring(capacity), capacity, true).settled()));
    cell::<T>("heap, overwritten", capacity, || {
        check(Ends::new(Options::new(capacity).overwrite().ring(), capacity, true));
    });
    cell::<T>("heap with credit", capacity, || {
        let ends = Options::new(capacity).credit(4).ring();
        check(Ends::new(ends, capacity, false).settled());
    });
}

fn in_the_callers_memory<T: Item>(behaviour: &impl Behaviour, capacity: usize) {
    cell::<T>("caller's memory", capacity, || {
        let control = Control::new();
        let mut slots: Vec<MaybeUninit<T>> = (0..capacity).map(|_| MaybeUninit::uninit()).collect();
        behaviour.check(Ends::new(in_memory(&control, &mut slots), capacity, true));
        behaviour.check(Ends::new(in_memory(&control, &mut slots), capacity, true).settled());
    });
}

fn inline<T: Item, const N: usize>(behaviour: &impl Behaviour) {
    let check = |ends: Ends<T, Borrowed<'_>>| behaviour.check(ends);
    cell::<T>("inline", N, || {
        let mut ring = Box::new(Ring::<T, N>::new());
        check(Ends::new(ring.split(), N, true));
        ring.split().1.skip(usize::MAX);
        check(Ends::new(ring.split(), N, true).settled());
    });
    cell::<T>("static", N, || {
        let ring = Box::into_raw(Box::new(Ring::<T, N>::new()));
        // SAFETY: just made, and freed below, when both ends are home.
        let ring_ref: &'static Ring<T, N> = unsafe { &*ring };
        check(Ends::new(ring_ref.try_split().expect("a new ring"), N, true));
        assert!(ring_ref.try_split().is_some(), "an end did not come home");
        // SAFETY: both ends were home, and those of the line before have gone.
        drop(unsafe { Box::from_raw(ring) });
    });
}

/// A test of one behaviour in every cell.
#[macro_export]
macro_rules! behaviour {
    ($(#[$meta:meta])* fn $name:ident($ring:ident) $body:block) => {
        #[test]
        $(#[$meta])*
        fn $name() {
            struct It;
            impl $crate::suite::Behaviour for It {
                fn check<T: $crate::suite::Item, K: annulus::spsc::Keep>(&self, mut $ring: $crate::suite::Ends<T, K>) $body
            }
            $crate::suite::everywhere(&It);
        }
    };
}
