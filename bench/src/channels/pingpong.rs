//! One item there and back, over two channels of capacity 1, between threads: on two CPUs, and on one.

use super::{Name, peer};
use crate::contest::{Contender, Sample, Setting};
use crate::pair::{self, Meeting, Run};
use crate::phases::{Work, phases};
use std::sync::{Arc, Condvar, Mutex};

/// Where the two threads are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    TwoCpus,
    OneCpu,
}

/// The peer that is no channel: what a hand-over between two threads that sleep costs.
pub(super) const CONDVAR: &str = "condvar";

/// One item, or none, behind a lock, and whoever waits for either.
type Cell = Arc<(Mutex<Option<u64>>, Condvar)>;

fn cell(_: usize) -> (Cell, Cell) {
    let cell = Cell::default();
    (cell.clone(), cell)
}

fn hand_over(cell: &mut Cell, n: u64) {
    let (place, changed) = &**cell;
    let full = |place: &mut Option<u64>| place.is_some();
    let mut place = changed.wait_while(place.lock().expect("nobody panics"), full).expect("nobody panics");
    *place = Some(n);
    drop(place);
    changed.notify_one();
}

fn take_over(cell: &mut Cell) -> u64 {
    let (place, changed) = &**cell;
    let empty = |place: &mut Option<u64>| place.is_none();
    let mut place = changed.wait_while(place.lock().expect("nobody panics"), empty).expect("nobody panics");
    let n = place.take().expect("it is there");
    drop(place);
    changed.notify_one();
    n
}

/// A contender out of a way to make a channel, to send and to receive.
fn contender<Tx, Rx>(
    place: Place,
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
        if place == Place::OneCpu {
            let (left, right) = pair::run_on_one(setting.cpus, left, right);
            return Sample { crowded: true, ..Sample::of(setting, left.join(right), None) };
        }
        let Run { left, right, before, after } = pair::run(setting.cpus, left, right);
        Sample::of(setting, left.join(right), Some((before, after)))
    }))
}

macro_rules! usual {
    ($place:expr, $name:expr, $make:path) => {
        contender(
            $place,
            $name,
            $make,
            |tx, n| tx.send(n).expect("there is a receiver"),
            |rx| rx.recv().expect("there is a sender"),
        )
    };
}

pub(super) fn contenders(place: Place) -> Vec<Contender> {
    vec![
        #[cfg(feature = "ours")]
        usual!(place, super::ours("annulus"), annulus::spsc::channel),
        #[cfg(feature = "ours")]
        usual!(place, super::ours("annulus-mpmc"), annulus::mpmc::channel),
        usual!(place, peer("kanal"), kanal::bounded),
        usual!(place, peer("crossbeam-channel"), crossbeam_channel::bounded),
        usual!(place, peer("flume"), flume::bounded),
        contender(
            place,
            peer("async-channel"),
            async_channel::bounded,
            |tx, n| tx.send_blocking(n).expect("there is a receiver"),
            |rx| rx.recv_blocking().expect("there is a sender"),
        ),
        contender(
            place,
            peer("tokio"),
            tokio::sync::mpsc::channel,
            |tx, n| tx.blocking_send(n).expect("there is a receiver"),
            |rx| rx.blocking_recv().expect("there is a sender"),
        ),
        usual!(place, peer("std"), std::sync::mpsc::sync_channel),
        usual!(place, peer("crossfire"), crossfire::spsc::bounded_blocking),
        contender(place, Name { name: CONDVAR, package: "std", ours: false }, cell, hand_over, take_over),
    ]
}
