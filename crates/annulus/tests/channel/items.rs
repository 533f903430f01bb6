//! Items that are counted, a watchdog, and threads that are seen to sleep.
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

/// How many items have been made, and how many dropped.
#[derive(Clone, Default)]
pub(crate) struct Tally(Arc<(AtomicUsize, AtomicUsize)>);

/// An item that is counted.
pub(crate) struct Item {
    pub(crate) n: usize,
    tally: Tally,
}

impl Tally {
    pub(crate) fn item(&self, n: usize) -> Item {
        self.0.0.fetch_add(1, Ordering::Relaxed);
        Item { n, tally: self.clone() }
    }

    pub(crate) fn made(&self) -> usize {
        self.0.0.load(Ordering::SeqCst)
    }

    pub(crate) fn dropped(&self) -> usize {
        self.0.1.load(Ordering::SeqCst)
    }

    pub(crate) fn alive(&self) -> usize {
        self.made().checked_sub(self.dropped()).expect("none is dropped twice")
    }
}

impl Drop for Item {
    fn drop(&mut self) {
        self.tally.0.1.fetch_add(1, Ordering::Relaxed);
    }
}

/// Fails the program if `test` does not end.
pub(crate) fn in_time<R: Send + 'static>(test: impl FnOnce() -> R + Send + 'static) -> R {
    in_time_of(Duration::from_secs(120), test)
}

/// The same, with a limit of its own.
pub(crate) fn in_time_of<R: Send + 'static>(limit: Duration, test: impl FnOnce() -> R + Send + 'static) -> R {
    let (ended, end) = mpsc::channel();
    let worker = std::thread::spawn(move || {
        let result = test();
        let _ = ended.send(());
        result
    });
    if end.recv_timeout(limit) == Err(mpsc::RecvTimeoutError::Timeout) {
        let _ = writeln!(std::io::stderr(), "somebody is left asleep"); // also where output is kept back
        std::process::abort();
    }
    worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Begins something that makes a thread wait, and returns once it sleeps: the system says so, twice, without its having run in between.
#[cfg(target_os = "linux")]
pub(crate) fn asleep<R: Send + 'static>(
    waits: impl FnOnce() -> R + Send + 'static,
) -> std::thread::JoinHandle<R> {
    let begun = Arc::new(AtomicUsize::new(0));
    let there = begun.clone();
    let thread = std::thread::spawn(move || {
        // SAFETY: it is given nothing, and only tells a number.
        let id = unsafe { libc::gettid() };
        there.store(id as usize, Ordering::SeqCst);
        waits()
    });
    let id = loop {
        match begun.load(Ordering::SeqCst) {
            0 => std::thread::yield_now(),
            id => break id,
        }
    };
    let mut before = None;
    loop {
        let now = sleeps(id);
        if now.is_some() && now == before {
            return thread;
        }
        before = now;
        std::thread::yield_now();
    }
}

/// If the thread sleeps, how often it has fallen asleep.
#[cfg(target_os = "linux")]
fn sleeps(id: usize) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/self/task/{id}/status")).expect("it has not ended");
    let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).expect("a field").trim();
    field("State:").starts_with('S').then(|| field("voluntary_ctxt_switches:").parse().expect("a number"))
}
