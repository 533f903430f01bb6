//! `pool`, for the suite.
use crate::suite::Kind;
pub(crate) use annulus::pool::*;

pub(crate) const KIND: Kind =
    Kind { sole_producer: false, counts_reserved: false, positions: ["free", "ready"] };

homes_with_turns!(Place);

pub(crate) fn slots<'g, T>(grant: &'g mut WriteGrant<'_, T>) -> Vec<&'g mut std::mem::MaybeUninit<T>> {
    grant.iter_mut().collect()
}

pub(crate) fn items<'g, T>(grant: &'g ReadGrant<'_, T>) -> Vec<&'g T> {
    grant.iter().collect()
}

pub(crate) fn items_mut<'g, T>(grant: &'g mut ReadGrant<'_, T>) -> Vec<&'g mut T> {
    grant.iter_mut().collect()
}

/// A claim of so many items, which are there.
pub(crate) fn just<T, K: Keep>(consumer: &mut Consumer<T, K>, n: usize) -> ReadGrant<'_, T> {
    let grant = consumer.claim_up_to(n).unwrap();
    assert_eq!(grant.len(), n);
    grant
}
