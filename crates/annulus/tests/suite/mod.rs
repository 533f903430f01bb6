//! Behaviours are written once and run for every queue and ring: wherever it is, however large, whatever is in it.
//!
//! ```text
//!   behaviour!(name, |ring| ..)   a test: the body runs once for every cell of
//!                                 {home} x {capacity} x {type of item}
//!   crate::queue                  the queue: its module, what is particular to it (`KIND`), and homes of its own
//!   one, many, life               behaviours of every queue
//!   sole                          of queues of one producer and one consumer; sole_producer, sole_consumer: of either
//!   shared                        of queues of many of each; many_producers, many_consumers: of either; beside_many: of both
//!   in_turn                       the latter, where the order is that of the reservations; in_turn_producers, in_turn_consumers
//!   by_commit                     the same, where it is that of the commits
//!   exact                         where exactly so many items can be claimed
//! ```
pub(crate) mod items;

use crate::queue::{Borrowed, Consumer, Keep, Producer, Ring};
use annulus::PopError;
pub(crate) use items::{Counted, Item};

/// What differs between queues, by design.
pub(crate) struct Kind {
    /// What a guard of a producer had and did not commit was never taken. Otherwise it is abandoned, and somebody passes it.
    pub sole_producer: bool,
    /// Slots that are being written count as taken in `len`.
    pub counts_reserved: bool,
    /// What `Debug` calls them.
    pub positions: [&'static str; 2],
}

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
    pub(crate) fn new(
        (producer, consumer): (Producer<T, K>, Consumer<T, K>),
        capacity: usize,
        eager: bool,
    ) -> Self {
        Self { producer, consumer, capacity, eager, next: 0 }
    }

    /// Moves items through, so that the consumer keeps its hold and the positions are anywhere in the ring.
    #[allow(unused_mut)] // where operations take `&self`
    pub(crate) fn settled(mut self) -> Self {
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

    /// Where the order is that of the reservations, what was abandoned is in the way until a consumer comes by.
    pub(crate) fn pass_what_was_abandoned(&mut self) {
        if !crate::queue::KIND.sole_producer {
            assert_eq!(self.consumer.pop(), Err(PopError::Empty));
        }
    }

    /// How many items surely fit when the ring is empty.
    pub(crate) fn room(&self) -> usize {
        self.producer.capacity()
    }
}

/// How many of `n` slots that are being written, or were abandoned, `len` counts.
pub(crate) fn counted(n: usize) -> usize {
    if crate::queue::KIND.counts_reserved { n } else { 0 }
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

/// Every cell; or, where compiling each kind of item takes long, those kinds that differ in what a ring looks at: size, drop.
pub(crate) fn everywhere(behaviour: &impl Behaviour) {
    for_items::<u64>(behaviour);
    for_items::<()>(behaviour);
    for_items::<Counted>(behaviour);
    #[cfg(not(annulus_matrix = "part"))]
    {
        for_items::<u8>(behaviour);
        for_items::<[u8; 256]>(behaviour);
        for_items::<String>(behaviour);
    }
}

fn for_items<T: Item>(behaviour: &impl Behaviour) {
    for capacity in CAPACITIES {
        for (home, make) in crate::queue::heap::<T>() {
            cell::<T>(home, capacity, || behaviour.check(make(capacity)));
        }
        cell::<T>("caller's memory", capacity, || {
            crate::queue::in_the_callers_memory::<T>(capacity, |round, ends| {
                let ends = Ends::new(ends, capacity, true);
                behaviour.check(if round == 0 { ends } else { ends.settled() });
            });
        });
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
                #[allow(unused_mut)] // where operations take `&self`
                fn check<T: $crate::suite::Item, K: $crate::queue::Keep>(&self, mut $ring: $crate::suite::Ends<T, K>) $body
            }
            $crate::suite::everywhere(&It);
        }
    };
}

/// What is in the grants of a queue that gives out slots next to each other: in order, but for the wrap of the ring.
#[macro_export]
macro_rules! slices {
    () => {
        pub(crate) fn slots<'g, T>(
            grant: &'g mut WriteGrant<'_, T>,
        ) -> Vec<&'g mut std::mem::MaybeUninit<T>> {
            let (first, second) = grant.as_uninit_slices();
            first.iter_mut().chain(second).collect()
        }

        pub(crate) fn items<'g, T>(grant: &'g ReadGrant<'_, T>) -> Vec<&'g T> {
            let (first, second) = grant.as_slices();
            first.iter().chain(second).collect()
        }

        pub(crate) fn items_mut<'g, T>(grant: &'g mut ReadGrant<'_, T>) -> Vec<&'g mut T> {
            let (first, second) = grant.as_mut_slices();
            first.iter_mut().chain(second).collect()
        }

        /// A claim of so many items, which are there.
        pub(crate) fn just<T, K: Keep>(consumer: &mut Consumer<T, K>, n: usize) -> ReadGrant<'_, T> {
            consumer.claim_many(n).unwrap()
        }
    };
}

/// The homes of a queue that has a turn for each slot.
#[macro_export]
macro_rules! homes_with_turns {
    () => {
        homes_with_turns!(Turn);
    };
    ($turn:ident) => {
        type Make<T> = fn(usize) -> $crate::suite::Ends<T, Heap<T>>;

        pub(crate) fn heap<T: $crate::suite::Item>() -> [(&'static str, Make<T>); 2] {
            [
                ("heap", |capacity| $crate::suite::Ends::new(ring(capacity), capacity, true)),
                ("heap, settled", |capacity| {
                    $crate::suite::Ends::new(ring(capacity), capacity, true).settled()
                }),
            ]
        }

        /// Two rings, one after the other, in the same memory.
        pub(crate) fn in_the_callers_memory<T: $crate::suite::Item>(
            capacity: usize,
            check: impl Fn(usize, (Producer<T, Borrowed<'_>>, Consumer<T, Borrowed<'_>>)),
        ) {
            let control = Control::new();
            let mut turns: Vec<$turn> = (0..capacity).map(|_| $turn::new()).collect();
            let mut slots: Vec<std::mem::MaybeUninit<T>> =
                (0..capacity).map(|_| std::mem::MaybeUninit::uninit()).collect();
            for round in 0..2 {
                check(round, in_memory(&control, &mut turns, &mut slots));
            }
        }
    };
}
