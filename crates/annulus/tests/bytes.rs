//! What rings of bytes promise: room, grants, closing, homes. Random sequences are in `bytes_model`, threads in `bytes_threads`.
#![cfg(feature = "alloc")]
#![allow(clippy::forget_non_drop)] // a guard may get a drop one day, and the tests are to stay
use annulus::State;
use annulus::bytes::{
    Buffer, Control, GrantError, Keep, ReadError, Reader, RingError, Writer, in_memory, stream, try_stream,
};
use std::mem::forget;
use std::panic::{AssertUnwindSafe, catch_unwind};

const CAPACITIES: [usize; 5] = [1, 2, 3, 64, 1000];

/// Writes `bytes` by one grant.
#[track_caller]
fn put<K: Keep>(writer: &mut Writer<K>, bytes: &[u8]) {
    let mut grant = writer.grant_exact(bytes.len()).unwrap();
    grant.copy_from_slice(bytes);
    grant.commit(bytes.len());
}

/// All that is next to each other.
#[track_caller]
fn take<K: Keep>(reader: &mut Reader<K>) -> Vec<u8> {
    let grant = reader.read().unwrap();
    let bytes = grant.to_vec();
    grant.release(bytes.len());
    bytes
}

/// An empty ring whose writer is `at` bytes after the start.
fn empty_at(capacity: usize, at: usize) -> (Writer, Reader) {
    let (mut writer, mut reader) = stream(capacity);
    if at != 0 {
        put(&mut writer, &vec![1; at]);
        take(&mut reader);
    }
    (writer, reader)
}

#[test]
fn every_byte_of_the_capacity_can_be_used_at_once_and_no_more() {
    for capacity in CAPACITIES {
        let (mut writer, mut reader) = stream(capacity);
        assert_eq!((writer.capacity(), reader.capacity()), (capacity, capacity));
        for round in 0..20 {
            assert_eq!((writer.vacant(), writer.is_full(), reader.len()), (capacity, false, 0));
            put(&mut writer, &vec![round; capacity]);
            assert_eq!((writer.vacant(), writer.is_full(), reader.len()), (0, true, capacity));
            assert_eq!(writer.grant_exact(1).unwrap_err(), GrantError::Full);
            assert_eq!(writer.grant_up_to(1).unwrap_err(), GrantError::Full);
            assert_eq!(writer.grant_largest().unwrap_err(), GrantError::Full);
            assert_eq!(writer.push_slice(&[1]), 0);
            assert_eq!(take(&mut reader), vec![round; capacity], "in one piece");
            assert_eq!(reader.read().unwrap_err(), ReadError::Empty);
        }
    }
}

#[test]
fn an_empty_ring_has_room_for_every_grant_wherever_the_last_one_ended() {
    for capacity in 1..=70 {
        for at in 0..=capacity {
            for n in 1..=capacity {
                let (mut writer, mut reader) = empty_at(capacity, at);
                assert_eq!(writer.grant_largest().unwrap().len(), capacity);
                assert_eq!(writer.grant_up_to(n).unwrap().len(), n);
                let bytes: Vec<u8> = (0..n as u8).collect();
                put(&mut writer, &bytes);
                assert_eq!(reader.len(), n);
                assert_eq!(take(&mut reader), bytes);
                assert_eq!(writer.vacant(), capacity, "a pad costs nothing any more");
            }
        }
    }
}

#[test]
fn half_the_ring_can_be_written_while_nothing_else_is_in_it_at_every_position() {
    for capacity in (2..=64).step_by(2) {
        for at in 0..=capacity {
            let (mut writer, mut reader) = empty_at(capacity, at);
            for round in 0..3 * capacity {
                put(&mut writer, &vec![round as u8; capacity / 2]);
                assert_eq!(take(&mut reader), vec![round as u8; capacity / 2]);
            }
        }
    }
}

#[test]
fn half_a_ring_is_written_while_the_other_half_is_read_once_they_are_aligned() {
    let (mut writer, mut reader) = stream(64);
    for round in 0..100 {
        put(&mut writer, &[round; 32]);
        let held = reader.read().unwrap();
        put(&mut writer, &[round + 1; 32]);
        assert_eq!(*held, [round; 32]);
        held.release(32);
        assert_eq!(take(&mut reader), [round + 1; 32]);
    }
}

/// A rival adds the length of a grant to where it begins, which wraps in a release build.
#[test]
fn no_sum_of_lengths_wraps() {
    let huge = (0..70).map(|k| usize::MAX - k).chain([
        usize::MAX / 2,
        usize::MAX / 2 + 1,
        1 << (usize::BITS - 4),
        u32::MAX as usize,
    ]);
    let huge: Vec<usize> = huge.collect();
    for capacity in [1, 2, 3, 9, 64] {
        for at in 0..=capacity {
            for used in 0..=capacity {
                let (mut writer, mut reader) = empty_at(capacity, at);
                if used != 0 {
                    put(&mut writer, &vec![7; used]);
                }
                for n in huge.iter().copied().chain(capacity + 1..capacity + 70) {
                    assert_eq!(writer.grant_exact(n).unwrap_err(), GrantError::TooLarge);
                    match writer.grant_up_to(n) {
                        Ok(grant) => assert!(!grant.is_empty() && grant.len() <= capacity - used),
                        Err(error) => assert!(error == GrantError::Full && used != 0),
                    }
                }
                assert_eq!(reader.len(), used);
                assert_eq!(reader.pop_slice(&mut vec![0; capacity + 1]), used);
            }
        }
    }
}

#[test]
fn forgotten_grants_are_granted_again() {
    let (mut writer, mut reader) = stream(10);
    for round in 0..100 {
        forget(writer.grant_exact(4));
        forget(writer.grant_up_to(3));
        forget(writer.grant_largest());
        drop(writer.grant_largest());
        assert_eq!(reader.read().unwrap_err(), ReadError::Empty);
        assert_eq!(writer.vacant(), 10);
        put(&mut writer, &[round, 1, 2, 3, 4, 5, 6]);
        forget(reader.read());
        forget(reader.read_split());
        drop(reader.read());
        drop(reader.read_split());
        assert_eq!(reader.len(), 7);
        reader.read().unwrap().release(3);
        forget(reader.read());
        assert_eq!(take(&mut reader), [3, 4, 5, 6]);
    }
}

#[test]
fn committing_or_releasing_nothing_changes_nothing() {
    let (mut writer, mut reader) = empty_at(10, 7);
    writer.grant_exact(9).unwrap().commit(0);
    writer.grant_exact(0).unwrap().commit(0);
    writer.grant_up_to(0).unwrap().commit(0);
    assert_eq!((reader.len(), writer.vacant()), (0, 10));
    put(&mut writer, &[1, 2, 3]);
    reader.read().unwrap().release(0);
    reader.read_split().unwrap().release(0);
    assert_eq!(writer.grant_exact(7).unwrap().len(), 7, "the three lie before the end: there is no pad");
    assert!(writer.grant_exact(0).unwrap().is_empty());
    assert_eq!(reader.len(), 3);
}

#[test]
fn a_part_is_committed_and_the_rest_granted_again() {
    let (mut writer, mut reader) = stream(8);
    let mut grant = writer.grant_exact(8).unwrap();
    grant[..3].copy_from_slice(b"abc");
    let place = grant.as_ptr();
    grant.commit(3);
    let mut grant = writer.grant_up_to(100).unwrap();
    assert_eq!((grant.len(), grant.as_ptr()), (5, place.wrapping_add(3)));
    grant.copy_from_slice(b"defgh");
    grant.commit(2);
    assert_eq!(take(&mut reader), b"abcde");
}

/// What `run` panics with.
fn panic_of(run: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(run)).expect_err("a panic");
    panic
        .downcast_ref::<String>()
        .cloned()
        .unwrap_or_else(|| panic.downcast_ref::<&str>().unwrap().to_string())
}

#[test]
fn who_commits_or_releases_more_than_was_granted_panics_and_nothing_moves() {
    let (mut writer, mut reader) = stream(8);
    for n in [4, 9, usize::MAX] {
        let message = panic_of(|| writer.grant_exact(3).unwrap().commit(n));
        assert_eq!(message, format!("commit of {n} bytes in a grant of 3"));
    }
    assert_eq!(reader.len(), 0);
    put(&mut writer, &[1, 2, 3]);
    for n in [4, 9, usize::MAX] {
        let message = panic_of(|| reader.read().unwrap().release(n));
        assert_eq!(message, format!("release of {n} bytes in a grant of 3"));
        let message = panic_of(|| reader.read_split().unwrap().release(n));
        assert_eq!(message, format!("release of {n} bytes in a grant of 3"));
    }
    assert_eq!(take(&mut reader), [1, 2, 3]);
}

#[test]
fn what_wraps_is_read_in_two_pieces_or_one_after_the_other() {
    for together in [true, false] {
        let (mut writer, mut reader) = empty_at(10, 6);
        assert_eq!(writer.push_slice(b"0123456"), 7, "no byte is left out");
        assert_eq!((reader.len(), writer.vacant()), (7, 3));
        if together {
            let mut grant = reader.read_split().unwrap();
            assert_eq!((grant.as_slices(), grant.len()), ((&b"0123"[..], &b"456"[..]), 7));
            grant.as_mut_slices().1[0] = b'x';
            grant.release(5);
            assert_eq!(reader.read_split().unwrap().as_slices(), (&b"56"[..], &b""[..]));
        } else {
            let mut grant = reader.read().unwrap();
            grant[3] = b'x';
            assert_eq!(*grant, *b"012x");
            grant.release(4);
        }
        assert_eq!(take(&mut reader), if together { &b"56"[..] } else { b"456" });
        assert_eq!(reader.read_split().unwrap_err(), ReadError::Empty);
    }
}

#[test]
fn slices_go_in_and_come_out_as_far_as_they_fit() {
    let (mut writer, mut reader) = empty_at(5, 3);
    assert_eq!(writer.push_slice(b""), 0);
    assert_eq!(writer.push_slice(b"abcdefgh"), 5);
    assert_eq!(writer.push_slice(b"z"), 0);
    assert_eq!(reader.pop_slice(&mut []), 0);
    let mut into = [0; 4];
    assert_eq!(reader.pop_slice(&mut into), 4);
    assert_eq!(&into, b"abcd");
    assert_eq!(reader.pop_slice(&mut into), 1);
    assert_eq!(into[0], b'e');
    assert_eq!(reader.pop_slice(&mut into), 0);
}

#[test]
fn a_grant_and_a_read_grant_live_at_the_same_time() {
    let (mut writer, mut reader) = empty_at(8, 6);
    put(&mut writer, b"ab");
    let held = reader.read().unwrap();
    let mut grant = writer.grant_exact(6).unwrap();
    grant.copy_from_slice(b"cdefgh");
    assert_eq!(*held, *b"ab");
    grant.commit(6);
    assert_eq!(writer.grant_exact(1).unwrap_err(), GrantError::Full, "what is held is not written over");
    assert_eq!(*held, *b"ab");
    held.release(2);
    assert_eq!(take(&mut reader), b"cdefgh");
}

#[test]
fn a_reader_finds_everything_before_it_finds_the_ring_closed() {
    let (mut writer, mut reader) = empty_at(8, 5);
    put(&mut writer, b"last");
    assert_eq!((reader.state(), writer.state()), (State::Open, State::Open));
    writer.close();
    assert!(writer.is_closed() && reader.is_closed());
    assert_eq!((reader.state(), writer.state()), (State::Closing, State::Closing));
    assert_eq!(writer.grant_exact(1).unwrap_err(), GrantError::Closed);
    assert_eq!(writer.grant_up_to(1).unwrap_err(), GrantError::Closed);
    assert_eq!(writer.grant_largest().unwrap_err(), GrantError::Closed);
    assert_eq!((writer.push_slice(b"x"), writer.vacant()), (0, 0));
    assert_eq!(writer.grant_exact(9).unwrap_err(), GrantError::TooLarge, "whatever else is the case");
    assert!(writer.grant_exact(0).unwrap().is_empty());
    drop(writer);
    assert_eq!(take(&mut reader), b"last");
    assert_eq!(reader.read().unwrap_err(), ReadError::Closed);
    assert_eq!(reader.read_split().unwrap_err(), ReadError::Closed);
    assert_eq!(reader.state(), State::Closed);
}

#[test]
fn a_writer_learns_that_the_reader_has_gone_when_the_ring_would_be_full() {
    let (mut writer, mut reader) = stream(4);
    put(&mut writer, b"a");
    let held = reader.read().unwrap();
    assert_eq!(*held, *b"a");
    drop(held);
    reader.close();
    assert_eq!(take(&mut reader), b"a", "who closes may still take what there is");
    drop(reader);
    assert!(writer.is_closed());
    assert_eq!(writer.state(), State::Closed);
    while let Ok(grant) = writer.grant_up_to(3) {
        let n = grant.len();
        grant.commit(n);
    }
    assert_eq!(writer.grant_exact(1).unwrap_err(), GrantError::Closed);
    assert_eq!(writer.grant_up_to(1).unwrap_err(), GrantError::Closed);
}

#[test]
fn a_grant_is_committed_after_the_reader_has_gone_and_does_no_harm() {
    let (mut writer, reader) = stream(4);
    let grant = writer.grant_exact(4).unwrap();
    drop(reader);
    grant.commit(4);
    assert_eq!(writer.grant_exact(1).unwrap_err(), GrantError::Closed);
}

#[test]
fn a_read_grant_outlives_the_writer() {
    let (mut writer, mut reader) = stream(4);
    put(&mut writer, b"abcd");
    let held = reader.read().unwrap();
    drop(writer);
    assert_eq!(*held, *b"abcd");
    held.release(4);
    assert_eq!(reader.read().unwrap_err(), ReadError::Closed);
}

#[test]
fn memory_that_was_never_written_is_zero() {
    static ZEROS: Buffer<9> = Buffer::new();
    let mut inside = Buffer::<9>::default();
    assert_eq!(*stream(9).0.grant_largest().unwrap(), [0; 9]);
    assert_eq!(*ZEROS.try_split().unwrap().0.grant_largest().unwrap(), [0; 9]);
    assert_eq!(*inside.split().0.grant_largest().unwrap(), [0; 9]);
}

#[test]
fn a_ring_of_a_size_that_cannot_be_is_refused() {
    assert_eq!(try_stream(0).unwrap_err(), RingError::Zero);
    assert_eq!(try_stream(usize::MAX).unwrap_err(), RingError::TooLarge);
    let message = panic_of(|| drop(stream(0)));
    assert_eq!(message, "a ring of 0 bytes cannot be made: the capacity (and the credit) must be at least 1");
}

#[test]
fn a_buffer_is_split_again_and_nothing_is_lost_whoever_was_forgotten() {
    let mut buffer = Buffer::<7>::new();
    assert_eq!(buffer.capacity(), 7);
    for round in 0..50 {
        let (mut writer, mut reader) = buffer.split();
        assert_eq!((reader.is_closed(), reader.len()), (false, if round == 0 { 0 } else { 3 }));
        if round != 0 {
            assert_eq!(reader.pop_slice(&mut [0; 7]), 3);
        }
        assert_eq!(writer.grant_exact(7).unwrap().len(), 7);
        put(&mut writer, &[round; 3]);
        forget(writer.grant_exact(1));
        forget(reader.read());
        match round % 3 {
            0 => forget((writer, reader)),
            1 => forget(reader),
            _ => {}
        }
    }
    assert!(format!("{buffer:?}").contains("capacity: 7"));
}

#[test]
fn a_static_is_given_back_when_both_ends_have_gone() {
    static BUFFER: Buffer<5> = Buffer::new();
    for round in 0..20 {
        let (mut writer, mut reader) = BUFFER.try_split().expect("nobody is out");
        assert!(BUFFER.try_split().is_none());
        assert_eq!(reader.len(), if round == 0 { 0 } else { 2 });
        assert_eq!(reader.pop_slice(&mut [0; 5]), reader.capacity().min(if round == 0 { 0 } else { 2 }));
        put(&mut writer, &[round, round]);
        drop(writer);
        assert!(BUFFER.try_split().is_none(), "the reader is out");
        assert_eq!(*reader.read().unwrap(), [round, round]);
    }
    forget(BUFFER.try_split().unwrap().0);
    assert!(BUFFER.try_split().is_none(), "a forgotten end never comes back");
}

#[test]
fn a_ring_lies_where_the_caller_says_and_nowhere_else() {
    let control = Control::new();
    let mut memory = [0xEE_u8; 12];
    for _ in 0..10 {
        let bounds = memory.as_ptr_range();
        let (mut writer, mut reader) = in_memory(&control, &mut memory[1..11]);
        assert_eq!(writer.capacity(), 10);
        for n in [10, 3, 7, 10] {
            let mut grant = writer.grant_exact(n).unwrap();
            assert!(bounds.start < grant.as_ptr() && grant.as_ptr_range().end < bounds.end);
            grant.fill(n as u8);
            grant.commit(n);
            assert_eq!(take(&mut reader), vec![n as u8; n]);
        }
        put(&mut writer, b"left");
        drop((writer, reader));
        assert_eq!((memory[0], memory[11]), (0xEE, 0xEE));
    }
    let (writer, reader) = in_memory(&control, &mut memory);
    assert_eq!(reader.len(), 0, "what was left is not there any more");
    let mut other = [0; 3];
    assert!(panic_of(|| drop(in_memory(&control, &mut other))).contains("an end of another ring"));
    drop((writer, reader));
    assert!(panic_of(|| drop(in_memory(&control, &mut []))).contains("at least one slot"));
    assert!(format!("{control:?}").contains("Control"));
}

#[test]
fn handles_show_positions_and_no_contents() {
    let (mut writer, mut reader) = stream(8);
    put(&mut writer, b"abc");
    assert!(format!("{writer:?}").contains("capacity: 8"));
    assert!(format!("{reader:?}").contains("state: Open"));
    assert_eq!(format!("{:?}", reader.read().unwrap()), "ReadGrant { len: 3 }");
    assert_eq!(format!("{:?}", reader.read_split().unwrap()), "SplitGrant { len: [3, 0] }");
    assert_eq!(format!("{:?}", writer.grant_exact(2).unwrap()), "Grant { len: 2 }");
    assert_eq!(GrantError::Closed.to_string(), ReadError::Closed.to_string());
    assert!(GrantError::Full.to_string().contains("room") && ReadError::Empty.to_string().contains("empty"));
    assert!(GrantError::TooLarge.to_string().contains("capacity"));
}
