//! Copies the shipped protocol text to where it is compiled over terms, unchanged but for two things: a *door* is
//! appended to `lane.rs` and `lane/side.rs` (a child module, so that a proof can put a side in any state and look at
//! it afterwards), and where a planted bug is asked for, one string is replaced.
use std::{env, fs, path::Path};

#[path = "src/mutants.rs"]
mod mutants;
use mutants::{MUTANTS, VARIABLE, patched};

/// The shipped files that are compiled over terms, and the door appended to each.
const TEXTS: [(&str, Option<&str>); 10] = [
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
];

fn main() {
    let here = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let out = env::var("OUT_DIR").expect("cargo sets it");
    let (shipped, copy) = (Path::new(&here).join(mutants::SHIPPED), Path::new(&out).join("protocol"));
    fs::create_dir_all(copy.join("lane")).expect("the build folder is writable");
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/mutants.rs");
    let mutant = env::var(VARIABLE).ok().map(|name| {
        MUTANTS.iter().find(|m| m.name == name).unwrap_or_else(|| panic!("no mutant is named {name}"))
    });

    for (file, door) in TEXTS {
        let path = shipped.join(file);
        println!("cargo::rerun-if-changed={}", path.display());
        let mut text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        if let Some(mutant) = mutant.filter(|m| m.file == file) {
            text = patched(mutant, &text).unwrap_or_else(|e| panic!("{e}"));
        }
        if let Some(door) = door {
            let door = Path::new(&here).join("src/door").join(door);
            text.push_str(&format!("\n#[path = {door:?}]\npub(crate) mod door;\n"));
        }
        fs::write(copy.join(file), text).expect("the build folder is writable");
    }
    let modules = "pub(crate) use crate::symbolic::{pos, sync};\n\
                   pub mod hold;\npub mod lane;\npub mod life;\npub mod pad;\npub mod span;\n";
    fs::write(copy.join("mod.rs"), modules).expect("the build folder is writable");
    let root = format!(
        "#[allow(dead_code, private_interfaces, unreachable_pub)]\n#[path = {:?}]\nmod protocol;\n",
        copy.join("mod.rs")
    );
    fs::write(Path::new(&out).join("protocol.rs"), root).expect("the build folder is writable");
}
