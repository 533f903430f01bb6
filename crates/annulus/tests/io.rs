//! Byte rings as streams of `std::io`.
#![cfg(feature = "std")]
use annulus::spsc::{Ring, ring};
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};

#[test]
fn bytes_written_are_read_in_order_across_the_wrap() {
    let (mut producer, mut consumer) = ring::<u8>(7);
    let (mut sent, mut received) = (0u8, 0u8);
    for round in 0..300_u16 {
        let chunk: Vec<u8> = (0..(round % 9) as u8).map(|k| sent.wrapping_add(k)).collect();
        match producer.write(&chunk) {
            Ok(n) => sent = sent.wrapping_add(n as u8),
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
        let mut into = [0; 5];
        match consumer.read(&mut into) {
            Ok(n) => into[..n].iter().for_each(|byte| {
                assert_eq!(*byte, received);
                received = received.wrapping_add(1);
            }),
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
    }
    assert!(producer.flush().is_ok());
}

#[test]
fn a_full_ring_takes_what_fits_and_then_would_block() {
    let (mut producer, mut consumer) = ring::<u8>(4);
    assert_eq!(producer.write(b"abcdef").unwrap(), 4);
    assert_eq!(producer.write(b"ef").unwrap_err().kind(), ErrorKind::WouldBlock);
    assert_eq!(producer.write(b"").unwrap(), 0);
    let mut into = [0; 9];
    assert_eq!(consumer.read(&mut []).unwrap(), 0);
    assert_eq!(consumer.read(&mut into).unwrap(), 4);
    assert_eq!(&into[..4], b"abcd");
    assert_eq!(consumer.read(&mut into).unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[test]
fn the_end_of_the_file_comes_after_everything_that_was_written() {
    let (mut producer, consumer) = ring::<u8>(64);
    producer.write_all(b"first line\nsecond\n").unwrap();
    write!(producer, "{}", 3).unwrap();
    drop(producer);
    let lines: Vec<String> = BufReader::new(consumer).lines().map(Result::unwrap).collect();
    assert_eq!(lines, ["first line", "second", "3"]);
}

#[test]
fn the_pipe_is_broken_when_the_reader_has_gone() {
    let (mut producer, consumer) = ring::<u8>(2);
    drop(consumer);
    let mut error = None;
    for _ in 0..3 {
        error = error.or(producer.write(b"x").err());
    }
    assert_eq!(error.unwrap().kind(), ErrorKind::BrokenPipe);
    assert_eq!(producer.write(b"").unwrap(), 0);
}

#[test]
fn read_to_end_copies_a_borrowed_ring() {
    let mut ring = Ring::<u8, 5>::new();
    let (mut producer, mut consumer) = ring.split();
    assert_eq!(producer.write(b"hello").unwrap(), 5);
    drop(producer);
    let mut text = String::new();
    consumer.read_to_string(&mut text).unwrap();
    assert_eq!(text, "hello");
    assert_eq!(consumer.read(&mut [0; 3]).unwrap(), 0, "the end of the file stays");
}
