//! Channels as streams and sinks.
#![allow(clippy::disallowed_types)]
use annulus::SendError;
use futures_core::stream::{FusedStream, Stream};
use futures_executor::block_on;
use futures_sink::Sink;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

async fn next<S: Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
    poll_fn(|task| Pin::new(&mut *stream).poll_next(task)).await
}

async fn send<T, S: Sink<T> + Unpin>(sink: &mut S, item: T) -> Result<(), S::Error> {
    poll_fn(|task| Pin::new(&mut *sink).poll_ready(task)).await?;
    Pin::new(&mut *sink).start_send(item)?;
    poll_fn(|task| Pin::new(&mut *sink).poll_flush(task)).await
}

#[test]
fn a_receiver_is_a_stream_that_ends_when_it_is_closed() {
    let (sender, mut receiver) = annulus::mpmc::channel(2);
    let sending = std::thread::spawn(move || (0..50).for_each(|n| sender.send(n).unwrap()));
    block_on(async {
        let mut stream = receiver.stream();
        for n in 0..25 {
            assert_eq!(next(&mut stream).await, Some(n));
        }
        drop(stream);
        for n in 25..50 {
            assert_eq!(next(&mut receiver).await, Some(n));
        }
        assert_eq!(next(&mut receiver).await, None);
        let mut stream = receiver.stream();
        assert_eq!((next(&mut stream).await, stream.is_terminated()), (None, true));
    });
    sending.join().unwrap();
}

#[test]
fn a_sender_is_a_sink_that_waits_for_room() {
    let (mut sender, mut receiver) = annulus::spsc::channel(1);
    let receiving = std::thread::spawn(move || receiver.iter().collect::<Vec<_>>());
    block_on(async {
        let mut sink = sender.sink();
        for n in 0..50 {
            send(&mut sink, n).await.unwrap();
        }
    });
    drop(sender);
    assert!(receiving.join().unwrap().into_iter().eq(0..50));
}

#[test]
fn a_sink_and_a_stream_meet() {
    let (sender, receiver) = annulus::mpmc::channel(0);
    let sending = std::thread::spawn(move || {
        let mut sink = sender.sink();
        (0..200).for_each(|n| block_on(send(&mut sink, n)).unwrap());
    });
    let mut stream = receiver.stream();
    block_on(async {
        for n in 0..200 {
            assert_eq!(next(&mut stream).await, Some(n));
        }
        assert_eq!((next(&mut stream).await, stream.is_terminated()), (None, true));
    });
    sending.join().unwrap();
}

#[test]
fn a_sink_takes_back_what_it_offers_if_nobody_has_it() {
    let (sender, receiver) = annulus::mpmc::channel(0);
    let mut sink = sender.sink();
    let mut task = Context::from_waker(Waker::noop());
    Pin::new(&mut sink).start_send(1).unwrap();
    assert!(Pin::new(&mut sink).poll_flush(&mut task).is_pending());
    assert_eq!((sink.take(), receiver.try_recv().ok()), (Some(1), None));
    Pin::new(&mut sink).start_send(2).unwrap();
    assert!(Pin::new(&mut sink).poll_flush(&mut task).is_pending());
    assert_eq!((receiver.try_recv(), sink.take()), (Ok(2), None));
    assert_eq!(Pin::new(&mut sink).poll_flush(&mut task), std::task::Poll::Ready(Ok(())));
    Pin::new(&mut sink).start_send(3).unwrap();
    assert!(Pin::new(&mut sink).poll_flush(&mut task).is_pending());
    drop(receiver);
    assert_eq!(Pin::new(&mut sink).poll_flush(&mut task), std::task::Poll::Ready(Err(SendError::Closed(3))));
}

#[test]
fn a_sink_hands_back_what_it_cannot_send() {
    let (sender, receiver) = annulus::mpsc::channel(1);
    let mut sink = sender.sink();
    let mut task = Context::from_waker(Waker::noop());
    block_on(send(&mut sink, 1)).unwrap();
    Pin::new(&mut sink).start_send(2).unwrap();
    assert!(Pin::new(&mut sink).poll_flush(&mut task).is_pending());
    assert_eq!(sink.take(), Some(2));
    assert_eq!(Pin::new(&mut sink).poll_flush(&mut task), Poll::Ready(Ok(())));
    drop(receiver);
    assert_eq!(block_on(send(&mut sink, 3)), Err(SendError::Closed(3)));
}

/// Notes that it was woken.
#[derive(Default)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Two of each wait, the first goes after its wake: the second gets it.
#[test]
fn a_stream_or_a_sink_that_goes_hands_its_wake_on() {
    let (sender, receiver) = annulus::mpmc::channel(1);
    let flags: [Arc<Flag>; 2] = Default::default();
    let wakers = flags.each_ref().map(|flag| Waker::from(flag.clone()));
    let mut tasks = wakers.each_ref().map(Context::from_waker);
    let woken = || flags.each_ref().map(|flag| flag.0.swap(false, Ordering::SeqCst));
    let (mut first, mut second) = (receiver.stream(), receiver.stream());
    assert!(Pin::new(&mut first).poll_next(&mut tasks[0]).is_pending());
    assert!(Pin::new(&mut second).poll_next(&mut tasks[1]).is_pending());
    sender.send(1).unwrap();
    assert_eq!(woken(), [true, false]);
    drop(first);
    assert_eq!(woken(), [false, true]);
    assert_eq!(Pin::new(&mut second).poll_next(&mut tasks[1]), Poll::Ready(Some(1)));
    drop(second);

    sender.send(0).unwrap();
    let (mut first, mut second) = (sender.sink(), sender.sink());
    for (sink, task) in [&mut first, &mut second].into_iter().zip(&mut tasks) {
        Pin::new(&mut *sink).start_send(2).unwrap();
        assert!(Pin::new(sink).poll_flush(task).is_pending());
    }
    assert_eq!(receiver.recv(), Ok(0));
    assert_eq!(woken(), [true, false]);
    drop(first); // and its item
    assert_eq!(woken(), [false, true]);
    assert_eq!(Pin::new(&mut second).poll_flush(&mut tasks[1]), Poll::Ready(Ok(())));
    assert_eq!(receiver.recv(), Ok(2));
    assert!(receiver.is_empty());
}

/// Several streams share what comes: each item goes to one, of each sender in order.
#[test]
fn streams_on_several_threads_share_what_comes() {
    let (sender, receiver) = annulus::pool::channel(2);
    let receiving = [(); 3].map(|()| {
        let mut receiver = receiver.clone();
        std::thread::spawn(move || {
            block_on(async {
                let mut items = Vec::new();
                while let Some(item) = next(&mut receiver).await {
                    items.push(item);
                }
                items
            })
        })
    });
    drop(receiver);
    (0..3000).for_each(|n| sender.send(n).unwrap());
    drop(sender);
    let parts = receiving.map(|receiving| receiving.join().unwrap());
    assert!(parts.iter().all(|part| part.is_sorted()));
    let mut all = parts.concat();
    all.sort();
    assert!(all.into_iter().eq(0..3000));
}
