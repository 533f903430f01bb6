//! Taking samples: interleaved, in an order that rotates, each tagged with how far apart the two CPUs were.

use crate::contest::{Contest, Sample, Setting, WHOLE};
use crate::machine::Cpus;
use crate::stats::median;
use crate::watchdog::Watchdog;

/// A round trip of a line below this many ns is *near*: the two CPUs share a cache. Between packages, or
/// between virtual cores that have drifted apart, it is about twice this. Nothing lies in between.
const NEAR_NS: f64 = 180.0;
/// Below this it never leaves the core: the two CPUs are threads of one core, or virtual cores that happen to
/// run on one. Queues are up to six times as fast there, so it must not be mixed with *near*.
const ONE_CORE_NS: f64 = 45.0;
/// Each contender is sampled this often within a round: A B C A B C.
const PASSES: usize = 2;
/// Rounds that follow each other put the rings at this many different places.
const PLACES: usize = 5;
/// What a contender is first tried with, to choose how many operations fill a sample.
const TRIAL: u64 = 16 * WHOLE;
/// More threads than CPUs take turns by the millisecond: their samples are so many times longer.
const CROWDED: f64 = 2.0;

/// How much to measure.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub cpus: Cpus,
    pub rounds: usize,
    /// How long a sample of a typical contender should last.
    pub sample_ns: f64,
}

/// The conditions that make two samples comparable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Regime {
    OneCore,
    Near,
    Far,
    /// One thread only, so that no line has to travel.
    Alone,
    /// More threads than CPUs, wherever these are: what counts is the CPU time of the process.
    Crowded,
}

impl Regime {
    pub const ALL: [Self; 5] = [Self::OneCore, Self::Near, Self::Far, Self::Alone, Self::Crowded];

    /// Whether our bounds are about it. Which virtual cores share a core is the host's affair.
    pub fn judged(self) -> bool {
        self != Self::OneCore
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::OneCore => "one core",
            Self::Near => "near",
            Self::Far => "far",
            Self::Alone => "one thread",
            Self::Crowded => "oversubscribed",
        }
    }
}

/// One sample and where it belongs.
pub struct Record {
    /// Index into the contest's contenders.
    pub contender: usize,
    pub round: usize,
    pub sample: Sample,
    /// None if the two CPUs moved while it was taken: it counts for neither.
    pub regime: Option<Regime>,
}

/// All that was measured for one contest.
pub struct Measured {
    pub contest: Contest,
    /// How many operations each sample timed.
    pub operations: u64,
    pub records: Vec<Record>,
}

/// Measures `contest`, or says which contender broke.
pub fn measure(contest: Contest, plan: Plan, dog: &Watchdog) -> Result<Measured, String> {
    let take = |contender: usize, operations, decoys| {
        let entrant = &contest.contenders[contender];
        let what = format!("{} in {}", entrant.label, contest.id);
        let setting = Setting { cpus: plan.cpus, operations, decoys };
        let sample = dog.watch(&what, || (entrant.take)(&setting));
        if sample.bad != 0 { Err(format!("{what} lost, invented or reordered items")) } else { Ok(sample) }
    };
    let entrants = contest.contenders.len();

    let trials: Result<Vec<Sample>, String> = (0..entrants).map(|at| take(at, TRIAL, 0)).collect();
    let trials = trials?;
    let times: Vec<f64> = trials.iter().map(|trial| trial.ns).collect();
    let typical = median(&times).unwrap_or(1.0).max(0.01);
    let longer = if trials.iter().any(|trial| trial.crowded) { CROWDED } else { 1.0 };
    let operations = ((longer * plan.sample_ns / typical) as u64).max(1).next_multiple_of(WHOLE);

    let mut records = Vec::with_capacity(plan.rounds * PASSES * entrants);
    for round in 0..plan.rounds {
        for place in 0..PASSES * entrants {
            let contender = (round + place) % entrants;
            let sample = take(contender, operations, round % PLACES)?;
            records.push(Record { contender, round, sample, regime: regime(&sample) });
        }
    }
    Ok(Measured { contest, operations, records })
}

/// The regime of a sample, from the probes before and after it.
fn regime(sample: &Sample) -> Option<Regime> {
    let of = |probe: f64| match probe {
        ..ONE_CORE_NS => Regime::OneCore,
        ..NEAR_NS => Regime::Near,
        _ => Regime::Far,
    };
    match sample.probes {
        _ if sample.crowded => Some(Regime::Crowded),
        None => Some(Regime::Alone),
        Some((before, after)) => (of(before) == of(after)).then(|| of(before)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contest::Contender;

    #[test]
    fn a_contender_that_loses_an_item_is_named() {
        let sample = Sample { bad: 1, ..Sample::of_ns(1.0) };
        let leaky = Contender {
            label: "leaky".into(),
            peer: "leaky",
            package: "leaky",
            ours: false,
            judged: true,
            take: Box::new(move |_| sample),
        };
        let contest = Contest {
            id: "items/64".into(),
            title: "".into(),
            unit: "item",
            contenders: vec![leaky],
            gates: vec![],
        };
        let plan = Plan { cpus: (0, 1), rounds: 1, sample_ns: 1.0 };
        let error = measure(contest, plan, &Watchdog::start()).err().unwrap();
        assert!(error.contains("leaky in items/64"), "{error}");
    }

    #[test]
    fn a_sample_during_which_the_cpus_moved_counts_for_neither_regime() {
        let between = |before, after| regime(&Sample { probes: Some((before, after)), ..Sample::of_ns(1.0) });
        assert_eq!(between(60.0, 70.0), Some(Regime::Near));
        assert_eq!(between(370.0, 350.0), Some(Regime::Far));
        assert_eq!(between(60.0, 350.0), None);
        assert_eq!(between(33.0, 66.0), None);
        assert_eq!(between(33.0, 31.0), Some(Regime::OneCore));
        assert_eq!(regime(&Sample::of_ns(1.0)), Some(Regime::Alone));
    }

    #[test]
    fn more_threads_than_cpus_are_a_regime_of_their_own_and_judged() {
        let sample = Sample { probes: Some((60.0, 350.0)), crowded: true, ..Sample::of_ns(1.0) };
        assert_eq!(regime(&sample), Some(Regime::Crowded));
        assert!(Regime::Crowded.judged());
    }
}
