//! Rings of frames between threads: every frame once, in order, as it was written, of all lengths.
#![cfg(feature = "alloc")]
use annulus::frames::{
    Buffer, Fixed, FrameReader, FrameWriter, GrantError, Header, Keep, ReadError, ring, ring_with,
};
use std::thread;

const FRAMES: usize = if cfg!(debug_assertions) { 20_000 } else { 300_000 };

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

/// How long a frame is: often short, so that there are many.
fn len(number: usize, longest: usize) -> usize {
    let mut random = Random(number as u64);
    let below = if random.below(4) == 0 { longest + 1 } else { longest.min(20) + 1 };
    random.below(below)
}

fn byte(number: usize, place: usize) -> u8 {
    (number ^ (number >> 8) ^ (place << 3)) as u8
}

fn write_all<K: Keep, H: Header>(mut writer: FrameWriter<K, H>) {
    let (mut random, longest) = (Random(writer.capacity() as u64), writer.max_frame_len());
    let mut number = 0;
    while number < FRAMES {
        let len = len(number, longest);
        let written = match random.below(3) {
            0 => {
                let frame: Vec<u8> = (0..len).map(|place| byte(number, place)).collect();
                writer.push(&frame)
            }
            _ => writer.grant((len + random.below(4)).min(longest)).map(|mut grant| {
                grant[..len].iter_mut().enumerate().for_each(|(place, found)| *found = byte(number, place));
                grant.commit(len);
            }),
        };
        match written {
            Ok(()) => number += 1,
            Err(GrantError::Full) => thread::yield_now(),
            Err(error) => panic!("{error}"),
        }
    }
}

fn is_right(frame: &[u8], number: usize, longest: usize) {
    assert_eq!(frame.len(), len(number, longest));
    frame.iter().enumerate().for_each(|(place, found)| assert_eq!(*found, byte(number, place)));
}

fn read_all<K: Keep, H: Header>(mut reader: FrameReader<K, H>) {
    let (mut random, longest) = (Random(7), reader.max_frame_len());
    let (mut number, mut into) = (0, vec![0; longest]);
    loop {
        let nothing = match random.below(4) {
            0 => match reader.pop_into(&mut into) {
                Ok(len) => {
                    is_right(&into[..len], number, longest);
                    number += 1;
                    continue;
                }
                Err(error) => error,
            },
            how => match reader.read() {
                Ok(mut frame) => {
                    is_right(&frame, number, longest);
                    match how {
                        1 => frame.keep(),
                        2 => {
                            frame.auto_release(true);
                            number += 1;
                        }
                        _ => {
                            frame.release();
                            number += 1;
                        }
                    }
                    continue;
                }
                Err(error) => error,
            },
        };
        match nothing {
            ReadError::Empty => thread::yield_now(),
            ReadError::Closed => break,
            error => panic!("{error}"),
        }
    }
    assert_eq!(number, FRAMES);
}

#[test]
fn every_frame_arrives_once_and_in_order_in_a_ring_of_any_size() {
    for capacity in [1, 2, 3, 7, 64, 1000] {
        let (writer, reader) = ring(capacity);
        let there = thread::spawn(|| write_all(writer));
        read_all(reader);
        there.join().unwrap();
    }
    for capacity in [4, 9, 100] {
        let (writer, reader) = ring_with(Fixed, capacity);
        let there = thread::spawn(|| write_all(writer));
        read_all(reader);
        there.join().unwrap();
    }
}

#[test]
fn every_frame_arrives_through_a_static() {
    static BUFFER: Buffer<161> = Buffer::new();
    for _ in 0..2 {
        let (writer, reader) = BUFFER.try_split().unwrap();
        let there = thread::spawn(|| read_all(reader));
        write_all(writer);
        there.join().unwrap();
    }
}

/// Frames of more than half a ring need it empty: the reader's coming to the pad must be enough.
#[test]
fn frames_of_more_than_half_a_ring_never_wait_for_more_than_an_empty_one() {
    let (mut writer, mut reader) = ring(11);
    let there = thread::spawn(move || {
        for round in 0..2_000_usize {
            let frame = vec![round as u8; 6 + round % 5];
            while writer.push(&frame).is_err() {
                thread::yield_now();
            }
        }
    });
    for round in 0..2_000_usize {
        let frame = loop {
            match reader.read() {
                Ok(frame) => break frame,
                Err(_) => thread::yield_now(),
            }
        };
        assert_eq!(*frame, vec![round as u8; 6 + round % 5]);
        frame.release();
    }
    there.join().unwrap();
}
