//! Running other programs: quietly, with a limit, keeping what they say.
use anyhow::{Context as _, Result, bail};
use std::ffi::OsStr;
use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// A program, its arguments and its surroundings.
pub(crate) struct Run {
    command: Command,
    said: String,
    limit: Duration,
}

/// How a program ended, and all that it printed, in the order in which it did.
pub(crate) struct Ended {
    pub(crate) output: String,
    /// `None` when it ran past its limit and was killed.
    pub(crate) status: Option<ExitStatus>,
}

impl Ended {
    pub(crate) fn is_success(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }
}

impl Run {
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(&program);
        command.current_dir(super::places::root()).stdin(Stdio::null());
        let said = program.as_ref().to_string_lossy().into_owned();
        Self { command, said, limit: Duration::from_secs(20 * 60) }
    }

    /// `cargo`, with arguments separated by spaces.
    pub(crate) fn cargo(arguments: &str) -> Self {
        // Whoever calls us may have set these for themselves; a check sets its own.
        let mut run = Self::new("cargo").args(arguments);
        for name in ["RUSTFLAGS", "RUSTDOCFLAGS", "CARGO_TARGET_DIR", "CARGO_BUILD_TARGET"] {
            run.command.env_remove(name);
        }
        run
    }

    /// `cargo test`, with arguments separated by spaces. Most is compiled once, and nobody debugs it.
    pub(crate) fn tests(arguments: &str) -> Self {
        let mut run = Self::cargo("test").args(arguments);
        for name in ["CARGO_INCREMENTAL", "CARGO_PROFILE_DEV_DEBUG", "CARGO_PROFILE_RELEASE_DEBUG"] {
            run.command.env(name, "0");
        }
        run
    }

    /// Arguments separated by spaces.
    pub(crate) fn args(mut self, arguments: &str) -> Self {
        for argument in arguments.split_whitespace() {
            self = self.arg(argument);
        }
        self
    }

    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.said = format!("{} {}", self.said, argument.as_ref().to_string_lossy());
        self.command.arg(argument);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.said = format!("{name}='{}' {}", value.as_ref().to_string_lossy(), self.said);
        self.command.env(name, value);
        self
    }

    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub(crate) fn limit(mut self, seconds: u64) -> Self {
        self.limit = Duration::from_secs(seconds);
        self
    }

    /// What somebody would type to run it.
    pub(crate) fn said(&self) -> &str {
        &self.said
    }

    /// Runs it, keeping what it prints.
    pub(crate) fn quietly(mut self) -> Result<Ended> {
        let (mut from, into) = std::io::pipe()?;
        self.command.stdout(into.try_clone()?).stderr(into);
        let mut child = self.command.spawn().with_context(|| format!("cannot run `{}`", self.said))?;
        // The command holds the writing ends: while it lives, the pipe does not end.
        drop(self.command);
        let (done, wait) = mpsc::channel();
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = from.read_to_end(&mut bytes);
            let _ = done.send(bytes);
        });
        let status = wait_or_kill(&mut child, self.limit)?;
        // A grandchild may hold the pipe open after its parent's end; what it says then is of no interest.
        let bytes = wait.recv_timeout(Duration::from_secs(5)).unwrap_or_default();
        let mut output = String::from_utf8_lossy(&bytes).into_owned();
        if status.is_none() {
            output += &format!("\nkilled after {} seconds\n", self.limit.as_secs());
        }
        Ok(Ended { output, status })
    }

    /// Runs it with our own output.
    pub(crate) fn aloud(mut self) -> Result<bool> {
        let status = self.command.status().with_context(|| format!("cannot run `{}`", self.said))?;
        Ok(status.success())
    }

    /// What it prints; an error if it fails.
    pub(crate) fn read(self) -> Result<String> {
        let said = self.said.clone();
        let ended = self.quietly()?;
        if !ended.is_success() {
            bail!("`{said}` failed:\n{}", ended.output);
        }
        Ok(ended.output)
    }
}

/// Whether `program` is on the PATH.
pub(crate) fn is_there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn wait_or_kill(child: &mut Child, limit: Duration) -> Result<Option<ExitStatus>> {
    let started = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if started.elapsed() > limit {
            kill_with_descendants(child.id());
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

/// Children first would let a parent start more of them. The process group is not used, so that Ctrl-C reaches all.
fn kill_with_descendants(id: u32) {
    let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
    let _ = Command::new("kill").args(["-9", &id.to_string()]).status();
    for child in children.split_whitespace().filter_map(|child| child.parse().ok()) {
        kill_with_descendants(child);
    }
}
