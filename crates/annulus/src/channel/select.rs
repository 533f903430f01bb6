//! Waiting for whichever of several operations can be done first, as a thread. Tasks use the `select` of their runtime: futures of channels
//! can be dropped at any moment.
use super::core::Core;
use super::ends::{Inlet, Kind};
use super::error::SendError;
use crate::error::PushError;
use crate::wait::{Attempt, Pick, Sleeper, Waiters, Waiting};
use std::cell::Cell;
use std::fmt;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

/// One of the operations that [`select!`](crate::select) chooses from: see `to_recv` of a receiver and `to_send` of a sender.
///
/// Dropped without having been chosen, it has done nothing, and a wake that it got goes to the next who waits.
pub struct Arm<'a, A: Attempt> {
    attempt: A,
    waiting: Waiting<'a>,
    done: Option<A::Done>,
}

impl<'a, A: Attempt> Arm<'a, A> {
    pub(crate) fn new(attempt: A, waiters: &'a Waiters) -> Self {
        Self { attempt, waiting: Waiting::new(waiters), done: None }
    }

    /// What came of it, if it was chosen: once.
    pub fn take(&mut self) -> Option<A::Done> {
        self.done.take()
    }
}

impl<A: Attempt> fmt::Debug for Arm<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arm").finish_non_exhaustive()
    }
}

/// What was on offer is nobody's, and what was handed over goes to the next one.
impl<A: Attempt> Drop for Arm<'_, A> {
    fn drop(&mut self) {
        let _ = self.give_up();
    }
}

/// An [`Arm`], whatever it does.
pub trait Selectable {
    /// One try, by whoever has the pick.
    #[doc(hidden)]
    fn attempt(&mut self) -> bool;

    /// The thread is to be woken for it.
    #[doc(hidden)]
    fn join(&mut self, pick: Option<&Arc<Pick>>);

    /// Whether the other side may do it, and takes the pick; then an attempt takes it as well.
    #[doc(hidden)]
    fn meets(&self) -> bool;

    /// The other side does it no more. Tells whether it has.
    #[doc(hidden)]
    fn give_up(&mut self) -> bool;
}

impl<A: Attempt> Selectable for Arm<'_, A> {
    fn attempt(&mut self) -> bool {
        self.done = self.waiting.attempt(&mut self.attempt);
        self.done.is_some()
    }

    fn join(&mut self, pick: Option<&Arc<Pick>>) {
        self.waiting.join(&mut self.attempt, Sleeper::Thread(thread::current()), pick);
    }

    fn meets(&self) -> bool {
        self.attempt.meets()
    }

    fn give_up(&mut self) -> bool {
        if self.done.is_some() {
            return false;
        }
        self.done = self.attempt.give_up();
        self.done.is_some()
    }
}

/// How long a selection waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Until one of the operations can be done.
    Never,
    /// Not at all.
    Now,
    /// Until then.
    Until(Instant),
}

/// Which operation is chosen if several can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Another one each time.
    Fair,
    /// The first.
    Biased,
}

/// Does the first of the operations that can be done, and tells which; `None` if the limit came first. [`select!`](crate::select) is the
/// convenient form.
///
/// # Progress
/// Waits for the other ends, up to the limit.
pub fn select(arms: &mut [&mut dyn Selectable], choice: Choice, limit: Limit) -> Option<usize> {
    let first = match choice {
        Choice::Biased => 0,
        Choice::Fair => next_first() % arms.len().max(1),
    };
    let count = arms.len();
    let order = move || (first..count).chain(0..first);
    if let Some(at) = order().find(|at| arms[*at].attempt()) {
        return Some(at); // one at the most succeeds
    }
    if limit == Limit::Now {
        return None;
    }
    // Where the other side may do one of several, it has to be told that none is done already.
    let pick = arms.iter().any(|arm| arm.meets()).then(Pick::of_thread);
    let chosen = wait_for(arms, order, pick.as_ref(), limit);
    let Some(pick) = pick else { return chosen };
    // Whether the time is over or one is chosen: nobody does another one from now on.
    let met = (0..count).filter(|at| arms[*at].give_up()).last();
    pick.put_back();
    chosen.or(met)
}

/// Sleeps until one is done.
fn wait_for<I: Iterator<Item = usize>>(
    arms: &mut [&mut dyn Selectable],
    order: impl Fn() -> I,
    pick: Option<&Arc<Pick>>,
    limit: Limit,
) -> Option<usize> {
    loop {
        arms.iter_mut().for_each(|arm| arm.join(pick));
        if let Some(at) = look(arms, &order, pick) {
            return Some(at);
        }
        match limit {
            Limit::Until(deadline) => match deadline.saturating_duration_since(Instant::now()) {
                left if left.is_zero() => return None,
                left => thread::park_timeout(left),
            },
            _ => thread::park(),
        }
        if let Some(at) = look(arms, &order, pick) {
            return Some(at);
        }
    }
}

/// One look at each.
fn look<I: Iterator<Item = usize>>(
    arms: &mut [&mut dyn Selectable],
    order: impl Fn() -> I,
    pick: Option<&Arc<Pick>>,
) -> Option<usize> {
    let Some(pick) = pick else { return order().find(|at| arms[*at].attempt()) };
    let mut in_vain = false;
    let found = order().find(|at| {
        let arm = &mut arms[*at];
        if arm.meets() {
            return arm.attempt();
        }
        if !Pick::take(Some(pick), None) {
            return false; // the other side has done one: it is found
        }
        let done = arm.attempt();
        if !done {
            pick.give_back();
            in_vain = true;
        }
        done
    });
    // Whoever would have done another one meanwhile found this selection gone, and sleeps perhaps.
    match found {
        None if in_vain => order().find(|at| arms[*at].meets() && arms[*at].attempt()),
        found => found,
    }
}

fn next_first() -> usize {
    thread_local! {
        static FIRST: Cell<usize> = const { Cell::new(0) };
    }
    FIRST.with(|first| first.replace(first.get().wrapping_add(1)))
}

/// An item on its way in, that stays where it is until it is sent.
#[derive(Debug)]
pub struct PuttingFrom<'a, T, M: Kind, E> {
    pub(crate) end: E,
    pub(crate) core: &'a Core<T, M>,
    pub(crate) item: &'a mut Option<T>,
}

impl<T, M: Kind, E: Inlet<T>> Attempt for PuttingFrom<'_, T, M, E> {
    type Done = Result<(), SendError<()>>;

    fn hopeful(&mut self) -> bool {
        self.end.is_hopeful()
    }

    fn attempt(&mut self) -> Option<Self::Done> {
        if self.end.on_offer() {
            return match self.end.offered()? {
                Ok(()) => Some(Ok(())),
                Err(item) => {
                    *self.item = Some(item);
                    Some(Err(SendError::Closed(())))
                }
            };
        }
        let item = self.item.take().expect("an item to send");
        let (done, item) = match self.end.put(item) {
            Ok(()) => {
                self.core.put(1);
                return Some(Ok(()));
            }
            Err(PushError::Closed(item)) => (Some(Err(SendError::Closed(()))), item),
            Err(PushError::Full(item) | PushError::Busy(item)) => (None, item),
        };
        *self.item = Some(item);
        done
    }

    fn more(&mut self) -> bool {
        self.end.level() != 0 || self.end.is_closed()
    }

    fn meets(&self) -> bool {
        self.end.meets()
    }

    fn stay(&mut self, sleeper: Sleeper, pick: Option<&Arc<Pick>>) -> Option<Sleeper> {
        self.end.offer(self.item, sleeper, pick)
    }

    fn give_up(&mut self) -> Option<Self::Done> {
        match self.end.withdraw()? {
            Ok(()) => Some(Ok(())),
            Err(item) => {
                *self.item = Some(item);
                None
            }
        }
    }
}

/// Waits, as a thread, for whichever of several operations can be done first, does that one and no other, and evaluates what is to the
/// right of it. Any mix of channels, of whatever kind, and of operations:
///
/// | arm | does |
/// |---|---|
/// | `recv(receiver) -> result => ..` | [`recv`](crate::channel::Receiver::recv) |
/// | `send(sender, item) -> result => ..` | sends what is in the variable `item`, an `Option` that is `None` after that, and only then. The result is an error, and the item stays, if it is closed. |
/// | `default => ..`, last | if none can be done at once |
/// | `timeout(duration) => ..`, last | if none could be done in that time |
///
/// If several can be done, it is the turn of another one each time; with `biased;` in front, the first is chosen. What closes can be done:
/// with an error. No two arms can send from the same variable. Where there is one of an end (`spsc::Receiver`) it is borrowed `&mut` until one is chosen.
///
/// ```
/// use annulus::{mpmc, select, spsc};
/// let (orders, taken) = mpmc::channel(2);
/// let (mut stop, mut stopped) = spsc::channel::<()>(1);
/// let mut order = Some("tea");
/// for _ in 0..2 {
///     select! {
///         biased;
///         recv(stopped) -> _ => break,
///         send(orders, order) -> sent => sent.unwrap(),
///     }
///     assert_eq!(order, None);
///     stop.send(()).unwrap();
/// }
/// assert_eq!(taken.recv(), Ok("tea"));
/// let empty = select! {
///     recv(taken) -> item => item.is_err(),
///     default => true,
/// };
/// assert!(empty);
/// ```
///
/// # Panics
/// If there is no item to send.
///
/// # Progress
/// Waits for the other ends, up to the limit. An operation that is not chosen loses nothing, and swallows no wake.
#[macro_export]
macro_rules! select {
    (biased; $($arms:tt)+) => { $crate::select!(@parse (Biased) [] $($arms)+) };

    (@parse $choice:tt [$($arms:tt)*] recv($end:expr) -> $result:pat => $body:expr $(, $($rest:tt)*)?) => {
        $crate::select!(@parse $choice [$($arms)* [($end.to_recv()) $result => $body]] $($($rest)*)?)
    };
    (@parse $choice:tt [$($arms:tt)*] send($end:expr, $item:expr) -> $result:pat => $body:expr $(, $($rest:tt)*)?) => {
        $crate::select!(@parse $choice [$($arms)* [($end.to_send(&mut $item)) $result => $body]] $($($rest)*)?)
    };
    (@parse $choice:tt [$($arms:tt)*] default => $body:expr $(,)?) => {
        $crate::select!(@run $choice ($crate::channel::Limit::Now) [$($arms)*] $body)
    };
    (@parse $choice:tt [$($arms:tt)*] timeout($limit:expr) => $body:expr $(,)?) => {
        $crate::select!(@run $choice (match ::std::time::Instant::now().checked_add($limit) {
            Some(deadline) => $crate::channel::Limit::Until(deadline),
            None => $crate::channel::Limit::Never,
        }) [$($arms)*] $body)
    };
    (@parse $choice:tt [$($arms:tt)*]) => {
        $crate::select!(@run $choice ($crate::channel::Limit::Never) [$($arms)*] unreachable!("it waits for ever"))
    };
    (@parse $choice:tt $arms:tt $($rest:tt)+) => {
        compile_error!(
            "an arm is `recv(receiver) -> result => ..` or `send(sender, item) -> result => ..`, the last one may be `default => ..` or `timeout(duration) => ..`, and there are commas between them"
        )
    };

    // Every recursion has an `arm` of its own. They are gone before what was chosen is evaluated.
    (@run ($choice:ident) $limit:tt [$([$end:tt $result:pat => $body:expr])+] $otherwise:expr) => {
        $crate::select!(@match
            ($crate::select!(@arms $choice $limit [] $($end)+))
            [$([$result => $body])+] $otherwise)
    };
    (@arms $choice:ident $limit:tt [$($arm:ident)*] ($end:expr) $($rest:tt)*) => {{
        let mut arm = $end;
        $crate::select!(@arms $choice $limit [$($arm)* arm] $($rest)*)
    }};
    (@arms $choice:ident ($limit:expr) [$($arm:ident)+]) => {{
        let _ = $crate::channel::select(&mut [$(&mut $arm),+], $crate::channel::Choice::$choice, $limit);
        $crate::select!(@chosen $($arm)+)
    }};
    // What was chosen, as so many `Err`s around an `Ok` as there are arms before it.
    (@chosen) => { () };
    (@chosen $arm:ident $($rest:ident)*) => {
        match $arm.take() {
            Some(result) => Ok(result),
            None => Err($crate::select!(@chosen $($rest)*)),
        }
    };
    (@match $chosen:tt [[$result:pat => $body:expr] $($rest:tt)*] $otherwise:expr) => {
        match $chosen {
            Ok($result) => $body,
            Err(chosen) => $crate::select!(@match (chosen) [$($rest)*] $otherwise),
        }
    };
    (@match ($chosen:expr) [] $otherwise:expr) => {{
        let () = $chosen;
        $otherwise
    }};

    ($($arms:tt)+) => { $crate::select!(@parse (Fair) [] $($arms)+) };
}
