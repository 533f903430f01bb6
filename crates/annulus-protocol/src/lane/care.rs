//! The steps of a reader that is lazy, or polite to a writer that overwrites.
use super::super::hold::PATIENCE;
use super::super::pos::{ONE, Word, ZERO};
use super::side::Side;
use super::{Care, Cursors, Refused};

impl Care {
    #[inline]
    pub(super) fn become_polite(&mut self) {
        self.patience = PATIENCE;
        self.plain = false;
    }

    /// Becomes polite if a writer has asked for it.
    #[inline]
    pub(super) fn heed(&mut self, cursors: &Cursors) {
        if self.patience == 0 && !self.alone && cursors.hold.is_asked() {
            self.become_polite();
        }
    }

    /// Looks for `want` positions, having taken the hold first if it is not ours.
    #[cold]
    #[inline(never)]
    pub(super) fn look(&mut self, side: &mut Side, cursors: &Cursors, want: Word) -> Result<(), Refused> {
        if !self.holding {
            self.take_hold(side, cursors)?;
        }
        self.heed(cursors);
        self.unhide(side);
        if side.in_sight() < want {
            side.look(&mut self.ledger, &cursors.released, &cursors.committed, ZERO);
        }
        if side.has_next_in_sight() {
            return Ok(());
        }
        self.finish(side, cursors);
        Err(Refused::Nothing)
    }

    #[inline(never)]
    pub(super) fn release(&mut self, side: &mut Side, cursors: &Cursors, n: Word) {
        self.unhide(side);
        side.publish_later(&mut self.ledger, &cursors.released, n, self.credit);
        if self.patience == 0 { self.hide(side) } else { self.finish(side, cursors) }
    }

    #[inline]
    pub(super) fn hide(&mut self, side: &mut Side) {
        self.hidden = self.hidden.wrapping_add(side.in_sight());
        side.forget();
    }

    #[inline]
    pub(super) fn unhide(&mut self, side: &mut Side) {
        side.remember(self.hidden);
        self.hidden = ZERO;
    }

    #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
    pub(super) fn take_hold(&mut self, side: &mut Side, cursors: &Cursors) -> Result<(), Refused> {
        if !cursors.hold.try_take() {
            return Err(Refused::Held);
        }
        self.holding = true;
        side.catch_up(&mut self.ledger, &cursors.released); // a writer may have evicted meanwhile (H1)
        if cursors.hold.is_asked() {
            return Ok(());
        }
        self.patience = self.patience.saturating_sub(1);
        self.plain = self.patience == 0 && self.credit == ONE;
        Ok(())
    }

    #[cfg(not(any(target_has_atomic = "ptr", feature = "portable-atomic")))]
    pub(super) fn take_hold(&mut self, _: &mut Side, _: &Cursors) -> Result<(), Refused> {
        Ok(())
    }

    /// Shows what is owed, and gives the hold back unless it is kept for good.
    #[inline]
    pub(super) fn finish(&mut self, side: &mut Side, cursors: &Cursors) {
        side.show_owed(&mut self.ledger, &cursors.released);
        self.rest(side, cursors);
    }

    /// Gives the hold back unless it is kept for good. What has been seen may then be evicted, so it is forgotten.
    #[inline]
    pub(super) fn rest(&mut self, side: &mut Side, cursors: &Cursors) {
        if self.patience == 0 {
            self.hide(side);
        } else if self.holding {
            side.show_owed(&mut self.ledger, &cursors.released); // who holds next must not find what was taken
            side.forget();
            self.hidden = ZERO;
            self.holding = false;
            cursors.hold.give_back();
        }
    }
}
