//! An end that is many, or is beside one that is many.
use annulus::{PopError, PushError};

behaviour! {
    fn holds_exactly_its_capacity_on_every_lap(ring) {
        for lap in 0..3 {
            for n in 0..ring.capacity {
                assert_eq!(ring.producer.vacant(), ring.capacity - n);
                ring.producer.push(T::make(n as u64 + lap)).unwrap();
            }
            assert!(ring.producer.is_full());
            assert!(matches!(ring.producer.push(T::make(7)), Err(PushError::Full(item)) if item.is(7)));
            assert_eq!(ring.consumer.len(), ring.capacity);
            for n in 0..ring.capacity {
                assert!(ring.consumer.pop().unwrap().is(n as u64 + lap));
            }
            assert!(ring.consumer.is_empty());
            assert_eq!(ring.consumer.pop(), Err(PopError::Empty));
        }
    }
}

behaviour! {
    fn what_is_left_is_dropped_with_the_ring(ring) {
        for n in 0..ring.capacity as u64 {
            ring.producer.push(T::make(n)).unwrap();
            assert!(ring.consumer.pop().unwrap().is(n));
        }
        ring.producer.push_iter((0..).map(T::make));
        drop(ring.consumer);
        assert!(matches!(ring.producer.push(T::make(1)), Err(PushError::Closed(_))));
    }
}
