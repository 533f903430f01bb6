//! `annulus send` and `annulus recv`: a pipe between two shells, through a ring of bytes.
//!
//! ```text
//! FILE --readv--> ring in shared memory --writev--> FILE      no copy of ours in between
//! ```
//! Either end makes the ring if it is not there. One stream goes through it: the receiver removes it at the end of the
//! stream, and whichever end fails removes it as well, so that no half of a stream lies in the way of the next.
//!
//! A sender that fails must not look like the end of the stream. So its end is given back only after everything was sent
//! and taken; whoever goes before that has died, as far as the receiver can see.
mod last_words;

use crate::args::Pipe;
use crate::failure::{Failure, Result, plain};
use crate::{output, ring};
use annulus::ipc::{self, GrantError, Options, Queue, Sender, Stat};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use last_words::LastWords;
use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal};
use std::mem::ManuallyDrop;
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

/// Bytes of a ring that nobody chose the capacity of.
const CAPACITY: usize = 1 << 20;
/// Bytes moved by one call of the system: enough to make the call cheap, and little enough that the two ends overlap.
const PIECE: usize = 256 * 1024;
/// How often a sender that waits for its input looks whether there still is a receiver.
const WATCH: Duration = Duration::from_millis(100);

/// `annulus send NAME [FILE|-]`
pub(crate) fn send(args: &Pipe, json: bool) -> Result<()> {
    let input = open_input(&args.file)?;
    let queue = open(args)?;
    refuse_leftovers(&args.name, &queue.stat()?)?;
    let sender = ManuallyDrop::new(queue.sender()?);
    let last_words = LastWords::new(&queue)?;
    let watcher = Watcher::start(&queue, &last_words);
    let sent = pump_in(sender, &input, args, watcher).unwrap_or_else(|failure| last_words.say(&failure));
    if json { output::json(&serde_json::json!({ "sent": { "bytes": sent } })) } else { Ok(()) }
}

fn pump_in(mut sender: ManuallyDrop<Sender<u8>>, input: &File, args: &Pipe, watcher: Watcher) -> Result<u64> {
    let progress = Progress::new(input, true);
    let piece = piece(sender.capacity());
    let timeout = args.timeout.unwrap_or(Duration::MAX);
    loop {
        let mut grant =
            sender.reserve_up_to_timeout(piece, timeout).map_err(|error| granting(error, "receiver"))?;
        match grant.read_from(input) {
            Ok(0) => break,
            Ok(n) => {
                grant.commit(n);
                progress.add(n);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => {
                return Err(failed(&error, "cannot read", &args.file, "see whether it is there and whole"));
            }
        }
    }
    sender.drained(timeout).map_err(ring::sending)?;
    // From here on a receiver may go: it has got everything.
    watcher.stop();
    drop(ManuallyDrop::into_inner(sender));
    Ok(progress.end())
}

/// `annulus recv NAME [FILE|-]`
pub(crate) fn recv(args: &Pipe, json: bool) -> Result<()> {
    let queue = open(args)?;
    let stat = queue.stat()?;
    if let Some(pid) = stat.reader.dead()
        && stat.read != 0
    {
        return Err(left_over(&args.name, &format!("its receiver, process {pid}, died half way")));
    }
    let mut receiver = queue.receiver()?;
    let last_words = LastWords::new(&queue)?;
    let mut pump_out = || -> Result<u64> {
        let (output, is_stdout) = open_output(&args.file)?;
        let progress = Progress::new(&output, !(is_stdout && output.is_terminal()));
        let piece = piece(receiver.capacity());
        loop {
            let timeout = args.timeout.unwrap_or(Duration::MAX);
            let grant = match receiver.claim_up_to_timeout(piece, timeout) {
                Ok(grant) => grant,
                Err(GrantError::Closed) => break,
                Err(error) => return Err(granting(error, "sender")),
            };
            match grant.write_to(&output) {
                Ok(n) => {
                    grant.release(n);
                    progress.add(n);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(failed(&error, "cannot write", &args.file, "see whether its disk is full"));
                }
            }
        }
        Ok(progress.end())
    };
    match pump_out() {
        Ok(received) => {
            remove(&queue);
            let summary = serde_json::json!({ "received": { "bytes": received } });
            match json {
                false => Ok(()),
                true if is_dash(&args.file) => {
                    eprintln!("{summary}"); // standard output is the stream
                    Ok(())
                }
                true => output::json(&summary),
            }
        }
        Err(failure) => {
            receiver.close(); // the sender shall hear that we stopped, not that we died
            last_words.say(&failure)
        }
    }
}

fn open(args: &Pipe) -> Result<Queue<u8>> {
    let mut options = Options::new().capacity(args.capacity.unwrap_or(CAPACITY));
    if let Some(us) = args.spin_us {
        options = options.spin(Duration::from_micros(us));
    }
    Ok(options.open_or_create(&args.name)?)
}

/// A new stream must not follow what another one left in the ring.
fn refuse_leftovers(name: &str, stat: &Stat) -> Result<()> {
    let (writer, reader) = (stat.writer, stat.reader);
    if let Some(pid) = reader.dead() {
        return Err(left_over(name, &format!("its receiver, process {pid}, died")));
    }
    if let Some(pid) = writer.dead() {
        return Err(left_over(name, &format!("its sender, process {pid}, died half way")));
    }
    if !writer.alive && !reader.alive && (writer.sittings != 0 || reader.closed) {
        return Err(left_over(name, "a stream is in it that nobody has received"));
    }
    Ok(())
}

fn left_over(name: &str, why: &str) -> Failure {
    let todo = format!("`annulus recv {name}` takes what is in it, `annulus rm {name}` discards it");
    Failure::failed(format!("ring `{name}` is left over: {why}"), todo)
}

/// Takes the ring's name away, unless it has become another ring's.
fn remove(queue: &Queue<u8>) {
    if let (Ok(ours), Ok(there)) = (queue.stat(), ipc::inspect(queue.name()))
        && ours.id == there.id
    {
        let _ = ipc::unlink(queue.name());
    }
}

fn granting(error: GrantError, peer: &str) -> Failure {
    match error {
        GrantError::Timeout => ring::timed_out(),
        GrantError::Closed => ring::closed_early(),
        GrantError::PeerDied { pid } => ring::peer_died(peer, pid),
        other => Failure::failed(other.to_string(), "start both ends again"),
    }
}

fn piece(capacity: usize) -> usize {
    (capacity / 2).clamp(1, PIECE)
}

fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn failed(error: &io::Error, doing: &str, path: &Path, todo: &str) -> Failure {
    Failure::io(error, &format!("{doing} {}", path.display()), todo)
}

fn open_input(path: &Path) -> Result<File> {
    let cannot = |why: &str| {
        Failure::failed(format!("cannot read {}: {why}", path.display()), "give a file you may read")
    };
    let file = if is_dash(path) {
        io::stdin().as_fd().try_clone_to_owned().map(File::from)
    } else {
        File::open(path)
    };
    let file = file.map_err(|error| cannot(&plain(&error)))?;
    // Found here rather than at the first read, when a ring would have been made already.
    if file.metadata().is_ok_and(|data| data.is_dir()) {
        return Err(cannot("it is a directory"));
    }
    Ok(file)
}

fn open_output(path: &Path) -> Result<(File, bool)> {
    let is_stdout = is_dash(path);
    let file = if is_stdout {
        io::stdout().as_fd().try_clone_to_owned().map(File::from)
    } else {
        File::create(path)
    };
    let file = file.map_err(|error| failed(&error, "cannot write", path, "give a file you may write"))?;
    Ok((file, is_stdout))
}

/// Notices that the receiver has gone while the sender waits for input, and cannot notice itself.
struct Watcher {
    stop: mpsc::Sender<()>,
    thread: std::thread::JoinHandle<()>,
}

impl Watcher {
    fn start(queue: &Queue<u8>, last_words: &LastWords) -> Self {
        let (queue, last_words) = (queue.clone(), last_words.clone());
        let (stop, stopped) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            while stopped.recv_timeout(WATCH) == Err(RecvTimeoutError::Timeout) {
                let Ok(reader) = queue.stat().map(|stat| stat.reader) else { continue };
                if let Some(pid) = reader.dead() {
                    last_words.say(&ring::peer_died("receiver", pid));
                }
                if reader.closed && !reader.alive {
                    last_words.say(&ring::closed_early());
                }
            }
        });
        Self { stop, thread }
    }

    fn stop(self) {
        drop(self.stop);
        let _ = self.thread.join();
    }
}

/// Bytes so far, on standard error if that is a terminal.
struct Progress(ProgressBar);

impl Progress {
    /// `file` tells how many bytes there will be, if it is a regular one that is read.
    fn new(file: &File, visible: bool) -> Self {
        let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let total = file.metadata().ok().filter(|data| data.is_file() && data.len() != 0);
        let bar = ProgressBar::with_draw_target(total.as_ref().map(|data| data.len()), target);
        let template = match total {
            Some(_) => "{wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}",
            None => "{spinner} {bytes} {bytes_per_sec}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self(bar)
    }

    fn add(&self, bytes: usize) {
        self.0.inc(bytes as u64);
    }

    fn end(&self) -> u64 {
        self.0.finish_and_clear();
        self.0.position()
    }
}
