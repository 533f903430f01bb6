//! Both ends are one: batches.
#[path = "sole_consumer.rs"]
mod consumer;
#[path = "sole_producer.rs"]
mod producer;

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
    fn debug_of_a_batch_shows_positions_and_not_contents(ring) {
        ring.fill(1);
        let batch = format!("{:?}", ring.producer.batch());
        assert!(batch.contains("committed") && !batch.contains("item 0"), "{batch}");
        assert_eq!(ring.consumer.skip(9), 1);
    }
}

behaviour! {
    fn a_closed_producer_takes_no_batch_and_there_is_nothing_to_peek_at(ring) {
        ring.producer.close();
        assert!(ring.producer.batch().push(T::make(9)).unwrap_err().is_closed());
        assert!(ring.consumer.peek().is_none());
    }
}
