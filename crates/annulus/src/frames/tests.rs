//! Every state of small rings, by any sequence of steps; and random steps in rings of all lengths.
#![allow(clippy::forget_non_drop)] // a guard may get a drop one day, and the tests are to stay
mod model;
mod random;

use super::{Borrowed, Compact, Control, Fixed, FrameReader, FrameWriter, Header, in_memory_with};
use annulus_protocol::pos::Word;
use model::{Model, With, compact, fixed};
use std::collections::{HashSet, VecDeque};
use std::vec;
use std::vec::Vec;

/// The largest ring whose states are all gone through: optimised, it takes seconds.
const LARGEST: usize = if cfg!(debug_assertions) { 6 } else { 9 };

/// One step.
#[derive(Clone, Copy)]
enum Step {
    /// Grants the first, and commits the second of that.
    Write(usize, usize),
    /// The same, and dropped.
    Reserve(usize),
    /// Grants that would wrap a sum.
    Huge,
    Keep,
    Release,
    Resync,
}

struct Ring<'a, H: Header> {
    w: FrameWriter<Borrowed<'a>, H>,
    r: FrameReader<Borrowed<'a>, H>,
}

impl<H: Header> Ring<'_, H> {
    fn step(&mut self, m: &mut Model, step: Step) {
        let Self { w, r } = self;
        match step {
            Step::Write(max, used) => m.grant(w, max, With::Done(used)),
            Step::Reserve(max) => m.grant(w, max, With::Dropped),
            Step::Huge => (0..20).for_each(|k| m.grant(w, usize::MAX - k, With::Dropped)),
            Step::Keep => m.read(r, false, With::Dropped),
            Step::Release => m.read(r, false, With::Done(0)),
            Step::Resync => m.resync(r),
        }
        m.agree(w, r);
    }

    /// The same without a second look, as it was found right before.
    fn again(&mut self, next: &mut u8, step: Step) {
        match step {
            Step::Write(max, used) => {
                _ = self.w.grant(max).map(|mut grant| {
                    grant[..used].fill_with(|| {
                        *next = next.wrapping_add(1);
                        *next
                    });
                    grant.commit(used);
                })
            }
            Step::Reserve(max) => drop(self.w.grant(max)),
            Step::Huge => {}
            Step::Keep => drop(self.r.read()),
            Step::Release => _ = self.r.read().map(|frame| frame.release()),
            Step::Resync => _ = self.r.resync(),
        }
    }

    /// What the future of the ring depends on: how far its words are from each other, and how long its frames are. The shared words
    /// are copies of what the sides have.
    fn shape(&self, m: &Model) -> Vec<Word> {
        let (w, r) = (self.w.view(), self.r.view());
        // The reader's copy of the watermark counts only while the writer is seen a lap ahead.
        let mark = if r.size < r.seen.wrapping_sub(r.lap) { r.mark } else { r.lap };
        let words = [w.at, w.lap, w.seen, w.mark, r.at, r.seen, mark].map(|word| word.wrapping_sub(r.lap));
        let frames = m.unread.iter().flat_map(|unread| unread.extent());
        words.into_iter().chain(frames.map(|len| Word::try_from(len).expect("small"))).collect()
    }
}

/// All that can be done next.
fn steps(longest: usize) -> Vec<Step> {
    let mut steps = vec![Step::Huge, Step::Keep, Step::Release, Step::Resync];
    for max in 0..=longest + 1 {
        steps.push(Step::Reserve(max));
        steps.extend((0..=max).map(|used| Step::Write(max, used)));
    }
    steps
}

/// Goes through all states, and tells how many there are, and by how many steps the last of them is first met.
///
/// From every state that is met, however many steps away, every step is taken once. So every sequence of steps is covered, of whatever length,
/// those of up to twelve calls among them: each of its steps is one that was taken, from a state with the same key. The key has all that
/// later steps and answers depend on: the words of both sides, of which the shared ones are copies, and the frames that are unread.
///
/// No guard is in it, because a step begins and ends its own. A call of the other side while a guard is open finds the shared words as if the guard
/// had been dropped, since they change at its end only; and a guard that was dropped is offered again. So such a sequence is
/// one with [`Step::Reserve`] or [`Step::Keep`] in the place of the first half.
fn explore<H: Header>(header: H, width: fn(usize) -> usize, capacity: usize) -> (usize, usize) {
    let (control, mut memory) = (Control::new(), vec![0; capacity]);
    let model = Model::new(&mut in_memory_with(header, &control, &mut memory).0, width);
    let steps = steps(model.longest);
    let (w, r) = in_memory_with(header, &control, &mut memory); // another one: the model has looked
    let shape = Ring { w, r }.shape(&model);
    let mut known = HashSet::from([shape.clone()]);
    let mut open = VecDeque::from([(vec![], model, shape)]);
    let mut depth = 0;
    while let Some((path, model, before)) = open.pop_front() {
        let mut rest = steps.iter();
        while let Some(first) = rest.next() {
            let (w, r) = in_memory_with(header, &control, &mut memory);
            let (mut ring, mut next) = (Ring { w, r }, 0);
            path.iter().for_each(|step| ring.again(&mut next, *step));
            assert!(ring.shape(&model) == before, "the same steps lead to the same state");
            // As long as nothing changes, the next step may be taken from here.
            for step in [first].into_iter().chain(rest.by_ref()) {
                let mut m = model.clone();
                ring.step(&mut m, *step);
                let after = ring.shape(&m);
                if after != before {
                    if known.insert(after.clone()) {
                        depth = path.len() + 1;
                        open.push_back((path.iter().copied().chain([*step]).collect(), m, after));
                    }
                    break;
                }
            }
        }
    }
    (known.len(), depth)
}

#[test]
fn every_state_of_every_small_ring_keeps_what_is_promised() {
    for capacity in 1..=LARGEST {
        let (states, depth) = explore(Compact, compact, capacity);
        std::println!("{capacity} bytes: {states} states, the last one after {depth} steps");
        if 4 <= capacity {
            let (states, depth) = explore(Fixed, fixed, capacity);
            std::println!("{capacity} bytes, fixed: {states} states, the last one after {depth} steps");
        }
    }
}
