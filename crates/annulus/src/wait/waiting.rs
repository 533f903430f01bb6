//! One who waits.
use super::sync::thread;
use super::{Found, Patience, Pick, Sleeper, Ticket, Waiters};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

/// What is tried until it succeeds. It never waits.
pub trait Attempt {
    /// What a success brings; a final failure is one.
    type Done;

    /// Whether an attempt might succeed: news, cheaper than an attempt. It may not notice that it has closed, which an attempt does.
    fn hopeful(&mut self) -> bool;

    /// One try.
    fn attempt(&mut self) -> Option<Self::Done>;

    /// Whether another one who waits for the same would succeed: asked after a success, and what was known to who called is seen.
    fn more(&mut self) -> bool;

    /// Whether it waits where the other side comes by and does it for this one, instead of in a line that is called.
    #[doc(hidden)]
    fn meets(&self) -> bool {
        false
    }

    /// Goes there, with the pick of the selection that it is part of; or hands the sleeper back, who waits in the line.
    #[doc(hidden)]
    fn stay(&mut self, sleeper: Sleeper, pick: Option<&Arc<Pick>>) -> Option<Sleeper> {
        let _ = pick;
        Some(sleeper)
    }

    /// Whether it is there, or in the line: if not, it has to go there again before it sleeps.
    #[doc(hidden)]
    fn settled(&self) -> bool {
        true
    }

    /// Leaves it, and tells what the other side had done by then.
    #[doc(hidden)]
    fn give_up(&mut self) -> Option<Self::Done> {
        None
    }
}

/// One who waits, or is about to. When it goes, its place in the line is given up and the token that it has is handed on (W2).
#[derive(Debug)]
pub(crate) struct Waiting<'a> {
    waiters: &'a Waiters,
    ticket: Option<Ticket>,
}

impl<'a> Waiting<'a> {
    pub(crate) fn new(waiters: &'a Waiters) -> Self {
        Self { waiters, ticket: None }
    }

    /// One that has been waiting already.
    pub(crate) fn resumed(waiters: &'a Waiters, ticket: Option<Ticket>) -> Self {
        Self { waiters, ticket }
    }

    /// Goes on waiting elsewhere.
    pub(crate) fn suspend(mut self) -> Option<Ticket> {
        self.ticket.take()
    }

    /// After that one more attempt, before the caller sleeps.
    pub(crate) fn join<A: Attempt>(&mut self, attempt: &mut A, sleeper: Sleeper, pick: Option<&Arc<Pick>>) {
        if let Some(sleeper) = attempt.stay(sleeper, pick) {
            self.waiters.join(&mut self.ticket, sleeper);
        }
    }

    /// One try, and if it succeeds the wait is over: a token is used up, or there is more, and the next one is called.
    #[inline(always)]
    pub(crate) fn attempt<A: Attempt>(&mut self, attempt: &mut A) -> Option<A::Done> {
        let done = attempt.attempt()?;
        if let Some(ticket) = self.ticket.take() {
            self.done(ticket, attempt);
        }
        Some(done)
    }

    #[cold]
    fn done<A: Attempt>(&mut self, ticket: Ticket, attempt: &mut A) {
        // One call may have served for several things: where many write, what is committed first cannot be had before what was
        // reserved first, and whoever was called for it has gone back to sleep.
        if self.waiters.leave(ticket) && attempt.more() {
            let _ = self.waiters.call(1);
        }
    }

    /// Looks for a while, if that has paid of late.
    pub(crate) fn look<A: Attempt>(&mut self, patience: &Patience, attempt: &mut A) -> Option<A::Done> {
        let looking = self.waiters.look();
        let mut done = None;
        let _ = patience.look(|| {
            if attempt.hopeful() {
                done = self.attempt(attempt); // somebody else may be quicker: then it goes on looking
            }
            done.is_some()
        });
        let others = looking.stop();
        if done.is_some() || others {
            let more = attempt.more();
            if done.is_some() {
                patience.found(more);
            }
            if others && more {
                let _ = self.waiters.call(1); // (W6)
            }
        }
        done
    }

    /// What a future does when it is polled.
    #[inline(always)]
    pub(crate) fn poll<A: Attempt>(&mut self, attempt: &mut A, task: &Context<'_>) -> Poll<A::Done> {
        match self.attempt(attempt) {
            Some(done) => Poll::Ready(done),
            None => self.sleep(attempt, task),
        }
    }

    #[cold]
    fn sleep<A: Attempt>(&mut self, attempt: &mut A, task: &Context<'_>) -> Poll<A::Done> {
        loop {
            self.join(attempt, Sleeper::Task(task.waker().clone()), None);
            match self.attempt(attempt) {
                Some(done) => return Poll::Ready(done),
                None if attempt.settled() => return Poll::Pending,
                None => {}
            }
        }
    }

    /// What an end does when it is polled, which keeps its ticket between two polls. Whoever drops the end [gives it up](give_up).
    pub(crate) fn poll_of_end<A: Attempt>(
        waiters: &'a Waiters,
        ticket: &mut Option<Ticket>,
        attempt: &mut A,
        task: &Context<'_>,
    ) -> Poll<A::Done> {
        let mut waiting = Self::resumed(waiters, ticket.take());
        let polled = waiting.poll(attempt, task);
        *ticket = waiting.suspend();
        polled
    }
}

impl Drop for Waiting<'_> {
    #[inline]
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            give_up(self.waiters, ticket);
        }
    }
}

/// Somebody will not come back to what it waited for.
#[cold]
pub(crate) fn give_up(waiters: &Waiters, ticket: Ticket) {
    if waiters.leave(ticket) {
        let (Found::Waiters | Found::Desert) = waiters.call(1); // whoever deserts empties the ring itself
    }
}

/// Tries until it succeeds, and makes the thread sleep meanwhile, or until the deadline has come.
#[cold]
pub(crate) fn block<A: Attempt>(
    waiters: &Waiters,
    patience: &Patience,
    attempt: &mut A,
    deadline: Option<Instant>,
) -> Option<A::Done> {
    let meets = attempt.meets();
    let mut waiting = Waiting::new(waiters);
    let left = || deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    loop {
        // Whoever was woken and came too late is among those who are awake, of whom one will have to go to sleep: it looks like them.
        // Nothing can be done by those who only look where both sides have to be there.
        if !meets
            && left().is_none_or(|left| !left.is_zero())
            && let Some(done) = waiting.look(patience, attempt)
        {
            return Some(done);
        }
        waiting.join(attempt, Sleeper::Thread(thread::current()), None);
        if let Some(done) = waiting.attempt(attempt) {
            return Some(done);
        }
        if !attempt.settled() {
            continue;
        }
        match left() {
            None => thread::park(),
            Some(left) if left.is_zero() => return attempt.give_up(),
            Some(left) => thread::park_timeout(left),
        }
        if let Some(done) = waiting.attempt(attempt) {
            return Some(done);
        }
    }
}
