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

use annulus_protocol::sync::steps::Steps;

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
