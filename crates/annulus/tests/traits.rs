//! Which types may go to and be shared with other threads, and what errors are.
use annulus::spsc::{
    Batch, Borrowed, Claim, Consumer, Control, Drain, IntoIter, Options, Producer, ReadGrant, Ring,
    RingError, Slot, WriteGrant,
};
use annulus::{ClaimError, PopError, PushError, ReserveError, State};
use std::cell::Cell;
use std::error::Error;
use std::fmt::{Debug, Display};
use std::rc::Rc;

/// Tells whether a type has a trait, without a bound: the inherent constant hides that of the trait where the bound holds.
macro_rules! has {
    ($trait:path, $type:ty) => {{
        #[allow(dead_code)]
        trait Otherwise {
            const HAS: bool = false;
        }
        impl<T: ?Sized> Otherwise for T {}
        struct Asked<T: ?Sized>(std::marker::PhantomData<T>);
        #[allow(dead_code)]
        impl<T: ?Sized + $trait> Asked<T> {
            const HAS: bool = true;
        }
        Asked::<$type>::HAS
    }};
}

/// `Cell<u8>` may go to another thread but not be shared; `Rc<u8>` neither.
#[test]
fn handles_go_to_other_threads_exactly_when_their_items_may() {
    macro_rules! sent {
        ($($type:ident<$($args:lifetime)?>;)*) => {$(
            const { assert!(has!(Send, $type<$($args,)? Cell<u8>>), concat!(stringify!($type), ": Send")) };
            const { assert!(!has!(Send, $type<$($args,)? Rc<u8>>), concat!(stringify!($type), ": not Send")) };
            const { assert!(!has!(Sync, $type<$($args,)? Rc<u8>>), concat!(stringify!($type), ": not Sync")) };
        )*};
    }
    type Inline<T> = Ring<T, 2>;
    type BorrowedProducer<T> = Producer<T, Borrowed<'static>>;
    type BorrowedConsumer<T> = Consumer<T, Borrowed<'static>>;
    sent! {
        Producer<>; Consumer<>; Inline<>; BorrowedProducer<>; BorrowedConsumer<>;
        Slot<'static>; WriteGrant<'static>; Claim<'static>; ReadGrant<'static>; IntoIter<'static>; Drain<'static>; Batch<'static>;
    }
    const { assert!(has!(Send, Control) && has!(Sync, Control)) };
    const { assert!(has!(Send, Options) && has!(Sync, Options)) };
}

/// Each first type may go to another thread, and its second may neither go nor be shared.
macro_rules! sent_and_neither {
    ($($type:ty, $not:ty;)*) => {$(
        const { assert!(has!(Send, $type), concat!(stringify!($type), ": Send")) };
        const { assert!(!has!(Send, $not) && !has!(Sync, $not), concat!(stringify!($not), ": neither")) };
    )*};
}

/// The same of ends that many have: what is shared by reference is used from all threads.
macro_rules! shared_exactly_when_items_may_move {
    ($name:ident: $module:ident, $turn:ident) => {
#[test]
fn $name() {
    use annulus::$module::{Claim, Consumer, Control, Drain, Producer, ReadGrant, Ring, Slot, WriteGrant, $turn as Turn};
    type BorrowedProducer<T> = Producer<T, Borrowed<'static>>;
    type BorrowedConsumer<T> = Consumer<T, Borrowed<'static>>;
    sent_and_neither! {
        Producer<Cell<u8>>, Producer<Rc<u8>>; Consumer<Cell<u8>>, Consumer<Rc<u8>>;
        BorrowedProducer<Cell<u8>>, BorrowedProducer<Rc<u8>>; BorrowedConsumer<Cell<u8>>, BorrowedConsumer<Rc<u8>>;
        Ring<Cell<u8>, 2>, Ring<Rc<u8>, 2>; Drain<'static, Cell<u8>>, Drain<'static, Rc<u8>>;
        Slot<'static, Cell<u8>>, Slot<'static, Rc<u8>>; WriteGrant<'static, Cell<u8>>, WriteGrant<'static, Rc<u8>>;
        Claim<'static, Cell<u8>>, Claim<'static, Rc<u8>>; ReadGrant<'static, Cell<u8>>, ReadGrant<'static, Rc<u8>>;
    }
    const { assert!(has!(Sync, Producer<Cell<u8>>) && has!(Sync, BorrowedProducer<Cell<u8>>)) };
    const { assert!(has!(Sync, Consumer<Cell<u8>>) && has!(Sync, BorrowedConsumer<Cell<u8>>)) };
    const {
        assert!(
            has!(Sync, Ring<Cell<u8>, 2>) && has!(Sync, Control) && has!(Send, Control) && has!(Sync, Turn)
        )
    };
    const { assert!(has!(Clone, Producer<Opaque>) && has!(Clone, Consumer<Opaque>)) };
    // Through these a thread would reach the cells themselves.
    const { assert!(!has!(Sync, ReadGrant<'static, Cell<u8>>) && !has!(Sync, Claim<'static, Cell<u8>>)) };
    const { assert!(has!(Sync, ReadGrant<'static, u8>) && has!(Sync, Claim<'static, u8>)) };
    const { assert!(!has!(Clone, Slot<'static, u8>) && !has!(Clone, WriteGrant<'static, u8>)) };
    const { assert!(!has!(Clone, Claim<'static, u8>) && !has!(Clone, ReadGrant<'static, u8>)) };
    const { assert!(!has!(Clone, Ring<u8, 2>) && !has!(Clone, Control) && !has!(Clone, Turn)) };
    const {
        assert!(
            has!(Debug, Producer<Opaque>) && has!(Debug, Consumer<Opaque>) && has!(Debug, Ring<Opaque, 2>)
        )
    };
    const { assert!(has!(Debug, Slot<'static, Opaque>) && has!(Debug, Claim<'static, Opaque>)) };
    const { assert!(has!(Debug, WriteGrant<'static, Opaque>) && has!(Debug, ReadGrant<'static, Opaque>)) };
}
    };
}

shared_exactly_when_items_may_move! { ends_that_many_have_are_shared_exactly_when_their_items_may_move: mpmc, Turn }
shared_exactly_when_items_may_move! { ends_of_a_pool_are_shared_exactly_when_their_items_may_move: pool, Place }

/// The same where one end is many and the other is one: that one moves between threads, and is not cloned.
#[test]
fn a_sole_end_moves_and_is_not_cloned_and_the_many_are_shared() {
    use annulus::{mpsc, spmc};
    type Local = Rc<u8>;
    type Movable = Cell<u8>;
    macro_rules! sent {
        ($($queue:ident::$type:ident<$($args:lifetime)?>;)*) => {$(
            const { assert!(has!(Send, $queue::$type<$($args,)? Movable>), concat!(stringify!($type), ": Send")) };
            const { assert!(!has!(Send, $queue::$type<$($args,)? Local>), concat!(stringify!($type), ": not Send")) };
            const { assert!(!has!(Sync, $queue::$type<$($args,)? Local>), concat!(stringify!($type), ": not Sync")) };
            const { assert!(has!(Debug, $queue::$type<$($args,)? Opaque>), concat!(stringify!($type), ": Debug")) };
        )*};
    }
    sent! {
        mpsc::Producer<>; mpsc::Consumer<>; spmc::Producer<>; spmc::Consumer<>;
        mpsc::Slot<'static>; mpsc::WriteGrant<'static>; mpsc::Claim<'static>; mpsc::ReadGrant<'static>;
        mpsc::IntoIter<'static>; mpsc::Drain<'static>;
        spmc::Slot<'static>; spmc::WriteGrant<'static>; spmc::Claim<'static>; spmc::ReadGrant<'static>; spmc::Drain<'static>;
    }
    const { assert!(has!(Clone, mpsc::Producer<Opaque>) && has!(Sync, mpsc::Producer<Movable>)) };
    const { assert!(has!(Clone, spmc::Consumer<Opaque>) && has!(Sync, spmc::Consumer<Movable>)) };
    const { assert!(!has!(Clone, mpsc::Consumer<u8>) && !has!(Clone, spmc::Producer<u8>)) };
    const { assert!(!has!(Clone, mpsc::Claim<'static, u8>) && !has!(Clone, mpsc::ReadGrant<'static, u8>)) };
    const { assert!(!has!(Clone, spmc::Slot<'static, u8>) && !has!(Clone, spmc::WriteGrant<'static, u8>)) };
    const { assert!(has!(Sync, mpsc::Ring<Movable, 2>) && !has!(Sync, mpsc::Ring<Local, 2>)) };
    const { assert!(has!(Sync, spmc::Ring<Movable, 2>) && !has!(Sync, spmc::Ring<Local, 2>)) };
    // Through these a thread would reach the cells themselves.
    const { assert!(!has!(Sync, mpsc::ReadGrant<'static, Movable>) && !has!(Sync, mpsc::Claim<'static, Movable>)) };
    const { assert!(has!(Sync, mpsc::ReadGrant<'static, u8>) && has!(Sync, mpsc::Claim<'static, u8>)) };
    const { assert!(has!(ExactSizeIterator, mpsc::IntoIter<'static, u8>)) };
}

#[test]
fn shared_handles_give_out_news_and_shared_read_guards_give_out_references() {
    const {
        assert!(
            has!(Sync, Producer<Cell<u8>>) && has!(Sync, Consumer<Cell<u8>>) && has!(Sync, Ring<Cell<u8>, 2>)
        )
    };
    const { assert!(has!(Sync, WriteGrant<'static, Cell<u8>>) && has!(Sync, Slot<'static, Cell<u8>>)) };
    // Through these a thread would reach the cells themselves.
    const { assert!(!has!(Sync, ReadGrant<'static, Cell<u8>>) && !has!(Sync, Claim<'static, Cell<u8>>)) };
    const { assert!(has!(Sync, ReadGrant<'static, u8>) && has!(Sync, Claim<'static, u8>)) };
}

#[test]
fn handles_may_be_moved_and_are_neither_copied_nor_cloned() {
    const { assert!(has!(Unpin, Producer<u8>) && has!(Unpin, Consumer<u8>)) };
    const { assert!(!has!(Clone, Producer<u8>) && !has!(Clone, Consumer<u8>)) };
    const { assert!(!has!(Clone, Ring<u8, 2>) && !has!(Clone, Control)) };
    const { assert!(!has!(Clone, WriteGrant<'static, u8>) && !has!(Clone, ReadGrant<'static, u8>)) };
    const { assert!(!has!(Clone, Slot<'static, u8>) && !has!(Clone, Claim<'static, u8>)) };
}

/// Without `Debug`.
struct Opaque;

#[test]
fn errors_are_errors_and_ask_nothing_of_the_item() {
    const { assert!(has!(Error, PushError<Opaque>) && has!(Error, PopError) && has!(Error, ReserveError)) };
    const { assert!(has!(Error, ClaimError) && has!(Error, RingError)) };
    fn texts<E: Display + Debug>(error: E) -> (String, String) {
        (error.to_string(), format!("{error:?}"))
    }
    assert_eq!(texts(PushError::Full(Opaque)), ("the ring is full".into(), "Full(..)".into()));
    assert_eq!(texts(PushError::Closed("secret")), ("the ring is closed".into(), "Closed(..)".into()));
    assert_eq!(texts(PushError::Busy(1)).1, "Busy(..)");
    assert_eq!(texts(PopError::Empty).0, "the ring is empty");
    assert_eq!(texts(ReserveError::TooFew { available: 3 }).0, "only 3 slots are free");
    assert_eq!(texts(ClaimError::TooFew { available: 3 }).0, "only 3 items are in the ring");
    assert!(texts(ReserveError::TooLarge).0.contains("capacity"));
    assert_eq!(ClaimError::from(PopError::Busy), ClaimError::Busy);
}

#[test]
fn handles_are_debug_without_debug_of_the_item() {
    const {
        assert!(
            has!(Debug, Producer<Opaque>) && has!(Debug, Consumer<Opaque>) && has!(Debug, Ring<Opaque, 2>)
        )
    };
    const { assert!(has!(Debug, Slot<'static, Opaque>) && has!(Debug, WriteGrant<'static, Opaque>)) };
    const { assert!(has!(Debug, Claim<'static, Opaque>) && has!(Debug, ReadGrant<'static, Opaque>)) };
    const { assert!(has!(Debug, IntoIter<'static, Opaque>) && has!(Debug, Drain<'static, Opaque>)) };
    const { assert!(has!(Debug, Batch<'static, Opaque>) && has!(Debug, State)) };
}

#[test]
fn an_iterator_over_items_knows_how_many_there_are_and_stays_at_its_end() {
    const {
        assert!(has!(ExactSizeIterator, Drain<'static, u8>) && has!(ExactSizeIterator, IntoIter<'static, u8>))
    };
    const {
        assert!(
            has!(std::iter::FusedIterator, Drain<'static, u8>)
                && has!(std::iter::FusedIterator, IntoIter<'static, u8>)
        )
    };
}
