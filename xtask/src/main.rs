//! The checks of this repository: `cargo xtask test` runs every one that this machine can run.
mod bench;
mod cancel;
mod check;
mod fuzz;
mod labels;
mod places;
mod prove;
mod shell;
mod size;
mod stress;
mod weaken;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// The checks of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Run every check that this machine can run.
    Test(check::Args),
    /// Weaken each labelled memory ordering in a scratch copy, and see that a loom model notices.
    Weaken(weaken::Args),
    /// Prove the integers of the protocols for every capacity, and see that planted bugs are found.
    Prove(prove::Args),
    /// Compare speeds; the arguments go to the bench program.
    Bench(bench::Args),
    /// Everything at once, for ten minutes or as long as one likes; the arguments go to the stress program.
    Stress(stress::Args),
    /// Drop a million futures of channels at random, under each of four executors: nothing is lost, and nobody is left asleep.
    Cancel(cancel::Args),
    /// Draw sequences of calls that reach new branches, and compare what they do with a model.
    Fuzz(fuzz::Args),
    /// How large the functions of a queue are in a freestanding program.
    Size,
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().verb {
        Verb::Test(args) => check::main(&args),
        Verb::Weaken(args) => weaken::main(&args),
        Verb::Prove(args) => prove::main(&args),
        Verb::Bench(args) => bench::main(&args),
        Verb::Stress(args) => stress::main(&args),
        Verb::Cancel(args) => cancel::main(&args),
        Verb::Fuzz(args) => fuzz::main(&args),
        Verb::Size => size::main(),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
