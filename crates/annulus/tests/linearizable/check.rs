//! Whether a history can be explained.
use crate::history::{Event, History};
use std::collections::HashSet;
use std::fmt::{Debug, Write as _};
use std::hash::Hash;

/// A queue that does one step at a time.
pub(crate) trait Specification: Clone + Eq + Hash + Debug {
    /// For so many threads.
    fn new(capacity: usize, threads: usize) -> Self;

    /// What the next step of a call with its answer may be: nothing, if the answer is not what it would be now.
    /// `stage` counts the steps of the call as the specification likes; it is 0 at first.
    fn steps(&self, event: &Event, stage: u8) -> Vec<Step<Self>>;
}

/// The specification afterwards, and what of the call is still to be done.
pub(crate) struct Step<S> {
    pub after: S,
    /// `None` at the end.
    pub stage: Option<u8>,
}

impl<S> Step<S> {
    pub(crate) fn last(after: S) -> Self {
        Self { after, stage: None }
    }

    pub(crate) fn then(after: S, stage: u8) -> Self {
        Self { after, stage: Some(stage) }
    }

    /// The same step of a specification that this one is a part of.
    pub(crate) fn within<R>(self, whole: impl FnOnce(S) -> R) -> Step<R> {
        Step { after: whole(self.after), stage: self.stage }
    }
}

/// How far each thread has come, and the queue then.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Moment<S> {
    threads: Vec<(usize, u8)>,
    queue: S,
}

/// `Err` tells how far an explanation gets.
pub(crate) fn check<S: Specification>(history: &History) -> Result<(), String> {
    let threads = history.threads.len();
    let start = Moment { threads: vec![(0, 0); threads], queue: S::new(history.capacity, threads) };
    let (mut tried, mut open, mut furthest) = (HashSet::from([start.clone()]), vec![start], None);
    while let Some(moment) = open.pop() {
        let current = |thread: usize| history.threads[thread].get(moment.threads[thread].0);
        let all = 0..history.threads.len();
        // Who has ended must have taken effect before anything that began later.
        let Some(first_end) = all.clone().filter_map(current).map(|event| event.ended).min() else {
            return Ok(());
        };
        for thread in all {
            let Some(event) = current(thread).filter(|event| event.began < first_end) else { continue };
            let (n, stage) = moment.threads[thread];
            for step in moment.queue.steps(event, stage) {
                let mut next = Moment { threads: moment.threads.clone(), queue: step.after };
                next.threads[thread] = step.stage.map_or((n + 1, 0), |stage| (n, stage));
                if tried.insert(next.clone()) {
                    open.push(next);
                }
            }
        }
        let done: usize = moment.threads.iter().map(|(n, _)| n).sum();
        if furthest.as_ref().is_none_or(|(most, _)| *most < done) {
            furthest = Some((done, moment));
        }
    }
    Err(stuck(history, furthest.map(|(_, moment)| moment)))
}

fn stuck<S: Specification>(history: &History, furthest: Option<Moment<S>>) -> String {
    let Some(moment) = furthest else { return String::new() };
    let mut said =
        format!("no order explains these answers; the furthest that one gets is {:?}\n", moment.queue);
    let next = |(events, (n, _)): (&Vec<Event>, &(usize, u8))| events.get(*n).map(Event::to_string);
    let unexplained = history.threads.iter().zip(&moment.threads).filter_map(next);
    unexplained.for_each(|event| _ = writeln!(said, "before {event}"));
    said
}
