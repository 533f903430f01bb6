//! Consumers are many, whatever the order is.
use crate::queue::{items, just};
use annulus::PopError;
use std::panic::{AssertUnwindSafe, catch_unwind};

behaviour! {
    fn grants_of_any_length_go_round_the_ring(ring) {
        let (mut sent, mut got) = (0, 0);
        for round in 0..40 {
            let n = round % ring.capacity + 1;
            ring.producer.reserve_many(n).unwrap().fill_with(|| { sent += 1; T::make(sent - 1) });
            let mut grant = just(&mut ring.consumer, n);
            assert_eq!(items(&grant).len(), n);
            assert!(items(&grant).into_iter().zip(got..).all(|(item, n)| item.is(n)));
            assert!(grant.next().unwrap().is(got));
            assert_eq!(grant.len(), n - 1);
            got += n as u64;
            grant.release(n - 1);
            assert_eq!(ring.producer.vacant(), ring.capacity);
        }
    }
}

behaviour! {
    fn a_grant_that_is_dropped_drops_its_items_once(ring) {
        ring.producer.push_iter((0..).map(T::make));
        let mut grant = ring.consumer.claim_up_to(usize::MAX).unwrap();
        assert_eq!(grant.len(), ring.capacity);
        assert!(grant.next().unwrap().is(0));
        drop(grant);
        assert_eq!(ring.producer.vacant(), ring.capacity);
        let mut made = 0;
        let filled = catch_unwind(AssertUnwindSafe(|| ring.producer.reserve_many(ring.capacity).unwrap().fill_with(|| {
            made += 1;
            assert!(made < ring.capacity as u64, "no more");
            T::make(made)
        })));
        assert!(filled.is_err());
        for n in 1..ring.capacity as u64 {
            assert!(ring.consumer.pop().unwrap().is(n), "what was made before the panic");
        }
        assert_eq!(ring.consumer.pop(), Err(PopError::Empty));
    }
}
