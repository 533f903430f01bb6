//! One item there and back, over two channels of capacity 1, between threads.

use super::{Name, peer};
use crate::contest::{Contender, Sample, Setting};
use crate::pair::{self, Meeting, Run};
use crate::phases::{Work, phases};

/// A contender out of a way to make a channel, to send and to receive.
fn contender<Tx, Rx>(
    name: Name,
    make: fn(usize) -> (Tx, Rx),
    send: fn(&mut Tx, u64),
    recv: fn(&mut Rx) -> u64,
) -> Contender
where
    Tx: Send + 'static,
    Rx: Send + 'static,
{
    name.contender(Box::new(move |setting: &Setting| {
        let _decoys: Vec<_> = (0..setting.decoys).map(|_| make(1)).collect();
        let work = Work::of(setting, 1);
        let ((mut there, mut arrived), (mut back, mut returned)) = (make(1), make(1));
        let left = move |meeting: &Meeting| {
            phases(
                || meeting.wait(),
                work,
                |range| {
                    range.fold(0, |bad, n| {
                        send(&mut there, n);
                        bad | recv(&mut returned) ^ n
                    })
                },
            )
        };
        let right = move |meeting: &Meeting| {
            phases(
                || meeting.wait(),
                work,
                |range| {
                    range.for_each(|_| {
                        let n = recv(&mut arrived);
                        send(&mut back, n);
                    });
                    0
                },
            )
        };
        let Run { left, right, before, after } = pair::run(setting.cpus, left, right);
        Sample::of(setting, left.join(right), Some((before, after)))
    }))
}

macro_rules! usual {
    ($name:expr, $make:path) => {
        contender(
            $name,
            $make,
            |tx, n| tx.send(n).expect("there is a receiver"),
            |rx| rx.recv().expect("there is a sender"),
        )
    };
}

pub(super) fn contenders() -> Vec<Contender> {
    vec![
        #[cfg(feature = "ours")]
        usual!(super::ours("annulus"), annulus::spsc::channel),
        #[cfg(feature = "ours")]
        usual!(super::ours("annulus-mpmc"), annulus::mpmc::channel),
        usual!(peer("kanal"), kanal::bounded),
        usual!(peer("crossbeam-channel"), crossbeam_channel::bounded),
        usual!(peer("flume"), flume::bounded),
        contender(
            peer("async-channel"),
            async_channel::bounded,
            |tx, n| tx.send_blocking(n).expect("there is a receiver"),
            |rx| rx.recv_blocking().expect("there is a sender"),
        ),
        contender(
            peer("tokio"),
            tokio::sync::mpsc::channel,
            |tx, n| tx.blocking_send(n).expect("there is a receiver"),
            |rx| rx.blocking_recv().expect("there is a sender"),
        ),
        usual!(peer("std"), std::sync::mpsc::sync_channel),
        usual!(peer("crossfire"), crossfire::spsc::bounded_blocking),
    ]
}
