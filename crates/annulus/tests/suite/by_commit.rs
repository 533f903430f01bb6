//! Ends that are many, where the order is that of the commits: nobody waits behind anybody.
use crate::queue::slots;
use annulus::{PopError, PushError, ReserveError, State};

behaviour! {
    fn items_come_out_in_the_order_of_their_commits(ring) {
        for lap in 0..3 {
            let mut slots: Vec<_> = (0..ring.capacity).map(|_| ring.producer.reserve().unwrap()).collect();
            assert_eq!(ring.producer.reserve().unwrap_err(), ReserveError::Full);
            assert_eq!(ring.consumer.pop(), Err(PopError::Empty), "nothing is committed");
            let mut n = lap;
            while let Some(slot) = slots.pop() {
                slot.write(T::make(n));
                n += 1;
            }
            for n in lap..n {
                assert!(ring.consumer.pop().unwrap().is(n));
            }
        }
    }
}

behaviour! {
    fn claims_are_handed_back_in_any_order_and_each_slot_is_free_at_once(ring) {
        for _ in 0..3 {
            assert_eq!(ring.producer.push_iter((0..).map(T::make)), ring.capacity);
            let mut claims: Vec<_> = (0..ring.capacity).map(|_| ring.consumer.claim().unwrap()).collect();
            assert_eq!(ring.consumer.claim().unwrap_err(), PopError::Empty);
            assert!(matches!(ring.producer.push(T::make(0)), Err(PushError::Full(_))));
            claims.rotate_left(ring.capacity / 2);
            while let Some(mut claim) = claims.pop() {
                claim.set(5);
                assert!(claim.into_inner().is(5));
                ring.producer.push(T::make(7)).unwrap();
                assert!(ring.consumer.pop().unwrap().is(7));
            }
            assert_eq!(ring.producer.vacant(), ring.capacity);
        }
    }
}

behaviour! {
    fn slots_and_items_that_somebody_holds_or_forgot_are_in_nobodys_way(ring) {
        if ring.capacity < 3 {
            return;
        }
        ring.producer.push(T::make(1)).unwrap();
        let mut claim = ring.consumer.claim().unwrap();
        let slot = ring.producer.reserve().unwrap();
        let room = ring.capacity - 2;
        for n in 0..3 * ring.capacity as u64 {
            ring.producer.push(T::make(n)).unwrap();
            assert!(ring.consumer.pop().unwrap().is(n));
        }
        assert_eq!(ring.producer.push_iter((0..).map(T::make)), room);
        assert!(ring.producer.push(T::make(9)).unwrap_err().is_full());
        slot.write(T::make(3));
        assert_eq!(ring.consumer.skip(room), room);
        assert!(ring.consumer.pop().unwrap().is(3), "it was committed last");
        assert!(claim.is(1));
        claim.set(2);
        drop(claim);
        std::mem::forget(ring.producer.reserve());
        assert_eq!(ring.producer.push_iter((0..).map(T::make)), ring.capacity - 1);
        assert_eq!(ring.consumer.skip(usize::MAX), ring.capacity - 1);
    }
}

behaviour! {
    fn a_grant_says_what_there_is_when_it_is_too_few(ring) {
        assert_eq!(ring.producer.reserve_many(ring.capacity + 1).unwrap_err(), ReserveError::TooLarge);
        ring.producer.push(T::make(0)).unwrap();
        let (full, few) = (ReserveError::Full, ReserveError::TooFew { available: ring.capacity - 1 });
        for _ in 0..3 {
            assert_eq!(ring.producer.reserve_many(ring.capacity).unwrap_err(), if ring.capacity == 1 { full } else { few });
            assert_eq!(ring.producer.vacant(), ring.capacity - 1, "they were handed back");
        }
        assert_eq!(ring.consumer.claim_up_to(9).unwrap().len(), 1);
        ring.consumer.close();
        assert_eq!(ring.producer.reserve_many(1).unwrap_err(), ReserveError::Closed);
        assert_eq!(ring.consumer.claim_up_to(1).unwrap_err(), PopError::Closed);
    }
}

behaviour! {
    fn the_slots_of_a_grant_are_committed_in_order_and_those_of_others_may_come_between(ring) {
        if ring.capacity < 3 {
            return;
        }
        for lap in 0..ring.capacity {
            let mut one = ring.producer.reserve_many(2).unwrap();
            let other = ring.producer.reserve().unwrap();
            for (n, slot) in slots(&mut one).into_iter().enumerate() {
                slot.write(T::make(n as u64));
            }
            other.write(T::make(7));
            // SAFETY: both were written.
            unsafe { one.commit(2) };
            for n in [7, 0, 1] {
                assert!(ring.consumer.pop().unwrap().is(n));
            }
            if lap % 2 == 0 {
                ring.producer.push(T::make(1)).unwrap(); // so that the slots are others
                ring.consumer.pop().unwrap();
            }
        }
    }
}

behaviour! {
    fn as_many_as_there_are_slots_are_copied_or_committed(ring) {
        let grant = ring.producer.reserve_many(ring.capacity).unwrap();
        let more = ring.capacity + 1;
        let refused = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            // SAFETY: it is refused.
            unsafe { grant.commit(more) };
        }));
        assert!(refused.is_err());
        assert_eq!(ring.producer.vacant(), ring.capacity, "abandoned");
        ring.fill(1);
        let grant = ring.consumer.claim_up_to(1).unwrap();
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| grant.release(2))).is_err());
        assert_eq!(ring.producer.vacant(), ring.capacity, "released");
    }
}

behaviour! {
    fn force_push_takes_the_oldest_out_when_full_and_is_full_when_all_slots_are_held(ring) {
        for n in 0..3 * ring.capacity as u64 {
            let oldest = ring.producer.force_push(T::make(n)).unwrap();
            match n.checked_sub(ring.capacity as u64) {
                None => assert!(oldest.is_none()),
                Some(evicted) => assert!(oldest.unwrap().is(evicted)),
            }
        }
        let claims = ring.consumer.claim_up_to(usize::MAX).unwrap();
        assert_eq!(claims.len(), ring.capacity);
        assert!(matches!(ring.producer.force_push(T::make(7)), Err(PushError::Full(item)) if item.is(7)));
        drop(claims);
        let slot = ring.producer.reserve().unwrap();
        for n in 0..2 * ring.capacity as u64 {
            match ring.producer.force_push(T::make(n)) {
                Ok(oldest) => assert_eq!(oldest.is_some(), n >= ring.capacity as u64 - 1, "past the slot"),
                Err(refused) => assert!(refused.is_full() && ring.capacity == 1),
            }
        }
        slot.write(T::make(0));
        ring.consumer.close();
        assert!(matches!(ring.producer.force_push(T::make(8)), Err(PushError::Closed(_))));
    }
}

behaviour! {
    fn closed_is_told_when_nothing_can_be_committed_any_more(ring) {
        let mut slots: Vec<_> = (0..ring.capacity).map(|_| ring.producer.reserve().unwrap()).collect();
        ring.consumer.close();
        assert!(matches!(ring.producer.push(T::make(9)), Err(PushError::Closed(item)) if item.is(9)));
        assert_eq!(ring.producer.reserve().unwrap_err(), ReserveError::Closed);
        while let Some(slot) = slots.pop() {
            assert_eq!(ring.consumer.pop(), Err(PopError::Empty), "something may still come");
            assert_eq!((ring.consumer.state(), ring.producer.state()), (State::Closing, State::Closing));
            if slots.len() % 2 == 0 {
                slot.write(T::make(1));
                assert_eq!(ring.consumer.state(), State::Closing);
                assert!(ring.consumer.pop().unwrap().is(1));
            } else {
                slot.abandon();
            }
        }
        assert_eq!(ring.consumer.pop(), Err(PopError::Closed));
        assert_eq!((ring.consumer.state(), ring.producer.state()), (State::Closed, State::Closed));
    }
}
