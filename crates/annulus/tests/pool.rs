//! What a pool does, for every ring.
#[macro_use]
mod suite;
#[path = "suite/pool.rs"]
mod queue;

#[path = "suite/by_commit.rs"]
mod by_commit;
#[path = "suite/life.rs"]
mod life;
#[path = "suite/many.rs"]
mod many;
#[path = "suite/one.rs"]
mod one;
#[path = "suite/shared.rs"]
mod shared;
