//! What can go wrong with a ring as a whole.
use std::{fmt, io};

/// What a ring holds, as far as two programs can compare it: the type itself has no name that all compilers share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element {
    /// Bytes of one element.
    pub size: u64,
    /// Its alignment.
    pub align: u64,
    /// What [`Options::tag`](super::Options::tag) says about it.
    pub tag: u64,
}

/// Why a ring could not be made, opened, looked at, or given an end.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// There is no ring of that name.
    NotFound {
        /// The name.
        name: String,
    },
    /// There is a ring of that name already.
    AlreadyExists {
        /// The name.
        name: String,
    },
    /// No ring can have that name.
    BadName {
        /// The name.
        name: String,
    },
    /// Somebody has that end of the ring, and is alive.
    InUse {
        /// The ring.
        name: String,
        /// Which end: `"writing"` or `"reading"`.
        end: &'static str,
        /// The process that has it, as it is called in its own PID namespace; zero if it has not said so yet.
        pid: u32,
    },
    /// The ring holds something else.
    WrongElement {
        /// The ring.
        name: String,
        /// What the caller wants it to hold.
        expected: Element,
        /// What it was made for.
        found: Element,
    },
    /// What has that name is not a ring.
    NotARing {
        /// The name.
        name: String,
    },
    /// The ring was made by a program with another layout, or for another kind of machine.
    WrongVersion {
        /// The ring.
        name: String,
        /// Which of the two: what differs, and how.
        what: String,
    },
    /// The file is shorter than the ring that it holds.
    Truncated {
        /// The ring.
        name: String,
        /// Bytes that the ring needs.
        needed: u64,
        /// Bytes that the file has.
        found: u64,
    },
    /// A word of the ring has a value that no program of ours stores.
    Corrupt {
        /// The ring.
        name: String,
        /// The word.
        what: &'static str,
    },
    /// The system does not let this user at the ring.
    PermissionDenied {
        /// The ring.
        name: String,
    },
    /// There is not so much shared memory left.
    NoSpace {
        /// The ring.
        name: String,
        /// Bytes that it would need.
        needed: u64,
    },
    /// No ring can have that capacity: it is zero, or more than memory can hold.
    Capacity {
        /// The ring.
        name: String,
        /// The capacity.
        capacity: usize,
    },
    /// The system refused for a reason of its own.
    Io {
        /// The ring.
        name: String,
        /// What was being done.
        doing: &'static str,
        /// The reason.
        source: io::Error,
    },
}

impl Error {
    /// What an error of the system means for the ring `name`.
    pub(super) fn from_io(name: &str, doing: &'static str, source: io::Error) -> Self {
        let name = name.to_owned();
        match source.raw_os_error() {
            Some(libc::ENOENT) => Error::NotFound { name },
            Some(libc::EEXIST) => Error::AlreadyExists { name },
            Some(libc::EACCES | libc::EPERM) => Error::PermissionDenied { name },
            Some(libc::ELOOP | libc::EISDIR | libc::ENXIO) => Error::NotARing { name },
            _ => Error::Io { name, doing, source },
        }
    }

    pub(super) fn corrupt(name: &str, what: &'static str) -> Self {
        Error::Corrupt { name: name.to_owned(), what }
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes aligned to {}", self.size, self.align)?;
        if self.tag != 0 { write!(f, ", tag {:#x}", self.tag) } else { Ok(()) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotFound { name } => {
                write!(
                    f,
                    "there is no ring `{name}`: create it first, or look for its name with `annulus ls`"
                )
            }
            Error::AlreadyExists { name } => {
                write!(f, "ring `{name}` exists already: open it, or remove it with `annulus rm {name}`")
            }
            Error::BadName { name } => write!(
                f,
                "no ring can be called {name:?}: use 1 to 200 of the characters A-Z a-z 0-9 . _ - and no leading dot"
            ),
            Error::InUse { name, end, pid: 0 } => {
                write!(f, "the {end} end of ring `{name}` is in use: wait until it is given back")
            }
            Error::InUse { name, end, pid } => write!(
                f,
                "the {end} end of ring `{name}` is in use by process {pid}: stop that process, or wait for it"
            ),
            Error::WrongElement { name, expected, found } => write!(
                f,
                "ring `{name}` holds elements of {found}, not of {expected}: open it with the type it was created with"
            ),
            Error::NotARing { name } => {
                write!(f, "what is called `{name}` is not a ring: choose another name")
            }
            Error::WrongVersion { name, what } => {
                write!(f, "ring `{name}` is of another version ({what}): use the program that created it")
            }
            Error::Truncated { name, needed, found } => write!(
                f,
                "ring `{name}` is cut short, {found} bytes instead of {needed}: remove it with `annulus rm {name}`"
            ),
            Error::Corrupt { name, what } => {
                write!(f, "ring `{name}` is damaged ({what}): remove it with `annulus rm {name}`")
            }
            Error::PermissionDenied { name } => {
                write!(f, "no permission for ring `{name}`: ask its owner for a wider mode")
            }
            Error::NoSpace { name, needed } => write!(
                f,
                "no shared memory for ring `{name}`, which needs {needed} bytes: choose a smaller capacity, or remove rings"
            ),
            Error::Capacity { name, capacity: 0 } => {
                write!(f, "ring `{name}` cannot have a capacity of 0: choose at least 1")
            }
            Error::Capacity { name, capacity } => {
                write!(f, "ring `{name}` cannot have a capacity of {capacity}: choose a smaller one")
            }
            Error::Io { name, doing, source } => write!(f, "{doing} ring `{name}` failed: {source}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
