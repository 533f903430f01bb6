//! For the tests of `annulus::ipc`: rings that go away with the test, and children that run this very binary.
#![allow(dead_code, unreachable_pub, clippy::disallowed_types)] // a counter of names is no protocol
use annulus::ipc;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A name that no other test has; what it names is removed at the end.
pub struct Name(pub String);

impl Name {
    pub fn new(about: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        Self(format!("test-{}-{next}-{about}", std::process::id()))
    }

    pub fn path(&self) -> String {
        format!("/dev/shm/annulus.{}", self.0)
    }
}

impl std::ops::Deref for Name {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(self.path());
    }
}

const ROLE: &str = "ANNULUS_TEST_ROLE";

/// A process of its own, which does not outlive the test.
pub struct Peer(pub Child);

impl Peer {
    /// Runs the test `child` of this binary, which finds `role` and `args` in [`role`].
    pub fn start(role: &str, args: &[&str]) -> Self {
        let words: Vec<&str> = [role].iter().chain(args).copied().collect();
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--nocapture", "--test-threads=1"])
            .env(ROLE, words.join(" "))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }

    pub fn pid(&self) -> u32 {
        self.0.id()
    }

    /// `kill -9`, and waits until it is dead.
    pub fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// Waits until it is done, which must be well.
    pub fn done(mut self) {
        let status = self.0.wait().unwrap();
        assert!(status.success(), "the child failed: {status}");
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What this process was started to be; nothing in the test runner itself.
pub fn role() -> Option<Vec<String>> {
    let words = std::env::var(ROLE).ok()?;
    Some(words.split(' ').map(str::to_owned).collect())
}

pub fn open(name: &str) -> ipc::Queue<u64> {
    ipc::Options::new().open(name).unwrap()
}

pub fn create(name: &str, capacity: usize) -> ipc::Queue<u64> {
    ipc::Options::new().capacity(capacity).create(name).unwrap()
}

/// Looks at the ring until it is as wanted.
pub fn until(name: &str, mut wanted: impl FnMut(&ipc::Stat) -> bool) -> ipc::Stat {
    let begun = Instant::now();
    loop {
        let stat = ipc::inspect(name).unwrap();
        if wanted(&stat) {
            return stat;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "never came: {stat:?}");
        std::thread::sleep(Duration::from_millis(1));
    }
}
