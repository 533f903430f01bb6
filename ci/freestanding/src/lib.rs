//! A ring in a static, for C: no standard library, no allocator. `cargo xtask test --only freestanding` links it
//! with `start.c` and nothing else, sees that no symbol is left open, and runs it.
#![no_std]

use annulus::spsc::{Borrowed, Consumer, Producer, Ring};
use core::cell::UnsafeCell;

pub mod uart;

static RING: Ring<u32, 5> = Ring::new();

type Ends = (Producer<u32, Borrowed<'static>>, Consumer<u32, Borrowed<'static>>);

/// The ends, between calls from C.
struct Shelf(UnsafeCell<Option<Ends>>);

// SAFETY: the program has one thread; see `start.c`.
unsafe impl Sync for Shelf {}

static SHELF: Shelf = Shelf(UnsafeCell::new(None));

fn ends() -> &'static mut Ends {
    // SAFETY: one thread, and no function here calls another that has the ends.
    let shelf = unsafe { &mut *SHELF.0.get() };
    shelf.get_or_insert_with(|| RING.try_split().expect("nobody else has the ends"))
}

/// 1 if there was room.
#[unsafe(no_mangle)]
pub extern "C" fn ring_push(value: u32) -> u32 {
    ends().0.push(value).is_ok().into()
}

/// 1 if there was an item, which is then in `value`.
///
/// # Safety
/// `value` can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ring_pop(value: *mut u32) -> u32 {
    let Ok(item) = ends().1.pop() else { return 0 };
    // SAFETY: the caller's promise.
    unsafe { *value = item };
    1
}

/// Writes `n` items in place, `first` and the numbers after it, if there is room for all of them.
#[unsafe(no_mangle)]
pub extern "C" fn ring_count_up(first: u32, n: u32) -> u32 {
    let Ok(grant) = ends().0.reserve_many(n as usize) else { return 0 };
    let mut next = first;
    grant.fill_with(|| {
        let item = next;
        next = next.wrapping_add(1);
        item
    });
    1
}

/// The sum of the `n` oldest items, read in place; 0 if there are fewer.
#[unsafe(no_mangle)]
pub extern "C" fn ring_sum(n: u32) -> u32 {
    let Ok(grant) = ends().1.claim_many(n as usize) else { return 0 };
    let (one, two) = grant.as_slices();
    let sum = one.iter().chain(two).fold(0u32, |sum, item| sum.wrapping_add(*item));
    grant.release(n as usize);
    sum
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
