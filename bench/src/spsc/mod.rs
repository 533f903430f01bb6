//! What is compared between queues with one writer and one reader, and what we require of ourselves.

mod entry;
mod loops;

pub use entry::Entry;

use crate::contest::{Contender, Contest, against, against_best};
use loops::FILL;

/// Capacities of the rings of the item scenarios, unless asked otherwise.
pub const CAPACITIES: [usize; 3] = [64, 1024, 65536];
/// How many items the batch guard holds back at most.
const PUBLISH_EVERY: usize = 32;
const CHUNK_SIZES: [usize; 3] = [8, 64, 512];
const CHUNK_RING: usize = 4096;
const ROUNDTRIP_RING: usize = 64;

/// All contests in the order of the report.
pub fn contests(entries: &[Entry], capacities: &[usize]) -> Vec<Contest> {
    let mut all = Vec::new();
    all.extend(capacities.iter().map(|&capacity| items(entries, capacity)));
    all.extend(capacities.iter().map(|&capacity| batch(entries, capacity)));
    all.extend(CHUNK_SIZES.iter().map(|&size| grants(entries, size)));
    all.push(roundtrip(entries));
    all.push(lockstep(entries));
    all.push(alternate(entries));
    all.push(fill_drain(entries));
    all
}

fn items(entries: &[Entry], capacity: usize) -> Contest {
    Contest {
        id: format!("items/{capacity}"),
        title: format!("items: push and pop between two threads, capacity {capacity}"),
        unit: "item",
        contenders: entries.iter().map(|entry| (entry.items)(capacity)).collect(),
        gates: match capacity {
            64 => against_best(1.0),
            1024 => against_best(0.75),
            _ => vec![], // reported, not judged
        },
    }
}

/// Our batch guard against everybody's plain push, ours left out: the row that is judged is the guard's.
fn batch(entries: &[Entry], capacity: usize) -> Contest {
    let contender = |entry: &Entry| match entry.batch {
        Some(batch) if entry.ours => batch(capacity, PUBLISH_EVERY),
        _ => (entry.items)(capacity),
    };
    Contest {
        id: format!("batch/{capacity}"),
        title: format!("batch: published every {PUBLISH_EVERY} against plain push, capacity {capacity}"),
        unit: "item",
        contenders: entries.iter().map(contender).collect(),
        gates: if matches!(capacity, 64 | 1024) { against_best(0.35) } else { vec![] },
    }
}

fn grants(entries: &[Entry], size: usize) -> Contest {
    let contender = |entry: &Entry| -> Option<Contender> { Some(entry.chunks?(CHUNK_RING, size)) };
    Contest {
        id: format!("grants/{size}"),
        title: format!("grants: {size} items written and read in place, capacity {CHUNK_RING}"),
        unit: "item",
        contenders: entries.iter().filter_map(contender).collect(),
        gates: vec![against("rtrb", 1.0)],
    }
}

fn roundtrip(entries: &[Entry]) -> Contest {
    Contest {
        id: "roundtrip".to_owned(),
        title: format!("roundtrip: a short gap, then one item there and back, capacity {ROUNDTRIP_RING}"),
        unit: "round trip",
        contenders: entries.iter().map(|entry| (entry.roundtrip)(ROUNDTRIP_RING)).collect(),
        gates: against_best(1.0),
    }
}

/// Not judged: without gaps the result depends on how polls and pauses happen to interlock.
fn lockstep(entries: &[Entry]) -> Contest {
    Contest {
        id: "roundtrip/lockstep".to_owned(),
        title: format!("roundtrip in lockstep: one item there and back, no gap, capacity {ROUNDTRIP_RING}"),
        unit: "round trip",
        contenders: entries.iter().map(|entry| (entry.lockstep)(ROUNDTRIP_RING)).collect(),
        gates: vec![],
    }
}

fn alternate(entries: &[Entry]) -> Contest {
    Contest {
        id: "single/push+pop".to_owned(),
        title: format!("single: one thread pushes one and pops one, capacity {FILL}"),
        unit: "push and pop",
        contenders: entries.iter().map(|entry| (entry.alternate)(FILL)).collect(),
        gates: against_best(1.0),
    }
}

fn fill_drain(entries: &[Entry]) -> Contest {
    let contenders = entries.iter().flat_map(|entry| entry.fills.iter().map(|fill| fill(FILL)));
    Contest {
        id: format!("single/fill+drain {FILL}"),
        title: format!(
            "single: one thread fills {FILL} and drains {FILL}, capacity {FILL}, by each crate's ways"
        ),
        unit: "item",
        contenders: contenders.collect(),
        gates: against_best(1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contest::{Setting, WHOLE};
    use crate::{machine, peers};

    #[test]
    fn every_contender_of_every_contest_moves_what_it_was_given() {
        let Some(cpus) = machine::two_cores() else { return };
        for contest in contests(&peers::spsc(), &[64, 1024]) {
            for contender in &contest.contenders {
                let sample = (contender.take)(&Setting { cpus, operations: WHOLE, decoys: 1 });
                assert_eq!(sample.bad, 0, "{} in {}", contender.label, contest.id);
                assert!(sample.ns > 0.0);
            }
        }
    }
}
