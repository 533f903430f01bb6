//! The planted bugs, as patches of the shipped text. Read by `build.rs` too.

/// Where the shipped text is, from the folder of this crate.
pub(crate) const SHIPPED: &str = "../crates/annulus-protocol/src";

/// The environment variable by which `build.rs` learns which bug to plant.
pub(crate) const VARIABLE: &str = "ANNULUS_PROOFS_MUTANT";

/// A bug: `old` must occur exactly once in `file`.
pub(crate) struct Mutant {
    pub(crate) name: &'static str,
    pub(crate) file: &'static str,
    pub(crate) old: &'static str,
    pub(crate) new: &'static str,
}

pub(crate) const MUTANTS: &[Mutant] = &[];

/// The text with the bug in it.
pub(crate) fn patched(mutant: &Mutant, text: &str) -> Result<String, String> {
    let Mutant { name, file, old, new } = mutant;
    match text.matches(old).count() {
        1 => Ok(text.replacen(old, new, 1)),
        n => Err(format!(
            "mutant {name}: {file} has {n} times, not once:\n{old}\nThe shipped text has changed: update the list of \
             mutants in proofs/src/mutants.rs"
        )),
    }
}
