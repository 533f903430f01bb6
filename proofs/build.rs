//! Copies the shipped protocol text to where it is compiled over terms, unchanged but for two things: a *door* is
//! appended to some files (a child module, so that a proof can put private state as it likes and look at it afterwards),
//! and where a planted bug is asked for, one string is replaced.
//!
//! There are eight copies, each with words of its own: the lane, the ring of turns, the pool, records, the shapes of these three, and the
//! ring of bytes.
use std::{env, fs, path::Path};

#[allow(dead_code, reason = "where a bug is noticed is the prover's business")]
#[path = "src/mutants.rs"]
mod mutants;
use mutants::{Mutant, VARIABLE, mutants, patched};

/// A copy of shipped files, as a module.
struct Copy {
    module: &'static str,
    /// Each with the door that is appended to it.
    files: &'static [(&'static str, Option<&'static str>)],
    /// What stands in the place of files that are not shipped, and the modules.
    rest: &'static [(&'static str, &'static str)],
    /// What stands in the place of `usize`, where that is a term too.
    counts: Option<&'static str>,
}

const COPIES: [Copy; 8] = [
    Copy {
        module: "protocol",
        files: &[
            ("lane.rs", Some("lane.rs")),
            ("lane/side.rs", Some("side.rs")),
            ("lane/writer.rs", None),
            ("lane/reader.rs", None),
            ("lane/care.rs", None),
            ("lane/check.rs", None),
            ("hold.rs", None),
            ("life.rs", None),
            ("span.rs", None),
            ("pad.rs", None),
        ],
        rest: &[(
            "mod.rs",
            "pub(crate) use crate::symbolic::{pos, sync};\n\
             pub mod hold;\npub mod lane;\npub mod life;\npub mod pad;\npub mod span;\n",
        )],
        counts: None,
    },
    Copy {
        module: "ring",
        files: &[
            ("turns.rs", Some("turns.rs")),
            ("turns/one.rs", None),
            ("turns/run.rs", Some("run.rs")),
            ("turns/evict.rs", Some("evicted.rs")),
            ("turns/sole.rs", Some("sole.rs")),
            ("turns/sole/reader.rs", Some("sole_reader.rs")),
            ("turns/sole/writer.rs", None),
            ("hold.rs", None),
            ("life.rs", None),
            ("span.rs", None),
            ("pad.rs", None),
            ("refused.rs", None),
        ],
        rest: &[
            (
                "mod.rs",
                "pub(crate) use crate::symbolic::turns::{backoff, pos, sync};\n\
                 pub mod hold;\npub mod life;\npub mod span;\npub mod pad;\npub mod refused;\npub mod turns;\n",
            ),
            ("turns/record.rs", ""),
            ("turns/recover.rs", ""),
            (
                "turns/shape.rs",
                "pub use crate::symbolic::turns::shape::Shape;\npub(crate) use crate::symbolic::turns::shape::*;\n",
            ),
            ("turns/size.rs", "pub const MAX_SIZE: () = ();\n"),
        ],
        counts: Some("crate::symbolic::turns::word::usize"),
    },
    Copy {
        module: "bits",
        files: &[("turns/shape.rs", Some("shape.rs"))],
        rest: &[
            ("mod.rs", "pub(crate) use crate::symbolic::bits::pos;\npub mod turns;\n"),
            ("turns.rs", "pub(crate) mod shape;\n"),
        ],
        counts: None,
    },
    Copy {
        module: "granules",
        files: &[
            ("turns.rs", None),
            ("turns/one.rs", None),
            ("turns/run.rs", None),
            ("turns/record.rs", Some("record.rs")),
            ("hold.rs", None),
            ("life.rs", None),
            ("pad.rs", None),
            ("refused.rs", None),
        ],
        rest: &[
            (
                "mod.rs",
                "pub(crate) use crate::symbolic::record::{backoff, pos, sync};\n\
                 pub mod hold;\npub mod life;\npub mod pad;\npub mod refused;\npub mod turns;\n",
            ),
            ("turns/evict.rs", "pub struct Evicted;\n"),
            ("turns/sole.rs", "pub struct SoleReader;\npub struct SoleWriter;\n"),
            ("turns/recover.rs", ""),
            ("turns/record/recover.rs", ""),
            ("turns/record/size.rs", ""),
            (
                "turns/record/shape.rs",
                "pub use crate::symbolic::record::shape::Lengths as Shape;\n\
                 pub(crate) use crate::symbolic::record::shape::Run;\n",
            ),
            (
                "turns/shape.rs",
                "pub use crate::symbolic::record::shape::Shape;\n\
                 pub(crate) use crate::symbolic::record::shape::{CLOSED, READY, SKIP, is_negative};\n",
            ),
            ("turns/size.rs", "pub const MAX_SIZE: () = ();\n"),
        ],
        counts: Some("crate::symbolic::record::word::usize"),
    },
    Copy {
        module: "record_bits",
        files: &[("turns/shape.rs", Some("shape.rs")), ("turns/record/shape.rs", Some("record_shape.rs"))],
        rest: &[
            ("mod.rs", "pub(crate) use crate::symbolic::bits::pos;\npub mod turns;\n"),
            ("turns.rs", "pub(crate) mod record;\npub(crate) mod shape;\npub(crate) use shape::Shape;\n"),
            ("turns/record.rs", "pub(crate) mod shape;\n"),
        ],
        counts: None,
    },
    Copy {
        module: "indices",
        files: &[
            ("pool.rs", Some("pool.rs")),
            ("pool/ring.rs", None),
            ("pool/close.rs", None),
            ("pool/evict.rs", Some("pool_evicted.rs")),
            ("pad.rs", None),
            ("refused.rs", None),
        ],
        rest: &[
            (
                "mod.rs",
                "pub(crate) use crate::symbolic::pool::{backoff, pos, sync};\n\
                 pub mod pad;\npub mod pool;\npub mod refused;\n",
            ),
            // Each step of a run is that of one slot; how runs are linked is not proved here.
            ("pool/run.rs", "pub struct ClaimedRun;\npub struct Indices;\npub struct ReservedRun;\n"),
            ("pool/shape.rs", "pub use crate::symbolic::pool::shape::Shape;\n"),
            (
                "pool/size.rs",
                "pub const MAX_SIZE: () = ();\npub const PER_SLOT: () = ();\n\
                 pub(crate) use crate::symbolic::pool::word::CLOSED;\n",
            ),
        ],
        counts: Some("crate::symbolic::pool::word::usize"),
    },
    Copy {
        module: "pool_bits",
        files: &[("pool/shape.rs", Some("pool_shape.rs"))],
        rest: &[
            ("mod.rs", "pub(crate) use crate::symbolic::bits::pos;\npub mod pool;\n"),
            ("pool.rs", "pub(crate) mod shape;\n"),
        ],
        counts: None,
    },
    Copy {
        module: "bytes",
        files: &[
            ("bip.rs", Some("bip.rs")),
            ("bip/side.rs", None),
            ("bip/writer.rs", None),
            ("bip/reader.rs", None),
            // Of the lane, its `Cursor` alone is used.
            ("lane.rs", None),
            ("lane/side.rs", None),
            ("lane/writer.rs", None),
            ("lane/reader.rs", None),
            ("lane/care.rs", None),
            ("lane/check.rs", None),
            ("hold.rs", None),
            ("life.rs", None),
            ("span.rs", None),
            ("pad.rs", None),
        ],
        rest: &[
            (
                "mod.rs",
                "pub(crate) use crate::symbolic::{bip::sync, pos};\n\
                 pub mod bip;\npub mod hold;\npub mod lane;\npub mod life;\npub mod pad;\npub mod span;\n",
            ),
            ("bip/tests.rs", ""),
            // Spans in flight are not proved: they are made of these steps.
            ("bip/flight.rs", ""),
        ],
        counts: None,
    },
];

fn main() {
    let out = env::var("OUT_DIR").expect("cargo sets it");
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/mutants.rs");
    println!("cargo::rerun-if-changed=src/mutants");
    let mutant = env::var(VARIABLE).ok().map(|name| {
        mutants().find(|m| m.name == name).unwrap_or_else(|| panic!("no mutant is named {name}"))
    });
    let mut root = String::new();
    for copy in &COPIES {
        let to = Path::new(&out).join(copy.module);
        write(copy, &to, mutant);
        root.push_str(&format!(
            "#[allow(dead_code, private_interfaces, unreachable_pub, unused_imports)]\n#[path = {:?}]\nmod {};\n",
            to.join("mod.rs"),
            copy.module
        ));
    }
    fs::write(Path::new(&out).join("protocol.rs"), root).expect("the build folder is writable");
}

fn write(copy: &Copy, to: &Path, mutant: Option<&Mutant>) {
    let here = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let shipped = Path::new(&here).join(mutants::SHIPPED);
    let put = |file: &str, text: &str| {
        let path = to.join(file);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("the build folder is writable");
        fs::write(path, text).expect("the build folder is writable");
    };
    for &(file, door) in copy.files {
        let path = shipped.join(file);
        println!("cargo::rerun-if-changed={}", path.display());
        let mut text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        if let Some(mutant) = mutant.filter(|m| m.file == file) {
            text = patched(mutant, &text).unwrap_or_else(|e| panic!("{e}"));
        }
        if let Some(door) = door {
            let door = Path::new(&here).join("src/door").join(door);
            // Two copies may have the same door.
            text.push_str(&format!(
                "\n#[allow(clippy::duplicate_mod)]\n#[path = {door:?}]\npub(crate) mod door;\n"
            ));
        }
        if let Some(counts) = copy.counts.filter(|_| text.contains("usize")) {
            text.push_str(&format!("use {counts};\n"));
        }
        put(file, &text);
    }
    for (file, text) in copy.rest {
        put(file, text);
    }
}
