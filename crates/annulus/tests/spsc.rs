//! What a ring between one producer and one consumer does, for every ring.
#[macro_use]
mod suite;
#[path = "suite/spsc.rs"]
mod queue;

#[path = "suite/exact.rs"]
mod exact;
#[path = "suite/life.rs"]
mod life;
#[path = "suite/many.rs"]
mod many;
#[path = "suite/one.rs"]
mod one;
#[path = "suite/sole.rs"]
mod sole;
