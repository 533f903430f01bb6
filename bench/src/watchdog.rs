//! A queue that loses an item makes the bench spin for ever. The watchdog turns that into a name and an exit.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// No sample takes a tenth of this, in any regime.
const LIMIT: Duration = Duration::from_secs(20);

/// Watches one activity at a time.
#[derive(Clone)]
pub struct Watchdog {
    watched: Arc<Mutex<Option<(String, Instant)>>>,
}

impl Watchdog {
    pub fn start() -> Self {
        let dog = Self { watched: Arc::default() };
        let watched = dog.watched.clone();
        thread::spawn(move || {
            loop {
                // Rare enough not to disturb the two pinned threads.
                thread::sleep(Duration::from_secs(1));
                if let Some((what, since)) = &*watched.lock().unwrap()
                    && since.elapsed() > LIMIT
                {
                    eprintln!("error: {what} has made no progress for {} s", LIMIT.as_secs());
                    std::process::exit(1);
                }
            }
        });
        dog
    }

    /// Runs `body`; if it takes longer than the limit, the process ends and says that `what` hangs.
    pub fn watch<R>(&self, what: &str, body: impl FnOnce() -> R) -> R {
        *self.watched.lock().unwrap() = Some((what.to_owned(), Instant::now()));
        let result = body();
        *self.watched.lock().unwrap() = None;
        result
    }
}
