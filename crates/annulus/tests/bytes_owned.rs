//! Grants of bytes that own their end: they go anywhere, stay where they are, and give the end back.
#![cfg(feature = "alloc")]
use annulus::bytes::{
    Borrowed, Buffer, CacheMaintenance, Coherent, Control, GrantError, Heap, Lent, OwnedGrant,
    OwnedReadGrant, ReadError, ReadPipeline, WritePipeline, in_memory, stream,
};
use std::cell::RefCell;
use std::error::Error;
use std::mem::forget;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::rc::Rc;
use std::thread;

fn is_static_and_sent<T: Send + 'static>(_: &T) {}

#[test]
fn a_grant_goes_to_another_thread_and_back_and_its_bytes_stay_where_they_are() {
    let (writer, mut reader) = stream(64);
    let mut grant = writer.grant_owned(10).unwrap();
    is_static_and_sent(&grant);
    let at = grant.as_ptr() as usize;
    let boxed = thread::spawn(move || {
        assert_eq!(grant.as_ptr() as usize, at);
        grant.copy_from_slice(b"0123456789");
        Box::new(grant)
    });
    let grant = boxed.join().unwrap();
    assert_eq!((grant.as_ptr() as usize, grant.len()), (at, 10));
    let mut writer = grant.commit(7);
    assert_eq!(reader.pop_slice(&mut [0; 64]), 7);
    assert_eq!(
        writer.grant_exact(64).unwrap().len(),
        64,
        "the writer goes on, and the rest was never reserved"
    );

    writer.push_slice(b"there");
    let grant = reader.read_owned().unwrap();
    is_static_and_sent(&grant);
    let grant = thread::spawn(move || grant).join().unwrap();
    assert_eq!(*grant, *b"there");
    let grant = grant.release(2).read_owned().unwrap();
    assert_eq!(*grant, *b"ere");
    let grant = grant.keep().read_owned().unwrap();
    assert_eq!(*grant, *b"ere", "kept");
    assert_eq!(grant.release(3).len(), 0);
}

#[test]
fn grants_of_a_static_are_static() {
    static BUFFER: Buffer<8> = Buffer::new();
    let (writer, reader) = BUFFER.try_split().unwrap();
    let grant: OwnedGrant<Borrowed<'static>> = writer.grant_owned_up_to(100).unwrap();
    is_static_and_sent(&grant);
    assert_eq!(grant.len(), 8);
    let writer = grant.commit(8);
    let grant: OwnedReadGrant<Borrowed<'static>> = reader.read_owned().unwrap();
    is_static_and_sent(&grant);
    drop(writer);
    assert!(BUFFER.try_split().is_none(), "the reader is in its grant");
    drop(grant);
    assert_eq!(BUFFER.try_split().expect("both came home").1.len(), 8, "nothing was released");
}

#[test]
fn grants_of_the_callers_memory_live_as_long_as_that() {
    let control = Control::new();
    let mut memory = [0; 3];
    let (writer, reader) = in_memory(&control, &mut memory);
    let mut grant = writer.grant_owned(3).unwrap();
    grant.fill(9);
    let writer = grant.commit(3);
    drop(reader.read_owned().unwrap());
    assert_eq!(writer.grant_owned(1).unwrap_err().reason, GrantError::Closed);
    assert_eq!(memory, [9; 3]);
}

#[test]
fn an_error_gives_the_end_back() {
    for capacity in [1, 3, 64] {
        let (writer, reader) = stream(capacity);
        let error = reader.read_owned().unwrap_err();
        assert_eq!((error.reason, error.to_string()), (ReadError::Empty, ReadError::Empty.to_string()));
        let (mut writer, reader) = (writer, error.reader);
        for k in 0..70 {
            let error = writer.grant_owned(usize::MAX - k).unwrap_err();
            assert_eq!(error.reason, GrantError::TooLarge);
            writer = error.writer;
        }
        let error = writer.grant_owned(capacity + 1).unwrap_err();
        let grant = error.writer.grant_owned(capacity).unwrap();
        let error = grant.commit(capacity).grant_owned(1).unwrap_err();
        assert_eq!((error.reason, error.to_string()), (GrantError::Full, GrantError::Full.to_string()));
        let error = error.writer.grant_owned_up_to(usize::MAX).unwrap_err();
        assert_eq!(error.reason, GrantError::Full);
        assert!(error.writer.grant_owned(0).unwrap().is_empty());

        let reader = reader.read_owned().unwrap().release(capacity);
        let boxed: Box<dyn Error> = Box::new(reader.read_owned().unwrap_err());
        assert!(format!("{boxed:?} {boxed}").contains("Closed"), "the writer went with its grant");
    }
}

#[test]
fn a_dropped_grant_closes_the_ring_and_a_forgotten_one_does_not() {
    let (writer, mut reader) = stream(4);
    let mut writer = writer;
    writer.push_slice(b"ab");
    let mut grant = writer.grant_owned(2).unwrap();
    grant.fill(0xEE);
    drop(grant);
    assert_eq!(reader.pop_slice(&mut [0; 4]), 2, "what was committed");
    assert_eq!(reader.read().unwrap_err(), ReadError::Closed);

    let mut buffer = Buffer::<4>::new(); // a ring on the heap would stay there
    let (writer, mut reader) = buffer.split();
    forget(writer.grant_owned(2).unwrap());
    assert_eq!(reader.read().unwrap_err(), ReadError::Empty, "as if the writer had been forgotten");

    let (mut writer, reader) = stream(4);
    writer.push_slice(b"ab");
    drop(reader.read_owned().unwrap());
    assert_eq!((writer.is_closed(), writer.vacant()), (true, 2), "nothing was released");

    let mut buffer = Buffer::<4>::new();
    let (mut writer, reader) = buffer.split();
    writer.push_slice(b"ab");
    forget((writer.grant_owned(1).unwrap(), reader.read_owned().unwrap()));
    let (mut writer, mut reader) = buffer.split();
    assert_eq!(*reader.read().unwrap(), *b"ab", "nothing moved");
    assert_eq!(writer.grant_largest().unwrap().len(), 2);
}

#[test]
fn abandoning_a_grant_does_nothing_at_every_position_of_every_small_ring() {
    for capacity in 1..=9 {
        for at in 0..=capacity {
            for used in 0..=capacity {
                let (mut writer, mut reader) = stream(capacity);
                writer.push_slice(&[1; 9][..at]);
                reader.pop_slice(&mut [0; 9]);
                assert_eq!(writer.push_slice(&[2; 9][..used]), used);
                for n in 0..=capacity {
                    let (vacant, len) = (writer.vacant(), reader.len());
                    let possible = writer.grant_exact(n).map(|grant| (grant.as_ptr(), grant.len())).ok();
                    writer = match writer.grant_owned(n) {
                        Ok(mut grant) => {
                            assert_eq!(Some((grant.as_ptr(), grant.len())), possible);
                            grant.fill(7);
                            grant.abandon()
                        }
                        Err(error) => {
                            assert_eq!(possible, None);
                            error.writer
                        }
                    };
                    assert_eq!((writer.vacant(), reader.len()), (vacant, len));
                }
                let mut into = [0; 9];
                assert_eq!(reader.pop_slice(&mut into), used);
                assert_eq!(into[..used], [2; 9][..used]);
            }
        }
    }
}

#[test]
fn random_owned_grants_carry_every_byte_in_order() {
    for capacity in [1, 2, 3, 7, 64] {
        let (mut writer, mut reader) = stream(capacity);
        let (mut random, mut sent, mut received) = (capacity as u64, 0_u8, 0_u8);
        let mut below = |n: usize| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) as usize % n
        };
        for _ in 0..3000 {
            writer = match writer.grant_owned_up_to(1 + below(capacity)) {
                Ok(mut grant) => {
                    let n = below(grant.len() + 1);
                    grant[..n].iter_mut().for_each(|byte| (*byte, sent) = (sent, sent.wrapping_add(1)));
                    grant.commit(n)
                }
                Err(error) => error.writer,
            };
            reader = match reader.read_owned() {
                Ok(grant) => {
                    let n = below(grant.len() + 1);
                    grant[..n].iter().for_each(|byte| {
                        assert_eq!(*byte, received);
                        received = received.wrapping_add(1);
                    });
                    grant.release(n)
                }
                Err(error) => error.reader,
            };
        }
    }
}

#[test]
fn committing_or_releasing_more_than_there_is_panics_and_publishes_nothing() {
    let (mut writer, mut reader) = stream(4);
    writer.push_slice(b"a");
    let grant = writer.grant_owned(2).unwrap();
    assert!(catch_unwind(AssertUnwindSafe(|| drop(grant.commit(3)))).is_err());
    assert_eq!((reader.len(), reader.is_closed()), (1, true));
    assert_eq!(*reader.read().unwrap(), *b"a");
    let grant = reader.read_owned().unwrap();
    assert!(catch_unwind(AssertUnwindSafe(|| drop(grant.release(2)))).is_err());
}

/// What is done, and to how many bytes from which address on.
type Note = (&'static str, usize, usize);

/// Writes down what it is told.
#[derive(Clone, Default)]
struct Told(Rc<RefCell<Vec<Note>>>);

impl Told {
    fn note(&self, what: &'static str, range: NonNull<[u8]>) {
        self.0.borrow_mut().push((what, range.cast::<u8>().as_ptr() as usize, range.len()));
    }
}

impl CacheMaintenance for Told {
    unsafe fn before_device_writes(&mut self, range: NonNull<[u8]>) {
        self.note("before writing", range);
    }
    unsafe fn after_device_wrote(&mut self, range: NonNull<[u8]>) {
        self.note("after writing", range);
    }
    unsafe fn before_device_reads(&mut self, range: NonNull<[u8]>) {
        self.note("before reading", range);
    }
    unsafe fn after_device_read(&mut self, range: NonNull<[u8]>) {
        self.note("after reading", range);
    }
}

#[test]
fn a_cache_is_told_what_a_device_is_going_to_do_and_what_it_has_done() {
    let (writer, reader) = stream(8);
    let told = Told::default();
    let lent = writer.grant_owned(5).unwrap().lend(told.clone());
    let region = lent.region();
    let at = region.cast::<u8>().as_ptr() as usize;
    assert_eq!(told.0.take(), [("before writing", at, 5)]);
    // SAFETY: lent to us, and nobody else has it.
    unsafe { region.cast::<[u8; 5]>().write(*b"bytes") };
    let boxed = Box::new(lent);
    assert_eq!(boxed.region(), region);
    let grant = boxed.take_back();
    assert_eq!(told.0.take(), [("after writing", at, 5)]);
    assert_eq!(*grant, *b"bytes");
    drop(grant.commit(5));

    let lent = reader.read_owned().unwrap().lend(told.clone());
    assert_eq!(told.0.take(), [("before reading", at, 5)]);
    assert_eq!(format!("{lent:?}"), "Lent(OwnedReadGrant { len: 5 })");
    let grant = lent.take_back();
    assert_eq!(told.0.take(), [("after reading", at, 5)]);
    drop(grant.lend(told.clone()));
    assert_eq!(told.0.take().len(), 1, "who drops it has to have stopped the device");
}

#[test]
fn coherent_memory_needs_nothing() {
    let (writer, mut reader) = stream(8);
    let lent: Lent<OwnedGrant<Heap<u8>>, Coherent> = writer.grant_owned(1).unwrap().lend(Coherent);
    is_static_and_sent(&lent);
    drop(lent.take_back().commit(1));
    assert_eq!(*reader.read().unwrap(), [0]);
}

#[test]
fn pipelines_are_sent_and_static() {
    let (writer, reader) = stream(8);
    let w: WritePipeline = writer.into_pipeline();
    let r: ReadPipeline<Heap<u8>, 3> = reader.into_pipeline();
    is_static_and_sent(&w);
    is_static_and_sent(&r);
}

#[cfg(feature = "embedded-dma")]
mod embedded {
    use super::*;
    use embedded_dma::{ReadBuffer, WriteBuffer};

    /// A transfer as drivers have it: the buffer goes in, and comes out.
    fn receive<B: WriteBuffer<Word = u8> + Send + 'static>(mut buffer: B, byte: u8) -> B {
        thread::spawn(move || {
            // SAFETY: nothing is done with the buffer meanwhile.
            let (first, len) = unsafe { buffer.write_buffer() };
            for k in 0..len {
                // SAFETY: within the buffer.
                let at = unsafe { first.add(k) };
                // SAFETY: within the buffer.
                unsafe { at.write_volatile(byte) };
            }
            buffer
        })
        .join()
        .unwrap()
    }

    fn send<B: ReadBuffer<Word = u8> + 'static>(buffer: B) -> (B, Vec<u8>) {
        // SAFETY: nothing is done with the buffer meanwhile.
        let (first, len) = unsafe { buffer.read_buffer() };
        // SAFETY: within the buffer, which is not written to meanwhile.
        let bytes = unsafe { std::slice::from_raw_parts(first, len) }.to_vec();
        (buffer, bytes)
    }

    #[test]
    fn drivers_take_grants_as_buffers() {
        let (writer, reader) = stream(8);
        let writer = receive(writer.grant_owned(3).unwrap(), 1).commit(3);
        drop(receive(writer.grant_owned(5).unwrap().lend(Coherent), 2).take_back().commit(5));
        let (grant, bytes) = send(reader.read_owned().unwrap());
        assert_eq!(bytes, [1, 1, 1, 2, 2, 2, 2, 2]);
        let (lent, bytes) = send(grant.release(3).read_owned().unwrap().lend(Coherent));
        assert_eq!(bytes, [2; 5]);
        assert!(lent.take_back().release(5).is_empty());
    }
}
