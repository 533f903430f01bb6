//! Data caches that do not watch the bus.
use core::ptr::NonNull;

/// What has to be done to the processor's data cache around a transfer of a device that does not see it; the bodies that are there do
/// nothing, which is right where caches are coherent or there are none.
///
/// Caches work on lines. A range begins and ends where the grant does; a line of its first or last byte may have other bytes in it, the
/// reader's or another grant's. So a line must not be discarded before it is cleaned, and what is written to those other bytes
/// during a transfer is best avoided: grants that are multiples of a line, from a ring that begins at one and is a multiple long, share none.
///
/// ```
/// use annulus::bytes::CacheMaintenance;
/// use core::ptr::NonNull;
///
/// struct Dcache;
/// # unsafe fn clean(_: NonNull<[u8]>) {}
/// # unsafe fn clean_and_invalidate(_: NonNull<[u8]>) {}
///
/// impl CacheMaintenance for Dcache {
///     unsafe fn before_device_writes(&mut self, range: NonNull<[u8]>) {
///         // SAFETY: the caller's promise.
///         unsafe { clean_and_invalidate(range) } // or a dirty line would be written back over what the device wrote
///     }
///     unsafe fn after_device_wrote(&mut self, range: NonNull<[u8]>) {
///         // SAFETY: the caller's promise.
///         unsafe { clean_and_invalidate(range) } // what was fetched ahead meanwhile is old
///     }
///     unsafe fn before_device_reads(&mut self, range: NonNull<[u8]>) {
///         // SAFETY: the caller's promise.
///         unsafe { clean(range) } // what the processor wrote has to be in memory
///     }
/// }
/// ```
pub trait CacheMaintenance {
    /// Before a device may write to the range: no line of it may be dirty any more.
    ///
    /// # Safety
    /// The range can be read and written, and nobody but the caller touches it during the call.
    unsafe fn before_device_writes(&mut self, range: NonNull<[u8]>) {
        let _ = range;
    }

    /// After a device has written to the range, before the processor reads it: no line of it may be older than that.
    ///
    /// # Safety
    /// As [`before_device_writes`](Self::before_device_writes); and the device is done.
    unsafe fn after_device_wrote(&mut self, range: NonNull<[u8]>) {
        let _ = range;
    }

    /// Before a device may read the range: what the processor wrote has to be where the device reads.
    ///
    /// # Safety
    /// As [`before_device_writes`](Self::before_device_writes).
    unsafe fn before_device_reads(&mut self, range: NonNull<[u8]>) {
        let _ = range;
    }

    /// After a device has read the range.
    ///
    /// # Safety
    /// As [`before_device_writes`](Self::before_device_writes); and the device is done.
    unsafe fn after_device_read(&mut self, range: NonNull<[u8]>) {
        let _ = range;
    }
}

/// The device sees what the processor writes, and the other way round: nothing to do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Coherent;

impl CacheMaintenance for Coherent {}
