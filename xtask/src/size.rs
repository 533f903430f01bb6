//! How many bytes of code a queue costs where bytes count: the freestanding program, built for size.
use crate::check::freestanding::{functions, link};
use crate::check::step::Log;
use anyhow::{Context as _, Result};

pub(crate) fn main() -> Result<bool> {
    let mut log = Log::default();
    let program = link(&mut log).with_context(|| log.said.clone())?;
    // Our own `_start`, which only checks, is no part of the price.
    let functions: Vec<_> = functions(&program)?.into_iter().filter(|one| one.name != "_start").collect();
    for function in &functions {
        println!("{:6}  {}", function.size, function.name);
    }
    println!("{:6}  bytes of code", functions.iter().map(|function| function.size).sum::<usize>());
    Ok(true)
}
