//! There is one producer: what a guard of it had and did not use was never taken.
use annulus::PopError;

behaviour! {
    fn a_forgotten_slot_is_offered_again(ring) {
        #[allow(clippy::forget_non_drop)] // it may get a drop one day
        std::mem::forget(ring.producer.reserve().unwrap());
        assert_eq!(ring.consumer.pop(), Err(PopError::Empty));
        ring.fill(ring.capacity);
        assert_eq!(ring.consumer.drain().count(), ring.capacity);
    }
}

behaviour! {
    fn slots_that_are_not_committed_are_in_nobodys_way(ring) {
        for keep in [0, 1, ring.capacity / 2] {
            #[allow(clippy::forget_non_drop)] // it may get a drop one day
            std::mem::forget(ring.producer.reserve_many(ring.capacity).unwrap());
            assert!(ring.consumer.is_empty());
            assert_eq!(ring.consumer.pop(), Err(PopError::Empty));
            let grant = ring.producer.reserve_up_to(usize::MAX).unwrap();
            assert_eq!(grant.fill_from((0..keep as u64).map(T::make)), keep);
            assert_eq!(ring.consumer.len(), keep);
            for n in 0..keep as u64 {
                assert!(ring.consumer.pop().unwrap().is(n));
            }
            ring.producer.reserve_many(0).unwrap().abandon();
            ring.next = 0;
            ring.fill(ring.capacity);
            for n in 0..ring.capacity as u64 {
                assert!(ring.consumer.pop().unwrap().is(n));
            }
        }
    }
}
