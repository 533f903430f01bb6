//! Any sequence of calls on a ring of frames, against a queue that cannot be wrong; and anything at all written over its bytes in between.
#![no_main]
use annulus::frames::Borrowed;
use annulus::frames::{
    Compact, Control, Fixed, FrameReader, FrameWriter, GrantError, Header, ReadError, in_memory_with,
};
use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use std::collections::VecDeque;

#[derive(Arbitrary, Debug)]
struct Sequence {
    capacity: u8,
    fixed: bool,
    calls: Vec<Call>,
}

#[derive(Arbitrary, Debug)]
enum Call {
    Grant { max: u16, used: u16 },
    Absurd { less: u8 },
    Forget { max: u16 },
    Read { keep: bool },
    Pop { room: u8 },
    Resync,
    Scribble { at: u16, byte: u8 },
    Close,
}

fuzz_target!(|sequence: Sequence| {
    let capacity = usize::from(sequence.capacity) + 4; // more than a header of any kind
    if sequence.fixed {
        play(Fixed, capacity, &sequence.calls)
    } else {
        play(Compact, capacity, &sequence.calls)
    }
});

struct Both<'a, H: Header> {
    writer: FrameWriter<Borrowed<'a>, H>,
    reader: FrameReader<Borrowed<'a>, H>,
    model: VecDeque<Vec<u8>>,
    next: u8,
    /// What is committed was written over: it may be read as anything, until it is gone.
    spoilt: bool,
}

fn play<H: Header>(header: H, capacity: usize, calls: &[Call]) {
    let (control, memory) = (Control::new(), Box::into_raw(vec![0; capacity].into_boxed_slice()));
    // SAFETY: just allocated, and the ends are the only ones that refer to it. What `Scribble` writes, it writes between two calls.
    let (writer, reader) = in_memory_with(header, &control, unsafe { &mut *memory });
    let mut both = Both { writer, reader, model: VecDeque::new(), next: 0, spoilt: false };
    for call in calls {
        if let Call::Scribble { at, byte } = *call {
            let at = memory.cast::<u8>().wrapping_add(usize::from(at) % capacity);
            // SAFETY: in bounds, and there is no guard.
            unsafe { at.write_volatile(byte) };
            both.spoilt |= !both.model.is_empty();
        } else {
            both.step(call);
        }
    }
    drop(both);
    // SAFETY: from `Box::into_raw`, and the ends have gone.
    drop(unsafe { Box::from_raw(memory) });
}

impl<H: Header> Both<'_, H> {
    fn step(&mut self, call: &Call) {
        let longest = self.writer.max_frame_len();
        match *call {
            Call::Grant { max, used } => self.write(usize::from(max) % (longest + 2), used.into()),
            Call::Absurd { less } => {
                let absurd = usize::MAX - usize::from(less);
                assert_eq!(self.writer.grant(absurd).unwrap_err(), GrantError::TooLarge);
            }
            Call::Forget { max } => {
                if let Ok(mut grant) = self.writer.grant(usize::from(max) % (longest + 1)) {
                    grant.fill(0xEE);
                    std::mem::forget(grant);
                }
            }
            Call::Read { keep } => self.read(keep),
            Call::Pop { room } => self.pop(&mut [0; 300][..room.into()]),
            Call::Resync => self.resync(),
            Call::Close => self.writer.close(),
            Call::Scribble { .. } => unreachable!("the caller does that"),
        }
    }

    fn write(&mut self, max: usize, used: usize) {
        let (longest, closed, empty) =
            (self.writer.max_frame_len(), self.writer.is_closed(), self.reader.is_empty());
        match self.writer.grant(max) {
            Ok(mut grant) => {
                assert_eq!(grant.len(), max);
                let used = used % (max + 1);
                self.next = self.next.wrapping_add(1);
                grant[..used].fill(self.next);
                self.model.push_back(vec![self.next; used]);
                grant.commit(used);
            }
            Err(GrantError::TooLarge) => assert!(longest < max),
            Err(GrantError::Full) => {
                assert!(!empty && !closed, "every length up to the longest fits an empty ring")
            }
            Err(GrantError::Closed) => assert!(closed),
            Err(other) => panic!("{other:?}"),
        }
    }

    fn read(&mut self, keep: bool) {
        let (longest, model, spoilt) = (self.writer.max_frame_len(), &mut self.model, self.spoilt);
        let read = self.reader.read().map(|frame| {
            assert!(frame.len() <= longest + 4, "never more than there is");
            assert!(spoilt || *frame == **model.front().expect("one was written"));
            std::hint::black_box(frame.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte)));
            if keep {
                frame.keep();
            } else {
                frame.release();
                model.pop_front();
            }
        });
        read.unwrap_or_else(|why| self.nothing(why));
    }

    fn pop(&mut self, into: &mut [u8]) {
        match self.reader.pop_into(into) {
            Ok(len) => {
                let first = self.model.pop_front();
                assert!(self.spoilt || into[..len] == *first.expect("one was written"));
            }
            Err(ReadError::TooLong) => assert!(self.spoilt || into.len() < self.model[0].len()),
            Err(why) => self.nothing(why),
        }
    }

    fn nothing(&mut self, why: ReadError) {
        match why {
            ReadError::Corrupt => {
                assert!(self.spoilt, "nobody wrote over it");
                self.resync();
            }
            ReadError::Empty | ReadError::Closed => {
                assert!(self.spoilt || self.model.is_empty());
                assert_eq!(why == ReadError::Closed, self.reader.is_closed());
                self.model.clear();
                self.spoilt = false;
            }
            other => panic!("{other:?}"),
        }
    }

    fn resync(&mut self) {
        self.reader.resync();
        assert!(self.reader.is_empty());
        self.model.clear();
        self.spoilt = false;
    }
}
