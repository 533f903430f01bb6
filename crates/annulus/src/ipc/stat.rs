//! Looking at a ring without taking part.
use super::error::Error;
use super::layout::{Control, LINE};
use super::segment::read_header;
use crate::os::{lock, shm};
use annulus_protocol::life::{End, State};
use std::os::fd::OwnedFd;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What a ring looked like. The ends may have gone on meanwhile, so all numbers are news.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stat {
    /// The name.
    pub name: String,
    /// Elements that fit.
    pub capacity: usize,
    /// Bytes of one element.
    pub element_size: usize,
    /// Its alignment.
    pub element_align: usize,
    /// What [`Options::tag`](super::Options::tag) says about it.
    pub tag: u64,
    /// Elements in the ring.
    pub len: usize,
    /// Elements that were ever written: the position of the writing end.
    pub messages: u64,
    /// Elements that were ever read: the position of the reading end.
    pub read: u64,
    /// Open, closing (an end has gone, items are left) or closed. A new end opens its side again.
    pub state: State,
    /// The writing end.
    pub writer: EndStat,
    /// The reading end.
    pub reader: EndStat,
    /// When it was made.
    pub created: SystemTime,
    /// The process that made it.
    pub creator: u32,
    /// A number that tells it from another ring of the same name.
    pub id: u64,
    /// Major and minor version of the layout.
    pub version: (u16, u16),
    /// Bytes of shared memory.
    pub bytes: u64,
}

/// One end of a ring, from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndStat {
    /// The process that has it, as it is called in its own PID namespace; none if it was given back.
    pub pid: Option<u32>,
    /// Whether the end is held at this moment; the kernel says so. A process in `pid` that does not hold it is dead.
    pub alive: bool,
    /// Whether the end has said that it will not go on.
    pub closed: bool,
    /// How often the end was taken.
    pub sittings: u32,
    /// How many threads sleep until the other end does something.
    pub sleepers: u32,
}

impl EndStat {
    /// The process that died without giving the end back, if it did.
    pub fn dead(&self) -> Option<u32> {
        if self.alive { None } else { self.pid }
    }
}

impl Stat {
    /// Reads a ring's words through the file: nothing is mapped, nothing is written.
    pub(super) fn read(name: &str, file: &OwnedFd) -> Result<Self, Error> {
        let header = read_header(name, file)?;
        let failed = |source| Error::from_io(name, "looking at", source);
        let mut control = [0; size_of::<Control>()];
        let read = shm::read_at(file, header.control_at, &mut control).map_err(failed)?;
        if read < control.len() {
            return Err(Error::corrupt(name, "the length of the file"));
        }
        let word = |at: usize| u64::from_ne_bytes(std::array::from_fn(|i| control[at + i]));
        let half = |at: usize| u32::from_ne_bytes(std::array::from_fn(|i| control[at + i]));
        let (written, writer_closed) = (word(0), word(2 * size_of::<usize>()) != 0);
        let (read, reader_closed) = (word(LINE), word(LINE + 2 * size_of::<usize>()) != 0);
        let end = |end, closed, event: usize| -> Result<EndStat, Error> {
            let at = Control::place_at(end);
            let byte = header.control_at as u32 + at as u32; // both within the first page
            let pid = half(at);
            Ok(EndStat {
                pid: (pid != 0).then_some(pid),
                alive: lock::is_locked(file, byte).map_err(failed)?,
                closed,
                sittings: half(at + 4),
                sleepers: half(event),
            })
        };
        let element = header.element();
        // The copy may have been taken while both ends moved: what is impossible is cut to what is not.
        let len = written.wrapping_sub(read).min(header.capacity);
        Ok(Self {
            name: name.to_owned(),
            capacity: header.capacity as usize,
            element_size: element.size as usize,
            element_align: element.align as usize,
            tag: element.tag,
            len: len as usize,
            messages: written,
            read,
            state: match (writer_closed, reader_closed) {
                (false, false) => State::Open,
                _ if len == 0 => State::Closed,
                _ => State::Closing,
            },
            writer: end(End::Writer, writer_closed, 6 * LINE)?,
            reader: end(End::Reader, reader_closed, 5 * LINE)?,
            created: UNIX_EPOCH + Duration::from_nanos(header.created_ns),
            creator: header.creator(),
            id: header.id,
            version: header.version(),
            bytes: header.file_len,
        })
    }
}

/// Looks at the ring of that name, whatever it holds, without taking part or changing anything.
///
/// # Errors
/// [`Error::NotFound`], [`Error::PermissionDenied`], and all that can be wrong with a file that is not a sound ring.
pub fn inspect(name: &str) -> Result<Stat, Error> {
    super::name::check(name)?;
    let file = shm::open(name, false).map_err(|source| Error::from_io(name, "looking at", source))?;
    Stat::read(name, &file)
}
