//! Channels, all kinds of them: what the ends do, alone and on threads.
//!
//! ```text
//!   each     what every channel does            many     where there are many of an end
//!   permits  room that is held                credits the same, where it is counted
//!   slots    items that are written and read in place
//!   select   the first of several operations
//!   tasks    a runtime of its own that cancels every future at every poll
//!   turns    who gets on when there is little to share
//!   meeting  capacity 0, with threads; meeting_select, in selections; meeting_tasks, with tasks
//!   idle     what a thousand use that wait
//!   likewise what other channels do as well; arms: what their selections do
//! ```
#![cfg(feature = "std")]
#![allow(clippy::disallowed_types)]
#![allow(unused_mut)] // an end of which there is one is `mut` in each test, used so or not

#[path = "channel/arms.rs"]
mod arms;
#[path = "channel/credits.rs"]
mod credits;
#[path = "channel/each.rs"]
mod each;
#[cfg(target_os = "linux")]
#[path = "channel/idle.rs"]
mod idle;
#[path = "channel/items.rs"]
mod items;
#[path = "channel/kinds.rs"]
mod kinds;
#[path = "channel/likewise.rs"]
mod likewise;
#[path = "channel/many.rs"]
mod many;
#[path = "channel/meeting.rs"]
mod meeting;
#[path = "channel/meeting_select.rs"]
mod meeting_select;
#[path = "channel/meeting_tasks.rs"]
mod meeting_tasks;
#[path = "channel/permits.rs"]
mod permits;
#[path = "channel/select.rs"]
mod select;
#[path = "channel/slots.rs"]
mod slots;
#[path = "channel/tasks.rs"]
mod tasks;
#[path = "channel/turns.rs"]
mod turns;
