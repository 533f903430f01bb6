//! Stopping half way, from whichever thread finds that there is no going on.
use super::remove;
use crate::failure::{Failure, Result};
use crate::signals;
use annulus::ipc::Queue;
use std::sync::{Arc, Mutex};

/// Says why, removes the ring and ends the process; only for the first who asks.
///
/// It runs no destructors, and that is the point: an end of the ring that was not given back tells the other process that
/// this one did not finish.
#[derive(Clone)]
pub(super) struct LastWords {
    queue: Queue<u8>,
    said: Arc<Mutex<()>>,
}

impl LastWords {
    /// Also says them when a signal asks us to stop.
    pub(super) fn new(queue: &Queue<u8>) -> Result<Self> {
        let last_words = Self { queue: queue.clone(), said: Arc::default() };
        let on_signal = last_words.clone();
        signals::on_each(move |signal| on_signal.say(&signals::failure(signal)))?;
        Ok(last_words)
    }

    pub(super) fn say(&self, failure: &Failure) -> ! {
        // Held until the process is no more: whoever comes second waits for the end here.
        let _first = self.said.lock();
        remove(&self.queue);
        crate::complain(failure);
        std::process::exit(failure.code().into())
    }
}
