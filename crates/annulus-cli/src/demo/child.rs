//! A child process of the demo, as its parent has it.
use super::plan::{Line, Plan};
use serde_json::from_str;
use std::fmt;
use std::io::{self, BufRead, BufReader};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{self, Command, Stdio};
use std::sync::mpsc::Sender;

/// What a child does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Producer,
    Consumer,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Role::Producer => "producer",
            Role::Consumer => "consumer",
        })
    }
}

/// What the parent waits for.
#[derive(Debug)]
pub(super) enum Event {
    /// A child said something.
    Said(Role, Line),
    /// A child will say no more.
    Ended(Role),
    /// Somebody wants us to stop.
    Signal(i32),
}

/// How a child ended.
#[derive(Debug)]
pub(super) enum Ended {
    Exited(i32),
    Killed(i32),
}

pub(super) struct Child(process::Child);

impl Child {
    /// Starts this program again, as `role`. What it says becomes events.
    pub(super) fn start(role: Role, plan: &Plan, input: Stdio, events: Sender<Event>) -> io::Result<Self> {
        // The running program itself, even if its file was replaced meanwhile.
        let mut child = Command::new("/proc/self/exe")
            .arg0("annulus")
            .arg(format!("__{role}"))
            .arg(serde_json::to_string(plan).expect("plain data"))
            .stdin(input)
            .stdout(Stdio::piped())
            .process_group(0) // a Ctrl-C is for the parent, which then stops the children in good order
            .spawn()?;
        let said = child.stdout.take().expect("piped");
        std::thread::spawn(move || {
            for line in BufReader::new(said).lines().map_while(Result::ok) {
                if let Ok(line) = from_str(&line) {
                    let _ = events.send(Event::Said(role, line));
                }
            }
            let _ = events.send(Event::Ended(role));
        });
        Ok(Self(child))
    }

    pub(super) fn pid(&self) -> u32 {
        self.0.id()
    }

    /// Waits for the end of a child that says no more.
    pub(super) fn wait(mut self) -> Ended {
        match self.0.wait() {
            Ok(status) => match status.signal() {
                Some(signal) => Ended::Killed(signal),
                None => Ended::Exited(status.code().unwrap_or(0)),
            },
            Err(_) => Ended::Exited(0), // somebody else has waited for it
        }
    }

    /// Stops the child at once.
    pub(super) fn kill(mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
