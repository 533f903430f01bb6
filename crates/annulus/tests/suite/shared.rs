//! Ends that are many, whatever the order is.
use annulus::PopError;

#[path = "beside_many.rs"]
mod beside_many;
#[path = "many_consumers.rs"]
mod many_consumers;
#[path = "many_producers.rs"]
mod many_producers;

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
