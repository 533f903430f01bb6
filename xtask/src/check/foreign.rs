//! Checks for other machines than this one, or with a standard library built for the check.
//!
//! Most need the standard library's source, of exactly this compiler's version, and all use `-Z` options, which a
//! stable compiler takes when it is told that it is bootstrapping.
use super::step::{Log, Step};
use crate::places;
use crate::shell::{self, Run};
use anyhow::{Context as _, Result, ensure};
use std::path::PathBuf;

pub(super) fn steps() -> Vec<Step> {
    vec![
        Step::new("bare", "builds for cores without a system, two of them without compare-and-swap", bare)
            .needing(lacks_source),
        Step::new("i686", "the libraries' tests where a word has 32 bits", i686).needing(lacks_multilib),
        Step::new("asan", "AddressSanitizer and its leak check find nothing", asan).needing(lacks_host),
        Step::new("tsan", "ThreadSanitizer finds nothing", tsan).needing(lacks_source),
    ]
}

const HOST: &str = "x86_64-unknown-linux-gnu";
const TESTS: &str = "-p annulus -p annulus-protocol --lib --tests";

/// So that a finding names lines.
const LINES: &str = "-Cdebuginfo=line-tables-only";

/// Tests that no sanitizer can judge, by a part of their names: compile-fail tests start a compiler, which would
/// inherit the sanitizer's flags; long searches for a wrong answer, through all states of a protocol, and for flaws that were planted, say nothing of memory.
const NOT_FOR_SANITIZERS: &[&str] =
    &["compile", "one_thing_at_a_time", "_so_in_", "_so_where_", "_so_after_", "planted", "every_state"];

/// What ThreadSanitizer cannot judge either: it does not model fences, on which wake-ups rest ([E1], [E2]).
const NOT_FOR_TSAN: &[&str] = &["fence", "wake", "asleep"];

/// Test programs of one thread, in which there is nothing to race. They would take most of ThreadSanitizer's time.
const OF_ONE_THREAD: &[(&str, &str)] = &[
    ("annulus", "bytes"),
    ("annulus", "bytes_io"),
    ("annulus", "bytes_model"),
    ("annulus", "bytes_pipeline"),
    ("annulus", "compile_fail"),
    ("annulus", "frames"),
    ("annulus", "frames_hostile"),
    ("annulus", "model"),
    ("annulus", "mpmc"),
    ("annulus", "mpsc"),
    ("annulus", "pool"),
    ("annulus", "records"),
    ("annulus", "spmc"),
    ("annulus", "spsc"),
    ("annulus-protocol", "record"),
    ("annulus-protocol", "turns"),
];

fn bare(log: &mut Log) -> Result<()> {
    // thumbv6m and riscv32imc have loads and stores only: what builds there without features needs no more.
    let builds = [
        ("thumbv6m-none-eabi", "core", ""),
        ("riscv32imc-unknown-none-elf", "core", ""),
        ("thumbv6m-none-eabi", "core", "--features annulus/embedded-io-async,annulus/embedded-dma"),
        ("thumbv6m-none-eabi", "core,alloc", "--features annulus/alloc,annulus/critical-section"),
        ("thumbv7em-none-eabihf", "core,alloc", "--features annulus/alloc"),
        (
            "thumbv7em-none-eabihf",
            "core,alloc",
            "--features annulus/embedded-io-async,annulus/embedded-dma,annulus/bytes",
        ),
    ];
    for (target, std, features) in builds {
        let build = "build -p annulus -p annulus-protocol --lib --no-default-features";
        let run = Run::cargo(&format!("{build} {features} -Zbuild-std={std} --target {target} --target-dir"));
        let run = run.arg(places::target("bare"));
        let run = with_source(run, log)?;
        log.run(run)?;
    }
    log.note(format!("{} builds", builds.len()));
    Ok(())
}

fn i686(log: &mut Log) -> Result<()> {
    let run = Run::tests(&format!("{TESTS} -Zbuild-std --target i686-unknown-linux-gnu --target-dir"));
    let run = without(run.arg(places::target("i686")).env("RUSTFLAGS", log.matrix()), &[NOT_FOR_SANITIZERS]);
    let run = with_source(run, log)?;
    log.run(run).map(drop)
}

fn asan(log: &mut Log) -> Result<()> {
    // The standard library is not instrumented, which the compiler would otherwise refuse as a mixture.
    let flags = format!("{} {LINES} -Zsanitizer=address -Cunsafe-allow-abi-mismatch=sanitizer", log.matrix());
    let run = Run::tests(&format!("{TESTS} --target {HOST} --target-dir")).arg(places::target("asan"));
    let run = run.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", flags);
    log.run(without(run, &[NOT_FOR_SANITIZERS])).map(drop)
}

fn tsan(log: &mut Log) -> Result<()> {
    // What it finds is true, what it does not find may be luck: a race goes unseen when its traces are overwritten before
    // the other thread comes by. The models (`loom`, `weaken`) are what the orderings rest on.
    // With the standard library built the same way, or what it orders would look like races.
    for (package, features) in [("annulus", "futures"), ("annulus-protocol", "")] {
        let mut run = Run::tests(&format!("-p {package} -Zbuild-std --target {HOST} --lib"));
        run = run.arg(format!("--features={features}")); // of all programs, whatever they need
        for program in programs_of_threads(package, log.whole)? {
            run = run.arg("--test").arg(program);
        }
        let run = run.arg("--target-dir").arg(places::target("tsan"));
        let run = run.env("RUSTFLAGS", format!("{} {LINES} -Zsanitizer=thread", log.matrix()));
        let run = with_source(without(run, &[NOT_FOR_SANITIZERS, NOT_FOR_TSAN]), log)?;
        log.run(run)?;
    }
    Ok(())
}

/// The test programs of a crate; unless all are wanted, without those of one thread.
fn programs_of_threads(package: &str, all: bool) -> Result<Vec<String>> {
    let mut programs = Vec::new();
    for entry in std::fs::read_dir(places::root().join("crates").join(package).join("tests"))? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let program = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !all && OF_ONE_THREAD.contains(&(package, &program)) {
            let text = std::fs::read_to_string(&path)?;
            ensure!(!text.contains("thread::s"), "{} starts threads", places::short(&path));
        } else {
            programs.push(program);
        }
    }
    programs.sort();
    Ok(programs)
}

fn without(run: Run, names: &[&[&str]]) -> Run {
    let run = run.arg("--");
    names.iter().copied().flatten().fold(run, |run, name| run.arg("--skip").arg(name))
}

/// Lets cargo build the standard library, whose source is fetched if it is not there.
fn with_source(run: Run, log: &mut Log) -> Result<Run> {
    let source = match source()? {
        Some(source) => source,
        None => {
            log.run(Run::new("bash").arg("ci/get-rust-src.sh").arg(fetched_to()))?;
            source()?.context("ci/get-rust-src.sh left no source of the standard library")?
        }
    };
    Ok(run.env("RUSTC_BOOTSTRAP", "1").env("__CARGO_TESTS_ONLY_SRC_ROOT", source))
}

/// The standard library's source: of the toolchain, or as the script unpacks it.
fn source() -> Result<Option<PathBuf>> {
    let sysroot = Run::new("rustc").args("--print sysroot").read()?;
    let version = Run::new("rustc").arg("--version").read()?;
    let version = version.split_whitespace().nth(1).context("rustc tells no version")?;
    let places = [
        PathBuf::from(sysroot.trim()).join("lib/rustlib/src/rust/library"),
        fetched_to().join(format!("usr/src/rustc-{version}/library")),
    ];
    Ok(places.into_iter().find(|place| place.join("std/Cargo.toml").exists()))
}

fn fetched_to() -> PathBuf {
    places::target("rust-src")
}

fn lacks_host(_: bool) -> Option<String> {
    let fits = cfg!(all(target_os = "linux", target_arch = "x86_64"));
    (!fits).then(|| "runs on x86-64 Linux".to_owned())
}

fn lacks_source(may_fetch: bool) -> Option<String> {
    if let Some(lacking) = lacks_host(may_fetch) {
        return Some(lacking);
    }
    let there = matches!(source(), Ok(Some(_)));
    if there || (may_fetch && shell::is_there("apt-get")) {
        return None;
    }
    Some(
        "needs the standard library's source: rustup component add rust-src, or ci/get-rust-src.sh"
            .to_owned(),
    )
}

fn lacks_multilib(may_fetch: bool) -> Option<String> {
    let links = || -> Result<()> {
        let made = places::target("i686");
        std::fs::create_dir_all(&made)?;
        let (from, to) = (made.join("probe.c"), made.join("probe"));
        std::fs::write(&from, "int main(void) { return 0; }\n")?;
        let ended = Run::new("gcc").arg("-m32").arg(from).arg("-o").arg(to).quietly()?;
        ensure!(ended.is_success(), ended.output);
        Ok(())
    };
    lacks_source(may_fetch)
        .or_else(|| links().is_err().then(|| "needs gcc -m32: apt-get install gcc-multilib".to_owned()))
}
