//! The loops that are timed, as those of [`spsc`](crate::spsc): one shape for every peer, with its handles in locals.

use std::hint::spin_loop;
use std::mem::ManuallyDrop;

use crate::peers::BytesPeer;
use crate::phases::{Clock, Work, phases};

#[inline(never)]
pub fn write<P: BytesPeer>(tx: P::Tx, meet: impl Fn(), work: Work, len: usize) -> (P::Tx, Clock) {
    let mut tx = ManuallyDrop::new(tx);
    let clock = phases(meet, work, |range| {
        for n in range {
            while !P::write(&mut tx, len, n as u8) {
                spin_loop();
            }
        }
        0
    });
    (ManuallyDrop::into_inner(tx), clock)
}

#[inline(never)]
pub fn read<P: BytesPeer>(rx: P::Rx, meet: impl Fn(), work: Work, len: usize) -> (P::Rx, Clock) {
    let mut rx = ManuallyDrop::new(rx);
    let clock = phases(meet, work, |range| {
        range.fold(0, |bad, n| {
            bad | loop {
                if let Some(wrong) = P::read(&mut rx, len, n as u8) {
                    break wrong;
                }
                spin_loop();
            }
        })
    });
    (ManuallyDrop::into_inner(rx), clock)
}
