//! Frames: a fixed number of steps for every operation, whatever the other end does between any two of them, and no exchange.
use super::{Random, loads_and_stores_within};
use annulus::frames::{FrameReader, FrameWriter, ring};

/// More than any operation takes: a number that depends on neither the capacity nor the other end.
const BOUND: usize = 10;

fn write(end: &mut FrameWriter, random: &mut Random) {
    let n = random.below(40);
    match random.below(5) {
        0 => _ = end.push(&[1; 40][..n]),
        1 => drop(end.grant(n)),
        2 => _ = end.grant(n).map(|grant| grant.commit(n / 2)),
        3 => _ = end.grant(end.max_frame_len()).map(|grant| grant.commit(0)),
        _ => _ = (end.is_closed(), end.state()),
    }
}

fn read(end: &mut FrameReader, random: &mut Random) {
    match random.below(6) {
        0 => _ = end.pop_into(&mut [0; 40][..random.below(40)]),
        1 => drop(end.read()),
        2 if random.below(20) == 0 => _ = end.resync(),
        3 => _ = (end.is_empty(), end.is_closed()),
        4 => _ = end.state(),
        _ => _ = end.read().map(|frame| frame.release()),
    }
}

#[test]
fn every_operation_ends_within_a_fixed_number_of_steps() {
    loads_and_stores_within(ring, write, read, BOUND);
}
