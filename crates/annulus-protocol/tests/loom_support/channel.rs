//! `annulus::channel`, over a ring that a model checks.

#[path = "../../../annulus/src/channel/attempt.rs"]
mod attempt;
#[path = "../../../annulus/src/channel/core.rs"]
mod core;
#[path = "ends.rs"]
mod ends;
#[path = "../../../annulus/src/channel/error.rs"]
mod error;
#[path = "../../../annulus/src/channel/party.rs"]
mod party;

// What attempts say of themselves in their documents.
#[allow(unused_imports)]
use {self::attempt::Wait as SendFuture, self::attempt::Wait as RecvFuture};

pub(crate) use self::attempt::{Putting, Taking};
pub(crate) use self::core::{Core, Receiving};
pub(crate) use self::ends::{Both, End, Ends, Inlet};
pub(crate) use self::error::{RecvError, SendError};
