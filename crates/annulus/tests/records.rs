//! Records of bytes: what each call does, in one thread.
use annulus::records::{self, Buffer, Control, GRANULE, Granule, RecordReader, RecordWriter, Turn};
use annulus::{GrantError, ReadError, State};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};

fn put(writer: &RecordWriter, len: usize, byte: u8) {
    let mut record = writer.reserve(len).unwrap();
    record.fill(byte);
    record.commit(len);
}

#[test]
fn a_capacity_is_rounded_up_to_granules_and_all_of_it_can_be_one_record() {
    for (capacity, rounded) in [(1, 1), (GRANULE, 1), (GRANULE + 1, 2), (10 * GRANULE, 10)] {
        let (writer, reader) = records::ring(capacity);
        assert_eq!((writer.capacity(), writer.max_record_len()), (rounded * GRANULE, rounded * GRANULE));
        assert_eq!((reader.capacity(), writer.vacant()), (rounded * GRANULE, rounded * GRANULE));
        put(&writer, rounded * GRANULE, 1);
        assert_eq!(writer.reserve(0).unwrap_err(), GrantError::Full);
        assert_eq!(reader.read().unwrap().len(), rounded * GRANULE);
    }
}

#[test]
fn an_empty_ring_has_room_for_every_length_at_every_position() {
    for granules in 1..=5 {
        for position in 0..granules {
            for len in 0..=granules * GRANULE {
                let (writer, reader) = records::ring(granules * GRANULE);
                for _ in 0..position {
                    put(&writer, 1, 0);
                    reader.read().unwrap().release();
                }
                put(&writer, len, 7);
                assert_eq!(*reader.read().unwrap(), vec![7; len][..]);
                assert_eq!(reader.read().unwrap_err(), ReadError::Empty);
            }
        }
    }
}

#[test]
fn what_was_discarded_is_in_nobodys_way_though_nobody_reads() {
    let (writer, reader) = records::ring(3 * GRANULE);
    for n in 0..100 {
        writer.reserve(n % 3 * GRANULE).unwrap().discard();
        drop(writer.reserve(3 * GRANULE).unwrap());
    }
    put(&writer, 3 * GRANULE, 1);
    assert_eq!(reader.read().unwrap().len(), 3 * GRANULE);
}

/// In all states of a small ring: it is an error at once, and changes nothing.
#[test]
fn a_length_near_the_end_of_the_address_space_is_too_large_whatever_the_state() {
    for granules in 1..=4 {
        for state in 0..4_usize.pow(4) {
            let (writer, reader) = records::ring(granules * GRANULE);
            let (mut written, mut read) = (Vec::new(), Vec::new());
            for step in [state % 4, state / 4 % 4, state / 16 % 4, state / 64] {
                match step {
                    0 => written.extend(writer.reserve(GRANULE)),
                    1 => _ = written.pop().map(|record| record.commit(1)),
                    2 => read.extend(reader.read()),
                    _ => drop(read.pop()),
                }
                let (before, most) = (format!("{writer:?}"), writer.max_record_len());
                for less in 0..2 * GRANULE {
                    assert_eq!(writer.reserve(usize::MAX - less).unwrap_err(), GrantError::TooLarge);
                }
                assert_eq!(writer.reserve(most + 1).unwrap_err(), GrantError::TooLarge);
                assert_eq!(writer.push(&vec![0; most + 1]), Err(GrantError::TooLarge));
                assert_eq!(format!("{writer:?}"), before);
            }
        }
    }
}

#[test]
fn records_are_filled_at_once_and_committed_in_any_order() {
    let (writer, reader) = records::ring(8 * GRANULE);
    let other = writer.clone();
    let mut records: Vec<_> = [3, 70, 0, 130]
        .into_iter()
        .zip([&writer, &other, &writer, &other])
        .map(|(len, writer)| writer.reserve(len).unwrap())
        .collect();
    for (n, record) in (1..).zip(&mut records) {
        assert!(record.as_ptr().cast::<Granule>().is_aligned());
        record.fill(n);
    }
    for record in records.drain(1..).rev() {
        let len = record.len();
        record.commit(len);
        assert_eq!(reader.read().unwrap_err(), ReadError::Busy);
    }
    records.remove(0).commit(2);
    let read: Vec<_> = std::iter::from_fn(|| reader.read().ok()).collect();
    let lens: Vec<_> = read.iter().map(|record| record.len()).collect();
    assert_eq!(lens, [2, 70, 0, 130]);
    assert!(read.iter().zip(1..).all(|(record, n)| record.iter().all(|byte| *byte == n)));
    for record in read.into_iter().rev() {
        record.release();
    }
    put(&writer, 8 * GRANULE, 1);
}

#[test]
fn what_a_record_does_not_need_is_given_back() {
    let (writer, reader) = records::ring(8 * GRANULE);
    writer.reserve(6 * GRANULE).unwrap().commit(GRANULE + 1);
    put(&writer, 2 * GRANULE, 5);
    let first = reader.read().unwrap();
    assert_eq!(first.len(), GRANULE + 1);
    assert_eq!(*reader.read().unwrap(), [5; 2 * GRANULE], "not busy between the two");
    drop(first);
    put(&writer, 8 * GRANULE, 6);
}

#[test]
fn full_says_that_records_are_in_the_way_and_busy_that_a_reader_is() {
    let (writer, reader) = records::ring(4 * GRANULE);
    put(&writer, 2 * GRANULE, 1);
    put(&writer, GRANULE, 2);
    assert_eq!(writer.reserve(2 * GRANULE).unwrap_err(), GrantError::Full);
    let first = reader.read().unwrap();
    assert_eq!(writer.reserve(2 * GRANULE).unwrap_err(), GrantError::Busy);
    assert_eq!(writer.reserve(3 * GRANULE).unwrap_err(), GrantError::Full, "were it handed back, too");
    put(&writer, GRANULE, 3); // what is left before the end
    first.release();
    put(&writer, 2 * GRANULE, 4);
}

#[test]
fn a_claimed_record_is_worked_on_in_place() {
    let (writer, reader) = records::ring(1);
    put(&writer, 3, 1);
    let mut record = reader.read().unwrap();
    record[1] = 9;
    assert_eq!((&record[..], format!("{record:?}")), (&[1, 9, 1][..], "RecordRead { len: 3 }".to_owned()));
    drop(record);
    assert_eq!(writer.reserve(3).unwrap()[..], [1, 9, 1], "old bytes, not zeroed");
}

#[test]
fn a_commit_of_more_than_was_reserved_panics_and_discards() {
    let (writer, reader) = records::ring(2 * GRANULE);
    let record = writer.reserve(10).unwrap();
    let panic = catch_unwind(AssertUnwindSafe(|| record.commit(11))).unwrap_err();
    assert_eq!(panic.downcast_ref::<String>().unwrap(), "commit of 11 bytes in a record of 10");
    assert_eq!(reader.read().unwrap_err(), ReadError::Empty);
    put(&writer, 2 * GRANULE, 1);
}

#[test]
fn a_panic_discards_what_is_being_written_and_releases_what_is_being_read() {
    let (writer, reader) = records::ring(2 * GRANULE);
    put(&writer, 1, 1);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _writing = writer.reserve(1).unwrap();
        let _reading = reader.read().unwrap();
        panic!("in the middle");
    }));
    assert!(panicked.is_err());
    assert_eq!(reader.read().unwrap_err(), ReadError::Empty);
    put(&writer, 2 * GRANULE, 1);
}

#[test]
fn a_forgotten_record_of_a_writer_delays_what_comes_after_it_and_writers_go_on() {
    let (writer, reader) = records::ring(4 * GRANULE);
    put(&writer, 1, 1);
    std::mem::forget(writer.reserve(GRANULE + 1).unwrap());
    put(&writer, 1, 2);
    assert_eq!(*reader.read().unwrap(), [1]);
    assert_eq!(reader.read().unwrap_err(), ReadError::Busy);
    put(&writer, 1, 3);
    assert_eq!(writer.reserve(1).unwrap_err(), GrantError::Full);
    drop(writer);
    assert_eq!((reader.read().unwrap_err(), reader.state()), (ReadError::Busy, State::Closing));
}

#[test]
fn a_forgotten_record_of_a_reader_delays_writers_when_they_come_to_it() {
    let (writer, reader) = records::ring(4 * GRANULE);
    put(&writer, GRANULE + 1, 1);
    std::mem::forget(reader.read().unwrap());
    put(&writer, 1, 2);
    put(&writer, 1, 3);
    assert_eq!(*reader.read().unwrap(), [2]);
    assert_eq!(writer.reserve(1).unwrap_err(), GrantError::Busy);
    assert_eq!(*reader.read().unwrap(), [3]);
    assert_eq!(reader.read().unwrap_err(), ReadError::Empty);
    assert_eq!(writer.reserve(1).unwrap_err(), GrantError::Busy);
    drop(reader);
    assert_eq!(writer.reserve(1).unwrap_err(), GrantError::Closed);
}

#[test]
fn what_was_forgotten_in_a_buffer_is_recovered() {
    let mut buffer = Buffer::<4>::new();
    let (writer, reader) = buffer.split();
    writer.push(b"claimed").unwrap();
    std::mem::forget(reader.read().unwrap());
    writer.push(b"stays").unwrap();
    std::mem::forget(writer.reserve(GRANULE + 1).unwrap());
    assert!(writer.push(b"no room").is_err());
    drop((writer, reader));
    assert_eq!(buffer.recover(), 3);
    let (writer, reader) = buffer.split();
    assert_eq!(*reader.read().unwrap(), *b"stays");
    assert_eq!(reader.read().unwrap_err(), ReadError::Empty);
    assert_eq!(writer.reserve(4 * GRANULE).unwrap().len(), 4 * GRANULE);
}

#[test]
fn closing_lets_nothing_in_and_everything_out() {
    let ends: [fn(&RecordWriter, &RecordReader); 2] =
        [|writer, _| writer.close(), |_, reader| reader.close()];
    for close in ends {
        let (writer, reader) = records::ring(4 * GRANULE);
        put(&writer, 1, 1);
        let mut late = writer.reserve(2).unwrap();
        close(&writer, &reader);
        assert!(writer.is_closed() && reader.is_closed());
        assert_eq!(writer.reserve(1).unwrap_err(), GrantError::Closed);
        assert_eq!(writer.reserve(5 * GRANULE).unwrap_err(), GrantError::TooLarge, "at once");
        assert_eq!(*reader.read().unwrap(), [1]);
        assert_eq!((reader.read().unwrap_err(), reader.state()), (ReadError::Busy, State::Closing));
        late.fill(2);
        late.commit(2);
        assert_eq!(*reader.read().unwrap(), [2, 2]);
        assert_eq!((reader.read().unwrap_err(), reader.state()), (ReadError::Closed, State::Closed));
    }
}

#[test]
fn the_last_end_of_a_kind_closes() {
    let (writer, reader) = records::ring(GRANULE);
    let (also, too) = (writer.clone(), reader.clone());
    assert_eq!((writer.writers(), reader.readers()), (2, 2));
    put(&writer, 1, 1);
    drop((writer, reader));
    assert_eq!(too.state(), State::Open);
    drop(also);
    assert_eq!(*too.read().unwrap(), [1]);
    assert_eq!(too.read().unwrap_err(), ReadError::Closed);

    let (writer, reader) = records::ring(GRANULE);
    drop(reader.clone());
    put(&writer, 1, 1);
    drop(reader);
    assert_eq!(writer.reserve(1).unwrap_err(), GrantError::Closed);
}

#[test]
fn ends_go_to_other_threads_and_so_do_records() {
    fn goes<T: Send + Sync>(_: &T) {}
    let (writer, reader) = records::ring(GRANULE);
    put(&writer, 1, 1);
    goes(&writer);
    goes(&reader);
    goes(&reader.read().unwrap());
    goes(&writer.reserve(1).unwrap());
}

#[test]
fn a_static_gives_its_ends_again_and_keeps_what_is_in_it() {
    static RING: Buffer<{ records::granules(100) }> = Buffer::new();
    {
        let (writer, _reader) = RING.try_split().unwrap();
        assert_eq!(writer.capacity(), 2 * GRANULE);
        assert!(RING.try_split().is_none());
        assert!(writer.reserve(100).unwrap().iter().all(|byte| *byte == 0), "zeros at first");
        writer.push(b"stays").unwrap();
    }
    let (_writer, reader) = RING.try_split().unwrap();
    assert_eq!(*reader.read().unwrap(), *b"stays");
}

#[test]
fn a_ring_in_memory_of_the_callers_begins_anew_and_its_bytes_are_those_that_were_there() {
    let control = Control::new();
    let mut turns = [const { Turn::new() }; 3];
    let mut granules = [Granule::new(); 3];
    for round in 0..3 {
        let (writer, reader) = records::in_memory(&control, &mut turns, &mut granules);
        let mut record = writer.reserve(3 * GRANULE).unwrap();
        assert!(record.iter().all(|byte| *byte == round));
        record.fill(round + 1);
        drop(record);
        assert_eq!(reader.read().unwrap_err(), ReadError::Empty);
        writer.push(b"is not there any more").unwrap();
        writer.reserve(1).unwrap().fill(round + 1);
        reader.read().unwrap().fill(round + 1);
    }
}

#[test]
#[should_panic = "2 turns for 3 slots"]
fn a_ring_needs_a_turn_for_each_granule() {
    let (control, mut turns) = (Control::new(), [const { Turn::new() }; 2]);
    _ = records::in_memory(&control, &mut turns, &mut [Granule::new(); 3]);
}

#[test]
#[should_panic = "a ring of 0 bytes cannot be made"]
fn a_ring_of_no_bytes_is_refused() {
    _ = records::ring(0);
}

#[test]
fn more_than_words_can_count_is_refused() {
    assert_eq!(records::try_ring(usize::MAX).unwrap_err(), records::RingError::TooLarge);
    assert!(records::try_ring(usize::MAX / 2).is_err());
}

/// Several writers and readers in one thread, beside a queue of what should be in the ring.
#[test]
fn any_sequence_of_calls_does_what_a_queue_does() {
    struct Written<'a> {
        record: records::Record<'a>,
        id: usize,
    }
    for granules in 1..=9 {
        let mut seed = 0x2545_F491_4F6C_DD1D_u64 + granules as u64;
        let mut roll = move |sides: usize| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            usize::try_from(seed % sides as u64).unwrap()
        };
        let (writer, reader) = records::ring(granules * GRANULE);
        let writers = [writer.clone(), writer.clone(), writer];
        let readers = [reader.clone(), reader];
        let most = writers[0].max_record_len();
        // What was reserved, oldest first: `None` while it is being written, then what came of it.
        let mut queue: VecDeque<(usize, Option<Option<Vec<u8>>>)> = VecDeque::new();
        let (mut written, mut read) = (Vec::new(), Vec::new());
        for id in 0..20_000 {
            match roll(8) {
                0..=2 => {
                    let longest = if roll(4) == 0 { most } else { most.min(2 * GRANULE) };
                    let len = roll(longest + 1);
                    match writers[roll(3)].reserve(len) {
                        Ok(mut record) => {
                            assert_eq!(record.len(), len);
                            record.fill(id as u8);
                            written.push(Written { record, id });
                            queue.push_back((id, None));
                        }
                        Err(why) => {
                            let is_empty = queue.iter().all(|(_, what)| *what == Some(None));
                            assert!(!(is_empty && read.is_empty()), "{why} in a ring that is empty");
                            let held = !read.is_empty();
                            assert!(why == GrantError::Full || (why == GrantError::Busy && held), "{why}");
                        }
                    }
                }
                3 | 4 if !written.is_empty() => {
                    let Written { record, id } = written.swap_remove(roll(written.len()));
                    assert!(record.iter().all(|byte| *byte == id as u8), "somebody else wrote to it");
                    let used = roll(record.len() + 1);
                    let what = if roll(4) == 0 { None } else { Some(vec![id as u8; used]) };
                    queue.iter_mut().find(|(other, _)| *other == id).unwrap().1 = Some(what.clone());
                    match what {
                        Some(_) => record.commit(used),
                        None => record.discard(),
                    }
                }
                5 | 6 => {
                    while let Some((_, Some(None))) = queue.front() {
                        queue.pop_front();
                    }
                    match (readers[roll(2)].read(), queue.front()) {
                        (Ok(record), Some((_, Some(Some(bytes))))) => {
                            assert_eq!(*record, bytes[..]);
                            read.push((record, queue.pop_front().unwrap()));
                        }
                        (Err(ReadError::Busy), Some((_, None))) | (Err(ReadError::Empty), None) => {}
                        (got, expected) => panic!("{got:?}, {expected:?}"),
                    }
                }
                _ if !read.is_empty() => {
                    let (record, (_, bytes)) = read.swap_remove(roll(read.len()));
                    assert_eq!(record[..], bytes.unwrap().unwrap(), "somebody else wrote to it");
                }
                _ => {}
            }
        }
    }
}
