//! What queues with many producers or consumers have in common: their ends, guards and rings, under the names that each queue gives
//! them.
//!
//! | here | for users |
//! |---|---|
//! | [`Producer`], [`Consumer`], [`Slot`], [`WriteGrant`], [`Claim`], [`ReadGrant`], [`Drain`], [`Ring`], [`Control`] | the same in [`mpmc`](crate::mpmc) |
//!
//! An end that may be had many times is `Clone` and `Sync`, and its operations take `&self`. The parameter `O` says what decides whose
//! a slot is, and so what the order is; `M` says which queue it is. Neither needs to be named: the queue does.
mod consumer;
#[cfg(feature = "alloc")]
mod make;
mod producer;

pub use crate::memory::shared::{Control, Ring};
pub use crate::slots::runs::{ReadGrant, WriteGrant};
pub use crate::slots::shared::{Claim, Slot};
pub use consumer::{Consumer, Drain};
#[cfg(feature = "alloc")]
pub(crate) use make::{allocate, allocated};
pub use producer::Producer;
