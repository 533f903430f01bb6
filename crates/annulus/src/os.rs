//! The only folder that names an operating system.
//!
//! ```text
//!   shm    files in shared memory, by name        map    a file as memory
//!   lock   a byte that the kernel frees on death  futex  sleeping on a word, across processes
//!   clock  the time, cheaply
//! ```
//! Nothing here knows what a ring is. Errors are [`std::io::Error`]s; the caller says what they mean.
pub(crate) mod clock;
pub(crate) mod futex;
pub(crate) mod lock;
pub(crate) mod map;
pub(crate) mod shm;
