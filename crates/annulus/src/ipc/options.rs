//! How a ring is made and opened.
use super::error::Error;
use super::segment::{Segment, element};
use super::{Plain, Queue};
use std::sync::Arc;
use std::time::Duration;

/// What a ring is to be like, and how its ends are to wait.
///
/// ```no_run
/// let queue = annulus::ipc::Options::new().capacity(4096).mode(0o660).create::<u8>("log")?;
/// # Ok::<(), annulus::ipc::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "options do nothing before `create` or `open`"]
pub struct Options {
    capacity: usize,
    mode: u32,
    tag: u64,
    spin: Option<Duration>,
}

impl Options {
    /// 1024 elements, open to this user alone.
    pub fn new() -> Self {
        Self { capacity: 1024, mode: 0o600, tag: 0, spin: None }
    }

    /// How many elements fit, exactly. Only for a ring that is made; one that is opened has its own.
    pub fn capacity(mut self, capacity: usize) -> Self {
        self.capacity = capacity;
        self
    }

    /// Who may use the ring: the file's permission bits, whatever the umask. Whoever may write may do so anywhere in it.
    pub fn mode(mut self, mode: u32) -> Self {
        self.mode = mode & 0o777;
        self
    }

    /// One writer, one reader: so far the only kind.
    pub fn spsc(self) -> Self {
        self
    }

    /// A number that stands for the type of the elements, to be compared when the ring is opened. Without one, size and
    /// alignment are compared, and zero with zero.
    pub fn tag(mut self, tag: u64) -> Self {
        self.tag = tag;
        self
    }

    /// How long a [`Sender`](super::Sender) or [`Receiver`](super::Receiver) stays awake before it sleeps: 20 us, or
    /// nothing where there is only one CPU to use.
    pub fn spin(mut self, spin: Duration) -> Self {
        self.spin = Some(spin);
        self
    }

    /// Makes a ring.
    ///
    /// All its memory is reserved here: no later use can fail for want of it. The name appears when the ring is complete.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`], [`Error::BadName`], [`Error::Capacity`], [`Error::NoSpace`],
    /// [`Error::PermissionDenied`], [`Error::Io`]. No file is left behind.
    pub fn create<T: Plain>(&self, name: &str) -> Result<Queue<T>, Error> {
        super::name::check(name)?;
        let segment = Segment::create(name, element::<T>(self.tag), self.capacity, self.mode)?;
        Ok(self.queue(segment))
    }

    /// Opens a ring that somebody made.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::BadName`], [`Error::WrongElement`], [`Error::PermissionDenied`], and all that
    /// can be wrong with a file: [`Error::NotARing`], [`Error::WrongVersion`], [`Error::Truncated`],
    /// [`Error::Corrupt`].
    pub fn open<T: Plain>(&self, name: &str) -> Result<Queue<T>, Error> {
        super::name::check(name)?;
        let segment = Segment::open(name, element::<T>(self.tag))?;
        Ok(self.queue(segment))
    }

    /// Opens the ring if there is one, and otherwise makes it. Then its capacity and mode may be others than these.
    ///
    /// # Errors
    /// As [`open`](Self::open) and [`create`](Self::create).
    pub fn open_or_create<T: Plain>(&self, name: &str) -> Result<Queue<T>, Error> {
        let mut attempts = 0;
        loop {
            match self.open(name) {
                Err(Error::NotFound { .. }) => {}
                other => return other,
            }
            attempts += 1;
            match self.create(name) {
                // Somebody made it meanwhile; give up if it comes and goes.
                Err(Error::AlreadyExists { .. }) if attempts < 100 => {}
                other => return other,
            }
        }
    }

    fn queue<T: Plain>(&self, segment: Segment) -> Queue<T> {
        Queue::new(Arc::new(segment), self.spin)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}
