//! Ends that are many, whatever the order is.
use crate::queue::{items, just};
use annulus::{PopError, PushError};
use std::panic::{AssertUnwindSafe, catch_unwind};

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

behaviour! {
    fn the_last_of_a_kind_closes(ring) {
        let (more, others) = (ring.producer.clone(), ring.consumer.clone());
        assert_eq!((ring.producer.producers(), ring.consumer.consumers()), (2, 2));
        drop(ring.producer);
        more.push(T::make(3)).unwrap();
        drop(ring.consumer);
        assert!(!more.is_closed());
        drop(more);
        assert!(others.is_closed());
        assert!(others.pop().unwrap().is(3));
        assert_eq!(others.pop(), Err(PopError::Closed));
        assert_eq!(others.capacity(), ring.capacity);
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
