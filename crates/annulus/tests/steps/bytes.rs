//! Bytes: a fixed number of steps for every operation, whatever the other end does between any two of them, and no exchange.
use super::{Random, loads_and_stores_within};
use annulus::bytes::{Reader, Writer, stream};

/// More than any operation takes: a number that depends on neither the capacity nor the other end.
const BOUND: usize = 10;

fn write(end: &mut Writer, random: &mut Random) {
    let n = random.below(40);
    match random.below(6) {
        0 => _ = end.push_slice(&[1; 40][..n]),
        1 => drop(end.grant_exact(n)),
        2 => _ = end.grant_exact(n).map(|grant| grant.commit(n / 2)),
        3 => _ = end.grant_up_to(n).map(|grant| grant.commit(n.min(1))),
        4 => _ = (end.vacant(), end.is_full(), end.is_closed(), end.state()),
        _ => {
            if let Ok(grant) = end.grant_largest() {
                let n = grant.len();
                grant.commit(n);
            }
        }
    }
}

fn read(end: &mut Reader, random: &mut Random) {
    match random.below(6) {
        0 => _ = end.pop_slice(&mut [0; 40][..random.below(40)]),
        1 => drop(end.read()),
        2 => _ = end.read().map(|grant| grant.release(1)),
        3 => _ = (end.len(), end.is_empty(), end.is_closed()),
        4 => _ = end.state(),
        _ => {
            if let Ok(grant) = end.read_split() {
                let n = random.below(grant.len() + 1);
                grant.release(n);
            }
        }
    }
}

#[test]
fn every_operation_ends_within_a_fixed_number_of_steps() {
    loads_and_stores_within(stream, write, read, BOUND);
}
