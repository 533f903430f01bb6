//! Channels as streams and sinks.
use annulus::SendError;
use futures_core::stream::{FusedStream, Stream};
use futures_executor::block_on;
use futures_sink::Sink;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

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
