//! What queues with many producers or consumers have in common: their ends, guards and rings, under the names that each queue gives
//! them.
//!
//! | here | for users |
//! |---|---|
//! | [`Producer`], [`Consumer`], [`Slot`], [`WriteGrant`], [`Claim`], [`ReadGrant`], [`Drain`], [`Ring`], [`Control`] | the same in [`mpmc`](crate::mpmc) and [`pool`](crate::pool), which has grants of its own |
//!
//! An end that may be had many times is `Clone` and `Sync`, and its operations take `&self`. The parameter `O` says what decides whose
//! a slot is, and so what the order is; `M` says which queue it is. Neither needs to be named: the queue does. Only where the order is
//! that of the reservations is anything ever *busy*.
pub(crate) mod consumer;
#[cfg(feature = "alloc")]
mod make;
pub(crate) mod producer;

pub use crate::memory::shared::{Control, Ring};
pub use crate::slots::runs::{ReadGrant, WriteGrant};
pub use crate::slots::shared::{Claim, Slot};
pub use consumer::{Consumer, Drain};
#[cfg(feature = "alloc")]
pub(crate) use make::{allocate, allocated};
pub use producer::Producer;
