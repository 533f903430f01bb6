//! The loops that are timed: one shape for every peer, monomorphised and never inlined into each other.
//!
//! A handle enters by value, lives in a local, as it would in a user's own thread function, and leaves by value.
//! `ManuallyDrop` keeps its destructor out of the unwinding paths, where a call that takes its address would
//! pin it to memory: here the compiler may keep its fields in registers wherever the peer's own code allows it.
//! Whoever finds the ring full or empty executes one `spin_loop` and tries again.

use std::hint::{black_box, spin_loop};
use std::mem::ManuallyDrop;

use crate::peers::{BatchPeer, BulkWay, ChunkPeer, SpscPeer};
use crate::phases::{Clock, Work, phases};

/// Items of one fill and one drain.
pub const FILL: usize = 64;

/// Both ends of a ring, or one end each of two.
pub type Ends<P> = (<P as SpscPeer>::Tx, <P as SpscPeer>::Rx);

#[inline(always)]
fn push_waiting<P: SpscPeer>(tx: &mut P::Tx, value: u64) {
    while !P::push(tx, value) {
        spin_loop();
    }
}

#[inline(always)]
fn pop_waiting<P: SpscPeer>(rx: &mut P::Rx) -> u64 {
    loop {
        if let Some(value) = P::pop(rx) {
            return value;
        }
        spin_loop();
    }
}

#[inline(never)]
pub fn produce<P: SpscPeer>(tx: P::Tx, meet: impl Fn(), work: Work) -> (P::Tx, Clock) {
    let mut tx = ManuallyDrop::new(tx);
    let clock = phases(meet, work, |range| {
        for value in range {
            push_waiting::<P>(&mut tx, value);
        }
        0
    });
    (ManuallyDrop::into_inner(tx), clock)
}

#[inline(never)]
pub fn produce_batched<P: BatchPeer>(tx: P::Tx, meet: impl Fn(), work: Work, every: usize) -> (P::Tx, Clock) {
    let mut tx = ManuallyDrop::new(tx);
    let clock = phases(meet, work, |range| {
        let mut batch = P::batch(&mut tx, every);
        for value in range {
            while !P::push_to(&mut batch, value) {
                spin_loop();
            }
        }
        0
    });
    (ManuallyDrop::into_inner(tx), clock)
}

#[inline(never)]
pub fn consume<P: SpscPeer>(rx: P::Rx, meet: impl Fn(), work: Work) -> (P::Rx, Clock) {
    let mut rx = ManuallyDrop::new(rx);
    let clock = phases(meet, work, |range| {
        range.fold(0, |bad, expected| bad | (pop_waiting::<P>(&mut rx) ^ expected))
    });
    (ManuallyDrop::into_inner(rx), clock)
}

/// Operations are items; both counts in `work` must be multiples of `size`.
#[inline(never)]
pub fn write_chunks<P: ChunkPeer>(tx: P::Tx, meet: impl Fn(), work: Work, size: usize) -> (P::Tx, Clock) {
    let mut tx = ManuallyDrop::new(tx);
    let clock = phases(meet, work, |range| {
        for first in range.step_by(size) {
            while !P::write_chunk(&mut tx, size, first) {
                spin_loop();
            }
        }
        0
    });
    (ManuallyDrop::into_inner(tx), clock)
}

#[inline(never)]
pub fn read_chunks<P: ChunkPeer>(rx: P::Rx, meet: impl Fn(), work: Work, size: usize) -> (P::Rx, Clock) {
    let mut rx = ManuallyDrop::new(rx);
    let clock = phases(meet, work, |range| {
        let mut bad = 0;
        for first in range.step_by(size) {
            bad |= loop {
                if let Some(differences) = P::read_chunk(&mut rx, size, first) {
                    break differences;
                }
                spin_loop();
            };
        }
        bad
    });
    (ManuallyDrop::into_inner(rx), clock)
}

/// Sends each value and waits for its answer, with a gap of varying length before each if `GAPS`.
///
/// Without gaps the two sides fall into step with each other's `spin_loop`: a few instructions more or less
/// then decide whether every single poll comes just in time or just too early, which is worth a factor of 1.5
/// and says nothing about the queue. The gaps are the same for everybody and part of the time.
#[inline(never)]
pub fn ping<P: SpscPeer, const GAPS: bool>(ends: Ends<P>, meet: impl Fn(), work: Work) -> (Ends<P>, Clock) {
    let (mut tx, mut rx) = (ManuallyDrop::new(ends.0), ManuallyDrop::new(ends.1));
    let clock = phases(meet, work, |range| {
        range.fold(0, |bad, value| {
            if GAPS {
                gap(value);
            }
            push_waiting::<P>(&mut tx, value);
            bad | (pop_waiting::<P>(&mut rx) ^ value)
        })
    });
    ((ManuallyDrop::into_inner(tx), ManuallyDrop::into_inner(rx)), clock)
}

/// Takes between nothing and about three times as long as one poll and its `spin_loop`, differently for each `value`.
#[inline(always)]
fn gap(value: u64) {
    // Fibonacci hashing: the top bits are spread evenly, https://en.wikipedia.org/wiki/Hash_function#Fibonacci_hashing
    let steps = value.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58;
    let mut link = value;
    for _ in 0..steps {
        link = black_box(link + 1); // each step waits for the one before it
    }
}

/// Answers each value with itself.
#[inline(never)]
pub fn pong<P: SpscPeer>(ends: Ends<P>, meet: impl Fn(), work: Work) -> (Ends<P>, Clock) {
    let (mut tx, mut rx) = (ManuallyDrop::new(ends.0), ManuallyDrop::new(ends.1));
    let clock = phases(meet, work, |range| {
        for _ in range {
            let value = pop_waiting::<P>(&mut rx);
            push_waiting::<P>(&mut tx, value);
        }
        0
    });
    ((ManuallyDrop::into_inner(tx), ManuallyDrop::into_inner(rx)), clock)
}

/// One thread: push one, pop one.
#[inline(never)]
pub fn alternate<P: SpscPeer>(ends: Ends<P>, work: Work) -> (Ends<P>, Clock) {
    let (mut tx, mut rx) = (ManuallyDrop::new(ends.0), ManuallyDrop::new(ends.1));
    let clock = phases(
        || (),
        work,
        |range| {
            range.fold(0, |bad, value| {
                // Opaque on the way in, or the compiler could prove what comes out.
                let refused = !P::push(&mut tx, black_box(value));
                bad | refused as u64 | P::pop(&mut rx).map_or(!0, |got| got ^ value)
            })
        },
    );
    ((ManuallyDrop::into_inner(tx), ManuallyDrop::into_inner(rx)), clock)
}

/// One thread: push [`FILL`] items one by one, then pop them one by one.
#[inline(never)]
pub fn fill_drain<P: SpscPeer>(ends: Ends<P>, work: Work) -> (Ends<P>, Clock) {
    let (mut tx, mut rx) = (ManuallyDrop::new(ends.0), ManuallyDrop::new(ends.1));
    let mut items = [0; FILL];
    let clock = phases(
        || (),
        work,
        |range| {
            let mut bad = 0;
            for first in range.step_by(FILL) {
                renew(&mut items, first);
                for &item in black_box(&items) {
                    bad |= !P::push(&mut tx, item) as u64;
                }
                for &item in black_box(&items) {
                    bad |= P::pop(&mut rx).map_or(!0, |got| got ^ item);
                }
            }
            bad
        },
    );
    ((ManuallyDrop::into_inner(tx), ManuallyDrop::into_inner(rx)), clock)
}

/// One thread: move [`FILL`] items in as a slice, then all of them out.
#[inline(never)]
pub fn fill_drain_bulk<W: BulkWay>(ends: Ends<W::Peer>, work: Work) -> (Ends<W::Peer>, Clock) {
    let (mut tx, mut rx) = (ManuallyDrop::new(ends.0), ManuallyDrop::new(ends.1));
    let mut items = [0; FILL];
    let clock = phases(
        || (),
        work,
        |range| {
            let mut bad = 0;
            for first in range.step_by(FILL) {
                renew(&mut items, first);
                bad |= !W::fill(&mut tx, black_box(&items)) as u64;
                bad |= W::drain(&mut rx, black_box(&items)).unwrap_or(!0);
            }
            bad
        },
    );
    ((ManuallyDrop::into_inner(tx), ManuallyDrop::into_inner(rx)), clock)
}

/// Changes one item, so that what a lap left behind is not what the next one expects.
#[inline(always)]
fn renew(items: &mut [u64; FILL], first: u64) {
    items[(first / FILL as u64) as usize % FILL] = first;
}
