//! Those who wait for one thing.
use super::sync::{Mutex, MutexGuard, Thread};
use annulus_protocol::line::{Line, Link};
use annulus_protocol::presence::Presence;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::PoisonError;
use std::task::Waker;

/// Those who wait for one thing, in a line, and how many of them there are for who has just published it.
#[derive(Debug)]
pub(crate) struct Waiters {
    /// Counts who is in the line. That is changed under the lock, together with the line.
    presence: Presence,
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

/// Somebody who looks. If it goes otherwise than by [`stop`](Self::stop), those in the line look in its place.
#[derive(Debug)]
pub(crate) struct Looking<'a> {
    waiters: &'a Waiters,
}

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
        Self { presence: Presence::new(), seats: Mutex::new(seats) }
    }

    /// Calls the first `n` who wait, if anybody does and nobody looks: after something was published for so many. A fence and a load if
    /// nobody waits.
    #[inline(always)]
    pub(crate) fn call(&self, n: usize) -> Found {
        if self.presence.publish() { self.call_first(n) } else { Found::Waiters }
    }

    /// Calls everybody who waits.
    pub(crate) fn call_all(&self) {
        if self.presence.publish_to_all() {
            let _ = self.call_first(usize::MAX);
        }
    }

    #[cold]
    #[inline(never)]
    fn call_first(&self, n: usize) -> Found {
        if n != 1 {
            return self.call_many(n);
        }
        let (sleeper, found) = {
            let mut seats = self.lock();
            (self.take_first(&mut seats), seats.found())
        };
        if let Some(sleeper) = sleeper {
            sleeper.wake(); // (W3)
        }
        found
    }

    fn call_many(&self, mut n: usize) -> Found {
        let mut panicked = None;
        let found = loop {
            let mut called = [const { None }; AT_ONCE];
            let (mut count, found) = (0, {
                let mut seats = self.lock();
                for (called, _) in called.iter_mut().zip(0..n) {
                    let Some(sleeper) = self.take_first(&mut seats) else { break };
                    *called = Some(sleeper);
                }
                seats.found()
            });
            for sleeper in called.into_iter().flatten() {
                // (W3) Other people's code: whatever it does, those behind it are woken.
                let woken = catch_unwind(AssertUnwindSafe(|| sleeper.wake()));
                panicked = panicked.or(woken.err());
                count += 1;
            }
            n -= count;
            if count < AT_ONCE || n == 0 {
                break found;
            }
        };
        match panicked {
            None => found,
            Some(panic) => resume_unwind(panic),
        }
    }

    fn take_first(&self, seats: &mut Seats) -> Option<Sleeper> {
        let at = seats.line.call(&mut seats.links)?;
        self.presence.leave();
        seats.sleepers[at].take()
    }

    /// Begins to look for what those in the line wait for: meanwhile they may be spared (W6).
    pub(crate) fn look(&self) -> Looking<'_> {
        self.presence.look();
        Looking { waiters: self }
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
            self.presence.join();
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
            self.presence.leave();
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
        self.presence.join(); // never taken back, so that every publisher comes to the lock
    }

    fn lock(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seats {
    fn found(&self) -> Found {
        if self.deserted { Found::Desert } else { Found::Waiters }
    }
}

impl Looking<'_> {
    /// Looks no more. Tells whether there is anybody in the line, who may have been spared.
    #[must_use = "those in the line may have been spared: look for them"]
    pub(crate) fn stop(self) -> bool {
        std::mem::ManuallyDrop::new(self).waiters.presence.stop()
    }
}

impl Drop for Looking<'_> {
    fn drop(&mut self) {
        if self.waiters.presence.stop() {
            let _ = self.waiters.call(1); // whatever was left to this one: it has no time to look
        }
    }
}
