//! A program of the library, `ci/freestanding` and nothing else: no standard library, no allocator, no C library.
use super::step::{Log, Step};
use crate::places;
use crate::shell::{self, Run};
use anyhow::{Result, bail, ensure};
use std::path::PathBuf;

pub(super) fn step() -> Step {
    Step::new(
        "freestanding",
        "no std, no allocator, no libc: it links, leaves no symbol open, and runs",
        check,
    )
    .needing(lacks)
}

fn lacks(_: bool) -> Option<String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Some("runs on x86-64 Linux: its `_start` makes a system call".to_owned());
    }
    let missing = ["gcc", "nm"].into_iter().find(|program| !shell::is_there(program));
    missing.map(|program| format!("needs {program}: apt-get install gcc binutils"))
}

fn check(log: &mut Log) -> Result<()> {
    let lint = "clippy --release --manifest-path ci/freestanding/Cargo.toml --target-dir target/freestanding";
    log.run(Run::cargo(lint).args("-- -D warnings -A clippy::disallowed_types"))?;
    let program = link(log)?;
    let open = log.run(Run::new("nm").arg("-u").arg(&program))?;
    ensure!(open.trim().is_empty(), "symbols are left open:\n{open}");
    log.run(Run::new(&program).limit(20))?;
    let functions = functions(&program)?;
    let bytes: usize = functions.iter().map(|function| function.size).sum();
    log.note(format!("{bytes} bytes of code"));
    Ok(())
}

/// Builds and links the program.
pub(crate) fn link(log: &mut Log) -> Result<PathBuf> {
    let made = places::target("freestanding");
    let build = "build --release --manifest-path ci/freestanding/Cargo.toml --target-dir";
    log.run(Run::cargo(build).arg(&made))?;
    let program = made.join("program");
    let flags =
        "-Os -nostdlib -static -ffreestanding -Wl,--no-undefined -Wl,--gc-sections -Wl,--build-id=none";
    let run = Run::new("gcc").args(flags).arg("ci/freestanding/start.c");
    log.run(run.arg(made.join("release/libannulus_freestanding.a")).arg("-o").arg(&program))?;
    Ok(program)
}

/// A function in the program, and its size in bytes.
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) size: usize,
}

/// The functions of the program, the largest first.
pub(crate) fn functions(program: &PathBuf) -> Result<Vec<Function>> {
    let listing = Run::new("nm").args("-S -C --size-sort -r").arg(program).read()?;
    let function = |line: &str| {
        let (_address, rest) = line.split_once(' ')?;
        let (size, rest) = rest.split_once(' ')?;
        let (kind, name) = rest.split_once(' ')?;
        let size = usize::from_str_radix(size, 16).ok()?;
        kind.eq_ignore_ascii_case("t").then(|| Function { name: name.to_owned(), size })
    };
    let functions: Vec<_> = listing.lines().filter_map(function).collect();
    if functions.is_empty() {
        bail!("nm lists no function:\n{listing}");
    }
    Ok(functions)
}
