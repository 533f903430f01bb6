//! What a ring between any number of producers and one consumer does, for every ring.
#[macro_use]
mod suite;
#[path = "suite/mpsc.rs"]
mod queue;

#[path = "suite/beside_many.rs"]
mod beside_many;
#[path = "suite/exact.rs"]
mod exact;
#[path = "suite/in_turn_producers.rs"]
mod in_turn_producers;
#[path = "suite/life.rs"]
mod life;
#[path = "suite/many.rs"]
mod many;
#[path = "suite/many_producers.rs"]
mod many_producers;
#[path = "suite/one.rs"]
mod one;
#[path = "suite/sole_consumer.rs"]
mod sole_consumer;
