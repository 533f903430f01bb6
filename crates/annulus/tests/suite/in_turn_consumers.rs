//! Consumers are many, and the order is that of the reservations: who comes round to a slot that is being read is told so.
use annulus::{PopError, PushError};

behaviour! {
    fn claims_are_handed_back_in_any_order(ring) {
        for _ in 0..3 {
            assert_eq!(ring.producer.push_iter((0..).map(T::make)), ring.capacity);
            let mut claims: Vec<_> = (0..ring.capacity).map(|_| ring.consumer.claim().unwrap()).collect();
            assert_eq!(ring.consumer.claim().unwrap_err(), PopError::Empty);
            while claims.len() > 1 {
                let n = claims.len() as u64 - 1;
                assert!(claims.last().unwrap().is(n));
                assert!(claims.pop().unwrap().into_inner().is(n));
                assert!(matches!(ring.producer.push(T::make(0)), Err(PushError::Busy(_))), "the oldest is still being read");
            }
            claims.pop().unwrap().set(5);
            assert_eq!(ring.producer.vacant(), ring.capacity);
        }
    }
}
