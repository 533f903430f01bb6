//! Random operations on both ends of rings of bytes against a `VecDeque` and a picture of who has which byte: every method, every
//! capacity up to 70, every length, every guard dropped, used in part or forgotten, ends forgotten and made again.
#![cfg(feature = "alloc")]
#![allow(clippy::forget_non_drop)] // a guard may get a drop one day, and the tests are to stay
use annulus::State;
use annulus::bytes::{Buffer, Control, GrantError, Keep, ReadError, Reader, Writer, in_memory, stream};
use proptest::prelude::*;
use std::collections::VecDeque;
use std::mem::forget;

/// What to do, and two numbers to do it with.
type Step = (u8, usize, usize);

/// What has to be in the ring.
struct Model {
    capacity: usize,
    /// The address of the first byte.
    base: usize,
    /// What is unread: the index of each byte, and the byte.
    unread: VecDeque<(usize, u8)>,
    /// Where the writer is.
    at: usize,
    next: u8,
    closed: (bool, bool),
}

impl Model {
    fn new<K: Keep>(w: &mut Writer<K>) -> Self {
        let (capacity, all) = (w.capacity(), w.grant_largest().expect("it is empty"));
        let base = all.as_ptr() as usize; // all of the ring begins at its first byte
        Self { capacity, base, unread: VecDeque::new(), at: 0, next: 0, closed: (false, false) }
    }

    /// How many bytes there are next to each other from where the writer is, and from the start.
    fn rooms(&self) -> (usize, usize) {
        match self.unread.front() {
            None => (self.capacity - self.at, self.capacity),
            Some(&(oldest, _)) if oldest < self.at => (self.capacity - self.at, oldest),
            Some(&(oldest, _)) if self.at == self.capacity => (0, oldest),
            Some(&(oldest, _)) => (oldest - self.at, 0),
        }
    }

    fn most(&self) -> usize {
        let (ahead, start) = self.rooms();
        ahead.max(start)
    }

    fn full(&self) -> GrantError {
        if self.closed.0 || self.closed.1 { GrantError::Closed } else { GrantError::Full }
    }

    fn expected(&self, exactly: bool, n: usize) -> Result<usize, GrantError> {
        if exactly && self.capacity < n {
            return Err(GrantError::TooLarge);
        }
        match (n, if exactly && self.most() < n { 0 } else { self.most() }) {
            (0, _) => Ok(0),
            _ if self.closed.0 => Err(GrantError::Closed),
            (_, 0) => Err(self.full()),
            (n, most) => Ok(n.min(most)),
        }
    }

    /// The index of a grant of so many bytes.
    fn place(&self, n: usize) -> usize {
        if n <= self.rooms().0 { self.at } else { 0 }
    }

    fn put(&mut self, index: usize) -> u8 {
        let byte = self.next;
        assert!(!self.unread.iter().any(|unread| unread.0 == index), "unread bytes are nobody's to write");
        self.unread.push_back((index, byte));
        (self.at, self.next) = (index + 1, byte.wrapping_add(1));
        byte
    }

    /// How many of the unread bytes lie next to each other.
    fn run(&self) -> usize {
        let first = self.unread.front().map_or(0, |unread| unread.0);
        self.unread.iter().enumerate().take_while(|(k, unread)| unread.0 == first + k).count()
    }

    fn nothing(&self) -> ReadError {
        if self.closed.0 || self.closed.1 { ReadError::Closed } else { ReadError::Empty }
    }

    fn take(&mut self, bytes: &[u8]) {
        for byte in bytes {
            assert_eq!(*byte, self.unread.pop_front().expect("a byte that was written").1);
        }
    }
}

fn step<K: Keep>(w: &mut Writer<K>, r: &mut Reader<K>, m: &mut Model, (what, a, b): Step) {
    match what {
        0..=5 => {
            let (exactly, n) = match what {
                0..=2 => (true, a),
                3 | 4 => (false, a),
                _ => (false, m.capacity),
            };
            let expected = m.expected(exactly, n);
            let grant = match what {
                0..=2 => w.grant_exact(n),
                3 | 4 => w.grant_up_to(n),
                _ => w.grant_largest(),
            };
            assert_eq!(grant.as_ref().map(|grant| grant.len()).map_err(|error| *error), expected);
            let Ok(mut grant) = grant else { return };
            let (len, index) = (grant.len(), m.place(grant.len()));
            assert!(len == 0 || grant.as_ptr() as usize - m.base == index, "a grant of {len} is at {index}");
            match b % 5 {
                0 => drop(grant),
                1 => forget(grant),
                _ => {
                    let n = if b % 5 == 2 { len } else { b % (len + 1) };
                    (0..n).for_each(|k| grant[k] = m.put(index + k));
                    grant.commit(n);
                }
            }
        }
        6 => {
            let bytes: Vec<u8> = (0..a).map(|k| m.next.wrapping_add(k as u8)).collect();
            let vacant = w.vacant();
            let n = w.push_slice(&bytes);
            assert_eq!(n, if m.closed.0 { 0 } else { vacant.min(a) });
            for _ in 0..n {
                let index = if m.at == m.capacity { 0 } else { m.at };
                m.put(index);
            }
        }
        7..=11 => {
            let grant = r.read();
            assert_eq!(
                grant.as_ref().map(|grant| grant.len()).map_err(|error| *error),
                if m.run() == 0 { Err(m.nothing()) } else { Ok(m.run()) }
            );
            let Ok(grant) = grant else { return };
            match b % 5 {
                0 => drop(grant),
                1 => forget(grant),
                _ => {
                    let n = if b % 5 == 2 { grant.len() } else { b % (grant.len() + 1) };
                    m.take(&grant[..n]);
                    grant.release(n);
                }
            }
        }
        12 | 13 => {
            let grant = r.read_split();
            assert_eq!(
                grant.as_ref().map(|grant| grant.len()).map_err(|error| *error),
                if m.unread.is_empty() { Err(m.nothing()) } else { Ok(m.unread.len()) }
            );
            let Ok(grant) = grant else { return };
            match b % 5 {
                0 => drop(grant),
                1 => forget(grant),
                _ => {
                    let n = if b % 5 == 2 { grant.len() } else { b % (grant.len() + 1) };
                    let (first, second) = grant.as_slices();
                    assert_eq!(first.len(), m.run());
                    let all: Vec<u8> = first.iter().chain(second).copied().take(n).collect();
                    m.take(&all);
                    grant.release(n);
                }
            }
        }
        14 => {
            let mut into = vec![0; a];
            let n = r.pop_slice(&mut into);
            assert_eq!(n, m.unread.len().min(a));
            m.take(&into[..n]);
        }
        15 if b < 4 => {
            w.close();
            m.closed.0 = true;
        }
        16 if b < 4 => {
            r.close();
            m.closed.1 = true;
        }
        _ => _ = (format!("{w:?}"), format!("{r:?}")),
    }
}

fn agree<K: Keep>(w: &Writer<K>, r: &Reader<K>, m: &Model) {
    assert_eq!((r.len(), r.is_empty()), (m.unread.len(), m.unread.is_empty()));
    assert_eq!((w.capacity(), r.capacity()), (m.capacity, m.capacity));
    assert_eq!(w.is_full(), m.most() == 0);
    let vacant = w.vacant();
    assert!(if m.closed.0 {
        vacant == 0
    } else {
        m.most() <= vacant && vacant <= m.capacity - m.unread.len()
    });
    let closed = m.closed.0 || m.closed.1;
    assert_eq!((w.is_closed(), r.is_closed()), (closed, closed));
    let drained = if m.unread.is_empty() { State::Closed } else { State::Closing };
    assert_eq!(r.state(), if closed { drained } else { State::Open });
    let wanted = match m.closed {
        (_, true) => State::Closed,
        (true, false) => drained,
        (false, false) => State::Open,
    };
    assert_eq!(w.state(), wanted);
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((0..18_u8, 0..76_usize, 0..1000_usize), 0..300)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_stream_is_a_queue_of_bytes(capacity in 1..=70_usize, steps in steps()) {
        let (mut w, mut r) = stream(capacity);
        let mut m = Model::new(&mut w);
        for at in steps {
            step(&mut w, &mut r, &mut m, at);
            agree(&w, &r, &m);
        }
        drop(w);
        m.closed.0 = true;
        while let Ok(grant) = r.read() {
            m.take(&grant);
            let n = grant.len();
            grant.release(n);
        }
        assert!(m.unread.is_empty());
    }

    #[test]
    fn a_buffer_is_a_queue_of_bytes_whose_ends_come_and_go(rounds in prop::collection::vec((0..4_u8, steps()), 0..5)) {
        let mut buffer = Buffer::<23>::new();
        let mut m = Model::new(&mut buffer.split().0);
        for (how, steps) in rounds {
            m.closed = (false, false);
            let (mut w, mut r) = buffer.split();
            for at in steps {
                step(&mut w, &mut r, &mut m, at);
                agree(&w, &r, &m);
            }
            match how {
                0 => forget((w, r)),
                1 => forget(w),
                2 => forget(r),
                _ => {}
            }
        }
    }

    #[test]
    fn the_callers_memory_is_a_queue_of_bytes_that_begins_anew(rounds in prop::collection::vec((1..=70_usize, steps()), 0..5)) {
        let control = Control::new();
        let mut memory = [9; 70];
        for (capacity, steps) in rounds {
            let (mut w, mut r) = in_memory(&control, &mut memory[..capacity]);
            let mut m = Model::new(&mut w);
            for at in steps {
                step(&mut w, &mut r, &mut m, at);
                agree(&w, &r, &m);
            }
        }
    }
}
