//! Proves the shipped protocols: `cargo run --release` proves, `cargo run --release -- --mutants` plants bugs that it must
//! catch. `README.md` says what is shown and what is not.
mod byte;
mod entry;
mod granule;
mod mutants;
mod planted;
mod prover;
mod scenario;
mod slot;
mod solver;
mod state;
mod symbolic;
mod term;
mod world;

// Functions that are `const` in the product: terms cannot be made in a constant.
macro_rules! const_fn {
    ($(#[$meta:meta])* $vis:vis const fn $($rest:tt)*) => { $(#[$meta])* $vis fn $($rest)* };
}

// The shipped text, copied by `build.rs`.
include!(concat!(env!("OUT_DIR"), "/protocol.rs"));

use protocol::lane::door;
use std::process::ExitCode;

const USAGE: &str = "usage: annulus-proofs [--mutants | --first-failure FILE|TEXT | --only TEXT]
  (nothing)         proves every scenario with z3 and cvc5
  --only TEXT       the scenarios whose name contains TEXT
  --mutants         plants each known bug in a copy of the shipped text; each must be caught
  --first-failure FILE|TEXT  proves what is about a shipped file, or has a name with TEXT, and stops at the first obligation that fails (used by --mutants)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let Err(missing) = solver::find() {
        eprintln!("{missing}");
        return ExitCode::from(2);
    }
    let good = match arguments[..] {
        [] => prover::prove_all(""),
        ["--only", name] => prover::prove_all(name),
        ["--first-failure", what] => prover::first_failure(what),
        ["--mutants"] => planted::catch_all(""),
        ["--mutants", name] => planted::catch_all(name),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
