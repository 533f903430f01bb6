//! From samples to ratios, and from ratios to verdicts.
//!
//! Every ratio is computed twice: from the medians of all samples of a regime, and as the median of the ratios
//! within each round, whose samples lie milliseconds apart. Where they disagree, the machine changed under us.

use crate::contest::{Gate, Sample};
use crate::measure::{Measured, Regime};
use crate::stats::{Summary, median};

/// A regime with fewer rounds than this is shown but not judged.
const ENOUGH_ROUNDS: usize = 3;

/// One time over another.
#[derive(Clone, Copy, Debug)]
pub struct Ratio {
    pub of_medians: f64,
    /// The ratios of the rounds in which both were sampled in this regime.
    pub of_rounds: Option<Summary>,
}

impl Ratio {
    /// Both ways to compute it say at most `bound`.
    fn within(&self, bound: f64) -> bool {
        self.of_medians <= bound && self.of_rounds.is_some_and(|rounds| rounds.median <= bound)
    }

    fn rounds(&self) -> usize {
        self.of_rounds.map_or(0, |rounds| rounds.n)
    }
}

impl Measured {
    /// The regimes in which this contest has samples.
    pub fn regimes(&self) -> Vec<Regime> {
        let sampled = |&regime: &Regime| self.records.iter().any(|record| record.regime == Some(regime));
        Regime::ALL.into_iter().filter(sampled).collect()
    }

    pub fn summary(&self, contender: usize, regime: Regime) -> Option<Summary> {
        Summary::of(&self.times(contender, regime, None))
    }

    /// The contender of `ours` or of the peers with the least median.
    pub fn best(&self, regime: Regime, eligible: impl Fn(usize) -> bool) -> Option<usize> {
        let known = |at| Some((at, self.summary(at, regime)?.median));
        let all = (0..self.contest.contenders.len()).filter(|&at| eligible(at)).filter_map(known);
        all.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at)
    }

    pub fn best_peer(&self, regime: Regime) -> Option<usize> {
        self.best(regime, |at| self.contest.contenders[at].is_rival())
    }

    pub fn ratio(&self, contender: usize, rival: usize, regime: Regime) -> Option<Ratio> {
        let of_medians = self.summary(contender, regime)?.median / self.summary(rival, regime)?.median;
        let last = self.records.last()?.round;
        let in_round = |round| {
            let ours = median(&self.times(contender, regime, Some(round)))?;
            Some(ours / median(&self.times(rival, regime, Some(round)))?)
        };
        let rounds: Vec<f64> = (0..=last).filter_map(in_round).collect();
        Some(Ratio { of_medians, of_rounds: Summary::of(&rounds) })
    }

    /// The line's round trips around the samples of a regime.
    pub fn probes(&self, regime: Regime) -> Option<Summary> {
        let wanted = self.records.iter().filter(|record| record.regime == Some(regime));
        let probes: Vec<f64> =
            wanted.filter_map(|record| record.sample.probes).map(|(b, a)| (b + a) / 2.0).collect();
        Summary::of(&probes)
    }

    /// Samples that were dropped because the CPUs moved.
    pub fn dropped(&self) -> usize {
        self.records.iter().filter(|record| record.regime.is_none()).count()
    }

    /// Wall time where CPU time is what counts.
    pub fn wall(&self, contender: usize, regime: Regime) -> Option<Summary> {
        Summary::of(&self.values(contender, regime, None, |sample| sample.ns))
    }

    fn times(&self, contender: usize, regime: Regime, round: Option<usize>) -> Vec<f64> {
        self.values(contender, regime, round, Sample::judged_ns)
    }

    fn values(
        &self,
        contender: usize,
        regime: Regime,
        round: Option<usize>,
        of: impl Fn(&Sample) -> f64,
    ) -> Vec<f64> {
        let wanted = self.records.iter().filter(|record| {
            record.contender == contender
                && record.regime == Some(regime)
                && round.is_none_or(|round| round == record.round)
        });
        wanted.map(|record| of(&record.sample)).collect()
    }
}

/// One regime of a judged line.
pub struct Finding {
    pub regime: Regime,
    pub ours: usize,
    pub rival: usize,
    pub ratio: Ratio,
    /// Whether there were enough rounds to believe it.
    pub counts: bool,
}

/// A judged line.
pub struct Verdict {
    pub id: String,
    pub bound: f64,
    pub findings: Vec<Finding>,
    /// None if no regime had enough rounds, or a side is missing.
    pub met: Option<bool>,
    /// Missed, but by less than the quartiles of the rounds: run it again, longer.
    pub narrow: bool,
}

/// The verdict of each gate.
pub fn judge(measured: &Measured) -> Vec<Verdict> {
    measured.contest.gates.iter().map(|gate| verdict(measured, gate)).collect()
}

/// Judges our best against its rival in every judged regime; the bound must hold in each that counts.
fn verdict(measured: &Measured, gate: &Gate) -> Verdict {
    let contenders = &measured.contest.contenders;
    let ours = |at: usize| contenders[at].is_judged();
    let rival =
        |at: usize| contenders[at].is_rival() && gate.rival.is_none_or(|name| contenders[at].peer == name);
    let find = |regime: Regime| {
        let (ours, rival) = (measured.best(regime, ours)?, measured.best(regime, rival)?);
        let ratio = measured.ratio(ours, rival, regime)?;
        Some(Finding { regime, ours, rival, ratio, counts: ratio.rounds() >= ENOUGH_ROUNDS })
    };
    let findings: Vec<Finding> =
        measured.regimes().into_iter().filter(|regime| regime.judged()).filter_map(find).collect();
    let counted = || findings.iter().filter(|finding| finding.counts);
    let met = counted().next().map(|_| counted().all(|finding| finding.ratio.within(gate.bound)));
    let close = |ratio: Ratio| ratio.of_rounds.is_some_and(|rounds| rounds.p25 <= gate.bound);
    let narrow = met == Some(false) && counted().all(|finding| close(finding.ratio));
    Verdict { id: measured.contest.id.clone(), bound: gate.bound, findings, met, narrow }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contest::{Contender, Contest, against_best};
    use crate::measure::Record;

    /// Ours and one peer, one sample each per round, from `(regime, ours, peer)`.
    fn measured(rounds: &[(Regime, f64, f64)]) -> Measured {
        let contender = |peer, ours| Contender {
            label: String::new(),
            peer,
            package: peer,
            ours,
            judged: true,
            take: Box::new(|_| unreachable!("nothing is sampled here")),
        };
        let record = |round, contender, regime, ns| Record {
            contender,
            round,
            sample: Sample::of_ns(ns),
            regime: Some(regime),
        };
        let both = |(round, &(regime, ours, peer)): (usize, &(Regime, f64, f64))| {
            [record(round, 0, regime, ours), record(round, 1, regime, peer)]
        };
        Measured {
            contest: Contest {
                id: String::new(),
                title: String::new(),
                unit: "item",
                contenders: vec![contender("annulus", true), contender("peer", false)],
                gates: against_best(1.0),
            },
            operations: 1,
            records: rounds.iter().enumerate().flat_map(both).collect(),
        }
    }

    #[test]
    fn a_bound_must_hold_in_every_regime_with_enough_rounds() {
        let near = [(Regime::Near, 1.0, 2.0); 3];
        let far = [(Regime::Far, 9.0, 8.0); 3];
        assert_eq!(judge(&measured(&near))[0].met, Some(true));
        assert_eq!(judge(&measured(&[near, far].concat()))[0].met, Some(false));
        assert_eq!(judge(&measured(&[&near[..], &far[..1]].concat()))[0].met, Some(true));
        assert_eq!(judge(&measured(&near[..2]))[0].met, None);
    }

    #[test]
    fn a_narrow_miss_is_a_miss_that_says_so() {
        let rounds = [(Regime::Near, 1.0, 1.0), (Regime::Near, 2.1, 2.0), (Regime::Near, 2.2, 2.0)];
        let verdict = judge(&measured(&rounds)).remove(0);
        assert_eq!((verdict.met, verdict.narrow), (Some(false), false));
        let verdict = judge(&measured(&[&rounds[..], &rounds[..1]].concat())).remove(0);
        assert_eq!((verdict.met, verdict.narrow), (Some(false), true));
    }

    #[test]
    fn who_is_not_judged_takes_no_side() {
        let mut m = measured(&[(Regime::Near, 1.0, 2.0); 3]);
        m.contest.contenders[1].judged = false;
        assert_eq!(judge(&m)[0].met, None);
        assert_eq!(m.best_peer(Regime::Near), None);
        m.contest.contenders[1].judged = true;
        m.contest.contenders[0].judged = false;
        assert_eq!(judge(&m)[0].met, None);
        assert_eq!(m.best_peer(Regime::Near), Some(1));
    }

    #[test]
    fn where_threads_share_cpus_their_cpu_time_is_judged() {
        let mut m = measured(&[(Regime::Crowded, 9.0, 1.0); 3]);
        for record in &mut m.records {
            record.sample.crowded = true;
            record.sample.cpu_ns = Some(if record.contender == 0 { 1.0 } else { 2.0 });
        }
        assert_eq!(judge(&m)[0].met, Some(true));
        assert_eq!(m.wall(0, Regime::Crowded).unwrap().median, 9.0);
    }

    #[test]
    fn rounds_are_compared_within_themselves() {
        let m = measured(&[(Regime::Near, 1.0, 2.0), (Regime::Near, 10.0, 20.0), (Regime::Near, 4.0, 4.0)]);
        let ratio = m.ratio(0, 1, Regime::Near).unwrap();
        assert_eq!(ratio.of_medians, 1.0);
        assert_eq!(ratio.of_rounds.unwrap().median, 0.5);
    }
}
