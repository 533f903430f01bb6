//! Records which compiler built the bench: a timing without it cannot be compared with another.

use std::process::Command;

fn main() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().ok();
    let version = version.and_then(|out| String::from_utf8(out.stdout).ok());
    println!("cargo:rustc-env=BENCH_RUSTC={}", version.as_deref().unwrap_or("unknown rustc").trim());
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=Cargo.lock");
}
