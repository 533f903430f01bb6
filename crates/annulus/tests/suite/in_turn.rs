//! Ends that are many, where the order is that of the reservations: later items wait behind a slot that somebody has.
use annulus::PushError;

#[path = "in_turn_consumers.rs"]
mod consumers;
#[path = "in_turn_producers.rs"]
mod producers;

behaviour! {
    fn force_push_takes_the_oldest_out_when_full(ring) {
        for n in 0..3 * ring.capacity as u64 {
            let oldest = ring.producer.force_push(T::make(n)).unwrap();
            match n.checked_sub(ring.capacity as u64) {
                None => assert!(oldest.is_none()),
                Some(evicted) => assert!(oldest.unwrap().is(evicted)),
            }
        }
        for n in 2 * ring.capacity as u64..3 * ring.capacity as u64 {
            assert!(ring.consumer.pop().unwrap().is(n));
        }
        let slot = ring.producer.reserve().unwrap();
        ring.producer.push_iter((1..).map(T::make));
        assert!(matches!(ring.producer.force_push(T::make(7)), Err(PushError::Busy(_))), "the oldest is being written");
        slot.write(T::make(0));
        let claim = ring.consumer.claim().unwrap();
        assert!(matches!(ring.producer.force_push(T::make(7)), Err(PushError::Busy(_))), "the oldest is being read");
        drop(claim);
        assert!(ring.producer.force_push(T::make(7)).unwrap().is_none());
        ring.consumer.close();
        assert!(matches!(ring.producer.force_push(T::make(8)), Err(PushError::Closed(_))));
    }
}
