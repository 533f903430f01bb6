//! Runs a program and records what happens.
use crate::history::{Answer, Call, Event, History, Id};
use crate::program::{End, Ends, Op, Program, Side};
use crate::queue::Queue;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Where the threads come from.
#[cfg(not(shuttle))]
mod world {
    use std::sync::atomic::{AtomicUsize, Ordering};
    pub(crate) use std::thread::scope;

    /// Not before all threads are there.
    pub(crate) fn meet(there: &AtomicUsize, all: usize) {
        there.fetch_add(1, Ordering::SeqCst);
        while there.load(Ordering::SeqCst) < all {
            std::thread::yield_now();
        }
    }

    /// Something between two calls, so that others come in between, or do not.
    pub(crate) fn noise(random: u64) {
        match random % 8 {
            0 => std::thread::yield_now(),
            1..4 => (0..random >> 8 & 0x7f).for_each(|_| std::hint::spin_loop()),
            _ => {}
        }
    }
}

#[cfg(shuttle)]
mod world {
    use std::sync::atomic::AtomicUsize;

    pub(crate) use shuttle::thread::scope;
    pub(crate) fn meet(_: &AtomicUsize, _: usize) {}
    pub(crate) fn noise(_: u64) {}
}

/// What all threads count with: no part of what is tested, and no step of a schedule.
#[derive(Default)]
struct Shared {
    clock: AtomicU64,
    calls: AtomicUsize,
    there: AtomicUsize,
}

impl Shared {
    fn now(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::SeqCst)
    }
}

pub(crate) fn run<Q: Queue>(program: &Program, seed: u64) -> History {
    let queue = Q::ring(program.capacity, program.threads.len());
    let shared = Shared::default();
    let threads = world::scope(|scope| {
        let mut running = Vec::new();
        for (thread, ops) in program.threads.iter().enumerate() {
            let (queue, shared, all) = (&queue, &shared, program.threads.len());
            running.push(scope.spawn(move || {
                world::meet(&shared.there, all);
                let mut caller = Caller::new(queue, shared, thread, seed);
                caller.go(ops);
                caller.events
            }));
        }
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    History { capacity: program.capacity, threads }
}

/// One thread.
struct Caller<'q, Q: Queue> {
    queue: &'q Q,
    shared: &'q Shared,
    thread: usize,
    random: u64,
    events: Vec<Event>,
    slots: Vec<(Id, Q::Slots<'q>, usize)>,
    items: Vec<(Id, Q::Items<'q>)>,
}

impl<'q, Q: Queue> Caller<'q, Q> {
    fn new(queue: &'q Q, shared: &'q Shared, thread: usize, seed: u64) -> Self {
        let random = seed.wrapping_add(thread as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        Self { queue, shared, thread, random, events: Vec::new(), slots: Vec::new(), items: Vec::new() }
    }

    fn go(&mut self, ops: &[Op]) {
        for (n, op) in ops.iter().enumerate() {
            self.random ^= self.random << 13;
            self.random ^= self.random >> 7;
            self.random ^= self.random << 17;
            world::noise(self.random);
            self.step(*op, (self.thread as u32 + 1) * 100 + n as u32 * 10);
        }
        while !self.slots.is_empty() {
            self.step(Op::Commit(0, End::Oldest), 0);
        }
        while !self.items.is_empty() {
            self.step(Op::Release(usize::MAX, End::Oldest), 0);
        }
        if self.thread == 0 {
            self.step(Op::Pop, 0); // what was lost is missed
        }
    }

    /// Whether this thread has that end, and the end nothing else to do.
    fn may(&self, side: Side) -> bool {
        let idle = match side {
            Side::Producer => self.slots.is_empty(),
            Side::Consumer => self.items.is_empty(),
        };
        Q::ENDS.has(self.thread, side) && (idle || !Q::ENDS.is_sole(side))
    }

    /// The end that it closes with: the one that there is once, if it may. In a mesh it is that of the producer.
    fn closer(&self) -> Option<Side> {
        let sides = match Q::ENDS {
            Ends::One(side) => [side, side.other()],
            Ends::Shared | Ends::Mesh => [Side::Producer; 2],
        };
        sides.into_iter().find(|side| self.may(*side))
    }

    /// Makes the call, if it may, and writes it down; `value` is the first that it may put in.
    fn step(&mut self, op: Op, value: u32) {
        let op = match op {
            Op::Reserve(_) if Q::AT_ONCE == 0 => Op::Push,
            Op::Claim(_) if Q::AT_ONCE == 0 => Op::Pop,
            Op::Reserve(n) => Op::Reserve(n.min(Q::AT_ONCE)),
            Op::Claim(n) => Op::Claim(n.min(Q::AT_ONCE)),
            op => op,
        };
        if op.side().is_some_and(|side| !self.may(side)) {
            return;
        }
        let (queue, me) = (self.queue, self.thread);
        match op {
            Op::Push => self.record(Call::Push(value), || {
                (queue.push(me, value).map_or_else(Answer::Refused, |()| Answer::Done), ())
            }),
            Op::ForcePush => self.record(Call::ForcePush(value), || {
                let evicted = |oldest: Option<u32>| oldest.map_or(Answer::Done, Answer::Evicted);
                (queue.force_push(me, value).map_or_else(Answer::Refused, evicted), ())
            }),
            Op::Pop => {
                self.record(Call::Pop, || (queue.pop(me).map_or_else(Answer::Refused, Answer::Popped), ()))
            }
            Op::Reserve(n) => {
                let got = self.record_with_id(Call::Reserve(n), || match queue.reserve(me, n) {
                    Ok((slots, len)) => (Answer::Reserved(len), Some((slots, len))),
                    Err(why) => (Answer::Refused(why), None),
                });
                if let (id, Some((slots, len))) = got {
                    self.slots.push((id, slots, len));
                }
            }
            Op::Commit(n, end) => {
                let Some((id, slots, len)) = end.take(&mut self.slots) else { return };
                let values: Vec<u32> = (value..).take(n.min(len)).collect();
                let items = (0..len).map(|i| values.get(i).copied()).collect();
                self.record(Call::Commit(id, items), || (Answer::Done, Q::commit(slots, &values)));
            }
            Op::Claim(n) => {
                let got = self.record_with_id(Call::Claim(n), || match queue.claim(me, n) {
                    Ok(items) => (Answer::Claimed(Q::values(&items)), Some(items)),
                    Err(why) => (Answer::Refused(why), None),
                });
                if let (id, Some(items)) = got {
                    self.items.push((id, items));
                }
            }
            Op::Release(n, end) => {
                let Some((id, items)) = end.take(&mut self.items) else { return };
                let mut values = Q::values(&items);
                let one = values.len() == 1;
                if Q::ENDS.is_sole(Side::Consumer) && !one {
                    values.truncate(n);
                }
                let n = values.len();
                self.record(Call::Release(id, values), || (Answer::Done, Q::release(items, n)));
            }
            Op::Close => {
                let Some(by) = self.closer() else { return };
                self.record(Call::Close, || (Answer::Done, queue.close(me, by)));
            }
        }
    }

    fn record<T>(&mut self, call: Call, make: impl FnOnce() -> (Answer, T)) -> T {
        self.record_with_id(call, make).1
    }

    fn record_with_id<T>(&mut self, call: Call, make: impl FnOnce() -> (Answer, T)) -> (Id, T) {
        let id = self.shared.calls.fetch_add(1, Ordering::SeqCst);
        let began = self.shared.now();
        let (answer, got) = make();
        let ended = self.shared.now();
        self.events.push(Event { id, thread: self.thread, call, answer, began, ended });
        (id, got)
    }
}
