//! Rings of bytes as streams of `std::io`.
#![cfg(feature = "std")]
use annulus::bytes::{Buffer, stream};
use std::io::{self, BufRead, ErrorKind, Read, Write};

#[test]
fn bytes_written_are_read_in_order_across_the_wrap() {
    let (mut writer, mut reader) = stream(7);
    let (mut sent, mut received) = (0_u8, 0_u8);
    for round in 0..300_u16 {
        let chunk: Vec<u8> = (0..(round % 9) as u8).map(|k| sent.wrapping_add(k)).collect();
        match writer.write(&chunk) {
            Ok(n) => sent = sent.wrapping_add(n as u8),
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
        let mut into = [0; 5];
        match io::Read::read(&mut reader, &mut into) {
            Ok(n) => into[..n].iter().for_each(|byte| {
                assert_eq!(*byte, received);
                received = received.wrapping_add(1);
            }),
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
    }
    assert!(writer.flush().is_ok());
}

#[test]
fn a_full_ring_takes_what_fits_and_then_would_block() {
    let (mut writer, mut reader) = stream(4);
    assert_eq!(writer.write(b"abcdef").unwrap(), 4);
    assert_eq!(writer.write(b"ef").unwrap_err().kind(), ErrorKind::WouldBlock);
    assert_eq!(writer.write(b"").unwrap(), 0);
    let mut into = [0; 9];
    assert_eq!(io::Read::read(&mut reader, &mut []).unwrap(), 0);
    assert_eq!(io::Read::read(&mut reader, &mut into).unwrap(), 4);
    assert_eq!(&into[..4], b"abcd");
    assert_eq!(io::Read::read(&mut reader, &mut into).unwrap_err().kind(), ErrorKind::WouldBlock);
    assert_eq!(reader.fill_buf().unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[test]
fn lines_are_read_where_they_lie() {
    let (mut writer, mut reader) = stream(64);
    writer.write_all(b"first line\nsecond\n").unwrap();
    write!(writer, "{}", 3).unwrap();
    assert_eq!(reader.fill_buf().unwrap(), b"first line\nsecond\n3");
    reader.consume(0);
    reader.consume(6);
    assert!(reader.fill_buf().unwrap().starts_with(b"line"));
    drop(writer);
    let lines: Vec<String> = reader.lines().map(Result::unwrap).collect();
    assert_eq!(lines, ["line", "second", "3"]);
}

#[test]
fn the_pipe_is_broken_when_the_reader_has_gone() {
    let (mut writer, reader) = stream(2);
    drop(reader);
    let mut error = None;
    for _ in 0..3 {
        error = error.or(writer.write(b"x").err());
    }
    assert_eq!(error.unwrap().kind(), ErrorKind::BrokenPipe);
    assert_eq!(writer.write(b"").unwrap(), 0);
}

#[test]
fn read_to_end_copies_a_buffer() {
    let mut buffer = Buffer::<5>::new();
    let (mut writer, mut reader) = buffer.split();
    assert_eq!(writer.write(b"hello").unwrap(), 5);
    drop(writer);
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    assert_eq!(text, "hello");
    assert_eq!(io::Read::read(&mut reader, &mut [0; 3]).unwrap(), 0, "the end of the file stays");
    assert!(reader.fill_buf().unwrap().is_empty());
}

#[test]
#[should_panic(expected = "release of 4 bytes in a grant of 3")]
fn who_consumes_more_than_was_shown_panics() {
    let (mut writer, mut reader) = stream(5);
    writer.write_all(b"abc").unwrap();
    assert_eq!(reader.fill_buf().unwrap().len(), 3);
    reader.consume(4);
}
