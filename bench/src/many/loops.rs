//! The loops that are timed, in the manner of `spsc::loops`: one shape for every peer and every way of using it.

use std::hint::black_box;
use std::mem::ManuallyDrop;

use super::items::{Seen, item};
use super::ways::Way;
use crate::pair::Pause;
use crate::peers::ManyPeer;
use crate::phases::{Clock, Work, phases};

pub type Tx<W> = <<W as Way>::Peer as ManyPeer>::Tx;
pub type Rx<W> = <<W as Way>::Peer as ManyPeer>::Rx;

#[inline(always)]
fn put_all<W: Way>(tx: &mut Tx<W>, n: u64, mut first: u64, pause: Pause) {
    let end = first + n;
    while first < end {
        match W::put(tx, W::AT_ONCE.min((end - first) as usize), first) {
            0 => pause.wait(),
            came => first += came as u64,
        }
    }
}

#[inline(always)]
fn take_all<W: Way>(rx: &mut Rx<W>, n: u64, seen: &mut Seen, pause: Pause) {
    let mut left = n;
    while left > 0 {
        match W::take(rx, W::AT_ONCE.min(left as usize), |item| seen.see(item)) {
            0 => pause.wait(),
            came => left -= came as u64,
        }
    }
}

#[inline(never)]
pub fn produce<W: Way>(
    tx: Tx<W>,
    meet: &dyn Fn(),
    work: Work,
    writer: usize,
    pause: Pause,
) -> (Tx<W>, Clock) {
    let mut tx = ManuallyDrop::new(tx);
    let clock = phases(meet, work, |range| {
        put_all::<W>(&mut tx, range.end - range.start, item(writer, range.start), pause);
        0
    });
    (ManuallyDrop::into_inner(tx), clock)
}

/// Takes as many items as it is told, whoever wrote them.
#[inline(never)]
pub fn consume<W: Way>(rx: Rx<W>, meet: &dyn Fn(), work: Work, pause: Pause) -> (Rx<W>, Clock, Seen) {
    let mut rx = ManuallyDrop::new(rx);
    let mut seen = Seen::default();
    let clock = phases(meet, work, |range| {
        take_all::<W>(&mut rx, range.end - range.start, &mut seen, pause);
        0
    });
    (ManuallyDrop::into_inner(rx), clock, seen)
}

/// Puts one in and takes one out, in turn, at a queue where others do the same.
#[inline(never)]
pub fn in_turn<W: Way>(
    ends: (Tx<W>, Rx<W>),
    meet: &dyn Fn(),
    work: Work,
    writer: usize,
    pause: Pause,
) -> ((Tx<W>, Rx<W>), Clock, Seen) {
    let (mut tx, mut rx) = (ManuallyDrop::new(ends.0), ManuallyDrop::new(ends.1));
    let mut seen = Seen::default();
    let clock = phases(meet, work, |range| {
        for at in range {
            put_all::<W>(&mut tx, 1, item(writer, at), pause);
            take_all::<W>(&mut rx, 1, &mut seen, pause);
        }
        0
    });
    ((ManuallyDrop::into_inner(tx), ManuallyDrop::into_inner(rx)), clock, seen)
}

/// One thread: puts `GROUP` items in, then takes them out. Both counts in `work` must be multiples of `GROUP`.
#[inline(never)]
pub fn alone<W: Way, const GROUP: u64>(ends: (Tx<W>, Rx<W>), work: Work) -> ((Tx<W>, Rx<W>), Clock) {
    let (mut tx, mut rx) = (ManuallyDrop::new(ends.0), ManuallyDrop::new(ends.1));
    let clock = phases(
        || (),
        work,
        |range| {
            let mut bad = 0;
            for first in range.step_by(GROUP as usize) {
                let end = first + GROUP;
                let mut next = first;
                while next < end {
                    // Opaque on the way in, or the compiler could prove what comes out.
                    match W::put(&mut tx, W::AT_ONCE.min((end - next) as usize), black_box(next)) {
                        0 => return !0, // nobody else could make room
                        came => next += came as u64,
                    }
                }
                let mut due = first;
                while due < end {
                    let check = |item| {
                        bad |= item ^ due;
                        due += 1;
                    };
                    if W::take(&mut rx, W::AT_ONCE.min((end - first) as usize), check) == 0 {
                        return !0;
                    }
                }
            }
            bad
        },
    );
    ((ManuallyDrop::into_inner(tx), ManuallyDrop::into_inner(rx)), clock)
}
