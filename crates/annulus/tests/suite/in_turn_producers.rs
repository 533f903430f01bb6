//! Producers are many, and the order is that of the reservations: later items wait behind a slot that is being written.
use annulus::{ClaimError, PopError, PushError, ReserveError};

behaviour! {
    fn slots_are_committed_in_any_order_and_come_out_in_that_of_their_reservation(ring) {
        for _ in 0..3 {
            let mut slots: Vec<_> = (0..ring.capacity).map(|_| ring.producer.reserve().unwrap()).collect();
            assert_eq!(ring.producer.reserve().unwrap_err(), ReserveError::Full);
            while slots.len() > 1 {
                let n = slots.len() as u64 - 1;
                slots.pop().unwrap().write(T::make(n));
                assert_eq!(ring.consumer.pop(), Err(PopError::Busy), "the oldest is still being written");
            }
            slots.pop().unwrap().write(T::make(0));
            for n in 0..ring.capacity {
                assert!(ring.consumer.pop().unwrap().is(n as u64));
            }
        }
    }
}

behaviour! {
    fn a_grant_says_what_there_is_when_it_is_too_few(ring) {
        assert_eq!(ring.producer.reserve_many(ring.capacity + 1).unwrap_err(), ReserveError::TooLarge);
        assert_eq!(ring.consumer.claim_many(usize::MAX).unwrap_err(), ClaimError::TooLarge);
        assert_eq!(ring.consumer.claim_many(1).unwrap_err(), ClaimError::Empty);
        assert!(ring.producer.reserve_many(0).unwrap().is_empty() && ring.consumer.claim_many(0).unwrap().is_empty());
        ring.producer.push(T::make(0)).unwrap();
        let (full, few) = (ReserveError::Full, ReserveError::TooFew { available: ring.capacity - 1 });
        assert_eq!(ring.producer.reserve_many(ring.capacity).unwrap_err(), if ring.capacity == 1 { full } else { few });
        if ring.capacity > 1 {
            assert_eq!(ring.consumer.claim_many(2).unwrap_err(), ClaimError::TooFew { available: 1 });
            let grant = ring.producer.reserve_up_to(usize::MAX).unwrap();
            assert_eq!(grant.len(), ring.capacity - 1);
            drop(grant); // abandoned
        }
        assert_eq!(ring.producer.reserve_many(1).unwrap_err(), ReserveError::Full);
        assert!(ring.consumer.pop().unwrap().is(0));
        assert_eq!(ring.consumer.claim_up_to(9).unwrap_err(), PopError::Empty);
        assert_eq!(ring.producer.vacant(), ring.capacity);
        ring.consumer.close();
        assert_eq!(ring.producer.reserve_many(1).unwrap_err(), ReserveError::Closed);
        assert_eq!(ring.consumer.claim_many(1).unwrap_err(), ClaimError::Closed);
    }
}

behaviour! {
    fn force_push_goes_past_what_was_abandoned(ring) {
        // Said early, so that a sole consumer does not keep what it does not work on.
        assert!(ring.producer.force_push(T::make(0)).unwrap().is_none());
        assert!(ring.consumer.pop().unwrap().is(0));
        assert_eq!(ring.consumer.pop(), Err(PopError::Empty));
        drop(ring.producer.reserve().unwrap());
        ring.producer.push_iter((1..ring.capacity as u64).map(T::make));
        assert!(ring.producer.force_push(T::make(9)).unwrap().is_none());
        assert_eq!(ring.consumer.len(), ring.capacity);
    }
}

behaviour! {
    fn after_close_nothing_goes_in_and_everything_comes_out(ring) {
        let slot = ring.producer.reserve().unwrap();
        for n in 1..ring.capacity {
            ring.producer.clone().push(T::make(n as u64)).unwrap();
        }
        ring.consumer.close();
        assert!(ring.producer.is_closed() && ring.consumer.is_closed());
        assert!(matches!(ring.producer.push(T::make(9)), Err(PushError::Closed(item)) if item.is(9)));
        assert_eq!(ring.producer.reserve().unwrap_err(), ReserveError::Closed);
        assert_eq!(ring.consumer.pop(), Err(PopError::Busy));
        slot.write(T::make(0));
        for n in 0..ring.capacity {
            assert!(ring.consumer.pop().unwrap().is(n as u64));
        }
        assert_eq!(ring.consumer.pop(), Err(PopError::Closed));
    }
}
