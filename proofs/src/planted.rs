//! Plants each bug in a copy of the shipped text, builds the proofs over that copy, and expects an obligation to fail.
use crate::mutants::{Mutant, SHIPPED, VARIABLE, mutants, patched};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Instant;

const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// Plants the bugs whose name, file or scenario contains `name`. Answers whether each was caught by an obligation.
pub(crate) fn catch_all(name: &str) -> bool {
    let since = Instant::now();
    let wanted: Vec<&Mutant> =
        mutants().filter(|m| [m.name, m.file, m.about].iter().any(|text| text.contains(name))).collect();
    if let Err(outdated) = wanted.iter().try_for_each(|m| fits(m)) {
        eprintln!("{outdated}");
        return false;
    }
    println!("{:<34} {:<40} obligation that fails", "planted bug", "scenario");
    // They are built one after the other, each from what was built for the one before; and proved beside that, as many at
    // a time as there are processors.
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let (send, receive) = mpsc::sync_channel(workers);
    let (receive, missed) = (Mutex::new(receive), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Ok((mutant, built)) = { receive.lock().expect("no worker panics").recv() } {
                    let line = prove(mutant, built).unwrap_or_else(|line| {
                        missed.fetch_add(1, Ordering::Relaxed);
                        line
                    });
                    println!("{line}");
                }
            });
        }
        for mutant in &wanted {
            send.send((*mutant, build(mutant))).expect("the workers listen");
        }
        drop(send);
    });
    let missed = missed.into_inner();
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
        // All but one file is as it was for the bug before.
        .env("CARGO_INCREMENTAL", "1")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
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

/// Runs what was built; the line to print, as an error if the bug was missed.
fn prove(mutant: &Mutant, built: Result<PathBuf, String>) -> Result<String, String> {
    let (name, about, program) = (mutant.name, mutant.about, built?);
    let output = Command::new(&program).args(["--first-failure", about]).output();
    // It is large, and of no use any more.
    let _ = std::fs::remove_file(&program);
    let output = output.map_err(|e| format!("{name:<34} NOT RUN: {e}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let caught = said.lines().find_map(|l| l.strip_prefix("CAUGHT ")).and_then(|l| l.split_once(" | "));
    match caught {
        Some((scenario, obligation)) => Ok(format!("{name:<34} {scenario:<40} {obligation}")),
        None if output.status.success() => Err(format!("{name:<34} MISSED")),
        None => Err(format!("{name:<34} BROKEN, not caught:\n{}", String::from_utf8_lossy(&output.stderr))),
    }
}
