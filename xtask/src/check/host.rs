//! Checks that need nothing but cargo and, for the proofs, solvers.
use super::step::{Log, Step};
use crate::shell::Run;
use crate::weaken::PREEMPTIONS;
use crate::{labels, places, prove, stress};
use anyhow::Result;

pub(super) fn steps() -> Vec<Step> {
    vec![
        Step::new("fmt", "rustfmt has nothing to change", fmt),
        Step::new("clippy", "no warning, in any combination of features", clippy),
        Step::new("bench-lint", "the same for bench/", |log| lint("bench", log)),
        Step::new("proofs-lint", "the same for proofs/", |log| lint("proofs", log)),
        Step::new("orderings", "every ordering has a label, and docs/orderings.md lists it", orderings),
        Step::new("test", "unit, integration, compile-fail and doc tests of the workspace", test),
        Step::new("features", "the libraries' tests with fewer features, and with all", features),
        Step::new("release", "the libraries' tests, optimised", release),
        Step::new("doc", "the documentation builds without a warning", doc),
        Step::new("steps", "counted steps, with others at work between any two of them", counted),
        Step::new("narrow", "words of 8 and 32 bits, which soon wrap", narrow),
    ]
}

pub(super) fn slow_steps() -> Vec<Step> {
    vec![
        Step::new("stress", "everything at once for 20 seconds: every item is accounted for", stress_quickly),
        Step::new("shuttle", "thousands of drawn schedules, with laps that wrap all the time", shuttle),
        Step::new("loom", "every schedule of every model", loom),
        Step::new("weaken", "a model notices each ordering that is weakened", weaken),
        Step::new("prove", "the proofs hold, and find the planted bugs", prove).needing(|_| prove::missing()),
        Step::new("bench", "the benches run (no number is judged)", bench),
    ]
}

const LIBRARIES: &str = "-p annulus -p annulus-protocol";

fn fmt(log: &mut Log) -> Result<()> {
    log.run(Run::cargo("fmt --all -- --check --color never"))?;
    log.run(Run::cargo("fmt --manifest-path ci/freestanding/Cargo.toml -- --check --color never")).map(drop)
}

fn clippy(log: &mut Log) -> Result<()> {
    let products = [
        "--workspace --lib --bins".to_owned(),
        format!("{LIBRARIES} --lib --no-default-features"),
        format!("{LIBRARIES} --lib --no-default-features --features annulus/alloc"),
        format!("{LIBRARIES} --lib --no-default-features --features annulus/embedded-io"),
        format!("{LIBRARIES} --lib --no-default-features --features annulus/embedded-dma,annulus/bytes"),
        format!("{LIBRARIES} --lib --no-default-features --features annulus/embedded-io-async"),
        format!("{LIBRARIES} --lib"),
        format!("{LIBRARIES} --lib --all-features"),
    ];
    for what in products {
        log.run(Run::cargo(&format!("clippy {what} -- -D warnings")))?;
    }
    // Tests count drops with std's atomics, and may.
    let tests = "clippy --workspace --all-targets -- -D warnings -A clippy::disallowed_types";
    log.run(Run::cargo(tests)).map(drop)
}

/// Programs beside the library, which may name any type.
fn lint(folder: &str, log: &mut Log) -> Result<()> {
    let manifest = places::manifest(folder)?;
    log.run(Run::cargo("fmt --manifest-path").arg(&manifest).args("-- --check --color never"))?;
    let run = Run::cargo("clippy --all-targets --manifest-path").arg(manifest);
    log.run(run.args("-- -D warnings -A clippy::disallowed_types")).map(drop)
}

fn orderings(log: &mut Log) -> Result<()> {
    let sites = labels::sites()?;
    log.note(format!("{} orderings", sites.len()));
    labels::compare_with_docs(&sites)
}

fn test(log: &mut Log) -> Result<()> {
    log.run(Run::tests("--workspace")).map(drop)
}

fn features(log: &mut Log) -> Result<()> {
    // With the features that are there by default only what `test` runs is run: here it has to build without what the programs ask for.
    let run =
        Run::cargo(&format!("check {LIBRARIES} --lib --tests --target-dir")).arg(places::target("part"));
    log.run(run.env("RUSTFLAGS", log.matrix()))?;
    for with in ["--no-default-features --features annulus/alloc", "--all-features"] {
        let run = Run::tests(&format!("{LIBRARIES} {with} --target-dir")).arg(places::target("part"));
        log.run(run.env("RUSTFLAGS", log.matrix()))?;
    }
    Ok(())
}

fn release(log: &mut Log) -> Result<()> {
    let with = "--features annulus/ipc,annulus/mirrored --lib --tests --release --target-dir";
    let run = Run::tests(&format!("{LIBRARIES} {with}")).arg(places::target("part"));
    log.run(run.env("RUSTFLAGS", log.matrix())).map(drop)
}

fn doc(log: &mut Log) -> Result<()> {
    // Every feature, because a link may lead to what one of them adds.
    let run = Run::cargo(&format!("doc --no-deps {LIBRARIES} --all-features"));
    log.run(run.env("RUSTDOCFLAGS", "-D warnings")).map(drop)
}

fn counted(log: &mut Log) -> Result<()> {
    let run = Run::tests(&format!("{LIBRARIES} --test steps --target-dir")).arg(places::target("steps"));
    log.run(run.env("RUSTFLAGS", "--cfg annulus_steps")).map(drop)
}

fn narrow(log: &mut Log) -> Result<()> {
    // A ring of more slots than half a word counts cannot be made of 8-bit words, so only the protocol is tested.
    for (bits, what) in [("8", "-p annulus-protocol"), ("32", LIBRARIES)] {
        let flags = format!("{} --cfg annulus_word=\"{bits}\"", log.matrix());
        let run = Run::tests(&format!("{what} --lib --tests --target-dir"));
        let run = run.arg(places::target(&format!("narrow-{bits}")));
        log.run(run.env("RUSTFLAGS", flags))?;
    }
    Ok(())
}

fn stress_quickly(log: &mut Log) -> Result<()> {
    let output = log.run(stress::run().arg("--quick").limit(5 * 60))?;
    let last = output.lines().last().unwrap_or_default();
    log.note(last.split(" (").next().unwrap_or(last).to_owned());
    Ok(())
}

fn shuttle(log: &mut Log) -> Result<()> {
    for tests in ["-p annulus-protocol --test shuttle_*", "-p annulus --test linearizable"] {
        let run = Run::tests(&format!("--release {tests} --target-dir")).arg(places::target("shuttle"));
        log.run(run.env("RUSTFLAGS", "--cfg shuttle --cfg annulus_word=\"8\""))?;
    }
    Ok(())
}

fn loom(log: &mut Log) -> Result<()> {
    let mut run = Run::tests("--release --test loom_* --target-dir").arg(places::target("loom"));
    for package in labels::modelled_packages()? {
        run = run.arg("-p").arg(package);
    }
    let run = run.env("RUSTFLAGS", "--cfg loom").env("LOOM_MAX_PREEMPTIONS", PREEMPTIONS);
    log.run(run).map(drop)
}

fn weaken(log: &mut Log) -> Result<()> {
    // By way of the program itself: what it prints is kept for the case that it fails.
    let output = log.run(Run::new(std::env::current_exe()?).arg("weaken"))?;
    log.note(output.lines().last().unwrap_or_default().to_owned());
    Ok(())
}

fn prove(log: &mut Log) -> Result<()> {
    for run in prove::runs(false)? {
        let output = log.run(run.limit(30 * 60))?;
        log.note(output.lines().last().unwrap_or_default().to_owned());
    }
    Ok(())
}

fn bench(log: &mut Log) -> Result<()> {
    let manifest = places::manifest("bench")?;
    for scenario in ["spsc", "mpmc", "mpsc", "spmc", "bytes", "records"] {
        // Linked quickly, and beside the program that measures: here it only has to run.
        let run = Run::cargo("run --quiet --release --manifest-path").arg(&manifest).arg("--target-dir");
        let run = run.arg(places::target("bench")).env("CARGO_PROFILE_RELEASE_LTO", "off");
        let run =
            run.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16").env("CARGO_PROFILE_RELEASE_DEBUG", "0");
        log.run(run.args("--").arg(scenario).arg("--quick"))?;
    }
    Ok(())
}
