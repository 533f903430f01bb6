//! Rings in statics, for C: no standard library, no allocator. `cargo xtask test --only freestanding` links each with a program of
//! its own, `lane.c`, `bytes.c` or `uart.c`, and nothing else, sees that no symbol is left open, and runs it.
#![no_std]

mod bytes;
mod lane;
mod uart;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
