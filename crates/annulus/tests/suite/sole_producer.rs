//! There is one producer: what a guard of it had and did not use was never taken. Batches.
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
        assert!(ring.consumer.is_empty() || ring.room() == 1, "all the room there was may be shown at once");
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
    fn debug_of_a_batch_shows_positions_and_not_contents(ring) {
        ring.fill(1);
        let batch = format!("{:?}", ring.producer.batch());
        assert!(batch.contains(crate::queue::KIND.positions[0]) && !batch.contains("item 0"), "{batch}");
        assert_eq!(ring.consumer.skip(9), 1);
    }
}

behaviour! {
    fn a_closed_producer_takes_no_batch(ring) {
        ring.producer.close();
        assert!(ring.producer.batch().push(T::make(9)).unwrap_err().is_closed());
    }
}

behaviour! {
    fn a_batch_goes_round_the_ring_whatever_its_length(ring) {
        let (mut sent, mut got) = (0, 0);
        for every in [1, 2, 3, 5, 64, usize::MAX] {
            let mut batch = ring.producer.batch_every(every);
            for _ in 0..3 * ring.capacity.min(70) {
                match batch.push(T::make(sent)) {
                    Ok(()) => sent += 1,
                    Err(full) => {
                        assert!(full.is_full() && full.into_inner().is(sent), "it comes back");
                        assert!(ring.consumer.pop().unwrap().is(got));
                        got += 1;
                    }
                }
            }
            drop(batch);
            while got < sent {
                assert!(ring.consumer.pop().unwrap().is(got));
                got += 1;
            }
            assert_eq!(ring.consumer.pop(), Err(PopError::Empty));
        }
    }
}

behaviour! {
    fn what_a_batch_has_not_shown_takes_its_room(ring) {
        let room = ring.producer.vacant();
        let mut batch = ring.producer.batch_every(usize::MAX);
        batch.push(T::make(0)).unwrap();
        std::mem::forget(batch);
        assert_eq!(ring.producer.vacant(), room - 1);
        drop(ring.producer);
        assert!(ring.consumer.pop().unwrap().is(0), "the producer has shown it before it went");
        assert_eq!(ring.consumer.pop(), Err(PopError::Closed));
    }
}

#[test]
#[should_panic(expected = "at least 1")]
fn a_batch_of_none_is_refused() {
    let (mut producer, _consumer) = crate::queue::ring::<u8>(4);
    let _batch = producer.batch_every(0);
}
