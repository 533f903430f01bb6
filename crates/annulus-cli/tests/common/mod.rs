//! What the tests of the program share.
#![allow(dead_code, clippy::disallowed_types)] // no test file uses all of it; a counter needs no model
use rustix::process::{Pid, Signal, kill_process};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// More than anything here takes on a slow and busy machine.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// The program, with nothing to read unless a test gives it something.
pub(crate) fn annulus() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_annulus"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the program to its end.
pub(crate) fn run<const N: usize>(args: [&str; N]) -> Output {
    finish(annulus().args(args).spawn().unwrap())
}

/// Waits for the end of a process, and fails the test if that does not come.
pub(crate) fn finish(mut child: Child) -> Output {
    let pid = child.id();
    let (done, is_done) = std::sync::mpsc::channel::<()>();
    let watchdog = std::thread::spawn(move || {
        let stuck = is_done.recv_timeout(LIMIT) == Err(std::sync::mpsc::RecvTimeoutError::Timeout);
        if stuck {
            kill(pid, Signal::KILL);
        }
        stuck
    });
    drop(child.stdin.take());
    let output = child.wait_with_output().unwrap();
    drop(done);
    assert!(!watchdog.join().unwrap(), "still running after {LIMIT:?}: {output:?}");
    output
}

pub(crate) fn kill(pid: u32, signal: Signal) {
    let _ = kill_process(Pid::from_raw(pid as i32).unwrap(), signal);
}

/// Waits until something is so.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < LIMIT, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn last_line(output: &Output) -> String {
    stdout(output).lines().last().unwrap_or_default().to_owned()
}

/// What the program complained about: exactly one line that begins with its name, and says two things.
pub(crate) fn complaint(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.starts_with("annulus: ") && text.ends_with('\n'), "{text:?}");
    assert_eq!(text.lines().count(), 1, "{text:?}");
    assert!(text.trim_start_matches("annulus: ").contains(": "), "what to do is missing: {text:?}");
    text
}

/// Asserts how a run failed, and with which words.
#[track_caller]
pub(crate) fn assert_fails(output: &Output, code: i32, words: &[&str]) {
    let complaint = complaint(output);
    assert_eq!(output.status.code(), Some(code), "{complaint}");
    for word in words {
        assert!(complaint.contains(word), "{word:?} is not in {complaint:?}");
    }
}

#[track_caller]
pub(crate) fn assert_ok(output: &Output) {
    assert!(output.status.success(), "{:?}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
}

/// A name that no other test uses; what has it is removed when the test ends.
pub(crate) struct Name(pub(crate) String);

impl Name {
    pub(crate) fn new() -> Self {
        Self(format!("test-{}-{}", std::process::id(), number()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The ring's file.
    pub(crate) fn file(&self) -> PathBuf {
        Path::new("/dev/shm").join(format!("annulus.{}", self.0))
    }

    pub(crate) fn exists(&self) -> bool {
        self.file().exists()
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(self.file());
    }
}

/// A folder that is removed when the test ends.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        let path = std::env::temp_dir().join(format!("annulus-test-{}-{}", std::process::id(), number()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A file of bytes without a pattern.
    pub(crate) fn file(&self, name: &str, len: usize) -> PathBuf {
        let path = self.join(name);
        std::fs::write(&path, noise(len)).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Bytes without a pattern, always the same.
pub(crate) fn noise(len: usize) -> Vec<u8> {
    let mut word = 1_u64;
    let mut next = || {
        word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (word >> 56) as u8
    };
    (0..len).map(|_| next()).collect()
}

fn number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// How a child ended, without waiting.
pub(crate) fn ended(child: &mut Child) -> Option<ExitStatus> {
    child.try_wait().unwrap()
}

/// The processes whose parent is `pid`, with their arguments.
pub(crate) fn children(pid: u32) -> Vec<(u32, String)> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|&child| parent(child) == Some(pid))
        .map(|child| {
            let args = std::fs::read(format!("/proc/{child}/cmdline")).unwrap_or_default();
            (child, String::from_utf8_lossy(&args).into_owned())
        })
        .collect()
}

fn parent(pid: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // pid (name) state parent ...; the name may hold anything
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}
