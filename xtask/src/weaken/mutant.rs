//! What becomes of a site when it is weakened.
use crate::labels::Site;

/// One way to weaken one site.
#[derive(Debug)]
pub(crate) struct Mutant {
    /// The edges that it breaks.
    pub(crate) labels: Vec<String>,
    pub(crate) how: String,
    /// What takes the place of the line.
    pub(crate) line: String,
}

/// Lines that serve the writer and the reader alike: which of the two cursors they are about decides which edge they
/// are an end of, and each edge has to be needed on its own. In the product a cursor does not know which one it is; in
/// the scratch copy, [`PATCH`] tells it.
///
/// | file | label | ordering | when the line is an end of that edge |
const SHARED: [(&str, &str, &str, &str); 6] = [
    ("lane/side.rs", "L1", "Release", "!own.reads"),
    ("lane/side.rs", "L1", "Acquire", "!peer.reads"),
    ("lane/side.rs", "L2", "Release", "own.reads"),
    ("lane/side.rs", "L2", "Acquire", "peer.reads"),
    ("bip/side.rs", "B1", "Release", "!own.reads"),
    ("bip/side.rs", "B2", "Release", "own.reads"),
];

/// What the scratch copy has to have for that: in which file, what is replaced, and by what. No line may be added.
pub(crate) const PATCH: [(&str, &str, &str); 4] = [
    ("crates/annulus-protocol/src/lane.rs", "struct Cursor {", "struct Cursor { pub(super) reads: bool,"),
    (
        "crates/annulus-protocol/src/lane.rs",
        "Self { position: AtomicWord::new",
        "Self { reads: false, position: AtomicWord::new",
    ),
    (
        "crates/annulus-protocol/src/lane.rs",
        "released: Padded(Cursor::starting_at(position))",
        "released: Padded(Cursor { reads: true, ..Cursor::starting_at(position) })",
    ),
    (
        "crates/annulus-protocol/src/bip.rs",
        "released: Padded(Cursor::starting_at(position))",
        "released: Padded(Cursor { reads: true, ..Cursor::starting_at(position) })",
    ),
];

/// Every way to weaken `site` that a model has to notice.
pub(crate) fn mutants(site: &Site) -> Vec<Mutant> {
    let fence = format!("fence(Ordering::{});", site.ordering);
    if site.text[..site.at].ends_with("fence(") && site.text.contains(&fence) {
        let mut ways = vec![mutant(site, "removed", site.text.replace(&fence, ""))];
        if site.ordering == "SeqCst" {
            ways.push(mutant(site, "SeqCst to AcqRel", replaced(site, "Ordering::AcqRel")));
        }
        return ways;
    }
    if site.labels.len() > 1 {
        let ways: Vec<_> = site.labels.iter().filter_map(|label| one_edge(site, label)).collect();
        if !ways.is_empty() {
            return ways;
        }
    }
    // An exchange that needs one of the two halves only must not ask for both.
    let weaker: &[&str] =
        if site.ordering == "AcqRel" { &["Acquire", "Release", "Relaxed"] } else { &["Relaxed"] };
    let to = |weak: &&str| {
        let how = format!("{} to {weak}", site.ordering);
        mutant(site, &how, replaced(site, &format!("Ordering::{weak}")))
    };
    weaker.iter().map(to).collect()
}

fn one_edge(site: &Site, label: &str) -> Option<Mutant> {
    let (.., when) = SHARED.into_iter().find(|(file, shared, ordering, _)| {
        site.file.ends_with(file) && *shared == label && *ordering == site.ordering
    })?;
    let weak = format!("if {when} {{ Ordering::Relaxed }} else {{ Ordering::{} }}", site.ordering);
    let how = format!("{} to Relaxed", site.ordering);
    Some(Mutant { labels: vec![label.to_owned()], how, line: replaced(site, &weak) })
}

fn mutant(site: &Site, how: &str, line: String) -> Mutant {
    Mutant { labels: site.labels.clone(), how: how.to_owned(), line }
}

fn replaced(site: &Site, with: &str) -> String {
    let (before, from) = site.text.split_at(site.at);
    let after = &from["Ordering::".len() + site.ordering.len()..];
    format!("{before}{with}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(text: &str, ordering: &'static str, labels: &[&str]) -> Site {
        let at = text.find(&format!("Ordering::{ordering}")).unwrap();
        let labels = labels.iter().map(ToString::to_string).collect();
        Site { file: "src/lane/side.rs".into(), line: 1, at, ordering, labels, text: text.to_owned() }
    }

    fn lines(site: &Site) -> Vec<String> {
        mutants(site).into_iter().map(|mutant| mutant.line).collect()
    }

    #[test]
    fn a_fence_is_weakened_and_removed() {
        let fence = site("fence(Ordering::SeqCst); // [E1]", "SeqCst", &["E1"]);
        assert_eq!(lines(&fence), [" // [E1]", "fence(Ordering::AcqRel); // [E1]"]);
    }

    #[test]
    fn the_success_of_an_exchange_loses_each_half() {
        let exchange = site("x.cas(Ordering::AcqRel, Ordering::Relaxed)", "AcqRel", &["H1"]);
        let relaxed = "x.cas(Ordering::Relaxed, Ordering::Relaxed)";
        assert_eq!(lines(&exchange).len(), 3);
        assert_eq!(lines(&exchange)[2], relaxed);
    }

    #[test]
    fn a_line_shared_by_both_sides_loses_one_edge_at_a_time() {
        let shared = site("w.store(x, Ordering::Release);", "Release", &["L1", "L2"]);
        let l1 = "w.store(x, if !own.reads { Ordering::Relaxed } else { Ordering::Release });";
        assert_eq!(lines(&shared)[0], l1);
        assert_eq!(mutants(&shared)[1].labels, ["L2"]);
    }
}
