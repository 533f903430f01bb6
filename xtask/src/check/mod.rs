//! Every check that a machine can run, one after the other.
//!
//! ```text
//!   step --lacks something?--> skipped, and what to install
//!        `--runs------------> passed, or failed with all that it said
//! ```
//! A step is quiet while it passes: what it said is in `target/check`. The last line is the whole result.
mod foreign;
pub(crate) mod freestanding;
mod host;
pub(crate) mod step;

use anyhow::{Result, bail};
use std::io::Write as _;
use std::time::{Duration, Instant};
use step::{Log, Step};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// A check that cannot run fails, and what can be fetched for it is fetched
    #[arg(long)]
    all: bool,
    /// Only these checks
    #[arg(long, value_delimiter = ',', value_name = "STEP")]
    only: Vec<String>,
    /// All kinds of items in every way of compiling, and ThreadSanitizer also where there is one thread: takes much longer
    #[arg(long)]
    whole: bool,
    /// List the checks and run none
    #[arg(long)]
    list: bool,
}

enum Outcome {
    Passed,
    Failed,
    Skipped(String),
}

fn steps() -> Vec<Step> {
    // The quick ones first; what another step's output would explain comes after it.
    let mut steps = host::steps();
    steps.push(freestanding::step());
    steps.extend(foreign::steps());
    steps.push(crate::fuzz::step());
    steps.extend(host::slow_steps());
    steps
}

pub(crate) fn main(args: &Args) -> Result<bool> {
    let mut steps = steps();
    for name in &args.only {
        if !steps.iter().any(|step| step.name == name) {
            bail!("there is no check `{name}`; `cargo xtask test --list` names them");
        }
    }
    if !args.only.is_empty() {
        steps.retain(|step| args.only.iter().any(|name| name == step.name));
    }
    if args.list {
        steps.iter().for_each(|step| println!("{:<14} {}", step.name, step.about));
        return Ok(true);
    }
    let started = Instant::now();
    let mut done = Vec::new();
    let mut tests = 0;
    for step in &steps {
        print!("{:<14} ", step.name);
        std::io::stdout().flush()?;
        let started = Instant::now();
        let mut log = Log::new(args.whole);
        let outcome = run(step, args.all, &mut log);
        let time = started.elapsed();
        log.keep(step.name)?;
        tests += log.tests;
        match &outcome {
            Outcome::Passed => println!("ok       {}  {}", seconds(time), log.summary()),
            Outcome::Failed => println!("FAILED   {}\n\n{}", seconds(time), log.said),
            Outcome::Skipped(why) => println!("skipped  {why}"),
        }
        done.push((step, outcome, time));
    }
    let counts = table(&done, args.all);
    println!("{tests} tests in {}", seconds(started.elapsed()).trim());
    let [passed, failed, skipped] = counts;
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    Ok(failed == 0)
}

fn run(step: &Step, all: bool, log: &mut Log) -> Outcome {
    if let Some(lacking) = (step.lacks)(all) {
        if all {
            log.said = format!("cannot run: {lacking}\n");
            return Outcome::Failed;
        }
        return Outcome::Skipped(lacking);
    }
    match (step.run)(log) {
        Ok(()) => Outcome::Passed,
        Err(error) => {
            log.said += &format!("{error:#}\n");
            Outcome::Failed
        }
    }
}

/// Prints what became of each step, and counts.
fn table(done: &[(&Step, Outcome, Duration)], all: bool) -> [usize; 3] {
    println!();
    let mut counts = [0; 3];
    for (step, outcome, time) in done {
        let (column, word, note) = match outcome {
            Outcome::Passed => (0, "passed", step.about.to_owned()),
            Outcome::Failed => (1, "FAILED", step.about.to_owned()),
            Outcome::Skipped(why) => (2, "skipped", why.clone()),
        };
        counts[column] += 1;
        println!("{word:<8} {:<14} {}  {note}", step.name, seconds(*time));
    }
    if !all && counts[2] != 0 {
        println!("with --all a skipped check is a failure");
    }
    counts
}

fn seconds(time: Duration) -> String {
    format!("{:6.1} s", time.as_secs_f64())
}
