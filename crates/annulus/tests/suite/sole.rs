//! Both ends are one.
#[path = "sole_consumer.rs"]
mod consumer;
#[path = "sole_producer.rs"]
mod producer;

behaviour! {
    fn there_is_nothing_to_peek_at_once_the_producer_has_closed(ring) {
        ring.producer.close();
        assert!(ring.consumer.peek().is_none());
    }
}
