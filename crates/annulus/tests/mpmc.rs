//! What a ring between any number of producers and consumers does, for every ring.
#[macro_use]
mod suite;
#[path = "suite/mpmc.rs"]
mod queue;

#[path = "suite/exact.rs"]
mod exact;
#[path = "suite/in_turn.rs"]
mod in_turn;
#[path = "suite/life.rs"]
mod life;
#[path = "suite/many.rs"]
mod many;
#[path = "suite/one.rs"]
mod one;
#[path = "suite/shared.rs"]
mod shared;
