//! Ends of bytes that may wait: every poll takes a fixed number of steps, no exchange among them, and nobody is left asleep, wherever the
//! one end interrupts the other.
use super::{Random, loads_and_stores_within};
use annulus::ReadError;
use annulus::bytes::{AsyncReader, AsyncWriter, stream, waking};
use annulus_protocol::sync::steps::{Steps, watch};
use std::cell::RefCell;
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// More than any poll takes: twice a look, hanging up a waker, taking it down, and waking the other end.
const BOUND: usize = 45;

/// One poll of a future, which is then dropped.
fn once<F: Future>(future: F) {
    let _ = pin!(future).poll(&mut Context::from_waker(Waker::noop()));
}

fn write(end: &mut AsyncWriter<'static>, random: &mut Random) {
    let n = random.below(40);
    match random.below(5) {
        0 => once(end.write_some(&[1; 40][..n])),
        1 => once(async { end.grant_exact(n).await.map(|grant| grant.commit(n / 2)) }),
        2 => once(async { end.grant_up_to(n).await.map(|grant| grant.commit(n.min(1))) }),
        3 => _ = end.push_slice(&[1; 40][..n]),
        _ => _ = end.try_grant_exact(n).map(|grant| grant.commit(n)),
    }
}

fn read(end: &mut AsyncReader<'static>, random: &mut Random) {
    match random.below(4) {
        0 => once(end.read_some(&mut [0; 40][..random.below(40)])),
        1 => once(async { end.read_grant().await.map(|grant| grant.release(1)) }),
        2 => _ = end.pop_slice(&mut [0; 40][..random.below(40)]),
        _ => _ = end.try_read_grant().map(|grant| grant.release(1)),
    }
}

#[test]
fn every_poll_ends_within_a_fixed_number_of_steps() {
    loads_and_stores_within(|capacity| waking(stream(capacity)), write, read, BOUND);
}

#[derive(Default)]
struct Task(AtomicBool);

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A reader that waits, in a task of its own.
struct Sleeper {
    reads: Pin<Box<dyn Future<Output = Result<usize, ReadError>>>>,
    task: Arc<Task>,
    answer: Option<usize>,
}

impl Sleeper {
    fn new(mut reader: AsyncReader<'static>) -> Self {
        let reads = Box::pin(async move { reader.read_some(&mut [0; 9]).await });
        Self { reads, task: Arc::default(), answer: None }
    }

    /// Whatever woke it before is forgotten.
    fn poll(&mut self) {
        if self.answer.is_none() {
            self.task.0.store(false, Ordering::SeqCst);
            let waker = Waker::from(self.task.clone());
            if let Poll::Ready(n) = self.reads.as_mut().poll(&mut Context::from_waker(&waker)) {
                self.answer = Some(n.unwrap());
            }
        }
    }

    fn is_not_left_asleep(&mut self, at: [usize; 2]) {
        if self.answer.is_none() {
            assert!(self.task.0.load(Ordering::SeqCst), "asleep beside a byte, interrupted at {at:?}");
            self.poll();
        }
        assert!(self.answer.is_some_and(|n| 0 < n), "interrupted at {at:?}");
    }
}

/// A number of steps that no operation here takes.
const STEPS: usize = 40;

/// The writer is the interrupt: of a poll, or of the second one, twice.
#[test]
fn a_reader_that_is_interrupted_by_its_writer_anywhere_is_not_left_asleep() {
    for polls in [1, 2] {
        for at in (0..STEPS).flat_map(|first| (first..STEPS).map(move |second| [first, second])) {
            let (writer, reader) = waking(stream(2));
            // Here, so that it does not wake the reader by going.
            let (mut sleeper, writer) = (Sleeper::new(reader), Rc::new(RefCell::new(writer)));
            for _ in 1..polls {
                sleeper.poll();
            }
            let there = writer.clone();
            let interrupt = move |steps: Steps| {
                if at.contains(&steps.all) {
                    there.borrow_mut().push_slice(b"x");
                }
            };
            watch(interrupt, || sleeper.poll());
            if sleeper.answer.is_some() || writer.borrow().vacant() != 2 {
                sleeper.is_not_left_asleep(at);
            }
        }
    }
}

/// The reader is the interrupt: it polls, and once more later, while the writer is on its way from the byte to the bell.
#[test]
fn a_reader_that_interrupts_its_writer_anywhere_is_not_left_asleep() {
    for polls in [0, 1] {
        for at in (0..STEPS).flat_map(|first| (first..STEPS).map(move |second| [first, second])) {
            let (mut writer, reader) = waking(stream(2));
            let sleeper = Rc::new(RefCell::new(Sleeper::new(reader)));
            for _ in 0..polls {
                sleeper.borrow_mut().poll();
            }
            let there = sleeper.clone();
            let interrupt = move |steps: Steps| {
                if at.contains(&steps.all) {
                    there.borrow_mut().poll();
                }
            };
            watch(interrupt, || writer.push_slice(b"x"));
            if polls == 0 {
                sleeper.borrow_mut().poll();
            }
            sleeper.borrow_mut().is_not_left_asleep(at);
        }
    }
}
