//! Futures that are dropped before they are ready, at a moment that is drawn.
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// Numbers that look drawn (xorshift, G. Marsaglia 2003).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }

    fn fate(&mut self) -> Fate {
        match self.below(16) {
            0..4 => Fate::Patient,
            4..10 => Fate::Polls(self.below(5)),
            10..14 => Fate::Woken,
            _ => Fate::Bell(None),
        }
    }
}

/// What becomes of a future, unless it is ready before.
enum Fate {
    /// It is polled until it is ready.
    Patient,
    /// It is polled so many times, whether it was woken or not, and then dropped.
    Polls(usize),
    /// It is dropped when it has been woken, before it looks: what it was woken for is somebody else's then.
    Woken,
    /// It is dropped when the bell has rung, which knows nothing of it.
    Bell(Option<u64>),
}

/// Rings now and then, from a thread of its own, for tasks that are asleep or on their way.
#[derive(Default)]
pub(crate) struct Bell(Mutex<(u64, Vec<Waker>)>);

impl Bell {
    /// Rings until told that it is over.
    pub(crate) fn ring(&self, over: impl Fn() -> bool) {
        let mut dice = Dice::new(7);
        while !over() {
            std::thread::sleep(Duration::from_micros(dice.below(100) as u64));
            let woken = {
                let mut bell = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                bell.0 += 1;
                std::mem::take(&mut bell.1)
            };
            woken.into_iter().for_each(Waker::wake);
        }
    }

    /// Wakes the task when it rings next; tells how often it has rung.
    fn wait(&self, task: &Waker) -> u64 {
        let mut bell = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        bell.1.push(task.clone());
        bell.0
    }
}

/// What came of a future.
pub(crate) enum Came<R> {
    Ready(R),
    /// It was dropped while it waited.
    Cancelled,
    /// It was dropped before it was polled.
    Unpolled,
}

/// A future with its fate.
pub(crate) struct Fated<'a, F> {
    /// There until it has met it.
    future: Option<F>,
    fate: Fate,
    bell: &'a Bell,
    polls: usize,
}

impl<'a, F: Future + Unpin> Fated<'a, F> {
    pub(crate) fn new(dice: &mut Dice, bell: &'a Bell, future: F) -> Self {
        Self { future: Some(future), fate: dice.fate(), bell, polls: 0 }
    }

    fn end<R>(&mut self) -> Poll<Came<R>> {
        self.future = None;
        Poll::Ready(if self.polls == 0 { Came::Unpolled } else { Came::Cancelled })
    }
}

impl<F: Future + Unpin> Future for Fated<'_, F> {
    type Output = Came<F::Output>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Came<F::Output>> {
        let this = &mut *self;
        let over = match &mut this.fate {
            Fate::Patient => false,
            Fate::Polls(left) => *left == this.polls,
            Fate::Woken => this.polls == 1,
            Fate::Bell(Some(before)) => this.bell.wait(task.waker()) != *before,
            Fate::Bell(before @ None) => {
                *before = Some(this.bell.wait(task.waker()));
                false
            }
        };
        if over {
            return this.end();
        }
        let future = this.future.as_mut().expect("polled after its end");
        if let Poll::Ready(result) = Pin::new(future).poll(task) {
            return Poll::Ready(Came::Ready(result));
        }
        this.polls += 1;
        if let Fate::Polls(left) = this.fate {
            if left == this.polls {
                return this.end();
            }
            task.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

/// Lets others have their turn.
pub(crate) struct Turn(pub(crate) bool);

impl Future for Turn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        task.waker().wake_by_ref();
        Poll::Pending
    }
}
