//! Records between threads: each writer's in their order, none lost, none twice, none torn.
use annulus::records::{self, GRANULE, RecordReader, RecordWriter};
use annulus::{GrantError, ReadError};
use std::thread;

const WRITERS: usize = 3;
const READERS: usize = 2;
const RECORDS: u32 = if cfg!(debug_assertions) { 3_000 } else { 30_000 };

/// Of the `n`th record of a writer: anything from a header to several granules.
fn len(writer: usize, n: u32, most: usize) -> usize {
    let spread = n.wrapping_mul(2_654_435_761).rotate_left(7) as usize + writer;
    (8 + spread % (3 * GRANULE)).min(most)
}

fn write(writer: &RecordWriter, who: usize) {
    for n in 0..RECORDS {
        let len = len(who, n, writer.max_record_len());
        // More is reserved than is needed, now and then, and some records come to nothing.
        let reserved = if n % 3 == 0 { writer.max_record_len().min(2 * len) } else { len };
        let mut discards = u32::from(n % 5 == 0);
        loop {
            match writer.reserve(reserved) {
                Ok(mut record) if discards == 0 => {
                    record[..4].copy_from_slice(&n.to_le_bytes());
                    record[4..8].copy_from_slice(&u32::try_from(who).unwrap().to_le_bytes());
                    record[8..].fill(n as u8 ^ who as u8);
                    record.commit(len);
                    break;
                }
                Ok(mut record) => {
                    record.fill(0xEE);
                    discards -= 1;
                }
                Err(GrantError::Full | GrantError::Busy) => thread::yield_now(),
                Err(why) => panic!("{why}"),
            }
        }
    }
}

fn read(reader: &RecordReader) -> Vec<Vec<u32>> {
    let mut seen = vec![Vec::new(); WRITERS];
    loop {
        match reader.read() {
            Ok(mut record) => {
                let word = |at: usize| u32::from_le_bytes(record[at..at + 4].try_into().unwrap());
                let (n, who) = (word(0), word(4) as usize);
                assert_eq!(record.len(), len(who, n, reader.capacity()));
                assert!(record[8..].iter().all(|byte| *byte == n as u8 ^ who as u8), "torn");
                seen[who].push(n);
                record.fill(0xDD); // it is ours alone
                assert!(record.iter().all(|byte| *byte == 0xDD), "somebody else has it");
            }
            Err(ReadError::Empty | ReadError::Busy) => thread::yield_now(),
            Err(ReadError::Closed) => return seen,
            Err(why) => panic!("{why}"),
        }
    }
}

fn everything_arrives_once_and_in_order(granules: usize) {
    let (writer, reader) = records::ring(granules * GRANULE);
    let seen: Vec<_> = thread::scope(|scope| {
        for who in 0..WRITERS {
            let writer = writer.clone();
            scope.spawn(move || write(&writer, who));
        }
        drop(writer);
        let readers: Vec<_> =
            (0..READERS).map(|_| reader.clone()).map(|reader| scope.spawn(move || read(&reader))).collect();
        readers.into_iter().map(|reader| reader.join().unwrap()).collect()
    });
    for who in 0..WRITERS {
        for each in &seen {
            assert!(each[who].is_sorted(), "a reader sees the records of a writer in their order");
        }
        let mut all: Vec<_> = seen.iter().flat_map(|each| each[who].iter().copied()).collect();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..RECORDS), "each once");
    }
}

#[test]
fn records_arrive_once_and_in_order_in_a_ring_of_one_granule() {
    everything_arrives_once_and_in_order(1);
}

#[test]
fn records_arrive_once_and_in_order_in_a_ring_of_two_granules() {
    everything_arrives_once_and_in_order(2);
}

#[test]
fn records_arrive_once_and_in_order_in_a_ring_of_seven_granules() {
    everything_arrives_once_and_in_order(7);
}

#[test]
fn records_arrive_once_and_in_order_in_a_ring_of_sixty_four_granules() {
    everything_arrives_once_and_in_order(64);
}
