//! The queues that are judged, where there are several ends: single items, and runs in place.
//!
//! All topologies have the same surface, so a row is one line of [`queue`].

use super::{ManyPeer, RunPeer, clones, fill};
use crate::many::Entry;

/// `queue!(Type, "row", judged: .., module, how to get writers, how to get readers)`; the last two are [`clones`] or [`only`](super::only).
macro_rules! queue {
    ($peer:ident, $name:literal, judged: $judged:literal, $module:path, $writers:ident, $readers:ident) => {
        struct $peer;

        const _: () = {
            use $module as module;

            impl ManyPeer for $peer {
                const NAME: &'static str = $name;
                const PACKAGE: &'static str = "annulus";
                const OURS: bool = true;
                const JUDGED: bool = $judged;
                type Tx = module::Producer<u64>;
                type Rx = module::Consumer<u64>;

                fn new(capacity: usize, writers: usize, readers: usize) -> (Vec<Self::Tx>, Vec<Self::Rx>) {
                    let (tx, rx) = module::ring(capacity);
                    ($writers(tx, writers), $readers(rx, readers))
                }

                #[inline(always)]
                fn push(tx: &mut Self::Tx, value: u64) -> bool {
                    tx.push(value).is_ok()
                }

                #[inline(always)]
                fn pop(rx: &mut Self::Rx) -> Option<u64> {
                    rx.pop().ok()
                }
            }
        };
    };
}

/// For a [`queue`] that has grants.
macro_rules! runs {
    ($peer:ident) => {
        impl RunPeer for $peer {
            #[inline(always)]
            fn push_run(tx: &mut Self::Tx, n: usize, first: u64) -> usize {
                let Ok(mut grant) = tx.reserve_up_to(n) else { return 0 };
                let n = grant.len();
                let (one, two) = grant.as_uninit_slices();
                fill(one, first);
                fill(two, first + one.len() as u64);
                // SAFETY: `fill` wrote every slot of both slices, and they are the whole grant.
                unsafe { grant.commit(n) };
                n
            }

            #[inline(always)]
            fn pop_run(rx: &mut Self::Rx, n: usize, mut each: impl FnMut(u64)) -> usize {
                let Ok(grant) = rx.claim_up_to(n) else { return 0 };
                let n = grant.len();
                let (one, two) = grant.as_slices();
                one.iter().chain(two).for_each(|&item| each(item));
                grant.release(n);
                n
            }
        }
    };
}

pub fn mpmc() -> Vec<Entry> {
    vec![Entry::plain::<Mpmc>().runs::<Mpmc>()]
}

pub fn mpsc() -> Vec<Entry> {
    vec![Entry::plain::<MpmcBeside>().runs::<MpmcBeside>()]
}

pub fn spmc() -> Vec<Entry> {
    vec![Entry::plain::<MpmcBeside>().runs::<MpmcBeside>()]
}

queue!(Mpmc, "annulus", judged: true, annulus::mpmc, clones, clones);
runs!(Mpmc);
// What the general ring costs where one end is alone; what is judged there is the ring made for it.
queue!(MpmcBeside, "annulus/mpmc", judged: false, annulus::mpmc, clones, clones);
runs!(MpmcBeside);
