//! Futures of channels, dropped at random under four executors: the tests of `runtimes.rs`, with more of them.
use super::shell::Run;
use anyhow::Result;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many are dropped, of each channel under each executor
    #[arg(default_value_t = 1_000_000)]
    count: u32,
    /// Only tests with this in their names, such as `mpmc` or `tokio`
    #[arg(long, default_value = "")]
    only: String,
}

pub(crate) fn main(args: &Args) -> Result<bool> {
    let run = Run::cargo("test --release -p annulus --test runtimes --")
        .arg(&args.only)
        .args("--test-threads=1 --nocapture");
    run.env("ANNULUS_CANCELS", args.count.to_string()).aloud()
}
