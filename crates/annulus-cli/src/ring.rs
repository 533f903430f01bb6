//! The library's errors in the program's words, and the options both ends of the demo share.
use crate::demo::Plan;
use crate::failure::{Failure, Result, code};
use annulus::ipc::{self, Options, RecvError, SendError};
use std::time::Duration;

impl From<ipc::Error> for Failure {
    fn from(error: ipc::Error) -> Self {
        let code = match error {
            ipc::Error::BadName { .. } | ipc::Error::Capacity { .. } => code::USAGE,
            _ => code::FAILED,
        };
        // The library speaks as we do: what happened, a colon, what to do.
        let text = error.to_string();
        let (what, todo) = text.rsplit_once(": ").unwrap_or((&text, "see `annulus ls`"));
        Failure::new(code, what, todo)
    }
}

/// Why nothing could be sent.
pub(crate) fn sending<T>(error: SendError<T>) -> Failure {
    match error {
        SendError::Timeout(_) => timed_out(),
        SendError::Closed(_) => closed_early(),
        SendError::PeerDied { pid, .. } => peer_died("receiver", pid),
        _ => damaged(),
    }
}

/// What was received; none at the end of the stream.
pub(crate) fn received<T>(outcome: Result<T, RecvError>) -> Result<Option<T>> {
    match outcome {
        Ok(received) => Ok(Some(received)),
        Err(RecvError::Closed) => Ok(None),
        Err(RecvError::Timeout) => Err(timed_out()),
        Err(RecvError::PeerDied { pid }) => Err(peer_died("sender", pid)),
        Err(_) => Err(damaged()),
    }
}

pub(crate) fn timed_out() -> Failure {
    Failure::new(code::TIMED_OUT, "timed out: the other end did nothing", "start it, or allow more time")
}

pub(crate) fn closed_early() -> Failure {
    Failure::failed("the receiver stopped before the end", "see what it says, and start both ends again")
}

pub(crate) fn peer_died(who: &str, pid: u32) -> Failure {
    let what = format!("the {who} (process {pid}) died before the end");
    Failure::new(code::PEER_DIED, what, "start both ends again")
}

fn damaged() -> Failure {
    Failure::failed("the ring is damaged: the other end's position is impossible", "start both ends again")
}

/// How both ends of the demo wait.
pub(crate) fn demo_options(plan: &Plan) -> Options {
    Options::new().spin(Duration::from_micros(plan.spin_us))
}

/// A ring that has a name until this is dropped.
pub(crate) struct Name(String);

impl Name {
    /// Makes the ring of the demo.
    pub(crate) fn create(plan: &Plan) -> Result<Self> {
        let Some(bytes) = plan.size.checked_mul(plan.capacity) else {
            let what = format!("--capacity {}: more than memory has addresses", plan.capacity);
            return Err(Failure::usage(what, "give fewer"));
        };
        demo_options(plan).capacity(bytes).create::<u8>(&plan.ring)?;
        Ok(Self(plan.ring.clone()))
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        // Somebody may have been before us: what counts is that it is gone.
        let _ = ipc::unlink(&self.0);
    }
}
