//! Rings of frames whose bytes somebody else writes over: a bug, a stray DMA transfer. Nothing that was not committed is ever read, an
//! impossible header is an error, and after `resync` the next frame is right.
#![cfg(feature = "alloc")]
use annulus::frames::{
    Borrowed, Compact, Control, Fixed, FrameReader, FrameWriter, GrantError, Header, ReadError,
    in_memory_with,
};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// The bytes of a ring, which a stray transfer reaches as well. Those before and after it are not the ring's.
struct Memory {
    base: *mut [u8],
}

const AROUND: usize = 64;
const UNTOUCHED: u8 = 0xA5;

impl Memory {
    fn new(capacity: usize) -> Self {
        Self { base: Box::into_raw(vec![UNTOUCHED; AROUND + capacity + AROUND].into_boxed_slice()) }
    }

    fn len(&self) -> usize {
        self.base.len() - 2 * AROUND
    }

    fn at(&self, index: usize) -> *mut u8 {
        assert!(index < self.base.len());
        self.base.cast::<u8>().wrapping_add(index)
    }

    /// Of the ring, for its ends.
    #[allow(clippy::mut_from_ref)] // the only one: see `with_ends`
    fn ring(&self) -> &mut [u8] {
        // SAFETY: within the allocation, and no other reference to it is made. What is written by `set` is written between two calls, by
        // one thread, as a transfer in an interrupt would.
        unsafe { std::slice::from_raw_parts_mut(self.at(AROUND), self.len()) }
    }

    /// Writes over a byte of the ring.
    fn set(&self, index: usize, byte: u8) {
        assert!(index < self.len());
        // SAFETY: in bounds; no reference to any byte is alive: there is no guard.
        unsafe { self.at(AROUND + index).write_volatile(byte) };
    }

    fn get(&self, index: usize) -> u8 {
        assert!(index < self.len());
        // SAFETY: in bounds; no reference through which it is written is alive: there is no guard.
        unsafe { self.at(AROUND + index).read_volatile() }
    }

    /// The bytes of a frame, as places in the ring.
    fn range(&self, bytes: &[u8]) -> Range<usize> {
        let start =
            (bytes.as_ptr() as usize).checked_sub(self.at(AROUND) as usize).expect("not before the ring");
        assert!(start + bytes.len() <= self.len(), "not after the ring");
        start..start + bytes.len()
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: from `Box::into_raw`, and the ends have gone.
        let bytes = unsafe { Box::from_raw(self.base) };
        let (before, rest) = bytes.split_at(AROUND);
        let after = &rest[rest.len() - AROUND..];
        assert!(before.iter().chain(after).all(|byte| *byte == UNTOUCHED) || std::thread::panicking());
    }
}

type Writer<'a, H> = FrameWriter<Borrowed<'a>, H>;
type Reader<'a, H> = FrameReader<Borrowed<'a>, H>;

fn with_ends<H: Header>(
    header: H,
    capacity: usize,
    run: impl FnOnce(&Memory, &mut Writer<'_, H>, &mut Reader<'_, H>),
) {
    let (memory, control) = (Memory::new(capacity), Control::new());
    let (mut writer, mut reader) = in_memory_with(header, &control, memory.ring());
    let result = catch_unwind(AssertUnwindSafe(|| run(&memory, &mut writer, &mut reader)));
    drop((writer, reader));
    result.unwrap_or_else(|panic| resume_unwind(panic));
}

/// Reads whatever makes sense, all of it within what was committed; then writes frames that must be read right.
fn recovers<H: Header>(
    memory: &Memory,
    w: &mut Writer<'_, H>,
    r: &mut Reader<'_, H>,
    committed: &[Range<usize>],
) {
    let mut read = 0;
    loop {
        let found = r.read().map(|frame| {
            let range = memory.range(&frame);
            frame.release();
            range
        });
        match found {
            Ok(range) => {
                let within = |run: &Range<usize>| run.start <= range.start && range.end <= run.end;
                assert!(committed.iter().any(within), "{range:?} of {committed:?}");
                read += 1;
                assert!(read <= memory.len(), "there cannot be more frames than bytes");
            }
            Err(ReadError::Corrupt) => {
                assert_eq!(r.read().unwrap_err(), ReadError::Corrupt, "until it is told what to do");
                assert_eq!(r.pop_into(&mut [0; 9]), Err(ReadError::Corrupt));
                assert!(!r.is_empty());
                let all = committed.iter().map(|run| run.len()).sum();
                assert!((1..=all).contains(&r.resync()));
            }
            Err(error) => {
                assert_eq!(error, ReadError::Empty);
                break;
            }
        }
    }
    assert_eq!((r.resync(), r.is_empty()), (0, true));
    for len in [w.max_frame_len(), 0, w.max_frame_len() / 2, w.max_frame_len()] {
        let frame: Vec<u8> = (0..len).map(|n| n as u8 ^ 0x80).collect();
        w.push(&frame).expect("it is empty");
        assert_eq!(r.read().expect("a frame").to_vec(), frame);
        r.read().unwrap().release();
    }
}

/// Commits a frame, and tells where it and its header are.
fn put<H: Header>(
    memory: &Memory,
    w: &mut Writer<'_, H>,
    width: usize,
    len: usize,
) -> Result<Range<usize>, GrantError> {
    let mut grant = w.grant(len)?;
    grant.fill(0x33);
    let range = memory.range(&grant);
    grant.commit(len);
    Ok(range.start - width..range.end)
}

/// Runs of frames that lie next to each other.
fn joined(frames: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = vec![];
    for frame in frames {
        match runs.last_mut() {
            Some(run) if run.end == frame.start => run.end = frame.end,
            _ => runs.push(frame.clone()),
        }
    }
    runs
}

fn every_byte_at_every_header<H: Header>(header: H, width: usize, capacity: usize) {
    for at in (0..capacity).step_by(3) {
        for victim in 0..4 {
            for place in 0..width {
                for byte in 0..=u8::MAX {
                    with_ends(header, capacity, |memory, w, r| {
                        if width <= at {
                            put(memory, w, width, at - width).unwrap();
                            r.resync();
                        }
                        let lens = [3, 0, 5, 2];
                        let frames = lens.map(|len| put(memory, w, width, len).expect("there is room"));
                        memory.set(frames[victim].start + place, byte);
                        recovers(memory, w, r, &joined(&frames));
                    });
                }
            }
        }
    }
}

#[test]
fn every_byte_in_the_place_of_every_header_is_an_error_or_a_frame_within_what_was_committed() {
    every_byte_at_every_header(Compact, 1, 40);
    every_byte_at_every_header(Fixed, 4, 70);
}

/// Headers of two bytes, both written over at once.
#[test]
fn every_two_bytes_in_the_place_of_a_header_are_an_error_or_a_frame_within_what_was_committed() {
    with_ends(Compact, 300, |memory, w, r| {
        for bytes in 0..=u16::MAX {
            let frame = put(memory, w, 2, 130).unwrap();
            let [low, high] = bytes.to_le_bytes();
            memory.set(frame.start, low);
            memory.set(frame.start + 1, high);
            let expected = match (low, high) {
                (0..=127, _) => Some(usize::from(low)),
                (_, 128..) => None, // the next byte, 0x33, makes a length of more than there are
                (_, high) => {
                    Some(usize::from(low & 0x7f) + 128 * usize::from(high)).filter(|len| *len <= 130)
                }
            };
            let found = r.read().map(|frame| frame.len());
            assert_eq!(found, expected.ok_or(ReadError::Corrupt), "{low:x} {high:x}");
            if bytes % 97 == 0 {
                recovers(memory, w, r, &[frame]);
            } else {
                assert_eq!(r.resync(), 132);
            }
        }
    });
}

#[test]
fn a_header_that_never_ends_or_is_too_large_for_a_length_is_an_error_and_so_is_one_that_ends_too_late() {
    for byte in [0x80, 0xff] {
        with_ends(Compact, 100, |memory, w, r| {
            let frame = put(memory, w, 1, 60).unwrap();
            frame.clone().for_each(|index| memory.set(index, byte));
            assert_eq!(r.read().unwrap_err(), ReadError::Corrupt);
            recovers(memory, w, r, &[frame]);
        });
    }
    for len in
        [u64::MAX, u64::MAX - 1, u64::MAX - 3, u64::MAX / 2, 1 << 63, 1 << 32, u32::MAX.into(), 60, 61, 100]
    {
        with_ends(Compact, 100, |memory, w, r| {
            let frame = put(memory, w, 1, 60).unwrap();
            (0..10).for_each(|k| memory.set(k, (len >> (7 * k)) as u8 | if k == 9 { 0 } else { 0x80 }));
            assert_eq!(r.read().unwrap_err(), ReadError::Corrupt, "{len} in ten bytes");
            recovers(memory, w, r, &[frame]);
        });
    }
    for len in [u32::MAX, u32::MAX - 3, u32::MAX - 4, u32::MAX / 2, 61, 64, 100] {
        with_ends(Fixed, 100, |memory, w, r| {
            let frame = put(memory, w, 4, 60).unwrap();
            len.to_le_bytes().into_iter().enumerate().for_each(|(k, byte)| memory.set(k, byte));
            assert_eq!(r.read().unwrap_err(), ReadError::Corrupt, "{len}");
            recovers(memory, w, r, &[frame]);
        });
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

/// Frames of all lengths, and bytes anywhere in the ring written over between any two calls, now and then all of them.
fn random_scribbles<H: Header>(header: H, width: fn(usize) -> usize, rounds: usize) {
    let mut random = Random(11);
    let (mut errors, mut frames_read) = (0, 0);
    for round in 0..rounds {
        let capacity = [4, 9, 40, 200, 300][round % 5];
        with_ends(header, capacity, |memory, w, r| {
            for _ in 0..30 {
                let mut frames = vec![];
                for _ in 0..random.below(9) {
                    let below = if random.below(3) == 0 {
                        w.max_frame_len() + 1
                    } else {
                        w.max_frame_len().min(6) + 1
                    };
                    let len = random.below(below);
                    match put(memory, w, width(len), len) {
                        Ok(frame) => frames.push(frame),
                        Err(error) => assert_eq!(error, GrantError::Full),
                    }
                }
                let scribbles = if random.below(4) == 0 { 3 * capacity } else { random.below(4) };
                for _ in 0..scribbles {
                    let (index, bit) = (random.below(capacity), 1 << random.below(8));
                    let byte =
                        if random.below(2) == 0 { random.below(256) as u8 } else { memory.get(index) ^ bit };
                    memory.set(index, byte);
                }
                let runs = joined(&frames);
                if random.below(2) == 0 {
                    recovers(memory, w, r, &runs);
                    continue;
                }
                for _ in 0..random.below(5) {
                    match r.read() {
                        Ok(frame) => {
                            memory.range(&frame);
                            frame.release();
                            frames_read += 1;
                        }
                        Err(error) => errors += usize::from(error == ReadError::Corrupt),
                    }
                }
                r.resync();
            }
        });
    }
    assert!(rounds < errors && rounds < frames_read, "{errors} errors, {frames_read} frames");
}

#[test]
fn whatever_is_written_over_nothing_is_read_that_was_not_committed_and_the_ring_recovers() {
    let rounds = if cfg!(debug_assertions) { 1_000 } else { 10_000 };
    random_scribbles(Compact, |max| if max < 128 { 1 } else { 2 }, rounds);
    random_scribbles(Fixed, |_| 4, rounds);
}
