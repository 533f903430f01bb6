//! What was measured, for people (markdown) and for programs (JSON).

use std::fmt::Write;

use serde_json::{Value, json};

use crate::contest::Contender;
use crate::judge::{Finding, Ratio, Verdict};
use crate::measure::{Measured, Regime};
use crate::stats::Summary;

/// How to read the tables; printed above them.
pub const LEGEND: &str = "Times are ns per operation: median [min] p25-p75 (samples). Ratios are to the best peer: \
     of the medians / median of the ratios within a round. Where threads outnumber the CPUs (oversubscribed), \
     the time is the CPU time of the process, and wall time stands beside it.";

fn time(summary: Option<Summary>) -> String {
    let Some(s) = summary else { return "-".to_owned() };
    format!("{:.2} [{:.2}] {:.2}-{:.2} ({})", s.median, s.min, s.p25, s.p75, s.n)
}

fn ratio(ratio: Option<Ratio>) -> String {
    let Some(ratio) = ratio else { return "-".to_owned() };
    let rounds = ratio.of_rounds.map_or("-".to_owned(), |rounds| format!("{:.2}", rounds.median));
    format!("{:.2} / {rounds}", ratio.of_medians)
}

/// The table of one contest.
pub fn table(measured: &Measured) -> String {
    let contest = &measured.contest;
    let regimes = measured.regimes();
    let mut text = format!("### {}\n\n", contest.title);
    let columns = |what: &str| regimes.iter().map(|r| format!(" {}{what} |", r.name())).collect::<String>();
    let crowded = regimes.contains(&Regime::Crowded);
    let wall = if crowded { " oversubscribed: wall |" } else { "" };
    let _ = writeln!(text, "| ns per {} |{}{}{wall}", contest.unit, columns(""), columns(": ratio"));
    let _ = writeln!(text, "|---|{}", "---|".repeat(2 * regimes.len() + usize::from(crowded)));
    for (at, contender) in contest.contenders.iter().enumerate() {
        let times: String =
            regimes.iter().map(|&r| format!(" {} |", time(measured.summary(at, r)))).collect();
        let to_best = |&r: &Regime| ratio(measured.best_peer(r).and_then(|best| measured.ratio(at, best, r)));
        let ratios: String = regimes.iter().map(|r| format!(" {} |", to_best(r))).collect();
        let wall =
            if crowded { format!(" {} |", time(measured.wall(at, Regime::Crowded))) } else { String::new() };
        let _ = writeln!(text, "| {} |{times}{ratios}{wall}", contender.label);
    }
    let (operations, dropped) = (measured.operations, measured.dropped());
    let _ = write!(text, "\n{operations} operations a sample; {dropped} samples dropped");
    for &regime in &regimes {
        if let Some(probes) = measured.probes(regime) {
            let _ = write!(
                text,
                "; line round trip {}: {:.0} ns [{:.0}]",
                regime.name(),
                probes.median,
                probes.min
            );
        }
    }
    text.push_str(".\n");
    text
}

/// The last section: what is required of us and whether it held.
pub fn gates(verdicts: &[(&Measured, Verdict)]) -> String {
    let mut text = "## gates\n\n".to_owned();
    let _ = writeln!(
        text,
        "Ours / rival, of the medians / within rounds (p25-p75 of the rounds); both must hold.\n"
    );
    let _ = writeln!(text, "| line | bound | ratio | verdict |\n|---|---|---|---|");
    for (measured, verdict) in verdicts {
        let label = |at: usize| measured.contest.contenders[at].label.as_str();
        let show = |finding: &Finding| {
            let spread =
                finding.ratio.of_rounds.map_or(String::new(), |r| format!(" ({:.2}-{:.2})", r.p25, r.p75));
            let few = if finding.counts { "" } else { ", too few rounds to judge" };
            let (regime, to) = (finding.regime.name(), ratio(Some(finding.ratio)));
            format!("{regime}: {to}{spread} {} vs {}{few}", label(finding.ours), label(finding.rival))
        };
        let findings: Vec<String> = verdict.findings.iter().map(show).collect();
        let met = match verdict.met {
            None => "not judged",
            Some(true) => "met",
            Some(false) if verdict.narrow => "**missed**, within the spread",
            Some(false) => "**missed**",
        };
        let _ = writeln!(text, "| {} | {:.2} | {} | {met} |", verdict.id, verdict.bound, findings.join("; "));
    }
    text
}

fn summary_json(summary: Summary) -> Value {
    json!({ "median": summary.median, "min": summary.min, "p25": summary.p25, "p75": summary.p75, "n": summary.n })
}

fn ratio_json(ratio: Ratio) -> Value {
    json!({ "of_medians": ratio.of_medians, "of_rounds": ratio.of_rounds.map(summary_json) })
}

fn contender_json(measured: &Measured, at: usize, contender: &Contender) -> Value {
    let records = measured.records.iter().filter(|record| record.contender == at);
    let samples = records.map(|record| {
        let probes = record.sample.probes.map(|(before, after)| json!([before, after]));
        let regime = record.regime.map(Regime::name);
        json!({ "round": record.round, "ns": record.sample.ns, "cpu_ns": record.sample.cpu_ns, "probes": probes, "regime": regime })
    });
    let regimes = measured.regimes().into_iter().filter_map(|regime| {
        let summary = summary_json(measured.summary(at, regime)?);
        let to_best = measured.best_peer(regime).and_then(|best| measured.ratio(at, best, regime));
        let found = json!({ "time": summary, "ratio_to_best_peer": to_best.map(ratio_json) });
        Some((regime.name().to_owned(), found))
    });
    json!({
        "label": contender.label,
        "peer": contender.peer,
        "ours": contender.ours,
        "judged": contender.judged,
        "regimes": regimes.collect::<serde_json::Map<_, _>>(),
        "samples": samples.collect::<Vec<_>>(),
    })
}

fn verdict_json(measured: &Measured, verdict: &Verdict) -> Value {
    let label = |at: usize| measured.contest.contenders[at].label.as_str();
    let findings = verdict.findings.iter().map(|finding| {
        json!({
            "regime": finding.regime.name(),
            "ours": label(finding.ours),
            "rival": label(finding.rival),
            "ratio": ratio_json(finding.ratio),
            "counts": finding.counts,
        })
    });
    json!({
        "line": verdict.id,
        "bound": verdict.bound,
        "met": verdict.met,
        "narrow": verdict.narrow,
        "findings": findings.collect::<Vec<_>>(),
    })
}

/// Everything, down to the single sample.
pub fn json(machine: &str, measured: &[Measured], verdicts: &[(&Measured, Verdict)]) -> Value {
    let contests = measured.iter().map(|measured| {
        let contenders = measured.contest.contenders.iter().enumerate();
        json!({
            "id": measured.contest.id,
            "title": measured.contest.title,
            "unit": measured.contest.unit,
            "operations": measured.operations,
            "dropped": measured.dropped(),
            "contenders": contenders.map(|(at, c)| contender_json(measured, at, c)).collect::<Vec<_>>(),
        })
    });
    json!({
        "machine": machine,
        "contests": contests.collect::<Vec<_>>(),
        "gates": verdicts.iter().map(|(measured, verdict)| verdict_json(measured, verdict)).collect::<Vec<_>>(),
    })
}
