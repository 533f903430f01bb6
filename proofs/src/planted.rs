//! Plants each bug in a copy of the shipped text, builds the proofs over that copy, and expects an obligation to fail.
use crate::mutants::{self, Mutant, SHIPPED, VARIABLE, patched};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Instant;

const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// Plants the bugs whose name or file contains `name`. Answers whether each was caught by an obligation.
pub(crate) fn catch_all(name: &str) -> bool {
    let since = Instant::now();
    let wanted: Vec<&Mutant> =
        mutants::all().filter(|m| m.name.contains(name) || m.file.contains(name)).collect();
    if let Err(outdated) = wanted.iter().try_for_each(|m| fits(m)) {
        eprintln!("{outdated}");
        return false;
    }
    println!("{:<34} {:<40} obligation that fails", "planted bug", "scenario");
    // One bug is proved while the next is built.
    let mut before: Option<thread::JoinHandle<Result<String, String>>> = None;
    let mut missed = 0;
    let mut report = |running: thread::JoinHandle<Result<String, String>>| match running.join() {
        Ok(Ok(line)) => println!("{line}"),
        Ok(Err(line)) => {
            println!("{line}");
            missed += 1;
        }
        Err(_) => missed += 1,
    };
    for mutant in &wanted {
        let built = build(mutant);
        if let Some(running) = before.take() {
            report(running);
        }
        before = Some(thread::spawn({
            let (name, file) = (mutant.name, mutant.file);
            move || run(name, file, &built?)
        }));
    }
    if let Some(running) = before {
        report(running);
    }
    println!("{} planted, {missed} missed, {:.0} s", wanted.len(), since.elapsed().as_secs_f64());
    missed == 0 && !wanted.is_empty()
}

/// Whether the shipped text is still the one that the bug was made for.
fn fits(mutant: &Mutant) -> Result<(), String> {
    let path = Path::new(HERE).join(SHIPPED).join(mutant.file);
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    patched(mutant, &text).map(drop)
}

/// Builds the proofs over the copy with the bug; answers where the program is.
fn build(mutant: &Mutant) -> Result<PathBuf, String> {
    let target = Path::new(HERE).join("target").join("mutants");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--quiet", "--manifest-path"])
        .arg(Path::new(HERE).join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .env(VARIABLE, mutant.name)
        .output()
        .map_err(|e| format!("{:<34} NOT BUILT: {e}", mutant.name))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{:<34} NOT BUILT, so nothing is shown:\n{said}", mutant.name));
    }
    let program = target.join("debug").join(format!("annulus-proofs{}", std::env::consts::EXE_SUFFIX));
    let kept = target.join(format!("{}{}", mutant.name, std::env::consts::EXE_SUFFIX));
    std::fs::rename(&program, &kept).map_err(|e| format!("{}: {e}", program.display()))?;
    Ok(kept)
}

/// Runs the program; the line to print, as an error if the bug was missed.
fn run(name: &str, file: &str, program: &Path) -> Result<String, String> {
    let output = Command::new(program).args(["--first-failure", file]).output();
    // It is large, and of no use any more.
    let _ = std::fs::remove_file(program);
    let output = output.map_err(|e| format!("{name:<34} NOT RUN: {e}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let caught = said.lines().find_map(|l| l.strip_prefix("CAUGHT ")).and_then(|l| l.split_once(" | "));
    match caught {
        Some((scenario, obligation)) => Ok(format!("{name:<34} {scenario:<40} {obligation}")),
        None if output.status.success() => Err(format!("{name:<34} MISSED")),
        None => Err(format!("{name:<34} BROKEN, not caught:\n{}", String::from_utf8_lossy(&output.stderr))),
    }
}
