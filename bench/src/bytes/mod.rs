//! What is compared between queues of bytes: frames of a length, and runs of 4 KiB.

mod entry;
mod loops;

pub use entry::Entry;

use crate::contest::{Contest, against};

const FRAMES: [usize; 3] = [16, 120, 1000];
/// Capacities of the rings of frames, in bytes, unless asked otherwise.
pub const CAPACITIES: [usize; 2] = [4096, 65536];
const RUN: usize = 4096;
const RUN_RING: usize = 65536;
/// The share of the streaming rate that runs must reach.
const OF_THE_LIMIT: f64 = 0.9;

/// All contests in the order of the report.
pub fn contests(frames: &[Entry], runs: &[Entry], capacities: &[usize]) -> Vec<Contest> {
    let sizes = |&capacity: &usize| FRAMES.map(|len| (capacity, len));
    let mut all: Vec<_> = capacities.iter().flat_map(sizes).map(|size| of_frames(frames, size)).collect();
    all.push(of_runs(runs));
    all
}

fn of_frames(entries: &[Entry], (capacity, len): (usize, usize)) -> Contest {
    let mut gates = vec![against("rtrb", 1.0)];
    if len < FRAMES[2] {
        gates.push(against("bbqueue", 0.25));
    }
    Contest {
        id: format!("frames/{len}/{capacity}"),
        title: format!("frames: {len} bytes written and read in place, in a ring of {capacity} bytes"),
        unit: "frame",
        contenders: entries.iter().map(|entry| (entry.moves)(capacity, len)).collect(),
        gates,
    }
}

fn of_runs(entries: &[Entry]) -> Contest {
    Contest {
        id: format!("runs/{RUN}"),
        title: format!("runs: {RUN} bytes written and read in place, in a ring of {RUN_RING} bytes"),
        unit: "run",
        contenders: entries.iter().map(|entry| (entry.moves)(RUN_RING, RUN)).collect(),
        gates: vec![against("memory", 1.0 / OF_THE_LIMIT)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contest::{Setting, WHOLE};
    use crate::{machine, peers};

    #[test]
    fn every_contender_moves_every_byte() {
        let Some(cpus) = machine::two_cores() else { return };
        for contest in contests(&peers::frames(), &peers::runs(), &CAPACITIES) {
            for contender in &contest.contenders {
                let sample = (contender.take)(&Setting { cpus, operations: WHOLE, decoys: 1 });
                assert_eq!(sample.bad, 0, "{} in {}", contender.label, contest.id);
            }
        }
    }
}
