//! Items that say who wrote them and when, and what a reader remembers of them.
//!
//! Nobody can compare an item with the one that was due, because readers share. Instead every reader checks each
//! writer's order and adds up a mix of what it read; the sum of all readers must be that of all writers.

/// No line has more writers.
pub const WRITERS: usize = 16;
const SEQUENCE_BITS: u32 = 48;

/// Item number `sequence` of a writer. Those that follow differ by one.
#[inline(always)]
pub fn item(writer: usize, sequence: u64) -> u64 {
    (writer as u64) << SEQUENCE_BITS | sequence
}

/// What one reader has read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The least that each writer's next item may be.
    due: [u64; WRITERS],
    sum: u64,
    late: bool,
}

impl Seen {
    #[inline(always)]
    pub fn see(&mut self, item: u64) {
        let due = &mut self.due[(item >> SEQUENCE_BITS) as usize % WRITERS];
        self.late |= item < *due;
        *due = item + 1;
        self.sum = self.sum.wrapping_add(mix(item));
    }

    /// Whether this reader was given each writer's items in the order in which they were written, each once at most.
    pub fn in_order(&self) -> bool {
        !self.late
    }
}

/// Whether these readers together have read the first `each` items of all writers, each once, and nothing else.
pub fn is_complete(seen: &[Seen], writers: usize, each: u64) -> bool {
    let written = (0..writers).flat_map(|writer| (0..each).map(move |at| mix(item(writer, at))));
    let read = seen.iter().map(|seen| seen.sum);
    written.fold(0, u64::wrapping_add) == read.fold(0, u64::wrapping_add)
}

/// Not linear: two items that are each wrong by as much do not make up for each other.
#[inline(always)]
fn mix(item: u64) -> u64 {
    let spread = item.wrapping_mul(0x9e37_79b9_7f4a_7c15); // as in `gap`
    spread ^ spread >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(items: &[(usize, u64)]) -> Seen {
        let mut seen = Seen::default();
        items.iter().for_each(|&(writer, at)| seen.see(item(writer, at)));
        seen
    }

    #[test]
    fn everything_once_in_any_distribution_is_complete() {
        let readers = [seen(&[(0, 0), (1, 0), (0, 2)]), seen(&[(1, 1), (0, 1), (1, 2)])];
        assert!(is_complete(&readers, 2, 3));
        assert!(readers.iter().all(Seen::in_order));
    }

    #[test]
    fn a_lost_or_doubled_item_is_noticed() {
        assert!(!is_complete(&[seen(&[(0, 0), (0, 2)])], 1, 3));
        // One lost and one doubled, with the same number and sum of items.
        assert!(!is_complete(&[seen(&[(0, 0), (0, 1), (0, 1), (0, 2)]), seen(&[(0, 4), (0, 4)])], 1, 6));
        assert!(!is_complete(&[seen(&[(0, 0), (0, 0), (0, 2)])], 1, 3));
    }

    #[test]
    fn an_item_before_its_predecessor_or_twice_is_late() {
        assert!(!seen(&[(1, 1), (0, 0), (1, 0)]).in_order());
        assert!(!seen(&[(1, 1), (1, 1)]).in_order());
        assert!(seen(&[(1, 1), (0, 0), (1, 5)]).in_order());
    }
}
