//! What is compared between queues with several writers or readers, and what we require of ourselves.

mod entry;
mod items;
mod loops;
mod ways;

pub use entry::Entry;
pub use items::{Seen, is_complete, item};

use crate::contest::{Contender, Contest, against, against_best};
use crate::{layouts, peers};
use ways::RUN;

/// Capacities of the rings between threads, unless asked otherwise.
pub const CAPACITIES: [usize; 2] = [64, 1024];
const RUN_RING: usize = 1024;
const SMALL_RING: usize = 64;

/// Our time over that of the best peer whose queue is bounded and first in, first out.
const SINGLES: f64 = 0.9;
const RUNS: f64 = 0.15;
const PAIRS: f64 = 1.0;
/// So many times as fast as a ring behind a mutex.
const MUTEX: f64 = 1.5;

/// How many threads write and how many read.
type Shape = (usize, usize);

pub fn mpmc(capacities: &[usize]) -> Vec<Contest> {
    let entries = peers::mpmc();
    let shapes = [(1, 1), (2, 2), (8, 1), (1, 8), (8, 8), (16, 16)];
    let mut all = contests(&entries, capacities, &shapes, &[(1, 1), (2, 2)]);
    all.push(pairs(&entries));
    all
}

pub fn mpsc(capacities: &[usize]) -> Vec<Contest> {
    contests(&peers::mpsc(), capacities, &[(1, 1), (2, 1), (8, 1), (16, 1)], &[(1, 1), (2, 1)])
}

pub fn spmc(capacities: &[usize]) -> Vec<Contest> {
    contests(&peers::spmc(), capacities, &[(1, 1), (1, 2), (1, 8), (1, 16)], &[(1, 1), (1, 2)])
}

/// Records of 64 bytes, from many writers to one reader; the capacity is in records.
pub fn records(capacities: &[usize]) -> Vec<Contest> {
    let entries = peers::records();
    let mut all = Vec::new();
    for &capacity in capacities {
        for shape in [(1, 1), (2, 1), (4, 1), (8, 1)] {
            let mut contest = threads(&entries, capacity, shape);
            contest.id = format!("records/{}", contest.id);
            contest.title = format!("records of {} bytes, {}", peers::RECORD, contest.title);
            contest.unit = "record";
            contest.gates.clear();
            if shape == (4, 1) {
                contest.gates.extend([against("mutex", 1.0 / MUTEX), against("nexus-logbuf", 1.0)]);
            }
            all.push(contest);
        }
    }
    all
}

/// Where the turn words lie: the lines in which that may show. Nothing is required of anybody.
pub fn layouts(capacities: &[usize]) -> Vec<Contest> {
    let entries = layouts::entries();
    let mut all = single(&entries);
    for &capacity in capacities {
        all.extend([(1, 1), (2, 2)].map(|shape| threads(&entries, capacity, shape)));
    }
    all.push(pairs(&entries));
    all.retain(|contest| !contest.contenders.is_empty());
    all.iter_mut().for_each(|contest| contest.gates.clear());
    all
}

/// What all three topologies have, in the order of the report.
fn contests(entries: &[Entry], capacities: &[usize], shapes: &[Shape], in_runs: &[Shape]) -> Vec<Contest> {
    let mut all = single(entries);
    for &capacity in capacities {
        all.extend(shapes.iter().map(|&shape| threads(entries, capacity, shape)));
    }
    all.push(runs_alone(entries));
    all.extend(in_runs.iter().map(|&shape| runs(entries, shape)));
    all
}

fn enter(entries: &[Entry], capacity: usize, contender: impl Fn(&Entry) -> Contender) -> Vec<Contender> {
    entries.iter().filter(|entry| (entry.fits)(capacity)).map(contender).collect()
}

fn single(entries: &[Entry]) -> Vec<Contest> {
    let fill_drain = |n: usize, contenders| Contest {
        id: format!("single/fill+drain {n}"),
        title: format!("single: one thread fills {n} and drains {n}, one by one, capacity {n}"),
        unit: "item",
        contenders,
        gates: against_best(SINGLES),
    };
    let push_pop = Contest {
        id: "single/push+pop".to_owned(),
        title: format!("single: one thread pushes one and pops one, capacity {SMALL_RING}"),
        unit: "push and pop",
        contenders: enter(entries, SMALL_RING, |entry| (entry.push_pop)(SMALL_RING)),
        gates: against_best(SINGLES),
    };
    vec![
        push_pop,
        fill_drain(64, enter(entries, 64, |entry| (entry.fill_drain_64)(64))),
        fill_drain(1024, enter(entries, 1024, |entry| (entry.fill_drain_1024)(1024))),
    ]
}

fn threads(entries: &[Entry], capacity: usize, (writers, readers): Shape) -> Contest {
    Contest {
        id: format!("{writers}x{readers}/{capacity}"),
        title: format!("{writers}x{readers}: so many threads push, so many pop, capacity {capacity}"),
        unit: "item",
        contenders: enter(entries, capacity, |entry| (entry.threads)(capacity, writers, readers)),
        gates: against_best(SINGLES),
    }
}

/// Our runs against everybody's plain push and pop, ours left out: the row that is judged is that of the runs.
fn runs_alone(entries: &[Entry]) -> Contest {
    Contest {
        id: "batch/alone".to_owned(),
        title: format!("batch: one thread puts {RUN} in and takes {RUN} out, capacity {RUN_RING}"),
        unit: "item",
        contenders: enter(entries, RUN_RING, |entry| match entry.runs {
            Some(runs) if entry.ours => (runs.sixteen)(RUN_RING),
            _ => (entry.sixteen)(RUN_RING),
        }),
        gates: against_best(RUNS),
    }
}

fn runs(entries: &[Entry], (writers, readers): Shape) -> Contest {
    Contest {
        id: format!("batch/{writers}x{readers}"),
        title: format!(
            "batch {writers}x{readers}: up to {RUN} at once against one by one, capacity {RUN_RING}"
        ),
        unit: "item",
        contenders: enter(entries, RUN_RING, |entry| match entry.runs {
            Some(runs) if entry.ours => (runs.threads)(RUN_RING, writers, readers),
            _ => (entry.threads)(RUN_RING, writers, readers),
        }),
        gates: against_best(RUNS),
    }
}

fn pairs(entries: &[Entry]) -> Contest {
    Contest {
        id: "pairs".to_owned(),
        title: format!("pairs: two threads, each pushes one and pops one in turn, capacity {SMALL_RING}"),
        unit: "push and pop",
        contenders: enter(entries, SMALL_RING, |entry| (entry.pairs)(SMALL_RING)),
        gates: against_best(PAIRS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contest::{Setting, WHOLE};
    use crate::machine;

    fn every_contender_moves_what_it_was_given(contests: Vec<Contest>) {
        let Some(cpus) = machine::two_cores() else { return };
        for contest in contests {
            for contender in &contest.contenders {
                let sample = (contender.take)(&Setting { cpus, operations: WHOLE, decoys: 1 });
                assert_eq!(sample.bad, 0, "{} in {}", contender.label, contest.id);
                assert!(sample.ns > 0.0);
                let threads = contest.id.split('/').any(|part| part.contains('x') || part == "pairs");
                assert_eq!(sample.cpu_ns.is_some(), threads && cfg!(unix), "{}", contest.id);
            }
        }
    }

    #[test]
    fn everybody_moves_items_from_many_to_many() {
        every_contender_moves_what_it_was_given(mpmc(&CAPACITIES));
    }

    #[test]
    fn everybody_moves_items_from_many_to_one() {
        every_contender_moves_what_it_was_given(mpsc(&CAPACITIES));
    }

    #[test]
    fn everybody_moves_items_from_one_to_many() {
        every_contender_moves_what_it_was_given(spmc(&CAPACITIES));
    }

    #[test]
    fn everybody_moves_records() {
        every_contender_moves_what_it_was_given(records(&CAPACITIES));
    }

    #[test]
    fn every_layout_moves_items() {
        every_contender_moves_what_it_was_given(layouts(&CAPACITIES));
    }

    #[test]
    fn a_queue_that_is_not_bounded_is_no_rival() {
        let unbounded = |contest: Contest| {
            contest.contenders.into_iter().find(|contender| contender.peer == "crossbeam-seg")
        };
        let rows: Vec<_> = mpmc(&[64]).into_iter().filter_map(unbounded).collect();
        assert!(!rows.is_empty() && rows.iter().all(|row| !row.is_rival()));
    }
}
