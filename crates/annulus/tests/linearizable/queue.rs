//! What can be called: a queue whose ends are shared.
use crate::history::Why;
use annulus::{PopError, PushError, ReserveError};

pub(crate) trait Queue: Send + Sync + Sized + 'static {
    type Slots<'a>;
    type Items<'a>;

    fn ring(capacity: usize) -> Self;
    fn push(&self, value: u32) -> Result<(), Why>;
    fn force_push(&self, value: u32) -> Result<Option<u32>, Why>;
    fn pop(&self) -> Result<u32, Why>;
    /// Up to `n` slots, and how many.
    fn reserve(&self, n: usize) -> Result<(Self::Slots<'_>, usize), Why>;
    /// Commits as many slots as there are values, and abandons the others.
    fn commit(slots: Self::Slots<'_>, values: &[u32]);
    fn claim(&self, n: usize) -> Result<Self::Items<'_>, Why>;
    fn values(items: &Self::Items<'_>) -> Vec<u32>;
    fn release(items: Self::Items<'_>);
    fn close(&self);
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

/// A queue with the methods that all of them have.
macro_rules! queue {
    ($name:ident, $module:ident) => {
        queue!($name, $module, slices);
    };
    ($name:ident, $module:ident, $how:ident) => {
        pub(crate) struct $name {
            producer: annulus::$module::Producer<u32>,
            consumer: annulus::$module::Consumer<u32>,
        }

        // One slot and a run of slots are different code.
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
                type Slots<'a> = Slots<'a>;
                type Items<'a> = Items<'a>;

                fn ring(capacity: usize) -> Self {
                    let (producer, consumer) = ring(capacity);
                    Self { producer, consumer }
                }

                fn push(&self, value: u32) -> Result<(), Why> {
                    self.producer.push(value).map_err(not_pushed)
                }

                fn force_push(&self, value: u32) -> Result<Option<u32>, Why> {
                    self.producer.force_push(value).map_err(not_pushed)
                }

                fn pop(&self) -> Result<u32, Why> {
                    self.consumer.pop().map_err(not_popped)
                }

                fn reserve(&self, n: usize) -> Result<(Slots<'_>, usize), Why> {
                    if n == 1 {
                        return Ok((Slots::One(self.producer.reserve().map_err(not_reserved)?), 1));
                    }
                    let grant = self.producer.reserve_up_to(n).map_err(not_reserved)?;
                    let n = grant.len();
                    Ok((Slots::Run(grant), n))
                }

                fn commit(slots: Slots<'_>, values: &[u32]) {
                    match (slots, values) {
                        (Slots::One(slot), [value]) => slot.write(*value),
                        (Slots::One(slot), _) => slot.abandon(),
                        (Slots::Run(grant), []) => grant.abandon(),
                        (Slots::Run(mut grant), values) => {
                            of!(slots of grant, in $how)
                                .zip(values)
                                .for_each(|(slot, value)| _ = slot.write(*value));
                            // SAFETY: as many were written, and there are at least as many slots.
                            unsafe { grant.commit(values.len()) };
                        }
                    }
                }

                fn claim(&self, n: usize) -> Result<Items<'_>, Why> {
                    Ok(match n {
                        1 => Items::One(self.consumer.claim().map_err(not_popped)?),
                        n => Items::Run(self.consumer.claim_up_to(n).map_err(not_popped)?),
                    })
                }

                fn values(items: &Items<'_>) -> Vec<u32> {
                    match items {
                        Items::One(claim) => vec![**claim],
                        Items::Run(grant) => of!(items of grant, in $how).copied().collect(),
                    }
                }

                fn release(items: Items<'_>) {
                    drop(items);
                }

                fn close(&self) {
                    self.producer.close();
                }
            }
        };
    };
}

queue!(Mpmc, mpmc);
queue!(Pooled, pool, iterators);

fn not_pushed(why: PushError<u32>) -> Why {
    match why {
        PushError::Full(_) => Why::Full,
        PushError::Busy(_) => Why::Busy,
        PushError::Closed(_) => Why::Closed,
        other => panic!("{other:?}"),
    }
}

fn not_popped(why: PopError) -> Why {
    match why {
        PopError::Empty => Why::Empty,
        PopError::Busy => Why::Busy,
        PopError::Closed => Why::Closed,
        other => panic!("{other:?}"),
    }
}

fn not_reserved(why: ReserveError) -> Why {
    match why {
        ReserveError::Full => Why::Full,
        ReserveError::Busy => Why::Busy,
        ReserveError::Closed => Why::Closed,
        other => panic!("{other:?}"),
    }
}
