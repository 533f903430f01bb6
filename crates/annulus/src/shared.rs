//! What queues with many producers or consumers have in common: their ends, guards and rings, under the names that each queue gives
//! them.
//!
//! | here | for users |
//! |---|---|
//! | [`Producer`], [`Slot`], [`WriteGrant`] | the same in [`mpmc`](crate::mpmc), [`mpsc`](crate::mpsc) and [`pool`](crate::pool), which has grants of its own |
//! | [`Consumer`], [`Claim`], [`ReadGrant`], [`Drain`] | the same in [`mpmc`](crate::mpmc), [`spmc`](crate::spmc) and [`pool`](crate::pool) |
//! | [`Ring`], [`Control`] | the same in all four; [`Buffer`](crate::records::Buffer) and `Control` in [`records`](crate::records), whose ends are its own |
//!
//! An end that may be had many times is `Clone` and `Sync`, and its operations take `&self`; of an end that there is once, they take
//! `&mut self`, and its guards are those of [`spsc`](crate::spsc). The parameter `O` says what decides whose
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
