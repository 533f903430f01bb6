//! The two ends of a lane, with values in them.
use super::{Lane, ReadGrant, WriteGrant};
use crate::error::PopError;
use annulus_protocol::lane::{Claimed, Cursors, Reader, Refused, Reserved, Seen, Writer};
use annulus_protocol::pad::Padded;
use annulus_protocol::pos::{ONE, Word, ZERO, count, word};

/// Where items go in. Its private cursor has a cache line of its own, so that two ends that lie side by side in one
/// struct or stack frame do not slow each other down.
#[derive(Debug)]
pub struct Inlet<T> {
    pub(super) writer: Padded<Writer>,
    pub(super) lane: Lane<T>,
    /// This end said that it would not go on.
    stopped: bool,
    overwrites: bool,
}

/// Where items come out; padded for the same reason.
#[derive(Debug)]
pub struct Outlet<T> {
    pub(super) reader: Padded<Reader>,
    pub(super) lane: Lane<T>,
    pub(super) resumable: bool,
}

impl<T> Inlet<T> {
    /// # Safety
    /// (M2): no other inlet of this lane is used from now on, and the last one's work happens before this call.
    pub(crate) unsafe fn new(lane: Lane<T>) -> Self {
        Self {
            writer: Padded(Writer::resume(lane.cursors(), word(lane.size()))),
            lane,
            stopped: false,
            overwrites: false,
        }
    }

    pub(crate) fn lane(&self) -> &Lane<T> {
        &self.lane
    }

    /// A copy, for the step that is the last, or rarely taken: a call with the address of the original would keep it out of
    /// registers in all other steps. Never use both.
    #[inline(always)]
    pub(crate) fn copy(&self) -> Self {
        let Self { ref writer, lane, stopped, overwrites } = *self;
        Self { writer: Padded(writer.copy()), lane, stopped, overwrites }
    }

    /// Accepts no item any more.
    pub(crate) fn stop(&mut self) {
        self.flush();
        self.writer.forget();
        self.stopped = true;
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// Whether one item fits.
    #[inline]
    pub(crate) fn has_room(&mut self) -> bool {
        let lane = self.lane;
        self.writer.has_room_in_sight() || (!self.stopped && self.writer.has_room(lane.cursors()))
    }

    /// Whether `n` items fit.
    #[inline]
    pub(crate) fn has_room_for(&mut self, n: usize) -> bool {
        let lane = self.lane;
        n <= lane.size() && (n == 0 || !self.stopped) && self.writer.has_room_for(lane.cursors(), word(n))
    }

    /// Writes and publishes one item.
    #[inline(always)]
    pub(crate) fn put(&mut self, value: T) -> Result<(), T> {
        if !self.has_room() {
            return Err(value);
        }
        let lane = self.lane;
        let reserved = self.writer.reserve_in_sight(lane.cursors());
        move_in(&reserved, lane, value);
        reserved.commit_one(lane.cursors());
        Ok(())
    }

    /// Writes one item and publishes when `every` items are unpublished, or when there is no room.
    #[inline]
    pub(crate) fn put_later(&mut self, value: T, every: Word) -> Result<(), T> {
        if !self.has_room() {
            return Err(value);
        }
        let lane = self.lane;
        let reserved = self.writer.reserve_in_sight(lane.cursors());
        move_in(&reserved, lane, value);
        reserved.commit_later(lane.cursors(), every);
        Ok(())
    }

    /// Reserves `n` slots, of which [`has_room_for`](Self::has_room_for) has made sure.
    #[inline]
    pub(crate) fn reserve_seen(&mut self, n: usize) -> WriteGrant<'_, T> {
        let lane = self.lane;
        let span = self.writer.reserve_seen(lane.cursors(), word(n)).into_span();
        WriteGrant::new(&mut *self.writer, lane, span)
    }

    /// Reserves up to `n` slots; the grant is empty when there is no room.
    #[inline]
    pub(crate) fn reserve(&mut self, n: usize) -> WriteGrant<'_, T> {
        let (lane, n) = (self.lane, if self.stopped { 0 } else { n });
        let span = self.writer.reserve(lane.cursors(), word(n)).into_span();
        WriteGrant::new(&mut *self.writer, lane, span)
    }

    /// Publishes what [`put_later`](Self::put_later) left.
    #[inline]
    pub(crate) fn flush(&mut self) {
        let lane = self.lane;
        self.writer.flush(lane.cursors());
    }

    /// How many items surely fit now.
    #[inline]
    pub(crate) fn vacant(&self) -> usize {
        if self.stopped { 0 } else { count(self.writer.vacant(self.lane.cursors())) }
    }

    /// Whether every slot was taken just now, by items that are not published yet as well.
    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.writer.vacant(self.lane.cursors()) == annulus_protocol::pos::ZERO
    }

    /// Tells the outlet, once, that this inlet overwrites.
    #[inline]
    pub(crate) fn announce_overwriting(&mut self) {
        if !self.overwrites {
            self.overwrites = true;
            self.lane.cursors().expect_overwriting();
        }
    }

    /// Takes the oldest item out, to make room where there is none.
    #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
    #[cold]
    pub(crate) fn evict(&mut self) -> Result<T, Refused> {
        let lane = self.lane;
        let oldest = self.writer.evict(lane.cursors())?;
        // SAFETY: the index of an evicted position is less than the size (I1).
        let slot = unsafe { lane.slots.at(oldest.index()) };
        // SAFETY: the position is committed, by this very thread, and under the hold it is ours alone (I2).
        let value = unsafe { slot.read() };
        oldest.release(lane.cursors());
        Ok(value)
    }
}

impl<T> Outlet<T> {
    /// Returns space every `credit` slots. `resumable` tells that the lane can be given another outlet after this one was
    /// forgotten: it then never keeps back a slot whose item it has moved out.
    ///
    /// # Safety
    /// (M2): no other outlet of this lane is used from now on, and the last one's work happens before this call.
    pub(crate) unsafe fn new(lane: Lane<T>, credit: usize, resumable: bool) -> Self {
        debug_assert!(credit == 1 || !resumable);
        let reader = Reader::resume(lane.cursors(), word(lane.size()), word(credit));
        Self { reader: Padded(reader), lane, resumable }
    }

    /// See [`Reader::settle`].
    #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
    pub(crate) fn settle(&mut self) {
        let lane = self.lane;
        self.reader.settle(lane.cursors());
    }

    pub(crate) fn lane(&self) -> &Lane<T> {
        &self.lane
    }

    /// A copy: see [`Inlet::copy`].
    #[inline(always)]
    pub(crate) fn copy(&self) -> Self {
        let Self { ref reader, lane, resumable } = *self;
        Self { reader: Padded(reader.copy()), lane, resumable }
    }

    #[inline]
    pub(crate) fn available(&self) -> usize {
        count(self.reader.available(self.lane.cursors(), word(self.lane.size())))
    }

    /// Moves the oldest item out.
    #[inline(always)]
    pub(crate) fn take(&mut self) -> Result<T, PopError> {
        let lane = self.lane;
        if !self.reader.has_item_in_sight() {
            match self.reader.glance(lane.cursors()) {
                Seen::Some => {}
                Seen::Nothing if !is_closed(lane.cursors()) => return Err(PopError::Empty),
                _ => {
                    let mut reader = self.reader.copy(); // see `Inlet::copy`
                    let result = take_with_care(&mut reader, lane);
                    *self.reader = reader;
                    return result;
                }
            }
        }
        let in_sight = count(self.reader.in_sight());
        let claimed = self.reader.claim_in_sight(lane.cursors());
        lane.slots.prefetch(claimed.span().start(), in_sight);
        let value = move_out(&claimed, lane);
        claimed.release_plainly(lane.cursors());
        Ok(value)
    }

    /// The oldest item, which stays where it is.
    #[inline]
    pub(crate) fn peek(&mut self) -> Result<&mut T, Refused> {
        let lane = self.lane;
        let claimed = self.reader.claim(lane.cursors(), ONE)?;
        // SAFETY: the start of a span that is not empty is less than the size (I3).
        let slot = unsafe { lane.slots.at(claimed.span().start()) };
        // SAFETY: claimed, so committed (I1, L1) and ours; the borrow of `self` keeps it from being released.
        Ok(unsafe { &mut *slot })
    }

    /// Claims up to `n` items, at least one unless `n` is zero.
    #[inline]
    pub(crate) fn claim(&mut self, n: usize) -> Result<ReadGrant<'_, T>, Refused> {
        let lane = self.lane;
        let span = self.reader.claim(lane.cursors(), word(n))?.into_span();
        Ok(ReadGrant::new(&mut *self.reader, lane, span, self.resumable))
    }

    /// How many items are in sight, after a short look if they are fewer than `n`; nothing if only another look can tell.
    #[inline]
    pub(crate) fn sees(&mut self, n: usize) -> Option<usize> {
        self.reader.sees(self.lane.cursors(), word(n)).map(count)
    }

    /// Claims `n` items, which it [`sees`](Self::sees).
    #[inline]
    pub(crate) fn claim_seen(&mut self, n: usize) -> ReadGrant<'_, T> {
        let lane = self.lane;
        let span = self.reader.claim_seen(lane.cursors(), word(n)).into_span();
        ReadGrant::new(&mut *self.reader, lane, span, self.resumable)
    }

    /// Claims everything there is, which may be nothing.
    pub(crate) fn claim_all(&mut self) -> ReadGrant<'_, T> {
        let lane = self.lane;
        let all = if self.reader.claim(lane.cursors(), Word::MAX).is_ok() { Word::MAX } else { ZERO };
        let Ok(claimed) = self.reader.claim(lane.cursors(), all) else {
            unreachable!("a claim of nothing is never refused, and what was found stays in sight")
        };
        let span = claimed.into_span();
        ReadGrant::new(&mut *self.reader, lane, span, self.resumable)
    }

    /// Before the outlet goes.
    pub(crate) fn leave(&mut self) {
        let lane = self.lane;
        self.reader.leave(lane.cursors());
    }

    /// Whether there is an item.
    #[inline]
    pub(crate) fn has_item(&mut self) -> Result<(), Refused> {
        let lane = self.lane;
        self.reader.has_item(lane.cursors())
    }
}

/// Out of line, to tell the compiler that finding nothing is the rarer case.
#[cold]
#[inline(never)]
fn is_closed(cursors: &Cursors) -> bool {
    cursors.is_closed()
}

/// For a reader to which a short look shows nothing clear, or nothing more for ever.
#[cold]
#[inline(never)]
fn take_with_care<T>(reader: &mut Reader, lane: Lane<T>) -> Result<T, PopError> {
    let mut take = || {
        let claimed = reader.claim_one(lane.cursors())?;
        let value = move_out(&claimed, lane);
        claimed.release(lane.cursors(), ONE);
        Ok(value)
    };
    match take() {
        Ok(value) => Ok(value),
        Err(Refused::Held) => Err(PopError::Busy),
        Err(Refused::Nothing) if !lane.cursors().is_closed() => Err(PopError::Empty),
        // Closed [C1], so a second look sees all that was ever pushed.
        Err(Refused::Nothing) => take().map_err(|_| PopError::Closed),
    }
}

/// Writes the first slot reserved, which has to be committed.
#[inline(always)]
fn move_in<T>(reserved: &Reserved<'_>, lane: Lane<T>, value: T) {
    // SAFETY: the start of a span that is not empty is less than the size (I3).
    let slot = unsafe { lane.slots.at(reserved.span().start()) };
    // SAFETY: the slot is reserved, so it is ours (I1); its last item was moved out before it was released (L2).
    unsafe { slot.write(value) };
}

/// The first item claimed. Follow with its release: it must not be read again.
#[inline(always)]
fn move_out<T>(claimed: &Claimed<'_>, lane: Lane<T>) -> T {
    // SAFETY: the start of a span that is not empty is less than the size (I3).
    let slot = unsafe { lane.slots.at(claimed.span().start()) };
    // SAFETY: the slot is claimed, so it is ours and committed (I1); its contents happen before the claim (L1).
    unsafe { slot.read() }
}

/// Drops what is committed and was not taken. Items dropped in place are released first: a panic in the drop of one
/// leaves none to be dropped twice.
///
/// # Safety
/// (M2): no end of this lane is in use, and what the last ones did happens before this call.
pub(crate) unsafe fn drop_committed<T>(lane: Lane<T>) {
    // SAFETY: no other outlet is in use (M2).
    let mut outlet = unsafe { Outlet::new(lane, 1, true) };
    let grant = outlet.claim_all();
    let all = grant.len();
    grant.release(all);
    outlet.leave();
}
