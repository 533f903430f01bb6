//! Steps on shared words, counted, with others at work between any two of them. Only with `--cfg annulus_steps`:
//!
//! ```sh
//! RUSTFLAGS='--cfg annulus_steps' cargo test -p annulus --test steps --target-dir target/steps
//! ```
//! The others are plain calls from the same thread, made before a step of the operation that is watched. So every schedule here
//! is one that threads could have had, with the operation as slow as the others please; and it is the same one every time.
#![cfg(annulus_steps)]
#![allow(
    clippy::duplicate_mod,
    reason = "steps/many.rs is run for each queue, which it finds in the module around it"
)]
#[path = "steps/bytes.rs"]
mod bytes;
#[path = "steps/frames.rs"]
mod frames;
#[path = "steps/lanes.rs"]
mod lanes;
#[path = "steps/mpmc.rs"]
mod mpmc;
#[path = "steps/mpsc.rs"]
mod mpsc;
#[path = "steps/pool.rs"]
mod pool;
#[path = "steps/records.rs"]
mod records;
#[path = "steps/spmc.rs"]
mod spmc;
#[path = "steps/spsc.rs"]
mod spsc;
#[path = "steps/waking.rs"]
mod waking;

use annulus_protocol::sync::steps::{Steps, watch};
use std::cell::RefCell;
use std::rc::Rc;

/// The same numbers every time.
#[derive(Clone)]
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    fn split(&mut self) -> Self {
        Self(self.below(1 << 30) as u64)
    }
}

/// The most steps that were seen of each operation.
#[derive(Default)]
struct Most(std::collections::BTreeMap<(&'static str, usize), (Steps, usize)>);

impl Most {
    /// At most `bound` steps; `lanes` is what the bound depends on.
    fn saw(&mut self, what: &'static str, lanes: usize, steps: Steps, bound: usize) {
        assert!(steps.all <= bound, "{what} over {lanes}: {steps:?}, more than {bound}");
        let most = &mut self.0.entry((what, lanes)).or_insert((Steps::default(), bound)).0;
        most.all = most.all.max(steps.all);
        most.exchanges = most.exchanges.max(steps.exchanges);
    }

    /// No bound is twice what was seen, and nothing ever exchanged a word.
    fn stays_near_the_bounds_and_exchanges_nothing(self) {
        for ((what, lanes), (most, bound)) in self.0 {
            println!("{what} over {lanes}: {} of {bound}", most.all);
            assert!(bound < 2 * most.all, "{what} over {lanes}: never more than {} of {bound}", most.all);
            assert!(most.exchanges == 0, "{what} exchanges");
        }
    }
}

/// Operations on both ends of rings of several sizes, each with those of the other end between any two of its steps: none takes more
/// than `bound`, or exchanges a word.
fn loads_and_stores_within<W: 'static, R: 'static>(
    make: fn(usize) -> (W, R),
    write: fn(&mut W, &mut Random),
    read: fn(&mut R, &mut Random),
    bound: usize,
) {
    let mut random = Random(5);
    let mut most = Steps::default();
    let mut saw = |steps: Steps| {
        assert!(steps.all <= bound, "{steps:?}");
        most.all = most.all.max(steps.all);
        most.exchanges = most.exchanges.max(steps.exchanges);
    };
    for round in 0..2_000 {
        let (writer, reader) = make([1, 2, 3, 30, 64, 1000][round % 6]);
        let (ends, others) = (Rc::new(RefCell::new(writer)), Rc::new(RefCell::new(Some(reader))));
        for _ in 0..40 {
            let (there, mut chance, busy) = (others.clone(), random.split(), random.below(3));
            let before = move |_| {
                for _ in 0..busy {
                    let mut there = there.borrow_mut();
                    match there.as_mut() {
                        Some(_) if chance.below(200) == 0 => *there = None,
                        Some(reader) => read(reader, &mut chance),
                        None => {}
                    }
                }
            };
            saw(watch(before, || write(&mut ends.borrow_mut(), &mut random)).1);
            let (there, mut chance, busy) = (ends.clone(), random.split(), random.below(3));
            let before = move |_| (0..busy).for_each(|_| write(&mut there.borrow_mut(), &mut chance));
            if let Some(reader) = others.borrow_mut().as_mut() {
                saw(watch(before, || read(reader, &mut random)).1);
            }
        }
    }
    println!("at most {most:?} of {bound}");
    assert_eq!(most.exchanges, 0, "loads and stores");
}
