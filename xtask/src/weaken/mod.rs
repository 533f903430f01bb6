//! Is every memory ordering needed, and would the models notice if it were missing?
//!
//! ```text
//!   labels --> sites --> mutants --> scratch: one line changed --> loom models --> one of them must fail
//! ```
//! A model that cannot fail proves nothing. Here each ordering is weakened by itself, in a copy, and a model has to
//! notice: so each ordering is needed (or it would be spelt `Relaxed`), and each is looked at by a model.
mod mutant;
mod scratch;

use crate::labels::{self, Site};
use anyhow::{Result, bail};
use mutant::{Mutant, mutants};
pub(crate) use scratch::PREEMPTIONS;
use scratch::{Scratch, Verdict};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only orderings with these labels, such as L1
    labels: Vec<String>,
    /// List the orderings and check docs/orderings.md, without running a model
    #[arg(long)]
    list: bool,
}

pub(crate) fn main(args: &Args) -> Result<bool> {
    let sites = labels::sites()?;
    labels::compare_with_docs(&sites)?;
    let wanted = |label: &String| args.labels.is_empty() || args.labels.contains(label);
    for label in &args.labels {
        if !sites.iter().any(|site| site.labels.contains(label)) {
            bail!("no ordering has the label {label}");
        }
    }
    let chosen: Vec<_> = sites.iter().filter(|site| site.labels.iter().any(wanted)).collect();
    if args.list {
        chosen.iter().for_each(|site| row(&site.labels.join(" "), site, site.ordering, "", None));
        println!("{} orderings", chosen.len());
        return Ok(true);
    }
    let mut work = Vec::new();
    let mut tally = Tally::default();
    for site in chosen {
        if labels::has_models(site)? {
            let wanted = |mutant: &Mutant| mutant.labels.iter().any(wanted);
            work.extend(mutants(site).into_iter().filter(wanted).map(|mutant| (site, mutant)));
        } else {
            row(&site.labels.join(" "), site, site.ordering, "no model: its crate has none", None);
            tally.unmodelled += 1;
        }
    }
    let workers = thread::available_parallelism().map_or(2, usize::from).clamp(1, work.len().max(1));
    let scratches: Vec<_> = (0..workers).map(Scratch::new).collect::<Result<_>>()?;
    let started = Instant::now();
    match scratches[0].judge()? {
        Verdict::Missed => {}
        Verdict::Caught(failed) => bail!("a model fails before anything is weakened: {}", failed.join(", ")),
        Verdict::Unclear(output) => bail!("the models cannot be run as they are: {output}"),
    }
    println!("all models pass as they are ({})", seconds(started.elapsed()));
    let (work, tally) = (Mutex::new(work.into_iter()), Mutex::new(tally));
    thread::scope(|scope| {
        let spawn = |scratch| scope.spawn(|| judge_all(scratch, &work, &tally));
        let workers: Vec<_> = scratches.into_iter().map(spawn).collect();
        workers.into_iter().try_for_each(|worker| worker.join().expect(UNPOISONED))
    })?;
    let tally = tally.into_inner().expect(UNPOISONED);
    println!("{} in {}", tally.sentence(), seconds(started.elapsed()));
    Ok(tally.missed == 0 && tally.unclear == 0)
}

const UNPOISONED: &str = "no worker panics";

/// One worker, with a copy of its own: a mutant is built and run on one processor for most of its time.
fn judge_all<'a>(
    scratch: Scratch,
    work: &Mutex<impl Iterator<Item = (&'a Site, Mutant)>>,
    tally: &Mutex<Tally>,
) -> Result<()> {
    while let Some((site, mutant)) = { work.lock().expect(UNPOISONED).next() } {
        let started = Instant::now();
        let verdict = scratch.judge_with(site, &mutant.labels, &mutant.line)?;
        // Held while its row is printed: two rows must not mix.
        let mut tally = tally.lock().expect(UNPOISONED);
        let words = tally.count(&verdict);
        row(&mutant.labels.join(" "), site, &mutant.how, &words, Some(started.elapsed()));
        if let Verdict::Unclear(output) = verdict {
            println!("{output}");
        }
    }
    Ok(())
}

#[derive(Default)]
struct Tally {
    caught: u32,
    missed: u32,
    unclear: u32,
    unmodelled: u32,
}

impl Tally {
    fn count(&mut self, verdict: &Verdict) -> String {
        let (count, words) = match verdict {
            Verdict::Caught(by) if by.len() > 1 => {
                (&mut self.caught, format!("caught by {} and {} more", by[0], by.len() - 1))
            }
            Verdict::Caught(by) => (&mut self.caught, format!("caught by {}", by[0])),
            Verdict::Missed => (&mut self.missed, "NOT CAUGHT".to_owned()),
            Verdict::Unclear(_) => (&mut self.unclear, "UNCLEAR".to_owned()),
        };
        *count += 1;
        words
    }

    fn sentence(&self) -> String {
        let mut sentence = format!("{} weakenings caught, {} not caught", self.caught, self.missed);
        for (count, what) in [(self.unclear, "unclear"), (self.unmodelled, "orderings without a model")] {
            if count != 0 {
                sentence += &format!(", {count} {what}");
            }
        }
        sentence
    }
}

fn row(labels: &str, site: &Site, how: &str, words: &str, time: Option<Duration>) {
    let file = site.file.strip_prefix("crates").unwrap_or(&site.file);
    let place = format!("{}:{}", file.display(), site.line);
    let time = time.map(seconds).unwrap_or_default();
    println!("{labels:<8} {place:<42} {how:<20} {time:>7}  {words}");
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
