//! Keeping a process or thread on one CPU.
use crate::failure::{Failure, Result};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// The CPUs of the two ends: `--pin A,B`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pair {
    pub(crate) producer: usize,
    pub(crate) consumer: usize,
}

impl FromStr for Pair {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "two CPU numbers with a comma between them, such as 0,1".to_owned();
        let (a, b) = text.split_once(',').ok_or_else(wrong)?;
        let cpu = |text: &str| text.trim().parse().map_err(|_| wrong());
        Ok(Self { producer: cpu(a)?, consumer: cpu(b)? })
    }
}

impl Pair {
    /// Whether both CPUs are there for us.
    pub(crate) fn check(self) -> Result<()> {
        let allowed = allowed();
        for cpu in [self.producer, self.consumer] {
            if !allowed.contains(&cpu) {
                let todo = format!("choose from {allowed:?}");
                return Err(Failure::usage(format!("--pin: this process may not run on CPU {cpu}"), todo));
            }
        }
        Ok(())
    }
}

/// Whether both ends share one CPU: then whoever waits awake keeps the other one from running.
pub(crate) fn is_one_cpu(pair: Option<Pair>) -> bool {
    match pair {
        Some(pair) => pair.producer == pair.consumer,
        None => allowed().len() < 2,
    }
}

/// The first two CPUs there are for us.
pub(crate) fn first_two() -> Option<Pair> {
    match allowed()[..] {
        [producer, consumer, ..] => Some(Pair { producer, consumer }),
        _ => None,
    }
}

/// The CPUs this process may run on.
fn allowed() -> Vec<usize> {
    match sched_getaffinity(None) {
        Ok(set) => (0..CpuSet::MAX_CPU).filter(|&cpu| set.is_set(cpu)).collect(),
        Err(_) => vec![0],
    }
}

/// Keeps the calling thread on `cpu`. A timing is worth less without, but what is moved is the same: so no error.
pub(crate) fn this_thread(cpu: Option<usize>) {
    if let Some(cpu) = cpu {
        let mut set = CpuSet::new();
        set.set(cpu);
        let _ = sched_setaffinity(None, &set);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_two_numbers() {
        assert_eq!("0,1".parse(), Ok(Pair { producer: 0, consumer: 1 }));
        assert!("0".parse::<Pair>().is_err());
        assert!("0,x".parse::<Pair>().is_err());
    }

    #[test]
    fn a_cpu_that_is_not_there_is_refused() {
        assert!(Pair { producer: 0, consumer: CpuSet::MAX_CPU + 1 }.check().is_err());
    }
}
