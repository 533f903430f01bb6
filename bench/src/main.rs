//! Compares annulus with other ring queues: interleaved samples, each beside a probe of the machine it ran on.
//! `README.md` says how the samples are taken and how to add a peer.

// Only our own peer has a batch guard.
#![cfg_attr(not(feature = "ours"), allow(dead_code))]

mod bytes;
mod channels;
mod contest;
mod crew;
mod judge;
mod layouts;
mod machine;
mod many;
mod measure;
mod pair;
mod peers;
mod phases;
mod report;
mod spsc;
mod stats;
mod watchdog;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use contest::Contest;
use machine::Cpus;
use measure::{Measured, Plan, measure};
use watchdog::Watchdog;

#[derive(Parser)]
#[command(about = "Compares annulus with other ring queues", version)]
struct Cli {
    #[command(subcommand)]
    scenario: Scenario,
}

#[derive(Subcommand)]
enum Scenario {
    /// One writer, one reader: items, batches, grants, round trips, one thread
    Spsc(Options),
    /// Many writers, many readers: threads at one queue, runs of items, one thread
    Mpmc(Options),
    /// Many writers, one reader
    Mpsc(Options),
    /// One writer, many readers
    Spmc(Options),
    /// One writer, one reader, of bytes in place: frames, and runs as long as a page
    Bytes(Options),
    /// Many writers, one reader, of records of 64 bytes in place
    Records(Options),
    /// Ends that wait for each other: threads that block, tasks of tokio, round trips
    Channels(Options),
    /// Not a comparison: one ring, its turn words in different places
    Layouts(Options),
}

impl Scenario {
    fn options(&self) -> &Options {
        use Scenario::*;
        let (Spsc(options) | Mpmc(options) | Mpsc(options) | Spmc(options) | Bytes(options)
        | Records(options) | Channels(options) | Layouts(options)) = self;
        options
    }

    fn contests(&self) -> Vec<Contest> {
        let capacities = |usual: &[usize]| match self.options().capacity.as_slice() {
            [] => usual.to_vec(),
            asked => asked.to_vec(),
        };
        match self {
            Self::Spsc(_) => spsc::contests(&peers::spsc(), &capacities(&spsc::CAPACITIES)),
            Self::Mpmc(_) => many::mpmc(&capacities(&many::CAPACITIES)),
            Self::Mpsc(_) => many::mpsc(&capacities(&many::CAPACITIES)),
            Self::Spmc(_) => many::spmc(&capacities(&many::CAPACITIES)),
            Self::Bytes(_) => {
                bytes::contests(&peers::frames(), &peers::runs(), &capacities(&bytes::CAPACITIES))
            }
            Self::Records(_) => many::records(&capacities(&many::CAPACITIES)),
            Self::Channels(_) => channels::contests(&capacities(&channels::CAPACITIES)),
            Self::Layouts(_) => many::layouts(&capacities(&many::CAPACITIES)),
        }
    }
}

#[derive(Args)]
struct Options {
    /// Fewer and shorter samples: to see that it works, not to decide anything
    #[arg(long)]
    quick: bool,
    /// How often every contender is sampled, twice each time [default: 15, quick: 5]
    #[arg(long)]
    rounds: Option<usize>,
    /// Write everything that was measured to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Only lines whose name contains one of these, for example items/64,grants
    #[arg(long, value_name = "FILTER", value_delimiter = ',')]
    only: Vec<String>,
    /// Only these peers, for example annulus,rtrb
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    peers: Vec<String>,
    /// Capacities of the rings that carry items between threads [default: 64,1024, spsc: 65536 as well]
    #[arg(long, value_name = "N", value_delimiter = ',')]
    capacity: Vec<usize>,
    /// The two CPUs to pin to [default: the first two that are different cores]
    #[arg(long, value_name = "A,B", value_parser = parse_cpus)]
    cpus: Option<Cpus>,
    /// Exit with status 1 if a judged line misses its bound
    #[arg(long)]
    gate: bool,
}

fn parse_cpus(text: &str) -> Result<Cpus, String> {
    let number = |part: &str| part.trim().parse::<usize>().map_err(|error| error.to_string());
    let (first, second) = text.split_once(',').ok_or("two CPUs, for example 0,1")?;
    let cpus = (number(first)?, number(second)?);
    if cpus.0 == cpus.1 { Err("two different CPUs".to_owned()) } else { Ok(cpus) }
}

fn main() -> ExitCode {
    let Cli { scenario } = Cli::parse();
    match run(&scenario) {
        Ok(all_met) if all_met || !scenario.options().gate => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures and reports; true if no judged line missed its bound.
fn run(scenario: &Scenario) -> Result<bool, String> {
    let options = scenario.options();
    let cpus = options.cpus.or_else(machine::two_cores);
    let cpus = cpus.ok_or("two CPUs are needed: one for each side")?;
    if !machine::pinnable(cpus) {
        eprintln!("warning: threads cannot be pinned to CPUs {} and {}; expect noise", cpus.0, cpus.1);
    }
    if cfg!(debug_assertions) {
        eprintln!("warning: built without optimisation; the numbers say nothing");
    }
    if options.capacity.contains(&0) {
        return Err("a capacity must be at least 1".to_owned());
    }

    let mut contests = scenario.contests();
    let contenders = || contests.iter().flat_map(|contest| &contest.contenders);
    if let Some(unknown) = options.peers.iter().find(|name| !contenders().any(|c| c.peer == *name)) {
        return Err(format!("no peer is called {unknown}"));
    }
    let named = |peer: &str| options.peers.is_empty() || options.peers.iter().any(|name| name == peer);
    let wanted =
        |id: &str| options.only.is_empty() || options.only.iter().any(|part| id.contains(part.as_str()));
    contests.iter_mut().for_each(|contest| contest.contenders.retain(|contender| named(contender.peer)));
    contests.retain(|contest| wanted(&contest.id) && !contest.contenders.is_empty());
    if contests.is_empty() {
        return Err("no line is left to measure".to_owned());
    }

    let machine = format!("{}; {}", machine::describe(cpus), versions(&contests).join(", "));
    println!("{machine}\n\n{}\n", report::LEGEND);

    let (rounds, sample_ns) = if options.quick { (5, 3e6) } else { (15, 15e6) };
    let plan = Plan { cpus, rounds: options.rounds.unwrap_or(rounds).max(1), sample_ns };
    let load_before = machine::load();
    let dog = Watchdog::start();
    let mut measured: Vec<Measured> = Vec::new();
    for contest in contests {
        let done = measure(contest, plan, &dog)?;
        println!("{}", report::table(&done));
        measured.push(done);
    }

    let verdicts: Vec<_> =
        measured.iter().flat_map(|m| judge::judge(m).into_iter().map(move |verdict| (m, verdict))).collect();
    println!("{}", report::gates(&verdicts));
    println!("Load before and after: {load_before}, {}. Idle is near 0 before.", machine::load());
    if let Some(path) = &options.json {
        let text = serde_json::to_string(&report::json(&machine, &measured, &verdicts));
        let written = text.map_err(std::io::Error::from).and_then(|text| std::fs::write(path, text + "\n"));
        written.map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(verdicts.iter().all(|(_, verdict)| verdict.met != Some(false)))
}

/// The packages that take part, each once, with the version this bench was built with.
fn versions(contests: &[Contest]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for contender in contests.iter().flat_map(|contest| &contest.contenders) {
        let version = machine::version_of(contender.package).map(|version| format!(" {version}"));
        let named = contender.package.to_owned() + &version.unwrap_or_default();
        if !all.contains(&named) {
            all.push(named);
        }
    }
    all
}
