//! The benches live in a workspace of their own, because of the competitors; this is the short way to them.
use super::places;
use super::shell::Run;
use anyhow::Result;

#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// Scenarios and options of the bench program: `spsc`, `--quick`, `--help` ...
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

pub(crate) fn main(args: &Args) -> Result<bool> {
    let manifest = places::manifest("bench")?;
    let run = Run::cargo("run --quiet --release --manifest-path").arg(manifest).arg("--");
    args.rest.iter().fold(run, Run::arg).aloud()
}
