//! Memory orderings in the source, by label.
//!
//! A line that orders anything says which edge it is an end of: `[L1]` in a comment on that very line. A line may be
//! an end of several. The same labels are rows of `docs/orderings.md`, which says what each edge carries.
use super::places;
use anyhow::{Context as _, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// One ordering, other than `Relaxed`, in the source.
#[derive(Debug)]
pub(crate) struct Site {
    /// From the root of the repository on.
    pub(crate) file: PathBuf,
    /// Counted from 1.
    pub(crate) line: usize,
    /// Where `Ordering::X` begins in the line, and what X is.
    pub(crate) at: usize,
    pub(crate) ordering: &'static str,
    pub(crate) labels: Vec<String>,
    /// The whole line.
    pub(crate) text: String,
}

const STRONG: [&str; 4] = ["AcqRel", "Acquire", "Release", "SeqCst"];

/// Every site in the sources of all crates.
pub(crate) fn sites() -> Result<Vec<Site>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(places::root().join("crates"))? {
        let folder = entry?.path().join("src");
        if folder.is_dir() {
            rust_files(&folder, &mut files)?;
        }
    }
    files.sort();
    let mut sites = Vec::new();
    let mut faults = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file)?;
        let file = file.strip_prefix(places::root())?;
        scan(file, &text, &mut sites, &mut faults);
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(sites)
}

fn rust_files(folder: &Path, into: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            rust_files(&path, into)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
    Ok(())
}

fn scan(file: &Path, text: &str, sites: &mut Vec<Site>, faults: &mut Vec<String>) {
    for (number, text) in text.lines().enumerate().map(|(before, text)| (before + 1, text)) {
        if text.starts_with("#[cfg(test)]") || text.starts_with("#[cfg(all(test") {
            return; // the tests, which are last in a file
        }
        let (code, comment) = text.split_at(text.find("//").unwrap_or(text.len()));
        let mut fault = |what: &str| faults.push(format!("{}:{number}: {what}", file.display()));
        if code.contains("Ordering::{") || code.contains("Ordering::*") || code.contains("Ordering as ") {
            fault("write `Ordering::X` in full where it is used: it is found by that name");
        }
        for (at, _) in code.match_indices("Ordering::") {
            let name = &code[at + "Ordering::".len()..];
            let Some(ordering) = STRONG.into_iter().find(|strong| name.starts_with(strong)) else { continue };
            let labels = labels_in(comment);
            if labels.is_empty() {
                fault("an ordering without a label such as [L1] in a comment on the same line");
            }
            let (file, text) = (file.to_owned(), text.to_owned());
            sites.push(Site { file, line: number, at, ordering, labels, text });
        }
    }
}

/// `[L1]`, `[E2]` ... in a piece of text, without the brackets.
pub(crate) fn labels_in(text: &str) -> Vec<String> {
    let inside = |piece: &str| {
        let label = piece.split_once(']')?.0;
        let digits = label.strip_prefix(|first: char| first.is_ascii_uppercase())?;
        (!digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())).then(|| label.to_owned())
    };
    text.split('[').skip(1).filter_map(inside).collect()
}

/// Compares the labels in the source with the rows of `docs/orderings.md`, and its models with the tests there are.
pub(crate) fn compare_with_docs(sites: &[Site]) -> Result<()> {
    let path = places::root().join("docs/orderings.md");
    let docs = std::fs::read_to_string(&path).with_context(|| places::short(&path))?;
    let rows: Vec<&str> = docs.lines().filter(|line| line.starts_with("| [")).collect();
    let listed: BTreeSet<_> = rows.iter().filter_map(|row| labels_in(row).into_iter().next()).collect();
    let found: BTreeSet<_> = sites.iter().flat_map(|site| site.labels.iter().cloned()).collect();
    let mut faults: Vec<String> = Vec::new();
    faults.extend(found.difference(&listed).map(|label| format!("[{label}] is not listed")));
    faults
        .extend(listed.difference(&found).map(|label| format!("[{label}] is listed, but not in the source")));
    let models = models()?;
    for row in rows {
        let missing = named(row).filter(|name| !models.contains_key(*name));
        faults.extend(missing.map(|name| format!("there is no model `{name}`")));
    }
    if !faults.is_empty() {
        bail!("{}: {}", places::short(&path), faults.join("; "));
    }
    Ok(())
}

/// The models that docs/orderings.md names for any of `labels`, and the tests (`loom_*`) that they are in.
pub(crate) fn models_of(labels: &[String]) -> Result<(BTreeSet<String>, BTreeSet<String>)> {
    let path = places::root().join("docs/orderings.md");
    let docs = std::fs::read_to_string(&path).with_context(|| places::short(&path))?;
    let is_wanted = |row: &&str| labels_in(row).first().is_some_and(|label| labels.contains(label));
    let rows = docs.lines().filter(|line| line.starts_with("| [")).filter(is_wanted);
    let names: BTreeSet<_> = rows.flat_map(named).map(str::to_owned).collect();
    let (mut tests, models) = (BTreeSet::new(), models()?);
    for name in &names {
        tests.insert(models.get(name).with_context(|| format!("there is no model `{name}`"))?.clone());
    }
    Ok((names, tests))
}

/// The models that a row of docs/orderings.md names.
fn named(row: &str) -> impl Iterator<Item = &str> {
    let cell = row.trim_end_matches('|').rsplit('|').next().unwrap_or_default();
    cell.split('`').skip(1).step_by(2)
}

/// The names of the functions in the loom tests of all crates, and which test each is in.
fn models() -> Result<BTreeMap<String, String>> {
    let mut models = BTreeMap::new();
    for package in modelled_packages()? {
        let mut files = Vec::new();
        rust_files(&places::root().join("crates").join(package).join("tests"), &mut files)?;
        for file in files {
            let test = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            if !test.starts_with("loom_") {
                continue;
            }
            for line in std::fs::read_to_string(file)?.lines() {
                let name = line.strip_prefix("fn ").and_then(|rest| rest.split_once('('));
                models.extend(name.map(|(name, _)| (name.to_owned(), test.clone())));
            }
        }
    }
    Ok(models)
}

/// Whether there is any model that could notice a change at `site`.
pub(crate) fn has_models(site: &Site) -> Result<bool> {
    let package = site.file.components().nth(1).map(|part| part.as_os_str().to_string_lossy().into_owned());
    let modelled = modelled_packages()?;
    Ok(package.is_some_and(|package| modelled.contains(&package)))
}

/// The crates that have `tests/loom_*.rs`.
pub(crate) fn modelled_packages() -> Result<Vec<String>> {
    let mut packages = Vec::new();
    for entry in std::fs::read_dir(places::root().join("crates"))? {
        let entry = entry?;
        let Ok(tests) = std::fs::read_dir(entry.path().join("tests")) else { continue };
        let is_model = |name: &str| name.starts_with("loom_") && name.ends_with(".rs");
        if tests.flatten().any(|test| test.file_name().to_str().is_some_and(is_model)) {
            packages.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    packages.sort();
    Ok(packages)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scanned(text: &str) -> (Vec<Site>, Vec<String>) {
        let (mut sites, mut faults) = (Vec::new(), Vec::new());
        scan(Path::new("a.rs"), text, &mut sites, &mut faults);
        (sites, faults)
    }

    #[test]
    fn labels_are_a_letter_and_a_number_in_brackets() {
        assert_eq!(labels_in("// [L1] [L12], and [`x`] a[0] [A] [7] [E2"), ["L1", "L12"]);
    }

    #[test]
    fn an_ordering_without_a_label_is_a_fault_unless_it_is_relaxed_or_in_a_comment() {
        let (sites, faults) =
            scanned("x.load(Ordering::Acquire); // L1\ny.load(Ordering::Relaxed);\n// Ordering::Release");
        assert_eq!(sites.len(), 1);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].starts_with("a.rs:1:"), "{faults:?}");
    }

    #[test]
    fn both_orderings_of_an_exchange_are_sites() {
        let (sites, faults) = scanned("x.cas(a, b, Ordering::AcqRel, Ordering::Acquire); // [H1] [H2]");
        assert!(faults.is_empty());
        assert_eq!(sites.iter().map(|site| site.ordering).collect::<Vec<_>>(), ["AcqRel", "Acquire"]);
        assert_eq!(sites[1].labels, ["H1", "H2"]);
    }

    #[test]
    fn an_ordering_cannot_be_hidden_behind_an_import() {
        assert_eq!(scanned("use sync::Ordering::{Acquire, Release};").1.len(), 1);
    }

    #[test]
    fn the_tests_at_the_end_of_a_file_may_order_as_they_like() {
        assert!(scanned("#[cfg(test)]\nmod tests { x.load(Ordering::Acquire) }").1.is_empty());
    }
}
