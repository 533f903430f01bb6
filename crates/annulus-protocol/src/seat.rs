//! Claiming an end of a ring, giving it back, taking it over.
//!
//! A ring in a `static`, or in memory that processes share, has no constructor that hands out each end once. A
//! seat does: a word that names who has the end.
//!
//! | edge | Release store / CAS   | Acquire CAS             | carries                                     |
//! | S1   | `leave`               | `claim`, `take_over`    | all that the last holder did with the end   |
//! | S2   | `Pair::leave`         | the last `Pair::leave`  | all that the other end did                  |
//! | S3   | `Pair::free`          | `Pair::take`            | all that the last one did after that        |
use super::life::End;
use super::sync::{AtomicU32, Ordering};

/// The place of one end. Zero is nobody; other values are the holder's business (a process id, or just 1).
#[repr(C)]
#[derive(Debug)]
pub struct Seat {
    holder: AtomicU32,
}

/// Nobody's seat.
const FREE: u32 = 0;

impl Seat {
    const_fn! {
        /// Free.
        pub const fn new() -> Self {
            Self { holder: AtomicU32::new(FREE) }
        }
    }

    /// Takes a free seat for `me`, which must not be zero.
    ///
    /// # Errors
    /// The holder, if there is one.
    pub fn claim(&self, me: u32) -> Result<(), u32> {
        self.take_over(FREE, me)
    }

    /// Takes the seat from `before`, whose death the caller has made sure of.
    ///
    /// # Errors
    /// The holder, if it is not `before`: somebody else was quicker.
    pub fn take_over(&self, before: u32, me: u32) -> Result<(), u32> {
        debug_assert!(me != FREE, "a holder's name must not be zero");
        // [S1] pairs with `leave`. Relaxed on failure: the name is only reported.
        self.holder.compare_exchange(before, me, Ordering::Acquire, Ordering::Relaxed).map(|_| ()) // [S1]
    }

    /// Gives the seat back. Changes nothing, and says so, if `me` no longer has it.
    pub fn leave(&self, me: u32) -> bool {
        // [S1] pairs with `claim` and `take_over`. Relaxed on failure: nothing was given back.
        self.holder.compare_exchange(me, FREE, Ordering::Release, Ordering::Relaxed).is_ok() // [S1]
    }

    /// Who has the seat just now, if anybody.
    pub fn holder(&self) -> Option<u32> {
        let holder = self.holder.load(Ordering::Relaxed); // news, not permission
        (holder != FREE).then_some(holder)
    }
}

impl End {
    fn bit(self) -> u32 {
        match self {
            End::Writer => 1,
            End::Reader => 2,
        }
    }
}

/// Both ends of a ring within one process, handed out together: who is the last to go?
///
/// ```text
///   free --- take ---> both out --- leave ---> one out --- leave, the last ---> being put away --- free ---> free
/// ```
#[repr(C)]
#[derive(Debug)]
pub struct Pair {
    out: AtomicU32,
}

/// Nobody has an end, but the last one to go is not done with the ring.
const PUTTING_AWAY: u32 = 4;

impl Pair {
    const_fn! {
        /// Both ends at home.
        pub const fn new() -> Self {
            Self { out: AtomicU32::new(FREE) }
        }
    }

    /// Both ends out already: for a ring that is made together with its ends.
    pub fn taken() -> Self {
        Self { out: AtomicU32::new(End::Writer.bit() | End::Reader.bit() | PUTTING_AWAY) }
    }

    /// Takes both ends, if both are at home.
    #[must_use]
    pub fn take(&self) -> bool {
        let out = End::Writer.bit() | End::Reader.bit() | PUTTING_AWAY;
        // [S3] pairs with `free`. Relaxed on failure: nothing was taken.
        self.out.compare_exchange(FREE, out, Ordering::Acquire, Ordering::Relaxed).is_ok() // [S3]
    }

    /// Gives one end back, once. Tells whether it was the last: then the ring is the caller's alone until
    /// [`free`](Self::free).
    #[must_use]
    pub fn leave(&self, end: End) -> bool {
        self.out.fetch_and(!end.bit(), Ordering::AcqRel) == end.bit() | PUTTING_AWAY // [S2] both of its ends
    }

    /// Puts the ring back, after the last end has gone.
    pub fn free(&self) {
        self.out.store(FREE, Ordering::Release); // [S3] pairs with `take`
    }
}

impl Default for Pair {
    fn default() -> Self {
        Self::new()
    }
}

impl Default for Seat {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_seat_is_claimed_once_until_it_is_given_back() {
        let seat = Seat::new();
        assert_eq!(seat.claim(7), Ok(()));
        assert_eq!(seat.claim(8), Err(7));
        assert!(!seat.leave(8), "only the holder leaves");
        assert_eq!(seat.holder(), Some(7));
        assert!(seat.leave(7));
        assert_eq!(seat.claim(8), Ok(()));
    }

    #[test]
    fn both_ends_come_home_before_they_go_out_again() {
        let pair = Pair::new();
        assert!(pair.take());
        assert!(!pair.take());
        assert!(!pair.leave(End::Reader));
        assert!(!pair.take());
        assert!(pair.leave(End::Writer), "the last one");
        assert!(!pair.take(), "it is still putting the ring away");
        pair.free();
        assert!(pair.take());
    }

    #[test]
    fn a_seat_is_taken_over_from_the_one_that_died_and_from_nobody_else() {
        let seat = Seat::new();
        seat.claim(7).unwrap();
        assert_eq!(seat.take_over(6, 8), Err(7));
        assert_eq!(seat.take_over(7, 8), Ok(()));
        assert_eq!(seat.take_over(7, 9), Err(8), "the second heir comes too late");
        assert!(!seat.leave(7), "a seat that was taken over cannot be given back by the one before");
    }
}
