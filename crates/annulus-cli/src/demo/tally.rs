//! Count and order: what arrived, against what was sent.
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Gaps remembered, to tell a late message from a second copy. A run with more of them has failed long since.
const GAPS: usize = 4096;

/// Counts messages by their sequence numbers.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// The number that should come next.
    next: u64,
    /// Numbers passed over, from the key up to the value.
    gaps: BTreeMap<u64, u64>,
    counts: Counts,
}

/// What a [`Tally`] counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// Whole messages, each number once.
    pub(crate) whole: u64,
    /// Whole messages whose number had come before.
    pub(crate) duplicated: u64,
    /// Whole messages that came after one with a higher number.
    pub(crate) late: u64,
    /// Messages whose checksum is not that of their bytes.
    pub(crate) torn: u64,
}

impl Tally {
    /// A whole message.
    #[inline]
    pub(crate) fn whole(&mut self, sequence: u64) {
        if sequence == self.next {
            self.next += 1;
            self.counts.whole += 1;
        } else {
            self.out_of_order(sequence);
        }
    }

    /// A message of which not even the number can be believed.
    #[cold]
    pub(crate) fn torn(&mut self) {
        self.counts.torn += 1;
    }

    pub(crate) fn counts(&self) -> Counts {
        self.counts
    }

    #[cold]
    fn out_of_order(&mut self, sequence: u64) {
        if sequence > self.next {
            if self.gaps.len() < GAPS {
                self.gaps.insert(self.next, sequence);
            }
            self.next = sequence.saturating_add(1);
            self.counts.whole += 1;
            return;
        }
        match self.gaps.range(..=sequence).next_back().map(|(&start, &end)| (start, end)) {
            Some((start, end)) if sequence < end => {
                self.gaps.remove(&start);
                if start < sequence {
                    self.gaps.insert(start, sequence);
                }
                if sequence + 1 < end {
                    self.gaps.insert(sequence + 1, end);
                }
                self.counts.whole += 1;
                self.counts.late += 1;
            }
            _ => self.counts.duplicated += 1,
        }
    }
}

impl Counts {
    /// How many of `sent` messages did not come. One that came torn did come.
    pub(crate) fn lost(&self, sent: u64) -> u64 {
        sent.saturating_sub(self.whole).saturating_sub(self.torn)
    }

    /// Whether every one of `sent` messages came once, whole, in order, and nothing else did.
    pub(crate) fn is_perfect(&self, sent: u64) -> bool {
        *self == Counts { whole: sent, ..Counts::default() }
    }

    /// The verdict as the last line of the demo says it.
    pub(crate) fn verdict(&self, sent: u64) -> String {
        let numbers = format!(
            "{sent} messages, {} lost, {} duplicated, {} torn",
            self.lost(sent),
            self.duplicated,
            self.torn
        );
        match (self.is_perfect(sent), self.late) {
            (true, _) => format!("ok: {numbers}"),
            (false, 0) => format!("FAILED: {numbers}"),
            (false, late) => format!("FAILED: {numbers}, {late} out of order"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(sequence: impl IntoIterator<Item = u64>) -> Counts {
        let mut tally = Tally::default();
        sequence.into_iter().for_each(|n| tally.whole(n));
        tally.counts()
    }

    #[test]
    fn all_in_order_is_ok() {
        assert_eq!(tally(0..5).verdict(5), "ok: 5 messages, 0 lost, 0 duplicated, 0 torn");
        assert_eq!(tally([]).verdict(0), "ok: 0 messages, 0 lost, 0 duplicated, 0 torn");
    }

    #[test]
    fn a_message_missing_at_the_end_or_in_the_middle_is_lost() {
        assert_eq!(tally(0..4).verdict(5), "FAILED: 5 messages, 1 lost, 0 duplicated, 0 torn");
        assert_eq!(tally([0, 1, 3, 4]).lost(5), 1);
    }

    #[test]
    fn a_second_copy_is_duplicated_and_hides_no_loss() {
        let counts = tally([0, 1, 1, 3]);
        assert_eq!((counts.lost(4), counts.duplicated), (1, 1));
    }

    #[test]
    fn a_late_message_is_out_of_order_but_neither_lost_nor_duplicated() {
        let counts = tally([0, 3, 1, 2, 4]);
        assert_eq!((counts.lost(5), counts.duplicated, counts.late), (0, 0, 2));
        assert!(counts.verdict(5).starts_with("FAILED: "));
        assert_eq!(tally([0, 3, 1, 1]).duplicated, 1);
    }

    #[test]
    fn a_torn_message_is_not_lost_as_well() {
        let mut tally = Tally::default();
        tally.whole(0);
        tally.torn();
        tally.whole(2);
        let counts = tally.counts();
        assert_eq!(counts.verdict(3), "FAILED: 3 messages, 0 lost, 0 duplicated, 1 torn");
    }

    #[test]
    fn a_message_that_nobody_sent_is_not_ok() {
        assert!(!tally(0..6).is_perfect(5));
    }
}
