//! Standard output. A reader that has gone is no panic.
use crate::failure::{Failure, Result};
use serde::Serialize;
use std::io::Write;

/// Prints text as it is.
pub(crate) fn text(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| {
        Failure::io(&error, "cannot write to standard output", "see whether its disk is full")
    })
}

/// Prints one JSON value.
pub(crate) fn json(value: &impl Serialize) -> Result<()> {
    let mut json = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::failed(format!("no JSON for this ({error})"), "report this"))?;
    json.push('\n');
    text(&json)
}

/// Prints rows under a header, each column as wide as its widest cell.
pub(crate) fn table(rows: &[Vec<String>]) -> Result<()> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:width$}"));
        out.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        out.push('\n');
    }
    text(&out)
}
