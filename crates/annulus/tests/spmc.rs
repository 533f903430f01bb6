//! What a ring between one producer and any number of consumers does, for every ring.
#[macro_use]
mod suite;
#[path = "suite/spmc.rs"]
mod queue;

#[path = "suite/beside_many.rs"]
mod beside_many;
#[path = "suite/exact.rs"]
mod exact;
#[path = "suite/in_turn_consumers.rs"]
mod in_turn_consumers;
#[path = "suite/life.rs"]
mod life;
#[path = "suite/many.rs"]
mod many;
#[path = "suite/many_consumers.rs"]
mod many_consumers;
#[path = "suite/one.rs"]
mod one;
#[path = "suite/sole_producer.rs"]
mod sole_producer;
