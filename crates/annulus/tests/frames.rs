//! What rings of frames promise: room, grants, frames kept and released, closing, homes. Random sequences and all states of small rings
//! are in the library's own tests, headers that were written over in `frames_hostile`, threads in `frames_threads`.
#![cfg(feature = "alloc")]
#![allow(clippy::forget_non_drop)] // a guard may get a drop one day, and the tests are to stay
use annulus::State;
use annulus::frames::{
    Buffer, Compact, Control, Fixed, FrameReader, FrameWriter, GrantError, Header, Keep, ReadError,
    RingError, in_memory, in_memory_with, ring, ring_with, try_ring, try_ring_with,
};
use std::mem::forget;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The oldest frame.
#[track_caller]
fn take<K: Keep, H: Header>(reader: &mut FrameReader<K, H>) -> Vec<u8> {
    let frame = reader.read().unwrap();
    let bytes = frame.to_vec();
    frame.release();
    bytes
}

/// A ring with one-byte headers that is empty, and whose writer is `at` bytes after the start.
fn empty_at(capacity: usize, at: usize) -> (FrameWriter, FrameReader) {
    assert!(capacity <= 128);
    let (mut writer, mut reader) = ring(capacity);
    if at != 0 {
        writer.push(&vec![1; at - 1]).unwrap();
        take(&mut reader);
    }
    (writer, reader)
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
fn frames_are_read_one_by_one_as_they_were_written() {
    let (mut writer, mut reader) = ring(100);
    let frames: [&[u8]; 5] = [b"one", b"", b"three", b"", b"the fifth"];
    for _ in 0..50 {
        for frame in frames {
            writer.push(frame).unwrap();
        }
        for frame in frames {
            assert_eq!(*reader.read().unwrap(), *frame);
            assert_eq!(take(&mut reader), frame);
        }
        assert_eq!(reader.read().unwrap_err(), ReadError::Empty);
    }
}

#[test]
fn a_frame_becomes_shorter_than_its_grant_and_what_was_written_stays_where_it_is() {
    for capacity in [60, 300, 40_000] {
        let (mut writer, mut reader) = ring(capacity);
        let longest = writer.max_frame_len();
        for used in [0, 1, 7, 59, 100, 127, 128, 299, 16_383, 16_384].into_iter().filter(|n| *n <= longest) {
            let mut grant = writer.grant(longest).unwrap();
            assert_eq!(grant.len(), longest);
            grant.fill(used as u8);
            let place = grant.as_ptr();
            grant.commit(used);
            writer.push(b"next").unwrap_or_else(|error| assert!(capacity < used + 20, "{error}"));
            let frame = reader.read().unwrap();
            assert_eq!((frame.as_ptr(), frame.len()), (place, used));
            assert!(frame.iter().all(|byte| *byte == used as u8));
            frame.release();
            while !reader.is_empty() {
                assert_eq!(take(&mut reader), b"next");
            }
        }
    }
}

#[test]
fn what_a_grant_left_over_is_room_for_the_next_one() {
    let (mut writer, mut reader) = ring(32);
    for n in 0..8 {
        let mut grant = writer.grant(3).unwrap();
        grant[..3].fill(n);
        grant.commit(3);
    }
    assert_eq!(writer.grant(0).unwrap_err(), GrantError::Full, "eight frames of four bytes");
    for n in 0..8 {
        assert_eq!(take(&mut reader), [n; 3]);
    }
    for _ in 0..8 {
        writer.grant(4).map(|grant| grant.commit(3)).unwrap_or(());
    }
    assert!(std::iter::from_fn(|| reader.read().map(|frame| frame.release()).ok()).count() >= 7);
}

#[test]
fn the_longest_frame_is_told_exactly_for_every_capacity() {
    for capacity in (1..=300).chain([16_384, 16_385, 16_386, 16_387, 16_388, 40_000]) {
        let (mut writer, reader) = ring(capacity);
        let longest = writer.max_frame_len();
        assert_eq!(reader.max_frame_len(), longest);
        assert_eq!(writer.grant(longest).unwrap().len(), longest);
        assert_eq!(writer.grant(longest + 1).unwrap_err(), GrantError::TooLarge);
        assert!(capacity <= longest + 3 && longest < capacity);
        if 4 <= capacity {
            assert_eq!(ring_with(Fixed, capacity).0.max_frame_len(), capacity - 4);
        }
    }
}

/// A rival adds the length of the header to that of the grant, and that to where it begins, which wraps in a release build.
#[test]
fn no_sum_of_lengths_and_headers_wraps() {
    let ends = [usize::MAX / 2, usize::MAX / 2 + 1, 1 << (usize::BITS - 4), u32::MAX as usize];
    let huge: Vec<usize> = (0..70).map(|k| usize::MAX - k).chain(ends).collect();
    for capacity in [1, 2, 3, 9, 64, 128] {
        for at in 0..=capacity {
            for used in 0..=capacity {
                let (mut writer, mut reader) = empty_at(capacity, at);
                if used != 0 {
                    writer.push(&vec![7; used - 1]).unwrap();
                }
                let longest = writer.max_frame_len();
                for n in huge.iter().copied().chain(longest + 1..longest + 70) {
                    assert_eq!(writer.grant(n).unwrap_err(), GrantError::TooLarge);
                }
                assert_eq!(reader.resync(), used);
            }
        }
    }
}

/// A rival refuses such a frame at some positions for ever.
#[test]
fn a_frame_of_half_the_ring_fits_at_every_write_position() {
    for capacity in (2..=64).step_by(2) {
        for at in 0..=capacity {
            let (mut writer, mut reader) = empty_at(capacity, at);
            for round in 0..3 * capacity {
                let frame = vec![round as u8; capacity / 2 - 1];
                writer.push(&frame).unwrap();
                assert_eq!(take(&mut reader), frame);
            }
        }
    }
}

#[test]
fn a_frame_of_half_the_ring_is_written_while_another_one_is_read() {
    let (mut writer, mut reader) = ring(64);
    for round in 0..100 {
        writer.push(&[round; 31]).unwrap();
        let held = reader.read().unwrap();
        writer.push(&[round + 1; 31]).unwrap();
        assert_eq!(writer.push(&[]), Err(GrantError::Full), "and then there is not even room for a header");
        assert_eq!(*held, [round; 31]);
        held.release();
        assert_eq!(take(&mut reader), [round + 1; 31]);
    }
}

#[test]
fn in_three_times_the_longest_frame_one_is_written_while_another_is_read_wherever_it_lies() {
    for most in 1..=20 {
        let capacity = 3 * most;
        for at in 0..=capacity {
            for len in 0..most {
                let (mut writer, mut reader) = empty_at(capacity, at);
                writer.push(&vec![1; len]).unwrap();
                let held = reader.read().unwrap();
                assert_eq!(writer.push(&vec![2; most - 1]), Ok(()), "{len} of {capacity} after {at}");
                assert_eq!(*held, vec![1; len]);
                held.release();
                assert_eq!(take(&mut reader), vec![2; most - 1]);
            }
        }
    }
}

#[test]
fn ends_and_guards_may_go_to_other_threads() {
    fn sent<T: Send + Sync>() {}
    sent::<(FrameWriter, FrameReader)>();
    sent::<(annulus::frames::FrameGrant<'static>, annulus::frames::Frame<'static>)>();
    sent::<(Buffer<1>, Buffer<4, Fixed>, Control)>();
}

/// A rival is locked for ever by one of these.
#[test]
fn forgotten_grants_and_frames_are_had_again() {
    let (mut writer, mut reader) = empty_at(10, 6);
    for round in 0..50 {
        for max in [0, 3, 9] {
            forget(writer.grant(max));
            drop(writer.grant(max));
        }
        assert_eq!(reader.read().unwrap_err(), ReadError::Empty);
        writer.push(&[round, 1, 2]).unwrap();
        writer.push(&[round, 3]).unwrap_or(());
        forget(reader.read());
        drop(reader.read());
        let mut frame = reader.read().unwrap();
        frame.auto_release(true);
        forget(frame);
        assert_eq!(take(&mut reader), [round, 1, 2]);
        reader.resync();
    }
}

#[test]
fn a_frame_stays_unless_it_is_released_and_is_released_by_dropping_it_if_so_told() {
    let (mut writer, mut reader) = ring(64);
    for n in 0..6 {
        writer.push(&[n]).unwrap();
    }
    drop(reader.read().unwrap());
    reader.read().unwrap().keep();
    let mut frame = reader.read().unwrap();
    frame.auto_release(true);
    frame.keep();
    let mut frame = reader.read().unwrap();
    frame.auto_release(true);
    frame.auto_release(false);
    drop(frame);
    assert_eq!(*reader.read().unwrap(), [0], "after all that");

    let mut frame = reader.read().unwrap();
    frame.auto_release(true);
    drop(frame);
    let mut frame = reader.read().unwrap();
    frame.auto_release(true);
    assert_eq!(*frame, [1]);
    frame.release(); // once, not twice
    panic_of(|| {
        let mut frame = reader.read().unwrap();
        frame.auto_release(true);
        panic!("with {frame:?}");
    });
    panic_of(|| {
        let frame = reader.read().unwrap();
        panic!("with {frame:?}, which is kept");
    });
    assert_eq!(take(&mut reader), [3]);
}

#[test]
fn a_frame_is_worked_on_in_place() {
    let (mut writer, mut reader) = ring(64);
    writer.push(b"hello").unwrap();
    reader.read().unwrap().make_ascii_uppercase();
    assert_eq!(take(&mut reader), b"HELLO");
}

#[test]
fn a_frame_of_no_bytes_is_a_frame() {
    let (mut writer, mut reader) = ring(3);
    for _ in 0..20 {
        writer.push(&[]).unwrap();
        writer.grant(1).unwrap().commit(0);
        writer.push(&[]).unwrap();
        assert_eq!(writer.grant(0).unwrap_err(), GrantError::Full);
        for _ in 0..3 {
            assert_eq!(*reader.read().unwrap(), []);
            assert_eq!(reader.pop_into(&mut []), Ok(0));
        }
        assert_eq!(reader.pop_into(&mut []), Err(ReadError::Empty));
    }
    let (mut writer, mut reader) = ring(1);
    for _ in 0..20 {
        assert_eq!((writer.max_frame_len(), writer.push(&[])), (0, Ok(())));
        assert_eq!(take(&mut reader), []);
    }
}

#[test]
fn a_frame_that_is_too_long_for_the_buffer_stays() {
    let (mut writer, mut reader) = ring(64);
    writer.push(b"hello").unwrap();
    let mut into = [0xEE; 4];
    assert_eq!(reader.pop_into(&mut into), Err(ReadError::TooLong));
    assert_eq!(into, [0xEE; 4]);
    let mut into = [0xEE; 7];
    assert_eq!(reader.pop_into(&mut into), Ok(5));
    assert_eq!(into, *b"hello\xEE\xEE");
}

#[test]
fn who_commits_more_than_was_granted_panics_and_nothing_moves() {
    let (mut writer, mut reader) = ring(64);
    for n in [4, 9, usize::MAX, usize::MAX - 1] {
        let message = panic_of(|| writer.grant(3).unwrap().commit(n));
        assert_eq!(message, format!("commit of {n} bytes in a frame of 3"));
    }
    assert_eq!(reader.read().unwrap_err(), ReadError::Empty);
}

#[test]
fn all_frames_in_sight_and_those_after_them_are_dropped_by_resync() {
    let (mut writer, mut reader) = ring(20);
    assert_eq!(reader.resync(), 0);
    for round in 0..40 {
        writer.push(&[round; 5]).unwrap();
        assert_eq!(*reader.read().unwrap(), [round; 5]);
        writer.push(&[round; 3]).unwrap();
        assert_eq!(reader.resync(), 10);
        assert_eq!(reader.read().unwrap_err(), ReadError::Empty);
        writer.push(&[round; 19]).unwrap();
        assert_eq!(take(&mut reader), [round; 19]);
    }
}

#[test]
fn a_reader_finds_every_frame_before_it_finds_the_ring_closed() {
    let (mut writer, mut reader) = empty_at(12, 9);
    writer.push(b"last").unwrap();
    writer.push(b"").unwrap();
    assert_eq!((reader.state(), writer.state()), (State::Open, State::Open));
    writer.close();
    assert!(writer.is_closed() && reader.is_closed());
    assert_eq!((reader.state(), writer.state()), (State::Closing, State::Closing));
    assert_eq!(writer.grant(0).unwrap_err(), GrantError::Closed);
    assert_eq!(writer.push(b"x"), Err(GrantError::Closed));
    assert_eq!(writer.grant(12).unwrap_err(), GrantError::TooLarge, "whatever else is the case");
    drop(writer);
    assert_eq!(take(&mut reader), b"last");
    assert_eq!(take(&mut reader), b"");
    assert_eq!(reader.read().unwrap_err(), ReadError::Closed);
    assert_eq!(reader.pop_into(&mut [0; 9]), Err(ReadError::Closed));
    assert_eq!((reader.resync(), reader.state()), (0, State::Closed));
}

#[test]
fn a_writer_learns_that_the_reader_has_gone_when_the_ring_would_be_full() {
    let (mut writer, mut reader) = ring(8);
    writer.push(b"a").unwrap();
    reader.close();
    assert_eq!(take(&mut reader), b"a", "who closes may still take what there is");
    drop(reader);
    assert!(writer.is_closed());
    assert_eq!(writer.state(), State::Closed);
    let mut pushed = 0;
    while writer.push(b"bc").is_ok() {
        pushed += 1;
    }
    assert_eq!((pushed, writer.push(b"bc")), (2, Err(GrantError::Closed)));
}

#[test]
fn guards_outlive_the_other_end() {
    let (mut writer, reader) = ring(5);
    let grant = writer.grant(4).unwrap();
    drop(reader);
    grant.commit(4);
    assert_eq!(writer.push(&[]), Err(GrantError::Closed));

    let (mut writer, mut reader) = ring(5);
    writer.push(b"abcd").unwrap();
    let held = reader.read().unwrap();
    drop(writer);
    assert_eq!(*held, *b"abcd");
    held.release();
    assert_eq!(reader.read().unwrap_err(), ReadError::Closed);
}

#[test]
fn a_ring_of_a_size_that_cannot_be_is_refused() {
    assert_eq!(try_ring(0).unwrap_err(), RingError::Zero);
    assert_eq!(try_ring(usize::MAX).unwrap_err(), RingError::TooLarge);
    for capacity in 1..4 {
        assert_eq!(try_ring_with(Fixed, capacity).unwrap_err(), RingError::TooSmall);
    }
    assert_eq!(try_ring_with(Fixed, 0).unwrap_err(), RingError::Zero);
    assert_eq!(try_ring_with(Fixed, 4).unwrap().0.max_frame_len(), 0);
    let message = panic_of(|| drop(ring_with(Fixed, 3)));
    assert_eq!(
        message,
        "a ring of 3 bytes cannot be made: the capacity must be at least the length of a header"
    );
    let control = Control::new();
    let message = panic_of(|| drop(in_memory_with(Fixed, &control, &mut [0; 3])));
    assert!(message.contains("pass a slice of 4 bytes or more"), "{message}");
    assert!(panic_of(|| drop(in_memory(&control, &mut []))).contains("1 bytes or more"));
    drop(in_memory(&control, &mut [0])); // and nothing was kept by those that failed
}

#[test]
fn a_buffer_is_split_again_and_nothing_is_lost_whoever_was_forgotten() {
    let mut buffer = Buffer::<9>::new();
    assert_eq!(buffer.capacity(), 9);
    for round in 0..50 {
        let (mut writer, mut reader) = buffer.split();
        if round != 0 {
            assert_eq!(take(&mut reader), [round - 1; 3]);
        }
        assert_eq!(writer.grant(8).unwrap().len(), 8);
        writer.push(&[round; 3]).unwrap();
        forget(writer.grant(1));
        forget(reader.read());
        match round % 3 {
            0 => forget((writer, reader)),
            1 => forget(reader),
            _ => {}
        }
    }
    assert!(format!("{buffer:?}").contains("capacity: 9"));
}

#[test]
fn a_static_is_given_back_when_both_ends_have_gone() {
    static BUFFER: Buffer<9> = Buffer::new();
    static FIXED: Buffer<9, Fixed> = Buffer::with(Fixed);
    for round in 0..20 {
        let (mut writer, mut reader) = BUFFER.try_split().expect("nobody is out");
        assert!(BUFFER.try_split().is_none());
        if round != 0 {
            assert_eq!(take(&mut reader), [round - 1; 2]);
        }
        writer.push(&[round; 2]).unwrap();
        drop(writer);
        assert!(BUFFER.try_split().is_none(), "the reader is out");
        assert_eq!(*reader.read().unwrap(), [round; 2]);

        let (mut writer, mut reader) = FIXED.try_split().expect("nobody is out");
        writer.push(&[round; 5]).unwrap();
        assert_eq!(take(&mut reader), [round; 5]);
    }
    assert_eq!(Buffer::<9>::default().split().0.max_frame_len(), 8);
    assert_eq!(Buffer::<9, Fixed>::default().split().1.max_frame_len(), 5);
}

#[test]
fn a_ring_lies_where_the_caller_says_and_nowhere_else() {
    let control = Control::new();
    let mut memory = [0xEE_u8; 14];
    for round in 0..10 {
        let bounds = memory.as_ptr_range();
        let (mut writer, mut reader) = in_memory(&control, &mut memory[1..13]);
        for n in [11, 3, 7, 11] {
            let mut grant = writer.grant(n).unwrap();
            assert!(bounds.start < grant.as_ptr() && grant.as_ptr_range().end < bounds.end);
            grant.fill(n as u8);
            grant.commit(n);
            assert_eq!(take(&mut reader), vec![n as u8; n]);
        }
        writer.push(b"left").unwrap();
        drop((writer, reader));
        let (mut writer, mut reader) = in_memory_with(Fixed, &control, &mut memory[1..13]);
        assert_eq!(reader.read().unwrap_err(), ReadError::Empty, "what was left is not there any more");
        writer.push(&[round; 8]).unwrap();
        assert_eq!(take(&mut reader), [round; 8]);
        drop((writer, reader));
        assert_eq!((memory[0], memory[13]), (0xEE, 0xEE));
    }
}

/// The layout that is promised to hardware, and to readers of the documents.
#[test]
fn headers_are_written_as_the_documents_say() {
    let control = Control::new();
    let mut memory = [0xEE; 200];
    let (mut writer, _reader) = in_memory(&control, &mut memory);
    writer.push(&[1, 2, 3]).unwrap();
    let mut grant = writer.grant(130).unwrap();
    grant[0] = 4;
    grant.commit(1);
    writer.push(&[5; 128]).unwrap();
    drop((writer, _reader));
    assert_eq!(memory[..8], [3, 1, 2, 3, 0x81, 0x00, 4, 0x80]);
    assert_eq!(memory[8..10], [0x01, 5]);

    let (mut writer, _reader) = in_memory_with(Fixed, &control, &mut memory);
    writer.push(&[7; 130]).unwrap();
    drop((writer, _reader));
    assert_eq!(memory[..5], [130, 0, 0, 0, 7]);
}

#[test]
fn handles_show_positions_and_no_contents() {
    let (mut writer, mut reader) = ring(8);
    writer.push(b"abc").unwrap();
    assert!(format!("{writer:?}").contains("max_frame_len: 7"));
    assert!(format!("{reader:?}").contains("state: Open"));
    assert_eq!(format!("{:?}", reader.read().unwrap()), "Frame { len: 3 }");
    assert_eq!(format!("{:?}", writer.grant(2).unwrap()), "FrameGrant { len: 2 }");
    assert_eq!(format!("{Compact:?} {Fixed:?}"), "Compact Fixed");
    for error in [ReadError::Corrupt, ReadError::TooLong] {
        assert!(error.to_string().contains("frame"));
    }
    assert!(RingError::TooSmall.to_string().contains("header"));
}
