//! Being asked to stop.
use crate::failure::{Failure, Result};
use rustix::process::{Pid, Signal, getppid, set_parent_process_death_signal};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// Calls `then`, from a thread of its own, for each signal that asks us to stop.
pub(crate) fn on_each(then: impl Fn(i32) + Send + 'static) -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])
        .map_err(|error| Failure::io(&error, "cannot listen to signals", "report this"))?;
    std::thread::spawn(move || signals.forever().for_each(then));
    Ok(())
}

/// What to say, and the exit code of a program that stopped for `signal`.
pub(crate) fn failure(signal: i32) -> Failure {
    let code = u8::try_from(128 + signal).unwrap_or(u8::MAX);
    Failure::new(code, format!("interrupted by signal {signal}"), "nothing is left behind")
}

/// Lets the system kill this process when its parent ends, however that happens.
pub(crate) fn die_with(parent: i32) -> Result<()> {
    let orphan = || Failure::failed("the parent process is gone", "use `annulus demo`");
    set_parent_process_death_signal(Some(Signal::KILL)).map_err(|_| orphan())?;
    // It may have ended before we asked.
    if getppid() == Pid::from_raw(parent) { Ok(()) } else { Err(orphan()) }
}
