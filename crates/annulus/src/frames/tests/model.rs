//! A queue of frames, with a picture of where in the ring each of them is.
use crate::State;
use crate::frames::{FrameReader, FrameWriter, GrantError, Header, Keep, ReadError};
use std::collections::VecDeque;
use std::mem::forget;
use std::vec::Vec;

/// What has to be in a ring.
#[derive(Clone)]
pub(super) struct Model {
    pub(super) capacity: usize,
    /// How long a header is, for a frame that may become so long.
    width: fn(usize) -> usize,
    pub(super) longest: usize,
    /// The address of the first byte.
    base: usize,
    pub(super) unread: VecDeque<Unread>,
    /// Where the writer is.
    at: usize,
    pub(super) next: u8,
    pub(super) closed: (bool, bool),
}

#[derive(Clone)]
pub(super) struct Unread {
    /// Where its header begins.
    index: usize,
    width: usize,
    pub(super) frame: Vec<u8>,
}

/// What is done to a guard.
#[derive(Clone, Copy, Debug)]
pub(super) enum With {
    Dropped,
    Forgotten,
    /// The first so many bytes are written, if it is to be written; in the other case it is handed back.
    Done(usize),
}

pub(super) fn compact(most: usize) -> usize {
    match most {
        0..0x80 => 1,
        0x80..0x4000 => 2,
        _ => 3,
    }
}

pub(super) fn fixed(_most: usize) -> usize {
    4
}

impl Model {
    pub(super) fn new<K: Keep, H: Header>(w: &mut FrameWriter<K, H>, width: fn(usize) -> usize) -> Self {
        let capacity = w.capacity();
        let longest = (0..=capacity).rev().find(|len| width(*len) + len <= capacity);
        let longest = longest.expect("a frame with nothing in it");
        let base = w.grant(longest).expect("it is empty").as_ptr() as usize - width(longest);
        Self {
            capacity,
            width,
            longest,
            base,
            unread: VecDeque::new(),
            at: 0,
            next: 0,
            closed: (false, false),
        }
    }

    /// How many bytes there are next to each other from where the writer is, and from the start.
    fn rooms(&self) -> (usize, usize) {
        match self.unread.front() {
            None => (self.capacity - self.at, self.capacity),
            Some(oldest) if oldest.index < self.at => (self.capacity - self.at, oldest.index),
            Some(oldest) => (oldest.index - self.at, 0),
        }
    }

    /// Where a frame of `max` bytes begins.
    fn expected(&self, max: usize) -> Result<usize, GrantError> {
        let (ahead, start) = self.rooms();
        match (self.width)(max).checked_add(max) {
            _ if self.longest < max => Err(GrantError::TooLarge),
            _ if self.closed.0 => Err(GrantError::Closed),
            Some(all) if all <= ahead => Ok(self.at),
            Some(all) if all <= start => Ok(0),
            _ if self.closed.1 => Err(GrantError::Closed),
            _ => Err(GrantError::Full),
        }
    }

    fn byte(&mut self) -> u8 {
        self.next = self.next.wrapping_add(1);
        self.next
    }

    /// A frame was committed.
    fn put(&mut self, index: usize, width: usize, frame: Vec<u8>) {
        let end = index + width + frame.len();
        assert!(end <= self.capacity, "a frame never wraps");
        for unread in &self.unread {
            let other = unread.index + unread.width + unread.frame.len();
            assert!(end <= unread.index || other <= index, "what is unread is not written over");
        }
        self.unread.push_back(Unread { index, width, frame });
        self.at = end;
    }

    pub(super) fn grant<K: Keep, H: Header>(&mut self, w: &mut FrameWriter<K, H>, max: usize, with: With) {
        let (expected, width) = (self.expected(max), (self.width)(max));
        let grant = w.grant(max);
        let found = grant.as_ref().map(|grant| (grant.len(), grant.as_ptr() as usize - self.base));
        assert_eq!(found.map_err(|error| *error), expected.map(|index| (max, index + width)), "of {max}");
        let (Ok(mut grant), Ok(index)) = (grant, expected) else { return };
        match with {
            With::Dropped => drop(grant),
            With::Forgotten => forget(grant),
            With::Done(used) => {
                let used = used.min(max);
                grant[..used].fill_with(|| self.byte());
                let frame = grant[..used].to_vec();
                grant.commit(used);
                self.put(index, width, frame);
            }
        }
    }

    pub(super) fn push<K: Keep, H: Header>(&mut self, w: &mut FrameWriter<K, H>, len: usize) {
        let frame: Vec<u8> = (0..len).map(|_| self.byte()).collect();
        let expected = self.expected(len);
        assert_eq!(w.push(&frame), expected.map(|_| ()));
        if let Ok(index) = expected {
            self.put(index, (self.width)(len), frame);
        }
    }

    fn nothing(&self) -> ReadError {
        if self.closed.0 || self.closed.1 { ReadError::Closed } else { ReadError::Empty }
    }

    pub(super) fn read<K: Keep, H: Header>(&mut self, r: &mut FrameReader<K, H>, by_drop: bool, with: With) {
        let expected = self.unread.front().map(|unread| unread.frame.clone()).ok_or(self.nothing());
        let frame = r.read();
        assert_eq!(frame.as_ref().map(|frame| frame.to_vec()).map_err(|error| *error), expected);
        let Ok(mut frame) = frame else { return };
        if by_drop {
            frame.auto_release(!matches!(with, With::Dropped));
        }
        match with {
            With::Dropped if by_drop => drop(frame),
            With::Dropped => frame.keep(),
            With::Forgotten => forget(frame),
            With::Done(_) => {
                if by_drop {
                    drop(frame)
                } else {
                    frame.release()
                }
                self.unread.pop_front();
            }
        }
    }

    pub(super) fn pop<K: Keep, H: Header>(&mut self, r: &mut FrameReader<K, H>, room: usize) {
        let mut into = std::vec![0xEE; room];
        let popped = r.pop_into(&mut into);
        match self.unread.front() {
            None => assert_eq!(popped, Err(self.nothing())),
            Some(unread) if room < unread.frame.len() => {
                assert_eq!((popped, into), (Err(ReadError::TooLong), std::vec![0xEE; room]));
            }
            Some(unread) => {
                assert_eq!(
                    (popped, &into[..unread.frame.len()]),
                    (Ok(unread.frame.len()), &unread.frame[..])
                );
                self.unread.pop_front();
            }
        }
    }

    pub(super) fn resync<K: Keep, H: Header>(&mut self, r: &mut FrameReader<K, H>) {
        let dropped = self.unread.drain(..).map(|unread| unread.width + unread.frame.len());
        assert_eq!(r.resync(), dropped.sum());
    }

    /// What both ends tell.
    pub(super) fn agree<K: Keep, H: Header>(&self, w: &FrameWriter<K, H>, r: &FrameReader<K, H>) {
        assert_eq!((w.capacity(), r.capacity()), (self.capacity, self.capacity));
        assert_eq!((w.max_frame_len(), r.max_frame_len()), (self.longest, self.longest));
        assert_eq!(r.is_empty(), self.unread.is_empty());
        let closed = self.closed.0 || self.closed.1;
        assert_eq!((w.is_closed(), r.is_closed()), (closed, closed));
        let drained = if self.unread.is_empty() { State::Closed } else { State::Closing };
        assert_eq!(r.state(), if closed { drained } else { State::Open });
        let wanted = match self.closed {
            (_, true) => State::Closed,
            (true, false) => drained,
            (false, false) => State::Open,
        };
        assert_eq!(w.state(), wanted);
    }
}

impl Unread {
    /// Of its header and of itself.
    pub(super) fn extent(&self) -> [usize; 2] {
        [self.width, self.frame.len()]
    }
}
