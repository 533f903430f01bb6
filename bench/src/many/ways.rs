//! The ways to move items: one by one, as every queue can, or in runs.

use std::marker::PhantomData;

use crate::peers::{ManyPeer, RunPeer};

/// How many items a run has at most.
pub const RUN: usize = 16;

/// What the loops need of a queue, whichever way it is used.
pub trait Way: 'static {
    type Peer: ManyPeer;
    const HOW: &'static str;
    /// How many items go at once, at most.
    const AT_ONCE: usize;

    /// Puts `first`, `first + 1`, .. in, up to `n` of them, at most [`AT_ONCE`](Self::AT_ONCE), and tells how many.
    fn put(tx: &mut <Self::Peer as ManyPeer>::Tx, n: usize, first: u64) -> usize;
    /// Takes up to `n` items out, at most [`AT_ONCE`](Self::AT_ONCE), and tells how many.
    fn take(rx: &mut <Self::Peer as ManyPeer>::Rx, n: usize, each: impl FnMut(u64)) -> usize;
}

/// Push and pop.
pub struct Singly<P>(PhantomData<P>);

impl<P: ManyPeer> Way for Singly<P> {
    type Peer = P;
    const HOW: &'static str = "";
    const AT_ONCE: usize = 1;

    #[inline(always)]
    fn put(tx: &mut P::Tx, _n: usize, first: u64) -> usize {
        usize::from(P::push(tx, first))
    }

    #[inline(always)]
    fn take(rx: &mut P::Rx, _n: usize, mut each: impl FnMut(u64)) -> usize {
        P::pop(rx).map(&mut each).is_some().into()
    }
}

/// Runs of up to [`RUN`], written and read where they lie.
pub struct InRuns<P>(PhantomData<P>);

impl<P: RunPeer> Way for InRuns<P> {
    type Peer = P;
    const HOW: &'static str = "runs of 16";
    const AT_ONCE: usize = RUN;

    #[inline(always)]
    fn put(tx: &mut P::Tx, n: usize, first: u64) -> usize {
        P::push_run(tx, n, first)
    }

    #[inline(always)]
    fn take(rx: &mut P::Rx, n: usize, each: impl FnMut(u64)) -> usize {
        P::pop_run(rx, n, each)
    }
}
