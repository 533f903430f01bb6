//! Items that are counted, and a watchdog.
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
        eprintln!("somebody is left asleep");
        std::process::abort();
    }
    worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
