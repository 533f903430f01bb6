//! A door into one pool. Appended to the shipped text as a child module.
use super::{Claimed, Cursors, Entry, Pool, Reserved, Shape};
use crate::entry::Role;
use crate::symbolic::pool::word::{Word, number};
use crate::term::Sym;

pub(crate) use super::evict::door as evicted;

/// The words of a pool: of all entries, ours and any other of each ring, and a link.
pub(crate) fn words() -> (Cursors, [Entry; 5]) {
    (Cursors::new(), std::array::from_fn(|_| Entry::new()))
}

pub(crate) fn pool<'a>((cursors, entries): &'a (Cursors, [Entry; 5]), size: Sym) -> Pool<'a> {
    Pool::new(cursors, entries, Shape { size: number(size) })
}

pub(crate) fn role(entry: &Entry) -> Role {
    entry.0.0
}

pub(crate) fn reserved(index: Word) -> Reserved {
    Reserved { index }
}

pub(crate) fn claimed(index: Word) -> Claimed {
    Claimed { index }
}

/// Closes it; answers how many reservations there were.
pub(crate) fn close(pool: &Pool<'_>) -> Word {
    pool.cursors.closing.begin();
    pool.cursors.closing.finish(&pool.free)
}

/// Where a report comes to.
pub(crate) fn position(pool: &Pool<'_>, is_ready: bool, puts: bool) -> Word {
    match (is_ready, puts) {
        (true, true) => pool.ready.put_position(),
        (true, false) => pool.ready.take_position(),
        (false, true) => pool.free.put_position(),
        (false, false) => pool.free.take_position(),
    }
}
