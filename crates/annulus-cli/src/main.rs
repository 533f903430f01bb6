//! The `annulus` program: what a newcomer runs first, and what shows what is in shared memory.
//!
//! ```text
//! args -> demo    two processes, a ring, and a check of every message   (plan, producer, consumer, outcome)
//!      -> pipe    send and recv: a pipe between two shells
//!      -> rings   ls, stat, rm
//! ```
//! Everything it does with rings it does through the public interface of the library. Text for people goes to standard
//! output, `--json` makes it JSON; an error is one line on standard error and an exit code ([`failure::code`]).
#![forbid(unsafe_code)]

mod args;
mod clock;
mod demo;
mod failure;
mod output;
mod pin;
mod pipe;
mod probe;
mod ring;
mod rings;
mod signals;
mod units;

use args::{Cli, Command};
use clap::Parser;
use failure::{Failure, Result};
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            complain(&failure);
            ExitCode::from(failure.code())
        }
    }
}

fn run(cli: &Cli) -> Result<()> {
    match &cli.command {
        Command::Demo(args) => demo::run(args, cli.json),
        Command::Send(args) => pipe::send(args, cli.json),
        Command::Recv(args) => pipe::recv(args, cli.json),
        Command::Ls => rings::ls(cli.json),
        Command::Stat(args) => rings::stat(&args.name, cli.json),
        Command::Rm(args) => rings::rm(args, cli.json),
        Command::Producer(args) => demo::child(demo::Role::Producer, &args.plan),
        Command::Consumer(args) => demo::child(demo::Role::Consumer, &args.plan),
    }
}

/// Says what happened, if there is anything to say. If it cannot be said, the exit code still tells.
fn complain(failure: &Failure) {
    use std::io::Write;
    if !failure.is_silent() {
        let _ = writeln!(std::io::stderr(), "{failure}");
    }
}
