//! placeholder
pub(crate) fn main() -> anyhow::Result<bool> {
    Ok(true)
}
