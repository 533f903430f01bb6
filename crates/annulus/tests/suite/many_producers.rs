//! Producers are many, whatever the order is.
use annulus::PopError;

behaviour! {
    fn a_slot_that_is_abandoned_costs_nothing(ring) {
        for n in 0..4 * ring.capacity as u64 {
            ring.producer.reserve().unwrap().abandon();
            assert_eq!(ring.consumer.pop(), Err(PopError::Empty));
            drop(ring.producer.reserve().unwrap());
            if ring.capacity > 1 {
                ring.producer.push(T::make(n)).unwrap();
                assert!(ring.consumer.pop().unwrap().is(n));
            } else {
                assert_eq!(ring.consumer.pop(), Err(PopError::Empty));
            }
        }
    }
}
