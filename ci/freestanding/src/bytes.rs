//! Bytes in a static: grants that never wrap.

use annulus::bytes::{Borrowed, Buffer, Reader, Writer};
use core::cell::UnsafeCell;
use core::ptr::null_mut;

static BUFFER: Buffer<10> = Buffer::new();

type Ends = (Writer<Borrowed<'static>>, Reader<Borrowed<'static>>);

/// The ends, between calls from C.
struct Shelf(UnsafeCell<Option<Ends>>);

// SAFETY: the program has one thread; see `bytes.c`.
unsafe impl Sync for Shelf {}

static SHELF: Shelf = Shelf(UnsafeCell::new(None));

fn ends() -> &'static mut Ends {
    // SAFETY: one thread, and no function here calls another that has the ends.
    let shelf = unsafe { &mut *SHELF.0.get() };
    shelf.get_or_insert_with(|| BUFFER.try_split().expect("nobody else has the ends"))
}

/// Room for `n` bytes next to each other, or null. The same room is granted until something is committed.
#[unsafe(no_mangle)]
pub extern "C" fn bytes_grant(n: usize) -> *mut u8 {
    ends().0.grant_exact(n).map_or(null_mut(), |mut grant| grant.as_mut_ptr())
}

/// Publishes the first `used` bytes of the room for `n`; 1 if there was such room.
#[unsafe(no_mangle)]
pub extern "C" fn bytes_commit(n: usize, used: usize) -> u32 {
    match ends().0.grant_exact(n) {
        Ok(grant) if used <= n => {
            grant.commit(used);
            1
        }
        _ => 0,
    }
}

/// The oldest bytes that lie next to each other, and how many they are; or null.
///
/// # Safety
/// `n` can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bytes_read(n: *mut usize) -> *const u8 {
    let Ok(grant) = ends().1.read() else { return null_mut() };
    // SAFETY: the caller's promise.
    unsafe { *n = grant.len() };
    grant.as_ptr()
}

/// Hands the first `n` of them back; 1 if there were so many.
#[unsafe(no_mangle)]
pub extern "C" fn bytes_release(n: usize) -> u32 {
    match ends().1.read() {
        Ok(grant) if n <= grant.len() => {
            grant.release(n);
            1
        }
        _ => 0,
    }
}
