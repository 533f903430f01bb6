//! What is compared between channels: ends that wait for each other, as threads and as tasks.

mod blocking;
mod pingpong;
mod tasks;

use crate::contest::{Contender, Contest, Gate, against, against_best};

/// Capacities, unless asked otherwise.
pub const CAPACITIES: [usize; 3] = [1, 100, 1000];

/// Our time over that of the best peer: within 10 % of it everywhere.
const BEST: f64 = 1.1;
/// How many send and how many receive.
const SHAPES: [(usize, usize); 3] = [(1, 1), (4, 1), (4, 4)];

pub fn contests(capacities: &[usize]) -> Vec<Contest> {
    let mut all = Vec::new();
    for &capacity in capacities {
        for (senders, receivers) in SHAPES {
            all.push(Contest {
                id: format!("blocking/{senders}x{receivers}/{capacity}"),
                title: format!("blocking: {senders} threads send, {receivers} receive, capacity {capacity}"),
                unit: "item",
                contenders: blocking::contenders(capacity, senders, receivers),
                gates: gates(),
            });
        }
        for workers in [tasks::Workers::Two, tasks::Workers::One] {
            for (senders, receivers) in SHAPES {
                let name = workers.name();
                all.push(Contest {
                    id: format!("{name}/{senders}x{receivers}/{capacity}"),
                    title: format!(
                        "{name}: {senders} tasks of tokio send, {receivers} receive, capacity {capacity}"
                    ),
                    unit: "item",
                    contenders: tasks::contenders(workers, capacity, senders, receivers),
                    gates: gates(),
                });
            }
        }
    }
    all.push(Contest {
        id: "pingpong/blocking".to_owned(),
        title: "pingpong: one item there and back over two channels of capacity 1, two threads".to_owned(),
        unit: "round trip",
        contenders: pingpong::contenders(pingpong::Place::TwoCpus),
        gates: gates(),
    });
    all.push(Contest {
        id: "pingpong/one CPU".to_owned(),
        title: "pingpong on one CPU: one item there and back over two channels of capacity 1, two threads"
            .to_owned(),
        unit: "round trip",
        contenders: pingpong::contenders(pingpong::Place::OneCpu),
        gates: vec![against(pingpong::CONDVAR, 1.2)],
    });
    all
}

fn gates() -> Vec<Gate> {
    against_best(BEST)
}

/// What a channel is called in the tables.
#[derive(Clone, Copy)]
struct Name {
    name: &'static str,
    package: &'static str,
    ours: bool,
}

impl Name {
    fn contender(self, take: crate::contest::Take) -> Contender {
        Contender {
            label: self.name.to_owned(),
            peer: self.name,
            package: self.package,
            ours: self.ours,
            judged: true,
            take,
        }
    }
}

const fn peer(name: &'static str) -> Name {
    Name { name, package: name, ours: false }
}

#[cfg(feature = "ours")]
const fn ours(name: &'static str) -> Name {
    Name { name, package: "annulus", ours: true }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contest::{Setting, WHOLE};
    use crate::machine;

    #[test]
    fn everybody_moves_what_it_was_given() {
        let Some(cpus) = machine::two_cores() else { return };
        for contest in contests(&CAPACITIES) {
            for contender in &contest.contenders {
                let sample = (contender.take)(&Setting { cpus, operations: WHOLE, decoys: 1 });
                assert_eq!(sample.bad, 0, "{} in {}", contender.label, contest.id);
            }
        }
    }
}
