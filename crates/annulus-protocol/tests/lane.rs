//! What a lane promises, whatever the width of its word.
//!
//! Run with `RUSTFLAGS='--cfg annulus_word="8"'` (or `"32"`) to start a few steps before the wrap of a narrow word.
#![cfg(not(loom))]
#![allow(
    clippy::unnecessary_cast,
    reason = "a cast that is needless for one width of the word is needed for another"
)]
#![allow(
    clippy::forget_non_drop,
    reason = "forgetting is what is tested, whether or not it does anything today"
)]
use annulus_protocol::lane::{Cursors, Reader, Refused, Writer};
use annulus_protocol::life::End;
use annulus_protocol::pos::{Word, is_one_to};
use std::collections::VecDeque;

/// Just below the wrap, so that every test crosses it.
const START: Word = Word::MAX - 2;

fn ends(size: Word) -> (Cursors, Writer, Reader) {
    let c = Cursors::starting_at(START);
    let (w, r) = (Writer::resume(&c, size), Reader::resume(&c, size, 1));
    (c, w, r)
}

#[test]
fn fills_drains_and_refills_at_exactly_its_capacity() {
    for size in [1, 2, 3, 5, 64, 100] {
        let (c, mut w, mut r) = ends(size);
        for _ in 0..300 {
            let s = w.reserve(&c, Word::MAX);
            assert_eq!(s.span().len(), size);
            s.commit(&c, size);
            assert!(w.reserve_one(&c).is_none());
            assert_eq!(c.occupied(size), size);
            let s = r.claim(&c, Word::MAX).unwrap();
            assert_eq!(s.span().len(), size);
            s.release(&c, size);
            assert!(r.claim_one(&c).is_err());
        }
    }
}

#[test]
fn a_forgotten_span_is_offered_again() {
    let (c, mut w, mut r) = ends(4);
    std::mem::forget(w.reserve(&c, 4));
    assert_eq!(r.claim_one(&c).unwrap_err(), Refused::Nothing);
    let s = w.reserve(&c, 4);
    assert_eq!((s.span().start(), s.span().len()), (0, 4));
    s.commit(&c, 1);
    std::mem::forget(r.claim(&c, 9).unwrap());
    assert_eq!(r.claim(&c, 9).unwrap().span().len(), 1);
}

#[test]
fn an_index_names_the_same_slot_on_both_sides_for_every_size_and_any_number_of_wraps() {
    for size in 1..=70 {
        let (c, mut w, mut r) = ends(size);
        let mut model = VecDeque::new();
        let mut slots = vec![usize::MAX; size as usize];
        let mut random = size as u64;
        for item in 0..2000 {
            random = random.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let n = ((random >> 33) % (size as u64 + 1)) as Word;
            let s = w.reserve(&c, n);
            let len = s.span().len();
            for k in 0..len as usize {
                slots[(s.span().start() as usize + k) % size as usize] = item * 100 + k;
                model.push_back(item * 100 + k);
            }
            s.commit(&c, len);
            if random & (1 << 20) != 0 {
                if let Ok(s) = r.claim(&c, (n / 2).max(1)) {
                    let len = s.span().len();
                    for k in 0..len as usize {
                        assert_eq!(
                            slots[(s.span().start() as usize + k) % size as usize],
                            model.pop_front().unwrap()
                        );
                    }
                    s.release(&c, len);
                }
            } else if let Ok(s) = r.claim_one(&c) {
                assert_eq!(slots[s.span().start() as usize], model.pop_front().unwrap());
                s.release(&c, 1);
            }
            if item % 37 == 0 {
                // The ends go and come back.
                r.leave(&c);
                (w, r) = (Writer::resume(&c, size), Reader::resume(&c, size, 1));
            }
        }
    }
}

#[test]
fn a_lazy_reader_and_a_lazy_writer_never_wait_for_each_other() {
    for (capacity, credit) in [(1, 1), (1, 4), (3, 2), (8, 8), (8, 3)] {
        let size = capacity + credit - 1;
        let c = Cursors::starting_at(START);
        let (mut w, mut r) = (Writer::resume(&c, size), Reader::resume(&c, size, credit));
        let (mut sent, mut received) = (0u32, 0u32);
        while received < 1000 {
            let mut unread = sent - received;
            while let Some(s) = w.reserve_one(&c) {
                s.commit_later(&c, 1 + sent as Word % 5);
                (sent, unread) = (sent + 1, unread + 1);
            }
            assert!(unread >= u32::from(capacity as u8), "full means at least `capacity` unread items");
            assert!(unread <= u32::from(size as u8));
            for _ in 0..1 + sent % 3 {
                let Ok(s) = r.claim_one(&c) else { break };
                s.release(&c, 1);
                received += 1;
            }
        }
    }
}

#[test]
fn an_evicted_item_is_never_claimed_and_a_claimed_one_never_evicted() {
    for size in [1, 2, 3, 7] {
        let (c, mut w, mut r) = ends(size);
        let mut slots = vec![0; size as usize];
        let (mut next, mut oldest) = (0, 0);
        for round in 0..500 {
            // A full ring, and an eviction for each item more.
            for _ in 0..size + 2 {
                if !w.has_room(&c) {
                    let evicted = w.evict(&c).expect("nobody holds the oldest");
                    assert_eq!(slots[evicted.index() as usize], oldest);
                    evicted.release(&c);
                    oldest += 1;
                }
                let s = w.reserve_one(&c).unwrap();
                slots[s.span().start() as usize] = next;
                next += 1;
                s.commit_one(&c);
            }
            let claimed = r.claim_one(&c).unwrap();
            assert_eq!(slots[claimed.span().start() as usize], oldest);
            assert_eq!(w.evict(&c).unwrap_err(), Refused::Held);
            if round % 2 == 0 {
                claimed.release(&c, 1);
                oldest += 1;
            } else {
                std::mem::forget(claimed);
                r.leave(&c);
                r = Reader::resume(&c, size, 1);
            }
        }
    }
}

#[test]
fn a_reader_that_nobody_overtakes_keeps_the_hold_until_it_is_asked() {
    let (c, mut w, mut r) = ends(4);
    for _ in 0..600 {
        w.reserve_one(&c).unwrap().commit_one(&c);
        r.claim_one(&c).unwrap().release(&c, 1);
    }
    w.reserve(&c, 4).commit(&c, 4);
    assert_eq!(w.evict(&c).unwrap_err(), Refused::Held, "the reader may have seen all four");
    c.expect_overwriting();
    r.claim_one(&c).unwrap().release(&c, 1);
    w.reserve_one(&c).unwrap().commit_one(&c);
    for _ in 0..4 {
        r.claim_one(&c).unwrap().release(&c, 1);
    }
    w.reserve(&c, 4).commit(&c, 4);
    assert!(w.evict(&c).is_ok(), "it began a lap, and was asked");
}

#[test]
fn an_impossible_word_of_the_other_side_is_not_believed() {
    // A reader that resumes in a ring far smaller than the words claim.
    let c = Cursors::starting_at(START);
    let mut w = Writer::resume(&c, 8);
    w.reserve(&c, 8).commit(&c, 8);
    let mut r = Reader::resume(&c, 4, 1);
    assert_eq!(r.claim_one(&c).unwrap_err(), Refused::Nothing);
    assert!(r.was_misled());
}

#[test]
fn a_lazy_writer_that_is_forgotten_after_the_wrap_leaves_its_lap_behind_its_position() {
    let (c, mut w, mut r) = ends(4);
    for _ in 0..2 {
        w.reserve_one(&c).unwrap().commit_one(&c);
        r.claim_one(&c).unwrap().release(&c, 1);
    }
    // Position 2 and 3 are owed when position 4 begins the next lap.
    for index in [2, 3, 0] {
        let s = w.reserve_one(&c).unwrap();
        assert_eq!(s.span().start(), index);
        s.commit_later(&c, Word::MAX);
    }
    std::mem::forget(w);
    let mut w = Writer::resume(&c, 4);
    assert!(!w.was_misled());
    let next = w.reserve_one(&c).unwrap().span().start();
    assert_eq!(
        next,
        c.occupied(4).wrapping_add(2) % 4,
        "the index of the position after the last committed one"
    );
}

#[test]
fn a_reader_with_a_credit_of_zero_moves_nothing_without_the_hold() {
    let c = Cursors::starting_at(START);
    let (mut w, mut r) = (Writer::resume(&c, 2), Reader::resume(&c, 2, 0));
    for _ in 0..2 {
        w.reserve_one(&c).unwrap().commit_one(&c);
    }
    w.evict(&c).unwrap().release(&c);
    r.claim(&c, 0).unwrap().release(&c, 0);
    assert_eq!(c.occupied(2), 1);
}

#[test]
fn what_the_ends_leave_is_plausible_and_what_they_cannot_leave_is_not() {
    for size in [1, 2, 3, 5] {
        let c = Cursors::starting_at(START);
        for n in 0..40 {
            assert_eq!(c.implausible(End::Writer, size), None);
            assert_eq!(c.implausible(End::Reader, size), None);
            let mut writer = Writer::resume(&c, size);
            writer.reserve(&c, n % 3).commit(&c, n % 3);
            let mut reader = Reader::resume_alone(&c, size, 1);
            if let Ok(claimed) = reader.claim(&c, n % 2) {
                claimed.release(&c, n % 2);
            }
        }
    }
    // Nine items in a ring of eight.
    let c = Cursors::starting_at(START);
    Writer::resume(&c, 9).reserve(&c, 9).commit(&c, 9);
    assert_eq!(c.implausible(End::Reader, 8), Some("the positions"));
    assert_eq!(c.implausible(End::Writer, 8), Some("the positions"));
}

#[test]
fn is_one_to_is_two_comparisons() {
    let ends = |n: Word| [n, Word::MAX - n];
    for n in (0..100).flat_map(ends) {
        for most in (0..100).flat_map(ends) {
            assert_eq!(is_one_to(n, most), 1 <= n && n <= most, "{n} of {most}");
        }
    }
}
