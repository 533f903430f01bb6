//! A ring's file, mapped.
//!
//! INVARIANT (M10)  `control` and `data` lie within the mapping, as the checked private copy of the header says, and nothing
//! in shared memory can move them.
use super::error::{Element, Error};
use super::layout::{Control, HEADER_BYTES, Header};
use super::{Plain, Stat};
use crate::os::map::Map;
use crate::os::shm;
use crate::slots::Lane;
use std::mem::size_of;
use std::os::fd::OwnedFd;
use std::ptr::NonNull;
use std::time::{SystemTime, UNIX_EPOCH};
use zerocopy::IntoBytes;

#[derive(Debug)]
pub(super) struct Segment {
    name: String,
    file: OwnedFd,
    header: Header,
    control: NonNull<Control>,
    data: NonNull<u8>,
    /// Keeps the two above alive.
    _map: Map,
}

// SAFETY: `control` is atomics, and what may touch `data` when is the protocol's business (I1, L1, L2).
unsafe impl Send for Segment {}
// SAFETY: as above.
unsafe impl Sync for Segment {}

/// What `T` looks like from outside.
pub(super) fn element<T>(tag: u64) -> Element {
    Element { size: size_of::<T>() as u64, align: align_of::<T>() as u64, tag }
}

/// The file's header, checked.
pub(super) fn read_header(name: &str, file: &OwnedFd) -> Result<Header, Error> {
    let failed = |source| Error::from_io(name, "opening", source);
    let Some(real_len) = shm::regular_len(file).map_err(failed)? else {
        return Err(Error::NotARing { name: name.to_owned() });
    };
    let mut bytes = [0; HEADER_BYTES];
    let read = shm::read_at(file, 0, &mut bytes).map_err(failed)?;
    Header::parse(name, &bytes[..read], real_len)
}

impl Segment {
    pub(super) fn create(name: &str, element: Element, capacity: usize, mode: u32) -> Result<Self, Error> {
        let created = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let created_ns = created.as_nanos().try_into().unwrap_or(u64::MAX);
        let Some(header) = Header::new(element, capacity, shm::random(), created_ns) else {
            return Err(Error::Capacity { name: name.to_owned(), capacity });
        };
        let failed = |source: std::io::Error| match source.raw_os_error() {
            Some(libc::ENOSPC | libc::EFBIG | libc::ENOMEM | libc::EDQUOT) => {
                Error::NoSpace { name: name.to_owned(), needed: header.file_len }
            }
            _ => Error::from_io(name, "creating", source),
        };
        let made = shm::make(header.file_len, mode).map_err(failed)?;
        // All of control is zero: an empty ring that nobody has.
        shm::write_start(made.file(), header.as_bytes()).map_err(failed)?;
        let file = made.file().try_clone().map_err(failed)?;
        let segment = Self::map(name, file, header)?;
        made.publish(name).map_err(failed)?;
        Ok(segment)
    }

    pub(super) fn open(name: &str, element: Element) -> Result<Self, Error> {
        let file = shm::open(name, true).map_err(|source| Error::from_io(name, "opening", source))?;
        let header = read_header(name, &file)?;
        if header.element() != element {
            return Err(Error::WrongElement {
                name: name.to_owned(),
                expected: element,
                found: header.element(),
            });
        }
        Self::map(name, file, header)
    }

    fn map(name: &str, file: OwnedFd, header: Header) -> Result<Self, Error> {
        let capacity = header.capacity as usize; // a Word, as `Header` checked, and so are the others
        let len = header.file_len as usize;
        let map = Map::new(&file, len).map_err(|source| Error::from_io(name, "mapping", source))?;
        let data_len = capacity.saturating_mul(header.element().size as usize);
        let (Some(control), Some(data)) = (
            map.at(header.control_at as usize, size_of::<Control>()),
            map.at(header.data_at as usize, data_len),
        ) else {
            return Err(Error::corrupt(name, "the length of the file"));
        };
        Ok(Self { name: name.to_owned(), file, header, control: control.cast(), data, _map: map })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn file(&self) -> &OwnedFd {
        &self.file
    }

    pub(super) fn header(&self) -> &Header {
        &self.header
    }

    pub(super) fn capacity(&self) -> usize {
        self.header.capacity as usize
    }

    #[inline]
    pub(super) fn control(&self) -> &Control {
        // SAFETY: within the mapping and aligned (M10); all of it is atomics, for which any bytes will do.
        unsafe { self.control.as_ref() }
    }

    /// The ring. Uses of it, and of what is made from it, must come before the end of the segment.
    pub(super) fn lane<T: Plain>(&self) -> Lane<T> {
        let cursors = NonNull::from(&self.control().cursors);
        // SAFETY: (M1) by (M10): as many slots as the capacity, aligned to a page or as `T` was compared with the header;
        // callers keep the segment as long as the lane.
        unsafe { Lane::new(cursors, self.data.cast(), self.capacity()) }
    }

    /// An error if the file has been cut short.
    pub(super) fn check_len(&self) -> Result<(), Error> {
        let found = shm::regular_len(&self.file);
        let found = found.map_err(|source| Error::from_io(&self.name, "looking at", source))?.unwrap_or(0);
        if found < self.header.file_len {
            return Err(Error::Truncated { name: self.name.clone(), needed: self.header.file_len, found });
        }
        Ok(())
    }

    pub(super) fn stat(&self) -> Result<Stat, Error> {
        Stat::read(&self.name, &self.file)
    }
}
