//! `annulus demo`: two processes, a ring between them, and a check of everything that went through it.
//!
//! ```text
//!                       parent: makes the ring, probes, starts both, takes the name away, listens, tells
//!                      /                                                    \
//!  FILE or made up -> producer: seal, send ---- ring in shared memory ----> consumer: receive, open, count
//! ```
//! The ring loses its name as soon as both children have it: from then on nothing can be left behind, whoever is killed.
mod child;
mod consumer;
mod latency;
mod message;
mod outcome;
mod plan;
mod producer;
mod tally;

use crate::args;
use crate::failure::{Failure, Result, code, plain};
use crate::{clock, pin, probe, ring, signals};
use child::{Child, Ended, Event};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use outcome::{About, Outcome};
use plan::{Line, Received, Sent, Work};
use std::fs::File;
use std::process::Stdio;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// Without FILE and `--messages`: two seconds at full speed, one paced.
const FULL_MS: u64 = 2000;
const PACED_MS: u64 = 1000;
/// Bytes of the ring, if `--capacity` does not say. Where the two CPUs are far apart, a ring that fits into their own caches
/// is half as fast: its lines go to and fro between those.
const RING: usize = 4 << 20;
/// Bytes of a message that carries a piece of FILE.
const PIECE: usize = 256 * 1024;
/// Time for a child to end after the other one did. Each learns of the other's death within a tenth of a second.
const GRACE: Duration = Duration::from_secs(2);

/// Runs the demo as the arguments say. The outcome has been printed when this returns.
pub(crate) fn run(args: &args::Demo, json: bool) -> Result<()> {
    let (plan, file) = prepare(args)?;
    let (events, inbox) = channel();
    let signalled = events.clone();
    signals::on_each(move |signal| drop(signalled.send(Event::Signal(signal))))?;
    let name = ring::Name::create(&plan)?;
    let clock_ns = clock::cost();
    let before = probe::probe(plan.pair);
    let mut show = Show::new(&plan, file.as_ref());
    let mut run = Run { plan: &plan, name: Some(name), children: [None, None], sent: None, received: None };
    let failure = run.play(file, &events, &inbox, &mut show).err();
    run.stop();
    show.0.finish_and_clear();
    let about = About { plan: &plan, clock_ns, before, after: probe::probe(plan.pair) };
    let outcome = Outcome::new(&about, run.sent, run.received.as_ref(), show.0.position(), failure.as_ref());
    outcome.print(json)?;
    match failure {
        Some(failure) => Err(failure),
        None if outcome.ok => Ok(()),
        None => {
            Err(Failure::failed("what came out is not what went in", "report this, with the lines above"))
        }
    }
}

/// Runs the child that the parent asked for with `plan`.
pub(crate) fn child(role: Role, plan: &str) -> Result<()> {
    let plan: Plan = serde_json::from_str(plan)
        .map_err(|error| Failure::usage(format!("not a plan ({error})"), "use `annulus demo`"))?;
    signals::die_with(plan.parent)?;
    let done = match role {
        Role::Producer => producer::run(&plan),
        Role::Consumer => consumer::run(&plan),
    };
    match &done {
        Ok(line) => line.say(),
        Err(failure) => Line::from(failure).say(),
    }
    // What went wrong has been told to the parent, which will say it; the code is for whoever looks at processes.
    done.map(drop).map_err(|failure| Failure::new(failure.code(), "", ""))
}

pub(crate) use child::Role;
pub(crate) use plan::Plan;

/// Makes a plan of the arguments, and opens FILE: what cannot be read is found before anything starts.
fn prepare(args: &args::Demo) -> Result<(Plan, Option<File>)> {
    let size = args.size.unwrap_or(if args.file.is_some() { PIECE } else { 64 });
    let least = message::HEADER + usize::from(args.file.is_some());
    if size < least || size > u32::MAX as usize {
        let what = format!("--size {size}: a message takes {} bytes of header", message::HEADER);
        return Err(Failure::usage(what, format!("give at least {least}, and less than 4G")));
    }
    let capacity = args.capacity.unwrap_or((RING / size).max(8));
    if capacity == 0 {
        return Err(Failure::usage("--capacity 0: a ring of no messages carries none", "give at least 1"));
    }
    if let Some(pair) = args.pin {
        pair.check()?;
    }
    let file = args.file.as_ref().map(|path| open(path)).transpose()?;
    let work = match args.messages {
        _ if file.is_some() => Work::File,
        // A tenth of them, and a second's worth at the most, is paced.
        Some(count) => {
            let paced = (count / 10).min(plan::PACE);
            Work::Count { full: count - paced, paced }
        }
        None => Work::Time { full_ms: FULL_MS, paced_ms: PACED_MS },
    };
    let ring = format!("demo-{}-{:x}", std::process::id(), clock::now());
    let parent = rustix::process::getpid().as_raw_nonzero().get();
    let plan = Plan {
        ring,
        size,
        capacity,
        work,
        spin_us: args.spin_us.unwrap_or(if pin::is_one_cpu(args.pin) { 0 } else { 50 }),
        pair: args.pin,
        fault: args.plant,
        parent,
    };
    Ok((plan, file))
}

fn open(path: &std::path::Path) -> Result<File> {
    let quoted = path.display();
    let cannot =
        |why: &str| Failure::failed(format!("cannot read {quoted}: {why}"), "give a file you may read");
    let file = File::open(path).map_err(|error| cannot(&plain(&error)))?;
    match file.metadata() {
        Ok(data) if data.is_dir() => Err(cannot("it is a directory")),
        Ok(_) => Ok(file),
        Err(error) => Err(cannot(&plain(&error))),
    }
}

/// One run: who takes part, and what they have said.
struct Run<'a> {
    plan: &'a Plan,
    /// The name of the ring, until both children have it.
    name: Option<ring::Name>,
    children: [Option<Child>; 2],
    sent: Option<Sent>,
    received: Option<Received>,
}

impl Run<'_> {
    /// Starts both children and listens until both have ended.
    fn play(
        &mut self,
        file: Option<File>,
        events: &Sender<Event>,
        inbox: &Receiver<Event>,
        show: &mut Show,
    ) -> Result<()> {
        let mut input = Some(file.map_or_else(Stdio::null, Stdio::from));
        self.start(Role::Consumer, Stdio::null(), events)?;
        let mut failure: Option<Failure> = None;
        let mut give_up: Option<Instant> = None;
        loop {
            match next(inbox, give_up) {
                Some(Event::Said(Role::Consumer, Line::Ready)) => {
                    let input = input.take().unwrap_or_else(Stdio::null);
                    self.start(Role::Producer, input, events)?;
                }
                Some(Event::Said(Role::Producer, Line::Ready)) => self.name = None,
                Some(Event::Said(_, Line::Progress { messages, bytes })) => show.progress(messages, bytes),
                Some(Event::Said(_, Line::Sent(sent))) => self.sent = Some(sent),
                Some(Event::Said(_, Line::Received(received))) => self.received = Some(received),
                // That the peer died is news only if we do not know why it did.
                Some(Event::Said(_, Line::Failed { what, todo, code })) => {
                    let root = failure.as_ref().is_none_or(|failure| failure.code() == code::PEER_DIED);
                    if root && (failure.is_none() || code != code::PEER_DIED) {
                        failure = Some(Failure::new(code, what, todo));
                    }
                }
                Some(Event::Ended(role)) => {
                    give_up.get_or_insert_with(|| Instant::now() + GRACE);
                    if let Some(killed) = self.ended(role)? {
                        failure = Some(killed);
                    }
                    let both = self.children.iter().all(Option::is_none);
                    let alone = role == Role::Consumer && input.is_some(); // there will be no producer
                    if both || alone {
                        return failure.map_or(Ok(()), Err);
                    }
                }
                Some(Event::Signal(signal)) => return Err(signals::failure(signal)),
                None => {
                    let what = "one process of the demo ended, the other one did not";
                    return Err(failure.unwrap_or_else(|| Failure::failed(what, "report this")));
                }
            }
        }
    }

    fn start(&mut self, role: Role, input: Stdio, events: &Sender<Event>) -> Result<()> {
        let child = Child::start(role, self.plan, input, events.clone()).map_err(|error| {
            Failure::io(&error, "cannot start a process", "see whether the system is full")
        })?;
        self.children[role as usize] = Some(child);
        Ok(())
    }

    /// Sees a child off. Some failure if it was not let to finish.
    fn ended(&mut self, role: Role) -> Result<Option<Failure>> {
        let Some(child) = self.children[role as usize].take() else { return Ok(None) };
        let said_all = match role {
            Role::Producer => self.sent.is_some(),
            Role::Consumer => self.received.is_some(),
        };
        let (pid, how) = (child.pid(), child.wait());
        Ok(match how {
            Ended::Exited(_) if said_all => None,
            Ended::Killed(signal) => Some(Failure::new(
                code::PEER_DIED,
                format!("the {role} (process {pid}) was killed by signal {signal} half way"),
                "run the demo again; nothing is left behind",
            )),
            // It has said why, unless it panicked.
            Ended::Exited(101) => {
                Some(Failure::failed(format!("the {role} (process {pid}) panicked"), "report this"))
            }
            Ended::Exited(_) => None,
        })
    }

    /// Stops what still runs, and leaves nothing behind.
    fn stop(&mut self) {
        self.name = None;
        for child in self.children.iter_mut().filter_map(Option::take) {
            child.kill();
        }
    }
}

/// The next event; none if `give_up` comes first.
fn next(inbox: &Receiver<Event>, give_up: Option<Instant>) -> Option<Event> {
    let Some(give_up) = give_up else { return inbox.recv().ok() };
    inbox.recv_timeout(give_up.saturating_duration_since(Instant::now())).ok()
}

/// The progress bar, on standard error and only if that is a terminal. Its position is the messages received so far.
struct Show(ProgressBar);

impl Show {
    fn new(plan: &Plan, file: Option<&File>) -> Self {
        let (total, template) = match plan.work {
            Work::Count { full, paced } => (full + paced, "{wide_bar} {human_pos}/{human_len} messages"),
            Work::Time { .. } => (0, "{spinner} {human_pos} messages, {msg}"),
            Work::File => {
                let bytes = file.and_then(|file| file.metadata().ok()).map_or(0, |data| data.len());
                let payload = (plan.size - message::HEADER) as u64;
                (bytes.div_ceil(payload), "{wide_bar} {msg} {eta}")
            }
        };
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self(bar)
    }

    fn progress(&self, messages: u64, bytes: u64) {
        self.0.set_message(crate::units::bytes(bytes));
        self.0.set_position(messages);
    }
}
