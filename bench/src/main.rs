//! Compares annulus with other ring queues: interleaved samples, each beside a probe of the machine it ran on.
//! `README.md` says how the samples are taken and how to add a peer.

// Only our own peer has a batch guard.
#![cfg_attr(not(feature = "ours"), allow(dead_code))]

mod contest;
mod judge;
mod machine;
mod measure;
mod pair;
mod peers;
mod report;
mod spsc;
mod stats;
mod watchdog;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

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
    /// Capacities of the rings that carry single items and batches
    #[arg(long, value_name = "N", value_delimiter = ',', default_values_t = spsc::CAPACITIES)]
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
    let Cli { scenario: Scenario::Spsc(options) } = Cli::parse();
    match run(&options) {
        Ok(all_met) if all_met || !options.gate => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures and reports; true if no judged line missed its bound.
fn run(options: &Options) -> Result<bool, String> {
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

    let named = |peer: &str| options.peers.is_empty() || options.peers.iter().any(|name| name == peer);
    let mut entries = peers::all();
    entries.retain(|entry| named(entry.peer));
    if let Some(unknown) = options.peers.iter().find(|name| !entries.iter().any(|entry| entry.peer == *name))
    {
        return Err(format!("no peer is called {unknown}"));
    }

    let wanted =
        |id: &str| options.only.is_empty() || options.only.iter().any(|part| id.contains(part.as_str()));
    let mut contests = spsc::contests(&entries, &options.capacity);
    contests.retain(|contest| wanted(&contest.id) && !contest.contenders.is_empty());
    if contests.is_empty() {
        return Err("no line is left to measure".to_owned());
    }

    let version = |package| machine::version_of(package).unwrap_or("?");
    let versions = entries.iter().map(|entry| format!("{} {}", entry.package, version(entry.package)));
    let versions: Vec<String> = versions.collect();
    let machine = format!("{}; {}", machine::describe(cpus), versions.join(", "));
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

    let verdicts: Vec<_> = measured.iter().filter_map(|m| Some((m, judge::judge(m)?))).collect();
    println!("{}", report::gates(&verdicts));
    println!("Load before and after: {load_before}, {}. Idle is near 0 before.", machine::load());
    if let Some(path) = &options.json {
        let text = serde_json::to_string(&report::json(&machine, &measured, &verdicts));
        let written = text.map_err(std::io::Error::from).and_then(|text| std::fs::write(path, text + "\n"));
        written.map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(verdicts.iter().all(|(_, verdict)| verdict.met != Some(false)))
}
