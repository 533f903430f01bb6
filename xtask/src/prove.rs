//! The proofs live in a workspace of their own, because of the solvers; this is the short way to them.
use super::places;
use super::shell::{self, Run};
use anyhow::{Result, bail};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Without the planted bugs.
    #[arg(long)]
    quick: bool,
    /// More arguments for the program in `proofs/`.
    #[arg(last = true)]
    rest: Vec<String>,
}

pub(crate) fn main(args: &Args) -> Result<bool> {
    if let Some(missing) = missing() {
        bail!("{missing}");
    }
    for run in runs(args.quick)? {
        let run = args.rest.iter().fold(run, Run::arg);
        println!("{}", run.said());
        if !run.aloud()? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What has to be installed first.
pub(crate) fn missing() -> Option<String> {
    let missing: Vec<_> = ["z3", "cvc5"].into_iter().filter(|solver| !shell::is_there(solver)).collect();
    (!missing.is_empty()).then(|| format!("needs {0}: apt-get install {0}", missing.join(" ")))
}

/// The proofs themselves, and the planted bugs that they must find.
pub(crate) fn runs(quick: bool) -> Result<Vec<Run>> {
    let manifest = places::manifest("proofs")?;
    let program = || Run::cargo("run --quiet --release --manifest-path").arg(&manifest).arg("--");
    let mut runs = vec![program()];
    if !quick {
        runs.push(program().arg("--mutants"));
    }
    Ok(runs)
}
