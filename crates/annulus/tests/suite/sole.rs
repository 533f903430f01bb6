//! Both ends are one: what a guard had and did not use was never taken; peeks and batches.
use annulus::{PopError, PushError};

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
    fn a_batch_keeps_back_fewer_than_k_items_and_none_when_it_is_flushed_or_dropped(ring) {
        let mut batch = ring.producer.batch_every(3);
        let mut n = 0;
        while n < 7.min(ring.capacity as u64) {
            batch.push(T::make(n)).unwrap();
            n += 1;
            let hidden = n - ring.consumer.len() as u64;
            assert!(hidden < 3, "a look for room may show them earlier, but nothing later");
        }
        batch.flush();
        assert_eq!(ring.consumer.len() as u64, n);
        while batch.push(T::make(n)).is_ok() {
            n += 1;
        }
        assert_eq!(ring.consumer.len() as u64, n, "full: nothing is kept back");
        assert!(ring.consumer.pop().unwrap().is(0));
        while ring.consumer.pop().is_ok() {}
        batch.push(T::make(8)).unwrap();
        drop(batch);
        assert!(ring.consumer.pop().unwrap().is(8));
    }
}

behaviour! {
    fn items_of_a_forgotten_batch_come_with_the_next_push(ring) {
        let mut batch = ring.producer.batch();
        batch.push(T::make(0)).unwrap();
        std::mem::forget(batch);
        assert!(ring.consumer.is_empty());
        if ring.room() > 1 {
            ring.producer.push(T::make(1)).unwrap();
            assert_eq!(ring.consumer.len(), 2);
            assert!(ring.consumer.pop().unwrap().is(0));
            assert!(ring.consumer.pop().unwrap().is(1));
        } else {
            assert!(ring.producer.push(T::make(1)).unwrap_err().is_full());
            assert!(ring.consumer.pop().unwrap().is(0));
        }
        let mut batch = ring.producer.batch();
        batch.push(T::make(2)).unwrap();
        std::mem::forget(batch);
        ring.producer.close();
        assert!(ring.consumer.pop().unwrap().is(2));
    }
}

behaviour! {
    fn a_forgotten_slot_is_offered_again(ring) {
        #[allow(clippy::forget_non_drop)] // it may get a drop one day
        std::mem::forget(ring.producer.reserve().unwrap());
        assert_eq!(ring.consumer.pop(), Err(PopError::Empty));
        ring.fill(ring.capacity);
        assert_eq!(ring.consumer.drain().len(), ring.capacity);
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
    fn a_closed_producer_takes_no_batch_and_there_is_nothing_to_peek_at(ring) {
        ring.producer.close();
        assert!(ring.producer.batch().push(T::make(9)).unwrap_err().is_closed());
        assert!(ring.consumer.peek().is_none());
    }
}

behaviour! {
    fn debug_of_a_batch_shows_positions_and_not_contents(ring) {
        ring.fill(1);
        let batch = format!("{:?}", ring.producer.batch());
        assert!(batch.contains("committed") && !batch.contains("item 0"), "{batch}");
        assert_eq!(ring.consumer.skip(9), 1);
    }
}
