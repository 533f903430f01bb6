//! Ours, where there are several ends: single items, and runs in place. What is judged is the queue of that shape; beside it are those
//! that promise something else.
//!
//! All topologies have the same surface, so a row is one line of [`queue`].

use super::{ManyPeer, RunPeer, clones, fill, only};
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
    vec![Entry::plain::<Mpmc>().runs::<Mpmc>(), Entry::plain::<Pool>().runs::<Pool>()]
}

pub fn mpsc() -> Vec<Entry> {
    vec![
        Entry::plain::<Mpsc>().runs::<Mpsc>(),
        Entry::plain::<MpmcBeside>().runs::<MpmcBeside>(),
        Entry::plain::<Pool>().runs::<Pool>(),
        Entry::plain::<Lanes>().runs::<Lanes>(),
    ]
}

pub fn spmc() -> Vec<Entry> {
    vec![
        Entry::plain::<Spmc>().runs::<Spmc>(),
        Entry::plain::<MpmcBeside>().runs::<MpmcBeside>(),
        Entry::plain::<Pool>().runs::<Pool>(),
    ]
}

queue!(Mpmc, "annulus", judged: true, annulus::mpmc, clones, clones);
runs!(Mpmc);
queue!(Mpsc, "annulus", judged: true, annulus::mpsc, clones, only);
runs!(Mpsc);
queue!(Spmc, "annulus", judged: true, annulus::spmc, only, clones);
runs!(Spmc);
// What the general ring costs where one end is alone; what is judged there is the ring made for it.
queue!(MpmcBeside, "annulus/mpmc", judged: false, annulus::mpmc, clones, clones);
runs!(MpmcBeside);
// The order of the commits.
queue!(Pool, "annulus/pool", judged: false, annulus::pool, clones, clones);

impl RunPeer for Pool {
    #[inline(always)]
    fn push_run(tx: &mut Self::Tx, n: usize, first: u64) -> usize {
        tx.reserve_up_to(n).map_or(0, |grant| grant.fill_from(first..))
    }

    #[inline(always)]
    fn pop_run(rx: &mut Self::Rx, n: usize, mut each: impl FnMut(u64)) -> usize {
        let Ok(grant) = rx.claim_up_to(n) else { return 0 };
        let n = grant.len();
        grant.iter().for_each(|&item| each(item));
        grant.release(n);
        n
    }
}

/// No order but between two ends, each with a lane of the whole capacity. Only where there is one reader: of several, each would have
/// to pop an equal share, and who gets an item is decided when it is pushed.
struct Lanes;

impl ManyPeer for Lanes {
    const NAME: &'static str = "annulus/lanes";
    const PACKAGE: &'static str = "annulus";
    const OURS: bool = true;
    const JUDGED: bool = false;
    type Tx = annulus::mpmc::lanes::Producer<u64>;
    type Rx = annulus::mpmc::lanes::Consumer<u64>;

    fn new(capacity: usize, writers: usize, readers: usize) -> (Vec<Self::Tx>, Vec<Self::Rx>) {
        annulus::mpmc::lanes(writers, readers, capacity)
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

runs!(Lanes);
