//! Having an end of a ring, and knowing whether somebody has the other one.
//!
//! ```text
//!   the kernel's lock      the word         means
//!   held                   any              somebody has the end and is alive
//!   free                   0                nobody has it
//!   free                   pid              its holder died
//! ```
//! The lock is taken before the word is set and freed after it is cleared, so no living holder ever looks dead. Only the
//! lock is believed; a peer that scribbles over the word gets a wrong number into a report.
//!
//! How (M2) is kept between processes: whoever has the lock has the only inlet, or the only outlet. What the last holder did comes before: S1
//! carries it where the end was given back, and the kernel, which frees the lock after the holder's last instruction,
//! where it was not.
use super::error::Error;
use super::layout::Control;
use super::segment::Segment;
use crate::os::{clock, futex, lock, shm};
use annulus_protocol::event::Event;
use annulus_protocol::life::{End, Life};
use annulus_protocol::pos::word;
use annulus_protocol::sync::Ordering;
use std::os::fd::OwnedFd;
use std::sync::Arc;

/// An end that we have.
#[derive(Debug)]
pub(super) struct Sitting {
    segment: Arc<Segment>,
    /// Holds the lock until it is closed.
    lock: OwnedFd,
    end: End,
    me: u32,
    /// The process that had the other end when we last asked, and died.
    dead: Option<u32>,
    asked_ms: u64,
}

/// How long an answer of the kernel's is good for.
const FRESH_MS: u64 = 10;

fn other(end: End) -> End {
    match end {
        End::Writer => End::Reader,
        End::Reader => End::Writer,
    }
}

impl Sitting {
    pub(super) fn take(segment: &Arc<Segment>, end: End) -> Result<Self, Error> {
        let name = segment.name();
        let failed = |source| Error::from_io(name, "taking an end of", source);
        let place = segment.control().place(end);
        let lock = shm::open_again(segment.file()).map_err(failed)?;
        if !lock::try_lock(&lock, byte(segment, end)).map_err(failed)? {
            return Err(Error::InUse {
                name: name.to_owned(),
                end: if end == End::Writer { "writing" } else { "reading" },
                pid: place.seat.holder().unwrap_or(0),
            });
        }
        if let Err(error) = sit_down(segment, end) {
            lock::unlock(&lock, byte(segment, end));
            return Err(error);
        }
        let me = std::process::id();
        let sitting = Self { segment: segment.clone(), lock, end, me, dead: None, asked_ms: 0 };
        sitting.awaited().forget_sleepers(); // the last holder's, if it died asleep
        sitting.life().reopen();
        Ok(sitting)
    }

    pub(super) fn segment(&self) -> &Segment {
        &self.segment
    }

    /// This end's life.
    pub(super) fn life(&self) -> &Life {
        life(&self.segment, self.end)
    }

    /// The other end's life.
    #[inline]
    pub(super) fn peer_life(&self) -> &Life {
        life(&self.segment, other(self.end))
    }

    /// What this end sleeps on.
    pub(super) fn awaited(&self) -> &Event {
        self.segment.control().awaited_by(self.end)
    }

    /// What the other end sleeps on.
    #[inline]
    pub(super) fn told(&self) -> &Event {
        self.segment.control().told_by(self.end)
    }

    /// Wakes the other end if it sleeps. Call it after publishing.
    #[inline]
    pub(super) fn tell(&self) {
        tell(self.told());
    }

    /// The process that had the other end and died, if nobody has taken its place. Asks the kernel, now and then.
    #[cold]
    pub(super) fn dead_peer(&mut self) -> Option<u32> {
        let now = clock::coarse_ms();
        if self.asked_ms == 0 || FRESH_MS <= now.wrapping_sub(self.asked_ms) {
            self.asked_ms = now;
            self.dead = self.ask();
        }
        self.dead
    }

    fn ask(&self) -> Option<u32> {
        let peer = other(self.end);
        let place = self.segment.control().place(peer);
        // Twice the same holder, and nobody in between: else it gave the end back while we asked.
        let sitting = || (place.seat.holder(), place.sittings.load(Ordering::Relaxed));
        let before = sitting();
        let pid = before.0?;
        let alive = lock::is_locked(&self.lock, byte(&self.segment, peer)).unwrap_or(true);
        (!alive && sitting() == before).then_some(pid)
    }
}

/// Takes the seat, having the lock, if the ring is sound.
fn sit_down(segment: &Segment, end: End) -> Result<(), Error> {
    segment.check_len()?;
    let cursors = &segment.control().cursors;
    if let Some(what) = cursors.implausible(end, word(segment.capacity())) {
        return Err(Error::corrupt(segment.name(), what));
    }
    let place = segment.control().place(end);
    let before = place.seat.holder().unwrap_or(0); // nobody, or the dead
    if place.seat.take_over(before, std::process::id()).is_err() {
        return Err(Error::corrupt(segment.name(), "the seat")); // changed by somebody who does not have the lock
    }
    place.sittings.fetch_add(1, Ordering::Relaxed); // news, for `ask` and for reports
    Ok(())
}

/// Wakes whoever sleeps on the event.
#[inline]
pub(super) fn tell(event: &Event) {
    if event.publish() {
        futex::wake(event.word());
    }
}

fn life(segment: &Segment, end: End) -> &Life {
    let cursors = &segment.control().cursors;
    match end {
        End::Writer => cursors.writer(),
        End::Reader => cursors.reader(),
    }
}

/// The byte of the file that stands for an end.
fn byte(segment: &Segment, end: End) -> u32 {
    (segment.header().control_at as usize + Control::place_at(end)) as u32 // within the first pages, as `Header` checked
}

impl Drop for Sitting {
    fn drop(&mut self) {
        self.segment.control().place(self.end).seat.leave(self.me);
        lock::unlock(&self.lock, byte(&self.segment, self.end));
    }
}
