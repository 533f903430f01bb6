//! The only folder that names an operating system.
//!
//! ```text
//!   shm    files in shared memory, by name        map    a file as memory
//!   lock   a byte that the kernel frees on death  futex  sleeping on a word, across processes
//!   clock  the time, cheaply                     mirror bytes that are mapped twice, back to back
//! ```
//! Nothing here knows what a ring is. Errors are [`std::io::Error`]s; the caller says what they mean.
#[cfg(feature = "ipc")]
pub(crate) mod clock;
#[cfg(feature = "ipc")]
pub(crate) mod futex;
#[cfg(feature = "ipc")]
pub(crate) mod lock;
#[cfg(feature = "ipc")]
pub(crate) mod map;
#[cfg(feature = "mirrored")]
pub(crate) mod mirror;
#[cfg(feature = "ipc")]
pub(crate) mod shm;
