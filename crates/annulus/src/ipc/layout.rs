//! What lies where in the file. `docs/layout.md` is the specification, and `tests/ipc_layout.rs` holds the two together.
//!
//! ```text
//!   0                256                       4096
//!   | header         | control                 | data
//!   | never changes  | cursors, seats, events  | elements; never interpreted
//! ```
use super::error::{Element, Error};
use annulus_protocol::event::Event;
use annulus_protocol::lane::Cursors;
use annulus_protocol::life::End;
use annulus_protocol::pad::Padded;
use annulus_protocol::pos::MAX_SIZE;
use annulus_protocol::seat::Seat;
use annulus_protocol::sync::AtomicU32;
use std::mem::{offset_of, size_of};
use zerocopy::{FromBytes, Immutable, IntoBytes};

/// The first bytes of the file.
const MAGIC: [u8; 8] = *b"annulus\0";
/// Reads as another number where the bytes are the other way round.
const BYTE_ORDER: u32 = 0x0403_0201;
/// Programs of another major version cannot use the ring; a higher minor one only added to it.
pub(super) const VERSION: (u16, u16) = (1, 0);
/// The must-understand feature bits that this program understands.
const KNOWN_FEATURES: u64 = 0;
const SPSC: u32 = 1;
const CONTROL_AT: u64 = 256;
/// Data begins on a page of its own.
const PAGE: u64 = 4096;
/// What keeps two words of control apart; the same for all programs on a machine.
pub(super) const LINE: usize = align_of::<Cursors>();

/// The part that never changes: read once, into private memory, and checked there.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct Header {
    magic: [u8; 8],
    byte_order: u32,
    major: u16,
    minor: u16,
    features: u64,
    word_bytes: u32,
    line_bytes: u32,
    kind: u32,
    creator: u32,
    element_size: u64,
    element_align: u64,
    tag: u64,
    pub(super) capacity: u64,
    pub(super) control_at: u64,
    control_len: u64,
    slots_at: u64,
    slots_len: u64,
    pub(super) data_at: u64,
    data_len: u64,
    pub(super) file_len: u64,
    pub(super) id: u64,
    pub(super) created_ns: u64,
    /// FNV-1a over all of the above.
    check: u64,
}

pub(super) const HEADER_BYTES: usize = size_of::<Header>();

/// The words that the ends share. All zero is an empty ring that nobody has.
#[repr(C)]
#[derive(Debug)]
pub(super) struct Control {
    pub(super) cursors: Cursors,
    writer: Padded<Place>,
    reader: Padded<Place>,
    /// The reader sleeps here until there is an item.
    pub(super) items: Padded<Event>,
    /// The writer sleeps here until there is room.
    pub(super) space: Padded<Event>,
}

/// Who has an end. The truth is the lock on this word's byte in the file; the word is for reports.
#[repr(C)]
#[derive(Debug)]
pub(super) struct Place {
    pub(super) seat: Seat,
    /// How often the end was taken.
    pub(super) sittings: AtomicU32,
}

// The layout of `Cursors` as `docs/layout.md` gives it: three lines, and ours after them.
const _: () = assert!(size_of::<Cursors>() == 3 * LINE);
const _: () = assert!(offset_of!(Control, writer) == 3 * LINE && offset_of!(Control, reader) == 4 * LINE);
const _: () = assert!(offset_of!(Control, items) == 5 * LINE && offset_of!(Control, space) == 6 * LINE);
const _: () = assert!(HEADER_BYTES == 152 && HEADER_BYTES as u64 <= CONTROL_AT);
const _: () =
    assert!(CONTROL_AT + size_of::<Control>() as u64 <= PAGE && CONTROL_AT.is_multiple_of(LINE as u64));

impl Control {
    pub(super) fn place(&self, end: End) -> &Place {
        match end {
            End::Writer => &self.writer,
            End::Reader => &self.reader,
        }
    }

    /// Where an end's place begins.
    pub(super) const fn place_at(end: End) -> usize {
        match end {
            End::Writer => offset_of!(Control, writer),
            End::Reader => offset_of!(Control, reader),
        }
    }

    /// What the other end sleeps on until this one has done something.
    pub(super) fn told_by(&self, end: End) -> &Event {
        match end {
            End::Writer => &self.items,
            End::Reader => &self.space,
        }
    }

    /// What this end sleeps on.
    pub(super) fn awaited_by(&self, end: End) -> &Event {
        match end {
            End::Writer => &self.space,
            End::Reader => &self.items,
        }
    }
}

impl Header {
    /// Of a new ring; nothing if no memory can hold it.
    pub(super) fn new(element: Element, capacity: usize, id: u64, created_ns: u64) -> Option<Self> {
        if capacity == 0 || MAX_SIZE < capacity || PAGE < element.align {
            return None;
        }
        let capacity = capacity as u64;
        let data_len = capacity.checked_mul(element.size)?.checked_next_multiple_of(PAGE)?;
        let file_len = data_len.checked_add(PAGE)?;
        isize::try_from(file_len).ok()?;
        let mut header = Self {
            magic: MAGIC,
            byte_order: BYTE_ORDER,
            major: VERSION.0,
            minor: VERSION.1,
            features: 0,
            word_bytes: size_of::<usize>() as u32,
            line_bytes: LINE as u32,
            kind: SPSC,
            creator: std::process::id(),
            element_size: element.size,
            element_align: element.align,
            tag: element.tag,
            capacity,
            control_at: CONTROL_AT,
            control_len: size_of::<Control>() as u64,
            slots_at: 0,
            slots_len: 0,
            data_at: PAGE,
            data_len,
            file_len,
            id,
            created_ns,
            check: 0,
        };
        header.check = header.sum();
        Some(header)
    }

    fn sum(&self) -> u64 {
        let bytes = &self.as_bytes()[..offset_of!(Header, check)];
        bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
            (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    }

    /// The header of the ring `name`, from the first bytes of a file of `real_len` bytes. Everything that the ends rely on
    /// is checked here.
    pub(super) fn parse(name: &str, bytes: &[u8], real_len: u64) -> Result<Self, Error> {
        let Ok((header, _)) = Self::read_from_prefix(bytes) else {
            return Err(Error::NotARing { name: name.to_owned() });
        };
        if header.magic != MAGIC {
            return Err(Error::NotARing { name: name.to_owned() });
        }
        if let Some(what) = header.foreign() {
            return Err(Error::WrongVersion { name: name.to_owned(), what });
        }
        if header.check != header.sum() {
            return Err(Error::corrupt(name, "the check sum of the header"));
        }
        if let Some(what) = header.impossible() {
            return Err(Error::corrupt(name, what));
        }
        if real_len < header.file_len {
            return Err(Error::Truncated { name: name.to_owned(), needed: header.file_len, found: real_len });
        }
        Ok(header)
    }

    fn foreign(&self) -> Option<String> {
        if self.byte_order != BYTE_ORDER {
            return Some("its bytes are the other way round".into());
        }
        if self.major != VERSION.0 {
            return Some(format!(
                "layout {}.{}, this program knows {}.{}",
                self.major, self.minor, VERSION.0, VERSION.1
            ));
        }
        if self.features & !KNOWN_FEATURES != 0 {
            return Some(format!("features {:#x}", self.features & !KNOWN_FEATURES));
        }
        if self.word_bytes as usize != size_of::<usize>() {
            return Some(format!("words of {} bytes", self.word_bytes));
        }
        if self.line_bytes as usize != LINE {
            return Some(format!("lines of {} bytes", self.line_bytes));
        }
        (self.kind != SPSC).then(|| format!("kind {}", self.kind))
    }

    /// What cannot be, although the check sum says that it was meant so.
    fn impossible(&self) -> Option<&'static str> {
        let line = LINE as u64;
        if self.capacity == 0 || MAX_SIZE as u64 <= self.capacity {
            return Some("the capacity");
        }
        if !self.element_align.is_power_of_two() || PAGE < self.element_align {
            return Some("the alignment of an element");
        }
        let control_end = self.control_at.checked_add(self.control_len);
        let control_fits = control_end.is_some_and(|end| end <= self.data_at);
        if !control_fits
            || self.control_at < HEADER_BYTES as u64
            || !self.control_at.is_multiple_of(line)
            || PAGE < self.control_at
            || self.control_len < size_of::<Control>() as u64
        {
            return Some("the place of the control region");
        }
        if self.slots_len != 0 {
            return Some("the place of the slot words");
        }
        let needed = self.capacity.checked_mul(self.element_size);
        let data_end = self.data_at.checked_add(self.data_len);
        if !self.data_at.is_multiple_of(PAGE)
            || needed.is_none_or(|needed| self.data_len < needed)
            || data_end.is_none_or(|end| self.file_len < end)
            || isize::try_from(self.file_len).is_err()
        {
            return Some("the place of the data");
        }
        None
    }

    pub(super) fn element(&self) -> Element {
        Element { size: self.element_size, align: self.element_align, tag: self.tag }
    }

    pub(super) fn version(&self) -> (u16, u16) {
        (self.major, self.minor)
    }

    pub(super) fn creator(&self) -> u32 {
        self.creator
    }
}
