//! Those who wait for one thing.
use super::sync::{Mutex, MutexGuard};
use annulus_protocol::event::Event;
use annulus_protocol::line::{Line, Link};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::PoisonError;
use std::task::Waker;
use std::thread::Thread;

/// Those who wait for one thing, in a line, and how many of them there are for who has just published it.
#[derive(Debug)]
pub(crate) struct Waiters {
    /// Counts who is in the line. It is changed under the lock, together with the line.
    event: Event,
    seats: Mutex<Seats>,
}

#[derive(Debug)]
struct Seats {
    line: Line,
    links: Vec<Link>,
    /// Who sleeps on each link; none while it is unused, or called.
    sleepers: Vec<Option<Sleeper>>,
    deserted: bool,
}

/// Who is to be woken.
#[derive(Debug)]
pub enum Sleeper {
    /// By `unpark`.
    Thread(Thread),
    /// By `wake`.
    Task(Waker),
}

/// A stay with the waiters, which ends with [`Waiters::leave`].
#[derive(Debug)]
pub(crate) struct Ticket(usize);

/// What a call found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Found {
    /// Nobody, or those who were woken.
    Waiters,
    /// That there will never be any: see [`Waiters::desert`].
    Desert,
}

/// How many are woken between two times under the lock.
const AT_ONCE: usize = 16;

impl Sleeper {
    pub(crate) fn wake(self) {
        match self {
            Sleeper::Thread(thread) => thread.unpark(),
            Sleeper::Task(waker) => waker.wake(),
        }
    }
}

impl Waiters {
    pub(crate) fn new() -> Self {
        let seats = Seats { line: Line::new(), links: Vec::new(), sleepers: Vec::new(), deserted: false };
        Self { event: Event::new(), seats: Mutex::new(seats) }
    }

    /// Calls the first `n` who wait, if anybody does: after something was published for so many. A fence and a load if nobody does.
    #[inline]
    pub(crate) fn call(&self, n: usize) -> Found {
        if self.event.publish() { self.call_first(n) } else { Found::Waiters }
    }

    /// Calls everybody who waits.
    pub(crate) fn call_all(&self) {
        let _ = self.call(usize::MAX);
    }

    #[cold]
    fn call_first(&self, mut n: usize) -> Found {
        let mut panicked = None;
        let found = loop {
            let mut called = [const { None }; AT_ONCE];
            let (mut count, deserted) = (0, {
                let mut seats = self.lock();
                let Seats { line, links, sleepers, deserted } = &mut *seats;
                for (called, _) in called.iter_mut().zip(0..n) {
                    let Some(at) = line.call(links) else { break };
                    self.event.leave();
                    *called = sleepers[at].take();
                }
                *deserted
            });
            for sleeper in called.into_iter().flatten() {
                // (W3) Other people's code: whatever it does, those behind it are woken.
                let woken = catch_unwind(AssertUnwindSafe(|| sleeper.wake()));
                panicked = panicked.or(woken.err());
                count += 1;
            }
            n -= count;
            if count < AT_ONCE || n == 0 {
                break if deserted { Found::Desert } else { Found::Waiters };
            }
        };
        match panicked {
            None => found,
            Some(panic) => resume_unwind(panic),
        }
    }

    /// Joins the line, or goes back to the old place in it if there is a ticket already. Then the caller has to attempt once more, and
    /// may sleep if that fails: `sleeper` is woken by the call.
    pub(crate) fn join(&self, ticket: &mut Option<Ticket>, sleeper: Sleeper) {
        let mut seats = self.lock();
        let Seats { line, links, sleepers, .. } = &mut *seats;
        let (at, announce) = match ticket {
            Some(Ticket(at)) => (*at, line.rejoin(links, *at)),
            None => {
                let at = match line.join(links) {
                    Some(at) => at,
                    None => {
                        links.push(Link::new());
                        sleepers.push(None);
                        line.add(links);
                        line.join(links).expect("one was added")
                    }
                };
                *ticket = Some(Ticket(at));
                (at, true)
            }
        };
        let before = sleepers[at].replace(sleeper);
        if announce {
            let _ = self.event.prepare(); // the line is what is slept on, not the epoch
        }
        drop(seats);
        drop(before); // (W3)
    }

    /// Leaves for good. Tells whether it had been called: then the token is to be used up or handed on (W2).
    #[must_use = "a token is to be used up or handed on"]
    pub(crate) fn leave(&self, Ticket(at): Ticket) -> bool {
        let mut seats = self.lock();
        let Seats { line, links, sleepers, .. } = &mut *seats;
        let called = line.leave(links, at);
        if !called {
            self.event.leave();
        }
        let before = sleepers[at].take();
        drop(seats);
        drop(before); // (W3)
        called
    }

    /// Nobody will ever wait here again. From now on each call is told so: whoever has published something and was not told so has
    /// published it in time for what the caller does next.
    pub(crate) fn desert(&self) {
        let mut seats = self.lock();
        seats.deserted = true;
        let _ = self.event.prepare(); // never taken back, so that every publisher comes to the lock
    }

    fn lock(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
