//! The stress program is a crate of its own, so that this one does not depend on what it checks; this is the short way to it.
use super::shell::Run;
use anyhow::Result;

#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// Options of the stress program: `--quick`, `--seconds N`, `--only QUEUE`, `--seed N`, `--help`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

pub(crate) fn main(args: &Args) -> Result<bool> {
    args.rest.iter().fold(run(), Run::arg).aloud()
}

pub(crate) fn run() -> Run {
    Run::cargo("run --quiet --release -p annulus-stress --")
}
