//! A driver in the style of RTIC or Embassy: the ring is a static, `init` splits it, the interrupt owns one end with two transfers in
//! flight, and the task owns the other. Where such a framework hands the parts to interrupt and task, here is a shelf.
use annulus::bytes::{Borrowed, Buffer, Reader, Ticket, WritePipeline};
use core::cell::UnsafeCell;
use core::ptr::NonNull;

/// The bytes of one transfer.
const TRANSFER: usize = 4;

static RECEIVED: Buffer<16> = Buffer::new();

/// What the interrupt owns.
struct Interrupt {
    pipeline: WritePipeline<Borrowed<'static>, 2>,
    /// Where the controller writes now, and where it goes on when that is full.
    now: Option<Ticket>,
    next: Option<Ticket>,
}

/// What the task owns.
struct Task {
    reader: Reader<Borrowed<'static>>,
}

struct Shelf<T>(UnsafeCell<Option<T>>);

// SAFETY: the program has one thread; see `uart.c`.
unsafe impl<T> Sync for Shelf<T> {}

static INTERRUPT: Shelf<Interrupt> = Shelf(UnsafeCell::new(None));
static TASK: Shelf<Task> = Shelf(UnsafeCell::new(None));

impl<T> Shelf<T> {
    #[expect(clippy::mut_from_ref, reason = "one at a time: see below")]
    fn get(&self) -> &mut Option<T> {
        // SAFETY: one thread, and each function here takes a shelf once.
        unsafe { &mut *self.0.get() }
    }
}

/// 1 if the ends were there to be had.
#[unsafe(no_mangle)]
pub extern "C" fn uart_init() -> u32 {
    let Some((writer, reader)) = RECEIVED.try_split() else { return 0 };
    *INTERRUPT.get() = Some(Interrupt { pipeline: writer.into_pipeline(), now: None, next: None });
    *TASK.get() = Some(Task { reader });
    1
}

/// Where the controller is to write next, `TRANSFER` bytes; null if there is no room, or two transfers are set up.
#[unsafe(no_mangle)]
pub extern "C" fn uart_arm() -> *mut u8 {
    let Some(Interrupt { pipeline, now, next }) = INTERRUPT.get() else { return core::ptr::null_mut() };
    let Ok(ticket) = pipeline.grant_exact(TRANSFER) else { return core::ptr::null_mut() };
    let region: NonNull<u8> = pipeline.region(&ticket).cast();
    *if now.is_none() { now } else { next } = Some(ticket);
    region.as_ptr()
}

/// The interrupt: the first of the transfers has ended after `n` bytes.
#[unsafe(no_mangle)]
pub extern "C" fn uart_interrupt(n: u32) {
    let Some(Interrupt { pipeline, now, next }) = INTERRUPT.get() else { return };
    if let Some(ticket) = now.take() {
        let n = ticket.len().min(n as usize);
        pipeline.complete(ticket, n);
        *now = next.take();
    }
}

/// The sum of all that has come in, which is released, and how many bytes it was, times 65536.
#[unsafe(no_mangle)]
pub extern "C" fn uart_task() -> u32 {
    let Some(Task { reader }) = TASK.get() else { return 0 };
    let Ok(grant) = reader.read_split() else { return 0 };
    let ((first, second), n) = (grant.as_slices(), grant.len());
    let sum = first.iter().chain(second).fold(0_u32, |sum, byte| sum + u32::from(*byte));
    grant.release(n);
    sum + ((n as u32) << 16)
}
