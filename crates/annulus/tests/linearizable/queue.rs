//! What can be called: a queue, with the ends that each thread has.
use crate::history::Why;
use crate::lent::{Lent, Many, Sole};
use crate::program::{Ends, Side};
use annulus::{PopError, PushError, ReserveError};

/// `me` is the thread that calls. It calls an end that is sole only if it has it, and nothing of it.
pub(crate) trait Queue: Send + Sync + Sized + 'static {
    type Slots<'a>;
    type Items<'a>;

    const ENDS: Ends;
    /// The most slots or items that one guard has; if none, there are no guards.
    const AT_ONCE: usize = usize::MAX;

    /// For so many threads.
    fn ring(capacity: usize, threads: usize) -> Self;
    fn push(&self, me: usize, value: u32) -> Result<(), Why>;
    fn force_push(&self, me: usize, value: u32) -> Result<Option<u32>, Why>;
    fn pop(&self, me: usize) -> Result<u32, Why>;
    /// Up to `n` slots, and how many.
    fn reserve(&self, me: usize, n: usize) -> Result<(Self::Slots<'_>, usize), Why>;
    /// Commits as many slots as there are values, and abandons the others.
    fn commit(slots: Self::Slots<'_>, values: &[u32]);
    fn claim(&self, me: usize, n: usize) -> Result<Self::Items<'_>, Why>;
    fn values(items: &Self::Items<'_>) -> Vec<u32>;
    /// The first `n`; all of them, where consumers share the ring or there is one.
    fn release(items: Self::Items<'_>, n: usize);
    fn close(&self, me: usize, by: Side);
}

/// What is in a grant, where it has slices, or iterators.
macro_rules! of {
    (slots of $grant:ident, in slices) => {{
        let (first, second) = $grant.as_uninit_slices();
        first.iter_mut().chain(second)
    }};
    (items of $grant:ident, in slices) => {{
        let (first, second) = $grant.as_slices();
        first.iter().chain(second)
    }};
    (slots of $grant:ident, in iterators) => {
        $grant.iter_mut()
    };
    (items of $grant:ident, in iterators) => {
        $grant.iter()
    };
}

/// What was reserved and claimed; one slot and a run of slots are different code.
macro_rules! guards {
    ($how:ident) => {
        type Slots<'a> = (Slots<'a>, Lent<'a>);
        type Items<'a> = (Items<'a>, Lent<'a>);

        fn commit((slots, _lent): Self::Slots<'_>, values: &[u32]) {
            match (slots, values) {
                (Slots::One(slot), [value]) => slot.write(*value),
                (Slots::One(slot), _) => slot.abandon(),
                (Slots::Run(grant), []) => grant.abandon(),
                (Slots::Run(mut grant), values) => {
                    of!(slots of grant, in $how).zip(values).for_each(|(slot, value)| _ = slot.write(*value));
                    // SAFETY: as many were written, and there are at least as many slots.
                    unsafe { grant.commit(values.len()) };
                }
            }
        }

        fn values((items, _): &Self::Items<'_>) -> Vec<u32> {
            match items {
                Items::One(claim) => vec![**claim],
                Items::Run(grant) => of!(items of grant, in $how).copied().collect(),
            }
        }

        fn release((items, _lent): Self::Items<'_>, n: usize) {
            match items {
                Items::One(claim) => drop(claim),
                Items::Run(grant) => grant.release(n),
            }
        }
    };
}

/// A queue with the methods that all of them have, through which some items went before.
macro_rules! queue {
    ($name:ident: $module:ident, $ends:expr, $producer:ident, $consumer:ident, $how:ident, $before:expr) => {
        pub(crate) struct $name {
            producer: $producer<annulus::$module::Producer<u32>>,
            consumer: $consumer<annulus::$module::Consumer<u32>>,
        }

        const _: () = {
            use annulus::$module::{Claim, ReadGrant, Slot, WriteGrant, ring};

            pub(crate) enum Slots<'a> {
                One(Slot<'a, u32>),
                Run(WriteGrant<'a, u32>),
            }

            pub(crate) enum Items<'a> {
                One(Claim<'a, u32>),
                Run(ReadGrant<'a, u32>),
            }

            impl Queue for $name {
                guards!($how);

                const ENDS: Ends = $ends;

                #[allow(unused_mut)] // where operations take `&self`
                fn ring(capacity: usize, _: usize) -> Self {
                    let (mut producer, mut consumer) = ring(capacity);
                    let before: u32 = $before;
                    for n in 0..before {
                        assert_eq!((producer.push(n), consumer.pop()), (Ok(()), Ok(n)));
                    }
                    Self { producer: $producer::new(producer), consumer: $consumer::new(consumer) }
                }

                fn push(&self, _: usize, value: u32) -> Result<(), Why> {
                    let (producer, _lent) = self.producer.lend();
                    producer.push(value).map_err(not_pushed)
                }

                fn force_push(&self, _: usize, value: u32) -> Result<Option<u32>, Why> {
                    let (producer, _lent) = self.producer.lend();
                    producer.force_push(value).map_err(not_pushed)
                }

                fn pop(&self, _: usize) -> Result<u32, Why> {
                    let (consumer, _lent) = self.consumer.lend();
                    consumer.pop().map_err(not_popped)
                }

                fn reserve(&self, _: usize, n: usize) -> Result<(Self::Slots<'_>, usize), Why> {
                    let (producer, lent) = self.producer.lend();
                    if n == 1 {
                        return Ok(((Slots::One(producer.reserve().map_err(not_reserved)?), lent), 1));
                    }
                    let grant = producer.reserve_up_to(n).map_err(not_reserved)?;
                    let n = grant.len();
                    Ok(((Slots::Run(grant), lent), n))
                }

                fn claim(&self, _: usize, n: usize) -> Result<Self::Items<'_>, Why> {
                    let (consumer, lent) = self.consumer.lend();
                    let items = match n {
                        1 => Items::One(consumer.claim().map_err(not_popped)?),
                        n => Items::Run(consumer.claim_up_to(n).map_err(not_popped)?),
                    };
                    Ok((items, lent))
                }

                fn close(&self, _: usize, by: Side) {
                    match by {
                        Side::Producer => self.producer.lend().0.close(),
                        Side::Consumer => self.consumer.lend().0.close(),
                    }
                }
            }
        };
    };
}

/// More items than a sole consumer is polite for.
const SETTLED: u32 = 600;

queue!(Mpmc: mpmc, Ends::Shared, Many, Many, slices, 0);
queue!(Pooled: pool, Ends::Shared, Many, Many, iterators, 0);
queue!(Spmc: spmc, Ends::One(Side::Producer), Sole, Many, slices, 0);
queue!(Mpsc: mpsc, Ends::One(Side::Consumer), Many, Sole, slices, 0);
queue!(SettledMpsc: mpsc, Ends::One(Side::Consumer), Many, Sole, slices, SETTLED);

/// A producer and a consumer for each thread.
pub(crate) struct Lanes {
    producers: Vec<Sole<annulus::mpmc::lanes::Producer<u32>>>,
    consumers: Vec<Sole<annulus::mpmc::lanes::Consumer<u32>>>,
}

const _: () = {
    use annulus::spsc::{Claim, ReadGrant, Slot, WriteGrant};

    pub(crate) enum Slots<'a> {
        One(Slot<'a, u32>),
        Run(WriteGrant<'a, u32>),
    }

    pub(crate) enum Items<'a> {
        One(Claim<'a, u32>),
        Run(ReadGrant<'a, u32>),
    }

    impl Queue for Lanes {
        guards!(slices);

        const ENDS: Ends = Ends::Mesh;

        fn ring(capacity: usize, threads: usize) -> Self {
            let (producers, consumers) = annulus::mpmc::lanes(threads, threads, capacity);
            Self {
                producers: producers.into_iter().map(Sole::new).collect(),
                consumers: consumers.into_iter().map(Sole::new).collect(),
            }
        }

        fn push(&self, me: usize, value: u32) -> Result<(), Why> {
            let (producer, _lent) = self.producers[me].lend();
            producer.push(value).map_err(not_pushed)
        }

        fn force_push(&self, _: usize, _: u32) -> Result<Option<u32>, Why> {
            unreachable!("a lane has no such thing")
        }

        fn pop(&self, me: usize) -> Result<u32, Why> {
            let (consumer, _lent) = self.consumers[me].lend();
            consumer.pop().map_err(not_popped)
        }

        fn reserve(&self, me: usize, n: usize) -> Result<(Self::Slots<'_>, usize), Why> {
            let (producer, lent) = self.producers[me].lend();
            if n == 1 {
                return Ok(((Slots::One(producer.reserve().map_err(not_reserved)?), lent), 1));
            }
            let grant = producer.reserve_up_to(n).map_err(not_reserved)?;
            let n = grant.len();
            Ok(((Slots::Run(grant), lent), n))
        }

        fn claim(&self, me: usize, n: usize) -> Result<Self::Items<'_>, Why> {
            let (consumer, lent) = self.consumers[me].lend();
            let items = match n {
                1 => Items::One(consumer.claim().map_err(not_popped)?),
                n => Items::Run(consumer.claim_up_to(n).map_err(not_popped)?),
            };
            Ok((items, lent))
        }

        fn close(&self, me: usize, _: Side) {
            self.producers[me].lend().0.close();
        }
    }
};

pub(crate) fn not_pushed(why: PushError<u32>) -> Why {
    match why {
        PushError::Full(_) => Why::Full,
        PushError::Busy(_) => Why::Busy,
        PushError::Closed(_) => Why::Closed,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn not_popped(why: PopError) -> Why {
    match why {
        PopError::Empty => Why::Empty,
        PopError::Busy => Why::Busy,
        PopError::Closed => Why::Closed,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn not_reserved(why: ReserveError) -> Why {
    match why {
        ReserveError::Full => Why::Full,
        ReserveError::Busy => Why::Busy,
        ReserveError::Closed => Why::Closed,
        other => panic!("{other:?}"),
    }
}
