//! Rings of bytes with ends that wait as tasks: no wake is lost, and a future that is dropped at any poll has done nothing.
#![cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
#![allow(clippy::disallowed_types)]
use annulus::bytes::{AsyncReader, AsyncWriter, Buffer, Keep, Wakers, stream, waking};
use annulus::{GrantError, ReadError};
use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

const BYTES: usize = if cfg!(debug_assertions) { 30_000 } else { 400_000 };

/// The byte at a place in the stream: not the same in any two laps of a small ring.
fn byte(place: usize) -> u8 {
    (place ^ (place >> 7)) as u8
}

fn bytes(n: usize) -> Vec<u8> {
    (0..n).map(byte).collect()
}

/// A task that counts how often it was woken.
#[derive(Default)]
struct Task {
    woken: AtomicUsize,
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.woken.fetch_add(1, Ordering::SeqCst);
    }
}

impl Task {
    fn woken(&self) -> usize {
        self.woken.swap(0, Ordering::SeqCst)
    }
}

fn poll<F: Future>(future: Pin<&mut F>, task: &Arc<Task>) -> Poll<F::Output> {
    let waker = Waker::from(task.clone());
    future.poll(&mut Context::from_waker(&waker))
}

/// Runs both tasks, each only when it was woken, until both are done.
fn run_both(writes: impl Future<Output = ()>, reads: impl Future<Output = ()>) {
    let (mut writes, mut reads) = (pin!(writes), pin!(reads));
    let tasks = [Arc::<Task>::default(), Arc::default()];
    tasks.iter().for_each(|task| Wake::wake(task.clone()));
    let mut done = [false; 2];
    while done != [true; 2] {
        let mut slept = true;
        for at in 0..2 {
            if done[at] || tasks[at].woken() == 0 {
                continue;
            }
            slept = false;
            let polled =
                if at == 0 { poll(writes.as_mut(), &tasks[0]) } else { poll(reads.as_mut(), &tasks[1]) };
            done[at] = polled.is_ready();
        }
        assert!(!slept, "a task is left asleep: done {done:?}");
    }
}

#[derive(Clone, Copy, Debug)]
enum Write {
    Some,
    Exact,
    UpTo,
    TryExact,
    Push,
}

/// Writes what can be written in one step.
async fn write<K: Keep>(writer: &mut AsyncWriter<'_, K>, how: Write, rest: &[u8]) -> usize {
    let grant = match how {
        Write::Some => return writer.write_some(rest).await.unwrap(),
        Write::Push => return writer.push_slice(rest),
        Write::Exact => writer.grant_exact(rest.len().min(writer.capacity())).await,
        Write::UpTo => writer.grant_up_to(rest.len()).await,
        Write::TryExact => writer.try_grant_exact(1),
    };
    let Ok(mut grant) = grant else { return 0 };
    let n = grant.len();
    grant.copy_from_slice(&rest[..n]);
    grant.commit(n);
    n
}

#[test]
fn a_reader_that_waits_is_woken_by_every_way_to_write() {
    for how in [Write::Some, Write::Exact, Write::UpTo, Write::TryExact, Write::Push] {
        let (mut writer, mut reader) = waking(stream(3));
        let (task, mut into) = (Arc::<Task>::default(), [0; 3]);
        let mut read = pin!(reader.read_some(&mut into));
        for _ in 0..3 {
            assert!(poll(read.as_mut(), &task).is_pending());
        }
        assert_eq!((task.woken(), Arc::strong_count(&task)), (0, 2), "it waits once");
        let other = Arc::default();
        assert_eq!(poll(pin!(write(&mut writer, how, &[7])), &other), Poll::Ready(1), "{how:?}");
        assert_eq!((task.woken(), Arc::strong_count(&task)), (1, 1), "{how:?}");
        assert_eq!(poll(read.as_mut(), &task), Poll::Ready(Ok(1)));
        assert_eq!(poll(pin!(write(&mut writer, how, &[7])), &other), Poll::Ready(1), "{how:?}");
        assert_eq!((task.woken(), other.woken()), (0, 0), "nobody waits");
    }
}

#[test]
fn a_writer_that_waits_is_woken_by_every_way_to_read() {
    for how in 0..4 {
        let (mut writer, mut reader) = waking(stream(1));
        assert_eq!(writer.push_slice(b"ab"), 1);
        let task = Arc::default();
        let mut writes = pin!(writer.write_some(b"b"));
        assert!(poll(writes.as_mut(), &task).is_pending());
        match how {
            0 => assert_eq!(reader.pop_slice(&mut [0; 2]), 1),
            1 => reader.try_read_grant().unwrap().release(1),
            2 => assert_eq!(poll(pin!(reader.read_some(&mut [0])), &Arc::default()), Poll::Ready(Ok(1))),
            _ => match poll(pin!(reader.read_grant()), &Arc::default()) {
                Poll::Ready(Ok(grant)) => grant.release(1),
                _ => panic!("there is a byte"),
            },
        }
        assert_eq!(task.woken(), 1, "{how}");
        assert_eq!(poll(writes.as_mut(), &task), Poll::Ready(Ok(1)));
    }
}

#[test]
fn closing_and_dropping_an_end_wake_the_other() {
    for dropped in [false, true] {
        let (writer, mut reader) = waking(stream(2));
        let (task, mut writer) = (Arc::default(), Some(writer));
        let mut read = pin!(reader.read_grant());
        assert!(poll(read.as_mut(), &task).is_pending());
        if dropped {
            writer = None
        } else {
            writer.as_mut().unwrap().close()
        }
        assert_eq!(task.woken(), 1);
        assert!(matches!(poll(read.as_mut(), &task), Poll::Ready(Err(ReadError::Closed))));
        drop(writer);

        let (mut writer, reader) = waking(stream(2));
        let (task, mut reader) = (Arc::default(), Some(reader));
        writer.push_slice(b"ab");
        let mut writes = pin!(writer.grant_up_to(1));
        assert!(poll(writes.as_mut(), &task).is_pending());
        if dropped {
            reader = None
        } else {
            reader.as_mut().unwrap().close()
        }
        assert_eq!(task.woken(), 1);
        assert!(matches!(poll(writes.as_mut(), &task), Poll::Ready(Err(GrantError::Closed))));
        drop(reader);
    }
}

#[test]
fn what_was_written_before_the_end_is_read_before_the_end() {
    let (mut writer, mut reader) = waking(stream(8));
    let task = Arc::default();
    writer.push_slice(b"last");
    drop(writer);
    let mut into = [0; 9];
    assert_eq!(poll(pin!(reader.read_some(&mut into)), &task), Poll::Ready(Ok(4)));
    assert_eq!(poll(pin!(reader.read_some(&mut into)), &task), Poll::Ready(Ok(0)));
    assert_eq!(into[..4], *b"last");
    assert!(reader.is_closed());
}

#[test]
fn what_cannot_be_is_told_at_once() {
    let (mut writer, mut reader) = waking(stream(4));
    let task = Arc::default();
    assert!(matches!(poll(pin!(writer.grant_exact(5)), &task), Poll::Ready(Err(GrantError::TooLarge))));
    assert_eq!(poll(pin!(writer.write_some(b"")), &task), Poll::Ready(Ok(0)));
    assert_eq!(poll(pin!(reader.read_some(&mut [])), &task), Poll::Ready(Ok(0)));
    assert!(matches!(poll(pin!(writer.grant_exact(0)), &task), Poll::Ready(Ok(grant)) if grant.is_empty()));
}

#[test]
fn no_waker_of_a_future_that_was_dropped_is_kept() {
    let (mut writer, mut reader) = waking(stream(1));
    writer.push_slice(b"a");
    let tasks = [Arc::<Task>::default(), Arc::default()];
    for _ in 0..3 {
        let mut into = [0];
        {
            let mut writes = pin!(writer.write_some(b"b"));
            assert!(poll(writes.as_mut(), &tasks[0]).is_pending());
            assert!(poll(writes.as_mut(), &tasks[1]).is_pending());
            assert_eq!(tasks.each_ref().map(Arc::strong_count), [1, 2], "the last one that polled");
        }
        assert_eq!(tasks.each_ref().map(Arc::strong_count), [1, 1]);
        assert_eq!(reader.pop_slice(&mut into), 1);
        assert_eq!(tasks.each_ref().map(|task| task.woken()), [0, 0]);
        writer.push_slice(&into);
    }
}

/// Gives up at those polls at which `cancels` says so; `None` then.
async fn maybe<F: Future>(future: F, cancels: impl Fn() -> bool) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|task| match future.as_mut().poll(task) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending if cancels() => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    })
    .await
}

/// Each of the first eleven polls that are not ready is the last one of its future, or is not: all combinations.
#[test]
fn a_future_that_is_dropped_at_any_poll_loses_nothing_and_doubles_nothing() {
    const N: usize = 12;
    let ways = [Write::Some, Write::Exact, Write::UpTo];
    for (capacity, plan) in (1..=4).flat_map(|capacity| (0..1_u32 << 11).map(move |plan| (capacity, plan))) {
        let (mut writer, mut reader) = waking(stream(capacity));
        let (all, plan) = (bytes(N), Cell::new(plan));
        let cancels = || plan.replace(plan.get() >> 1) & 1 == 1;
        let writes = async {
            let (mut sent, mut tries) = (0, 0);
            while sent < N {
                let rest = &all[sent..N.min(sent + 1 + tries % 5)];
                let n = maybe(write(&mut writer, ways[tries % ways.len()], rest), cancels).await;
                sent += n.unwrap_or(0);
                tries += 1;
            }
            writer.close();
        };
        let reads = async {
            let (mut got, mut tries) = (Vec::<u8>::new(), 0);
            loop {
                let mut into = [0; 3];
                tries += 1;
                if tries % 2 == 0 {
                    match maybe(reader.read_some(&mut into), cancels).await {
                        Some(Ok(0)) => break,
                        Some(n) => got.extend(&into[..n.unwrap()]),
                        None => {}
                    }
                } else {
                    match maybe(reader.read_grant(), cancels).await {
                        Some(Ok(grant)) => {
                            let n = grant.len().min(1 + tries % 3);
                            got.extend(&grant[..n]);
                            grant.release(n);
                        }
                        Some(Err(_)) => break,
                        None => {}
                    }
                }
            }
            assert_eq!(got, all);
        };
        run_both(writes, reads);
    }
}

fn send_all<K: Keep>(mut writer: AsyncWriter<'_, K>) {
    let (all, ways) = (bytes(BYTES), [Write::Some, Write::Exact, Write::UpTo]);
    futures_executor::block_on(async {
        let (mut sent, mut tries, polls) = (0, 0_usize, Cell::new(0_u32));
        while sent < BYTES {
            let rest = &all[sent..BYTES.min(sent + 1 + tries * 7 % 1000)];
            let cancels = || polls.replace(polls.get() + 1) % 3 == 1;
            let n = maybe(write(&mut writer, ways[tries % ways.len()], rest), cancels).await;
            sent += n.unwrap_or(0);
            tries += 1;
        }
    });
}

fn receive_all<K: Keep>(mut reader: AsyncReader<'_, K>) {
    futures_executor::block_on(async {
        let (mut got, polls) = (Vec::<u8>::new(), Cell::new(0_u32));
        loop {
            let (mut into, cancels) = ([0; 77], || polls.replace(polls.get() + 1) % 3 == 1);
            match maybe(reader.read_some(&mut into), cancels).await {
                Some(Ok(0)) => break,
                Some(n) => got.extend(&into[..n.unwrap()]),
                None => {}
            }
        }
        assert!(got == bytes(BYTES), "{} bytes", got.len());
    });
}

#[test]
fn between_threads_nobody_is_left_asleep_and_every_byte_arrives() {
    for capacity in [1, 2, 3, 7, 64, 1000] {
        let (writer, reader) = waking(stream(capacity));
        let there = thread::spawn(|| send_all(writer));
        receive_all(reader);
        there.join().unwrap();
    }
}

#[test]
fn ends_of_a_static_wake_each_other_and_come_home_to_it() {
    static BUFFERS: [Buffer<5>; 2] = [const { Buffer::new() }; 2];
    static WAKERS: Wakers = Wakers::new();
    for _ in 0..2 {
        let (writer, reader) = WAKERS.try_attach(BUFFERS[0].try_split().unwrap()).unwrap();
        let refused = WAKERS.try_attach(BUFFERS[1].try_split().unwrap());
        let (mut other, mut its_reader) = refused.expect_err("the wakers are out");
        assert_eq!((other.push_slice(b"as it was"), its_reader.pop_slice(&mut [0; 9])), (5, 5));
        let there = thread::spawn(|| receive_all(reader));
        send_all(writer);
        there.join().unwrap();
    }
}

/// Never dropped, and not lost to who looks for leaks.
fn forget<F>(future: Pin<Box<F>>) {
    static KEPT: std::sync::Mutex<Vec<usize>> = std::sync::Mutex::new(Vec::new());
    // SAFETY: it stays where it is, for ever.
    let future = Box::leak(unsafe { Pin::into_inner_unchecked(future) });
    KEPT.lock().unwrap().push(std::ptr::from_mut(future).addr());
}

#[test]
fn wakers_that_are_borrowed_are_borrowed_again_when_an_end_was_forgotten() {
    let (mut buffer, mut wakers) = (Buffer::<2>::new(), Wakers::new());
    let task = Arc::<Task>::default();
    for _ in 0..3 {
        let (writer, mut reader) = wakers.attach(buffer.split());
        let mut read = Box::pin(async move {
            let n = reader.read_some(&mut [0; 9]).await;
            (reader, n)
        });
        assert!(poll(read.as_mut(), &task).is_pending());
        forget(read); // its waker hangs there still
        std::mem::forget(writer);
    }
    let (mut writer, mut reader) = wakers.attach(buffer.split());
    run_both(
        async {
            for place in 0..100 {
                assert_eq!(writer.write_some(&[byte(place)]).await, Ok(1));
            }
            writer.close();
        },
        async {
            let (mut got, mut into) = (Vec::<u8>::new(), [0; 2]);
            while let Ok(n @ 1..) = reader.read_some(&mut into).await {
                got.extend(&into[..n]);
            }
            assert_eq!(got, bytes(100));
        },
    );
    assert_eq!(task.woken(), 0, "nothing of it is left");
}

#[test]
#[should_panic(expected = "a writer of one ring and a reader of another")]
fn ends_of_two_rings_are_refused() {
    let ((writer, _), (_, reader)) = (stream(1), stream(1));
    let _ends = waking((writer, reader));
}

#[test]
fn ends_and_futures_go_to_other_threads() {
    fn is_send<T: Send>(it: T) -> T {
        it
    }
    let (mut writer, mut reader) = is_send(waking(stream(1)));
    drop((is_send(writer.write_some(b"a")), is_send(reader.read_grant())));
    drop((is_send(writer.grant_exact(1)), is_send(reader.read_some(&mut [0]))));
}

/// A runtime that polls at once, inside the wake.
#[test]
fn an_end_may_be_used_while_the_other_is_still_waking_it() {
    struct Inline(std::sync::Mutex<Option<AsyncReader<'static>>>, AtomicUsize);
    impl Wake for Inline {
        fn wake(self: Arc<Self>) {
            let mut reader = self.0.lock().unwrap().take().expect("one at a time");
            let waker = Waker::from(self.clone());
            loop {
                let mut into = [0];
                match pin!(reader.read_some(&mut into)).poll(&mut Context::from_waker(&waker)) {
                    Poll::Ready(n) => self.1.fetch_add(n.unwrap(), Ordering::SeqCst),
                    Poll::Pending => break,
                };
            }
            *self.0.lock().unwrap() = Some(reader);
        }
    }
    let (mut writer, reader) = waking(stream(2));
    let inline = Arc::new(Inline(std::sync::Mutex::new(Some(reader)), AtomicUsize::new(0)));
    for sent in 1..=9 {
        Wake::wake(inline.clone());
        let reader = inline.0.lock().unwrap().take();
        let task = Waker::from(inline.clone());
        let mut reader = reader.unwrap();
        let mut into = [0];
        let mut read = Box::pin(reader.read_some(&mut into));
        assert!(read.as_mut().poll(&mut Context::from_waker(&task)).is_pending());
        forget(read); // as a task that is still there
        *inline.0.lock().unwrap() = Some(reader);
        writer.push_slice(&[1]);
        assert_eq!(inline.1.load(Ordering::SeqCst), sent);
    }
}

#[cfg(feature = "embedded-io-async")]
mod embedded {
    use super::*;
    use embedded_io_async::{BufRead, Read, ReadExactError, ReadReady, Write, WriteReady};

    #[test]
    fn drivers_write_all_and_read_exactly() {
        for capacity in [1, 2, 5, 64] {
            let (mut writer, mut reader) = waking(stream(capacity));
            let all = bytes(10_000);
            let writes = async {
                for some in all.chunks(321) {
                    writer.write_all(some).await.unwrap();
                    writer.flush().await.unwrap();
                }
                drop(writer);
            };
            let reads = async {
                let mut into = vec![0; 4_000];
                reader.read_exact(&mut into).await.unwrap();
                assert!(into == all[..4_000]);
                let mut place = 4_000;
                loop {
                    let shown = reader.fill_buf().await.unwrap();
                    if shown.is_empty() {
                        break;
                    }
                    let n = shown.len().min(1 + place % 3);
                    assert_eq!(shown[..n], all[place..place + n]);
                    place += n;
                    reader.consume(n);
                }
                assert_eq!(place, all.len());
                assert_eq!(reader.read_exact(&mut [0]).await, Err(ReadExactError::UnexpectedEof));
            };
            run_both(writes, reads);
        }
    }

    #[test]
    fn what_is_ready_does_not_wait() {
        let (mut writer, mut reader) = waking(stream(2));
        let task = Arc::default();
        assert_eq!((writer.write_ready(), reader.read_ready()), (Ok(true), Ok(false)));
        assert_eq!(poll(pin!(writer.write(b"abc")), &task), Poll::Ready(Ok(2)));
        assert_eq!((writer.write_ready(), reader.read_ready()), (Ok(false), Ok(true)));
        drop(reader);
        assert_eq!(writer.write_ready(), Ok(true));
        assert_eq!(poll(pin!(writer.write(b"c")), &task), Poll::Ready(Err(GrantError::Closed)));
        assert_eq!(poll(pin!(writer.flush()), &task), Poll::Ready(Ok(())));
    }
}
