//! Rings of bytes behind the traits of others: `core::fmt`, `embedded-io`, `bytes`. Those of `std::io` are in `bytes_io`.
#![cfg(feature = "alloc")]
use annulus::bytes::stream;
use std::fmt::Write as _;

#[test]
fn text_goes_in_as_a_whole_or_not_at_all_at_every_position() {
    for capacity in 1..=20 {
        for at in 0..=capacity {
            let (mut writer, mut reader) = stream(capacity);
            writer.push_slice(&[0; 20][..at]);
            reader.pop_slice(&mut [0; 20]);
            for text in ["", "a", "ä", "ä€", "twelve chars", "a text that is too long"] {
                let fits = text.len() <= writer.vacant();
                assert_eq!(writer.write_str(text).is_ok(), fits);
                assert_eq!(reader.len(), if fits { text.len() } else { 0 });
                let mut into = [0; 20];
                let n = reader.pop_slice(&mut into);
                assert_eq!(&into[..n], if fits { text.as_bytes() } else { b"" });
            }
            assert!(write!(writer, "x{}", "y".repeat(capacity)).is_err());
            assert_eq!(reader.len(), 1, "the part that fitted");
        }
    }
    let (mut writer, reader) = stream(4);
    drop(reader);
    while writer.write_char('x').is_ok() {}
    assert_eq!(writer.vacant(), 0, "as for a ring that is full");
    writer.close();
    assert!(writer.write_str("").is_ok() && writer.write_str("x").is_err());
}

#[cfg(feature = "embedded-io")]
mod embedded {
    use annulus::bytes::{GrantError, ReadError, stream};
    use embedded_io::{BufRead, Error, ErrorKind, Read, ReadReady, Write, WriteReady};

    #[test]
    fn a_stream_never_waits_and_says_what_would_have_to_be_waited_for() {
        let (mut writer, mut reader) = stream(4);
        assert_eq!(reader.read_ready(), Ok(false));
        assert_eq!(Read::read(&mut reader, &mut [0; 3]), Err(ReadError::Empty));
        assert_eq!(reader.fill_buf(), Err(ReadError::Empty));
        assert_eq!(Read::read(&mut reader, &mut []), Ok(0));
        assert_eq!((writer.write_ready(), writer.write(b"abcdef")), (Ok(true), Ok(4)));
        assert_eq!((writer.write_ready(), writer.write(b"ef")), (Ok(false), Err(GrantError::Full)));
        assert_eq!((writer.write(b""), writer.flush()), (Ok(0), Ok(())));
        assert_eq!((reader.read_ready(), reader.fill_buf()), (Ok(true), Ok(&b"abcd"[..])));
        reader.consume(1);
        assert_eq!(writer.write_all(b"e"), Ok(()));
        let mut into = [0; 9];
        assert_eq!(Read::read(&mut reader, &mut into), Ok(4));
        assert_eq!(into[..4], *b"bcde");
        assert_eq!(writer.write(b"f"), Ok(1));
        drop(writer);
        assert_eq!((reader.read_ready(), Read::read(&mut reader, &mut into)), (Ok(true), Ok(1)));
        assert_eq!((reader.read_ready(), Read::read(&mut reader, &mut into)), (Ok(true), Ok(0)));
        assert_eq!(reader.fill_buf(), Ok(&b""[..]));
    }

    #[test]
    fn a_reader_that_has_gone_breaks_the_pipe() {
        let (mut writer, reader) = stream(2);
        drop(reader);
        assert_eq!(writer.write(b"abc"), Ok(2));
        assert_eq!((writer.write_ready(), writer.write(b"c")), (Ok(true), Err(GrantError::Closed)));
        let kinds = [GrantError::Full, GrantError::TooLarge, GrantError::Closed].map(|error| error.kind());
        assert_eq!(kinds, [ErrorKind::WriteZero, ErrorKind::InvalidInput, ErrorKind::BrokenPipe]);
        let kinds = [ReadError::Empty, ReadError::Closed].map(|error| error.kind());
        assert_eq!(kinds, [ErrorKind::Other, ErrorKind::BrokenPipe]);
    }

    #[test]
    #[should_panic(expected = "release of 4 bytes in a grant of 3")]
    fn who_consumes_more_than_was_shown_panics() {
        let (mut writer, mut reader) = stream(5);
        writer.write_all(b"abc").unwrap();
        assert_eq!(reader.fill_buf().map(<[u8]>::len), Ok(3));
        reader.consume(4);
    }
}

#[cfg(feature = "bytes")]
mod buffers {
    use annulus::bytes::stream;
    use bytes::{Buf, BufMut};

    #[test]
    fn a_grant_is_filled_and_what_was_filled_is_committed() {
        let (mut writer, mut reader) = stream(16);
        let mut filling = writer.grant_exact(10).unwrap().filling();
        filling.put_u16(0x0102);
        filling.put_slice(&[3, 4, 5]);
        assert_eq!((filling.remaining_mut(), filling.has_remaining_mut()), (5, true));
        assert_eq!(format!("{filling:?}"), "Filling { filled: 5, len: 10 }");
        filling.commit();
        drop(writer.grant_exact(3).unwrap().filling());
        let mut filling = writer.grant_exact(11).unwrap().filling();
        filling.put_bytes(6, 11);
        assert!(!filling.has_remaining_mut() && filling.chunk_mut().len() == 0);
        filling.commit();
        let mut into = [0; 16];
        assert_eq!(reader.pop_slice(&mut into), 16);
        assert_eq!(into, [1, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6]);
    }

    #[test]
    #[should_panic]
    fn more_than_there_is_room_for_is_refused() {
        let (mut writer, _reader) = stream(4);
        writer.grant_exact(3).unwrap().filling().put_u32(1);
    }

    #[test]
    fn bytes_are_read_over_the_wrap_and_what_was_read_is_released() {
        for at in 0..8 {
            let (mut writer, mut reader) = stream(8);
            writer.push_slice(&[0; 8][..at]);
            reader.pop_slice(&mut [0; 8]);
            writer.push_slice(&[1, 2, 3, 4, 5, 6, 7, 8]);
            let mut draining = reader.read_split().unwrap().draining();
            assert_eq!(draining.chunk().len(), if at == 0 { 8 } else { 8 - at });
            assert_eq!((draining.get_u32(), draining.get_u16()), (0x0102_0304, 0x0506));
            assert_eq!((draining.remaining(), draining.chunk()[0]), (2, 7));
            assert_eq!(format!("{draining:?}"), "Draining { drained: 6, remaining: 2 }");
            draining.release();
            assert_eq!(reader.len(), 2);
            let mut draining = reader.read().unwrap().draining();
            assert_eq!(draining.get_u8(), 7);
            draining.release();
            let mut draining = reader.read_split().unwrap().draining();
            draining.advance(1);
            assert!(!draining.has_remaining() && draining.chunk().is_empty());
            drop(draining);
            assert_eq!(reader.len(), 1, "dropped, nothing is released");
        }
    }
}
