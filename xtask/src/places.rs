//! Where things are.
use std::path::{Path, PathBuf};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the repository")
}

/// Where everything that is made goes. Not what `CARGO_TARGET_DIR` says: our folders in it must not move about.
pub(crate) fn target(name: &str) -> PathBuf {
    root().join("target").join(name)
}

/// A path as people write it: from the root on.
pub(crate) fn short(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// The workspace of its own in folder `name`.
pub(crate) fn manifest(name: &str) -> anyhow::Result<PathBuf> {
    let path = root().join(name).join("Cargo.toml");
    anyhow::ensure!(path.exists(), "there is no {}", short(&path));
    Ok(path)
}
