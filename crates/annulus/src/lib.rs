//! Bounded ring queues, from a `static` on a microcontroller to shared memory between processes.
#![cfg_attr(not(feature = "std"), no_std)]
