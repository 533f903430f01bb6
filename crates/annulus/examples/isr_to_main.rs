//! An interrupt fills a ring in a `static`, and the main loop empties it. The interrupt is a signal here, which stops the main loop between
//! any two instructions as an interrupt would, and never waits for it. Ends by itself, and fails if a byte is lost, doubled or
//! out of order.
//!
//! ```sh
//! cargo run --release -p annulus --example isr_to_main
//! ```
#[cfg(not(unix))]
fn main() {
    println!("there are no signals here");
}

#[cfg(unix)]
fn main() {
    unix::main();
}

#[cfg(unix)]
mod unix {
    use annulus::bytes::{Borrowed, Buffer, ReadError, Writer};
    use std::cell::UnsafeCell;
    use std::io;

    /// How many bytes are to come.
    const BYTES: usize = 20_000;

    static BUFFER: Buffer<96> = Buffer::new();

    /// What the interrupt has for itself.
    struct Interrupt {
        writer: Writer<Borrowed<'static>>,
        /// How many bytes it has put into the ring.
        sent: usize,
    }

    struct Shelf(UnsafeCell<Option<Interrupt>>);

    // SAFETY: the main loop is done with it before the signal is let through, and the handler is not interrupted by itself.
    unsafe impl Sync for Shelf {}

    static SHELF: Shelf = Shelf(UnsafeCell::new(None));

    fn byte(place: usize) -> u8 {
        (place ^ (place >> 8)) as u8
    }

    /// As many bytes as there are and fit. Takes no lock and no memory, and does not wait: all that an interrupt may not.
    extern "C" fn interrupt(_: libc::c_int) {
        // SAFETY: see `Shelf`.
        let Some(Interrupt { writer, sent }) = (unsafe { &mut *SHELF.0.get() }) else { return };
        let want = (1 + *sent % 37).min(BYTES - *sent);
        if let Ok(mut grant) = writer.grant_up_to(want) {
            let n = grant.len();
            grant.iter_mut().enumerate().for_each(|(k, place)| *place = byte(*sent + k));
            grant.commit(n);
            *sent += n;
        }
        if *sent == BYTES {
            writer.close();
        }
    }

    pub(super) fn main() {
        let (writer, mut reader) = BUFFER.try_split().expect("nobody else has the ends");
        // SAFETY: the signal is not let through yet.
        unsafe { *SHELF.0.get() = Some(Interrupt { writer, sent: 0 }) };
        let_signals_through().expect("a handler for the timer's signal");

        let (mut place, mut looks) = (0, 0_u64);
        loop {
            match reader.read() {
                Ok(grant) => {
                    for (k, found) in grant.iter().enumerate() {
                        assert_eq!(*found, byte(place + k), "byte {}", place + k);
                    }
                    let n = grant.len();
                    place += n;
                    grant.release(n);
                }
                Err(ReadError::Empty) => {
                    looks += 1;
                    if looks.is_multiple_of(1024) {
                        // A device that is quick: an interrupt at once, beside those of the timer.
                        // SAFETY: no memory is touched but by the handler.
                        unsafe { libc::raise(libc::SIGALRM) };
                    }
                }
                Err(_) => break,
            }
        }
        assert_eq!(place, BYTES);
        println!("{place} bytes came through, each once and in order");
    }

    fn let_signals_through() -> io::Result<()> {
        let check = |failed: libc::c_int| if failed == 0 { Ok(()) } else { Err(io::Error::last_os_error()) };
        // SAFETY: a plain structure, of which zeros are a value.
        let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
        let handler: extern "C" fn(libc::c_int) = interrupt;
        action.sa_sigaction = handler as usize;
        action.sa_flags = libc::SA_RESTART;
        // SAFETY: both are valid, and the handler does what a handler may.
        check(unsafe { libc::sigaction(libc::SIGALRM, &action, std::ptr::null_mut()) })?;
        let every = libc::timeval { tv_sec: 0, tv_usec: 100 };
        let timer = libc::itimerval { it_interval: every, it_value: every };
        // SAFETY: it is valid.
        check(unsafe { libc::setitimer(libc::ITIMER_REAL, &timer, std::ptr::null_mut()) })
    }
}
