//! A DMA engine, simulated by a thread that writes to addresses it is told, fills grants of a ring of bytes: first one at a time, by grants that
//! own the writer and go into the transfer; then two at a time, so that the engine always has the next one. Ends by itself, and
//! fails if a byte is lost, doubled or out of order.
//!
//! ```sh
//! cargo run --release -p annulus --example dma_grant
//! ```
use annulus::bytes::{
    Borrowed, Buffer, CacheMaintenance, FlightError, GrantError, Lent, OwnedGrant, ReadError, Ticket, Writer,
};
use std::ptr::NonNull;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// So many bytes come in each of the two ways.
const BYTES: usize = 200_000;

/// What one transfer brings at most.
const TRANSFER: usize = 512;

static BUFFER: Buffer<2048> = Buffer::new();

type Static = Borrowed<'static>;

/// Where to write, and where the bytes in the stream begin: what the registers of a channel hold.
struct Descriptor {
    to: NonNull<[u8]>,
    place: usize,
}

// SAFETY: an address; who may write there is said by whoever makes a descriptor.
unsafe impl Send for Descriptor {}

/// The byte at a place in the stream.
fn byte(place: usize) -> u8 {
    (place ^ (place >> 8)) as u8
}

/// The engine: one transfer after the other, each reported when it is done.
fn engine(descriptors: &Receiver<Descriptor>, done: &Sender<()>) {
    while let Ok(Descriptor { to, place }) = descriptors.recv() {
        for k in 0..to.len() {
            // SAFETY: within the region.
            let to = unsafe { to.cast::<u8>().add(k) };
            // SAFETY: whoever made the descriptor keeps the region for this engine until it reports.
            unsafe { to.write_volatile(byte(place + k)) };
        }
        if done.send(()).is_err() {
            return;
        }
    }
}

/// Stands for the cache of a processor that has to be told. This one does not.
struct Dcache;

impl CacheMaintenance for Dcache {
    unsafe fn before_device_writes(&mut self, range: NonNull<[u8]>) {
        assert!(!range.is_empty()); // here: clean and invalidate the lines of the range
    }
}

/// A transfer that is going on. It has the grant, so that nobody else can have its bytes.
struct Transfer<'d> {
    lent: Lent<OwnedGrant<Static>, Dcache>,
    done: &'d Receiver<()>,
}

impl<'d> Transfer<'d> {
    fn start(
        grant: OwnedGrant<Static>,
        place: usize,
        to: &Sender<Descriptor>,
        done: &'d Receiver<()>,
    ) -> Self {
        let lent = grant.lend(Dcache);
        to.send(Descriptor { to: lent.region(), place }).expect("the engine runs");
        Self { lent, done }
    }

    fn wait(self) -> OwnedGrant<Static> {
        self.done.recv().expect("the engine runs");
        self.lent.take_back()
    }
}

/// One grant at a time: the writer goes into the transfer, and comes back.
fn one_at_a_time(mut writer: Writer<Static>, to: &Sender<Descriptor>, done: &Receiver<()>) -> Writer<Static> {
    let mut place = 0;
    while place < BYTES {
        writer = match writer.grant_owned_up_to(TRANSFER.min(BYTES - place)) {
            Ok(grant) => {
                let grant = Transfer::start(grant, place, to, done).wait();
                let n = grant.len();
                place += n;
                grant.commit(n)
            }
            Err(error) => {
                assert_eq!(error.reason, GrantError::Full);
                thread::yield_now();
                error.writer
            }
        };
    }
    writer
}

/// Two grants in flight: while the engine fills one, the next one waits for it already.
fn double_buffered(writer: Writer<Static>, to: &Sender<Descriptor>, done: &Receiver<()>) {
    let mut pipeline = writer.into_pipeline::<2>();
    let (mut place, mut oldest): (usize, Option<Ticket>) = (BYTES, None);
    let mut newest: Option<Ticket> = None;
    while place < 2 * BYTES || oldest.is_some() {
        if newest.is_none() && place < 2 * BYTES {
            match pipeline.grant_up_to(TRANSFER.min(2 * BYTES - place)) {
                Ok(ticket) => {
                    let region = pipeline.region(&ticket);
                    to.send(Descriptor { to: region, place }).expect("the engine runs");
                    place += ticket.len();
                    if oldest.is_none() {
                        oldest = Some(ticket)
                    } else {
                        newest = Some(ticket)
                    }
                    continue;
                }
                Err(FlightError::Refused(GrantError::Full)) if oldest.is_none() => thread::yield_now(),
                Err(FlightError::Refused(GrantError::Full)) => {}
                Err(error) => panic!("{error}"),
            }
        }
        if let Some(ticket) = oldest.take() {
            done.recv().expect("the engine runs");
            let n = ticket.len();
            pipeline.complete(ticket, n);
            oldest = newest.take();
        }
    }
    drop(pipeline.finish().expect("all is completed"));
}

fn main() {
    let (writer, mut reader) = BUFFER.try_split().expect("nobody else has the ends");
    let reading = thread::spawn(move || {
        let mut place = 0;
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
                Err(ReadError::Empty) => thread::yield_now(),
                Err(_) => return place,
            }
        }
    });
    let ((to, descriptors), (report, done)) = (channel(), channel());
    let device = thread::spawn(move || engine(&descriptors, &report));
    let writer = one_at_a_time(writer, &to, &done);
    double_buffered(writer, &to, &done);
    drop(to);
    device.join().expect("the engine ends");
    let bytes = reading.join().expect("the reader finds what it expects");
    assert_eq!(bytes, 2 * BYTES);
    println!("{bytes} bytes came through, each once and in order");
}
