//! A copy of the workspace in which a line may be spoilt, and the models that look at it.
use super::mutant::PATCH;
use crate::labels::{self, Site};
use crate::places;
use crate::shell::Run;
use anyhow::{Context as _, Result, bail, ensure};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A copy of what the crates are built from. All mutants in it share one folder for what cargo makes, so that each costs
/// the compilation of one small crate.
pub(crate) struct Scratch {
    tree: PathBuf,
    made: PathBuf,
    packages: Vec<String>,
}

/// What the models said.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// The models that failed.
    Caught(Vec<String>),
    /// All of them passed.
    Missed,
    /// It did not compile, or a model did not end.
    Unclear(String),
}

/// Enough for three items through two slots; the models of a lane end within a second.
pub(crate) const PREEMPTIONS: &str = "3";
const LIMIT: u64 = 300;

impl Scratch {
    /// The copy of this number.
    pub(crate) fn new(number: usize) -> Result<Self> {
        let place = places::target("weaken").join(number.to_string());
        let (tree, made) = (place.join("tree"), place.join("made"));
        if tree.exists() {
            std::fs::remove_dir_all(&tree)?;
        }
        for name in ["Cargo.toml", "Cargo.lock", "crates", "stress", "xtask"] {
            copy(&places::root().join(name), &tree.join(name))?;
        }
        for (file, from, to) in PATCH {
            let path = tree.join(file);
            let text = std::fs::read_to_string(&path)?;
            ensure!(
                text.matches(from).count() == 1,
                "{file}: `{from}` has changed; so must PATCH in xtask's weaken"
            );
            std::fs::write(&path, text.replace(from, to))?;
        }
        Ok(Self { tree, made, packages: labels::modelled_packages()? })
    }

    /// What all models say of the tree as it is.
    pub(crate) fn judge(&self) -> Result<Verdict> {
        self.ask(&BTreeSet::from(["loom_*".to_owned()]), &BTreeSet::new(), 3 * LIMIT)
    }

    /// What the models of these names say, which are in these tests, within so many seconds; all that are in them if there is no name.
    fn ask(&self, tests: &BTreeSet<String>, models: &BTreeSet<String>, seconds: u64) -> Result<Verdict> {
        let built = self.cargo(tests, "--no-run")?.limit(900).quietly()?;
        if !built.is_success() {
            return Ok(Verdict::Unclear(format!("it does not build:\n{}", built.output)));
        }
        let mut run = self.cargo(tests, "--no-fail-fast")?.arg("--").arg("--exact");
        for model in models {
            run = run.arg(model);
        }
        let ended = run.limit(seconds).quietly()?;
        if ended.is_success() {
            return Ok(Verdict::Missed);
        }
        let caught = failures(&ended.output);
        if ended.status.is_none() || caught.is_empty() {
            return Ok(Verdict::Unclear(ended.output));
        }
        Ok(Verdict::Caught(caught))
    }

    /// What the models say that docs/orderings.md names for `labels`, when `line` takes the place of the line at `site`.
    pub(crate) fn judge_with(&self, site: &Site, labels: &[String], line: &str) -> Result<Verdict> {
        let (models, tests) = labels::models_of(labels)?;
        let path = self.tree.join(&site.file);
        let before = std::fs::read_to_string(&path).with_context(|| places::short(&path))?;
        let mut lines: Vec<_> = before.lines().collect();
        if lines.get(site.line - 1) != Some(&site.text.as_str()) {
            bail!("{} changed while it was being weakened", site.file.display());
        }
        lines[site.line - 1] = line;
        std::fs::write(&path, lines.join("\n") + "\n")?;
        let verdict = self.ask(&tests, &models, LIMIT);
        std::fs::write(&path, before)?;
        verdict
    }

    fn cargo(&self, tests: &BTreeSet<String>, how: &str) -> Result<Run> {
        if self.packages.is_empty() {
            bail!("no crate has tests/loom_*.rs");
        }
        let mut run = Run::tests("--release").arg(how);
        for test in tests {
            run = run.arg("--test").arg(test);
        }
        for package in &self.packages {
            run = run.arg("-p").arg(package);
        }
        // Not shared with the models of the tree itself: cargo takes the two trees for one, and would run our mutants.
        let run = run.arg("--target-dir").arg(&self.made).within(&self.tree);
        // From one mutant to the next, a line changes.
        let run = run.env("CARGO_INCREMENTAL", "1");
        Ok(run.env("RUSTFLAGS", "--cfg loom").env("LOOM_MAX_PREEMPTIONS", PREEMPTIONS))
    }
}

/// The tests that failed, by their lines; when a model ended the whole program, by the panic that began it.
fn failures(output: &str) -> Vec<String> {
    let failed = |line: &str| Some(line.strip_prefix("test ")?.strip_suffix(" ... FAILED")?.to_owned());
    let mut names: Vec<_> = output.lines().filter_map(failed).collect();
    if names.is_empty() {
        let panicked = |line: &str| {
            let (name, rest) = line.strip_prefix("thread '")?.split_once('\'')?;
            rest.contains("panicked at").then(|| name.to_owned())
        };
        names = output.lines().filter_map(panicked).collect();
    }
    names.sort();
    names.dedup();
    names
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        std::fs::create_dir_all(to)?;
        for entry in std::fs::read_dir(from)? {
            let name = entry?.file_name();
            if name != "target" {
                copy(&from.join(&name), &to.join(&name))?;
            }
        }
    } else {
        std::fs::create_dir_all(to.parent().context("a file lies in a folder")?)?;
        std::fs::copy(from, to).with_context(|| places::short(from))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::failures;

    #[test]
    fn a_failure_is_named_by_its_line_or_else_by_its_panic() {
        assert_eq!(failures("test a ... ok\ntest b ... FAILED\nthread 'c' (1) panicked at x"), ["b"]);
        assert_eq!(failures("thread 'c' (1) panicked at x\nthread 'c' panicked at y"), ["c"]);
        assert!(failures("error: something else").is_empty());
    }
}
