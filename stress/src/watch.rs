//! Who is doing what, and whether anybody gets on.
use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What a worker can be doing.
pub(crate) const STEPS: &[&str] = &[
    "between steps",
    "push",
    "force_push",
    "reserve",
    "stalled with a slot",
    "write",
    "abandon",
    "fill_with",
    "several slots",
    "pop",
    "claim",
    "stalled with a claim",
    "release",
    "claim_up_to",
    "leaving",
];

/// The index of a step that [`STEPS`] names.
pub(crate) const fn step(name: &str) -> usize {
    let mut i = 0;
    while i < STEPS.len() {
        let (a, b) = (STEPS[i].as_bytes(), name.as_bytes());
        let mut same = a.len() == b.len();
        let mut k = 0;
        while same && k < a.len() {
            same = a[k] == b[k];
            k += 1;
        }
        if same {
            return i;
        }
        i += 1;
    }
    panic!("no such step")
}

/// One worker's line.
#[derive(Default)]
pub(crate) struct Line {
    pub(crate) doing: AtomicUsize,
    pub(crate) steps: AtomicU64,
}

#[derive(Clone, Default)]
pub(crate) struct Board {
    lines: Arc<Mutex<BTreeMap<String, Arc<Line>>>>,
    /// Counts what goes in and out.
    pub(crate) moved: Arc<AtomicU64>,
}

/// Nobody has got on for so long: something is stuck.
const PATIENCE: Duration = Duration::from_secs(20);

impl Board {
    pub(crate) fn enter(&self, name: &str) -> Arc<Line> {
        let line = Arc::new(Line::default());
        self.lines().insert(name.to_owned(), line.clone());
        line
    }

    pub(crate) fn leave(&self, name: &str) {
        self.lines().remove(name);
    }

    fn lines(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Arc<Line>>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the program when nobody gets on.
    pub(crate) fn watch(&self, seed: u64) {
        let board = self.clone();
        std::thread::spawn(move || {
            let (mut last, mut since) = (0, Instant::now());
            loop {
                std::thread::sleep(Duration::from_millis(200));
                let now = board.moved.load(Ordering::Relaxed);
                if now != last {
                    (last, since) = (now, Instant::now());
                } else if since.elapsed() > PATIENCE {
                    println!("stress: nothing has moved for {} s, seed {seed}", PATIENCE.as_secs());
                    for (name, line) in board.lines().iter() {
                        let doing = STEPS[line.doing.load(Ordering::Relaxed)];
                        println!("  {name:<16} {doing}, after {} steps", line.steps.load(Ordering::Relaxed));
                    }
                    std::process::exit(3);
                }
            }
        });
    }
}

/// One line that is written over, where somebody may be looking.
pub(crate) fn show(line: std::fmt::Arguments<'_>) {
    let mut out = std::io::stderr();
    if out.is_terminal() {
        let _ = write!(out, "\r\x1b[2K{line}");
        let _ = out.flush();
    }
}
