//! Any sequence of calls on a ring of bytes, against a queue that cannot be wrong.
#![no_main]
use annulus::bytes::{self, GrantError, ReadError, Reader, Writer};
use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use std::collections::VecDeque;

#[derive(Arbitrary, Debug)]
struct Sequence {
    size: u8,
    mirrored: bool,
    calls: Vec<Call>,
}

/// Numbers are taken as they are, or modulo what there is and one more: so that most of them say something.
#[derive(Arbitrary, Debug)]
enum Call {
    Exact { n: u8, commit: u8 },
    Absurd { less: u8 },
    UpTo { n: u16, commit: u8 },
    Largest { commit: u8 },
    ForgetGrant { n: u8 },
    Read { release: u8 },
    Split { release: u16 },
    ForgetRead,
    CloseWriter,
    CloseReader,
}

struct Both {
    writer: Writer,
    reader: Reader,
    model: VecDeque<u8>,
    next: u8,
    /// The reader has closed: what is left need not be read any more.
    given_up: bool,
}

fuzz_target!(|sequence: Sequence| {
    let size = usize::from(sequence.size % 70) + 1;
    let ends = if sequence.mirrored { bytes::mirrored(size).ok() } else { None };
    let (writer, reader) = ends.unwrap_or_else(|| bytes::stream(size));
    let mut both = Both { writer, reader, model: VecDeque::new(), next: 0, given_up: false };
    for call in &sequence.calls {
        both.step(call);
        both.look();
    }
});

impl Both {
    fn step(&mut self, call: &Call) {
        let capacity = self.writer.capacity();
        match *call {
            Call::Exact { n, commit } => self.write(usize::from(n), Some(usize::from(n)), commit),
            Call::Absurd { less } => {
                let absurd = usize::MAX - usize::from(less);
                assert_eq!(self.writer.grant_exact(absurd).unwrap_err(), GrantError::TooLarge);
            }
            Call::UpTo { n, commit } => self.write(usize::from(n), None, commit),
            Call::Largest { commit } => self.write(capacity, None, commit),
            Call::ForgetGrant { n } => {
                if let Ok(mut grant) = self.writer.grant_up_to(n.into()) {
                    grant.fill(0xEE); // never committed
                    std::mem::forget(grant);
                }
            }
            Call::Read { release } => self.read(release),
            Call::Split { release } => self.read_split(release.into()),
            Call::ForgetRead => {
                if let Ok(grant) = self.reader.read() {
                    std::mem::forget(grant);
                }
            }
            Call::CloseWriter => self.writer.close(),
            Call::CloseReader => {
                self.reader.close();
                self.given_up = true;
            }
        }
    }

    fn write(&mut self, n: usize, exactly: Option<usize>, commit: u8) {
        let capacity = self.writer.capacity();
        let (empty, closed) = (self.model.is_empty(), self.writer.is_closed());
        let free = self.writer.vacant();
        let granted = match exactly {
            Some(n) => self.writer.grant_exact(n),
            None => self.writer.grant_up_to(n),
        };
        match granted {
            Ok(mut grant) => {
                assert!(grant.len() <= free && grant.len() <= n && exactly.is_none_or(|n| grant.len() == n));
                let used = usize::from(commit) % (grant.len() + 1);
                for byte in &mut grant[..used] {
                    self.next = self.next.wrapping_add(1);
                    *byte = self.next;
                    self.model.push_back(self.next);
                }
                grant.commit(used);
            }
            Err(GrantError::TooLarge) => assert!(exactly.is_some() && capacity < n),
            Err(GrantError::Full) => {
                assert!(!empty && !closed, "an empty ring takes any length up to its size")
            }
            Err(GrantError::Closed) => assert!(closed),
            Err(other) => panic!("{other:?}"),
        }
    }

    fn read(&mut self, release: u8) {
        match self.reader.read() {
            Ok(grant) => {
                assert!(!grant.is_empty() && grant.iter().eq(self.model.iter().take(grant.len())));
                let n = usize::from(release) % (grant.len() + 1);
                grant.release(n);
                self.model.drain(..n);
            }
            Err(why) => self.nothing(why),
        }
    }

    fn read_split(&mut self, release: usize) {
        match self.reader.read_split() {
            Ok(grant) => {
                let (first, second) = grant.as_slices();
                assert!(first.iter().chain(second).eq(&self.model), "all there is");
                let n = release % (grant.len() + 1);
                grant.release(n);
                self.model.drain(..n);
            }
            Err(why) => self.nothing(why),
        }
    }

    fn nothing(&self, why: ReadError) {
        match why {
            ReadError::Empty => assert!(self.model.is_empty()),
            ReadError::Closed => assert!(self.reader.is_closed() && (self.given_up || self.model.is_empty())),
            other => panic!("{other:?}"),
        }
    }

    fn look(&self) {
        assert!(self.writer.vacant() <= self.writer.capacity() - self.model.len());
        assert_eq!(self.reader.len(), self.model.len());
    }
}
