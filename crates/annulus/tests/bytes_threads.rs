//! Rings of bytes between threads: every byte once, in order, in grants of all lengths.
#![cfg(feature = "alloc")]
use annulus::bytes::{Buffer, GrantError, Keep, ReadError, Reader, Writer, stream};
use std::thread;

const BYTES: usize = if cfg!(debug_assertions) { 60_000 } else { 1_000_000 };

/// The byte at a place in the stream: not the same in any two laps of a small ring.
fn byte(place: usize) -> u8 {
    (place ^ (place >> 7)) as u8
}

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

fn write_all<K: Keep>(mut writer: Writer<K>) {
    let (mut random, capacity) = (Random(writer.capacity() as u64), writer.capacity());
    let mut sent = 0;
    while sent < BYTES {
        let want = (1 + random.below(capacity)).min(BYTES - sent);
        let grant = match random.below(4) {
            0 => writer.grant_up_to(want),
            1 => {
                let bytes: Vec<u8> = (sent..sent + want).map(byte).collect();
                sent += writer.push_slice(&bytes);
                continue;
            }
            _ => writer.grant_exact(want),
        };
        match grant {
            Ok(mut grant) => {
                let n = grant.len().min(want);
                grant[..n].iter_mut().enumerate().for_each(|(k, place)| *place = byte(sent + k));
                let n = if random.below(3) == 0 { random.below(n + 1) } else { n };
                grant.commit(n);
                sent += n;
            }
            Err(GrantError::Full) => thread::yield_now(),
            Err(error) => panic!("{error}"),
        }
    }
}

fn read_all<K: Keep>(mut reader: Reader<K>) {
    let (mut random, capacity) = (Random(7), reader.capacity());
    let mut received = 0;
    loop {
        let known = reader.len();
        assert!(known <= capacity);
        if random.below(3) == 0 {
            match reader.read_split() {
                Ok(grant) => {
                    let (first, second) = grant.as_slices();
                    assert!(known <= grant.len() && grant.len() <= capacity);
                    let n = random.below(grant.len() + 1);
                    let all = first.iter().chain(second).take(n);
                    all.enumerate().for_each(|(k, found)| assert_eq!(*found, byte(received + k)));
                    grant.release(n);
                    received += n;
                }
                Err(ReadError::Empty) => thread::yield_now(),
                Err(_) => break,
            }
            continue;
        }
        match reader.read() {
            Ok(grant) => {
                let n = if random.below(3) == 0 { random.below(grant.len() + 1) } else { grant.len() };
                grant[..n].iter().enumerate().for_each(|(k, found)| assert_eq!(*found, byte(received + k)));
                grant.release(n);
                received += n;
            }
            Err(ReadError::Empty) => thread::yield_now(),
            Err(_) => break,
        }
    }
    assert_eq!(received, BYTES);
}

#[test]
fn every_byte_arrives_once_and_in_order_in_a_ring_of_any_size() {
    for capacity in [1, 2, 3, 7, 64, 1000] {
        let (writer, reader) = stream(capacity);
        let there = thread::spawn(|| write_all(writer));
        read_all(reader);
        there.join().unwrap();
    }
}

#[test]
fn every_byte_arrives_through_a_static() {
    static BUFFER: Buffer<61> = Buffer::new();
    for _ in 0..2 {
        let (writer, reader) = BUFFER.try_split().unwrap();
        let there = thread::spawn(|| read_all(reader));
        write_all(writer);
        there.join().unwrap();
    }
}

#[test]
fn grants_of_more_than_half_a_ring_never_wait_for_more_than_an_empty_one() {
    let (mut writer, mut reader) = stream(10);
    let there = thread::spawn(move || {
        for round in 0..2_000_usize {
            let n = 6 + round % 5;
            loop {
                match writer.grant_exact(n) {
                    Ok(mut grant) => {
                        grant.fill(n as u8);
                        grant.commit(n);
                        break;
                    }
                    Err(_) => thread::yield_now(),
                }
            }
        }
    });
    for round in 0..2_000_usize {
        let n = 6 + round % 5;
        loop {
            match reader.read() {
                Ok(grant) => {
                    assert_eq!(*grant, vec![n as u8; n], "in one piece");
                    grant.release(n);
                    break;
                }
                Err(_) => thread::yield_now(),
            }
        }
    }
    there.join().unwrap();
}
