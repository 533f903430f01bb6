//! Everything at once, for as long as one likes: threads that come and go, abandon, stall, panic and overwrite, items whose drop
//! panics, rings that are closed and made again; channels over them, whose ends wait as threads and as tasks. At the end every item is
//! accounted for.
//!
//! ```text
//!   main --seed--> round: one ring --> workers --> the ledger of its items --> tally
//!   watch: nobody gets on? --> what each worker was doing
//! ```
#![expect(clippy::disallowed_types, reason = "what the program itself counts with is no protocol")]
mod channel;
mod dice;
mod ledger;
mod queue;
mod round;
mod watch;
mod worker;

use anyhow::{Result, bail};
use clap::Parser;
use dice::Dice;
use ledger::Tally;
use round::Round;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use watch::Board;

/// Everything at once, for ten minutes: nothing is lost, doubled, out of order, spoilt or dropped twice.
#[derive(Parser)]
#[command(name = "cargo xtask stress", bin_name = "cargo xtask stress")]
struct Cli {
    /// For about 20 seconds
    #[arg(long)]
    quick: bool,
    /// For so many seconds
    #[arg(long, value_name = "N", conflicts_with = "quick")]
    seconds: Option<u64>,
    /// Only this queue
    #[arg(long, value_name = "QUEUE")]
    only: Option<String>,
    /// The choices of an earlier run (its schedule, nothing can repeat)
    #[arg(long)]
    seed: Option<u64>,
}

/// The queues: name, and how one round of it is run.
type Rounds = fn(&Round, &Board) -> Tally;
const QUEUES: &[(&str, Rounds)] = &[
    ("mpmc", round::run::<queue::Mpmc>),
    ("mpsc", round::run::<queue::Mpsc>),
    ("spmc", round::run::<queue::Spmc>),
    ("pool", round::run::<queue::Pool>),
    ("mpmc-channel", round::run::<channel::MpmcChannel>),
    ("pool-channel", round::run::<channel::PoolChannel>),
];

fn main() -> ExitCode {
    match stress(&Cli::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn stress(cli: &Cli) -> Result<bool> {
    let queues: Vec<_> =
        QUEUES.iter().filter(|(name, _)| cli.only.as_ref().is_none_or(|only| only == name)).collect();
    if queues.is_empty() {
        let names: Vec<_> = QUEUES.iter().map(|(name, _)| *name).collect();
        bail!("there is no such queue; there are: {}", names.join(", "));
    }
    let seconds = cli.seconds.unwrap_or(if cli.quick { 20 } else { 600 });
    let seed =
        cli.seed.unwrap_or_else(|| std::time::UNIX_EPOCH.elapsed().map_or(1, |time| time.as_nanos() as u64));
    println!("stress: seed {seed}");
    let (began, time) = (Instant::now(), Duration::from_secs(seconds));
    let board = Board::default();
    board.watch(seed);
    channel::seed(seed);
    let mut dice = Dice::new(seed);
    let (mut tally, mut rounds) = (Tally::default(), 0);
    while began.elapsed() < time && tally.is_clean() {
        for (name, round) in &queues {
            let plan = Round::roll(&mut dice);
            let done = round(&plan, &board);
            if !done.is_clean() {
                println!("stress: {name}, round {rounds}, {plan:?}: {done}");
            }
            tally = tally + done;
        }
        rounds += 1;
        watch::show(format_args!(
            "{:>4} of {seconds} s  {rounds} rounds  {tally}",
            began.elapsed().as_secs()
        ));
    }
    watch::show(format_args!(""));
    println!("stress: {tally}, in {rounds} rounds, {:.0} s, seed {seed}", began.elapsed().as_secs_f64());
    Ok(tally.is_clean())
}
