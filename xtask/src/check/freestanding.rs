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
    for (queue, program) in link(log)? {
        let open = log.run(Run::new("nm").arg("-u").arg(&program))?;
        ensure!(open.trim().is_empty(), "symbols are left open:\n{open}");
        log.run(Run::new(&program).limit(20))?;
        let bytes: usize = functions(&program)?.iter().map(|function| function.size).sum();
        let most = queue.most.unwrap_or(usize::MAX);
        ensure!(bytes <= most, "{}: {bytes} bytes of code, {most} are allowed", queue.name);
        log.note(format!("{} {bytes} bytes of code", queue.name));
    }
    Ok(())
}

/// A queue with a program of its own, `NAME.c`.
pub(crate) struct Queue {
    pub(crate) name: &'static str,
    /// How many bytes of code it may take, where that was promised.
    pub(crate) most: Option<usize>,
}

const QUEUES: [Queue; 3] = [
    Queue { name: "lane", most: None },
    Queue { name: "bytes", most: Some(2048) },
    Queue { name: "uart", most: None },
];

/// Builds the library, and links the program of each queue.
pub(crate) fn link(log: &mut Log) -> Result<Vec<(Queue, PathBuf)>> {
    let made = places::target("freestanding");
    let build = "build --release --manifest-path ci/freestanding/Cargo.toml --target-dir";
    log.run(Run::cargo(build).arg(&made))?;
    let library = made.join("release/libannulus_freestanding.a");
    let program = |queue: Queue| {
        let program = made.join(queue.name);
        let flags =
            "-Os -nostdlib -static -ffreestanding -Wl,--no-undefined -Wl,--gc-sections -Wl,--build-id=none";
        let run = Run::new("gcc").args(flags).arg(format!("ci/freestanding/{}.c", queue.name));
        log.run(run.arg(&library).arg("-o").arg(&program))?;
        Ok((queue, program))
    };
    QUEUES.into_iter().map(program).collect()
}

/// A function in the program, and its size in bytes.
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) size: usize,
}

/// The functions of the program that are the queue's, the largest first.
pub(crate) fn functions(program: &PathBuf) -> Result<Vec<Function>> {
    let listing = Run::new("nm").args("-S -C --size-sort -r").arg(program).read()?;
    let function = |line: &str| {
        let (_address, rest) = line.split_once(' ')?;
        let (size, rest) = rest.split_once(' ')?;
        let (kind, name) = rest.split_once(' ')?;
        let size = usize::from_str_radix(size, 16).ok()?;
        // Our own `_start`, which only checks, is no part of the price.
        (kind.eq_ignore_ascii_case("t") && name != "_start").then(|| Function { name: name.to_owned(), size })
    };
    let functions: Vec<_> = listing.lines().filter_map(function).collect();
    if functions.is_empty() {
        bail!("nm lists no function:\n{listing}");
    }
    Ok(functions)
}
