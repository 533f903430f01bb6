//! `annulus ls`, `stat` and `rm`: the rings there are.
use crate::args::Remove;
use crate::failure::{Failure, Result, code};
use crate::output;
use crate::units::bytes;
use annulus::State;
use annulus::ipc::{self, EndStat, Stat};
use serde::Serialize;
use std::time::{SystemTime, UNIX_EPOCH};

/// A ring, as `--json` tells it.
#[derive(Serialize)]
struct Ring {
    name: String,
    /// `open`, `closing`, `closed`, or `stale`: a process died with an end of it.
    state: &'static str,
    element_bytes: usize,
    element_align: usize,
    tag: u64,
    capacity: usize,
    len: usize,
    written: u64,
    read: u64,
    bytes: u64,
    writer: End,
    reader: End,
    creator_pid: u32,
    created_unix: f64,
    id: String,
    layout: String,
}

#[derive(Serialize)]
struct End {
    /// `free`, `held` or `dead`.
    state: &'static str,
    pid: Option<u32>,
    closed: bool,
    /// How often it was taken.
    sittings: u32,
    sleepers: u32,
}

/// What is called like a ring and cannot be looked at as one.
#[derive(Serialize)]
struct Unsound {
    name: String,
    state: &'static str,
    error: String,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Listed {
    Ring(Box<Ring>),
    Unsound(Unsound),
}

impl From<EndStat> for End {
    fn from(end: EndStat) -> Self {
        let state = match (end.alive, end.dead()) {
            (true, _) => "held",
            (false, Some(_)) => "dead",
            (false, None) => "free",
        };
        Self { state, pid: end.pid, closed: end.closed, sittings: end.sittings, sleepers: end.sleepers }
    }
}

impl From<Stat> for Ring {
    fn from(stat: Stat) -> Self {
        let (writer, reader) = (End::from(stat.writer), End::from(stat.reader));
        let state = match stat.state {
            _ if writer.state == "dead" || reader.state == "dead" => "stale",
            State::Open => "open",
            State::Closing => "closing",
            State::Closed => "closed",
        };
        Self {
            state,
            name: stat.name,
            element_bytes: stat.element_size,
            element_align: stat.element_align,
            tag: stat.tag,
            capacity: stat.capacity,
            len: stat.len,
            written: stat.messages,
            read: stat.read,
            bytes: stat.bytes,
            writer,
            reader,
            creator_pid: stat.creator,
            created_unix: stat.created.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64(),
            id: format!("{:016x}", stat.id),
            layout: format!("{}.{}", stat.version.0, stat.version.1),
        }
    }
}

/// `annulus ls`
pub(crate) fn ls(json: bool) -> Result<()> {
    let rings: Vec<Listed> = ipc::list()?.into_iter().filter_map(listed).collect();
    if json {
        return output::json(&rings);
    }
    let header = ["NAME", "STATE", "ELEMENT", "HELD", "CAPACITY", "WRITER", "READER", "MEMORY"];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    rows.extend(rings.iter().map(Listed::row));
    output::table(&rows)
}

/// None if the ring has gone since it was listed.
fn listed(name: String) -> Option<Listed> {
    match ipc::inspect(&name) {
        Ok(stat) => Some(Listed::Ring(Box::new(stat.into()))),
        Err(ipc::Error::NotFound { .. }) => None,
        Err(error) => {
            let state = match error {
                ipc::Error::PermissionDenied { .. } => "private",
                _ => "unsound",
            };
            Some(Listed::Unsound(Unsound { name, state, error: error.to_string() }))
        }
    }
}

impl Listed {
    fn row(&self) -> Vec<String> {
        match self {
            Listed::Ring(ring) => vec![
                ring.name.clone(),
                ring.state.to_owned(),
                format!("{} B", ring.element_bytes),
                ring.len.to_string(),
                ring.capacity.to_string(),
                ring.writer.cell(),
                ring.reader.cell(),
                bytes(ring.bytes),
            ],
            Listed::Unsound(ring) => vec![ring.name.clone(), ring.state.to_owned()],
        }
    }
}

impl End {
    fn cell(&self) -> String {
        match (self.state, self.pid) {
            ("free", _) if self.closed => "closed".to_owned(),
            ("dead", Some(pid)) => format!("{pid} (dead)"),
            ("held", Some(pid)) => pid.to_string(),
            (state, _) => state.to_owned(),
        }
    }

    fn sentence(&self) -> String {
        let by = match (self.state, self.pid) {
            ("dead", Some(pid)) => format!("process {pid}, which died with it"),
            ("held", Some(pid)) => format!("process {pid}"),
            ("held", None) => "a process".to_owned(),
            _ => "nobody".to_owned(),
        };
        let asleep = if self.sleepers == 0 { "" } else { ", asleep" };
        let closed = if self.closed { ", closed" } else { "" };
        format!("{by}{asleep}{closed}, taken {} times", self.sittings)
    }
}

/// `annulus stat NAME`
pub(crate) fn stat(name: &str, json: bool) -> Result<()> {
    let ring = Ring::from(ipc::inspect(name)?);
    if json {
        return output::json(&ring);
    }
    let age =
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64() - ring.created_unix;
    let rows = [
        ("name", ring.name.clone()),
        ("state", ring.state.to_owned()),
        (
            "elements",
            format!("{} bytes, aligned to {}, tag {:#x}", ring.element_bytes, ring.element_align, ring.tag),
        ),
        ("holds", format!("{} of {}", ring.len, ring.capacity)),
        ("written", ring.written.to_string()),
        ("read", ring.read.to_string()),
        ("writer", ring.writer.sentence()),
        ("reader", ring.reader.sentence()),
        ("memory", bytes(ring.bytes)),
        ("created", format!("{:.0} s ago by process {}", age.max(0.0), ring.creator_pid)),
        ("layout", format!("{}, id {}", ring.layout, ring.id)),
    ];
    output::table(&rows.map(|(key, value)| vec![key.to_owned(), value]))
}

/// `annulus rm NAME`
pub(crate) fn rm(args: &Remove, json: bool) -> Result<()> {
    // What is no sound ring has no holders that we could respect.
    if let Ok(stat) = ipc::inspect(&args.name)
        && !args.force
        && let Some(end) = [stat.writer, stat.reader].iter().find(|end| end.alive)
    {
        let who = end.pid.map_or_else(|| "a process".to_owned(), |pid| format!("process {pid}"));
        let what = format!("ring `{}` is in use by {who}", args.name);
        return Err(Failure::new(code::FAILED, what, "stop that process first, or use --force"));
    }
    ipc::unlink(&args.name)?;
    if json { output::json(&serde_json::json!({ "removed": args.name })) } else { Ok(()) }
}
