//! Rings in memory that processes share (Linux).
//!
//! A ring has a name. One process at a time has its writing end and one its reading end, as a [`Producer`] and a
//! [`Consumer`], which never wait, or a [`Sender`] and a [`Receiver`], which may. It outlives them all, until
//! [`unlink`] takes its name away.
//!
//! ```
//! use annulus::ipc;
//! # let name = &format!("doc-{}", std::process::id());
//! let queue = ipc::Options::new().capacity(64).create::<u64>(name)?;
//! let mut sender = queue.sender()?;
//!
//! // in another process:
//! let mut receiver = ipc::Options::new().open::<u64>(name)?.receiver()?;
//!
//! sender.send(7)?;
//! assert_eq!(receiver.recv(), Ok(7));
//! drop(sender);
//! assert_eq!(receiver.recv(), Err(ipc::RecvError::Closed));
//! ipc::unlink(name)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # When the other side stops
//! - It *drops its end*: the ring closes. The reader takes what is left and then finds `Closed`; the writer finds it at
//!   the latest when the ring is full. Whoever takes that end next opens it again.
//! - It *dies*, by `kill -9` or otherwise: the kernel says so, within 100 ms to whoever waits. What was committed is
//!   delivered; what was not never existed; what was not released is delivered again, to the next reader. The
//!   survivor finds `PeerDied`, and goes on as soon as somebody takes the dead one's end over.
//! - It is *stopped* (a debugger, `SIGSTOP`): that is not death. The end stays taken, and the survivor waits.
//! - It has *not come yet*: the survivor waits.
//!
//! # Whom you trust
//! Nothing that a peer writes into the memory leads to undefined behaviour, a panic, or an access out of bounds in this
//! process: what is impossible is [`Error::Corrupt`]. Elements are copied in and out, and any bytes make an element
//! ([`Plain`]); so a hostile peer can send nonsense, no more. Two things remain: a peer that may write to the file may
//! also cut it short, and this process then gets `SIGBUS` at its next access; and it may wake or stall, but not mislead,
//! a thread that waits. Keep the mode at `0o600` unless you need more.
//!
//! # Fork
//! Descriptors are closed by `exec`. A child that forks and does not `exec` shares its parent's ends: the child must not use
//! them, and their seats are given back when both processes have gone.
//!
//! `docs/layout.md` in the repository describes the memory, for other languages.
mod consumer;
mod error;
mod grant;
mod layout;
mod name;
mod options;
mod outcome;
mod producer;
mod queue;
mod receiver;
mod segment;
mod sender;
mod sitting;
mod stat;
mod wait;

pub use consumer::Consumer;
pub use error::{Element, Error};
pub use grant::{ReadGrant, WriteGrant};
pub use name::{list, unlink};
pub use options::Options;
pub use outcome::{GrantError, PopError, PushError, RecvError, SendError};
pub use producer::Producer;
pub use queue::Queue;
pub use receiver::Receiver;
pub use sender::Sender;
pub use stat::{EndStat, Stat, inspect};
pub use zerocopy;

/// What may go through a ring between processes: any bytes make one, it is nothing but bytes, and copying it is harmless.
/// Nothing implements it by hand:
///
/// ```
/// use annulus::ipc::zerocopy::{self, FromBytes, Immutable, IntoBytes};
///
/// #[derive(Clone, Copy, FromBytes, IntoBytes, Immutable)]
/// #[zerocopy(crate = "annulus::ipc::zerocopy")]
/// #[repr(C)]
/// struct Reading {
///     at_ns: u64,
///     volts: f32,
///     channel: u32,
/// }
/// fn can_be_sent<T: annulus::ipc::Plain>() {}
/// can_be_sent::<Reading>();
/// ```
pub trait Plain:
    zerocopy::FromBytes + zerocopy::IntoBytes + zerocopy::Immutable + Copy + Send + 'static
{
}

impl<T> Plain for T where
    T: zerocopy::FromBytes + zerocopy::IntoBytes + zerocopy::Immutable + Copy + Send + 'static
{
}
