//! Runs the scenarios and prints the table.
use crate::scenario::{self, Scenario, about, all_scenarios};
use crate::solver::{self, Answer};
use crate::term::{Failure, Outcome, explore};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

/// A line of the table.
struct Row {
    outcome: Outcome,
    cvc5: Duration,
}

/// Proves every scenario whose name contains `name`. Answers whether all is proved.
pub(crate) fn prove_all(name: &str) -> bool {
    let since = Instant::now();
    let scenarios: Vec<&Scenario> = all_scenarios().into_iter().filter(|s| s.0.contains(name)).collect();
    println!("{:<36} {:>11} {:>6} {:>8} {:>8}  result", "scenario", "obligations", "paths", "z3", "cvc5");
    let rows = rows(&scenarios);
    let mut sums = (0, 0, Duration::ZERO, Duration::ZERO);
    let mut failed: Vec<(&str, Failure)> = vec![];
    for (scenario, row) in scenarios.iter().zip(rows) {
        let Row { outcome, cvc5 } = row;
        sums.0 += outcome.obligations;
        sums.1 += outcome.paths;
        sums.2 += outcome.z3;
        sums.3 += cvc5;
        for failure in outcome.failures {
            // One example of each is enough to see what is wrong.
            let known =
                |(name, f): &(&str, Failure)| *name == scenario.0 && f.obligation == failure.obligation;
            if !failed.iter().any(known) {
                failed.push((scenario.0, failure));
            }
        }
    }
    let result = if failed.is_empty() { "proved" } else { "FAILED" };
    line("all", sums.0, sums.1, sums.2, sums.3, result);
    println!("{:.1} s", since.elapsed().as_secs_f64());
    for (scenario, failure) in failed.iter().take(12) {
        println!("\n{scenario}: {}\n  {}", failure.obligation, failure.example);
    }
    failed.is_empty() && !scenarios.is_empty()
}

fn line(name: &str, obligations: usize, paths: usize, z3: Duration, cvc5: Duration, result: &str) {
    let (z3, cvc5) = (z3.as_secs_f64(), cvc5.as_secs_f64());
    println!("{name:<36} {obligations:>11} {paths:>6} {z3:>7.2}s {cvc5:>7.2}s  {result}");
}

/// Two scenarios at a time; cvc5 confirms one while z3 explores the next.
fn rows(scenarios: &[&Scenario]) -> Vec<Row> {
    let next = Mutex::new(0..scenarios.len());
    let rows: Vec<Mutex<Option<Row>>> = scenarios.iter().map(|_| Mutex::new(None)).collect();
    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(i) = { next.lock().expect("no worker panics").next() } {
                    *rows[i].lock().expect("no worker panics") = Some(row(scenarios[i]));
                }
            });
        }
    });
    rows.into_iter().map(|r| r.into_inner().expect("no worker panics").expect("every row is made")).collect()
}

fn row(scenario: &Scenario) -> Row {
    let mut outcome = explore(scenario.1, scenario::is_of_bits(scenario), false);
    let (answers, cvc5) = solver::batch(outcome.script());
    let silent = std::iter::repeat(Answer::Unknown);
    for (obligation, answer) in outcome.expected.iter().zip(answers.into_iter().chain(silent)) {
        if answer != Answer::Unsat {
            let example = format!("z3 proves it, cvc5 answers {answer:?}");
            outcome.failures.push(Failure { obligation, example, refuted: false });
        }
    }
    let result = if outcome.failures.is_empty() { "proved" } else { "FAILED" };
    line(scenario.0, outcome.obligations, outcome.paths, outcome.z3, cvc5, result);
    Row { outcome, cvc5 }
}

/// Proves what is about a file, or has that text in its name, and stops at the first obligation that fails; prints it as `CAUGHT scenario | obligation` if
/// there is a counterexample. Answers whether none failed.
pub(crate) fn first_failure(what: &str) -> bool {
    for scenario in about(what) {
        let name = scenario.0;
        if let Some(failure) = explore(scenario.1, scenario::is_of_bits(scenario), true).failures.first() {
            let verdict = if failure.refuted { "CAUGHT" } else { "UNDECIDED" };
            println!("{verdict} {name} | {}\n{}", failure.obligation, failure.example);
            return false;
        }
    }
    true
}
