//! Fuzzing, on one compiler: what `cargo fuzz` does (its folders, its flags), without the nightly one that it asks for.
//!
//! A corpus is kept: what the fuzzer finds that reaches a new branch goes to `target/fuzz/`, and `--keep` folds what is worth it back
//! into `fuzz/corpus/`.
use super::check::step::{Log, Step};
use super::places;
use super::shell::{self, Run};
use anyhow::{Context as _, Result, bail, ensure};
use std::fs;
use std::path::PathBuf;

/// The programs in `fuzz/fuzz_targets`.
const TARGETS: [&str; 3] = ["bytes", "frames", "records"];

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only this target
    #[arg(long, value_parser = TARGETS)]
    only: Option<String>,
    /// For each target
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Fold what was found into the corpus, the smallest of those that reach a branch
    #[arg(long)]
    keep: bool,
}

pub(crate) fn main(args: &Args) -> Result<bool> {
    if let Some(missing) = missing(false) {
        bail!("{missing}");
    }
    let mut log = Log::default();
    let targets =
        TARGETS.into_iter().filter(|target| args.only.as_deref().is_none_or(|only| only == *target));
    for target in targets {
        let program = build(target, &mut log).with_context(|| log.said.clone())?;
        let found = found(target)?;
        let run =
            Run::new(&program).arg(format!("-max_total_time={}", args.seconds)).arg("-print_final_stats=1");
        if !run.args(LIMITS).arg(artifacts(target)?).arg(&found).arg(corpus(target)?).aloud()? {
            return Ok(false);
        }
        if args.keep
            && !Run::new(&program).arg("-set_cover_merge=1").arg(corpus(target)?).arg(&found).aloud()?
        {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(crate) fn step() -> Step {
    Step::new("fuzz", "the kept corpus, and some seconds beyond it, find no wrong answer", |log| {
        for target in TARGETS {
            let program = build(target, log)?;
            let run = Run::new(&program).arg("-max_total_time=10").arg("-print_final_stats=1").limit(5 * 60);
            let said =
                log.run(run.args(LIMITS).arg(artifacts(target)?).arg(found(target)?).arg(corpus(target)?))?;
            let runs = said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
            log.note(format!(
                "{target}: {} sequences",
                runs.context("the fuzzer tells how much it ran")?.trim()
            ));
        }
        Ok(())
    })
    .needing(missing)
}

/// A sequence that hangs, or wants much memory, is a finding as well.
const LIMITS: &str = "-timeout=20 -rss_limit_mb=2048 -malloc_limit_mb=512";

fn missing(_: bool) -> Option<String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Some("runs on x86-64 Linux: AddressSanitizer's library comes with that compiler".to_owned());
    }
    (!shell::is_there("c++")).then(|| "needs c++: apt-get install g++".to_owned())
}

fn build(target: &str, log: &mut Log) -> Result<PathBuf> {
    let made = places::target("fuzz");
    let triple = "x86_64-unknown-linux-gnu";
    let flags = [
        "--cfg fuzzing -Zsanitizer=address -Cpasses=sancov-module -Ccodegen-units=1",
        "-Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
        "-Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares",
    ];
    let run = Run::cargo(&format!("build --release --bin {target} --target {triple} --manifest-path"));
    let run = run.arg(places::manifest("fuzz")?).arg("--target-dir").arg(&made);
    log.run(run.env("RUSTFLAGS", flags.join(" ")).env("RUSTC_BOOTSTRAP", "1"))?;
    Ok(made.join(triple).join("release").join(target))
}

/// What was found on this machine.
fn found(target: &str) -> Result<PathBuf> {
    let folder = places::target("fuzz").join("found").join(target);
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// What is kept for everybody.
fn corpus(target: &str) -> Result<PathBuf> {
    let folder = places::root().join("fuzz/corpus").join(target);
    ensure!(folder.is_dir(), "there is no corpus: {}", places::short(&folder));
    Ok(folder)
}

/// Where a sequence goes that failed.
fn artifacts(target: &str) -> Result<String> {
    let folder = places::root().join("fuzz/artifacts").join(target);
    fs::create_dir_all(&folder)?;
    Ok(format!("-artifact_prefix={}/", folder.display()))
}
