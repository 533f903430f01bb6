//! The command line.
use crate::pin::Pair;
use crate::units::parse_bytes;
use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

const EXIT_CODES: &str = "\
Exit codes:
  0    done
  1    failed: the line on standard error says what happened and what to do
  2    the command line cannot be right
  3    the process at the other end of the ring died
  4    the time of --timeout is over
  130  interrupted (128 + the number of the signal)
  141  the reader of the output has gone";

/// Bounded ring queues in shared memory: try one, pipe through one, look at those there are.
#[derive(Debug, Parser)]
#[command(name = "annulus", version, after_help = EXIT_CODES, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Print JSON instead of text
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Move messages between two processes and check every one of them
    ///
    /// Starts a producer process and a consumer process joined by a ring in shared memory and moves FILE through it, or
    /// without one timestamped messages for three seconds: two at full speed, one paced, because a latency at full
    /// speed is mostly time spent in the queue.
    #[command(after_help = EXIT_CODES)]
    Demo(Demo),
    /// Send a file or standard input into the ring NAME
    ///
    /// Either end may start first. Done when the other end has taken everything out of the ring.
    #[command(after_help = EXIT_CODES)]
    Send(Pipe),
    /// Receive a file or standard output from the ring NAME
    ///
    /// Either end may start first. Removes the ring at the end of the stream.
    #[command(after_help = EXIT_CODES)]
    Recv(Pipe),
    /// List the rings there are
    Ls,
    /// Tell about the ring NAME
    Stat(Named),
    /// Remove the ring NAME
    Rm(Remove),
    /// The producer process of the demo
    #[command(name = "__producer", hide = true)]
    Producer(Planned),
    /// The consumer process of the demo
    #[command(name = "__consumer", hide = true)]
    Consumer(Planned),
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// File to move; without it, messages made up for the purpose
    pub(crate) file: Option<PathBuf>,
    /// How many messages to move, instead of three seconds' worth
    #[arg(long, value_name = "N", conflicts_with = "file")]
    pub(crate) messages: Option<u64>,
    /// Bytes of a message, 32 of them a header [default: 64; with FILE 256K]
    #[arg(long, value_name = "BYTES", value_parser = parse_bytes)]
    pub(crate) size: Option<usize>,
    /// Messages that fit into the ring [default: as many as make 4M, and at least 8]
    #[arg(long, value_name = "MESSAGES")]
    pub(crate) capacity: Option<usize>,
    /// Keep the producer on CPU A and the consumer on CPU B
    #[arg(long, value_name = "A,B")]
    pub(crate) pin: Option<Pair>,
    /// Microseconds a waiting end stays awake before it sleeps [default: 50; with one CPU 0]
    #[arg(long, value_name = "US")]
    pub(crate) spin_us: Option<u64>,
    /// Do something wrong on purpose, to see the check find it
    #[arg(long, hide = true)]
    pub(crate) plant: Option<Fault>,
}

/// What `--plant` does to one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub(crate) enum Fault {
    /// Leave it out.
    Lose,
    /// Send it twice.
    Duplicate,
    /// Send half of it with half of another.
    Tear,
    /// Send it after the next one.
    Swap,
}

#[derive(Debug, Args)]
pub(crate) struct Pipe {
    /// Name of the ring: letters, digits, `-`, `_` and `.`
    pub(crate) name: String,
    /// File to read or write; `-` for standard input or output
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,
    /// Bytes that fit into the ring, if this end makes it [default: 1M]
    #[arg(long, value_name = "BYTES", value_parser = parse_bytes)]
    pub(crate) capacity: Option<usize>,
    /// Microseconds to stay awake before sleeping [default: 20; with one CPU 0]
    #[arg(long, value_name = "US")]
    pub(crate) spin_us: Option<u64>,
    /// Seconds to wait for the other end before giving up [default: for ever]
    #[arg(long, value_name = "SECONDS", value_parser = parse_seconds)]
    pub(crate) timeout: Option<Duration>,
}

#[derive(Debug, Args)]
pub(crate) struct Named {
    /// Name of the ring
    pub(crate) name: String,
}

#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// Name of the ring
    pub(crate) name: String,
    /// Remove it even if somebody uses it
    #[arg(long, short)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Planned {
    /// What to do, as JSON
    pub(crate) plan: String,
}

fn parse_seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn seconds_may_have_a_fraction_but_not_a_sign() {
        assert_eq!(parse_seconds("0.5"), Ok(Duration::from_millis(500)));
        assert!(parse_seconds("-1").is_err());
        assert!(parse_seconds("soon").is_err());
    }
}
