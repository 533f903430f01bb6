//! There is one consumer: what a guard of it had and did not use was never taken; peeks.
use annulus::PushError;

behaviour! {
    fn peeking_shows_the_oldest_item_and_leaves_it(ring) {
        assert!(ring.consumer.peek().is_none());
        ring.fill(ring.capacity);
        for n in 0..ring.capacity as u64 {
            assert!(ring.consumer.peek().unwrap().is(n));
            assert!(ring.consumer.peek().unwrap().is(n));
            assert_eq!(ring.consumer.len(), ring.capacity - n as usize);
            assert!(ring.consumer.pop().unwrap().is(n));
        }
        assert!(ring.consumer.peek().is_none());
    }
}

behaviour! {
    fn what_is_written_through_a_peek_is_popped(ring) {
        ring.fill(1);
        ring.consumer.peek_mut().unwrap().set(77);
        assert!(ring.consumer.pop().unwrap().is(77));
    }
}

behaviour! {
    fn a_forgotten_claim_or_grant_is_offered_again(ring) {
        ring.fill(ring.capacity);
        std::mem::forget(ring.consumer.claim().unwrap());
        std::mem::forget(ring.consumer.claim_up_to(usize::MAX).unwrap());
        for n in 0..ring.capacity as u64 {
            assert!(ring.consumer.pop().unwrap().is(n));
        }
    }
}

behaviour! {
    fn overwriting_is_busy_while_the_oldest_item_is_claimed_or_peeked_at(ring) {
        ring.producer.force_push(T::make(0)).unwrap();
        ring.consumer.pop().unwrap();
        assert!(ring.consumer.pop().is_err());
        let room = ring.producer.vacant() as u64;
        for n in 0..room {
            ring.producer.push(T::make(n)).unwrap();
        }
        let mut claim = ring.consumer.claim().unwrap();
        let refused = ring.producer.force_push(T::make(100)).unwrap_err();
        assert!(matches!(refused, PushError::Busy(item) if item.is(100)));
        assert!(claim.is(0));
        claim.set(1);
        std::mem::forget(claim);
        assert!(matches!(ring.producer.force_push(T::make(100)), Err(PushError::Busy(_))));
        assert!(ring.consumer.peek().unwrap().is(1));
        assert!(matches!(ring.producer.force_push(T::make(100)), Err(PushError::Busy(_))));
        assert!(ring.consumer.pop().unwrap().is(1));
        assert!(ring.producer.force_push(T::make(room)).unwrap().is_none());
        if room > 1 {
            assert!(ring.producer.force_push(T::make(room + 1)).unwrap().unwrap().is(1));
        }
    }
}

behaviour! {
    fn a_read_grant_is_read_written_and_released_in_parts(ring) {
        ring.fill(ring.capacity);
        let mut grant = ring.consumer.claim_many(ring.capacity).unwrap();
        let (first, second) = grant.as_slices();
        assert!(first.iter().chain(second).enumerate().all(|(n, item)| item.is(n as u64)));
        let (first, second) = grant.as_mut_slices();
        for (n, item) in first.iter_mut().chain(second).enumerate() {
            item.set(n as u64 + 7);
        }
        let half = ring.capacity / 2;
        grant.release(half);
        let grant = ring.consumer.claim_up_to(usize::MAX).unwrap();
        assert_eq!(grant.len(), ring.capacity - half);
        drop(grant); // releases nothing
        assert_eq!(ring.consumer.len(), ring.capacity - half);
        let mut items = ring.consumer.claim_up_to(usize::MAX).unwrap().into_iter();
        assert!(items.next().unwrap().is(half as u64 + 7));
        drop(items);
        assert_eq!(ring.consumer.len(), ring.capacity - half - 1);
    }
}

behaviour! {
    fn an_iterator_over_claimed_items_has_taken_what_it_gave_however_it_goes(ring) {
        ring.fill(ring.capacity);
        let mut items = ring.consumer.claim_many(ring.capacity).unwrap().into_iter();
        assert_eq!(items.len(), ring.capacity);
        assert!(items.next().unwrap().is(0));
        assert_eq!(items.len(), ring.capacity - 1);
        std::mem::forget(items);
        assert_eq!(ring.consumer.len(), ring.capacity - 1);
        let mut next = 1;
        if let Ok(grant) = ring.consumer.claim_up_to(usize::MAX) {
            for item in grant {
                assert!(item.is(next));
                next += 1;
            }
        }
        assert_eq!(next, ring.capacity as u64);
        assert!(ring.consumer.is_empty() && ring.consumer.peek().is_none());
        ring.fill(ring.capacity); // the slots are back
        assert_eq!(ring.consumer.skip(usize::MAX), ring.capacity);
    }
}

behaviour! {
    fn a_release_of_none_or_of_too_many_releases_none(ring) {
        ring.fill(ring.capacity);
        ring.consumer.claim_many(ring.capacity).unwrap().release(0);
        assert_eq!(ring.consumer.len(), ring.capacity);
        let refused = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            ring.consumer.claim_up_to(usize::MAX).unwrap().release(ring.capacity + 1);
        }));
        assert!(refused.is_err());
        assert_eq!(ring.consumer.len(), ring.capacity);
        std::mem::forget(ring.consumer.claim_many(ring.capacity).unwrap());
        ring.consumer.claim_many(0).unwrap().release(0);
        for n in 0..ring.capacity as u64 {
            assert!(ring.consumer.pop().unwrap().is(n));
        }
    }
}
