//! What was called and answered, when.
use std::fmt;

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Why {
    Full,
    Empty,
    Busy,
    Closed,
}

/// A guard is known by the number of the call that got it.
pub(crate) type Id = usize;

#[derive(Clone, Debug)]
pub(crate) enum Call {
    Push(u32),
    ForcePush(u32),
    Pop,
    Reserve(usize),
    /// Each slot's item, or that it was abandoned.
    Commit(Id, Vec<Option<u32>>),
    Claim(usize),
    /// With what was in the slots at the end.
    Release(Id, Vec<u32>),
    Close,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Done,
    Popped(u32),
    Evicted(u32),
    Reserved(usize),
    Claimed(Vec<u32>),
    Refused(Why),
}

/// One call, from its beginning to its end on the clock that all threads share.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub id: Id,
    pub thread: usize,
    pub call: Call,
    pub answer: Answer,
    pub began: u64,
    pub ended: u64,
}

/// The calls of each thread.
#[derive(Clone, Debug)]
pub(crate) struct History {
    pub capacity: usize,
    pub threads: Vec<Vec<Event>>,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, indent) = (self.id, self.thread * 2);
        write!(f, "{:>4} ..{:>4}  {:indent$}T{} ", self.began, self.ended, "", self.thread)?;
        match &self.call {
            Call::Push(value) => write!(f, "push({value})")?,
            Call::ForcePush(value) => write!(f, "force_push({value})")?,
            Call::Pop => write!(f, "pop()")?,
            Call::Reserve(n) => write!(f, "g{id} = reserve({n})")?,
            Call::Commit(guard, items) if items.iter().all(Option::is_none) => {
                write!(f, "g{guard}.abandon()")?
            }
            Call::Commit(guard, items) => {
                write!(f, "g{guard}.commit({:?})", items.iter().flatten().collect::<Vec<_>>())?
            }
            Call::Claim(n) => write!(f, "g{id} = claim({n})")?,
            Call::Release(guard, values) => write!(f, "g{guard}.release() of {values:?}")?,
            Call::Close => write!(f, "close()")?,
        }
        match &self.answer {
            Answer::Done => Ok(()),
            Answer::Popped(value) => write!(f, " -> {value}"),
            Answer::Evicted(value) => write!(f, " -> evicted {value}"),
            Answer::Reserved(n) => write!(f, " -> {n} slots"),
            Answer::Claimed(values) => write!(f, " -> {values:?}"),
            Answer::Refused(why) => write!(f, " -> {why:?}"),
        }
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "capacity {}", self.capacity)?;
        let mut events: Vec<&Event> = self.threads.iter().flatten().collect();
        events.sort_by_key(|event| event.began);
        events.iter().try_for_each(|event| writeln!(f, "{event}"))
    }
}
