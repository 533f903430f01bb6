//! An experiment, not a comparison of crates: where to put the words that say whose turn it is.
//!
//! ```text
//! packed       turns |t|t|t|t|t|t|t|t|   values |v|v|v|v|v|v|v|v|      8 or 4 bytes a turn
//! spread       the same arrays, neighbouring positions a cache line apart in the first, or in both
//! beside       |t v|t v|t v|t v|                                       as D. Vyukov has it
//! padded       |t      |t      |t      |    values |v|v|v|v|v|v|v|v|   a line for each turn
//! ```
//! The algorithm is that of `annulus_protocol::turns` (see there for its orderings), once, over a [`Layout`]; without
//! the close, and for sizes that are powers of two and known to the compiler, which removes every bounds check.

use std::array;
use std::hint::spin_loop;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering, fence};

use crate::many::Entry;
use crate::peers::{ManyPeer, shared};

/// Every layout, the shipped one first, for each capacity of the tables.
pub fn entries() -> Vec<Entry> {
    [sized::<64>(), sized::<1024>()].into_iter().flatten().collect()
}

fn sized<const N: usize>() -> [Entry; 6] {
    [
        Entry::plain::<Ring<Packed<N>>>(),
        Entry::plain::<Ring<Narrow<N>>>(),
        Entry::plain::<Ring<Spread<N, false>>>(),
        Entry::plain::<Ring<Spread<N, true>>>(),
        Entry::plain::<Ring<Beside<N>>>(),
        Entry::plain::<Ring<Alone<N>>>(),
    ]
}

/// What is added to a free turn by who has written the slot.
const READY: u64 = 1;

/// Where the turn and the value of a position are.
trait Layout: Send + Sync + 'static {
    const NAME: &'static str;
    const SIZE: usize;
    const SHIPPED: bool = false;

    fn new() -> Self;
    /// The turn of the slot of `at` ahead of the turn that is free in that lap.
    fn ahead(&self, at: u64) -> i64;
    /// Stores that turn, so far ahead.
    fn hand_on(&self, at: u64, ahead: u64);
    fn value(&self, at: u64) -> &AtomicU64;
}

/// The turn of a free slot in the lap of `at`.
#[inline(always)]
fn free<const N: usize>(at: u64) -> u64 {
    at & !(N as u64 - 1)
}

#[inline(always)]
fn index<const N: usize>(at: u64) -> usize {
    const { assert!(N.is_power_of_two() && N >= PER_LINE * 2) };
    at as usize % N
}

fn zeros<T: Default, const N: usize>() -> Box<[T; N]> {
    Box::new(array::from_fn(|_| T::default()))
}

macro_rules! turns {
    ($word:ty, $signed:ty) => {
        #[inline(always)]
        fn ahead(&self, at: u64) -> i64 {
            let turn = self.turn(at).load(Ordering::Acquire); // pairs with `hand_on`
            turn.wrapping_sub(free::<N>(at) as $word) as $signed as i64
        }

        #[inline(always)]
        fn hand_on(&self, at: u64, ahead: u64) {
            let turn = free::<N>(at).wrapping_add(ahead) as $word;
            self.turn(at).store(turn, Ordering::Release); // pairs with `ahead`
        }
    };
}

/// Two arrays, 8 bytes a turn.
struct Packed<const N: usize> {
    turns: Box<[AtomicU64; N]>,
    values: Box<[AtomicU64; N]>,
}

impl<const N: usize> Packed<N> {
    #[inline(always)]
    fn turn(&self, at: u64) -> &AtomicU64 {
        &self.turns[index::<N>(at)]
    }
}

impl<const N: usize> Layout for Packed<N> {
    const NAME: &'static str = "packed/8";
    const SIZE: usize = N;
    const SHIPPED: bool = true;

    fn new() -> Self {
        Self { turns: zeros(), values: zeros() }
    }

    turns!(u64, i64);

    #[inline(always)]
    fn value(&self, at: u64) -> &AtomicU64 {
        &self.values[index::<N>(at)]
    }
}

/// Two arrays, 4 bytes a turn.
struct Narrow<const N: usize> {
    turns: Box<[AtomicU32; N]>,
    values: Box<[AtomicU64; N]>,
}

impl<const N: usize> Narrow<N> {
    #[inline(always)]
    fn turn(&self, at: u64) -> &AtomicU32 {
        &self.turns[index::<N>(at)]
    }
}

impl<const N: usize> Layout for Narrow<N> {
    const NAME: &'static str = "packed/4";
    const SIZE: usize = N;

    fn new() -> Self {
        Self { turns: zeros(), values: zeros() }
    }

    turns!(u32, i32);

    #[inline(always)]
    fn value(&self, at: u64) -> &AtomicU64 {
        &self.values[index::<N>(at)]
    }
}

/// 8-byte words in a line of 64 bytes.
const PER_LINE: usize = 8;

/// Two arrays in which neighbouring positions lie a line apart: only the turns, or the values as well.
struct Spread<const N: usize, const VALUES: bool> {
    turns: Box<[AtomicU64; N]>,
    values: Box<[AtomicU64; N]>,
}

/// Rotates the bits of the index: those that say where in a line change last.
#[inline(always)]
fn spread<const N: usize>(at: u64) -> usize {
    let index = index::<N>(at);
    ((index * PER_LINE) % N) | (index / (N / PER_LINE))
}

impl<const N: usize, const VALUES: bool> Spread<N, VALUES> {
    #[inline(always)]
    fn turn(&self, at: u64) -> &AtomicU64 {
        &self.turns[spread::<N>(at) % N]
    }
}

impl<const N: usize, const VALUES: bool> Layout for Spread<N, VALUES> {
    const NAME: &'static str = if VALUES { "spread/8, values too" } else { "spread/8" };
    const SIZE: usize = N;

    fn new() -> Self {
        Self { turns: zeros(), values: zeros() }
    }

    turns!(u64, i64);

    #[inline(always)]
    fn value(&self, at: u64) -> &AtomicU64 {
        &self.values[if VALUES { spread::<N>(at) % N } else { index::<N>(at) }]
    }
}

/// One array of turns and values, 16 bytes each, none across two lines.
struct Beside<const N: usize> {
    slots: Box<[Slot; N]>,
}

#[repr(align(16))]
#[derive(Default)]
struct Slot {
    turn: AtomicU64,
    value: AtomicU64,
}

impl<const N: usize> Beside<N> {
    #[inline(always)]
    fn turn(&self, at: u64) -> &AtomicU64 {
        &self.slots[index::<N>(at)].turn
    }
}

impl<const N: usize> Layout for Beside<N> {
    const NAME: &'static str = "beside/8";
    const SIZE: usize = N;

    fn new() -> Self {
        Self { slots: zeros() }
    }

    turns!(u64, i64);

    #[inline(always)]
    fn value(&self, at: u64) -> &AtomicU64 {
        &self.slots[index::<N>(at)].value
    }
}

/// Two arrays, a line for each turn.
struct Alone<const N: usize> {
    turns: Box<[Line; N]>,
    values: Box<[AtomicU64; N]>,
}

#[repr(align(64))]
#[derive(Default)]
struct Line(AtomicU64);

impl<const N: usize> Alone<N> {
    #[inline(always)]
    fn turn(&self, at: u64) -> &AtomicU64 {
        &self.turns[index::<N>(at)].0
    }
}

impl<const N: usize> Layout for Alone<N> {
    const NAME: &'static str = "padded/64";
    const SIZE: usize = N;

    fn new() -> Self {
        Self { turns: zeros(), values: zeros() }
    }

    turns!(u64, i64);

    #[inline(always)]
    fn value(&self, at: u64) -> &AtomicU64 {
        &self.values[index::<N>(at)]
    }
}

/// As in `annulus_protocol::pad`.
#[repr(align(128))]
#[derive(Default)]
struct Cursor(AtomicU64);

struct Queue<L> {
    write: Cursor,
    read: Cursor,
    slots: L,
}

/// Names a queue of this layout.
struct Ring<L>(PhantomData<L>);

impl<L: Layout> Queue<L> {
    #[inline(always)]
    fn push(&self, value: u64) -> bool {
        let full = |at, read| read + L::SIZE as u64 == at;
        let Some(at) = self.next(&self.write, 0, &self.read, full) else { return false };
        self.slots.value(at).store(value, Ordering::Relaxed); // only this thread's own; the turn hands it on
        self.slots.hand_on(at, READY);
        true
    }

    #[inline(always)]
    fn pop(&self) -> Option<u64> {
        let at = self.next(&self.read, READY as i64, &self.write, |at, write| write == at)?;
        let value = self.slots.value(at).load(Ordering::Relaxed); // only this thread's own
        self.slots.hand_on(at, L::SIZE as u64);
        Some(value)
    }

    /// Moves the cursor past a position whose turn has come. `done` tells full or empty from busy, which is all one here.
    #[inline(always)]
    fn next(
        &self,
        cursor: &Cursor,
        due: i64,
        other: &Cursor,
        done: impl Fn(u64, u64) -> bool,
    ) -> Option<u64> {
        let mut at = cursor.0.load(Ordering::Relaxed);
        let mut races = 0;
        loop {
            let ahead = self.slots.ahead(at);
            if ahead == due {
                match cursor.0.compare_exchange(at, at + 1, Ordering::Relaxed, Ordering::Relaxed) {
                    Ok(_) => return Some(at),
                    Err(now) => at = now,
                }
            } else if ahead < due {
                why_not(at, other, done);
                return None;
            } else {
                at = cursor.0.load(Ordering::Relaxed);
            }
            for _ in 0..1 << races {
                spin_loop();
            }
            races = 6.min(races + 1);
        }
    }
}

/// The look at the other cursor that the answer costs.
#[cold]
fn why_not(at: u64, other: &Cursor, done: impl Fn(u64, u64) -> bool) -> bool {
    fence(Ordering::SeqCst);
    std::hint::black_box(done(at, other.0.load(Ordering::Relaxed)))
}

impl<L: Layout> ManyPeer for Ring<L> {
    const NAME: &'static str = L::NAME;
    const PACKAGE: &'static str = "annulus-bench";
    const OURS: bool = L::SHIPPED;
    type Tx = Arc<Queue<L>>;
    type Rx = Arc<Queue<L>>;

    fn fits(capacity: usize) -> bool {
        capacity == L::SIZE
    }

    fn new(_capacity: usize, writers: usize, readers: usize) -> (Vec<Self::Tx>, Vec<Self::Rx>) {
        let queue = Queue { write: Cursor::default(), read: Cursor::default(), slots: L::new() };
        shared(queue, writers, readers)
    }

    #[inline(always)]
    fn push(tx: &mut Self::Tx, value: u64) -> bool {
        tx.push(value)
    }

    #[inline(always)]
    fn pop(rx: &mut Self::Rx) -> Option<u64> {
        rx.pop()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreading_gives_every_position_of_a_lap_its_own_place_a_line_from_the_last() {
        let mut places: Vec<usize> = (0..64).map(spread::<64>).collect();
        assert!(places.windows(2).all(|pair| pair[0] / PER_LINE != pair[1] / PER_LINE));
        places.sort_unstable();
        assert!(places.into_iter().eq(0..64));
    }

    #[test]
    fn a_narrow_turn_goes_on_where_it_wraps() {
        let ring = Narrow::<64>::new();
        let at = (u32::MAX as u64 / 64) * 64; // the last lap before the wrap
        ring.hand_on(at, 0);
        assert_eq!(ring.ahead(at), 0);
        ring.hand_on(at, 64);
        assert_eq!((ring.ahead(at + 64), ring.ahead(at)), (0, 64));
    }
}
